//go:build !js

package wazerohost_test

import (
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/wasix-web/wasix-web/wasix"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/sock"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

// hostNet is a way out: what programs send to 10.0.0.0/8 goes to the machine's
// own loopback interface. It is what a transport looks like.
type hostNet struct {
	sock.NoNetwork
	do    func(fn func()) // with the kernel lock
	conns sync.WaitGroup
}

func (h *hostNet) Addrs() []sock.Prefix {
	return []sock.Prefix{{IP: sock.IP4(10, 0, 0, 2), Bits: 8}}
}

// Dial returns at once; the machine's answer comes later.
func (h *hostNet) Dial(d *sock.Dial) {
	addr := net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: int(d.Remote.Port)}
	h.conns.Add(1)
	go func() {
		defer h.conns.Done()
		conn, err := net.DialTCP("tcp4", nil, &addr)
		var far *sock.Stream
		h.do(func() {
			if err != nil {
				d.Failed(abi.ECONNREFUSED)
			} else {
				far = d.Connected(&sock.Addr{IP: sock.IP4(10, 0, 0, 2)})
			}
		})
		if far == nil {
			if conn != nil {
				conn.Close()
			}
			return
		}
		h.carry(far, conn)
	}()
}

// Listen takes the machine's connections for a port of its own, and says so.
func (h *hostNet) Listen(l *sock.Listen) {
	local := l.Local()
	h.conns.Add(1)
	go func() {
		defer h.conns.Done()
		ln, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
		h.do(func() {
			if err != nil {
				l.Ready(abi.EADDRINUSE)
			} else {
				l.Ready(abi.OK)
			}
		})
		if err != nil {
			return
		}
		defer ln.Close()
		listening <- ln.Addr().(*net.TCPAddr).Port
		conn, err := ln.AcceptTCP()
		if err != nil {
			return
		}
		var far *sock.Stream
		h.do(func() {
			far, _ = l.Accept(&sock.Addr{IP: sock.IP4(10, 1, 1, 1), Port: 5}, &sock.Addr{IP: local.IP, Port: local.Port})
		})
		if far != nil {
			h.carry(far, conn)
		}
	}()
}

var listening = make(chan int, 1)

// wake is a waiter.Listener that a goroutine waits for.
type wake chan struct{}

func (w wake) Ready(*waiter.Entry, waiter.Mask) {
	select {
	case w <- struct{}{}:
	default:
	}
}

// carry moves bytes both ways until both directions have ended.
func (h *hostNet) carry(far *sock.Stream, conn *net.TCPConn) {
	defer h.do(far.Release)
	defer conn.Close()
	var both sync.WaitGroup
	both.Add(2)
	go func() { // what the program sends
		defer both.Done()
		defer conn.CloseWrite()
		b := make([]byte, 32<<10)
		for {
			n := h.wait(far, waiter.In, b, func(v *guestmem.Vec) (int, abi.Errno) {
				n, _, e := far.Recv(v, 0)
				return n, e
			})
			if n == 0 {
				return
			}
			if _, err := conn.Write(b[:n]); err != nil {
				return
			}
		}
	}()
	go func() { // what it is to receive
		defer both.Done()
		defer h.do(func() { far.Shutdown(abi.SdflagsWr) })
		b := make([]byte, 32<<10)
		for {
			n, err := conn.Read(b)
			for done := 0; done < n; {
				k := h.wait(far, waiter.Out, b[done:n], func(v *guestmem.Vec) (int, abi.Errno) { return far.Send(v, nil) })
				if k == 0 {
					return
				}
				done += k
			}
			if err != nil {
				return
			}
		}
	}()
	both.Wait()
}

// wait calls fn again when the stream may be ready; 0: it is over.
func (h *hostNet) wait(s *sock.Stream, mask waiter.Mask, b []byte, fn func(*guestmem.Vec) (int, abi.Errno)) (n int) {
	w := make(wake, 1)
	e := waiter.Entry{Listener: w}
	h.do(func() { s.Register(&e, mask) })
	defer h.do(func() { s.Unregister(&e) })
	for {
		errno := abi.OK
		h.do(func() {
			var v guestmem.Vec
			v.SetBytes(b)
			n, errno = fn(&v)
		})
		if errno != abi.EAGAIN {
			return n
		}
		<-w
	}
}

// A transport to the outside: programs connect to the machine and listen to it.
func TestTransport(t *testing.T) {
	h := &hostNet{}
	w := newWorld(t, func(c *wasix.Config) { c.Network = h })
	h.do = w.Do
	t.Cleanup(h.conns.Wait)
	p := w.proxy()

	// A server of the machine's that answers with what it got, in capitals.
	ln, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			b, _ := io.ReadAll(conn)
			io.WriteString(conn, strings.ToUpper(string(b)))
			conn.Close()
		}
	}()
	port := uint16(ln.Addr().(*net.TCPAddr).Port)
	fd := p.socket(inet4, stream)
	p.ok("sock_connect", fd, ip("10.1.2.3", port)) // waits for the machine
	text := strings.Repeat("text", 10_000)
	for range 20 {
		p.ok("sock_send", fd, iovs{text}, 0, out(4)).is(0, uint64(len(text)))
	}
	p.ok("sock_shutdown", fd, abi.SdflagsWr)
	got := ""
	for {
		s := p.read(fd, 60_000)
		if s == "" {
			break
		}
		got += s
	}
	if got != strings.ToUpper(strings.Repeat(text, 20)) {
		t.Errorf("%d bytes came back", len(got))
	}
	if a := p.ok("sock_addr_local", fd, out(abi.SizeAddrPort)).addr(0); a.IP != sock.IP4(10, 0, 0, 2) {
		t.Errorf("the local address is %v", a)
	}
	ln.Close()
	fd = p.socket(inet4, stream)
	p.nonblock(fd)
	p.fails(abi.EINPROGRESS, "sock_connect", fd, ip("10.1.2.3", port))
	has(t, p.poll(onWrite(fd)), 0)
	p.fails(abi.ECONNREFUSED, "sock_connect", fd, ip("10.1.2.3", port))

	l := p.socket(inet4, stream)
	p.ok("sock_bind", l, ip("10.0.0.2", 80))
	p.ok("sock_listen", l, 1)
	conn, err := net.DialTCP("tcp4", nil, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: <-listening})
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(conn, "from outside")
	conn.CloseWrite()
	a := p.ok("sock_accept_v2", l, 0, out(4), out(abi.SizeAddrPort))
	if from := a.addr(1); from.IP != sock.IP4(10, 1, 1, 1) {
		t.Errorf("from %v", from)
	}
	if got := p.ok("sock_recv", a.fd(0), room{100}, abi.RiflagsRecvWaitall, out(4), out(2)); got.u32(1) != 12 {
		t.Errorf("%q", got.outs[0])
	}
	p.write(a.fd(0), "bye")
	p.ok("fd_close", a.fd(0))
	if b, _ := io.ReadAll(conn); string(b) != "bye" {
		t.Errorf("%q", b)
	}
	conn.Close()
	p.exits("proc_exit2", 0)
	h.conns.Wait()
	if sockets, bytes, names := w.Kernel.Net.(*sock.Stack).Live(); sockets|bytes|names != 0 {
		t.Errorf("left: %d sockets, %d bytes, %d names", sockets, bytes, names)
	}
}
