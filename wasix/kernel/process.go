package kernel

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/futex"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/waiter"
	"github.com/wasix-web/wasix-web/wasix/wasmgen"
)

// Status is how a process ended.
type Status struct {
	Code   uint32     // exit code; 128+Signal when killed by one
	Signal abi.Signal // 0: not killed by a signal
	// Trap holds the engine's message (with the wasm stack) after a trap;
	// Code is 134 then.
	Trap string
	// Failed says that the program never ran: Trap says why. Code is 125.
	Failed bool
	// Stopped is the signal that stopped a process that has not ended; only
	// Process.Wait gives it.
	Stopped abi.Signal
}

// Process is a running program: descriptors, working directory, threads.
type Process struct {
	Kernel  *Kernel
	PID     int32
	Name    string // what the program was started as, for messages
	Args    []string
	Environ []string // "K=V"
	FDs     *FDTable
	Mem     guestmem.Memory // set by the engine
	Futexes *futex.Table    // of Mem; shared by processes that share it
	Root    vfs.Location
	Cwd     vfs.Location
	// Beneath is set for preview1 programs: paths stay below the descriptor
	// they start at, and absolute paths are refused.
	Beneath bool
	Started int64 // Engine.Now at the start
	// Functions are those in the program's table, nil when it has none or does not
	// ask for them; set by Program.Attach.
	Functions *wasmgen.Elements

	Group int32 // the process group: the first of a line of children

	parent     *Process
	children   map[int32]*Process
	childEnded waiter.Queue
	zombie     bool  // ended, and its parent has not asked yet
	orphan     bool  // its parent has gone
	ended      int64 // Engine.Now at the end
	threads    map[int32]*Thread
	signals    processSignals
	exiting    bool
	status     Status
	cpu        cputime
	terminal   *vfs.OpenFile
	next       *image // exec: what runs when the last thread has gone
	snapshots  snapshots
	keys       threadKeys
	stacks     []uint32     // pages of contexts that have ended
	OnExit     func(Status) // called once, when the last thread has gone
	Data       any          // the engine's own
	UserData   any          // the embedder's own
}

// ProcessSpec describes a new process.
type ProcessSpec struct {
	Name    string
	Args    []string
	Environ []string
	Cwd     vfs.Location
	Root    vfs.Location
	Beneath bool
	Parent  *Process // nil: started by the embedder
	OnExit  func(Status)
}

// NewProcess makes a process with an empty descriptor table and no thread.
// EAGAIN when there are too many.
func (k *Kernel) NewProcess(s ProcessSpec) (*Process, abi.Errno) {
	if len(k.procs) >= k.MaxProcesses {
		return nil, abi.EAGAIN
	}
	p := &Process{Kernel: k, PID: k.id(), Name: s.Name, Args: s.Args, Environ: s.Environ,
		Cwd: s.Cwd, Root: s.Root, Beneath: s.Beneath, OnExit: s.OnExit,
		FDs: &FDTable{max: k.MaxFiles}, threads: map[int32]*Thread{}, Started: k.Engine.Now(),
		Futexes: &futex.Table{}}
	p.cpu.born = k.Clock.Monotonic()
	k.procs[p.PID] = p
	p.Group = p.PID
	if s.Parent != nil {
		s.Parent.adopt(p)
	}
	return p, abi.OK
}

// At returns where a path given to this process with that directory starts.
func (p *Process) At(base vfs.Location) vfs.At {
	return vfs.At{Root: p.Root, Base: base, Beneath: p.Beneath}
}

// Exiting tells whether the process has been told to end.
func (p *Process) Exiting() bool { return p.exiting }

// Threads calls fn for every live thread.
func (p *Process) Threads(fn func(*Thread)) {
	for _, t := range p.threads {
		fn(t)
	}
}

// Exit ends the process: every thread is unwound, descriptors close at once.
// The first status counts. The caller's own thread, if it is one of them,
// returns End from its call.
func (p *Process) Exit(s Status) {
	if p.exiting {
		return
	}
	p.exiting, p.status = true, s
	p.shed()
	for _, t := range p.threads {
		t.end()
	}
	if len(p.threads) == 0 {
		p.finish()
	}
}

// complain writes why the process ends to its standard error, as much as fits at
// once.
func (p *Process) complain(msg string) {
	d := p.FDs.Get(2)
	if p.exiting || d == nil || !d.File.Writable {
		return
	}
	var v guestmem.Vec
	v.SetBytes([]byte(p.Name + ": " + msg + "\n"))
	d.File.Object.Write(&vfs.Ctx{Now: p.Kernel.Clock.Realtime, Self: p}, d.File, &v)
}

// shed gives up what a process that has ended must not keep.
func (p *Process) shed() {
	p.FDs.CloseAll()
	p.SetTerminal(nil)
	p.stopIntervals()
}

// Kill ends the process as an uncaught signal does.
func (p *Process) Kill(sig abi.Signal) {
	p.Exit(Status{Code: 128 + uint32(sig), Signal: sig})
}

// finish runs when the last thread has gone.
func (p *Process) finish() {
	k := p.Kernel
	k.Engine.Forget(p)
	p.Mem, p.snapshots, p.stacks, p.next = nil, snapshots{}, nil, nil
	p.bequeath()
	if p.parent != nil && !p.parent.exiting {
		p.zombie, p.ended = true, k.Engine.Now()
		p.parent.childEnded.Notify(waiter.In)
		p.parent.Signal(abi.SIGCHLD)
	} else {
		delete(k.procs, p.PID)
	}
	if p.OnExit != nil {
		p.OnExit(p.status)
	}
}
