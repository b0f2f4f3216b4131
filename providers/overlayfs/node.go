package overlayfs

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// node is an inode of the overlay, and the contents of one that is a file.
type node struct {
	fs  *FS
	typ abi.Filetype
	// up and low are what it is in the layers. A directory has both when it is
	// merged; for anything else low counts only as long as there is no up.
	up, low vfs.Inode
	ino     uint64 // set when it is copied: the number it had before
	// parent and name are where a directory is, and where another was found.
	parent *node
	name   string
	gone   bool // it has no name any more
	// pin, when not 0, is a directory's ctim: what is copied into it does not count.
	pin uint64

	hidden  map[string]bool // keys of names of low
	subs    int             // directories in low that up has not, and are not hidden; -1 unknown
	moved   bool            // up says what low is
	pending string          // the name of a copy that is not in place yet

	// An open file: its contents, and those of low while somebody may be reading them.
	opens     int
	file, old vfs.File
	direct    vfs.Direct
}

// Type implements vfs.Inode.
func (n *node) Type() abi.Filetype { return n.typ }

// top is where the node's attributes and contents are.
func (n *node) top() vfs.Inode {
	if n.up != nil {
		return n.up
	}
	return n.low
}

// number is the number of an inode of one of the layers in the overlay.
func (fs *FS) number(ino uint64, up bool) uint64 {
	if !up {
		return ino*2 + 1
	}
	if was := fs.copied[ino]; was != 0 {
		return was
	}
	return ino * 2
}

// Attr implements vfs.Inode.
func (n *node) Attr(ctx *vfs.Ctx) (vfs.Attr, abi.Errno) {
	a, e := n.top().Attr(ctx)
	if e != abi.OK {
		return a, e
	}
	a.Dev = 0
	a.Ino = n.fs.number(a.Ino, n.up != nil)
	if n.ino != 0 {
		a.Ino = n.ino
	}
	if n.pin != 0 {
		a.Ctim = n.pin
	}
	switch {
	case n.gone && (n.typ == abi.FiletypeDirectory || n.up == nil):
		a.Nlink = 0
	case n.typ == abi.FiletypeDirectory && n.up != nil && n.low != nil:
		if n.subs < 0 {
			if e := n.countSubs(ctx); e != abi.OK {
				return a, e
			}
		}
		a.Nlink += uint64(n.subs)
	}
	return a, abi.OK
}

// SetAttr implements vfs.Inode.
func (n *node) SetAttr(ctx *vfs.Ctx, s *vfs.SetAttr) abi.Errno {
	if s.None() {
		return abi.OK
	}
	most := uint64(1<<63 - 1)
	if s.SetSize {
		most = s.Size
	}
	if e := n.toUp(ctx, int64(most)); e != abi.OK {
		return e
	}
	e := n.up.SetAttr(ctx, s)
	if e == abi.OK {
		n.pin = 0
	}
	return e
}

// Readlink implements vfs.Inode.
func (n *node) Readlink(ctx *vfs.Ctx) (string, abi.Errno) { return n.top().Readlink(ctx) }

// OpenObject implements vfs.ObjectOpener.
func (n *node) OpenObject(ctx *vfs.Ctx, o vfs.OpenOptions) (vfs.Object, abi.Errno) {
	if d, ok := n.top().(vfs.ObjectOpener); ok {
		return d.OpenObject(ctx, o)
	}
	return nil, abi.ENXIO
}

// Parent implements vfs.Inode.
func (n *node) Parent(*vfs.Ctx) (vfs.Inode, string, abi.Errno) {
	switch {
	case n.typ != abi.FiletypeDirectory:
		return nil, "", abi.ENOTDIR
	case n.gone:
		return n.parent, "", abi.OK
	}
	return n.parent, n.name, abi.OK
}

// Lookup implements vfs.Inode.
func (n *node) Lookup(ctx *vfs.Ctx, name string) (vfs.Inode, abi.Errno) {
	in, e := n.find(ctx, name)
	if e != abi.OK {
		return nil, e
	}
	return in, abi.OK
}

// find returns the node called name.
//
// Errors: ENOENT, ENOTDIR; those of the layers.
func (n *node) find(ctx *vfs.Ctx, name string) (*node, abi.Errno) {
	switch {
	case n.typ != abi.FiletypeDirectory:
		return nil, abi.ENOTDIR
	case n.gone, reserved(name):
		return nil, abi.ENOENT
	}
	if n.up != nil {
		up, e := n.up.Lookup(ctx, name)
		if e == abi.OK {
			return n.child(ctx, name, up)
		}
		if e != abi.ENOENT {
			return nil, e
		}
	}
	low, e := n.below(ctx, name)
	if e != abi.OK {
		return nil, e
	}
	in := n.fs.nodes[low]
	if in == nil {
		in = &node{fs: n.fs, typ: low.Type(), low: low, parent: n, name: name}
		n.fs.nodes[low] = in
	}
	return in, abi.OK
}

// child returns the node of an upper inode.
func (n *node) child(ctx *vfs.Ctx, name string, up vfs.Inode) (*node, abi.Errno) {
	if in := n.fs.nodes[up]; in != nil {
		return in, abi.OK
	}
	in := &node{fs: n.fs, typ: up.Type(), up: up, parent: n, name: name}
	if in.typ == abi.FiletypeDirectory {
		low, e := n.below(ctx, name)
		if e == abi.OK && low.Type() == abi.FiletypeDirectory {
			in.low = low
		} else if e != abi.OK && e != abi.ENOENT {
			return nil, e
		}
		if e := in.load(ctx); e != abi.OK {
			return nil, e
		}
		// Another may have come here while this one waited.
		if in := n.fs.nodes[up]; in != nil {
			return in, abi.OK
		}
	}
	n.fs.keep(in)
	return in, abi.OK
}

// keep makes sure that there is one node for what n is in the layers.
func (fs *FS) keep(n *node) {
	fs.nodes[n.up] = n
	if n.low != nil {
		fs.nodes[n.low] = n
	}
}

// below returns the lower layer's inode called name, unless it is hidden.
func (n *node) below(ctx *vfs.Ctx, name string) (vfs.Inode, abi.Errno) {
	if n.low == nil || n.hidden[key(name)] {
		return nil, abi.ENOENT
	}
	return n.low.Lookup(ctx, name)
}

// drop forgets a node that has no name any more.
func (n *node) drop(ino uint64) {
	n.gone = true
	if n.low != nil {
		delete(n.fs.nodes, n.low)
	}
	if n.up != nil {
		delete(n.fs.nodes, n.up)
		delete(n.fs.copied, ino)
	}
}
