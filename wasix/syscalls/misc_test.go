//go:build !js

package syscalls

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

func TestArgs(t *testing.T) {
	x := posix(t)
	x.p.Args = []string{"a", "", "bc"}
	x.p.Environ = []string{"K=V"}
	x.ok(ArgsSizesGet(x.t, result, result+4))
	if x.u32(result) != 3 || x.u32(result+4) != 6 {
		t.Errorf("%d arguments, %d bytes", x.u32(result), x.u32(result+4))
	}
	x.wipe()
	x.ok(ArgsGet(x.t, result, bufAt))
	if string(x.mem[bufAt:bufAt+6]) != "a\x00\x00bc\x00" {
		t.Errorf("%q", x.mem[bufAt:bufAt+6])
	}
	if x.u32(result) != bufAt || x.u32(result+4) != bufAt+2 || x.u32(result+8) != bufAt+3 {
		t.Errorf("addresses % x", x.mem[result:result+12])
	}
	x.untouched(result, 12, bufAt, 6)
	x.ok(EnvironSizesGet(x.t, result, result+4))
	if x.u32(result) != 1 || x.u32(result+4) != 4 {
		t.Errorf("%d variables, %d bytes", x.u32(result), x.u32(result+4))
	}
	x.ok(EnvironGet(x.t, result, bufAt))
	if string(x.mem[bufAt:bufAt+4]) != "K=V\x00" {
		t.Errorf("%q", x.mem[bufAt:bufAt+4])
	}
	x.wipe()
	x.fails(ArgsGet(x.t, memSize-11, bufAt), abi.EFAULT)
	x.fails(ArgsGet(x.t, result, memSize-5), abi.EFAULT)
	x.fails(ArgsSizesGet(x.t, memSize-3, result), abi.EFAULT)
	x.fails(ArgsSizesGet(x.t, result, memSize-3), abi.EFAULT)
	x.untouched()
	x.p.Args = nil
	x.ok(ArgsGet(x.t, result, bufAt))
	x.untouched()
}

func TestClocks(t *testing.T) {
	x := posix(t)
	x.clk.Step = 10
	read := func(id uint32) uint64 {
		x.ok(ClockTimeGet(x.t, id, 0, result))
		return x.u64(result)
	}
	a, b := read(0), read(0)
	if a < realNow || b != a+10 {
		t.Errorf("real time %d, then %d", a, b)
	}
	if m := read(1); m == 0 || m > 1000 {
		t.Errorf("monotonic %d", m)
	}
	x.ok(ClockResGet(x.t, 3, result))
	if x.u64(result) != 10 {
		t.Errorf("resolution %d", x.u64(result))
	}
	for _, id := range []uint32{4, 1 << 31} {
		x.fails(ClockTimeGet(x.t, id, 0, result), abi.EINVAL)
		x.fails(ClockResGet(x.t, id, result), abi.EINVAL)
	}
	x.fails(ClockTimeGet(x.t, 0, 0, memSize-7), abi.EFAULT)
	x.fails(ClockResGet(x.t, 0, memSize-7), abi.EFAULT)
	x.fails(ClockTimeSet(x.t, 1, 5), abi.EINVAL)
	x.ok(ClockTimeSet(x.t, 0, 5_000_000))
	if a := read(0); a < 5_000_000 || a > 5_001_000 {
		t.Errorf("real time %d after it was set", a)
	}
	// Files get the time that was set.
	x.file("file", "x")
	x.ok(x.stat(3, "file"))
	if m := x.u64(result + 48); m < 5_000_000 || m > 5_001_000 {
		t.Errorf("mtim %d", m)
	}
}

// stepped is a clock that a test moves.
type stepped struct{ now uint64 }

func (s *stepped) Realtime() uint64   { return s.now }
func (s *stepped) Monotonic() uint64  { return s.now }
func (s *stepped) Resolution() uint64 { return 1 }

