package overlayfs

import (
	"math"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// A merged directory is read from the lower layer first. A name that both have
// comes where the lower one has it, so that it does not move when it is copied.
// Cookies of the upper layer have this bit.
const upper = 1 << 62

// readAhead is how many entries are read at a time. While a layer gives them,
// the other cannot be asked.
const readAhead = 64

// ReadDir implements vfs.Inode.
func (n *node) ReadDir(ctx *vfs.Ctx, cookie uint64, emit func(vfs.Dirent) bool) abi.Errno {
	switch {
	case n.typ != abi.FiletypeDirectory:
		return abi.ENOTDIR
	case n.gone:
		return abi.OK
	case n.low == nil:
		return n.up.ReadDir(ctx, cookie, func(d vfs.Dirent) bool {
			d.Ino = n.fs.number(d.Ino, true)
			return reserved(d.Name) || emit(d)
		})
	}
	if cookie < upper {
		more, e := batches(ctx, n.low, cookie, func(d vfs.Dirent) (bool, abi.Errno) {
			d, ok, e := n.merge(ctx, d)
			return !ok || emit(d), e
		})
		if e != abi.OK || !more {
			return e
		}
		cookie = upper
	}
	if n.up == nil {
		return abi.OK
	}
	_, e := batches(ctx, n.up, cookie-upper, func(d vfs.Dirent) (bool, abi.Errno) {
		if n.low != nil {
			if _, e := n.low.Lookup(ctx, d.Name); e != abi.ENOENT {
				return true, e // it has been seen there
			}
		}
		d.Ino, d.Cookie = n.fs.number(d.Ino, true), d.Cookie+upper
		return emit(d), abi.OK
	})
	return e
}

// merge returns what is seen of an entry of the lower layer.
func (n *node) merge(ctx *vfs.Ctx, d vfs.Dirent) (e vfs.Dirent, ok bool, errno abi.Errno) {
	if n.up != nil {
		switch up, e := n.up.Lookup(ctx, d.Name); {
		case e == abi.OK:
			a, e := up.Attr(ctx)
			if d.Ino, d.Type = n.fs.number(a.Ino, true), up.Type(); e != abi.OK {
				return d, false, e
			}
			if in := n.fs.nodes[up]; in != nil && in.ino != 0 {
				d.Ino = in.ino
			}
			return d, true, abi.OK
		case e != abi.ENOENT:
			return d, false, e
		case n.hidden[key(d.Name)]:
			return d, false, abi.OK
		}
	}
	d.Ino = n.fs.number(d.Ino, false)
	return d, true, abi.OK
}

// batches calls fn for a layer's entries after cookie, until it returns false.
func batches(ctx *vfs.Ctx, dir vfs.Inode, cookie uint64, fn func(vfs.Dirent) (bool, abi.Errno)) (more bool, errno abi.Errno) {
	var list []vfs.Dirent
	for {
		list = list[:0]
		if e := dir.ReadDir(ctx, cookie, func(d vfs.Dirent) bool {
			list = append(list, d)
			return len(list) < readAhead
		}); e != abi.OK {
			return false, e
		}
		for _, d := range list {
			if reserved(d.Name) {
				continue
			}
			if more, e := fn(d); e != abi.OK || !more {
				return false, e
			}
		}
		if len(list) < readAhead {
			return true, abi.OK
		}
		cookie = list[len(list)-1].Cookie
	}
}

// countSubs counts the directories that only the lower layer has.
func (n *node) countSubs(ctx *vfs.Ctx) abi.Errno {
	subs := 0
	_, e := batches(ctx, n.low, 0, func(d vfs.Dirent) (bool, abi.Errno) {
		if d.Type != abi.FiletypeDirectory || n.hidden[key(d.Name)] {
			return true, abi.OK
		}
		_, e := n.up.Lookup(ctx, d.Name)
		if e == abi.ENOENT {
			subs++
			e = abi.OK
		}
		return true, e
	})
	if e == abi.OK {
		n.subs = subs
	}
	return e
}

// LastCookie implements vfs.LastCookier.
func (n *node) LastCookie() uint64 {
	last := uint64(math.MaxInt64)
	if n.up == nil {
		return upper + 2
	}
	if l, ok := n.up.(vfs.LastCookier); ok {
		if last = l.LastCookie(); n.low != nil {
			last += upper
		}
	}
	return last
}
