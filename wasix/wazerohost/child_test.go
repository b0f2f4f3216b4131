//go:build !js

package wazerohost_test

import (
	"encoding/binary"
	"strings"
	"testing"

	"github.com/wasix-web/wasix-web/wasix"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/wasmgen"
)

// Opcodes.
const (
	opI32Load = 0x28
	opI32Add  = 0x6a
)

// exits is a program that ends with its number of arguments plus n.
func exits(n int32) []byte {
	var b wasmgen.Builder
	sizes := b.ImportFunc(abi.ModulePreview1, "args_sizes_get", wasmgen.Sig("ii", "i"))
	exit := b.ImportFunc(abi.ModuleWasix, "proc_exit2", wasmgen.Sig("i", ""))
	b.Export("memory", wasmgen.ExternMemory, b.Memory(wasmgen.Limits{Min: 1, Max: 1, HasMax: true}))
	c := wasmgen.NewCode(0).I32Const(8).I32Const(12).Call(sizes).Drop()
	c.I32Const(8).Mem(opI32Load, 0, 2, 0).I32Const(n).Op(opI32Add).Call(exit)
	b.Export("_start", wasmgen.ExternFunc, b.Func(wasmgen.Sig("", ""), c))
	return b.Bytes()
}

// waits is a program that sleeps for an hour.
func waits() []byte {
	var b wasmgen.Builder
	sleep := b.ImportFunc(abi.ModuleWasix, "thread_sleep", wasmgen.Sig("I", "i"))
	b.Export("memory", wasmgen.ExternMemory, b.Memory(wasmgen.Limits{Min: 1, Max: 1, HasMax: true}))
	c := wasmgen.NewCode(0).I64Const(3600e9).Call(sleep).Drop()
	b.Export("_start", wasmgen.ExternFunc, b.Func(wasmgen.Sig("", ""), c))
	return b.Bytes()
}

// writer is a program that writes "hi" to descriptor 5, and ends with the errno.
func writer() []byte {
	var b wasmgen.Builder
	write := b.ImportFunc(abi.ModulePreview1, "fd_write", wasmgen.Sig("iiii", "i"))
	exit := b.ImportFunc(abi.ModuleWasix, "proc_exit2", wasmgen.Sig("i", ""))
	b.Export("memory", wasmgen.ExternMemory, b.Memory(wasmgen.Limits{Min: 1, Max: 1, HasMax: true}))
	b.Data(8, []byte{32, 0, 0, 0, 2, 0, 0, 0})
	b.Data(32, []byte("hi"))
	c := wasmgen.NewCode(0).I32Const(5).I32Const(8).I32Const(1).I32Const(16).Call(write).Call(exit)
	b.Export("_start", wasmgen.ExternFunc, b.Func(wasmgen.Sig("", ""), c))
	return b.Bytes()
}

// newPrograms is newTree with programs:
//
//	/bin/ten /bin/wait /bin/hi  exits(10), waits, writer
//	/bin/link                   a symbolic link to ten
//	/script /script2            "#!/bin/ten -x", and a script that runs it
//	/again                      a script that runs itself
//	/text                       no program
func newPrograms(t *testing.T) *world {
	t.Helper()
	w := newTree(t)
	fs := w.FS()
	for name, b := range map[string][]byte{
		"/bin/ten": exits(10), "/bin/wait": waits(), "/bin/hi": writer(),
		"/script": []byte("#! /bin/ten\t-x \nrest"), "/script2": []byte("#!/script"),
		"/again": []byte("#!/again\n"), "/text": []byte("echo"), "/empty#!": []byte("#! \n"),
		"/bad.wasm": []byte("\x00asm\x01\x00\x00\x00\x7f"), "/long": []byte("#!" + strings.Repeat("x", 300)),
	} {
		if err := fs.WriteFile(name, b); err != nil {
			t.Fatal(err)
		}
	}
	if err := fs.Symlink("ten", "/bin/link"); err != nil {
		t.Fatal(err)
	}
	return w
}

// spawnArgs are the arguments of proc_spawn2 for a path and arguments.
func spawnArgs(name, args string) []any {
	return []any{name, args, 0, 0, 0, 0, 0, 0, 0, 0, 0, out(4)}
}

// status is what proc_join writes.
func status(code byte, sig abi.Signal) string {
	switch {
	case sig != 0:
		return string([]byte{2, 0, 0, 0, byte(sig), 0})
	}
	return string([]byte{1, 0, code, 0, 0, 0})
}

