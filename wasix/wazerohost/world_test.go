//go:build !js

package wazerohost_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/wasix-web/wasix-web/wasix"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/clock"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/wasmgen"
)

// world is a system whose traces and warnings are kept.
type world struct {
	*testing.T
	*wasix.System
	mu       sync.Mutex
	lines    map[int32][]string // of the trace, by pid; protected by mu
	warnings []string           // protected by mu
}

// newWorld makes a system: a clock that stands still on 2001-09-09, random
// numbers that count up.
func newWorld(t *testing.T, change ...func(*wasix.Config)) *world {
	t.Helper()
	w := &world{T: t, lines: map[int32][]string{}}
	next := byte(0)
	c := wasix.Config{
		Clock: &clock.Fixed{Now: 1_000_000_000_000_000_000},
		Random: func(b []byte) {
			for i := range b {
				b[i] = next
				next++
			}
		},
		Trace: func(pid int32, line string) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.lines[pid] = append(w.lines[pid], line)
		},
		Warn: func(msg string) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.warnings = append(w.warnings, msg)
			if strings.Contains(msg, "kernel panic") {
				t.Error(msg)
			}
		},
	}
	for _, fn := range change {
		fn(&c)
	}
	sys, err := wasix.New(c)
	if err != nil {
		t.Fatal(err)
	}
	w.System = sys
	t.Cleanup(func() {
		sys.Close()
		l := sys.Kernel.Engine.(sync.Locker)
		l.Lock()
		live := sys.Kernel.Live()
		l.Unlock()
		if live != (kernel.Live{}) {
			t.Errorf("left: %+v", live)
		}
	})
	return w
}

// proxyModule is the guest. wasi says that it calls preview1 only, and is
// confined as such programs are; threads, that its memory is shared: its threads
// sleep for an hour, those of the older kind end at once. Without either, and
// without more, it has functions in places 1 to 4 of a table of 10. more adds to
// the module.
func proxyModule(wasi, threads bool, more func(b *wasmgen.Builder, call func(name string) uint32)) []byte {
	var b wasmgen.Builder
	limits := wasmgen.Limits{Min: 2, Max: 6, HasMax: true, Shared: threads}
	if threads {
		b.ImportMemory("env", "memory", limits)
	} else {
		b.Memory(limits)
	}
	b.Export("memory", wasmgen.ExternMemory, 0)
	type call struct {
		name string
		typ  wasmgen.FuncType
	}
	var calls []call
	for i := range abi.Calls {
		c := &abi.Calls[i]
		if wasi && (c.Module == abi.ModuleWasix || c.Module == abi.ModuleWasi) {
			continue
		}
		var t wasmgen.FuncType
		for _, p := range c.Params {
			t.Params = append(t.Params, wasmgen.ValType(p.Kind.ValType()))
		}
		for _, r := range c.Results {
			t.Results = append(t.Results, wasmgen.ValType(r))
		}
		b.ImportFunc(c.Module, c.Name, t)
		calls = append(calls, call{c.Export, t})
	}
	for i, c := range calls {
		code := wasmgen.NewCode(len(c.typ.Params))
		for p := range c.typ.Params {
			code.Get(uint32(p))
		}
		b.Export(c.name, wasmgen.ExternFunc, b.Func(c.typ, code.Call(uint32(i))))
	}
	index := func(name string) uint32 {
		return uint32(slices.IndexFunc(calls, func(c call) bool { return c.name == name }))
	}
	b.Export("_initialize", wasmgen.ExternFunc, b.Func(wasmgen.Sig("", ""), wasmgen.NewCode(0)))

	// The signal handler notes every signal in a byte of a number.
	const shl, or, extend = 0x86, 0x84, 0xad // i64.shl, i64.or, i64.extend_i32_u
	seen := b.Global(wasmgen.GlobalType{Type: wasmgen.I64, Mutable: true}, 0)
	note := wasmgen.NewCode(1).GlobalGet(seen).I64Const(8).Op(shl).Get(0).Op(extend, or).GlobalSet(seen)
	b.Export("__wasm_signal", wasmgen.ExternFunc, b.Func(wasmgen.Sig("i", ""), note))
	take := wasmgen.NewCode(0).GlobalGet(seen).I64Const(0).GlobalSet(seen)
	b.Export("signals", wasmgen.ExternFunc, b.Func(wasmgen.Sig("", "I"), take))
	if threads {
		b.Export("wasi_thread_start", wasmgen.ExternFunc, b.Func(wasmgen.Sig("ii", ""), wasmgen.NewCode(2).I64Const(3600e9).Call(index("thread_sleep")).Drop()))
		b.Export("_start_thread", wasmgen.ExternFunc, b.Func(wasmgen.Sig("I", ""), wasmgen.NewCode(1)))
	}
	if !wasi && !threads && more == nil {
		table := b.Table(wasmgen.TableType{Elem: wasmgen.FuncRef, Limits: wasmgen.Limits{Min: 10}})
		var funcs []uint32
		for _, t := range [...]wasmgen.FuncType{wasmgen.Sig("", ""), wasmgen.Sig("iIfFV", ""), wasmgen.Sig("F", "I"), wasmgen.Sig("ie", "")} {
			funcs = append(funcs, b.Func(t, wasmgen.NewCode(len(t.Params)).Unreachable()))
		}
		b.Elem(table, wasmgen.NewCode(0).I32Const(1), funcs...)
	}
	b.Export("wrong_type", wasmgen.ExternFunc, b.Func(wasmgen.Sig("", ""), wasmgen.NewCode(0)))
	if more != nil {
		more(&b, index)
	}
	return b.Bytes()
}

var (
	wasixProxy    = sync.OnceValue(func() []byte { return proxyModule(false, false, nil) })
	wasiProxy     = sync.OnceValue(func() []byte { return proxyModule(true, false, nil) })
	threadedProxy = sync.OnceValue(func() []byte { return proxyModule(false, true, nil) })
)

// proxy starts a proxy as a WASIX program.
func (w *world) proxy(change ...func(*wasix.Command)) *proxy {
	w.Helper()
	return w.start(wasixProxy(), change...)
}

// wasi starts a proxy as a preview1 program, which has "/" as descriptor 3.
func (w *world) wasi(change ...func(*wasix.Command)) *proxy {
	w.Helper()
	return w.start(wasiProxy(), change...)
}

func (w *world) start(wasm []byte, change ...func(*wasix.Command)) *proxy {
	w.Helper()
	prog, err := w.Load(wasm)
	if err != nil {
		w.Fatal(err)
	}
	defer prog.Close()
	c := wasix.Command{Program: prog, Args: []string{"proxy"}, Trace: true}
	for _, fn := range change {
		fn(&c)
	}
	p, err := w.Start(c)
	if err != nil {
		w.Fatal(err)
	}
	if _, err := p.Call("sched_yield"); err != nil { // it waits until the program is ready
		w.Fatal(err)
	}
	x := &proxy{T: w.T, world: w, proc: p}
	w.Kernel.Lock()
	x.mem = w.Kernel.Process(p.PID).Mem
	w.Kernel.Unlock()
	return x
}
