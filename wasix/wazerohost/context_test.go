//go:build !js

package wazerohost_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/wasix-web/wasix-web/wasix"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/wasmgen"
)

// What is in the table of contextProxy.
const (
	backEntry   = iota + 1 // notes and changes the stack pointer and switches to the main context, without end
	wrongEntry             // has a parameter
	sleepEntry             // waits for an hour
	returnEntry            // returns
	trapEntry              // traps
	exitEntry              // ends the process with 5
)

// contextProxy is a proxy with contexts. Its memory has room for one.
var contextProxy = sync.OnceValue(func() []byte {
	return proxyModule(false, false, func(b *wasmgen.Builder, call func(string) uint32) {
		mutable := wasmgen.GlobalType{Type: wasmgen.I32, Mutable: true}
		sp, noted := b.Global(mutable, 5000), b.Global(mutable, 0)
		b.Export("__stack_pointer", wasmgen.ExternGlobal, sp)
		table := b.Table(wasmgen.TableType{Elem: wasmgen.FuncRef, Limits: wasmgen.Limits{Min: 10}})
		b.Export("__indirect_function_table", wasmgen.ExternTable, table)
		for name, g := range map[string]uint32{"sp": sp, "noted": noted} {
			b.Export(name, wasmgen.ExternFunc, b.Func(wasmgen.Sig("", "i"), wasmgen.NewCode(0).GlobalGet(g)))
		}
		none, code := wasmgen.Sig("", ""), wasmgen.NewCode
		back := code(0).Loop(0).GlobalGet(sp).GlobalSet(noted).I32Const(1000).GlobalSet(sp).
			I64Const(0).Call(call("context_switch")).Drop().Br(0).End()
		b.Elem(table, code(0).I32Const(backEntry),
			b.Func(none, back),
			b.Func(wasmgen.Sig("i", ""), code(1)),
			b.Func(none, code(0).I64Const(3600e9).Call(call("thread_sleep")).Drop()),
			b.Func(none, code(0)),
			b.Func(none, code(0).Unreachable()),
			b.Func(none, code(0).I32Const(5).Call(call("proc_exit"))))
	})
})

// number calls an export without parameters.
func (p *proxy) number(name string) uint64 {
	p.Helper()
	r, err := p.proc.Call(name)
	if err != nil {
		p.Fatal(err)
	}
	return r[0]
}

func TestContexts(t *testing.T) {
	w := newWorld(t)
	p := w.start(contextProxy())
	p.fails(abi.EINVAL, "context_create", out(8), 0)
	p.fails(abi.EINVAL, "context_create", out(8), wrongEntry)
	p.fails(abi.EINVAL, "context_create", out(8), 9)
	p.fails(abi.EINVAL, "context_create", out(8), -1)
	p.fails(abi.EFAULT, "context_create", nowhere, backEntry)
	if n := p.mem.Size(); n != 2<<16 {
		t.Errorf("calls that fail have made the memory %d bytes large", n)
	}
	p.fails(abi.EINVAL, "context_switch", 1)
	p.ok("context_switch", 0).traced("==> context_switch(next_context=0)", "<== errno=ESUCCESS")

	p.ok("context_create", out(8), backEntry).is(0, 1).traced(
		"==> context_create(entrypoint=1)", "<== (new_context=1,errno=ESUCCESS)")
	p.fails(abi.ENOMEM, "context_create", out(8), backEntry)
	for i, want := range []uint64{6 << 16, 1000, 1000} {
		p.ok("context_switch", 1)
		if sp, its := p.number("sp"), p.number("noted"); sp != 5000 || its != want {
			t.Errorf("switch %d: stack pointers %d and %d, want 5000 and %d", i, sp, its, want)
		}
	}

	// A child without memory has no contexts.
	p.ok("proc_fork_env", out(4))
	p.fails(abi.ENOTSUP, "context_create", out(8), backEntry)
	p.fails(abi.ENOTSUP, "context_switch", 1)
	p.fails(abi.ENOTSUP, "context_destroy", 1)
	p.ok("proc_exit2", 0)

	p.fails(abi.EINVAL, "context_destroy", 0)
	p.ok("context_destroy", 1).traced("==> context_destroy(context=1)", "<== errno=ESUCCESS")
	p.ok("context_destroy", 1)
	p.ok("context_destroy", uint64(1<<40))
	p.fails(abi.EINVAL, "context_switch", 1)
	p.fails(abi.EINVAL, "context_switch", uint64(1<<32))

	// Its stack is used again; one that never ran can be destroyed, too.
	for id := range 3 {
		p.ok("context_create", out(8), backEntry).is(0, uint64(id+2))
		p.ok("context_destroy", id+2)
	}
	p.ok("context_create", out(8), backEntry).is(0, 5)
	p.ok("context_switch", 5)

	// Without the table.
	p = w.proxy()
	p.fails(abi.ENOTSUP, "context_create", out(8), backEntry)
}

// A process ends in whichever context, and leaves nothing: the world sees to that.
func TestContextEnds(t *testing.T) {
	for entry, want := range map[int]wasix.Status{returnEntry: {Code: 129}, trapEntry: {Code: 134}, exitEntry: {Code: 5}} {
		p := newWorld(t).start(contextProxy())
		p.ok("context_create", out(8), entry)
		if a := p.call("context_switch", 1); a.err == nil {
			t.Errorf("entry %d: the switch has returned", entry)
		}
		s := p.wait()
		if strings.Contains(s.Trap, "unreachable") {
			s.Trap = ""
		}
		if s != want {
			t.Errorf("entry %d: %+v, want %+v", entry, s, want)
		}
	}
	for _, sig := range []abi.Signal{abi.SIGTERM, abi.SIGKILL} {
		p := newWorld(t).start(contextProxy())
		p.ok("context_create", out(8), sleepEntry)
		end := p.later("context_switch", 1)
		p.parked()
		p.signal(sig)
		if s := p.wait(); s.Signal != sig {
			t.Errorf("killed while a context waits: %+v", s)
		}
		p.get(end)
	}
	// With one that is suspended.
	p := newWorld(t).start(contextProxy())
	p.ok("context_create", out(8), backEntry)
	p.ok("context_switch", 1)
	p.call("proc_exit", 7)
	if s := p.wait(); s.Code != 7 {
		t.Errorf("%+v", s)
	}
}
