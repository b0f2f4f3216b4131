//go:build !js

package syscalls

import (
	"strings"
	"testing"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/kernel"
)

func TestSockOpen(t *testing.T) {
	x := posix(t)
	for _, c := range []struct {
		af, typ, proto uint32
		want           abi.Filetype
		e              abi.Errno
	}{
		{1, 1, 0, abi.FiletypeSocketStream, abi.OK}, {1, 1, 6, abi.FiletypeSocketStream, abi.OK},
		{2, 2, 17, abi.FiletypeSocketDgram, abi.OK}, {3, 1, 6, abi.FiletypeSocketStream, abi.OK},
		{0, 1, 0, 0, abi.EAFNOSUPPORT}, {256 + 1, 1, 0, abi.FiletypeSocketStream, abi.OK},
		{1, 3, 0, 0, abi.ENOTSUP}, {1, 7, 0, 0, abi.EINVAL}, {1, 1, 17, 0, abi.EPROTOTYPE}, {1, 2, 1, 0, abi.EPROTONOSUPPORT},
	} {
		r := SockOpen(x.t, c.af, c.typ, c.proto, result)
		if x.fails(r, c.e); c.e != abi.OK {
			continue
		}
		fd := int32(x.u32(result))
		x.ok(FdFdstatGet(x.t, fd, bufAt))
		if got := abi.Filetype(x.mem[bufAt]); got != c.want {
			t.Errorf("%v: file type %v", c, got)
		}
		x.ok(FdClose(x.t, fd))
	}
	x.fails(SockOpen(x.t, 1, 1, 0, memSize-3), abi.EFAULT)
	x.fails(SockPair(x.t, 3, 1, 0, memSize-3, result), abi.EFAULT)
	x.fails(SockPair(x.t, 3, 1, 0, result, memSize-3), abi.EFAULT)
	x.fails(SockPair(x.t, 3, 3, 0, result, result+4), abi.ENOTSUP)
	// The flags that libc's socket has in the type.
	x.ok(SockOpen(x.t, 1, 1|sockNonblock|sockCloexec, 0, result))
	fd := int32(x.u32(result))
	d := x.p.FDs.Get(fd)
	if !d.CloseOnExec || d.File.Flags != abi.FdflagsNonblock {
		t.Errorf("%+v", d)
	}
	for range 64 - 6 {
		x.tcp()
	}
	x.fails(SockPair(x.t, 3, 1, 0, result, result+4), abi.EMFILE)
	x.tcp()
	x.fails(SockOpen(x.t, 1, 1, 0, result), abi.EMFILE)
	x.stack().MaxSockets = 1
	x.ok(FdClose(x.t, fd))
	x.fails(SockOpen(x.t, 1, 1, 0, result), abi.ENFILE)
	x.p.Exit(kernel.Status{})
	x.nothing()
}

