package link

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/wasix-web/wasix-web/wasix/wasmgen"
)

// module writes a program; build may add imports before the own _start.
func module(build func(b *wasmgen.Builder), entries ...string) []byte {
	var b wasmgen.Builder
	if build != nil {
		build(&b)
	}
	f := b.Func(wasmgen.Sig("", ""), wasmgen.NewCode(0))
	for _, e := range entries {
		b.Export(e, wasmgen.ExternFunc, f)
	}
	return b.Bytes()
}

func TestCheckConnects(t *testing.T) {
	shared := wasmgen.Limits{Min: 1, Max: 4, HasMax: true, Shared: true}
	p, err := Check(module(func(b *wasmgen.Builder) {
		b.ImportFunc("wasi_snapshot_preview1", "fd_write", wasmgen.Sig("iiii", "i"))
		b.ImportFunc("wasix_32v1", "fd_write", wasmgen.Sig("iiii", "i"))
		b.ImportFunc("wasix_32v1", "proc_join", wasmgen.Sig("ii", "i"))
		b.ImportFunc("wasix_32v1", "proc_join", wasmgen.Sig("iii", "i"))
		b.ImportFunc("wasix_32v1", "of_the_future", wasmgen.Sig("iF", "I"))
		b.ImportMemory("wasi_snapshot_preview1", "mem", shared)
		b.ImportTag("env", "__c_longjmp", wasmgen.I32)
	}, "_start"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range p.Funcs {
		name := "stub"
		if f.Call != nil {
			name = f.Call.Export
		}
		got = append(got, name)
	}
	if want := "fd_write fd_write proc_join_v0 proc_join stub"; strings.Join(got, " ") != want {
		t.Errorf("calls %q, want %q", strings.Join(got, " "), want)
	}
	if s := p.Stubs(); len(s) != 1 || s[0] != "wasix_32v1.of_the_future" {
		t.Errorf("stubs %q", s)
	}
	if p.Functions != nil {
		t.Error("keeps the functions of a program that does not ask for them")
	}
	if !p.Threads || p.Memory == nil || p.Memory.Name != "mem" || p.Preview1 || p.Reactor || p.Init || len(p.Others) != 1 {
		t.Errorf("program %+v", p)
	}
	if _, err := wasmgen.Shim(p.Shim()); err != nil {
		t.Error(err)
	}
}

func TestCheckEntries(t *testing.T) {
	for _, tt := range []struct {
		entries       []string
		init, reactor bool
	}{
		{[]string{"_start"}, false, false},
		{[]string{"_initialize"}, true, true},
		{[]string{"_initialize", "_start"}, true, false},
	} {
		p, err := Check(module(nil, tt.entries...))
		if err != nil || p.Init != tt.init || p.Reactor != tt.reactor || !p.Preview1 {
			t.Errorf("%v: %+v, %v", tt.entries, p, err)
		}
	}
}

func TestCheckRefuses(t *testing.T) {
	ok := module(nil, "_start")
	for _, tt := range []struct {
		name string
		b    []byte
		kind Kind
		msg  string
	}{
		{"text", []byte("#!/bin/sh\n"), NotWasm, "magic number"},
		{"empty", nil, Truncated, "0 bytes"},
		{"truncated", ok[:len(ok)-1], Truncated, "code section"},
		{"version", append([]byte("\x00asm\x02\x00\x00\x00"), ok[8:]...), WrongVersion, "version 2"},
		{"component", append([]byte("\x00asm\x0d\x00\x01\x00"), ok[8:]...), Component, "component"},
		{"malformed", append(bytes.Clone(ok), 99, 0), Malformed, "section id 99"},
		{"too large", append(bytes.Clone(ok[:8]), 1, 0xff, 0xff, 0xff, 0xff, 0x0f), TooLarge, "modules end at 1 GiB"},
		{"no start", module(nil), NoStart, "neither _start nor _initialize"},
		{"start with a result", module(func(b *wasmgen.Builder) {
			b.Export("_start", wasmgen.ExternFunc, b.Func(wasmgen.Sig("", "i"), wasmgen.NewCode(0).I32Const(0)))
		}), NoStart, "_start is a func ()->(i32)"},
		{"start is a memory", module(func(b *wasmgen.Builder) {
			b.Export("_start", wasmgen.ExternMemory, b.Memory(wasmgen.Limits{Min: 1}))
		}), NoStart, "_start is a memory"},
		{"two memories", module(func(b *wasmgen.Builder) {
			b.Memory(wasmgen.Limits{Min: 1})
			b.Memory(wasmgen.Limits{Min: 1})
		}, "_start"), MultiMemory, "2 memories"},
		{"memory64", module(func(b *wasmgen.Builder) { b.Memory(wasmgen.Limits{Min: 1, Is64: true}) }, "_start"), Memory64, "64-bit memory"},
		{"huge memory", module(func(b *wasmgen.Builder) { b.Memory(wasmgen.Limits{Min: 65537}) }, "_start"), Invalid, "65537 pages"},
		{"hidden memory", module(func(b *wasmgen.Builder) {
			b.ImportFunc("wasi_snapshot_preview1", "fd_close", wasmgen.Sig("i", "i"))
			b.Memory(wasmgen.Limits{Min: 1})
		}, "_start"), NoMemory, "does not export its memory"},
		{"unknown modules", module(func(b *wasmgen.Builder) {
			b.ImportFunc("gojs", "runtime.wasmExit", wasmgen.Sig("i", ""))
			b.ImportGlobal("env", "x", wasmgen.GlobalType{Type: wasmgen.I32})
		}, "_start"), MissingImport, "gojs.runtime.wasmExit (i32)->(), env.x (global)"},
		{"wrong type", module(func(b *wasmgen.Builder) {
			b.ImportFunc("wasi_snapshot_preview1", "fd_close", wasmgen.Sig("I", "i"))
		}, "_start"), ImportType, "wasi_snapshot_preview1.fd_close: the program declares (i64)->(i32), the function is (i32)->(i32)"},
	} {
		_, err := Check(tt.b)
		var e *Error
		if !errors.As(err, &e) || e.Kind != tt.kind || !strings.Contains(e.Msg, tt.msg) {
			t.Errorf("%s: %v, want %s: …%s…", tt.name, err, tt.kind, tt.msg)
		}
	}
}

func TestCheckManyMissing(t *testing.T) {
	_, err := Check(module(func(b *wasmgen.Builder) {
		for i := 0; i < 1000; i++ {
			b.ImportFunc("a", strings.Repeat("x", i), wasmgen.Sig("", ""))
		}
	}, "_start"))
	if err == nil || !strings.Contains(err.Error(), "and 950 more") {
		t.Error(err)
	}
}

// The functions in the table are kept for programs that ask for their types, also when the code has not arrived yet.
func TestCheckKeepsFunctions(t *testing.T) {
	b := module(func(b *wasmgen.Builder) {
		ask := b.ImportFunc("wasix_32v1", "reflect_signature", wasmgen.Sig("iiiiii", "i"))
		table := b.Table(wasmgen.TableType{Elem: wasmgen.FuncRef, Limits: wasmgen.Limits{Min: 4}})
		b.Elem(table, wasmgen.NewCode(0).I32Const(1), ask)
		b.Export("memory", wasmgen.ExternMemory, b.Memory(wasmgen.Limits{Min: 1}))
	}, "_start")
	p, err := Check(b)
	if err != nil {
		t.Fatal(err)
	}
	head := bytes.Clone(b[:p.Module.CodeStart+1])
	m, _, err := wasmgen.ParseHead(head)
	if err != nil {
		t.Fatal(err)
	}
	h, err := CheckModule(head, m)
	if err != nil {
		t.Fatal(err)
	}
	clear(b) // Check has kept nothing of it
	// Without code the file has no place where that begins.
	var none wasmgen.Builder
	ask := none.ImportFunc("wasix_32v1", "reflect_signature", wasmgen.Sig("iiiiii", "i"))
	none.Export("_start", wasmgen.ExternFunc, none.ImportFunc("wasix_32v1", "of_the_future", wasmgen.Sig("", "")))
	none.Elem(none.Table(wasmgen.TableType{Elem: wasmgen.FuncRef, Limits: wasmgen.Limits{Min: 4}}), wasmgen.NewCode(0).I32Const(1), ask)
	n, err := Check(none.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []*Program{p, h, n} {
		if types, params := p.Functions.Signature(1); len(types) != 7 || params != 6 {
			t.Errorf("%d types, %d of them of parameters", len(types), params)
		}
		if _, params := p.Functions.Signature(0); params >= 0 {
			t.Error("there is a function in place 0")
		}
	}
}
