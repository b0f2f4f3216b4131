//go:build !js

package syscalls

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
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

// send and recv work with pipes, as programs expect that have one in a socket's
// place.
func TestSendAndRecvOfPipes(t *testing.T) {
	x := posix(t)
	r, w := x.pipe()
	x.send(w, "ping")
	x.ok(x.recv(r, 9, 0))
	x.got("ping")
	x.fails(x.recv(r, 9, abi.RiflagsRecvDontWait), abi.EAGAIN)
	x.blocks(x.recv(r, 9, 0))
	FdWrite(x.second(), w, x.two("pong"), 1, result+8)
	x.ends(x.t, abi.OK)
	x.got("pong")
	x.fails(x.recv(w, 9, 0), abi.ENOTSOCK)
	x.fails(x.recv(r, 9, abi.RiflagsRecvPeek), abi.ENOTSOCK)
	x.fails(SockSend(x.t, r, x.text("x"), 1, 0, result), abi.ENOTSOCK)
	x.fails(SockRecvFrom(x.t, r, x.iov(bufAt, 1), 1, 0, result, roAt, addrOut), abi.ENOTSOCK)
}

// A blocking send of more than fits returns when all of it is on its way.
func TestSendWaitsForAll(t *testing.T) {
	for _, call := range []string{"sock_send", "fd_write"} {
		x := posix(t)
		c, s := x.connection()
		x.ok(SockSetOptSize(x.t, c, uint32(abi.SockOptionSendBufSize), 10_000))
		x.ok(SockSetOptSize(x.t, s, uint32(abi.SockOptionRecvBufSize), 10_000))
		send := func() kernel.Result {
			if call == "fd_write" {
				return FdWrite(x.t, c, x.iov(0, memSize), 1, result)
			}
			return SockSend(x.t, c, x.iov(0, memSize), 1, 0, result)
		}
		other := x.second()
		x.put32(0x3000, bufAt)
		x.put32(0x3004, 0x3000)
		x.blocks(send())
		read := uint32(0)
		for read < memSize {
			if read+20_000 < memSize {
				x.waits(x.t)
			} else {
				x.k.Drain()
			}
			x.ok(SockRecv(other, s, 0x3000, 1, 0, result+8, roAt))
			read += x.u32(result + 8)
		}
		x.ends(x.t, abi.OK)
		if n := x.u32(result); n != memSize || read != memSize {
			t.Errorf("%s: sent %d, received %d", call, n, read)
		}

		// A signal, a timeout, a flag: the part that is done.
		x.blocks(send())
		x.interrupt()
		x.ends(x.t, abi.OK)
		if n := x.u32(result); n != 20_000 {
			t.Errorf("%s: sent %d", call, n)
		}
		x.t.NextSignal()
		x.sockTimeout(c, abi.SockOptionSendTimeout, 5e6)
		x.blocks(send())
		x.e.pass(5e6)
		x.ends(x.t, abi.EAGAIN)
		x.ok(SockRecv(other, s, 0x3000, 1, 0, result+8, roAt))
		n := x.u32(result + 8)
		x.blocks(send())
		x.e.pass(5e6)
		x.ends(x.t, abi.OK)
		if x.u32(result) != n {
			t.Errorf("%s: sent %d, want %d", call, x.u32(result), n)
		}
		x.fails(SockSend(x.t, c, x.iov(0, 1), 1, uint32(abi.SiflagsSendDontWait), result), abi.EAGAIN)
		x.nonblock(c)
		x.fails(send(), abi.EAGAIN)
		x.ok(SockRecv(other, s, 0x3000, 1, 0, result+8, roAt))
		x.ok(send())
		if n := x.u32(result); n == 0 || n > 20_000 {
			t.Errorf("%s: sent %d", call, n)
		}
		x.ok(FdFdstatSetFlags(x.t, c, 0))

		// The other side closes without reading.
		x.sockTimeout(c, abi.SockOptionSendTimeout, 0)
		x.blocks(send())
		FdClose(other, s)
		x.ends(x.t, abi.ECONNRESET)
	}
}

