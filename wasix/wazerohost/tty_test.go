//go:build !js

package wazerohost_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/wasix-web/wasix-web/wasix"
	"github.com/wasix-web/wasix-web/wasix/abi"
)

// glass is what somebody in front of a terminal sees.
type glass struct {
	mu sync.Mutex
	b  []byte
}

func (g *glass) Write(b []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.b = append(g.b, b...)
	return len(b), nil
}

// shows compares what has been shown since the last time.
func (p *proxy) shows(g *glass, want string) {
	p.Helper()
	p.drained()
	g.mu.Lock()
	defer g.mu.Unlock()
	if string(g.b) != want {
		p.Errorf("shown %q, want %q", g.b, want)
	}
	g.b = nil
}

// terminal starts a program with a terminal of 80 x 24.
func (w *world) terminal(start func(*world, ...func(*wasix.Command)) *proxy) (p *proxy, keys func(string), g *glass) {
	in, keys := newFeed()
	g = &glass{}
	p = start(w, func(c *wasix.Command) {
		c.Stdin, c.Stdout, c.Terminal = in, g, &wasix.TerminalSize{Columns: 80, Rows: 24}
	})
	w.Cleanup(func() { keys("") })
	return p, keys, g
}

func tty(x abi.Tty) in {
	b := make(in, abi.SizeTty)
	x.Put(b)
	return b
}

// tty returns what tty_get says.
func (p *proxy) tty() (x abi.Tty) {
	p.Helper()
	x.Get(p.ok("tty_get", out(abi.SizeTty)).outs[0])
	return x
}

// typed makes a call that waits for input, types, and returns its answer.
func (p *proxy) typed(keys func(string), what string, call string, args ...any) *answer {
	p.Helper()
	a := p.later(call, args...)
	p.parked()
	keys(what)
	return p.get(a)
}

func TestTty(t *testing.T) {
	p, keys, g := newTree(t).terminal((*world).proxy)
	p.ok("tty_get", out(24)).traced(`==> tty_get()`,
		`<== (state={cols=80,rows=24,width=0,height=0,stdin=true,stdout=true,stderr=true,echo=true,line_buffered=true,line_feeds=true},errno=ESUCCESS)`)
	p.fails(abi.EFAULT, "tty_get", nowhere)
	p.fails(abi.EFAULT, "tty_set", nowhere)
	p.fails(abi.EINVAL, "tty_set", tty(abi.Tty{Cols: 1 << 16, Rows: 24}))

	// A line, with a mistake in it.
	p.typed(keys, "helo\x7flo\r", "fd_read", stdin, room{20}, out(4)).text(0, "hello\n").is(1, 6)
	p.shows(g, "helo\b \blo\r\n")
	p.ok("fd_write", stdout, iovs{"out\n"}, out(4)).is(0, 4)
	p.ok("fd_write", stdin, iovs{"in\n"}, out(4)) // one terminal
	p.ok("fd_write", 2, iovs{"err"}, out(4))
	p.shows(g, "out\r\nin\r\nerr")
	p.typed(keys, "\x04", "fd_read", 2, room{20}, out(4)).is(1, 0)

	// Without lines.
	x := p.tty()
	x.Echo, x.LineBuffered, x.LineFeeds = false, false, false
	p.ok("tty_set", tty(x)).traced(
		`==> tty_set(state={cols=80,rows=24,width=0,height=0,stdin=true,stdout=true,stderr=true,echo=false,line_buffered=false,line_feeds=false})`, `<== errno=ESUCCESS`)
	if got := p.tty(); got != x {
		t.Errorf("%+v, want %+v", got, x)
	}
	p.typed(keys, "\x1b[A", "fd_read", stdin, room{20}, out(4)).text(0, "\x1b[A")
	p.typed(keys, "\r\x7f\x04", "fd_read", stdin, room{20}, out(4)).text(0, "\r\x7f\x04")
	p.ok("fd_write", stdout, iovs{"a\nb"}, out(4))
	p.shows(g, "a\nb")

	// The end of the keys is the end of the file.
	a := p.later("fd_read", stdin, room{20}, out(4))
	p.parked()
	keys("")
	p.get(a).is(1, 0)
	p.ok("fd_read", stdin, room{20}, out(4)).is(1, 0)
}

