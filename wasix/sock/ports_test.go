package sock

import (
	"testing"

	"github.com/wasix-web/wasix-web/wasix/abi"
)

func TestBind(t *testing.T) {
	w := newWorld(t)
	for _, typ := range []abi.SockType{stream, dgram} {
		a := w.socket(inet4, typ)
		w.is(a.Bind(at("127.0.0.1", 500)), abi.OK, typ)
		w.is(a.Bind(at("127.0.0.1", 501)), abi.EINVAL, "again")
		w.is(w.socket(inet4, typ).Bind(at("127.0.0.1", 500)), abi.EADDRINUSE, "the same")
		w.is(w.socket(inet4, typ).Bind(at("0.0.0.0", 500)), abi.EADDRINUSE, "all, and one of them")
		w.is(w.socket(inet6, typ).Bind(at("::", 500)), abi.EADDRINUSE, "all of both families")
		w.is(w.socket(inet6, typ).Bind(as6("127.0.0.1", 500)), abi.EADDRINUSE, "IPv4 on an IPv6 socket")
		w.is(w.socket(inet6, typ).Bind(at("::1", 500)), abi.OK, "another address")
		w.is(w.socket(inet4, typ).Bind(at("127.0.0.2", 500)), abi.OK, "another address")
		w.is(w.socket(inet4, typ).Bind(at("10.0.0.1", 500)), abi.EADDRNOTAVAIL, "outside")
		w.is(w.socket(inet6, typ).Bind(at("fe80::1", 500)), abi.EADDRNOTAVAIL, "outside")
		w.is(w.socket(inet4, typ).Bind(at("::1", 500)), abi.EAFNOSUPPORT, "another family")
		w.is(w.socket(inet6, typ).Bind(at("127.0.0.1", 500)), abi.EAFNOSUPPORT, "another family")
		if l := a.Local(); l != *at("127.0.0.1", 500) {
			t.Errorf("bound to %v", l)
		}
		w.close(a)
		w.is(w.socket(inet4, typ).Bind(at("127.0.0.1", 500)), abi.OK, "free again")
	}
	w.is(w.udp().Bind(at("224.0.0.1", 500)), abi.OK, "a group")
	w.is(w.tcp().Bind(at("224.0.0.1", 500)), abi.EADDRNOTAVAIL, "a group")
	w.is(w.socket(unix, stream).Bind(at("127.0.0.1", 7)), abi.EAFNOSUPPORT, "another family")
}

// TestReuse has what Linux says.
func TestReuse(t *testing.T) {
	const addr, port = abi.SockOptionReuseAddr, abi.SockOptionReusePort
	for _, c := range []struct {
		typ    abi.SockType
		a, b   abi.SockOption
		listen bool // a listens before b comes
		want   abi.Errno
	}{
		{stream, 0, 0, false, abi.EADDRINUSE},
		{stream, addr, 0, false, abi.EADDRINUSE},
		{stream, addr, addr, false, abi.OK},
		{stream, addr, addr, true, abi.EADDRINUSE},
		{stream, port, port, true, abi.OK},
		{stream, port, addr, false, abi.EADDRINUSE},
		{dgram, 0, addr, false, abi.EADDRINUSE},
		{dgram, addr, addr, false, abi.OK},
		{dgram, port, port, false, abi.OK},
	} {
		w := newWorld(t)
		a, b := w.socket(inet4, c.typ), w.socket(inet4, c.typ)
		a.SetFlag(c.a, true)
		b.SetFlag(c.b, true)
		w.is(a.Bind(at("0.0.0.0", 600)), abi.OK, c)
		if c.listen {
			w.is(a.(*Stream).Listen(1), abi.OK, c)
		}
		w.is(b.Bind(at("127.0.0.1", 600)), c.want, c)
	}
	// Two may be bound, but not listen.
	w := newWorld(t)
	a, b := w.tcp(), w.tcp()
	a.SetFlag(addr, true)
	b.SetFlag(addr, true)
	w.is(a.Bind(at("127.0.0.1", 600)), abi.OK, "bind")
	w.is(b.Bind(at("127.0.0.1", 600)), abi.OK, "bind")
	w.is(a.Listen(1), abi.OK, "listen")
	w.is(b.Listen(1), abi.EADDRINUSE, "listen")
	w.is(b.Connect(at("127.0.0.1", 600), false), abi.OK, "connect")
	c := w.tcp()
	c.SetFlag(addr, true)
	w.is(c.Bind(at("127.0.0.1", 600)), abi.EADDRINUSE, "somebody listens")
	// The same connection twice.
	l := w.server(5)
	to := l.Local()
	x, y := w.tcp(), w.tcp()
	x.SetFlag(addr, true)
	y.SetFlag(addr, true)
	w.is(x.Bind(at("127.0.0.1", 601)), abi.OK, "bind")
	w.is(y.Bind(at("127.0.0.1", 601)), abi.OK, "bind")
	w.is(x.Connect(&to, false), abi.OK, "connect")
	w.is(y.Connect(&to, false), abi.EADDRNOTAVAIL, "connect")
}

