//go:build !js

package wazerohost

import (
	"context"

	"github.com/tetratelabs/wazero/api"

	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/wasmgen"
)

// asyncifyExports are what binaryen's pass adds to a program.
var asyncifyExports = [...]string{"asyncify_start_unwind", "asyncify_stop_unwind", "asyncify_start_rewind", "asyncify_stop_rewind"}

// CanUnwind implements kernel.Asyncify.
func (e *Engine) CanUnwind(kt *kernel.Thread) bool {
	t := kt.Data.(*thread)
	for _, name := range asyncifyExports {
		if x := t.proc.code.link.Module.Export(name); x == nil || x.Kind != wasmgen.ExternFunc {
			return false
		}
	}
	return true
}

// StartUnwind implements kernel.Asyncify.
func (e *Engine) StartUnwind(kt *kernel.Thread, data uint32) {
	t := kt.Data.(*thread)
	t.globals = t.mutable()
	t.asyncify("asyncify_start_unwind", uint64(data))
}

// StopUnwind implements kernel.Asyncify.
func (e *Engine) StopUnwind(kt *kernel.Thread) {
	t := kt.Data.(*thread)
	t.asyncify("asyncify_stop_unwind")
	t.setMutable(t.globals)
}

// StartRewind implements kernel.Asyncify.
func (e *Engine) StartRewind(kt *kernel.Thread, data uint32) {
	kt.Data.(*thread).asyncify("asyncify_start_rewind", uint64(data))
}

// StopRewind implements kernel.Asyncify.
func (e *Engine) StopRewind(kt *kernel.Thread) {
	kt.Data.(*thread).asyncify("asyncify_stop_rewind")
}

// asyncify calls one of the pass's functions: a few instructions that call
// nobody, so the kernel lock may be held. They trap when the guest's stack does
// not fit into the region.
func (t *thread) asyncify(name string, args ...uint64) {
	if _, err := t.guest.ExportedFunction(name).Call(context.Background(), args...); err != nil {
		t.Process.Exit(kernel.Status{Code: 134, Trap: name + ": " + err.Error()})
	}
}

// Globals implements kernel.Asyncify.
func (e *Engine) Globals(kt *kernel.Thread) any { return kt.Data.(*thread).mutable() }

// SetGlobals implements kernel.Asyncify.
func (e *Engine) SetGlobals(kt *kernel.Thread, g any) { kt.Data.(*thread).setMutable(g.(globals)) }

// globals are the values of the mutable globals a program exports: its stack
// pointer and the place of its thread's variables. The others are asyncify's own.
type globals map[string]uint64

func (t *thread) mutable() globals {
	g := globals{}
	for i := range t.proc.code.link.Module.Exports {
		x := &t.proc.code.link.Module.Exports[i]
		if x.Kind == wasmgen.ExternGlobal && x.Global.Mutable {
			g[x.Name] = t.guest.ExportedGlobal(x.Name).Get()
		}
	}
	return g
}

func (t *thread) setMutable(g globals) {
	for name, v := range g {
		t.guest.ExportedGlobal(name).(api.MutableGlobal).Set(v)
	}
}

// Lends implements kernel.Asyncify: a memory that is not made for threads would be
// initialized again.
func (e *Engine) Lends(kt *kernel.Thread) bool {
	l := kt.Data.(*thread).proc.code.link
	return l.Memory != nil && l.Threads
}

// Clone implements kernel.Asyncify. Tables are as the program makes them: what
// it has put into them at run time is lost.
func (e *Engine) Clone(kt, child *kernel.Thread, share bool) error {
	t := kt.Data.(*thread)
	p := t.proc
	np := &process{code: p.code.hold(), handler: p.handler}
	child.Process.Data = np
	if share {
		np.space = p.space.hold()
	} else {
		s, err := e.newSpace(p.code, p.guestMemory().Size()/pageSize)
		if err != nil {
			return err
		}
		np.space = s
	}
	child.Process.Mem = np.guestMemory()
	c := e.newThread(child, np)
	c.cloning = true
	err := c.instantiate()
	c.cloning = false
	if err != nil {
		c.close()
		return err
	}
	// A program that initializes its memory has done so again; on a shared memory
	// that others use it looks first.
	if !share && p.mem != nil {
		if p.code.link.Memory == nil { // wazero made it, as small as it begins
			c.guest.Memory().Grow(uint32((p.mem.Size() - np.mem.Size()) / pageSize))
		}
		np.mem.copyFrom(p.mem)
	}
	c.setMutable(t.mutable())
	c.ready = true
	if np.handler != "" {
		return c.setHandler(np.handler)
	}
	return nil
}
