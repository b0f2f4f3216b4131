package memfs

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// inode is a file, directory, symbolic link or socket. It is its own vfs.File.
type inode struct {
	fs   *FS
	ino  uint64
	typ  abi.Filetype
	open int32 // users of the contents
	// gen is fs.gen at the last change. While it is smaller, a snapshot sees
	// this state, and keep comes before the next change.
	gen uint64
	state
	old *version // what snapshots see, newest first
}

// state is what a snapshot keeps.
type state struct {
	nlink            uint32
	mode             uint16 // as in vfs.Attr
	atim, mtim, ctim uint64
	data             data   // of a regular file
	dir              *dir   // of a directory
	target           string // of a symbolic link
}

// inodeCost is what an inode counts in the store, without its bytes.
const inodeCost = 256

// touch comes before every change but that of atim.
func (n *inode) touch() {
	if n.gen != n.fs.gen {
		n.keep()
	}
}

// Type implements vfs.Inode.
func (n *inode) Type() abi.Filetype { return n.typ }

// Attr implements vfs.Inode.
func (n *inode) Attr(*vfs.Ctx) (vfs.Attr, abi.Errno) {
	a := vfs.Attr{Ino: n.ino, Nlink: uint64(n.nlink), Type: n.typ, Mode: n.mode,
		Atim: n.atim, Mtim: n.mtim, Ctim: n.ctim}
	switch n.typ {
	case abi.FiletypeDirectory:
		a.Size = dirSize
	case abi.FiletypeSymbolicLink:
		a.Size = uint64(len(n.target))
	default:
		a.Size = uint64(n.data.size)
	}
	return a, abi.OK
}

// dirSize is the size every directory reports.
const dirSize = 4096

// SetAttr implements vfs.Inode.
func (n *inode) SetAttr(ctx *vfs.Ctx, s *vfs.SetAttr) abi.Errno {
	if s.None() {
		return abi.OK
	}
	n.touch()
	now := ctx.Time()
	if s.SetSize {
		if n.typ != abi.FiletypeRegularFile {
			return abi.EINVAL
		}
		if s.Size > uint64(n.fs.maxFile) {
			return abi.EFBIG
		}
		if n.data.absent != 0 {
			if e := n.beforeCut(ctx, int64(s.Size)); e != abi.OK {
				return e
			}
			n.touch()
		}
		if e := n.data.resize(n.fs.store, int64(s.Size)); e != abi.OK {
			return e
		}
		n.mtim = now
	}
	if s.SetAtim {
		n.atim = s.Atim
	}
	if s.SetMtim {
		n.mtim = s.Mtim
	}
	if s.SetMode {
		n.mode = s.Mode&vfs.ModePerm | vfs.ModeKnown
	}
	n.ctim = now
	return abi.OK
}

// Readlink implements vfs.Inode.
func (n *inode) Readlink(*vfs.Ctx) (string, abi.Errno) {
	if n.typ != abi.FiletypeSymbolicLink {
		return "", abi.EINVAL
	}
	return n.target, abi.OK
}

// Open implements vfs.Inode.
func (n *inode) Open(*vfs.Ctx) (vfs.File, abi.Errno) {
	switch {
	case n.typ != abi.FiletypeRegularFile:
		return nil, abi.EINVAL
	case n.nlink == 0 && n.open == 0:
		return nil, abi.ENOENT // freed
	}
	n.open++
	return n, abi.OK
}

// Release implements vfs.File.
func (n *inode) Release() {
	n.open--
	n.free()
}

// free gives the bytes of a file back that has no name and no user.
func (n *inode) free() {
	if n.open == 0 && n.nlink == 0 {
		if n.fs.back != nil {
			n.touch()
		}
		n.data.cut(n.fs.store, 0)
		n.data.size = 0
		n.fs.store.give(inodeCost)
	}
}

// Size implements vfs.File.
func (n *inode) Size(*vfs.Ctx) (int64, abi.Errno) { return n.data.size, abi.OK }

// Sync implements vfs.File.
func (n *inode) Sync(ctx *vfs.Ctx, _ bool) abi.Errno {
	if n.fs.back != nil {
		return n.fs.back.Sync(ctx)
	}
	return abi.OK
}

// ReadAt implements vfs.File.
func (n *inode) ReadAt(ctx *vfs.Ctx, dst *guestmem.Vec, off int64) (int, abi.Errno) {
	left := n.data.size - off
	want := dst.Len()
	if int64(want) > left {
		want = int(max(left, 0))
	}
	if want == 0 {
		return 0, abi.OK
	}
	n.atim = ctx.Time()
	if n.data.absent != 0 {
		return n.readAbsent(ctx, dst, off, want)
	}
	return n.data.read(dst, off, want)
}

// WriteAt implements vfs.File.
func (n *inode) WriteAt(ctx *vfs.Ctx, src *guestmem.Vec, off int64) (int, abi.Errno) {
	if n.fs.back != nil {
		if _, e := n.beforeWrite(ctx, off, src.Len(), false); e != abi.OK {
			return 0, e
		}
	}
	return n.writeAt(ctx, src, off)
}

func (n *inode) writeAt(ctx *vfs.Ctx, src *guestmem.Vec, off int64) (int, abi.Errno) {
	want := src.Len()
	if want == 0 {
		return 0, abi.OK
	}
	if room := n.fs.maxFile - off; int64(want) > room {
		if room <= 0 {
			return 0, abi.EFBIG
		}
		want = int(room)
		src.Limit(want)
	}
	n.touch()
	done, e := n.data.write(n.fs.store, src, off, want)
	if done != 0 {
		n.mtim = ctx.Time()
		n.ctim = n.mtim
	}
	return done, e
}

// Append implements vfs.File.
func (n *inode) Append(ctx *vfs.Ctx, src *guestmem.Vec) (int, int64, abi.Errno) {
	off := n.data.size
	if n.fs.back != nil {
		var e abi.Errno
		if off, e = n.beforeWrite(ctx, 0, src.Len(), true); e != abi.OK {
			return 0, off, e
		}
	}
	done, e := n.writeAt(ctx, src, off)
	return done, off, e
}

// Allocate implements vfs.File. The memory is taken, as the caller asks for.
func (n *inode) Allocate(ctx *vfs.Ctx, off, size int64) abi.Errno {
	end := off + size
	if end > n.fs.maxFile {
		return abi.EFBIG
	}
	if n.fs.back != nil {
		if e := n.fs.back.Room(ctx, size); e != abi.OK {
			return e
		}
	}
	n.touch()
	grown := end > n.data.size
	if n.fs.back != nil {
		// Holes will do: there is room for them, and writing zeros to a
		// database is no use to anybody.
		n.data.size = max(n.data.size, end)
	} else if e := n.data.allocate(n.fs.store, off, end); e != abi.OK {
		return e
	}
	if grown {
		n.mtim = ctx.Time()
		n.ctim = n.mtim
	}
	return abi.OK
}
