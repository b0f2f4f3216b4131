//go:build !js

package wazerohost_test

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/wasix-web/wasix-web/wasix"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/sock"
)

// Two programs talk over TCP; one waits for the other.
func TestSockets(t *testing.T) {
	w := newTree(t)
	s, c := w.proxy(), w.proxy()
	l := s.ok("sock_open", inet4, stream, abi.SockProtoTCP, out(4)).traced(
		`==> sock_open(af=INET4,socktype=STREAM,sock_proto=TCP)`, `<== (fd=4,errno=ESUCCESS)`).fd(0)
	s.ok("sock_bind", l, ip("127.0.0.1", 80)).traced(
		`==> sock_bind(fd=4,addr=127.0.0.1:80)`, `<== errno=ESUCCESS`)
	s.ok("sock_listen", l, 5).traced(`==> sock_listen(fd=4,backlog=5)`, `<== errno=ESUCCESS`)
	accepted := s.later("sock_accept_v2", l, 0, out(4), out(abi.SizeAddrPort))
	s.parked()
	fd := c.dial(80)
	a := s.get(accepted)
	conn := a.fd(0)
	if peer := a.addr(1); peer.Port == 0 || peer.Family != inet4 {
		t.Errorf("accepted from %v", peer)
	}
	a.traced(`==> sock_accept_v2(fd=4,flags=)`, fmt.Sprintf(`<== (newfd=5,addr=127.0.0.1:%d,errno=ESUCCESS)`, a.addr(1).Port))

	received := s.later("sock_recv", conn, room{16}, 0, out(4), out(2))
	s.parked()
	c.ok("sock_send", fd, iovs{"hel", "lo"}, 0, out(4)).is(0, 5).traced(
		`==> sock_send(fd=4,si_data=["hel","lo"],si_flags=)`, `<== (nwritten=5,errno=ESUCCESS)`)
	s.get(received).text(0, "hello").is(1, 5).is(2, 0).traced(
		`==> sock_recv(fd=5,ri_data=[0x400:16],ri_flags=)`,
		`<== (ri_data="hello",nread=5,ro_flags=,errno=ESUCCESS)`)
	s.write(conn, "there")
	if got := c.read(fd, 10); got != "there" {
		t.Errorf("read %q", got)
	}
	c.ok("sock_addr_local", fd, out(abi.SizeAddrPort))
	c.ok("sock_addr_peer", fd, out(abi.SizeAddrPort)).traced(
		`==> sock_addr_peer(fd=4)`, `<== (addr=127.0.0.1:80,errno=ESUCCESS)`)
	c.ok("sock_status", fd, out(1)).is(0, uint64(abi.SockStatusOpened))
	received = s.later("sock_recv", conn, room{16}, 0, out(4), out(2))
	s.parked()
	c.ok("sock_shutdown", fd, abi.SdflagsWr).traced(`==> sock_shutdown(fd=4,how=WR)`, `<== errno=ESUCCESS`)
	s.get(received).is(1, 0)

	// preview1's accept, and the older one with four parameters.
	c.dial(80)
	s.ok("sock_accept", l, abi.FdflagsNonblock, out(4))
	// A program that ends closes its connections.
	c.dial(80)
	conn = s.acceptFrom(l)
	received = s.later("sock_recv", conn, room{16}, 0, out(4), out(2))
	s.parked()
	c.exits("proc_exit2", 0)
	s.get(received).is(1, 0)
}

