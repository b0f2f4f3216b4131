//go:build !js

package wazerohost_test

import (
	"strings"
	"testing"

	"github.com/wasix-web/wasix-web/wasix"
	"github.com/wasix-web/wasix-web/wasix/abi"
)

// exits makes a call that ends the program.
func (p *proxy) exits(name string, args ...any) wasix.Status {
	p.Helper()
	if a := p.call(name, args...); a.err == nil {
		p.Errorf("%s returned %v", name, a.errno)
	}
	return p.wait()
}

func TestProcExit(t *testing.T) {
	w := newTree(t)
	for _, name := range []string{"proc_exit", "proc_exit2"} {
		for code, want := range map[int]uint32{0: 0, 7: 7, 255: 255, 256: 0, -1: 255} {
			p := w.proxy()
			fd := p.open("f", 0)
			if s := p.exits(name, code); s != (wasix.Status{Code: want}) {
				t.Errorf("%s(%d): %+v", name, code, s)
			}
			if _, err := p.proc.Call("fd_close", uint64(fd)); err == nil {
				t.Error("a call after the end")
			}
		}
	}
	p := w.wasi()
	p.exits("proc_exit", 3)
	w.mu.Lock()
	defer w.mu.Unlock()
	l := w.lines[p.proc.PID]
	if len(l) == 0 || l[len(l)-1] != "==> proc_exit(rval=3)" {
		t.Errorf("trace %q", l)
	}
}

func TestProcIds(t *testing.T) {
	w := newTree(t)
	p, q := w.proxy(), w.proxy()
	p.ok("proc_id", out(4)).is(0, uint64(p.proc.PID)).traced(`==> proc_id()`, `<== (pid=1,errno=ESUCCESS)`)
	q.ok("proc_id", out(4)).is(0, uint64(q.proc.PID))
	p.fails(abi.EFAULT, "proc_id", nowhere)
	p.ok("proc_parent", int(q.proc.PID), out(4)).is(0, 0)
	p.fails(abi.ESRCH, "proc_parent", 9999, out(4)).traced(`==> proc_parent(pid=9999)`, `<== errno=ESRCH`)
	p.fails(abi.EFAULT, "proc_parent", int(p.proc.PID), nowhere)
	p.ok("thread_id", out(4)).is(0, uint64(p.proc.PID)).traced(`==> thread_id()`, `<== (tid=1,errno=ESUCCESS)`)
	p.fails(abi.EFAULT, "thread_id", nowhere)
	p.ok("thread_parallelism", out(4)).traced(`==> thread_parallelism()`, `<== (parallelism=1,errno=ESUCCESS)`)
	p.fails(abi.EFAULT, "thread_parallelism", nowhere)
}

// Without a handler a signal does what POSIX says.
func TestProcRaiseByDefault(t *testing.T) {
	w := newTree(t)
	for _, p := range []*proxy{w.proxy(), w.wasi()} {
		p.ok("proc_raise", abi.SIGNONE)
		p.ok("proc_raise", abi.SIGCHLD).traced(`==> proc_raise(sig=SIGCHLD)`, `<== errno=ESUCCESS`)
		p.ok("proc_raise", abi.SIGWINCH)
		p.ok("proc_raise", abi.SIGURG)
		p.fails(abi.EINVAL, "proc_raise", 65).traced(`==> proc_raise(sig=signal(65))`, `<== errno=EINVAL`)
		p.fails(abi.EINVAL, "proc_raise", -1)
		if s := p.exits("proc_raise", abi.SIGABRT); s != (wasix.Status{Code: 134, Signal: abi.SIGABRT}) {
			t.Errorf("%+v", s)
		}
	}
	if s := w.proxy().exits("proc_raise", abi.SIGKILL); s.Signal != abi.SIGKILL || s.Code != 137 {
		t.Errorf("%+v", s)
	}
}

func TestSignalHandler(t *testing.T) {
	w := newTree(t)
	p := w.proxy()
	p.ok("callback_signal", "__wasm_signal").traced(`==> callback_signal(callback="__wasm_signal")`, `<==`)
	p.ok("proc_raise", abi.SIGUSR1)
	p.signals(abi.SIGUSR1)
	p.ok("proc_raise", abi.SIGCHLD) // all of them
	p.ok("proc_raise", abi.Signal(40))
	p.signals(abi.SIGCHLD, 40)
	// From the outside: at the next call. Those of a kind count once, the lowest comes first.
	p.signal(abi.SIGUSR2)
	p.signal(abi.SIGINT)
	p.signal(abi.SIGUSR2)
	p.fails(abi.EBADF, "fd_close", closed) // the result stays
	p.signals(abi.SIGINT, abi.SIGUSR2)

	// Held while the handler is one that does not exist.
	for _, name := range []any{"nothing", "wrong_type", "memory", bad{}, ""} {
		p.ok("callback_signal", name)
		p.ok("proc_raise", abi.SIGTERM)
		p.ok("sched_yield")
		p.signals()
		p.ok("callback_signal", "__wasm_signal")
		p.signals(abi.SIGTERM)
	}
	// A call that waits is interrupted, and can be made again.
	p = w.proxy(func(c *wasix.Command) { c.Stdin, _ = newFeed() })
	p.ok("callback_signal", "__wasm_signal")
	for range 3 {
		a := p.later("fd_read", stdin, room{4}, out(4))
		p.parked()
		p.signal(abi.SIGALRM)
		if e := p.get(a).errno; e != abi.EINTR {
			t.Errorf("%v", e)
		}
		p.signals(abi.SIGALRM)
	}
	// SIGKILL has no handler.
	p.later("fd_read", stdin, room{4}, out(4))
	p.parked()
	p.signal(abi.SIGKILL)
	if s := p.wait(); s.Signal != abi.SIGKILL {
		t.Errorf("%+v", s)
	}
	if err := p.proc.Signal(abi.SIGTERM); err != abi.ESRCH {
		t.Errorf("after the end: %v", err)
	}
}

