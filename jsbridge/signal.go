//go:build js

package jsbridge

import (
	"errors"
	"slices"
	"unsafe"

	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/link"
	"github.com/wasix-web/wasix-web/wasix/wasmgen"
)

var errNoHandler = errors.New("no such function")

// SetHandler implements kernel.HandlerSetter.
func (e *engine) SetHandler(t *kernel.Thread, name string) error {
	// A child made by ForkEnv has no program yet, and runs its parent's.
	pr := thePort.programs[int(hostProgram(t.Slot))]
	if pr == nil || !slices.Contains(pr.handlers, name) {
		return errNoHandler
	}
	hostHandler(t.Slot, unsafe.StringData(name), int32(len(name)))
	return nil
}

// handlers lists the exports that can be called with a signal.
func handlers(l *link.Program) (names []string) {
	for i := range l.Module.Exports {
		x := &l.Module.Exports[i]
		if f := x.Func; x.Kind == wasmgen.ExternFunc && len(f.Params) == 1 && f.Params[0] == wasmgen.I32 && len(f.Results) == 0 {
			names = append(names, x.Name)
		}
	}
	return names
}
