//go:build !js

package wazerohost_test

import (
	"testing"

	"github.com/wasix-web/wasix-web/wasix"
	"github.com/wasix-web/wasix-web/wasix/abi"
)

// Subscriptions of poll_oneoff; the userdata is their place.
func onClock(id abi.Clockid, timeout uint64, flags abi.Subclockflags) abi.Subscription {
	return abi.Subscription{Type: abi.EventtypeClock, Clock: abi.SubscriptionClock{ID: id, Timeout: timeout, Flags: flags}}
}

func onRead(fd int) abi.Subscription {
	return abi.Subscription{Type: abi.EventtypeFdRead, FdReadwrite: abi.SubscriptionFdReadwrite{Fd: int32(fd)}}
}

func onWrite(fd int) abi.Subscription {
	return abi.Subscription{Type: abi.EventtypeFdWrite, FdReadwrite: abi.SubscriptionFdReadwrite{Fd: int32(fd)}}
}

func subscriptions(subs []abi.Subscription) in {
	b := make([]byte, len(subs)*abi.SizeSubscription)
	for i := range subs {
		subs[i].Userdata = uint64(100 + i)
		subs[i].Put(b[i*abi.SizeSubscription:])
	}
	return b
}

func pollArgs(subs []abi.Subscription) []any {
	return []any{subscriptions(subs), out(len(subs) * abi.SizeEvent), len(subs), out(4)}
}

// events decodes what a poll has found; the place of the subscription is the key.
func (a *answer) events() map[int]abi.Event {
	a.p.Helper()
	m := map[int]abi.Event{}
	if a.errno != abi.OK {
		return m
	}
	for i := range int(a.u32(1)) {
		var e abi.Event
		e.Get(a.outs[0][i*abi.SizeEvent:])
		m[int(e.Userdata)-100] = e
	}
	return m
}

func (p *proxy) poll(subs ...abi.Subscription) map[int]abi.Event {
	p.Helper()
	return p.ok("poll_oneoff", pollArgs(subs)...).events()
}

// has checks that exactly these subscriptions have happened, without error.
func has(t *testing.T, got map[int]abi.Event, want ...int) {
	t.Helper()
	for _, w := range want {
		if e, ok := got[w]; !ok || e.Error != abi.OK {
			t.Errorf("event %d: %+v, %v", w, e, ok)
		}
	}
	if len(got) != len(want) {
		t.Errorf("events %+v, want %v", got, want)
	}
}

func TestPollOneoff(t *testing.T) {
	p := newTree(t).proxy()
	r, w := p.pipe()
	f := p.open("f", 0)
	const hour = 3600e9
	has(t, p.poll(onRead(r), onWrite(w), onClock(abi.ClockidMonotonic, hour, 0)), 1)
	p.write(w, "abc")
	got := p.poll(onRead(r), onWrite(w), onRead(f), onWrite(f))
	has(t, got, 0, 1, 2, 3)
	if got[0].FdReadwrite.Nbytes != 3 || got[1].FdReadwrite.Nbytes != 64<<10-3 || got[2].FdReadwrite.Nbytes != 5 {
		t.Errorf("bytes: %+v", got)
	}
	if got[0].Type != abi.EventtypeFdRead || got[1].Type != abi.EventtypeFdWrite {
		t.Errorf("types: %+v", got)
	}
	// The same descriptor twice, and clocks that are over.
	has(t, p.poll(onRead(r), onRead(r), onClock(abi.ClockidRealtime, 0, 0), onClock(abi.ClockidMonotonic, 1, 0)), 0, 1, 2, 3)
	// Times of the clock that have passed.
	has(t, p.poll(onClock(abi.ClockidRealtime, 5, abi.SubclockflagsAbstime), onClock(abi.ClockidMonotonic, hour, 0)), 0)
	// Errors are events.
	got = p.poll(onRead(closed), onClock(7, 1, 0), onClock(abi.ClockidProcessCputimeID, 1, 0), onClock(abi.ClockidMonotonic, hour, 2),
		onRead(-1), onClock(abi.ClockidMonotonic, hour, 0))
	for i, want := range []abi.Errno{abi.EBADF, abi.EINVAL, abi.EINVAL, abi.EINVAL, abi.EBADF} {
		if got[i].Error != want {
			t.Errorf("event %d: %v, want %v", i, got[i].Error, want)
		}
	}
	if len(got) != 5 {
		t.Errorf("%d events", len(got))
	}
	// The other end has gone.
	p.ok("fd_close", w)
	p.read(r, 9)
	if e := p.poll(onRead(r))[0]; e.FdReadwrite.Flags != abi.EventrwflagsHangup {
		t.Errorf("hangup: %+v", e)
	}
	p.ok("poll_oneoff", pollArgs([]abi.Subscription{onRead(f)})...).traced(
		`==> poll_oneoff(in=[{userdata=0x64,type=FD_READ,fd=6}])`,
		`<== (out=[{userdata=0x64,error=ESUCCESS,type=FD_READ,nbytes=5,flags=}],nevents=1,errno=ESUCCESS)`)
}

