package kernel

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

// On names one thing to wait for.
type On struct {
	Object waiter.Waitable
	Mask   waiter.Mask
}

// wait is what a parked thread waits for.
type wait struct {
	try     func(why Why) Result
	on      []On
	entries []waiter.Entry
	timer   Timer
	why     Why
	done    chan struct{} // open while a provider's goroutine works for us
}

// Why tells a retry what woke it.
type Why int

const (
	Woken       Why = iota // an object may be ready
	TimedOut               // the deadline has passed
	Interrupted            // a signal is to be delivered: EINTR, or what was done so far
)

// Block parks the thread until one of on may be ready, the deadline (Engine.Now
// base, 0: none) passes or a signal comes, and then runs try. A try that
// returns Blocked goes on waiting; anything else is the call's result. try may
// call Block again to wait for something else.
func (t *Thread) Block(deadline int64, try func(Why) Result, on ...On) Result {
	t.stopWait()
	w := &t.wait
	w.try = try
	w.on = append(w.on[:0], on...)
	if cap(w.entries) < len(on) {
		w.entries = make([]waiter.Entry, len(on))
	}
	w.entries = w.entries[:len(on)]
	for i := range on {
		w.entries[i].Listener = t
		on[i].Object.Register(&w.entries[i], on[i].Mask)
	}
	if deadline != 0 {
		t.Kernel.SetTimer(&w.timer, deadline, t.timedOut)
	}
	t.setParked(true)
	if t.signalDue() {
		t.Kernel.mark(t) // it came while the guest computed
	}
	return Blocked
}

// Ready implements waiter.Listener.
func (t *Thread) Ready(*waiter.Entry, waiter.Mask) { t.Kernel.mark(t) }

func (t *Thread) timedOut() {
	t.wait.why = TimedOut
	t.Kernel.mark(t)
}

// retry runs when the thread was marked.
func (t *Thread) retry() {
	w := &t.wait
	if !t.parked || w.try == nil || t.Process.signals.stopped != 0 && !t.ending {
		return
	}
	why := w.why
	w.why = Woken
	if why != TimedOut && t.signalDue() {
		if t.soft() {
			t.suspend()
			return
		}
		why = Interrupted
	}
	try := w.try
	r := try(why)
	switch {
	case !t.parked: // try has ended the thread itself, by SIGPIPE
	case r == Blocked:
	case r == mustWait:
		t.stopWait()
		t.runSlow(func() Result { return try(why) })
	default:
		t.unpark(r)
	}
}

// unpark lets the guest go on with r, after signals.
func (t *Thread) unpark(r Result) {
	t.stopWait()
	if t.Process.signals.stopped != 0 && !t.ending {
		t.freeze(r)
		return
	}
	t.setParked(false)
	if fn := t.Finished; fn != nil {
		t.Finished = nil
		fn(r)
	}
	t.Kernel.Engine.Resume(t, t.Leave(r))
}

// stopWait takes the thread out of all queues.
func (t *Thread) stopWait() {
	w := &t.wait
	for i := range w.on {
		w.on[i].Object.Unregister(&w.entries[i])
		w.on[i] = On{}
	}
	w.on = w.on[:0]
	t.Kernel.StopTimer(&w.timer)
	w.try = nil
	w.why = Woken
}

// interrupt tells a provider that works for this thread to give up.
func (w *wait) interrupt() {
	if w.done != nil {
		close(w.done)
		w.done = nil
	}
}

// Slow runs call again on a goroutine, where providers may wait, and returns
// Blocked; the guest is parked meanwhile. Engines use it when a call's result
// NeedsGoroutine.
func (t *Thread) Slow(call func() Result) Result {
	t.setParked(true)
	t.runSlow(call)
	return Blocked
}

// NeedsGoroutine tells whether a provider could not answer at once.
func (r Result) NeedsGoroutine() bool { return r == mustWait }

func (t *Thread) runSlow(call func() Result) {
	done := make(chan struct{})
	t.wait.done = done
	t.Ctx.Done = done
	t.Kernel.Engine.Go(func() {
		if t.ending {
			return
		}
		t.Ctx.MayBlock = true
		r := call()
		t.Ctx.MayBlock, t.Ctx.Done = false, nil
		t.wait.done = nil
		if t.ending || r == Blocked {
			return
		}
		if r == mustWait {
			t.Kernel.WarnOnce("a provider asked to wait although it may: EIO")
			r = Ret(abi.EIO)
		}
		t.unpark(r)
	})
}

// Park parks the thread until the engine is told otherwise; Yield uses it. The
// engine resumes it.
func (t *Thread) Park() { t.setParked(true) }

// Unparked is called by an engine that ends a Park on its own.
func (t *Thread) Unparked() { t.setParked(false) }

// Leave turns a finished call's result into what the guest gets: End when the
// thread is to go, Blocked when the process is stopped, signals first when some
// are due.
func (t *Thread) Leave(r Result) Result {
	switch {
	case t.ending:
		return End
	case t.rewind.phase != idle: // not with half a stack, nor with a part of memory borrowed
		return r
	case t.Process.signals.stopped != 0 && r != Blocked:
		return t.freeze(r)
	case r >= 0 && r <= 0xffff && t.signalDue():
		t.deliver(delivery{result: r})
		return signalled(r)
	}
	return r
}
