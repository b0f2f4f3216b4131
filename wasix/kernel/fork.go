package kernel

import (
	"maps"
	"strconv"

	"github.com/wasix-web/wasix-web/wasix/abi"
)

// # How a guest's stack is copied
//
// A program built with binaryen's asyncify pass can unwind its stack into its
// own memory and rewind it from there. A call that needs that (fork, setjmp)
// asks for it and returns; the guest unwinds; the engine tells us (Unwound) once
// its entry has returned; we copy what is to be copied and have the guest enter
// again; it rewinds and makes the same call a second time, which now ends the
// rewinding and returns the result.
//
// The pass wants a region of the guest's memory. We borrow one and keep the
// guest's own bytes aside meanwhile.

const (
	regionAt   = 1024    // where the borrowed region lies
	regionSize = 1 << 20 // at most; the deepest seen (bash) took 146 KB
	regionHead = 8       // asyncify's two pointers: where to write, and the end
)

// Asyncify is implemented by engines that can unwind and rewind guests. data is
// the address of the region.
type Asyncify interface {
	// CanUnwind tells whether the guest exports asyncify's functions.
	CanUnwind(t *Thread) bool
	// StartUnwind notes the guest's mutable globals and begins.
	StartUnwind(t *Thread, data uint32)
	// StopUnwind ends it and puts the globals back.
	StopUnwind(t *Thread)
	StartRewind(t *Thread, data uint32)
	StopRewind(t *Thread)
	// Globals returns the values of the guest's mutable globals.
	Globals(t *Thread) any
	// SetGlobals puts them back.
	SetGlobals(t *Thread, g any)
	// Clone makes an instance for child, whose memory is a copy of t's, or
	// t's own when share is set, with the globals of t, and does not start it.
	Clone(t, child *Thread, share bool) error
	// Lends tells whether another instance can run on the guest's memory.
	Lends(t *Thread) bool
}

// rewind is a thread's state while its stack is unwound or rewound.
type rewind struct {
	phase   phase
	unwound func() abi.Errno // what to do with the stack; decides what the call returns
	saved   []byte           // the guest's own bytes, to go back to the region
	pid     int32
	errno   abi.Errno
	result  uint64 // of stack_checkpoint
	// handlers are those whose stack was unwound, the innermost first: the calls
	// that they were in are made again.
	handlers []delivery
	traced   bool // Hooked, without handlers
}

type phase int8

const (
	idle phase = iota
	unwinding
	rewinding
)

// startUnwind has the guest unwind once the running call has returned; then
// action runs.
//
// Errors: ENOTSUP the program was built without asyncify.
func (t *Thread) startUnwind(what string, action func() abi.Errno) abi.Errno {
	a, ok := t.Kernel.Engine.(Asyncify)
	if !ok || !a.CanUnwind(t) {
		t.Kernel.WarnOnce(t.Process.Name + ": " + what + ": the program was built without asyncify (wasm-opt --asyncify); ENOTSUP")
		return abi.ENOTSUP
	}
	size := min(regionSize, t.Mem.Size()-regionAt)
	if t.Mem.Size() < regionAt+4096 {
		return abi.ENOMEM
	}
	k := t.Kernel
	if k.region == nil {
		k.region = make([]byte, regionSize)
	}
	saved := k.region[:size]
	if e := t.Mem.CopyIn(saved, regionAt); e != abi.OK {
		return e
	}
	t.Mem.Store32(regionAt, regionAt+regionHead)
	t.Mem.Store32(regionAt+4, uint32(regionAt+size))
	t.rewind = rewind{phase: unwinding, unwound: action, saved: saved}
	a.StartUnwind(t, regionAt)
	return abi.OK
}

// Unwound is called by the engine when a guest's entry has returned. It tells
// whether the guest is to be entered again; if not, the thread has ended.
func (t *Thread) Unwound() bool {
	rw := &t.rewind
	if rw.phase != unwinding {
		return false
	}
	a := t.Kernel.Engine.(Asyncify)
	a.StopUnwind(t)
	clear(t.signals.deliveries) // what longjmp has left behind: no stack is left
	t.signals.deliveries = t.signals.deliveries[:0]
	top, _ := t.Mem.Load32(regionAt)
	used := min(max(top, regionAt+regionHead)-regionAt, uint32(len(rw.saved)))
	rw.saved = append([]byte(nil), rw.saved[:used]...)
	rw.phase = rewinding
	rw.errno = rw.unwound()
	rw.unwound = nil
	if t.ending {
		return false
	}
	t.hook()
	a.StartRewind(t, regionAt)
	return true
}

// hook makes every call come by Repeated while handlers are rewound.
func (t *Thread) hook() {
	if len(t.rewind.handlers) > 0 {
		t.rewind.traced, t.Hooked = t.Hooked, true
	}
}

