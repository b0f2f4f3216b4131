package kernel

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

// AnyChild asks Wait for whichever child ends first.
const AnyChild int32 = -1

// Parent returns the id of the process that waits for this one; 0: the
// embedder, 1: the kernel itself, since its parent has gone.
func (p *Process) Parent() int32 {
	if p.parent == nil {
		if p.orphan {
			return 1
		}
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

// Wait takes a child that has ended out of the table. With stopped it also tells
// of one that was stopped, once. Of several, it is the one that ended first.
//
// Errors: ECHILD there is no such child, EAGAIN it has not ended (wait on
// Children).
func (p *Process) Wait(pid int32, stopped bool) (int32, Status, abi.Errno) {
	var found *Process
	any := false
	for _, c := range p.children {
		if pid != AnyChild && c.PID != pid {
			continue
		}
		any = true
		switch {
		case c.zombie:
			if found == nil || !found.zombie || c.ended < found.ended {
				found = c
			}
		case stopped && c.signals.stopNews && found == nil:
			found = c
		}
	}
	switch {
	case !any:
		return 0, Status{}, abi.ECHILD
	case found == nil:
		return 0, Status{}, abi.EAGAIN
	case !found.zombie:
		found.signals.stopNews = false
		return found.PID, Status{Stopped: found.signals.stopped}, abi.OK
	}
	p.reap(found)
	return found.PID, found.status, abi.OK
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
		c.parent, c.orphan = nil, true
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
		if ch.zombie || ch.signals.stopNews {
			return mask & waiter.In
		}
	}
	return 0
}

// Register implements waiter.Waitable.
func (c Children) Register(e *waiter.Entry, m waiter.Mask) { c.p.childEnded.Register(e, m) }

// Unregister implements waiter.Waitable.
func (c Children) Unregister(e *waiter.Entry) { c.p.childEnded.Unregister(e) }

// InGroup calls fn for every process of a group that has not ended.
func (k *Kernel) InGroup(group int32, fn func(*Process)) {
	k.each(func(p *Process) bool { return p.Group == group }, fn)
}

// Others calls fn for every process but one that has not ended.
func (k *Kernel) Others(but *Process, fn func(*Process)) {
	k.each(func(p *Process) bool { return p != but }, fn)
}

func (k *Kernel) each(which func(*Process) bool, fn func(*Process)) {
	// fn may end processes: it must not see the table change.
	var list []*Process
	for _, p := range k.procs {
		if !p.exiting && which(p) {
			list = append(list, p)
		}
	}
	for _, p := range list {
		fn(p)
	}
}
