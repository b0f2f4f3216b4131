//go:build !js

package wazerohost

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/clock"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/link"
	"github.com/wasix-web/wasix-web/wasix/wasmgen"
)

// bench is an engine and a kernel without files.
type bench struct {
	t        *testing.T
	e        *Engine
	k        *kernel.Kernel
	warnings []string // protected by the kernel lock
}

func newBench(t *testing.T, c Config) *bench {
	t.Helper()
	e, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{t: t, e: e}
	b.k = kernel.New(kernel.Config{Engine: e, Clock: &clock.Fixed{}, Random: func(p []byte) { clear(p) },
		Warn: func(s string) { b.warnings = append(b.warnings, s) }})
	e.Attach(b.k)
	t.Cleanup(func() {
		e.Lock()
		l := b.k.Live()
		e.Unlock()
		if l != (kernel.Live{}) || e.Live() != 0 {
			t.Errorf("left: %+v, %d goroutines", l, e.Live())
		}
	})
	return b
}

// proc is a started program.
type proc struct {
	b    *bench
	p    *kernel.Process
	t    *kernel.Thread
	exit chan kernel.Status
}

func (b *bench) start(wasm []byte) *proc {
	b.t.Helper()
	prog, err := b.e.Load(wasm)
	if err != nil {
		b.t.Fatal(err)
	}
	defer prog.Close()
	p, err := b.run(prog)
	if err != nil {
		b.t.Fatal(err)
	}
	return p
}

func (b *bench) run(prog *Program) (*proc, error) {
	b.e.Lock()
	defer b.e.Unlock()
	pr := &proc{b: b, exit: make(chan kernel.Status, 1)}
	var e abi.Errno
	pr.p, e = b.k.NewProcess(kernel.ProcessSpec{OnExit: func(s kernel.Status) { pr.exit <- s }})
	if e != abi.OK {
		return nil, e
	}
	prog.Attach(pr.p)
	if pr.t, e = pr.p.NewThread(kernel.Entry{Main: true}); e != abi.OK {
		return nil, e
	}
	if err := b.e.Start(pr.t); err != nil {
		pr.p.Exit(kernel.Status{Code: 125})
		pr.t.Done()
		return nil, err
	}
	return pr, nil
}

func (p *proc) wait() kernel.Status {
	p.b.t.Helper()
	select {
	case s := <-p.exit:
		return s
	case <-time.After(time.Minute):
		p.b.t.Fatal("the program does not end")
		return kernel.Status{}
	}
}

func (p *proc) kill(s abi.Signal) {
	p.b.e.Lock()
	defer p.b.e.Unlock()
	p.p.Signal(s)
}

// program writes a module whose _start has this body. build adds what comes
// before.
func program(build func(b *wasmgen.Builder), body *wasmgen.Code) []byte {
	var b wasmgen.Builder
	if build != nil {
		build(&b)
	}
	b.Export("_start", wasmgen.ExternFunc, b.Func(wasmgen.Sig("", ""), body))
	return b.Bytes()
}

func forever() *wasmgen.Code { return wasmgen.NewCode(0).Loop(0).Br(0).End() }

func TestReturns(t *testing.T) {
	b := newBench(t, Config{})
	if s := b.start(program(nil, wasmgen.NewCode(0))).wait(); s != (kernel.Status{}) {
		t.Errorf("status %+v", s)
	}
}

func TestTrap(t *testing.T) {
	b := newBench(t, Config{})
	other := b.start(program(nil, forever()))
	s := b.start(program(nil, wasmgen.NewCode(0).Unreachable())).wait()
	if s.Code != 134 || s.Signal != 0 || !strings.Contains(s.Trap, "unreachable") || !strings.Contains(s.Trap, "wasm stack trace") {
		t.Errorf("status %+v", s)
	}
	select {
	case s := <-other.exit:
		t.Errorf("the other program ended: %+v", s)
	default:
	}
	other.kill(abi.SIGKILL)
	if s := other.wait(); s.Code != 137 || s.Signal != abi.SIGKILL {
		t.Errorf("killed: %+v", s)
	}
}

