package syscalls

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/sock"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

// SockBind gives a socket its address.
//
// # Parameters
//
//   - fd: the socket
//   - addr: the address: an addr_port struct, see below
//
// # Result (Errno)
//
//   - EBADF: fd is not open
//   - ENOTSOCK: it is not a socket
//   - EAFNOSUPPORT: the address is of another family than the socket
//   - EINVAL: the socket has an address already
//   - EADDRNOTAVAIL: the address is not one of this system
//   - EADDRINUSE: another socket has it, or no port is free; the path of a unix
//     socket exists
//   - EFAULT: addr leaves the memory
//   - and those of making a file at the path of a unix socket
//
// The 110 bytes; numbers are little-endian, IP addresses as the network has them:
//
//	0 family (u8): unspec 0, inet4 1, inet6 2, unix 3
//	2 inet4: port (u16)  4 address (4 bytes)
//	2 inet6: port (u16)  4 address (16 bytes)  20 flow (u32)  24 scope (u32)
//	2 unix: a path, with a NUL after it unless it has 108 bytes
//
// Note: like bind in POSIX. Port 0 is a free port. A unix address that begins
// with NUL is in no file system, as in Linux.
//
// See https://wasix.org/docs/api-reference/wasix/sock_bind
func SockBind(t *kernel.Thread, fd int32, addr uint32) kernel.Result {
	s, _, a, e := socketAddr(t, fd, addr, 0)
	if e == abi.OK {
		e = s.Bindable(a)
	}
	if e == abi.OK && a.NeedsNode() {
		p := t.Process
		a.Node, e = p.Kernel.Namespace.Mksock(&t.Ctx, p.At(p.Cwd), a.Path, s.Type())
		if e == abi.EEXIST {
			e = abi.EADDRINUSE
		}
	}
	if e != abi.OK {
		return kernel.Ret(e)
	}
	return kernel.Ret(s.Bind(a))
}

// SockListen makes a socket take connections.
//
// # Parameters
//
//   - fd: the socket
//   - backlog: how many connections may wait to be accepted; above 4096 is 4096
//
// # Result (Errno)
//
//   - EBADF: fd is not open
//   - ENOTSOCK: it is not a socket
//   - ENOTSUP: it is not a stream
//   - EINVAL: it is connected
//   - EDESTADDRREQ: a unix socket without address
//   - EADDRINUSE: another socket listens there, or no port is free
//   - EALREADY, EINTR: another call asks the network outside; a signal came
//     before its answer
//
// Note: like listen in POSIX. A TCP socket without address gets one.
//
// See https://wasix.org/docs/api-reference/wasix/sock_listen
func SockListen(t *kernel.Thread, fd int32, backlog uint32) kernel.Result {
	s, f, e := socket(t, fd, 0)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	l, ok := s.(*sock.Stream)
	if !ok {
		return kernel.Ret(abi.ENOTSUP)
	}
	e = l.Listen(int(min(backlog, sock.MaxBacklog)))
	if e != abi.EINPROGRESS {
		return kernel.Ret(e)
	}
	return t.Block(0, func(why kernel.Why) kernel.Result {
		return goneOn(f, l.Listening(), why)
	}, kernel.On{Object: l, Mask: waiter.Out})
}

// goneOn is a retry's answer while something goes on outside that is e by now.
func goneOn(f *vfs.OpenFile, e abi.Errno, why kernel.Why) kernel.Result {
	switch {
	case f.Closed():
		return kernel.Ret(abi.EBADF)
	case e != abi.EINPROGRESS:
		return kernel.Ret(e)
	case why == kernel.Interrupted:
		return kernel.Ret(abi.EINTR)
	}
	return kernel.Blocked
}

