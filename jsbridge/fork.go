//go:build js

package jsbridge

import (
	"errors"

	"github.com/wasix-web/wasix-web/wasix/kernel"
)

// engine implements kernel.Asyncify; web/src/worker/asyncify.ts does the work.

const (
	opCanUnwind int32 = iota
	opStartUnwind
	opStopUnwind
	opStartRewind
	opStopRewind
)

// CanUnwind implements kernel.Asyncify.
func (e *engine) CanUnwind(t *kernel.Thread) bool { return hostAsyncify(t.Slot, opCanUnwind, 0) != 0 }

// StartUnwind implements kernel.Asyncify.
func (e *engine) StartUnwind(t *kernel.Thread, data uint32) {
	hostAsyncify(t.Slot, opStartUnwind, data)
}

// StopUnwind implements kernel.Asyncify.
func (e *engine) StopUnwind(t *kernel.Thread) { hostAsyncify(t.Slot, opStopUnwind, 0) }

// StartRewind implements kernel.Asyncify.
func (e *engine) StartRewind(t *kernel.Thread, data uint32) {
	hostAsyncify(t.Slot, opStartRewind, data)
}

// StopRewind implements kernel.Asyncify.
func (e *engine) StopRewind(t *kernel.Thread) { hostAsyncify(t.Slot, opStopRewind, 0) }

// Globals implements kernel.Asyncify.
func (e *engine) Globals(t *kernel.Thread) any {
	var v [64]uint64
	n := hostGlobals(t.Slot, &v[0], int32(len(v)))
	return append([]uint64(nil), v[:n]...)
}

// SetGlobals implements kernel.Asyncify.
func (e *engine) SetGlobals(t *kernel.Thread, g any) {
	if v := g.([]uint64); len(v) > 0 {
		hostSetGlobals(t.Slot, &v[0], int32(len(v)))
	}
}

// Lends implements kernel.Asyncify.
func (e *engine) Lends(t *kernel.Thread) bool {
	pr := thePort.programs[int(t.Process.Data.(*process).program)]
	return pr != nil && pr.lends
}

var errNoMemory = errors.New("no memory for the copy")

// Clone implements kernel.Asyncify.
func (e *engine) Clone(t, child *kernel.Thread, share bool) error {
	from := t.Process.Data.(*process)
	slot := e.bridges.take()
	if slot < 0 {
		return errNoMemory
	}
	child.Process.Data = &process{program: from.program, bridge: slot}
	e.addTask(child)
	s := int32(0)
	if share {
		s = 1
	}
	if hostClone(t.Slot, child.Slot, child.Process.PID, slot, s) != 0 {
		e.removeTask(child)
		return errNoMemory
	}
	return nil
}

// taskUnwound is asked each time a guest's entry has returned: 1 enters it again.
//
//go:wasmexport task_unwound
func taskUnwound(slot int32) int32 {
	t := threads[slot]
	if t.Unwound() {
		return 1
	}
	return 0
}
