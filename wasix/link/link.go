// Package link decides how a program is connected to the kernel, before any engine sees it: which call answers which
// import, where its memory comes from, how it starts. Both engines use it, so a program that one of them refuses is
// refused by the other with the same words.
//
// The package is part of the browser bundle: no fmt, no os, no reflection.
package link

import (
	"bytes"
	"strconv"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/wasmgen"
)

// Program is what there is to know of one module.
type Program struct {
	Module *wasmgen.Module
	// Funcs are the imported functions, in order.
	Funcs []Func
	// Memory is the imported memory, nil when the program has its own or none.
	Memory *wasmgen.Import
	// MemoryExport is the name under which the memory is exported, "" when it is not.
	MemoryExport string
	// Others are the imported tables and tags: the host makes new ones.
	Others []wasmgen.Import
	// Init says that _initialize is to run first.
	Init bool
	// Reactor is set for a library, which has no _start: once _initialize has run its exports can be called.
	Reactor bool
	// Preview1 is set when the program calls nothing of wasix: paths stay below its preopened directories.
	Preview1 bool
	// Threads is set when the memory is shared.
	Threads bool
	// Functions are those in the table of a program that asks for their types.
	Functions *wasmgen.Elements
}

// Func is one imported function. Call is nil for a stub that returns ENOSYS.
type Func struct {
	Module, Name string
	Type         wasmgen.FuncType
	Call         *abi.Call
}

// Stubs lists the imports that no call answers to, as "module.name".
func (p *Program) Stubs() (names []string) {
	for i := range p.Funcs {
		if f := &p.Funcs[i]; f.Call == nil {
			names = append(names, f.Module+"."+f.Name)
		}
	}
	return names
}

// WaitCalls are the Go exports behind wasmgen.WaitFuncs.
var WaitCalls = [...]string{"atomic_notify", "atomic_wait32", "atomic_wait64"}

// Shim returns what wasmgen.Shim is to be made of: the imports, and for a program with threads the functions of
// wasmgen.WaitFuncs.
func (p *Program) Shim() []wasmgen.ShimImport {
	l := make([]wasmgen.ShimImport, len(p.Funcs))
	for i, f := range p.Funcs {
		l[i].Type = f.Type
		if f.Call != nil {
			l[i].Go = f.Call.Export
		}
	}
	if p.Threads && p.Memory != nil {
		for i, f := range wasmgen.WaitFuncs {
			l = append(l, wasmgen.ShimImport{Type: f.Type, Go: WaitCalls[i]})
		}
	}
	return l
}

// Check reads a module and connects its imports. The error is an *Error.
func Check(b []byte) (*Program, error) {
	m, err := wasmgen.Parse(b)
	if err != nil {
		return nil, ParseError(err)
	}
	p, err := CheckModule(b, m)
	if err == nil && p.Functions != nil {
		if m.CodeStart > 0 {
			b = b[:m.CodeStart]
		}
		p.Functions.File = bytes.Clone(b)
	}
	return p, err
}

// CheckModule is Check for a module that has been parsed (perhaps only to its code section: wasmgen.ParseHead).
// The program may keep b.
func CheckModule(b []byte, m *wasmgen.Module) (*Program, error) {
	p := &Program{Module: m, Preview1: true}
	if err := p.memories(); err != nil {
		return nil, err
	}
	if err := p.imports(b); err != nil {
		return nil, err
	}
	if err := p.entry(); err != nil {
		return nil, err
	}
	return p, nil
}

