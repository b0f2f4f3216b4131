package kernel

import "github.com/wasix-web/wasix-web/wasix/abi"

// sigset is a set of signals; bit n-1 is signal n.
type sigset uint64

func bit(s abi.Signal) sigset { return 1 << (s - 1) }

type processSignals struct {
	// Handler is set once the guest has named its __wasm_signal: the guest's
	// libc keeps the dispositions then, and gets every signal.
	handler bool
	ignored sigset
	pending sigset
}

type threadSignals struct {
	pending sigset
}

// defaultIgnored are the signals whose default action is to do nothing.
const defaultIgnored = sigset(1<<(abi.SIGCHLD-1) | 1<<(abi.SIGURG-1) | 1<<(abi.SIGWINCH-1) | 1<<(abi.SIGCONT-1))

// SetHandler says whether the guest handles signals itself.
func (p *Process) SetHandler(on bool) { p.signals.handler = on }

// Signal sends sig to the process.
//
// Errors: EINVAL for an unknown signal. 0 only asks.
func (p *Process) Signal(sig abi.Signal) abi.Errno {
	if sig > 64 {
		return abi.EINVAL
	}
	if sig == 0 || p.exiting {
		return abi.OK
	}
	switch {
	case sig == abi.SIGKILL:
		p.Kill(sig)
	case p.signals.ignored&bit(sig) != 0:
	case p.signals.handler:
		p.signals.pending |= bit(sig)
		for _, t := range p.threads {
			p.Kernel.mark(t)
			break
		}
	case defaultIgnored&bit(sig) != 0:
	default:
		p.Kill(sig)
	}
	return abi.OK
}

// signalDue tells whether NextSignal would return one.
func (t *Thread) signalDue() bool {
	return t.signals.pending|t.Process.signals.pending != 0
}

// NextSignal takes the next signal to deliver to the guest's handler; 0: none.
func (t *Thread) NextSignal() abi.Signal {
	for s := abi.Signal(1); s <= 64; s++ {
		if t.signals.pending&bit(s) != 0 {
			t.signals.pending &^= bit(s)
			return s
		}
		if t.Process.signals.pending&bit(s) != 0 {
			t.Process.signals.pending &^= bit(s)
			return s
		}
	}
	return 0
}
