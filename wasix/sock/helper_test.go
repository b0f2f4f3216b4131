package sock

import (
	"testing"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

const (
	inet4  = abi.AddressFamilyInet4
	inet6  = abi.AddressFamilyInet6
	unix   = abi.AddressFamilyUnix
	stream = abi.SockTypeStream
	dgram  = abi.SockTypeDgram
)

// world is a Stack, and what is open.
type world struct {
	*testing.T
	*Stack
	open map[Socket]bool
}

// newWorld checks at the end that nothing is left when everything is closed.
func newWorld(t *testing.T) *world {
	w := &world{t, &Stack{Name: "me"}, map[Socket]bool{}}
	t.Cleanup(func() {
		for s := range w.open {
			s.Release()
		}
		if sockets, bytes, names := w.Live(); sockets|bytes|names != 0 {
			t.Errorf("left: %d sockets, %d bytes, %d names", sockets, bytes, names)
		}
	})
	return w
}

func (w *world) socket(f abi.AddressFamily, t abi.SockType) Socket {
	w.Helper()
	s, e := w.Open(f, t, 0, 1, 2)
	if e != abi.OK {
		w.Fatalf("open %v %v: %v", f, t, e)
	}
	w.open[s] = true
	return s
}

func (w *world) tcp() *Stream   { return w.socket(inet4, stream).(*Stream) }
func (w *world) udp() *Datagram { return w.socket(inet4, dgram).(*Datagram) }

func (w *world) pair(t abi.SockType) (Socket, Socket) {
	w.Helper()
	a, b, e := w.Pair(unix, t, 0, [2]uint64{1, 2}, 3)
	if e != abi.OK {
		w.Fatal(e)
	}
	w.open[a], w.open[b] = true, true
	return a, b
}

func (w *world) close(s Socket) {
	w.Helper()
	if !w.open[s] {
		w.Fatal("closed twice")
	}
	delete(w.open, s)
	s.Release()
}

// is fails unless the call returned want.
func (w *world) is(got, want abi.Errno, what ...any) {
	w.Helper()
	if got != want {
		w.Errorf("%v: %v, want %v", what, got, want)
	}
}

// server is a TCP socket that listens at 127.0.0.1.
func (w *world) server(backlog int) *Stream {
	w.Helper()
	s := w.tcp()
	w.is(s.Bind(at("127.0.0.1", 0)), abi.OK, "bind")
	w.is(s.Listen(backlog), abi.OK, "listen")
	return s
}

func (w *world) accept(l *Stream) *Stream {
	w.Helper()
	s, e := l.Accept()
	if e != abi.OK {
		w.Fatalf("accept: %v", e)
	}
	w.open[s] = true
	return s
}

// connection is both sides of a TCP connection.
func (w *world) connection() (a, b *Stream) {
	w.Helper()
	l := w.server(0)
	a = w.tcp()
	to := l.Local()
	w.is(a.Connect(&to, false), abi.OK, "connect")
	b = w.accept(l)
	w.close(l)
	return a, b
}

// at is an address of the internet.
func at(ip string, port uint16) *Addr {
	a := &Addr{Family: inet6, Port: port}
	var ok bool
	if a.IP, ok = ParseIP(ip); !ok {
		panic(ip)
	}
	if a.IP.Is4() {
		a.Family = inet4
	}
	return a
}

// as6 is the address as an IPv6 socket writes it.
func as6(ip string, port uint16) *Addr {
	a := at(ip, port).as(inet6)
	return &a
}

// node stands for a file.
type node struct {
	vfs.Inode
	id int
}

func name(path string, n vfs.Inode) *Addr { return &Addr{Family: unix, Path: path, Node: n} }

func send(s Socket, b string, to *Addr) (int, abi.Errno) {
	var v guestmem.Vec
	v.SetBytes([]byte(b))
	return s.Send(&v, to)
}

// put sends everything.
func (w *world) put(s Socket, b string, to *Addr) {
	w.Helper()
	if n, e := send(s, b, to); n != len(b) || e != abi.OK {
		w.Errorf("send of %d: %d %v", len(b), n, e)
	}
}

func recv(s Socket, n int, flags abi.Riflags) (string, abi.Roflags, abi.Errno) {
	var v guestmem.Vec
	b := make([]byte, n)
	v.SetBytes(b)
	n, ro, e := s.Recv(&v, flags)
	return string(b[:min(n, len(b))]), ro, e
}

// get receives exactly that.
func (w *world) get(s Socket, want string) {
	w.Helper()
	if b, _, e := recv(s, len(want)+10, 0); b != want || e != abi.OK {
		w.Errorf("received %q %v, want %q", b, e, want)
	}
}

// fails receives nothing but an error.
func (w *world) fails(s Socket, want abi.Errno) {
	w.Helper()
	if b, _, e := recv(s, 10, 0); b != "" || e != want {
		w.Errorf("received %q %v, want %v", b, e, want)
	}
}

// heard notes what a waiter is told.
type heard struct {
	entry waiter.Entry
	mask  waiter.Mask
}

func (h *heard) Ready(_ *waiter.Entry, m waiter.Mask) { h.mask |= m }

// take returns what was told since the last time.
func (h *heard) take() waiter.Mask {
	m := h.mask
	h.mask = 0
	return m
}

func listen(o waiter.Waitable, mask waiter.Mask) *heard {
	h := &heard{}
	h.entry.Listener = h
	o.Register(&h.entry, mask)
	return h
}

const allOf = waiter.In | waiter.Out | waiter.RdHup | waiter.Err | waiter.Hup

// ready checks what a socket is ready for.
func (w *world) ready(s Socket, want waiter.Mask, when string) {
	w.Helper()
	if got := s.Readiness(allOf); got != want {
		w.Errorf("%s: ready for %s, want %s", when, masks(got), masks(want))
	}
}

func masks(m waiter.Mask) (s string) {
	for i, n := range []string{"In", "Out", "Err", "Hup", "Pri", "RdHup"} {
		if m&(1<<i) != 0 {
			s += n + " "
		}
	}
	return s
}

var (
	_ Socket          = (*Stream)(nil)
	_ Socket          = (*Datagram)(nil)
	_ Network         = NoNetwork{}
	_ waiter.Waitable = (*Query)(nil)
)