// Every call that wants a socket says what it is given instead.
func TestNotASocket(t *testing.T) {
	x := posix(t)
	file := x.file("f", "")
	a := x.ip("127.0.0.1", 1)
	for name, call := range map[string]func(fd int32) kernel.Result{
		"accept":    func(fd int32) kernel.Result { return SockAccept(x.t, fd, 0, result) },
		"accept_v2": func(fd int32) kernel.Result { return SockAcceptV2(x.t, fd, 0, result, addrOut) },
		"local":     func(fd int32) kernel.Result { return SockAddrLocal(x.t, fd, addrOut) },
		"peer":      func(fd int32) kernel.Result { return SockAddrPeer(x.t, fd, addrOut) },
		"bind":      func(fd int32) kernel.Result { return SockBind(x.t, fd, a) },
		"connect":   func(fd int32) kernel.Result { return SockConnect(x.t, fd, a) },
		"listen":    func(fd int32) kernel.Result { return SockListen(x.t, fd, 1) },
		"recv":      func(fd int32) kernel.Result { return x.recv(fd, 1, 0) },
		"recv_from": func(fd int32) kernel.Result {
			return SockRecvFrom(x.t, fd, x.iov(bufAt, 1), 1, 0, result, roAt, addrOut)
		},
		"send":     func(fd int32) kernel.Result { return SockSend(x.t, fd, x.iov(bufAt, 1), 1, 0, result) },
		"send_to":  func(fd int32) kernel.Result { return SockSendTo(x.t, fd, x.iov(bufAt, 1), 1, 0, a, result) },
		"shutdown": func(fd int32) kernel.Result { return SockShutdown(x.t, fd, 1) },
		"status":   func(fd int32) kernel.Result { return SockStatus(x.t, fd, result) },
		"get_flag": func(fd int32) kernel.Result { return SockGetOptFlag(x.t, fd, 2, result) },
		"set_flag": func(fd int32) kernel.Result { return SockSetOptFlag(x.t, fd, 2, 1) },
		"get_size": func(fd int32) kernel.Result { return SockGetOptSize(x.t, fd, 15, result) },
		"set_size": func(fd int32) kernel.Result { return SockSetOptSize(x.t, fd, 15, 1) },
		"get_time": func(fd int32) kernel.Result { return SockGetOptTime(x.t, fd, 19, result) },
		"set_time": func(fd int32) kernel.Result { return SockSetOptTime(x.t, fd, 19, bufAt) },
		"join4":    func(fd int32) kernel.Result { return SockJoinMulticastV4(x.t, fd, bufAt, bufAt) },
		"leave6":   func(fd int32) kernel.Result { return SockLeaveMulticastV6(x.t, fd, bufAt, 0) },
	} {
		t.Run(name, func(*testing.T) {
			x.fails(call(file), abi.ENOTSOCK)
			x.fails(call(99), abi.EBADF)
		})
	}
}

func TestSockAddresses(t *testing.T) {
	x := posix(t)
	l := x.server(80, 5)
	x.ok(SockAddrLocal(x.t, l, addrOut))
	if a := x.addr(); a.Port != 80 || a.Family != abi.AddressFamilyInet4 {
		t.Error(a)
	}
	x.fails(SockAddrPeer(x.t, l, addrOut), abi.ENOTCONN)
	c := x.tcp()
	x.ok(SockAddrLocal(x.t, c, addrOut))
	if a := x.addr(); a.Port != 0 {
		t.Error(a)
	}
	x.ok(SockConnect(x.t, c, x.ip("127.0.0.1", 80)))
	x.ok(SockAddrLocal(x.t, c, addrOut))
	mine := x.addr()
	s := x.accept(l)
	if a := x.addr(); a != mine {
		t.Errorf("accept says %v, want %v", a, mine)
	}
	x.ok(SockAddrPeer(x.t, s, addrOut))
	if a := x.addr(); a != mine {
		t.Errorf("the peer is %v, want %v", a, mine)
	}
	x.fails(SockBind(x.t, x.tcp(), x.ip("127.0.0.1", 80)), abi.EADDRINUSE)
	x.fails(SockBind(x.t, x.tcp(), x.ip("8.8.8.8", 80)), abi.EADDRNOTAVAIL)
	x.fails(SockBind(x.t, x.tcp(), memSize-109), abi.EFAULT)
	x.mem[addrAt] = 77
	x.fails(SockBind(x.t, x.tcp(), addrAt), abi.EAFNOSUPPORT)
	x.fails(SockConnect(x.t, c, x.ip("127.0.0.1", 80)), abi.EISCONN)
	x.fails(SockConnect(x.t, x.tcp(), x.ip("127.0.0.1", 81)), abi.ECONNREFUSED)
	x.fails(SockConnect(x.t, x.tcp(), x.ip("10.255.255.1", 443)), abi.ENETUNREACH)
	x.fails(SockConnect(x.t, x.tcp(), memSize-109), abi.EFAULT)
	x.fails(SockAddrLocal(x.t, c, memSize-109), abi.EFAULT)
	x.fails(SockAddrPeer(x.t, c, memSize-109), abi.EFAULT)
	x.fails(SockListen(x.t, x.udp(), 1), abi.ENOTSUP)
	x.fails(SockListen(x.t, c, 1), abi.EINVAL)
	x.ok(SockStatus(x.t, c, result))
	if x.mem[result] != byte(abi.SockStatusOpened) {
		t.Error(x.mem[result])
	}
	x.fails(SockStatus(x.t, c, memSize), abi.EFAULT)
	for _, how := range []uint32{0, 4, 5} {
		x.fails(SockShutdown(x.t, c, how), abi.EINVAL)
	}
	x.ok(SockShutdown(x.t, c, uint32(abi.SdflagsWr)))
	x.ok(x.recv(s, 5, 0))
	x.got("")
	x.p.Exit(kernel.Status{})
	x.nothing()
}

