package wasmgen

// As in emit.go, nothing is inlined that is called in chains.

// appendU appends an unsigned LEB128.
//
//go:noinline
func appendU(b []byte, v uint64) []byte {
	for v >= 0x80 {
		b = append(b, byte(v)|0x80)
		v >>= 7
	}
	return append(b, byte(v))
}

// appendS appends a signed LEB128.
//
//go:noinline
func appendS(b []byte, v int64) []byte {
	for v < -64 || v > 63 {
		b = append(b, byte(v)|0x80)
		v >>= 7
	}
	return append(b, byte(v)&0x7f)
}

// appendExtended appends section s of b with n more items at its end.
func appendExtended(out, b []byte, s Section, n int, items []byte) []byte {
	r := reader{b: b, pos: s.Start, end: s.End}
	c := appendU(nil, uint64(r.u32())+uint64(n))
	return appendSection(out, s.ID, append(append(c, b[r.pos:s.End]...), items...))
}

//go:noinline
func appendName(b []byte, s string) []byte { return append(appendU(b, uint64(len(s))), s...) }

//go:noinline
func appendBytes(b, s []byte) []byte { return append(appendU(b, uint64(len(s))), s...) }

func appendTypes(b []byte, l []ValType) []byte {
	b = appendU(b, uint64(len(l)))
	for _, v := range l {
		b = appendValType(b, v)
	}
	return b
}

func appendValType(b []byte, v ValType) []byte {
	b = append(b, byte(v))
	if v.isRef() {
		if v>>8 == 0 {
			panic("wasmgen: reference type without its function type")
		}
		b = appendS(b, int64(v>>8)-1)
	}
	return b
}

func appendLimits(b []byte, l Limits) []byte {
	var f byte
	if l.HasMax {
		f |= 1
	}
	if l.Shared {
		f |= 2
	}
	if l.Is64 {
		f |= 4
	}
	b = appendU(append(b, f), l.Min)
	if l.HasMax {
		b = appendU(b, l.Max)
	}
	return b
}

func appendGlobal(b []byte, g GlobalType) []byte {
	b = append(appendValType(b, g.Type), 0)
	if g.Mutable {
		b[len(b)-1] = 1
	}
	return b
}

//go:noinline
func appendFuncType(b []byte, t FuncType) []byte {
	return appendTypes(appendTypes(append(b, 0x60), t.Params), t.Results)
}

// vec is a section's content: items and their number.
type vec struct {
	n int
	b []byte
}

// Builder writes a module. All imports come before any own definition of the same kind, because imports are first in
// every index space; the add methods panic otherwise. Each returns the index in its space. The zero Builder is empty.
type Builder struct {
	types []FuncType
	space [5]int // next index by ExternKind

	imports, tables, memories, globals, tags, exports, elems, data vec

	funcs []ownFunc
	start int // function index + 1
}

type ownFunc struct {
	typ  uint32
	body *Code
}

// Sig makes a signature. Lists of value types are written as strings of one letter each: i = i32, I = i64, f = f32,
// F = f64, V = v128, p = funcref, e = externref.
func Sig(params, results string) FuncType { return FuncType{letters(params), letters(results)} }

func letters(s string) (l []ValType) {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case 'i':
			l = append(l, I32)
		case 'I':
			l = append(l, I64)
		case 'f':
			l = append(l, F32)
		case 'F':
			l = append(l, F64)
		case 'V':
			l = append(l, V128)
		case 'p':
			l = append(l, FuncRef)
		case 'e':
			l = append(l, ExternRef)
		default:
			panic("wasmgen: no type letter " + s[i:i+1])
		}
	}
	return l
}

// Type returns the index of a signature, adding it when it is new.
func (b *Builder) Type(t FuncType) uint32 {
	for i, u := range b.types {
		if u.Equal(t) {
			return uint32(i)
		}
	}
	b.types = append(b.types, t)
	return uint32(len(b.types) - 1)
}

func (b *Builder) imp(module, name string, k ExternKind, own int) (index uint32) {
	if own > 0 {
		panic("wasmgen: import " + module + "." + name + " after an own " + k.String())
	}
	b.imports.n++
	b.imports.b = append(appendName(appendName(b.imports.b, module), name), byte(k))
	return b.next(k)
}

//go:noinline
func (b *Builder) next(k ExternKind) uint32 {
	b.space[k]++
	return uint32(b.space[k] - 1)
}

// ImportFunc adds a function import.
func (b *Builder) ImportFunc(module, name string, t FuncType) uint32 {
	i := b.imp(module, name, ExternFunc, len(b.funcs))
	b.imports.b = appendU(b.imports.b, uint64(b.Type(t)))
	return i
}

// ImportTable adds a table import.
func (b *Builder) ImportTable(module, name string, t TableType) uint32 {
	i := b.imp(module, name, ExternTable, b.tables.n)
	b.imports.b = appendLimits(appendValType(b.imports.b, t.Elem), t.Limits)
	return i
}

