package kernel

import "github.com/wasix-web/wasix-web/wasix/abi"

// interval is a timer of a process that sends a signal.
type interval struct {
	timer  Timer
	every  int64 // nanoseconds, 0: once
	signal abi.Signal
	p      *Process
}

// tick is the shortest time between two signals of an interval: shorter ones
// would leave no time for anything else.
const tick = 1_000_000

// RaiseEvery sends sig to the process in so many nanoseconds, and with repeat
// again and again. It replaces what was asked for the signal before; 0 only ends
// that.
//
// Errors: EINVAL there is no such signal.
func (p *Process) RaiseEvery(sig abi.Signal, ns int64, repeat bool) abi.Errno {
	if sig == 0 || sig > MaxSignal {
		return abi.EINVAL
	}
	s := &p.signals
	iv := s.intervals[sig]
	if iv == nil {
		if ns == 0 {
			return abi.OK
		}
		if s.intervals == nil {
			s.intervals = map[abi.Signal]*interval{}
		}
		iv = &interval{signal: sig, p: p}
		s.intervals[sig] = iv
	}
	iv.every = 0
	if ns == 0 {
		p.Kernel.StopTimer(&iv.timer)
		return abi.OK
	}
	if repeat {
		iv.every = max(ns, tick)
	}
	p.Kernel.SetTimer(&iv.timer, p.Kernel.Engine.Now()+ns, iv.fire)
	return abi.OK
}

func (iv *interval) fire() {
	k := iv.p.Kernel
	if iv.every > 0 {
		// Ticks that nobody could see are not made up for.
		k.SetTimer(&iv.timer, max(iv.timer.at+iv.every, k.Engine.Now()), iv.fire)
	}
	iv.p.Signal(iv.signal)
}

// stopIntervals ends all timers of a process that ends.
func (p *Process) stopIntervals() {
	for _, iv := range p.signals.intervals {
		p.Kernel.StopTimer(&iv.timer)
	}
	p.signals.intervals = nil
}
