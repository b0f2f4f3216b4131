package wasmgen

import (
	"bytes"
	"testing"
)

// threadModule has a mutable global of each kind that Reusable must set back, one that is constant, a passive segment and
// a start function.
func threadModule(start *Code, body func(c *Code, table uint32) *Code) []byte {
	var b Builder
	b.ImportMemory("env", "memory", sharedMemory)
	table := b.Table(TableType{Elem: FuncRef, Limits: Limits{Min: 3}})
	b.Global(GlobalType{I32, true}, 7)
	b.Global(GlobalType{F64, true}, 0)
	b.Global(GlobalType{I64, false}, 9)
	b.Global(GlobalType{I64, true}, -1)
	b.Export("own", ExternGlobal, 0)
	b.Start(b.Func(FuncType{}, start))
	b.Export("f", ExternFunc, b.Func(FuncType{}, body(NewCode(0), table)))
	return withData(b.Bytes())
}

// withData gives a module two passive data segments.
func withData(b []byte) []byte {
	m, err := Parse(b)
	if err != nil {
		panic(err)
	}
	var out []byte
	out = append(out, b[:8]...)
	for _, s := range m.Sections {
		if s.ID == SectionCode {
			out = appendSection(out, SectionDataCount, []byte{2})
		}
		out = append(out, b[s.Header:s.End]...)
	}
	return appendSection(out, SectionData, []byte{2, 1, 2, 'a', 'b', 1, 1, 'c'})
}

func TestReusable(t *testing.T) {
	drop := func(segment byte) []byte { return []byte{prefixMisc, miscDataDrop, segment} }
	initialize := func(c *Code, segment byte) *Code {
		return c.I32Const(0).I32Const(0).I32Const(1).Op(prefixMisc, miscMemoryInit, segment, 0)
	}
	once := func() *Code {
		return NewCode(0).I32Const(16).I32Const(0).I32Const(1).Op(prefixAtomic, atomicI32Cmpxchg, 2, 0).Drop()
	}
	nothing := func(c *Code, _ uint32) *Code { return c }
	for name, c := range map[string]struct {
		start *Code
		body  func(c *Code, table uint32) *Code
		ok    bool
	}{
		"nothing":                       {NewCode(0), nothing, true},
		"what LLVM makes":               {initialize(once(), 0).Op(drop(0)...), nothing, true},
		"another segment is read":       {initialize(once(), 0).Op(drop(0)...), func(c *Code, _ uint32) *Code { return initialize(c, 1) }, true},
		"the dropped segment is read":   {initialize(once(), 0).Op(drop(0)...), func(c *Code, _ uint32) *Code { return initialize(c, 0) }, false},
		"dropped by every thread":       {initialize(NewCode(0), 0).Op(drop(0)...), nothing, false},
		"dropped while it runs":         {NewCode(0), func(c *Code, _ uint32) *Code { return c.Op(drop(1)...) }, false},
		"elem.drop":                     {NewCode(0), func(c *Code, _ uint32) *Code { return c.Op(prefixMisc, miscElemDrop, 0) }, false},
		"table.set":                     {NewCode(0), func(c *Code, t uint32) *Code { return c.I32Const(0).I32Const(1).TableGet(t).TableSet(t) }, false},
		"table.get":                     {NewCode(0), func(c *Code, t uint32) *Code { return c.I32Const(1).TableGet(t).Drop() }, true},
		"numbers that look like opcode": {NewCode(0), func(c *Code, _ uint32) *Code { return c.I32Const(prefixMisc).I32Const(miscDataDrop).Drop().Drop() }, true},
	} {
		in := threadModule(c.start, c.body)
		before := bytes.Clone(in)
		m := mustParse(t, in)
		out := Reusable(in, m)
		if !bytes.Equal(in, before) {
			t.Errorf("%s: the input has changed", name)
		}
		if ok := !bytes.Equal(out, in); ok != c.ok {
			t.Errorf("%s: reusable: %v", name, ok)
		}
		if !c.ok {
			continue
		}
		got := mustParse(t, out)
		if got.Start >= 0 {
			t.Errorf("%s: still has a start section", name)
		}
		for export, index := range map[string]uint32{"own": 0, "__wasix_global0": 0, "__wasix_global1": 1, "__wasix_global3": 3, StartExport: uint32(m.Start), "f": uint32(m.Start) + 1} {
			if e := got.Export(export); e == nil || e.Index != index {
				t.Errorf("%s: export %s: %+v", name, export, e)
			}
		}
		if n := len(got.Exports); n != 6 {
			t.Errorf("%s: %d exports", name, n)
		}
		if again := Reusable(out, got); !bytes.Equal(again, out) {
			t.Errorf("%s: changed twice", name)
		}
	}
}

// A global that JavaScript cannot read keeps the module as it is.
func TestReusableGlobals(t *testing.T) {
	for name, typ := range map[string]ValType{"v128": V128, "externref": ExternRef} {
		in := threadModule(NewCode(0), func(c *Code, _ uint32) *Code { return c })
		m := mustParse(t, in)
		m.Globals[0].Type = typ
		if out := Reusable(in, m); !bytes.Equal(out, in) {
			t.Errorf("%s: has changed", name)
		}
	}
}

func TestReusableWithoutGlobals(t *testing.T) {
	var b Builder
	b.Start(b.Func(FuncType{}, NewCode(0)))
	b.Export("f", ExternFunc, 0)
	if out := Reusable(b.Bytes(), mustParse(t, b.Bytes())); !bytes.Equal(out, b.Bytes()) {
		t.Error("has changed")
	}
}

// An instance whose globals are set back and whose start function is called again is like a new one.
func TestReusableRuns(t *testing.T) {
	start := NewCode(0).GlobalGet(0).I32Const(1).Op(opI32Add).GlobalSet(0)
	in := threadModule(start, func(c *Code, _ uint32) *Code { return c.I32Const(50).GlobalSet(0) })
	out := Reusable(in, mustParse(t, in))
	r := newRuntime(t)
	instance(t, r, "env", MemoryModule(1, 1, true))
	g := instance(t, r, "guest", out)
	own := g.ExportedGlobal("own")
	equal(t, "before start", own.Get(), uint64(7))
	call(t, g, StartExport)
	equal(t, "after start", own.Get(), uint64(8))
	call(t, g, "f")
	equal(t, "after f", own.Get(), uint64(50))
}
