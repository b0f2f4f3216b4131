package wasmgen

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero/api"
)

// waitTableFiller puts the host's functions into a rewritten guest's table.
func waitTableFiller() []byte {
	var b Builder
	var funcs []uint32
	for _, f := range WaitFuncs {
		funcs = append(funcs, b.ImportFunc("host", f.Name, f.Type))
	}
	n := uint64(len(funcs))
	t := b.ImportTable("guest", WaitTable, TableType{FuncRef, Limits{Min: n, Max: n, HasMax: true}})
	b.Elem(t, NewCode(0).I32Const(0), funcs...)
	return b.Bytes()
}

func TestRewriteRuns(t *testing.T) {
	for _, table := range []bool{false, true} {
		in := waitModule(true, table)
		before := bytes.Clone(in)
		out, n32, n64, err := RewriteAtomicWaits(in)
		if err != nil || n32 != 2 || n64 != 1 || !bytes.Equal(in, before) {
			t.Fatalf("n32 %d n64 %d err %v, input changed: %v", n32, n64, err, !bytes.Equal(in, before))
		}
		r := newRuntime(t)
		var log []string
		hb := r.NewHostModuleBuilder("host")
		for i, f := range WaitFuncs {
			hb.NewFunctionBuilder().WithGoModuleFunction(api.GoModuleFunc(func(_ context.Context, _ api.Module, stack []uint64) {
				s := f.Name
				for j := range f.Type.Params {
					s += " " + hex(stack[j])
				}
				log = append(log, s)
				stack[0] = uint64(100 + i)
			}), apiTypes(f.Type.Params), apiTypes(f.Type.Results)).Export(f.Name)
		}
		if _, err := hb.Instantiate(ctx); err != nil {
			t.Fatal(err)
		}
		env := instance(t, r, "env", MemoryModule(1, 4, true))
		env.Memory().WriteUint32Le(0, 5)
		env.Memory().WriteUint32Le(16, 1000)
		g := instance(t, r, "guest", out)
		for _, c := range []struct {
			name string
			args []uint64
		}{{"notify", []uint64{1, 2}}, {"wait32", []uint64{3, 4, 5}}, {"wait64", []uint64{8, 4, 5}}} {
			equal(t, c.name+" with an empty table", call(t, g, c.name, c.args...), []uint64{0})
		}
		instance(t, r, "filler", waitTableFiller())
		equal(t, "notify", call(t, g, "notify", 1, 2), []uint64{100})
		equal(t, "wait32", call(t, g, "wait32", 3, 0xffffffff, 1<<63), []uint64{101})
		equal(t, "wait64", call(t, g, "wait64", 0xfffffff8, 1<<40, 1<<41), []uint64{102})
		equal(t, "mixed", call(t, g, "mixed"), []uint64{1101})
		equal(t, "calls", log, []string{
			"memory.atomic.notify 0x1 0x2 0xfedcba98",
			"memory.atomic.wait32 0x3 0xffffffff 0x8000000000000000 0x0",
			"memory.atomic.wait64 0xfffffff8 0x10000000000 0x20000000000 0x8",
			"memory.atomic.wait32 0x4 0x5 0x6 0x10",
		})
	}
}

// What a rewrite adds, and that it leaves all else as it was.
func TestRewriteSections(t *testing.T) {
	hint := appendSection(nil, SectionCustom, append(appendName(nil, "metadata.code.branch_hint"), 0))
	name := appendSection(nil, SectionCustom, append(appendName(nil, "name"), 0, 2, 1, 'm'))
	for _, c := range []struct{ exports, table bool }{{false, false}, {false, true}, {true, false}, {true, true}} {
		in := append(append(waitModule(c.exports, c.table), hint...), name...)
		out, _, _, err := RewriteAtomicWaits(in)
		if err != nil {
			t.Fatal(err)
		}
		was, is := mustParse(t, in), mustParse(t, out)
		e := is.Exports[len(is.Exports)-1]
		if e.Name != WaitTable || int(e.Index) != len(was.Tables) || e.Table.Limits.Min != 3 || e.Table.Limits.Max != 3 {
			t.Errorf("export %+v", e)
		}
		equal(t, "exports", is.Exports[:len(is.Exports)-1], append([]Export{}, was.Exports...))
		equal(t, "tables", len(is.Tables), len(was.Tables)+1)
		equal(t, "imports", is.Imports, was.Imports)
		equal(t, "functions", is.Funcs, was.Funcs)
		equal(t, "types", is.Types[:len(was.Types)], was.Types)
		if is.Custom("metadata.code.branch_hint") != nil {
			t.Error("branch hints were kept")
		}
		if !bytes.HasSuffix(out, name) {
			t.Error("the name section changed")
		}
		if m, err := newRuntime(t).CompileModule(ctx, out); err != nil {
			t.Error(err, m)
		}
		if _, _, _, err := RewriteAtomicWaits(out); err != nil {
			t.Errorf("a rewritten module: %v", err)
		}
	}
}