func TestAccept(t *testing.T) {
	x := posix(t)
	l := x.server(80, 5)
	other := x.second()
	x.blocks(SockAcceptV2(x.t, l, uint32(abi.FdflagsNonblock), result, addrOut))
	c := int32(0)
	if r := SockOpen(other, 1, 1, 0, result+8); r != kernel.Success {
		t.Fatal(r)
	}
	c = int32(x.u32(result + 8))
	if r := SockConnect(other, c, x.ip("127.0.0.1", 80)); r != kernel.Success {
		t.Fatal(r)
	}
	x.ends(x.t, abi.OK)
	s := int32(x.u32(result))
	if f := x.p.FDs.Get(s).File; f.Flags != abi.FdflagsNonblock || x.addr().Port == 0 {
		t.Errorf("%+v from %v", f, x.addr())
	}
	x.fails(x.recv(s, 1, 0), abi.EAGAIN)

	x.nonblock(l)
	x.fails(SockAccept(x.t, l, 0, result), abi.EAGAIN)
	x.ok(SockConnect(x.t, x.tcp(), x.ip("127.0.0.1", 80)))
	x.ok(SockAccept(x.t, l, 0, result))
	x.fails(x.recv(int32(x.u32(result)), 1, 0), abi.EAGAIN) // it is non-blocking, too
	x.ok(FdFdstatSetFlags(x.t, l, 0))
	x.ok(SockConnect(x.t, x.tcp(), x.ip("127.0.0.1", 80)))
	x.ok(SockAccept(x.t, l, 0, result))
	if x.p.FDs.Get(int32(x.u32(result))).File.Flags != 0 {
		t.Error("non-blocking without being asked to")
	}
	x.fails(SockAccept(x.t, l, 1, result), abi.EINVAL)
	x.fails(SockAccept(x.t, l, 0, memSize-3), abi.EFAULT)
	x.fails(SockAcceptV2(x.t, l, 0, result, memSize-109), abi.EFAULT)
	x.fails(SockAccept(x.t, x.udp(), 0, result), abi.ENOTSUP)
	x.fails(SockAccept(x.t, x.tcp(), 0, result), abi.EINVAL)

	x.sockTimeout(l, abi.SockOptionRecvTimeout, 5e6)
	x.blocks(SockAccept(x.t, l, 0, result))
	x.e.pass(5e6)
	x.ends(x.t, abi.EAGAIN)
	x.sockTimeout(l, abi.SockOptionAcceptTimeout, 3e6)
	x.blocks(SockAccept(x.t, l, 0, result))
	x.e.pass(3e6)
	x.ends(x.t, abi.ETIMEDOUT)

	x.blocks(SockAccept(x.t, l, 0, result))
	x.interrupt()
	x.ends(x.t, abi.EINTR)
	x.t.NextSignal()
	x.blocks(SockAccept(x.t, l, 0, result))
	if r := SockShutdown(other, l, uint32(abi.SdflagsRd)); r != kernel.Success {
		t.Error(r)
	}
	x.ends(x.t, abi.EINVAL) // it listens no more
	x.ok(SockListen(x.t, l, 5))
	x.blocks(SockAccept(x.t, l, 0, result))
	FdClose(other, l)
	x.ends(x.t, abi.EBADF)
	// A connection that finds no free descriptor stays in the queue.
	l = x.server(81, 5)
	x.ok(SockConnect(x.t, x.tcp(), x.ip("127.0.0.1", 81)))
	for !x.p.FDs.Full(1) {
		x.tcp()
	}
	x.fails(SockAccept(x.t, l, 0, result), abi.EMFILE)
	x.ok(FdClose(x.t, s))
	x.ok(SockAccept(x.t, l, 0, result))
	x.p.Exit(kernel.Status{})
	x.nothing()
}

