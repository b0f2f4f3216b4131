//go:build !js

package tty

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

var _ vfs.Object = (*Terminal)(nil)

// desk is a terminal with somebody in front of it.
type desk struct {
	*testing.T
	*Terminal
	shown   []byte // since the last sees
	room    int
	signals []abi.Signal
	wanted  int
	heard   int // calls of Consumed
}

func (d *desk) Room() int { return d.room - len(d.shown) }
func (d *desk) Put(b []byte) {
	d.shown = append(d.shown, b...)
	clear(b) // it is the terminal's again
}

func sit(t *testing.T) *desk {
	d := &desk{T: t, room: 1 << 30}
	d.Terminal = New(Config{Sink: d, Columns: 80, Rows: 24, Ino: 7, Born: 9,
		Signal:   func(s abi.Signal) { d.signals = append(d.signals, s) },
		Wanted:   func() { d.wanted++ },
		Consumed: func() { d.heard++ }})
	return d
}

// types sends keys; sees compares what has been shown since.
func (d *desk) types(keys string) *desk {
	d.Helper()
	d.Input([]byte(keys))
	return d
}

func (d *desk) sees(want string) *desk {
	d.Helper()
	if string(d.shown) != want {
		d.Errorf("shown %.300q, want %.300q", d.shown, want)
	}
	d.shown = nil
	return d
}

// reads compares what one read of n bytes returns.
func (d *desk) reads(n int, want string) *desk {
	d.Helper()
	if !d.ready1(waiter.In) {
		d.Errorf("not readable, want %.100q", want)
	}
	if got, e := d.read(n); got != want || e != abi.OK {
		d.Errorf("read %.100q %v, want %.100q", got, e, want)
	}
	return d
}

func (d *desk) ready1(m waiter.Mask) bool { return d.Readiness(m)&m != 0 }

func (d *desk) read(n int) (string, abi.Errno) {
	var v guestmem.Vec
	b := make([]byte, n)
	v.SetBytes(b)
	n, e := d.Read(nil, nil, &v)
	return string(b[:n]), e
}

// waits says that there is nothing to read.
func (d *desk) waits() *desk {
	d.Helper()
	if got, e := d.read(100); e != abi.EAGAIN || d.ready1(waiter.In) {
		d.Errorf("read %q %v, readable %v; want EAGAIN", got, e, d.ready1(waiter.In))
	}
	return d
}

func (d *desk) prints(s string) (int, abi.Errno) {
	var v guestmem.Vec
	v.SetBytes([]byte(s))
	return d.Write(nil, nil, &v)
}

// set changes the modes as libc does.
func (d *desk) set(echo, lines, feeds bool) *desk {
	d.Helper()
	x := d.Tty()
	x.Echo, x.LineBuffered, x.LineFeeds = echo, lines, feeds
	if e := d.SetTty(&x); e != abi.OK {
		d.Error(e)
	}
	return d
}

func (d *desk) signalled(want ...abi.Signal) *desk {
	d.Helper()
	if !slices.Equal(d.signals, want) {
		d.Errorf("signals %v, want %v", d.signals, want)
	}
	d.signals = nil
	return d
}

