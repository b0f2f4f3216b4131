//go:build js

package jsbridge

import (
	"unsafe"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/syscalls"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// incoming is where the worker puts what an export is to read.
var incoming []byte

//go:wasmexport port_buffer
func portBuffer(n int32) unsafe.Pointer {
	incoming = make([]byte, n)
	return unsafe.Pointer(unsafe.SliceData(incoming))
}

// portPrepare makes the process of the packed spec in incoming: its id; 0: that has
// to wait for a provider, and is to be done by prepare; -1: refused.
//
//go:wasmexport port_prepare
func portPrepare() int32 {
	look()
	packed := string(incoming)
	incoming = nil
	g, err := thePort.prepare(thePort.ctx(), packed)
	eng.drain()
	switch f, _ := err.(failure); {
	case f.errno == vfs.ErrMustWait:
		return 0
	case err != nil:
		refuse(err)
		return -1
	}
	return g.p.PID
}

// portLaunch has a prepared process run; -1: refused.
//
//go:wasmexport port_launch
func portLaunch(pid int32) int32 {
	look()
	g := thePort.procs[pid]
	if g == nil {
		refuse(fail(abi.ESRCH, "the process has ended before it began"))
		return -1
	}
	err := thePort.launch(g)
	eng.drain()
	if err != nil {
		refuse(err)
		return -1
	}
	return 0
}

// prepare makes a process with all that it is to find, and no thread.
func (p *port) prepare(ctx *vfs.Ctx, packed string) (*guest, error) {
	spec := unpackSpec(packed)
	pr := p.programs[spec.program]
	if pr == nil {
		return nil, fail(abi.ENOENT, "no such program is loaded")
	}
	ns := eng.k.Namespace
	at, e := ns.Resolve(ctx, vfs.At{}, spec.cwd, true)
	if e != abi.OK {
		return nil, fail(e, "working directory "+spec.cwd)
	}
	if at.Inode.Type() != abi.FiletypeDirectory {
		return nil, fail(abi.ENOTDIR, "working directory "+spec.cwd)
	}
	g := &guest{program: pr, trace: spec.trace}
	kp, e := eng.k.NewProcess(kernel.ProcessSpec{Name: pr.name, Args: spec.args, Environ: spec.environ,
		Cwd: at, Root: ns.Root(), Beneath: pr.preview1 && !spec.free,
		OnExit: func(s kernel.Status) { p.exited(g, s) }})
	if e != abi.OK {
		return nil, fail(e, pr.name+": too many processes")
	}
	g.p = kp
	p.procs[kp.PID] = g
	if err := p.equip(ctx, g, &spec); err != nil {
		p.discard(g)
		return nil, err
	}
	return g, nil
}

// launch starts the process.
func (p *port) launch(g *guest) error {
	g.program.Attach(g.p)
	t, e := g.p.NewThread(kernel.Entry{Main: true})
	if e == abi.OK && g.trace {
		t.Hooked, eng.traced = true, true
		setClocks(0)
	}
	if e == abi.OK && eng.Start(t) != nil {
		e = abi.EAGAIN
	}
	if e != abi.OK {
		p.discard(g)
		return fail(e, g.program.name)
	}
	g.t = t
	return nil
}

// discard ends a process of which nobody has been told.
func (p *port) discard(g *guest) {
	g.silent = true
	g.p.Exit(kernel.Status{Code: 125})
}

// equip gives a new process its standard streams and preopened directories.
func (p *port) equip(ctx *vfs.Ctx, g *guest, spec *spec) error {
	pid := g.p.PID
	null, e := eng.k.Namespace.Open(ctx, vfs.At{}, "/dev/null", vfs.OpenOptions{Read: true, Write: true})
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
	path, e := syscalls.Equip(ctx, g.p, stdio, spec.preopens)
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

// waiting returns ctx for what runs on a goroutine, and may wait for providers.
func (p *port) waiting() *vfs.Ctx {
	ctx := p.ctx()
	ctx.MayBlock = true
	return ctx
}

// ctx returns what operations of the page's own travel with.
func (p *port) ctx() *vfs.Ctx { return &vfs.Ctx{Now: eng.k.Clock.Realtime} }
