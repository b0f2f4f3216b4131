//go:build !js

package syscalls

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/wasix-web/wasix-web/providers/memfs"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/clock"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

// engine is a kernel.Engine whose clock stands still until a test moves it.
type engine struct {
	k        *kernel.Kernel
	now      int64
	alarm    int64
	others   bool
	yielded  int
	attended int
	slow     []func()
	results  map[*kernel.Thread][]kernel.Result
}

func (e *engine) Now() int64        { return e.now }
func (e *engine) SetAlarm(at int64) { e.alarm = at }
func (e *engine) Attend()           { e.attended++ }
func (e *engine) Go(fn func())      { e.slow = append(e.slow, fn) }
func (e *engine) Others() bool      { return e.others }
func (e *engine) Yield(*kernel.Thread, kernel.Result) kernel.Result {
	e.yielded++
	return kernel.Blocked
}
func (e *engine) Resume(t *kernel.Thread, r kernel.Result) { e.results[t] = append(e.results[t], r) }
func (e *engine) Start(*kernel.Thread) error               { return nil }
func (e *engine) Forget(*kernel.Process)                   {}

// pass moves the clock, and calls the kernel when it wants to be called.
func (e *engine) pass(ns int64) {
	e.now += ns
	if e.alarm != 0 && e.alarm <= e.now {
		e.alarm = 0
		e.k.Expire()
	}
}

// env is a process with one thread, a memory of "?" and files.
type env struct {
	*testing.T
	e   *engine
	k   *kernel.Kernel
	ns  *vfs.Namespace
	p   *kernel.Process
	t   *kernel.Thread
	mem guestmem.Bytes
	clk *clock.Fixed
}

const (
	memSize = 1 << 16
	realNow = 1_700_000_000_000_000_000
)

// posix makes a WASIX process, preview1 one of the sandbox; both have / as
// descriptor 3.
func posix(t *testing.T) *env    { return newEnv(t, false) }
func preview1(t *testing.T) *env { return newEnv(t, true) }

func newEnv(t *testing.T, beneath bool) *env {
	x := &env{T: t, e: &engine{results: map[*kernel.Thread][]kernel.Result{}}, clk: &clock.Fixed{Now: realNow}}
	x.ns = vfs.NewNamespace(memfs.New(memfs.Config{}))
	seed := byte(0)
	x.k = kernel.New(kernel.Config{Engine: x.e, Clock: x.clk, Namespace: x.ns, MaxFiles: 64, Random: func(b []byte) {
		for i := range b {
			seed++
			b[i] = seed
		}
	}})
	x.e.k = x.k
	x.p, x.t = x.process(beneath)
	x.mem = x.t.Mem.(guestmem.Bytes)
	t.Cleanup(x.end)
	return x
}

// end ends every process, after which nothing may be left.
func (x *env) end() {
	var threads []*kernel.Thread
	x.k.Processes(func(p *kernel.Process) { p.Threads(func(t *kernel.Thread) { threads = append(threads, t) }) })
	for _, t := range threads {
		t.Process.Kill(abi.SIGKILL)
		t.Done()
	}
	x.k.Drain()
	if l := x.k.Live(); l != (kernel.Live{}) {
		x.Errorf("left: %+v", l)
	}
}

func (x *env) process(beneath bool) (*kernel.Process, *kernel.Thread) {
	p, e := x.k.NewProcess(kernel.ProcessSpec{Name: "test", Beneath: beneath, Root: x.ns.Root(), Cwd: x.ns.Root()})
	if e != abi.OK {
		x.Fatal(e)
	}
	p.Mem = guestmem.Bytes(bytes.Repeat([]byte{'?'}, memSize))
	t, e := p.NewThread(kernel.Entry{Main: true})
	if e != abi.OK {
		x.Fatal(e)
	}
	null := func() vfs.Object { return &stream{} }
	if at, e := Equip(&t.Ctx, p, [3]vfs.Object{null(), null(), null()}, []string{"/"}); e != abi.OK {
		x.Fatal(at, e)
	}
	return p, t
}

// stream is a standard stream that is empty and takes everything.
type stream struct {
	vfs.UnimplementedObject
	waiter.AlwaysReady
	got bytes.Buffer
}

