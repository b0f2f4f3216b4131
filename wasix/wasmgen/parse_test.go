package wasmgen

import (
	"bytes"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

func TestParseEverything(t *testing.T) {
	m := mustParse(t, everything())
	shared := Limits{Min: 17, Max: 65536, HasMax: true, Shared: true, PageSizeLog2: 16}
	fn := Sig("ifIF", "i")
	equal(t, "imports", m.Imports, []Import{
		{"env", "f", Extern{Kind: ExternFunc, Func: fn}},
		{"env", "tab", Extern{Kind: ExternTable, Table: TableType{FuncRef, Limits{Min: 1, PageSizeLog2: 16}}}},
		{"env", "memory", Extern{Kind: ExternMemory, Memory: shared}},
		{"GOT.mem", "x", Extern{Kind: ExternGlobal, Global: GlobalType{I32, true}}},
		{"env", "__cpp_exception", Extern{Kind: ExternTag, Func: FuncType{Params: []ValType{I32}}}},
	})
	equal(t, "exports", m.Exports, []Export{
		{"swap", 1, Extern{Kind: ExternFunc, Func: Sig("ii", "ii")}},
		{"tab2", 1, Extern{Kind: ExternTable, Table: TableType{ExternRef, Limits{Min: 2, Max: 300, HasMax: true, PageSizeLog2: 16}}}},
		{"memory", 0, Extern{Kind: ExternMemory, Memory: shared}},
		{"minus", 1, Extern{Kind: ExternGlobal, Global: GlobalType{I64, false}}},
		{"tag", 1, Extern{Kind: ExternTag, Func: FuncType{Params: []ValType{I64, I32}}}},
	})
	equal(t, "counts", []int{len(m.Funcs), m.ImportedFuncs, len(m.Tables), m.ImportedTables, len(m.Memories), m.ImportedMemories,
		len(m.Globals), m.ImportedGlobals, len(m.Tags), m.ImportedTags, m.Start, m.DataCount},
		[]int{3, 1, 2, 1, 1, 1, 3, 1, 2, 1, 2, -1})
	if s, ok := m.FuncType(1); !ok || s.String() != "(i32,i32)->(i32,i32)" {
		t.Errorf("FuncType(1) = %v %v", s, ok)
	}
	if _, ok := m.FuncType(3); ok {
		t.Error("FuncType(3) exists")
	}
	if e := m.Export("minus"); e == nil || e.Global.Type != I64 || m.Export("plus") != nil {
		t.Error("Export by name")
	}
	var ids []byte
	for _, s := range m.Sections {
		ids = append(ids, s.ID)
	}
	equal(t, "sections", ids, []byte{SectionType, SectionImport, SectionFunction, SectionTable, SectionTag, SectionGlobal,
		SectionExport, SectionStart, SectionElement, SectionCode, SectionData})
	if code := m.section(SectionCode); m.CodeStart != code.Header || everything()[m.CodeStart] != SectionCode {
		t.Errorf("CodeStart %d, section %+v", m.CodeStart, code)
	}
}

// gcTypes are the forms of the type section beyond functions, as a module with one function that uses the last.
func gcTypes() []byte {
	types := []byte{4,
		0x4e, 2, // rec of two
		0x50, 0, 0x5f, 2, 0x78, 1, 0x63, 1, 0, // sub (struct (field (mut i8)) (field (ref null 1)))
		0x4f, 1, 0, 0x5e, 0x77, 0, // sub final 0 (array i16)
		0x5f, 0, // struct with no field
		0x60, 2, 0x64, 0x6e, 0x63, 0x80, 0x80, 0x00, 1, 0x6d, // func (ref any) (ref null 0, padded) -> eqref
		0x4e, 0, // an empty group
	}
	b := append([]byte(magic), 0)
	b = appendBytes(b, append(appendName(nil, "dylink.0"), 1, 2, 3))
	b = appendSection(b, SectionType, types)
	b = appendSection(b, SectionFunction, []byte{1, 3})
	b = appendSection(b, SectionTable, []byte{2, 0x40, 0, 0x70, 0, 1, 0xd0, 0x70, 0x0b, 0x63, 0x6a, 4, 1}) // with an initializer; 64-bit
	b = appendSection(b, SectionMemory, []byte{2, 5, 1, 0x80, 0x80, 0x80, 0x80, 0x10, 8, 3, 0})            // 64-bit; pages of one byte
	b = appendSection(b, SectionGlobal, []byte{1, 0x6e, 0, 0x41, 5, 0xfb, 28, 0x0b})                       // anyref, ref.i31
	b = appendSection(b, SectionExport, append(appendName([]byte{1}, "f"), 0, 0))
	b = appendSection(b, SectionDataCount, []byte{7})
	return appendSection(b, SectionCode, []byte{1, 3, 0, 0, 0x0b})
}

func TestParseGC(t *testing.T) {
	m := mustParse(t, gcTypes())
	kinds := []TypeKind{}
	for _, ty := range m.Types {
		kinds = append(kinds, ty.Kind)
	}
	equal(t, "kinds", kinds, []TypeKind{TypeStruct, TypeArray, TypeStruct, TypeFunc})
	equal(t, "signature", m.Exports[0].Func.String(), "((ref ..),(ref null ..))->(eqref)")
	if m.Exports[0].Func.Equal(m.Exports[0].Func) {
		t.Error("types with heap types compare equal")
	}
	equal(t, "memories", m.Memories, []Limits{
		{Min: 1, Max: 1 << 32, HasMax: true, Is64: true, PageSizeLog2: 16}, {Min: 3, PageSizeLog2: 0}})
	equal(t, "tables", m.Tables, []TableType{{FuncRef, Limits{Min: 1, PageSizeLog2: 16}}, {RefNull, Limits{Min: 1, Is64: true, PageSizeLog2: 16}}})
	if s := m.Custom("dylink.0"); s == nil || !bytes.HasSuffix(gcTypes()[s.Start:s.End], []byte{1, 2, 3}) || m.Custom("name") != nil {
		t.Errorf("custom section %+v", s)
	}
	if m.DataCount != 7 {
		t.Errorf("DataCount %d", m.DataCount)
	}
}

func TestParseErrors(t *testing.T) {
	sec := func(id byte, content ...byte) []byte { return appendSection([]byte(magic), id, content) }
	big := func(id byte, n uint64) []byte { return appendU(append([]byte(magic), id), n) }
	for _, c := range []struct {
		name, b string
		kind    Kind
		msg     string
	}{
		{"empty", "", Truncated, "wasm: truncated at 0x0: file of 0 bytes has no complete header"},
		{"half a magic", "\x00as", Truncated, "file of 3 bytes"},
		{"text", "#!/bin/sh\n", NotWasm, "does not begin with the wasm magic number"},
		{"one byte", "E", NotWasm, "magic"},
		{"version", "\x00asm\x02\x00\x00\x00", WrongVersion, "version 2, layer 0"},
		{"component", "\x00asm\x0d\x00\x01\x00", Component, "component"},
		{"no section size", magic + "\x01", Truncated, "section header"},
		{"half a section size", magic + "\x01\x80", Truncated, "wasm: truncated type section at 0x8"},
		{"half a section", magic + "\x01\x05\x00", Truncated, "section of 5 bytes, file has 1"},
		{"size of 6 bytes", magic + "\x01\x80\x80\x80\x80\x80\x00", Malformed, "more than 32 bits"},
		{"size of 33 bits", magic + "\x01\x80\x80\x80\x80\x10", Malformed, "more than 32 bits"},
		{"2 GiB section", string(big(SectionType, 1<<31)), TooMany, "section of 2147483648 bytes"},
		{"section id", string(sec(77)), Malformed, "unknown section id 77"},
		{"order", string(sec(SectionImport, 0)) + "\x01\x01\x00", Malformed, "wasm: malformed type section at 0xb: section is repeated or out of order"},
		{"twice", string(sec(SectionType, 0)) + "\x01\x01\x00", Malformed, "repeated"},
		{"left over", string(sec(SectionType, 0, 9)), Malformed, "1 bytes left over"},
		{"type count", string(sec(SectionType, 0xff, 0xff, 0x03, 1)), TooMany, "count 65535 of types in 1 bytes"},
		{"param count", string(sec(SectionType, 1, 0x60, 0xff, 0xff, 0xff, 0xff, 0x0f)), TooMany, "of parameters"},
		{"type form", string(sec(SectionType, 1, 0x11, 0)), Malformed, "unknown form of type 0x11"},
		{"value type", string(sec(SectionType, 1, 0x60, 1, 0x10, 0)), Malformed, "unknown value type 0x10"},
		{"mutability", string(sec(SectionType, 1, 0x5e, 0x7f, 9)), Malformed, "unknown mutability 0x9"},
		{"import name", string(sec(SectionImport, 1, 50, 'a', 0, 0, 0)), Malformed, "module name of an import of 50 bytes passes the end"},
		{"import utf8", string(sec(SectionImport, 1, 1, 0xff, 0, 0, 0)), Malformed, "not UTF-8"},
		{"import kind", string(sec(SectionImport, 1, 0, 0, 9, 0)), Malformed, "unknown import kind 0x9"},
		{"import type", string(sec(SectionImport, 1, 0, 0, 0, 3)), Malformed, "type 3 is not a function type"},
		{"limits flags", string(sec(SectionMemory, 1, 0x40, 0)), Malformed, "unknown limits flags 0x40"},
		{"limits order", string(sec(SectionMemory, 1, 1, 5, 4)), Malformed, "maximum below minimum"},
		{"page size", string(sec(SectionMemory, 1, 8, 1, 40)), Malformed, "page size 2^40"},
		{"global init", string(sec(SectionGlobal, 1, 0x7f, 0, 0xf0, 0x0b)), UnknownOpcode, "opcode 0xf0"},
		{"global init end", string(sec(SectionGlobal, 1, 0x7f, 0, 0x41, 0)), Malformed, "ends too early"},
		{"tag attribute", string(sec(SectionTag, 1, 1, 0)), Malformed, "unknown tag attribute 0x1"},
		{"export kind", string(sec(SectionExport, 1, 1, 'x', 9, 0)), Malformed, `export "x" has unknown kind 0x9`},
		{"export index", string(sec(SectionExport, 1, 1, 'x', 2, 0)), Malformed, `export "x": no memory 0`},
		{"start", string(sec(SectionStart, 5)), Malformed, "no function 5"},
		{"code count", string(sec(SectionCode, 1, 2, 0, 0x0b)), Malformed, "1 bodies for 0 functions"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse([]byte(c.b))
			if kindOf(err) != c.kind || !strings.Contains(err.Error(), c.msg) {
				t.Errorf("got %v\nwant %v with %q", err, c.kind, c.msg)
			}
			if _, _, _, err2 := RewriteAtomicWaits([]byte(c.b)); err2 == nil || err2.Error() != err.Error() {
				t.Errorf("rewrite says %v", err2)
			}
			// The head of a file says the same, or asks for more when that is all that is wrong.
			m, need, err := ParseHead([]byte(c.b))
			switch {
			case c.kind == Truncated:
				if err != nil || need <= len(c.b) || m != nil {
					t.Errorf("head: need %d, err %v", need, err)
				}
			case need == 0 && kindOf(err) != c.kind && c.name != "code count":
				t.Errorf("head: need %d, err %v", need, err)
			}
		})
	}
	if m := mustParse(t, sec(SectionCustom, 0, 0x80)); len(m.Sections) != 1 { // a short section at the end of the file
		t.Errorf("sections %+v", m.Sections)
	}
	twice := sec(SectionMemory, 1, 0, 1)
	twice = appendSection(twice, SectionExport, []byte{2, 1, 'm', 2, 0, 1, 'm', 2, 0})
	if _, err := Parse(twice); kindOf(err) != Malformed || !strings.Contains(err.Error(), `export "m" is repeated`) {
		t.Errorf("repeated export: %v", err)
	}
}

