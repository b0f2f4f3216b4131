package syscalls

import (
	"math"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

// FutexWait waits until another thread wakes an address, if it has the expected
// value.
//
// # Parameters
//
//   - addr: the address of a u32
//   - expected: its value; with another one the call returns at once
//   - timeout: an option_timestamp struct: how long to wait, in nanoseconds. Also
//     0: for ever
//   - woken: where a bool goes (u8): 0 after the timeout, else 1
//
// # Result (Errno)
//
//   - EINVAL: addr is not a multiple of 4, timeout has an unknown tag
//   - EFAULT: addr, timeout or woken leaves the memory
//
// Note: like futex(FUTEX_WAIT) in Linux. A signal ends the wait as a wake does:
// libc traps on any error, and looks at the value again anyway.
//
// See https://wasix.org/docs/api-reference/wasix/futex_wait
func FutexWait(t *kernel.Thread, addr, expected, timeout, woken uint32) kernel.Result {
	if addr%4 != 0 {
		return kernel.Ret(abi.EINVAL)
	}
	if e := guestmem.Writable(t.Mem, woken, 1); e != abi.OK {
		return kernel.Ret(e)
	}
	var limit abi.OptionTimestamp
	if timeout != 0 {
		b := t.Scratch.Bytes[:abi.SizeOptionTimestamp]
		if e := t.Mem.CopyIn(b, timeout); e != abi.OK {
			return kernel.Ret(e)
		}
		limit.Get(b)
	}
	value, e := t.Mem.Load32(addr)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	if value != expected {
		return kernel.Ret(t.Mem.Store8(woken, 1))
	}
	deadline := int64(0)
	switch limit.Tag {
	case abi.OptionNone:
	case abi.OptionSome:
		deadline = after(t, limit.Some)
	default:
		return kernel.Ret(abi.EINVAL)
	}
	w := &t.Futex
	t.Process.Futexes.Wait(w, addr)
	ws := waitsOf(t)
	ws.result = woken
	return t.Block(deadline, ws.futex, kernel.On{Object: w, Mask: waiter.In})
}

func (w *waits) tryFutex(why kernel.Why) kernel.Result {
	t := w.t
	switch {
	case t.Futex.Woken() || why == kernel.Interrupted:
		return kernel.Ret(t.Mem.Store8(w.result, 1))
	case why == kernel.TimedOut:
		return kernel.Ret(t.Mem.Store8(w.result, 0))
	}
	return kernel.Blocked
}

// FutexWake wakes the thread that has waited longest at an address.
//
// # Parameters
//
//   - addr: the address
//   - woken: where a bool goes (u8): always 1
//
// # Result (Errno)
//
//   - EINVAL: addr is not a multiple of 4
//   - EFAULT: addr or woken leaves the memory
//
// Note: like futex(FUTEX_WAKE) in Linux, but woken does not tell whether there was
// a thread: programs of 2022 spin until it is 1.
//
// See https://wasix.org/docs/api-reference/wasix/futex_wake
func FutexWake(t *kernel.Thread, addr, woken uint32) kernel.Result {
	return wake(t, addr, 1, woken)
}

// FutexWakeAll wakes all threads that wait at an address.
//
// # Parameters
//
//   - addr: the address
//   - woken: where a bool goes (u8): always 1, see futex_wake
//
// # Result (Errno)
//
//   - EINVAL: addr is not a multiple of 4
//   - EFAULT: addr or woken leaves the memory
//
// See https://wasix.org/docs/api-reference/wasix/futex_wake_all
func FutexWakeAll(t *kernel.Thread, addr, woken uint32) kernel.Result {
	return wake(t, addr, math.MaxInt, woken)
}

func wake(t *kernel.Thread, addr uint32, n int, woken uint32) kernel.Result {
	if addr%4 != 0 {
		return kernel.Ret(abi.EINVAL)
	}
	if e := guestmem.Writable(t.Mem, addr, 4); e != abi.OK {
		return kernel.Ret(e)
	}
	if e := t.Mem.Store8(woken, 1); e != abi.OK {
		return kernel.Ret(e)
	}
	t.Process.Futexes.Wake(addr, n)
	return kernel.Success
}
