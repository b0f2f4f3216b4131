package syscalls

import (
	"math"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

// FdClose closes a descriptor.
//
// # Parameters
//
//   - fd: the descriptor
//
// # Result (Errno)
//
//   - EBADF: fd is not open
//
// Note: like close in POSIX. A WASIX program's preopened directories stay open,
// whatever it says: its libc finds every path through them, and programs close
// descriptors they do not know.
//
// See https://wasix.org/docs/api-reference/wasi/fd_close
func FdClose(t *kernel.Thread, fd int32) kernel.Result {
	p := t.Process
	if d := p.FDs.Get(fd); d != nil && d.Preopen != "" && !p.Beneath {
		return kernel.Success
	}
	return kernel.Ret(p.FDs.Close(fd))
}

// FdSeek moves a descriptor's offset.
//
// # Parameters
//
//   - fd: the descriptor
//   - offset: how far, from whence
//   - whence: set (the start), cur (the offset) or end
//   - newoffset: where the new offset goes, from the start (u64)
//
// # Result (Errno)
//
//   - EBADF: fd is not open
//   - ENOTCAPABLE: it lacks the right fd_seek; fd_tell is enough for where it is
//   - EINVAL: whence is none of the three, or the offset would be negative
//   - EOVERFLOW: the offset would not fit in an i64
//   - ESPIPE: a pipe, socket or terminal
//   - EISDIR: a directory
//   - EFAULT: newoffset leaves the memory
//
// Note: like lseek in POSIX. The offset may be past the end of the file.
//
// See https://wasix.org/docs/api-reference/wasi/fd_seek
func FdSeek(t *kernel.Thread, fd int32, offset int64, whence uint32, newoffset uint32) kernel.Result {
	if whence == uint32(abi.WhenceSet) && offset >= 0 {
		// The most frequent one, and the one that costs the least: no detours.
		d := t.Process.FDs.Get(fd)
		if d != nil && d.Base&abi.RightsFdSeek != 0 && d.File.Direct() {
			if e := t.Mem.Store64(newoffset, uint64(offset)); e != abi.OK {
				return kernel.Ret(e)
			}
			d.File.Offset = offset
			return kernel.Success
		}
	}
	if whence > uint32(abi.WhenceEnd) {
		return kernel.Ret(abi.EINVAL)
	}
	return seek(t, fd, offset, abi.Whence(whence), newoffset)
}

// UnstableFdSeek is FdSeek as wasi_unstable has it: whence is cur, end, set.
func UnstableFdSeek(t *kernel.Thread, fd int32, offset int64, whence uint32, newoffset uint32) kernel.Result {
	w, ok := abi.WhenceFromUnstable(whence)
	if !ok {
		return kernel.Ret(abi.EINVAL)
	}
	return seek(t, fd, offset, w, newoffset)
}

func seek(t *kernel.Thread, fd int32, offset int64, whence abi.Whence, newoffset uint32) kernel.Result {
	d := t.Process.FDs.Get(fd)
	if d == nil {
		return kernel.Ret(abi.EBADF)
	}
	if d.Base&abi.RightsFdSeek == 0 &&
		(offset != 0 || whence != abi.WhenceCur || d.Base&abi.RightsFdTell == 0) {
		return kernel.Ret(lacking(t.Process, d, abi.RightsFdSeek))
	}
	if e := guestmem.Writable(t.Mem, newoffset, 8); e != abi.OK {
		return kernel.Ret(e)
	}
	at, e := d.File.Object.Seek(&t.Ctx, d.File, offset, whence)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	return kernel.Ret(t.Mem.Store64(newoffset, uint64(at)))
}

// FdTell writes a descriptor's offset.
//
// # Parameters
//
//   - fd: the descriptor
//   - offset: where the offset goes (u64)
//
// # Result (Errno)
//
//   - EBADF: fd is not open
//   - ENOTCAPABLE: it lacks the rights fd_tell and fd_seek
//   - ESPIPE: a pipe, socket or terminal
//   - EISDIR: a directory
//   - EFAULT: offset leaves the memory
//
// See https://wasix.org/docs/api-reference/wasi/fd_tell
func FdTell(t *kernel.Thread, fd int32, offset uint32) kernel.Result {
	return seek(t, fd, 0, abi.WhenceCur, offset)
}

// FdAdvise says how a part of a file will be used. Nothing follows from it.
//
// # Parameters
//
//   - fd: the descriptor
//   - offset, length: the part; length 0 is up to the end
//   - advice: normal, sequential, random, willneed, dontneed or noreuse
//
// # Result (Errno)
//
//   - EBADF: fd is not open
//   - ENOTCAPABLE: it lacks the right fd_advise
//   - EINVAL: advice is none of these, or the part ends above the largest offset
//   - ESPIPE: a pipe, socket or terminal
//
// Note: like posix_fadvise in POSIX.
//
// See https://wasix.org/docs/api-reference/wasi/fd_advise
func FdAdvise(t *kernel.Thread, fd int32, offset, length uint64, advice uint32) kernel.Result {
	d, e := get(t, fd, abi.RightsFdAdvise)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	if advice > uint32(abi.AdviceNoreuse) || offset > math.MaxInt64 || length > math.MaxInt64-offset {
		return kernel.Ret(abi.EINVAL)
	}
	switch d.File.Object.Type() {
	case abi.FiletypeRegularFile, abi.FiletypeDirectory, abi.FiletypeBlockDevice:
		return kernel.Success
	}
	return kernel.Ret(abi.ESPIPE)
}

// FdAllocate makes sure that a part of a file exists.
//
// # Parameters
//
//   - fd: the descriptor
//   - offset, length: the part
//
// # Result (Errno)
//
//   - EBADF: fd is not open, or not for writing
//   - ENOTCAPABLE: it lacks the right fd_allocate
//   - EINVAL: length is 0, or offset above the largest
//   - EFBIG: the end is above the largest offset
//   - ENOSPC: there is no room
//   - EISDIR, ENODEV: a directory, another thing that is no file
//   - EROFS: the file system is read-only
//
// Note: like posix_fallocate in POSIX: the file grows, it never shrinks.
//
// See https://wasix.org/docs/api-reference/wasi/fd_allocate
func FdAllocate(t *kernel.Thread, fd int32, offset, length uint64) kernel.Result {
	d, e := get(t, fd, abi.RightsFdAllocate)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	return kernel.Ret(d.File.Allocate(&t.Ctx, offset, length))
}

// FdSync makes what was written to a file durable.
//
// # Parameters
//
//   - fd: the descriptor
//
// # Result (Errno)
//
//   - EBADF: fd is not open
//   - ENOTCAPABLE: it lacks the right fd_sync
//   - EINVAL: a pipe, socket or other thing that keeps nothing
//   - ENOSPC, EIO: some of it could not be stored
//
// Note: like fsync in POSIX.
//
// See https://wasix.org/docs/api-reference/wasi/fd_sync
func FdSync(t *kernel.Thread, fd int32) kernel.Result {
	t.Ctx.On = nil
	return synced(t, fd, abi.RightsFdSync)
}

// synced makes an open file durable.
func synced(t *kernel.Thread, fd int32, right abi.Rights) kernel.Result {
	d, e := get(t, fd, right)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	e = d.File.Object.Sync(&t.Ctx, right == abi.RightsFdDatasync)
	if e != vfs.ErrMustWait || t.Ctx.On == nil {
		return kernel.Ret(e)
	}
	return t.Block(0, func(why kernel.Why) kernel.Result {
		if why == kernel.Interrupted {
			t.Ctx.On = nil
			return kernel.Ret(abi.EINTR)
		}
		return synced(t, fd, right)
	}, kernel.On{Object: t.Ctx.On, Mask: waiter.Out})
}

// FdDatasync makes a file's contents durable, but not all of its attributes.
//
// # Parameters
//
//   - fd: the descriptor
//
// # Result (Errno)
//
//   - EBADF: fd is not open
//   - ENOTCAPABLE: it lacks the right fd_datasync
//   - EINVAL: a pipe, socket or other thing that keeps nothing
//   - ENOSPC, EIO: some of it could not be stored
//
// Note: like fdatasync in POSIX.
//
// See https://wasix.org/docs/api-reference/wasi/fd_datasync
func FdDatasync(t *kernel.Thread, fd int32) kernel.Result {
	t.Ctx.On = nil
	return synced(t, fd, abi.RightsFdDatasync)
}
