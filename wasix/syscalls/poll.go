package syscalls

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

// maxSubscriptions is the most that one call may wait for: every descriptor
// there can be, to read and to write, and some clocks.
const maxSubscriptions = 65536

// PollOneoff waits until one of several things has happened.
//
// # Parameters
//
//   - in: what to wait for: subscription structs, see below
//   - out: where an event struct goes for each that has happened
//   - nsubscriptions: how many subscriptions; out has room for as many events
//   - nevents: where the number of events goes (u32)
//
// # Result (Errno)
//
//   - EINVAL: no subscription, more than 65536, or one of an unknown type
//   - EINTR: a signal came before anything happened
//   - EFAULT: in, out or nevents leaves the memory
//
// A subscription of 48 bytes: a clock (type 0), or a descriptor that is to be
// read (1) or written (2):
//
//	0 userdata (u64)  8 type (u8)  16 clock id (u32)  24 timeout (u64)  32 precision (u64)  40 flags (u16)
//	                               16 fd (u32)
//
// An event of 32 bytes:
//
//	0 userdata (u64)  8 error (u16)  10 type (u8)  16 nbytes (u64)  24 flags (u16): 1, hangup
//
// What is wrong with one subscription is the error of its event, which happens
// at once:
//
//   - EBADF: fd is not open
//   - ENOTCAPABLE: it lacks the rights poll_fd_readwrite, or fd_read or fd_write
//   - EINVAL: the clock cannot be waited for, or has unknown flags
//
// Note: like poll in POSIX. A timeout is a duration, with the flag abstime a time
// of the clock. nbytes is what can be read at once where that is known, else 1.
// Regular files can always be read and written.
//
// See https://wasix.org/docs/api-reference/wasi/poll_oneoff
func PollOneoff(t *kernel.Thread, in, out, nsubscriptions, nevents uint32) kernel.Result {
	return pollFor(t, in, out, nsubscriptions, nevents, false)
}

// UnstablePollOneoff is PollOneoff as wasi_unstable has it: a subscription has 56
// bytes, its clock an identifier before the id.
func UnstablePollOneoff(t *kernel.Thread, in, out, nsubscriptions, nevents uint32) kernel.Result {
	return pollFor(t, in, out, nsubscriptions, nevents, true)
}

// poll is one call of poll_oneoff. A thread reuses its own.
type poll struct {
	out, nevents uint32
	subs         []subscription
	on           []kernel.On
	first        int64 // the earliest deadline; 0: none
}

// subscription is one thing to wait for: a file, a time, or an error that has
// happened already.
type subscription struct {
	userdata uint64
	typ      abi.Eventtype
	err      abi.Errno
	file     *vfs.OpenFile
	deadline int64 // of a clock, by the engine's time
}

func pollFor(t *kernel.Thread, in, out, n, nevents uint32, unstable bool) kernel.Result {
	if n == 0 || n > maxSubscriptions {
		return kernel.Ret(abi.EINVAL)
	}
	p, ok := t.Scratch.Poll.(*poll)
	if !ok {
		p = &poll{}
		t.Scratch.Poll = p
	}
	p.out, p.nevents = out, nevents
	e := guestmem.Writable(t.Mem, out, uint64(n)*abi.SizeEvent)
	if e == abi.OK {
		e = guestmem.Writable(t.Mem, nevents, 4)
	}
	if e == abi.OK {
		e = p.load(t, in, n, unstable)
	}
	if e != abi.OK {
		p.forget()
		return kernel.Ret(e)
	}
	if r := p.report(t, p.now(t)); r != kernel.Blocked {
		p.forget()
		return giveWay(t, r)
	}
	return p.block(t)
}

// load reads the subscriptions.
func (p *poll) load(t *kernel.Thread, in, n uint32, unstable bool) abi.Errno {
	size := uint32(abi.SizeSubscription)
	if unstable {
		size = abi.SizeUnstableSubscription
	}
	raw := t.Scratch.Bytes[:]
	if n*size > uint32(len(raw)) {
		raw = make([]byte, n*size)
	}
	raw = raw[:n*size]
	if e := t.Mem.CopyIn(raw, in); e != abi.OK {
		return e
	}
	p.first = 0
	for ; len(raw) > 0; raw = raw[size:] {
		var s abi.Subscription
		if unstable {
			var u abi.UnstableSubscription
			u.Get(raw)
			s = u.Subscription()
		} else {
			s.Get(raw)
		}
		sub := subscription{userdata: s.Userdata, typ: s.Type}
		switch s.Type {
		case abi.EventtypeClock:
			sub.deadline, sub.err = clockDeadline(t, &s.Clock)
			if sub.err == abi.OK && (p.first == 0 || sub.deadline < p.first) {
				p.first = max(sub.deadline, 1)
			}
		case abi.EventtypeFdRead, abi.EventtypeFdWrite:
			sub.file, sub.err = polled(t, s.FdReadwrite.Fd, s.Type)
		default:
			return abi.EINVAL
		}
		p.subs = append(p.subs, sub)
	}
	return abi.OK
}