func TestPollOneoffErrors(t *testing.T) {
	w := newTree(t)
	p := w.proxy()
	one := subscriptions([]abi.Subscription{onRead(stdin)})
	p.fails(abi.EINVAL, "poll_oneoff", one, out(32), 0, out(4)).traced(`==> poll_oneoff(in=[])`, `<== errno=EINVAL`)
	p.fails(abi.EINVAL, "poll_oneoff", one, out(32), 65537, out(4))
	p.fails(abi.EINVAL, "poll_oneoff", one, out(32), 0xffffffff, out(4))
	p.fails(abi.EFAULT, "poll_oneoff", nowhere, out(32), 1, out(4))
	p.fails(abi.EFAULT, "poll_oneoff", one, nowhere, 1, out(4))
	p.fails(abi.EFAULT, "poll_oneoff", one, out(32), 1, nowhere)
	p.fails(abi.EFAULT, "poll_oneoff", one, out(32), 65536, out(4))
	wrong := subscriptions([]abi.Subscription{onRead(stdin)})
	wrong[8] = 3
	p.fails(abi.EINVAL, "poll_oneoff", wrong, out(32), 1, out(4))

	wp := w.wasi()
	fd := wp.openAs("f", 0, abi.RightsFdRead, 0)
	if e := wp.poll(onRead(fd))[0]; e.Error != abi.ENOTCAPABLE {
		t.Errorf("without the right: %+v", e)
	}
}

func TestPollOneoffWaits(t *testing.T) {
	w := newTree(t)
	stdinR, feed := newFeed()
	p := w.proxy(func(c *wasix.Command) { c.Stdin = stdinR })
	// Two clocks: the first one counts.
	has(t, p.poll(onClock(abi.ClockidMonotonic, 3600e9, 0), onClock(abi.ClockidMonotonic, 2e6, 0)), 1)
	has(t, p.poll(onRead(stdin), onClock(abi.ClockidMonotonic, 2e6, 0)), 1)
	a := p.later("poll_oneoff", pollArgs([]abi.Subscription{onRead(stdin), onClock(abi.ClockidMonotonic, 3600e9, 0)})...)
	p.parked()
	feed("x")
	has(t, p.get(a).events(), 0)
	// Interrupted.
	p.ok("fd_read", stdin, room{9}, out(4))
	p.ok("callback_signal", "__wasm_signal")
	a = p.later("poll_oneoff", pollArgs([]abi.Subscription{onRead(stdin)})...)
	p.parked()
	p.signal(abi.SIGUSR1)
	if e := p.get(a).errno; e != abi.EINTR {
		t.Errorf("interrupted: %v", e)
	}
	p.signals(abi.SIGUSR1)
	feed("")
}

