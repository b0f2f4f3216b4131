package sock

import (
	"strings"
	"testing"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
)

// bound is a UDP socket with an address.
func (w *world) bound(f abi.AddressFamily, a *Addr) *Datagram {
	w.Helper()
	d := w.socket(f, dgram).(*Datagram)
	w.is(d.Bind(a), abi.OK, "bind", a)
	return d
}

// getFrom receives exactly that, from there.
func (w *world) getFrom(d *Datagram, want string, from Addr) {
	w.Helper()
	w.get(d, want)
	if *d.From() != from {
		w.Errorf("from %v, want %v", *d.From(), from)
	}
}

func TestDatagrams(t *testing.T) {
	w := newWorld(t)
	a := w.bound(inet4, at("127.0.0.1", 53))
	b := w.udp()
	w.ready(b, out, "new")
	w.fails(a, abi.EAGAIN)
	h := listen(a, in)
	w.put(b, "one", at("127.0.0.1", 53))
	w.put(b, "", at("127.0.0.1", 53))
	w.put(b, "three", at("0.0.0.0", 53))
	if h.take() != in {
		t.Error("not told")
	}
	w.ready(a, in|out, "with datagrams")
	if a.Buffered() != 3 {
		t.Errorf("the first has %d bytes", a.Buffered())
	}
	from := b.Local()
	if from.Port < firstPort || from.IP != any4 {
		t.Errorf("the sender is bound to %v", from)
	}
	from.IP = loopback4
	w.getFrom(a, "one", from)
	w.getFrom(a, "", from)
	w.getFrom(a, "three", from)
	w.fails(a, abi.EAGAIN)
	w.put(a, "back", &from)
	w.getFrom(b, "back", *at("127.0.0.1", 53))

	if _, e := send(b, "x", nil); e != abi.EDESTADDRREQ {
		t.Error(e)
	}
	for _, c := range []struct {
		to   *Addr
		n    int
		want abi.Errno
	}{
		{at("127.0.0.1", 0), 1, abi.EINVAL},
		{at("::1", 53), 1, abi.EAFNOSUPPORT},
		{at("10.0.0.1", 53), 1, abi.ENETUNREACH},
		{at("255.255.255.255", 53), 1, abi.EACCES},
		{at("127.0.0.1", 53), maxUDP4, abi.OK},
		{at("127.0.0.1", 53), maxUDP4 + 1, abi.EMSGSIZE},
		{at("127.0.0.1", 54), 1, abi.OK}, // nobody: it gets lost
	} {
		if n, e := send(b, strings.Repeat("x", c.n), c.to); e != c.want || e == abi.OK && n != c.n {
			t.Errorf("%v: %d %v, want %v", c.to, n, e, c.want)
		}
	}
	if x, _, _ := recv(a, 70_000, 0); len(x) != maxUDP4 {
		t.Errorf("received %d", len(x))
	}
	w.ready(b, out, "at the end")
}

// What does not fit into the buffer is lost, and the flags say so.
func TestTruncated(t *testing.T) {
	w := newWorld(t)
	a := w.bound(inet4, at("127.0.0.1", 53))
	b := w.udp()
	to := a.Local()
	for range 4 {
		w.put(b, "0123456789", &to)
	}
	if x, ro, e := recv(a, 4, abi.RiflagsRecvPeek); x != "0123" || ro != abi.RoflagsRecvDataTruncated || e != abi.OK {
		t.Errorf("peek: %q %v %v", x, ro, e)
	}
	if x, ro, _ := recv(a, 10, 0); x != "0123456789" || ro != 0 {
		t.Errorf("%q %v", x, ro)
	}
	if x, ro, _ := recv(a, 4, 0); x != "0123" || ro != abi.RoflagsRecvDataTruncated {
		t.Errorf("%q %v", x, ro)
	}
	var v guestmem.Vec
	v.SetBytes(make([]byte, 4))
	if n, ro, _ := a.Recv(&v, abi.RiflagsRecvDataTruncated); n != 10 || ro != abi.RoflagsRecvDataTruncated {
		t.Errorf("%d %v", n, ro)
	}
	v.Set(guestmem.Of(make([]byte, 8)), 4, 10)
	if n, _, e := a.Recv(&v, 0); n != 0 || e != abi.EFAULT {
		t.Errorf("%d %v", n, e)
	}
	v.Set(guestmem.Of(make([]byte, 8)), 4, 10)
	if n, e := b.Send(&v, &to); n != 0 || e != abi.EFAULT {
		t.Errorf("%d %v", n, e)
	}
	if a.Buffered() != 10 {
		t.Error("the fault took a datagram, or sent one")
	}
}