// With REUSEPORT the senders are spread; one bound to the address itself comes
// first.
func TestWhoListens(t *testing.T) {
	w := newWorld(t)
	var ls [3]*Stream
	for i := range ls {
		ls[i] = w.tcp()
		ls[i].SetFlag(abi.SockOptionReusePort, true)
		w.is(ls[i].Bind(at("0.0.0.0", 700)), abi.OK, "bind")
		w.is(ls[i].Listen(100), abi.OK, "listen")
	}
	for range 30 {
		w.is(w.tcp().Connect(at("127.0.0.1", 700), false), abi.OK, "connect")
	}
	for _, l := range ls {
		if n := len(l.pending); n != 10 {
			t.Errorf("%d of 30", n)
		}
	}
	exact := w.tcp()
	exact.SetFlag(abi.SockOptionReusePort, true)
	w.is(exact.Bind(at("127.0.0.1", 700)), abi.OK, "bind")
	w.is(w.tcp().Connect(at("127.0.0.1", 700), false), abi.OK, "it does not listen yet")
	w.is(exact.Listen(100), abi.OK, "listen")
	w.is(w.tcp().Connect(at("127.0.0.1", 700), false), abi.OK, "connect")
	if len(exact.pending) != 1 {
		t.Error("somebody else got it")
	}
	w.is(w.tcp().Connect(at("127.0.0.2", 700), false), abi.OK, "connect")
	if len(exact.pending) != 1 {
		t.Error("it got what was for another address")
	}
}

func TestPortsRunOut(t *testing.T) {
	w := newWorld(t)
	l := w.tcp()
	w.is(l.Bind(at("0.0.0.0", 80)), abi.OK, "bind")
	w.is(l.Listen(1), abi.OK, "listen")
	seen := map[uint16]bool{}
	var some Socket
	for range lastPort - firstPort + 1 {
		s := w.tcp()
		w.is(s.Bind(at("127.0.0.1", 0)), abi.OK, "bind")
		seen[s.Local().Port] = true
		some = s
	}
	if len(seen) != lastPort-firstPort+1 {
		t.Errorf("%d different ports", len(seen))
	}
	s := w.tcp()
	w.is(s.Bind(at("127.0.0.1", 0)), abi.EADDRINUSE, "bind")
	w.is(s.Connect(at("127.0.0.1", 80), false), abi.EADDRNOTAVAIL, "connect")
	w.is(s.Listen(1), abi.EADDRINUSE, "listen")
	w.is(w.udp().Bind(at("127.0.0.1", 0)), abi.OK, "UDP has its own")
	port := some.Local().Port
	w.close(some)
	w.is(s.Connect(at("127.0.0.1", 80), false), abi.OK, "connect")
	if s.Local().Port != port {
		t.Error("not the port that was given up")
	}
}

