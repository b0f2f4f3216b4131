package e2e_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/wasix-web/wasix-web/wasix/link"
	"github.com/wasix-web/wasix-web/wasix/wasmgen"
)

const preview1 = "wasi_snapshot_preview1"

// badModule is a file that is no program, and what is said of it. Words is a
// regular expression.
type badModule struct {
	Name   string `json:"name"`
	Kind   string `json:"kind"`
	Words  string `json:"words"`
	data   []byte
	atLoad bool // link finds it: every engine says the same
}

// oddModule is a program that does something unusual, and what comes of it.
type oddModule struct {
	Name     string `json:"name"`
	ExitCode int    `json:"exitCode"`
	Reason   string `json:"reason"`
	Stdout   string `json:"stdout"`
	Trap     string `json:"trap"` // a regular expression
	data     []byte
	browser  bool // wazero can do what browsers cannot
}

// build writes a module. fn may add imports first; what it returns is _start's
// body, nil for an empty one.
func build(fn func(b *wasmgen.Builder) *wasmgen.Code) []byte {
	var b wasmgen.Builder
	code := fn(&b)
	if code == nil {
		code = wasmgen.NewCode(0)
	}
	b.Export("_start", wasmgen.ExternFunc, b.Func(wasmgen.FuncType{}, code))
	return b.Bytes()
}

func memory(b *wasmgen.Builder, name string) {
	b.Export(name, wasmgen.ExternMemory, b.Memory(wasmgen.Limits{Min: 1}))
}

// hello is a whole program: it writes "hello\n".
func hello() []byte {
	return build(func(b *wasmgen.Builder) *wasmgen.Code {
		write := b.ImportFunc(preview1, "fd_write", wasmgen.Sig("iiii", "i"))
		memory(b, "memory")
		b.Data(0, []byte{16, 0, 0, 0, 6, 0, 0, 0})
		b.Data(16, []byte("hello\n"))
		return wasmgen.NewCode(0).I32Const(1).I32Const(0).I32Const(1).I32Const(8).Call(write).Drop()
	})
}

// section is a section as a file has it, with a size that may be a lie.
func section(id byte, size uint64, content ...byte) []byte {
	return append(binary.AppendUvarint([]byte{id}, size), content...)
}