// SockConnect says whom a socket talks to.
//
// # Parameters
//
//   - fd: the socket
//   - addr: the address: an addr_port struct, see sock_bind
//
// # Result (Errno)
//
//   - EBADF: fd is not open
//   - ENOTSOCK: it is not a socket
//   - EAFNOSUPPORT: the address is of another family than the socket
//   - ECONNREFUSED: nobody listens there
//   - ENETUNREACH: the address is outside, and there is no way
//   - EINPROGRESS: fd is non-blocking and it takes a while: it is writable when
//     that is over
//   - EALREADY: that goes on since an earlier call
//   - EISCONN: it is connected
//   - EAGAIN: the queue of the other unix socket is full, and fd is non-blocking
//   - EADDRNOTAVAIL: no port is free, or the same connection exists
//   - EPROTOTYPE: the unix socket there has another type
//   - EPERM: it is connected to another
//   - EACCES: a broadcast address, without the option broadcast
//   - ETIMEDOUT: the option connect_timeout
//   - EINTR: a signal came; it goes on
//   - ENOBUFS: there are too many sockets
//   - EFAULT: addr leaves the memory
//   - and those of finding the path of a unix socket
//
// Note: like connect in POSIX. Inside the system it succeeds or fails at once,
// also for a non-blocking fd, unless the other side's queue is full.
//
// See https://wasix.org/docs/api-reference/wasix/sock_connect
func SockConnect(t *kernel.Thread, fd int32, addr uint32) kernel.Result {
	s, f, a, e := socketAddr(t, fd, addr, 0)
	if e == abi.OK {
		e = lookUp(t, a)
	}
	if e != abi.OK {
		return kernel.Ret(e)
	}
	nonblock := f.Flags&abi.FdflagsNonblock != 0
	e = s.Connect(a, nonblock)
	if e != abi.EINPROGRESS || nonblock {
		return kernel.Ret(e)
	}
	c := s.(*sock.Stream)
	return t.Block(deadline(t, s, abi.SockOptionConnectTimeout), func(why kernel.Why) kernel.Result {
		r := goneOn(f, c.Connected(), why)
		if r == kernel.Blocked && why == kernel.TimedOut {
			c.GiveUp()
			r = kernel.Ret(abi.ETIMEDOUT)
		}
		return r
	}, kernel.On{Object: c, Mask: waiter.Out})
}

// SockAccept takes a connection off a socket that listens.
//
// # Parameters
//
//   - fd: the socket
//   - flags: nonblock, or none, for the new one, which is non-blocking also when
//     fd is
//   - newfd: where the descriptor of the new one goes (u32)
//
// # Result (Errno)
//
//   - EBADF: fd is not open
//   - ENOTSOCK: it is not a socket
//   - ENOTCAPABLE: it lacks the right sock_accept
//   - ENOTSUP: it is not a stream
//   - EINVAL: it does not listen; flags has other bits
//   - EAGAIN: there is no connection, and fd is non-blocking; or the option
//     recv_timeout
//   - ETIMEDOUT: the option accept_timeout
//   - EINTR: a signal came before a connection
//   - EMFILE: the process has as many descriptors as it may
//   - EFAULT: newfd leaves the memory
//
// Note: like accept4 in Linux, but for the flag that goes over to the new socket,
// as in BSD: programs for WASIX rely on it. Its options do so everywhere.
//
// See https://wasix.org/docs/api-reference/wasi/sock_accept
func SockAccept(t *kernel.Thread, fd int32, flags, newfd uint32) kernel.Result {
	return accept(t, fd, flags, newfd, 0, false)
}

// SockAcceptV2 is SockAccept that tells who it is.
//
// # Parameters
//
//   - fd, flags, newfd: as in sock_accept
//   - addr: where the other side's address goes: an addr_port struct, see
//     sock_bind
//
// # Result (Errno)
//
//   - EFAULT: newfd or addr leaves the memory
//   - and those of sock_accept
//
// Older programs import it as sock_accept, with these parameters.
//
// See https://wasix.org/docs/api-reference/wasix/sock_accept_v2
func SockAcceptV2(t *kernel.Thread, fd int32, flags, newfd, addr uint32) kernel.Result {
	return accept(t, fd, flags, newfd, addr, true)
}

