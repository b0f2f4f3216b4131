//go:build !js

package syscalls

import (
	"math/rand"
	"testing"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/kernel"
)

// sockFuzz is four threads of three processes that make calls on sockets, most
// of them sensible, many of which wait.
type sockFuzz struct {
	*env
	b       []byte
	threads []*kernel.Thread
	waiting map[*kernel.Thread]bool
}

func (z *sockFuzz) byte() int {
	if len(z.b) == 0 {
		return 0
	}
	c := z.b[0]
	z.b = z.b[1:]
	return int(c)
}

// fd is one of the first descriptors.
func (z *sockFuzz) fd() int32 { return int32(3 + z.byte()%12) }

// addr puts an address somewhere and returns where.
func (z *sockFuzz) addr(x *env) uint32 {
	c := z.byte()
	port := uint16(80 + c>>7)
	switch c & 31 {
	case 0:
		return x.ip("0.0.0.0", port)
	case 1:
		return x.ip("::", port)
	case 2:
		return x.ip("::1", port)
	case 3:
		return x.ip("127.0.0.1", 0)
	case 4:
		return x.ip("239.0.0.1", port)
	case 5, 9, 10:
		return x.unixAddr("/s")
	case 6:
		return x.unixAddr("/t")
	case 7:
		return x.unixAddr("\x00name")
	case 8:
		return x.ip("10.0.0.1", port)
	case 11:
		return memSize - 50
	}
	return x.ip("127.0.0.1", port)
}

// vec is an array with one or two buffers.
func (z *sockFuzz) vec(x *env) (uint32, uint32) {
	size := uint32([]int{0, 1, 100, 5000, 0x4000, 0x7000}[z.byte()%6])
	x.put32(0x3000, bufAt)
	x.put32(0x3004, size)
	x.put32(0x3008, bufAt)
	x.put32(0x300c, 10)
	return 0x3000, uint32(1 + z.byte()&1)
}

func (z *sockFuzz) step() {
	i := z.byte() % len(z.threads)
	t := z.threads[i]
	if t.Ending() {
		return
	}
	if z.waiting[t] {
		switch z.byte() % 8 {
		case 0:
			t.Signal(abi.SIGUSR1)
		case 1:
			z.e.pass(5e6)
		case 2:
			t.Process.FDs.Close(z.fd())
		}
		z.drain()
		t.NextSignal()
		return
	}
	x := *z.env
	x.t, x.p = t, t.Process
	x.mem = t.Mem.(guestmem.Bytes)
	n, e := z.call(&x), abi.OK
	switch {
	case n == kernel.Blocked:
		z.waiting[t] = true
	case n < 0:
		e = n.Errno()
	default:
		e = abi.Errno(n)
	}
	if e >= abi.NumErrno {
		z.Fatalf("errno %d", e)
	}
	for t.NextSignal() != 0 {
	}
	z.drain()
}

// drain notes whose calls have ended.
func (z *sockFuzz) drain() {
	z.k.Drain()
	for _, t := range z.threads {
		if r := z.e.results[t]; len(r) != 0 {
			if !z.waiting[t] || len(r) != 1 {
				z.Fatalf("resumed with %v, waiting %v", r, z.waiting[t])
			}
			delete(z.e.results, t)
			z.waiting[t] = false
		}
	}
	if sockets, bytes, _ := z.stack().Live(); sockets < 0 || bytes < 0 {
		z.Fatalf("%d sockets, %d bytes", sockets, bytes)
	}
}

