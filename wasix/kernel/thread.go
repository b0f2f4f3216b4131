package kernel

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/futex"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// Entry says where a thread starts.
type Entry struct {
	Main   bool   // the program's _start
	Export string // otherwise, the export's name
	Args   []uint64
}

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

	marked  bool
	ending  bool // to be unwound at the next chance
	parked  bool // the guest waits in a call
	wait    wait
	signals threadSignals
	cpu     cputime
	rewind  rewind
	vfork   *vfork  // t runs on another process's memory
	vforked *Thread // the child that runs on t's memory, while t waits
}

// Scratch is memory for the running call, so that it need not allocate. Between
// calls only Paths keeps its contents.
type Scratch struct {
	Bytes [512]byte
	Paths [8]string // of the last calls, to be used again
	Poll  any       // package syscalls' own
}

// NewThread makes a thread of p; the engine's Start runs it.
// EAGAIN when there are too many.
func (p *Process) NewThread(e Entry) (*Thread, abi.Errno) {
	k := p.Kernel
	if len(p.threads) >= k.MaxThreads {
		return nil, abi.EAGAIN
	}
	t := &Thread{Kernel: k, Process: p, TID: k.id(), Mem: p.Mem, Entry: e}
	if e.Main && k.threads[p.PID] == nil {
		t.TID = p.PID
	}
	t.Ctx.Now = k.stamps
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

// Done is called by the engine when the thread's stack has gone, whatever the
// reason. The last thread of a process ends it; so does the main thread's
// return.
func (t *Thread) Done() {
	k, p := t.Kernel, t.Process
	if k.threads[t.TID] != t {
		return
	}
	t.ending = true
	t.stopWait()
	t.setParked(true)
	t.releaseVfork()
	delete(k.threads, t.TID)
	delete(p.threads, t.TID)
	if !p.exiting && (t.Entry.Main || len(p.threads) == 0) {
		p.Exit(Status{})
	} else if p.exiting && len(p.threads) == 0 {
		p.finish()
	}
}

// Trapped is called by the engine instead of Done when the guest trapped by
// itself. The process ends with code 134, other processes go on.
func (t *Thread) Trapped(msg string) {
	t.Process.Exit(Status{Code: 134, Trap: msg})
	t.Done()
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