func (*stream) Type() abi.Filetype                  { return abi.FiletypeUnknown }
func (*stream) Attr(*vfs.Ctx) (vfs.Attr, abi.Errno) { return vfs.Attr{Nlink: 1}, abi.OK }
func (*stream) Read(*vfs.Ctx, *vfs.OpenFile, *guestmem.Vec) (int, abi.Errno) {
	return 0, abi.OK
}
func (s *stream) Write(_ *vfs.Ctx, _ *vfs.OpenFile, src *guestmem.Vec) (int, abi.Errno) {
	b := make([]byte, src.Len())
	n, e := src.CopyIn(b)
	s.got.Write(b[:n])
	return n, e
}

// ok wants a call to succeed, fails wants its errno, blocks wants it to wait.
func (x *env) ok(r kernel.Result) { x.Helper(); x.fails(r, abi.OK) }

func (x *env) fails(r kernel.Result, want abi.Errno) {
	x.Helper()
	if r != kernel.Ret(want) {
		x.Fatalf("result %d (%v), want %v", r, r.Errno(), want)
	}
}

func (x *env) blocks(r kernel.Result) {
	x.Helper()
	if r != kernel.Blocked {
		x.Fatalf("result %d (%v), want it to wait", r, r.Errno())
	}
	x.waits(x.t)
}

// waits wants the thread's call not to have ended.
func (x *env) waits(t *kernel.Thread) {
	x.Helper()
	x.k.Drain()
	if len(x.e.results[t]) != 0 {
		x.Fatalf("ended with %v, want it to wait", x.e.results[t])
	}
}

// ends wants the thread's call to have ended with an errno, once.
func (x *env) ends(t *kernel.Thread, want abi.Errno) {
	x.Helper()
	x.k.Drain()
	got := x.e.results[t]
	delete(x.e.results, t)
	if len(got) != 1 || got[0].Errno() != want || got[0] == kernel.End || got[0] == kernel.Blocked {
		x.Fatalf("results %v, want one %v", got, want)
	}
	if want == abi.EINTR {
		x.deliver(t)
	}
}

// deliver takes all signals, as the shim does.
func (x *env) deliver(t *kernel.Thread) {
	for t.Deliver() > 0 {
	}
}

func (x *env) u32(ptr uint32) uint32 { return binary.LittleEndian.Uint32(x.mem[ptr:]) }
func (x *env) u64(ptr uint32) uint64 { return binary.LittleEndian.Uint64(x.mem[ptr:]) }

// put writes bytes or text at ptr.
func (x *env) put(ptr uint32, b string) (uint32, uint32) {
	copy(x.mem[ptr:], b)
	return ptr, uint32(len(b))
}

func (x *env) put32(ptr uint32, v uint32) { binary.LittleEndian.PutUint32(x.mem[ptr:], v) }

// Where tests put things. Results are at result.
const (
	result = 0x100
	iovAt  = 0x200
	pathAt = 0x400
	path2  = 0x800
	bufAt  = 0x8000
)

// iov makes one iovec and returns its address.
func (x *env) iov(ptr, n uint32) uint32 {
	x.put32(iovAt, ptr)
	x.put32(iovAt+4, n)
	return iovAt
}

// untouched wants everything but the regions (address, length, ...) to be "?".
func (x *env) untouched(regions ...uint32) {
	x.Helper()
	b := bytes.Clone(x.mem)
	for i := 0; i < len(regions); i += 2 {
		for j := range regions[i+1] {
			b[regions[i]+j] = '?'
		}
	}
	for i, c := range b {
		if c != '?' {
			x.Fatalf("byte %#x is %#x", i, c)
		}
	}
}

// wipe fills the memory with "?" again.
func (x *env) wipe() {
	for i := range x.mem {
		x.mem[i] = '?'
	}
}

// open opens a path with all rights there are and returns the descriptor.
func (x *env) open(path string, oflags abi.Oflags, rights abi.Rights) int32 {
	x.Helper()
	p, n := x.put(pathAt, path)
	x.ok(PathOpen(x.t, 3, 0, p, n, uint32(oflags), uint64(rights), uint64(abi.RightsAll), 0, result))
	return int32(x.u32(result))
}

const readWrite = abi.RightsRegularBase

func (x *env) file(path, contents string) int32 {
	x.Helper()
	fd := x.open(path, abi.OflagsCreat|abi.OflagsTrunc, readWrite)
	if contents != "" {
		b, n := x.put(bufAt, contents)
		x.ok(FdWrite(x.t, fd, x.iov(b, n), 1, result))
	}
	return fd
}

func (x *env) pipe() (r, w int32) {
	x.Helper()
	x.ok(FdPipe(x.t, result, result+4))
	return int32(x.u32(result)), int32(x.u32(result + 4))
}
