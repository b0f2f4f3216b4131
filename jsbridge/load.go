//go:build js

package jsbridge

import (
	"errors"
	"strconv"

	"github.com/hack-pad/safejs"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/syscalls"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/wasmgen"
)

// Preview1 implements kernel.Program.
func (pr *program) Preview1() bool { return pr.preview1 }

// Attach implements kernel.Program.
func (pr *program) Attach(p *kernel.Process) {
	p.Data, p.Functions = &process{program: pr.id, bridge: noBridge}, pr.functions
}

// Hold implements kernel.Program.
func (pr *program) Hold() { pr.holds++ }

// Close implements kernel.Program. The worker keeps what the page has loaded, and
// processes keep what they run.
func (pr *program) Close() {
	if pr.holds--; pr.holds == 0 && hostUnload(pr.id) != 0 {
		delete(thePort.programs, int(pr.id))
	}
}

// unload answers EngineCallbacks.unload: the page lets go of a program. True
// when nobody else has it.
func (p *port) unload(args []safejs.Value) (any, error) {
	id := int(number(args[0]))
	if pr := p.programs[id]; pr != nil && pr.holds > 0 {
		return false, nil
	}
	delete(p.programs, id)
	return true, nil
}

// LoadProgram implements kernel.Loader: the worker compiles.
func (e *engine) LoadProgram(ctx *vfs.Ctx, name string, wasm []byte) (kernel.Program, error) {
	done := make(chan struct{})
	var id int
	var err error
	f, ferr := safejs.FuncOf(func(_ safejs.Value, args []safejs.Value) any {
		if args[0].Type() == safejs.TypeNumber {
			id = int(number(args[0]))
		} else {
			err = errors.New(text(args[0]))
		}
		close(done)
		return nil
	})
	if ferr != nil {
		return nil, ferr
	}
	if _, err := thePort.load.Invoke(toBytes(wasm), name, f); err != nil {
		f.Release()
		return nil, err
	}
	errno := ctx.Wait(done)
	if errno != abi.OK {
		// It is compiled all the same, and f must be there when it is.
		go func() {
			<-done
			f.Release()
		}()
		return nil, errno
	}
	f.Release()
	if err != nil {
		return nil, err
	}
	pr := thePort.programs[id]
	if pr == nil {
		return nil, errors.New("it was unloaded meanwhile")
	}
	if pr.reactor {
		return nil, errors.New("it is a library: it has no _start")
	}
	pr.Hold()
	return pr, nil
}

// asyncifyExport is exported by programs that can fork.
const asyncifyExport = "asyncify_start_unwind"

// rewrite answers EngineCallbacks.rewrite: the program with its raw waits
// replaced, its own memory limited, its imports told apart and without groups,
// its tables exported for fork, and its globals for the next thread, or nothing
// when there is nothing to do.
func (p *port) rewrite(args []safejs.Value) (any, error) {
	b, err := fromBytes(args[0])
	if err != nil {
		return nil, err
	}
	m, err := wasmgen.Parse(b)
	if err != nil {
		return nil, err
	}
	changed := b
	// change keeps m what Parse says of changed.
	change := func(fn func(b []byte, m *wasmgen.Module) ([]byte, error)) {
		if err != nil {
			return
		}
		var out []byte
		if out, err = fn(changed, m); err != nil || &out[0] == &changed[0] {
			return
		}
		var parsed *wasmgen.Module
		if parsed, err = wasmgen.Parse(out); err == nil {
			changed, m = out, parsed
		}
	}
	if p.maxPages < defaultPages {
		change(func(b []byte, m *wasmgen.Module) ([]byte, error) { return wasmgen.LimitMemory(b, m, p.maxPages), nil })
	}
	if twice := importsTwice(m); twice || m.Compact {
		change(func(b []byte, m *wasmgen.Module) ([]byte, error) {
			return wasmgen.RenameImports(b, m, func(i int, im *wasmgen.Import) (module, name string) {
				if twice {
					return im.Module, strconv.Itoa(i)
				}
				return im.Module, im.Name
			})
		})
	}
	if m.Export(asyncifyExport) != nil {
		change(func(b []byte, m *wasmgen.Module) ([]byte, error) { return wasmgen.ExportTables(b, m), nil })
	}
	if l := m.Memories; len(l) > 0 && l[0].Shared && m.ImportedMemories > 0 {
		change(func(b []byte, m *wasmgen.Module) ([]byte, error) { return wasmgen.Reusable(b, m), nil })
	}
	if err == nil {
		changed, _, _, err = wasmgen.RewriteAtomicWaits(changed)
	}
	if err != nil {
		return nil, err
	}
	if &changed[0] == &b[0] {
		return nil, nil
	}
	return toBytes(changed), nil
}

// importsTwice tells whether a name is imported more than once: JavaScript has
// one value for each, and the two may be of different types.
func importsTwice(m *wasmgen.Module) bool {
	seen := make(map[[2]string]bool, len(m.Imports))
	for i := range m.Imports {
		key := [2]string{m.Imports[i].Module, m.Imports[i].Name}
		if seen[key] {
			return true
		}
		seen[key] = true
	}
	return false
}

// The instructions that RewriteAtomicWaits replaces; link.WaitCalls names them.

//go:wasmexport atomic_notify
func atomicNotify(slot int32, addr, count, offset uint32) int32 {
	t := threads[slot]
	if t.Ending() {
		return int32(kernel.End)
	}
	return atomicDone(t, syscalls.AtomicNotify(t, addr, count, offset))
}

//go:wasmexport atomic_wait32
func atomicWait32(slot int32, addr, expected uint32, timeout int64, offset uint32) int32 {
	t := threads[slot]
	if t.Ending() {
		return int32(kernel.End)
	}
	return atomicDone(t, syscalls.AtomicWait32(t, addr, expected, timeout, offset))
}

//go:wasmexport atomic_wait64
func atomicWait64(slot int32, addr uint32, expected uint64, timeout int64, offset uint32) int32 {
	t := threads[slot]
	if t.Ending() {
		return int32(kernel.End)
	}
	return atomicDone(t, syscalls.AtomicWait64(t, addr, expected, timeout, offset))
}

func atomicDone(t *kernel.Thread, r kernel.Result) int32 {
	if budget--; budget|int32(r) >= 0 {
		return int32(r)
	}
	return int32(settle(t, r))
}
