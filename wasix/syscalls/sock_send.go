package syscalls

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/pipe"
	"github.com/wasix-web/wasix-web/wasix/sock"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

// SockSend sends through a socket.
//
// # Parameters
//
//   - fd: the socket, or the end of a pipe that is written
//   - siData, siDataLen: the buffers, as in fd_write
//   - siFlags: dont_wait (1)
//   - nwritten: where the number of bytes goes (u32)
//
// # Result (Errno)
//
//   - EBADF: fd is not open
//   - ENOTSOCK: it is neither a socket nor a pipe
//   - ENOTCAPABLE: it lacks the right fd_write
//   - ENOTCONN: a stream that is not connected
//   - EDESTADDRREQ: a datagram socket that is not connected
//   - EPIPE: nothing can be sent any more
//   - ECONNRESET: the other side has closed abruptly, or without reading everything
//   - ECONNREFUSED: nobody was there the last time; or what became of a connect
//   - EMSGSIZE: it is too long for a datagram
//   - EAGAIN: there is no room, and fd is non-blocking; or dont_wait, or the option
//     send_timeout
//   - EINTR: a signal came before anything was sent
//   - ENOBUFS: the memory for all sockets is full
//   - EINVAL: siFlags has other bits; more than 1024 buffers, 2 GiB or more
//   - EFAULT: siData, a buffer or nwritten leaves the memory
//
// Note: like sendmsg in POSIX, with MSG_NOSIGNAL: libc does not tell whether a
// program has asked for that, so EPIPE comes without SIGPIPE. fd_write raises it.
// A stream takes everything before the call returns, unless it must not wait.
//
// See https://wasix.org/docs/api-reference/wasi/sock_send
func SockSend(t *kernel.Thread, fd int32, siData, siDataLen, siFlags, nwritten uint32) kernel.Result {
	s, f, e := socket(t, fd, abi.RightsFdWrite)
	if e == abi.ENOTSOCK {
		if _, ok := t.Process.FDs.Get(fd).File.Object.(*pipe.Writer); ok && siFlags == 0 {
			return FdWrite(t, fd, siData, siDataLen, nwritten)
		}
	}
	if e != abi.OK {
		return kernel.Ret(e)
	}
	return send(t, f, s, nil, siData, siDataLen, siFlags, nwritten)
}

// SockSendTo is SockSend to an address.
//
// # Parameters
//
//   - fd: the socket
//   - siData, siDataLen, siFlags: as in sock_send
//   - addr: where it goes: an addr_port struct, see sock_bind. A stream does not
//     look at it.
//   - nwritten: where the number of bytes goes (u32)
//
// # Result (Errno)
//
//   - EAFNOSUPPORT: the address is of another family than the socket
//   - ENETUNREACH: it is outside, and there is no way
//   - EACCES: a broadcast address, without the option broadcast
//   - EADDRNOTAVAIL: the socket has no address, and no port is free
//   - EINVAL: port 0
//   - ECONNREFUSED, EPROTOTYPE: there is no unix socket, or one of another type
//   - EPERM: the unix socket is connected to another
//   - EFAULT: siData, a buffer, addr or nwritten leaves the memory
//   - those of finding the path of a unix socket, and of sock_send
//
// Note: like sendto in POSIX.
//
// See https://wasix.org/docs/api-reference/wasix/sock_send_to
func SockSendTo(t *kernel.Thread, fd int32, siData, siDataLen, siFlags, addr, nwritten uint32) kernel.Result {
	s, f, a, e := socketAddr(t, fd, addr, abi.RightsFdWrite)
	if e == abi.OK && s.Type() == abi.FiletypeSocketDgram {
		e = lookUp(t, a)
	}
	if e != abi.OK {
		return kernel.Ret(e)
	}
	return send(t, f, s, a, siData, siDataLen, siFlags, nwritten)
}

func send(t *kernel.Thread, f *vfs.OpenFile, s sock.Socket, a *sock.Addr, siData, siDataLen, siFlags, nwritten uint32) kernel.Result {
	if e := load(t, siData, siDataLen, nwritten); e != abi.OK {
		return kernel.Ret(e)
	}
	if siFlags&^uint32(abi.SiflagsAll) != 0 {
		return kernel.Ret(abi.EINVAL)
	}
	n, e := s.Send(&t.Vec, a)
	if e == abi.OK && t.Vec.Len() == 0 {
		return kernel.Ret(t.Mem.Store32(nwritten, uint32(n)))
	}
	x := sending{t: t, f: f, s: s, to: a, nwritten: nwritten, done: n, e: e}
	return x.goOn(siFlags&uint32(abi.SiflagsSendDontWait) != 0)
}

// sendOn goes on with an fd_write to a socket that has taken done bytes and
// returned e.
func sendOn(t *kernel.Thread, f *vfs.OpenFile, s sock.Socket, done int, e abi.Errno, nwritten uint32) kernel.Result {
	x := sending{t: t, f: f, s: s, nwritten: nwritten, done: done, e: e, signal: true}
	return x.goOn(false)
}

// sending is a call that sends.
type sending struct {
	t        *kernel.Thread
	f        *vfs.OpenFile
	s        sock.Socket
	to       *sock.Addr
	nwritten uint32
	signal   bool // EPIPE comes with SIGPIPE
	done     int
	e        abi.Errno
}

// goOn goes on after the first attempt.
func (x sending) goOn(dontWait bool) kernel.Result {
	if x.e != abi.OK && x.e != abi.EAGAIN || dontWait || x.f.Flags&abi.FdflagsNonblock != 0 {
		return x.end()
	}
	if x.e == abi.OK && !x.more(kernel.Woken) {
		return x.end()
	}
	return x.t.Block(deadline(x.t, x.s, abi.SockOptionSendTimeout), func(why kernel.Why) kernel.Result {
		if x.more(why) {
			return kernel.Blocked
		}
		return x.end()
	}, kernel.On{Object: x.f.Object, Mask: waiter.Out})
}

// more sends what can be sent, and tells whether it must wait for the rest.
func (x *sending) more(why kernel.Why) bool {
	for {
		if x.f.Closed() {
			x.e = abi.EBADF
			return false
		}
		var n int
		n, x.e = x.s.Send(&x.t.Vec, x.to)
		x.done += n
		switch {
		case x.e == abi.OK && n > 0 && x.t.Vec.Len() > 0:
			continue
		case x.e == abi.EAGAIN && why == kernel.Woken:
			return true
		case x.e == abi.EAGAIN && why == kernel.Interrupted:
			x.e = abi.EINTR
		}
		return false
	}
}

// end writes the result.
func (x *sending) end() kernel.Result {
	if x.e != abi.OK && x.done == 0 {
		if x.e == abi.EPIPE && x.signal && !x.t.Process.Beneath {
			x.t.Signal(abi.SIGPIPE)
		}
		return kernel.Ret(x.e)
	}
	if x.e == abi.ECONNRESET {
		x.s.Fail(x.e) // the next call reports it
	}
	return kernel.Ret(x.t.Mem.Store32(x.nwritten, uint32(x.done)))
}
