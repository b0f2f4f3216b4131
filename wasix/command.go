//go:build !js

package wasix

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"sync"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/hostfs"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/syscalls"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// Status is how a program ended.
type Status = kernel.Status

// Command is a program to start.
type Command struct {
	Program *Program
	// Args is argv; the program's name first.
	Args []string
	// Env are "NAME=value" strings.
	Env []string
	// Dir is the working directory, "": "/".
	Dir string
	// Preopens are the directories a preview1 program may use. nil: "/". An
	// element is a guest path, or "name=path" to give it another name.
	Preopens []string
	// Stdin is read when the program reads; nil: it is at its end. A Read that
	// never returns outlives the program. What it fails with is the program's
	// error: an abi.Errno that is in it, else EIO.
	Stdin io.Reader
	// Stdout and Stderr get what the program writes; nil: it is lost. A program
	// that is faster than they are waits. When a Write has failed, the program's
	// next ones do: with the abi.Errno that is in the error, else EPIPE.
	Stdout, Stderr io.Writer
	// Free lets the paths of a preview1 program leave its preopened directories, as
	// those of a WASIX program may, and wasmer lets all.
	Free bool
	// Isatty makes the standard streams look like a terminal to isatty, as wasmer
	// always does: C programs print line by line then, others in colours.
	Isatty bool
	// Terminal, if not nil, gives the program a terminal of this size for all
	// three: Stdin are its keys, and are read from the start; Stdout is its
	// screen; Stderr is not used.
	Terminal *TerminalSize
	// Trace sends the program's calls to Config.Trace, which may not be nil.
	Trace bool
}

// TerminalSize is the size of a terminal, in characters.
type TerminalSize struct{ Columns, Rows int }

// Proc is a started program.
type Proc struct {
	PID int32

	s       *System
	thread  *kernel.Thread
	changed *sync.Cond // on the kernel lock
	exited  bool       // protected by the kernel lock, and the rest
	status  Status
	outputs []*output
	tty     *terminal
}

// Start starts a program.
//
// Errors: a NUL in an argument or variable; *hostfs.Error for Dir and Preopens;
// *link.Error of kind NoMemory; EAGAIN too many processes.
func (s *System) Start(c Command) (*Proc, error) {
	if c.Program == nil {
		return nil, errors.New("wasix: Command without Program")
	}
	for what, list := range map[string][]string{"argument": c.Args, "environment variable": c.Env} {
		for _, a := range list {
			if strings.IndexByte(a, 0) >= 0 {
				return nil, fmt.Errorf("wasix: %s %.100q contains a NUL byte", what, a)
			}
		}
	}
	if c.Dir == "" {
		c.Dir = "/"
	}
	if c.Preopens == nil {
		c.Preopens = []string{"/"}
	}
	s.lock.Lock()
	defer s.lock.Unlock()
	p := &Proc{s: s, changed: sync.NewCond(s.lock)}
	if err := p.start(&c); err != nil {
		return nil, err
	}
	return p, nil
}

