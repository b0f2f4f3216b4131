package wasmgen

import "strconv"

func (m *Module) parseSection(id byte, r *reader) {
	switch id {
	case SectionType:
		m.parseTypes(r)
	case SectionImport:
		m.parseImports(r)
	case SectionFunction:
		n := r.count("functions", 1)
		m.Funcs = append(make([]uint32, 0, n+len(m.Funcs)), m.Funcs...)
		for ; n > 0 && r.err == nil; n-- {
			m.Funcs = append(m.Funcs, m.funcTypeIndex(r))
		}
	case SectionTable:
		for n := r.count("tables", 3); n > 0 && r.err == nil; n-- {
			m.Tables = append(m.Tables, r.table(true))
		}
	case SectionMemory:
		for n := r.count("memories", 2); n > 0 && r.err == nil; n-- {
			m.Memories = append(m.Memories, r.limits())
		}
	case SectionTag:
		for n := r.count("tags", 2); n > 0 && r.err == nil; n-- {
			m.Tags = append(m.Tags, m.tag(r))
		}
	case SectionGlobal:
		for n := r.count("globals", 4); n > 0 && r.err == nil; n-- {
			m.Globals = append(m.Globals, r.global())
			r.constExpr()
		}
	case SectionStart:
		m.Start = int(r.u32())
	case SectionDataCount:
		m.DataCount = int(r.u32())
	}
}

func (m *Module) parseTypes(r *reader) {
	n := r.count("types", 2)
	m.Types = make([]Type, 0, n)
	for ; n > 0 && r.err == nil; n-- {
		if r.pos < r.end && r.b[r.pos] == 0x4e { // a recursion group
			r.pos++
			for k := r.count("types of a group", 2); k > 0 && r.err == nil; k-- {
				m.parseType(r)
			}
			continue
		}
		m.parseType(r)
	}
	if len(m.Types) > maxItems {
		r.fail(TooMany, itoa(len(m.Types))+" types")
	}
}

func (m *Module) parseType(r *reader) {
	at := r.pos
	c := r.byte()
	if c == 0x50 || c == 0x4f { // sub, sub final
		for n := r.count("super types", 1); n > 0 && r.err == nil; n-- {
			r.u32()
		}
		at = r.pos
		c = r.byte()
	}
	if c == 0x65 { // shared
		at = r.pos
		c = r.byte()
	}
	var t Type
	switch c {
	case 0x60:
		t.Func.Params = r.valTypes("parameters")
		t.Func.Results = r.valTypes("results")
	case 0x5f:
		t.Kind = TypeStruct
		for n := r.count("fields", 2); n > 0 && r.err == nil; n-- {
			r.field()
		}
	case 0x5e:
		t.Kind = TypeArray
		r.field()
	case 0x5d:
		t.Kind = TypeCont
		r.heapType()
	default:
		r.failAt(Malformed, at, "unknown form of type "+hex(uint64(c)))
	}
	m.Types = append(m.Types, t)
}

func (r *reader) valTypes(what string) []ValType {
	n := r.count(what, 1)
	if n == 0 {
		return nil
	}
	l := make([]ValType, n)
	for i := range l {
		l[i] = r.valType()
		if r.err != nil {
			return nil
		}
	}
	return l
}

// field passes a struct field or array element: a value type or i8, i16, and its mutability.
func (r *reader) field() {
	if r.pos < r.end && (r.b[r.pos] == 0x78 || r.b[r.pos] == 0x77) {
		r.pos++
	} else {
		r.valType()
	}
	r.mutability()
}

func (r *reader) mutability() bool {
	c := r.byte()
	if c > 1 && c&^2 > 1 { // bit 1 says shared
		r.failAt(Malformed, r.pos-1, "unknown mutability "+hex(uint64(c)))
	}
	return c&1 != 0
}

func (r *reader) global() GlobalType { return GlobalType{r.valType(), r.mutability()} }

func (r *reader) limits() Limits {
	at := r.pos
	f := r.byte()
	if f > 15 {
		r.failAt(Malformed, at, "unknown limits flags "+hex(uint64(f)))
		return Limits{}
	}
	l := Limits{HasMax: f&1 != 0, Shared: f&2 != 0, Is64: f&4 != 0, PageSizeLog2: 16}
	bits := uint(32)
	if l.Is64 {
		bits = 64
	}
	l.Min = r.uleb(bits)
	if l.HasMax {
		l.Max = r.uleb(bits)
		if r.err == nil && l.Max < l.Min {
			r.failAt(Malformed, at, "maximum below minimum")
		}
	}
	if f&8 != 0 {
		p := r.u32()
		if p > 16 {
			r.failAt(Malformed, at, "page size 2^"+itoa(int(p)))
		}
		l.PageSizeLog2 = uint8(p)
	}
	return l
}

func (r *reader) table(own bool) TableType {
	init := own && r.pos < r.end && r.b[r.pos] == 0x40
	if init {
		r.pos++
		if c := r.byte(); c != 0 {
			r.failAt(Malformed, r.pos-1, "unknown form of table "+hex(uint64(c)))
		}
	}
	t := TableType{r.valType(), r.limits()}
	if init {
		r.constExpr()
	}
	return t
}