// anyChild is an option_pid struct: none.
func anyChild() ref { return ref{make([]byte, abi.SizeOptionPid)} }

func child(pid uint32) ref {
	x := abi.OptionPid{Tag: abi.OptionSome, Some: int32(pid)}
	b := make([]byte, abi.SizeOptionPid)
	x.Put(b)
	return ref{b}
}

// join waits for a child and checks what is told of it.
func (p *proxy) join(pid uint32, want string) {
	p.Helper()
	a := p.ok("proc_join", child(pid), 0, out(6))
	if got := binary.LittleEndian.Uint32(a.outs[0][4:]); got != pid {
		p.Errorf("joined %d, want %d", got, pid)
	}
	if string(a.outs[1]) != want {
		p.Errorf("status %q, want %q", a.outs[1], want)
	}
}

func TestSpawn(t *testing.T) {
	p := newPrograms(t).proxy()
	for _, c := range []struct {
		name, args string
		code       byte
	}{
		{"/bin/ten", "", 11}, // without arguments there is the name
		{"/bin/ten", "a\nb\n", 12},
		{"/bin/ten", "a\n\nb", 13},
		{"bin/link", "a\n", 11},
		{"/script", "s\nmore\n", 14},  // ten -x /script more
		{"/script2", "s\nmore\n", 15}, // ten -x /script /script2 more
	} {
		pid := p.ok("proc_spawn2", spawnArgs(c.name, c.args)...).u32(0)
		p.join(pid, status(c.code, 0))
	}
	for name, want := range map[string]abi.Errno{
		"/nothing": abi.ENOENT, "": abi.ENOENT, "/gone": abi.ENOENT, "/text": abi.ENOEXEC, "/d": abi.EACCES,
		"/f/x": abi.ENOTDIR, "/again": abi.ELOOP, "/empty#!": abi.ENOEXEC, "/bad.wasm": abi.ENOEXEC,
		"/long": abi.ENOEXEC, "/loop": abi.ELOOP, "/dev/null": abi.EACCES,
	} {
		p.fails(want, "proc_spawn2", spawnArgs(name, "x\n")...)
	}
	p.fails(abi.ECHILD, "proc_join", child(77), 0, out(6))
}

// A program is compiled again when its file has changed.
func TestSpawnChanged(t *testing.T) {
	w := newPrograms(t)
	p := w.proxy()
	for _, n := range []int32{20, 30} {
		if err := w.FS().WriteFile("/bin/ten", exits(n)); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			p.join(p.ok("proc_spawn2", spawnArgs("/bin/ten", "")...).u32(0), status(byte(n+1), 0))
		}
	}
}

func TestSpawnSearch(t *testing.T) {
	p := newPrograms(t).proxy()
	search := func(name string, path ...any) []any {
		return append(append([]any{name, "", 0, 0, 0, 0, 0, 0, 1}, path...), out(4))
	}
	for _, path := range [][]any{{0, 0}, {"/nothing:/bin"}, {"/f:/bin/"}, {"bin"}} {
		p.join(p.ok("proc_spawn2", search("ten", path...)...).u32(0), status(11, 0))
	}
	p.fails(abi.ENOENT, "proc_spawn2", search("ten", "/d:/e")...)
	p.fails(abi.EACCES, "proc_spawn2", search("d", "/:/e")...)
	p.fails(abi.ENOENT, "proc_spawn2", search("script", 0, 0)...)
	p.join(p.ok("proc_spawn2", search("script", ":/e")...).u32(0), status(13, 0)) // "": the directory
	p.join(p.ok("proc_spawn2", search("bin/ten", "/e")...).u32(0), status(11, 0)) // with "/": no search
}

// op writes a proc_spawn_fd_op struct whose path is at an address that the proxy
// places first: 1024.
func op(o abi.SpawnFdOp) []byte {
	b := make([]byte, abi.SizeSpawnFdOp)
	o.Put(b)
	return b
}

