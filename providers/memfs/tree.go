package memfs

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// entries returns a directory's entries for reading.
func (n *inode) entries() *dir {
	if n.dir.source != nil {
		n.adopt()
	}
	return n.dir
}

// change returns a directory's entries for changing, and sets its times.
func (n *inode) change(ctx *vfs.Ctx) *dir {
	n.entries()
	n.touch()
	if n.dir.shared {
		n.dir = n.dir.copy()
	}
	n.mtim = ctx.Time()
	n.ctim = n.mtim
	return n.dir
}

// Lookup implements vfs.Inode.
func (n *inode) Lookup(_ *vfs.Ctx, name string) (vfs.Inode, abi.Errno) {
	if n.typ != abi.FiletypeDirectory {
		return nil, abi.ENOTDIR
	}
	d := n.entries()
	i := d.find(name)
	if i < 0 {
		return nil, abi.ENOENT
	}
	return d.slots[i].in, abi.OK
}

// Parent implements vfs.Inode.
func (n *inode) Parent(*vfs.Ctx) (vfs.Inode, string, abi.Errno) {
	if n.typ != abi.FiletypeDirectory {
		return nil, "", abi.ENOTDIR
	}
	return n.dir.parent, n.dir.name, abi.OK
}

// Create implements vfs.Inode. Beside files, directories and symbolic links it
// makes sockets, which have a name and nothing else.
func (n *inode) Create(ctx *vfs.Ctx, name string, typ abi.Filetype, target string) (vfs.Inode, abi.Errno) {
	fs := n.fs
	switch d, e := n.vacant(name); {
	case e != abi.OK:
		return nil, e
	case d.live >= maxEntries:
		return nil, abi.ENOSPC
	}
	switch typ {
	case abi.FiletypeRegularFile, abi.FiletypeDirectory, abi.FiletypeSymbolicLink,
		abi.FiletypeSocketStream, abi.FiletypeSocketDgram, abi.FiletypeSocketSeqpacket:
	default:
		return nil, abi.ENOTSUP
	}
	if fs.back != nil {
		if e := fs.back.Room(ctx, 2*inodeCost+int64(len(target))); e != abi.OK {
			return nil, e
		}
		if n.dir.find(name) >= 0 {
			return nil, abi.EEXIST // made while Room waited
		} else if n.dir.dead {
			return nil, abi.ENOENT
		}
	}
	if !fs.store.take(2*inodeCost + int64(len(target))) {
		return nil, abi.ENOSPC
	}
	d := n.change(ctx)
	fs.lastIno++
	in := &inode{fs: fs, ino: fs.lastIno, gen: fs.gen, typ: typ}
	in.nlink, in.atim, in.mtim, in.ctim, in.target = 1, n.mtim, n.mtim, n.mtim, target
	if typ == abi.FiletypeDirectory {
		in.nlink = 2
		in.dir = &dir{parent: n, next: firstCookie, track: fs.back != nil}
		n.nlink++
	}
	if fs.back != nil {
		fs.changed = append(fs.changed, in)
	}
	d.add(name, in)
	return in, abi.OK
}

// maxEntries keeps places inside an int32.
const maxEntries = 1 << 30

// vacant returns n's entries when name can be added to them.
func (n *inode) vacant(name string) (*dir, abi.Errno) {
	if n.typ != abi.FiletypeDirectory {
		return nil, abi.ENOTDIR
	}
	d := n.entries()
	switch {
	case n.fs.readOnly:
		return nil, abi.EROFS
	case d.dead:
		return nil, abi.ENOENT
	case d.find(name) >= 0:
		return nil, abi.EEXIST
	}
	return d, abi.OK
}

// Link implements vfs.Inode.
func (n *inode) Link(ctx *vfs.Ctx, name string, to vfs.Inode) abi.Errno {
	if n.fs.back != nil {
		if e := n.fs.back.Room(ctx, inodeCost); e != abi.OK {
			return e
		}
	}
	if _, e := n.vacant(name); e != abi.OK {
		return e
	}
	in, ok := to.(*inode)
	switch {
	case !ok || in.fs != n.fs:
		return abi.EXDEV
	case in.typ == abi.FiletypeDirectory:
		return abi.EPERM
	case in.nlink == 0:
		return abi.ENOENT
	case in.nlink >= linkMax:
		return abi.EMLINK
	case !n.fs.store.take(inodeCost):
		return abi.ENOSPC
	}
	d := n.change(ctx)
	in.touch()
	in.nlink++
	in.ctim = n.mtim
	d.add(name, in)
	return abi.OK
}