func (p *Program) memories() error {
	if n := len(p.Module.Memories); n > 1 {
		return &Error{MultiMemory, "the module has " + strconv.Itoa(n) + " memories; programs have one"}
	}
	for _, l := range p.Module.Memories {
		if l.Is64 {
			return &Error{Memory64, "the module has a 64-bit memory; programs are wasm32"}
		}
		if l.PageSizeLog2 != 16 {
			return &Error{Invalid, "the module has a memory with pages of 2^" + strconv.Itoa(int(l.PageSizeLog2)) + " bytes"}
		}
		if l.Min > 65536 {
			return &Error{Invalid, "the module has a memory of " + strconv.FormatUint(l.Min, 10) + " pages; there are 65536"}
		}
		p.Threads = l.Shared
	}
	for i := range p.Module.Exports {
		if e := &p.Module.Exports[i]; e.Kind == wasmgen.ExternMemory && (p.MemoryExport == "" || e.Name == "memory") {
			p.MemoryExport = e.Name
		}
	}
	if len(p.Module.Memories) > p.Module.ImportedMemories && p.MemoryExport == "" && p.Module.ImportedFuncs > 0 {
		return &Error{NoMemory, "the program does not export its memory, so no call could reach it"}
	}
	for _, t := range p.Module.Tables {
		if t.Limits.Is64 {
			return &Error{Memory64, "the module has a 64-bit table; programs are wasm32"}
		}
	}
	return nil
}

// imports connects every import, or names all that cannot be.
func (p *Program) imports(b []byte) error {
	var missing, wrong []string
	for i := range p.Module.Imports {
		im := &p.Module.Imports[i]
		switch im.Kind {
		case wasmgen.ExternFunc:
			c, e := abi.Lookup(im.Module, im.Name, types(im.Func.Params), types(im.Func.Results))
			if e != nil && e.Reason == abi.WrongType {
				wrong = append(wrong, e.Error())
			} else if e != nil && e.Reason == abi.UnknownModule {
				missing = append(missing, full(im)+" "+im.Func.String())
			}
			if im.Module == abi.ModuleWasix || im.Module == abi.ModuleWasi {
				p.Preview1 = false
			}
			if c != nil && c.ID == abi.CallReflectSignature && len(p.Module.Tables) > 0 {
				p.Functions = &wasmgen.Elements{Module: p.Module, File: b}
			}
			p.Funcs = append(p.Funcs, Func{im.Module, im.Name, im.Func, c})
		case wasmgen.ExternMemory:
			p.Memory = im
		case wasmgen.ExternTable, wasmgen.ExternTag:
			if im.Module == "env" {
				p.Others = append(p.Others, *im)
				break
			}
			fallthrough
		default:
			missing = append(missing, full(im)+" ("+im.Kind.String()+")")
		}
	}
	if len(wrong) > 0 {
		return &Error{ImportType, join(wrong)}
	}
	if len(missing) > 0 {
		return &Error{MissingImport, "nothing provides " + join(missing) + "; functions come from " + abi.ModuleWasix + ", " +
			abi.ModulePreview1 + ", " + abi.ModuleUnstable + " and " + abi.ModuleWasi}
	}
	return nil
}

func (p *Program) entry() error {
	has := func(name string) (bool, error) {
		e := p.Module.Export(name)
		if e == nil {
			return false, nil
		}
		if e.Kind == wasmgen.ExternFunc && len(e.Func.Params)+len(e.Func.Results) == 0 {
			return true, nil
		}
		what := e.Kind.String()
		if e.Kind == wasmgen.ExternFunc {
			what += " " + e.Func.String()
		}
		return false, &Error{NoStart, "the export " + name + " is a " + what + ", not a func ()->()"}
	}
	start, err := has("_start")
	if err != nil {
		return err
	}
	if p.Init, err = has("_initialize"); err != nil {
		return err
	}
	if !start && !p.Init {
		return &Error{NoStart, "the module exports neither _start nor _initialize: it is no program"}
	}
	p.Reactor = !start
	return nil
}

// types turns wasmgen's types into abi's. A type abi does not know becomes 0 and matches no call.
func types(l []wasmgen.ValType) []abi.ValType {
	out := make([]abi.ValType, len(l))
	for i, v := range l {
		if v <= 0xff {
			out[i] = abi.ValType(v)
		}
	}
	return out
}

func full(im *wasmgen.Import) string { return im.Module + "." + im.Name }

// join lists names; a program can have very many.
func join(l []string) string {
	const most = 50
	s := ""
	for i, n := range l {
		if i == most {
			return s + " and " + strconv.Itoa(len(l)-most) + " more"
		}
		if i > 0 {
			s += ", "
		}
		s += n
	}
	return s
}