func (p *Proc) start(c *Command) error {
	k := p.s.Kernel
	ctx := &vfs.Ctx{MayBlock: true, Lock: p.s.lock, Now: k.Clock.Realtime}
	cwd, e := k.Namespace.Resolve(ctx, vfs.At{}, path.Join("/", c.Dir), true)
	if e == abi.OK && cwd.Inode.Type() != abi.FiletypeDirectory {
		e = abi.ENOTDIR
	}
	if e != abi.OK {
		return &hostfs.Error{Errno: e, Op: "working directory", Path: c.Dir}
	}
	name := "program"
	if len(c.Args) > 0 {
		name = c.Args[0]
	}
	kp, e := k.NewProcess(kernel.ProcessSpec{Name: name, Args: c.Args, Environ: c.Env, Cwd: cwd,
		Root: k.Namespace.Root(), Beneath: c.Program.Preview1() && !c.Free, OnExit: p.ended})
	if e != abi.OK {
		return fmt.Errorf("wasix: start %s: too many processes: %w", name, e)
	}
	p.PID = kp.PID
	var stdio [3]vfs.Object
	if c.Terminal != nil {
		p.terminal(c)
		stdio = [3]vfs.Object{p.tty, p.tty, p.tty}
	} else {
		stdio[0], stdio[1], stdio[2] = p.streams(c)
	}
	err := func() error {
		if at, e := syscalls.Equip(ctx, kp, stdio, c.Preopens); e != abi.OK {
			return &hostfs.Error{Errno: e, Op: "preopened directory", Path: at}
		}
		c.Program.Attach(kp)
		t, e := kp.NewThread(kernel.Entry{Main: true})
		if e != abi.OK {
			return fmt.Errorf("wasix: start %s: %w", name, e)
		}
		t.Hooked = c.Trace
		if err := k.Engine.Start(t); err != nil {
			t.Done()
			return err
		}
		p.thread = t
		return nil
	}()
	if err != nil {
		kp.Exit(Status{Code: 125, Failed: true, Trap: err.Error()})
	}
	return err
}

// Thread returns the program's main thread, for those who look at the kernel.
func (p *Proc) Thread() *kernel.Thread { return p.thread }

// ended is called by the kernel, which holds its lock.
func (p *Proc) ended(s Status) {
	p.exited, p.status = true, s
	if p.tty != nil {
		p.tty.Hangup()
	}
	p.changed.Broadcast()
}

// Wait returns how the program ended, once it has and all it wrote has been
// taken by Stdout and Stderr.
func (p *Proc) Wait() Status {
	p.s.lock.Lock()
	defer p.s.lock.Unlock()
	for !p.exited || p.writing() {
		p.changed.Wait()
	}
	return p.status
}

// Writing tells whether Stdout and Stderr have not taken all yet.
func (p *Proc) Writing() bool {
	p.s.lock.Lock()
	defer p.s.lock.Unlock()
	return p.writing()
}

func (p *Proc) writing() bool {
	for _, o := range p.outputs {
		if o.busy {
			return true
		}
	}
	return false
}

// WaitContext is Wait that kills the program when ctx is done; the status is
// SIGKILL's then.
func (p *Proc) WaitContext(ctx context.Context) Status {
	stop := context.AfterFunc(ctx, func() { p.Signal(abi.SIGKILL) })
	defer stop()
	return p.Wait()
}

// Note puts a line of the embedder's own behind what the program has written to
// Stderr. It is for Config.Trace: the kernel lock is held.
func (p *Proc) Note(line string) {
	if n := len(p.outputs); n > 0 {
		p.outputs[n-1].Put([]byte(line + "\n"))
	}
}

// Signal sends a signal. What it does is the program's choice, except for
// SIGKILL.
//
// Errors: EINVAL there is no such signal, ESRCH the program has ended.
func (p *Proc) Signal(sig abi.Signal) error {
	p.s.lock.Lock()
	defer p.s.lock.Unlock()
	kp := p.s.Kernel.Process(p.PID)
	if p.exited || kp == nil {
		return abi.ESRCH
	}
	if e := kp.Signal(sig); e != abi.OK {
		return e
	}
	return nil
}

// Resize changes the size of the program's terminal, if it has one, and tells
// the program (SIGWINCH).
func (p *Proc) Resize(size TerminalSize) {
	p.s.lock.Lock()
	defer p.s.lock.Unlock()
	if p.tty != nil {
		p.tty.Resize(uint32(size.Columns), uint32(size.Rows))
	}
}

// Call calls an export of a reactor (a program without _start) once _initialize
// has run. 32-bit values are in the low half.
//
// Errors: those of wazerohost.Engine.Call.
func (p *Proc) Call(name string, args ...uint64) ([]uint64, error) {
	return p.s.engine().Call(p.thread, name, args...)
}