// The queue of the other side is full: connect waits, or goes on by itself.
func TestConnectWaits(t *testing.T) {
	x := posix(t)
	l := x.server(80, 0)
	to := func() uint32 { return x.ip("127.0.0.1", 80) }
	other := x.second()
	x.ok(SockConnect(x.t, x.tcp(), to()))

	c := x.tcp()
	x.blocks(SockConnect(x.t, c, to()))
	if r := SockAccept(other, l, 0, result+8); r != kernel.Success {
		t.Fatal(r)
	}
	x.ends(x.t, abi.OK)
	x.send(c, "connected")

	c = x.tcp()
	x.nonblock(c)
	x.fails(SockConnect(x.t, c, to()), abi.EINPROGRESS)
	x.fails(SockConnect(x.t, c, to()), abi.EALREADY)
	x.fails(x.recv(c, 1, 0), abi.EAGAIN)
	x.ok(SockStatus(x.t, c, result))
	if x.mem[result] != byte(abi.SockStatusOpening) {
		t.Error(x.mem[result])
	}
	x.blocks(x.poll(sub{fd: c, write: true}))
	if r := SockAccept(other, l, 0, result+8); r != kernel.Success {
		t.Fatal(r)
	}
	x.ends(x.t, abi.OK)
	x.fails(SockConnect(x.t, c, to()), abi.EISCONN)

	c = x.tcp()
	x.sockTimeout(c, abi.SockOptionConnectTimeout, 7e6)
	x.blocks(SockConnect(x.t, c, to()))
	x.e.pass(7e6)
	x.ends(x.t, abi.ETIMEDOUT)

	x.blocks(SockConnect(x.t, c, to()))
	x.interrupt()
	x.ends(x.t, abi.EINTR)
	x.t.NextSignal()
	x.fails(SockConnect(x.t, c, to()), abi.EALREADY)
	x.ok(SockAccept(x.t, l, 0, result))
	x.fails(SockConnect(x.t, c, to()), abi.EISCONN)

	c = x.tcp()
	x.blocks(SockConnect(x.t, c, to()))
	FdClose(other, l)
	x.ends(x.t, abi.ECONNREFUSED)
	x.fails(x.recv(c, 1, 0), abi.ENOTCONN)

	x.server(80, 0)
	x.ok(SockConnect(x.t, x.tcp(), to()))
	x.blocks(SockConnect(x.t, c, to()))
	FdClose(other, c)
	x.ends(x.t, abi.EBADF)
	x.p.Exit(kernel.Status{})
	x.nothing()
}