func TestCPUTime(t *testing.T) {
	x := posix(t)
	s := &stepped{}
	x.k.Clock = s
	cpu := func(th *kernel.Thread, id abi.Clockid) uint64 {
		x.ok(ClockTimeGet(th, uint32(id), 0, result))
		return x.u64(result)
	}
	want := func(what string, got, want uint64) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %d, want %d", what, got, want)
		}
	}
	s.now = 100
	want("process", cpu(x.t, abi.ClockidProcessCputimeID), 100)
	x.blocks(ThreadSleep(x.t, 1e6))
	s.now = 300
	x.e.pass(1e6)
	x.ends(x.t, abi.OK)
	want("thread that slept", cpu(x.t, abi.ClockidThreadCputimeID), 100)
	want("its process", cpu(x.t, abi.ClockidProcessCputimeID), 100)
	s.now = 350
	want("thread that ran", cpu(x.t, abi.ClockidThreadCputimeID), 150)
	other := x.second()
	s.now = 360
	want("young thread", cpu(other, abi.ClockidThreadCputimeID), 10)
	x.blocks(ThreadSleep(x.t, 1e6))
	s.now = 400
	want("process with one thread asleep", cpu(other, abi.ClockidProcessCputimeID), 200)
	x.e.pass(1e6)
	x.ends(x.t, abi.OK)
	want("the sleeper", cpu(x.t, abi.ClockidThreadCputimeID), 160)
}

func TestRandom(t *testing.T) {
	x := posix(t)
	for _, n := range []uint32{0, 1, 16, 512, 513, 5000} {
		x.wipe()
		x.ok(RandomGet(x.t, bufAt, n))
		x.untouched(bufAt, n)
		for i := 1; i < int(n); i++ {
			if x.mem[bufAt+i] != x.mem[bufAt+i-1]+1 {
				t.Fatalf("%d bytes: byte %d was not made", n, i)
			}
		}
	}
	x.wipe()
	x.fails(RandomGet(x.t, memSize-10, 11), abi.EFAULT)
	x.fails(RandomGet(x.t, 10, 0xffffffff), abi.EFAULT)
	x.untouched()
}

func TestYield(t *testing.T) {
	x := posix(t)
	x.ok(SchedYield(x.t))
	x.e.others = true
	if r := SchedYield(x.t); r != kernel.Blocked || x.e.yielded != 1 {
		t.Errorf("result %d, yielded %d times", r, x.e.yielded)
	}
	if r := ThreadSleep(x.t, 0); r != kernel.Blocked || x.e.yielded != 2 {
		t.Errorf("sleep of 0: result %d, yielded %d times", r, x.e.yielded)
	}
}

func TestSleep(t *testing.T) {
	x := posix(t)
	x.blocks(ThreadSleep(x.t, 5e6))
	x.e.pass(5e6 - 1)
	x.waits(x.t)
	x.e.pass(1)
	x.ends(x.t, abi.OK)
	x.blocks(ThreadSleep(x.t, 5e6))
	x.interrupt()
	x.ends(x.t, abi.EINTR)
}

func TestIds(t *testing.T) {
	x := posix(t)
	x.ok(ProcId(x.t, result))
	x.ok(ThreadId(x.t, result+4))
	x.ok(ThreadId(x.second(), result+8))
	if pid := x.u32(result); pid == 0 || x.u32(result+4) != pid || x.u32(result+8) == pid {
		t.Errorf("ids % x", x.mem[result:result+12])
	}
	x.ok(ProcParent(x.t, x.p.PID, result))
	if x.u32(result) != 0 {
		t.Errorf("parent %d", x.u32(result))
	}
	x.fails(ProcParent(x.t, 12345, result), abi.ESRCH)
	x.fails(ProcParent(x.t, x.p.PID, memSize), abi.EFAULT)
	x.fails(ProcId(x.t, memSize), abi.EFAULT)
	x.fails(ThreadId(x.t, memSize), abi.EFAULT)
	x.ok(ThreadParallelism(x.t, result))
	if x.u32(result) != 1 {
		t.Errorf("parallelism %d", x.u32(result))
	}
}

func TestExit(t *testing.T) {
	for code, want := range map[uint32]uint32{0: 0, 3: 3, 255: 255, 256: 0, 0xffffffff: 255} {
		x := posix(t)
		var got *kernel.Status
		x.p.OnExit = func(s kernel.Status) { got = &s }
		if r := ProcExit(x.t, code); r != kernel.End {
			t.Fatalf("result %d", r)
		}
		x.t.Done()
		if got == nil || got.Code != want || got.Signal != 0 {
			t.Errorf("exit(%d): %+v, want %d", code, got, want)
		}
	}
}

