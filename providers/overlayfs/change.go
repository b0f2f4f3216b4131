package overlayfs

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// vacant makes sure that name can be added to n, which is in the upper layer then.
func (n *node) vacant(ctx *vfs.Ctx, name string) abi.Errno {
	if reserved(name) {
		return abi.EINVAL
	}
	_, e := n.find(ctx, name)
	switch {
	case e == abi.OK:
		return abi.EEXIST
	case e != abi.ENOENT:
		return e
	case n.gone:
		return abi.ENOENT
	}
	return n.raise(ctx)
}

// Create implements vfs.Inode.
//
// Errors: also EINVAL a name that is the overlay's own.
func (n *node) Create(ctx *vfs.Ctx, name string, typ abi.Filetype, target string) (vfs.Inode, abi.Errno) {
	if e := n.fs.change(ctx); e != abi.OK {
		return nil, e
	}
	defer n.fs.changed()
	if e := n.vacant(ctx, name); e != abi.OK {
		return nil, e
	}
	up, e := n.up.Create(ctx, name, typ, target)
	if e != abi.OK {
		return nil, e
	}
	// A directory is not merged: what low has under the name is hidden.
	in := &node{fs: n.fs, typ: typ, up: up, parent: n, name: name}
	n.fs.keep(in)
	n.pin = 0
	return in, abi.OK
}

// Link implements vfs.Inode.
func (n *node) Link(ctx *vfs.Ctx, name string, to vfs.Inode) abi.Errno {
	if e := n.fs.change(ctx); e != abi.OK {
		return e
	}
	defer n.fs.changed()
	if e := n.vacant(ctx, name); e != abi.OK {
		return e
	}
	in, ok := to.(*node)
	switch {
	case !ok || in.fs != n.fs:
		return abi.EXDEV
	case in.typ == abi.FiletypeDirectory:
		return abi.EPERM
	case in.gone:
		return abi.ENOENT
	}
	e := in.copyUp(ctx, 1<<63-1)
	if e == abi.OK {
		e = n.up.Link(ctx, name, in.up)
	}
	if e == abi.OK {
		n.pin = 0
	}
	return e
}

// Unlink implements vfs.Inode.
func (n *node) Unlink(ctx *vfs.Ctx, name string) abi.Errno {
	if e := n.fs.change(ctx); e != abi.OK {
		return e
	}
	defer n.fs.changed()
	in, e := n.find(ctx, name)
	switch {
	case e != abi.OK:
		return e
	case in.typ == abi.FiletypeDirectory:
		return abi.EISDIR
	}
	last, ino, e := in.lastName(ctx)
	if e != abi.OK {
		return e
	}
	if e := n.hide(ctx, name); e != abi.OK {
		return e
	}
	if in.up != nil {
		if e := n.up.Unlink(ctx, name); e != abi.OK && e != abi.ENOENT {
			return e
		}
	}
	n.lost(ctx, in, last, ino)
	return abi.OK
}

// lastName tells whether a file has one name only, and its number in the upper
// layer. What has more of them is copied under all of them, so that it is one
// file when some of them have gone.
func (n *node) lastName(ctx *vfs.Ctx) (last bool, ino uint64, errno abi.Errno) {
	a, e := n.top().Attr(ctx)
	if e == abi.OK && a.Nlink > 1 && n.up == nil {
		if e = n.copyUp(ctx, 1<<63-1); e == abi.OK {
			a, e = n.up.Attr(ctx)
		}
	} else if e == abi.OK && n.pending != "" {
		e = n.settle(ctx)
	}
	return a.Nlink <= 1, a.Ino, e
}

// lost does what is left to do when n has lost an entry of in.
func (n *node) lost(ctx *vfs.Ctx, in *node, last bool, ino uint64) {
	n.pin = 0
	if last {
		in.drop(ino)
		if in.up == nil {
			in.pin = ctx.Time()
		}
	}
}

