package wasmgen

import (
	"bytes"
	"testing"
)

func TestExportTables(t *testing.T) {
	module := func(body func(c *Code, table uint32) *Code) []byte {
		var b Builder
		table := b.Table(TableType{Elem: FuncRef, Limits: Limits{Min: 3}})
		f := b.Func(Sig("", ""), body(NewCode(0), table))
		b.Export("f", ExternFunc, f)
		return b.Bytes()
	}
	for name, c := range map[string]struct {
		body    func(c *Code, table uint32) *Code
		changes bool
	}{
		"nothing":    {func(c *Code, _ uint32) *Code { return c }, false},
		"table.get":  {func(c *Code, t uint32) *Code { return c.I32Const(0).TableGet(t).Drop() }, false},
		"table.set":  {func(c *Code, t uint32) *Code { return c.I32Const(0).I32Const(1).TableGet(t).TableSet(t) }, true},
		"table.grow": {func(c *Code, t uint32) *Code { return c.I32Const(0).TableGet(t).I32Const(1).TableGrow(t).Drop() }, true},
		"its number": {func(c *Code, _ uint32) *Code { return c.I32Const(opTableSet).Drop().I32Const(0).Drop() }, false},
		"a load's offset": {func(c *Code, _ uint32) *Code {
			return c.Unreachable().I32Const(prefixMisc).Op(opTableSet - 0x26).Drop()
		}, false},
		"memory.fill alone": {func(c *Code, _ uint32) *Code { return c.I32Const(0x0c).Drop() }, false},
	} {
		in := module(c.body)
		before := bytes.Clone(in)
		m, err := Parse(in)
		if err != nil {
			t.Fatal(name, err)
		}
		out := ExportTables(in, m)
		if !bytes.Equal(in, before) {
			t.Errorf("%s: the input has changed", name)
		}
		if !c.changes {
			if !bytes.Equal(out, in) {
				t.Errorf("%s: has changed", name)
			}
			continue
		}
		got, err := Parse(out)
		if err != nil {
			t.Fatal(name, err)
		}
		if e := got.Export(TableExport(0)); e == nil || e.Kind != ExternTable || e.Index != 0 || got.Export("f") == nil {
			t.Errorf("%s: table 0 is not exported", name)
		}
		// Twice does nothing more.
		if again := ExportTables(out, got); len(again) != len(out) {
			t.Errorf("%s: exported twice", name)
		}
	}
}
