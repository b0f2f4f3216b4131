package jsfs

import (
	"math"
	"strconv"
	"strings"
	"syscall/js"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// chunk is how many bytes are read or written by one operation.
const chunk = 1 << 20

var uint8Array = js.Global().Get("Uint8Array")

// file is an open file. All who have it open share the tree's descriptor.
type file struct{ *inode }

// Open implements vfs.Inode.
func (n *inode) Open(ctx *vfs.Ctx) (vfs.File, abi.Errno) {
	if n.typ != abi.FiletypeRegularFile {
		return nil, abi.EINVAL
	}
	if _, e := n.do(ctx, opOpen, ""); e != abi.OK {
		return nil, e
	}
	return file{n}, abi.OK
}

// ReadAt implements vfs.File.
func (f file) ReadAt(ctx *vfs.Ctx, dst *guestmem.Vec, off int64) (int, abi.Errno) {
	if e := dst.Check(); e != abi.OK {
		return 0, e
	}
	if dst.Len() > chunk && !ctx.MayBlock {
		return 0, vfs.ErrMustWait // so that it need not stop half way
	}
	total := 0
	for dst.Len() > 0 {
		want := min(dst.Len(), chunk, int(min(math.MaxInt64-off, chunk)))
		v, e := f.do(ctx, opRead, "", text(uint64(off)), want)
		if e != abi.OK {
			if total > 0 {
				e = abi.OK
			}
			return total, e
		}
		b := make([]byte, v.Length())
		js.CopyBytesToGo(b, v)
		n, e := dst.CopyOut(b)
		total += n
		off += int64(n)
		if e != abi.OK || len(b) < want || want == 0 {
			return total, e
		}
	}
	return total, abi.OK
}

// WriteAt implements vfs.File.
func (f file) WriteAt(ctx *vfs.Ctx, src *guestmem.Vec, off int64) (int, abi.Errno) {
	n, _, e := f.write(ctx, src, off)
	return n, e
}

// Append implements vfs.File.
func (f file) Append(ctx *vfs.Ctx, src *guestmem.Vec) (n int, off int64, errno abi.Errno) {
	return f.write(ctx, src, -1)
}

// write writes at off, or at the end when off is below zero.
func (f file) write(ctx *vfs.Ctx, src *guestmem.Vec, off int64) (total int, at int64, errno abi.Errno) {
	if e := src.Check(); e != abi.OK {
		return 0, 0, e
	}
	if src.Len() == 0 {
		if off < 0 {
			off, errno = f.Size(ctx)
		}
		return 0, off, errno
	}
	if off >= 0 && int64(src.Len()) > math.MaxInt64-off {
		return 0, 0, abi.EFBIG
	}
	if src.Len() > chunk && !ctx.MayBlock {
		return 0, 0, vfs.ErrMustWait
	}
	at = off
	for src.Len() > 0 {
		b := make([]byte, min(src.Len(), chunk))
		if _, e := src.CopyIn(b); e != abi.OK {
			return total, at, e
		}
		data := uint8Array.New(len(b))
		js.CopyBytesToJS(data, b)
		var n int
		var e abi.Errno
		var v js.Value
		if at < 0 {
			if v, e = f.do(ctx, opAppend, "", data); e == abi.OK {
				end, taken, _ := strings.Cut(v.String(), " ")
				at, _ = strconv.ParseInt(end, 10, 64)
				n, _ = strconv.Atoi(taken)
				off = at
			}
		} else if v, e = f.do(ctx, opWrite, text(uint64(off)), text(uint64(off)), data); e == abi.OK {
			n = v.Int()
		}
		if e != abi.OK {
			if total > 0 {
				e = abi.OK
			}
			return total, at, e
		}
		total += n
		off += int64(n)
		if n < len(b) {
			break
		}
	}
	return total, at, abi.OK
}

// Allocate implements vfs.File.
func (f file) Allocate(ctx *vfs.Ctx, off, n int64) abi.Errno {
	_, e := f.do(ctx, opAllocate, "", text(uint64(off+n)))
	return e
}

// Size implements vfs.File.
func (f file) Size(ctx *vfs.Ctx) (int64, abi.Errno) {
	a, e := f.Attr(ctx)
	return int64(a.Size), e
}

// Sync implements vfs.File.
func (f file) Sync(ctx *vfs.Ctx, dataOnly bool) abi.Errno {
	_, e := f.do(ctx, opSync, "", dataOnly)
	return e
}

// Direct implements vfs.File.
func (f file) Direct() vfs.Direct { return nil }

// Release implements vfs.File. The provider closes when it likes to.
func (f file) Release() { f.fs.tree.Call("release", float64(f.id)) }
