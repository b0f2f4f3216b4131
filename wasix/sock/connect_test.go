package sock

import (
	"testing"

	"github.com/wasix-web/wasix-web/wasix/abi"
)

func TestRefused(t *testing.T) {
	w := newWorld(t)
	c := w.tcp()
	for _, a := range []*Addr{at("127.0.0.1", 81), at("127.9.9.9", 81), at("0.0.0.0", 81)} {
		w.is(c.Connect(a, false), abi.ECONNREFUSED, a)
	}
	w.is(c.Connect(at("10.1.2.3", 80), false), abi.ENETUNREACH, "outside")
	w.is(c.Connect(at("224.0.0.1", 80), false), abi.ENETUNREACH, "a group")
	w.is(c.Connect(at("::1", 80), false), abi.EAFNOSUPPORT, "family")
	if a := c.Local(); a != (Addr{Family: inet4, IP: any4}) {
		t.Errorf("the local address is %v", a)
	}
	if _, _, names := w.Live(); names != 0 {
		t.Error("a port is in use")
	}
	// A bound socket that does not listen is nobody.
	b := w.tcp()
	w.is(b.Bind(at("127.0.0.1", 82)), abi.OK, "bind")
	w.is(c.Connect(at("127.0.0.1", 82), false), abi.ECONNREFUSED, "bound")
	w.is(b.Connect(at("127.0.0.1", 83), false), abi.ECONNREFUSED, "from a bound one")
	if a := b.Local(); a.Port != 82 || a.IP != loopback4 {
		t.Errorf("the bound address has become %v", a)
	}
	d := w.tcp()
	w.is(d.Bind(at("0.0.0.0", 84)), abi.OK, "bind")
	w.is(d.Connect(at("127.0.0.1", 83), false), abi.ECONNREFUSED, "from one bound to all")
	if a := d.Local(); a.IP != any4 || a.Port != 84 {
		t.Errorf("the bound address has become %v", a)
	}
}

// Up to backlog + 1 connections wait to be accepted; others connect when there
// is room.
func TestBacklog(t *testing.T) {
	w := newWorld(t)
	l := w.server(1)
	to := l.Local()
	var c [5]*Stream
	for i := range c {
		c[i] = w.tcp()
		want := abi.OK
		if i > 1 {
			want = abi.EINPROGRESS
		}
		w.is(c[i].Connect(&to, true), want, "connect", i)
	}
	w.ready(c[2], 0, "in line")
	w.is(c[2].Connect(&to, true), abi.EALREADY, "connect again")
	w.is(c[2].Connected(), abi.EINPROGRESS, "in line")
	w.fails(c[2], abi.EAGAIN)
	if _, e := send(c[2], "x", nil); e != abi.EAGAIN {
		t.Error(e)
	}
	if c[2].Status() != abi.SockStatusOpening {
		t.Error(c[2].Status())
	}
	h2, h3 := listen(c[2], out), listen(c[3], out)

	w.put(c[0], "first", nil)
	s := w.accept(l)
	w.get(s, "first")
	if h2.take() != out || h3.take() != 0 {
		t.Error("one was to be told")
	}
	w.is(c[2].Connected(), abi.OK, "connected")
	w.is(c[2].Connect(&to, true), abi.EISCONN, "connect again")

	w.close(c[3]) // gives up
	w.is(l.Listen(2), abi.OK, "a longer queue")
	w.is(c[4].Connected(), abi.OK, "room in the longer queue")

	last := w.tcp()
	w.is(last.Connect(&to, true), abi.EINPROGRESS, "connect")
	h := listen(last, out)
	w.close(l)
	if h.take()&out == 0 {
		t.Error("not told")
	}
	w.ready(last, in|out|err|hup, "refused")
	w.is(last.Connect(&to, true), abi.ECONNREFUSED, "what became of it")
	w.is(last.Connect(&to, true), abi.ECONNREFUSED, "another one")
	w.ready(last, out|hup, "told")
	// Those that waited to be accepted are reset, those that were are not.
	for _, i := range []int{1, 2, 4} {
		w.fails(c[i], abi.ECONNRESET)
	}
	w.put(c[0], "go on", nil)
	w.get(s, "go on")
}

func TestGiveUp(t *testing.T) {
	w := newWorld(t)
	l := w.server(0)
	to := l.Local()
	w.is(w.tcp().Connect(&to, false), abi.OK, "connect")
	c := w.tcp()
	w.is(c.Connect(&to, false), abi.EINPROGRESS, "connect")
	c.GiveUp()
	w.is(c.Connected(), abi.ENOTCONN, "given up")
	if c.Local().Port != 0 {
		t.Error("it has a port")
	}
	w.accept(l)
	w.is(c.Connect(&to, false), abi.OK, "connect again")
	c.GiveUp() // too late
	w.is(c.Connected(), abi.OK, "connected")
}

