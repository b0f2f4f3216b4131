//go:build !js

package wazerohost

import (
	"bytes"
	"encoding/binary"
	"reflect"
	"strconv"
	"sync/atomic"
	"unsafe"

	"github.com/tetratelabs/wazero/api"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/link"
)

const pageSize = 64 << 10

// memory is a guest's linear memory. All the addresses it may ever have are
// reserved at once, so it never moves and a process that has ended gives
// everything back at once; Go's collector has nothing to do with it.
//
// It implements guestmem.Memory, and for memories that a program defines itself
// experimental.LinearMemory.
type memory struct {
	base []byte // the reservation; nil once released
	// size is the last known size in bytes. It is written by the guest's own
	// goroutine when that grows a memory of its own, and otherwise under the
	// kernel lock.
	size uint64
	// pages asks wazero for the size of an imported memory, nil otherwise: the
	// guest's threads can grow it at any time.
	pages func() uint32
}

// newMemory reserves a memory of at most max pages.
//
// Errors: *link.Error, kind NoMemory.
func newMemory(max uint64) (*memory, error) {
	base, err := reserve(int(max * pageSize))
	if err != nil {
		return nil, &link.Error{Kind: link.NoMemory, Msg: "cannot reserve " + strconv.FormatUint(max*pageSize, 10) +
			" bytes of memory: " + err.Error()}
	}
	return &memory{base: base}, nil
}

func tooMuch(pages, max uint64) error {
	return &link.Error{Kind: link.NoMemory, Msg: "the program wants " + strconv.FormatUint(pages, 10) +
		" pages of memory at its start, the limit is " + strconv.FormatUint(max, 10)}
}

// Allocate implements experimental.MemoryAllocator, for one memory.
func (m *memory) Allocate(_, _ uint64) linearMemory { return m }

// Reallocate implements experimental.LinearMemory: nil past the limit.
func (m *memory) Reallocate(size uint64) []byte {
	if size > uint64(len(m.base)) {
		return nil
	}
	m.size = size
	return m.base[:size]
}

// Free implements experimental.LinearMemory. wazero calls it as soon as an
// instance is closed; the kernel may still look at the memory then, so release
// does it.
func (m *memory) Free() {}

// adopt makes mem, a new memory without pages that a module of ours exports, use
// the reservation. wazero has no way to say this for a shared memory: with an
// allocator the first thread that ends would take it from the others, and
// without one Go's heap would hold the whole maximum. The fields are exported,
// and a test watches them.
func (m *memory) adopt(mem api.Memory, min uint64) {
	m.size = min * pageSize
	v := reflect.ValueOf(mem).Elem()
	v.FieldByName("Buffer").SetBytes(m.base[:m.size])
	v.FieldByName("Min").SetUint(min)
	max := uint64(len(m.base)) / pageSize
	v.FieldByName("Cap").SetUint(max)
	v.FieldByName("Max").SetUint(max)
	m.pages = func() uint32 {
		n, _ := mem.Grow(0) // takes wazero's lock, which Size does not
		return n
	}
}

// release gives the memory back. Accesses are EFAULT from then on: a provider
// may still be at work for a process that has ended.
func (m *memory) release() {
	base := m.base
	m.base, m.size, m.pages = nil, 0, nil
	unreserve(base)
}

// copyFrom makes m, a memory of the same size, a copy of o. What is zero in o is
// left alone, so that it takes no memory in the copy either.
func (m *memory) copyFrom(o *memory) {
	var zeros [4096]byte
	size := int(o.Size())
	for at := 0; at < size; at += len(zeros) {
		page := o.base[at : at+len(zeros)]
		if to := m.base[at : at+len(zeros)]; !bytes.Equal(page, zeros[:]) || !bytes.Equal(to, zeros[:]) {
			copy(to, page)
		}
	}
}

// in tells whether [ptr, ptr+n) is inside.
func (m *memory) in(ptr uint32, n int) bool {
	end := uint64(ptr) + uint64(n)
	return end <= m.size || m.pages != nil && end <= m.Size()
}

// Size implements guestmem.Memory.
func (m *memory) Size() uint64 {
	if m.pages != nil {
		m.size = uint64(m.pages()) * pageSize
	}
	return m.size
}

// CopyIn implements guestmem.Memory.
func (m *memory) CopyIn(dst []byte, ptr uint32) abi.Errno {
	if len(dst) == 0 {
		return abi.OK
	}
	if !m.in(ptr, len(dst)) {
		return abi.EFAULT
	}
	copy(dst, m.base[ptr:])
	return abi.OK
}

// CopyOut implements guestmem.Memory.
func (m *memory) CopyOut(ptr uint32, src []byte) abi.Errno {
	if len(src) == 0 {
		return abi.OK
	}
	if !m.in(ptr, len(src)) {
		return abi.EFAULT
	}
	copy(m.base[ptr:], src)
	return abi.OK
}

// Load32 implements guestmem.Memory. It is atomic at an aligned address.
func (m *memory) Load32(ptr uint32) (uint32, abi.Errno) {
	if !m.in(ptr, 4) {
		return 0, abi.EFAULT
	}
	b := m.base[ptr : uint64(ptr)+4]
	if ptr%4 == 0 && littleEndian {
		return atomic.LoadUint32((*uint32)(unsafe.Pointer(&b[0]))), abi.OK
	}
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24, abi.OK
}

// Load64 implements guestmem.Memory.
func (m *memory) Load64(ptr uint32) (uint64, abi.Errno) {
	if !m.in(ptr, 8) {
		return 0, abi.EFAULT
	}
	return binary.LittleEndian.Uint64(m.base[ptr:]), abi.OK
}

// Has implements guestmem.Memory.
func (m *memory) Has(ptr uint32, n uint64) bool {
	end := uint64(ptr) + n
	return end <= m.size || end <= m.Size()
}

var littleEndian = func() bool {
	v := uint32(1)
	return *(*byte)(unsafe.Pointer(&v)) == 1
}()

// Store8 implements guestmem.Memory.
func (m *memory) Store8(ptr uint32, v uint8) abi.Errno {
	if !m.in(ptr, 1) {
		return abi.EFAULT
	}
	m.base[ptr] = v
	return abi.OK
}

// Store32 implements guestmem.Memory.
func (m *memory) Store32(ptr uint32, v uint32) abi.Errno {
	return m.CopyOut(ptr, []byte{byte(v), byte(v >> 8), byte(v >> 16), byte(v >> 24)})
}

// Store64 implements guestmem.Memory.
func (m *memory) Store64(ptr uint32, v uint64) abi.Errno {
	var b [8]byte
	for i := range b {
		b[i] = byte(v >> (8 * i))
	}
	return m.CopyOut(ptr, b[:])
}
