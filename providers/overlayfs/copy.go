package overlayfs

import (
	"strconv"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// toUp copies n to the upper layer if it is not there: of a file's contents
// most bytes at most.
func (n *node) toUp(ctx *vfs.Ctx, most int64) abi.Errno {
	if n.up != nil && n.pending == "" {
		return abi.OK
	}
	if e := n.fs.change(ctx); e != abi.OK {
		return e
	}
	defer n.fs.changed()
	return n.copyUp(ctx, most)
}

// copyUp is toUp inside a change. Nobody sees it happen. When it fails it can
// be done again.
func (n *node) copyUp(ctx *vfs.Ctx, most int64) abi.Errno {
	if n.typ == abi.FiletypeDirectory {
		return n.raise(ctx)
	}
	if n.up == nil {
		dir := n.parent
		if n.gone {
			dir = n.fs.root
		} else if e := dir.raise(ctx); e != abi.OK {
			return e
		}
		if e := dir.quiet(ctx, func() abi.Errno { return n.copy(ctx, dir, most) }); e != abi.OK {
			return e
		}
	}
	if n.pending == "" {
		return abi.OK
	}
	return n.settle(ctx)
}

// copy makes a copy of what is not a directory in dir. A file's has a name of
// its own until settle.
func (n *node) copy(ctx *vfs.Ctx, dir *node, most int64) abi.Errno {
	a, e := n.low.Attr(ctx)
	if e != abi.OK {
		return e
	}
	like := likeness(a)
	if n.typ != abi.FiletypeRegularFile {
		target := ""
		if n.typ == abi.FiletypeSymbolicLink {
			if target, e = n.low.Readlink(ctx); e != abi.OK {
				return e
			}
		}
		if n.gone {
			return abi.ENOENT
		}
		up, e := dir.up.Create(ctx, n.name, n.typ, target)
		if e == abi.OK || e == abi.EEXIST {
			up, e = dir.up.Lookup(ctx, n.name)
		}
		if e != abi.OK {
			return e
		}
		if e := up.SetAttr(ctx, &like); mustStop(e) {
			return e
		}
		return n.adopt(ctx, up, a.Ino)
	}
	if n.gone && n.opens == 0 {
		return abi.ENOENT
	}
	temp, up, f, e := dir.temp(ctx)
	if e != abi.OK {
		return e
	}
	if e = n.contents(ctx, f, min(most, int64(a.Size))); e == abi.OK {
		if e = up.SetAttr(ctx, &like); !mustStop(e) {
			e = n.adopt(ctx, up, a.Ino)
		}
	}
	if e != abi.OK {
		f.Release()
		dir.up.Unlink(ctx, temp)
		return e
	}
	n.pending = temp
	if n.opens != 0 {
		n.old = n.file
		n.use(f)
	} else {
		f.Release()
	}
	return abi.OK
}

// likeness is what a copy takes over beside contents.
func likeness(a vfs.Attr) vfs.SetAttr {
	return vfs.SetAttr{SetAtim: true, SetMtim: true, SetMode: a.Mode&vfs.ModeKnown != 0, Atim: a.Atim, Mtim: a.Mtim, Mode: a.Mode}
}

// settle puts a copy where it belongs.
func (n *node) settle(ctx *vfs.Ctx) abi.Errno {
	if n.gone {
		if e := n.fs.root.up.Unlink(ctx, n.pending); e != abi.OK && e != abi.ENOENT {
			return e
		}
		n.pending = ""
		return abi.OK
	}
	others, e := n.fs.names(ctx, n.low)
	if e != abi.OK {
		return e
	}
	dir := n.parent
	for _, p := range others {
		if e := n.fs.also(ctx, n, p); e != abi.OK {
			return e
		}
	}
	e = dir.quiet(ctx, func() abi.Errno {
		if _, e := dir.up.Lookup(ctx, n.name); e == abi.OK {
			return dir.up.Unlink(ctx, n.pending) // done by also
		}
		return dir.up.Rename(ctx, n.pending, dir.up, n.name)
	})
	if e == abi.OK {
		n.pending = ""
	}
	return e
}

// also gives a copied file another of the names it has in the lower layer.
func (fs *FS) also(ctx *vfs.Ctx, n *node, p place) abi.Errno {
	dir, e := fs.node(ctx, p.dir)
	if e != abi.OK || dir == nil {
		return e
	}
	if low, e := dir.below(ctx, p.name); e == abi.ENOENT || e == abi.OK && low != n.low {
		return abi.OK // hidden
	} else if e != abi.OK {
		return e
	}
	if e := dir.raise(ctx); e != abi.OK {
		return e
	}
	return dir.quiet(ctx, func() abi.Errno {
		// What has no links has to do without: EEXIST, ENOTSUP, EMLINK.
		if e := dir.up.Link(ctx, p.name, n.up); mustStop(e) || e == abi.ENOSPC {
			return e
		}
		return abi.OK
	})
}

// mustStop tells whether a step that does not matter much is to be done again.
func mustStop(e abi.Errno) bool { return e == vfs.ErrMustWait || e == abi.EINTR }

// contents copies size bytes to f, but for what is zero.
func (n *node) contents(ctx *vfs.Ctx, f vfs.File, size int64) abi.Errno {
	from := n.file
	if from == nil {
		var e abi.Errno
		if from, e = n.low.Open(ctx); e != abi.OK {
			return e
		}
		defer from.Release()
	}
	b := make([]byte, min(size, 1<<16))
	var v guestmem.Vec
	end := int64(0)
	for off := int64(0); off < size; {
		v.SetBytes(b[:min(int64(len(b)), size-off)])
		k, e := from.ReadAt(ctx, &v, off)
		if e != abi.OK {
			return e
		}
		if k == 0 {
			break
		}
		if !zero(b[:k]) || off+int64(k) == size {
			if e := write(ctx, f, b[:k], off); e != abi.OK {
				return e
			}
		}
		off += int64(k)
		end = off
	}
	if end < size {
		return abi.EIO // shorter than it says
	}
	return abi.OK
}

func zero(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

func write(ctx *vfs.Ctx, f vfs.File, b []byte, off int64) abi.Errno {
	var v guestmem.Vec
	for len(b) != 0 {
		v.SetBytes(b)
		k, e := f.WriteAt(ctx, &v, off)
		if e != abi.OK {
			return e
		}
		b, off = b[k:], off+int64(k)
	}
	return abi.OK
}

// temp makes an empty file with a name that nobody sees.
func (n *node) temp(ctx *vfs.Ctx) (string, vfs.Inode, vfs.File, abi.Errno) {
	for {
		n.fs.temps++
		name := tempMark + strconv.FormatUint(n.fs.temps, 10)
		up, e := n.up.Create(ctx, name, abi.FiletypeRegularFile, "")
		if e == abi.EEXIST {
			// Left behind, or the one of a change that is being done again.
			if e = n.up.Unlink(ctx, name); e != abi.OK && e != abi.ENOENT {
				return "", nil, nil, e
			}
			n.fs.temps--
			continue
		}
		if e != abi.OK {
			return "", nil, nil, e
		}
		f, e := up.Open(ctx)
		return name, up, f, e
	}
}

// adopt makes an upper inode the copy of n, whose number in the lower layer is ino.
func (n *node) adopt(ctx *vfs.Ctx, up vfs.Inode, ino uint64) abi.Errno {
	a, e := up.Attr(ctx)
	if e != abi.OK {
		return e
	}
	n.ino = n.fs.number(ino, false)
	n.up = up
	if !n.gone {
		n.fs.copied[a.Ino] = n.ino
		n.fs.nodes[up] = n
	}
	return abi.OK
}

// raise makes sure that a directory is in the upper layer, with all above it.
func (n *node) raise(ctx *vfs.Ctx) abi.Errno {
	for n.up == nil {
		d := n
		for d.parent.up == nil {
			d = d.parent
		}
		if d.gone {
			return abi.ENOENT
		}
		a, e := d.low.Attr(ctx)
		if e != abi.OK {
			return e
		}
		p := d.parent
		if e = p.quiet(ctx, func() abi.Errno {
			up, e := p.up.Create(ctx, d.name, abi.FiletypeDirectory, "")
			if e == abi.EEXIST {
				up, e = p.up.Lookup(ctx, d.name)
			}
			if e == abi.OK {
				like := likeness(a)
				e = up.SetAttr(ctx, &like)
				if !mustStop(e) {
					e = d.adopt(ctx, up, a.Ino)
				}
			}
			return e
		}); e != abi.OK {
			return e
		}
		d.pin, d.subs, d.hidden = a.Ctim, -1, map[string]bool{}
		if p.subs > 0 {
			p.subs--
		}
	}
	return abi.OK
}

// quiet runs fn, which changes the directory's entries in the upper layer, and
// leaves its times as they were.
func (n *node) quiet(ctx *vfs.Ctx, fn func() abi.Errno) abi.Errno {
	a, e := n.up.Attr(ctx)
	if e != abi.OK {
		return e
	}
	if n.pin == 0 {
		n.pin = a.Ctim
	}
	if e := fn(); e != abi.OK {
		return e
	}
	if e := n.up.SetAttr(ctx, &vfs.SetAttr{SetAtim: true, SetMtim: true, Atim: a.Atim, Mtim: a.Mtim}); mustStop(e) {
		return e
	}
	return abi.OK
}