func (m *Module) tag(r *reader) uint32 {
	if c := r.byte(); c != 0 {
		r.failAt(Malformed, r.pos-1, "unknown tag attribute "+hex(uint64(c)))
	}
	return m.funcTypeIndex(r)
}

func (m *Module) funcTypeIndex(r *reader) uint32 {
	at := r.pos
	i := r.u32()
	if r.err == nil && (int64(i) >= int64(len(m.Types)) || m.Types[i].Kind != TypeFunc) {
		r.failAt(Malformed, at, "type "+itoa(int(i))+" is not a function type")
	}
	return i
}

// Kinds of an import without a name, which stand for a group: in the first each has a name and a type, in the second
// there is one type for all names. See https://github.com/WebAssembly/compact-import-section
const (
	groupTypes = 0x7f
	groupNames = 0x7e
)

// eachImport calls fn for every import with its names. fn reads kind and type.
func (r *reader) eachImport(m *Module, fn func(module, name string)) (compact bool) {
	for n := r.count("imports", 4); n > 0 && r.err == nil; n-- {
		module, name := r.name("module name of an import"), r.name("name of an import")
		if name != "" || r.pos >= r.end || r.b[r.pos] < groupNames {
			fn(module, name)
			continue
		}
		compact = true
		kind := r.byte()
		at := r.pos
		if kind == groupNames {
			r.importDesc(m)
		}
		for k := r.count("imports of a group", 1); k > 0 && r.err == nil; k-- {
			name := r.name("name of an import")
			if kind == groupTypes {
				fn(module, name)
				continue
			}
			next := r.pos
			r.pos = at
			if fn(module, name); r.err == nil {
				r.pos = next
			}
		}
	}
	return compact
}

func (m *Module) parseImports(r *reader) {
	m.Compact = r.eachImport(m, func(module, name string) {
		i := Import{Module: module, Name: name}
		at := r.pos
		i.Kind = ExternKind(r.byte())
		switch i.Kind {
		case ExternFunc:
			m.Funcs = append(m.Funcs, m.funcTypeIndex(r))
			m.ImportedFuncs++
		case ExternTable:
			m.Tables = append(m.Tables, r.table(false))
			m.ImportedTables++
		case ExternMemory:
			m.Memories = append(m.Memories, r.limits())
			m.ImportedMemories++
		case ExternGlobal:
			m.Globals = append(m.Globals, r.global())
			m.ImportedGlobals++
		case ExternTag:
			m.Tags = append(m.Tags, m.tag(r))
			m.ImportedTags++
		default:
			r.failAt(Malformed, at, "unknown import kind "+hex(uint64(i.Kind)))
		}
		if r.err == nil {
			i.Extern = m.extern(i.Kind, -1)
			if m.Imports = append(m.Imports, i); len(m.Imports) > maxItems {
				r.fail(TooMany, "more than "+itoa(maxItems)+" imports")
			}
		}
	})
}

// extern describes item index of an index space; -1 is the last one.
func (m *Module) extern(k ExternKind, index int) Extern {
	at := func(n int) int {
		if index < 0 {
			return n - 1
		}
		return index
	}
	e := Extern{Kind: k}
	switch k {
	case ExternFunc:
		e.Func = m.Types[m.Funcs[at(len(m.Funcs))]].Func
	case ExternTable:
		e.Table = m.Tables[at(len(m.Tables))]
	case ExternMemory:
		e.Memory = m.Memories[at(len(m.Memories))]
	case ExternGlobal:
		e.Global = m.Globals[at(len(m.Globals))]
	case ExternTag:
		e.Func = m.Types[m.Tags[at(len(m.Tags))]].Func
	}
	return e
}

func (m *Module) parseExports(r *reader) {
	spaces := [...]int{len(m.Funcs), len(m.Tables), len(m.Memories), len(m.Globals), len(m.Tags)}
	seen := make(map[string]struct{})
	n := r.count("exports", 3)
	m.Exports = make([]Export, 0, n)
	for ; n > 0 && r.err == nil; n-- {
		at := r.pos
		e := Export{Name: r.name("name of an export")}
		k := ExternKind(r.byte())
		e.Index = r.u32()
		switch {
		case r.err != nil:
			return
		case int(k) >= len(spaces):
			r.failAt(Malformed, at, "export "+strconv.Quote(e.Name)+" has unknown kind "+hex(uint64(k)))
			return
		case int64(e.Index) >= int64(spaces[k]):
			r.failAt(Malformed, at, "export "+strconv.Quote(e.Name)+": no "+k.String()+" "+itoa(int(e.Index)))
			return
		}
		if _, ok := seen[e.Name]; ok {
			r.failAt(Malformed, at, "export "+strconv.Quote(e.Name)+" is repeated")
			return
		}
		seen[e.Name] = struct{}{}
		e.Extern = m.extern(k, int(e.Index))
		m.Exports = append(m.Exports, e)
	}
	if r.err == nil && r.pos != r.end {
		r.fail(Malformed, itoa(r.end-r.pos)+" bytes left over")
	}
}