// withBody is a module with a shared memory and one function of the given instructions.
func withBody(memory Limits, code ...byte) []byte {
	var b Builder
	b.Memory(memory)
	b.Func(FuncType{}, NewCode(0).Op(code...))
	return b.Bytes()
}

var sharedMemory = Limits{Min: 1, Max: 1, HasMax: true, Shared: true}

func TestRewriteErrors(t *testing.T) {
	wait := func(arg ...byte) []byte { return append([]byte{0x41, 0, 0x41, 0, 0x42, 0, 0xfe, 1}, arg...) }
	var exported Builder
	exported.Memory(sharedMemory)
	exported.Table(TableType{Elem: FuncRef})
	exported.Export(WaitTable, ExternTable, 0)
	exported.Func(FuncType{}, NewCode(0).Op(wait(2, 0, 0x1a)...))
	cut := withBody(sharedMemory, wait(2, 0, 0x1a)...)
	cut[len(cut)-1] = 0x01 // a nop instead of the end
	for _, c := range []struct {
		name string
		b    []byte
		kind Kind
		msg  string
	}{
		{"unknown opcode", withBody(sharedMemory, wait(2, 0, 0xf7)...), UnknownOpcode, "opcode 0xf7"},
		{"unknown atomic", withBody(sharedMemory, append(wait(2, 0, 0x1a), 0xfe, 0x70)...), UnknownOpcode, "opcode 0xfe 0x70"},
		{"memory 1", withBody(sharedMemory, wait(0x42, 1, 0, 0x1a)...), Unsupported, "memory.atomic.wait32 on memory 1"},
		{"memory64", withBody(Limits{Min: 1, Max: 1, HasMax: true, Shared: true, Is64: true}, wait(2, 0, 0x1a)...), Unsupported, "64-bit memory"},
		{"offset", withBody(sharedMemory, wait(2, 0x80, 0x80, 0x80, 0x80, 0x10, 0x1a)...), Malformed, "offset 0x100000000"},
		{"alignment", withBody(sharedMemory, wait(0x80, 1, 0, 0x1a)...), Malformed, "alignment flags 0x80"},
		{"no end", cut, Malformed, "does not end with end"},
		{"half an instruction", withBody(sharedMemory, wait(2)...), Malformed, "does not end"},
		{"taken name", exported.Bytes(), Unsupported, WaitTable},
		{"body size", appendSection(withBodyHead(t), SectionCode, []byte{1, 40, 0xfe, 1}), Malformed, "function body of 40 bytes passes the end"},
		{"left over", appendSection(withBodyHead(t), SectionCode, []byte{1, 2, 0, 0x0b, 0xfe}), Malformed, "1 bytes left over"},
	} {
		out, _, _, err := RewriteAtomicWaits(c.b)
		if out != nil || kindOf(err) != c.kind || !strings.Contains(err.Error(), c.msg) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// withBodyHead is withBody up to the code section.
func withBodyHead(t testing.TB) []byte {
	b := withBody(sharedMemory)
	return b[:mustParse(t, b).CodeStart]
}

// Modules that have nothing to rewrite come back as they are: the same slice, undecoded.
func TestRewriteLeaves(t *testing.T) {
	for name, b := range map[string][]byte{
		"no code":         MemoryModule(1, 1, true),
		"no atomics":      withBody(sharedMemory, 0x01),
		"other atomics":   withBody(sharedMemory, 0x41, 0, 0xfe, 0x10, 2, 0, 0x1a, 0xfe, 3, 0),
		"unshared memory": withBody(Limits{Min: 1}, 0x41, 0, 0x41, 0, 0x42, 0, 0xfe, 1, 2, 0, 0x1a),
		"looks like it":   withBody(sharedMemory, 0x41, 0xfe, 0x01, 0x1a),
		"unknown opcode":  withBody(sharedMemory, 0xf7, 0xfe, 0x10),
	} {
		out, n32, n64, err := RewriteAtomicWaits(b)
		if err != nil || n32 != 0 || n64 != 0 || len(out) != len(b) || &out[0] != &b[0] {
			t.Errorf("%s: %d %d %v", name, n32, n64, err)
		}
	}
}

// A padded opcode is found too, although its second byte differs.
func TestRewritePaddedOpcode(t *testing.T) {
	b := withBody(sharedMemory, 0x41, 0, 0x41, 0, 0x42, 0, 0xfe, 0x81, 0x80, 0x00, 2, 0, 0x1a)
	if _, n32, n64, err := RewriteAtomicWaits(b); n32 != 1 || n64 != 0 || err != nil {
		t.Errorf("%d %d %v", n32, n64, err)
	}
}

// Every instruction with its immediates, between which a wait must be found: a wrong length loses the place.
func TestDecoder(t *testing.T) {
	leb5, leb10 := []byte{0xff, 0xff, 0xff, 0xff, 0x0f}, []byte{0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01}
	fe := bytes.Repeat([]byte{0xfe}, 16) // immediates that look like atomics
	cat := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	one := func(b ...byte) []byte { return b }
	var all [][]byte
	add := func(b ...byte) { all = append(all, b) }
	for op := 0x45; op <= 0xc4; op++ { // numeric
		add(byte(op))
	}
	for _, op := range []byte{0x00, 0x01, 0x05, 0x0a, 0x0b, 0x0f, 0x19, 0x1a, 0x1b, 0xd1, 0xd3, 0xd4} {
		add(op)
	}
	for _, op := range []byte{0x07, 0x08, 0x09, 0x0c, 0x0d, 0x10, 0x12, 0x14, 0x15, 0x18, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x3f, 0x40, 0xd2, 0xd5, 0xd6} {
		add(cat(one(op), leb5)...)
	}
	for _, op := range []byte{0x11, 0x13} {
		add(cat(one(op), leb5, leb5)...)
	}
	for _, op := range []byte{0x02, 0x03, 0x04, 0x06} {
		for _, bt := range [][]byte{{0x40}, {0x7f}, {0x69}, {0x63, 0x6e}, {0x64, 0x80, 0x7f}, {0x80, 0x80, 0x80, 0x80, 0x08}, {0x63, 0x65, 0x6e}} {
			add(cat(one(op), bt)...)
		}
	}
	add(cat(one(0x0e, 2), leb5, leb5, leb5)...)
	add(0x0e, 0, 1)
	add(0x1c, 2, 0x7f, 0x63, 0x70)
	add(0x1f, 0x40, 4, 0, 1, 2, 1, 0x81, 0x01, 2, 2, 3, 3, 4)
	for op := 0x28; op <= 0x3e; op++ {
		add(cat(one(byte(op), 3), leb10)...)
		add(cat(one(byte(op), 0x43), leb5, leb5)...)
	}
	add(cat(one(0x41), one(0xfe, 0xfe, 0xfe, 0xfe, 0x07))...)
	add(cat(one(0x42), fe[:9], one(0x7f))...)
	add(cat(one(0x43), fe[:4])...)
	add(cat(one(0x44), fe[:8])...)
	add(0xd0, 0x70)
	add(0xd0, 0xfe, 0x01)
	for op, imm := range gcImmediates {
		b := one(0xfb, byte(op))
		switch imm {
		case immIndex:
			b = cat(b, leb5)
		case immIndex2:
			b = cat(b, leb5, leb5)
		case immHeap:
			b = cat(b, one(0xfe, 0x01))
		case immCast:
			b = cat(b, one(0xfe), leb5, one(0x6e), one(0xfe, 0x01))
		}
		add(b...)
	}
	for op := range 8 {
		add(0xfc, byte(op))
	}
	for op, indices := range map[byte]int{8: 2, 9: 1, 10: 2, 11: 1, 12: 2, 13: 1, 14: 2, 15: 1, 16: 1, 17: 1, 19: 0, 22: 0} {
		add(cat(one(0xfc, op), bytes.Repeat(leb5, indices))...)
	}
	for op := range 0x114 {
		b := appendU(one(0xfd), uint64(op))
		switch {
		case op <= 11 || op == 92 || op == 93:
			b = cat(b, one(4), leb10)
		case op == 12 || op == 13:
			b = cat(b, fe)
		case op >= 21 && op <= 34:
			b = append(b, 0xfe)
		case op >= 84 && op <= 91:
			b = cat(b, one(0x41), leb5, leb10, one(0xfe))
		}
		add(b...)
	}
	for op := 0x10; op <= 0x4e; op++ {
		add(cat(one(0xfe, byte(op), 2), leb5)...)
	}
	add(0xfe, 3, 0)
	wait := one(0xfe, 0x81, 0x80, 0x00, 2, 7)
	for _, in := range all {
		f := waitBody{end: len(in) + len(wait) + 2}
		m := &Module{Memories: []Limits{sharedMemory}}
		if err := f.decode(cat(one(0), in, wait, one(0x0b)), m); err != nil {
			t.Errorf("% x: %v", in, err)
			continue
		}
		equal(t, "sites", f.sites, []waitSite{{1 + len(in), 1 + len(in) + len(wait), 1, 7}})
	}
}

// FuzzRewrite: no panic; what comes out parses, has no instruction left, and still compiles if the input did.
func FuzzRewrite(f *testing.F) {
	for _, b := range generated(f) {
		f.Add(b)
	}
	r := newRuntime(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		in := bytes.Clone(b)
		out, n32, n64, err := RewriteAtomicWaits(b)
		if !bytes.Equal(in, b) {
			t.Fatal("the input was changed")
		}
		if err != nil {
			if out != nil || kindOf(err) == 0 {
				t.Errorf("%v, out %v", err, out != nil)
			}
			return
		}
		if len(out) == len(b) {
			if n32+n64 != 0 || &out[0] != &b[0] {
				t.Errorf("%d %d in an unchanged module", n32, n64)
			}
			return
		}
		m := mustParse(t, out)
		if bodies, err := findWaits(out, m, m.section(SectionCode)); err != nil || len(bodies) != 0 {
			t.Errorf("%d bodies left, %v", len(bodies), err)
		}
		c, err := r.CompileModule(ctx, b)
		if err != nil {
			return
		}
		c.Close(ctx)
		if c, err = r.CompileModule(ctx, out); err != nil {
			t.Errorf("does not compile any more: %v", err)
			return
		}
		c.Close(ctx)
	})
}

// bigModule is about 30 MB of code in functions of 4 KiB, one in ten with a wait, all with constants that look like one.
func bigModule() []byte {
	var b Builder
	b.ImportMemory("env", "memory", sharedMemory)
	for i := range 7500 {
		c := NewCode(0)
		for len(c.b) < 4000 {
			c.I32Const(int32(len(c.b))).Mem(opI32Load, 0, 2, 128).I64Const(1 << 40).Drop().Drop()
		}
		if i%3 == 0 {
			c.I32Const(0x7e | 1<<7).Drop()
		}
		if i%10 == 0 {
			c.I32Const(0).I32Const(0).I64Const(0)
			c.index(prefixAtomic, atomicWait32).memArg(0, 2, 0).Drop()
		}
		b.Func(FuncType{}, c)
	}
	return b.Bytes()
}

func BenchmarkRewrite(b *testing.B) {
	m := bigModule()
	b.SetBytes(int64(len(m)))
	for b.Loop() {
		if _, n, _, err := RewriteAtomicWaits(m); n != 750 || err != nil {
			b.Fatal(n, err)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	m := bigModule()
	b.SetBytes(int64(len(m)))
	for b.Loop() {
		if _, err := Parse(m); err != nil {
			b.Fatal(err)
		}
	}
}
