package vfs

import (
	"unicode/utf8"

	"github.com/wasix-web/wasix-web/wasix/abi"
)

// walk follows one path. It lives on the caller's stack; following a plain path
// allocates nothing.
//
// parent goes to the directory of the last component, last on to what that
// names. Between the two a caller may make or remove the last component.
type walk struct {
	ns      *Namespace
	ctx     *Ctx
	root    Location
	base    Location // where a path beneath starts
	cur     Location // a directory
	name    string   // the last component; "" when the path was all slashes
	slash   bool     // slashes followed the last component
	beneath bool
	depth   int // directories below the one we started in, when beneath
	links   int
	moves   uint64
}

// begin readies w and goes to the directory of path's last component.
//
// Errors: ENOENT the path is empty, or a component is missing; ENOTDIR;
// ENAMETOOLONG; ELOOP; EINVAL a NUL; EILSEQ not UTF-8; ENOTCAPABLE; EAGAIN a
// directory moved while the walk waited; the provider's.
func (ns *Namespace) begin(w *walk, ctx *Ctx, at *At, path string) abi.Errno {
	w.ns, w.ctx, w.root, w.cur = ns, ctx, at.Root, at.Base
	w.moves = ns.moves
	if w.beneath = at.Beneath; w.beneath {
		w.base = at.Base
	}
	if w.root.Inode == nil {
		w.root = Location{ns.root, ns.root.root}
	}
	if w.cur.Inode == nil {
		w.cur = w.root
	} else if w.cur.Inode.Type() != abi.FiletypeDirectory && (path == "" || path[0] != '/') {
		return abi.ENOTDIR
	}
	return w.parent(path)
}

// parent goes on from the current directory along path, to its last component.
func (w *walk) parent(path string) abi.Errno {
	if len(path) == 0 {
		return abi.ENOENT
	}
	if len(path) > PathMax {
		return abi.ENAMETOOLONG
	}
	for {
		if path[0] == '/' {
			if w.beneath {
				return abi.ENOTCAPABLE
			}
			w.cur = w.root
			for len(path) != 0 && path[0] == '/' {
				path = path[1:]
			}
			if len(path) == 0 {
				w.name, w.slash = "", true
				return abi.OK
			}
		}
		target, rest, e := w.components(path)
		if e != abi.OK || rest == "" {
			return e
		}
		// A symbolic link on the way: its target takes its place.
		if target[len(target)-1] == '/' {
			path = target + rest
		} else {
			path = target + "/" + rest
		}
	}
}

// components goes down along a relative path. At a symbolic link it stops and
// returns the link's target and what is left; at the last component rest is "".
func (w *walk) components(path string) (target, rest string, errno abi.Errno) {
	for {
		n, e := component(path)
		if e != abi.OK {
			return "", "", e
		}
		name := path[:n]
		end := n
		for end < len(path) && path[end] == '/' {
			end++
		}
		if end == len(path) {
			w.name, w.slash = name, end != n
			return "", "", abi.OK
		}
		path = path[end:]
		if name[0] == '.' {
			if n == 1 {
				continue
			}
			if n == 2 && name[1] == '.' {
				if e := w.up(); e != abi.OK {
					return "", "", e
				}
				continue
			}
		}
		in, e := w.cur.Inode.Lookup(w.ctx, name)
		if e != abi.OK {
			return "", "", e
		}
		switch in.Type() {
		case abi.FiletypeDirectory:
			w.down(in)
		case abi.FiletypeSymbolicLink:
			target, e := w.target(in)
			return target, path, e
		default:
			return "", "", abi.ENOTDIR
		}
	}
}

// component returns the length of path's first component, which must not be
// empty, and whether it can be a name.
func component(path string) (int, abi.Errno) {
	n, high := 0, byte(0)
	for ; n < len(path); n++ {
		c := path[n]
		if c == '/' {
			break
		}
		if c == 0 {
			return 0, abi.EINVAL
		}
		high |= c
	}
	if n > NameMax {
		return 0, abi.ENAMETOOLONG
	}
	if high >= utf8.RuneSelf && !utf8.ValidString(path[:n]) {
		return 0, abi.EILSEQ
	}
	return n, abi.OK
}

// down goes into a directory of the current one.
func (w *walk) down(dir Inode) {
	w.depth++
	w.cur.Inode = dir
	if len(w.cur.Mount.kids) != 0 {
		w.cur = w.cur.cross()
	}
}

// up goes to the parent directory, but not out of the root.
func (w *walk) up() abi.Errno {
	if w.beneath {
		if w.depth == 0 {
			return abi.ENOTCAPABLE
		}
		w.depth--
	}
	if w.cur == w.root {
		return abi.OK
	}
	if w.moves != w.ns.moves && (w.beneath || w.root != w.ns.Root()) {
		return abi.EAGAIN
	}
	for w.cur.Inode == w.cur.Mount.root {
		if w.cur.Mount.point.Mount == nil {
			return abi.OK
		}
		w.cur = w.cur.Mount.point
	}
	dir, _, e := w.cur.Inode.Parent(w.ctx)
	if e != abi.OK {
		return e
	}
	w.cur.Inode = dir
	// Something may have been mounted over the directory we started in.
	if w.cur != w.root && w.cur != w.base {
		w.cur = w.cur.cross()
	}
	return abi.OK
}

