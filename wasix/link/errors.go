package link

import (
	"errors"

	"github.com/wasix-web/wasix-web/wasix/wasmgen"
)

// Kind says why a program cannot be loaded. The words are those of the page's API (LoadErrorKind).
type Kind string

const (
	NotWasm       Kind = "not-wasm"       // the file does not begin with the magic number
	WrongVersion  Kind = "wrong-version"  // a version of the format other than 1
	Component     Kind = "component"      // a component, not a core module
	Truncated     Kind = "truncated"      // the file ends too early
	Malformed     Kind = "malformed"      // a section that the format forbids
	TooLarge      Kind = "too-large"      // more than engines accept
	Invalid       Kind = "invalid"        // the engine's validation failed
	MissingImport Kind = "missing-import" // nothing provides an import
	ImportType    Kind = "import-type"    // an import has another type than the call
	NoStart       Kind = "no-start"       // no entry, or one of the wrong type
	Memory64      Kind = "memory64"       // 64-bit memory or table
	MultiMemory   Kind = "multi-memory"   // more than one memory
	NoMemory      Kind = "no-memory"      // memory cannot be reached (not exported), allocated, or is over the limit
)

// Error is why a program cannot be loaded.
type Error struct {
	Kind Kind
	Msg  string // names the thing
}

func (e *Error) Error() string { return string(e.Kind) + ": " + e.Msg }

var parseKinds = map[wasmgen.Kind]Kind{
	wasmgen.NotWasm: NotWasm, wasmgen.WrongVersion: WrongVersion, wasmgen.Component: Component,
	wasmgen.Truncated: Truncated, wasmgen.Malformed: Malformed, wasmgen.TooMany: TooLarge,
}

// ParseError gives an error of the parser the kind it has here.
func ParseError(err error) error {
	var e *wasmgen.Error
	if !errors.As(err, &e) {
		return &Error{Invalid, err.Error()}
	}
	if k, ok := parseKinds[e.Kind]; ok {
		return &Error{k, e.Error()}
	}
	return &Error{Invalid, e.Error()}
}
