package kernel

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

// stop keeps the process from going on: each thread parks at its next call, and
// one that waits goes on waiting.
func (p *Process) stop(sig abi.Signal) {
	s := &p.signals
	s.pending &^= bit(abi.SIGCONT)
	if s.stopped != 0 {
		return
	}
	s.stopped, s.stopNews = sig, true
	p.Kernel.Engine.Attend()
	if p.parent != nil {
		p.parent.childEnded.Notify(waiter.In)
		p.parent.Signal(abi.SIGCHLD)
	}
}

// goOn ends a stop.
func (p *Process) goOn() {
	s := &p.signals
	s.pending &^= defaultStop
	if s.stopped == 0 {
		return
	}
	s.stopped, s.stopNews = 0, false
	for _, t := range p.threads {
		if t.signals.frozen {
			t.signals.frozen = false
			t.unpark(t.signals.result)
		} else if t.parked {
			p.Kernel.mark(t)
		}
	}
}

// freeze parks a thread of a stopped process; its call will return r.
func (t *Thread) freeze(r Result) Result {
	t.signals.frozen, t.signals.result = true, r
	t.setParked(true)
	return Blocked
}

// Stopped returns the signal that has stopped the process, 0 when it runs.
func (p *Process) Stopped() abi.Signal { return p.signals.stopped }
