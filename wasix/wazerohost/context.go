//go:build !js

package wazerohost

import (
	"errors"

	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental/table"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/wasmgen"
)

// stack is one of the contexts of a thread: a goroutine that is in a call into the
// thread's instance. All but one of a thread's goroutines wait for their turn.
type stack struct {
	entry   api.Function // nil: the main one
	sp      uint64       // __stack_pointer, while it is suspended
	turn    chan bool    // true: go on; false: unwind
	gone    chan struct{}
	started bool
	ended   bool // it is being unwound
}

// stacks are a thread's; they belong to the goroutine that has its turn.
type stacks struct {
	all          map[uint32]*stack
	main, active *stack
	next         *stack // what block switches to
	err          error  // what has ended a context, and with it the thread
}

func newStack(entry api.Function, sp uint64) *stack {
	return &stack{entry: entry, sp: sp, turn: make(chan bool, 1), gone: make(chan struct{})}
}

// NewContext implements kernel.Contexts.
func (e *Engine) NewContext(kt *kernel.Thread, id, entry, page uint32) (uint32, abi.Errno) {
	t := kt.Data.(*thread)
	x := t.proc.code.link.Module.Export("__indirect_function_table")
	if x == nil || x.Kind != wasmgen.ExternTable || t.stackPointer() == nil || t.guest.Memory() == nil {
		return 0, abi.ENOTSUP
	}
	f := function(t.guest, x.Index, entry)
	if f == nil {
		return 0, abi.EINVAL
	}
	if page == 0 {
		size, ok := t.guest.Memory().Grow(kernel.ContextPages)
		if !ok {
			return 0, abi.ENOMEM
		}
		page = size
	}
	s := &t.stacks
	if s.all == nil {
		s.main = newStack(nil, 0)
		s.active = s.main
		s.all = map[uint32]*stack{0: s.main}
	}
	s.all[id] = newStack(f, uint64(page+kernel.ContextPages)<<16&0xffffffff)
	return page, abi.OK
}

// function returns what is in a place of a table, nil when that is no function of
// type ()->().
func function(m api.Module, tab, place uint32) (f api.Function) {
	defer func() { _ = recover() }()
	return table.LookupFunction(m, tab, place, nil, nil)
}

// stackPointer returns the guest's, nil when it does not export it.
func (t *thread) stackPointer() api.MutableGlobal {
	if t.guest == nil {
		return nil // its start section runs
	}
	g, _ := t.guest.ExportedGlobal("__stack_pointer").(api.MutableGlobal)
	if g == nil || g.Type() != api.ValueTypeI32 {
		return nil
	}
	return g
}

// SwitchContext implements kernel.Contexts.
func (e *Engine) SwitchContext(kt *kernel.Thread, id uint32) kernel.Result {
	t := kt.Data.(*thread)
	t.stacks.next = t.stacks.all[id]
	if r := t.Leave(kernel.Success); r != kernel.Blocked { // the process is stopped
		e.Resume(kt, r)
	}
	return kernel.Blocked
}

// EndContext implements kernel.Contexts. What unwinds takes no lock.
func (e *Engine) EndContext(kt *kernel.Thread, id uint32) {
	s := &kt.Data.(*thread).stacks
	s.all[id].unwind()
	delete(s.all, id)
}

// unwind ends a stack that waits for its turn, and returns when it has gone.
func (c *stack) unwind() {
	c.ended = true
	if c.started {
		c.turn <- false
		<-c.gone
	}
}

// handOver has the goroutine of another context go on, when block was called for
// that, and waits for its own turn. false: the stack is to be unwound.
func (t *thread) handOver() bool {
	s := &t.stacks
	from, to := s.active, s.next
	if to == nil {
		return true
	}
	s.next = nil
	from.sp = t.stackPointer().Get()
	t.activate(to)
	if to.entry != nil && !to.started {
		to.started = true
		go t.runContext(to)
	} else {
		to.turn <- true
	}
	return <-from.turn
}

func (t *thread) activate(c *stack) {
	t.stacks.active = c
	t.stackPointer().Set(c.sp)
}

// runContext is a context's goroutine.
func (t *thread) runContext(c *stack) {
	defer close(c.gone)
	_, err := t.shim.ExportedFunction(wasmgen.ShimWait).Call(t.ctx)
	if err == nil {
		err = t.reenter(c.entry)
	}
	if c.ended {
		return
	}
	c.ended = true
	if err == nil {
		t.engine.Lock()
		if !t.Ending() {
			t.ContextReturned()
		}
		t.engine.Unlock()
		err = errReturned
	}
	s := &t.stacks
	s.err = err
	s.active = s.main
	s.main.turn <- false
}

var errReturned = errors.New("the entry of a context has returned")

// endContexts unwinds the contexts of a thread whose main one has gone.
func (t *thread) endContexts() {
	for _, c := range t.stacks.all {
		if c.entry != nil && !c.ended {
			c.unwind()
		}
	}
}
