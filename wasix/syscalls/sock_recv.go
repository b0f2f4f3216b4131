package syscalls

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/pipe"
	"github.com/wasix-web/wasix-web/wasix/sock"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

// SockRecv receives from a socket.
//
// # Parameters
//
//   - fd: the socket, or the end of a pipe that is read
//   - riData, riDataLen: the buffers, as in fd_read
//   - riFlags: peek (1) leaves what has come; waitall (2) waits until the buffers
//     are full; data_truncated (4) returns the length of the whole datagram, and
//     throws away what has come to a stream; dont_wait (8)
//   - nread: where the number of bytes goes (u32); 0 from a stream is the end
//   - roFlags: where the flags of what came go (u16): 1, a datagram was longer
//     than the buffers
//
// # Result (Errno)
//
//   - EBADF: fd is not open
//   - ENOTSOCK: it is neither a socket nor a pipe
//   - ENOTCAPABLE: it lacks the right fd_read
//   - ENOTCONN: a stream that is not connected
//   - EAGAIN: nothing has come, and fd is non-blocking; or dont_wait, or the option
//     recv_timeout
//   - ECONNRESET: the other side has closed abruptly, or without reading everything
//   - ECONNREFUSED: nobody was there to receive what was sent; or what became of a
//     connect
//   - EINTR: a signal came before anything else
//   - EINVAL: riFlags has other bits; more than 1024 buffers, 2 GiB or more
//   - EFAULT: riData, a buffer, nread or roFlags leaves the memory
//
// Note: like recvmsg in POSIX.
//
// See https://wasix.org/docs/api-reference/wasi/sock_recv
func SockRecv(t *kernel.Thread, fd int32, riData, riDataLen, riFlags, nread, roFlags uint32) kernel.Result {
	return recv(t, fd, riData, riDataLen, riFlags, nread, roFlags, 0, false)
}

// SockRecvFrom is SockRecv that tells from whom.
//
// # Parameters
//
//   - fd, riData, riDataLen, riFlags, nread, roFlags: as in sock_recv
//   - addr: where the sender's address goes: an addr_port struct, see sock_bind.
//     From a stream it is that of the other side.
//
// # Result (Errno)
//
//   - ENOTSOCK: fd is not a socket
//   - EFAULT: riData, a buffer, nread, roFlags or addr leaves the memory
//   - and those of sock_recv
//
// Note: like recvfrom in POSIX.
//
// See https://wasix.org/docs/api-reference/wasix/sock_recv_from
func SockRecvFrom(t *kernel.Thread, fd int32, riData, riDataLen, riFlags, nread, roFlags, addr uint32) kernel.Result {
	return recv(t, fd, riData, riDataLen, riFlags, nread, roFlags, addr, true)
}

func recv(t *kernel.Thread, fd int32, riData, riDataLen, riFlags, nread, roFlags, addr uint32, withAddr bool) kernel.Result {
	s, f, e := socket(t, fd, abi.RightsFdRead)
	if e == abi.ENOTSOCK && !withAddr {
		// Programs use send and recv for the pipes they have in a socket's place.
		f = t.Process.FDs.Get(fd).File
		if _, ok := f.Object.(*pipe.Reader); ok && riFlags&^uint32(abi.RiflagsRecvDontWait) == 0 {
			e = abi.OK
		}
	}
	if e == abi.OK {
		e = load(t, riData, riDataLen, nread)
	}
	if e == abi.OK {
		e = guestmem.Writable(t.Mem, roFlags, 2)
	}
	if e == abi.OK && withAddr {
		e = guestmem.Writable(t.Mem, addr, abi.SizeAddrPort)
	}
	if e == abi.OK && riFlags&^uint32(abi.RiflagsAll) != 0 {
		e = abi.EINVAL
	}
	if e != abi.OK {
		return kernel.Ret(e)
	}
	r := receiving{t: t, f: f, s: s, flags: abi.Riflags(riFlags), nread: nread, roFlags: roFlags, addr: addr, withAddr: withAddr}
	if r.more(kernel.Woken) == kernel.Blocked {
		if f.Flags&abi.FdflagsNonblock == 0 && r.flags&abi.RiflagsRecvDontWait == 0 {
			return r.block()
		}
		r.e = abi.EAGAIN
	}
	return r.end()
}

// receiveLater goes on with an fd_read of a socket that has to wait.
func receiveLater(t *kernel.Thread, f *vfs.OpenFile, s sock.Socket, nread uint32) kernel.Result {
	return receiving{t: t, f: f, s: s, nread: nread, plain: true}.block()
}

// receiving is a call that receives.
type receiving struct {
	t                    *kernel.Thread
	f                    *vfs.OpenFile
	s                    sock.Socket // nil: a pipe
	flags                abi.Riflags
	nread, roFlags, addr uint32
	withAddr             bool
	plain                bool // fd_read: there is only nread
	done                 int
	ro                   abi.Roflags
	e                    abi.Errno
}

// more receives what there is. Blocked: it is not enough.
func (r *receiving) more(why kernel.Why) kernel.Result {
	if r.f.Closed() {
		r.e = abi.EBADF
		return 0
	}
	all := r.flags&abi.RiflagsRecvWaitall != 0 && why == kernel.Woken
	st, stream := r.s.(*sock.Stream)
	all = all && stream
	if all && r.flags&abi.RiflagsRecvPeek != 0 && !st.Enough(r.t.Vec.Len()) {
		return kernel.Blocked
	}
	for {
		var n int
		if r.s == nil {
			n, r.e = r.f.Object.Read(&r.t.Ctx, r.f, &r.t.Vec)
		} else {
			n, r.ro, r.e = r.s.Recv(&r.t.Vec, r.flags)
		}
		r.done += n
		switch {
		case r.e == abi.OK && all && n > 0 && r.t.Vec.Len() > 0 && r.flags&abi.RiflagsRecvPeek == 0:
			continue // maybe the end is known already
		case r.e == abi.EAGAIN && (r.done == 0 || all):
			switch why {
			case kernel.Interrupted:
				r.e = abi.EINTR
				return 0
			case kernel.TimedOut:
				return 0
			}
			return kernel.Blocked
		}
		return 0
	}
}

// end writes the results.
func (r *receiving) end() kernel.Result {
	t := r.t
	if r.done > 0 && r.e != abi.OK {
		if r.e != abi.EAGAIN && r.e != abi.EINTR && r.e != abi.EBADF {
			r.s.Fail(r.e) // the next call reports it
		}
	} else if r.e != abi.OK {
		return kernel.Ret(r.e)
	}
	t.Mem.Store32(r.nread, uint32(r.done))
	if r.plain {
		return kernel.Success
	}
	if r.withAddr {
		putAddr(t, r.s.From(), r.addr)
	}
	b := t.Scratch.Bytes[:2]
	b[0], b[1] = byte(r.ro), byte(r.ro>>8)
	return kernel.Ret(t.Mem.CopyOut(r.roFlags, b))
}

func (r receiving) block() kernel.Result {
	return r.t.Block(deadline(r.t, r.s, abi.SockOptionRecvTimeout), func(why kernel.Why) kernel.Result {
		if r.more(why) == kernel.Blocked {
			return kernel.Blocked
		}
		return r.end()
	}, kernel.On{Object: r.f.Object, Mask: waiter.In})
}