// clockDeadline returns when a clock's subscription happens, by the engine's
// time.
//
// Errors: EINVAL another clock than realtime and monotonic, unknown flags.
func clockDeadline(t *kernel.Thread, c *abi.SubscriptionClock) (int64, abi.Errno) {
	timeout := c.Timeout
	now := uint64(0)
	switch c.ID {
	case abi.ClockidRealtime, abi.ClockidMonotonic:
	default:
		return 0, abi.EINVAL
	}
	switch c.Flags {
	case 0:
	case abi.SubclockflagsAbstime:
		if now = t.Kernel.Clock.Monotonic(); c.ID == abi.ClockidRealtime {
			now = t.Kernel.Clock.Realtime()
		}
		timeout -= min(timeout, now)
	default:
		return 0, abi.EINVAL
	}
	if timeout <= instant {
		return t.Kernel.Engine.Now(), abi.OK
	}
	return after(t, timeout), abi.OK
}

// polled returns the file of a subscription.
//
// Errors: EBADF, ENOTCAPABLE.
func polled(t *kernel.Thread, fd int32, typ abi.Eventtype) (*vfs.OpenFile, abi.Errno) {
	d := t.Process.FDs.Get(fd)
	if d == nil {
		return nil, abi.EBADF
	}
	need := abi.RightsPollFdReadwrite | abi.RightsFdRead
	if typ == abi.EventtypeFdWrite {
		need = abi.RightsPollFdReadwrite | abi.RightsFdWrite
	}
	if t.Process.Beneath && d.Base&need != need {
		return nil, abi.ENOTCAPABLE
	}
	return d.File, abi.OK
}

func (s *subscription) mask() waiter.Mask {
	if s.typ == abi.EventtypeFdWrite {
		return waiter.Out
	}
	return waiter.In
}

// event tells whether the subscription has happened by now, and how.
func (s *subscription) event(ctx *vfs.Ctx, now int64) (ev abi.Event, ok bool) {
	ev = abi.Event{Userdata: s.userdata, Error: s.err, Type: s.typ}
	switch {
	case s.err != abi.OK:
	case s.file == nil:
		return ev, s.deadline <= now
	case s.file.Closed():
		ev.Error = abi.EBADF
	default:
		m := s.file.Object.Readiness(s.mask())
		if m == 0 {
			return ev, false
		}
		if m&(waiter.Hup|waiter.Err) != 0 {
			ev.FdReadwrite.Flags = abi.EventrwflagsHangup
		}
		ev.FdReadwrite.Nbytes = available(ctx, s.file, s.typ)
	}
	return ev, true
}

// available returns how many bytes can be read or written at once, 1 when that
// is not known.
func available(ctx *vfs.Ctx, f *vfs.OpenFile, typ abi.Eventtype) uint64 {
	if typ == abi.EventtypeFdWrite {
		if o, ok := f.Object.(interface{ Room() uint64 }); ok {
			return o.Room()
		}
		return 1
	}
	if o, ok := f.Object.(interface{ Buffered() uint64 }); ok {
		return o.Buffered()
	}
	if f.Object.Type() == abi.FiletypeRegularFile {
		if a, e := f.Attr(ctx); e == abi.OK {
			return a.Size - min(a.Size, uint64(f.Offset))
		}
	}
	return 1
}

// now returns the engine's time, if any subscription is for a time.
func (p *poll) now(t *kernel.Thread) int64 {
	if p.first == 0 {
		return 0
	}
	return t.Kernel.Engine.Now()
}

// report writes the events there are. Blocked: there is none.
func (p *poll) report(t *kernel.Thread, now int64) kernel.Result {
	b := t.Scratch.Bytes[:0]
	n, at := uint32(0), p.out
	for i := range p.subs {
		ev, ok := p.subs[i].event(&t.Ctx, now)
		if !ok {
			continue
		}
		if len(b)+abi.SizeEvent > cap(b) {
			if e := t.Mem.CopyOut(at, b); e != abi.OK {
				return kernel.Ret(e)
			}
			at, b = at+uint32(len(b)), b[:0]
		}
		b = b[:len(b)+abi.SizeEvent]
		ev.Put(b[len(b)-abi.SizeEvent:])
		n++
	}
	if n == 0 {
		return kernel.Blocked
	}
	if e := t.Mem.CopyOut(at, b); e != abi.OK {
		return kernel.Ret(e)
	}
	return kernel.Ret(t.Mem.Store32(p.nevents, n))
}

// block parks the thread until something happens.
func (p *poll) block(t *kernel.Thread) kernel.Result {
	for i := range p.subs {
		if s := &p.subs[i]; s.file != nil {
			p.on = append(p.on, kernel.On{Object: s.file.Object, Mask: s.mask()})
		}
	}
	return t.Block(p.first, func(why kernel.Why) kernel.Result {
		now := p.now(t)
		if why == kernel.TimedOut {
			now = max(now, p.first)
		}
		r := p.report(t, now)
		if r == kernel.Blocked && why == kernel.Interrupted {
			r = kernel.Ret(abi.EINTR)
		}
		if r != kernel.Blocked {
			p.forget()
		}
		return r
	}, p.on...)
}

// forget lets go of the files.
func (p *poll) forget() {
	clear(p.subs)
	clear(p.on)
	p.subs, p.on = p.subs[:0], p.on[:0]
}
