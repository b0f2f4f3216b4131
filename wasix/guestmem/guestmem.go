// Package guestmem reaches into a guest's linear memory.
//
// A guest passes addresses as 32-bit numbers, which may be anything. Every
// access here is checked in 64-bit arithmetic and ends in EFAULT when it leaves
// the memory; nothing is written then.
package guestmem

import "github.com/wasix-web/wasix-web/wasix/abi"

// Store16 writes a little-endian 16-bit word.
func Store16(m Memory, ptr uint32, v uint16) abi.Errno {
	b := [2]byte{byte(v), byte(v >> 8)}
	return m.CopyOut(ptr, b[:])
}

// Writable returns EFAULT unless the n bytes at ptr are inside the memory.
// Calls that change state before they write a result ask first.
func Writable(m Memory, ptr uint32, n uint64) abi.Errno {
	if m.Has(ptr, n) {
		return abi.OK
	}
	return abi.EFAULT
}

// String reads n bytes at ptr as a string. A length over max is ENAMETOOLONG.
func String(m Memory, ptr, n, max uint32) (string, abi.Errno) {
	if n == 0 {
		return "", abi.OK
	}
	if e := Writable(m, ptr, uint64(n)); e != abi.OK {
		return "", e
	}
	if n > max {
		return "", abi.ENAMETOOLONG
	}
	var small [256]byte
	b := small[:]
	if n > uint32(len(small)) {
		b = make([]byte, n)
	}
	b = b[:n]
	if e := m.CopyIn(b, ptr); e != abi.OK {
		return "", e
	}
	return string(b), abi.OK
}

func le32(b []byte) uint32 {
	_ = b[3]
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
}

func le64(b []byte) uint64 { return uint64(le32(b)) | uint64(le32(b[4:]))<<32 }