func TestSpawnOperations(t *testing.T) {
	w := newPrograms(t)
	p := w.proxy()
	const path = 1024 // where the first argument is
	spawn := func(name string, ops ...abi.SpawnFdOp) []any {
		var b in
		for _, o := range ops {
			b = append(b, op(o)...)
		}
		return []any{name, "", 0, 0, b, len(ops), 0, 0, 0, 0, 0, out(4)}
	}
	file := p.open("file", abi.OflagsCreat)
	p.join(p.ok("proc_spawn2", spawn("/bin/hi", abi.SpawnFdOp{Cmd: abi.SpawnFdOpDup2, SrcFd: int32(file), Fd: 5})...).u32(0), status(0, 0))
	if b, err := w.FS().ReadFile("/file"); err != nil || string(b) != "hi" {
		t.Errorf("file: %q %v", b, err)
	}
	// The path of both is the program's own.
	p.join(p.ok("proc_spawn2", spawn("/bin/hi", abi.SpawnFdOp{Cmd: abi.SpawnFdOpOpen, Fd: 5, Path: path, PathLen: 6,
		Oflags: abi.OflagsCreat | abi.OflagsExcl, RightsBase: abi.RightsFdWrite})...).u32(0), status(byte(abi.OK), 0))
	if b, err := w.FS().ReadFile("/bin/h"); err != nil || string(b) != "hi" {
		t.Errorf("opened file: %q %v", b, err)
	}
	p.join(p.ok("proc_spawn2", spawn("/bin/hi")...).u32(0), status(byte(abi.EBADF), 0))
	p.join(p.ok("proc_spawn2", spawn("/bin/hi", abi.SpawnFdOp{Cmd: abi.SpawnFdOpDup2, SrcFd: int32(file), Fd: 5},
		abi.SpawnFdOp{Cmd: abi.SpawnFdOpClose, Fd: 5})...).u32(0), status(byte(abi.EBADF), 0))
	for _, c := range []struct {
		op   abi.SpawnFdOp
		want abi.Errno
	}{
		{abi.SpawnFdOp{Cmd: abi.SpawnFdOpClose, Fd: closed}, abi.EBADF},
		{abi.SpawnFdOp{Cmd: abi.SpawnFdOpDup2, SrcFd: closed, Fd: 5}, abi.EBADF},
		{abi.SpawnFdOp{Cmd: abi.SpawnFdOpDup2, SrcFd: 1, Fd: -1}, abi.EBADF},
		{abi.SpawnFdOp{Cmd: abi.SpawnFdOpFchdir, Fd: 1}, abi.ENOTDIR},
		{abi.SpawnFdOp{Cmd: abi.SpawnFdOpChdir, Path: path, PathLen: 7}, abi.ENOTDIR},
		{abi.SpawnFdOp{Cmd: 9}, abi.EINVAL},
		{abi.SpawnFdOp{Cmd: abi.SpawnFdOpOpen, Path: path, PathLen: 7, Oflags: 0x8000}, abi.EINVAL},
		{abi.SpawnFdOp{Cmd: abi.SpawnFdOpOpen, Path: path, PathLen: 7, Oflags: abi.OflagsDirectory}, abi.ENOTDIR},
		{abi.SpawnFdOp{Cmd: abi.SpawnFdOpOpen, Path: nowhere, PathLen: 7}, abi.EFAULT},
	} {
		p.fails(c.want, "proc_spawn2", spawn("/bin/hi", c.op)...)
	}
	p.fails(abi.EINVAL, "proc_spawn2", "/bin/hi", "", 0, 0, 8, 5000, 0, 0, 0, 0, 0, out(4))
	p.fails(abi.EINVAL, "proc_spawn2", "/bin/hi", "", 0, 0, 0, 0, in{0, 0}, 1, 0, 0, 0, out(4))
	p.fails(abi.EINVAL, "proc_spawn2", "/bin/hi", "", 0, 0, 0, 0, in{1, 9}, 1, 0, 0, 0, out(4))
	p.fails(abi.E2BIG, "proc_spawn2", "/bin/hi", 8, 3<<20, 0, 0, 0, 0, 0, 0, 0, 0, 0, out(4))
	p.fails(abi.EFAULT, "proc_spawn2", "/bin/hi", bad{}, 0, 0, 0, 0, 0, 0, 0, 0, 0, out(4))
	p.fails(abi.EFAULT, "proc_spawn2", "/bin/hi", "", 0, 0, 0, 0, 0, 0, 0, 0, 0, nowhere)
	// Nothing is left of a child that never was.
	p.fails(abi.ECHILD, "proc_join", anyChild(), 0, out(6))
}