// headSteps feeds ParseHead as a download would, always as much as it asked for.
func headSteps(t testing.TB, b []byte) (m *Module, err error) {
	for have := 0; ; {
		m, need, err := ParseHead(b[:have])
		if err != nil || need == 0 {
			return m, err
		}
		if need <= have || m != nil {
			t.Fatalf("has %d, needs %d", have, need)
		}
		if need > len(b) {
			return nil, nil
		}
		have = need
	}
}

func TestParseHead(t *testing.T) {
	all := generated(t)
	all["gc"] = gcTypes()
	for name, b := range all {
		want := mustParse(t, b)
		complete := -1
		for n := 0; n <= len(b); n++ {
			m, need, err := ParseHead(b[:n])
			if err != nil {
				t.Fatalf("%s: %d bytes: %v", name, n, err)
			}
			if need == 0 != (m != nil) || need != 0 && (need <= n || complete >= 0) || need > len(b)+1 {
				t.Fatalf("%s: %d bytes: need %d, complete since %d", name, n, need, complete)
			}
			if m == nil {
				continue
			}
			if complete < 0 {
				complete = n
				equal(t, name+" imports", m.Imports, want.Imports)
				equal(t, name+" exports", m.Exports, want.Exports)
				equal(t, name+" code start", m.CodeStart, want.CodeStart)
				equal(t, name+" sections", m.Sections, want.Sections[:len(m.Sections)])
			}
		}
		if want.CodeStart > 0 && complete != want.CodeStart+1 {
			t.Errorf("%s: complete with %d bytes, code starts at %d", name, complete, want.CodeStart)
		}
		if m, err := headSteps(t, b); err != nil || (m == nil) != (want.CodeStart < 0) {
			t.Errorf("%s: stepwise %v %v", name, m, err)
		}
	}
}

