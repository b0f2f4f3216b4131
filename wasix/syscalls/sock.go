package syscalls

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/sock"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// hostName is what wasix-libc's uname and gethostname say, whatever the host is
// called: a program that looks its own name up finds itself.
const hostName = "wasmer.sh"

// network returns the system's sockets.
//
//go:noinline
func network(t *kernel.Thread) *sock.Stack {
	if st, ok := t.Kernel.Net.(*sock.Stack); ok {
		return st
	}
	st := Net(nil)
	t.Kernel.Net = st
	return st
}

// Net returns what kernel.Config.Net is for a system with that way out; nil:
// there is none.
func Net(outside sock.Network) *sock.Stack {
	return &sock.Stack{Name: hostName, Network: outside}
}

// socket returns the socket of a descriptor.
//
// Errors: EBADF, ENOTSOCK, and those of lacking.
func socket(t *kernel.Thread, fd int32, need abi.Rights) (sock.Socket, *vfs.OpenFile, abi.Errno) {
	d := t.Process.FDs.Get(fd)
	if d == nil {
		return nil, nil, abi.EBADF
	}
	s, ok := d.File.Object.(sock.Socket)
	if !ok {
		return nil, nil, abi.ENOTSOCK
	}
	if d.Base&need != need {
		return nil, nil, lacking(t.Process, d, need)
	}
	return s, d.File, abi.OK
}

// socketAddr returns the socket of a descriptor, and the address at ptr.
//
// Errors: those of socket, EFAULT, and those of readAddr.
func socketAddr(t *kernel.Thread, fd int32, ptr uint32, need abi.Rights) (sock.Socket, *vfs.OpenFile, *sock.Addr, abi.Errno) {
	s, f, e := socket(t, fd, need)
	if e != abi.OK {
		return nil, nil, nil, e
	}
	a := &sock.Addr{}
	b := t.Scratch.Bytes[:abi.SizeAddrPort]
	if e = t.Mem.CopyIn(b, ptr); e == abi.OK {
		e = a.Get(b)
	}
	return s, f, a, e
}

// lookUp finds the inode that the path of a unix address leads to.
//
// Errors: those of Namespace.Resolve.
func lookUp(t *kernel.Thread, a *sock.Addr) abi.Errno {
	if !a.NeedsNode() {
		return abi.OK
	}
	p := t.Process
	loc, e := p.Kernel.Namespace.Resolve(&t.Ctx, p.At(p.Cwd), a.Path, true)
	a.Node = loc.Inode
	return e
}

// putAddr writes an addr_port struct.
func putAddr(t *kernel.Thread, a *sock.Addr, ptr uint32) kernel.Result {
	b := t.Scratch.Bytes[:abi.SizeAddrPort]
	a.Put(b)
	return kernel.Ret(t.Mem.CopyOut(ptr, b))
}

// deadline returns when a timeout of the socket's is over; 0: it has none.
func deadline(t *kernel.Thread, s sock.Socket, o abi.SockOption) int64 {
	if s == nil {
		return 0
	}
	if limit, _ := s.Time(o); limit.Tag == abi.OptionSome && limit.Some != 0 {
		return after(t, limit.Some)
	}
	return 0
}

// Flags in the type of a new socket, as libc's socket has them. Its own call
// drops them; other languages' libraries may not.
const (
	sockCloexec  = 0x2000
	sockNonblock = 0x4000
)

// SockOpen makes a socket.
//
// # Parameters
//
//   - af: inet4 (1), inet6 (2) or unix (3)
//   - socktype: stream (1) or dgram (2)
//   - sockProto: ip (0): the one that goes with it; tcp (6), udp (17)
//   - fd: where its descriptor goes (u32)
//
// # Result (Errno)
//
//   - EAFNOSUPPORT: an unknown af
//   - EINVAL: an unknown socktype
//   - ENOTSUP: raw and seqpacket sockets
//   - EPROTOTYPE: tcp, and not a stream; udp, and not dgram
//   - EPROTONOSUPPORT: another protocol
//   - EMFILE: the process has as many descriptors as it may
//   - ENFILE: there are as many sockets as there may be
//   - EFAULT: fd leaves the memory
//
// Note: like socket in POSIX.
//
// See https://wasix.org/docs/api-reference/wasix/sock_open
func SockOpen(t *kernel.Thread, af, socktype, sockProto, fd uint32) kernel.Result {
	k, p := t.Kernel, t.Process
	if e := guestmem.Writable(t.Mem, fd, 4); e != abi.OK {
		return kernel.Ret(e)
	}
	if p.FDs.Full(1) {
		return kernel.Ret(abi.EMFILE)
	}
	s, e := network(t).Open(abi.AddressFamily(af), abi.SockType(socktype), abi.SockProto(sockProto), k.NewIno(), k.Clock.Realtime())
	if e != abi.OK {
		return kernel.Ret(e)
	}
	return kernel.Ret(t.Mem.Store32(fd, addSocket(p, s, socktype)))
}