func TestSpawnPipes(t *testing.T) {
	w := newPrograms(t)
	p := w.proxy()
	spawn := func(mode abi.StdioMode, dir string) []any {
		return []any{"ten", 0, "", "", mode, mode, mode, dir, out(abi.SizeProcessHandles)}
	}
	for _, mode := range []abi.StdioMode{abi.StdioModeInherit, abi.StdioModeNull, abi.StdioModeLog, abi.StdioModePiped} {
		a := p.ok("proc_spawn", spawn(mode, "/d")...)
		var h abi.ProcessHandles
		h.Get(a.outs[0])
		p.join(uint32(h.Pid), status(11, 0))
		piped := mode == abi.StdioModePiped
		for _, o := range []abi.OptionFd{h.Stdin, h.Stdout, h.Stderr} {
			if (o.Tag == abi.OptionSome) != piped {
				t.Errorf("%v: %+v", mode, h)
			}
		}
		if piped {
			p.ok("callback_signal", "__wasm_signal")
			p.fails(abi.EPIPE, "fd_write", int(h.Stdin.Some), iovs{"x"}, out(4))
		}
	}
	p.fails(abi.ENOTSUP, "proc_spawn", "ten", 1, "", "", 0, 0, 0, "", out(28))
	p.fails(abi.EINVAL, "proc_spawn", "ten", 0, "", "", 4, 0, 0, "", out(28))
	p.fails(abi.ENOTDIR, "proc_spawn", "ten", 0, "", "", 1, 1, 1, "/f", out(28))
	p.fails(abi.ENOENT, "proc_spawn", "ten", 0, "", "/nothing", 1, 1, 1, "", out(28))
	p.fails(abi.EFAULT, "proc_spawn", "ten", 0, "", "", 1, 1, 1, "", nowhere)
}

func TestExec(t *testing.T) {
	w := newPrograms(t)
	for _, c := range []struct {
		call string
		args []any
		code uint32
	}{
		{"proc_exec3", []any{"/bin/ten", "a\nb\n", 0, 0, 0, 0, 0}, 12},
		{"proc_exec3", []any{"ten", "", "A=1\n", 1, "/bin"}, 11},
		{"proc_exec2", []any{"/script", "a\n", "A=1\nB=2"}, 13},
		{"proc_exec", []any{"/bin/link", "a\n"}, 11},
		{"proc_exec", []any{"/nothing", "a\n"}, 127},
		{"proc_exec2", []any{"/text", "a\n", 0, 0}, 126},
	} {
		p := w.proxy()
		if s := p.exits(c.call, c.args...); s != (wasix.Status{Code: c.code}) {
			t.Errorf("%s%v: %+v", c.call, c.args, s)
		}
	}
	// The old program is intact when it fails.
	p := w.proxy()
	p.fails(abi.ENOENT, "proc_exec3", "/nothing", "a\n", 0, 0, 0, 0, 0)
	p.fails(abi.ENOEXEC, "proc_exec3", "/text", "a\n", 0, 0, 0, 0, 0)
	p.fails(abi.EACCES, "proc_exec3", "/d", "a\n", 0, 0, 0, 0, 0)
	p.fails(abi.ELOOP, "proc_exec3", "/again", "a\n", 0, 0, 0, 0, 0)
	p.fails(abi.E2BIG, "proc_exec3", "/bin/ten", 8, 3<<20, 0, 0, 0, 0, 0)
	p.fails(abi.EFAULT, "proc_exec3", bad{}, "a\n", 0, 0, 0, 0, 0)
	p.ok("proc_id", out(4))
}

// Descriptors are closed on exec when they are marked so.
func TestExecCloses(t *testing.T) {
	w := newPrograms(t)
	for ext, want := range map[abi.FdflagsExt]abi.Errno{0: abi.OK, abi.FdflagsExtCloexec: abi.EBADF} {
		p := w.proxy()
		file := p.open("file", abi.OflagsCreat)
		p.ok("fd_dup2", file, 5, int(ext), out(4)).is(0, 5)
		if s := p.exits("proc_exec3", "/bin/hi", "", 0, 0, 0, 0, 0); s.Code != uint32(want) {
			t.Errorf("cloexec %v: code %d, want %v", ext, s.Code, want)
		}
	}
}

