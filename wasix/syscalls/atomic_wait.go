package syscalls

import (
	"math"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

// The instructions memory.atomic.wait32, wait64 and notify of a guest come here:
// executed, they would stop all guests of the worker (wasmgen.RewriteAtomicWaits).
// They use the futexes of futex_wait, as libc mixes both.

// Results of a wait.
const (
	waitWoken kernel.Result = iota
	waitNotEqual
	waitTimedOut
)

// atomicAddress returns the address of an access; one that the instruction would
// trap at ends the process as the trap does.
func atomicAddress(t *kernel.Thread, addr, offset, size uint32) (uint32, bool) {
	at := uint64(addr) + uint64(offset)
	why := ""
	switch {
	case at%uint64(size) != 0:
		why = "unaligned atomic access"
	case at+uint64(size) > t.Mem.Size():
		why = "memory access out of bounds"
	}
	if why != "" {
		t.Process.Exit(kernel.Status{Code: 134, Trap: why})
		return 0, false
	}
	return uint32(at), true
}

// AtomicNotify is memory.atomic.notify: it returns how many waited.
func AtomicNotify(t *kernel.Thread, addr, count, offset uint32) kernel.Result {
	at, ok := atomicAddress(t, addr, offset, 4)
	if !ok {
		return kernel.End
	}
	return kernel.Result(t.Process.Futexes.Wake(at, int(min(count, math.MaxInt32))))
}

// AtomicWait32 is memory.atomic.wait32. timeout is in nanoseconds, negative: for
// ever. A signal ends it as a wake does.
func AtomicWait32(t *kernel.Thread, addr, expected uint32, timeout int64, offset uint32) kernel.Result {
	at, ok := atomicAddress(t, addr, offset, 4)
	if !ok {
		return kernel.End
	}
	if v, e := t.Mem.Load32(at); e != abi.OK || v != expected {
		return waitNotEqual
	}
	return atomicWait(t, at, timeout)
}

// AtomicWait64 is memory.atomic.wait64.
func AtomicWait64(t *kernel.Thread, addr uint32, expected uint64, timeout int64, offset uint32) kernel.Result {
	at, ok := atomicAddress(t, addr, offset, 8)
	if !ok {
		return kernel.End
	}
	if v, e := t.Mem.Load64(at); e != abi.OK || v != expected {
		return waitNotEqual
	}
	return atomicWait(t, at, timeout)
}

func atomicWait(t *kernel.Thread, addr uint32, timeout int64) kernel.Result {
	deadline := int64(0)
	if timeout >= 0 {
		deadline = after(t, uint64(timeout))
	}
	w := &t.Futex
	t.Process.Futexes.Wait(w, addr)
	return t.Block(deadline, func(why kernel.Why) kernel.Result {
		switch {
		case w.Woken() || why == kernel.Interrupted:
			return waitWoken
		case why == kernel.TimedOut:
			return waitTimedOut
		}
		return kernel.Blocked
	}, kernel.On{Object: w, Mask: waiter.In})
}
