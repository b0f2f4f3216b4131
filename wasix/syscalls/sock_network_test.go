//go:build !js

package syscalls

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/sock"
)

func TestResolve(t *testing.T) {
	x := posix(t)
	x.ok(PathCreateDirectory(x.t, 3, pathAt, putLen(x, pathAt, "etc")))
	x.file("/etc/hosts", "10.1.2.3 db database\n10.1.2.4 DB\n")
	look := func(name string, port, room uint32) kernel.Result {
		p, n := x.put(path2, name)
		return Resolve(x.t, p, n, port, bufAt, room, result)
	}
	found := func() (list []string) {
		for i := range x.u32(result) {
			var a abi.AddrIP
			a.Get(x.mem[bufAt+i*abi.SizeAddrIP:])
			s := fmt.Sprint(a.IP4.IP)
			if a.Family == abi.AddressFamilyInet6 {
				s = fmt.Sprint(a.IP6.IP[15])
			}
			list = append(list, s)
		}
		return list
	}
	for _, c := range []struct {
		name string
		room uint32
		want []string
	}{
		{"db", 9, []string{"[10 1 2 3]", "[10 1 2 4]"}}, {"DATABASE", 9, []string{"[10 1 2 3]"}}, {"db", 1, []string{"[10 1 2 3]"}},
		{"localhost", 9, []string{"[127 0 0 1]", "1"}}, {hostName, 9, []string{"[127 0 0 1]", "1"}},
		{"192.168.0.1", 9, []string{"[192 168 0 1]"}}, {"fe80::9", 9, []string{"9"}}, {"db", 0, nil},
	} {
		x.ok(look(c.name, 80, c.room))
		if got := found(); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	x.fails(look("nobody", 0, 9), abi.ENOENT)
	x.fails(look("", 0, 9), abi.EINVAL)
	x.fails(look("db", 65536, 9), abi.EINVAL)
	x.fails(look(strings.Repeat("x", 256), 0, 9), abi.ENAMETOOLONG)
	x.fails(Resolve(x.t, memSize, 1, 0, bufAt, 1, result), abi.EFAULT)
	x.fails(Resolve(x.t, path2, 1, 0, memSize-17, 1, result), abi.EFAULT)
	x.fails(Resolve(x.t, path2, 1, 0, bufAt, 1, memSize-3), abi.EFAULT)
	x.ok(PathUnlinkFile(x.t, 3, pathAt, putLen(x, pathAt, "etc/hosts")))
	x.fails(look("db", 0, 9), abi.ENOENT)
	x.ok(look("localhost", 0, 9))
}

// outside is a network that answers when the test says so.
type outside struct {
	sock.NoNetwork
	query  *sock.Query
	dial   *sock.Dial
	listen *sock.Listen
}

func (o *outside) Addrs() []sock.Prefix  { return []sock.Prefix{{IP: sock.IP4(10, 0, 0, 5), Bits: 24}} }
func (o *outside) Resolve(q *sock.Query) { o.query = q }
func (o *outside) Dial(d *sock.Dial)     { o.dial = d }
func (o *outside) Listen(l *sock.Listen) { o.listen = l }
func (o *outside) read(s *sock.Stream) string {
	var v guestmem.Vec
	b := make([]byte, 100)
	v.SetBytes(b)
	n, _, _ := s.Recv(&v, 0)
	return string(b[:n])
}

func TestNetworkOutside(t *testing.T) {
	x := posix(t)
	o := &outside{}
	x.stack().Network = o
	p, n := x.put(path2, "example.org")
	x.blocks(Resolve(x.t, p, n, 0, bufAt, 4, result))
	if o.query.Name != "example.org" {
		t.Errorf("asked for %q", o.query.Name)
	}
	o.query.Answer([]sock.IP{sock.IP4(1, 2, 3, 4)}, abi.OK)
	x.ends(x.t, abi.OK)
	if x.u32(result) != 1 || string(x.mem[bufAt:bufAt+6]) != "\x01\x00\x01\x02\x03\x04" {
		t.Errorf("%d, %q", x.u32(result), x.mem[bufAt:bufAt+6])
	}
	x.blocks(Resolve(x.t, p, n, 0, bufAt, 4, result))
	o.query.Answer(nil, abi.ENETUNREACH)
	x.ends(x.t, abi.ENETUNREACH)
	x.blocks(Resolve(x.t, p, n, 0, bufAt, 4, result))
	x.interrupt()
	x.ends(x.t, abi.EINTR)
	x.t.NextSignal()

	c := x.tcp()
	x.blocks(SockConnect(x.t, c, x.ip("1.2.3.4", 80)))
	far := o.dial.Connected(&sock.Addr{IP: sock.IP4(10, 0, 0, 5)})
	x.ends(x.t, abi.OK)
	x.send(c, "GET /")
	if got := o.read(far); got != "GET /" {
		t.Errorf("%q arrived", got)
	}
	far.Release()
	x.ok(x.recv(c, 9, 0))
	x.got("")
	c = x.tcp()
	x.nonblock(c)
	x.fails(SockConnect(x.t, c, x.ip("1.2.3.4", 80)), abi.EINPROGRESS)
	x.blocks(x.poll(sub{fd: c, write: true}))
	o.dial.Failed(abi.EHOSTUNREACH)
	x.ends(x.t, abi.OK)
	x.fails(SockConnect(x.t, c, x.ip("1.2.3.4", 80)), abi.EHOSTUNREACH)

	l := x.tcp()
	x.blocks(SockListen(x.t, l, 5))
	o.listen.Ready(abi.OK)
	x.ends(x.t, abi.OK)
	far, e := o.listen.Accept(&sock.Addr{IP: sock.IP4(9, 9, 9, 9), Port: 9}, &sock.Addr{IP: sock.IP4(10, 0, 0, 5), Port: 80})
	if e != abi.OK {
		t.Fatal(e)
	}
	x.accept(l)
	if a := x.addr(); a.IP != sock.IP4(9, 9, 9, 9) || a.Family != abi.AddressFamilyInet4 {
		t.Error(a)
	}
	far.Release()
	l = x.tcp()
	x.blocks(SockListen(x.t, l, 5))
	x.interrupt()
	x.ends(x.t, abi.EINTR)
	x.t.NextSignal()
	x.fails(SockListen(x.t, l, 5), abi.EALREADY)
	l = x.tcp()
	x.blocks(SockListen(x.t, l, 5))
	o.listen.Ready(abi.EACCES)
	x.ends(x.t, abi.EACCES)

	x.put32(result, 3)
	x.ok(PortAddrList(x.t, bufAt, result))
	if x.u32(result) != 3 || string(x.mem[bufAt+56:bufAt+63]) != "\x01\x00\x0a\x00\x00\x05\x18" {
		t.Errorf("%d, %q", x.u32(result), x.mem[bufAt+56:bufAt+63])
	}
	x.p.Exit(kernel.Status{})
	x.nothing()
}

func TestPort(t *testing.T) {
	x := posix(t)
	x.put32(result, 1)
	x.fails(PortAddrList(x.t, bufAt, result), abi.EOVERFLOW)
	x.untouched(result, 4)
	if x.u32(result) != 2 {
		t.Errorf("there are %d", x.u32(result))
	}
	x.ok(PortAddrList(x.t, bufAt, result))
	if string(x.mem[bufAt:bufAt+7]) != "\x01\x00\x7f\x00\x00\x01\x08" {
		t.Errorf("%q", x.mem[bufAt:bufAt+7])
	}
	var c abi.AddrCidr
	if c.Get(x.mem[bufAt+abi.SizeAddrCidr:]); c.Family != abi.AddressFamilyInet6 || c.IP6.Prefix != 128 || c.IP6.Addr.IP[15] != 1 {
		t.Errorf("%+v", c)
	}
	x.fails(PortAddrList(x.t, memSize-55, result), abi.EFAULT)
	x.fails(PortAddrList(x.t, bufAt, memSize-3), abi.EFAULT)
	x.ok(PortMac(x.t, bufAt))
	if string(x.mem[bufAt:bufAt+6]) != "\x00\x00\x00\x00\x00\x00" {
		t.Errorf("%q", x.mem[bufAt:bufAt+6])
	}
	x.fails(PortMac(x.t, memSize-5), abi.EFAULT)
	x.put32(result, 9)
	x.ok(PortRouteList(x.t, bufAt, result))
	if x.u32(result) != 0 {
		t.Error("there are no routes")
	}
	x.put32(result, 9)
	x.fails(PortRouteList(x.t, memSize-9*176+1, result), abi.EFAULT)
	x.fails(PortRouteList(x.t, bufAt, memSize-3), abi.EFAULT)
	const bad = memSize - 15
	for name, c := range map[string][2]kernel.Result{
		"addr_add":     {PortAddrAdd(x.t, bufAt), PortAddrAdd(x.t, bad)},
		"addr_remove":  {PortAddrRemove(x.t, bufAt), PortAddrRemove(x.t, bad)},
		"gateway_set":  {PortGatewaySet(x.t, bufAt), PortGatewaySet(x.t, bad)},
		"route_remove": {PortRouteRemove(x.t, bufAt), PortRouteRemove(x.t, bad)},
		"route_add":    {PortRouteAdd(x.t, bufAt, bufAt, bufAt, bufAt), PortRouteAdd(x.t, bufAt, bufAt, bufAt, bad)},
		"bridge":       {PortBridge(x.t, bufAt, 4, bufAt, 4, 1), PortBridge(x.t, bufAt, 4, bad, 16, 1)},
	} {
		if c[0] != kernel.Ret(abi.ENOTSUP) || c[1] != kernel.Ret(abi.EFAULT) {
			t.Errorf("%s: %v", name, c)
		}
	}
	for _, r := range []kernel.Result{PortAddrClear(x.t), PortDhcpAcquire(x.t), PortRouteClear(x.t), PortUnbridge(x.t)} {
		x.fails(r, abi.ENOTSUP)
	}
}
