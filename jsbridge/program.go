//go:build js

package jsbridge

import (
	"errors"
	"strconv"

	"github.com/hack-pad/safejs"

	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/link"
	"github.com/wasix-web/wasix-web/wasix/wasmgen"
)

// program is what the kernel's side keeps of a loaded program.
type program struct {
	id       int32
	reactor  bool
	holds    int // the kernel's
	name     string
	preview1 bool
	lends    bool     // other instances can run on its memory
	unknown  []string // "module.name" of the functions nobody knows, by import
	handlers []string // exports that can take signals
	starts   []string // exports that threads can start at

	functions *wasmgen.Elements
}

// inspect answers EngineCallbacks.inspect: what the first sections of a program
// say, and the shim made for its imports.
func (p *port) inspect(args []safejs.Value) (any, error) {
	head, err := fromBytes(args[0])
	if err != nil {
		return nil, err
	}
	name := text(args[1])
	m, need, err := wasmgen.ParseHead(head)
	if err == nil && need > 0 && truth(args[2]) {
		m, err = wasmgen.Parse(head) // the file has no more: either it is complete, or cut off
		need = 0
	}
	if err == nil && need > 0 {
		return object("need", need), nil
	}
	var l *link.Program
	if err != nil {
		err = link.ParseError(err)
	} else if l, err = link.CheckModule(head, m); err == nil {
		return p.add(name, l)
	}
	return refusal(name, err), nil
}

// diagnose answers EngineCallbacks.diagnose: what is wrong with a program, as far
// as its beginning tells, or with `whole` all of it; nothing when it looks right.
// Unlike inspect it makes nothing.
func (p *port) diagnose(args []safejs.Value) (any, error) {
	b, err := fromBytes(args[0])
	if err != nil {
		return nil, err
	}
	need := 0
	if truth(args[2]) {
		_, err = wasmgen.Parse(b)
	} else {
		_, need, err = wasmgen.ParseHead(b)
	}
	if err != nil {
		return refusal(text(args[1]), link.ParseError(err)), nil
	}
	return object("need", need), nil
}

// refusal is what inspect and diagnose say of a program that cannot run.
func refusal(name string, err error) map[string]any {
	kind := link.Malformed
	var le *link.Error
	if errors.As(err, &le) {
		kind = le.Kind
		err = errors.New(le.Msg)
	}
	return object("error", object("kind", string(kind), "message", shorten(name+": "+err.Error())))
}

// add gives a program its number.
func (p *port) add(name string, l *link.Program) (any, error) {
	shim, err := wasmgen.Shim(l.Shim())
	if err != nil {
		return nil, err
	}
	pr := &program{reactor: l.Reactor, name: name, preview1: l.Preview1, handlers: handlers(l), lends: l.Threads && l.Memory != nil,
		unknown: make([]string, len(l.Funcs)), functions: l.Functions}
	for i, f := range l.Funcs {
		if f.Call == nil {
			pr.unknown[i] = f.Module + "." + f.Name
		}
	}
	out := object("shim", toBytes(shim), "reactor", l.Reactor, "imports", len(l.Funcs), "memoryExport", l.MemoryExport)
	if exports(l.Module, threadStart, "ii") {
		pr.starts = append(pr.starts, threadStart)
	}
	if pair := exports(l.Module, oldThreadStart, "ii"); pair || exports(l.Module, oldThreadStart, "I") {
		pr.starts = append(pr.starts, oldThreadStart)
		out["oldThreadPair"] = pair
	}
	ceiling := p.maxPages
	if m := l.Module.Memories; len(m) > 0 && m[0].Min > ceiling {
		return refusal(name, &link.Error{Kind: link.NoMemory, Msg: "wants " + strconv.FormatUint(m[0].Min, 10) +
			" pages of memory, the limit is " + strconv.FormatUint(ceiling, 10)}), nil
	}
	out["rewrite"] = pr.lends || l.Memory == nil && ceiling < defaultPages && len(l.Module.Memories) > 0 ||
		l.Module.Compact || importsTwice(l.Module) || l.Module.Export(asyncifyExport) != nil && len(l.Module.Tables) > 0
	if l.Memory != nil {
		lim := l.Memory.Memory
		if lim.HasMax {
			ceiling = min(ceiling, lim.Max)
		}
		out["memory"] = object("min", int(lim.Min), "max", int(ceiling), "shared", lim.Shared)
	}
	p.nextProgram++
	pr.id = int32(p.nextProgram)
	p.programs[p.nextProgram] = pr
	out["id"] = p.nextProgram
	return out, nil
}

// Where threads start.
const threadStart, oldThreadStart = "wasi_thread_start", "_start_thread"

// exports tells whether there is a function with those parameters (as in
// wasmgen.Sig) and no result.
func exports(m *wasmgen.Module, name, params string) bool {
	x := m.Export(name)
	return x != nil && x.Kind == wasmgen.ExternFunc && x.Func.Equal(wasmgen.Sig(params, ""))
}

// nameUnknown warns of a call to a function that nobody knows.
func (e *engine) nameUnknown(t *kernel.Thread, index int32) {
	d, ok := t.Process.Data.(*process)
	if !ok {
		return
	}
	if pr := thePort.programs[int(d.program)]; pr != nil && int(index) < len(pr.unknown) {
		e.k.WarnOnce(pr.name + ": " + pr.unknown[index] + ": not known, returned ENOSYS")
	}
}