func (z *sockFuzz) call(x *env) kernel.Result {
	t, fd := x.t, z.fd()
	c := z.byte()
	arg := uint32(z.byte())
	switch c % 32 {
	case 0, 1:
		return SockOpen(t, arg&3, 1+arg>>2&1, 0, result)
	case 2:
		return SockPair(t, 3, 1+arg&1, 0, result, result+4)
	case 3, 4:
		return SockBind(t, fd, z.addr(x))
	case 5, 6:
		return SockListen(t, fd, arg&1)
	case 7, 8, 9:
		return SockConnect(t, fd, z.addr(x))
	case 10, 11, 12:
		return SockAcceptV2(t, fd, arg&1*uint32(abi.FdflagsNonblock), result, addrOut)
	case 13, 14, 15:
		v, n := z.vec(x)
		return SockSend(t, fd, v, n, arg&1, result)
	case 16, 17, 18:
		v, n := z.vec(x)
		return SockRecv(t, fd, v, n, arg&15, result, roAt)
	case 19:
		v, n := z.vec(x)
		return SockSendTo(t, fd, v, n, arg&1, z.addr(x), result)
	case 20:
		v, n := z.vec(x)
		return SockRecvFrom(t, fd, v, n, arg&15, result, roAt, addrOut)
	case 21:
		return SockShutdown(t, fd, arg&3)
	case 22, 23:
		return FdClose(t, fd)
	case 24:
		return FdFdstatSetFlags(t, fd, arg&1*uint32(abi.FdflagsNonblock))
	case 25:
		v, n := z.vec(x)
		if arg&1 == 0 {
			return FdRead(t, fd, v, n, result)
		}
		return FdWrite(t, fd, v, n, result)
	case 26:
		if arg&1 == 0 {
			return SockSetOptFlag(t, fd, arg>>1&15, arg>>5&1)
		}
		return SockSetOptSize(t, fd, 15+arg>>1&1, uint64(arg)<<6)
	case 27:
		w := abi.OptionTimestamp{Tag: abi.Option(arg & 1), Some: uint64(arg>>4) * 1e6}
		w.Put(x.mem[0x700:])
		return SockSetOptTime(t, fd, []uint32{13, 19, 20, 21, 22}[arg%5], 0x700)
	case 28:
		return FdDup(t, fd, result)
	case 29:
		z.e.pass(int64(arg) * 1e6)
		return SockSendFile(t, fd, 3+int32(arg)%12, uint64(arg), 100_000, result)
	case 30:
		if e := t.Signal(abi.SIGUSR1); e != abi.OK {
			z.Fatal(e)
		}
		p, n := x.put(path2, "/s")
		return PathUnlinkFile(t, 3, p, n)
	}
	// Programs give each other descriptors as fork does.
	from, to := z.threads[arg&3].Process, t.Process
	if d := from.FDs.Get(fd); d != nil && d.Preopen == "" && !from.Exiting() && !to.Exiting() {
		if _, e := to.FDs.Add(kernel.FD{File: d.File.Ref(), Base: abi.RightsAll}, 3); e != abi.OK {
			d.File.Unref()
		}
	}
	return x.poll(sub{fd: fd}, sub{fd: fd, write: true}, sub{clock: true, timeout: 1e6})
}

func playSockets(t *testing.T, b []byte) {
	x := posix(t)
	z := &sockFuzz{env: x, b: b, waiting: map[*kernel.Thread]bool{}}
	_, other := x.process(false)
	_, third := x.process(false)
	z.threads = []*kernel.Thread{x.t, x.second(), other, third}
	for _, t := range z.threads {
		t.SetHandling(kernel.Handled)
	}
	x.file("/f", "some contents")
	for len(z.b) > 0 {
		z.step()
	}
	// Whatever anybody waits for ends with the programs.
	for _, th := range z.threads {
		th.Process.Exit(kernel.Status{})
	}
	x.k.Drain()
	for _, th := range z.threads {
		if th.Parked() {
			t.Error("a thread still waits")
		}
		th.Done()
	}
	if l := x.k.Live(); l != (kernel.Live{}) {
		t.Errorf("left: %+v", l)
	}
	x.nothing()
}

func FuzzSockets(f *testing.F) {
	f.Add([]byte("0123456789"))
	f.Fuzz(playSockets)
}

// The fuzzer's target over a fixed set of random programs.
func TestRandomSocketCalls(t *testing.T) {
	rnd := rand.New(rand.NewSource(5))
	for range 60 {
		b := make([]byte, 20_000)
		rnd.Read(b)
		playSockets(t, b)
	}
}