// target reads a symbolic link that is to be followed.
func (w *walk) target(link Inode) (string, abi.Errno) {
	if w.links++; w.links > LinkMax {
		return "", abi.ELOOP
	}
	t, e := link.Readlink(w.ctx)
	switch {
	case e != abi.OK:
		return "", e
	case len(t) == 0:
		return "", abi.ENOENT
	case len(t) > PathMax:
		return "", abi.ENAMETOOLONG
	}
	return t, abi.OK
}

// dots tells whether the last component is no name in the current directory.
func (w *walk) dots() bool { return w.name == "" || w.name == "." || w.name == ".." }

// find looks the last component up without following it. What it returns may be
// a directory that is covered by a mount.
func (w *walk) find() (Inode, abi.Errno) { return w.cur.Inode.Lookup(w.ctx, w.name) }

// follow goes on to the directory of a link's last component. Slashes after the
// link count for what it names.
func (w *walk) follow(link Inode) abi.Errno {
	slash := w.slash
	t, e := w.target(link)
	if e == abi.OK {
		e = w.parent(t)
	}
	w.slash = w.slash || slash
	return e
}

// last returns what the last component names. A symbolic link is followed when
// follow is set or slashes come after it.
func (w *walk) last(follow bool) (Location, abi.Errno) {
	for {
		switch w.name {
		case "..":
			e := w.up()
			return w.cur, e
		case "", ".":
			return w.cur, abi.OK
		}
		in, e := w.find()
		if e != abi.OK {
			return Location{}, e
		}
		typ := in.Type()
		if typ == abi.FiletypeDirectory {
			loc := Location{w.cur.Mount, in}
			if len(loc.Mount.kids) != 0 {
				loc = loc.cross()
			}
			return loc, abi.OK
		}
		if typ != abi.FiletypeSymbolicLink || !follow && !w.slash {
			if w.slash {
				return Location{}, abi.ENOTDIR
			}
			return Location{w.cur.Mount, in}, abi.OK
		}
		if e := w.follow(in); e != abi.OK {
			return Location{}, e
		}
	}
}

// Resolve finds what path names. follow says whether a symbolic link in the
// last component is followed; slashes after it follow it in any case.
//
// Errors: ENOENT the path is empty or a component is missing, ENOTDIR a
// component that is not the last (or has slashes after it) is no directory,
// ENAMETOOLONG a path over PathMax or a component over NameMax bytes, ELOOP more
// than LinkMax symbolic links, EINVAL a NUL, EILSEQ a component that is not
// UTF-8, ENOTCAPABLE see At.Beneath.
func (ns *Namespace) Resolve(ctx *Ctx, at At, path string, follow bool) (Location, abi.Errno) {
	var w walk
	if e := ns.begin(&w, ctx, &at, path); e != abi.OK {
		return Location{}, e
	}
	return w.last(follow)
}

// Stat returns the attributes of what path names.
func (ns *Namespace) Stat(ctx *Ctx, at At, path string, follow bool) (Attr, abi.Errno) {
	loc, e := ns.Resolve(ctx, at, path, follow)
	if e != abi.OK {
		return Attr{}, e
	}
	return loc.Attr(ctx)
}

// SetAttr changes size and times of what path names.
func (ns *Namespace) SetAttr(ctx *Ctx, at At, path string, follow bool, s *SetAttr) abi.Errno {
	loc, e := ns.Resolve(ctx, at, path, follow)
	if e != abi.OK {
		return e
	}
	return loc.SetAttr(ctx, s)
}

// Readlink returns a symbolic link's target.
//
// Errors: EINVAL path names something else.
func (ns *Namespace) Readlink(ctx *Ctx, at At, path string) (string, abi.Errno) {
	loc, e := ns.Resolve(ctx, at, path, false)
	if e != abi.OK {
		return "", e
	}
	if loc.Inode.Type() != abi.FiletypeSymbolicLink {
		return "", abi.EINVAL
	}
	return loc.Inode.Readlink(ctx)
}

// Path returns the absolute path of a directory as seen from root, by walking
// up. The zero Location is the namespace's root. The path may be longer than
// PathMax.
//
// Errors: ENOENT the directory was removed, or is not below root; ENOTDIR.
func (ns *Namespace) Path(ctx *Ctx, loc, root Location) (string, abi.Errno) {
	if root.Inode == nil {
		root = ns.Root()
	}
	if loc.Inode.Type() != abi.FiletypeDirectory {
		return "", abi.ENOTDIR
	}
	var names []string
	size := 0
	for loc != root {
		if loc.Inode == loc.Mount.root {
			if loc.Mount.point.Mount == nil {
				return "", abi.ENOENT
			}
			loc = loc.Mount.point
			continue
		}
		dir, name, e := loc.Inode.Parent(ctx)
		if e != abi.OK {
			return "", e
		}
		if name == "" {
			return "", abi.ENOENT
		}
		names = append(names, name)
		size += 1 + len(name)
		loc.Inode = dir
	}
	if size == 0 {
		return "/", abi.OK
	}
	b := make([]byte, 0, size)
	for i := len(names) - 1; i >= 0; i-- {
		b = append(b, '/')
		b = append(b, names[i]...)
	}
	return string(b), abi.OK
}