// sock_send returns EPIPE, fd_write raises SIGPIPE as well.
func TestSocketPipeSignal(t *testing.T) {
	x := posix(t)
	a, b := x.sockpair(abi.SockTypeStream)
	x.ok(FdClose(x.t, b))
	x.fails(SockSend(x.t, a, x.text("x"), 1, 0, result), abi.EPIPE)
	if x.p.Exiting() {
		t.Fatal("killed by a send")
	}
	name, n := x.put(path2, libcHandler)
	x.ok(CallbackSignal(x.t, name, n))
	x.fails(FdWrite(x.t, a, x.text("x"), 1, result), abi.EPIPE)
	if s := x.t.NextSignal(); s != abi.SIGPIPE {
		t.Errorf("signal %v", s)
	}

	// Also one that waits.
	a, _ = x.sockpair(abi.SockTypeStream)
	x.nonblock(a)
	for FdWrite(x.t, a, x.iov(0, memSize), 1, result) == kernel.Success {
	}
	x.ok(FdFdstatSetFlags(x.t, a, 0))
	x.blocks(FdWrite(x.t, a, x.iov(0, memSize), 1, result))
	x.ok(SockShutdown(x.second(), a, uint32(abi.SdflagsWr)))
	x.ends(x.t, abi.EPIPE)
	if s := x.t.NextSignal(); s != abi.SIGPIPE {
		t.Errorf("signal %v", s)
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

func TestSendFile(t *testing.T) {
	x := posix(t)
	c, s := x.connection()
	f := x.file("f", "0123456789")
	x.ok(SockSendFile(x.t, c, f, 2, 5, result))
	if x.u64(result) != 5 {
		t.Error(x.u64(result))
	}
	x.ok(x.recv(s, 99, 0))
	x.got("23456")
	x.ok(FdTell(x.t, f, result))
	if x.u64(result) != 7 {
		t.Errorf("the offset is %d", x.u64(result))
	}
	x.ok(SockSendFile(x.t, c, f, 8, 100, result)) // to the end
	if x.u64(result) != 2 {
		t.Error(x.u64(result))
	}
	x.ok(SockSendFile(x.t, c, f, 50, 100, result)) // beyond
	if x.u64(result) != 0 {
		t.Error(x.u64(result))
	}
	x.ok(x.recv(s, 99, 0))
	x.got("89")
	g := x.file("g", "")
	x.ok(SockSendFile(x.t, g, f, 0, 4, result)) // to a file
	x.ok(FdPread(x.t, g, x.iov(bufAt, 9), 1, 0, result))
	x.got("0123")

	x.fails(SockSendFile(x.t, c, 99, 0, 1, result), abi.EBADF)
	x.fails(SockSendFile(x.t, 99, f, 0, 1, result), abi.EBADF)
	x.fails(SockSendFile(x.t, c, 3, 0, 1, result), abi.EISDIR)
	x.fails(SockSendFile(x.t, c, s, 0, 1, result), abi.EINVAL)
	x.fails(SockSendFile(x.t, c, f, 1<<63, 1, result), abi.EINVAL)
	x.fails(SockSendFile(x.t, c, f, 0, 1, memSize-7), abi.EFAULT)

	// More than fits, and more than is read at once.
	x.ok(FdFilestatSetSize(x.t, f, 3<<20))
	other := x.second()
	x.put32(0x3000, bufAt)
	x.put32(0x3004, 0x7000)
	x.blocks(SockSendFile(x.t, c, f, 0, 1<<40, result))
	read := 0
	for read < 3<<20 {
		if len(x.e.results[x.t]) == 0 && read+2*sock.DefaultBuffer < 3<<20 {
			x.waits(x.t)
		}
		x.ok(SockRecv(other, s, 0x3000, 1, 0, result+8, roAt))
		read += int(x.u32(result + 8))
		x.k.Drain()
	}
	x.ends(x.t, abi.OK)
	if x.u64(result) != 3<<20 || read != 3<<20 {
		t.Errorf("sent %d, received %d", x.u64(result), read)
	}
	x.sockTimeout(c, abi.SockOptionSendTimeout, 5e6)
	x.blocks(SockSendFile(x.t, c, f, 0, 1<<20, result))
	x.e.pass(5e6)
	x.ends(x.t, abi.OK)
	if n := x.u64(result); n != 2*sock.DefaultBuffer {
		t.Errorf("sent %d", n)
	}
	x.blocks(SockSendFile(x.t, c, f, 0, 1<<20, result))
	x.e.pass(5e6)
	x.ends(x.t, abi.EAGAIN)
	x.blocks(SockSendFile(x.t, c, f, 0, 1<<20, result))
	x.interrupt()
	x.ends(x.t, abi.EINTR)
	x.t.NextSignal()
	x.nonblock(c)
	x.fails(SockSendFile(x.t, c, f, 0, 1<<20, result), abi.EAGAIN)
	x.ok(FdFdstatSetFlags(x.t, c, 0))
	x.sockTimeout(c, abi.SockOptionSendTimeout, 0)
	x.blocks(SockSendFile(x.t, c, f, 0, 1<<20, result))
	FdClose(other, f)
	x.ok(SockRecv(other, s, 0x3000, 1, 0, result+8, roAt))
	for range 40 {
		SockRecv(other, s, 0x3000, 1, uint32(abi.RiflagsRecvDontWait), result+8, roAt)
	}
	x.ends(x.t, abi.EBADF)
	f = x.file("h", "x")
	x.ok(FdClose(x.t, s))
	x.ok(SockSendFile(x.t, c, f, 0, 1, result)) // TCP does not know yet
	x.fails(SockSendFile(x.t, c, f, 0, 1, result), abi.EPIPE)
	if sig := x.t.NextSignal(); sig != abi.SIGPIPE {
		t.Errorf("signal %v", sig)
	}
}

func TestResolve(t *testing.T) {
	x := posix(t)
	x.ok(PathCreateDirectory(x.t, 3, pathAt, putLen(x, pathAt, "etc")))
	x.file("/etc/hosts", "10.1.2.3 db database\n10.1.2.4 DB\n")
	look := func(name string, port, room uint32) kernel.Result {
		p, n := x.put(path2, name)
		return Resolve(x.t, p, n, port, bufAt, room, result)
	}
	found := func() (list []string) {
		for i := range x.u32(result) {
			var a abi.AddrIP
			a.Get(x.mem[bufAt+i*abi.SizeAddrIP:])
			s := fmt.Sprint(a.IP4.IP)
			if a.Family == abi.AddressFamilyInet6 {
				s = fmt.Sprint(a.IP6.IP[15])
			}
			list = append(list, s)
		}
		return list
	}
	for _, c := range []struct {
		name string
		room uint32
		want []string
	}{
		{"db", 9, []string{"[10 1 2 3]", "[10 1 2 4]"}}, {"DATABASE", 9, []string{"[10 1 2 3]"}}, {"db", 1, []string{"[10 1 2 3]"}},
		{"localhost", 9, []string{"[127 0 0 1]", "1"}}, {hostName, 9, []string{"[127 0 0 1]", "1"}},
		{"192.168.0.1", 9, []string{"[192 168 0 1]"}}, {"fe80::9", 9, []string{"9"}}, {"db", 0, nil},
	} {
		x.ok(look(c.name, 80, c.room))
		if got := found(); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	x.fails(look("nobody", 0, 9), abi.ENOENT)
	x.fails(look("", 0, 9), abi.EINVAL)
	x.fails(look("db", 65536, 9), abi.EINVAL)
	x.fails(look(strings.Repeat("x", 256), 0, 9), abi.ENAMETOOLONG)
	x.fails(Resolve(x.t, memSize, 1, 0, bufAt, 1, result), abi.EFAULT)
	x.fails(Resolve(x.t, path2, 1, 0, memSize-17, 1, result), abi.EFAULT)
	x.fails(Resolve(x.t, path2, 1, 0, bufAt, 1, memSize-3), abi.EFAULT)
	x.ok(PathUnlinkFile(x.t, 3, pathAt, putLen(x, pathAt, "etc/hosts")))
	x.fails(look("db", 0, 9), abi.ENOENT)
	x.ok(look("localhost", 0, 9))
}

// outside is a network that answers when the test says so.
type outside struct {
	sock.NoNetwork
	query  *sock.Query
	dial   *sock.Dial
	listen *sock.Listen
}

func (o *outside) Addrs() []sock.Prefix  { return []sock.Prefix{{IP: sock.IP4(10, 0, 0, 5), Bits: 24}} }
func (o *outside) Resolve(q *sock.Query) { o.query = q }
func (o *outside) Dial(d *sock.Dial)     { o.dial = d }
func (o *outside) Listen(l *sock.Listen) { o.listen = l }
func (o *outside) read(s *sock.Stream) string {
	var v guestmem.Vec
	b := make([]byte, 100)
	v.SetBytes(b)
	n, _, _ := s.Recv(&v, 0)
	return string(b[:n])
}

func TestNetworkOutside(t *testing.T) {
	x := posix(t)
	o := &outside{}
	x.stack().Network = o
	p, n := x.put(path2, "example.org")
	x.blocks(Resolve(x.t, p, n, 0, bufAt, 4, result))
	if o.query.Name != "example.org" {
		t.Errorf("asked for %q", o.query.Name)
	}
	o.query.Answer([]sock.IP{sock.IP4(1, 2, 3, 4)}, abi.OK)
	x.ends(x.t, abi.OK)
	if x.u32(result) != 1 || string(x.mem[bufAt:bufAt+6]) != "\x01\x00\x01\x02\x03\x04" {
		t.Errorf("%d, %q", x.u32(result), x.mem[bufAt:bufAt+6])
	}
	x.blocks(Resolve(x.t, p, n, 0, bufAt, 4, result))
	o.query.Answer(nil, abi.ENETUNREACH)
	x.ends(x.t, abi.ENETUNREACH)
	x.blocks(Resolve(x.t, p, n, 0, bufAt, 4, result))
	x.interrupt()
	x.ends(x.t, abi.EINTR)
	x.t.NextSignal()

	c := x.tcp()
	x.blocks(SockConnect(x.t, c, x.ip("1.2.3.4", 80)))
	far := o.dial.Connected(&sock.Addr{IP: sock.IP4(10, 0, 0, 5)})
	x.ends(x.t, abi.OK)
	x.send(c, "GET /")
	if got := o.read(far); got != "GET /" {
		t.Errorf("%q arrived", got)
	}
	far.Release()
	x.ok(x.recv(c, 9, 0))
	x.got("")
	c = x.tcp()
	x.nonblock(c)
	x.fails(SockConnect(x.t, c, x.ip("1.2.3.4", 80)), abi.EINPROGRESS)
	x.blocks(x.poll(sub{fd: c, write: true}))
	o.dial.Failed(abi.EHOSTUNREACH)
	x.ends(x.t, abi.OK)
	x.fails(SockConnect(x.t, c, x.ip("1.2.3.4", 80)), abi.EHOSTUNREACH)

	l := x.tcp()
	x.blocks(SockListen(x.t, l, 5))
	o.listen.Ready(abi.OK)
	x.ends(x.t, abi.OK)
	far, e := o.listen.Accept(&sock.Addr{IP: sock.IP4(9, 9, 9, 9), Port: 9}, &sock.Addr{IP: sock.IP4(10, 0, 0, 5), Port: 80})
	if e != abi.OK {
		t.Fatal(e)
	}
	x.accept(l)
	if a := x.addr(); a.IP != sock.IP4(9, 9, 9, 9) || a.Family != abi.AddressFamilyInet4 {
		t.Error(a)
	}
	far.Release()
	l = x.tcp()
	x.blocks(SockListen(x.t, l, 5))
	x.interrupt()
	x.ends(x.t, abi.EINTR)
	x.t.NextSignal()
	x.fails(SockListen(x.t, l, 5), abi.EALREADY)
	l = x.tcp()
	x.blocks(SockListen(x.t, l, 5))
	o.listen.Ready(abi.EACCES)
	x.ends(x.t, abi.EACCES)

	x.put32(result, 3)
	x.ok(PortAddrList(x.t, bufAt, result))
	if x.u32(result) != 3 || string(x.mem[bufAt+56:bufAt+63]) != "\x01\x00\x0a\x00\x00\x05\x18" {
		t.Errorf("%d, %q", x.u32(result), x.mem[bufAt+56:bufAt+63])
	}
	x.p.Exit(kernel.Status{})
	x.nothing()
}

func TestPort(t *testing.T) {
	x := posix(t)
	x.put32(result, 1)
	x.fails(PortAddrList(x.t, bufAt, result), abi.EOVERFLOW)
	x.untouched(result, 4)
	if x.u32(result) != 2 {
		t.Errorf("there are %d", x.u32(result))
	}
	x.ok(PortAddrList(x.t, bufAt, result))
	if string(x.mem[bufAt:bufAt+7]) != "\x01\x00\x7f\x00\x00\x01\x08" {
		t.Errorf("%q", x.mem[bufAt:bufAt+7])
	}
	var c abi.AddrCidr
	if c.Get(x.mem[bufAt+abi.SizeAddrCidr:]); c.Family != abi.AddressFamilyInet6 || c.IP6.Prefix != 128 || c.IP6.Addr.IP[15] != 1 {
		t.Errorf("%+v", c)
	}
	x.fails(PortAddrList(x.t, memSize-55, result), abi.EFAULT)
	x.fails(PortAddrList(x.t, bufAt, memSize-3), abi.EFAULT)
	x.ok(PortMac(x.t, bufAt))
	if string(x.mem[bufAt:bufAt+6]) != "\x00\x00\x00\x00\x00\x00" {
		t.Errorf("%q", x.mem[bufAt:bufAt+6])
	}
	x.fails(PortMac(x.t, memSize-5), abi.EFAULT)
	x.put32(result, 9)
	x.ok(PortRouteList(x.t, bufAt, result))
	if x.u32(result) != 0 {
		t.Error("there are no routes")
	}
	x.put32(result, 9)
	x.fails(PortRouteList(x.t, memSize-9*176+1, result), abi.EFAULT)
	x.fails(PortRouteList(x.t, bufAt, memSize-3), abi.EFAULT)
	const bad = memSize - 15
	for name, c := range map[string][2]kernel.Result{
		"addr_add":     {PortAddrAdd(x.t, bufAt), PortAddrAdd(x.t, bad)},
		"addr_remove":  {PortAddrRemove(x.t, bufAt), PortAddrRemove(x.t, bad)},
		"gateway_set":  {PortGatewaySet(x.t, bufAt), PortGatewaySet(x.t, bad)},
		"route_remove": {PortRouteRemove(x.t, bufAt), PortRouteRemove(x.t, bad)},
		"route_add":    {PortRouteAdd(x.t, bufAt, bufAt, bufAt, bufAt), PortRouteAdd(x.t, bufAt, bufAt, bufAt, bad)},
		"bridge":       {PortBridge(x.t, bufAt, 4, bufAt, 4, 1), PortBridge(x.t, bufAt, 4, bad, 16, 1)},
	} {
		if c[0] != kernel.Ret(abi.ENOTSUP) || c[1] != kernel.Ret(abi.EFAULT) {
			t.Errorf("%s: %v", name, c)
		}
	}
	for _, r := range []kernel.Result{PortAddrClear(x.t), PortDhcpAcquire(x.t), PortRouteClear(x.t), PortUnbridge(x.t)} {
		x.fails(r, abi.ENOTSUP)
	}
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
