package kernel

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/futex"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

// Entry says where a thread starts.
type Entry struct {
	Main   bool   // the program's _start
	Export string // otherwise, the export's name
	Args   []uint64
	// Stack, if not 0, is what __stack_pointer is set to first: programs of
	// 2022 leave that to the host.
	Stack uint32
}

// OwnTID stands in Entry.Args for the id of the thread.
const OwnTID = 1 << 63

// Thread is one flow of control in a guest.
type Thread struct {
	Kernel  *Kernel
	Process *Process
	TID     int32
	Mem     guestmem.Memory
	Vec     guestmem.Vec // scratch for the running call
	Scratch Scratch
	Futex   futex.Waiter // what the thread waits for in futex_wait
	Ctx     vfs.Ctx
	// Hooked sends every call through the engine's slow path (tracing).
	Hooked bool
	// Finished, when set, is called once with the result of the call the thread
	// is parked in.
	Finished func(Result)
	Entry    Entry
	Data     any   // the engine's own
	Slot     int32 // the engine's own

	marked   bool
	ending   bool // to be unwound at the next chance
	left     bool // it ends by thread_exit, not by returning
	parked   bool // the guest waits in a call
	wait     wait
	signals  threadSignals
	cpu      cputime
	rewind   rewind
	vfork    *vfork   // t runs on another process's memory
	vforked  *Thread  // the child that runs on t's memory, while t waits
	home     *Process // set while t does the work of a child (ForkEnv): its own process
	gone     waiter.Queue
	keys     map[uint32]uint64 // thread_local_set's
	contexts contexts
}

// Scratch is memory for the running call, so that it need not allocate. Between
// calls only Paths keeps its contents.
type Scratch struct {
	Bytes [512]byte
	Paths [8]string // of the last calls, to be used again
	Poll  any       // package syscalls' own
	Waits any       // the same
}

// NewThread makes a thread of p; the engine's Start runs it.
// EAGAIN when there are too many.
func (p *Process) NewThread(e Entry) (*Thread, abi.Errno) {
	k := p.Kernel
	if len(p.threads) >= k.MaxThreads {
		return nil, abi.EAGAIN
	}
	t := &Thread{Kernel: k, Process: p, TID: k.id(), Mem: p.Mem, Entry: e}
	if len(p.threads) == 0 && k.threads[p.PID] == nil {
		t.TID = p.PID
	}
	for i, a := range e.Args {
		if a == OwnTID {
			e.Args[i] = uint64(t.TID)
		}
	}
	t.Ctx.Now = k.Clock.Realtime
	t.Ctx.Stamp = k.stamp()
	t.Ctx.Self = p
	t.cpu.born = k.Clock.Monotonic()
	t.cpu.since = t.cpu.born
	k.threads[t.TID] = t
	p.threads[t.TID] = t
	t.parked = true
	t.setParked(false)
	return t, abi.OK
}

// Ending tells whether the thread is to be unwound: its call returns End.
func (t *Thread) Ending() bool { return t.ending }

// Parked tells whether the guest waits in a call.
func (t *Thread) Parked() bool { return t.parked }

// end asks for the thread to be unwound.
func (t *Thread) end() {
	if t.ending {
		return
	}
	t.ending = true
	if t.parked {
		t.wait.interrupt()
		t.unpark(End)
	} else if e, ok := t.Kernel.Engine.(Unwinder); ok {
		e.Unwind(t)
	} else {
		t.Kernel.Engine.Attend()
	}
}

// Exit ends this thread alone; the caller returns End from its call. The process
// goes on while it has others.
func (t *Thread) Exit() { t.ending, t.left = true, true }

