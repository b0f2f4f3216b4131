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
	handling  Handling
	ignored   sigset // from the parent, across exec
	pending   sigset
	stopped   abi.Signal // the one that stopped the process, 0: it runs
	stopNews  bool       // the parent has not been told of stopped yet
	intervals map[abi.Signal]*interval
}

type threadSignals struct {
	pending    sigset
	held       bool       // the thread has blocked all of them
	last       abi.Signal // the last one given to the guest's handler
	frozen     bool       // parked because the process is stopped
	result     Result     // what the call returns then
	deliveries []delivery // one in the handler of the other
}

// defaultIgnored are the signals whose default action is to do nothing.
const defaultIgnored = sigset(1<<(abi.SIGCHLD-1) | 1<<(abi.SIGURG-1) | 1<<(abi.SIGWINCH-1) | 1<<(abi.SIGCONT-1))

// defaultStop are the signals whose default action is to stop the process.
const defaultStop = sigset(1<<(abi.SIGSTOP-1) | 1<<(abi.SIGTSTP-1) | 1<<(abi.SIGTTIN-1) | 1<<(abi.SIGTTOU-1))

// SetHandling says what becomes of signals from now on: of all that the process
// gets when a handler is named the first time, and of those that this thread may
// take. What is pending is delivered when the running call is over.
func (t *Thread) SetHandling(h Handling) {
	s := &t.Process.signals
	t.signals.held = h == Held
	if h == Handled || s.handling == Default {
		s.handling = h
	}
	if t.signalDue() {
		t.Kernel.mark(t)
	}
	t.Process.passOn()
}

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
	case sig == abi.SIGSTOP:
		p.stop(sig)
		return abi.OK
	}
	if sig == abi.SIGCONT {
		p.goOn()
	}
	switch {
	case p.signals.ignored&bit(sig) != 0:
		return abi.OK
	case p.signals.handling == Default:
		switch {
		case defaultStop&bit(sig) != 0:
			p.stop(sig)
		case defaultIgnored&bit(sig) == 0:
			p.Kill(sig)
		}
		return abi.OK
	}
	if t != nil {
		t.signals.pending |= bit(sig)
		if t.signalDue() {
			p.Kernel.mark(t)
		}
	} else {
		p.signals.pending |= bit(sig)
		p.passOn()
	}
	return abi.OK
}

// passOn has a thread look at the signals that are pending for the process. It is
// done again when the thread that was to hear of them blocks them now, or ends.
func (p *Process) passOn() {
	if p.signals.pending == 0 {
		return
	}
	if t := p.anyThread(); t != nil && t.signalDue() {
		p.Kernel.mark(t)
	}
}

// anyThread returns the thread that hears of the process's signals: the main
// one, or the oldest, that does not block them.
func (p *Process) anyThread() *Thread {
	var oldest *Thread
	for _, t := range p.threads {
		if t.ending || t.signals.held {
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
	return t.Process.signals.handling == Handled && !t.signals.held && t.signals.pending|t.Process.signals.pending != 0
}

// Deliver is what the shim asks for signals with: the number of the next one for
// the guest's handler, 0 when there is none left, or a control code.
func (t *Thread) Deliver() Result {
	if t.ending {
		return End
	}
	if t.rewind.phase != idle {
		return t.redeliver()
	}
	if s := t.NextSignal(); s != 0 {
		if n := len(t.signals.deliveries); n > 0 {
			t.signals.deliveries[n-1].signal = s
		}
		return Result(s)
	}
	return t.delivered()
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
	t.signals.last = s
	return s
}

// Aborted says by which signal the process ends when it exits with that code: 0
// unless it is how wasix-libc carries out a default action. Its abort raises
// SIGABRT while it blocks all signals, and then exits with 127.
func (t *Thread) Aborted(code uint32) abi.Signal {
	if code != 127 || !t.signals.held || t.signals.pending&bit(abi.SIGABRT) == 0 {
		return 0
	}
	if t.signals.last == 0 {
		return abi.SIGABRT
	}
	return t.signals.last
}