// A terminal is what isatty looks for, and can be polled.
func TestTtyAsFile(t *testing.T) {
	w := newTree(t)
	for name, start := range map[string]func(*world, ...func(*wasix.Command)) *proxy{"wasix": (*world).proxy, "preview1": (*world).wasi} {
		t.Run(name, func(t *testing.T) {
			p, keys, _ := w.terminal(start)
			for fd := range 3 {
				b := p.ok("fd_fdstat_get", fd, out(24)).outs[0]
				if abi.Filetype(b[0]) != abi.FiletypeCharacterDevice || b[8]&byte(abi.RightsFdSeek|abi.RightsFdTell) != 0 {
					t.Errorf("descriptor %d: type %d, rights %#x", fd, b[0], b[8])
				}
			}
			p.fails(abi.ESPIPE, "fd_seek", stdin, 0, 0, out(8))
			p.ok("fd_fdstat_set_flags", stdin, abi.FdflagsNonblock)
			p.fails(abi.EAGAIN, "fd_read", 2, room{4}, out(4))
			p.ok("fd_fdstat_set_flags", stdout, 0)
			a := p.typed(keys, "abc\r", "poll_oneoff", pollArgs([]abi.Subscription{onRead(stdin)})...)
			if e := a.events()[0]; e.FdReadwrite.Nbytes != 4 {
				t.Errorf("%+v", e)
			}
		})
	}
}

func TestDevTty(t *testing.T) {
	w := newTree(t)
	p, keys, g := w.terminal((*world).proxy)
	fd := p.open("/dev/tty", 0)
	p.ok("fd_close", stdin)
	p.ok("fd_close", stdout)
	p.ok("fd_close", 2)
	p.write(fd, "Password: ")
	p.shows(g, "Password: ")
	p.typed(keys, "x\r", "fd_read", fd, room{20}, out(4)).text(0, "x\n")
	x := p.tty()
	if x.StdinTty || x.StdoutTty || x.StderrTty || x.Cols != 80 {
		t.Errorf("%+v", x)
	}
}

func TestTerminalSignals(t *testing.T) {
	w := newPrograms(t)
	p, keys, g := w.terminal((*world).proxy)
	other, _, _ := w.terminal((*world).proxy)
	child := p.ok("proc_spawn2", spawnArgs("/bin/wait", "")...).u32(0)
	p.ok("callback_signal", "__wasm_signal")
	if a := p.typed(keys, "typed\x03", "fd_read", stdin, room{9}, out(4)); a.errno != abi.EINTR {
		t.Error(a.errno)
	}
	p.join(child, status(0, abi.SIGINT)) // what has no handler
	p.signals(abi.SIGINT, abi.SIGCHLD)
	p.shows(g, "typed^C")
	if a := p.typed(keys, "\x1c", "fd_read", stdin, room{9}, out(4)); a.errno != abi.EINTR {
		t.Error(a.errno)
	}
	p.signals(abi.SIGQUIT)
	// Nobody is stopped who could not be continued.
	child = p.ok("proc_spawn2", spawnArgs("/bin/wait", "")...).u32(0)
	p.typed(keys, "\x1aon\r", "fd_read", stdin, room{9}, out(4)).text(0, "on\n")
	p.signals()
	// A new size, from the outside and from a program. It ends no call.
	a := p.later("fd_read", stdin, room{9}, out(4))
	p.parked()
	p.proc.Resize(wasix.TerminalSize{Columns: 132, Rows: 50})
	keys("k\r")
	p.get(a).text(0, "k\n")
	x := p.tty()
	if p.signals(abi.SIGWINCH); x.Cols != 132 || x.Rows != 50 {
		t.Errorf("%+v", x)
	}
	x.Rows = 10
	p.ok("tty_set", tty(x))
	p.signals(abi.SIGWINCH)
	// When the program ends, the terminal is gone, and those who have it hear of it.
	p.call("proc_exit", 0)
	if s := p.wait(); s.Code != 0 || s.Signal != 0 {
		t.Errorf("%+v", s)
	}
	w.Kernel.Lock()
	if c := w.Kernel.Process(int32(child)); c != nil && !c.Exiting() {
		t.Error("the child lives on")
	}
	w.Kernel.Unlock()
	other.ok("sched_yield") // has another terminal
	other.proc.Resize(wasix.TerminalSize{Columns: 1, Rows: 1})
	if x := other.tty(); x.Cols != 1 {
		t.Errorf("%+v", x)
	}
	if s := other.exitsTyping("\x03"); s.Signal != abi.SIGINT || s.Code != 130 {
		t.Errorf("%+v", s)
	}
}

// exitsTyping types while nobody reads, and returns how the program ends.
func (p *proxy) exitsTyping(what string) wasix.Status {
	p.Helper()
	p.lock(func() {
		f, _ := p.proc.Thread().Process.Terminal()
		f.Object.(interface{ Input([]byte) int }).Input([]byte(what))
	})
	return p.wait()
}

// A program that does not read is reached by signals behind a large paste.
func TestPasteThenInterrupt(t *testing.T) {
	p, keys, _ := newTree(t).terminal((*world).proxy)
	paste := strings.Repeat("a pasted line\r", 100_000/14)
	keys(paste)
	p.ok("fd_read", stdin, room{100}, out(4)).text(0, "a pasted line\n")
	keys(paste + paste + paste)
	keys("\x03")
	if s := p.wait(); s.Signal != abi.SIGINT {
		t.Errorf("%+v", s)
	}
}
