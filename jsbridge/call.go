//go:build js

package jsbridge

import (
	"slices"

	"github.com/wasix-web/wasix-web/providers/idbfs"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/syscalls"
)

// leave is the slow way out of a call: something is to be done before the guest
// goes on.
func leave(t *kernel.Thread, r kernel.Result, id abi.CallID, args []uint64) int32 {
	if r.NeedsGoroutine() {
		own := append([]uint64(nil), args...)
		r = t.Slow(func() kernel.Result { return syscalls.Dispatch(t, id, own) })
	}
	return int32(settle(t, r))
}

// settle runs what the call made ready, and then decides how t goes on.
func settle(t *kernel.Thread, r kernel.Result) kernel.Result {
	tk := t.Data.(*task)
	if t.Unwinds() && r != kernel.Blocked {
		return t.Leave(r) // nobody else may run now
	}
	due := budget <= 0 && kept <= 0
	if due {
		before := lastCheck
		eng.passed(look() - before)
	}
	if r == kernel.Blocked && tk.state == waking {
		return r // yielded; the clock was looked at, or those who only yield would never see a turn end
	}
	eng.drain()
	if r == kernel.Blocked {
		if t.Parked() {
			tk.state, tk.used = parked, 0
			return r
		}
		r = tk.result // done already
	} else if r = t.Leave(r); r == kernel.Blocked { // the process was stopped
		tk.state, tk.used = parked, 0
		return r
	}
	if !due || r == kernel.End {
		return r
	}
	if eng.ticking && eng.over() {
		tk.result = r
		return eng.spend(tk)
	}
	eng.ensureTick(lastCheck)
	return r
}

// hooked is a call of a thread that is traced.
func hooked(t *kernel.Thread, id abi.CallID, args []uint64) int32 {
	budget--
	r := syscalls.Traced(t, id, slices.Clone(args)) // of args itself the compiler is to know that nobody keeps it
	return leave(t, r, id, args)
}

//go:wasmexport next_signal
func nextSignal(slot int32) int32 {
	t := threads[slot]
	r := t.Deliver()
	if r == kernel.Blocked {
		t.Data.(*task).state = parked
	}
	return int32(r)
}

//go:wasmexport enosys
func enosys(slot, index int32) int32 {
	t := threads[slot]
	if t.Ending() {
		return int32(kernel.End)
	}
	eng.nameUnknown(t, index)
	if budget--; budget < 0 {
		return int32(settle(t, kernel.Ret(abi.ENOSYS)))
	}
	return int32(abi.ENOSYS)
}

// taskResumed is the first thing a parked guest does when it goes on.
//
//go:wasmexport task_resumed
func taskResumed(slot int32) int32 {
	tk := eng.tasks[slot]
	if !eng.goesOn(tk) {
		return int32(kernel.Blocked)
	}
	tk.state = running
	eng.ready--
	r := tk.Leave(tk.result)
	if r == kernel.Blocked {
		tk.state = parked
	}
	return int32(r)
}

// taskStarted says that the guest is about to be entered.
//
//go:wasmexport task_started
func taskStarted(slot int32) {
	tk := eng.tasks[slot]
	if tk.state == starting {
		eng.ready--
	}
	tk.state = running
	tk.Entering()
	tk.since = look()
	eng.ensureTick(tk.since)
	budget = interval
}

// taskIdle says that a call into a library has returned; 1: there will be no other.
//
//go:wasmexport task_idle
func taskIdle(slot int32) int32 {
	tk := eng.tasks[slot]
	tk.state = idle
	look()
	eng.drain()
	if tk.Ending() {
		return 1
	}
	return 0
}

// memoryReady says that the process's bridge is in the table.
//
//go:wasmexport memory_ready
func memoryReady(slot int32) {
	t := threads[slot]
	p := t.Process
	if d, ok := p.Data.(*process); ok && p.Mem == nil {
		p.Mem = guestmem.AtSlot(d.bridge)
	}
	t.Mem = p.Mem
}

// taskDone says that the task's stack has gone: it returned, or was unwound.
//
//go:wasmexport task_done
func taskDone(slot int32) {
	t := threads[slot]
	eng.removeTask(t)
	look()
	t.Done()
	eng.drain()
}

//go:wasmexport task_ending
func taskEnding(slot int32) int32 {
	if t := threads[slot]; t != nil && t.Ending() {
		return 1
	}
	return 0
}

//go:wasmexport expire
func expire() {
	look()
	eng.k.Expire()
	eng.drain()
}

// stored is told that a transaction of files in IndexedDB is complete.
//
//go:wasmexport stored
func stored(id int32) { idbfs.Stored(int(id)) }

// tick is a turn of the event loop.
//
//go:wasmexport tick
func tick() {
	e := eng
	now := look()
	e.ticking, e.turn, e.length = false, now, maxTurn
	fns := e.onTick
	e.onTick = nil
	for _, fn := range fns {
		fn()
	}
	e.drain()
	if len(e.woken)+len(e.spent) > 0 {
		e.ensureTick(now)
	}
	if e.rotate = len(e.spent) > 0 && (e.rotate || len(e.woken) == 0); e.rotate {
		e.sliced = e.spent[0]
		e.spent = slices.Delete(e.spent, 0, 1)
		hostResolve(e.sliced)
	} else {
		woken := e.woken
		e.woken, e.spare = e.spare[:0], nil
		for _, slot := range woken {
			hostResolve(slot)
		}
		e.spare = woken[:0]
	}
	e.rotate = !e.rotate
	if e.gc.due(now) {
		hostKick()
	}
}
