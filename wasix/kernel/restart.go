package kernel

import "github.com/wasix-web/wasix-web/wasix/guestmem"

// A signal whose default action is to do nothing does not end the call it finds a
// thread in: wasix-libc gets all of them, and most programs have no handler for
// SIGCHLD and expect none to show. The guest's handler runs, and then the call goes
// on waiting.

// suspended is a call that waits while handlers run.
type suspended struct {
	try      func(Why) Result
	on       []On
	deadline int64
	finished func(Result)
	vec      guestmem.Vec // the handlers' calls use the thread's own
}

// soft tells whether only such signals are due, to a thread in a call that can be
// waited in again. A futex cannot: but its waiter looks again anyway.
func (t *Thread) soft() bool {
	due := t.signals.pending | t.Process.signals.pending
	on := t.wait.on
	return due&^defaultIgnored == 0 && (len(on) != 1 || on[0].Object != &t.Futex)
}

// suspend lets the guest run its handlers in the middle of a call.
func (t *Thread) suspend() {
	w := &t.wait
	s := &suspended{try: w.try, on: append([]On(nil), w.on...), finished: t.Finished, vec: t.Vec.Clone()}
	t.Scratch.Poll = nil // it is the call's
	if w.timer.index != 0 {
		s.deadline = w.timer.at
	}
	t.Finished = nil
	t.stopWait()
	t.setParked(false)
	t.deliver(s)
	t.Kernel.Engine.Resume(t, signalled(0))
}

// deliver notes that the guest is about to ask for signals, and which call goes on
// when it has had them all; nil: none does.
func (t *Thread) deliver(s *suspended) {
	const most = 64 // a handler that never returns (longjmp) leaves its own behind
	if d := t.signals.deliveries; len(d) >= most {
		t.signals.deliveries = append(d[:0], d[most/2:]...)
	}
	t.signals.deliveries = append(t.signals.deliveries, s)
}

// delivered ends what deliver began: the result is for the shim, 0: it returns
// what it was told first.
func (t *Thread) delivered() Result {
	d := t.signals.deliveries
	if len(d) == 0 {
		return 0
	}
	s := d[len(d)-1]
	d[len(d)-1] = nil
	t.signals.deliveries = d[:len(d)-1]
	if s == nil {
		return 0
	}
	t.Vec = s.vec
	t.Block(s.deadline, s.try, s.on...)
	t.Finished = s.finished
	r := s.try(Woken)
	if r == Blocked {
		return Blocked
	}
	if t.ending {
		return End
	}
	t.stopWait()
	if r == mustWait {
		t.runSlow(func() Result { return s.try(Woken) })
		return Blocked
	}
	t.setParked(false)
	if fn := t.Finished; fn != nil {
		t.Finished = nil
		fn(r)
	}
	t.deliver(nil)
	return signalled(r)
}
