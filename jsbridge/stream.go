//go:build js

package jsbridge

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

// isatty says whether a stream looks like a terminal to the program.
type isatty bool

func (t isatty) Isatty() bool { return bool(t) }

func (t isatty) Type() abi.Filetype {
	if t {
		return abi.FiletypeCharacterDevice
	}
	return abi.FiletypeUnknown
}

// output is a program's stdout or stderr on its way to the page. What the
// program writes is gathered and sent once a turn. The page says how much it
// has taken; with a window's worth not taken, writers wait.
type output struct {
	vfs.UnimplementedObject
	isatty
	waiter.Queue
	pid, fd int32
	asked   *answers  // of one that a function takes
	failed  abi.Errno // of what no write waited for: the next one's error
	buf     []byte
	sent    int // bytes the page has not taken yet
	window  int
	queued  bool    // a flush is due at the next tick
	drained func()  // the output of a terminal: told of room
	tokens  float64 // how many writes may still be sent at once
	counted float64 // when tokens was last brought up to date, in ms
}

// flushSize is how much is gathered before it is sent without waiting for the
// turn's end.
const flushSize = 64 << 10

func (o *output) Attr(*vfs.Ctx) (vfs.Attr, abi.Errno) {
	return vfs.Attr{Type: o.Type(), Nlink: 1, Ino: uint64(o.fd) + 1}, abi.OK
}

func (o *output) room() int { return o.window - o.sent - len(o.buf) }

func (o *output) Readiness(mask waiter.Mask) waiter.Mask {
	if o.room() > 0 {
		return mask & waiter.Out
	}
	return 0
}

func (o *output) Register(e *waiter.Entry, m waiter.Mask) { o.Queue.Register(e, m) }

func (o *output) Write(ctx *vfs.Ctx, _ *vfs.OpenFile, src *guestmem.Vec) (int, abi.Errno) {
	want := src.Len()
	if want == 0 {
		return 0, abi.OK
	}
	if e := src.Check(); e != abi.OK {
		return 0, e
	}
	if e := o.Failed(); e != abi.OK {
		return 0, e
	}
	waits := o.asked != nil && (ctx.MayBlock || o.mayHurry())
	if waits && o.asked.late && !ctx.MayBlock {
		return 0, vfs.ErrMustWait
	}
	room := o.room()
	if room <= 0 {
		o.flush()
		return 0, abi.EAGAIN
	}
	n := min(want, room)
	at := len(o.buf)
	if _, e := src.CopyIn(o.grow(n)); e != abi.OK {
		o.buf = o.buf[:at]
		return 0, e
	}
	if waits {
		return o.answered(ctx, n)
	}
	o.grown()
	return n, abi.OK
}

// Failed returns the error that the next write is to have.
func (o *output) Failed() abi.Errno {
	e := o.failed
	if o.failed = abi.OK; o.asked != nil && o.asked.gone {
		return abi.EPIPE
	}
	return e
}

// grow makes room for n bytes in buf and returns it.
func (o *output) grow(n int) []byte {
	at := len(o.buf)
	if cap(o.buf) < at+n {
		grown := make([]byte, at, max(2*cap(o.buf), at+n, 4096))
		copy(grown, o.buf)
		o.buf = grown
	}
	o.buf = o.buf[:at+n]
	return o.buf[at:]
}

// grown sends what has been gathered, now or later.
func (o *output) grown() {
	if len(o.buf) >= flushSize || o.asked == nil && o.mayHurry() {
		o.flush()
	} else if !o.queued {
		o.queued = true
		eng.atTick(o.flush)
	}
}

// Room implements tty.Sink. It is asked when somebody wants to write.
func (o *output) Room() int {
	if o.room() <= 0 {
		o.flush()
	}
	return o.room()
}

// Put implements tty.Sink.
func (o *output) Put(b []byte) {
	copy(o.grow(len(b)), b)
	o.grown()
}

// mayHurry says whether a write is sent at once. What waits for the turn's end
// is seen late when the program then computes without making calls, so a program
// that prints now and then never waits; one that prints all the time does. With
// asked, the answer is waited for.
func (o *output) mayHurry() bool {
	perMs := 8.0
	if o.asked != nil {
		perMs = 1
	}
	now := hostNow()
	o.tokens = min(o.tokens+(now-o.counted)*perMs, 64)
	o.counted = now
	if o.tokens < 1 {
		return false
	}
	o.tokens--
	return true
}

