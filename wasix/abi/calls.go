package abi

import "strconv"

// The modules a program imports calls from.
const (
	ModuleWasix    = "wasix_32v1"
	ModulePreview1 = "wasi_snapshot_preview1"
	ModuleUnstable = "wasi_unstable"
	ModuleWasi     = "wasi"
)

// ValType is a wasm value type as the binary format writes it.
type ValType byte

const (
	I32       ValType = 0x7f
	I64       ValType = 0x7e
	F32       ValType = 0x7d
	F64       ValType = 0x7c
	V128      ValType = 0x7b
	Funcref   ValType = 0x70
	Externref ValType = 0x6f
)

func (v ValType) String() string {
	switch v {
	case I32:
		return "i32"
	case I64:
		return "i64"
	case F32:
		return "f32"
	case F64:
		return "f64"
	case V128:
		return "v128"
	case Funcref:
		return "funcref"
	case Externref:
		return "externref"
	}
	return "type(" + strconv.Itoa(int(v)) + ")"
}

// MaxParams is no less than the number of parameters of any call.
const MaxParams = 16

// Param is one wasm parameter of a call.
type Param struct {
	Name string
	Kind Kind
}

// Call is one row of the table: a name on the wire, its type, and what its
// arguments mean. The stubs that the guests reach, the dispatch table, the trace
// and the compatibility page come from it.
//
// A row of ModulePreview1 is also found under ModuleUnstable and ModuleWasix,
// unless these have a row of the same name and type.
type Call struct {
	ID     CallID
	Module string // the module it belongs to
	Name   string // on the wire
	Export string // of the Go export that handles it; unique. Empty in a literal: Name
	Alias  string // another name it has in the same module, or ""
	Params []Param
	// Results is one i32, or nothing. nil in a literal: nothing if Noreturn,
	// otherwise one i32.
	Results  []ValType
	Noreturn bool // a call that succeeds does not return to the guest
	Value    bool // the result is not an errno but a value, or a negative errno
}

var resultI32 = []ValType{I32}

// Calls is the table, by CallID. It does not change.
var Calls [NumCalls]Call

// byName has the rows of each wire name, in the order of CallIDs.
var byName map[string][]CallID

func init() {
	byName = make(map[string][]CallID, NumCalls)
	for _, family := range [...][]Call{
		fdCalls, pathCalls, pollCalls, envCalls, procCalls, threadCalls, sockCalls, portCalls, dlCalls,
	} {
		for i := range family {
			c := &family[i]
			if c.Export == "" {
				c.Export = c.Name
			}
			if c.Results == nil && !c.Noreturn {
				c.Results = resultI32
			}
			Calls[c.ID] = *c
			byName[c.Name] = append(byName[c.Name], c.ID)
			if c.Alias != "" {
				byName[c.Alias] = append(byName[c.Alias], c.ID)
			}
		}
	}
}

// GoName returns the name of the handler in package syscalls: "FdWrite".
func (c *Call) GoName() string {
	b := make([]byte, 0, len(c.Export))
	up := true
	for i := range len(c.Export) {
		ch := c.Export[i]
		switch {
		case ch == '_':
			up = true
			continue
		case up && 'a' <= ch && ch <= 'z':
			ch -= 'a' - 'A'
		}
		up = false
		b = append(b, ch)
	}
	return string(b)
}

// Signature returns the wasm type: "(i32,i64)->(i32)".
func (c *Call) Signature() string {
	b := []byte{'('}
	for i, p := range c.Params {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, p.Kind.ValType().String()...)
	}
	return string(appendTypes(append(b, ")->"...), c.Results))
}

// hasType tells whether the call's wasm type is params -> results.
func (c *Call) hasType(params, results []ValType) bool {
	if len(params) != len(c.Params) || len(results) != len(c.Results) {
		return false
	}
	for i, p := range c.Params {
		if params[i] != p.Kind.ValType() {
			return false
		}
	}
	for i, r := range c.Results {
		if results[i] != r {
			return false
		}
	}
	return true
}

// in tells whether the call answers to name in module.
func (c *Call) in(module string) bool {
	return c.Module == module || c.Module == ModulePreview1 && (module == ModuleWasix || module == ModuleUnstable)
}

// KnownModule tells whether calls can be imported from module.
func KnownModule(module string) bool {
	switch module {
	case ModuleWasix, ModulePreview1, ModuleUnstable, ModuleWasi:
		return true
	}
	return false
}

// LookupReason says why there is no such call.
type LookupReason int

const (
	UnknownModule LookupReason = iota + 1 // a link error
	UnknownName                           // becomes a stub that returns ENOSYS; so does what another host has under a name of ours
	WrongType                             // a link error
)

// LookupError says why a function import has no call. Its text names the import
// and, for a wrong type, both types.
type LookupError struct {
	Reason       LookupReason
	Module, Name string
	Have         string   // the type the program declares
	Want         []string // the types the call has
}

func (e *LookupError) Error() string {
	full := e.Module + "." + e.Name
	switch e.Reason {
	case UnknownModule:
		return "import " + full + ": unknown module \"" + e.Module + "\"; functions come from " +
			ModuleWasix + ", " + ModulePreview1 + ", " + ModuleUnstable + " and " + ModuleWasi
	case UnknownName:
		return "import " + full + ": no such function"
	}
	s := "import " + full + ": the program declares " + e.Have + ", the function is "
	for i, w := range e.Want {
		if i > 0 {
			s += " or "
		}
		s += w
	}
	return s
}

// Lookup finds the call that a program imports by module, name and type. One
// name has several types when programs of several ages use it.
func Lookup(module, name string, params, results []ValType) (*Call, *LookupError) {
	e := LookupError{Reason: UnknownModule, Module: module, Name: name}
	if !KnownModule(module) {
		return nil, &e
	}
	var found *Call
	for _, id := range byName[name] {
		c := &Calls[id]
		if !c.in(module) {
			continue
		}
		if c.hasType(params, results) && (found == nil || c.Module == module) {
			found = c
		}
		if s := c.Signature(); !contains(e.Want, s) {
			e.Want = append(e.Want, s)
		}
	}
	switch {
	case found != nil:
		return found, nil
	case e.Want == nil, module == ModulePreview1 && name == "sock_accept" && foreignAccept(params, results):
		e.Reason = UnknownName
	default:
		e.Reason = WrongType
		e.Have = string(appendTypes(append(appendTypes(nil, params), "->"...), results))
	}
	return nil, &e
}

// foreignAccept tells whether this is the type of WasmEdge's sock_accept, which had the name before WASI did.
// Programs built for it (its QuickJS) run without sockets.
func foreignAccept(params, results []ValType) bool {
	return len(params) == 2 && params[0] == I32 && params[1] == I32 && len(results) == 1 && results[0] == I32
}

func appendTypes(b []byte, types []ValType) []byte {
	b = append(b, '(')
	for i, v := range types {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, v.String()...)
	}
	return append(b, ')')
}

func contains(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}
