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
	unknown  []string // "module.name" of the functions nobody knows, by import
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
		return map[string]any{"need": need}, nil
	}
	var l *link.Program
	if err != nil {
		err = link.ParseError(err)
	} else if l, err = link.CheckModule(m); err == nil {
		return p.add(name, l)
	}
	kind := link.Malformed
	var le *link.Error
	if errors.As(err, &le) {
		kind = le.Kind
		err = errors.New(le.Msg)
	}
	return map[string]any{"error": map[string]any{"kind": string(kind), "message": name + ": " + err.Error()}}, nil
}

// add gives a program its number.
func (p *port) add(name string, l *link.Program) (any, error) {
	shim, err := wasmgen.Shim(l.Shim())
	if err != nil {
		return nil, err
	}
	pr := &program{reactor: l.Reactor, name: name, preview1: l.Preview1, unknown: make([]string, len(l.Funcs))}
	for i, f := range l.Funcs {
		if f.Call == nil {
			pr.unknown[i] = f.Module + "." + f.Name
		}
	}
	out := map[string]any{"shim": toBytes(shim), "reactor": l.Reactor, "waits": l.Threads && l.Memory != nil, "imports": len(l.Funcs)}
	if f := l.Module.Export("_start_thread"); f != nil {
		out["oldThreadPair"] = len(f.Func.Params) == 2
	}
	if l.Memory != nil {
		lim := l.Memory.Memory
		ceiling := p.maxPages
		if lim.Min > ceiling {
			return map[string]any{"error": map[string]any{"kind": string(link.NoMemory), "message": name +
				": wants " + strconv.FormatUint(lim.Min, 10) + " pages of memory, the limit is " + strconv.FormatUint(ceiling, 10)}}, nil
		}
		if lim.HasMax {
			ceiling = min(ceiling, lim.Max)
		}
		out["memory"] = map[string]any{"min": int(lim.Min), "max": int(ceiling), "shared": lim.Shared}
	}
	p.nextProgram++
	pr.id = int32(p.nextProgram)
	p.programs[p.nextProgram] = pr
	out["id"] = p.nextProgram
	return out, nil
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