// Each case: what is typed, what is seen, what is read. "|" ends a read.
func TestCanonical(t *testing.T) {
	for name, c := range map[string]struct{ keys, screen, reads string }{
		"line":              {"hello\r", "hello\r\n", "hello\n"},
		"line feed":         {"hello\n", "hello\r\n", "hello\n"},
		"several lines":     {"a\rb\rc", "a\r\nb\r\nc", "a\n|b\n"},
		"no line yet":       {"abc", "abc", ""},
		"empty line":        {"\r", "\r\n", "\n"},
		"erase":             {"ab\x7fc\r", "ab\b \bc\r\n", "ac\n"},
		"erase by ^H":       {"ab\bc\r", "ab\b \bc\r\n", "ac\n"},
		"erase too much":    {"a\x7f\x7f\x7fb\r", "a\b \bb\r\n", "b\n"},
		"not beyond a line": {"a\r\x7fb\r", "a\r\nb\r\n", "a\n|b\n"},
		"erase é":           {"é\x7f\r", "é\b \b\r\n", "\n"},
		"erase wide":        {"日x\x7f\x7f\r", "日x\b \b\b\b  \b\b\r\n", "\n"},
		"erase emoji":       {"😀\x7f\r", "😀\b\b  \b\b\r\n", "\n"},
		"erase combining":   {"e\u0301\x7f\r", "e\u0301\r\n", "e\n"},
		"erase control":     {"\x01\x7f\r", "^A\b\b  \b\b\r\n", "\n"},
		"erase tab":         {"ab\t\x7fc\r", "ab\t\b\b\b\b\b\bc\r\n", "abc\n"},
		"erase tab, wide":   {"日\t\x7f\r", "日\t\b\b\b\b\b\b\r\n", "日\n"},
		"erase half":        {"\xe6\x97\x7f\x7f\r", "\xe6\x97\b \b\r\n", "\n"},
		"erase lone":        {"a\x97\x7fb\r", "a\x97b\r\n", "ab\n"},
		"word":              {"one two\x17\r", "one two\b \b\b \b\b \b\r\n", "one \n"},
		"word and blanks":   {"one  \x17\r", "one  \b \b\b \b\b \b\b \b\b \b\r\n", "\n"},
		"word, bytes":       {"añb\x17\r", "añb\b \b\b \b\b \b\r\n", "\n"},
		"kill":              {"one 日\x15x\r", "one 日\b\b  \b\b\b \b\b \b\b \b\b \bx\r\n", "x\n"},
		"kill nothing":      {"\x15x\r", "x\r\n", "x\n"},
		"kill a long line":  {strings.Repeat("x", 80) + "\x15y\r", strings.Repeat("x", 80) + "^U\r\ny\r\n", "y\n"},
		"reprint":           {"ab\x12c\r", "ab^R\r\nabc\r\n", "abc\n"},
		"end of file":       {"\x04", "", ""},
		"end in a line":     {"abc\x04", "abc", "abc"},
		"end, then a line":  {"\x04a\r", "a\r\n", "|a\n"},
		"twice the end":     {"abc\x04\x04", "abc", "abc|"},
		"next is no key":    {"\x16\x03\x16\x04\x16\x7f\r", "^\b^C^\b^D^\b^?\r\n", "\x03\x04\x7f\n"},
		"next is no end":    {"a\x16\nb\r", "a^\b^Jb\r\n", "a\nb\n"},
		"next is a return":  {"\x16\r\r", "^\b^M\r\n", "\r\n"},
		"next is itself":    {"\x16\x16\r", "^\b^V\r\n", "\x16\n"},
		"escape sequence":   {"\x1b[A\r", "^[[A\r\n", "\x1b[A\n"},
		"NUL":               {"\x00\r", "^@\r\n", "\x00\n"},
		"not UTF-8":         {"\xff\xfe\r", "\xff\xfe\r\n", "\xff\xfe\n"},
	} {
		t.Run(name, func(t *testing.T) {
			all, single := sit(t), sit(t)
			all.types(c.keys)
			for _, k := range []byte(c.keys) {
				single.Input([]byte{k})
			}
			for _, d := range []*desk{all, single} {
				d.sees(c.screen)
				if c.reads != "" || strings.HasSuffix(c.keys, "\x04") {
					for _, r := range strings.Split(c.reads, "|") {
						d.reads(1000, r)
					}
				}
				d.waits().signalled()
			}
		})
	}
}

func TestReadsArePartsOfLines(t *testing.T) {
	d := sit(t).types("hello\rworld\r")
	if d.Buffered() != 12 || d.Unread() != 12 {
		t.Error(d.Buffered(), d.Unread())
	}
	d.reads(3, "hel").reads(3, "lo\n").reads(100, "world\n").waits()
	// A read that takes all of a line that was ended by ^D is not followed by an
	// end of the file.
	d.types("abc\x04").reads(3, "abc").waits()
	if n, e := d.read(0); n != "" || e != abi.OK {
		t.Error("read of nothing", n, e)
	}
	if d.heard != 4 {
		t.Errorf("told %d times that something was read", d.heard)
	}
}

