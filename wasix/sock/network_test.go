package sock

import (
	"math/rand"
	"net/netip"
	"strconv"
	"testing"

	"github.com/wasix-web/wasix-web/wasix/abi"
)

// far is a Network that keeps what it was asked, to be answered by the test.
type far struct {
	NoNetwork
	dials   []*Dial
	listens []*Listen
	gone    []*Listen
	sent    []string
	queries []*Query
}

func (f *far) Addrs() []Prefix    { return []Prefix{{at("10.0.0.5", 0).IP, 24}} }
func (f *far) Dial(d *Dial)       { f.dials = append(f.dials, d) }
func (f *far) Listen(l *Listen)   { f.listens = append(f.listens, l) }
func (f *far) Unlisten(l *Listen) { f.gone = append(f.gone, l) }
func (f *far) Resolve(q *Query)   { f.queries = append(f.queries, q) }
func (f *far) Send(from, to *Addr, data []byte) abi.Errno {
	if to.Port == 1 {
		return abi.EHOSTUNREACH
	}
	f.sent = append(f.sent, strconv.Itoa(int(to.Port))+string(data))
	return abi.OK
}

func TestDial(t *testing.T) {
	w := newWorld(t)
	f := &far{}
	w.Network = f
	c := w.tcp()
	h := listen(c, out)
	w.is(c.Connect(at("93.184.216.34", 80), false), abi.EINPROGRESS, "connect")
	w.ready(c, 0, "on its way")
	d := f.dials[0]
	if d.Remote != *at("93.184.216.34", 80) || d.Local.Port != c.Local().Port || d.Canceled() {
		t.Errorf("%v %v", d.Local, d.Remote)
	}
	end := d.Connected(at("10.0.0.5", 0))
	w.open[end] = true
	if h.take() != out || c.Connected() != abi.OK || c.Local().IP != at("10.0.0.5", 0).IP {
		t.Error("not connected")
	}
	w.put(c, "GET", nil)
	w.get(end, "GET")
	w.put(end, "200", nil)
	w.close(end)
	w.get(c, "200")
	w.fails(c, abi.OK)

	c = w.tcp()
	w.is(c.Connect(at("93.184.216.34", 80), false), abi.EINPROGRESS, "connect")
	f.dials[1].Failed(abi.ETIMEDOUT)
	w.is(c.Connected(), abi.ETIMEDOUT, "failed")
	f.dials[1].Failed(abi.EIO) // once only

	w.is(c.Connect(at("93.184.216.34", 80), false), abi.EINPROGRESS, "connect")
	w.close(c)
	if d := f.dials[2]; !d.Canceled() || d.Connected(at("10.0.0.5", 0)) != nil {
		t.Error("nobody waits for it any more")
	}
	c = w.tcp()
	c.SetFlag(abi.SockOptionDontRoute, true)
	w.is(c.Connect(at("93.184.216.34", 80), false), abi.ENETUNREACH, "dont_route")
	c = w.tcp()
	w.is(c.Connect(at("93.184.216.34", 80), false), abi.EINPROGRESS, "connect")
	w.MaxSockets = w.sockets
	if f.dials[3].Connected(at("10.0.0.5", 0)) != nil {
		t.Error("too many sockets")
	}
	w.is(c.Connected(), abi.ENOBUFS, "too many sockets")

	w.Network, w.MaxSockets = NoNetwork{}, 0
	w.is(c.Connect(at("93.184.216.34", 80), false), abi.ENETUNREACH, "a network that leads nowhere")
}

