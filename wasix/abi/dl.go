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
