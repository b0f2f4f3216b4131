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