// Every call, given what it cannot use.
func TestSocketErrors(t *testing.T) {
	w := newTree(t, func(c *wasix.Config) { c.MaxFiles = 9 })
	p := w.proxy()
	f, to := p.open("f", 0), ip("127.0.0.1", 1)
	type call struct {
		name string
		args []any
	}
	for _, c := range []call{
		{"sock_accept", []any{0, out(4)}}, {"sock_accept_v2", []any{0, out(4), out(110)}},
		{"sock_addr_local", []any{out(110)}}, {"sock_addr_peer", []any{out(110)}},
		{"sock_bind", []any{to}}, {"sock_connect", []any{to}}, {"sock_listen", []any{1}},
		{"sock_recv", []any{room{1}, 0, out(4), out(2)}}, {"sock_recv_from", []any{room{1}, 0, out(4), out(2), out(110)}},
		{"sock_send", []any{iovs{"x"}, 0, out(4)}}, {"sock_send_to", []any{iovs{"x"}, 0, to, out(4)}},
		{"sock_shutdown", []any{1}}, {"sock_status", []any{out(1)}},
		{"sock_set_opt_flag", []any{2, 1}}, {"sock_get_opt_flag", []any{2, out(1)}},
		{"sock_set_opt_size", []any{15, 1}}, {"sock_get_opt_size", []any{15, out(8)}},
		{"sock_set_opt_time", []any{19, nanos(1)}}, {"sock_get_opt_time", []any{19, out(16)}},
		{"sock_join_multicast_v4", []any{in("abcd"), in("abcd")}}, {"sock_leave_multicast_v4", []any{in("abcd"), in("abcd")}},
		{"sock_join_multicast_v6", []any{make(in, 24), 0}}, {"sock_leave_multicast_v6", []any{make(in, 24), 0}},
	} {
		p.fails(abi.ENOTSOCK, c.name, append([]any{f}, c.args...)...)
		p.fails(abi.EBADF, c.name, append([]any{closed}, c.args...)...)
	}
	p.ok("fd_close", f)
	p.fails(abi.EAFNOSUPPORT, "sock_open", 0, stream, 0, out(4))
	p.fails(abi.EINVAL, "sock_open", inet4, 9, 0, out(4))
	p.fails(abi.ENOTSUP, "sock_open", inet4, abi.SockTypeRaw, 0, out(4))
	p.fails(abi.EPROTOTYPE, "sock_open", inet4, stream, abi.SockProtoUDP, out(4))
	p.fails(abi.EPROTONOSUPPORT, "sock_open", inet4, dgram, abi.SockProtoICMP, out(4))
	p.fails(abi.EFAULT, "sock_open", inet4, stream, 0, nowhere)
	p.fails(abi.EAFNOSUPPORT, "sock_pair", 0, stream, 0, out(4), out(4))
	p.fails(abi.EINVAL, "sock_pair", unixAF, 9, 0, out(4), out(4))
	p.fails(abi.ENOTSUP, "sock_pair", unixAF, abi.SockTypeSeqpacket, 0, out(4), out(4))
	p.fails(abi.EPROTOTYPE, "sock_pair", unixAF, stream, abi.SockProtoUDP, out(4), out(4))
	p.fails(abi.EPROTONOSUPPORT, "sock_pair", unixAF, dgram, abi.SockProtoICMP, out(4), out(4))
	p.fails(abi.EFAULT, "sock_pair", unixAF, stream, 0, out(4), nowhere)

	l := p.server(80, 5)
	c := p.dial(80)
	u := p.socket(inet4, dgram)
	p.socket(inet4, stream)
	p.socket(inet4, stream) // no descriptor is left
	p.fails(abi.EMFILE, "sock_accept", l, 0, out(4))
	p.fails(abi.EMFILE, "sock_accept_v2", l, 0, out(4), out(110))
	p.fails(abi.EMFILE, "sock_open", inet4, stream, 0, out(4))
	p.fails(abi.EMFILE, "sock_pair", unixAF, stream, 0, out(4), out(4))
	p.fails(abi.EFAULT, "sock_accept", l, 0, nowhere)
	p.fails(abi.EFAULT, "sock_accept_v2", l, 0, out(4), nowhere)
	p.fails(abi.EINVAL, "sock_accept", l, 1, out(4))
	p.fails(abi.ENOTSUP, "sock_accept", u, 0, out(4))
	p.fails(abi.ENOTSUP, "sock_accept_v2", u, 0, out(4), out(110))
	p.fails(abi.EFAULT, "sock_addr_local", c, nowhere)
	p.fails(abi.EFAULT, "sock_addr_peer", c, nowhere)
	p.fails(abi.ENOTCONN, "sock_addr_peer", l, out(110))
	p.ok("sock_shutdown", l, abi.SdflagsRd)
	p.ok("fd_close", c)
	p.fails(abi.EINVAL, "sock_accept_v2", l, 0, out(4), out(110))
	p.ok("sock_listen", l, 5)
	c = p.dial(80)
	p.fails(abi.EFAULT, "sock_bind", u, nowhere)
	p.fails(abi.EAFNOSUPPORT, "sock_bind", u, ip("::1", 1))
	p.fails(abi.EADDRNOTAVAIL, "sock_bind", u, ip("1.2.3.4", 1))
	p.fails(abi.EINVAL, "sock_bind", l, ip("127.0.0.1", 81))
	p.fails(abi.EFAULT, "sock_connect", u, nowhere)
	p.fails(abi.EINVAL, "sock_listen", c, 1)
	p.fails(abi.ENOTSUP, "sock_listen", u, 1)
	p.fails(abi.EINVAL, "sock_shutdown", c, 0)
	p.fails(abi.ENOTCONN, "sock_shutdown", u, 1)
	p.fails(abi.EFAULT, "sock_status", c, nowhere)
	p.fails(abi.EINVAL, "sock_recv", c, room{1}, 16, out(4), out(2))
	p.fails(abi.EFAULT, "sock_recv", c, room{1}, 0, out(4), nowhere)
	p.fails(abi.ENOTCONN, "sock_recv", l, room{1}, 0, out(4), out(2))
	p.fails(abi.EFAULT, "sock_recv_from", c, room{1}, 0, out(4), out(2), nowhere)
	p.fails(abi.ENOTCONN, "sock_recv_from", l, room{1}, 0, out(4), out(2), out(110))
	p.fails(abi.EINVAL, "sock_send", c, iovs{"x"}, 2, out(4))
	p.fails(abi.EFAULT, "sock_send", c, iovs{"x"}, 0, nowhere)
	p.fails(abi.ENOTCONN, "sock_send", l, iovs{"x"}, 0, out(4))
	p.fails(abi.EDESTADDRREQ, "sock_send", u, iovs{"x"}, 0, out(4))
	p.fails(abi.EFAULT, "sock_send_to", u, iovs{"x"}, 0, nowhere, out(4))
	p.fails(abi.EINVAL, "sock_send_to", u, iovs{"x"}, 0, ip("127.0.0.1", 0), out(4))
	p.fails(abi.EAFNOSUPPORT, "sock_send_to", u, iovs{"x"}, 0, ip("::1", 1), out(4))
	p.fails(abi.ENETUNREACH, "sock_send_to", u, iovs{"x"}, 0, ip("1.2.3.4", 1), out(4))
	p.fails(abi.EACCES, "sock_send_to", u, iovs{"x"}, 0, ip("255.255.255.255", 1), out(4))
	p.fails(abi.EACCES, "sock_connect", u, ip("255.255.255.255", 1))
	p.ok("sock_connect", u, ip("127.0.0.1", 99))
	p.fails(abi.EMSGSIZE, "sock_send", u, iovs{strings.Repeat("x", 65508)}, 0, out(4))
	p.ok("sock_send", u, iovs{"x"}, 0, out(4)) // to nobody
	p.fails(abi.ECONNREFUSED, "sock_send", u, iovs{"x"}, 0, out(4))
	p.ok("sock_send", u, iovs{"x"}, 0, out(4))
	p.fails(abi.ECONNREFUSED, "sock_recv", u, room{1}, 0, out(4), out(2))

	// Too many sockets, too many bytes.
	q := w.proxy()
	st := q.stack()
	a, b := q.sockpair(stream)
	q.server(81, 0)
	x := q.socket(inet4, stream)
	w.Kernel.Lock()
	st.MaxSockets = 1
	w.Kernel.Unlock()
	q.ok("fd_close", b)
	q.fails(abi.ENFILE, "sock_open", inet4, stream, 0, out(4))
	q.fails(abi.ENFILE, "sock_pair", unixAF, dgram, 0, out(4), out(4))
	q.fails(abi.ENOBUFS, "sock_connect", x, ip("127.0.0.1", 81))
	q.fails(abi.EPIPE, "sock_send", a, iovs{"x"}, 0, out(4))
}