func TestUnixPaths(t *testing.T) {
	x := posix(t)
	x.ok(PathCreateDirectory(x.t, 3, pathAt, putLen(x, pathAt, "run")))
	l := x.opensock(abi.AddressFamilyUnix, abi.SockTypeStream)
	x.fails(SockBind(x.t, l, x.unixAddr("/none/s")), abi.ENOENT)
	x.ok(SockBind(x.t, l, x.unixAddr("run/s")))
	p, n := x.put(pathAt, "/run/s")
	x.ok(PathFilestatGet(x.t, 3, 1, p, n, result))
	if typ := abi.Filetype(x.mem[result+16]); typ != abi.FiletypeSocketStream {
		t.Errorf("the file is a %v", typ)
	}
	x.fails(PathOpen(x.t, 3, 0, p, n, 0, uint64(readWrite), 0, 0, result), abi.ENXIO)
	c := x.opensock(abi.AddressFamilyUnix, abi.SockTypeStream)
	x.fails(SockBind(x.t, c, x.unixAddr("/run/s")), abi.EADDRINUSE)
	x.fails(SockBind(x.t, l, x.unixAddr("/run/t")), abi.EINVAL)
	p, n = x.put(pathAt, "/run/t")
	x.fails(PathFilestatGet(x.t, 3, 1, p, n, result), abi.ENOENT)
	x.fails(SockConnect(x.t, c, x.unixAddr("/run/t")), abi.ENOENT)
	x.fails(SockConnect(x.t, c, x.unixAddr("/run/s")), abi.ECONNREFUSED)
	x.ok(SockListen(x.t, l, 0))

	// By another name, through a link.
	p, n = x.put(pathAt, "link")
	q, m := x.put(path2, "run/s")
	x.ok(PathSymlink(x.t, q, m, 3, p, n))
	x.ok(SockConnect(x.t, c, x.unixAddr("link")))
	s := x.accept(l)
	if a := x.addr(); a.Family != abi.AddressFamilyUnix || a.Path != "" {
		t.Errorf("accepted from %v", a)
	}
	x.ok(SockAddrPeer(x.t, c, addrOut))
	if a := x.addr(); a.Path != "run/s" {
		t.Errorf("connected to %q", a.Path)
	}
	x.send(c, "hi")
	x.ok(x.recv(s, 10, 0))
	x.got("hi")

	d := x.opensock(abi.AddressFamilyUnix, abi.SockTypeStream)
	x.nonblock(d)
	x.ok(SockConnect(x.t, d, x.unixAddr("run/s")))
	e := x.opensock(abi.AddressFamilyUnix, abi.SockTypeStream)
	x.nonblock(e)
	x.fails(SockConnect(x.t, e, x.unixAddr("run/s")), abi.EAGAIN)

	// The file goes, the socket stays; the file stays, the socket goes.
	x.ok(SockAccept(x.t, l, 0, result))
	p, n = x.put(pathAt, "run/s")
	x.ok(PathUnlinkFile(x.t, 3, p, n))
	x.fails(SockConnect(x.t, e, x.unixAddr("run/s")), abi.ENOENT)
	x.ok(FdClose(x.t, l))
	l = x.opensock(abi.AddressFamilyUnix, abi.SockTypeStream)
	x.ok(SockBind(x.t, l, x.unixAddr("run/s")))
	x.ok(SockListen(x.t, l, 0))
	x.ok(SockConnect(x.t, e, x.unixAddr("run/s")))
	x.ok(FdClose(x.t, l))
	x.fails(SockConnect(x.t, x.opensock(abi.AddressFamilyUnix, abi.SockTypeStream), x.unixAddr("run/s")), abi.ECONNREFUSED)
	x.fails(SockBind(x.t, x.opensock(abi.AddressFamilyUnix, abi.SockTypeStream), x.unixAddr("run/s")), abi.EADDRINUSE)

	// Datagrams, and a name in no file system.
	r, w := x.opensock(abi.AddressFamilyUnix, abi.SockTypeDgram), x.opensock(abi.AddressFamilyUnix, abi.SockTypeDgram)
	x.ok(SockBind(x.t, r, x.unixAddr("run/d")))
	x.ok(SockBind(x.t, w, x.unixAddr("\x00writer")))
	x.ok(SockSendTo(x.t, w, x.text("datagram"), 1, 0, x.unixAddr("run/d"), result))
	x.fails(SockSendTo(x.t, w, x.text("datagram"), 1, 0, x.unixAddr("run/none"), result), abi.ENOENT)
	x.ok(SockRecvFrom(x.t, r, x.iov(bufAt, 100), 1, 0, result, roAt, addrOut))
	x.got("datagram")
	if a := x.addr(); a.Path != "\x00writer" {
		t.Errorf("from %q", a.Path)
	}
	x.p.Exit(kernel.Status{})
	x.nothing()
}