func TestRaw(t *testing.T) {
	d := sit(t).set(false, false, true)
	d.types("a").reads(9, "a").types("\r\n\x04\x7f\x15\x17\x16\x16\x12\x1b[A\x00").sees("")
	d.reads(9, "\r\n\x04\x7f\x15\x17\x16\x16\x12").reads(9, "\x1b[A\x00").waits()
	// Signals are signals all the same: no program can say that it wants none.
	d.types("x\x03").signalled(abi.SIGINT).sees("").waits()
	d.types("\x16\x1c").signalled(abi.SIGQUIT).waits()
	// With echo it is a terminal that does not wait for the end of a line.
	d.set(true, false, true).types("é\x01\r\t").sees("é^A\r\n\t").reads(9, "é\x01\n\t")
	// Without echo, lines are still put together.
	d.set(false, true, true).types("pass\x7f\r").sees("").reads(9, "pas\n")
}

func TestSignalKeys(t *testing.T) {
	d := sit(t).types("lost\rlost too\x03")
	d.sees("lost\r\nlost too^C").signalled(abi.SIGINT).waits()
	d.types("\x1c").sees("^\\").signalled(abi.SIGQUIT)
	d.types("\x1a").sees("^Z").signalled(abi.SIGTSTP)
	d.types("a\x03b\x03c\r").sees("a^Cb^Cc\r\n").signalled(abi.SIGINT, abi.SIGINT).reads(9, "c\n")
	d.types("\x16").types("\x03").signalled()
	if d.Unread() != 1 {
		t.Error("a quoted ^C is no text")
	}
}

// What was typed ahead is there when the mode changes.
func TestModeChanges(t *testing.T) {
	d := sit(t).types("a\rb\x04part")
	d.set(false, false, true).reads(100, "a\nbpart").waits()
	d.types("raw\nraw").set(true, true, true).reads(100, "raw\nraw").waits()
	d.types("x").set(true, true, true).types("\x7fy\r").reads(9, "y\n")
	d.types("\x16").set(false, false, true).set(true, true, true).types("\x03").signalled(abi.SIGINT)
	x := d.Tty()
	if !x.Echo || !x.LineBuffered || !x.LineFeeds {
		t.Errorf("%+v", x)
	}
	// Raw from the start: nothing is shown, nothing is changed.
	raw := &desk{T: t, room: 100}
	raw.Terminal = New(Config{Sink: raw, Raw: true, Signal: func(abi.Signal) {}})
	raw.prints("a\nb")
	raw.types("k\r").sees("a\nb").reads(9, "k\r")
}

func TestLineFeeds(t *testing.T) {
	d := sit(t)
	d.prints("a\nb\r\nc\n\n")
	d.sees("a\r\nb\r\r\nc\r\n\r\n")
	d.set(true, false, false).prints("a\nb")
	d.types("\r").sees("a\nb\n")
	d.set(true, true, false).prints("a\n") // stty sane
	d.sees("a\r\n")
	if d.Tty().LineFeeds {
		t.Error("tty_get does not say what tty_set has said")
	}
}

func TestTabStops(t *testing.T) {
	d := sit(t)
	d.prints("line\nname: ")
	d.types("\t\x7f").sees("line\r\nname: \t\b\b")
	d.prints("\rab\bc\t\x01é")
	d.types("\t\x7f").sees("\rab\bc\t\x01é\t\b\b\b\b\b\b\b")
}

func TestSize(t *testing.T) {
	d := sit(t)
	d.Resize(100, 30)
	d.signalled(abi.SIGWINCH)
	if x := d.Tty(); x.Cols != 100 || x.Rows != 30 {
		t.Errorf("%+v", x)
	}
	d.Resize(100, 30)
	d.signalled()
	// A program may set the size; libc leaves the modes to chance then.
	x := d.Tty()
	x.Cols, x.Width, x.Echo, x.LineBuffered = 90, 800, false, false
	if e := d.SetTty(&x); e != abi.OK {
		t.Error(e)
	}
	d.signalled(abi.SIGWINCH)
	if x := d.Tty(); x.Cols != 90 || x.Width != 800 || !x.Echo || !x.LineBuffered {
		t.Errorf("%+v", x)
	}
	// Modes that were read before a resize are no new size.
	x = d.Tty()
	d.Resize(50, 10)
	x.Echo = false
	d.signalled(abi.SIGWINCH)
	d.SetTty(&x)
	d.signalled()
	if x := d.Tty(); x.Cols != 50 || x.Rows != 10 || x.Echo {
		t.Errorf("%+v", x)
	}
	// And after that the old size is a size like any other.
	x.Echo = true
	d.SetTty(&x)
	d.signalled(abi.SIGWINCH)
	// None is no size.
	d.SetTty(&abi.Tty{LineBuffered: true})
	if x := d.Tty(); x.Cols != 90 || x.Rows != 30 || x.Echo {
		t.Errorf("%+v", x)
	}
	for _, x := range []abi.Tty{{Cols: 65536, Rows: 1}, {Cols: 1, Rows: 65536}, {Cols: 90, Rows: 30, Width: 65536}, {Cols: 90, Rows: 30, Height: 1 << 31}} {
		if e := d.SetTty(&x); e != abi.EINVAL {
			t.Errorf("%+v: %v", x, e)
		}
	}
	d.signalled()
}