// addSocket gives a socket a descriptor; there is a free one.
func addSocket(p *kernel.Process, s sock.Socket, flags uint32) uint32 {
	f := vfs.NewOpenFile(s, 0)
	if flags&sockNonblock != 0 {
		f.Flags = abi.FdflagsNonblock
	}
	d := describe(p, f)
	d.CloseOnExec = flags&sockCloexec != 0
	fd, _ := p.FDs.Add(d, 0)
	return uint32(fd)
}

// SockPair makes two sockets that are connected to each other.
//
// # Parameters
//
//   - af, socktype, sockProto: as in sock_open. They are unix sockets also with
//     inet4 and inet6.
//   - fd0, fd1: where their descriptors go (u32)
//
// # Result (Errno)
//
//   - EAFNOSUPPORT, EINVAL, ENOTSUP, EPROTOTYPE, EPROTONOSUPPORT, ENFILE: as
//     sock_open
//   - EMFILE: the process has as many descriptors as it may
//   - EFAULT: fd0 or fd1 leaves the memory
//
// Note: like socketpair in POSIX.
//
// See https://wasix.org/docs/api-reference/wasix/sock_pair
func SockPair(t *kernel.Thread, af, socktype, sockProto, fd0, fd1 uint32) kernel.Result {
	k, p := t.Kernel, t.Process
	e := guestmem.Writable(t.Mem, fd0, 4)
	if e == abi.OK {
		e = guestmem.Writable(t.Mem, fd1, 4)
	}
	if e == abi.OK && p.FDs.Full(2) {
		e = abi.EMFILE
	}
	if e != abi.OK {
		return kernel.Ret(e)
	}
	a, b, e := network(t).Pair(abi.AddressFamily(af), abi.SockType(socktype), abi.SockProto(sockProto),
		[2]uint64{k.NewIno(), k.NewIno()}, k.Clock.Realtime())
	if e != abi.OK {
		return kernel.Ret(e)
	}
	t.Mem.Store32(fd0, addSocket(p, a, socktype))
	return kernel.Ret(t.Mem.Store32(fd1, addSocket(p, b, socktype)))
}

// SockStatus writes what state a socket is in.
//
// # Parameters
//
//   - fd: the socket
//   - status: where it goes (u8): opening, opened, closed or failed
//
// # Result (Errno)
//
//   - EBADF: fd is not open
//   - ENOTSOCK: it is not a socket
//   - EFAULT: status leaves the memory
//
// A stream is opening until it is connected or listens, and closed when both
// directions are; a datagram socket is opening until it has an address. An error
// that waits for the next call is failed.
//
// See https://wasix.org/docs/api-reference/wasix/sock_status
func SockStatus(t *kernel.Thread, fd int32, status uint32) kernel.Result {
	s, _, e := socket(t, fd, 0)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	return kernel.Ret(t.Mem.Store8(status, uint8(s.Status())))
}

// SockShutdown ends one or both directions of a connection.
//
// # Parameters
//
//   - fd: the socket
//   - how: rd (1), wr (2), or both
//
// # Result (Errno)
//
//   - EBADF: fd is not open
//   - ENOTSOCK: it is not a socket
//   - ENOTCAPABLE: it lacks the right sock_shutdown
//   - EINVAL: how is none of the three
//   - ENOTCONN: it is not connected
//
// Note: like shutdown in POSIX. A socket that listens and is shut down for
// reading listens no more, as in Linux.
//
// See https://wasix.org/docs/api-reference/wasi/sock_shutdown
func SockShutdown(t *kernel.Thread, fd int32, how uint32) kernel.Result {
	s, _, e := socket(t, fd, abi.RightsSockShutdown)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	if how == 0 || how&^uint32(abi.SdflagsAll) != 0 {
		return kernel.Ret(abi.EINVAL)
	}
	return kernel.Ret(s.Shutdown(abi.Sdflags(how)))
}