// Buffers: where sending waits, and what ends it.
func TestSocketWaits(t *testing.T) {
	w := newTree(t)
	p := w.proxy()
	const ms = 1e6
	a, b := p.sockpair(stream)
	p.fails(abi.EAGAIN, "sock_recv", a, room{4}, abi.RiflagsRecvDontWait, out(4), out(2)).traced(
		`==> sock_recv(fd=4,ri_data=[0x400:4],ri_flags=DONT_WAIT)`, `<== errno=EAGAIN`)
	p.ok("sock_set_opt_time", a, abi.SockOptionRecvTimeout, nanos(ms))
	p.fails(abi.EAGAIN, "sock_recv", a, room{4}, 0, out(4), out(2))
	p.fails(abi.EAGAIN, "fd_read", a, room{4}, out(4))
	p.interrupted(abi.EINTR, "sock_recv", b, room{4}, 0, out(4), out(2))
	p.interrupted(abi.EINTR, "sock_recv_from", b, room{4}, 0, out(4), out(2), out(110))
	for _, fd := range []int{a, b} {
		p.ok("sock_set_opt_size", fd, abi.SockOptionRecvBufSize, 4096)
		p.ok("sock_set_opt_size", fd, abi.SockOptionSendBufSize, 4096)
	}
	full := strings.Repeat("x", 8192)
	p.ok("sock_send", a, iovs{full}, 0, out(4)).is(0, 8192)
	p.fails(abi.EAGAIN, "sock_send", a, iovs{"x"}, abi.SiflagsSendDontWait, out(4))
	p.interrupted(abi.EINTR, "sock_send", a, iovs{"x"}, 0, out(4))
	p.interrupted(abi.EINTR, "fd_write", a, iovs{"x"}, out(4))
	p.interrupted(abi.EINTR, "sock_send_to", a, iovs{"x"}, 0, unixPath(""), out(4))
	f := p.open("f", 0)
	p.interrupted(abi.EINTR, "sock_send_file", a, f, uint64(0), uint64(5), out(8))
	p.ok("sock_set_opt_time", a, abi.SockOptionSendTimeout, nanos(ms))
	p.fails(abi.EAGAIN, "sock_send", a, iovs{"x"}, 0, out(4))
	p.fails(abi.EAGAIN, "sock_send_to", a, iovs{"x"}, 0, unixPath(""), out(4))
	p.fails(abi.EAGAIN, "sock_send_file", a, f, uint64(0), uint64(5), out(8))
	// Another thread of control reads: a program that shares the socket.
	p.ok("sock_set_opt_time", a, abi.SockOptionSendTimeout, nanos(0))
	later := p.later("sock_send", a, iovs{strings.Repeat("y", 10_000)}, 0, out(4))
	p.parked()
	q := w.proxy()
	w.Kernel.Lock()
	file := w.Kernel.Process(p.proc.PID).FDs.Get(int32(b)).File.Ref()
	fd32, _ := w.Kernel.Process(q.proc.PID).FDs.Add(kernel.FD{File: file, Base: abi.RightsAll}, 0)
	w.Kernel.Unlock()
	for got := 0; got < 18_192; {
		got += len(q.read(int(fd32), 5000))
	}
	p.get(later).is(0, 10_000)
	all := q.later("sock_recv", int(fd32), room{6}, abi.RiflagsRecvWaitall, out(4), out(2))
	q.parked()
	p.ok("sock_send", a, iovs{"abc"}, 0, out(4))
	p.ok("sock_send", a, iovs{"def"}, 0, out(4))
	q.get(all).text(0, "abcdef")

	// Closing without reading resets, closing after it does not.
	p.ok("sock_send", a, iovs{"unread"}, 0, out(4))
	q.ok("fd_close", int(fd32))
	p.ok("fd_close", b)
	p.fails(abi.ECONNRESET, "sock_recv", a, room{4}, 0, out(4), out(2))
	p.ok("sock_recv", a, room{4}, 0, out(4), out(2)).is(1, 0)
	p.fails(abi.EPIPE, "sock_send", a, iovs{"x"}, 0, out(4))
	p.fails(abi.EPIPE, "sock_send_to", a, iovs{"x"}, 0, unixPath(""), out(4))
	p.fails(abi.EPIPE, "sock_send_file", a, f, uint64(0), uint64(5), out(8))
	p.signals(abi.SIGPIPE)
	a, b = p.sockpair(stream)
	p.ok("sock_send", a, iovs{"unread"}, 0, out(4))
	p.ok("fd_close", b)
	p.fails(abi.ECONNRESET, "sock_send", a, iovs{"x"}, 0, out(4))

	// Memory for all of them.
	p.ok("fd_close", a)
	v := newWorld(t).proxy()
	v.world.Kernel.Lock()
	v.world.Kernel.Net = &sock.Stack{MaxBytes: 600}
	v.world.Kernel.Unlock()
	a, b = v.sockpair(stream)
	v.ok("sock_send", a, iovs{"x"}, 0, out(4))
	v.fails(abi.ENOBUFS, "sock_send", b, iovs{"x"}, 0, out(4))
}

