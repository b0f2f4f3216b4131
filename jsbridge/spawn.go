//go:build js

package jsbridge

import (
	"github.com/hack-pad/safejs"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/syscalls"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// spawn starts a program: a packed spec to a process id.
func (p *port) spawn(args []safejs.Value) (any, error) {
	spec := unpackSpec(text(args[0]))
	pr := p.programs[spec.program]
	if pr == nil {
		return nil, fail(abi.ENOENT, "no such program is loaded")
	}
	ctx := p.ctx()
	ns := eng.k.Namespace
	at, e := ns.Resolve(ctx, vfs.At{}, spec.cwd, true)
	if e != abi.OK {
		return nil, fail(e, "working directory "+spec.cwd)
	}
	if at.Inode.Type() != abi.FiletypeDirectory {
		return nil, fail(abi.ENOTDIR, "working directory "+spec.cwd)
	}
	g := &guest{}
	kp, e := eng.k.NewProcess(kernel.ProcessSpec{Name: pr.name, Args: spec.args, Environ: spec.environ,
		Cwd: at, Root: ns.Root(), Beneath: pr.preview1 && !spec.free,
		OnExit: func(s kernel.Status) { p.exited(g, s) }})
	if e != abi.OK {
		return nil, fail(e, pr.name+": too many processes")
	}
	g.p = kp
	p.procs[kp.PID] = g
	if err := p.equip(g, &spec); err != nil {
		g.silent = true
		kp.Exit(kernel.Status{Code: 125})
		return nil, err
	}
	pr.Attach(kp)
	t, e := kp.NewThread(kernel.Entry{Main: true})
	if e == abi.OK && spec.trace {
		t.Hooked, eng.traced = true, true
		setClocks(0)
	}
	if e == abi.OK && eng.Start(t) != nil {
		e = abi.EAGAIN
	}
	if e != abi.OK {
		g.silent = true
		kp.Exit(kernel.Status{Code: 125})
		return nil, fail(e, pr.name)
	}
	g.t = t
	return int(kp.PID), nil
}

// equip gives a new process its standard streams and preopened directories.
func (p *port) equip(g *guest, spec *spec) error {
	pid := g.p.PID
	null, e := eng.k.Namespace.Open(p.ctx(), vfs.At{}, "/dev/null", vfs.OpenOptions{Read: true, Write: true})
	if e != abi.OK {
		return fail(e, "/dev/null")
	}
	defer null.Unref()
	tty := isatty(spec.isatty)
	stdio := [3]vfs.Object{null.Object, null.Object, null.Object}
	for fd, how := range spec.stdio {
		switch how {
		case "null":
		case "terminal":
			if g.term == nil {
				g.term = p.terminal(g, spec)
				g.stdin = g.term
			}
			stdio[fd] = g.term.tty
		default:
			if fd == 0 {
				in := &input{isatty: tty, feedback: feedback{pid: pid}}
				g.stdin, stdio[0] = in, in
				continue
			}
			g.streams[fd] = &output{isatty: tty, pid: pid, fd: int32(fd), window: p.window}
			if how == "asked" {
				g.streams[fd].asked = &answers{late: true, moved: make(chan struct{})}
			}
			stdio[fd] = g.streams[fd]
		}
	}
	path, e := syscalls.Equip(p.ctx(), g.p, stdio, spec.preopens)
	return fail(e, "preopened directory "+path)
}

// exited reports a program's end, after the last of its output.
func (p *port) exited(g *guest, s kernel.Status) {
	delete(p.procs, g.p.PID)
	if g.term != nil {
		g.term.tty.Hangup()
	}
	if g.silent {
		return
	}
	for _, o := range g.streams {
		if o != nil {
			o.end()
		}
	}
	sendExited(g.p.PID, &s)
}

// ctx returns what operations of the page's own travel with.
func (p *port) ctx() *vfs.Ctx { return &vfs.Ctx{Now: eng.k.Clock.Realtime} }