// FuzzParse: no panic, memory in proportion to the input, and the head of a file never contradicts the whole.
func FuzzParse(f *testing.F) {
	f.Add([]byte(magic + "\x01\x04\x01\x60\x00\x00\x02\x0f\x02\x01m\x00\x7e\x00\x00\x01\x01a\x01m\x00\x7f\x00"))
	for _, b := range generated(f) {
		f.Add(b)
	}
	f.Add(gcTypes())
	for _, c := range elementSegments {
		f.Add(elementModule(c.n, c.segments))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		m, err := Parse(b)
		var l *Elements
		if err == nil {
			l = &Elements{m, b}
		}
		runtime.ReadMemStats(&after)
		if n := after.TotalAlloc - before.TotalAlloc; n > 256*uint64(len(b))+1<<20 {
			t.Errorf("%d bytes allocated for %d", n, len(b))
		}
		if err != nil && (m != nil || kindOf(err) == 0) {
			t.Errorf("error %v", err)
		}
		h, herr := headSteps(t, b)
		switch {
		case kindOf(herr) == Truncated:
			t.Errorf("head says truncated: %v", herr)
		case err == nil && (herr != nil || h == nil && m.section(SectionCode) != nil):
			t.Errorf("head says %v, Parse nothing", herr)
		}
		if err != nil {
			return
		}
		for i := range m.Funcs {
			m.FuncType(uint32(i))
		}
		for i := range uint32(100) {
			if l != nil {
				l.Signature(i)
			}
		}
		end := 8
		for _, s := range m.Sections {
			if s.Header != end || s.Start <= s.Header || s.End < s.Start {
				t.Errorf("section %+v after %d", s, end)
			}
			end = s.End
		}
		if end != len(b) {
			t.Errorf("sections end at %d of %d", end, len(b))
		}
	})
}