func TestAcceptAndConnect(t *testing.T) {
	w := newTree(t)
	s, c := w.proxy(), w.proxy()
	const ms = 1e6
	l := s.server(80, 0)
	s.nonblock(l)
	s.fails(abi.EAGAIN, "sock_accept", l, 0, out(4))
	s.fails(abi.EAGAIN, "sock_accept_v2", l, 0, out(4), out(110))
	s.ok("fd_fdstat_set_flags", l, 0)
	s.interrupted(abi.EINTR, "sock_accept", l, 0, out(4))
	s.interrupted(abi.EINTR, "sock_accept_v2", l, 0, out(4), out(110))
	s.ok("sock_set_opt_time", l, abi.SockOptionRecvTimeout, nanos(ms))
	s.fails(abi.EAGAIN, "sock_accept", l, 0, out(4))
	s.ok("sock_set_opt_time", l, abi.SockOptionAcceptTimeout, nanos(ms))
	s.fails(abi.ETIMEDOUT, "sock_accept", l, 0, out(4))
	s.fails(abi.ETIMEDOUT, "sock_accept_v2", l, 0, out(4), out(110))

	c.fails(abi.ECONNREFUSED, "sock_connect", c.socket(inet4, stream), ip("127.0.0.1", 81))
	c.fails(abi.ENETUNREACH, "sock_connect", c.socket(inet4, stream), ip("10.255.255.1", 443))
	c.fails(abi.EAFNOSUPPORT, "sock_connect", c.socket(inet4, stream), ip("::1", 443))
	first := c.dial(80)
	c.fails(abi.EISCONN, "sock_connect", first, ip("127.0.0.1", 80))
	fd := c.socket(inet4, stream)
	c.nonblock(fd)
	c.fails(abi.EINPROGRESS, "sock_connect", fd, ip("127.0.0.1", 80)) // the queue is full
	c.fails(abi.EALREADY, "sock_connect", fd, ip("127.0.0.1", 80))
	slow := c.socket(inet4, stream)
	c.ok("sock_set_opt_time", slow, abi.SockOptionConnectTimeout, nanos(ms))
	c.fails(abi.ETIMEDOUT, "sock_connect", slow, ip("127.0.0.1", 80))
	c.interrupted(abi.EINTR, "sock_connect", c.socket(inet4, stream), ip("127.0.0.1", 80))
	c.ok("sock_set_opt_time", slow, abi.SockOptionConnectTimeout, nanos(0))
	waits := c.later("sock_connect", slow, ip("127.0.0.1", 80))
	c.parked()
	for range 4 {
		s.acceptFrom(l)
	}
	c.get(waits)
	has(t, c.poll(onWrite(fd)), 0)
	c.fails(abi.EISCONN, "sock_connect", fd, ip("127.0.0.1", 80))

	s.fails(abi.EADDRINUSE, "sock_bind", s.socket(inet4, stream), ip("127.0.0.1", 80))
	two := [2]int{s.socket(inet4, stream), s.socket(inet4, stream)}
	for i, fd := range two {
		s.ok("sock_set_opt_flag", fd, abi.SockOptionReuseAddr, 1)
		s.ok("sock_bind", fd, ip("127.0.0.1", 90))
		if i == 0 {
			s.ok("sock_connect", fd, ip("127.0.0.1", 80))
		}
	}
	s.acceptFrom(l)
	s.fails(abi.EADDRNOTAVAIL, "sock_connect", two[1], ip("127.0.0.1", 80))
	x, y := s.socket(inet4, stream), s.socket(inet4, stream)
	for _, fd := range []int{x, y} {
		s.ok("sock_set_opt_flag", fd, abi.SockOptionReuseAddr, 1)
		s.ok("sock_bind", fd, ip("127.0.0.1", 91))
	}
	s.ok("sock_listen", x, 1)
	s.fails(abi.EADDRINUSE, "sock_listen", y, 1)
	s.fails(abi.EDESTADDRREQ, "sock_listen", s.socket(unixAF, stream), 1)
	c.fails(abi.ECONNREFUSED, "sock_connect", c.socket(inet4, stream), ip("127.0.0.1", 90))
}