func TestSignals(t *testing.T) {
	x := posix(t)
	x.p.Ignore(abi.SIGINT, true)
	x.p.Ignore(abi.SIGPIPE, true)
	x.ok(ProcSignalsSizesGet(x.t, result))
	x.ok(ProcSignalsGet(x.t, bufAt))
	if n := x.u32(result); n != 2 || !bytes.Equal(x.mem[bufAt:bufAt+5], []byte{2, 1, 13, 1, '?'}) {
		t.Errorf("%d dispositions % x", n, x.mem[bufAt:bufAt+5])
	}
	x.fails(ProcRaise(x.t, 65), abi.EINVAL)
	x.fails(ProcRaise(x.t, 1<<31), abi.EINVAL)
	x.ok(ProcRaise(x.t, 0))
	x.ok(ProcRaise(x.t, uint32(abi.SIGCHLD))) // ignored by default
	name, n := x.put(pathAt, "no_such_function")
	x.ok(CallbackSignal(x.t, name, n))
	x.ok(ProcRaise(x.t, uint32(abi.SIGTERM)))
	if x.t.NextSignal() != 0 || x.p.Exiting() {
		t.Error("a blocked signal was delivered")
	}
	name, n = x.put(pathAt, libcHandler)
	x.ok(CallbackSignal(x.t, name, n))
	if s := x.t.NextSignal(); s != abi.SIGTERM {
		t.Errorf("signal %v, want the one that was pending", s)
	}
	x.ok(CallbackSignal(x.t, memSize, 20)) // names nothing
	y := posix(t)
	if r := ProcRaise(y.t, uint32(abi.SIGTERM)); r != kernel.End || !y.p.Exiting() {
		t.Errorf("result %d, want the end", r)
	}
}

// tty is a terminal.
type tty struct {
	stream
	state abi.Tty
}

func (*tty) Type() abi.Filetype { return abi.FiletypeCharacterDevice }
func (t *tty) Tty() abi.Tty     { return t.state }
func (t *tty) SetTty(s *abi.Tty) abi.Errno {
	if s.Cols == 0 {
		return abi.EINVAL
	}
	t.state = *s
	return abi.OK
}

// device is a character device that is no terminal.
type device struct{ stream }

func (*device) Type() abi.Filetype { return abi.FiletypeCharacterDevice }

// isatty is libc's.
func (x *env) isatty(fd int32) bool {
	x.Helper()
	x.ok(FdFdstatGet(x.t, fd, result))
	return abi.Filetype(x.mem[result]) == abi.FiletypeCharacterDevice &&
		abi.Rights(x.u64(result+8))&(abi.RightsFdSeek|abi.RightsFdTell) == 0
}

func TestTerminal(t *testing.T) {
	for name, make := range map[string]func(*testing.T) *env{"wasix": posix, "preview1": preview1} {
		t.Run(name, func(t *testing.T) {
			x := make(t)
			x.fails(TtyGet(x.t, result), abi.ENOTTY)
			x.fails(TtySet(x.t, result), abi.ENOTTY)
			term := &tty{state: abi.Tty{Cols: 80, Rows: 24, Echo: true}}
			x.p.FDs.CloseAll()
			if at, e := Equip(&x.t.Ctx, x.p, [3]vfs.Object{term, &device{}, term}, []string{"/"}); e != abi.OK {
				t.Fatal(at, e)
			}
			if !x.isatty(0) || x.isatty(1) || !x.isatty(2) || x.isatty(3) {
				t.Errorf("terminals: %v %v %v %v", x.isatty(0), x.isatty(1), x.isatty(2), x.isatty(3))
			}
			x.ok(TtyGet(x.t, result))
			var got abi.Tty
			if got.Get(x.mem[result:]); got != (abi.Tty{Cols: 80, Rows: 24, Echo: true, StdinTty: true, StderrTty: true}) {
				t.Errorf("%+v", got)
			}
			got.Cols, got.Echo = 100, false
			got.Put(x.mem[result:])
			x.ok(TtySet(x.t, result))
			if term.state.Cols != 100 || term.state.Echo {
				t.Errorf("%+v", term.state)
			}
			got.Cols = 0
			got.Put(x.mem[result:])
			x.fails(TtySet(x.t, result), abi.EINVAL)
			x.fails(TtyGet(x.t, memSize-23), abi.EFAULT)
			x.fails(TtySet(x.t, memSize-23), abi.EFAULT)
			// One open file behind both, that can be read and written.
			x.ok(FdFdstatSetFlags(x.t, 0, uint32(abi.FdflagsNonblock)))
			x.ok(FdFdstatGet(x.t, 2, result))
			if x.mem[result+2] != byte(abi.FdflagsNonblock) {
				t.Error("two open files")
			}
			x.ok(FdRead(x.t, 2, x.iov(bufAt, 1), 1, result))
			x.ok(FdWrite(x.t, 0, x.iov(bufAt, 1), 1, result))
		})
	}
}

