package kernel

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
)

// A signal whose default action is to do nothing does not end the call it finds a
// thread in: wasix-libc gets all of them, and most programs have no handler for
// SIGCHLD and expect none to show. The guest's handler runs, and then the call goes
// on waiting.

// delivery is a loop of the shim that asks for signals, at the end of a call or in
// its middle.
type delivery struct {
	call   *suspended // goes on when there are no more; nil: the call has its result
	result Result
	signal abi.Signal // whose handler runs
}

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
	t.Scratch.Poll, t.Scratch.Waits = nil, nil // they are the call's
	if w.timer.index != 0 {
		s.deadline = w.timer.at
	}
	t.Finished = nil
	t.stopWait()
	t.setParked(false)
	t.deliver(delivery{call: s})
	t.Kernel.Engine.Resume(t, signalled(0))
}

// deliver notes that the guest is about to ask for signals.
func (t *Thread) deliver(d delivery) {
	const most = 64 // a handler that never returns (longjmp) leaves its own behind
	all := t.signals.deliveries
	if len(all) >= most {
		all = append(all[:0], all[most/2:]...)
	}
	t.signals.deliveries = append(all, d)
}

// taken takes what was noted last.
func (t *Thread) taken() (d delivery, ok bool) {
	all := t.signals.deliveries
	last := len(all) - 1
	if last < 0 {
		return delivery{}, false
	}
	d = all[last]
	all[last] = delivery{}
	t.signals.deliveries = all[:last]
	return d, true
}

// delivered ends what deliver began: the result is for the shim, 0: it returns
// what it was told first.
func (t *Thread) delivered() Result {
	d, _ := t.taken()
	s := d.call
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
	t.deliver(delivery{result: r})
	return signalled(r)
}
