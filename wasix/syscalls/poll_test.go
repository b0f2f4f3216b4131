//go:build !js

package syscalls

import (
	"fmt"
	"slices"
	"testing"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/kernel"
)

// sub is one subscription; its userdata is its place in the list + 100.
type sub struct {
	fd      int32
	write   bool
	clock   bool
	id      abi.Clockid
	timeout uint64
	abs     bool
}

const (
	subsAt   = 0x1000
	eventsAt = 0x5000
)

func (s sub) wire(i int) abi.Subscription {
	w := abi.Subscription{Userdata: uint64(i) + 100, Type: abi.EventtypeFdRead, FdReadwrite: abi.SubscriptionFdReadwrite{Fd: s.fd}}
	if s.write {
		w.Type = abi.EventtypeFdWrite
	}
	if s.clock {
		w.Type = abi.EventtypeClock
		w.Clock = abi.SubscriptionClock{ID: s.id, Timeout: s.timeout}
		if s.abs {
			w.Clock.Flags = abi.SubclockflagsAbstime
		}
	}
	return w
}

func (x *env) poll(subs ...sub) kernel.Result {
	for i, s := range subs {
		w := s.wire(i)
		w.Put(x.mem[subsAt+i*abi.SizeSubscription:])
	}
	return PollOneoff(x.t, subsAt, eventsAt, uint32(len(subs)), result)
}

// events wants these events, each as "userdata error nbytes flags".
func (x *env) events(want ...string) {
	x.Helper()
	var got []string
	for i := range x.u32(result) {
		var ev abi.Event
		ev.Get(x.mem[eventsAt+i*abi.SizeEvent:])
		s := fmt.Sprint(ev.Userdata, " ", ev.Type)
		if ev.Error != 0 {
			s += " " + ev.Error.String()
		}
		if ev.Type != abi.EventtypeClock && ev.Error == 0 {
			s += fmt.Sprint(" ", ev.FdReadwrite.Nbytes)
			if ev.FdReadwrite.Flags != 0 {
				s += " " + ev.FdReadwrite.Flags.String()
			}
		}
		got = append(got, s)
	}
	if !slices.Equal(got, want) {
		x.Fatalf("events %q, want %q", got, want)
	}
}

func TestPollDescriptors(t *testing.T) {
	x := posix(t)
	r, w := x.pipe()
	f := x.file("file", "0123456789")
	x.ok(FdSeek(x.t, f, 4, 0, result))
	x.ok(x.poll(sub{fd: r}, sub{fd: w, write: true}, sub{fd: f}, sub{fd: 60}, sub{fd: f, write: true}))
	x.events("101 FD_WRITE 65536", "102 FD_READ 6", "103 FD_READ EBADF", "104 FD_WRITE 1")
	x.ok(FdWrite(x.t, w, x.iov(bufAt, 7), 1, result))
	x.ok(x.poll(sub{fd: r}))
	x.events("100 FD_READ 7")
	x.ok(FdClose(x.t, w))
	x.ok(x.poll(sub{fd: r}))
	x.events("100 FD_READ 7 HANGUP")
	x.ok(FdRead(x.t, r, x.iov(bufAt, 7), 1, result))
	x.ok(x.poll(sub{fd: r}))
	x.events("100 FD_READ 0 HANGUP")
}

func TestPollOfBrokenPipe(t *testing.T) {
	x := posix(t)
	r, w := x.pipe()
	x.blocks(x.poll(sub{fd: w})) // the writing end is never to be read
	x.ok(FdClose(x.second(), r))
	x.ends(x.t, abi.OK)
	x.events("100 FD_READ 1 HANGUP")
}

func TestPollWaits(t *testing.T) {
	x := posix(t)
	r, w := x.pipe()
	r2, w2 := x.pipe()
	x.blocks(x.poll(sub{fd: r}, sub{clock: true, timeout: 5e6}, sub{fd: r2}, sub{clock: true, timeout: 9e6}))
	x.ok(FdWrite(x.second(), w2, x.two("abc"), 1, result+8))
	x.ends(x.t, abi.OK)
	x.events("102 FD_READ 3")
	if x.e.alarm != 0 {
		t.Error("the alarm stays set")
	}
	_ = w
}

func TestPollClocks(t *testing.T) {
	x := posix(t)
	x.clk.Now = realNow
	r, _ := x.pipe()
	x.blocks(x.poll(sub{fd: r}, sub{clock: true, timeout: 5e6}, sub{clock: true, id: abi.ClockidMonotonic, timeout: 2e6},
		sub{clock: true, timeout: realNow + 2e6, abs: true}))
	x.e.pass(2e6 - 1)
	x.waits(x.t)
	x.e.pass(1)
	x.ends(x.t, abi.OK)
	x.events("102 CLOCK", "103 CLOCK")
	// The others have passed as well, when nobody looked for long.
	x.blocks(x.poll(sub{clock: true, timeout: 5e6}, sub{clock: true, timeout: 6e6}))
	x.e.pass(1e9)
	x.ends(x.t, abi.OK)
	x.events("100 CLOCK", "101 CLOCK")
}

