package wasmgen

import (
	"testing"
)

// typesAt names what is in the first places of a table: the first type of each function, "0" for one without, "-" for none.
func typesAt(l *Elements, n uint32) (s string) {
	for i := range n {
		types, params := l.Signature(i)
		switch {
		case params < 0:
			s += "-"
		case params == 0:
			s += "0"
		default:
			s += ValType(0x7f - types[0]).String()[:2]
		}
		s += " "
	}
	return s
}

// elementModule has functions 0 to 3 of types (i32), (i64), (f32) and (), the first imported, two tables of 9, and these
// element segments.
func elementModule(n byte, segments string) []byte {
	b := appendSection([]byte(magic), SectionType, []byte("\x04\x60\x01\x7f\x00\x60\x01\x7e\x00\x60\x01\x7d\x00\x60\x00\x00"))
	b = appendSection(b, SectionImport, []byte("\x01\x01m\x01f\x00\x00"))
	b = appendSection(b, SectionFunction, []byte{3, 1, 2, 3})
	b = appendSection(b, SectionTable, []byte("\x02\x70\x00\x09\x70\x00\x09"))
	b = appendSection(b, SectionGlobal, []byte("\x01\x7f\x00\x41\x02\x0b"))
	b = appendSection(b, SectionElement, append([]byte{n}, segments...))
	return appendSection(b, SectionCode, []byte("\x03\x02\x00\x0b\x02\x00\x0b\x02\x00\x0b"))
}

// elementSegments are segments and what is in the table then; "" where an engine refuses the module.
var elementSegments = map[string]struct {
	n        byte
	segments string
	want     string
}{
	"indices":            {1, "\x00\x41\x01\x0b\x04\x00\x01\x02\x03", "- i3 i6 f3 0 - "},
	"table and kind":     {1, "\x02\x00\x41\x00\x0b\x00\x02\x01\x00", "i6 i3 - - - - "},
	"another table":      {1, "\x02\x01\x41\x00\x0b\x00\x02\x01\x00", "- - - - - - "},
	"expressions":        {1, "\x04\x41\x01\x0b\x03\xd2\x02\x0b\xd0\x70\x0b\xd2\x00\x0b", "- - - - - - "},
	"expressions, table": {1, "\x06\x00\x41\x01\x0b\x70\x01\xd2\x02\x0b", "- - - - - - "},
	"then expressions":   {3, "\x00\x41\x03\x0b\x01\x00\x04\x41\x01\x0b\x01\x23\x00\x0b\x00\x41\x04\x0b\x01\x00", "- - - i3 - - "},
	"passive, declared":  {3, "\x01\x00\x01\x00\x03\x00\x01\x00\x00\x41\x02\x0b\x01\x00", "- - i3 - - - "},
	"place of a global":  {2, "\x00\x23\x00\x0b\x01\x00\x00\x41\x05\x0b\x01\x01", "- - - - - - "},
	"the last one wins":  {3, "\x00\x41\x01\x0b\x02\x00\x01\x00\x41\x01\x0b\x01\x02\x00\x41\x02\x0b\x01\x03", "- f3 0 - - - "},
	"a place far away":   {2, "\x00\x41\x7f\x0b\x02\x00\x00\x00\x41\x80\x80\x80\x80\x78\x0b\x01\x00", ""},
	"no such function":   {1, "\x00\x41\x00\x0b\x02\x63\x00", ""},
	"nothing":            {0, "", "- - - - - - "},
	"unknown flags":      {2, "\x00\x41\x00\x0b\x01\x00\x08\x41\x01\x0b\x01\x00", ""},
	"cut off":            {2, "\x00\x41\x00\x0b\x01\x00\x00\x41", ""},
	"no end":             {1, "\x00\x41\x00\x41\x00", ""},
	"too many":           {1, "\x00\x41\x00\x0b\xff\xff\xff\xff\x0f\x00", ""},
	"too many segments":  {255, "\x7f", ""},
	"unknown opcode":     {1, "\x00\xff\x00\x0b\x01\x00", ""},
}

func TestElements(t *testing.T) {
	for name, c := range elementSegments {
		b := elementModule(c.n, c.segments)
		m := mustParse(t, b)
		l := &Elements{m, b}
		if got := typesAt(l, 6); got != c.want && c.want != "" {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		// The beginning of the file says as much.
		h, err := headSteps(t, b)
		if err != nil {
			t.Fatal(name, err)
		}
		if got := typesAt(&Elements{h, b[:h.CodeStart]}, 6); got != c.want && c.want != "" {
			t.Errorf("%s: the head says %q, want %q", name, got, c.want)
		}
		if _, params := l.Signature(^uint32(0)); params >= 0 {
			t.Errorf("%s: the last place of all: %d", name, params)
		}
	}
}

// The first table counts, and all types are told.
func TestSignature(t *testing.T) {
	var b Builder
	first, second := b.Table(TableType{Elem: FuncRef, Limits: Limits{Min: 4}}), b.Table(TableType{Elem: FuncRef, Limits: Limits{Min: 3}})
	f, g := b.Func(Sig("FIfV", "ii"), NewCode(4).Unreachable()), b.Func(Sig("i", ""), NewCode(1))
	b.Declare(g)
	b.Elem(first, NewCode(0).I32Const(1), f, b.Func(Sig("", "p"), NewCode(0).Unreachable()), b.Func(Sig("ie", ""), NewCode(2)))
	b.Elem(second, NewCode(0).I32Const(1), g)
	in := b.Bytes()
	l := &Elements{mustParse(t, in), in}
	if got := typesAt(l, 5); got != "- f6 - - - " {
		t.Errorf("in the table: %q", got)
	}
	types, params := l.Signature(1)
	if want := "\x03\x01\x02\x04\x00\x00"; string(types) != want || params != 4 {
		t.Errorf("types %q, %d of them of parameters, want %q", types, params, want)
	}
}