func TestUnixSockets(t *testing.T) {
	w := newTree(t)
	p := w.proxy()
	l := p.socket(unixAF, stream)
	p.ok("sock_bind", l, unixPath("/d/sock")).traced(`==> sock_bind(fd=4,addr=unix:"/d/sock")`, `<== errno=ESUCCESS`)
	p.ok("sock_listen", l, 0)
	if st := p.ok("path_filestat_get", root, 0, "d/sock", out(64)).stat(0); st.Filetype != abi.FiletypeSocketStream {
		t.Errorf("%+v", st)
	}
	p.fails(abi.EADDRINUSE, "sock_bind", p.socket(unixAF, stream), unixPath("/d/sock"))
	p.fails(abi.EADDRINUSE, "sock_bind", p.socket(unixAF, stream), unixPath("/f"))
	p.fails(abi.EROFS, "sock_bind", p.socket(unixAF, stream), unixPath("/ro/s"))
	p.fails(abi.ENOENT, "sock_connect", p.socket(unixAF, stream), unixPath("/none"))
	p.fails(abi.ECONNREFUSED, "sock_connect", p.socket(unixAF, stream), unixPath("/f"))
	c := p.socket(unixAF, stream)
	p.ok("sock_connect", c, unixPath("d/sock"))
	s := p.acceptFrom(l)
	p.write(c, "hi")
	if got := p.read(s, 9); got != "hi" {
		t.Errorf("%q", got)
	}
	x := p.socket(unixAF, stream)
	p.ok("sock_connect", p.socket(unixAF, stream), unixPath("d/sock"))
	p.nonblock(x)
	p.fails(abi.EAGAIN, "sock_connect", x, unixPath("d/sock"))

	d, e := p.socket(unixAF, dgram), p.socket(unixAF, dgram)
	p.ok("sock_bind", d, unixPath("/d/dgram"))
	p.fails(abi.EPROTOTYPE, "sock_connect", x, unixPath("/d/dgram"))
	p.fails(abi.EPROTOTYPE, "sock_send_to", d, iovs{"x"}, 0, unixPath("/d/sock"), out(4))
	p.fails(abi.ECONNREFUSED, "sock_send_to", d, iovs{"x"}, 0, unixPath("/f"), out(4))
	p.ok("sock_send_to", e, iovs{"x"}, 0, unixPath("/d/dgram"), out(4)).is(0, 1)
	p.ok("sock_recv_from", d, room{9}, 0, out(4), out(2), out(110)).text(0, "x").traced(
		fmt.Sprintf(`==> sock_recv_from(fd=%d,ri_data=[0x400:9],ri_flags=)`, d),
		`<== (ri_data="x",nread=1,ro_flags=,addr=unix:"",errno=ESUCCESS)`)
	p.ok("sock_bind", e, unixPath("\x00e"))
	p.ok("sock_connect", d, unixPath("\x00e"))
	o := p.socket(unixAF, dgram)
	p.fails(abi.EPERM, "sock_send_to", o, iovs{"x"}, 0, unixPath("/d/dgram"), out(4))
	p.fails(abi.EPERM, "sock_connect", o, unixPath("/d/dgram"))
}

