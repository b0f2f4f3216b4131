package tty

import (
	"unicode/utf8"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

// Type implements vfs.Object.
func (t *Terminal) Type() abi.Filetype { return abi.FiletypeCharacterDevice }

// Attr implements vfs.Object.
func (t *Terminal) Attr(*vfs.Ctx) (vfs.Attr, abi.Errno) {
	b := t.c.Born
	return vfs.Attr{Ino: t.c.Ino, Nlink: 1, Type: abi.FiletypeCharacterDevice, Atim: b, Mtim: b, Ctim: b}, abi.OK
}

// Release implements vfs.Object: threads that still read hear of it.
func (t *Terminal) Release() { t.Notify(waiter.Hup) }

// readable tells whether a read returns at once.
func (t *Terminal) readable() bool {
	switch {
	case t.hung:
		return true
	case t.state.LineBuffered:
		return len(t.lines) > 0 || t.eof && len(t.late) == 0
	}
	return len(t.in) > 0 || t.eof
}

// Buffered returns how many bytes can be read at once.
func (t *Terminal) Buffered() uint64 {
	if t.state.LineBuffered {
		return uint64(t.edit)
	}
	return uint64(len(t.in))
}

// Room returns how many bytes can be written at once.
func (t *Terminal) Room() uint64 { return uint64(max(t.c.Sink.Room(), 0)) }

// Readiness implements waiter.Waitable. Whoever asks wants to read.
func (t *Terminal) Readiness(mask waiter.Mask) waiter.Mask {
	var m waiter.Mask
	if t.readable() {
		m |= waiter.In
	} else if mask&waiter.In != 0 {
		t.want()
	}
	if t.hung {
		m |= waiter.Out | waiter.Hup
	} else if t.c.Sink.Room() > 0 {
		m |= waiter.Out
	}
	return m & (mask | waiter.Always)
}

func (t *Terminal) want() {
	if t.c.Wanted != nil {
		t.c.Wanted()
	}
}

// Read implements vfs.Object: one line, or a part of one, in canonical mode, and
// otherwise what there is.
//
// Errors: EAGAIN there is nothing yet; EFAULT.
func (t *Terminal) Read(_ *vfs.Ctx, _ *vfs.OpenFile, dst *guestmem.Vec) (int, abi.Errno) {
	if dst.Len() == 0 {
		return 0, abi.OK
	}
	if !t.readable() {
		t.want()
		return 0, abi.EAGAIN
	}
	n := len(t.in)
	if len(t.lines) > 0 {
		n = t.lines[0]
	} else if t.state.LineBuffered {
		n = 0 // the end
	}
	if e := dst.Check(); e != abi.OK {
		return 0, e
	}
	n, e := dst.CopyOut(t.in[:n])
	if e != abi.OK {
		return 0, e
	}
	t.take(n)
	return n, abi.OK
}

// take removes what has been read.
func (t *Terminal) take(n int) {
	if t.in = t.in[n:]; len(t.in) == 0 {
		t.in = nil
	}
	t.edit -= n
	if len(t.lines) > 0 {
		if t.lines[0] -= n; t.lines[0] == 0 {
			t.lines = t.lines[1:]
		}
	}
	t.proceed()
	if t.c.Consumed != nil {
		t.c.Consumed()
	}
}

// Write implements vfs.Object.
//
// Errors: EIO the terminal is gone; EAGAIN the sink is full; EFAULT; the sink's.
func (t *Terminal) Write(_ *vfs.Ctx, _ *vfs.OpenFile, src *guestmem.Vec) (int, abi.Errno) {
	want := src.Len()
	switch {
	case t.hung:
		return 0, abi.EIO
	case want == 0:
		return 0, abi.OK
	}
	if f, ok := t.c.Sink.(Failing); ok {
		if e := f.Failed(); e != abi.OK {
			return 0, e
		}
	}
	n := min(want, t.c.Sink.Room())
	if n <= 0 {
		return 0, abi.EAGAIN
	}
	if e := src.Check(); e != abi.OK {
		return 0, e
	}
	b := make([]byte, n)
	if _, e := src.CopyIn(b); e != abi.OK {
		return 0, e
	}
	t.print(b)
	return n, abi.OK
}

// print puts what a program has written, and follows the cursor. Escape sequences
// count as text, as terminals have always done: it matters for tabs only.
func (t *Terminal) print(b []byte) {
	feeds := t.feeds()
	out := make([]byte, 0, len(b)+len(b)/16)
	for _, c := range b {
		switch {
		case c == '\n' || c == '\r':
			t.column = 0
			if c == '\n' && feeds {
				out = append(out, '\r')
			}
		case c == '\b':
			t.column = max(t.column-1, 0)
		case c == '\t':
			t.column += 8 - t.column%8
		case c >= ' ' && utf8.RuneStart(c):
			t.column++
		}
		out = append(out, c)
	}
	t.c.Sink.Put(out)
}
