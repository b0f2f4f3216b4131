// Package pipe is a byte stream between descriptors: what fd_pipe makes.
//
// The two ends are vfs.Objects over one ring buffer. They never block and know
// no thread. Everything is protected by the kernel lock.
package pipe

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

const (
	// Size is how many bytes a pipe holds.
	Size = 64 << 10
	// Atomic is the largest write that is never mixed with another (PIPE_BUF).
	Atomic = 4096

	minBuffer = 512
)

// pipe is what both ends share.
type pipe struct {
	buf                  []byte // a ring; its length is a power of two up to Size
	head, n              int    // the first byte, and how many there are
	hasReader, hasWriter bool   // the end is open
	readers, writers     waiter.Queue
	ino, born            uint64
}

// Reader is the end that is read.
type Reader struct {
	vfs.UnimplementedObject
	*pipe
}

// Writer is the end that is written.
type Writer struct {
	vfs.UnimplementedObject
	*pipe
}

// New returns the two ends of an empty pipe. ino is its inode number, now the
// real time in nanoseconds.
func New(ino, now uint64) (*Reader, *Writer) {
	p := &pipe{hasReader: true, hasWriter: true, ino: ino, born: now}
	return &Reader{pipe: p}, &Writer{pipe: p}
}

// Type implements vfs.Object. Neither ABI has a type for pipes; calling one a
// socket would make shells take their input for a network connection.
func (p *pipe) Type() abi.Filetype { return abi.FiletypeUnknown }

// Attr implements vfs.Object.
func (p *pipe) Attr(*vfs.Ctx) (vfs.Attr, abi.Errno) {
	return vfs.Attr{Ino: p.ino, Nlink: 1, Type: abi.FiletypeUnknown, Atim: p.born, Mtim: p.born, Ctim: p.born}, abi.OK
}

// Buffered returns how many bytes can be read at once.
func (r *Reader) Buffered() uint64 { return uint64(r.n) }

// Read implements vfs.Object.
//
// Errors: EAGAIN the pipe is empty and has a writer; EFAULT. Without a writer
// an empty pipe is at its end.
func (r *Reader) Read(_ *vfs.Ctx, _ *vfs.OpenFile, dst *guestmem.Vec) (int, abi.Errno) {
	p := r.pipe
	if dst.Len() == 0 {
		return 0, abi.OK
	}
	if p.n == 0 {
		if p.hasWriter {
			return 0, abi.EAGAIN
		}
		return 0, abi.OK
	}
	wasFull := Size-p.n < Atomic
	done := 0
	for p.n > 0 && dst.Len() > 0 {
		k, e := dst.CopyOut(p.buf[p.head:min(p.head+p.n, len(p.buf))])
		p.head = (p.head + k) & (len(p.buf) - 1)
		p.n -= k
		if done += k; e != abi.OK {
			if done == 0 {
				return 0, e
			}
			break // what was taken has been read
		}
	}
	if p.n == 0 {
		p.head = 0
	}
	if wasFull && Size-p.n >= Atomic {
		p.writers.Notify(waiter.Out)
	}
	return done, abi.OK
}

// Readiness implements waiter.Waitable. A pipe without writers hangs up.
func (r *Reader) Readiness(mask waiter.Mask) waiter.Mask {
	var m waiter.Mask
	if r.n > 0 {
		m = waiter.In
	}
	if !r.hasWriter {
		m |= waiter.Hup
	}
	return m & (mask | waiter.Always)
}

// Register implements waiter.Waitable.
func (r *Reader) Register(e *waiter.Entry, mask waiter.Mask) { r.readers.Register(e, mask) }

// Unregister implements waiter.Waitable.
func (r *Reader) Unregister(e *waiter.Entry) { r.readers.Unregister(e) }

// Release implements vfs.Object. What nobody will read is thrown away.
func (r *Reader) Release() {
	p := r.pipe
	p.hasReader, p.buf, p.head, p.n = false, nil, 0, 0
	p.writers.Notify(waiter.Out | waiter.Err)
	p.readers.Notify(waiter.Hup) // threads that still read what they have closed
}

// Room returns how many bytes can be written at once.
func (w *Writer) Room() uint64 { return uint64(Size - w.n) }

// Write implements vfs.Object. Up to Atomic bytes go together or not at all; of
// more it takes what fits.
//
// Errors: EPIPE nobody reads; EAGAIN the pipe is full; EFAULT.
func (w *Writer) Write(_ *vfs.Ctx, _ *vfs.OpenFile, src *guestmem.Vec) (int, abi.Errno) {
	p := w.pipe
	want := src.Len()
	if want == 0 {
		return 0, abi.OK
	}
	if !p.hasReader {
		return 0, abi.EPIPE
	}
	free := Size - p.n
	if free == 0 || want <= Atomic && free < want {
		return 0, abi.EAGAIN
	}
	n := min(want, free)
	p.grow(p.n + n)
	for done := 0; done < n; {
		at := (p.head + p.n + done) & (len(p.buf) - 1)
		k, e := src.CopyIn(p.buf[at:min(at+n-done, len(p.buf))])
		if done += k; e != abi.OK {
			return 0, e // nothing of it is in the pipe
		}
	}
	p.n += n
	p.readers.Notify(waiter.In)
	return n, abi.OK
}

// grow makes the ring hold at least n bytes.
func (p *pipe) grow(n int) {
	if n <= len(p.buf) {
		return
	}
	size := max(len(p.buf), minBuffer)
	for size < n {
		size *= 2
	}
	buf := make([]byte, size)
	k := copy(buf[:p.n], p.buf[min(p.head, len(p.buf)):])
	copy(buf[k:p.n], p.buf)
	p.buf, p.head = buf, 0
}

// Readiness implements waiter.Waitable. A write of up to Atomic bytes succeeds
// when Out holds; without readers it fails at once (Err).
func (w *Writer) Readiness(mask waiter.Mask) waiter.Mask {
	var m waiter.Mask
	if !w.hasReader {
		m = waiter.Out | waiter.Err
	} else if Size-w.n >= Atomic {
		m = waiter.Out
	}
	return m & (mask | waiter.Always)
}

// Register implements waiter.Waitable.
func (w *Writer) Register(e *waiter.Entry, mask waiter.Mask) { w.writers.Register(e, mask) }

// Unregister implements waiter.Waitable.
func (w *Writer) Unregister(e *waiter.Entry) { w.writers.Unregister(e) }

// Release implements vfs.Object: readers come to the end of the stream.
func (w *Writer) Release() {
	w.hasWriter = false
	w.readers.Notify(waiter.In | waiter.Hup)
	w.writers.Notify(waiter.Err)
}