func badModules() []badModule {
	whole := hello()
	magic := []byte("\x00asm\x01\x00\x00\x00")
	m, err := wasmgen.Parse(whole)
	if err != nil {
		panic(err)
	}
	code := whole[:m.CodeStart]
	with := func(sections ...[]byte) []byte { return append(bytes.Clone(magic), bytes.Join(sections, nil)...) }
	importing := func(module, name, params, results string) []byte {
		return build(func(b *wasmgen.Builder) *wasmgen.Code {
			b.ImportFunc(module, name, wasmgen.Sig(params, results))
			memory(b, "memory")
			return nil
		})
	}
	list := []badModule{
		{"text", string(link.NotWasm), `magic number`, []byte("#!/bin/sh\necho hello\n"), true},
		{"html", string(link.NotWasm), `magic number`, []byte("<!doctype html><title>404</title>"), true},
		{"native", string(link.NotWasm), `magic number`, []byte("\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00"), true},
		{"empty", string(link.Truncated), `0 bytes`, []byte{}, true},
		{"head", string(link.Truncated), `7 bytes`, magic[:7], true},
		{"half", string(link.Truncated), `section`, whole[:len(whole)/2], true},
		{"version", string(link.WrongVersion), `version 2`, append([]byte("\x00asm\x02\x00\x00\x00"), whole[8:]...), true},
		{"component", string(link.Component), `component`, []byte("\x00asm\x0d\x00\x01\x00"), true},
		// Sizes and counts that only the header has.
		{"section-1gib", string(link.TooLarge), `1 GiB`, with(section(1, 1<<30, 1, 0x60, 0, 0)), true},
		{"section-4gib", string(link.TooLarge), `1 GiB`, append(bytes.Clone(code), section(10, 1<<32-1, 1)...), true},
		{"section-1mib", string(link.Truncated), `code section`, append(bytes.Clone(code), section(10, 1<<20, 1)...), true},
		{"custom-2gib", string(link.TooLarge), `1 GiB`, with(section(0, 2<<30, 4, 'n', 'a', 'm', 'e')), true},
		{"count-types", string(link.TooLarge), `type`, with(section(1, 5, 0xff, 0xff, 0xff, 0xff, 0x0f)), true},
		{"count-funcs", string(link.TooLarge), `function`, with(section(3, 5, 0xff, 0xff, 0xff, 0xff, 0x0f)), true},
		{"memory-pages", string(link.Invalid), `65537`, build(func(b *wasmgen.Builder) *wasmgen.Code {
			b.Export("memory", wasmgen.ExternMemory, b.Memory(wasmgen.Limits{Min: 65537}))
			return nil
		}), true},
		{"two-memories", string(link.MultiMemory), `2 memories`, build(func(b *wasmgen.Builder) *wasmgen.Code {
			memory(b, "memory")
			memory(b, "other")
			return nil
		}), true},
		{"memory64", string(link.Memory64), `64-bit memory`, build(func(b *wasmgen.Builder) *wasmgen.Code {
			b.Export("memory", wasmgen.ExternMemory, b.Memory(wasmgen.Limits{Min: 1, Is64: true}))
			return nil
		}), true},
		{"no-start", string(link.NoStart), `neither _start nor _initialize`, with(), true},
		{"start-type", string(link.NoStart), `_start is a func \(\)->\(i32\)`, func() []byte {
			var b wasmgen.Builder
			b.Export("_start", wasmgen.ExternFunc, b.Func(wasmgen.Sig("", "i"), wasmgen.NewCode(0).I32Const(0)))
			return b.Bytes()
		}(), true},
		{"unknown-module", string(link.MissingImport), `abc\.nothing \(i32\)->\(\).*wasix_32v1`, importing("abc", "nothing", "i", ""), true},
		{"unknown-many", string(link.MissingImport), `go0\.f.*go1\.f.*and 950 more`, build(func(b *wasmgen.Builder) *wasmgen.Code {
			for i := range 1000 {
				b.ImportFunc(fmt.Sprintf("go%d", i), "f", wasmgen.Sig("", ""))
			}
			return nil
		}), true},
		{"unknown-global", string(link.MissingImport), `env\.g \(global\)`, build(func(b *wasmgen.Builder) *wasmgen.Code {
			b.ImportGlobal("env", "g", wasmgen.GlobalType{Type: wasmgen.I32})
			return nil
		}), true},
		{"import-type", string(link.ImportType), `fd_write: the program declares \(i32\)->\(i32\), the function is \(i32,i32,i32,i32\)->\(i32\)`,
			importing(preview1, "fd_write", "i", "i"), true},
		{"import-twice", string(link.ImportType), `fd_close: the program declares \(i64\)->\(i32\)`, build(func(b *wasmgen.Builder) *wasmgen.Code {
			b.ImportFunc(preview1, "fd_close", wasmgen.Sig("i", "i"))
			b.ImportFunc(preview1, "fd_close", wasmgen.Sig("I", "i"))
			memory(b, "memory")
			return nil
		}), true},
		{"memory-hidden", string(link.NoMemory), `export its memory`, build(func(b *wasmgen.Builder) *wasmgen.Code {
			b.ImportFunc(preview1, "fd_close", wasmgen.Sig("i", "i"))
			b.Memory(wasmgen.Limits{Min: 1})
			return nil
		}), true},
		{"invalid", string(link.Invalid), `.`, build(func(b *wasmgen.Builder) *wasmgen.Code {
			return wasmgen.NewCode(0).I32Const(1) // left on the stack
		}), true},
		// Found out only when it is instantiated.
		{"data-outside", string(link.Invalid), `data segment`, build(func(b *wasmgen.Builder) *wasmgen.Code {
			memory(b, "memory")
			b.Data(70_000, []byte("x"))
			return nil
		}), false},
		{"table-huge", string(link.Invalid), `table size`, build(func(b *wasmgen.Builder) *wasmgen.Code {
			b.Table(wasmgen.TableType{Elem: wasmgen.FuncRef, Limits: wasmgen.Limits{Min: 1 << 31}})
			return nil
		}), false},
	}
	return list
}