func TestUDP(t *testing.T) {
	p := newTree(t).proxy()
	a, b := p.socket(inet4, dgram), p.socket(inet6, dgram)
	p.ok("sock_bind", a, ip("127.0.0.1", 53))
	p.ok("sock_send_to", b, iovs{"over", " IPv6"}, 0, wire(sock.Addr{Family: inet6, IP: sock.IP4(127, 0, 0, 1), Port: 53}), out(4)).is(0, 9)
	r := p.ok("sock_recv_from", a, room{4}, 0, out(4), out(2), out(110)).text(0, "over").is(1, 4).is(2, uint64(abi.RoflagsRecvDataTruncated))
	if from := r.addr(3); from.Family != inet4 || from.IP != sock.IP4(127, 0, 0, 1) {
		t.Errorf("from %v", from)
	}
	p.fails(abi.ENETUNREACH, "sock_connect", a, ip("8.8.8.8", 53))

	// Groups.
	any, group := in{0, 0, 0, 0}, in{239, 0, 0, 9}
	b = p.socket(inet6, dgram)
	p.ok("sock_bind", b, ip("::", 5353))
	p.ok("sock_join_multicast_v4", b, group, any)
	p.fails(abi.EADDRINUSE, "sock_join_multicast_v4", b, group, any)
	p.ok("sock_send_to", a, iovs{"all"}, 0, ip("239.0.0.9", 5353), out(4))
	p.ok("sock_recv", b, room{9}, 0, out(4), out(2)).text(0, "all")
	p.fails(abi.EINVAL, "sock_join_multicast_v4", b, any, any)
	p.fails(abi.EINVAL, "sock_leave_multicast_v4", b, any, any)
	p.fails(abi.ENODEV, "sock_join_multicast_v4", b, group, in{10, 0, 0, 1})
	p.fails(abi.ENODEV, "sock_leave_multicast_v4", b, group, in{10, 0, 0, 1})
	p.ok("sock_leave_multicast_v4", b, group, any)
	p.fails(abi.EADDRNOTAVAIL, "sock_leave_multicast_v4", b, group, any)
	six := append(in{0xff, 2}, make(in, 22)...)
	p.ok("sock_join_multicast_v6", b, six, 1)
	p.fails(abi.EADDRINUSE, "sock_join_multicast_v6", b, six, 0)
	p.ok("sock_leave_multicast_v6", b, six, 1)
	for _, verb := range []string{"sock_join_multicast_v6", "sock_leave_multicast_v6"} {
		p.fails(abi.EINVAL, verb, b, make(in, 24), 1)
		p.fails(abi.ENODEV, verb, b, six, 2)
		p.fails(abi.ENOPROTOOPT, verb, a, six, 1)
		p.fails(abi.EFAULT, verb, b, nowhere, 1)
	}
	p.fails(abi.EADDRNOTAVAIL, "sock_leave_multicast_v6", b, six, 1)
	for _, verb := range []string{"sock_join_multicast_v4", "sock_leave_multicast_v4"} {
		p.fails(abi.ENOPROTOOPT, verb, p.socket(inet4, stream), group, any)
		p.fails(abi.EFAULT, verb, b, group, nowhere)
	}
	for i := range byte(20) {
		p.ok("sock_join_multicast_v4", a, in{239, 1, 1, i}, any)
		p.ok("sock_join_multicast_v6", b, append(in{0xff, i}, make(in, 22)...), 0)
	}
	p.fails(abi.ENOBUFS, "sock_join_multicast_v4", a, group, any)
	p.fails(abi.ENOBUFS, "sock_join_multicast_v6", b, append(in{0xff, 77}, make(in, 22)...), 0)
}