// The struct of 2019 has the clock's identifier in front.
func TestUnstablePollOneoff(t *testing.T) {
	w := newTree(t)
	p := w.wasi()
	fd := p.open("f", 0)
	put := func(subs ...abi.UnstableSubscription) in {
		b := make([]byte, len(subs)*abi.SizeUnstableSubscription)
		for i := range subs {
			subs[i].Userdata = uint64(100 + i)
			subs[i].Put(b[i*abi.SizeUnstableSubscription:])
		}
		return b
	}
	clk := abi.UnstableSubscription{Type: abi.EventtypeClock, Clock: abi.UnstableSubscriptionClock{Identifier: 9, ID: abi.ClockidMonotonic, Timeout: 3600e9}}
	read := abi.UnstableSubscription{Type: abi.EventtypeFdRead, FdReadwrite: abi.SubscriptionFdReadwrite{Fd: int32(fd)}}
	has(t, p.ok("unstable_poll_oneoff", put(clk, read), out(64), 2, out(4)).events(), 1)
	clk.Clock.Timeout = 1e6
	has(t, p.ok("unstable_poll_oneoff", put(clk), out(32), 1, out(4)).events(), 0)
	p.fails(abi.EINVAL, "unstable_poll_oneoff", put(read), out(32), 0, out(4))
	p.fails(abi.EFAULT, "unstable_poll_oneoff", nowhere, out(32), 1, out(4))
}

func epollEvent(events abi.EpollType, data uint64) in {
	b := make([]byte, abi.SizeEpollEvent)
	e := abi.EpollEvent{Events: events, Data: abi.EpollData{Data2: data}}
	e.Put(b)
	return b
}

// epollWait returns the events by their data.
func (p *proxy) epollWait(epfd, most int, timeout uint64) map[uint64]abi.EpollType {
	p.Helper()
	return p.ok("epoll_wait", epfd, out(most*abi.SizeEpollEvent), most, timeout, out(4)).epolled()
}

func (a *answer) epolled() map[uint64]abi.EpollType {
	m := map[uint64]abi.EpollType{}
	if a.errno != abi.OK {
		return m
	}
	for i := range int(a.u32(1)) {
		var e abi.EpollEvent
		e.Get(a.outs[0][i*abi.SizeEpollEvent:])
		m[e.Data.Data2] = e.Events
	}
	return m
}

