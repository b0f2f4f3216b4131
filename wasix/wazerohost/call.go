//go:build !js

package wazerohost

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"

	"github.com/tetratelabs/wazero/experimental"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/syscalls"
)

// call runs a call of the guest's and returns what its shim understands. args
// are the guest's stack: good until it returns.
func (t *thread) call(id abi.CallID, args []uint64) (r kernel.Result) {
	if t.cloning {
		panic("a call from the start function of a program that forks")
	}
	e := t.engine
	e.Lock()
	defer e.Unlock()
	if t.Ending() {
		return kernel.End
	}
	defer func() {
		if v := recover(); v != nil {
			r = t.fault(id, args, v)
		}
	}()
	if t.Hooked {
		args = slices.Clone(args)
		r = syscalls.Traced(t.Thread, id, args)
	} else {
		r = syscalls.Dispatch(t.Thread, id, args)
	}
	if r.NeedsGoroutine() {
		args = slices.Clone(args)
		r = t.Slow(func() kernel.Result { return t.slow(id, args) })
	}
	return t.finish(r)
}

// slow runs a call on a goroutine of its own.
func (t *thread) slow(id abi.CallID, args []uint64) (r kernel.Result) {
	defer func() {
		if v := recover(); v != nil {
			r = t.fault(id, args, v)
		}
	}()
	return syscalls.Dispatch(t.Thread, id, args)
}

// finish is the way out of every call.
func (t *thread) finish(r kernel.Result) kernel.Result {
	switch r {
	case kernel.Blocked:
		return r
	case kernel.End:
		t.ended = true
		return r
	}
	if e := t.engine; e.attend {
		e.attend = false
		e.k.Drain()
	}
	return t.Leave(r)
}

// atomic runs an instruction of wasmgen.WaitFuncs.
func (t *thread) atomic(which int, a []uint64) kernel.Result {
	e := t.engine
	e.Lock()
	defer e.Unlock()
	if t.Ending() {
		return kernel.End
	}
	var r kernel.Result
	switch which {
	case 0:
		r = syscalls.AtomicNotify(t.Thread, uint32(a[0]), uint32(a[1]), uint32(a[2]))
	case 1:
		r = syscalls.AtomicWait32(t.Thread, uint32(a[0]), uint32(a[1]), int64(a[2]), uint32(a[3]))
	case 2:
		r = syscalls.AtomicWait64(t.Thread, uint32(a[0]), a[1], int64(a[2]), uint32(a[3]))
	}
	return t.finish(r)
}

// fault ends the process of a call that made the kernel panic: nobody can say
// what its state is. The others go on, as far as they can.
func (t *thread) fault(id abi.CallID, args []uint64, v any) kernel.Result {
	msg := fmt.Sprintf("kernel panic in %s%v: %v\n%s", abi.Calls[id].Name, args, v, debug.Stack())
	t.engine.k.WarnOnce(msg)
	t.Process.Exit(kernel.Status{Code: 134, Trap: msg})
	return kernel.End
}

// enosys answers the stub of import index.
func (t *thread) enosys(index uint32) kernel.Result {
	t.engine.Lock()
	defer t.engine.Unlock()
	if t.Ending() {
		return kernel.End
	}
	f := t.proc.code.link.Funcs[index]
	t.engine.k.WarnOnce(f.Module + "." + f.Name + ": unknown function, returned ENOSYS")
	return kernel.Ret(abi.ENOSYS)
}

// block waits for Resume; before, the context changes if it is called for that.
func (t *thread) block() {
	runtime.Gosched()
	if !t.handOver() {
		t.result = kernel.End
		return
	}
	t.result = <-t.resume
}

// Resume implements kernel.Engine.
func (e *Engine) Resume(kt *kernel.Thread, r kernel.Result) {
	select {
	case kt.Data.(*thread).resume <- r:
	default:
		panic("wazerohost: thread resumed twice")
	}
}

// Unwind asks for a thread that runs guest code to be unwound, at its next loop
// or call.
func (e *Engine) Unwind(kt *kernel.Thread) {
	if t, ok := kt.Data.(*thread); ok {
		t.ctx.cancel()
	}
}

// nextSignal returns the next signal to deliver to the guest's handler, 0 for
// none, or End.
func (t *thread) nextSignal() kernel.Result {
	t.engine.Lock()
	defer t.engine.Unlock()
	return t.Deliver()
}

// SetHandler implements kernel.HandlerSetter. Every thread has an instance of
// its own, so every thread gets its own instance's export.
func (e *Engine) SetHandler(kt *kernel.Thread, name string) error {
	t := kt.Data.(*thread)
	if err := t.setHandler(name); err != nil {
		return err
	}
	t.proc.handler = name
	kt.Process.Threads(func(o *kernel.Thread) {
		if o, ok := o.Data.(*thread); ok && o != t && o.ready {
			o.setHandler(name) // the same module: it works
		}
	})
	return nil
}

// setHandler puts the guest's export called name into the shim's table.
func (t *thread) setHandler(name string) error {
	r := t.proc.code.loader.runtime
	ctx := context.Background()
	c, err := r.CompileModule(ctx, handlerModule(name))
	if err != nil {
		return err
	}
	defer c.Close(ctx)
	ctx = experimental.WithImportResolver(ctx, resolver{guestModule: t.guest, kModule: t.k}.resolve)
	_, err = r.InstantiateModule(ctx, c, anonymous)
	return err
}