// grouped is hello with its import in a group: the module's name, no name, the
// mark, a count, and then name and type.
func grouped(b []byte) []byte {
	m, err := wasmgen.Parse(b)
	if err != nil {
		panic(err)
	}
	for _, s := range m.Sections {
		if s.ID != wasmgen.SectionImport {
			continue
		}
		first := 1 + 1 + len(preview1) // the count and the module's name
		content := append(bytes.Clone(b[s.Start:s.Start+first]), 0, 0x7f, 1)
		content = append(content, b[s.Start+first:s.End]...)
		return bytes.Join([][]byte{b[:s.Header], section(s.ID, uint64(len(content)), content...), b[s.End:]}, nil)
	}
	panic("no imports")
}

func oddModules() []oddModule {
	// write(1, iov at 0) in a module whose memory has the text "odd\n".
	text := func(b *wasmgen.Builder) {
		b.Data(0, []byte{16, 0, 0, 0, 4, 0, 0, 0})
		b.Data(16, []byte("odd\n"))
	}
	write := func(c *wasmgen.Code, fn uint32) *wasmgen.Code {
		return c.I32Const(1).I32Const(0).I32Const(1).I32Const(8).Call(fn)
	}
	// exit passes the errno on the stack to proc_exit.
	imports := func(b *wasmgen.Builder) (fdWrite, exit uint32) {
		return b.ImportFunc(preview1, "fd_write", wasmgen.Sig("iiii", "i")), b.ImportFunc(preview1, "proc_exit", wasmgen.Sig("i", ""))
	}
	const efault, enotsup = 21, 58
	// contexts passes the errno of context_create on.
	contexts := func(more func(b *wasmgen.Builder)) []byte {
		return build(func(b *wasmgen.Builder) *wasmgen.Code {
			create := b.ImportFunc("wasix_32v1", "context_create", wasmgen.Sig("ii", "i"))
			_, exit := imports(b)
			memory(b, "memory")
			more(b)
			return wasmgen.NewCode(0).I32Const(0).I32Const(0).Call(create).Call(exit)
		})
	}
	return []oddModule{
		{Name: "imports in a group", Reason: "exited", Stdout: "hello\n", data: grouped(hello())},
		{Name: "memory under another name", Reason: "exited", Stdout: "odd\n", data: build(func(b *wasmgen.Builder) *wasmgen.Code {
			w, exit := imports(b)
			memory(b, "mem")
			text(b)
			return write(wasmgen.NewCode(0), w).Call(exit)
		})},
		{Name: "a function called memory", Reason: "exited", Stdout: "odd\n", data: build(func(b *wasmgen.Builder) *wasmgen.Code {
			w, exit := imports(b)
			memory(b, "mem")
			text(b)
			b.Export("memory", wasmgen.ExternFunc, b.Func(wasmgen.FuncType{}, wasmgen.NewCode(0)))
			return write(wasmgen.NewCode(0), w).Call(exit)
		})},
		{Name: "no memory at all", Reason: "exited", ExitCode: efault, data: build(func(b *wasmgen.Builder) *wasmgen.Code {
			w, exit := imports(b)
			return write(wasmgen.NewCode(0), w).Call(exit)
		})},
		{Name: "a memory of no pages", Reason: "exited", ExitCode: efault, data: build(func(b *wasmgen.Builder) *wasmgen.Code {
			w, exit := imports(b)
			b.Export("memory", wasmgen.ExternMemory, b.Memory(wasmgen.Limits{}))
			return write(wasmgen.NewCode(0), w).Call(exit)
		})},
		{Name: "calls in the start section", browser: true, Reason: "exited", ExitCode: efault, data: build(func(b *wasmgen.Builder) *wasmgen.Code {
			w, exit := imports(b)
			memory(b, "memory")
			text(b)
			g := b.Global(wasmgen.GlobalType{Type: wasmgen.I32, Mutable: true}, -1)
			// The memory cannot be reached before the instance is there.
			b.Start(b.Func(wasmgen.FuncType{}, write(wasmgen.NewCode(0), w).GlobalSet(g)))
			return wasmgen.NewCode(0).GlobalGet(g).Call(exit)
		})},
		{Name: "exit in the start section", Reason: "exited", ExitCode: 9, data: build(func(b *wasmgen.Builder) *wasmgen.Code {
			_, exit := imports(b)
			memory(b, "memory")
			b.Start(b.Func(wasmgen.FuncType{}, wasmgen.NewCode(0).I32Const(9).Call(exit)))
			return nil
		})},
		{Name: "a trap in the start section", Reason: "trapped", ExitCode: 134, Trap: "unreachable", data: build(func(b *wasmgen.Builder) *wasmgen.Code {
			b.Start(b.Func(wasmgen.FuncType{}, wasmgen.NewCode(0).Unreachable()))
			return nil
		})},
		{Name: "recursion in the start section", Reason: "trapped", ExitCode: 134, Trap: "stack", data: build(func(b *wasmgen.Builder) *wasmgen.Code {
			b.Start(b.Func(wasmgen.FuncType{}, wasmgen.NewCode(0).Call(0)))
			return nil
		})},
		{Name: "waiting in the start section", browser: true, Reason: "trapped", ExitCode: 134, Trap: ".", data: build(func(b *wasmgen.Builder) *wasmgen.Code {
			sleep := b.ImportFunc("wasix_32v1", "thread_sleep", wasmgen.Sig("I", "i"))
			memory(b, "memory")
			b.Start(b.Func(wasmgen.FuncType{}, wasmgen.NewCode(0).I64Const(1e9).Call(sleep).Drop()))
			return nil
		})},
		{Name: "unreachable", Reason: "trapped", ExitCode: 134, Trap: "unreachable", data: build(func(b *wasmgen.Builder) *wasmgen.Code {
			return wasmgen.NewCode(0).Unreachable()
		})},
		{Name: "an access outside the memory", Reason: "trapped", ExitCode: 134, Trap: "out of bounds", data: build(func(b *wasmgen.Builder) *wasmgen.Code {
			memory(b, "memory")
			return wasmgen.NewCode(0).I32Const(-1).Mem(0x28, 0, 2, 0).Drop()
		})},
		{Name: "an unknown function of a known module", Reason: "exited", ExitCode: 52, data: build(func(b *wasmgen.Builder) *wasmgen.Code {
			future := b.ImportFunc("wasix_32v1", "of_the_future", wasmgen.Sig("iF", "i"))
			_, exit := imports(b)
			return wasmgen.NewCode(0).I32Const(1).Op(0x44, 0, 0, 0, 0, 0, 0, 0, 0).Call(future).Call(exit)
		})},
		{Name: "one name with two types", Reason: "exited", ExitCode: 0, data: build(func(b *wasmgen.Builder) *wasmgen.Code {
			b.ImportFunc("wasix_32v1", "proc_join", wasmgen.Sig("ii", "i"))
			b.ImportFunc("wasix_32v1", "proc_join", wasmgen.Sig("iii", "i"))
			memory(b, "memory")
			return nil
		})},
		{Name: "contexts with a stack pointer that cannot be set", Reason: "exited", ExitCode: enotsup, data: contexts(func(b *wasmgen.Builder) {
			b.Export("__stack_pointer", wasmgen.ExternGlobal, b.Global(wasmgen.GlobalType{Type: wasmgen.I32}, 0))
			b.Export("__indirect_function_table", wasmgen.ExternTable, b.Table(wasmgen.TableType{Elem: wasmgen.FuncRef}))
		})},
		{Name: "contexts with a stack pointer of 64 bits", Reason: "exited", ExitCode: enotsup, data: contexts(func(b *wasmgen.Builder) {
			b.Export("__stack_pointer", wasmgen.ExternGlobal, b.Global(wasmgen.GlobalType{Type: wasmgen.I64, Mutable: true}, 0))
			b.Export("__indirect_function_table", wasmgen.ExternTable, b.Table(wasmgen.TableType{Elem: wasmgen.FuncRef}))
		})},
		{Name: "contexts with a function for a table", Reason: "exited", ExitCode: enotsup, data: contexts(func(b *wasmgen.Builder) {
			b.Export("__stack_pointer", wasmgen.ExternGlobal, b.Global(wasmgen.GlobalType{Type: wasmgen.I32, Mutable: true}, 0))
			b.Export("__indirect_function_table", wasmgen.ExternFunc, 0)
		})},
		{Name: "contexts in the start section", Reason: "exited", ExitCode: enotsup, data: build(func(b *wasmgen.Builder) *wasmgen.Code {
			create, exit := b.ImportFunc("wasix_32v1", "context_create", wasmgen.Sig("ii", "i")), b.ImportFunc("wasix_32v1", "proc_exit2", wasmgen.Sig("i", ""))
			b.ImportMemory("env", "memory", wasmgen.Limits{Min: 1, Max: 9, HasMax: true})
			b.Export("memory", wasmgen.ExternMemory, 0)
			b.Export("__stack_pointer", wasmgen.ExternGlobal, b.Global(wasmgen.GlobalType{Type: wasmgen.I32, Mutable: true}, 0))
			b.Export("__indirect_function_table", wasmgen.ExternTable, b.Table(wasmgen.TableType{Elem: wasmgen.FuncRef}))
			b.Start(b.Func(wasmgen.FuncType{}, wasmgen.NewCode(0).I32Const(0).I32Const(0).Call(create).Call(exit)))
			return nil
		})},
		{Name: "a name of 1 MB", Reason: "exited", ExitCode: 0, data: build(func(b *wasmgen.Builder) *wasmgen.Code {
			b.ImportFunc(preview1, strings.Repeat("n", 1<<20), wasmgen.Sig("", ""))
			return nil
		})},
	}
}

