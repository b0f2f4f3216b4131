package vfs

import "github.com/wasix-web/wasix-web/wasix/abi"

// Rename moves a file or directory, replacing what is there in one step. When
// both names are of the same file nothing happens. Slashes may follow the names
// of a directory. Symbolic links are not followed.
//
// Errors: ENOENT old is missing; EISDIR new is a directory and old is not;
// ENOTDIR the other way round, or slashes follow something else; ENOTEMPTY;
// EINVAL new is inside old, or a path ends in "." or ".."; EBUSY one is the root
// or something is mounted on it; EXDEV they are in different mounts; EROFS;
// ENOSPC; those of Resolve.
func (ns *Namespace) Rename(ctx *Ctx, at At, old string, at2 At, new string) abi.Errno {
	var from, to walk
	if e := ns.begin(&from, ctx, &at, old); e != abi.OK {
		return e
	}
	if e := ns.begin(&to, ctx, &at2, new); e != abi.OK {
		return e
	}
	for _, w := range []*walk{&from, &to} {
		if !w.dots() {
			continue
		}
		if w.name == "" {
			return abi.EBUSY
		}
		if w.name == ".." {
			if e := w.up(); e != abi.OK {
				return e
			}
		}
		return abi.EINVAL
	}
	if from.cur.Mount != to.cur.Mount {
		return abi.EXDEV
	}
	in, e := from.find()
	if e != abi.OK {
		return e
	}
	dir := in.Type() == abi.FiletypeDirectory
	if !dir && (from.slash || to.slash) {
		return abi.ENOTDIR
	}
	if !dir || from.cur.Mount.immediate {
		return from.rename(&to, in)
	}
	if e := ns.renaming.enter(ctx); e != abi.OK {
		return e
	}
	defer ns.renaming.leave()
	return from.rename(&to, in)
}

// rename moves in, from's last component, to to's.
func (from *walk) rename(to *walk, in Inode) abi.Errno {
	dir := in.Type() == abi.FiletypeDirectory
	m := from.cur.Mount
	if dir && from.cur != to.cur {
		if inside, e := to.inside(in); e != abi.OK {
			return e
		} else if inside {
			return abi.EINVAL
		}
	}
	there, e := to.find()
	switch {
	case e == abi.ENOENT:
		there = nil
	case e != abi.OK:
		return e
	case there == in:
		return abi.OK
	case dir && there.Type() != abi.FiletypeDirectory:
		return abi.ENOTDIR
	case !dir && there.Type() == abi.FiletypeDirectory:
		return abi.EISDIR
	}
	switch {
	case from.ns.covered(in), there != nil && from.ns.covered(there):
		return abi.EBUSY
	case m.readOnly():
		return abi.EROFS
	}
	e = from.cur.Inode.Rename(from.ctx, from.name, to.cur.Inode, to.name)
	if e == abi.OK && dir {
		from.ns.moves++
	}
	return e
}

// inside tells whether the current directory is dir or below it, in one mount.
func (w *walk) inside(dir Inode) (bool, abi.Errno) {
	for d := w.cur.Inode; ; {
		if d == dir {
			return true, abi.OK
		}
		if d == w.cur.Mount.root {
			return false, abi.OK
		}
		up, _, e := d.Parent(w.ctx)
		if e != abi.OK {
			return false, e
		}
		d = up
	}
}
