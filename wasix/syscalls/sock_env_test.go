//go:build !js

package syscalls

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/sock"
)

// Where the tests of sockets put addresses.
const (
	addrAt  = 0x600
	addrOut = 0x680
	roAt    = result + 16
)

// opensock makes a socket.
func (x *env) opensock(f abi.AddressFamily, t abi.SockType) int32 {
	x.Helper()
	x.ok(SockOpen(x.t, uint32(f), uint32(t), 0, result))
	return int32(x.u32(result))
}

func (x *env) tcp() int32 { x.Helper(); return x.opensock(abi.AddressFamilyInet4, abi.SockTypeStream) }
func (x *env) udp() int32 { x.Helper(); return x.opensock(abi.AddressFamilyInet4, abi.SockTypeDgram) }

func (x *env) sockpair(t abi.SockType) (a, b int32) {
	x.Helper()
	x.ok(SockPair(x.t, uint32(abi.AddressFamilyUnix), uint32(t), 0, result, result+4))
	return int32(x.u32(result)), int32(x.u32(result + 4))
}

// ip puts an address of the internet, path one of a unix socket.
func (x *env) ip(s string, port uint16) uint32 {
	a := sock.Addr{Family: abi.AddressFamilyInet6, Port: port}
	var ok bool
	if a.IP, ok = sock.ParseIP(s); !ok {
		x.Fatal(s)
	}
	if a.IP.Is4() {
		a.Family = abi.AddressFamilyInet4
	}
	a.Put(x.mem[addrAt:])
	return addrAt
}

func (x *env) unixAddr(path string) uint32 {
	a := sock.Addr{Family: abi.AddressFamilyUnix, Path: path}
	a.Put(x.mem[addrAt:])
	return addrAt
}

// addr returns what a call has written.
func (x *env) addr() (a sock.Addr) {
	x.Helper()
	if e := a.Get(x.mem[addrOut:]); e != abi.OK {
		x.Fatal(e)
	}
	return a
}

// server listens at 127.0.0.1.
func (x *env) server(port uint16, backlog uint32) int32 {
	x.Helper()
	fd := x.tcp()
	x.ok(SockBind(x.t, fd, x.ip("127.0.0.1", port)))
	x.ok(SockListen(x.t, fd, backlog))
	return fd
}

func (x *env) accept(l int32) int32 {
	x.Helper()
	x.ok(SockAcceptV2(x.t, l, 0, result, addrOut))
	return int32(x.u32(result))
}

// connection is both ends of a TCP connection.
func (x *env) connection() (a, b int32) {
	x.Helper()
	l, c := x.server(4000, 1), x.tcp()
	x.ok(SockConnect(x.t, c, x.ip("127.0.0.1", 4000)))
	s := x.accept(l)
	x.ok(FdClose(x.t, l))
	return c, s
}

// text puts text and its iovec; room is an iovec to receive into.
func (x *env) text(s string) uint32 {
	p, n := x.put(bufAt, s)
	return x.iov(p, n)
}

func (x *env) send(fd int32, s string) {
	x.Helper()
	x.ok(SockSend(x.t, fd, x.text(s), 1, 0, result))
	if x.u32(result) != uint32(len(s)) {
		x.Fatalf("sent %d of %d", x.u32(result), len(s))
	}
}

// recv calls sock_recv with room for n bytes.
func (x *env) recv(fd int32, n uint32, flags abi.Riflags) kernel.Result {
	return SockRecv(x.t, fd, x.iov(bufAt, n), 1, uint32(flags), result, roAt)
}

// got wants what was received.
func (x *env) got(want string) {
	x.Helper()
	n := x.u32(result)
	if int(n) > memSize-bufAt || string(x.mem[bufAt:bufAt+n]) != want {
		x.Fatalf("received %d bytes %q, want %q", n, x.mem[bufAt:bufAt+min(n, 40)], want)
	}
}

// nonblock sets O_NONBLOCK.
func (x *env) nonblock(fd int32) {
	x.Helper()
	x.ok(FdFdstatSetFlags(x.t, fd, uint32(abi.FdflagsNonblock)))
}

func (x *env) sockTimeout(fd int32, o abi.SockOption, ns uint64) {
	x.Helper()
	w := abi.OptionTimestamp{Tag: abi.OptionSome, Some: ns}
	w.Put(x.mem[0x700:])
	x.ok(SockSetOptTime(x.t, fd, uint32(o), 0x700))
}

// stack is the system's network.
func (x *env) stack() *sock.Stack { return network(x.t) }

// nothing wants no socket, byte or name to be left.
func (x *env) nothing() {
	x.Helper()
	if sockets, bytes, names := x.stack().Live(); sockets|bytes|names != 0 {
		x.Errorf("left: %d sockets, %d bytes, %d names", sockets, bytes, names)
	}
}

// putLen puts a path and returns its length.
func putLen(x *env, at uint32, s string) uint32 { _, n := x.put(at, s); return n }