func TestConnectedDatagrams(t *testing.T) {
	w := newWorld(t)
	a := w.bound(inet4, at("127.0.0.1", 53))
	b := w.udp()
	if _, e := b.Peer(); e != abi.ENOTCONN {
		t.Error(e)
	}
	w.is(b.Shutdown(abi.SdflagsWr), abi.ENOTCONN, "shutdown")
	w.is(b.Connect(at("127.0.0.1", 53), false), abi.OK, "connect")
	if p, _ := b.Peer(); p != *at("127.0.0.1", 53) || b.Local().IP != loopback4 {
		t.Errorf("peer %v, local %v", p, b.Local())
	}
	w.put(b, "x", nil)
	to := b.Local()
	w.getFrom(a, "x", to)
	w.put(a, "from the peer", &to)
	w.put(w.udp(), "from another", &to)
	w.get(b, "from the peer")
	w.fails(b, abi.EAGAIN)

	// Nobody is there: the next call says so.
	w.is(b.Connect(at("127.0.0.1", 54), false), abi.OK, "connect again")
	h := listen(b, 0)
	w.put(b, "x", nil)
	if h.take()&err == 0 {
		t.Error("not told")
	}
	w.ready(b, in|out|err, "refused")
	w.fails(b, abi.ECONNREFUSED)
	w.put(b, "x", nil)
	if _, e := send(b, "x", nil); e != abi.ECONNREFUSED {
		t.Error(e)
	}
	w.put(b, "x", nil)
	w.is(b.Connect(&Addr{}, false), abi.OK, "to nobody")
	w.ready(b, out, "no longer connected")
	if _, e := send(b, "x", nil); e != abi.EDESTADDRREQ {
		t.Error(e)
	}
	w.is(b.Connect(at("10.0.0.1", 54), false), abi.ENETUNREACH, "outside")
	w.is(b.Connect(at("::1", 54), false), abi.EAFNOSUPPORT, "family")

	w.is(b.Connect(at("127.0.0.1", 53), false), abi.OK, "connect")
	w.put(a, "before", &to)
	w.is(b.Shutdown(abi.SdflagsRd), abi.OK, "shutdown")
	w.get(b, "before")
	w.fails(b, abi.OK)
	w.ready(b, in|out|rdHup, "shut down for reading")
	w.is(b.Shutdown(abi.SdflagsWr), abi.OK, "shutdown")
	w.ready(b, in|out|rdHup|hup, "shut down")
	if _, e := send(b, "x", nil); e != abi.EPIPE {
		t.Error(e)
	}
	if b.Status() != abi.SockStatusClosed || a.Status() != abi.SockStatusOpened || w.udp().Status() != abi.SockStatusOpening {
		t.Error("status")
	}
}

// UDP drops what finds a full queue.
func TestDropped(t *testing.T) {
	w := newWorld(t)
	a := w.bound(inet4, at("127.0.0.1", 53))
	a.SetSize(abi.SockOptionRecvBufSize, 4<<10)
	b := w.udp()
	for range 100 {
		w.put(b, "", at("127.0.0.1", 53))
		w.put(b, strings.Repeat("x", 256), at("127.0.0.1", 53))
	}
	n := 0
	for ; ; n++ {
		if _, _, e := recv(a, 300, 0); e == abi.EAGAIN {
			break
		}
	}
	if n < 10 || n > 12 {
		t.Errorf("%d datagrams in 4 KiB", n)
	}
}