func TestPollAtOnce(t *testing.T) {
	x := posix(t)
	r, _ := x.pipe()
	x.ok(x.poll(sub{fd: r}, sub{clock: true, timeout: 0}))
	x.events("101 CLOCK")
	x.ok(x.poll(sub{fd: r}, sub{clock: true, timeout: 1})) // how libc says 0
	x.events("101 CLOCK")
	x.ok(x.poll(sub{clock: true, timeout: realNow - 1, abs: true}))
	x.events("100 CLOCK")
	x.ok(x.poll(sub{clock: true, timeout: realNow, abs: true}))
	x.events("100 CLOCK")
}

// Under a millisecond is a real wait, too.
func TestPollSubMillisecond(t *testing.T) {
	x := posix(t)
	x.blocks(x.poll(sub{clock: true, timeout: 50_000}))
	if x.e.alarm != 50_000 {
		t.Errorf("alarm at %d", x.e.alarm)
	}
	x.e.pass(50_000)
	x.ends(x.t, abi.OK)
	x.events("100 CLOCK")
}

// A timeout beyond the end of time is no overflow.
func TestPollForEver(t *testing.T) {
	x := posix(t)
	x.e.now = 1 << 40
	x.blocks(x.poll(sub{clock: true, timeout: 1<<64 - 1}, sub{clock: true, timeout: 1<<64 - 1, abs: true}))
	x.e.pass(1 << 60)
	x.waits(x.t)
	x.interrupt()
	x.ends(x.t, abi.EINTR)
}

func TestPollErrors(t *testing.T) {
	x := posix(t)
	x.fails(x.poll(), abi.EINVAL)
	x.fails(PollOneoff(x.t, 0, 0, maxSubscriptions+1, result), abi.EINVAL)
	x.fails(PollOneoff(x.t, memSize-40, eventsAt, 1, result), abi.EFAULT)
	x.fails(PollOneoff(x.t, subsAt, memSize-20, 1, result), abi.EFAULT)
	x.fails(PollOneoff(x.t, subsAt, eventsAt, 1, memSize-2), abi.EFAULT)
	x.fails(PollOneoff(x.t, subsAt, 0xffffffff, 1<<16, result), abi.EFAULT)
	x.ok(x.poll(sub{clock: true, id: abi.ClockidThreadCputimeID, timeout: 1}, sub{clock: true, id: 9}))
	x.events("100 CLOCK EINVAL", "101 CLOCK EINVAL")
	w := sub{clock: true}.wire(0)
	w.Clock.Flags = 2
	w.Put(x.mem[subsAt:])
	x.ok(PollOneoff(x.t, subsAt, eventsAt, 1, result))
	x.events("100 CLOCK EINVAL")
	x.mem[subsAt+8] = 3
	x.fails(PollOneoff(x.t, subsAt, eventsAt, 1, result), abi.EINVAL)
}

func TestPollRights(t *testing.T) {
	x := preview1(t)
	f := x.open("file", abi.OflagsCreat, abi.RightsFdRead|abi.RightsFdWrite)
	x.ok(x.poll(sub{fd: f}))
	x.events("100 FD_READ ENOTCAPABLE")
	f = x.open("file", 0, abi.RightsFdRead|abi.RightsPollFdReadwrite)
	x.ok(x.poll(sub{fd: f}, sub{fd: f, write: true}))
	x.events("100 FD_READ 0", "101 FD_WRITE ENOTCAPABLE")
}

// More subscriptions than any buffer of the kernel's own holds.
func TestPollMany(t *testing.T) {
	x := posix(t)
	r, w := x.pipe()
	var subs []sub
	var want []string
	for i := range 300 {
		subs = append(subs, sub{fd: r})
		want = append(want, fmt.Sprint(100+i, " FD_READ 1"))
	}
	x.blocks(x.poll(subs...))
	x.ok(FdWrite(x.second(), w, x.iov(bufAt, 1), 1, result+8))
	x.ends(x.t, abi.OK)
	x.events(want...)
}

func TestPollClosedMeanwhile(t *testing.T) {
	x := posix(t)
	r, _ := x.pipe()
	x.blocks(x.poll(sub{fd: r}))
	x.ok(FdClose(x.second(), r))
	x.ends(x.t, abi.OK)
	x.events("100 FD_READ EBADF")
}

func TestUnstablePoll(t *testing.T) {
	x := preview1(t)
	u := abi.UnstableSubscription{Userdata: 7, Type: abi.EventtypeClock,
		Clock: abi.UnstableSubscriptionClock{Identifier: 1, ID: abi.ClockidMonotonic, Timeout: 3e6}}
	u.Put(x.mem[subsAt:])
	u = abi.UnstableSubscription{Userdata: 8, Type: abi.EventtypeFdRead, FdReadwrite: abi.SubscriptionFdReadwrite{Fd: 50}}
	u.Put(x.mem[subsAt+abi.SizeUnstableSubscription:])
	x.ok(UnstablePollOneoff(x.t, subsAt, eventsAt, 2, result))
	x.events("8 FD_READ EBADF")
	x.blocks(UnstablePollOneoff(x.t, subsAt, eventsAt, 1, result))
	x.e.pass(3e6)
	x.ends(x.t, abi.OK)
	x.events("7 CLOCK")
}
