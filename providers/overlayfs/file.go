package overlayfs

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// Open implements vfs.Inode. All users of a file share what the layer gives, so
// that all of them come along when it is copied.
func (n *node) Open(ctx *vfs.Ctx) (vfs.File, abi.Errno) {
	if n.typ != abi.FiletypeRegularFile {
		return nil, abi.EINVAL
	}
	if n.file == nil {
		if n.gone && n.up == nil {
			return nil, abi.ENOENT
		}
		up := n.up
		f, e := n.top().Open(ctx)
		if e != abi.OK {
			return nil, e
		}
		switch {
		case n.file != nil: // another was faster
			f.Release()
		case up != n.up: // it was copied meanwhile
			f.Release()
			return n.Open(ctx)
		default:
			n.use(f)
		}
	}
	n.opens++
	return n, abi.OK
}

func (n *node) use(f vfs.File) { n.file, n.direct = f, f.Direct() }

// Release implements vfs.File.
func (n *node) Release() {
	if n.opens--; n.opens != 0 {
		return
	}
	n.file.Release()
	if n.old != nil {
		n.old.Release()
	}
	n.file, n.old, n.direct = nil, nil, nil
}

// ReadAt implements vfs.File.
func (n *node) ReadAt(ctx *vfs.Ctx, dst *guestmem.Vec, off int64) (int, abi.Errno) {
	return n.file.ReadAt(ctx, dst, off)
}

// WriteAt implements vfs.File.
func (n *node) WriteAt(ctx *vfs.Ctx, src *guestmem.Vec, off int64) (int, abi.Errno) {
	if src.Len() == 0 {
		return 0, abi.OK
	}
	if e := n.toUp(ctx, 1<<63-1); e != abi.OK {
		return 0, e
	}
	return n.file.WriteAt(ctx, src, off)
}

// Append implements vfs.File.
func (n *node) Append(ctx *vfs.Ctx, src *guestmem.Vec) (int, int64, abi.Errno) {
	if src.Len() != 0 {
		if e := n.toUp(ctx, 1<<63-1); e != abi.OK {
			return 0, 0, e
		}
	}
	return n.file.Append(ctx, src)
}

// Allocate implements vfs.File.
func (n *node) Allocate(ctx *vfs.Ctx, off, size int64) abi.Errno {
	if e := n.toUp(ctx, 1<<63-1); e != abi.OK {
		return e
	}
	return n.file.Allocate(ctx, off, size)
}

// Size implements vfs.File.
func (n *node) Size(ctx *vfs.Ctx) (int64, abi.Errno) { return n.file.Size(ctx) }

// Sync implements vfs.File. What is in the lower layer is as durable as it gets.
func (n *node) Sync(ctx *vfs.Ctx, dataOnly bool) abi.Errno {
	if n.up == nil {
		return abi.OK
	}
	return n.file.Sync(ctx, dataOnly)
}

// Direct implements vfs.File.
func (n *node) Direct() vfs.Direct {
	if n.direct == nil {
		return nil
	}
	return (*window)(n)
}

// window is a node whose contents lie in memory, as long as they do.
type window node

// Window implements vfs.Direct.
func (w *window) Window(off int64) ([]byte, *uint64) {
	if w.direct == nil {
		return nil, nil
	}
	return w.direct.Window(off)
}

// Room implements vfs.Direct.
func (w *window) Room(off int64) []byte {
	if w.direct == nil || w.up == nil || w.pending != "" {
		return nil
	}
	return w.direct.Room(off)
}

// Wrote implements vfs.Direct.
func (w *window) Wrote(ctx *vfs.Ctx, end int64) { w.direct.Wrote(ctx, end) }

// End implements vfs.Direct.
func (w *window) End() int64 {
	if w.direct == nil {
		return 0
	}
	return w.direct.End()
}