func TestJoin(t *testing.T) {
	w := newPrograms(t)
	p := w.proxy()
	p.fails(abi.ECHILD, "proc_join", anyChild(), 0, out(6))
	pid := p.ok("proc_spawn2", spawnArgs("/bin/wait", "")...).u32(0)
	a := p.ok("proc_join", anyChild(), abi.JoinFlagsNonBlocking, out(6))
	if string(a.outs[0]) != "\x01\x00\x00\x00\x00\x00\x00\x00" || string(a.outs[1]) != "\x00\x00\x00\x00\x00\x00" {
		t.Errorf("while it runs: %q", a.outs)
	}
	p.fails(abi.EINVAL, "proc_join", anyChild(), 4, out(6))
	p.fails(abi.EINVAL, "proc_join", in{2, 0, 0, 0, 0, 0, 0, 0}, 0, out(6))
	p.fails(abi.EFAULT, "proc_join", nowhere, 0, out(6))
	p.fails(abi.EFAULT, "proc_join", anyChild(), 0, nowhere)

	p.ok("proc_signal", int(pid), abi.SIGSTOP)
	a = p.ok("proc_join", anyChild(), abi.JoinFlagsWakeStopped, out(6))
	if string(a.outs[1]) != "\x03\x00\x13\x00\x00\x00" {
		t.Errorf("stopped: %q", a.outs[1])
	}
	a = p.ok("proc_join", anyChild(), abi.JoinFlagsWakeStopped|abi.JoinFlagsNonBlocking, out(6)) // told once
	if string(a.outs[1]) != "\x00\x00\x00\x00\x00\x00" {
		t.Errorf("stopped, again: %q", a.outs[1])
	}
	p.ok("proc_signal", int(pid), abi.SIGCONT)
	ch := p.later("proc_join", child(pid), 0, out(6))
	p.parked()
	q := w.proxy()
	q.ok("proc_signal", int(pid), abi.SIGTERM)
	if a := p.get(ch); a.errno != abi.OK || string(a.outs[1]) != status(0, abi.SIGTERM) {
		t.Errorf("killed: %v %q", a.errno, a.outs)
	}
	p.fails(abi.ECHILD, "proc_join", child(pid), 0, out(6))

	pid = p.ok("proc_spawn2", spawnArgs("/bin/ten", "")...).u32(0)
	p.ok("proc_join_v0", ref{[]byte{0xff, 0xff, 0xff, 0xff}}, out(4)).is(0, uint64(pid)).is(1, 11<<8)
	p.fails(abi.ECHILD, "proc_join_v0", ref{[]byte{0, 0, 0, 0}}, out(4))
	p.fails(abi.EFAULT, "proc_join_v0", nowhere, out(4))
}

// A signal ends a wait; SIGCHLD does not.
func TestJoinInterrupted(t *testing.T) {
	w := newPrograms(t)
	p := w.proxy()
	p.ok("callback_signal", "__wasm_signal")
	first := p.ok("proc_spawn2", spawnArgs("/bin/wait", "")...).u32(0)
	second := p.ok("proc_spawn2", spawnArgs("/bin/wait", "")...).u32(0)
	for _, call := range []string{"proc_join", "proc_join_v0"} {
		args := []any{child(first), 0, out(6)}
		if call == "proc_join_v0" {
			args = []any{ref{binary.LittleEndian.AppendUint32(nil, first)}, out(4)}
		}
		ch := p.later(call, args...)
		p.parked()
		p.proc.Signal(abi.SIGUSR1)
		if a := p.get(ch); a.errno != abi.EINTR {
			t.Errorf("%s: %v", call, a.errno)
		}
		p.signals(abi.SIGUSR1)
	}
	ch := p.later("proc_join", child(first), 0, out(6))
	p.parked()
	q := w.proxy()
	q.ok("proc_signal", int(second), abi.SIGKILL) // SIGCHLD comes
	q.ok("proc_signal", int(first), abi.SIGKILL)
	if a := p.get(ch); a.errno != abi.OK {
		t.Errorf("SIGCHLD ended the wait: %v", a.errno)
	}
	p.join(second, status(0, abi.SIGKILL))
}

func TestProcSignal(t *testing.T) {
	w := newPrograms(t)
	p, q := w.proxy(), w.proxy()
	p.ok("proc_signal", int(q.proc.PID), 0)
	p.fails(abi.ESRCH, "proc_signal", 999, 0)
	p.fails(abi.ESRCH, "proc_signal", -999, abi.SIGTERM)
	p.fails(abi.EINVAL, "proc_signal", int(q.proc.PID), 65)
	child := p.ok("proc_spawn2", spawnArgs("/bin/wait", "")...).u32(0)
	p.ok("callback_signal", "__wasm_signal")
	p.ok("proc_signal", 0, abi.SIGTERM) // the group: the caller, too
	p.join(child, status(0, abi.SIGTERM))
	p.signals(abi.SIGTERM, abi.SIGCHLD)
	q.ok("proc_id", out(4)) // another group
	p.ok("proc_signal", -1, abi.SIGKILL)
	if s := q.wait(); s.Signal != abi.SIGKILL {
		t.Errorf("kill -1: %+v", s)
	}
	p.fails(abi.ESRCH, "proc_signal", -1, 0)
}