// heard notes what a waiter is told.
type heard struct {
	entry waiter.Entry
	mask  waiter.Mask
	times int
}

func (h *heard) Ready(_ *waiter.Entry, m waiter.Mask) { h.mask |= m; h.times++ }

func listen(o waiter.Waitable, mask waiter.Mask) *heard {
	h := &heard{}
	h.entry.Listener = h
	o.Register(&h.entry, mask)
	return h
}

func TestWaiting(t *testing.T) {
	d := sit(t)
	in := listen(d, waiter.In)
	d.types("abc")
	if in.times != 0 || d.ready1(waiter.In) {
		t.Error("half a line can be read")
	}
	if d.wanted != 1 {
		t.Errorf("asked for input %d times", d.wanted)
	}
	d.types("\r")
	if in.times != 1 || in.mask != waiter.In {
		t.Errorf("told %d times: %b", in.times, in.mask)
	}
	d.reads(1, "a")
	d.types("x")
	if in.times != 1 {
		t.Error("told of nothing new")
	}
	d.set(false, false, true)
	if in.times != 2 {
		t.Error("not told that the mode has made a line readable")
	}
}

// Everything waits for the screen, and nothing is lost.
func TestFullScreen(t *testing.T) {
	d := sit(t)
	out := listen(d, waiter.Out)
	d.room = 10
	if n, e := d.prints("0123\n5678"); n != 9 || e != abi.OK {
		t.Error(n, e)
	}
	if n, e := d.prints("x"); n != 0 || e != abi.EAGAIN || d.ready1(waiter.Out) {
		t.Error(n, e)
	}
	d.types("ab\rcd\r")
	d.sees("0123\r\n5678").waits()
	if d.Unread() != 6 || d.Terminal.Room() != 10 {
		t.Error(d.Unread(), d.Terminal.Room())
	}
	d.Drained()
	if out.times != 1 {
		t.Error("writers were not told")
	}
	d.sees("ab\r\ncd\r\n").reads(9, "ab\n").reads(9, "cd\n")
	// A write takes what fits.
	d.room = 5
	if n, e := d.prints("abcdefgh"); n != 5 || e != abi.OK {
		t.Error(n, e)
	}
	// Without echo the keys need no screen.
	d.set(false, true, true).types("blind\r").reads(9, "blind\n")
	// Signals do not wait, and what was typed before is gone with them.
	d.set(true, true, true).types("ab\x16\x03").types("\x16\x16\x16").signalled()
	d.types("\x03").signalled() // it is quoted
	d.types("q\x03more").signalled(abi.SIGINT)
	d.sees("abcde^C")
	d.Drained()
	d.sees("more")
}

func TestPaste(t *testing.T) {
	for _, lines := range []bool{true, false} {
		d := sit(t).set(lines, lines, true)
		var paste, got bytes.Buffer
		for i := range 6000 {
			paste.WriteString(strings.Repeat("pasted ", i%5))
			paste.WriteString("ü\n")
		}
		b := paste.Bytes()
		for at := 0; at < len(b); at += 4096 {
			d.Input(b[at:min(at+4096, len(b))])
		}
		if d.Unread() != len(b) {
			t.Fatalf("%d of %d bytes", d.Unread(), len(b))
		}
		for got.Len() < len(b) {
			s, e := d.read(1000)
			if e != abi.OK {
				t.Fatal(got.Len(), e)
			}
			got.WriteString(s)
		}
		if !bytes.Equal(got.Bytes(), b) {
			t.Error("not what was pasted")
		}
	}
}