// recursion is a program that calls a function of preview1 at every level of a
// recursion without end; locals make its frames larger. Its memory has what the
// calls point to.
type recursion struct {
	Name   string `json:"name"`
	Traced bool   `json:"traced"` // run it once more with a trace
	data   []byte
}

func recursions() []recursion {
	const (
		iov   = 16   // one byte at text
		text  = 64   // "x"
		sub   = 128  // poll_oneoff's subscription: a clock that is due in a nanosecond
		path  = 1024 // ././…/kept
		out   = 8192
		loops = 1000
	)
	long := strings.Repeat("./", loops) + "kept"
	make := func(locals int, name, params string, args ...int64) []byte {
		var b wasmgen.Builder
		var imp uint32
		self := uint32(0)
		if name != "" {
			imp = b.ImportFunc(preview1, name, wasmgen.Sig(params, "i"))
			self = 1
		}
		b.Export("memory", wasmgen.ExternMemory, b.Memory(wasmgen.Limits{Min: 4}))
		b.Data(iov, []byte{text, 0, 0, 0, 1, 0, 0, 0})
		b.Data(text, []byte("x"))
		s := [48]byte{16: 1, 24: 1} // monotonic clock, 1 ns
		b.Data(sub, s[:])
		b.Data(path, []byte(long))
		c := wasmgen.NewCode(0)
		// Locals that live across the recursion have to be on the stack.
		var kept []uint32
		for range locals {
			l := c.Local(wasmgen.I64)
			c.I32Const(out).Mem(0x29, 0, 3, 0).Set(l)
			kept = append(kept, l)
		}
		if name != "" {
			for i, a := range args {
				if params[i] == 'I' {
					c.I64Const(a)
				} else {
					c.I32Const(int32(a))
				}
			}
			c.Call(imp).Drop()
		}
		c.Call(self)
		for _, l := range kept {
			c.I32Const(out).Get(l).Mem(0x37, 0, 3, 0)
		}
		f := b.Func(wasmgen.FuncType{}, c)
		b.Export("_start", wasmgen.ExternFunc, f)
		return b.Bytes()
	}
	list := []recursion{
		{Name: "none", data: make(0, "", "")},
		{Name: "none, large frames", data: make(500, "", "")},
	}
	for _, r := range []struct {
		traced bool
		name   string
		params string
		args   []int64
	}{
		{false, "sched_yield", "", nil},
		{false, "clock_time_get", "iIi", []int64{1, 0, out}},
		{false, "random_get", "ii", []int64{out, 64}},
		{true, "fd_write", "iiii", []int64{1, iov, 1, out}},
		{false, "fd_read", "iiii", []int64{0, iov, 1, out}},
		{false, "fd_seek", "iIii", []int64{3, 0, 1, out}},
		{false, "fd_readdir", "iiiIi", []int64{3, out, 4096, 0, 8}},
		{true, "path_filestat_get", "iiiii", []int64{3, 1, path, int64(len(long)), out}},
		{false, "path_open", "iiiiiIIii", []int64{3, 1, path, int64(len(long)), 0, 2, 0, 0, out}},
		{false, "path_create_directory", "iii", []int64{3, path, int64(len(long))}},
		{false, "poll_oneoff", "iiii", []int64{sub, out, 1, 8}},
	} {
		for _, locals := range []int{0, 7, 100} {
			list = append(list, recursion{Name: fmt.Sprintf("%s, %d locals", r.name, locals), Traced: r.traced && locals == 7, data: make(locals, r.name, r.params, r.args...)})
		}
	}
	return list
}
