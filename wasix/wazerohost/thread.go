//go:build !js

package wazerohost

import (
	"context"
	"errors"
	"strings"
	"sync"

	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/link"
)

type linearMemory = experimental.LinearMemory

// process is what the engine holds for a kernel.Process.
type process struct {
	code    *code
	*space         // nil until the process is started
	handler string // the export that gets signals, ""
}

// space is what the instances of a process share, and processes after vfork.
type space struct {
	engine *Engine
	mem    *memory    // nil: the program has none
	host   api.Module // the instance of code.host
	refs   int
}

// thread is what the engine holds for a kernel.Thread.
type thread struct {
	*kernel.Thread
	engine *Engine
	proc   *process
	ctx    *guestContext
	resume chan kernel.Result // holds at most the result of the call it is parked in
	result kernel.Result      // what the call it was parked in returns; its own goroutine's
	ended  bool               // it ends itself; its own goroutine's
	// globals are as they were when unwinding began.
	globals globals
	cloning bool         // being instantiated by Clone: no calls can be made
	calls   chan request // a reactor's
	stacks  stacks

	// Written by its own goroutine before ready is set.
	k, shim, guest, waits api.Module
	ready                 bool
}

// guestContext is the context of everything a thread runs: how host functions
// find the thread, and how wazero is told to unwind it.
type guestContext struct {
	context.Context
	t    *thread
	done chan struct{}
	once sync.Once
}

type threadKey struct{}

func (c *guestContext) Done() <-chan struct{} { return c.done }

func (c *guestContext) Err() error {
	select {
	case <-c.done:
		return context.Canceled
	default:
		return nil
	}
}

func (c *guestContext) Value(key any) any {
	if key == (threadKey{}) {
		return c.t
	}
	return nil
}

func (c *guestContext) cancel() { c.once.Do(func() { close(c.done) }) }

// threadOf returns the thread a host function runs for.
func threadOf(ctx context.Context) *thread {
	if c, ok := ctx.(*guestContext); ok {
		return c.t
	}
	return ctx.Value(threadKey{}).(*thread) // while a start function runs
}

// Start implements kernel.Engine.
//
// Errors: *link.Error of kind NoMemory, and a thread for a program whose memory
// cannot be shared.
func (e *Engine) Start(kt *kernel.Thread) error {
	p, ok := kt.Process.Data.(*process)
	if !ok {
		return errNoProgram
	}
	t, cloned := kt.Data.(*thread)
	if !cloned {
		if p.space == nil {
			s, err := e.newSpace(p.code, 0)
			if err != nil {
				return err
			}
			p.space = s
			kt.Process.Mem = p.guestMemory()
		} else if p.host == nil {
			return errors.New("wazerohost: the program's memory is not imported, so threads cannot share it")
		}
		t = e.newThread(kt, p)
	}
	e.threads++
	e.running.Add(1)
	go t.run()
	return nil
}

func (e *Engine) newThread(kt *kernel.Thread, p *process) *thread {
	t := &thread{Thread: kt, engine: e, proc: p, resume: make(chan kernel.Result, 1)}
	t.ctx = &guestContext{Context: context.Background(), t: t, done: make(chan struct{})}
	if p.code.link.Reactor && kt.Entry.Main {
		t.calls = make(chan request)
	}
	kt.Mem, kt.Data = kt.Process.Mem, t
	kt.Ctx.Lock = e
	return t
}

// newSpace makes the memory of a process: as the program wants it, or of the
// given size.
func (e *Engine) newSpace(c *code, pages uint64) (*space, error) {
	s := &space{engine: e, refs: 1}
	limits := c.own
	if c.link.Memory != nil {
		limits = c.link.Memory.Memory
	}
	pages = max(pages, limits.Min)
	if len(c.link.Module.Memories) > 0 {
		most := e.maxPages
		if limits.HasMax {
			most = min(most, limits.Max)
		}
		if pages > most {
			return nil, tooMuch(pages, most)
		}
		mem, err := newMemory(most)
		if err != nil {
			return nil, err
		}
		s.mem = mem
		e.spaces++
	}
	if c.host != nil {
		host, err := c.loader.runtime.InstantiateModule(context.Background(), c.host, anonymous)
		if err != nil {
			s.release()
			return nil, invalid(err)
		}
		s.host = host
		if c.link.Memory != nil {
			s.mem.adopt(host.ExportedMemory("memory"), pages)
		}
	}
	return s, nil
}

// guestMemory returns the memory as the kernel sees it.
func (s *space) guestMemory() guestmem.Memory {
	if s.mem == nil {
		return guestmem.Bytes(nil)
	}
	return s.mem
}

func (s *space) hold() *space {
	s.refs++
	return s
}

func (s *space) release() {
	if s.refs--; s.refs > 0 {
		return
	}
	if s.host != nil {
		s.host.Close(context.Background())
	}
	if s.mem != nil {
		s.engine.spaces--
		s.mem.release()
	}
}

