//go:build !js

package wazerohost_test

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/wasix-web/wasix-web/wasix"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/wasmgen"
)

// blocking are the calls that can wait, each arranged so that it does.
var blocking = map[string]func(p *proxy) []any{
	"fd_read": func(p *proxy) []any { return []any{stdin, room{4}, out(4)} },
	"fd_write": func(p *proxy) []any {
		_, w := p.pipe()
		return []any{w, iovs{strings.Repeat("x", 70_000)}, out(4)}
	},
	"poll_oneoff":          func(p *proxy) []any { return pollArgs([]abi.Subscription{onRead(stdin), onClock(0, 3600e9, 0)}) },
	"unstable_poll_oneoff": func(p *proxy) []any { return []any{in(make([]byte, 56)), out(32), 1, out(4)} },
	"epoll_wait": func(p *proxy) []any {
		return []any{p.ok("epoll_create", out(4)).fd(0), out(32), 1, ^uint64(0), out(4)}
	},
	"futex_wait":   func(p *proxy) []any { return []any{in(iovec(5)), 5, 0, out(1)} },
	"thread_sleep": func(p *proxy) []any { return []any{uint64(3600e9)} },
	"proc_join": func(p *proxy) []any {
		p.ok("proc_spawn2", spawnArgs("/bin/wait", "wait")...)
		return []any{anyChild(), 0, out(6)}
	},
	"sock_accept_v2": func(p *proxy) []any {
		l := p.ok("sock_open", inet4, stream, abi.SockProtoTCP, out(4)).fd(0)
		p.ok("sock_bind", l, ip("127.0.0.1", 0))
		p.ok("sock_listen", l, 5)
		return []any{l, 0, out(4), out(abi.SizeAddrPort)}
	},
	"sock_recv": func(p *proxy) []any {
		a := p.ok("sock_pair", 3, stream, 0, out(4), out(4))
		return []any{a.fd(0), room{4}, 0, out(4), out(2)}
	},
	"sock_send": func(p *proxy) []any {
		a := p.ok("sock_pair", 3, stream, 0, out(4), out(4))
		p.ok("fd_fdstat_set_flags", a.fd(0), abi.FdflagsNonblock)
		for p.call("sock_send", a.fd(0), iovs{strings.Repeat("x", 60_000)}, 0, out(4)).errno == abi.OK {
		}
		p.ok("fd_fdstat_set_flags", a.fd(0), 0)
		return []any{a.fd(0), iovs{strings.Repeat("x", 60_000)}, 0, out(4)}
	},
}

// A program ends in every call that waits: killed, and told to by a signal whose
// default is to end it. newWorld looks whether anything is left.
func TestEndInEveryBlockingCall(t *testing.T) {
	w := newPrograms(t)
	for name, args := range blocking {
		for _, sig := range []abi.Signal{abi.SIGKILL, abi.SIGTERM} {
			stdinR, _ := newFeed()
			p := w.proxy(func(c *wasix.Command) { c.Stdin = stdinR })
			a := args(p)
			if name == "unstable_poll_oneoff" {
				a[0].(in)[8] = byte(abi.EventtypeFdRead)
			}
			end := p.later(name, a...)
			p.parked()
			p.signal(sig)
			if s := p.wait(); s.Signal != sig {
				t.Errorf("%s: %+v", name, s)
			}
			if got := p.get(end); got.err == nil {
				t.Errorf("%s returned %v", name, got.errno)
			}
		}
	}
	// Children outlive them.
	w.Kernel.Lock()
	procs := w.Kernel.Live().Processes
	w.Kernel.Unlock()
	if procs != 2 {
		t.Errorf("%d processes are left, want 2 of /bin/wait", procs)
	}
}

func TestManySignals(t *testing.T) {
	w := newTree(t)
	stdinR, feed := newFeed()
	p := w.proxy(func(c *wasix.Command) { c.Stdin, c.Trace = stdinR, false })
	p.ok("callback_signal", "__wasm_signal")
	done := p.later("fd_read", stdin, room{4}, out(4))
	for range 100_000 {
		p.proc.Signal(abi.SIGUSR1)
	}
	if e := p.get(done).errno; e != abi.EINTR {
		t.Errorf("%v", e)
	}
	go feed("x")
	for p.call("fd_read", stdin, room{4}, out(4)).errno != abi.OK {
	}
	feed("")
}

// bomb is a program that starts itself twice, and then sleeps for an hour.
func bomb() []byte {
	var b wasmgen.Builder
	spawn := b.ImportFunc(abi.ModuleWasix, "proc_spawn2", wasmgen.Sig("iiiiiiiiiiiiii", "i"))
	sleep := b.ImportFunc(abi.ModuleWasix, "thread_sleep", wasmgen.Sig("I", "i"))
	b.Export("memory", wasmgen.ExternMemory, b.Memory(wasmgen.Limits{Min: 1, Max: 1, HasMax: true}))
	b.Data(64, []byte("/bin/bomb"))
	c := wasmgen.NewCode(0)
	for range 2 {
		c.I32Const(64).I32Const(9).I32Const(64).I32Const(9)
		for range 9 {
			c.I32Const(0)
		}
		c.I32Const(32).Call(spawn).Drop()
	}
	c.I64Const(3600e9).Call(sleep).Drop()
	b.Export("_start", wasmgen.ExternFunc, b.Func(wasmgen.Sig("", ""), c))
	return b.Bytes()
}

// Programs that start programs, up to the limit; then all of them are ended.
func TestSpawnBomb(t *testing.T) {
	w := newWorld(t, func(c *wasix.Config) { c.MaxProcesses = 30 })
	if err := w.FS().WriteFile("/bin/bomb", bomb()); err != nil {
		t.Fatal(err)
	}
	p := w.run(bomb())
	for end := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		w.Kernel.Lock()
		procs := w.Kernel.Live().Processes
		w.Kernel.Unlock()
		if procs == 30 {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("%d processes", procs)
		}
	}
	p.proc.Signal(abi.SIGKILL)
	p.wait()
	w.System.Close()
}

// What is there at once does not grow with what has been there.
func TestSequentialSpawns(t *testing.T) {
	p := newPrograms(t).proxy(func(c *wasix.Command) { c.Trace = false })
	once := func() {
		pid := p.ok("proc_spawn2", spawnArgs("/bin/ten", "ten\nx")...).u32(0)
		p.join(pid, status(12, 0))
	}
	for range 50 {
		once()
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	goroutines := runtime.NumGoroutine()
	for range 500 {
		once()
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if after.HeapAlloc > before.HeapAlloc+before.HeapAlloc/5+1<<20 {
		t.Errorf("the heap grew from %d to %d bytes", before.HeapAlloc, after.HeapAlloc)
	}
	if n := runtime.NumGoroutine(); n > goroutines+5 {
		t.Errorf("%d goroutines, before %d", n, goroutines)
	}
}
