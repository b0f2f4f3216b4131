//go:build !js

package syscalls

import (
	"fmt"
	"testing"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/sock"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

func TestRecv(t *testing.T) {
	x := posix(t)
	c, s := x.connection()
	other := x.second()
	x.blocks(x.recv(s, 16, 0))
	if r := SockSend(other, c, x.two("hello"), 1, 0, result+8); r != kernel.Success {
		t.Fatal(r)
	}
	x.ends(x.t, abi.OK)
	x.got("hello")
	x.fails(x.recv(s, 4, abi.RiflagsRecvDontWait), abi.EAGAIN)
	x.send(c, "0123456789")
	x.ok(x.recv(s, 4, abi.RiflagsRecvPeek))
	x.got("0123")
	x.ok(SockRecvFrom(x.t, s, x.iov(bufAt, 4), 1, 0, result, roAt, addrOut))
	x.got("0123")
	x.ok(SockAddrLocal(x.t, c, 0x3000))
	if string(x.mem[addrOut:addrOut+abi.SizeAddrPort]) != string(x.mem[0x3000:0x3000+abi.SizeAddrPort]) {
		t.Errorf("from %v", x.addr())
	}
	x.ok(FdRead(x.t, s, x.iov(bufAt, 3), 1, result))
	x.got("456")

	x.wipe()
	x.fails(x.recv(s, 4, 16), abi.EINVAL)
	x.fails(SockRecv(x.t, s, x.iov(bufAt, 4), 1, 0, memSize-3, roAt), abi.EFAULT)
	x.fails(SockRecv(x.t, s, x.iov(bufAt, 4), 1, 0, result, memSize-1), abi.EFAULT)
	x.fails(SockRecv(x.t, s, x.iov(memSize-3, 4), 1, 0, result, roAt), abi.EFAULT)
	x.fails(SockRecvFrom(x.t, s, x.iov(bufAt, 4), 1, 0, result, roAt, memSize-109), abi.EFAULT)
	x.untouched(iovAt, 8)
	x.ok(x.recv(s, 9, 0))
	x.got("789")
	x.untouched(iovAt, 8, result, 4, roAt, 2, bufAt, 3)

	x.ok(SockShutdown(x.t, c, uint32(abi.SdflagsWr)))
	x.ok(x.recv(s, 9, 0))
	x.got("")
	x.ok(FdRead(x.t, s, x.iov(bufAt, 3), 1, result))
	x.got("")
}

func TestRecvIsInterrupted(t *testing.T) {
	x := posix(t)
	_, s := x.connection()
	x.blocks(x.recv(s, 16, 0))
	x.interrupt()
	x.ends(x.t, abi.EINTR)
	x.t.NextSignal()
	x.blocks(x.recv(s, 16, 0))
	FdClose(x.second(), s)
	x.ends(x.t, abi.EBADF)
}

func TestRecvTimeout(t *testing.T) {
	x := posix(t)
	_, s := x.connection()
	x.sockTimeout(s, abi.SockOptionRecvTimeout, 5e6)
	x.blocks(x.recv(s, 16, 0))
	x.e.pass(5e6 - 1)
	x.waits(x.t)
	x.e.pass(1)
	x.ends(x.t, abi.EAGAIN)
	x.blocks(FdRead(x.t, s, x.iov(bufAt, 16), 1, result))
	x.e.pass(5e6)
	x.ends(x.t, abi.EAGAIN)
	x.sockTimeout(s, abi.SockOptionRecvTimeout, 0)
	x.blocks(FdRead(x.t, s, x.iov(bufAt, 16), 1, result))
	if x.e.alarm != 0 {
		t.Error("a timeout of 0 is none")
	}
	x.interrupt()
	x.ends(x.t, abi.EINTR)
}

// WAITALL waits for everything, or the end, or a signal, or the timeout.
func TestRecvWaitall(t *testing.T) {
	const all = abi.RiflagsRecvWaitall
	x := posix(t)
	c, s := x.connection()
	other := x.second()
	put := func(b string) {
		t.Helper()
		if r := SockSend(other, c, x.two(b), 1, 0, result+8); r != kernel.Success {
			t.Fatal(r)
		}
	}
	put("ab")
	x.blocks(x.recv(s, 6, all))
	put("cd")
	x.waits(x.t)
	put("efgh")
	x.ends(x.t, abi.OK)
	x.got("abcdef")

	x.blocks(x.recv(s, 6, all))
	x.interrupt()
	x.ends(x.t, abi.OK)
	x.got("gh")
	x.t.NextSignal()

	x.blocks(x.recv(s, 6, all|abi.RiflagsRecvPeek))
	put("123")
	x.waits(x.t)
	put("456")
	x.ends(x.t, abi.OK)
	x.got("123456")
	x.sockTimeout(s, abi.SockOptionRecvTimeout, 5e6)
	x.blocks(x.recv(s, 8, all))
	x.e.pass(5e6)
	x.ends(x.t, abi.OK)
	x.got("123456")
	x.blocks(x.recv(s, 8, all))
	x.e.pass(5e6)
	x.ends(x.t, abi.EAGAIN)

	x.nonblock(s)
	put("xy")
	x.ok(x.recv(s, 8, all))
	x.got("xy")
	x.ok(FdFdstatSetFlags(x.t, s, 0))
	x.blocks(x.recv(s, 8, all))
	put("end")
	SockShutdown(other, c, uint32(abi.SdflagsWr))
	x.ends(x.t, abi.OK)
	x.got("end")

	// An error that comes with bytes is reported by the next call.
	c, s = x.connection()
	x.blocks(x.recv(s, 8, all))
	put("last")
	x.ok(SockSend(other, s, x.two("unread"), 1, 0, result+8))
	FdClose(other, c)
	x.ends(x.t, abi.OK)
	x.got("last")
	x.fails(x.recv(s, 8, 0), abi.ECONNRESET)
	x.ok(x.recv(s, 8, 0))
	x.got("")
	// A datagram is all there is.
	a, b := x.sockpair(abi.SockTypeDgram)
	x.send(a, "short")
	x.ok(x.recv(b, 100, all))
	x.got("short")
}

func TestDatagramCalls(t *testing.T) {
	x := posix(t)
	r, s := x.udp(), x.udp()
	x.ok(SockBind(x.t, r, x.ip("127.0.0.1", 53)))
	x.fails(SockSend(x.t, s, x.text("x"), 1, 0, result), abi.EDESTADDRREQ)
	x.ok(SockSendTo(x.t, s, x.text("one"), 1, 0, x.ip("127.0.0.1", 53), result))
	x.ok(SockSendTo(x.t, s, x.text("two and more"), 1, 0, x.ip("127.0.0.1", 53), result))
	if x.u32(result) != 12 {
		t.Error(x.u32(result))
	}
	x.ok(SockRecvFrom(x.t, r, x.iov(bufAt, 3), 1, 0, result, roAt, addrOut))
	x.got("one")
	from := x.addr()
	x.ok(SockAddrLocal(x.t, s, addrOut))
	if a := x.addr(); from.Port != a.Port || from.Port == 0 || from.Family != abi.AddressFamilyInet4 {
		t.Errorf("from %v, want %v", from, a)
	}
	if x.mem[roAt] != 0 {
		t.Error("nothing was cut")
	}
	x.ok(x.recv(r, 3, abi.RiflagsRecvPeek|abi.RiflagsRecvDataTruncated))
	if x.u32(result) != 12 || x.mem[roAt] != byte(abi.RoflagsRecvDataTruncated) {
		t.Errorf("%d bytes, flags %d", x.u32(result), x.mem[roAt])
	}
	x.ok(FdRead(x.t, r, x.iov(bufAt, 3), 1, result))
	x.got("two")
	x.blocks(x.recv(r, 3, 0))
	SockSendTo(x.second(), s, x.two("late"), 1, 0, x.ip("127.0.0.1", 53), result+8)
	x.ends(x.t, abi.OK)
	x.got("lat")
	x.fails(SockSendTo(x.t, s, x.text("x"), 1, 0, x.ip("::1", 53), result), abi.EAFNOSUPPORT)
	x.fails(SockSendTo(x.t, s, x.text("x"), 1, 0, memSize-109, result), abi.EFAULT)
	x.fails(SockSendTo(x.t, s, x.text("x"), 1, 2, x.ip("127.0.0.1", 53), result), abi.EINVAL)
	x.fails(SockSend(x.t, s, x.text("x"), 1, 0, memSize-3), abi.EFAULT)
	x.fails(SockSend(x.t, s, memSize, 1, 0, result), abi.EFAULT)

	// A unix sender waits for room.
	a, b := x.sockpair(abi.SockTypeDgram)
	x.ok(SockSetOptSize(x.t, b, uint32(abi.SockOptionRecvBufSize), 2048))
	for {
		if r := SockSend(x.t, a, x.text("x"), 1, uint32(abi.SiflagsSendDontWait), result); r != kernel.Success {
			x.fails(r, abi.EAGAIN)
			break
		}
	}
	x.blocks(SockSend(x.t, a, x.text("waits"), 1, 0, result))
	FdRead(x.second(), b, x.two("????"), 1, result+8)
	x.ends(x.t, abi.OK)
	if x.u32(result) != 5 {
		t.Error(x.u32(result))
	}
}

// Sockets in poll_oneoff and epoll.
func TestPollSockets(t *testing.T) {
	x := posix(t)
	l := x.server(80, 5)
	other := x.second()
	x.blocks(x.poll(sub{fd: l}))
	SockOpen(other, 1, 1, 0, result+8)
	c := int32(x.u32(result + 8))
	x.ok(SockConnect(other, c, x.ip("127.0.0.1", 80)))
	x.ends(x.t, abi.OK)
	x.events("100 FD_READ 0")
	s := x.accept(l)
	x.ok(x.poll(sub{fd: s}, sub{fd: s, write: true}, sub{clock: true, timeout: 1}))
	x.events(fmt.Sprint("101 FD_WRITE ", 2*sock.DefaultBuffer), "102 CLOCK")

	ep := x.epoll()
	x.ok(x.ctl(ep, abi.EpollCtlAdd, s, abi.EpollIn|abi.EpollRdhup|abi.EpollEt))
	x.blocks(EpollWait(x.t, ep, eventsAt, 4, forever, result))
	SockSend(other, c, x.two("abc"), 1, 0, result+8)
	x.ends(x.t, abi.OK)
	x.ready(fmt.Sprint(s, " IN"))
	x.ok(x.poll(sub{fd: s}))
	x.events("100 FD_READ 3")
	x.ok(EpollWait(x.t, ep, eventsAt, 4, 0, result))
	x.ready() // edge-triggered: nothing new
	x.send(c, "d")
	x.ok(EpollWait(x.t, ep, eventsAt, 4, 0, result))
	x.ready(fmt.Sprint(s, " IN"))
	x.blocks(EpollWait(x.t, ep, eventsAt, 4, forever, result))
	SockShutdown(other, c, uint32(abi.SdflagsWr))
	x.ends(x.t, abi.OK)
	x.ready(fmt.Sprint(s, " IN|RDHUP"))
	x.ok(SockShutdown(x.t, s, uint32(abi.SdflagsWr)))
	x.ok(EpollWait(x.t, ep, eventsAt, 4, 0, result))
	x.ready(fmt.Sprint(s, " IN|RDHUP|HUP"))
	x.ok(x.poll(sub{fd: s}, sub{fd: s, write: true}))
	if x.u32(result) != 2 {
		t.Errorf("%d events", x.u32(result))
	}
	x.ok(FdClose(x.t, s))
	x.ok(EpollWait(x.t, ep, eventsAt, 4, 0, result))
	x.ready()

	// A writer that waits for room.
	a, b := x.sockpair(abi.SockTypeStream)
	x.nonblock(a)
	for FdWrite(x.t, a, x.iov(0, memSize), 1, result) == kernel.Success {
	}
	x.blocks(x.poll(sub{fd: a, write: true}))
	x.put32(0x3000, bufAt)
	x.put32(0x3004, 0x7000)
	for len(x.e.results[x.t]) == 0 {
		x.ok(FdRead(other, b, 0x3000, 1, result+8))
		x.k.Drain()
	}
	x.ends(x.t, abi.OK)
}

// Sending and receiving allocate nothing.
func TestSocketAllocations(t *testing.T) {
	x := posix(t)
	c, s := x.connection()
	a, b := x.udp(), x.udp()
	x.ok(SockBind(x.t, b, x.ip("127.0.0.1", 53)))
	x.ok(SockConnect(x.t, a, x.ip("127.0.0.1", 53)))
	big := x.iov(bufAt, memSize-bufAt)
	x.put32(0x3000, bufAt)
	x.put32(0x3004, 100)
	for name, call := range map[string]func(){
		"stream": func() {
			SockSend(x.t, c, big, 1, 0, result)
			SockRecv(x.t, s, 0x3000, 1, 0, result, roAt)
			SockRecv(x.t, s, big, 1, 0, result, roAt)
		},
		"fd_read and fd_write": func() {
			FdWrite(x.t, c, 0x3000, 1, result)
			FdRead(x.t, s, 0x3000, 1, result)
		},
		"datagram": func() {
			SockSend(x.t, a, 0x3000, 1, 0, result)
			SockRecvFrom(x.t, b, 0x3000, 1, 0, result, roAt, addrOut)
		},
	} {
		if n := testing.AllocsPerRun(100, call); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
		if x.e.results[x.t] != nil || x.t.Parked() {
			t.Fatalf("%s: it waits", name)
		}
	}
}

var (
	_ waiter.Waitable = (*sock.Stream)(nil)
	_ vfs.Object      = (*sock.Datagram)(nil)
)

// A program that polls what is always ready does not keep others from running.
func TestPollGivesWay(t *testing.T) {
	x := posix(t)
	c, _ := x.connection()
	ep := x.epoll()
	x.ok(x.ctl(ep, abi.EpollCtlAdd, c, abi.EpollOut))
	for i, call := range []func() kernel.Result{
		func() kernel.Result { return x.poll(sub{fd: c, write: true}) },
		func() kernel.Result { return EpollWait(x.t, ep, eventsAt, 4, forever, result) },
		func() kernel.Result { return x.poll(sub{clock: true, timeout: 1}) },
		func() kernel.Result { return EpollWait(x.t, x.epoll(), eventsAt, 4, 0, result) },
	} {
		x.e.others, x.e.yielded = false, 0
		if r := call(); r != kernel.Success || x.e.yielded != 0 {
			t.Errorf("%d: %v, yielded %d times, with nobody else there", i, r, x.e.yielded)
		}
		x.e.others = true
		if r := call(); r != kernel.Blocked || x.e.yielded != 1 {
			t.Errorf("%d: %v, yielded %d times", i, r, x.e.yielded)
		}
	}
	x.fails(PollOneoff(x.t, subsAt, eventsAt, 0, result), abi.EINVAL) // errors do not wait
}