// ImportMemory adds a memory import.
func (b *Builder) ImportMemory(module, name string, l Limits) uint32 {
	i := b.imp(module, name, ExternMemory, b.memories.n)
	b.imports.b = appendLimits(b.imports.b, l)
	return i
}

// ImportGlobal adds a global import.
func (b *Builder) ImportGlobal(module, name string, g GlobalType) uint32 {
	i := b.imp(module, name, ExternGlobal, b.globals.n)
	b.imports.b = appendGlobal(b.imports.b, g)
	return i
}

// ImportTag adds an exception tag import.
func (b *Builder) ImportTag(module, name string, params ...ValType) uint32 {
	i := b.imp(module, name, ExternTag, b.tags.n)
	b.imports.b = appendU(append(b.imports.b, 0), uint64(b.Type(FuncType{Params: params})))
	return i
}

// Func adds a function; body may still be empty and be filled until Bytes is called.
func (b *Builder) Func(t FuncType, body *Code) uint32 {
	b.funcs = append(b.funcs, ownFunc{b.Type(t), body})
	return b.next(ExternFunc)
}

// Table adds a table, filled with null.
func (b *Builder) Table(t TableType) uint32 {
	b.tables.n++
	b.tables.b = appendLimits(appendValType(b.tables.b, t.Elem), t.Limits)
	return b.next(ExternTable)
}

// Memory adds a memory.
func (b *Builder) Memory(l Limits) uint32 {
	b.memories.n++
	b.memories.b = appendLimits(b.memories.b, l)
	return b.next(ExternMemory)
}

// Global adds a global of a number type with its initial value.
func (b *Builder) Global(g GlobalType, value int64) uint32 {
	var c Code
	c.zero(g.Type, value)
	b.globals.n++
	b.globals.b = append(append(appendGlobal(b.globals.b, g), c.b...), opEnd)
	return b.next(ExternGlobal)
}

// Tag adds an exception tag.
func (b *Builder) Tag(params ...ValType) uint32 {
	b.tags.n++
	b.tags.b = appendU(append(b.tags.b, 0), uint64(b.Type(FuncType{Params: params})))
	return b.next(ExternTag)
}

// Export names an item.
func (b *Builder) Export(name string, k ExternKind, index uint32) {
	b.exports.n++
	b.exports.b = appendU(append(appendName(b.exports.b, name), byte(k)), uint64(index))
}

// Start sets the function that runs at instantiation.
func (b *Builder) Start(f uint32) { b.start = int(f) + 1 }

// Elem puts functions into a table at instantiation, from the offset that the code computes.
func (b *Builder) Elem(table uint32, offset *Code, funcs ...uint32) {
	b.elems.n++
	e := appendU(append(b.elems.b, 2), uint64(table)) // active, explicit table, function indices
	e = append(append(e, offset.b...), opEnd, 0)
	e = appendU(e, uint64(len(funcs)))
	for _, f := range funcs {
		e = appendU(e, uint64(f))
	}
	b.elems.b = e
}

// Declare lists functions that code takes references of (ref.func) and that are nowhere else in a table or export.
func (b *Builder) Declare(funcs ...uint32) {
	b.elems.n++
	e := appendU(append(b.elems.b, 3, 0), uint64(len(funcs)))
	for _, f := range funcs {
		e = appendU(e, uint64(f))
	}
	b.elems.b = e
}

// Data puts bytes into memory 0 at instantiation.
func (b *Builder) Data(offset uint32, bytes []byte) {
	var c Code
	c.I32Const(int32(offset))
	b.data.n++
	b.data.b = appendBytes(append(append(append(b.data.b, 0), c.b...), opEnd), bytes)
}

// Bytes returns the module.
func (b *Builder) Bytes() []byte {
	var types, funcs, code vec
	for _, t := range b.types {
		types.n++
		types.b = appendFuncType(types.b, t)
	}
	for _, f := range b.funcs {
		funcs.n++
		funcs.b = appendU(funcs.b, uint64(f.typ))
		code.n++
		code.b = appendBytes(code.b, f.body.bytes())
	}
	out := []byte(magic)
	out = types.section(out, SectionType)
	out = b.imports.section(out, SectionImport)
	out = funcs.section(out, SectionFunction)
	out = b.tables.section(out, SectionTable)
	out = b.memories.section(out, SectionMemory)
	out = b.tags.section(out, SectionTag)
	out = b.globals.section(out, SectionGlobal)
	out = b.exports.section(out, SectionExport)
	if b.start > 0 {
		out = appendSection(out, SectionStart, appendU(nil, uint64(b.start-1)))
	}
	out = b.elems.section(out, SectionElement)
	out = code.section(out, SectionCode)
	return b.data.section(out, SectionData)
}

//go:noinline
func (v *vec) section(out []byte, id byte) []byte {
	if v.n == 0 {
		return out
	}
	return appendSection(out, id, append(appendU(nil, uint64(v.n)), v.b...))
}

//go:noinline
func appendSection(out []byte, id byte, content []byte) []byte {
	return appendBytes(append(out, id), content)
}