func TestProcSignals(t *testing.T) {
	p := newTree(t).proxy()
	// Never none: libc needs one to know what the default is.
	p.ok("proc_signals_sizes_get", out(4)).is(0, 1).traced(`==> proc_signals_sizes_get()`, `<== (nsignals=1,errno=ESUCCESS)`)
	p.ok("proc_signals_get", out(2)).text(0, "\x11\x00")
	p.lock(func() {
		p.proc.Thread().Process.Ignore(abi.SIGINT, true)
		p.proc.Thread().Process.Ignore(abi.SIGHUP, true)
	})
	p.ok("proc_signals_sizes_get", out(4)).is(0, 2)
	p.ok("proc_signals_get", out(4)).text(0, "\x01\x01\x02\x01")
	p.fails(abi.EFAULT, "proc_signals_sizes_get", nowhere)
	p.fails(abi.EFAULT, "proc_signals_get", nowhere)
	p.ok("proc_raise", abi.SIGINT) // ignored
}

func TestThreadSleep(t *testing.T) {
	w := newTree(t)
	p := w.proxy()
	p.ok("thread_sleep", 0)
	p.ok("thread_sleep", 2_000_000).traced(`==> thread_sleep(duration=2000000)`, `<== errno=ESUCCESS`)
	p.ok("callback_signal", "__wasm_signal")
	a := p.later("thread_sleep", uint64(3600e9))
	p.parked()
	p.signal(abi.SIGUSR1)
	if e := p.get(a).errno; e != abi.EINTR {
		t.Errorf("%v", e)
	}
	p.signals(abi.SIGUSR1)
	p.later("thread_sleep", ^uint64(0)) // as good as for ever
	p.parked()
	p.signal(abi.SIGKILL)
	p.wait()
}

// futexTimeout is an option_timestamp.
func futexTimeout(tag abi.Option, ns uint64) in {
	b := make([]byte, abi.SizeOptionTimestamp)
	o := abi.OptionTimestamp{Tag: abi.OptionSome, Some: ns}
	o.Put(b)
	b[0] = byte(tag)
	return b
}

func TestFutex(t *testing.T) {
	w := newTree(t)
	p := w.proxy()
	word := in(iovec(5)) // a u32, the first thing in memory: at 1024
	p.ok("futex_wait", word, 6, 0, out(1)).is(0, 1).traced(
		`==> futex_wait(futex=0x400,expected=6,timeout=nil)`, `<== (woken=true,errno=ESUCCESS)`)
	p.ok("futex_wait", word, 5, futexTimeout(abi.OptionSome, 2e6), out(1)).is(0, 0)
	p.ok("futex_wait", word, 5, futexTimeout(abi.OptionSome, 0), out(1)).is(0, 0)
	p.ok("futex_wake", word, out(1)).is(0, 1).traced(`==> futex_wake(futex=0x400)`, `<== (woken=true,errno=ESUCCESS)`)
	p.ok("futex_wake_all", word, out(1)).is(0, 1)
	for _, name := range []string{"futex_wake", "futex_wake_all"} {
		p.fails(abi.EINVAL, name, 1025, out(1))
		p.fails(abi.EFAULT, name, nowhere, out(1))
		p.fails(abi.EFAULT, name, word, nowhere)
	}
	p.fails(abi.EINVAL, "futex_wait", 1025, 0, 0, out(1))
	p.fails(abi.EINVAL, "futex_wait", word, 5, futexTimeout(7, 0), out(1))
	p.fails(abi.EFAULT, "futex_wait", nowhere, 0, 0, out(1))
	p.fails(abi.EFAULT, "futex_wait", word, 5, nowhere, out(1))
	p.fails(abi.EFAULT, "futex_wait", word, 5, 0, nowhere)

	// A signal ends the wait, too.
	p.ok("callback_signal", "__wasm_signal")
	a := p.later("futex_wait", word, 5, 0, out(1))
	p.parked()
	p.signal(abi.SIGUSR1)
	if got := p.get(a); got.errno != abi.OK || got.outs[0][0] != 1 {
		t.Errorf("interrupted: %v", got.errno)
	}
	p.signals(abi.SIGUSR1)
}

// Calls that no handler exists for return ENOSYS, and are named once.
func TestUnsupportedCalls(t *testing.T) {
	w := newTree(t)
	p := w.proxy()
	n := 0
	for i := range abi.Calls {
		c := &abi.Calls[i]
		if implemented(c.ID) || c.Noreturn {
			continue
		}
		n++
		args := make([]any, len(c.Params))
		for i := range args {
			args[i] = 0
		}
		for range 2 {
			p.fails(abi.ENOSYS, c.Export, args...)
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.warnings) != n {
		t.Errorf("%d calls, %d warnings: %q", n, len(w.warnings), w.warnings)
	}
	for _, msg := range w.warnings {
		if !strings.Contains(msg, "ENOSYS") {
			t.Errorf("warning %q", msg)
		}
	}
}