func TestEpoll(t *testing.T) {
	p := newTree(t).proxy()
	const add, mod, del = abi.EpollCtlAdd, abi.EpollCtlMod, abi.EpollCtlDel
	ep := p.ok("epoll_create", out(4)).traced(`==> epoll_create()`, `<== (epfd=4,errno=ESUCCESS)`).fd(0)
	r, w := p.pipe()
	if got := p.epollWait(ep, 4, 0); len(got) != 0 {
		t.Errorf("an empty set: %v", got)
	}
	p.ok("epoll_ctl", ep, add, r, epollEvent(abi.EpollIn, 7))
	p.ok("epoll_ctl", ep, add, w, epollEvent(abi.EpollOut, 8))
	want := func(got map[uint64]abi.EpollType, want map[uint64]abi.EpollType) {
		t.Helper()
		for k, v := range want {
			if got[k] != v {
				t.Errorf("events %v, want %v", got, want)
				return
			}
		}
		if len(got) != len(want) {
			t.Errorf("events %v, want %v", got, want)
		}
	}
	type m = map[uint64]abi.EpollType
	want(p.epollWait(ep, 4, 0), m{8: abi.EpollOut})
	p.write(w, "x")
	want(p.epollWait(ep, 4, 0), m{7: abi.EpollIn, 8: abi.EpollOut})
	if got := p.epollWait(ep, 1, 0); len(got) != 1 {
		t.Errorf("at most one: %v", got)
	}
	p.ok("epoll_ctl", ep, mod, w, epollEvent(0, 8))
	want(p.epollWait(ep, 4, ^uint64(0)), m{7: abi.EpollIn})
	// Edges: once until something changes.
	p.ok("epoll_ctl", ep, mod, r, epollEvent(abi.EpollIn|abi.EpollEt, 9))
	want(p.epollWait(ep, 4, 0), m{9: abi.EpollIn})
	want(p.epollWait(ep, 4, 0), m{})
	p.write(w, "y")
	want(p.epollWait(ep, 4, 0), m{9: abi.EpollIn})
	p.ok("epoll_ctl", ep, mod, r, epollEvent(abi.EpollIn|abi.EpollOneshot, 9))
	want(p.epollWait(ep, 4, 0), m{9: abi.EpollIn})
	want(p.epollWait(ep, 4, 0), m{})
	p.ok("epoll_ctl", ep, del, r, 0)
	p.ok("epoll_ctl", ep, mod, w, epollEvent(abi.EpollOut, 8))
	p.ok("epoll_ctl", ep, add, r, epollEvent(abi.EpollIn, 10))
	p.ok("fd_close", w) // leaves the set
	want(p.epollWait(ep, 4, 0), m{10: abi.EpollIn | abi.EpollHup})

	p.fails(abi.EEXIST, "epoll_ctl", ep, add, r, epollEvent(abi.EpollIn, 1))
	p.fails(abi.ENOENT, "epoll_ctl", ep, mod, stdin, epollEvent(abi.EpollIn, 1))
	p.fails(abi.ENOENT, "epoll_ctl", ep, del, stdin, 0)
	p.fails(abi.EPERM, "epoll_ctl", ep, add, p.open("f", 0), epollEvent(abi.EpollIn, 1))
	p.fails(abi.EBADF, "epoll_ctl", closed, add, r, epollEvent(abi.EpollIn, 1))
	p.fails(abi.EBADF, "epoll_ctl", ep, add, closed, epollEvent(abi.EpollIn, 1))
	p.fails(abi.EINVAL, "epoll_ctl", r, add, stdin, epollEvent(abi.EpollIn, 1))
	p.fails(abi.EINVAL, "epoll_ctl", ep, add, ep, epollEvent(abi.EpollIn, 1))
	p.fails(abi.EINVAL, "epoll_ctl", ep, 4, r, epollEvent(abi.EpollIn, 1))
	p.fails(abi.EINVAL, "epoll_ctl", ep, add, stdin, 0)
	p.fails(abi.EINVAL, "epoll_ctl", ep, add, stdin, epollEvent(1<<20, 1))
	p.fails(abi.EFAULT, "epoll_ctl", ep, add, stdin, nowhere)
	p.fails(abi.EMEMVIOLATION, "epoll_create", nowhere)
	p.fails(abi.EBADF, "epoll_wait", closed, out(32), 1, 0, out(4))
	p.fails(abi.EINVAL, "epoll_wait", r, out(32), 1, 0, out(4))
	p.fails(abi.EINVAL, "epoll_wait", ep, out(32), 0, 0, out(4))
	p.fails(abi.EINVAL, "epoll_wait", ep, out(32), -1, 0, out(4))
	p.fails(abi.EFAULT, "epoll_wait", ep, nowhere, 1, 0, out(4))
	p.fails(abi.EFAULT, "epoll_wait", ep, out(32), 1, 0, nowhere)

	// Sets in sets, but not in a circle, and not too deep.
	sets := []int{ep}
	for range 5 {
		s := p.ok("epoll_create", out(4)).fd(0)
		if a := p.call("epoll_ctl", s, add, sets[len(sets)-1], epollEvent(abi.EpollIn, 1)); a.errno == abi.ELOOP {
			break
		} else if a.errno != abi.OK {
			t.Fatal(a.errno)
		}
		sets = append(sets, s)
	}
	if len(sets) != 5 {
		t.Errorf("%d sets nest", len(sets))
	}
	p.fails(abi.ELOOP, "epoll_ctl", ep, add, sets[2], epollEvent(abi.EpollIn, 1))
	want(p.epollWait(sets[2], 4, 0), m{1: abi.EpollIn})
}

