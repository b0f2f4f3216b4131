package syscalls

import (
	"math"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/pipe"
	"github.com/wasix-web/wasix-web/wasix/sock"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

// FdRead reads from a descriptor's offset on, which moves.
//
// # Parameters
//
//   - fd: the descriptor
//   - iovs: the buffers, filled one after the other: iovec structs
//   - iovsLen: how many
//   - nread: where the number of bytes read goes (u32); 0 is the end
//
// # Result (Errno)
//
//   - EBADF: fd is not open, or not for reading
//   - ENOTCAPABLE: it lacks the right fd_read
//   - EISDIR: a directory
//   - EAGAIN: there is nothing to read, and fd is non-blocking
//   - EINTR: a signal came before there was anything
//   - EINVAL: more than 1024 buffers, 2 GiB or more; a buffer under 8 bytes for
//     an eventfd
//   - EFAULT: iovs, a buffer or nread leaves the memory
//
// For two buffers of 4 bytes at 16 and 24, iovs is at 0:
//
//	[16 0 0 0  4 0 0 0  24 0 0 0  4 0 0 0   a b c d ? ? ? ? e f ? ?]
//
// Note: like readv in POSIX.
//
// See https://wasix.org/docs/api-reference/wasi/fd_read
func FdRead(t *kernel.Thread, fd int32, iovs, iovsLen, nread uint32) kernel.Result {
	if iovsLen == 1 && readFast(t, fd, iovs, nread) {
		return kernel.Success
	}
	d, e := get(t, fd, abi.RightsFdRead)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	if e = load(t, iovs, iovsLen, nread); e != abi.OK {
		return kernel.Ret(e)
	}
	n, e := d.File.Object.Read(&t.Ctx, d.File, &t.Vec)
	if e != abi.OK {
		return readLater(t, d.File, e, nread)
	}
	return kernel.Ret(t.Mem.Store32(nread, uint32(n)))
}

// load readies t.Vec, and checks the address the count goes to.
func load(t *kernel.Thread, iovs, iovsLen, result uint32) abi.Errno {
	if e := t.Vec.Load(t.Mem, iovs, iovsLen); e != abi.OK {
		return e
	}
	return guestmem.Writable(t.Mem, result, 4)
}

// readLater goes on with a read that returned e.
func readLater(t *kernel.Thread, f *vfs.OpenFile, e abi.Errno, nread uint32) kernel.Result {
	if e != abi.EAGAIN || f.Flags&abi.FdflagsNonblock != 0 {
		return kernel.Ret(e)
	}
	on := kernel.On{Mask: waiter.In}
	if r, ok := f.Object.(*pipe.Reader); ok { // to ask for an interface costs more than the rest
		on.Object = r
	} else if s, ok := f.Object.(sock.Socket); ok {
		return receiveLater(t, f, s, nread) // may have a timeout
	} else {
		on.Object = f.Object
	}
	w := waitsOf(t)
	w.file, w.result = f, nread
	return t.Block(0, w.read, on)
}

func (w *waits) tryRead(why kernel.Why) kernel.Result {
	t, f := w.t, w.file
	if f.Closed() {
		return w.done(abi.EBADF)
	}
	n, e := f.Object.Read(&t.Ctx, f, &t.Vec)
	switch {
	case e == vfs.ErrMustWait:
		return kernel.Ret(e)
	case e == abi.OK:
		e = t.Mem.Store32(w.result, uint32(n))
	case e == abi.EAGAIN && why == kernel.Interrupted:
		e = abi.EINTR
	case e == abi.EAGAIN:
		return kernel.Blocked
	}
	return w.done(e)
}

// FdWrite writes at a descriptor's offset, which moves; with append, at the end
// of the file.
//
// # Parameters
//
//   - fd: the descriptor
//   - iovs: the buffers, written one after the other: ciovec structs
//   - iovsLen: how many
//   - nwritten: where the number of bytes written goes (u32)
//
// # Result (Errno)
//
//   - EBADF: fd is not open, or not for writing
//   - ENOTCAPABLE: it lacks the right fd_write
//   - EPIPE: nobody can read; a WASIX program gets SIGPIPE, too
//   - EAGAIN: it is full, and fd is non-blocking
//   - EINTR: a signal came before anything was written
//   - ENOSPC, EFBIG, EROFS: of the file
//   - EINVAL: more than 1024 buffers, 2 GiB or more; under 8 bytes for an eventfd
//   - EFAULT: iovs, a buffer or nwritten leaves the memory
//
// Note: like writev in POSIX. A stream takes everything before the call returns,
// unless fd is non-blocking or a signal comes; a full disk ends it early.
//
// See https://wasix.org/docs/api-reference/wasi/fd_write
func FdWrite(t *kernel.Thread, fd int32, iovs, iovsLen, nwritten uint32) kernel.Result {
	if iovsLen == 1 && writeFast(t, fd, iovs, nwritten) {
		return kernel.Success
	}
	d, e := get(t, fd, abi.RightsFdWrite)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	if e = load(t, iovs, iovsLen, nwritten); e != abi.OK {
		return kernel.Ret(e)
	}
	n, e := d.File.Object.Write(&t.Ctx, d.File, &t.Vec)
	if e != abi.OK || t.Vec.Len() != 0 {
		return writeOn(t, d.File, n, e, nwritten)
	}
	return kernel.Ret(t.Mem.Store32(nwritten, uint32(n)))
}

// writeOn goes on with a write that took done bytes and returned e.
func writeOn(t *kernel.Thread, f *vfs.OpenFile, done int, e abi.Errno, nwritten uint32) kernel.Result {
	if s, ok := f.Object.(sock.Socket); ok {
		return sendOn(t, f, s, done, e, nwritten)
	}
	enough := func() kernel.Result { return kernel.Ret(t.Mem.Store32(nwritten, uint32(done))) }
	fail := func(e abi.Errno) kernel.Result {
		if e == abi.EPIPE && !t.Process.Beneath {
			t.Signal(abi.SIGPIPE)
		}
		if done > 0 {
			return enough()
		}
		return kernel.Ret(e)
	}
	switch {
	case e == abi.OK && (f.Flags&abi.FdflagsNonblock != 0 || f.Object.Type() == abi.FiletypeRegularFile):
		return enough()
	case e == abi.EAGAIN && f.Flags&abi.FdflagsNonblock != 0, e != abi.OK && e != abi.EAGAIN:
		return fail(e)
	}
	try := func(why kernel.Why) kernel.Result {
		for {
			if f.Closed() {
				return fail(abi.EBADF)
			}
			n, e := f.Object.Write(&t.Ctx, f, &t.Vec)
			done += n
			switch {
			case e == abi.OK && (n == 0 || t.Vec.Len() == 0):
				return enough()
			case e == abi.OK:
				// It took a part: maybe it takes more.
			case e == abi.EAGAIN && why != kernel.Interrupted:
				return kernel.Blocked
			case e == abi.EAGAIN:
				return fail(abi.EINTR)
			default:
				return fail(e)
			}
		}
	}
	if e == abi.OK {
		if r := try(kernel.Woken); r != kernel.Blocked {
			return r
		}
	}
	return t.Block(0, try, kernel.On{Object: f.Object, Mask: waiter.Out})
}

// FdPread reads at an offset of its own.
//
// # Parameters
//
//   - fd: the descriptor; its offset does not move
//   - iovs, iovsLen: the buffers, as in fd_read
//   - offset: where to read, from the start of the file
//   - nread: where the number of bytes read goes (u32); 0 is the end
//
// # Result (Errno)
//
//   - EBADF: fd is not open, or not for reading
//   - ENOTCAPABLE: it lacks the rights fd_read and fd_seek
//   - EISDIR: a directory
//   - ESPIPE: a pipe, socket or terminal
//   - EINVAL: offset is above the largest; as in fd_read
//   - EFAULT: iovs, a buffer or nread leaves the memory
//
// Note: like preadv in Linux.
//
// See https://wasix.org/docs/api-reference/wasi/fd_pread
func FdPread(t *kernel.Thread, fd int32, iovs, iovsLen uint32, offset uint64, nread uint32) kernel.Result {
	d, e := get(t, fd, abi.RightsFdRead|abi.RightsFdSeek)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	if e = load(t, iovs, iovsLen, nread); e != abi.OK {
		return kernel.Ret(e)
	}
	if offset > math.MaxInt64 {
		return kernel.Ret(abi.EINVAL)
	}
	n, e := d.File.Object.Pread(&t.Ctx, &t.Vec, int64(offset))
	if e != abi.OK {
		return kernel.Ret(e)
	}
	return kernel.Ret(t.Mem.Store32(nread, uint32(n)))
}

// FdPwrite writes at an offset of its own, also with append.
//
// # Parameters
//
//   - fd: the descriptor; its offset does not move
//   - iovs, iovsLen: the buffers, as in fd_write
//   - offset: where to write, from the start of the file
//   - nwritten: where the number of bytes written goes (u32)
//
// # Result (Errno)
//
//   - EBADF: fd is not open, or not for writing
//   - ENOTCAPABLE: it lacks the rights fd_write and fd_seek
//   - EISDIR: a directory
//   - ESPIPE: a pipe, socket or terminal
//   - EINVAL: offset is above the largest; as in fd_write
//   - ENOSPC, EFBIG, EROFS: of the file
//   - EFAULT: iovs, a buffer or nwritten leaves the memory
//
// Note: like pwritev in Linux.
//
// See https://wasix.org/docs/api-reference/wasi/fd_pwrite
func FdPwrite(t *kernel.Thread, fd int32, iovs, iovsLen uint32, offset uint64, nwritten uint32) kernel.Result {
	d, e := get(t, fd, abi.RightsFdWrite|abi.RightsFdSeek)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	if e = load(t, iovs, iovsLen, nwritten); e != abi.OK {
		return kernel.Ret(e)
	}
	if offset > math.MaxInt64 {
		return kernel.Ret(abi.EINVAL)
	}
	n, e := d.File.Object.Pwrite(&t.Ctx, d.File, &t.Vec, int64(offset))
	if e != abi.OK {
		return kernel.Ret(e)
	}
	return kernel.Ret(t.Mem.Store32(nwritten, uint32(n)))
}
