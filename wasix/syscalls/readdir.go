package syscalls

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// FdReaddir writes entries of a directory.
//
// # Parameters
//
//   - fd: the descriptor of the directory
//   - buf: where the entries go
//   - bufLen: how much fits
//   - cookie: 0 for the first entry, or the d_next of the entry before
//   - bufused: where the number of bytes written goes (u32); less than bufLen
//     means that there are no more entries
//
// # Result (Errno)
//
//   - EBADF: fd is not open, or not for reading
//   - ENOTCAPABLE: it lacks the right fd_readdir
//   - ENOTDIR: it is not a directory
//   - EINVAL: cookie never was one
//   - EFAULT: buf or bufused leaves the memory
//
// An entry is a dirent struct of 24 bytes and its name, without a NUL or padding.
// The last one is cut off where the buffer ends:
//
//	0 d_next (u64)   8 d_ino (u64)   16 d_namlen (u32)   20 d_type (u8)   24 name
//
// Note: like readdir in POSIX. "." and ".." come first. A cookie stays good while
// entries come and go.
//
// See https://wasix.org/docs/api-reference/wasi/fd_readdir
func FdReaddir(t *kernel.Thread, fd int32, buf, bufLen uint32, cookie uint64, bufused uint32) kernel.Result {
	d, e := get(t, fd, abi.RightsFdReaddir)
	if e == abi.OK {
		e = guestmem.Writable(t.Mem, buf, uint64(bufLen))
	}
	if e == abi.OK {
		e = guestmem.Writable(t.Mem, bufused, 4)
	}
	if e != abi.OK {
		return kernel.Ret(e)
	}
	w := direntWriter{vec: &t.Vec}
	w.vec.Set(t.Mem, buf, bufLen)
	if e = vfs.ReadDirents(&t.Ctx, d.File, cookie, w.add); e == abi.OK {
		e = w.flush()
	}
	if e != abi.OK {
		return kernel.Ret(e)
	}
	return kernel.Ret(t.Mem.Store32(bufused, bufLen-uint32(w.vec.Len())))
}

// direntWriter gathers entries, so that the guest's memory is not reached for
// each of them.
type direntWriter struct {
	vec *guestmem.Vec
	buf []byte
}

const direntChunk = 4096

// add takes one entry, and tells whether there is room for more.
func (w *direntWriter) add(d vfs.Dirent) bool {
	if w.buf == nil {
		w.buf = make([]byte, 0, min(direntChunk, w.vec.Len())+abi.SizeDirent+vfs.NameMax)
	}
	at := len(w.buf)
	w.buf = append(w.buf, emptyDirent[:]...)
	x := abi.Dirent{Next: d.Cookie, Ino: d.Ino, Namlen: uint32(len(d.Name)), Type: d.Type}
	x.Put(w.buf[at:])
	w.buf = append(w.buf, d.Name...)
	if len(w.buf) >= direntChunk && w.flush() != abi.OK {
		return false
	}
	return len(w.buf) < w.vec.Len()
}

var emptyDirent [abi.SizeDirent]byte

// flush writes what was gathered, as far as there is room.
func (w *direntWriter) flush() abi.Errno {
	_, e := w.vec.CopyOut(w.buf)
	w.buf = w.buf[:0]
	return e
}
