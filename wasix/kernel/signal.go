package kernel

import (
	"math/bits"

	"github.com/wasix-web/wasix-web/wasix/abi"
)

// MaxSignal is the highest signal number.
const MaxSignal = 64

// sigset is a set of signals; bit n-1 is signal n.
type sigset uint64

func bit(s abi.Signal) sigset { return 1 << (s - 1) }

// lowest returns the smallest signal of the set, 0 for the empty one.
func (s sigset) lowest() abi.Signal {
	if s == 0 {
		return 0
	}
	return abi.Signal(bits.TrailingZeros64(uint64(s)) + 1)
}

// Handling says what becomes of signals that are not fatal by nature. wasix-libc
// keeps dispositions itself: it names one function that gets every signal, and
// blocks signals by naming one that does not exist.
type Handling int8

const (
	Default Handling = iota // the kernel does what POSIX says
	Held                    // signals stay pending
	Handled                 // the guest's function is called
)

type processSignals struct {
	handling Handling
	ignored  sigset // from the parent, across exec
	pending  sigset
}

type threadSignals struct {
	pending sigset
}

// defaultIgnored are the signals whose default action is to do nothing.
const defaultIgnored = sigset(1<<(abi.SIGCHLD-1) | 1<<(abi.SIGURG-1) | 1<<(abi.SIGWINCH-1) | 1<<(abi.SIGCONT-1))

// SetHandling says what becomes of signals from now on. What is pending is
// delivered when the running call is over.
func (p *Process) SetHandling(h Handling) { p.signals.handling = h }

// Ignore sets or clears a disposition of "ignore" that outlives exec.
func (p *Process) Ignore(sig abi.Signal, on bool) {
	if sig == 0 || sig > MaxSignal || sig == abi.SIGKILL || sig == abi.SIGSTOP {
		return
	}
	if on {
		p.signals.ignored |= bit(sig)
	} else {
		p.signals.ignored &^= bit(sig)
	}
}

// Ignored calls fn for every signal that is ignored.
func (p *Process) Ignored(fn func(abi.Signal)) {
	for set := p.signals.ignored; set != 0; {
		s := set.lowest()
		set &^= bit(s)
		fn(s)
	}
}

// Signal sends sig to the process; 0 only asks whether it could.
//
// Errors: EINVAL there is no such signal, ESRCH the process has ended.
func (p *Process) Signal(sig abi.Signal) abi.Errno {
	return p.send(nil, sig)
}

// Signal sends sig to the thread. A signal that ends the process ends all of it.
//
// Errors: as Process.Signal.
func (t *Thread) Signal(sig abi.Signal) abi.Errno {
	return t.Process.send(t, sig)
}

func (p *Process) send(t *Thread, sig abi.Signal) abi.Errno {
	switch {
	case sig > MaxSignal:
		return abi.EINVAL
	case p.exiting:
		return abi.ESRCH
	case sig == 0:
		return abi.OK
	case sig == abi.SIGKILL:
		p.Kill(sig)
		return abi.OK
	case p.signals.ignored&bit(sig) != 0:
		return abi.OK
	case p.signals.handling == Default:
		if defaultIgnored&bit(sig) == 0 {
			p.Kill(sig)
		}
		return abi.OK
	}
	if t != nil {
		t.signals.pending |= bit(sig)
	} else {
		p.signals.pending |= bit(sig)
		t = p.anyThread()
	}
	if t != nil && p.signals.handling == Handled {
		p.Kernel.mark(t)
	}
	return abi.OK
}

// anyThread returns the thread that hears of the process's signals: the main
// one, or the oldest.
func (p *Process) anyThread() *Thread {
	var oldest *Thread
	for _, t := range p.threads {
		if t.ending {
			continue
		}
		if t.Entry.Main {
			return t
		}
		if oldest == nil || t.TID < oldest.TID {
			oldest = t
		}
	}
	return oldest
}

// signalDue tells whether NextSignal would return one.
func (t *Thread) signalDue() bool {
	return t.Process.signals.handling == Handled && t.signals.pending|t.Process.signals.pending != 0
}

// NextSignal takes the next signal to deliver to the guest's handler; 0: none.
func (t *Thread) NextSignal() abi.Signal {
	if !t.signalDue() {
		return 0
	}
	set := &t.signals.pending
	if *set == 0 {
		set = &t.Process.signals.pending
	}
	s := set.lowest()
	*set &^= bit(s)
	return s
}