// Rmdir implements vfs.Inode.
func (n *node) Rmdir(ctx *vfs.Ctx, name string) abi.Errno {
	if e := n.fs.change(ctx); e != abi.OK {
		return e
	}
	defer n.fs.changed()
	in, e := n.find(ctx, name)
	switch {
	case e != abi.OK:
		return e
	case in.typ != abi.FiletypeDirectory:
		return abi.ENOTDIR
	}
	a, e := in.empty(ctx)
	if e == abi.OK {
		e = n.hide(ctx, name)
	}
	if e == abi.OK && in.up != nil {
		if e = in.purge(ctx); e == abi.OK {
			e = n.up.Rmdir(ctx, name)
		}
	}
	if e == abi.OK {
		n.lost(ctx, in, true, a.Ino)
	}
	return e
}

// empty makes sure that a directory shows nothing, and returns its attributes in
// its layer.
//
// Errors: ENOTEMPTY.
func (n *node) empty(ctx *vfs.Ctx) (vfs.Attr, abi.Errno) {
	a, e := n.top().Attr(ctx)
	if e != abi.OK {
		return a, e
	}
	some := false
	if e = n.ReadDir(ctx, 0, func(vfs.Dirent) bool { some = true; return false }); some {
		e = abi.ENOTEMPTY
	}
	return a, e
}

// Rename implements vfs.Inode. The last step, in the upper layer, is the one
// that shows.
func (n *node) Rename(ctx *vfs.Ctx, name string, to vfs.Inode, newName string) abi.Errno {
	t, ok := to.(*node)
	if !ok || t.fs != n.fs {
		return abi.EXDEV
	}
	if e := n.fs.change(ctx); e != abi.OK {
		return e
	}
	defer n.fs.changed()
	in, e := n.find(ctx, name)
	switch {
	case e != abi.OK:
		return e
	case t.gone:
		return abi.ENOENT
	case reserved(newName):
		return abi.EINVAL
	}
	isDir := in.typ == abi.FiletypeDirectory
	old, e := t.find(ctx, newName)
	last, ino := true, uint64(0)
	switch {
	case e == abi.ENOENT:
		old, e = nil, abi.OK
	case e != abi.OK:
	case old == in:
		return abi.OK
	case isDir != (old.typ == abi.FiletypeDirectory):
		if e = abi.EISDIR; isDir {
			e = abi.ENOTDIR
		}
	case isDir:
		var a vfs.Attr
		a, e = old.empty(ctx)
		ino = a.Ino
	default:
		last, ino, e = old.lastName(ctx)
	}
	if e == abi.OK {
		e = in.copyUp(ctx, 1<<63-1)
	}
	if e == abi.OK {
		e = t.raise(ctx)
	}
	if e == abi.OK && isDir {
		e = in.beforeMove(ctx, t, newName, old)
	}
	if e == abi.OK {
		e = n.hide(ctx, name)
	}
	alone := isDir && old != nil && old.up == nil
	if e == abi.OK {
		e = n.up.Rename(ctx, name, t.up, newName)
	}
	if e != abi.OK {
		return e
	}
	if old != nil {
		t.lost(ctx, old, last, ino)
		if alone && t.subs > 0 {
			t.subs--
		}
	}
	n.pin, t.pin, in.pin = 0, 0, 0
	in.parent, in.name = t, newName
	return abi.OK
}

// beforeMove makes sure that a directory shows the same at its new place, and
// that an empty one which is there can be replaced.
func (n *node) beforeMove(ctx *vfs.Ctx, t *node, newName string, old *node) abi.Errno {
	need := n.low != nil
	if !need {
		_, e := t.below(ctx, newName)
		if need = e == abi.OK; !need && e != abi.ENOENT {
			return e
		}
	}
	if need && !n.moved {
		if e := n.mark(ctx); e != abi.OK {
			return e
		}
	}
	if old == nil || old.up == nil {
		return abi.OK
	}
	e := t.hide(ctx, newName)
	if e == abi.OK {
		e = old.purge(ctx)
	}
	return e
}
