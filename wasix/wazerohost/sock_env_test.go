//go:build !js

package wazerohost_test

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/sock"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

const (
	inet4  = abi.AddressFamilyInet4
	inet6  = abi.AddressFamilyInet6
	unixAF = abi.AddressFamilyUnix
	stream = abi.SockTypeStream
	dgram  = abi.SockTypeDgram
)

// ip is an address of the internet, unixPath one of a unix socket, as the wire
// has them.
func ip(s string, port uint16) in {
	a := sock.Addr{Family: inet6, Port: port}
	var ok bool
	if a.IP, ok = sock.ParseIP(s); !ok {
		panic(s)
	}
	if a.IP.Is4() {
		a.Family = inet4
	}
	return wire(a)
}

func unixPath(path string) in { return wire(sock.Addr{Family: unixAF, Path: path}) }

func wire(a sock.Addr) in {
	b := make(in, abi.SizeAddrPort)
	a.Put(b)
	return b
}

// nanos is an option_timestamp.
func nanos(n uint64) in {
	b := make(in, abi.SizeOptionTimestamp)
	(&abi.OptionTimestamp{Tag: abi.OptionSome, Some: n}).Put(b)
	return b
}

// addr decodes result i.
func (a *answer) addr(i int) (x sock.Addr) {
	a.p.Helper()
	if e := x.Get(a.outs[i]); e != abi.OK {
		a.p.Error(e)
	}
	return x
}

func (p *proxy) socket(f abi.AddressFamily, t abi.SockType) int {
	p.Helper()
	return p.ok("sock_open", f, t, 0, out(4)).fd(0)
}

func (p *proxy) sockpair(t abi.SockType) (int, int) {
	p.Helper()
	a := p.ok("sock_pair", unixAF, t, 0, out(4), out(4))
	return a.fd(0), a.fd(1)
}

// server listens at 127.0.0.1.
func (p *proxy) server(port uint16, backlog int) int {
	p.Helper()
	fd := p.socket(inet4, stream)
	p.ok("sock_bind", fd, ip("127.0.0.1", port))
	p.ok("sock_listen", fd, backlog)
	return fd
}

// dial connects a new socket to 127.0.0.1.
func (p *proxy) dial(port uint16) int {
	p.Helper()
	fd := p.socket(inet4, stream)
	p.ok("sock_connect", fd, ip("127.0.0.1", port))
	return fd
}

// acceptFrom takes a connection.
func (p *proxy) acceptFrom(l int) int {
	p.Helper()
	return p.ok("sock_accept_v2", l, 0, out(4), out(abi.SizeAddrPort)).fd(0)
}

func (p *proxy) nonblock(fd int) {
	p.Helper()
	p.ok("fd_fdstat_set_flags", fd, abi.FdflagsNonblock)
}

// give puts an object into a process, with these rights.
func (p *proxy) give(o vfs.Object, rights abi.Rights) int {
	p.Helper()
	k := p.world.Kernel
	k.Lock()
	defer k.Unlock()
	fd, e := k.Process(p.proc.PID).FDs.Add(kernel.FD{File: vfs.NewOpenFile(o, 0), Base: rights}, 0)
	if e != abi.OK {
		p.Fatal(e)
	}
	return int(fd)
}

// stack is the system's network.
func (p *proxy) stack() *sock.Stack {
	p.ok("fd_close", p.socket(inet4, stream)) // there is one from the first socket on
	return p.world.Kernel.Net.(*sock.Stack)
}

// handles makes the program handle signals.
func (p *proxy) handles() { p.Helper(); p.ok("callback_signal", "__wasm_signal") }

// interrupted makes a call that waits, and a signal end it.
func (p *proxy) interrupted(want abi.Errno, name string, args ...any) {
	p.Helper()
	p.handles()
	a := p.later(name, args...)
	p.parked()
	p.signal(abi.SIGUSR1)
	if e := p.get(a).errno; e != want {
		p.Errorf("%s: %v, want %v", name, e, want)
	}
	p.signals(abi.SIGUSR1)
}
