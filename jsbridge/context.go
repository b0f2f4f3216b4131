//go:build js

package jsbridge

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/kernel"
)

// engine implements kernel.Contexts; web/src/worker/contexts.ts has the stacks.

// NewContext implements kernel.Contexts.
func (e *engine) NewContext(t *kernel.Thread, id, entry, page uint32) (uint32, abi.Errno) {
	r := hostNewContext(t.Slot, id, entry, page)
	if r < 0 {
		return 0, abi.Errno(-r)
	}
	return uint32(r), abi.OK
}

// SwitchContext implements kernel.Contexts. The task yields, and it is another
// context that goes on.
func (e *engine) SwitchContext(t *kernel.Thread, id uint32) kernel.Result {
	hostSwitchContext(t.Slot, id)
	return e.Yield(t, kernel.Success)
}

// EndContext implements kernel.Contexts.
func (e *engine) EndContext(t *kernel.Thread, id uint32) { hostEndContext(t.Slot, id) }

// contextEnded says that the entry of a task's running context has returned, or
// that an exception has left it.
//
//go:wasmexport context_ended
func contextEnded(slot, threw int32) {
	look()
	if t := threads[slot]; threw != 0 {
		t.ContextThrew()
	} else {
		t.ContextReturned()
	}
	eng.drain()
}