func TestListenOutside(t *testing.T) {
	w := newWorld(t)
	f := &far{}
	w.Network = f
	w.is(w.server(1).Listen(1), abi.OK, "the loopback is not asked for")
	l := w.tcp()
	w.is(l.Bind(at("10.0.0.5", 80)), abi.OK, "an address outside")
	h := listen(l, out)
	w.is(l.Listen(0), abi.EINPROGRESS, "listen")
	w.is(l.Listen(0), abi.EALREADY, "listen again")
	a := f.listens[0]
	if a.Local() != *at("10.0.0.5", 80) {
		t.Error(a.Local())
	}
	if _, e := a.Accept(at("1.2.3.4", 5), at("10.0.0.5", 80)); e != abi.ECONNREFUSED {
		t.Error(e)
	}
	a.Ready(abi.OK)
	if h.take()&out == 0 || l.Listening() != abi.OK {
		t.Error("it does not listen")
	}
	end, e := a.Accept(at("1.2.3.4", 5), at("10.0.0.5", 80))
	w.is(e, abi.OK, "accept")
	w.open[end] = true
	if _, e := a.Accept(at("1.2.3.4", 6), at("10.0.0.5", 80)); e != abi.EAGAIN {
		t.Error(e)
	}
	s := w.accept(l)
	if p, _ := s.Peer(); p != *at("1.2.3.4", 5) || s.Local() != *at("10.0.0.5", 80) {
		t.Errorf("%v %v", p, s.Local())
	}
	w.put(end, "x", nil)
	w.get(s, "x")
	w.close(l)
	if len(f.gone) != 1 || f.gone[0] != a {
		t.Error("the network does not know that it is over")
	}
	if _, e := a.Accept(at("1.2.3.4", 5), at("10.0.0.5", 80)); e != abi.ECONNREFUSED {
		t.Error(e)
	}
	l = w.tcp()
	w.is(l.Bind(at("0.0.0.0", 80)), abi.OK, "bind")
	w.is(l.Listen(0), abi.EINPROGRESS, "listen")
	f.listens[1].Ready(abi.EACCES)
	w.is(l.Listening(), abi.EACCES, "refused")
	if l.listen != nil || f.listens[1].stream != nil {
		t.Error("a refused one is not forgotten")
	}
	w.is(l.Listen(0), abi.EINPROGRESS, "listen again")
	w.is(w.tcp().Bind(at("10.0.0.6", 80)), abi.EADDRNOTAVAIL, "another address")
	w.Network = NoNetwork{}
	l = w.tcp()
	w.is(l.Listen(0), abi.OK, "a network that leads nowhere")
}

func TestDatagramsOutside(t *testing.T) {
	w := newWorld(t)
	f := &far{}
	w.Network = f
	d := w.udp()
	w.put(d, "hi", at("8.8.8.8", 53))
	if _, e := send(d, "hi", at("8.8.8.8", 1)); e != abi.EHOSTUNREACH {
		t.Error(e)
	}
	if len(f.sent) != 1 || f.sent[0] != "53hi" {
		t.Error(f.sent)
	}
	to := d.Local()
	to.IP = at("10.0.0.5", 0).IP
	w.is(w.Deliver(at("8.8.8.8", 53), &to, []byte("answer")), abi.OK, "deliver")
	w.getFrom(d, "answer", *at("8.8.8.8", 53))
	to.Port++
	w.is(w.Deliver(at("8.8.8.8", 53), &to, []byte("x")), abi.ECONNREFUSED, "deliver to nobody")
	w.is(w.Deliver(at("8.8.8.8", 53), &to, make([]byte, 70_000)), abi.EMSGSIZE, "deliver")
	if l := w.Addrs(); len(l) != 3 || l[0] != (Prefix{loopback4, 8}) || l[1] != (Prefix{loopback6, 128}) || l[2].Bits != 24 {
		t.Error(l)
	}
}

func TestQuery(t *testing.T) {
	q := &Query{Name: "example.org"}
	h := listen(q, in)
	if q.Done() || q.Readiness(allOf) != 0 {
		t.Error("no answer yet")
	}
	q.Answer([]IP{loopback4}, abi.OK)
	if h.take() != in || !q.Done() || q.Readiness(allOf) != in {
		t.Error("the answer is there")
	}
	q.Unregister(&h.entry)
}

