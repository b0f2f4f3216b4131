//go:build !js

package syscalls

import (
	"fmt"
	"slices"
	"testing"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/kernel"
)

func (x *env) epoll() int32 {
	x.Helper()
	x.ok(EpollCreate(x.t, result))
	return int32(x.u32(result))
}

func (x *env) ctl(epfd int32, op abi.EpollCtl, fd int32, events abi.EpollType) kernel.Result {
	ev := abi.EpollEvent{Events: events, Data: abi.EpollData{Ptr: 11, Fd: fd, Data1: 12, Data2: 1 << 40}}
	ev.Put(x.mem[0x3000:])
	return EpollCtl(x.t, epfd, uint32(op), fd, 0x3000)
}

func (x *env) ready(want ...string) {
	x.Helper()
	var got []string
	for i := range x.u32(result) {
		var ev abi.EpollEvent
		ev.Get(x.mem[eventsAt+i*abi.SizeEpollEvent:])
		if ev.Data.Ptr != 11 || ev.Data.Data1 != 12 || ev.Data.Data2 != 1<<40 {
			x.Errorf("data %+v", ev.Data)
		}
		got = append(got, fmt.Sprint(ev.Data.Fd, " ", ev.Events))
	}
	if !slices.Equal(got, want) {
		x.Fatalf("events %q, want %q", got, want)
	}
}

func TestEpoll(t *testing.T) {
	x := posix(t)
	ep := x.epoll()
	r, w := x.pipe()
	x.ok(x.ctl(ep, abi.EpollCtlAdd, r, abi.EpollIn))
	x.ok(EpollWait(x.t, ep, eventsAt, 4, 0, result))
	x.ready()
	x.blocks(EpollWait(x.t, ep, eventsAt, 4, 5e6, result))
	x.e.pass(5e6)
	x.ends(x.t, abi.OK)
	x.ready()
	x.blocks(EpollWait(x.t, ep, eventsAt, 4, forever, result))
	if x.e.alarm != 0 {
		t.Error("an alarm for ever")
	}
	x.ok(FdWrite(x.second(), w, x.two("x"), 1, result+8))
	x.ends(x.t, abi.OK)
	x.ready(fmt.Sprint(r, " IN"))
	x.ok(x.ctl(ep, abi.EpollCtlHeaderAdd, w, abi.EpollOut))
	x.ok(EpollWait(x.t, ep, eventsAt, 4, 0, result))
	x.ready(fmt.Sprint(r, " IN"), fmt.Sprint(w, " OUT"))
	x.ok(EpollWait(x.t, ep, eventsAt, 1, 0, result))
	if x.u32(result) != 1 {
		t.Errorf("%d events in one place", x.u32(result))
	}
	x.ok(EpollCtl(x.t, ep, uint32(abi.EpollCtlDel), w, 0))
	x.ok(x.ctl(ep, abi.EpollCtlMod, r, 0))
	x.ok(EpollWait(x.t, ep, eventsAt, 4, 0, result))
	x.ready()
	x.blocks(EpollWait(x.t, ep, eventsAt, 4, forever, result))
	x.interrupt()
	x.ends(x.t, abi.EINTR)
	x.blocks(EpollWait(x.t, ep, eventsAt, 4, forever, result))
	x.ok(FdClose(x.second(), w)) // reported unasked
	x.ends(x.t, abi.OK)
	x.ready(fmt.Sprint(r, " HUP"))
}

