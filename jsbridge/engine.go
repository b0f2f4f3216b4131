//go:build js

// Package jsbridge runs guests in the browser's own WebAssembly engine.
//
// A guest's import is a function of a small generated module (the shim) that
// calls an export of this program: no JavaScript in between. Exports never
// wait; a call that has to is parked by the shim (JSPI), and resumed from
// whichever call, timer or message makes it ready.
//
// # Turns
//
// A guest goes on in a microtask, so tasks that wake each other would keep the
// event loop from ever turning. A tick is a message the worker sends to itself.
// Tasks made ready when the current turn is over wait for the next tick (woken);
// and a guest that has computed that long is parked at its next call, behind all
// others that have (spent). The turns belong in alternation to those that were
// woken, and to one of the spent. So a task that waits for input is not behind
// those that compute, and these share what is left evenly.
package jsbridge

import (
	"errors"
	"slices"

	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/kernel"
)

// maxTurn is how long guests run, in milliseconds, before the event loop gets
// its share.
const maxTurn = 8

// maxRound is how long it takes, in milliseconds, until each of the spent tasks has
// had a slice, as long as there are not very many.
const maxRound = 40

// task is what the engine holds for a thread.
type task struct {
	*kernel.Thread
	result kernel.Result // of the call it is parked in
	state  taskState
	since  float64 // when it last went on
	used   float64 // how long it has run without waiting for anything
}

type taskState int8

const (
	starting taskState = iota // asked for, not yet entered
	running                   // in guest code (perhaps inside a call)
	parked                    // in the shim's block
	waking                    // resumed, not yet running
	idle                      // a library's: between calls into it
)

// process is what the engine holds for a kernel.Process.
type process struct {
	program int32
	bridge  int32 // its place in the table of bridges; noBridge until it is started
}

const (
	noBridge = -1
	noSlot   = -1
)

// noMemory is the memory of a program that has none, or none yet: all of it is
// EFAULT.
var noMemory = guestmem.AtSlot(guestmem.DeadSlot)

// engine implements kernel.Engine.
type engine struct {
	k        *kernel.Kernel
	tasks    []*task
	free     []int32
	bridges  slots
	woken    []int32 // slots to resolve at the next tick
	spare    []int32 // woken's other slice
	spent    []int32 // slots of tasks that have used up their turn, one of which is resolved at a tick
	sliced   int32   // the one that was, until it goes on; or noSlot
	rotate   bool    // the next turn is that of one of the spent
	ready    int     // tasks in state waking or starting
	ticking  bool
	turn     float64 // when the current turn began
	length   float64 // how long it may be
	spinning bool    // the shim answers sched_yield
	spins    int32   // so often
	traced   bool    // some thread is traced, and its calls are to be seen
	onTick   []func()
	gc       collector
}

// eng and threads are what the exports work on: one engine a worker.
var (
	eng     = &engine{sliced: noSlot, length: maxTurn, spins: 1}
	threads []*kernel.Thread // by slot

	// budget counts down calls until the clock is looked at; below zero a call
	// takes the slow way out.
	budget int32
	// interval is what budget starts from: so that the clock is asked about
	// once a millisecond, and at most every 32 calls.
	interval int32 = 1
	// kept is what budget was when Attend emptied it.
	kept int32
)

func (e *engine) Now() int64 { return int64(hostNow() * 1e6) }

func (e *engine) SetAlarm(at int64) { hostAlarm(float64(at) / 1e6) }

// Attend implements kernel.Engine: the running call takes the slow way out, though not because the
// clock is to be looked at.
func (e *engine) Attend() {
	if budget > 0 {
		kept, budget = budget, 0
	}
}

// drain runs what was made ready. Before, outside of calls, look is to be called:
// Resume does not ask what time it is, as that costs more than the rest of it.
func (e *engine) drain() {
	e.k.Drain()
	if kept > 0 {
		budget, kept = kept, 0
	}
}

// Unwind implements kernel.Unwinder: a thread that runs sees at its next call that
// it is to end, and one that is idle ends at once.
func (e *engine) Unwind(t *kernel.Thread) {
	e.Attend()
	tk, ok := t.Data.(*task)
	if !ok {
		return
	}
	switch tk.state {
	case idle:
		hostEnd(t.Slot)
	case waking:
		e.hurry(t.Slot)
	}
}

// hurry lets a task that is spent go on at the next tick.
func (e *engine) hurry(slot int32) {
	if i := slices.Index(e.spent, slot); i >= 0 {
		e.spent = slices.Delete(e.spent, i, i+1)
		e.woken = append(e.woken, slot)
	}
}

// Others implements kernel.Engine. While there are none, the shim answers
// sched_yield by itself for a while.
func (e *engine) Others() bool {
	if e.ready > 0 {
		return true
	}
	if !e.traced {
		e.spinning = true
		setYields(e.spins)
	}
	return false
}

// mostSpins is how often sched_yield may return without the kernel knowing, at most:
// the programs that make calls seldom are not heard meanwhile, nor is the page.
const mostSpins = 400

// passed is told how many milliseconds have gone by between two looks at the clock,
// and sets how many calls there are to be until the next.
func (e *engine) passed(ms float64) {
	switch {
	case ms > 2:
		interval, e.spins = max(interval/4, 1), max(e.spins/4, 1)
	case ms < 0.5:
		interval, e.spins = min(interval*2, 32), min(e.spins*2, mostSpins)
	}
	budget = interval
}

// readied counts a task that could run now.
func (e *engine) readied() {
	e.ready++
	if e.spinning {
		e.spinning = false
		setYields(0)
	}
}