// A line has an end, and so has what a terminal holds.
func TestLimits(t *testing.T) {
	d := sit(t)
	long := strings.Repeat("x", Queue)
	d.types(long).sees(long)
	d.types("yz").sees("\a\a").types("\x7fz\r").sees("\b \bz\r\n")
	d.reads(Queue+1, long[1:]+"z\n").waits()

	d.set(false, false, true)
	for range 3 {
		d.types(strings.Repeat("0123456789abcdef", Limit/32))
	}
	if d.Unread() != Limit {
		t.Errorf("%d bytes are held", d.Unread())
	}
	n := 0
	for d.ready1(waiter.In) {
		s, _ := d.read(1 << 20)
		if len(s) > Queue {
			t.Errorf("%d bytes were ready", len(s))
		}
		n += len(s)
	}
	if n != Limit {
		t.Errorf("%d bytes were read", n)
	}
	// Ends of files are not for nothing.
	d.set(true, true, true).types(strings.Repeat("\x04", 2*Limit+Queue))
	if len(d.lines) > Queue || d.Unread() > Limit {
		t.Errorf("%d lines, %d bytes", len(d.lines), d.Unread())
	}
}

func TestClose(t *testing.T) {
	d := sit(t)
	in := listen(d, waiter.In)
	d.types("a\rb")
	d.Close()
	if in.times != 2 {
		t.Error("readers were not told")
	}
	d.reads(9, "a\n").reads(9, "b").reads(9, "").reads(9, "")
	d.types("more").reads(9, "")
	if n, e := d.prints("x"); n != 1 || e != abi.OK {
		t.Error("the screen has gone, too", n, e)
	}
	d = sit(t).set(false, false, true).types("ab")
	d.Close()
	d.reads(1, "a").reads(9, "b").reads(9, "").signalled()
	// Keys that wait come before the end.
	d = sit(t)
	d.room = 1
	d.types("ab")
	d.Close()
	d.waits().sees("a")
	d.Drained()
	d.reads(9, "ab").reads(9, "")
}

func TestHangup(t *testing.T) {
	d := sit(t).types("a\rb")
	all := listen(d, waiter.In|waiter.Out)
	d.Hangup()
	d.Hangup()
	d.signalled(abi.SIGHUP).sees("a\r\nb").reads(9, "").reads(9, "")
	if all.times != 1 || all.mask != waiter.In|waiter.Out|waiter.Hup {
		t.Errorf("told %d times: %b", all.times, all.mask)
	}
	if n, e := d.prints("x"); n != 0 || e != abi.EIO {
		t.Error(n, e)
	}
	if m := d.Readiness(waiter.In | waiter.Out); m != waiter.In|waiter.Out|waiter.Hup {
		t.Errorf("ready for %b", m)
	}
	if d.types("x\x03").signalled(); d.Unread() != 0 {
		t.Error("it takes keys")
	}
	gone := listen(d, 0)
	if d.Release(); gone.mask != waiter.Hup {
		t.Errorf("told %b", gone.mask)
	}
}

func TestObject(t *testing.T) {
	d := sit(t)
	if a, e := d.Attr(nil); e != abi.OK || a.Ino != 7 || a.Mtim != 9 || a.Nlink != 1 || a.Type != abi.FiletypeCharacterDevice || d.Type() != a.Type {
		t.Errorf("%+v %v", a, e)
	}
	if _, e := d.Seek(nil, nil, 0, abi.WhenceCur); e != abi.ESPIPE {
		t.Error(e)
	}
	// A bad buffer takes nothing.
	d.types("keep\r").sees("keep\r\n")
	var v guestmem.Vec
	mem := guestmem.Bytes(make([]byte, 16))
	v.Set(mem, 14, 4)
	if n, e := d.Read(nil, nil, &v); n != 0 || e != abi.EFAULT {
		t.Error(n, e)
	}
	v.Set(mem, 14, 4)
	if n, e := d.Write(nil, nil, &v); n != 0 || e != abi.EFAULT {
		t.Error(n, e)
	}
	d.sees("").reads(9, "keep\n")
	if n, e := d.prints(""); n != 0 || e != abi.OK {
		t.Error(n, e)
	}
}