func accept(t *kernel.Thread, fd int32, flags, newfd, addr uint32, withAddr bool) kernel.Result {
	s, f, e := socket(t, fd, abi.RightsSockAccept)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	l, ok := s.(*sock.Stream)
	if !ok {
		return kernel.Ret(abi.ENOTSUP)
	}
	if e = guestmem.Writable(t.Mem, newfd, 4); e == abi.OK && withAddr {
		e = guestmem.Writable(t.Mem, addr, abi.SizeAddrPort)
	}
	if e == abi.OK && flags&^uint32(abi.FdflagsNonblock) != 0 {
		e = abi.EINVAL
	}
	if e != abi.OK {
		return kernel.Ret(e)
	}
	a := accepting{t, l, flags | uint32(f.Flags&abi.FdflagsNonblock), newfd, addr, withAddr}
	r := a.try()
	if r != kernel.Ret(abi.EAGAIN) || f.Flags&abi.FdflagsNonblock != 0 {
		return r
	}
	return a.block(f)
}

// accepting is a call of sock_accept.
type accepting struct {
	t                  *kernel.Thread
	l                  *sock.Stream
	flags, newfd, addr uint32
	withAddr           bool
}

func (a *accepting) try() kernel.Result {
	t := a.t
	k, p := t.Kernel, t.Process
	if p.FDs.Full(1) {
		return kernel.Ret(abi.EMFILE)
	}
	s, e := a.l.Accept()
	if e != abi.OK {
		return kernel.Ret(e)
	}
	s.Accepted(k.NewIno(), k.Clock.Realtime())
	flags := uint32(0)
	if a.flags != 0 {
		flags = sockNonblock
	}
	t.Mem.Store32(a.newfd, addSocket(p, s, flags))
	if !a.withAddr {
		return kernel.Success
	}
	peer, _ := s.Peer()
	return putAddr(t, &peer, a.addr)
}

func (a accepting) block(f *vfs.OpenFile) kernel.Result {
	limit, late := deadline(a.t, a.l, abi.SockOptionAcceptTimeout), abi.ETIMEDOUT
	if limit == 0 {
		limit, late = deadline(a.t, a.l, abi.SockOptionRecvTimeout), abi.EAGAIN
	}
	return a.t.Block(limit, func(why kernel.Why) kernel.Result {
		if f.Closed() {
			return kernel.Ret(abi.EBADF)
		}
		r := a.try()
		switch {
		case r != kernel.Ret(abi.EAGAIN):
			return r
		case why == kernel.TimedOut:
			return kernel.Ret(late)
		case why == kernel.Interrupted:
			return kernel.Ret(abi.EINTR)
		}
		return kernel.Blocked
	}, kernel.On{Object: a.l, Mask: waiter.In})
}

// SockAddrLocal writes a socket's address.
//
// # Parameters
//
//   - fd: the socket
//   - addr: where it goes: an addr_port struct, see sock_bind
//
// # Result (Errno)
//
//   - EBADF: fd is not open
//   - ENOTSOCK: it is not a socket
//   - EFAULT: addr leaves the memory
//
// Note: like getsockname in POSIX. A socket without address has port 0, or an
// empty path.
//
// See https://wasix.org/docs/api-reference/wasix/sock_addr_local
func SockAddrLocal(t *kernel.Thread, fd int32, addr uint32) kernel.Result {
	s, _, e := socket(t, fd, 0)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	a := s.Local()
	return putAddr(t, &a, addr)
}

// SockAddrPeer writes the address of the other side.
//
// # Parameters
//
//   - fd: the socket
//   - addr: where it goes: an addr_port struct, see sock_bind
//
// # Result (Errno)
//
//   - EBADF: fd is not open
//   - ENOTSOCK: it is not a socket
//   - ENOTCONN: it is not connected
//   - EFAULT: addr leaves the memory
//
// Note: like getpeername in POSIX.
//
// See https://wasix.org/docs/api-reference/wasix/sock_addr_peer
func SockAddrPeer(t *kernel.Thread, fd int32, addr uint32) kernel.Result {
	s, _, e := socket(t, fd, 0)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	a, e := s.Peer()
	if e != abi.OK {
		return kernel.Ret(e)
	}
	return putAddr(t, &a, addr)
}