func TestSocketOptions(t *testing.T) {
	p := newTree(t).proxy()
	fd, six := p.socket(inet4, stream), p.socket(inet6, stream)
	p.ok("sock_set_opt_flag", fd, abi.SockOptionNoDelay, 1).traced(
		`==> sock_set_opt_flag(fd=4,sockopt=NO_DELAY,flag=true)`, `<== errno=ESUCCESS`)
	p.ok("sock_get_opt_flag", fd, abi.SockOptionNoDelay, out(1)).is(0, 1)
	p.fails(abi.EINVAL, "sock_set_opt_flag", fd, abi.SockOptionNoDelay, 2)
	p.fails(abi.ENOPROTOOPT, "sock_set_opt_flag", fd, abi.SockOptionOnlyV6, 1)
	p.fails(abi.ENOPROTOOPT, "sock_get_opt_flag", fd, abi.SockOptionOnlyV6, out(1))
	p.fails(abi.EFAULT, "sock_get_opt_flag", fd, abi.SockOptionNoDelay, nowhere)
	p.ok("sock_listen", six, 1)
	p.fails(abi.EINVAL, "sock_set_opt_flag", six, abi.SockOptionOnlyV6, 1)
	p.ok("sock_set_opt_size", fd, abi.SockOptionTtl, uint64(9))
	p.ok("sock_get_opt_size", fd, abi.SockOptionTtl, out(8)).is(0, 9)
	p.fails(abi.EINVAL, "sock_set_opt_size", fd, abi.SockOptionTtl, uint64(256))
	p.fails(abi.ENOPROTOOPT, "sock_set_opt_size", fd, abi.SockOptionMulticastTtlV4, uint64(1))
	p.fails(abi.ENOPROTOOPT, "sock_get_opt_size", fd, abi.SockOptionMulticastTtlV4, out(8))
	p.fails(abi.EFAULT, "sock_get_opt_size", fd, abi.SockOptionTtl, nowhere)
	p.ok("sock_set_opt_time", fd, abi.SockOptionLinger, nanos(5))
	p.ok("sock_get_opt_time", fd, abi.SockOptionLinger, out(16)).traced(
		`==> sock_get_opt_time(fd=4,sockopt=LINGER)`, `<== (timeout=5,errno=ESUCCESS)`)
	p.fails(abi.EINVAL, "sock_set_opt_time", fd, abi.SockOptionLinger, append(in{9}, make(in, 15)...))
	p.fails(abi.ENOPROTOOPT, "sock_set_opt_time", fd, abi.SockOptionTtl, nanos(5))
	p.fails(abi.ENOPROTOOPT, "sock_get_opt_time", fd, abi.SockOptionTtl, out(16))
	p.fails(abi.EFAULT, "sock_set_opt_time", fd, abi.SockOptionLinger, nowhere)
	p.fails(abi.EFAULT, "sock_get_opt_time", fd, abi.SockOptionLinger, nowhere)
}

func TestSockSendFile(t *testing.T) {
	p := newTree(t).proxy()
	a, b := p.sockpair(stream)
	f := p.open("f", 0)
	p.ok("sock_send_file", a, f, uint64(1), uint64(3), out(8)).is(0, 3).traced(
		`==> sock_send_file(out_fd=4,in_fd=6,offset=1,count=3)`, `<== (nwritten=3,errno=ESUCCESS)`)
	if got := p.read(b, 9); got != "ell" {
		t.Errorf("%q", got)
	}
	p.ok("fd_tell", f, out(8)).is(0, 4)
	p.fails(abi.EBADF, "sock_send_file", a, closed, uint64(0), uint64(1), out(8))
	p.fails(abi.EINVAL, "sock_send_file", a, b, uint64(0), uint64(1), out(8))
	p.fails(abi.EISDIR, "sock_send_file", a, root, uint64(0), uint64(1), out(8))
	p.fails(abi.EFAULT, "sock_send_file", a, f, uint64(0), uint64(1), nowhere)
}

// What preview1 programs can do with a socket they are given.
func TestSandboxedSockets(t *testing.T) {
	w := newTree(t)
	p := w.wasi()
	a, b, e := (&sock.Stack{}).Pair(unixAF, stream, 0, [2]uint64{1, 2}, 3)
	if e != abi.OK {
		t.Fatal(e)
	}
	x, y := p.give(a, abi.RightsSocketBase), p.give(b, 0)
	p.ok("sock_send", x, iovs{"hi"}, 0, out(4)).is(0, 2)
	p.ok("fd_write", x, iovs{"!"}, out(4)).is(0, 1)
	p.fails(abi.ENOTCAPABLE, "sock_send", y, iovs{"hi"}, 0, out(4))
	p.fails(abi.ENOTCAPABLE, "sock_recv", y, room{9}, 0, out(4), out(2))
	p.fails(abi.ENOTCAPABLE, "sock_shutdown", y, 1)
	p.fails(abi.ENOTCAPABLE, "sock_accept", y, 0, out(4))
	p.ok("sock_shutdown", x, abi.SdflagsRd|abi.SdflagsWr)
}