// Repeated is asked before a call of a thread that is Hooked. In a guest that
// rewinds it may be one that signals were delivered in: it is not made again, the
// handler is entered.
func (t *Thread) Repeated() (Result, bool) {
	rw := &t.rewind
	n := len(rw.handlers) - 1
	if rw.phase != rewinding || n < 0 {
		return 0, false
	}
	d := rw.handlers[n]
	if rw.handlers = rw.handlers[:n]; n == 0 {
		t.Hooked = rw.traced
	}
	t.deliver(d)
	return signalled(d.result), true
}

// redeliver is Deliver while the stack is unwound or rewound.
func (t *Thread) redeliver() Result {
	rw := &t.rewind
	if rw.phase == unwinding {
		if d, ok := t.taken(); ok {
			rw.handlers = append(rw.handlers, d)
		}
		return 0
	}
	if n := len(t.signals.deliveries); n > 0 {
		return Result(t.signals.deliveries[n-1].signal)
	}
	return 0
}

// elsewhere returns handlers for another stack than the one they were unwound
// from: their calls do not go on to wait, but are interrupted.
func elsewhere(handlers []delivery) []delivery {
	own := append([]delivery(nil), handlers...)
	for i := range own {
		if own[i].call != nil {
			own[i].call, own[i].result = nil, Ret(abi.EINTR)
		}
	}
	return own
}

// Unwinds tells whether the guest's stack is being unwound or rewound.
func (t *Thread) Unwinds() bool { return t.rewind.phase != idle }

// Rewinding tells whether the running call is the second one of a guest that
// rewinds.
func (t *Thread) Rewinding() bool { return t.rewind.phase == rewinding }

// stopRewind ends the rewinding and returns what the call is to return.
func (t *Thread) stopRewind() rewind {
	t.Kernel.Engine.(Asyncify).StopRewind(t)
	rw := t.rewind
	t.rewind = rewind{}
	t.Mem.CopyOut(regionAt, rw.saved)
	return rw
}

// Fork makes a copy of the process with the calling thread in it. store gets
// the child's id (0 in the child) and ends the call. With share the child runs
// on the parent's memory, and the parent waits, until the child execs or ends
// (vfork); where no other can run on that memory, it is a fork.
//
// Errors: ENOTSUP as startUnwind, and in other contexts than the main one, EAGAIN
// too many processes or memories.
func (t *Thread) Fork(share bool, store func(t *Thread, pid int32) Result) Result {
	if t.Rewinding() {
		rw := t.stopRewind()
		if rw.errno != abi.OK {
			return Ret(rw.errno)
		}
		if c := t.vforked; c != nil {
			return t.awaitVfork(c, store)
		}
		return store(t, rw.pid)
	}
	if t.vfork != nil || t.home != nil || t.inContext() {
		// The memory is not the child's own: it has to exec first. A child has the
		// main context only, which would be none of those.
		return Ret(abi.ENOTSUP)
	}
	return Ret(t.startUnwind("fork", func() abi.Errno {
		c, e := t.forkProcess(share && t.Kernel.Engine.(Asyncify).Lends(t))
		if e == abi.OK {
			t.rewind.pid = c.Process.PID
		}
		return e
	}))
}

// forkProcess makes the child of a thread whose stack has been unwound.
func (t *Thread) forkProcess(share bool) (*Thread, abi.Errno) {
	k, p := t.Kernel, t.Process
	cp, e := p.NewChild()
	if e != abi.OK {
		return nil, e
	}
	cp.snapshots = p.snapshots.clone()
	cp.keys = threadKeys{p.keys.last, maps.Clone(p.keys.user)}
	c, e := cp.NewThread(t.Entry)
	if e == abi.OK {
		c.Hooked = t.Hooked
		c.signals.held, c.signals.last = t.signals.held, t.signals.last
		c.keys = maps.Clone(t.keys)
		if err := k.Engine.(Asyncify).Clone(t, c, share); err != nil {
			k.WarnOnce(p.Name + ": fork: " + err.Error() + "; EAGAIN")
			e = abi.EAGAIN
		}
	}
	if e != abi.OK {
		cp.discard()
		return nil, e
	}
	c.rewind = rewind{phase: rewinding, saved: t.rewind.saved, handlers: elsewhere(t.rewind.handlers)}
	c.hook()
	if share {
		frames := make([]byte, len(t.rewind.saved))
		t.Mem.CopyIn(frames, regionAt)
		c.vfork = &vfork{parent: t, frames: frames}
		t.vforked = c
		return c, abi.OK // started when the parent waits
	}
	k.Engine.(Asyncify).StartRewind(c, regionAt)
	if err := k.Engine.Start(c); err != nil {
		cp.discard()
		return nil, abi.EAGAIN
	}
	return c, abi.OK
}

// discard undoes a process that was never seen by anybody.
func (p *Process) discard() {
	if p.parent != nil {
		delete(p.parent.children, p.PID)
		p.parent = nil
	}
	p.OnExit = nil
	p.exiting = true
	p.FDs.CloseAll()
	p.SetTerminal(nil)
	for _, t := range p.threads {
		t.Done()
	}
	if p.Kernel.procs[p.PID] == p {
		p.finish()
	}
}