func TestEpollErrors(t *testing.T) {
	x := posix(t)
	ep := x.epoll()
	f := x.file("file", "")
	r, _ := x.pipe()
	x.fails(EpollCreate(x.t, memSize-3), abi.EMEMVIOLATION)
	x.fails(x.ctl(99, abi.EpollCtlAdd, r, 1), abi.EBADF)
	x.fails(x.ctl(ep, abi.EpollCtlAdd, 99, 1), abi.EBADF)
	x.fails(x.ctl(f, abi.EpollCtlAdd, r, 1), abi.EINVAL)
	x.fails(x.ctl(ep, abi.EpollCtlAdd, ep, 1), abi.EINVAL)
	x.fails(x.ctl(ep, abi.EpollCtlAdd, f, 1), abi.EPERM)
	x.fails(x.ctl(ep, 4, r, 1), abi.EINVAL)
	x.fails(x.ctl(ep, abi.EpollCtlAdd, r, 256), abi.EINVAL)
	x.fails(x.ctl(ep, abi.EpollCtlMod, r, 1), abi.ENOENT)
	x.fails(EpollCtl(x.t, ep, uint32(abi.EpollCtlAdd), r, 0), abi.EINVAL)
	x.fails(EpollCtl(x.t, ep, uint32(abi.EpollCtlAdd), r, memSize-31), abi.EFAULT)
	x.fails(EpollWait(x.t, ep, eventsAt, 0, 0, result), abi.EINVAL)
	x.fails(EpollWait(x.t, ep, eventsAt, 1<<31, 0, result), abi.EINVAL)
	x.fails(EpollWait(x.t, ep, eventsAt, 1<<20, 0, result), abi.EFAULT)
	x.fails(EpollWait(x.t, ep, eventsAt, 1, 0, memSize-3), abi.EFAULT)
	x.fails(EpollWait(x.t, f, eventsAt, 1, 0, result), abi.EINVAL)
	x.fails(EpollWait(x.t, 99, eventsAt, 1, 0, result), abi.EBADF)
	x.fails(FdRead(x.t, ep, x.iov(bufAt, 8), 1, result), abi.EBADF)
}

// A set can be waited for itself, with poll_oneoff.
func TestPollOfEpoll(t *testing.T) {
	x := posix(t)
	ep := x.epoll()
	r, w := x.pipe()
	x.ok(x.ctl(ep, abi.EpollCtlAdd, r, abi.EpollIn))
	x.blocks(x.poll(sub{fd: ep}))
	x.ok(FdWrite(x.second(), w, x.two("x"), 1, result+8))
	x.ends(x.t, abi.OK)
	x.events("100 FD_READ 1")
}

func TestEventfd(t *testing.T) {
	x := posix(t)
	x.fails(FdEvent(x.t, 0, 2, result), abi.EINVAL)
	x.fails(FdEvent(x.t, 0, 0, memSize-3), abi.EFAULT)
	x.ok(FdEvent(x.t, 1<<40, uint32(abi.EventfdflagsSemaphore)|eventfdNonblock, result))
	sem := int32(x.u32(result))
	x.ok(FdRead(x.t, sem, x.iov(bufAt, 8), 1, result))
	if x.u64(bufAt) != 1 || x.u32(result) != 8 {
		t.Errorf("took %d", x.u64(bufAt))
	}
	x.ok(FdEvent(x.t, 0, eventfdNonblock, result))
	x.fails(FdRead(x.t, int32(x.u32(result)), x.iov(bufAt, 8), 1, result), abi.EAGAIN)
	x.ok(FdEvent(x.t, 0, 0, result))
	fd := int32(x.u32(result))
	x.blocks(FdRead(x.t, fd, x.iov(bufAt, 8), 1, result))
	x.ok(FdWrite(x.second(), fd, x.two("\x05\x00\x00\x00\x00\x00\x00\x00"), 1, result+8))
	x.ends(x.t, abi.OK)
	if x.u64(bufAt) != 5 {
		t.Errorf("took %d", x.u64(bufAt))
	}
	// 16 bytes: the first 8 are the number, the others are not a second one.
	x.put(bufAt, "\x01\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00")
	x.ok(FdWrite(x.t, fd, x.iov(bufAt, 16), 1, result))
	x.ok(FdRead(x.t, fd, x.iov(bufAt, 8), 1, result+8))
	if x.u32(result) != 8 || x.u64(bufAt) != 1 {
		t.Errorf("wrote %d, took %d", x.u32(result), x.u64(bufAt))
	}
}