func TestEpollWaits(t *testing.T) {
	w := newTree(t)
	stdinR, feed := newFeed()
	p := w.proxy(func(c *wasix.Command) { c.Stdin = stdinR })
	ep := p.ok("epoll_create", out(4)).fd(0)
	p.ok("epoll_ctl", ep, abi.EpollCtlAdd, stdin, epollEvent(abi.EpollIn, 5))
	if got := p.epollWait(ep, 4, 2e6); len(got) != 0 {
		t.Errorf("after the timeout: %v", got)
	}
	a := p.later("epoll_wait", ep, out(64), 2, ^uint64(0), out(4))
	p.parked()
	feed("x")
	if got := p.get(a).epolled(); got[5] != abi.EpollIn {
		t.Errorf("%v", got)
	}
	p.read(stdin, 9)
	p.ok("callback_signal", "__wasm_signal")
	a = p.later("epoll_wait", ep, out(64), 2, ^uint64(0), out(4))
	p.parked()
	p.signal(abi.SIGUSR2)
	if e := p.get(a).errno; e != abi.EINTR {
		t.Errorf("interrupted: %v", e)
	}
	p.signals(abi.SIGUSR2)
	// Closed while it waits.
	a = p.later("epoll_wait", ep, out(64), 2, uint64(3600e9), out(4))
	p.parked()
	p.closeFD(ep)
	feed("y")
	if e := p.get(a).errno; e != abi.EBADF {
		t.Errorf("closed: %v", e)
	}
	feed("")
}

func TestFdEvent(t *testing.T) {
	p := newTree(t).proxy()
	fd := p.ok("fd_event", 3, 0, out(4)).traced(`==> fd_event(initial_val=3,flags=)`, `<== (fd=4,errno=ESUCCESS)`).fd(0)
	num := func(v uint64) iovs {
		b := make([]byte, 8)
		for i := range b {
			b[i] = byte(v >> (8 * i))
		}
		return iovs{string(b)}
	}
	p.ok("fd_read", fd, room{8}, out(4)).is(0, 3).is(1, 8)
	p.ok("fd_write", fd, num(5), out(4)).is(0, 8)
	p.ok("fd_write", fd, num(6), out(4))
	p.ok("fd_read", fd, room{8}, out(4)).is(0, 11)
	p.ok("fd_fdstat_set_flags", fd, abi.FdflagsNonblock)
	p.fails(abi.EAGAIN, "fd_read", fd, room{8}, out(4))
	p.fails(abi.EINVAL, "fd_read", fd, room{7}, out(4))
	p.fails(abi.EINVAL, "fd_write", fd, iovs{"1234567"}, out(4))
	p.fails(abi.EINVAL, "fd_write", fd, num(^uint64(0)), out(4))
	p.ok("fd_write", fd, num(^uint64(0)-1), out(4))
	p.fails(abi.EAGAIN, "fd_write", fd, num(1), out(4))

	sem := p.ok("fd_event", 2, abi.EventfdflagsSemaphore|4, out(4)).fd(0)
	p.ok("fd_read", sem, room{8}, out(4)).is(0, 1)
	p.ok("fd_read", sem, room{8}, out(4)).is(0, 1)
	p.fails(abi.EAGAIN, "fd_read", sem, room{8}, out(4))
	has(t, p.poll(onRead(sem), onWrite(sem), onRead(fd), onWrite(fd)), 1, 2)
	p.fails(abi.EINVAL, "fd_event", 0, 2, out(4))
	p.fails(abi.EFAULT, "fd_event", 0, 0, nowhere)
}

func TestFdPipe(t *testing.T) {
	p := newTree(t).proxy()
	p.ok("fd_pipe", out(4), out(4)).is(0, 4).is(1, 5).traced(`==> fd_pipe()`, `<== (read_fd=4,write_fd=5,errno=ESUCCESS)`)
	p.write(5, "abc")
	if s := p.read(4, 9); s != "abc" {
		t.Errorf("read %q", s)
	}
	p.fails(abi.EBADF, "fd_read", 5, room{4}, out(4))
	p.fails(abi.EBADF, "fd_write", 4, iovs{"x"}, out(4))
	p.fails(abi.EFAULT, "fd_pipe", nowhere, out(4))
	p.fails(abi.EFAULT, "fd_pipe", out(4), nowhere)
	p.ok("fd_dup", stdin, out(4)).is(0, 6) // nothing was opened by those
	if s := p.ok("fd_filestat_get", 4, out(64)).stat(0); s.Filetype != abi.FiletypeUnknown || s.Ino == 0 {
		t.Errorf("%+v", s)
	}
}
