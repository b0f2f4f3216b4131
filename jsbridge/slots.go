//go:build js

package jsbridge

import (
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/wasmgen"
)

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
		s.next = guestmem.DeadSlot + wasmgen.SlotSize
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
