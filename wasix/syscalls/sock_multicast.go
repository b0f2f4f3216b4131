package syscalls

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/sock"
)

// loopbackIndex is the number of the only interface.
const loopbackIndex = 1

// SockJoinMulticastV4 makes a UDP socket a member of a group.
//
// # Parameters
//
//   - fd: the socket
//   - multiaddr: the address of the group (4 bytes)
//   - iface: an address of the interface (4 bytes): 127.0.0.1, or 0.0.0.0
//
// # Result (Errno)
//
//   - EBADF: fd is not open
//   - ENOTSOCK: it is not a socket
//   - ENOPROTOOPT: it is not one of UDP
//   - EINVAL: multiaddr is not the address of a group
//   - ENODEV: there is no such interface
//   - EADDRINUSE: it is a member
//   - ENOBUFS: it is a member of 20 groups
//   - EFAULT: multiaddr or iface leaves the memory
//
// Note: like IP_ADD_MEMBERSHIP of setsockopt.
//
// See https://wasix.org/docs/api-reference/wasix/sock_join_multicast_v4
func SockJoinMulticastV4(t *kernel.Thread, fd int32, multiaddr, iface uint32) kernel.Result {
	return group4(t, fd, multiaddr, iface, true)
}

// SockLeaveMulticastV4 ends a membership.
//
// # Parameters
//
//   - fd, multiaddr, iface: as in sock_join_multicast_v4
//
// # Result (Errno)
//
//   - EADDRNOTAVAIL: it is no member
//   - EBADF, ENOTSOCK, ENOPROTOOPT, EINVAL, ENODEV, EFAULT: as in
//     sock_join_multicast_v4
//
// Note: like IP_DROP_MEMBERSHIP of setsockopt.
//
// See https://wasix.org/docs/api-reference/wasix/sock_leave_multicast_v4
func SockLeaveMulticastV4(t *kernel.Thread, fd int32, multiaddr, iface uint32) kernel.Result {
	return group4(t, fd, multiaddr, iface, false)
}

// SockJoinMulticastV6 is SockJoinMulticastV4 for IPv6.
//
// # Parameters
//
//   - fd: the socket
//   - multiaddr: the address of the group (16 bytes, then flow and scope)
//   - iface: the number of the interface: 1, or 0 for any
//
// # Result (Errno)
//
//   - ENOPROTOOPT: fd is not a UDP socket of IPv6
//   - EBADF, ENOTSOCK, EINVAL, ENODEV, EADDRINUSE, ENOBUFS, EFAULT: as in
//     sock_join_multicast_v4
//
// Note: like IPV6_JOIN_GROUP of setsockopt.
//
// See https://wasix.org/docs/api-reference/wasix/sock_join_multicast_v6
func SockJoinMulticastV6(t *kernel.Thread, fd int32, multiaddr, iface uint32) kernel.Result {
	return group6(t, fd, multiaddr, iface, true)
}

// SockLeaveMulticastV6 ends a membership.
//
// # Parameters
//
//   - fd, multiaddr, iface: as in sock_join_multicast_v6
//
// # Result (Errno)
//
//   - EADDRNOTAVAIL: it is no member
//   - EBADF, ENOTSOCK, ENOPROTOOPT, EINVAL, ENODEV, EFAULT: as in
//     sock_join_multicast_v6
//
// Note: like IPV6_LEAVE_GROUP of setsockopt.
//
// See https://wasix.org/docs/api-reference/wasix/sock_leave_multicast_v6
func SockLeaveMulticastV6(t *kernel.Thread, fd int32, multiaddr, iface uint32) kernel.Result {
	return group6(t, fd, multiaddr, iface, false)
}

func group4(t *kernel.Thread, fd int32, multiaddr, iface uint32, join bool) kernel.Result {
	b := t.Scratch.Bytes[:2*abi.SizeAddrIP4]
	e := t.Mem.CopyIn(b[:4], multiaddr)
	if e == abi.OK {
		e = t.Mem.CopyIn(b[4:], iface)
	}
	if e != abi.OK {
		return kernel.Ret(e)
	}
	return group(t, fd, sock.IP4(b[0], b[1], b[2], b[3]), sock.IP4(b[4], b[5], b[6], b[7]), join)
}

func group6(t *kernel.Thread, fd int32, multiaddr, iface uint32, join bool) kernel.Result {
	var a abi.AddrIP6
	b := t.Scratch.Bytes[:abi.SizeAddrIP6]
	if e := t.Mem.CopyIn(b, multiaddr); e != abi.OK {
		return kernel.Ret(e)
	}
	if a.Get(b); iface > loopbackIndex {
		return kernel.Ret(abi.ENODEV)
	}
	return group(t, fd, a.IP, sock.IP{}, join)
}

func group(t *kernel.Thread, fd int32, ip, iface sock.IP, join bool) kernel.Result {
	s, _, e := socket(t, fd, 0)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	d, ok := s.(*sock.Datagram)
	switch {
	case !ok:
		return kernel.Ret(abi.ENOPROTOOPT)
	case join:
		return kernel.Ret(d.Join(ip, iface))
	}
	return kernel.Ret(d.Leave(ip, iface))
}
