package overlayfs

import (
	"strconv"
	"strings"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

const (
	prefix   = ".wh."
	fromMark = prefix + prefix + "from"
	tempMark = prefix + prefix + "t"
	hashKey  = prefix + "h"
	// fromMax is how much of a path is read.
	fromMax = 1 << 20
)

// reserved tells whether a name is the overlay's own.
func reserved(name string) bool { return strings.HasPrefix(name, prefix) }

// key is what hides name is called after the prefix.
func key(name string) string {
	if len(prefix)+len(name) <= vfs.NameMax {
		return name
	}
	h := uint64(14695981039346656037)
	for i := range len(name) {
		h = (h ^ uint64(name[i])) * 1099511628211
	}
	return hashKey + strconv.FormatUint(h, 16)
}

// load finds out what a directory of the upper layer has to say about itself.
func (n *node) load(ctx *vfs.Ctx) abi.Errno {
	n.subs = -1
	if mark, e := n.up.Lookup(ctx, fromMark); e == abi.OK {
		n.moved = true
		if n.low, e = n.fs.follow(ctx, mark); e != abi.OK {
			return e
		}
	} else if e != abi.ENOENT {
		return e
	}
	if n.low == nil {
		return abi.OK
	}
	n.hidden = map[string]bool{}
	return n.up.ReadDir(ctx, 0, func(d vfs.Dirent) bool {
		if reserved(d.Name) {
			n.hidden[d.Name[len(prefix):]] = true
		}
		return true
	})
}

// follow returns the directory of the lower layer that a mark names, nil when
// there is none.
func (fs *FS) follow(ctx *vfs.Ctx, mark vfs.Inode) (vfs.Inode, abi.Errno) {
	f, e := mark.Open(ctx)
	if e != abi.OK {
		return nil, e
	}
	defer f.Release()
	size, e := f.Size(ctx)
	if e != abi.OK || size == 0 {
		return nil, e
	}
	b := make([]byte, min(size, fromMax))
	var v guestmem.Vec
	for done := 0; done < len(b); {
		v.SetBytes(b[done:])
		k, e := f.ReadAt(ctx, &v, int64(done))
		if e != abi.OK {
			return nil, e
		}
		if k == 0 {
			break
		}
		done += k
	}
	dir := fs.lower.Root()
	for _, name := range strings.Split(string(b), "/") {
		dir, e = dir.Lookup(ctx, name)
		switch {
		case e == abi.ENOENT || e == abi.OK && dir.Type() != abi.FiletypeDirectory:
			return nil, abi.OK // the lower layer is another one now
		case e != abi.OK:
			return nil, e
		}
	}
	return dir, abi.OK
}

// mark writes down what n, which is in the upper layer, is merged with.
func (n *node) mark(ctx *vfs.Ctx) abi.Errno {
	path := ""
	if n.low != nil {
		for d := n.low; d != n.fs.lower.Root(); {
			up, name, e := d.Parent(ctx)
			if e != abi.OK {
				return e
			}
			d, path = up, name+"/"+path
		}
		path = strings.TrimSuffix(path, "/")
	}
	e := n.quiet(ctx, func() abi.Errno {
		temp, _, f, e := n.temp(ctx)
		if e != abi.OK {
			return e
		}
		if path != "" {
			e = write(ctx, f, []byte(path), 0)
		}
		f.Release()
		if e == abi.OK {
			e = n.up.Rename(ctx, temp, n.up, fromMark)
		}
		if e != abi.OK {
			n.up.Unlink(ctx, temp)
		}
		return e
	})
	n.moved = n.moved || e == abi.OK
	return e
}

// hide makes sure that nothing called name is seen of the lower layer. What the
// upper layer has under that name is not merged any more once it is loaded.
func (n *node) hide(ctx *vfs.Ctx, name string) abi.Errno {
	low, e := n.below(ctx, name)
	if e == abi.ENOENT {
		return abi.OK
	}
	if e == abi.OK {
		e = n.raise(ctx)
	}
	if e != abi.OK {
		return e
	}
	alone := false
	if low.Type() == abi.FiletypeDirectory {
		_, e = n.up.Lookup(ctx, name)
		alone = e == abi.ENOENT
	}
	k := key(name)
	if _, e = n.up.Create(ctx, prefix+k, abi.FiletypeRegularFile, ""); e == abi.OK || e == abi.EEXIST {
		n.pin, n.hidden[k] = 0, true
		if alone && n.subs > 0 {
			n.subs--
		}
		return abi.OK
	}
	return e
}

// purge takes the marks out of a directory that shows nothing and is to go. Its
// name hides what is below by now.
func (n *node) purge(ctx *vfs.Ctx) abi.Errno {
	if n.up == nil {
		return abi.OK
	}
	if n.low != nil {
		low := n.low
		n.low = nil
		if e := n.mark(ctx); e != abi.OK {
			n.low = low
			return e
		}
		delete(n.fs.nodes, low)
	}
	var list []string
	last := ""
	e := n.up.ReadDir(ctx, 0, func(d vfs.Dirent) bool {
		if d.Name == fromMark {
			last = d.Name
		} else {
			list = append(list, d.Name)
		}
		return true
	})
	if last != "" {
		list = append(list, last)
	}
	for _, name := range list {
		if e == abi.OK {
			e = n.up.Unlink(ctx, name)
		}
	}
	return e
}
