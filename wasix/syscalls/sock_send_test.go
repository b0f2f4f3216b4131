//go:build !js

package syscalls

import (
	"testing"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/sock"
)

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