// vfork is what a child has of a parent whose memory it runs on.
type vfork struct {
	parent *Thread
	frames []byte // the parent's unwound stack, which the child rewinds too
}

// awaitVfork parks the parent and starts the child.
func (t *Thread) awaitVfork(c *Thread, store func(t *Thread, pid int32) Result) Result {
	pid := c.Process.PID
	r := t.Block(0, func(why Why) Result {
		if t.vforked != nil {
			return Blocked // signals wait, too: the memory is in use
		}
		return store(t, pid)
	})
	if err := t.Kernel.Engine.Start(c); err != nil {
		t.Kernel.WarnOnce("vfork of " + strconv.Itoa(int(t.Process.PID)) + ": " + err.Error())
		c.Process.Exit(Status{Code: 125, Failed: true, Trap: err.Error()})
		c.Done() // no engine knows it
	}
	return r
}

// Entering is called by the engine right before it enters the guest. A child that
// runs on its parent's memory borrows the region now and not earlier: other
// threads of the parent have run since the fork.
func (t *Thread) Entering() {
	v := t.vfork
	if v == nil || v.frames == nil {
		return
	}
	t.Mem.CopyIn(t.rewind.saved, regionAt)
	t.Mem.CopyOut(regionAt, v.frames)
	v.frames = nil
	t.Kernel.Engine.(Asyncify).StartRewind(t, regionAt)
}

// releaseVfork gives the memory back to the parent, when t ran on it.
func (t *Thread) releaseVfork() {
	v := t.vfork
	if v == nil {
		return
	}
	t.vfork = nil
	if p := v.parent; p.vforked == t {
		p.vforked = nil
		t.Kernel.mark(p)
	}
}

// ForkEnv makes a child without memory or thread of its own: the calling thread
// does its work, until it execs or ends (Exec, ExitProcess), and is then the
// parent's again. Programs whose stack cannot be unwound have this for vfork.
//
// Errors: ENOTSUP the thread does a child's work already, or is not in its main
// context, EAGAIN.
func (t *Thread) ForkEnv() (*Process, abi.Errno) {
	if t.vfork != nil || t.home != nil || t.inContext() {
		return nil, abi.ENOTSUP
	}
	p := t.Process
	c, e := p.NewChild()
	if e != abi.OK {
		return nil, e
	}
	c.Mem, c.Futexes = p.Mem, p.Futexes
	t.home, t.Process = p, c
	t.Ctx.Self = c
	return c, abi.OK
}

// goHome ends the work for a child made by ForkEnv, and returns it.
func (t *Thread) goHome() *Process {
	if t.home == nil {
		return nil
	}
	c := t.Process
	t.Process, t.home = t.home, nil
	t.Ctx.Self = t.Process
	if c.exiting {
		c.shed() // somebody has killed it, and the thread went on
	}
	return c
}

// ExitProcess ends the calling thread's process. The caller returns the result.
func (t *Thread) ExitProcess(s Status) Result {
	if c := t.goHome(); c != nil {
		c.Exit(s)
		return Success
	}
	t.Process.Exit(s)
	return End
}

// Checkpoint is stack_checkpoint: it notes the stack, so that Restore comes
// back to it. store gets 0 now and Restore's value later.
//
// Errors: ENOTSUP as startUnwind.
func (t *Thread) Checkpoint(at uint32, note func(id uint64), store func(val uint64) Result) Result {
	if t.Rewinding() {
		return store(t.stopRewind().result)
	}
	return Ret(t.startUnwind("setjmp", func() abi.Errno {
		s := &snapshot{frames: make([]byte, len(t.rewind.saved)), globals: t.Kernel.Engine.(Asyncify).Globals(t),
			handlers: elsewhere(t.rewind.handlers)}
		t.Mem.CopyIn(s.frames, regionAt)
		// The jump buffer may lie in the borrowed bytes.
		t.Mem.CopyOut(regionAt, t.rewind.saved)
		note(t.Process.snapshots.keep(at, s))
		t.Mem.CopyIn(t.rewind.saved, regionAt)
		t.Mem.CopyOut(regionAt, s.frames)
		return abi.OK
	}))
}

// Restore is stack_restore: the stack becomes the one noted under id, and the
// checkpoint's call returns val.
//
// Errors: EINVAL nothing was noted under id (or it was long ago), ENOTSUP.
func (t *Thread) Restore(id, val uint64) abi.Errno {
	s := t.Process.snapshots.kept[id]
	if s == nil {
		return abi.EINVAL
	}
	return t.startUnwind("longjmp", func() abi.Errno {
		t.Mem.CopyOut(regionAt, t.rewind.saved)
		saved := make([]byte, len(s.frames))
		t.Mem.CopyIn(saved, regionAt)
		t.Mem.CopyOut(regionAt, s.frames)
		t.Kernel.Engine.(Asyncify).SetGlobals(t, s.globals)
		t.rewind.saved, t.rewind.result, t.rewind.handlers = saved, val, elsewhere(s.handlers)
		return abi.OK
	})
}
