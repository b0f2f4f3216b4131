package abi

// DlFlags are the flags of dlopen.
type DlFlags uint32

const (
	DlFlagsLazy     DlFlags = 1 << 0
	DlFlagsNow      DlFlags = 1 << 1
	DlFlagsGlobal   DlFlags = 1 << 2
	DlFlagsNoload   DlFlags = 1 << 3
	DlFlagsNodelete DlFlags = 1 << 4
	DlFlagsDeepbind DlFlags = 1 << 5

	DlFlagsAll = DlFlagsLazy | DlFlagsNow | DlFlagsGlobal | DlFlagsNoload | DlFlagsNodelete | DlFlagsDeepbind
)

var dlFlagsNames = [...]string{"LAZY", "NOW", "GLOBAL", "NOLOAD", "NODELETE", "DEEPBIND"}

func (f DlFlags) String() string { return flagNames(dlFlagsNames[:], uint64(f)) }

// WasmValueType is a wasm type as closure_prepare and reflect_signature number
// it. It is not the byte of the binary format; that is ValType.
type WasmValueType uint8

const (
	WasmValueI32  WasmValueType = 0
	WasmValueI64  WasmValueType = 1
	WasmValueF32  WasmValueType = 2
	WasmValueF64  WasmValueType = 3
	WasmValueV128 WasmValueType = 4
)

var wasmValueNames = [...]string{"i32", "i64", "f32", "f64", "v128"}

func (t WasmValueType) String() string { return enumName(wasmValueNames[:], uint64(t)) }

// ReflectionResult is what reflect_signature says about a function. Both counts
// are 0 if there is no such function.
type ReflectionResult struct {
	Cacheable bool // the signature will not change
	Arguments uint16
	Results   uint16
}

// SizeReflectionResult is the size of ReflectionResult on the wire.
const SizeReflectionResult = 6

// Put writes the wire form to b[:SizeReflectionResult].
func (x *ReflectionResult) Put(b []byte) {
	_ = b[5]
	b[0] = b2u(x.Cacheable)
	b[1] = 0
	put16(b[2:], x.Arguments)
	put16(b[4:], x.Results)
}

// Get reads the wire form from b[:SizeReflectionResult].
func (x *ReflectionResult) Get(b []byte) {
	_ = b[5]
	x.Cacheable = b[0] != 0
	x.Arguments = get16(b[2:])
	x.Results = get16(b[4:])
}