// Who gets what comes to a port that several sockets share.
func TestWhoReceives(t *testing.T) {
	w := newWorld(t)
	reuse := func(f abi.AddressFamily, a *Addr) *Datagram {
		d := w.socket(f, dgram).(*Datagram)
		d.SetFlag(abi.SockOptionReuseAddr, true)
		w.is(d.Bind(a), abi.OK, "bind")
		return d
	}
	all := reuse(inet6, at("::", 53))
	exact := reuse(inet4, at("127.0.0.1", 53))
	peer := reuse(inet4, at("0.0.0.0", 53))
	w.is(peer.Connect(at("127.0.0.1", 99), false), abi.OK, "connect")
	sender := w.bound(inet4, at("127.0.0.1", 99))
	other := w.udp()
	w.put(sender, "to the connected one", at("127.0.0.1", 53))
	w.put(other, "to the exact one", at("127.0.0.1", 53))
	w.put(other, "to all", at("127.0.0.2", 53))
	six := w.socket(inet6, dgram)
	w.put(six, "IPv6", at("::1", 53))
	w.put(six, "IPv4 from IPv6", as6("127.0.0.1", 53))
	w.get(peer, "to the connected one")
	w.get(exact, "to the exact one")
	w.get(exact, "IPv4 from IPv6")
	if f := exact.From(); f.Family != inet4 || f.IP != loopback4 {
		t.Errorf("from %v", f)
	}
	w.get(all, "to all")
	if f := all.From(); f.Family != inet6 || f.IP != loopback4 {
		t.Errorf("from %v", f)
	}
	w.get(all, "IPv6")
	if f := all.From(); f.IP != loopback6 {
		t.Errorf("from %v", f)
	}
	for _, d := range []*Datagram{all, exact, peer} {
		w.fails(d, abi.EAGAIN)
	}
}

func TestMulticast(t *testing.T) {
	w := newWorld(t)
	g, none, any := at("239.1.2.3", 0).IP, IP{}, any4
	var d [3]*Datagram
	for i := range d {
		d[i] = w.udp()
		d[i].SetFlag(abi.SockOptionReuseAddr, true)
		w.is(d[i].Bind(at("0.0.0.0", 5353)), abi.OK, "bind")
	}
	w.is(d[0].Join(g, any), abi.OK, "join")
	w.is(d[0].Join(g, loopback4), abi.EADDRINUSE, "join again")
	w.is(d[1].Join(g, loopback4), abi.OK, "join")
	w.is(d[1].Join(loopback4, any), abi.EINVAL, "no group")
	w.is(d[1].Join(g, at("10.0.0.1", 0).IP), abi.ENODEV, "no interface")
	g6 := at("ff02::1", 0).IP
	w.is(d[1].Join(g6, none), abi.ENOPROTOOPT, "family")
	six := w.bound(inet6, at("::", 5354))
	w.is(six.Join(g6, none), abi.OK, "IPv6")

	s := w.udp()
	w.put(s, "to the group", &Addr{Family: inet4, IP: g, Port: 5353})
	w.get(d[0], "to the group")
	w.get(d[1], "to the group")
	w.fails(d[2], abi.EAGAIN)
	w.is(d[1].Leave(g, any), abi.OK, "leave")
	w.is(d[1].Leave(g, any), abi.EADDRNOTAVAIL, "leave again")
	w.put(s, "again", &Addr{Family: inet4, IP: g, Port: 5353})
	w.get(d[0], "again")
	w.fails(d[1], abi.EAGAIN)
	s.SetFlag(abi.SockOptionMulticastLoopV4, false)
	w.put(s, "not here", &Addr{Family: inet4, IP: g, Port: 5353})
	w.fails(d[0], abi.EAGAIN)
	w.put(w.socket(inet6, dgram), "IPv6", &Addr{Family: inet6, IP: g6, Port: 5354})
	w.get(six, "IPv6")

	full := w.udp()
	for i := range byte(maxGroups) {
		w.is(full.Join(IP4(239, 0, 0, i), any), abi.OK, "join")
	}
	w.is(full.Join(g, any), abi.ENOBUFS, "join")
	ux, _ := w.pair(dgram)
	w.is(ux.(*Datagram).Join(g, any), abi.ENOPROTOOPT, "unix")
}

