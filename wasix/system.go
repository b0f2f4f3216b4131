// Package wasix runs WASI and WASIX programs: New makes a system of processes
// over one file tree, Load compiles a program, Start runs it.
//
//	sys, err := wasix.New(wasix.Config{})
//	prog, err := sys.Load(wasm)
//	proc, err := sys.Start(wasix.Command{Program: prog, Args: []string{"hello"}, Stdout: os.Stdout})
//	status := proc.Wait()
//
// The package is wiring; what it wires is in the packages below it. The files
// without build tag know no engine: the browser's program uses them too, and
// they stay free of fmt, os and net.
package wasix

import (
	"sync"

	"github.com/wasix-web/wasix-web/providers/memfs"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/clock"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/sock"
	"github.com/wasix-web/wasix-web/wasix/syscalls"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/vfs/devfs"
)

// Mount puts a file system at an absolute path of the guests.
type Mount struct {
	Path string
	FS   vfs.FS
}

// Config is what a system is made of. New fills in what is missing.
type Config struct {
	// Clock is the time guests see; clock.Fixed makes runs repeatable.
	Clock clock.Clock
	// Random fills b with the random numbers guests get.
	Random func(b []byte)
	// AskRandom is used in the place of Random when it is set: a source that
	// may have to be waited for, through ctx.Wait, or may fail with an errno.
	// A Clock of that kind implements kernel.AskedClock.
	AskRandom func(ctx *vfs.Ctx, b []byte) abi.Errno
	// Root is the file system at "/". nil: an empty one in memory.
	Root vfs.FS
	// Mounts are made in order, after the default tree: /bin /dev /etc /home
	// /tmp, with the devices in /dev.
	Mounts []Mount
	// Network carries what is for addresses outside the system. nil: there is
	// the loopback interface alone.
	Network sock.Network
	// Trace gets a line per call entered and left, of commands with Trace set.
	Trace func(pid int32, line string)
	// Warn gets what a user should know, once each.
	Warn func(msg string)
	// MaxFiles limits the descriptors of a process, MaxThreads its threads,
	// MaxProcesses the processes. 0: the kernel's defaults.
	MaxFiles, MaxThreads, MaxProcesses int
	// MaxMemory is the most memory of one process in bytes. 0: 4 GiB.
	MaxMemory uint64
	// CacheDir and Uninterruptible are for New: see wazerohost.Config.
	CacheDir        string
	Uninterruptible bool
}

// System is one kernel with its file tree.
type System struct {
	Kernel *kernel.Kernel
	lock   sync.Locker // the kernel lock; runs what became ready
}

// Do calls fn with the kernel lock held, and lets the programs go on for which
// something has changed. It is how a Network answers later.
func (s *System) Do(fn func()) {
	s.lock.Lock()
	defer s.lock.Unlock()
	fn()
}

// DefaultDirs are the directories every tree begins with.
var DefaultDirs = [...]string{"/bin", "/dev", "/etc", "/home", "/tmp"}

// NewSystem makes a system on an engine. Clock and Random must be set.
//
// Errors: *hostfs.Error when a mount point cannot be made.
func NewSystem(engine kernel.Engine, c Config) (*System, error) {
	if c.Root == nil {
		c.Root = memfs.New(memfs.Config{Time: c.Clock.Realtime()})
	}
	ns := vfs.NewNamespace(c.Root)
	kc := kernel.Config{Engine: engine, Clock: c.Clock, Random: c.Random, AskRandom: c.AskRandom, Namespace: ns, Warn: c.Warn,
		MaxFiles: c.MaxFiles, MaxThreads: c.MaxThreads, MaxProcesses: c.MaxProcesses}
	if c.Trace != nil {
		kc.Trace = func(t *kernel.Thread, line string) { c.Trace(t.Process.PID, line) }
	}
	if c.Network != nil {
		kc.Net = syscalls.Net(c.Network)
	}
	s := &System{Kernel: kernel.New(kc)}
	s.lock = s.Kernel
	if l, ok := engine.(sync.Locker); ok {
		s.lock = l
	}
	if a, ok := engine.(interface{ Attach(*kernel.Kernel) }); ok {
		a.Attach(s.Kernel)
	}
	fs := s.FS()
	if !c.Root.ReadOnly() {
		for _, d := range DefaultDirs {
			if err := fs.Mkdir(d, true); err != nil {
				return nil, err
			}
		}
	}
	dev := devfs.New(devfs.Config{Random: c.Random, AskRandom: c.AskRandom, Time: c.Clock.Realtime()})
	shm := memfs.New(memfs.Config{Time: c.Clock.Realtime()}) // sem_open and shm_open make files there
	for _, m := range append([]Mount{{"/dev", dev}, {"/dev/shm", shm}}, c.Mounts...) {
		if err := fs.Mount(m.Path, m.FS); err != nil {
			return nil, err
		}
	}
	return s, nil
}
