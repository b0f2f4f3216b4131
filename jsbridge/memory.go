//go:build js

package jsbridge

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/wasmgen"
)

// memory is a guest's memory, reached through the functions of its bridge.
type memory struct {
	slot int32  // place of the first one in the shared table
	size uint64 // as last seen; memories only grow
}

func (m *memory) CopyIn(dst []byte, ptr uint32) abi.Errno {
	if len(dst) == 0 {
		return abi.OK
	}
	return abi.Errno(copyIn(m.slot, &dst[0], ptr, uint32(len(dst))))
}

func (m *memory) CopyOut(ptr uint32, src []byte) abi.Errno {
	if len(src) == 0 {
		return abi.OK
	}
	return abi.Errno(copyOut(m.slot, ptr, &src[0], uint32(len(src))))
}

func (m *memory) Load32(ptr uint32) (uint32, abi.Errno) {
	v := load32(m.slot, ptr)
	return uint32(v), abi.Errno(v >> 32)
}

func (m *memory) Store8(ptr uint32, v uint8) abi.Errno {
	return abi.Errno(store8(m.slot, ptr, uint32(v)))
}

func (m *memory) Store32(ptr uint32, v uint32) abi.Errno {
	return abi.Errno(store32(m.slot, ptr, v))
}

func (m *memory) Store64(ptr uint32, v uint64) abi.Errno {
	return abi.Errno(store64(m.slot, ptr, v))
}

func (m *memory) Load64(ptr uint32) (uint64, abi.Errno) {
	var v uint64
	e := load64(m.slot, &v, ptr)
	return v, abi.Errno(e)
}

func (m *memory) Size() uint64 {
	m.size = uint64(uint32(memorySize(m.slot))) << 16
	return m.size
}

func (m *memory) Has(ptr uint32, n uint64) bool {
	end := uint64(ptr) + n
	return end <= m.size || end <= m.Size()
}

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