// Forget implements kernel.Engine.
func (e *Engine) Forget(kp *kernel.Process) {
	p, ok := kp.Data.(*process)
	if !ok {
		return
	}
	if p.space != nil {
		p.space.release()
	}
	p.code.release()
	kp.Data = nil
}

// run is a thread's goroutine.
func (t *thread) run() {
	defer t.engine.running.Done()
	var err error
	if t.guest == nil {
		err = t.instantiate()
	}
	if err == nil && !t.ready {
		err = t.publish()
	}
	entered := err == nil
	if entered {
		t.engine.Lock()
		t.Entering()
		t.engine.Unlock()
		err = t.enter()
		t.endContexts()
		if t.stacks.err != nil {
			err = t.stacks.err
		}
	}
	t.close()
	t.ctx.cancel()
	t.engine.Lock()
	defer t.engine.Unlock()
	t.engine.threads--
	switch {
	case err == nil || t.ended || t.Ending():
		t.Done()
	case entered || trappedInStart(err):
		t.Trapped(err.Error())
	default:
		t.Process.Exit(kernel.Status{Code: 125, Failed: true, Trap: "the program cannot be instantiated: " + err.Error()})
		t.Done()
	}
}

// trappedInStart tells a trap of the start function or of a data segment from
// modules that do not fit.
func trappedInStart(err error) bool {
	return strings.HasPrefix(err.Error(), "start ") || strings.Contains(err.Error(), "out of bounds")
}

// instantiate makes the thread's instances: its own shim and guest, on the
// process's memory.
func (t *thread) instantiate() (err error) {
	c := t.proc.code
	l := c.loader
	with := func(r resolver) context.Context {
		return experimental.WithImportResolver(context.WithValue(t.ctx, threadKey{}, t), r.resolve)
	}
	t.k, err = l.runtime.InstantiateModule(with(resolver{kModule: l.glue.kHost}), l.glue.k, anonymous)
	if err != nil {
		return err
	}
	t.shim, err = l.runtime.InstantiateModule(with(resolver{goModule: l.glue.calls, kModule: t.k}), c.shim, anonymous)
	if err != nil {
		return err
	}
	ctx := with(resolver{shimModule: t.shim, hostModule: t.proc.host})
	if t.proc.mem != nil && c.link.Memory == nil {
		ctx = experimental.WithMemoryAllocator(ctx, t.proc.mem)
	}
	if t.guest, err = l.runtime.InstantiateModule(ctx, c.guest, anonymous); err != nil {
		return err
	}
	if c.waits != nil {
		var m api.Module
		m, err = l.runtime.InstantiateModule(with(resolver{shimModule: t.shim, guestModule: t.guest}), c.waits, anonymous)
		t.waits = m
	}
	return err
}

// publish says that the thread's instances are there.
func (t *thread) publish() error {
	t.engine.Lock()
	defer t.engine.Unlock()
	t.ready = true
	if sp := t.Entry.Stack; sp != 0 {
		if g, ok := t.guest.ExportedGlobal("__stack_pointer").(api.MutableGlobal); ok {
			g.Set(uint64(sp))
		}
	}
	if t.proc.handler != "" {
		return t.setHandler(t.proc.handler)
	}
	return nil
}

// close drops the thread's instances. Their memory stays: it is the process's.
func (t *thread) close() {
	for _, m := range [...]api.Module{t.waits, t.guest, t.shim, t.k} {
		if m != nil {
			m.Close(context.Background())
		}
	}
}

// enter runs the thread from its entry to its end. An error is a trap, or the
// end that was asked for.
func (t *thread) enter() error {
	e, l := &t.Entry, t.proc.code.link
	if !e.Main {
		args := e.Args
		if f := l.Module.Export(e.Export); f != nil && len(f.Func.Params) == 2 && len(args) == 1 {
			// Some programs of 2022 take the 64-bit argument in two halves.
			args = []uint64{args[0] & 0xffffffff, args[0] >> 32}
		}
		return t.export(e.Export, args)
	}
	if l.Init && !t.Rewinding() {
		if err := t.export("_initialize", nil); err != nil {
			return err
		}
	}
	if l.Reactor {
		return t.serve()
	}
	return t.export("_start", nil)
}

// export calls an export, again as long as the guest's stack is unwound and
// rewound.
func (t *thread) export(name string, args []uint64) error {
	f := t.guest.ExportedFunction(name)
	if f == nil {
		return &link.Error{Kind: link.NoStart, Msg: "the program does not export the function " + name}
	}
	return t.reenter(f, args...)
}

// reenter calls a function, again as long as the guest's stack is unwound and
// rewound.
func (t *thread) reenter(f api.Function, args ...uint64) error {
	for {
		if _, err := f.Call(t.ctx, args...); err != nil {
			return err
		}
		t.engine.Lock()
		again := t.Unwound()
		t.engine.Unlock()
		if !again {
			return nil
		}
	}
}