// Imports in groups are the same imports, and RenameImports writes them one by one.
func TestCompactImports(t *testing.T) {
	types := appendSection([]byte(magic), SectionType, []byte("\x02\x60\x01\x7f\x00\x60\x00\x00"))
	plain := appendSection(bytes.Clone(types), SectionImport, []byte("\x05\x01n\x01g\x03\x7f\x00\x01m\x01a\x00\x00\x01m\x01b\x00\x00\x01n\x01d\x00\x01\x01n\x03mem\x02\x00\x01"))
	compact := appendSection(bytes.Clone(types), SectionImport, []byte("\x03\x01n\x01g\x03\x7f\x00\x01m\x00\x7e\x00\x00\x02\x01a\x01b\x01n\x00\x7f\x02\x01d\x00\x01\x03mem\x02\x00\x01"))
	want, err := Parse(plain)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Parse(compact)
	if err != nil {
		t.Fatal(err)
	}
	if want.Compact || !got.Compact || !reflect.DeepEqual(got.Imports, want.Imports) || !reflect.DeepEqual(got.Funcs, want.Funcs) || got.ImportedFuncs != 3 {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	out, err := RenameImports(compact, got, func(_ int, im *Import) (string, string) { return im.Module, im.Name })
	if err != nil || !bytes.Equal(out, plain) {
		t.Errorf("%x, %v, want %x", out, err, plain)
	}
	for _, content := range []string{"\x01\x01m\x00\x7e", "\x01\x01m\x00\x7e\x00\x00\x02\x01a", "\x01\x01m\x00\x7f\x01\x01a", "\x01\x01m\x00\x7e\x00\x09\x01\x01a", "\x01\x01m\x00\x7d\x00"} {
		if _, err := Parse(appendSection(bytes.Clone(types), SectionImport, []byte(content))); err == nil {
			t.Errorf("%x: no error", content)
		}
	}
}