func TestListenAgain(t *testing.T) {
	w := newWorld(t)
	l := w.server(0)
	to := l.Local()
	a, b := w.connection()
	w.is(a.Listen(1), abi.EINVAL, "a connection")
	w.is(l.Connect(&to, false), abi.EISCONN, "a socket that listens")
	w.is(l.Shutdown(abi.SdflagsRd), abi.OK, "shutdown")
	if _, e := l.Accept(); e != abi.EINVAL {
		t.Errorf("accept: %v", e)
	}
	w.is(b.Connect(&to, false), abi.EISCONN, "a connection")
	w.is(w.tcp().Connect(&to, false), abi.ECONNREFUSED, "connect")
	w.is(l.Listen(0), abi.OK, "listen again")
	w.is(w.tcp().Connect(&to, false), abi.OK, "connect")
	auto := w.tcp()
	w.is(auto.Listen(-1), abi.OK, "without an address")
	if auto.Local().Port < firstPort || auto.backlog != MaxBacklog {
		t.Errorf("%v, backlog %d", auto.Local(), auto.backlog)
	}
}

// An accepted socket has the options of the one that listens.
func TestAcceptedOptions(t *testing.T) {
	w := newWorld(t)
	l := w.server(0)
	w.is(l.SetFlag(abi.SockOptionNoDelay, true), abi.OK, "set")
	w.is(l.SetSize(abi.SockOptionRecvBufSize, 12345), abi.OK, "set")
	to := l.Local()
	w.is(w.tcp().Connect(&to, false), abi.OK, "connect")
	s := w.accept(l)
	if on, _ := s.Flag(abi.SockOptionNoDelay); !on || s.recvSize != 12345 {
		t.Error("options got lost")
	}
	if on, _ := s.Flag(abi.SockOptionListening); on {
		t.Error("it listens")
	}
}

// IPv4 and IPv6 meet at a socket that listens to both.
func TestDualStack(t *testing.T) {
	w := newWorld(t)
	l := w.socket(inet6, stream).(*Stream)
	w.is(l.Bind(at("::", 80)), abi.OK, "bind")
	w.is(l.Listen(9), abi.OK, "listen")

	c4 := w.tcp()
	w.is(c4.Connect(at("127.0.0.1", 80), false), abi.OK, "from IPv4")
	s := w.accept(l)
	if a, _ := s.Peer(); a.Family != inet6 || a.IP != loopback4 || a.Port != c4.Local().Port {
		t.Errorf("the peer is %v", a)
	}
	c6 := w.socket(inet6, stream)
	w.is(c6.Connect(at("::1", 80), false), abi.OK, "from IPv6")
	if a := c6.Local(); a.IP != loopback6 {
		t.Errorf("the client is %v", a)
	}
	w.accept(l)
	mapped := w.socket(inet6, stream)
	w.is(mapped.Connect(as6("127.0.0.1", 80), false), abi.OK, "with an IPv4 address on an IPv6 socket")
	if a := mapped.Local(); a.IP != loopback4 || a.Family != inet6 {
		t.Errorf("the client is %v", a)
	}
	only := w.socket(inet6, stream)
	w.is(only.SetFlag(abi.SockOptionOnlyV6, true), abi.OK, "set")
	w.is(only.Connect(as6("127.0.0.1", 80), false), abi.ENETUNREACH, "IPv4 with only_v6")
	w.is(w.socket(inet6, stream).Connect(at("::", 80), false), abi.OK, "any address is the loopback")

	l4 := w.tcp()
	w.is(l4.Bind(at("0.0.0.0", 80)), abi.EADDRINUSE, "all of IPv4, too")
	l6 := w.socket(inet6, stream).(*Stream)
	w.is(l6.SetFlag(abi.SockOptionOnlyV6, true), abi.OK, "set")
	w.is(l6.Bind(at("::", 81)), abi.OK, "bind")
	w.is(l6.SetFlag(abi.SockOptionOnlyV6, false), abi.EINVAL, "too late")
	w.is(l4.Bind(at("0.0.0.0", 81)), abi.OK, "both on one port")
	w.is(l6.Listen(1), abi.OK, "listen")
	w.is(w.tcp().Connect(at("127.0.0.1", 81), false), abi.ECONNREFUSED, "IPv4 to only_v6")
	w.is(l4.Listen(1), abi.OK, "listen")
	w.is(w.tcp().Connect(at("127.0.0.1", 81), false), abi.OK, "IPv4")
	v4 := w.socket(inet6, stream)
	w.is(v4.Bind(as6("127.0.0.1", 0)), abi.OK, "bind")
	w.is(v4.Connect(at("::1", 81), false), abi.ENETUNREACH, "from an IPv4 address to IPv6")
}