// flush sends what has been gathered.
func (o *output) flush() {
	o.queued = false
	if len(o.buf) == 0 {
		return
	}
	n := len(o.buf)
	o.sent += n
	e, now := sendOutput(o.pid, o.fd, o.buf)
	o.buf = o.buf[:0]
	if o.asked != nil {
		o.asked.late = !now
	}
	if now {
		o.taken(n, e)
	}
}

// taken says that the page has read n bytes, or what it has failed with.
func (o *output) taken(n int, e abi.Errno) {
	o.sent = max(o.sent-n, 0)
	if e != abi.OK {
		o.failed = e
	}
	if a := o.asked; a != nil {
		a.done += n
		close(a.moved)
		a.moved = make(chan struct{})
	}
	if o.room() <= 0 {
		return
	}
	if o.Notify(waiter.Out); o.drained != nil {
		o.drained()
	}
}

// input is a program's stdin: bytes the page has written.
type input struct {
	vfs.UnimplementedObject
	isatty
	waiter.Queue
	chunks [][]byte
	unread int
	closed bool
	failed abi.Errno // of the next read
	feedback
}

// feedback tells the page what becomes of the input it sends.
type feedback struct {
	pid    int32
	queued bool
	wanted bool // somebody has found nothing since the last write
}

// ask tells the page that the program has nothing to read.
func (f *feedback) ask() {
	if f.wanted {
		return
	}
	f.wanted = true
	eng.atTick(func() {
		if f.wanted {
			hostStdinWanted(f.pid)
		}
	})
}

// consumed tells the page that the program has read.
func (f *feedback) consumed(unread func() int) {
	if f.queued {
		return
	}
	f.queued = true
	eng.atTick(func() {
		f.queued = false
		hostStdinRead(f.pid, int32(unread()))
	})
}

func (i *input) Attr(*vfs.Ctx) (vfs.Attr, abi.Errno) {
	return vfs.Attr{Type: i.Type(), Nlink: 1, Ino: 1}, abi.OK
}

// Readiness implements waiter.Waitable. Whoever asks wants to read.
func (i *input) Readiness(mask waiter.Mask) waiter.Mask {
	if i.unread > 0 || i.closed || i.failed != abi.OK {
		return mask & waiter.In
	}
	if mask&waiter.In != 0 {
		i.ask()
	}
	return 0
}

func (i *input) Register(e *waiter.Entry, m waiter.Mask) { i.Queue.Register(e, m) }

func (i *input) Read(_ *vfs.Ctx, _ *vfs.OpenFile, dst *guestmem.Vec) (int, abi.Errno) {
	if i.unread == 0 {
		if dst.Len() == 0 {
			return 0, abi.OK
		}
		e := i.failed
		if i.failed = abi.OK; i.closed || e != abi.OK && e != abi.EAGAIN {
			return 0, e
		}
		i.ask()
		return 0, abi.EAGAIN
	}
	if e := dst.Check(); e != abi.OK {
		return 0, e
	}
	total := 0
	for len(i.chunks) > 0 && dst.Len() > 0 {
		n, e := dst.CopyOut(i.chunks[0])
		if e != abi.OK {
			return total, e
		}
		total += n
		if i.chunks[0] = i.chunks[0][n:]; len(i.chunks[0]) == 0 {
			i.chunks[0] = nil
			i.chunks = i.chunks[1:]
		}
	}
	i.unread -= total
	i.consumed(func() int { return i.unread })
	return total, abi.OK
}

// write adds bytes of the page's; b is the stream's from now on.
func (i *input) write(b []byte) int {
	if len(b) > 0 && !i.closed {
		i.chunks = append(i.chunks, b)
		i.unread += len(b)
		i.wanted = false
		i.Notify(waiter.In)
	}
	return i.unread
}

// fail makes the next read fail; the one after it asks again.
func (i *input) fail(e abi.Errno) {
	i.failed, i.wanted = e, false
	i.Notify(waiter.In)
}

func (i *input) close() {
	i.closed = true
	i.Notify(waiter.In)
}