func TestOptions(t *testing.T) {
	w := newWorld(t)
	tcp6, udp4, ux := w.socket(inet6, stream), w.udp(), w.socket(unix, stream)
	type flags map[abi.SockOption]bool
	for s, has := range map[Socket]flags{
		tcp6: {abi.SockOptionReusePort: true, abi.SockOptionReuseAddr: true, abi.SockOptionNoDelay: true,
			abi.SockOptionDontRoute: true, abi.SockOptionOnlyV6: true, abi.SockOptionBroadcast: true,
			abi.SockOptionKeepAlive: true, abi.SockOptionOobInline: true},
		udp4: {abi.SockOptionReusePort: true, abi.SockOptionReuseAddr: true, abi.SockOptionDontRoute: true,
			abi.SockOptionBroadcast: true, abi.SockOptionMulticastLoopV4: true, abi.SockOptionKeepAlive: true,
			abi.SockOptionOobInline: true},
		ux: {abi.SockOptionReusePort: true, abi.SockOptionReuseAddr: true, abi.SockOptionDontRoute: true,
			abi.SockOptionBroadcast: true, abi.SockOptionKeepAlive: true, abi.SockOptionOobInline: true},
	} {
		for o := abi.SockOptionNoop; o < 255; o++ {
			if o == abi.SockOptionListening {
				continue
			}
			want := abi.ENOPROTOOPT
			if has[o] {
				want = abi.OK
			}
			on, e := s.Flag(o)
			w.is(e, want, o)
			w.is(s.SetFlag(o, !on), want, o)
			if now, _ := s.Flag(o); want == abi.OK && now == on {
				t.Errorf("%v has not changed", o)
			}
		}
		w.is(s.SetFlag(abi.SockOptionListening, true), abi.ENOPROTOOPT, "listening")
	}
	for _, c := range []struct {
		s         Socket
		o         abi.SockOption
		set, want uint64
		e         abi.Errno
	}{
		{tcp6, abi.SockOptionRecvBufSize, 100_000, 100_000, abi.OK},
		{tcp6, abi.SockOptionSendBufSize, 1, minBuffer, abi.OK},
		{tcp6, abi.SockOptionSendBufSize, 1 << 40, MaxBuffer, abi.OK},
		{tcp6, abi.SockOptionRecvLowat, 5, 1, abi.ENOPROTOOPT},
		{tcp6, abi.SockOptionSendLowat, 5, 1, abi.ENOPROTOOPT},
		{tcp6, abi.SockOptionTtl, 7, 7, abi.OK},
		{tcp6, abi.SockOptionTtl, 0, 7, abi.EINVAL},
		{tcp6, abi.SockOptionTtl, 256, 7, abi.EINVAL},
		{tcp6, abi.SockOptionType, 2, 1, abi.ENOPROTOOPT},
		{tcp6, abi.SockOptionProto, 2, 6, abi.ENOPROTOOPT},
		{udp4, abi.SockOptionType, 1, 2, abi.ENOPROTOOPT},
		{udp4, abi.SockOptionProto, 1, 17, abi.ENOPROTOOPT},
		{udp4, abi.SockOptionMulticastTtlV4, 0, 0, abi.OK},
		{udp4, abi.SockOptionMulticastTtlV4, 256, 0, abi.EINVAL},
		{ux, abi.SockOptionProto, 1, 0, abi.ENOPROTOOPT},
	} {
		w.is(c.s.SetSize(c.o, c.set), c.e, c)
		if n, e := c.s.Size(c.o); n != c.want || e != abi.OK {
			t.Errorf("%v: %d %v, want %d", c.o, n, e, c.want)
		}
	}
	for _, o := range []abi.SockOption{abi.SockOptionTtl, abi.SockOptionMulticastTtlV4, abi.SockOptionNoop} {
		if _, e := ux.Size(o); e != abi.ENOPROTOOPT {
			t.Errorf("%v: %v", o, e)
		}
		w.is(ux.SetSize(o, 1), abi.ENOPROTOOPT, o)
	}
	for o := abi.SockOptionNoop; o < 255; o++ {
		want := abi.ENOPROTOOPT
		if o >= abi.SockOptionRecvTimeout && o <= abi.SockOptionAcceptTimeout || o == abi.SockOptionLinger {
			want = abi.OK
		}
		x := abi.OptionTimestamp{Tag: abi.OptionSome, Some: uint64(o)}
		w.is(tcp6.SetTime(o, x), want, o)
		if got, e := tcp6.Time(o); e != want || want == abi.OK && got != x {
			t.Errorf("%v: %v %v", o, got, e)
		}
	}
	c := w.tcp()
	c.Fail(abi.ECONNREFUSED)
	if n, e := c.Size(abi.SockOptionLastError); n != uint64(abi.ECONNREFUSED) || e != abi.OK {
		t.Error(n, e)
	}
	if n, _ := c.Size(abi.SockOptionLastError); n != 0 {
		t.Error("reported twice")
	}
	if on, _ := w.server(1).Flag(abi.SockOptionListening); !on {
		t.Error("it listens")
	}
}