// A socket is shared by what dup and fork make of its descriptor; the connection
// ends with the last of them.
func TestSocketIsShared(t *testing.T) {
	x := posix(t)
	c, s := x.connection()
	x.ok(FdDup(x.t, s, result))
	dup := int32(x.u32(result))
	fork := x.p.FDs.Clone()
	x.nonblock(dup)
	x.fails(x.recv(s, 1, 0), abi.EAGAIN) // O_NONBLOCK is the description's
	x.send(c, "hello")
	x.ok(x.recv(s, 2, 0))
	x.got("he")
	x.ok(FdClose(x.t, s))
	x.ok(x.recv(dup, 2, 0))
	x.got("ll")
	x.ok(FdClose(x.t, dup))
	x.send(c, "!")
	if fork.Get(s).File.Closed() {
		t.Error("closed while the child has it")
	}
	fork.CloseAll()
	x.fails(x.recv(c, 1, 0), abi.ECONNRESET) // "o!" was not read
	x.ok(x.recv(c, 1, 0))
	x.p.Exit(kernel.Status{})
	x.nothing()
}

// Sockets in preview1's sandbox: what the embedder gives, with rights.
func TestSocketOfTheSandbox(t *testing.T) {
	x := preview1(t)
	a, b := x.sockpair(abi.SockTypeStream)
	x.ok(SockSend(x.t, a, x.text("hi"), 1, 0, result))
	x.ok(x.recv(b, 9, 0))
	x.got("hi")
	x.ok(FdFdstatSetRights(x.t, a, 0, 0))
	x.fails(SockSend(x.t, a, x.text("hi"), 1, 0, result), abi.ENOTCAPABLE)
	x.fails(x.recv(a, 1, 0), abi.ENOTCAPABLE)
	x.fails(SockShutdown(x.t, a, 1), abi.ENOTCAPABLE)
	x.fails(SockAccept(x.t, a, 0, result), abi.ENOTCAPABLE)
	// Nobody raises a signal there.
	x.ok(FdClose(x.t, a))
	x.fails(FdWrite(x.t, b, x.text("x"), 1, result), abi.EPIPE)
}

func TestSocketOptions(t *testing.T) {
	x := posix(t)
	fd := x.tcp()
	x.wipe()
	x.ok(SockSetOptFlag(x.t, fd, uint32(abi.SockOptionNoDelay), 1))
	x.ok(SockGetOptFlag(x.t, fd, uint32(abi.SockOptionNoDelay), result))
	if string(x.mem[result:result+2]) != "\x01?" {
		t.Errorf("%q", x.mem[result:result+2])
	}
	x.ok(SockGetOptFlag(x.t, fd, uint32(abi.SockOptionListening), result))
	if x.mem[result] != 0 {
		t.Error("it does not listen")
	}
	x.fails(SockSetOptFlag(x.t, fd, uint32(abi.SockOptionNoDelay), 2), abi.EINVAL)
	x.fails(SockSetOptFlag(x.t, fd, uint32(abi.SockOptionOnlyV6), 1), abi.ENOPROTOOPT)
	x.fails(SockGetOptFlag(x.t, fd, 200, result), abi.ENOPROTOOPT)
	x.fails(SockGetOptFlag(x.t, fd, uint32(abi.SockOptionNoDelay), memSize), abi.EFAULT)

	x.ok(SockSetOptSize(x.t, fd, uint32(abi.SockOptionRecvBufSize), 65536))
	x.ok(SockGetOptSize(x.t, fd, uint32(abi.SockOptionRecvBufSize), result))
	if x.u64(result) != 65536 {
		t.Error(x.u64(result))
	}
	x.fails(SockGetOptSize(x.t, fd, uint32(abi.SockOptionRecvBufSize), memSize-7), abi.EFAULT)
	x.fails(SockGetOptSize(x.t, fd, 200, result), abi.ENOPROTOOPT)
	x.fails(SockSetOptSize(x.t, fd, uint32(abi.SockOptionTtl), 0), abi.EINVAL)

	x.sockTimeout(fd, abi.SockOptionLinger, 5e9)
	x.ok(SockGetOptTime(x.t, fd, uint32(abi.SockOptionLinger), result))
	if x.mem[result] != 1 || x.u64(result+8) != 5e9 {
		t.Errorf("%q", x.mem[result:result+16])
	}
	x.ok(SockGetOptTime(x.t, fd, uint32(abi.SockOptionSendTimeout), result))
	if x.mem[result] != 0 {
		t.Error("there is no timeout")
	}
	x.mem[0x700] = 2
	x.fails(SockSetOptTime(x.t, fd, uint32(abi.SockOptionLinger), 0x700), abi.EINVAL)
	x.fails(SockSetOptTime(x.t, fd, uint32(abi.SockOptionLinger), memSize-15), abi.EFAULT)
	x.fails(SockGetOptTime(x.t, fd, uint32(abi.SockOptionLinger), memSize-15), abi.EFAULT)
	x.fails(SockGetOptTime(x.t, fd, 1, result), abi.ENOPROTOOPT)
	// What happened to the last call is told once.
	u := x.udp()
	x.ok(SockConnect(x.t, u, x.ip("127.0.0.1", 9)))
	x.send(u, "x")
	x.ok(SockGetOptSize(x.t, u, uint32(abi.SockOptionLastError), result))
	if x.u64(result) != uint64(abi.ECONNREFUSED) {
		t.Error(x.u64(result))
	}
	x.send(u, "x")
}

