package vfs

import (
	"unicode/utf8"

	"github.com/wasix-web/wasix-web/wasix/abi"
)

// vacant makes sure that the last component names nothing yet and may be made.
// Only a directory's name may have slashes after it.
func (w *walk) vacant(dir bool) abi.Errno {
	if w.dots() {
		if w.name == ".." {
			if e := w.up(); e != abi.OK {
				return e
			}
		}
		return abi.EEXIST
	}
	switch _, e := w.find(); {
	case e == abi.OK:
		return abi.EEXIST
	case e != abi.ENOENT:
		return e
	case w.slash && !dir:
		return abi.ENOENT
	case w.cur.Mount.readOnly():
		return abi.EROFS
	}
	return abi.OK
}

// Mkdir makes a directory. Slashes may follow its name.
//
// Errors: EEXIST something has the name, also a symbolic link that leads
// nowhere; EROFS; ENOSPC; those of Resolve.
func (ns *Namespace) Mkdir(ctx *Ctx, at At, path string) abi.Errno {
	var w walk
	e := ns.begin(&w, ctx, &at, path)
	if e == abi.OK {
		e = w.vacant(true)
	}
	if e == abi.OK {
		_, e = w.cur.Inode.Create(ctx, w.name, abi.FiletypeDirectory, "")
	}
	return e
}

// Symlink makes a symbolic link to target, which need not exist.
//
// Errors: EEXIST; ENOENT target is empty, or slashes follow the name; ENAMETOOLONG
// target is longer than PathMax; EINVAL, EILSEQ target has a NUL or is not UTF-8;
// ENOTCAPABLE target is absolute, when Beneath; EROFS; ENOSPC; those of Resolve.
func (ns *Namespace) Symlink(ctx *Ctx, at At, target, path string) abi.Errno {
	switch {
	case target == "":
		return abi.ENOENT
	case len(target) > PathMax:
		return abi.ENAMETOOLONG
	case at.Beneath && target[0] == '/':
		return abi.ENOTCAPABLE
	case !utf8.ValidString(target):
		return abi.EILSEQ
	}
	for i := range len(target) {
		if target[i] == 0 {
			return abi.EINVAL
		}
	}
	var w walk
	e := ns.begin(&w, ctx, &at, path)
	if e == abi.OK {
		e = w.vacant(false)
	}
	if e == abi.OK {
		_, e = w.cur.Inode.Create(ctx, w.name, abi.FiletypeSymbolicLink, target)
	}
	return e
}

// Link gives a file another name. follow says whether a symbolic link in the
// last component of old is followed; otherwise the link itself gets the name.
//
// Errors: EPERM old is a directory; EEXIST; ENOENT also when slashes follow a
// new name; EXDEV the two are in different mounts; EMLINK; EROFS; ENOSPC; those
// of Resolve.
func (ns *Namespace) Link(ctx *Ctx, at At, old string, follow bool, at2 At, new string) abi.Errno {
	from, e := ns.Resolve(ctx, at, old, follow)
	if e != abi.OK {
		return e
	}
	var w walk
	if e = ns.begin(&w, ctx, &at2, new); e != abi.OK {
		return e
	}
	if e = w.vacant(false); e != abi.OK {
		return e
	}
	switch {
	case from.Mount != w.cur.Mount:
		return abi.EXDEV
	case from.Inode.Type() == abi.FiletypeDirectory:
		return abi.EPERM
	}
	return w.cur.Inode.Link(ctx, w.name, from.Inode)
}

// Rmdir removes an empty directory. Slashes may follow its name; a symbolic
// link is not followed even then.
//
// Errors: ENOTDIR; ENOTEMPTY also for a path that ends in ".."; EINVAL the path
// ends in "."; EBUSY it is the root or something is mounted on it; EROFS; those
// of Resolve.
func (ns *Namespace) Rmdir(ctx *Ctx, at At, path string) abi.Errno {
	var w walk
	if e := ns.begin(&w, ctx, &at, path); e != abi.OK {
		return e
	}
	switch w.name {
	case "":
		return abi.EBUSY
	case ".":
		return abi.EINVAL
	case "..":
		if e := w.up(); e != abi.OK {
			return e
		}
		return abi.ENOTEMPTY
	}
	in, e := w.find()
	switch {
	case e != abi.OK:
		return e
	case in.Type() != abi.FiletypeDirectory:
		return abi.ENOTDIR
	case ns.covered(in):
		return abi.EBUSY
	case w.cur.Mount.readOnly():
		return abi.EROFS
	}
	return w.cur.Inode.Rmdir(ctx, w.name)
}

// Unlink removes a name of anything but a directory. What it named lives on
// while it has other names or is open. A symbolic link is not followed.
//
// Errors: EISDIR; ENOTDIR slashes follow the name of something else; EROFS;
// those of Resolve.
func (ns *Namespace) Unlink(ctx *Ctx, at At, path string) abi.Errno {
	var w walk
	if e := ns.begin(&w, ctx, &at, path); e != abi.OK {
		return e
	}
	if w.dots() {
		if w.name == ".." {
			if e := w.up(); e != abi.OK {
				return e
			}
		}
		return abi.EISDIR
	}
	in, e := w.find()
	switch {
	case e != abi.OK:
		return e
	case in.Type() == abi.FiletypeDirectory:
		return abi.EISDIR
	case w.slash:
		return abi.ENOTDIR
	case w.cur.Mount.readOnly():
		return abi.EROFS
	}
	return w.cur.Inode.Unlink(ctx, w.name)
}
