//go:build !js

package wazerohost_test

import (
	"testing"

	"github.com/wasix-web/wasix-web/wasix"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/wasmgen"
)

// Atomic instructions.
const (
	atomicNotify = 0x00
	atomicWait32 = 0x01
	atomicLoad   = 0x10
	atomicAdd    = 0x1e
)

// counter is where the threads of threaded count.
const counter = 64

// threaded is a program whose main thread starts n others and waits, with the raw
// instruction, until they have added up to want; the code is the sum. thread is
// what the others do, besides adding one and waking the main thread.
func threaded(n, want int32, thread func(c *wasmgen.Code, exit uint32)) []byte {
	var b wasmgen.Builder
	spawn := b.ImportFunc(abi.ModuleWasi, "thread-spawn", wasmgen.Sig("i", "i"))
	exit := b.ImportFunc(abi.ModuleWasix, "proc_exit2", wasmgen.Sig("i", ""))
	b.ImportMemory("env", "memory", wasmgen.Limits{Min: 1, Max: 2, HasMax: true, Shared: true})

	c := wasmgen.NewCode(2) // tid, arg
	thread(c, exit)
	c.I32Const(counter).I32Const(1).Atomic(atomicAdd, 0, 2).Drop()
	c.I32Const(counter).I32Const(-1).Atomic(atomicNotify, 0, 2).Drop()
	b.Export("wasi_thread_start", wasmgen.ExternFunc, b.Func(wasmgen.Sig("ii", ""), c))

	c = wasmgen.NewCode(0)
	v := c.Local(wasmgen.I32)
	for range n {
		c.I32Const(7).Call(spawn).Drop()
	}
	c.Loop(0)
	c.I32Const(counter).Atomic(atomicLoad, 0, 2).Tee(v).I32Const(want).Op(0x46).If(0).Get(v).Call(exit).End()
	c.I32Const(counter).Get(v).I64Const(-1).Atomic(atomicWait32, 0, 2).Drop()
	c.Br(0).End()
	b.Export("_start", wasmgen.ExternFunc, b.Func(wasmgen.Sig("", ""), c))
	return b.Bytes()
}

// run starts a program and returns it.
func (w *world) run(wasm []byte) *proxy {
	w.Helper()
	prog, err := w.Load(wasm)
	if err != nil {
		w.Fatal(err)
	}
	defer prog.Close()
	p, err := w.Start(wasix.Command{Program: prog, Args: []string{"threads"}})
	if err != nil {
		w.Fatal(err)
	}
	return &proxy{T: w.T, world: w, proc: p}
}

func TestThreads(t *testing.T) {
	w := newWorld(t)
	nothing := func(*wasmgen.Code, uint32) {}
	if s := w.run(threaded(50, 50, nothing)).wait(); s != (wasix.Status{Code: 50}) {
		t.Errorf("50 threads: %+v", s)
	}
	// One that exits ends the others, that wait for ever.
	exits := func(c *wasmgen.Code, exit uint32) { c.I32Const(9).Call(exit) }
	if s := w.run(threaded(3, 4, exits)).wait(); s != (wasix.Status{Code: 9}) {
		t.Errorf("exit of a thread: %+v", s)
	}
	// So does one that traps.
	traps := func(c *wasmgen.Code, _ uint32) { c.Unreachable() }
	if s := w.run(threaded(3, 4, traps)).wait(); s.Code != 134 || s.Trap == "" {
		t.Errorf("trap of a thread: %+v", s)
	}
	// A raw wait ends when the process is killed.
	p := w.run(threaded(3, 4, nothing))
	p.parked()
	p.proc.Signal(abi.SIGTERM)
	if s := p.wait(); s.Signal != abi.SIGTERM {
		t.Errorf("killed: %+v", s)
	}
}

// A program has no more threads than it may.
func TestThreadLimit(t *testing.T) {
	w := newWorld(t, func(c *wasix.Config) { c.MaxThreads = 3 })
	waits := func(c *wasmgen.Code, _ uint32) {
		c.I32Const(counter).I32Const(1).Atomic(atomicAdd, 0, 2).Drop()
		c.I32Const(counter).I32Const(-1).Atomic(atomicNotify, 0, 2).Drop()
		c.I32Const(128).I32Const(0).I64Const(-1).Atomic(atomicWait32, 0, 2).Drop()
	}
	if s := w.run(threaded(10, 2, waits)).wait(); s != (wasix.Status{Code: 2}) {
		t.Errorf("%+v", s)
	}
}

// Accesses that the instructions trap at do so in their place, too.
func TestRawWaitTraps(t *testing.T) {
	w := newWorld(t)
	for _, at := range []int32{66, 2 << 16, -4} {
		waits := func(c *wasmgen.Code, _ uint32) {
			c.I32Const(at).I32Const(0).I64Const(-1).Atomic(atomicWait32, 0, 2).Drop()
		}
		if s := w.run(threaded(1, 2, waits)).wait(); s.Code != 134 || s.Trap == "" {
			t.Errorf("%#x: %+v", at, s)
		}
	}
}
