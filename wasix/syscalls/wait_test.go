//go:build !js

package syscalls

import (
	"testing"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/pipe"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// second adds a thread to the process.
func (x *env) second() *kernel.Thread {
	t, e := x.p.NewThread(kernel.Entry{})
	if e != abi.OK {
		x.Fatal(e)
	}
	return t
}

// interrupt sends a signal that the program handles.
func (x *env) interrupt() {
	x.Helper()
	name, n := x.put(path2, libcHandler)
	x.ok(CallbackSignal(x.t, name, n))
	if e := x.t.Signal(abi.SIGUSR1); e != abi.OK {
		x.Fatal(e)
	}
}

func TestReadWaits(t *testing.T) {
	x := posix(t)
	r, w := x.pipe()
	other := x.second()
	x.blocks(FdRead(x.t, r, x.iov(bufAt, 16), 1, result))
	if r := FdWrite(other, w, x.two("hello"), 1, result+8); r != kernel.Success {
		t.Fatal(r)
	}
	x.ends(x.t, abi.OK)
	if x.u32(result) != 5 || string(x.mem[bufAt:bufAt+6]) != "hello?" {
		t.Errorf("read %d %q", x.u32(result), x.mem[bufAt:bufAt+6])
	}
}

// two puts text and its iovec away from where the other thread has its own.
func (x *env) two(s string) uint32 {
	p, n := x.put(0x4000, s)
	x.put32(0x3000, p)
	x.put32(0x3004, n)
	return 0x3000
}

func TestReadEndsWithTheWriter(t *testing.T) {
	x := posix(t)
	r, w := x.pipe()
	x.blocks(FdRead(x.t, r, x.iov(bufAt, 16), 1, result))
	x.ok(FdClose(x.second(), w))
	x.ends(x.t, abi.OK)
	if x.u32(result) != 0 {
		t.Errorf("read %d at the end", x.u32(result))
	}
}

func TestReadIsInterrupted(t *testing.T) {
	x := posix(t)
	r, _ := x.pipe()
	x.blocks(FdRead(x.t, r, x.iov(bufAt, 16), 1, result))
	x.interrupt()
	x.ends(x.t, abi.EINTR)
	if l := x.k.Live(); l.Timers+l.Waiters != 0 {
		t.Errorf("left: %+v", l)
	}
}

func TestReadOfClosedDescriptor(t *testing.T) {
	x := posix(t)
	r, _ := x.pipe()
	x.blocks(FdRead(x.t, r, x.iov(bufAt, 16), 1, result))
	x.ok(FdClose(x.second(), r))
	x.ends(x.t, abi.EBADF)
}

func TestNonblocking(t *testing.T) {
	x := posix(t)
	r, w := x.pipe()
	for _, fd := range []int32{r, w} {
		x.ok(FdFdstatSetFlags(x.t, fd, uint32(abi.FdflagsNonblock)))
	}
	x.fails(FdRead(x.t, r, x.iov(bufAt, 16), 1, result), abi.EAGAIN)
	x.ok(FdWrite(x.t, w, x.iov(0, memSize), 1, result))
	x.fails(FdWrite(x.t, w, x.iov(0, 1), 1, result), abi.EAGAIN)
	if pipe.Size != memSize {
		t.Fatal("the test takes the pipe to be as large as the memory")
	}
	x.ok(FdRead(x.t, r, x.iov(bufAt, 5000), 1, result))
	x.ok(FdWrite(x.t, w, x.iov(0, 10000), 1, result)) // a part fits
	if n := x.u32(result); n != 5000 {
		t.Errorf("wrote %d, want 5000", n)
	}
}

// A blocking write of more than the pipe holds returns when all of it is in.
func TestWriteWaitsForAll(t *testing.T) {
	x := posix(t)
	r, w := x.pipe()
	other := x.second()
	x.put32(0x3000, 0)
	x.put32(0x3004, memSize)
	x.put32(0x3008, 0)
	x.put32(0x300c, memSize)
	x.blocks(FdWrite(x.t, w, 0x3000, 2, result))
	read := uint32(0)
	for read < 2*memSize {
		if read > memSize {
			x.k.Drain()
		} else {
			x.waits(x.t)
		}
		x.ok(FdRead(other, r, x.iov(bufAt, 0x7000), 1, result+8))
		read += x.u32(result + 8)
	}
	x.ends(x.t, abi.OK)
	if n := x.u32(result); n != 2*memSize {
		t.Errorf("wrote %d", n)
	}
}

func TestInterruptedWriteReturnsThePart(t *testing.T) {
	x := posix(t)
	r, w := x.pipe()
	x.put32(0x3000, 0)
	x.put32(0x3004, memSize)
	x.put32(0x3008, 0)
	x.put32(0x300c, 4)
	x.blocks(FdWrite(x.t, w, 0x3000, 2, result))
	x.interrupt()
	x.ends(x.t, abi.OK)
	if n := x.u32(result); n != memSize {
		t.Errorf("wrote %d", n)
	}
	x.deliver(x.t)
	// Nothing of it goes: EINTR.
	x.blocks(FdWrite(x.t, w, x.iov(0, 4), 1, result))
	x.interrupt()
	x.ends(x.t, abi.EINTR)
	_ = r
}

// A small write is never split, however long it has to wait for room.
func TestSmallWriteWaitsForRoom(t *testing.T) {
	x := posix(t)
	r, w := x.pipe()
	other := x.second()
	x.ok(FdWrite(x.t, w, x.iov(0, memSize-10), 1, result))
	x.blocks(FdWrite(x.t, w, x.iov(0, 20), 1, result))
	x.ok(FdRead(other, r, x.iov(bufAt, 5), 1, result+8))
	x.waits(x.t)
	x.ok(FdRead(other, r, x.iov(bufAt, 0x7000), 1, result+8))
	x.ends(x.t, abi.OK)
	if n := x.u32(result); n != 20 {
		t.Errorf("wrote %d", n)
	}
}

func TestBrokenPipe(t *testing.T) {
	t.Run("preview1", func(t *testing.T) {
		x := preview1(t)
		r, w := x.pipe()
		x.ok(FdClose(x.t, r))
		x.fails(FdWrite(x.t, w, x.iov(bufAt, 4), 1, result), abi.EPIPE)
		if x.p.Exiting() {
			t.Error("killed")
		}
	})
	t.Run("wasix", func(t *testing.T) {
		x := posix(t)
		r, w := x.pipe()
		x.ok(FdClose(x.t, r))
		x.fails(FdWrite(x.t, w, x.iov(bufAt, 4), 1, result), abi.EPIPE)
		if !x.p.Exiting() || x.t.Leave(kernel.Ret(abi.EPIPE)) != kernel.End {
			t.Error("not killed by SIGPIPE")
		}
	})
	t.Run("wasix, handled", func(t *testing.T) {
		x := posix(t)
		name, n := x.put(path2, libcHandler)
		x.ok(CallbackSignal(x.t, name, n))
		r, w := x.pipe()
		x.ok(FdClose(x.t, r))
		res := x.t.Leave(FdWrite(x.t, w, x.iov(bufAt, 4), 1, result))
		if res >= 0 || res.Errno() != abi.EPIPE || x.t.NextSignal() != abi.SIGPIPE || x.t.NextSignal() != 0 {
			t.Errorf("result %d", res)
		}
	})
	t.Run("while it waits", func(t *testing.T) {
		x := posix(t)
		r, w := x.pipe()
		x.ok(FdWrite(x.t, w, x.iov(0, memSize), 1, result))
		x.blocks(FdWrite(x.t, w, x.iov(0, 4), 1, result))
		other, _ := x.process(false)
		_ = other
		x.p.FDs.Close(r)
		x.k.Drain()
		if got := x.e.results[x.t]; len(got) != 1 || got[0] != kernel.End {
			t.Errorf("results %v, want one End", got)
		}
	})
}

// An ended thread leaves all queues: nothing may call into it later.
func TestEndWhileWaiting(t *testing.T) {
	for name, block := range map[string]func(x *env) kernel.Result{
		"read": func(x *env) kernel.Result {
			r, _ := x.pipe()
			return FdRead(x.t, r, x.iov(bufAt, 1), 1, result)
		},
		"write": func(x *env) kernel.Result {
			_, w := x.pipe()
			x.ok(FdWrite(x.t, w, x.iov(0, memSize), 1, result))
			return FdWrite(x.t, w, x.iov(bufAt, 1), 1, result)
		},
		"poll": func(x *env) kernel.Result {
			r, _ := x.pipe()
			return x.poll(sub{fd: r}, sub{clock: true, timeout: 1e9})
		},
		"epoll": func(x *env) kernel.Result {
			x.ok(EpollCreate(x.t, result))
			return EpollWait(x.t, int32(x.u32(result)), bufAt, 4, 1e9, result)
		},
		"futex": func(x *env) kernel.Result {
			x.put32(bufAt, 7)
			return FutexWait(x.t, bufAt, 7, 0, result)
		},
		"sleep": func(x *env) kernel.Result { return ThreadSleep(x.t, 1e9) },
	} {
		t.Run(name, func(t *testing.T) {
			x := posix(t)
			x.blocks(block(x))
			x.p.Exit(kernel.Status{Code: 3})
			if got := x.e.results[x.t]; len(got) != 1 || got[0] != kernel.End {
				t.Fatalf("results %v, want one End", got)
			}
			x.t.Done()
			x.e.pass(2e9)
			x.k.Drain()
			if l := x.k.Live(); l != (kernel.Live{}) {
				t.Errorf("left: %+v", l)
			}
			if len(x.e.results[x.t]) != 1 || x.p.Futexes.Len() != 0 {
				t.Error("something called into the ended thread")
			}
		})
	}
}

// later is a file whose provider has to wait.
type later struct {
	stream
	reads int
}

func (l *later) Read(ctx *vfs.Ctx, _ *vfs.OpenFile, dst *guestmem.Vec) (int, abi.Errno) {
	if !ctx.MayBlock {
		return 0, vfs.ErrMustWait
	}
	l.reads++
	return dst.CopyOut([]byte("slow"))
}

func TestProviderThatWaits(t *testing.T) {
	x := posix(t)
	l := &later{}
	fd, _ := x.p.FDs.Add(describe(x.p, vfs.NewOpenFile(l, 0)), 0)
	call := func() kernel.Result { return FdRead(x.t, fd, x.iov(bufAt, 8), 1, result) }
	r := call()
	if !r.NeedsGoroutine() {
		t.Fatalf("result %d", r)
	}
	x.untouched(iovAt, 8)
	x.blocks(x.t.Slow(call))
	for _, fn := range x.e.slow {
		fn()
	}
	x.ends(x.t, abi.OK)
	if l.reads != 1 || x.u32(result) != 4 {
		t.Errorf("%d reads, %d bytes", l.reads, x.u32(result))
	}
}

// A signal that came while the program computed interrupts the call that it then
// waits in.
func TestSignalBeforeWait(t *testing.T) {
	x := posix(t)
	r, _ := x.pipe()
	x.interrupt()
	x.k.Drain()
	if r := FdRead(x.t, r, x.iov(bufAt, 16), 1, result); r != kernel.Blocked {
		t.Fatalf("result %d", r)
	}
	x.ends(x.t, abi.EINTR)
}
