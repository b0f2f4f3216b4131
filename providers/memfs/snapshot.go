package memfs

import (
	"maps"
	"slices"

	"github.com/wasix-web/wasix-web/wasix/abi"
)

// A snapshot is a number: the generation of the tree it was taken in. Taking
// one does nothing else than count the generation up. An inode that is changed
// for the first time after that first puts its state aside (keep), for the
// snapshots that see it. A copy of a snapshot starts with the root directory
// alone, and takes a directory's entries over when they are first asked for
// (adopt). Files share their pages until one of them is written to.

// Snapshot is a tree as it was when it was taken. It costs what has changed
// since, until it is released.
type Snapshot struct {
	fs      *FS
	gen     uint64
	lastIno uint64
	refs    int
	under   *Snapshot // what fs is a copy of: pages are shared with it
}

// version is the state of an inode from generation gen on, until it changed in
// a later one.
type version struct {
	gen uint64
	state
	next *version
}

// Snapshot keeps the tree as it is now. It takes no time.
func (fs *FS) Snapshot() *Snapshot {
	s := &Snapshot{fs: fs, gen: fs.gen, lastIno: fs.lastIno, refs: 1, under: fs.from}
	s.under.hold()
	fs.gen++
	fs.snaps = append(fs.snaps, s)
	return s
}

// Release gives a snapshot up; copies that were made of it stay good. It is
// called once.
func (s *Snapshot) Release() {
	if s == nil {
		return
	}
	if s.refs--; s.refs != 0 {
		return
	}
	fs := s.fs
	fs.snaps = slices.DeleteFunc(fs.snaps, func(o *Snapshot) bool { return o == s })
	fs.kept = slices.DeleteFunc(fs.kept, func(n *inode) bool {
		n.prune()
		return n.old == nil
	})
	fs.discard()
	s.under.Release()
}

func (s *Snapshot) hold() {
	if s != nil {
		s.refs++
	}
}

// wanted tells whether a snapshot sees what was so from generation gen on, and
// no longer in generation end.
func (fs *FS) wanted(gen, end uint64) bool {
	for _, s := range fs.snaps {
		if gen <= s.gen && s.gen < end {
			return true
		}
	}
	return false
}

// keep puts the state of an inode aside that is about to change.
func (n *inode) keep() {
	fs := n.fs
	if n.typ == abi.FiletypeDirectory {
		n.entries()
	}
	if fs.wanted(n.gen, fs.gen) {
		if n.old == nil {
			fs.kept = append(fs.kept, n)
		}
		n.old = &version{n.gen, n.state, n.old}
		if n.dir != nil {
			n.dir.shared = true
		}
		n.share()
	} else if n.gen == 0 && fs.back == nil {
		n.share()
	}
	n.gen = fs.gen
	if fs.back != nil {
		if len(fs.changed) == 0 {
			fs.back.Changed()
		}
		fs.changed = append(fs.changed, n)
	}
}

// share makes the page lists of a file its own, but not the pages.
func (n *inode) share() {
	n.data.pages = slices.Clone(n.data.pages)
	n.data.far = maps.Clone(n.data.far)
	n.data.each(func(p *page) { p.refs++ })
}

// prune drops what no snapshot sees any more.
func (n *inode) prune() {
	end := n.gen
	for at := &n.old; *at != nil; {
		v := *at
		if n.fs.wanted(v.gen, end) {
			at = &v.next
		} else {
			if v.gen != 0 {
				v.data.each(n.fs.store.drop)
			}
			*at = v.next
		}
		end = v.gen
	}
}

// at returns the state that a snapshot of generation gen sees.
func (n *inode) at(gen uint64) *state {
	if n.gen <= gen {
		if n.typ == abi.FiletypeDirectory {
			n.entries()
		}
		return &n.state
	}
	v := n.old
	for v.gen > gen {
		v = v.next
	}
	return &v.state
}

// copyOf makes fs a copy of a snapshot.
func (fs *FS) copyOf(s *Snapshot) {
	s.hold()
	fs.from, fs.lastIno, fs.copies = s, s.lastIno, map[*inode]*inode{}
	fs.root = fs.copy(s.fs.root)
	fs.root.dir.parent = fs.root
}

// copy makes the inode that stands for src in a copy. Its generation is 0: its
// pages belong to the snapshot until it is touched.
func (fs *FS) copy(src *inode) *inode {
	if n := fs.copies[src]; n != nil {
		return n
	}
	st := src.at(fs.from.gen)
	n := &inode{fs: fs, ino: src.ino, typ: src.typ, state: *st}
	fs.store.used += inodeCost + int64(len(n.target))
	if n.typ == abi.FiletypeDirectory {
		n.dir = &dir{source: src}
	} else if n.nlink > 1 {
		fs.copies[src] = n
	}
	return n
}

// adopt makes a copy's directory one of its own.
func (n *inode) adopt() {
	d := n.dir
	src := d.source.at(n.fs.from.gen).dir
	d.source, d.next, d.live = nil, src.next, src.live
	d.slots = make([]slot, 0, src.live)
	for _, s := range src.slots {
		if s.in == nil {
			continue
		}
		s.in = n.fs.copy(s.in)
		if s.in.dir != nil {
			s.in.dir.parent, s.in.dir.name = n, s.name
		}
		n.fs.store.used += inodeCost
		d.slots = append(d.slots, s)
	}
	d.compact()
}

// discard gives everything back once the file system is closed and no snapshot
// of it is in use. Open files go with their last Release.
func (fs *FS) discard() {
	if !fs.closed || len(fs.snaps) != 0 || fs.root.dir.dead {
		return
	}
	todo := []*inode{fs.root}
	for len(todo) != 0 {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if n.dir == nil {
			if n.nlink != 0 {
				n.touch()
				n.nlink = 0
				fs.store.give(int64(len(n.target)))
				n.free()
			}
			continue
		}
		fs.store.give(inodeCost)
		for _, s := range n.dir.slots {
			if s.in != nil {
				fs.store.give(inodeCost)
				todo = append(todo, s.in)
			}
		}
		n.dir.dead, n.dir.slots, n.dir.index, n.dir.live = true, nil, nil, 0
	}
	fs.from.Release()
	fs.from = nil
}