func TestBroadcast(t *testing.T) {
	w := newWorld(t)
	var d [2]*Datagram
	for i := range d {
		d[i] = w.udp()
		d[i].SetFlag(abi.SockOptionReuseAddr, true)
		w.is(d[i].Bind(at("0.0.0.0", 67)), abi.OK, "bind")
	}
	s := w.udp()
	s.SetFlag(abi.SockOptionBroadcast, true)
	for _, ip := range []string{"255.255.255.255", "127.255.255.255"} {
		w.put(s, ip, at(ip, 67))
		w.get(d[0], ip)
		w.get(d[1], ip)
	}
	w.fails(s, abi.EAGAIN)
}

// Unix datagrams do not get lost: the sender waits.
func TestUnixDatagrams(t *testing.T) {
	w := newWorld(t)
	file := &node{id: 1}
	r := w.socket(unix, dgram).(*Datagram)
	w.is(r.Bind(name("/r", file)), abi.OK, "bind")
	r.SetSize(abi.SockOptionRecvBufSize, minBuffer)
	s, c := w.socket(unix, dgram).(*Datagram), w.socket(unix, dgram).(*Datagram)
	w.is(c.Connect(name("/r", file), false), abi.OK, "connect")
	w.is(c.Connect(name("/x", &node{id: 2}), false), abi.ECONNREFUSED, "nobody")
	w.is(s.Bind(name("\x00s", nil)), abi.OK, "bind")
	w.put(s, "x", name("/r", file))
	w.getFrom(r, "x", *name("\x00s", nil))
	w.put(c, "y", nil)
	w.getFrom(r, "y", Addr{Family: unix})

	hs, hc := listen(s, out), listen(c, out)
	n := 0
	for ; n < 100; n++ {
		if _, e := send(s, "x", name("/r", file)); e == abi.EAGAIN {
			break
		}
	}
	if n != 8 {
		t.Errorf("%d datagrams in 2 KiB", n)
	}
	w.ready(c, 0, "the other's queue is full")
	w.ready(c, 0, "still")
	if _, e := send(c, "y", nil); e != abi.EAGAIN {
		t.Error(e)
	}
	w.get(r, "x")
	if hs.take() != out || hc.take() != out {
		t.Error("those who wait for room were not told")
	}
	w.put(c, "y", nil)

	if _, e := send(s, strings.Repeat("x", DefaultBuffer+1), name("/r", file)); e != abi.EMSGSIZE {
		t.Error(e)
	}
	big := strings.Repeat("x", DefaultBuffer)
	for range 8 {
		recv(r, 1, 0)
	}
	w.put(s, big, name("/r", file))
	w.get(r, big)
	if _, e := send(s, "x", at("127.0.0.1", 1)); e != abi.ECONNREFUSED {
		t.Error(e)
	}
	w.is(w.socket(unix, stream).Connect(name("/r", file), false), abi.EPROTOTYPE, "another type")

	// One that is connected hears only its peer.
	w.is(r.Connect(name("\x00s", nil), false), abi.OK, "connect")
	if _, e := send(c, "y", name("/r", file)); e != abi.EPERM {
		t.Error(e)
	}
	w.close(r)
	if _, e := send(c, "y", nil); e != abi.ECONNREFUSED {
		t.Error(e)
	}
	if _, e := send(c, "y", nil); e != abi.EDESTADDRREQ {
		t.Error(e)
	}
	a, b := w.pair(dgram)
	w.put(a, "one", nil)
	w.put(a, "two", nil)
	w.get(b, "one")
	w.get(b, "two")
	w.is(b.Shutdown(abi.SdflagsRd), abi.OK, "shutdown")
	if _, e := send(a, "x", nil); e != abi.EPIPE {
		t.Error(e)
	}
	w.close(b)
	if _, e := send(a, "x", nil); e != abi.ECONNREFUSED {
		t.Error(e)
	}
}

// A sender that waits hears that the receiver has gone.
func TestReceiverGoes(t *testing.T) {
	w := newWorld(t)
	a, b := w.pair(dgram)
	b.SetSize(abi.SockOptionRecvBufSize, minBuffer)
	for {
		if _, e := send(a, "x", nil); e == abi.EAGAIN {
			break
		}
	}
	h := listen(a, out)
	w.close(b)
	if h.take()&out == 0 {
		t.Error("not told")
	}
	w.ready(a, out, "the receiver has gone")
}
