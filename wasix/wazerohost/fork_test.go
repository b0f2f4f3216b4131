//go:build !js

package wazerohost_test

import (
	"testing"

	"github.com/wasix-web/wasix-web/wasix"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/wasmgen"
)

// The programs here do by hand what binaryen's asyncify does: their only frame is
// _start's, and nothing in it needs saving, so to unwind is to return, and to
// rewind is to come to the same call again.
type asyncified struct {
	wasmgen.Builder
	state, sp uint32 // globals; state is 0, 1 while unwinding or 2 while rewinding
}

// memoryKinds are the ways of having a memory.
var memoryKinds = map[string]func(b *wasmgen.Builder){
	"own": func(b *wasmgen.Builder) { b.Memory(wasmgen.Limits{Min: 1, Max: 3, HasMax: true}) },
	"imported": func(b *wasmgen.Builder) {
		b.ImportMemory("env", "memory", wasmgen.Limits{Min: 1, Max: 3, HasMax: true})
	},
	"imported shared": func(b *wasmgen.Builder) {
		b.ImportMemory("env", "memory", wasmgen.Limits{Min: 1, Max: 3, HasMax: true, Shared: true})
	},
}

func (a *asyncified) finish(body *wasmgen.Code) []byte {
	a.Export("memory", wasmgen.ExternMemory, 0)
	a.Export("__stack_pointer", wasmgen.ExternGlobal, a.sp)
	for name, v := range map[string]int32{"asyncify_start_unwind": 1, "asyncify_stop_unwind": 0, "asyncify_start_rewind": 2, "asyncify_stop_rewind": 0} {
		t := wasmgen.Sig("", "")
		if v != 0 {
			t = wasmgen.Sig("i", "")
		}
		a.Export(name, wasmgen.ExternFunc, a.Func(t, wasmgen.NewCode(len(t.Params)).I32Const(v).GlobalSet(a.state)))
	}
	a.Export("_start", wasmgen.ExternFunc, a.Func(wasmgen.Sig("", ""), body))
	return a.Bytes()
}

func (a *asyncified) globals() {
	a.state = a.Global(wasmgen.GlobalType{Type: wasmgen.I32, Mutable: true}, 0)
	a.sp = a.Global(wasmgen.GlobalType{Type: wasmgen.I32, Mutable: true}, 0)
}

const (
	i32Load, i32Load8, i64Load, i32Store = 0x28, 0x2d, 0x29, 0x36
	i32Eqz, i32Eq, i32Ne, i32Add, i64Eqz = 0x45, 0x46, 0x47, 0x6a, 0x50
)

// forking is a program that forks, with copied memory or without. The child
// changes the word at 200 from 11 to 22, and its code is that, or 99 when stack
// pointer or memory are not the parent's. The parent's code is the child's plus
// its own word, or 100 and the errno.
func forking(memory func(b *wasmgen.Builder), copied int32) []byte {
	var a asyncified
	fork := a.ImportFunc(abi.ModuleWasix, "proc_fork", wasmgen.Sig("ii", "i"))
	join := a.ImportFunc(abi.ModuleWasix, "proc_join", wasmgen.Sig("iii", "i"))
	exit := a.ImportFunc(abi.ModuleWasix, "proc_exit2", wasmgen.Sig("i", ""))
	memory(&a.Builder)
	a.globals()
	c := wasmgen.NewCode(0)
	e := c.Local(wasmgen.I32)
	load := func(at int32) { c.I32Const(at).Mem(i32Load, 0, 2, 0) }
	c.GlobalGet(a.state).Op(i32Eqz).If(0)
	c.I32Const(200).I32Const(11).Mem(i32Store, 0, 2, 0)
	c.I32Const(1).MemoryGrow(0).Drop() // the copy has to be as large
	c.I32Const(100_000).I32Const(5).Mem(i32Store, 0, 2, 0)
	c.I32Const(5000).GlobalSet(a.sp)
	c.End()
	c.I32Const(copied).I32Const(100).Call(fork).Set(e)
	c.GlobalGet(a.state).I32Const(1).Op(i32Eq).If(0).Return().End()
	c.Get(e).If(0).Get(e).I32Const(100).Op(i32Add).Call(exit).End()
	load(100)
	c.Op(i32Eqz).If(0) // the child
	c.GlobalGet(a.sp).I32Const(5000).Op(i32Ne).If(0).I32Const(99).Call(exit).End()
	load(100_000)
	c.I32Const(5).Op(i32Ne).If(0).I32Const(99).Call(exit).End()
	load(200)
	c.I32Const(11).Op(i32Ne).If(0).I32Const(99).Call(exit).End()
	c.I32Const(200).I32Const(22).Mem(i32Store, 0, 2, 0)
	load(200)
	c.Call(exit).End()
	c.I32Const(400).I32Const(0).I32Const(300).Call(join).Drop()
	c.I32Const(302).Mem(i32Load8, 0, 0, 0)
	load(200)
	c.Op(i32Add).Call(exit)
	return a.finish(c)
}