func TestStdio(t *testing.T) {
	for name, make := range map[string]func(*testing.T) *env{"wasix": posix, "preview1": preview1} {
		t.Run(name, func(t *testing.T) {
			x := make(t)
			want := abi.EBADF
			if name == "preview1" {
				want = abi.ENOTCAPABLE
			}
			x.ok(FdRead(x.t, 0, x.iov(bufAt, 1), 1, result))
			x.ok(FdWrite(x.t, 1, x.iov(bufAt, 1), 1, result))
			x.ok(FdWrite(x.t, 2, x.iov(bufAt, 1), 1, result))
			x.fails(FdWrite(x.t, 0, x.iov(bufAt, 1), 1, result), want)
			x.fails(FdRead(x.t, 1, x.iov(bufAt, 1), 1, result), want)
			if x.isatty(0) {
				t.Error("a terminal")
			}
		})
	}
}

func TestEquip(t *testing.T) {
	x := posix(t)
	x.ok(x.mkdir(3, "dir"))
	x.file("file", "")
	x.p.FDs.CloseAll()
	at, e := Equip(&x.t.Ctx, x.p, [3]vfs.Object{nil, &stream{}, nil}, []string{"name=/dir", "dir"})
	if e != abi.OK {
		t.Fatal(at, e)
	}
	x.fails(FdClose(x.t, 0), abi.EBADF)
	for fd, want := range map[int32]string{3: "name", 4: "dir"} {
		x.ok(FdPrestatDirName(x.t, fd, bufAt, 9))
		if !strings.HasPrefix(string(x.mem[bufAt:]), want) {
			t.Errorf("%d is %q, want %q", fd, x.mem[bufAt:bufAt+9], want)
		}
	}
	for dir, want := range map[string]abi.Errno{"/none": abi.ENOENT, "/file": abi.ENOTDIR, "=/dir": abi.EINVAL} {
		x.p.FDs.CloseAll()
		if at, e := Equip(&x.t.Ctx, x.p, [3]vfs.Object{}, []string{"/", dir}); e != want || at != dir {
			t.Errorf("%s: %q %v, want %v", dir, at, e, want)
		}
	}
}

func TestSocketsOfOtherThings(t *testing.T) {
	x := preview1(t)
	x.fails(SockShutdown(x.t, 1, 1), abi.ENOTSOCK)
	x.fails(SockShutdown(x.t, 9, 1), abi.EBADF)
}

func TestTraced(t *testing.T) {
	x := posix(t)
	var lines []string
	x.k.Config.Trace = func(_ *kernel.Thread, line string) { lines = append(lines, line) }
	r, w := x.pipe()
	call := func(id abi.CallID, args ...uint64) kernel.Result { return Traced(x.t, id, args) }
	x.fails(call(abi.CallFdClose, 50), abi.EBADF)
	iov := x.iov(bufAt, 4)
	x.blocks(call(abi.CallFdRead, uint64(r), uint64(iov), 1, result))
	x.ok(FdWrite(x.second(), w, x.two("hi"), 1, result+8))
	x.ends(x.t, abi.OK)
	x.e.others = true
	call(abi.CallSchedYield)
	call(abi.CallProcExit, 3)
	want := []string{
		"==> fd_close(fd=50)", "<== errno=EBADF",
		`==> fd_read(fd=4`, `<== (iovs="hi",nread=2`,
		"==> sched_yield()", "<== errno=ESUCCESS",
		"==> proc_exit(rval=3)",
	}
	if !slices.EqualFunc(lines, want, strings.HasPrefix) {
		t.Errorf("got %q, want %q", lines, want)
	}
}
