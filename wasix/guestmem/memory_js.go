package guestmem

import "github.com/wasix-web/wasix-web/wasix/abi"

// Memory is one guest's linear memory. A copy of zero bytes succeeds at any
// address. See memory_other.go for the methods' contract.
//
// A guest's memory is reached through the functions of its own two-memory
// bridge (wasmgen.Bridge), by way of the trampolines: each calls the function
// at slot + k of a shared table. They check bounds and return an errno. Small
// methods are inlined, so an access costs one wasm call.
type Memory = *Linear

// Linear is a guest's memory in the browser, or a Go slice.
type Linear struct {
	slot int32
	size uint64 // as last seen; memories only grow
	own  []byte // the slice, when it is one
}

// AtSlot returns the memory whose bridge is at that place of the shared table.
func AtSlot(slot int32) Memory { return &Linear{slot: slot} }

// DeadSlot is a slot that never has a bridge: its functions return EFAULT.
const DeadSlot = 0

// Of makes a memory of a Go slice, for a Vec: it can be copied from and to, and
// everything else is EFAULT.
func Of(b []byte) Memory {
	if b == nil {
		b = []byte{}
	}
	return &Linear{slot: DeadSlot, own: b, size: uint64(len(b))}
}

//go:wasmimport bridge copy_in
//go:noescape
func copyIn(slot int32, dst *byte, src uint32, n uint32) int32

//go:wasmimport bridge copy_out
//go:noescape
func copyOut(slot int32, dst uint32, src *byte, n uint32) int32

//go:wasmimport bridge load32
func load32(slot int32, ptr uint32) int64

//go:wasmimport bridge load64
//go:noescape
func load64(slot int32, dst *uint64, ptr uint32) int32

//go:wasmimport bridge store8
func store8(slot int32, ptr uint32, v uint32) int32

//go:wasmimport bridge store32
func store32(slot int32, ptr uint32, v uint32) int32

//go:wasmimport bridge store64
func store64(slot int32, ptr uint32, v uint64) int32

//go:wasmimport bridge read_one
//go:noescape
func readOne(slot int32, iov, result uint32, src *byte, n uint32) int32

//go:wasmimport bridge write_one
//go:noescape
func writeOne(slot int32, iov, result uint32, dst *byte, n uint32) int32

//go:wasmimport bridge size
func memorySize(slot int32) int32

// CopyIn fills dst from the guest's bytes at ptr.
func (m *Linear) CopyIn(dst []byte, ptr uint32) abi.Errno {
	if len(dst) == 0 || m.own != nil {
		return m.ownIn(dst, ptr)
	}
	return abi.Errno(copyIn(m.slot, &dst[0], ptr, uint32(len(dst))))
}

// CopyOut writes src to the guest at ptr.
func (m *Linear) CopyOut(ptr uint32, src []byte) abi.Errno {
	if len(src) == 0 || m.own != nil {
		return m.ownOut(ptr, src)
	}
	return abi.Errno(copyOut(m.slot, ptr, &src[0], uint32(len(src))))
}

// Load32 reads a little-endian word.
func (m *Linear) Load32(ptr uint32) (uint32, abi.Errno) {
	v := load32(m.slot, ptr)
	return uint32(v), abi.Errno(v >> 32)
}

// Load64 reads eight bytes: an iovec, mostly.
func (m *Linear) Load64(ptr uint32) (v uint64, errno abi.Errno) {
	errno = abi.Errno(load64(m.slot, &v, ptr))
	return
}

// Store8 and its siblings write little-endian values.
func (m *Linear) Store8(ptr uint32, v uint8) abi.Errno {
	return abi.Errno(store8(m.slot, ptr, uint32(v)))
}

func (m *Linear) Store32(ptr uint32, v uint32) abi.Errno {
	return abi.Errno(store32(m.slot, ptr, v))
}

func (m *Linear) Store64(ptr uint32, v uint64) abi.Errno {
	return abi.Errno(store64(m.slot, ptr, v))
}

// ReadOne is a whole read in one access; see memory_other.go.
func ReadOne(m Memory, iov, result uint32, src []byte) int {
	return int(readOne(m.slot, iov, result, &src[0], uint32(len(src))))
}

// WriteOne is a whole write in one access; see memory_other.go.
func WriteOne(m Memory, iov, result uint32, dst []byte) int {
	return int(writeOne(m.slot, iov, result, &dst[0], uint32(len(dst))))
}

// Size returns the memory's size in bytes.
func (m *Linear) Size() uint64 {
	if m.own == nil {
		m.size = uint64(uint32(memorySize(m.slot))) << 16
	}
	return m.size
}

// Has tells whether the n bytes at ptr are inside. Memories never shrink, so
// what was inside once stays so.
func (m *Linear) Has(ptr uint32, n uint64) bool {
	if uint64(ptr)+n <= m.size {
		return true
	}
	return m.grown(uint64(ptr) + n)
}

//go:noinline
func (m *Linear) grown(end uint64) bool { return end <= m.Size() }

// The slices: not worth a fast path.

//go:noinline
func (m *Linear) ownIn(dst []byte, ptr uint32) abi.Errno {
	if len(dst) == 0 {
		return abi.OK
	}
	if uint64(ptr)+uint64(len(dst)) > uint64(len(m.own)) {
		return abi.EFAULT
	}
	copy(dst, m.own[ptr:])
	return abi.OK
}

//go:noinline
func (m *Linear) ownOut(ptr uint32, src []byte) abi.Errno {
	if len(src) == 0 {
		return abi.OK
	}
	if uint64(ptr)+uint64(len(src)) > uint64(len(m.own)) {
		return abi.EFAULT
	}
	copy(m.own[ptr:], src)
	return abi.OK
}