func TestFork(t *testing.T) {
	w := newWorld(t)
	for kind, memory := range memoryKinds {
		for range 5 {
			if s := w.run(forking(memory, 1)).wait(); s != (wasix.Status{Code: 33}) {
				t.Errorf("%s memory: %+v", kind, s)
			}
		}
		// On the same memory: the parent sees what the child has changed. One that
		// is not made for that is copied.
		want := uint32(44)
		if kind != "imported shared" {
			want = 33
		}
		if s := w.run(forking(memory, 0)).wait(); s != (wasix.Status{Code: want}) {
			t.Errorf("%s memory, vfork: %+v", kind, s)
		}
	}
	w = newWorld(t, func(c *wasix.Config) { c.MaxProcesses = 1 })
	if s := w.run(forking(memoryKinds["imported"], 1)).wait(); s.Code != 100+uint32(abi.EAGAIN) {
		t.Errorf("too many processes: %+v", s)
	}
}

// jumping is a program that notes its stack and comes back to it with 77, which
// is its code.
func jumping() []byte {
	var a asyncified
	checkpoint := a.ImportFunc(abi.ModuleWasix, "stack_checkpoint", wasmgen.Sig("ii", "i"))
	restore := a.ImportFunc(abi.ModuleWasix, "stack_restore", wasmgen.Sig("iI", ""))
	exit := a.ImportFunc(abi.ModuleWasix, "proc_exit2", wasmgen.Sig("i", ""))
	memoryKinds["imported"](&a.Builder)
	a.globals()
	unwinding := func(c *wasmgen.Code) { c.GlobalGet(a.state).I32Const(1).Op(i32Eq).If(0).Return().End() }
	c := wasmgen.NewCode(0)
	c.GlobalGet(a.state).Op(i32Eqz).If(0).I32Const(5000).GlobalSet(a.sp).End()
	c.I32Const(2000).I32Const(100).Call(checkpoint).Drop() // in the bytes that are borrowed, too
	unwinding(c)
	c.I32Const(100).Mem(i64Load, 0, 3, 0).Op(i64Eqz).If(0)
	c.I32Const(4000).GlobalSet(a.sp)
	c.I32Const(2000).I64Const(77).Call(restore)
	unwinding(c)
	c.End()
	c.GlobalGet(a.sp).I32Const(5000).Op(i32Ne).If(0).I32Const(99).Call(exit).End()
	c.I32Const(100).Mem(i32Load, 0, 2, 0).Call(exit)
	return a.finish(c)
}

func TestCheckpoint(t *testing.T) {
	w := newWorld(t)
	for range 5 {
		if s := w.run(jumping()).wait(); s != (wasix.Status{Code: 77}) {
			t.Errorf("%+v", s)
		}
	}
}
