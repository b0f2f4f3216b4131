//go:build !js

package wasix_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/wasix-web/wasix-web/providers/memfs"
	"github.com/wasix-web/wasix-web/wasix"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/clock"
	"github.com/wasix-web/wasix-web/wasix/hostfs"
	"github.com/wasix-web/wasix-web/wasix/link"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/wasmgen"
)

const preview1 = "wasi_snapshot_preview1"

// guest writes a program of preview1. The body gets the imported calls by name,
// and a memory with the iovec {1024, 1000} at 0.
func guest(body func(c *wasmgen.Code, call map[string]uint32)) []byte {
	var b wasmgen.Builder
	call := map[string]uint32{}
	for name, sig := range map[string]string{"fd_read": "iiii", "fd_write": "iiii", "random_get": "ii", "clock_time_get": "iIi"} {
		call[name] = b.ImportFunc(preview1, name, wasmgen.Sig(sig, "i"))
	}
	call["proc_exit"] = b.ImportFunc(preview1, "proc_exit", wasmgen.Sig("i", ""))
	b.Export("memory", wasmgen.ExternMemory, b.Memory(wasmgen.Limits{Min: 1}))
	b.Data(0, []byte{0, 4, 0, 0, 0xe8, 3, 0, 0})
	c := wasmgen.NewCode(0)
	body(c, call)
	b.Export("_start", wasmgen.ExternFunc, b.Func(wasmgen.Sig("", ""), c))
	return b.Bytes()
}

// cat copies stdin to stdout, and exits with the errno of what failed.
func cat() []byte {
	return guest(func(c *wasmgen.Code, call map[string]uint32) {
		const eqz, ne = 0x45, 0x47
		c.Loop(0)
		// The iovec's length becomes what was read.
		c.I32Const(4).I32Const(1000).Mem(0x36, 0, 2, 0)
		c.I32Const(0).I32Const(0).I32Const(1).I32Const(4).Call(call["fd_read"])
		e := c.Local(wasmgen.I32)
		c.Tee(e).If(0).Get(e).Call(call["proc_exit"]).End()
		c.I32Const(4).Mem(0x28, 0, 2, 0).Op(eqz).If(0).I32Const(0).Call(call["proc_exit"]).End()
		c.I32Const(1).I32Const(0).I32Const(1).I32Const(8).Call(call["fd_write"]).Tee(e).If(0).Get(e).Call(call["proc_exit"]).End()
		c.Br(0).End()
		_ = ne
	})
}

// flood writes to stdout until that fails, and exits with the errno.
func flood() []byte {
	return guest(func(c *wasmgen.Code, call map[string]uint32) {
		e := c.Local(wasmgen.I32)
		c.Loop(0)
		c.I32Const(1).I32Const(0).I32Const(1).I32Const(8).Call(call["fd_write"]).Tee(e).If(0).Get(e).Call(call["proc_exit"]).End()
		c.Br(0).End()
	})
}

// spin computes for ever.
func spin() []byte {
	return guest(func(c *wasmgen.Code, _ map[string]uint32) { c.Loop(0).Br(0).End() })
}

func newSystem(t *testing.T, c wasix.Config) *wasix.System {
	t.Helper()
	sys, err := wasix.New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sys.Close)
	return sys
}