// Unlink implements vfs.Inode.
func (n *inode) Unlink(ctx *vfs.Ctx, name string) abi.Errno {
	in, e := n.victim(name)
	if e != abi.OK {
		return e
	}
	if in.typ == abi.FiletypeDirectory {
		return abi.EISDIR
	}
	d := n.change(ctx)
	d.remove(d.find(name))
	n.gone(in)
	return abi.OK
}

// Rmdir implements vfs.Inode.
func (n *inode) Rmdir(ctx *vfs.Ctx, name string) abi.Errno {
	in, e := n.victim(name)
	switch {
	case e != abi.OK:
		return e
	case in.typ != abi.FiletypeDirectory:
		return abi.ENOTDIR
	case in.entries().live != 0:
		return abi.ENOTEMPTY
	}
	d := n.change(ctx)
	d.remove(d.find(name))
	n.gone(in)
	return abi.OK
}

// victim finds an entry that is to go.
func (n *inode) victim(name string) (*inode, abi.Errno) {
	if n.typ != abi.FiletypeDirectory {
		return nil, abi.ENOTDIR
	}
	d := n.entries()
	i := d.find(name)
	switch {
	case i < 0:
		return nil, abi.ENOENT
	case n.fs.readOnly:
		return nil, abi.EROFS
	}
	return d.slots[i].in, abi.OK
}

// gone takes away a name of in, which was n's.
func (n *inode) gone(in *inode) {
	in.touch()
	in.ctim = n.mtim
	n.fs.store.give(inodeCost)
	if in.typ == abi.FiletypeDirectory {
		if in.dir.shared {
			in.dir = in.dir.copy()
		}
		in.dir.dead, in.dir.name = true, ""
		in.nlink = 0
		n.nlink--
		n.fs.store.give(inodeCost)
		return
	}
	in.nlink--
	if in.nlink == 0 {
		n.fs.store.give(int64(len(in.target)))
	}
	in.free()
}

// Rename implements vfs.Inode.
func (n *inode) Rename(ctx *vfs.Ctx, name string, to vfs.Inode, newName string) abi.Errno {
	t, ok := to.(*inode)
	if !ok || t.fs != n.fs {
		return abi.EXDEV
	}
	in, e := n.victim(name)
	if e != abi.OK {
		return e
	}
	td := t.entries()
	if td.dead {
		return abi.ENOENT
	}
	var old *inode
	j := td.find(newName)
	if j >= 0 {
		old = td.slots[j].in
	} else if td.live >= maxEntries {
		return abi.ENOSPC
	}
	switch isDir := in.typ == abi.FiletypeDirectory; {
	case old == in:
		return abi.OK
	case old == nil:
	case isDir && old.typ != abi.FiletypeDirectory:
		return abi.ENOTDIR
	case !isDir && old.typ == abi.FiletypeDirectory:
		return abi.EISDIR
	case isDir && old.entries().live != 0:
		return abi.ENOTEMPTY
	}

	d := n.change(ctx)
	td = t.change(ctx)
	j = td.find(newName)
	in.touch()
	in.ctim = t.mtim
	if in.dir != nil && in.dir.shared {
		in.dir = in.dir.copy() // its name and parent change
	}
	i := d.find(name)
	switch {
	case old != nil:
		// The name stays where it is: it was there all the time.
		td.replace(j, in)
		d.remove(i)
		t.gone(old)
	case n == t:
		d.rename(i, newName)
	default:
		td.add(newName, in)
		d.remove(i)
	}
	if in.dir != nil && n != t {
		in.dir.parent = t
		n.nlink--
		t.nlink++
	}
	return abi.OK
}

// ReadDir implements vfs.Inode.
func (n *inode) ReadDir(ctx *vfs.Ctx, cookie uint64, emit func(vfs.Dirent) bool) abi.Errno {
	if n.typ != abi.FiletypeDirectory {
		return abi.ENOTDIR
	}
	d := n.entries()
	n.atim = ctx.Time()
	for i := max(d.low, d.after(cookie)); i < len(d.slots); i++ {
		s := &d.slots[i]
		if s.in == nil {
			continue
		}
		if !emit(vfs.Dirent{Cookie: s.cookie, Ino: s.in.ino, Type: s.in.typ, Name: s.name}) {
			break
		}
	}
	return abi.OK
}
