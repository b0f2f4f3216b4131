//go:build js

package jsbridge

import (
	"errors"

	"github.com/hack-pad/safejs"

	"github.com/wasix-web/wasix-web/wasix/internal/wasmgen"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/link"
)

// modules returns the generated modules that are the same for every guest.
func modules() map[string]any {
	return map[string]any{
		"runLoop":      toBytes(wasmgen.RunLoop()),
		"bridge":       toBytes(wasmgen.Bridge(false)),
		"bridgeShared": toBytes(wasmgen.Bridge(true)),
	}
}

// program is what the kernel's side keeps of a loaded program.
type program struct {
	name    string
	wasix   bool
	unknown []string // "module.name" of the functions nobody knows, by stub index
}

// inspect answers EngineCallbacks.inspect: what the first sections of a program
// say, and the shim made for its imports.
func (p *port) inspect(args []safejs.Value) (any, error) {
	head, err := fromBytes(args[0])
	if err != nil {
		return nil, err
	}
	name, _ := args[1].String()
	m, need, err := wasmgen.ParseHead(head)
	if err == nil && need > 0 {
		return map[string]any{"need": need}, nil
	}
	var plan *link.Plan
	var shim []byte
	if err == nil {
		plan, err = link.Check(m, link.Limits{MaxPages: p.maxPages})
	}
	if err == nil {
		shim, err = plan.Shim()
	}
	if err != nil {
		return map[string]any{"error": map[string]any{
			"kind": loadErrorKind(err), "message": name + ": " + err.Error()}}, nil
	}
	index := make([]string, len(plan.Funcs))
	for i, f := range plan.Funcs {
		if f.Call == nil {
			index[i] = f.Module + "." + f.Name
		}
	}
	p.nextProgram++
	p.programs[p.nextProgram] = &program{name: name, wasix: plan.WASIX, unknown: index}
	out := map[string]any{"id": p.nextProgram, "shim": toBytes(shim), "reactor": plan.Reactor}
	if mem := plan.Memory; mem != nil {
		out["memory"] = map[string]any{"min": int(mem.Min), "max": int(mem.Max), "shared": mem.Shared}
	}
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

func loadErrorKind(err error) string {
	var le *link.Error
	if errors.As(err, &le) {
		return le.Kind
	}
	var we *wasmgen.Error
	if errors.As(err, &we) {
		switch we.Kind {
		case wasmgen.NotWasm:
			return "not-wasm"
		case wasmgen.WrongVersion:
			return "wrong-version"
		case wasmgen.Component:
			return "component"
		case wasmgen.Truncated:
			return "truncated"
		}
	}
	return "malformed"
}