func TestResolveAndPort(t *testing.T) {
	w := newTree(t)
	p := w.proxy()
	if err := w.FS().WriteFile("/etc/hosts", []byte("10.0.0.1 db\n")); err != nil {
		t.Fatal(err)
	}
	p.ok("resolve", "db", 80, out(2*abi.SizeAddrIP), 2, out(4)).is(1, 1).traced(
		`==> resolve(host="db",port=80,naddrs=2)`, `<== (addrs=[10.0.0.1],nfound=1,errno=ESUCCESS)`)
	p.ok("resolve", "localhost", 0, out(2*abi.SizeAddrIP), 2, out(4)).is(1, 2)
	p.fails(abi.ENOENT, "resolve", "nobody", 0, out(18), 1, out(4))
	p.fails(abi.EINVAL, "resolve", "", 0, out(18), 1, out(4))
	p.fails(abi.ENAMETOOLONG, "resolve", strings.Repeat("x", 256), 0, out(18), 1, out(4))
	p.fails(abi.EFAULT, "resolve", "db", 0, nowhere, 1, out(4))
	w.Kernel.Lock()
	w.Kernel.Net.(*sock.Stack).Network = silent{}
	w.Kernel.Unlock()
	p.interrupted(abi.EINTR, "resolve", "nobody", 0, out(18), 1, out(4))
	l := p.socket(inet4, stream)
	p.interrupted(abi.EINTR, "sock_listen", l, 1)
	p.fails(abi.EALREADY, "sock_listen", l, 1)

	q := newWorld(t).proxy()
	r := q.ok("port_addr_list", out(2*abi.SizeAddrCidr), at(2))
	if n := binary.LittleEndian.Uint32(r.outs[1]); n != 2 {
		t.Errorf("%d addresses", n)
	}
	r.traced(`==> port_addr_list(naddrs=2)`, `<== (addrs=[127.0.0.1/8,::1/128],naddrs=2,errno=ESUCCESS)`)
	q.overflows(2, "port_addr_list")
	q.fails(abi.EFAULT, "port_addr_list", nowhere, at(2))
	q.ok("port_mac", out(6)).traced(`==> port_mac()`, `<== (mac=00:00:00:00:00:00,errno=ESUCCESS)`)
	q.fails(abi.EFAULT, "port_mac", nowhere)
	q.ok("port_route_list", out(2*abi.SizeRoute), at(2))
	q.fails(abi.EFAULT, "port_route_list", nowhere, at(2))
	cidr, addr := make(in, abi.SizeAddrCidr), make(in, abi.SizeAddr)
	for name, args := range map[string][]any{
		"port_addr_add": {cidr}, "port_addr_remove": {addr}, "port_addr_clear": nil, "port_dhcp_acquire": nil,
		"port_gateway_set": {addr}, "port_route_add": {cidr, addr, nanos(1), nanos(1)}, "port_route_remove": {addr},
		"port_route_clear": nil, "port_bridge": {"net", "token", 1}, "port_unbridge": nil,
	} {
		q.fails(abi.ENOTSUP, name, args...)
		if len(args) > 0 && name != "port_bridge" {
			q.fails(abi.EFAULT, name, append([]any{nowhere}, args[1:]...)...)
		}
	}
	q.fails(abi.EFAULT, "port_bridge", nowhere, 4, "token", 1)
}

// overflows makes a call that says how much room it needs, having too little.
func (p *proxy) overflows(want uint32, name string) {
	p.Helper()
	m := newImage(int(p.mem.Size()))
	p.poke(0, m.b)
	p.poke(512, in{1, 0, 0, 0})
	r, err := p.proc.Call(name, 1024, 512)
	if err != nil {
		p.Fatal(err)
	}
	if e := abi.Errno(r[0]); e != abi.EOVERFLOW || binary.LittleEndian.Uint32(p.peek(512, 4)) != want || p.peek(1024, 1)[0] != '?' {
		p.Errorf("%s: %v, %q", name, e, p.peek(512, 4))
	}
	note(name, abi.EOVERFLOW)
}

// silent is a network that never answers.
type silent struct{ sock.NoNetwork }

func (silent) Resolve(*sock.Query) {}
func (silent) Listen(*sock.Listen) {}
