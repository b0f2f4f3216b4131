package kernel

import "github.com/wasix-web/wasix-web/wasix/abi"

// # Contexts
//
// A thread may have several stacks, of which one runs: its contexts. To everything
// else it is one thread that runs all the time. Context 0 is the main one, on the
// stack that the thread began with. Which there are, and which may be switched to,
// is decided here; the engine has the stacks.

// ContextPages is how much of the guest's memory a context's stack has, in pages of
// 64 KiB.
const ContextPages = 4

// Contexts is implemented by engines that can give a thread several stacks.
type Contexts interface {
	// NewContext makes a context of t's that begins at a place in the table of
	// functions when it is first switched to. Its stack in the guest's memory
	// begins at page; 0: at the first of ContextPages new ones. It returns the page.
	//
	// Errors: EINVAL there is no function of type ()->() in that place, ENOMEM the
	// memory cannot grow, ENOTSUP the program does not export what is needed.
	NewContext(t *Thread, id, entry, page uint32) (uint32, abi.Errno)
	// SwitchContext parks the running context, and lets the other one go on: its
	// call returns success. It returns Blocked.
	SwitchContext(t *Thread, id uint32) Result
	// EndContext unwinds the stack of one that does not run.
	EndContext(t *Thread, id uint32)
}

// context is what the kernel knows of one.
type context struct {
	id         uint64
	page       uint32     // where its stack in the guest's memory begins
	deliveries []delivery // threadSignals.deliveries, while it does not run
}

// contexts are those of a thread.
type contexts struct {
	all    map[uint64]*context // nil: the main one is all there is
	active *context            // nil, too
	last   uint64              // the last id given out
}

// contextEngine returns who has the stacks.
//
// Errors: ENOTSUP nobody, or t works for a child that has no memory of its own.
//
//go:noinline
func (t *Thread) contextEngine() (Contexts, abi.Errno) {
	if e, ok := t.Kernel.Engine.(Contexts); ok && t.vfork == nil && t.home == nil {
		return e, abi.OK
	}
	return nil, abi.ENOTSUP
}

// NewContext makes a context that begins at entry, a place in the guest's table of
// functions, when it is first switched to.
//
// Errors: Contexts.NewContext's.
func (t *Thread) NewContext(entry uint32) (uint64, abi.Errno) {
	e, errno := t.contextEngine()
	if errno != abi.OK {
		return 0, errno
	}
	c, p := &t.contexts, t.Process
	page, n := uint32(0), len(p.stacks)
	if n > 0 {
		page = p.stacks[n-1]
	}
	page, errno = e.NewContext(t, uint32(c.last+1), entry, page)
	if errno != abi.OK {
		return 0, errno
	}
	if n > 0 {
		p.stacks = p.stacks[:n-1]
	}
	if c.all == nil {
		c.active = &context{}
		c.all = map[uint64]*context{0: c.active}
	}
	c.last++
	c.all[c.last] = &context{id: c.last, page: page}
	return c.last, abi.OK
}

// SwitchContext suspends the running context and resumes another one.
//
// Errors: EINVAL there is none with that id; ENOTSUP.
func (t *Thread) SwitchContext(id uint64) Result {
	e, errno := t.contextEngine()
	switch to := t.contexts.all[id]; {
	case errno != abi.OK:
		return Ret(errno)
	case to == t.contexts.active && (to != nil || id == 0):
		return Success
	case to == nil:
		return Ret(abi.EINVAL)
	default:
		t.activate(to)
	}
	return e.SwitchContext(t, uint32(id))
}

// activate takes what belongs to a context and not to the thread.
//
//go:noinline
func (t *Thread) activate(to *context) {
	t.contexts.active.deliveries, t.signals.deliveries = t.signals.deliveries, to.deliveries
	t.contexts.active = to
}

// EndContext ends a context that is suspended. One that has ended may be ended again.
//
// Errors: EINVAL it is the running one or the main one; ENOTSUP.
func (t *Thread) EndContext(id uint64) abi.Errno {
	e, errno := t.contextEngine()
	c := t.contexts.all[id]
	switch {
	case errno != abi.OK:
		return errno
	case id == 0 || c != nil && c == t.contexts.active:
		return abi.EINVAL
	case c != nil:
		t.dropContext(c)
		e.EndContext(t, uint32(id))
	}
	return abi.OK
}

//go:noinline
func (t *Thread) dropContext(c *context) {
	delete(t.contexts.all, c.id)
	if c.id != 0 {
		t.Process.stacks = append(t.Process.stacks, c.page)
	}
}

// ContextReturned is called by the engine when the entry of the running context has
// returned. It must not: the process ends.
func (t *Thread) ContextReturned() {
	t.Process.complain("the function that a context begins with has returned")
	t.Process.Exit(Status{Code: 129})
}

// ContextThrew is called by the engine when an exception has left the running
// context: the engine throws it in the main one.
func (t *Thread) ContextThrew() {
	t.dropContext(t.contexts.active)
	t.activate(t.contexts.all[0])
}

// inContext tells whether t runs another context than the main one.
func (t *Thread) inContext() bool { return t.contexts.active != nil && t.contexts.active.id != 0 }

// dropContexts gives up the contexts of a thread that has ended.
func (t *Thread) dropContexts() {
	for _, c := range t.contexts.all {
		t.dropContext(c)
	}
}