// Done is called by the engine when the thread's stack has gone, whatever the
// reason. The last thread of a process ends it; so does the main thread's
// return.
func (t *Thread) Done() {
	k := t.Kernel
	if k.threads[t.TID] != t {
		return
	}
	if c := t.goHome(); c != nil {
		c.Exit(t.Process.status)
	}
	p := t.Process
	t.ending = true
	t.stopWait()
	t.setParked(true)
	t.dropContexts()
	t.releaseVfork()
	if c := t.vforked; c != nil && t.Rewinding() {
		c.Process.discard() // it was to be started when t waits for it
	}
	delete(k.threads, t.TID)
	delete(p.threads, t.TID)
	t.gone.Notify(waiter.In)
	switch {
	case p.exiting:
		if len(p.threads) == 0 {
			p.finish()
		}
	case p.next != nil:
		if len(p.threads) == 0 {
			p.startNext()
		}
	case t.Entry.Main && !t.left || len(p.threads) == 0:
		p.Exit(Status{})
	default:
		p.passOn()
	}
}

// Trapped is called by the engine instead of Done when the guest trapped by
// itself. The process ends with code 134, other processes go on.
func (t *Thread) Trapped(msg string) {
	t.Trap(msg)
	t.Done()
}

// Trap is the first half of Trapped: the process ends, and the thread's stack has
// yet to go.
func (t *Thread) Trap(msg string) {
	s := Status{Code: 134, Trap: msg}
	t.Process.complain(msg)
	t.Process.Exit(s)
	if t.home != nil {
		t.home.Exit(s) // its stack was that of both
	}
}

// Gone is ready (In) when the thread has ended.
type Gone struct{ t *Thread }

// Gone returns what a wait for the thread's end waits on.
func (t *Thread) Gone() Gone { return Gone{t} }

// Readiness implements waiter.Waitable.
func (g Gone) Readiness(mask waiter.Mask) waiter.Mask {
	if g.t.Kernel.threads[g.t.TID] != g.t {
		return mask & waiter.In
	}
	return 0
}

// Register implements waiter.Waitable.
func (g Gone) Register(e *waiter.Entry, m waiter.Mask) { g.t.gone.Register(e, m) }

// Unregister implements waiter.Waitable.
func (g Gone) Unregister(e *waiter.Entry) { g.t.gone.Unregister(e) }

// reservedTID is the lowest of the ids that are never given out: wasix-libc calls
// its main thread 0x3fffffff, until a fork.
const reservedTID = 0x3ffffff0

// Thread returns the live thread of the process with that id, or nil.
func (p *Process) Thread(tid int32) *Thread {
	if tid >= reservedTID && tid <= 0x3fffffff {
		for _, t := range p.threads {
			if t.Entry.Main && !t.ending {
				return t
			}
		}
		return nil
	}
	if t := p.Kernel.threads[tid]; t != nil && (t.Process == p || t.home == p) && !t.ending {
		return t
	}
	return nil
}

// Spawn starts another thread in t's process.
//
// Errors: EAGAIN there are too many, or no memory for it, or threads cannot share
// it; ENOTSUP t does the work of a child that has none (ForkEnv).
func (t *Thread) Spawn(e Entry) (*Thread, abi.Errno) {
	p := t.Process
	if t.home != nil {
		return nil, abi.ENOTSUP // the process has no memory
	}
	n, errno := p.NewThread(e)
	if errno != abi.OK {
		return nil, errno
	}
	n.Hooked = t.Hooked
	if err := t.Kernel.Engine.Start(n); err != nil {
		t.Kernel.WarnOnce(p.Name + ": thread: " + err.Error())
		delete(t.Kernel.threads, n.TID)
		delete(p.threads, n.TID)
		return nil, abi.EAGAIN
	}
	return n, abi.OK
}

// Trace passes a line to Config.Trace.
func (t *Thread) Trace(line string) {
	if t.Kernel.Config.Trace != nil {
		t.Kernel.Config.Trace(t, line)
	}
}

// Unimplemented answers a call that no handler exists for: ENOSYS, named once.
func (t *Thread) Unimplemented(id abi.CallID) Result {
	k := t.Kernel
	if !k.unnamed[id] {
		k.unnamed[id] = true
		c := abi.Calls[id]
		k.Warn(c.Module + "." + c.Name + ": not supported, returned ENOSYS")
	}
	return Ret(abi.ENOSYS)
}
