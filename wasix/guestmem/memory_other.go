//go:build !js

package guestmem

import "github.com/wasix-web/wasix-web/wasix/abi"

// Memory is one guest's linear memory. A copy of zero bytes succeeds at any
// address.
//
// In the browser, where a call through an interface costs as much as the access
// itself, Memory is a concrete type with the same methods (memory_js.go).
type Memory interface {
	// CopyIn fills dst from the guest's bytes at ptr.
	CopyIn(dst []byte, ptr uint32) abi.Errno
	// CopyOut writes src to the guest at ptr.
	CopyOut(ptr uint32, src []byte) abi.Errno
	// Load32 reads a little-endian word. It is atomic in a shared memory.
	Load32(ptr uint32) (uint32, abi.Errno)
	// Load64 reads eight bytes: an iovec, mostly.
	Load64(ptr uint32) (uint64, abi.Errno)
	// Store32 and its siblings write little-endian values.
	Store8(ptr uint32, v uint8) abi.Errno
	Store32(ptr uint32, v uint32) abi.Errno
	Store64(ptr uint32, v uint64) abi.Errno
	// Size returns the memory's size in bytes.
	Size() uint64
	// Has tells whether the n bytes at ptr are inside. Memories never shrink,
	// so what was inside once stays so.
	Has(ptr uint32, n uint64) bool
}

// Of makes a memory of a Go slice: the kernel's own buffers, and tests.
func Of(b []byte) Memory { return Bytes(b) }

// ReadOne serves a read into one buffer: as many bytes of src as the iovec at iov
// has room for are copied there, and their number is stored at result and
// returned. -1: nothing has been done, because that number is 0 or more than
// there are, or because something is outside the memory. src is not empty.
func ReadOne(m Memory, iov, result uint32, src []byte) int {
	ptr, n := one(m, iov, result, len(src))
	if n > 0 {
		m.CopyOut(ptr, src[:n])
		m.Store32(result, uint32(n))
	}
	return n
}

// WriteOne serves a write from one buffer likewise: it fills the beginning of dst.
func WriteOne(m Memory, iov, result uint32, dst []byte) int {
	ptr, n := one(m, iov, result, len(dst))
	if n > 0 {
		m.CopyIn(dst[:n], ptr)
		m.Store32(result, uint32(n))
	}
	return n
}

func one(m Memory, iov, result uint32, most int) (ptr uint32, n int) {
	v, e := m.Load64(iov)
	ptr, size := uint32(v), v>>32
	if e != abi.OK || size == 0 || size > uint64(most) || !m.Has(ptr, size) || !m.Has(result, 4) {
		return 0, -1
	}
	return ptr, int(size)
}
