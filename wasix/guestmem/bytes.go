//go:build !js

package guestmem

import "github.com/wasix-web/wasix-web/wasix/abi"

// Bytes is a Memory over a Go slice.
type Bytes []byte

func (b Bytes) in(ptr uint32, n int) bool { return uint64(ptr)+uint64(n) <= uint64(len(b)) }

// CopyIn implements Memory.
func (b Bytes) CopyIn(dst []byte, ptr uint32) abi.Errno {
	if len(dst) == 0 {
		return abi.OK
	}
	if !b.in(ptr, len(dst)) {
		return abi.EFAULT
	}
	copy(dst, b[ptr:])
	return abi.OK
}

// CopyOut implements Memory.
func (b Bytes) CopyOut(ptr uint32, src []byte) abi.Errno {
	if len(src) == 0 {
		return abi.OK
	}
	if !b.in(ptr, len(src)) {
		return abi.EFAULT
	}
	copy(b[ptr:], src)
	return abi.OK
}

// Load32 implements Memory.
func (b Bytes) Load32(ptr uint32) (uint32, abi.Errno) {
	if !b.in(ptr, 4) {
		return 0, abi.EFAULT
	}
	return le32(b[ptr:]), abi.OK
}

// Load64 implements Memory.
func (b Bytes) Load64(ptr uint32) (uint64, abi.Errno) {
	if !b.in(ptr, 8) {
		return 0, abi.EFAULT
	}
	return le64(b[ptr:]), abi.OK
}

// Has implements Memory.
func (b Bytes) Has(ptr uint32, n uint64) bool { return uint64(ptr)+n <= uint64(len(b)) }

// Store8 implements Memory.
func (b Bytes) Store8(ptr uint32, v uint8) abi.Errno {
	return b.CopyOut(ptr, []byte{v})
}

// Store32 implements Memory.
func (b Bytes) Store32(ptr uint32, v uint32) abi.Errno {
	return b.CopyOut(ptr, []byte{byte(v), byte(v >> 8), byte(v >> 16), byte(v >> 24)})
}

// Store64 implements Memory.
func (b Bytes) Store64(ptr uint32, v uint64) abi.Errno {
	var w [8]byte
	for i := range w {
		w[i] = byte(v >> (8 * i))
	}
	return b.CopyOut(ptr, w[:])
}

// Size implements Memory.
func (b Bytes) Size() uint64 { return uint64(len(b)) }
