package wasmgen

// ValType is a value type: in the low 8 bits the first byte of its wire form.
//
// The parser gives references with an explicit heap type (typed function references, GC) as RefNull or Ref and skips
// the heap type, so two of them are not comparable. RefTo makes one for Builder.
type ValType uint32

const (
	I32       ValType = 0x7f
	I64       ValType = 0x7e
	F32       ValType = 0x7d
	F64       ValType = 0x7c
	V128      ValType = 0x7b
	FuncRef   ValType = 0x70
	ExternRef ValType = 0x6f
	ExnRef    ValType = 0x69
	RefNull   ValType = 0x63 // (ref null <heap type>)
	Ref       ValType = 0x64 // (ref <heap type>)
)

// valTypeNames is indexed by the first byte; it is no map, which would be built at start by code larger than itself.
var valTypeNames = [...]string{
	I32: "i32", I64: "i64", F32: "f32", F64: "f64", V128: "v128", FuncRef: "funcref", ExternRef: "externref",
	ExnRef: "exnref", RefNull: "(ref null ..)", Ref: "(ref ..)", 0x75: "nullcontref", 0x74: "nullexnref", 0x73: "nullfuncref",
	0x72: "nullexternref", 0x71: "nullref", 0x6e: "anyref", 0x6d: "eqref", 0x6c: "i31ref", 0x6b: "structref",
	0x6a: "arrayref", 0x68: "contref",
}

// RefTo is a nullable reference to a function type of the module that is being built.
func RefTo(typ uint32) ValType { return RefNull | ValType(typ+1)<<8 }

func (v ValType) isRef() bool { return v&0xff == Ref || v&0xff == RefNull }

func (v ValType) String() string {
	if b := v & 0xff; int(b) < len(valTypeNames) && valTypeNames[b] != "" {
		return valTypeNames[b]
	}
	return "valtype " + hex(uint64(v))
}

func (v ValType) isNum() bool { return v >= V128 && v <= I32 }

// FuncType is a function signature. Both slices are nil or shared with the parser: do not change them.
type FuncType struct{ Params, Results []ValType }

// Equal reports whether both signatures are the same. Types with an explicit heap type equal nothing.
func (t FuncType) Equal(u FuncType) bool {
	return sameTypes(t.Params, u.Params) && sameTypes(t.Results, u.Results)
}

func sameTypes(a, b []ValType) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] || a[i].isRef() {
			return false
		}
	}
	return true
}

// String returns the form the project's tables use: "(i32,i64)->(i32)".
func (t FuncType) String() string {
	return "(" + typeList(t.Params) + ")->(" + typeList(t.Results) + ")"
}

func typeList(l []ValType) (s string) {
	for i, v := range l {
		if i > 0 {
			s += ","
		}
		s += v.String()
	}
	return s
}

// TypeKind says what an entry of the type section defines.
type TypeKind uint8

const (
	TypeFunc TypeKind = iota
	TypeStruct
	TypeArray
	TypeCont
)

// Type is one entry of the type index space: recursion groups are flattened.
type Type struct {
	Kind TypeKind
	Func FuncType // only for TypeFunc
}

// Limits of a memory (unit: pages of 64 KiB unless PageSizeLog2 says otherwise) or a table (unit: entries).
type Limits struct {
	Min, Max     uint64 // Max only when HasMax
	HasMax       bool
	Shared       bool
	Is64         bool  // memory64, table64
	PageSizeLog2 uint8 // custom page sizes; 16 when the module does not say
}

// TableType is a table's element type and limits.
type TableType struct {
	Elem   ValType
	Limits Limits
}

// GlobalType is a global's value type and mutability.
type GlobalType struct {
	Type    ValType
	Mutable bool
}

// ExternKind is what an import or export is; the values are the wire's.
type ExternKind uint8

const (
	ExternFunc ExternKind = iota
	ExternTable
	ExternMemory
	ExternGlobal
	ExternTag
)

var externNames = [...]string{"func", "table", "memory", "global", "tag"}

func (k ExternKind) String() string {
	if int(k) < len(externNames) {
		return externNames[k]
	}
	return "kind " + hex(uint64(k))
}

// Extern is one import or export, or an own definition. Only the fields of its Kind are set.
type Extern struct {
	Kind   ExternKind
	Func   FuncType   // ExternFunc, and the parameters of an ExternTag
	Table  TableType  // ExternTable
	Memory Limits     // ExternMemory
	Global GlobalType // ExternGlobal
}

// Import is one entry of the import section.
type Import struct {
	Module, Name string
	Extern
}

// Export is one entry of the export section. Index counts imports first, as the format does.
type Export struct {
	Name  string
	Index uint32
	Extern
}

// Section is where one section lies in the file: the id byte is at Header, the content is [Start, End).
type Section struct {
	ID                 byte
	Name               string // of a custom section
	Header, Start, End int
}

// The section ids, see Section.ID.
const (
	SectionCustom = iota
	SectionType
	SectionImport
	SectionFunction
	SectionTable
	SectionMemory
	SectionGlobal
	SectionExport
	SectionStart
	SectionElement
	SectionCode
	SectionData
	SectionDataCount
	SectionTag
)

var sectionNames = [...]string{"custom", "type", "import", "function", "table", "memory", "global", "export", "start",
	"element", "code", "data", "data count", "tag"}

// sectionOrder gives each id its place: data count comes before code, tag between memory and global.
var sectionOrder = [...]uint8{0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 12, 13, 11, 6}
