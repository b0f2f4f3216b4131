package kernel

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/futex"
)

// image is what a process is to run next.
type image struct {
	prog   Program
	hooked bool
}

// Exec makes prog what the calling thread's process runs, with these arguments
// and environment. The other threads end, and the new program starts when the
// last one has gone. Descriptors that are closed on exec are; signals that were
// ignored still are. The caller returns the result.
//
// On behalf of a child made by ForkEnv, the child starts, and the thread is the
// parent's again and goes on.
func (t *Thread) Exec(prog Program, name string, args, env []string) Result {
	p := t.Process
	if t.home != nil && p.exiting {
		t.goHome() // somebody has killed the child meanwhile
		return Success
	}
	p.Name, p.Args, p.Environ, p.Beneath = name, args, env, prog.Preview1()
	p.FDs.CloseOnExec()
	p.signals.handling = Default
	p.next = &image{prog, t.Hooked}
	prog.Hold()
	if t.goHome() != nil {
		p.startNext()
		return Success
	}
	if !t.parked { // it is, where a provider had to wait
		t.ending = true
	}
	for _, o := range p.threads {
		o.end()
	}
	return End
}

// startNext starts what Exec has asked for.
func (p *Process) startNext() {
	k := p.Kernel
	im := p.next
	p.next = nil
	k.Engine.Forget(p)
	p.Mem, p.snapshots, p.keys, p.stacks = nil, snapshots{}, threadKeys{}, nil
	p.Futexes = &futex.Table{}
	im.prog.Attach(p)
	im.prog.Close()
	t, e := p.NewThread(Entry{Main: true})
	if e == abi.OK {
		t.Hooked = im.hooked
		if err := k.Engine.Start(t); err != nil {
			delete(k.threads, t.TID)
			delete(p.threads, t.TID)
			k.WarnOnce(p.Name + ": exec: " + err.Error())
			e = abi.EAGAIN
		}
	}
	if e != abi.OK {
		// There is nothing to go back to.
		p.Kill(abi.SIGKILL)
	}
}

// NewChild makes a child as fork does, without threads and without memory: it
// has the descriptors, directories, group, terminal and ignored signals of p.
//
// Errors: EAGAIN there are too many processes.
func (p *Process) NewChild() (*Process, abi.Errno) {
	c, e := p.Kernel.NewProcess(ProcessSpec{Name: p.Name, Args: p.Args, Environ: p.Environ,
		Cwd: p.Cwd, Root: p.Root, Beneath: p.Beneath, Parent: p})
	if e != abi.OK {
		return nil, e
	}
	c.FDs, c.Functions = p.FDs.Clone(), p.Functions
	c.signals.handling, c.signals.ignored = p.signals.handling, p.signals.ignored
	if f, e := p.Terminal(); e == abi.OK {
		c.SetTerminal(f)
	}
	return c, abi.OK
}

// Discard undoes a child that nobody has seen.
func (p *Process) Discard() { p.discard() }

// Run starts prog in a child made by NewChild.
//
// Errors: EAGAIN too many threads or memories. The child is still there.
func (p *Process) Run(prog Program, name string, args, env []string, hooked bool) abi.Errno {
	p.Name, p.Args, p.Environ, p.Beneath = name, args, env, prog.Preview1()
	p.FDs.CloseOnExec()
	p.signals.handling = Default
	prog.Attach(p)
	t, e := p.NewThread(Entry{Main: true})
	if e != abi.OK {
		return e
	}
	t.Hooked = hooked
	if err := p.Kernel.Engine.Start(t); err != nil {
		p.Kernel.WarnOnce(name + ": " + err.Error())
		return abi.EAGAIN
	}
	return abi.OK
}
