// Package overlayfs is a file system of two: a lower one, which is only read,
// and an upper one over it, which takes every change.
//
// What is in both directories of a name is merged; otherwise the upper one's
// wins. A file of the lower layer is copied to the upper one before its first
// change. What the upper layer has to remember beside files lies in it, under
// names that begin with ".wh.", which nobody else can use (EINVAL):
//
//   - ".wh.NAME", empty, hides NAME of the lower directory; a directory NAME
//     beside it is not merged. (For a long name: ".wh..wh.h" and a hash of it.)
//   - ".wh..wh.from" in a directory says what it is merged with, since it was
//     moved: a path in the lower layer, or nothing.
//   - ".wh..wh.t" and a number is a copy that was not finished.
//
// All changes are made so that whoever finds the upper layer as it was at any
// moment sees the tree before or after a change, if the upper layer's own
// changes are like that.
//
// A file has one number as long as the overlay is mounted, copied or not. A
// lower file with several names is copied under all of them. Neither layer is to
// be changed by others meanwhile. The upper layer needs nothing but files,
// directories and rename; links are possible when it has them.
//
// Everything is protected by the kernel lock.
package overlayfs

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// FS is a lower file system with a writable one over it.
type FS struct {
	lower, upper vfs.FS
	immediate    bool
	root         *node
	// nodes holds the nodes in use by the inodes they stand for.
	nodes map[vfs.Inode]*node
	// copied says by the number of an upper inode which number it was known by
	// before it was copied.
	copied map[uint64]uint64
	links  map[vfs.Inode][]place // names of lower files that have several
	temps  uint64
	busy   chan struct{} // a change that may wait is under way
}

// place is a name in a directory of the lower layer.
type place struct {
	dir  vfs.Inode
	name string
}

// New lays upper over lower. It owns both from then on. ctx may block unless
// neither layer ever waits.
//
// Errors: EINVAL they are the same; those of the layers.
func New(ctx *vfs.Ctx, lower, upper vfs.FS) (*FS, abi.Errno) {
	if lower == upper {
		return nil, abi.EINVAL
	}
	fs := &FS{lower: lower, upper: upper, nodes: map[vfs.Inode]*node{}, copied: map[uint64]uint64{}}
	fs.immediate = immediate(lower) && immediate(upper)
	n := &node{fs: fs, typ: abi.FiletypeDirectory, up: upper.Root(), low: lower.Root()}
	n.parent = n
	fs.root = n
	fs.nodes[n.up], fs.nodes[n.low] = n, n
	return fs, n.load(ctx)
}

func immediate(fs vfs.FS) bool {
	i, ok := fs.(vfs.Immediate)
	return ok && i.Immediate()
}

// Root implements vfs.FS.
func (fs *FS) Root() vfs.Inode { return fs.root }

// ReadOnly implements vfs.FS.
func (fs *FS) ReadOnly() bool { return fs.upper.ReadOnly() }

// Immediate implements vfs.Immediate.
func (fs *FS) Immediate() bool { return fs.immediate }

// Sync implements vfs.FS.
func (fs *FS) Sync(ctx *vfs.Ctx) abi.Errno { return fs.upper.Sync(ctx) }

// Close implements vfs.FS.
func (fs *FS) Close(ctx *vfs.Ctx) abi.Errno {
	if e := fs.upper.Close(ctx); e != abi.OK {
		return e
	}
	return fs.lower.Close(ctx)
}

// Layers returns what the overlay is made of.
func (fs *FS) Layers() (lower, upper vfs.FS) { return fs.lower, fs.upper }

// change begins a change: one at a time, where they wait half way.
func (fs *FS) change(ctx *vfs.Ctx) abi.Errno {
	for fs.busy != nil {
		if e := ctx.Wait(fs.busy); e != abi.OK {
			return e
		}
	}
	if ctx.MayBlock && !fs.immediate {
		fs.busy = make(chan struct{})
	}
	return abi.OK
}

// changed ends it.
func (fs *FS) changed() {
	if fs.busy != nil {
		close(fs.busy)
		fs.busy = nil
	}
}
