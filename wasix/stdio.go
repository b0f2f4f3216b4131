//go:build !js

package wasix

import (
	"errors"
	"io"
	"os"
	"sync"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

// window is how much a program may write before it waits for the writer.
const window = 256 << 10

// streams makes the standard streams of a command.
func (p *Proc) streams(c *Command) (stdin, stdout, stderr vfs.Object) {
	stdin, stdout, stderr = vfs.NullObject(), vfs.NullObject(), vfs.NullObject()
	if c.Stdin != nil {
		stdin = &input{stream: p.stream(c, c.Stdin), r: c.Stdin}
	}
	out := func(w io.Writer) vfs.Object {
		o := &output{stream: p.stream(c, w), w: w, changed: p.changed}
		p.outputs = append(p.outputs, o)
		return o
	}
	if c.Stdout != nil {
		stdout = out(c.Stdout)
	}
	switch {
	case c.Stderr == nil:
	case same(c.Stderr, c.Stdout):
		stderr = stdout // so that lines stay in order
	default:
		stderr = out(c.Stderr)
	}
	return stdin, stdout, stderr
}

// same compares two writers, which may be of types that cannot be compared.
func same(a, b io.Writer) (eq bool) {
	defer func() { recover() }()
	return a == b
}

// stream is what both ends have in common.
type stream struct {
	vfs.UnimplementedObject
	waiter.Queue
	lock sync.Locker
	typ  abi.Filetype
	tty  bool
	ino  uint64
}

// stream says how a Go reader or writer looks to the program: a terminal or
// another device as a character device, anything else as nothing special.
func (p *Proc) stream(c *Command, x any) stream {
	s := stream{lock: p.s.lock, typ: abi.FiletypeUnknown, tty: c.Isatty, ino: p.s.Kernel.NewIno()}
	if c.Isatty {
		s.typ = abi.FiletypeCharacterDevice
	} else if f, ok := x.(*os.File); ok {
		if st, err := f.Stat(); err == nil && st.Mode()&os.ModeCharDevice != 0 {
			s.typ = abi.FiletypeCharacterDevice
		}
	}
	return s
}

// Isatty tells whether the program is to take it for a terminal.
func (s *stream) Isatty() bool { return s.tty }

// Type implements vfs.Object.
func (s *stream) Type() abi.Filetype { return s.typ }

// Attr implements vfs.Object.
func (s *stream) Attr(*vfs.Ctx) (vfs.Attr, abi.Errno) {
	return vfs.Attr{Ino: s.ino, Nlink: 1, Type: s.typ}, abi.OK
}

// output is stdout or stderr on its way to a Go writer. Everything is protected
// by the kernel lock, except the writer.
type output struct {
	stream
	w       io.Writer
	buf     []byte
	spare   []byte
	busy    bool      // a goroutine writes
	failed  abi.Errno // the writer does not want any more
	changed *sync.Cond
	drained func() // the output of a terminal: told of room
}

// Readiness implements waiter.Waitable.
func (o *output) Readiness(mask waiter.Mask) waiter.Mask {
	switch {
	case o.failed != abi.OK:
		return mask&waiter.Out | waiter.Err
	case len(o.buf) < window:
		return mask & waiter.Out
	}
	return 0
}

// Write implements vfs.Object: once the writer has failed its errno, EPIPE when
// it has none.
func (o *output) Write(_ *vfs.Ctx, _ *vfs.OpenFile, src *guestmem.Vec) (int, abi.Errno) {
	if o.failed != abi.OK {
		return 0, o.failed
	}
	want, at := src.Len(), len(o.buf)
	if want == 0 {
		return 0, abi.OK
	}
	n := min(want, window-at)
	if n <= 0 {
		return 0, abi.EAGAIN
	}
	o.buf = append(o.buf, make([]byte, n)...)
	if _, e := src.CopyIn(o.buf[at:]); e != abi.OK {
		o.buf = o.buf[:at]
		return 0, e
	}
	o.begin()
	return n, abi.OK
}

// begin makes sure that what is in buf is written.
func (o *output) begin() {
	if !o.busy && o.failed == abi.OK {
		o.busy = true
		go o.pump()
	}
}

// Room implements tty.Sink. What a writer that has failed gets is lost.
func (o *output) Room() int {
	if o.failed != abi.OK {
		return window
	}
	return window - len(o.buf)
}

// Put implements tty.Sink.
func (o *output) Put(b []byte) {
	if o.failed == abi.OK {
		o.buf = append(o.buf, b...)
		o.begin()
	}
}

// Release implements vfs.Object: threads that still write hear of it. What has
// been taken is written all the same.
func (o *output) Release() { o.Notify(waiter.Err) }

// pump writes until there is nothing left.
func (o *output) pump() {
	o.lock.Lock()
	defer o.lock.Unlock()
	for len(o.buf) > 0 && o.failed == abi.OK {
		b := o.buf
		o.buf, o.spare = o.spare[:0], nil
		o.Notify(waiter.Out)
		if o.drained != nil {
			o.drained()
		}
		o.lock.Unlock()
		_, err := o.w.Write(b)
		o.lock.Lock()
		o.spare = b
		if err != nil {
			o.failed = errnoOf(err, abi.EPIPE)
			o.Notify(waiter.Out | waiter.Err)
		}
	}
	o.busy = false
	o.changed.Broadcast()
}

// errnoOf is the errno in an error, other when there is none.
func errnoOf(err error, other abi.Errno) abi.Errno {
	var e abi.Errno
	if errors.As(err, &e) && e != abi.OK {
		return e
	}
	return other
}

// input is stdin, from a Go reader. Everything is protected by the kernel lock,
// except the reader.
type input struct {
	stream
	r    io.Reader
	buf  []byte // read, and not yet taken
	mem  []byte
	busy bool // a goroutine reads
	end  bool
	err  abi.Errno
}

// Readiness implements waiter.Waitable. Whoever asks wants to read.
func (i *input) Readiness(mask waiter.Mask) waiter.Mask {
	if len(i.buf) > 0 || i.end {
		return mask & waiter.In
	}
	if mask&waiter.In != 0 {
		i.fetch()
	}
	return 0
}

// Read implements vfs.Object: when the reader has failed its errno, EIO when it
// has none.
func (i *input) Read(_ *vfs.Ctx, _ *vfs.OpenFile, dst *guestmem.Vec) (int, abi.Errno) {
	switch {
	case dst.Len() == 0:
		return 0, abi.OK
	case len(i.buf) > 0:
		n, e := dst.CopyOut(i.buf)
		i.buf = i.buf[n:]
		return n, e
	case i.end:
		return 0, i.err
	}
	i.fetch()
	return 0, abi.EAGAIN
}

// Release implements vfs.Object: threads that still read hear of it.
func (i *input) Release() { i.Notify(waiter.Hup) }

// fetch reads once, on a goroutine.
func (i *input) fetch() {
	if i.busy || i.end {
		return
	}
	i.busy = true
	if i.mem == nil {
		i.mem = make([]byte, 64<<10)
	}
	go func() {
		n, err := i.r.Read(i.mem)
		i.lock.Lock()
		defer i.lock.Unlock()
		i.busy = false
		i.buf = i.mem[:n]
		if err != nil {
			i.end = true
			if err != io.EOF {
				i.err = errnoOf(err, abi.EIO)
			}
		}
		if n > 0 || i.end {
			i.Notify(waiter.In)
		} else {
			i.fetch()
		}
	}()
}
