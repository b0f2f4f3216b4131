package wasmgen

import "strconv"

// Kind says what is wrong with a module, for callers that must answer differently.
type Kind uint8

const (
	// NotWasm: the first four bytes are not "\0asm".
	NotWasm Kind = iota + 1
	// WrongVersion: a wasm file of a version other than 1.
	WrongVersion
	// Component: a file of the component model (layer 1), which is not a core module.
	Component
	// Truncated: the file ends inside a header or section.
	Truncated
	// Malformed: a section says something the format forbids.
	Malformed
	// TooMany: a count or size no engine would accept.
	TooMany
	// UnknownOpcode: an instruction this package does not know.
	UnknownOpcode
	// Unsupported: valid wasm that the called function cannot handle.
	Unsupported
)

var kindNames = [...]string{
	NotWasm: "not wasm", WrongVersion: "wrong version", Component: "component", Truncated: "truncated",
	Malformed: "malformed", TooMany: "too many", UnknownOpcode: "unknown opcode", Unsupported: "unsupported",
}

func (k Kind) String() string {
	if int(k) < len(kindNames) && kindNames[k] != "" {
		return kindNames[k]
	}
	return "kind " + strconv.Itoa(int(k))
}

// Error is the only error type of this package.
type Error struct {
	Kind    Kind
	Section int    // section id, -1 when the error is not inside a section
	Offset  int    // byte offset in the file, -1 when there is none
	Msg     string // what is wrong, naming the thing
}

// Error returns for example "wasm: malformed import section at 0x1f: unknown import kind 9".
func (e *Error) Error() string {
	s := "wasm: " + e.Kind.String()
	if e.Section >= 0 {
		s += " " + sectionName(e.Section) + " section"
	}
	if e.Offset >= 0 {
		s += " at 0x" + strconv.FormatInt(int64(e.Offset), 16)
	}
	return s + ": " + e.Msg
}

func sectionName(id int) string {
	if id < len(sectionNames) {
		return sectionNames[id]
	}
	return "id " + strconv.Itoa(id)
}

func hex(n uint64) string { return "0x" + strconv.FormatUint(n, 16) }
