//go:build js

package jsbridge

import (
	"github.com/hack-pad/safejs"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/syscalls"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// spawn starts a program: SpawnSpec to a process id.
func (p *port) spawn(args []safejs.Value) (any, error) {
	spec := args[0]
	id := int(number(field(spec, "program")))
	pr := p.programs[id]
	if pr == nil {
		return nil, fail(abi.ENOENT, "no such program is loaded")
	}
	argv, env := texts(field(spec, "args")), texts(field(spec, "env"))
	if err := noNUL("argument", argv); err != nil {
		return nil, err
	}
	if err := noNUL("environment variable", env); err != nil {
		return nil, err
	}
	cwd := text(field(spec, "cwd"))
	if cwd == "" {
		cwd = "/"
	}
	ctx := p.ctx()
	ns := eng.k.Namespace
	at, e := ns.Resolve(ctx, vfs.At{}, cwd, true)
	if e != abi.OK {
		return nil, fail(e, "working directory "+cwd)
	}
	if at.Inode.Type() != abi.FiletypeDirectory {
		return nil, fail(abi.ENOTDIR, "working directory "+cwd)
	}
	g := &guest{}
	kp, e := eng.k.NewProcess(kernel.ProcessSpec{Name: pr.name, Args: argv, Environ: env,
		Cwd: at, Root: ns.Root(), Beneath: pr.preview1 && !truth(field(spec, "free")),
		OnExit: func(s kernel.Status) { p.exited(g, s) }})
	if e != abi.OK {
		return nil, fail(e, pr.name+": too many processes")
	}
	g.p = kp
	p.procs[kp.PID] = g
	if err := p.equip(g, spec); err != nil {
		g.silent = true
		kp.Exit(kernel.Status{Code: 125})
		return nil, err
	}
	pr.Attach(kp)
	t, e := kp.NewThread(kernel.Entry{Main: true})
	if e == abi.OK && truth(field(spec, "trace")) {
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
func (p *port) equip(g *guest, spec safejs.Value) error {
	pid := g.p.PID
	null, e := eng.k.Namespace.Open(p.ctx(), vfs.At{}, "/dev/null", vfs.OpenOptions{Read: true, Write: true})
	if e != abi.OK {
		return fail(e, "/dev/null")
	}
	defer null.Unref()
	tty := isatty(truth(field(spec, "isatty")))
	stdio := [3]vfs.Object{null.Object, null.Object, null.Object}
	for fd, name := range [...]string{"stdin", "stdout", "stderr"} {
		switch how := text(field(spec, name)); how {
		case "", "null":
		case "terminal":
			if g.term == nil {
				g.term = p.terminal(g, spec)
				g.stdin = g.term
			}
			stdio[fd] = g.term.tty
		default:
			if fd == 0 {
				in := &input{isatty: tty, feedback: feedback{pid: pid, report: p.stdinRead, want: p.stdinWanted}}
				g.stdin, stdio[0] = in, in
				continue
			}
			g.streams[fd] = &output{isatty: tty, pid: pid, fd: int32(fd), window: p.window, send: p.output}
			if how == "asked" {
				g.streams[fd].asked = &answers{late: true, moved: make(chan struct{})}
			}
			stdio[fd] = g.streams[fd]
		}
	}
	preopens := texts(field(spec, "preopens"))
	if preopens == nil {
		preopens = []string{"/"}
	}
	path, e := syscalls.Equip(p.ctx(), g.p, stdio, preopens)
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
	p.host.exited.Invoke(int(g.p.PID), float64(s.Code), int(s.Signal), s.Trap, s.Failed)
}

// output passes on what a program has written. A module that takes it may answer
// at once.
func (p *port) output(pid, fd int32, data safejs.Value) (abi.Errno, bool) {
	v := must(p.host.output.Invoke(int(pid), int(fd), data))
	return abi.Errno(number(v)), v.Type() == safejs.TypeNumber
}

func (p *port) stdinRead(pid int32, unread int) { p.host.stdinRead.Invoke(int(pid), unread) }

func (p *port) stdinWanted(pid int32) { p.host.stdinWanted.Invoke(int(pid)) }

// ctx returns what operations of the page's own travel with.
func (p *port) ctx() *vfs.Ctx { return &vfs.Ctx{Now: eng.k.Clock.Realtime} }
