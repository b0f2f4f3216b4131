package syscalls

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/kernel"
)

// SockSetOptFlag sets an option of a socket that is on or off.
//
// # Parameters
//
//   - fd: the socket
//   - sockopt: reuse_port, reuse_addr, no_delay, dont_route, only_v6, broadcast,
//     multicast_loop_v4, multicast_loop_v6, keep_alive or oob_inline
//   - flag: 0 or 1
//
// # Result (Errno)
//
//   - EBADF: fd is not open
//   - ENOTSOCK: it is not a socket
//   - ENOPROTOOPT: it has no such option
//   - EINVAL: only_v6 of a socket that has an address; another flag
//
// no_delay, keep_alive and oob_inline are remembered and have no effect: nothing
// is delayed, no connection gets lost, and there is no urgent data.
//
// Note: like setsockopt in POSIX.
//
// See https://wasix.org/docs/api-reference/wasix/sock_set_opt_flag
func SockSetOptFlag(t *kernel.Thread, fd int32, sockopt, flag uint32) kernel.Result {
	s, _, e := socket(t, fd, 0)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	if flag > 1 {
		return kernel.Ret(abi.EINVAL)
	}
	return kernel.Ret(s.SetFlag(abi.SockOption(sockopt), flag != 0))
}

// SockGetOptFlag writes whether an option of a socket is on.
//
// # Parameters
//
//   - fd: the socket
//   - sockopt: as in sock_set_opt_flag, or listening
//   - flag: where it goes (u8)
//
// # Result (Errno)
//
//   - EBADF: fd is not open
//   - ENOTSOCK: it is not a socket
//   - ENOPROTOOPT: it has no such option
//   - EFAULT: flag leaves the memory
//
// Note: like getsockopt in POSIX.
//
// See https://wasix.org/docs/api-reference/wasix/sock_get_opt_flag
func SockGetOptFlag(t *kernel.Thread, fd int32, sockopt, flag uint32) kernel.Result {
	s, _, e := socket(t, fd, 0)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	on, e := s.Flag(abi.SockOption(sockopt))
	if e != abi.OK {
		return kernel.Ret(e)
	}
	v := uint8(0)
	if on {
		v = 1
	}
	return kernel.Ret(t.Mem.Store8(flag, v))
}

// SockSetOptSize sets an option of a socket that is a number.
//
// # Parameters
//
//   - fd: the socket
//   - sockopt: recv_buf_size, send_buf_size, ttl or multicast_ttl_v4
//   - size: the number. A buffer is not smaller than 2 KiB or larger than 1 MiB.
//
// # Result (Errno)
//
//   - EBADF: fd is not open
//   - ENOTSOCK: it is not a socket
//   - ENOPROTOOPT: it has no such option
//   - EINVAL: a ttl above 255, or 0 for ttl
//
// A stream holds what fits into the sender's send buffer and the receiver's
// receive buffer together; a datagram socket what fits into its receive buffer.
//
// Note: like setsockopt in POSIX.
//
// See https://wasix.org/docs/api-reference/wasix/sock_set_opt_size
func SockSetOptSize(t *kernel.Thread, fd int32, sockopt uint32, size uint64) kernel.Result {
	s, _, e := socket(t, fd, 0)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	return kernel.Ret(s.SetSize(abi.SockOption(sockopt), size))
}

// SockGetOptSize writes an option of a socket that is a number.
//
// # Parameters
//
//   - fd: the socket
//   - sockopt: as in sock_set_opt_size; or recv_lowat and send_lowat, which are 1;
//     type and proto, as in sock_open; last_error, the errno the next call would
//     have reported
//   - size: where it goes (u64)
//
// # Result (Errno)
//
//   - EBADF: fd is not open
//   - ENOTSOCK: it is not a socket
//   - ENOPROTOOPT: it has no such option
//   - EFAULT: size leaves the memory
//
// Note: like getsockopt in POSIX.
//
// See https://wasix.org/docs/api-reference/wasix/sock_get_opt_size
func SockGetOptSize(t *kernel.Thread, fd int32, sockopt, size uint32) kernel.Result {
	s, _, e := socket(t, fd, 0)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	if !t.Mem.Has(size, 8) {
		return kernel.Ret(abi.EFAULT)
	}
	n, e := s.Size(abi.SockOption(sockopt))
	if e != abi.OK {
		return kernel.Ret(e)
	}
	return kernel.Ret(t.Mem.Store64(size, n))
}

// SockSetOptTime sets an option of a socket that is a time.
//
// # Parameters
//
//   - fd: the socket
//   - sockopt: recv_timeout, send_timeout, connect_timeout, accept_timeout or
//     linger
//   - timeout: an option_timestamp struct: 0 tag (u8): none 0, some 1;
//     8 nanoseconds (u64)
//
// # Result (Errno)
//
//   - EBADF: fd is not open
//   - ENOTSOCK: it is not a socket
//   - ENOPROTOOPT: it has no such option
//   - EINVAL: another tag
//   - EFAULT: timeout leaves the memory
//
// A timeout of 0 is none. After recv_timeout and send_timeout a call returns
// EAGAIN, or what it has done; after connect_timeout and accept_timeout ETIMEDOUT.
// A linger of 0 makes close reset a TCP connection; any other has no effect,
// since what was sent is with the other side already.
//
// Note: like setsockopt in POSIX.
//
// See https://wasix.org/docs/api-reference/wasix/sock_set_opt_time
func SockSetOptTime(t *kernel.Thread, fd int32, sockopt, timeout uint32) kernel.Result {
	s, _, e := socket(t, fd, 0)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	b := t.Scratch.Bytes[:abi.SizeOptionTimestamp]
	if e = t.Mem.CopyIn(b, timeout); e != abi.OK {
		return kernel.Ret(e)
	}
	var o abi.OptionTimestamp
	if o.Get(b); o.Tag != abi.OptionNone && o.Tag != abi.OptionSome {
		return kernel.Ret(abi.EINVAL)
	}
	return kernel.Ret(s.SetTime(abi.SockOption(sockopt), o))
}

// SockGetOptTime writes an option of a socket that is a time.
//
// # Parameters
//
//   - fd: the socket
//   - sockopt: as in sock_set_opt_time
//   - timeout: where an option_timestamp struct goes, see there
//
// # Result (Errno)
//
//   - EBADF: fd is not open
//   - ENOTSOCK: it is not a socket
//   - ENOPROTOOPT: it has no such option
//   - EFAULT: timeout leaves the memory
//
// Note: like getsockopt in POSIX.
//
// See https://wasix.org/docs/api-reference/wasix/sock_get_opt_time
func SockGetOptTime(t *kernel.Thread, fd int32, sockopt, timeout uint32) kernel.Result {
	s, _, e := socket(t, fd, 0)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	o, e := s.Time(abi.SockOption(sockopt))
	if e != abi.OK {
		return kernel.Ret(e)
	}
	b := t.Scratch.Bytes[:abi.SizeOptionTimestamp]
	o.Put(b)
	return kernel.Ret(t.Mem.CopyOut(timeout, b))
}