func load(t *testing.T, sys *wasix.System, wasm []byte) *wasix.Program {
	t.Helper()
	p, err := sys.Load(wasm)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

func run(t *testing.T, sys *wasix.System, c wasix.Command) wasix.Status {
	t.Helper()
	p, err := sys.Start(c)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return p.WaitContext(ctx)
}

func Example() {
	sys, err := wasix.New(wasix.Config{})
	if err != nil {
		panic(err)
	}
	defer sys.Close()
	prog, err := sys.Load(cat())
	if err != nil {
		panic(err)
	}
	proc, err := sys.Start(wasix.Command{
		Program: prog,
		Args:    []string{"cat"},
		Stdin:   strings.NewReader("from stdin to stdout\n"),
		Stdout:  os.Stdout,
	})
	if err != nil {
		panic(err)
	}
	fmt.Println("exit code", proc.Wait().Code)
	// Output:
	// from stdin to stdout
	// exit code 0
}

func TestStreams(t *testing.T) {
	sys := newSystem(t, wasix.Config{})
	prog := load(t, sys, cat())
	big := strings.Repeat("0123456789abcdef\n", 200_000)
	for name, stdin := range map[string]io.Reader{
		"at once":       strings.NewReader(big),
		"byte by byte":  iotest.OneByteReader(strings.NewReader(big[:50_000])),
		"data with EOF": iotest.DataErrReader(strings.NewReader(big)),
	} {
		want := big
		if name == "byte by byte" {
			want = big[:50_000]
		}
		var out bytes.Buffer
		if s := run(t, sys, wasix.Command{Program: prog, Stdin: stdin, Stdout: &out}); s != (wasix.Status{}) {
			t.Errorf("%s: %+v", name, s)
		}
		if out.String() != want {
			t.Errorf("%s: %d bytes of %d", name, out.Len(), len(want))
		}
	}
	var out bytes.Buffer
	s := run(t, sys, wasix.Command{Program: prog, Stdin: iotest.ErrReader(errors.New("broken")), Stdout: &out})
	if s.Code != uint32(abi.EIO) {
		t.Errorf("a reader that fails: %+v", s)
	}
	s = run(t, sys, wasix.Command{Program: prog, Stdin: iotest.ErrReader(fmt.Errorf("no: %w", abi.EPERM)), Stdout: &out})
	if s.Code != uint32(abi.EPERM) {
		t.Errorf("a reader that fails with an errno: %+v", s)
	}
	s = run(t, sys, wasix.Command{Program: prog, Stdin: zeros{}, Stdout: full{}})
	if s.Code != uint32(abi.ENOSPC) {
		t.Errorf("a writer that fails with an errno: %+v", s)
	}
	if s := run(t, sys, wasix.Command{Program: prog, Stdout: &out}); s.Code != 0 || out.Len() != 0 {
		t.Errorf("no stdin: %+v", s)
	}
}

// zeros is a reader without an end, full a writer without room.
type (
	zeros struct{}
	full  struct{}
)

func (zeros) Read(b []byte) (int, error) { return len(b), nil }
func (full) Write([]byte) (int, error)   { return 0, abi.ENOSPC }

// stuck is a writer that takes nothing until it is told to.
type stuck struct {
	free chan struct{}
	n    int
}

func (s *stuck) Write(b []byte) (int, error) {
	<-s.free
	s.n += len(b)
	return len(b), errors.New("enough")
}

// A program that writes faster than its output is taken waits, and can be
// killed; memory stays bounded.
func TestBackpressure(t *testing.T) {
	sys := newSystem(t, wasix.Config{})
	w := &stuck{free: make(chan struct{})}
	p, err := sys.Start(wasix.Command{Program: load(t, sys, flood()), Stdout: w})
	if err != nil {
		t.Fatal(err)
	}
	waitParked(t, sys, p)
	if err := p.Signal(abi.SIGTERM); err != nil {
		t.Fatal(err)
	}
	close(w.free)
	if s := p.Wait(); s.Signal != abi.SIGTERM {
		t.Errorf("%+v", s)
	}
	if w.n == 0 || w.n > 1<<20 {
		t.Errorf("%d bytes were on their way", w.n)
	}
}

// waitParked returns when the program waits in a call.
func waitParked(t *testing.T, sys *wasix.System, p *wasix.Proc) {
	t.Helper()
	l := sys.Kernel.Engine.(sync.Locker)
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(time.Millisecond) {
		l.Lock()
		parked := p.Thread().Parked()
		l.Unlock()
		if parked {
			return
		}
	}
	t.Fatal("the program does not wait")
}

func TestOneWriterForBoth(t *testing.T) {
	sys := newSystem(t, wasix.Config{})
	prog := load(t, sys, guest(func(c *wasmgen.Code, call map[string]uint32) {
		for i := range int32(10) {
			c.I32Const(1024).I32Const('0'+i).Mem(0x3a, 0, 0, 0)
			c.I32Const(4).I32Const(1).Mem(0x36, 0, 2, 0)
			c.I32Const(1 + i%2).I32Const(0).I32Const(1).I32Const(8).Call(call["fd_write"]).Drop()
		}
	}))
	var out bytes.Buffer
	run(t, sys, wasix.Command{Program: prog, Stdout: &out, Stderr: &out})
	if out.String() != "0123456789" {
		t.Errorf("%q", out.String())
	}
	// Writers that cannot be compared.
	var a, b bytes.Buffer
	run(t, sys, wasix.Command{Program: prog, Stdout: funcs{a.Write}, Stderr: funcs{b.Write}})
	if a.String() != "02468" || b.String() != "13579" {
		t.Errorf("%q, %q", a.String(), b.String())
	}
}

type funcs []func([]byte) (int, error)

func (f funcs) Write(b []byte) (int, error) { return f[0](b) }

// A program that computes for ever ends when it is told to, and the others go on.
func TestTimeout(t *testing.T) {
	sys := newSystem(t, wasix.Config{})
	p, err := sys.Start(wasix.Command{Program: load(t, sys, spin())})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if s := run(t, sys, wasix.Command{Program: load(t, sys, cat()), Stdin: strings.NewReader("x"), Stdout: &out}); s.Code != 0 || out.String() != "x" {
		t.Errorf("beside it: %+v, %q", s, out.String())
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	if s := p.WaitContext(ctx); s.Signal != abi.SIGKILL || s.Code != 137 {
		t.Errorf("%+v", s)
	}
	if err := p.Signal(abi.SIGTERM); err != abi.ESRCH {
		t.Errorf("after the end: %v", err)
	}
}

// A fixed clock and a seeded source make runs byte-identical.
func TestRepeatable(t *testing.T) {
	prog := guest(func(c *wasmgen.Code, call map[string]uint32) {
		c.I32Const(1024).I32Const(500).Call(call["random_get"]).Drop()
		for i := range int32(10) {
			c.I32Const(i % 2).I64Const(1).I32Const(1600 + 8*i).Call(call["clock_time_get"]).Drop()
		}
		c.I32Const(1).I32Const(0).I32Const(1).I32Const(8).Call(call["fd_write"]).Drop()
	})
	once := func() string {
		seed := byte(42)
		sys := newSystem(t, wasix.Config{Clock: &clock.Fixed{Now: 1e18, Step: 1000}, Random: func(b []byte) {
			for i := range b {
				seed = seed*73 + 7
				b[i] = seed
			}
		}})
		var out bytes.Buffer
		run(t, sys, wasix.Command{Program: load(t, sys, prog), Stdout: &out})
		return out.String()
	}
	a, b := once(), once()
	if a != b || len(a) != 1000 || strings.Count(a, "\x00") > 700 {
		t.Errorf("%d and %d bytes", len(a), len(b))
	}
}

func TestStartErrors(t *testing.T) {
	sys := newSystem(t, wasix.Config{MaxProcesses: 1})
	prog := load(t, sys, spin())
	for name, tt := range map[string]struct {
		c    wasix.Command
		want string
	}{
		"no program":         {wasix.Command{}, "without Program"},
		"NUL":                {wasix.Command{Program: prog, Args: []string{"a\x00b"}}, `argument "a\x00b" contains a NUL`},
		"no directory":       {wasix.Command{Program: prog, Dir: "/nowhere"}, "working directory /nowhere: ENOENT"},
		"not a directory":    {wasix.Command{Program: prog, Dir: "/dev/null"}, "ENOTDIR"},
		"no preopen":         {wasix.Command{Program: prog, Preopens: []string{"/", "x=/nowhere"}}, "preopened directory /nowhere: ENOENT"},
		"preopen is no path": {wasix.Command{Program: prog, Preopens: []string{""}}, "EINVAL"},
	} {
		if _, err := sys.Start(tt.c); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want …%s…", name, err, tt.want)
		}
	}
	p, err := sys.Start(wasix.Command{Program: prog})
	if err != nil {
		t.Fatal(err) // nothing is left of those that failed
	}
	if _, err := sys.Start(wasix.Command{Program: prog}); !errors.Is(err, abi.EAGAIN) {
		t.Errorf("too many: %v", err)
	}
	p.Signal(abi.SIGKILL)
	p.Wait()
	var le *link.Error
	if _, err := sys.Load([]byte("\x00asm")); !errors.As(err, &le) || le.Kind != link.Truncated {
		t.Errorf("%v", err)
	}
}

func TestFiles(t *testing.T) {
	sys := newSystem(t, wasix.Config{})
	fs := sys.FS()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
	}
	must(fs.Mkdir("/home/a/b", true))
	must(fs.WriteFile("/home/a/f", []byte("one")))
	must(fs.AppendFile("/home/a/f", []byte(" two")))
	must(fs.Symlink("f", "/home/a/s"))
	must(fs.Link("/home/a/f", "/home/a/l"))
	must(fs.Rename("/home/a/l", "/home/a/b/m"))
	must(fs.SetAttr("/home/a/f", vfs.SetAttr{SetMtim: true, Mtim: 77}))
	if b, err := fs.ReadFile("/home/a/s"); err != nil || string(b) != "one two" {
		t.Errorf("%q, %v", b, err)
	}
	if s, err := fs.Readlink("/home/a/s"); err != nil || s != "f" {
		t.Errorf("%q, %v", s, err)
	}
	if a, err := fs.Stat("/home/a/b/m", true); err != nil || a.Nlink != 2 || a.Mtim != 77 || a.Size != 7 {
		t.Errorf("%+v, %v", a, err)
	}
	list, err := fs.ReadDir("/home/a")
	if err != nil || len(list) != 3 {
		t.Errorf("%v, %v", list, err)
	}
	must(fs.Sync())
	err = fs.Remove("/home/a", false)
	var he *hostfs.Error
	if !errors.As(err, &he) || he.Errno != abi.ENOTEMPTY || he.Path != "/home/a" {
		t.Errorf("%v", err)
	}
	must(fs.Remove("/home/a", true))
	if _, err := fs.Stat("/home/a", true); !errors.As(err, &he) || he.Errno != abi.ENOENT {
		t.Errorf("%v", err)
	}
	must(fs.Mount("/mnt/m", memfs.New(memfs.Config{})))
	must(fs.Unmount("/mnt/m"))
	if err := fs.Unmount("/mnt/m"); !errors.As(err, &he) || he.Errno != abi.EINVAL {
		t.Errorf("%v", err)
	}
}
