//go:build !js

package syscalls

import (
	"testing"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/kernel"
)

// handle runs calls as a handler of SIGCHLD, in the middle of the call that the
// thread waits in, and returns what becomes of that call.
func (x *env) handle(handler func()) kernel.Result {
	x.Helper()
	name, n := x.put(path2, libcHandler)
	x.ok(CallbackSignal(x.t, name, n))
	if e := x.t.Signal(abi.SIGCHLD); e != abi.OK {
		x.Fatal(e)
	}
	x.k.Drain()
	if len(x.e.results[x.t]) != 1 {
		x.Fatalf("results %v, want to be told of a signal", x.e.results[x.t])
	}
	delete(x.e.results, x.t)
	if r := x.t.Deliver(); r != kernel.Result(abi.SIGCHLD) {
		x.Fatalf("delivered %d", r)
	}
	handler()
	return x.t.Deliver()
}

// A call that goes on waiting after a handler still has its own buffers, whatever
// the handler read and wrote.
func TestHandlerKeepsBuffers(t *testing.T) {
	for _, buffers := range []uint32{1, 2, 12} {
		x := posix(t)
		r, w := x.pipe()
		for i := range buffers {
			x.put32(0x3000+8*i, bufAt+3*i)
			x.put32(0x3004+8*i, 3)
		}
		x.blocks(FdRead(x.t, r, 0x3000, buffers, result))
		got := x.handle(func() {
			x.put(0x4000, "handler")
			x.ok(FdWrite(x.t, w, x.iov(0x4000, 7), 1, result+8))
			f := x.file("/f", "")
			x.put32(0x3800, 0x5000)
			x.put32(0x3804, 1)
			x.put32(0x3808, 0x5001)
			x.put32(0x380c, 2)
			x.ok(FdRead(x.t, f, 0x3800, 2, result+8))
		})
		if got == kernel.Blocked {
			t.Fatal("it still waits")
		}
		n := min(3*buffers, 7)
		if x.u32(result) != n || string(x.mem[bufAt:bufAt+n]) != "handler"[:n] {
			t.Errorf("%d buffers: read %d %q", buffers, x.u32(result), x.mem[bufAt:bufAt+7])
		}
	}
}

// The same of a poll, when the handler polls.
func TestHandlerKeepsSubscriptions(t *testing.T) {
	x := posix(t)
	r, w := x.pipe()
	subscribe := func(ptr uint32, userdata uint64, fd int32, typ abi.Eventtype) uint32 {
		s := abi.Subscription{Userdata: userdata, Type: typ}
		s.FdReadwrite.Fd = fd
		s.Put(x.mem[ptr:])
		return ptr
	}
	x.blocks(PollOneoff(x.t, subscribe(0x3000, 1, r, abi.EventtypeFdRead), 0x5000, 1, result))
	got := x.handle(func() {
		x.ok(PollOneoff(x.t, subscribe(0x3800, 2, w, abi.EventtypeFdWrite), 0x5800, 1, result+8))
	})
	if got != kernel.Blocked {
		t.Fatalf("result %d, want it to wait", got)
	}
	x.ok(FdWrite(x.second(), w, x.two("x"), 1, result+16))
	x.ends(x.t, abi.OK)
	var ev abi.Event
	ev.Get(x.mem[0x5000:])
	if x.u32(result) != 1 || ev.Userdata != 1 || ev.Type != abi.EventtypeFdRead {
		t.Errorf("%d events, %+v", x.u32(result), ev)
	}
}

// A signal that came while the program ran ends the call that it makes next, if
// that has to wait; one of those that end none is handled before.
func TestPendingSignalEndsWait(t *testing.T) {
	x := posix(t)
	r, _ := x.pipe()
	x.interrupt()
	x.k.Drain() // nobody waits
	if got := FdRead(x.t, r, x.iov(bufAt, 16), 1, result); got != kernel.Blocked {
		t.Fatalf("result %d", got)
	}
	x.ends(x.t, abi.EINTR)
	if e := x.t.Signal(abi.SIGCHLD); e != abi.OK {
		t.Fatal(e)
	}
	x.k.Drain()
	if got := FdRead(x.t, r, x.iov(bufAt, 16), 1, result); got != kernel.Blocked {
		t.Fatalf("result %d", got)
	}
	x.k.Drain()
	if len(x.e.results[x.t]) != 1 {
		t.Fatalf("results %v, want to be told of a signal", x.e.results[x.t])
	}
	if s := x.t.Deliver(); s != kernel.Result(abi.SIGCHLD) {
		t.Fatalf("delivered %d", s)
	}
	if got := x.t.Deliver(); got != kernel.Blocked {
		t.Fatalf("result %d, want it to wait", got)
	}
}

// The engine is told when a thread lets in signals that are pending: it does not
// look at the end of every call.
func TestPendingSignalIsLetIn(t *testing.T) {
	x := posix(t)
	name, n := x.put(pathAt, "no_such_function")
	x.ok(CallbackSignal(x.t, name, n))
	x.ok(ProcRaise(x.t, uint32(abi.SIGTERM)))
	x.k.Drain()
	before := x.e.attended
	name, n = x.put(pathAt, libcHandler)
	x.ok(CallbackSignal(x.t, name, n))
	if x.e.attended == before {
		t.Error("the engine was not told of a signal")
	}
	x.deliver(x.t)
}

// Threads that yield to each other end with their process.
func TestYieldEnds(t *testing.T) {
	x := posix(t)
	o := x.second()
	x.e.others = true
	x.blocks(SchedYield(o))
	x.p.Exit(kernel.Status{})
	if r := SchedYield(o); r != kernel.End {
		t.Errorf("result %d, want the end", r)
	}
}

// A signal for the process that the thread chosen for it has not taken is another
// thread's once the first blocks signals, or has ended.
func TestSignalIsPassedOn(t *testing.T) {
	for name, leave := range map[string]func(*env){
		"block": func(x *env) { CallbackSignal(x.t, 0, 0) },
		"end": func(x *env) {
			x.t.Exit()
			x.t.Done()
		},
	} {
		t.Run(name, func(t *testing.T) {
			x := posix(t)
			other := x.second()
			x.t.SetHandling(kernel.Handled)
			r, _ := x.pipe()
			x.blocks(FdRead(other, r, x.iov(bufAt, 16), 1, result))
			if e := x.p.Signal(abi.SIGUSR1); e != abi.OK {
				t.Fatal(e)
			}
			x.waits(other) // the first thread is the one that hears of it
			leave(x)
			x.ends(other, abi.EINTR)
		})
	}
}
