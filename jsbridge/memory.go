//go:build js

package jsbridge

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/wasmgen"
)

// memory is a guest's memory, reached through the functions of its bridge, the
// first of which is at this place of the shared table.
type memory int32

func (m memory) CopyIn(dst []byte, ptr uint32) abi.Errno {
	if len(dst) == 0 {
		return abi.OK
	}
	return abi.Errno(copyIn(int32(m), &dst[0], ptr, uint32(len(dst))))
}

func (m memory) CopyOut(ptr uint32, src []byte) abi.Errno {
	if len(src) == 0 {
		return abi.OK
	}
	return abi.Errno(copyOut(int32(m), ptr, &src[0], uint32(len(src))))
}

func (m memory) Load32(ptr uint32) (uint32, abi.Errno) {
	v := load32(int32(m), ptr)
	return uint32(v), abi.Errno(v >> 32)
}

func (m memory) Store8(ptr uint32, v uint8) abi.Errno {
	return abi.Errno(store8(int32(m), ptr, uint32(v)))
}

func (m memory) Store32(ptr uint32, v uint32) abi.Errno {
	return abi.Errno(store32(int32(m), ptr, v))
}

func (m memory) Store64(ptr uint32, v uint64) abi.Errno {
	return abi.Errno(store64(int32(m), ptr, v))
}

func (m memory) Size() uint64 { return uint64(uint32(memorySize(int32(m)))) << 16 }

// slots hands out places in the shared table.
type slots struct {
	free      []int32
	next, end int32
}

// initialSlots is what the trampolines are made with (cmd/wasix-web build).
const initialSlots = 64

// take returns a dead slot, -1 when the table cannot grow.
func (s *slots) take() int32 {
	if n := len(s.free); n > 0 {
		slot := s.free[n-1]
		s.free = s.free[:n-1]
		return slot
	}
	if s.end == 0 {
		s.end = initialSlots * wasmgen.SlotSize
	}
	if s.next == s.end {
		if slotsAdd(initialSlots) < 0 {
			return -1
		}
		s.end += initialSlots * wasmgen.SlotSize
	}
	slot := s.next
	s.next += wasmgen.SlotSize
	return slot
}

// give takes a process's functions out of the table; the guest's memory can go.
func (s *slots) give(slot int32) {
	slotClear(slot)
	s.free = append(s.free, slot)
}