// Go runs fn on a goroutine; the event loop gives it its chance.
func (e *engine) Go(fn func()) {
	go func() {
		fn()
		look()
		e.drain()
	}()
	hostKick()
}

// Start asks the worker to enter t.
func (e *engine) Start(t *kernel.Thread) error {
	p, ok := t.Process.Data.(*process)
	if !ok {
		return errors.New("process has no program")
	}
	kind, a, b, err := entryOf(t, thePort.programs[int(p.program)])
	if err != nil {
		return err
	}
	if p.bridge == noBridge {
		if p.bridge = e.bridges.take(); p.bridge == noBridge {
			return errors.New("too many guest memories")
		}
	}
	if t.Process.Parent() != 0 && hostReady(t.Process.PID, p.program) == 0 {
		return errNoMemory // of what a page starts, it is told more (startError)
	}
	if t.Data == nil {
		e.addTask(t)
	}
	hostStart(t.Slot, t.Process.PID, p.program, p.bridge, kind, a, b, int32(t.Entry.Stack))
	return nil
}

// Kinds of entry, as web/src/worker/engine.ts has them.
const (
	entryMain int32 = iota
	entryThread
	entryOldThread
)

func entryOf(t *kernel.Thread, pr *program) (kind, a int32, b int64, err error) {
	en := &t.Entry
	switch {
	case en.Main:
		return entryMain, 0, 0, nil
	case !slices.Contains(pr.starts, en.Export):
		return 0, 0, 0, errors.New("a thread cannot start: no function " + en.Export + " is exported")
	case en.Export == threadStart:
		return entryThread, int32(en.Args[0]), int64(int32(en.Args[1])), nil
	}
	return entryOldThread, 0, int64(en.Args[0]), nil
}

// addTask gives t a slot.
func (e *engine) addTask(t *kernel.Thread) {
	slot := int32(len(e.tasks))
	if n := len(e.free); n > 0 {
		slot = e.free[n-1]
		e.free = e.free[:n-1]
	} else {
		e.tasks = append(e.tasks, nil)
		threads = append(threads, nil)
	}
	tk := &task{Thread: t}
	e.tasks[slot], threads[slot] = tk, t
	if t.Mem == nil {
		t.Mem = noMemory
	}
	t.Slot, t.Data = slot, tk
	e.readied()
}

// Resume implements kernel.Engine.
func (e *engine) Resume(t *kernel.Thread, r kernel.Result) {
	tk := t.Data.(*task)
	tk.result = r
	if tk.state != parked {
		return // its call has not left yet, and will take the result along
	}
	tk.state = waking
	e.readied()
	e.ensureTick(lastCheck)
	if e.over() {
		e.woken = append(e.woken, t.Slot)
	} else {
		hostResolve(t.Slot)
	}
}

// over tells whether the turn is.
func (e *engine) over() bool { return lastCheck-e.turn > e.length }

// Yield parks the running thread behind the tasks that could run now.
func (e *engine) Yield(t *kernel.Thread, r kernel.Result) kernel.Result {
	tk := t.Data.(*task)
	t.Park()
	tk.result, tk.state = r, parked
	t.Unparked()
	// Those that do nothing but yield get no more than those that compute.
	if tk.used += lastCheck - tk.since; len(e.spent) > 0 && tk.used > e.slice() {
		return e.spend(tk)
	}
	e.Resume(t, r)
	return kernel.Blocked
}

// spend parks the running task behind all others that have used up their turn.
func (e *engine) spend(tk *task) kernel.Result {
	tk.state, tk.used = waking, 0
	e.readied()
	e.spent = append(e.spent, tk.Slot)
	e.ensureTick(lastCheck)
	return kernel.Blocked
}

// slice is how long one of the spent may run.
func (e *engine) slice() float64 { return max(1, min(maxTurn, maxRound/float64(len(e.spent)+1))) }

// goesOn is told that a task is about to go on. It tells whether it may: when the
// turn is over before the task has had any of it, it is parked again.
func (e *engine) goesOn(tk *task) bool {
	if tk.Slot == e.sliced {
		e.sliced, e.turn, e.length = noSlot, lastCheck, e.slice()
	} else if e.ticking && e.over() && !tk.Ending() {
		e.woken = append(e.woken, tk.Slot)
		return false
	}
	tk.since = lastCheck
	return true
}

// ensureTick makes sure that the event loop comes back to us.
func (e *engine) ensureTick(now float64) {
	if !e.ticking {
		e.ticking = true
		e.turn, e.length = now, maxTurn
		hostTick()
	}
}

// atTick runs fn at the next tick.
func (e *engine) atTick(fn func()) {
	e.onTick = append(e.onTick, fn)
	e.ensureTick(look())
}

// Forget implements kernel.Engine.
func (e *engine) Forget(p *kernel.Process) {
	if d, ok := p.Data.(*process); ok {
		hostForget(p.PID)
		if d.bridge != noBridge {
			e.bridges.give(d.bridge)
		}
		p.Data = nil
	}
}

// removeTask frees the slot of a thread whose stack has gone.
func (e *engine) removeTask(t *kernel.Thread) {
	tk, ok := t.Data.(*task)
	if !ok {
		return
	}
	if tk.state == waking || tk.state == starting {
		e.ready--
		// One that never was parked (in a start section nobody can be) is not to be resumed.
		e.hurry(t.Slot)
		e.woken = slices.DeleteFunc(e.woken, func(slot int32) bool { return slot == t.Slot })
	}
	if e.sliced == t.Slot {
		e.sliced = noSlot
	}
	e.tasks[t.Slot], threads[t.Slot] = nil, nil
	e.free = append(e.free, t.Slot)
	t.Data = nil
}