func TestMulticastCalls(t *testing.T) {
	x := posix(t)
	fd, s := x.udp(), x.udp()
	x.ok(SockBind(x.t, fd, x.ip("0.0.0.0", 5353)))
	x.put(0x700, "\xef\x01\x02\x03")
	x.put(0x710, "\x00\x00\x00\x00")
	x.put(0x720, "\x0a\x00\x00\x01")
	x.ok(SockJoinMulticastV4(x.t, fd, 0x700, 0x710))
	x.fails(SockJoinMulticastV4(x.t, fd, 0x700, 0x710), abi.EADDRINUSE)
	x.fails(SockJoinMulticastV4(x.t, fd, 0x700, 0x720), abi.ENODEV)
	x.fails(SockJoinMulticastV4(x.t, fd, memSize-3, 0x710), abi.EFAULT)
	x.fails(SockJoinMulticastV4(x.t, fd, 0x700, memSize-3), abi.EFAULT)
	x.fails(SockJoinMulticastV4(x.t, x.tcp(), 0x700, 0x710), abi.ENOPROTOOPT)
	x.ok(SockSendTo(x.t, s, x.text("all"), 1, 0, x.ip("239.1.2.3", 5353), result))
	x.ok(x.recv(fd, 9, 0))
	x.got("all")
	x.ok(SockLeaveMulticastV4(x.t, fd, 0x700, 0x710))
	x.fails(SockLeaveMulticastV4(x.t, fd, 0x700, 0x710), abi.EADDRNOTAVAIL)

	x.put(0x700, "\xff\x02"+strings.Repeat("\x00", 13)+"\x01"+strings.Repeat("\x00", 8))
	six := x.opensock(abi.AddressFamilyInet6, abi.SockTypeDgram)
	x.ok(SockJoinMulticastV6(x.t, six, 0x700, 1))
	x.fails(SockJoinMulticastV6(x.t, six, 0x700, 0), abi.EADDRINUSE)
	x.fails(SockJoinMulticastV6(x.t, six, 0x700, 2), abi.ENODEV)
	x.fails(SockJoinMulticastV6(x.t, fd, 0x700, 1), abi.ENOPROTOOPT)
	x.fails(SockJoinMulticastV6(x.t, six, memSize-23, 1), abi.EFAULT)
	x.ok(SockLeaveMulticastV6(x.t, six, 0x700, 1))
}
