package kernel

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

// AnyChild asks Wait for whichever child ends first.
const AnyChild int32 = -1

// Parent returns the id of the process that waits for this one; 0: the
// embedder, or a parent that has gone.
func (p *Process) Parent() int32 {
	if p.parent == nil {
		return 0
	}
	return p.parent.PID
}

// adopt makes c a child of p, in p's group.
func (p *Process) adopt(c *Process) {
	if p.children == nil {
		p.children = map[int32]*Process{}
	}
	c.parent, c.Group = p, p.Group
	p.children[c.PID] = c
}

// Wait takes a child that has ended out of the table.
//
// Errors: ECHILD there is no such child, EAGAIN it has not ended (wait on
// Children).
func (p *Process) Wait(pid int32) (int32, Status, abi.Errno) {
	if pid != AnyChild {
		c := p.children[pid]
		switch {
		case c == nil:
			return 0, Status{}, abi.ECHILD
		case !c.zombie:
			return 0, Status{}, abi.EAGAIN
		}
		p.reap(c)
		return pid, c.status, abi.OK
	}
	if len(p.children) == 0 {
		return 0, Status{}, abi.ECHILD
	}
	// The one that ended first; the table has no order.
	var first *Process
	for _, c := range p.children {
		if c.zombie && (first == nil || c.ended < first.ended) {
			first = c
		}
	}
	if first == nil {
		return 0, Status{}, abi.EAGAIN
	}
	p.reap(first)
	return first.PID, first.status, abi.OK
}

func (p *Process) reap(c *Process) {
	delete(p.children, c.PID)
	delete(p.Kernel.procs, c.PID)
	c.parent = nil
}

// bequeath lets go of the children of a process that ends: those that live go
// on without parent, those that have ended are gone.
func (p *Process) bequeath() {
	for _, c := range p.children {
		c.parent = nil
		if c.zombie {
			delete(p.Kernel.procs, c.PID)
		}
	}
	p.children = nil
}

// Children is ready (In) when a child may have ended.
type Children struct{ p *Process }

// Children returns what a wait for children waits on.
func (p *Process) Children() Children { return Children{p} }

// Readiness implements waiter.Waitable.
func (c Children) Readiness(mask waiter.Mask) waiter.Mask {
	for _, ch := range c.p.children {
		if ch.zombie {
			return mask & waiter.In
		}
	}
	return 0
}

// Register implements waiter.Waitable.
func (c Children) Register(e *waiter.Entry, m waiter.Mask) { c.p.childEnded.Register(e, m) }

// Unregister implements waiter.Waitable.
func (c Children) Unregister(e *waiter.Entry) { c.p.childEnded.Unregister(e) }