// Traps before _start: the start function, and data that has no place.
func TestTrapAtInstantiation(t *testing.T) {
	b := newBench(t, Config{})
	for name, wasm := range map[string][]byte{
		"start function": program(func(b *wasmgen.Builder) {
			b.Start(b.Func(wasmgen.Sig("", ""), wasmgen.NewCode(0).Unreachable()))
		}, wasmgen.NewCode(0)),
		"data": program(func(b *wasmgen.Builder) {
			b.Export("memory", wasmgen.ExternMemory, b.Memory(wasmgen.Limits{Min: 1}))
			b.Data(65535, []byte("ab"))
		}, wasmgen.NewCode(0)),
	} {
		if s := b.start(wasm).wait(); s.Code != 134 || s.Trap == "" {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

func TestStackOverflow(t *testing.T) {
	b := newBench(t, Config{})
	var m wasmgen.Builder
	c := wasmgen.NewCode(0)
	f := m.Func(wasmgen.Sig("", ""), c)
	c.Call(f).Call(f)
	m.Export("_start", wasmgen.ExternFunc, f)
	if s := b.start(m.Bytes()).wait(); s.Code != 134 || !strings.Contains(s.Trap, "stack overflow") {
		t.Errorf("status %+v", s)
	}
	if s := b.start(program(nil, wasmgen.NewCode(0))).wait(); s.Code != 0 {
		t.Errorf("the next program: %+v", s)
	}
}

// grow is a program that grows its memory by a page until that is refused, and
// traps unless it has n pages then.
func grow(memory func(b *wasmgen.Builder), n int32) []byte {
	c := wasmgen.NewCode(0)
	c.Loop(0).I32Const(1).MemoryGrow(0).I32Const(-1).Op(0x47 /* i32.ne */).BrIf(0).End()
	c.MemorySize(0).I32Const(n).Op(0x47).If(0).Unreachable().End()
	return program(memory, c)
}

func TestMemoryGrowUntilRefused(t *testing.T) {
	b := newBench(t, Config{MaxMemory: 10<<16 + 5})
	own := func(l wasmgen.Limits) func(*wasmgen.Builder) {
		return func(b *wasmgen.Builder) { b.Export("memory", wasmgen.ExternMemory, b.Memory(l)) }
	}
	imported := func(l wasmgen.Limits) func(*wasmgen.Builder) {
		return func(b *wasmgen.Builder) { b.ImportMemory("any", "name", l) }
	}
	for name, tt := range map[string]struct {
		memory func(*wasmgen.Builder)
		n      int32
	}{
		"own, ceiling":              {own(wasmgen.Limits{Min: 1}), 10},
		"own, own maximum":          {own(wasmgen.Limits{Min: 1, Max: 7, HasMax: true}), 7},
		"own, none at first":        {own(wasmgen.Limits{}), 10},
		"imported, ceiling":         {imported(wasmgen.Limits{Min: 2}), 10},
		"imported, own maximum":     {imported(wasmgen.Limits{Min: 2, Max: 3, HasMax: true}), 3},
		"imported, shared, ceiling": {imported(wasmgen.Limits{Min: 2, Max: 65536, HasMax: true, Shared: true}), 10},
		"imported, none":            {imported(wasmgen.Limits{Max: 0, HasMax: true}), 0},
	} {
		if s := b.start(grow(tt.memory, tt.n)).wait(); s.Code != 0 {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

func TestMemoryOverTheLimit(t *testing.T) {
	b := newBench(t, Config{MaxMemory: 10 << 16})
	for name, l := range map[string]wasmgen.Limits{
		"own":    {Min: 11},
		"shared": {Min: 11, Max: 20, HasMax: true, Shared: true},
	} {
		_, err := b.e.Load(program(func(b *wasmgen.Builder) {
			if l.Shared {
				b.ImportMemory("env", "memory", l)
			} else {
				b.Export("memory", wasmgen.ExternMemory, b.Memory(l))
			}
		}, wasmgen.NewCode(0)))
		var le *link.Error
		if !errors.As(err, &le) || le.Kind != link.NoMemory || !strings.Contains(le.Msg, "11 pages") || !strings.Contains(le.Msg, "limit is 10") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestInvalidModule(t *testing.T) {
	b := newBench(t, Config{})
	_, err := b.e.Load(program(nil, wasmgen.NewCode(0).I32Const(1)))
	var le *link.Error
	if !errors.As(err, &le) || le.Kind != link.Invalid {
		t.Errorf("%v", err)
	}
}

func TestLoadTwice(t *testing.T) {
	b := newBench(t, Config{})
	wasm := program(nil, wasmgen.NewCode(0).I32Const(12345).Drop())
	p, err := b.e.Load(wasm)
	if err != nil {
		t.Fatal(err)
	}
	q, err := b.e.Load(wasm)
	if err != nil {
		t.Fatal(err)
	}
	if p.code != q.code {
		t.Error("compiled twice")
	}
	pr, err := b.run(p)
	if err != nil {
		t.Fatal(err)
	}
	p.Close()
	p.Close()
	q.Close()
	if s := pr.wait(); s.Code != 0 {
		t.Errorf("status %+v", s)
	}
	e := b.e
	e.Lock()
	defer e.Unlock()
	e.loader.mu.Lock()
	defer e.loader.mu.Unlock()
	if p.code.refs != 0 || e.loader.programs[p.code.key] != nil {
		t.Errorf("%d references left", p.code.refs)
	}
}

func TestReactor(t *testing.T) {
	b := newBench(t, Config{})
	var m wasmgen.Builder
	g := m.Global(wasmgen.GlobalType{Type: wasmgen.I32, Mutable: true}, 0)
	m.Export("_initialize", wasmgen.ExternFunc, m.Func(wasmgen.Sig("", ""), wasmgen.NewCode(0).I32Const(5).GlobalSet(g)))
	m.Export("add", wasmgen.ExternFunc, m.Func(wasmgen.Sig("i", "i"), wasmgen.NewCode(1).Get(0).GlobalGet(g).Op(0x6a)))
	m.Export("trap", wasmgen.ExternFunc, m.Func(wasmgen.Sig("", ""), wasmgen.NewCode(0).Unreachable()))
	m.Export("loop", wasmgen.ExternFunc, m.Func(wasmgen.Sig("", ""), forever()))
	wasm := m.Bytes()

	p := b.start(wasm)
	if r, err := b.e.Call(p.t, "add", 2); err != nil || len(r) != 1 || r[0] != 7 {
		t.Errorf("add: %v, %v", r, err)
	}
	if _, err := b.e.Call(p.t, "nothing"); err == nil || !strings.Contains(err.Error(), `"nothing"`) {
		t.Errorf("nothing: %v", err)
	}
	if _, err := b.e.Call(p.t, "add"); err == nil || !strings.Contains(err.Error(), "1 parameters, called with 0") {
		t.Errorf("add without argument: %v", err)
	}
	if _, err := b.e.Call(p.t, "trap"); err == nil {
		t.Error("trap: no error")
	}
	if s := p.wait(); s.Code != 134 {
		t.Errorf("status %+v", s)
	}
	if _, err := b.e.Call(p.t, "add", 2); err != ErrEnded {
		t.Errorf("after the end: %v", err)
	}

	// Killed while idle, and while it runs.
	p = b.start(wasm)
	p.kill(abi.SIGTERM)
	if s := p.wait(); s.Signal != abi.SIGTERM {
		t.Errorf("status %+v", s)
	}
	p = b.start(wasm)
	done := make(chan error)
	go func() {
		_, err := b.e.Call(p.t, "loop")
		done <- err
	}()
	p.kill(abi.SIGKILL)
	if s := p.wait(); s.Signal != abi.SIGKILL {
		t.Errorf("status %+v", s)
	}
	if err := <-done; err == nil {
		t.Error("loop: no error")
	}
	p = b.start(program(nil, forever()))
	if _, err := b.e.Call(p.t, "add"); err == nil || !strings.Contains(err.Error(), "command") {
		t.Errorf("a command's export was called: %v", err)
	}
	p.kill(abi.SIGKILL)
	p.wait()
}