func TestUnix(t *testing.T) {
	w := newWorld(t)
	file := &node{id: 1}
	l := w.socket(unix, stream).(*Stream)
	w.is(l.Listen(1), abi.EDESTADDRREQ, "without a name")
	w.is(l.Bind(name("/run/sock", file)), abi.OK, "bind")
	w.is(l.Bind(name("/run/other", &node{id: 2})), abi.EINVAL, "bind again")
	c := w.socket(unix, stream).(*Stream)
	w.is(c.Connect(name("sock", file), false), abi.ECONNREFUSED, "nobody listens")
	w.is(l.Listen(0), abi.OK, "listen")
	w.is(c.Connect(name("sock", file), false), abi.OK, "connect by another path")
	s := w.accept(l)
	for _, x := range []struct {
		of   *Stream
		l, p string
	}{{c, "", "/run/sock"}, {s, "/run/sock", ""}} {
		p, _ := x.of.Peer()
		if l := x.of.Local(); l.Path != x.l || p.Path != x.p || p.Family != unix {
			t.Errorf("local %q, peer %q, want %q %q", l.Path, p.Path, x.l, x.p)
		}
	}
	w.put(c, "hi", nil)
	w.get(s, "hi")

	w.is(w.socket(unix, stream).Connect(name("sock", file), true), abi.OK, "one may wait")
	w.is(w.socket(unix, stream).Connect(name("sock", file), true), abi.EAGAIN, "full, and must not wait")
	w.is(w.socket(unix, stream).Connect(name("sock", file), false), abi.EINPROGRESS, "full")
	w.is(w.socket(unix, stream).Connect(name("file", &node{id: 3}), false), abi.ECONNREFUSED, "a file")
	w.is(w.socket(unix, dgram).Connect(name("sock", file), false), abi.EPROTOTYPE, "another type")
	w.is(w.socket(unix, stream).Connect(at("127.0.0.1", 1), false), abi.EAFNOSUPPORT, "another family")

	// The names that are in no file system.
	a := w.socket(unix, stream).(*Stream)
	w.is(a.Bind(name("\x00name", nil)), abi.OK, "bind")
	w.is(w.socket(unix, stream).Bind(name("\x00name", nil)), abi.EADDRINUSE, "bind")
	w.is(a.Listen(5), abi.OK, "listen")
	w.is(w.socket(unix, stream).Connect(name("\x00name", nil), false), abi.OK, "connect")
	w.close(a)
	w.is(w.socket(unix, stream).Bind(name("\x00name", nil)), abi.OK, "free again")
	for _, want := range []string{"\x0000000", "\x0000001"} {
		n := w.socket(unix, stream)
		w.is(n.Bind(name("", nil)), abi.OK, "any name")
		if got := n.Local().Path; got != want {
			t.Errorf("name %q, want %q", got, want)
		}
	}
	w.is(w.socket(unix, stream).Connect(name("", nil), false), abi.ECONNREFUSED, "no name")
}

func TestWhatThereIs(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		f    abi.AddressFamily
		t    abi.SockType
		p    abi.SockProto
		want abi.Errno
	}{
		{inet4, stream, 6, abi.OK}, {inet6, dgram, 17, abi.OK}, {unix, stream, 6, abi.OK}, {unix, dgram, 17, abi.OK},
		{0, stream, 0, abi.EAFNOSUPPORT}, {9, stream, 0, abi.EAFNOSUPPORT},
		{inet4, 0, 0, abi.EINVAL}, {inet4, 9, 0, abi.EINVAL},
		{inet4, abi.SockTypeRaw, 0, abi.ENOTSUP}, {unix, abi.SockTypeSeqpacket, 0, abi.ENOTSUP},
		{inet4, stream, 17, abi.EPROTOTYPE}, {inet4, dgram, 6, abi.EPROTOTYPE},
		{inet4, dgram, 1, abi.EPROTONOSUPPORT},
	} {
		s, e := w.Open(c.f, c.t, c.p, 7, 8)
		w.is(e, c.want, "open", c)
		a, b, e := w.Pair(c.f, c.t, c.p, [2]uint64{7, 9}, 8)
		w.is(e, c.want, "pair", c)
		if c.want != abi.OK {
			continue
		}
		w.open[s], w.open[a], w.open[b] = true, true, true
		if at, _ := s.Attr(nil); at.Ino != 7 || at.Mtim != 8 || at.Type != s.Type() {
			t.Errorf("attr %+v", at)
		}
		w.put(a, "x", nil)
		w.get(b, "x")
	}
}

func TestLimits(t *testing.T) {
	w := newWorld(t)
	w.MaxSockets = 4
	l := w.server(5)
	to := l.Local()
	a := w.tcp()
	w.is(a.Connect(&to, false), abi.OK, "connect")
	b := w.tcp()
	w.is(b.Connect(&to, false), abi.ENOBUFS, "connect")
	for _, typ := range []abi.SockType{stream, dgram} {
		if _, e := w.Open(inet4, typ, 0, 1, 1); e != abi.ENFILE {
			t.Error(e)
		}
		if _, _, e := w.Pair(unix, typ, 0, [2]uint64{}, 1); e != abi.ENFILE {
			t.Error(e)
		}
	}
	w.close(b)
	s := w.accept(l)
	w.chunks.max = 600
	w.put(a, "x", nil)
	if _, e := send(s, "x", nil); e != abi.ENOBUFS {
		t.Error(e)
	}
	d := w.udp()
	w.is(d.Bind(at("127.0.0.1", 0)), abi.OK, "bind")
	addr := d.Local()
	if _, e := send(d, "x", &addr); e != abi.ENOBUFS {
		t.Error(e)
	}
	w.get(s, "x")
	w.put(d, "x", &addr)
	w.get(d, "x")
}
