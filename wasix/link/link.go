// Package link decides how a program meets the kernel: which call each of its
// imports is, what memory it wants, where it starts. Both engines use it, so a
// program that runs in one links in the other, and errors read the same.
package link

import (
	"strconv"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/internal/wasmgen"
)

// MaxPages is what 32-bit addresses reach: 4 GiB.
const MaxPages = 65536

// Error is why a program cannot be linked. Kind is one of the words of
// LoadErrorKind in web/src/worker/kernel.ts.
type Error struct {
	Kind string
	Msg  string
}

func (e *Error) Error() string { return e.Msg }

// Limits are the embedder's.
type Limits struct {
	MaxPages uint64 // most pages of memory; 0: MaxPages
}

// Func is one function import.
type Func struct {
	Module, Name string
	Type         wasmgen.FuncType
	Call         *abi.Call // nil: nobody knows it, it returns ENOSYS
}

// Memory is the memory the program imports, with the maximum lowered to the
// embedder's limit.
type Memory struct {
	Module, Name string
	Min, Max     uint64 // pages
	Shared       bool
}

// Plan is how a program is linked.
type Plan struct {
	Funcs    []Func   // in import order
	Memory   *Memory  // nil: the program has its own, exported as "memory"
	NoMemory bool     // it has none at all
	Reactor  bool     // _initialize instead of _start
	WASIX    bool     // it imports from wasix_32v1: paths are POSIX, not preview1's
	Tags     int      // imported tags (C++ exceptions, longjmp)
	Unknown  []string // "module.name" of functions nobody knows
}

// Check reads what a program imports and exports.
//
// Errors: *Error of the kinds memory64, multi-memory, no-memory, no-start,
// too-large, missing-import (lists every name) and import-type (shows both
// types).
func Check(m *wasmgen.Module, limits Limits) (*Plan, error) {
	p := &Plan{}
	if err := p.memory(m, limits); err != nil {
		return nil, err
	}
	var missing []string
	for i := range m.Imports {
		im := &m.Imports[i]
		switch im.Kind {
		case wasmgen.ExternFunc:
			why, err := p.function(im)
			if err != nil {
				return nil, err
			}
			if why != "" {
				missing = append(missing, why)
			}
		case wasmgen.ExternTag:
			if len(im.Func.Params) != 1 || im.Func.Params[0] != wasmgen.I32 {
				missing = append(missing, im.Module+"."+im.Name+" (tag "+im.Func.String()+")")
			}
			p.Tags++
		case wasmgen.ExternTable, wasmgen.ExternGlobal:
			missing = append(missing, im.Module+"."+im.Name+" ("+im.Kind.String()+")")
		}
	}
	if len(missing) > 0 {
		return nil, &Error{"missing-import", "nothing provides " + list(missing)}
	}
	return p, p.entry(m)
}

func (p *Plan) memory(m *wasmgen.Module, limits Limits) error {
	if len(m.Memories) > 1 {
		return &Error{"multi-memory", "the program has " + strconv.Itoa(len(m.Memories)) + " memories; one is supported"}
	}
	if len(m.Memories) == 0 {
		p.NoMemory = true
		return nil
	}
	lim := m.Memories[0]
	if lim.Is64 {
		return &Error{"memory64", "the program has a 64-bit memory (memory64); WASI addresses are 32 bits"}
	}
	ceiling := limits.MaxPages
	if ceiling == 0 || ceiling > MaxPages {
		ceiling = MaxPages
	}
	if lim.Min > ceiling {
		return &Error{"too-large", "the program wants " + strconv.FormatUint(lim.Min, 10) +
			" pages of memory at its start, the limit is " + strconv.FormatUint(ceiling, 10)}
	}
	if m.ImportedMemories == 0 {
		if e := m.Export("memory"); e == nil || e.Kind != wasmgen.ExternMemory {
			return &Error{"no-memory", `the program does not export its memory as "memory"`}
		}
		return nil
	}
	if lim.HasMax && lim.Max < ceiling {
		ceiling = lim.Max
	}
	for i := range m.Imports {
		if im := &m.Imports[i]; im.Kind == wasmgen.ExternMemory {
			p.Memory = &Memory{Module: im.Module, Name: im.Name, Min: lim.Min, Max: ceiling, Shared: lim.Shared}
		}
	}
	return nil
}

// function finds the call an import is. It returns what is missing.
func (p *Plan) function(im *wasmgen.Import) (missing string, err error) {
	if im.Module == abi.ModuleWasix {
		p.WASIX = true
	}
	f := Func{Module: im.Module, Name: im.Name, Type: im.Func}
	call, le := abi.Lookup(im.Module, im.Name, valTypes(im.Func.Params), valTypes(im.Func.Results))
	switch {
	case le == nil:
		f.Call = call
	case le.Reason == abi.UnknownName:
		p.Unknown = append(p.Unknown, im.Module+"."+im.Name)
	case le.Reason == abi.WrongType:
		return "", &Error{"import-type", le.Error()}
	default:
		return im.Module + "." + im.Name + " " + im.Func.String(), nil
	}
	p.Funcs = append(p.Funcs, f)
	return "", nil
}

func (p *Plan) entry(m *wasmgen.Module) error {
	for _, name := range [...]string{"_start", "_initialize"} {
		e := m.Export(name)
		if e == nil {
			continue
		}
		if e.Kind != wasmgen.ExternFunc || len(e.Func.Params)+len(e.Func.Results) != 0 {
			return &Error{"no-start", "the export " + name + " is not a function without parameters and results"}
		}
		p.Reactor = name == "_initialize"
		return nil
	}
	return &Error{"no-start", "the program exports neither _start nor _initialize: it is not a WASI program"}
}

func valTypes(in []wasmgen.ValType) []abi.ValType {
	out := make([]abi.ValType, len(in))
	for i, v := range in {
		out[i] = abi.ValType(v)
	}
	return out
}

func list(names []string) string {
	s := ""
	for i, n := range names {
		if i > 0 {
			s += ", "
		}
		if i == 50 {
			return s + strconv.Itoa(len(names)-50) + " more"
		}
		s += n
	}
	return s
}