func TestRaiseInterval(t *testing.T) {
	w := newPrograms(t)
	p := w.proxy()
	p.fails(abi.EINVAL, "proc_raise_interval", 0, 1, 0)
	p.fails(abi.EINVAL, "proc_raise_interval", 65, 1, 0)
	p.ok("proc_raise_interval", abi.SIGALRM, uint64(3600e9), 1)
	p.ok("proc_raise_interval", abi.SIGALRM, 0, 0)
	p.ok("proc_raise_interval", abi.SIGUSR1, 0, 0)
	p.lock(func() { p.proc.Thread().Process.RaiseEvery(abi.SIGALRM, 1, true) })
	if s := p.wait(); s.Signal != abi.SIGALRM {
		t.Errorf("%+v", s)
	}
}

// A child of proc_fork_env acts until it ends, and then the parent goes on.
func TestForkEnv(t *testing.T) {
	w := newPrograms(t)
	p := w.proxy()
	self := p.ok("proc_id", out(4)).u32(0)
	c := p.ok("proc_fork_env", out(4)).u32(0)
	p.ok("proc_id", out(4)).is(0, uint64(c))
	p.ok("proc_parent", int(c), out(4)).is(0, uint64(self))
	p.fails(abi.ENOTSUP, "proc_fork_env", out(4))
	p.fails(abi.ENOENT, "proc_exec3", "/nothing", "", 0, 0, 0, 0, 0)
	p.ok("proc_exit2", 3)
	p.ok("proc_id", out(4)).is(0, uint64(self))
	p.join(c, status(3, 0))

	file := p.open("file", abi.OflagsCreat)
	c = p.ok("proc_fork_env", out(4)).u32(0)
	p.ok("fd_dup2", file, 5, 0, out(4))
	p.ok("proc_exec3", "/bin/hi", "", 0, 0, 0, 0, 0)
	p.ok("proc_id", out(4)).is(0, uint64(self))
	p.join(c, status(0, 0))
	if b, err := w.FS().ReadFile("/file"); err != nil || string(b) != "hi" {
		t.Errorf("file: %q %v", b, err)
	}
	p.fails(abi.EBADF, "fd_fdstat_get", 5, out(24)) // that was the child's
	p.fails(abi.EFAULT, "proc_fork_env", nowhere)
	p.fails(abi.ENOTSUP, "proc_fork", 1, out(4)) // without asyncify
	p.fails(abi.EFAULT, "proc_fork", 1, nowhere)
	p.fails(abi.ENOTSUP, "stack_checkpoint", out(24), out(8))
	p.fails(abi.EFAULT, "stack_checkpoint", nowhere, out(8))

	// One that ends as the child ends both.
	p.ok("proc_fork_env", out(4))
	p.proc.Signal(abi.SIGKILL)
	if s := p.wait(); s.Signal != abi.SIGKILL {
		t.Errorf("%+v", s)
	}
}

func TestThreadLocal(t *testing.T) {
	p := newTree(t).proxy()
	k := p.ok("thread_local_create", uint64(7), out(4)).u32(0)
	p.ok("thread_local_get", int(k), out(8)).is(0, 0)
	p.ok("thread_local_set", int(k), uint64(1<<40))
	p.ok("thread_local_get", int(k), out(8)).is(0, 1<<40)
	p.fails(abi.EFAULT, "thread_local_get", int(k), nowhere)
	p.ok("thread_local_destroy", int(k))
	p.ok("thread_local_get", int(k), out(8)).is(0, 0)
	p.fails(abi.EINVAL, "thread_local_set", int(k), uint64(1))
	p.fails(abi.EINVAL, "thread_local_destroy", int(k))
	p.fails(abi.EFAULT, "thread_local_create", uint64(7), nowhere)
	n := 0
	for p.call("thread_local_create", uint64(7), out(4)).errno == abi.OK {
		n++
	}
	if n != 4096 {
		t.Errorf("%d keys", n)
	}
}