func TestLookup(t *testing.T) {
	st := &Stack{Name: "Me"}
	hosts := []byte("# who is who\n10.0.0.1 one uno # first\n\n  10.0.0.2\tTWO\n" +
		"10.0.0.3 one\nnonsense one\n10.0.0.4\n::5 localhost five\r\n10.0.0.6 #six\n10.0.0.7 last")
	for _, c := range []struct{ name, want string }{
		{"one", "10.0.0.1 10.0.0.3 "}, {"uno", "10.0.0.1 "}, {"two", "10.0.0.2 "}, {"One.", "10.0.0.1 10.0.0.3 "},
		{"five", "::5 "}, {"last", "10.0.0.7 "}, {"localhost", "::5 "},
		{"#six", ""}, {"six", ""}, {"first", ""}, {"", ""}, {"on", ""}, {"example.org", ""},
		{"me", "127.0.0.1 ::1 "}, {"a.b.localhost", "127.0.0.1 ::1 "}, {"alocalhost", ""},
		{"1.2.3.4", "1.2.3.4 "}, {"::ffff:1.2.3.4", "1.2.3.4 "}, {"fe80::1", "fe80::1 "},
	} {
		got := ""
		for _, ip := range st.Lookup(c.name, hosts) {
			got += netip.AddrFrom16(ip).Unmap().String() + " "
		}
		if got != c.want {
			t.Errorf("%q: %q, want %q", c.name, got, c.want)
		}
	}
	if ips := st.Lookup("LocalHost", nil); len(ips) != 2 {
		t.Error(ips)
	}
}

// ParseIP is compared with the standard library's.
func TestParseIP(t *testing.T) {
	rnd := rand.New(rand.NewSource(1))
	list := []string{"", ":", "::", ":::", "::1", "1::", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7::",
		"::2:3:4:5:6:7:8", "1::2::3", "12345::", "::1.2.3.4", "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:7:1.2.3.4", "::ffff:256.1.1.1",
		"1.2.3.4", "1.2.3", "1.2.3.4.5", "01.2.3.4", "0.0.0.0", "255.255.255.255", "256.0.0.0", "1..2.3", "a.b.c.d", "g::", "1:", ":1",
		"fe80::1%lo", " 1.2.3.4", "1.2.3.4 ", "1:2:3:4:5:6:7::8", "::1.2.3.4:5"}
	for range 20_000 {
		b := make([]byte, rnd.Intn(12))
		for i := range b {
			b[i] = "::::1.2f05"[rnd.Intn(10)]
		}
		list = append(list, string(b))
		var raw IP
		for i := range raw {
			if rnd.Intn(2) == 0 {
				raw[i] = byte(rnd.Int())
			}
		}
		list = append(list, netip.AddrFrom16(raw).String())
	}
	for _, s := range list {
		want, e := netip.ParseAddr(s)
		if want.Zone() != "" {
			e = strconv.ErrSyntax
		}
		got, ok := ParseIP(s)
		if ok != (e == nil) || ok && got != want.As16() {
			t.Fatalf("%q: %v %v, want %v %v", s, got, ok, want, e)
		}
	}
}

// Addresses go to the wire and back.
func TestWire(t *testing.T) {
	var b [abi.SizeAddrPort]byte
	six := as6("2001:db8::1", 443)
	six.Scope = 7
	for _, a := range []*Addr{at("1.2.3.4", 80), six, name("/run/x", nil), name("\x00abs\x00tract", nil), name("", nil),
		name("/"+string(make([]byte, 0))+"0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345", nil), {}} {
		a.Put(b[:])
		var back Addr
		if e := back.Get(b[:]); e != abi.OK || back != *a {
			t.Errorf("%v: back %v %v", a, back, e)
		}
	}
	b[0] = 9
	if e := new(Addr).Get(b[:]); e != abi.EAFNOSUPPORT {
		t.Error(e)
	}
}
