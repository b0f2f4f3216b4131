// Package kernel holds processes, threads, descriptors, waiting and signals.
//
// # Locking
//
// One lock protects everything: the kernel's tables and every object (files,
// pipes, sockets). A call's handler runs with it held and never waits inside.
// In the browser there is one thread and the lock is empty.
//
// # Waiting
//
// A handler that cannot proceed calls Thread.Block with what it waits for and
// how to try again, and returns Blocked. The engine parks the guest. An object
// whose state changes marks the waiting threads; when the call that changed it
// is over, Drain runs the retries, and a thread whose retry is done is resumed
// with its result.
package kernel

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/clock"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

// Config is what a kernel is made of.
type Config struct {
	Engine Engine
	Clock  clock.Clock    // what guests see
	Random func(b []byte) // fills b
	// AskRandom is used in the place of Random when it is set: a source that
	// may have to be waited for (vfs.ErrMustWait), or may fail.
	AskRandom func(ctx *vfs.Ctx, b []byte) abi.Errno
	Namespace *vfs.Namespace // the file tree
	// Net is the network: a *sock.Stack, which package syscalls uses. nil: it
	// makes one that leads nowhere.
	Net any
	// Trace gets the lines of threads that are Hooked, entered and left.
	Trace func(t *Thread, line string)
	// Warn gets what a user should know (an unsupported call, a failing
	// provider), once each.
	Warn func(msg string)
	// MaxFiles limits descriptors per process, MaxThreads and MaxProcesses
	// what their names say. 0: the defaults.
	MaxFiles, MaxThreads, MaxProcesses int
}

// Kernel is one system: processes over one file tree.
type Kernel struct {
	Config
	asked   AskedClock // Clock, when it is one
	lock    bigLock
	procs   map[int32]*Process
	threads map[int32]*Thread // by id
	nextID  int32             // pids and tids come from one sequence
	ready   []*Thread         // marked by objects, waiting for Drain
	spare   []*Thread         // Drain's other slice
	timers  timerHeap
	alarm   int64
	unnamed map[abi.CallID]bool // unsupported calls already named
	warned  map[string]bool
	region  []byte // a guest's own bytes while it unwinds
	lastIno uint64

	programs programs
}

// NewIno returns an inode number for an object that is in no file system: a
// pipe, an eventfd.
func (k *Kernel) NewIno() uint64 {
	k.lastIno++
	return k.lastIno
}

// New returns a kernel without processes.
func New(c Config) *Kernel {
	if c.MaxFiles == 0 {
		c.MaxFiles = 16384
	}
	if c.MaxThreads == 0 {
		c.MaxThreads = 16384
	}
	if c.MaxProcesses == 0 {
		c.MaxProcesses = 4096
	}
	if c.Warn == nil {
		c.Warn = func(string) {}
	}
	asked, _ := c.Clock.(AskedClock)
	return &Kernel{Config: c, asked: asked, procs: map[int32]*Process{}, threads: map[int32]*Thread{},
		nextID: 1, unnamed: map[abi.CallID]bool{}, warned: map[string]bool{}}
}

// Lock takes the kernel lock; engines and embedders hold it around every call
// into the kernel.
func (k *Kernel) Lock() { k.lock.Lock() }

// Unlock releases the kernel lock.
func (k *Kernel) Unlock() { k.lock.Unlock() }

// WarnOnce passes msg to Config.Warn the first time it is seen.
func (k *Kernel) WarnOnce(msg string) {
	if !k.warned[msg] && len(k.warned) < 1000 {
		k.warned[msg] = true
		k.Warn(msg)
	}
}

// Process returns the process with that id, or nil.
func (k *Kernel) Process(pid int32) *Process { return k.procs[pid] }

// Processes calls fn for every process.
func (k *Kernel) Processes(fn func(*Process)) {
	for _, p := range k.procs {
		fn(p)
	}
}

// Live is what must be zero when every program has ended.
type Live struct {
	Processes int // zombies too
	Threads   int
	Timers    int
	Marked    int // threads whose call is to be tried again
	Waiters   int // places in queues, of all kernels together
	Memories  int // of guests, as far as the engine counts them
}

// Live counts what lives.
func (k *Kernel) Live() Live {
	l := Live{Processes: len(k.procs), Threads: len(k.threads), Timers: len(k.timers), Marked: len(k.ready), Waiters: waiter.Registered()}
	if e, ok := k.Engine.(interface{ Memories() int }); ok {
		l.Memories = e.Memories()
	}
	return l
}

// Drain runs the retries of all marked threads. Engines call it when asked to
// by Attend.
func (k *Kernel) Drain() {
	for len(k.ready) > 0 {
		batch := k.ready
		k.ready, k.spare = k.spare[:0], nil
		for i, t := range batch {
			batch[i] = nil
			t.marked = false
			t.retry()
		}
		k.spare = batch[:0]
	}
}

// mark puts t on the list of threads whose call is tried again.
func (k *Kernel) mark(t *Thread) {
	if t.marked {
		return
	}
	t.marked = true
	k.ready = append(k.ready, t)
	if len(k.ready) == 1 {
		k.Engine.Attend()
	}
}

// id returns the next free process or thread id. Ids stay far below the values
// wasix-libc keeps for itself (near 0x3fffffff).
func (k *Kernel) id() int32 {
	for {
		id := k.nextID
		if k.nextID++; k.nextID > 0x1fffffff {
			k.nextID = 2
		}
		if k.procs[id] == nil && k.threads[id] == nil {
			return id
		}
	}
}
