package memfs

import (
	"strings"

	"github.com/wasix-web/wasix-web/wasix/abi"
)

// dir is a directory's entries, in the order they were made. An entry that goes
// leaves its place empty until many have; its number is not used again, so that
// a reader finds where it was by searching for it.
type dir struct {
	parent *inode
	name   string // in parent; "" for the root and for a removed directory
	dead   bool   // removed: nothing can be made here
	slots  []slot
	low    int // every place before is empty
	live   int
	next   uint64 // cookie of the next entry
	index  map[string]int32
	last   int32 // the slot found last: programs ask for one name repeatedly
	// shared is set when a snapshot sees these slots: they are copied before
	// they change.
	shared bool
	// source is set in a copy of a snapshot until the entries are copied too:
	// the directory they come from.
	source *inode
	// track is set with a Backing: blocks are those of the cookies whose
	// entries have changed since the last Changes.
	track  bool
	blocks []uint64
}

type slot struct {
	cookie uint64
	name   string
	in     *inode // nil: empty
}

const (
	firstCookie = 3
	// indexed is how many slots are searched one by one.
	indexed = 12
)

// find returns the place of the entry called name, or -1.
func (d *dir) find(name string) int {
	if d.index == nil {
		for i := range d.slots {
			if s := &d.slots[i]; s.name == name && s.in != nil {
				return i
			}
		}
		return -1
	}
	if l := int(d.last); l < len(d.slots) && d.slots[l].name == name && d.slots[l].in != nil {
		return l
	}
	i, ok := d.index[name]
	if !ok {
		return -1
	}
	d.last = i
	return int(i)
}

// add makes an entry, which must not be there.
func (d *dir) add(name string, in *inode) {
	// The name is part of a path: do not keep that.
	name = strings.Clone(name)
	d.slots = append(d.slots, slot{d.next, name, in})
	if d.track {
		d.mark(d.next)
	}
	d.next++
	d.live++
	if d.index != nil {
		d.index[name] = int32(len(d.slots) - 1)
	} else if len(d.slots) > indexed {
		d.compact()
	}
	d.moved(in, name)
}

// remove empties place i.
func (d *dir) remove(i int) {
	s := &d.slots[i]
	if d.index != nil {
		delete(d.index, s.name)
	}
	s.name, s.in = "", nil
	if d.track {
		d.mark(s.cookie)
	}
	d.live--
	for d.low < len(d.slots) && d.slots[d.low].in == nil {
		d.low++
	}
	for n := len(d.slots); n > 0 && d.slots[n-1].in == nil; n-- {
		d.slots = d.slots[:n-1]
	}
	d.low = min(d.low, len(d.slots))
	if empty := len(d.slots) - d.live; empty > indexed && empty > d.live {
		d.compact()
	}
}

// rename gives the entry at place i another name. It keeps its cookie, so that
// a program that renames every entry it reads comes to an end.
func (d *dir) rename(i int, name string) {
	s := &d.slots[i]
	if d.index != nil {
		delete(d.index, s.name)
	}
	s.name = strings.Clone(name)
	if d.track {
		d.mark(s.cookie)
	}
	if d.index != nil {
		d.index[s.name] = int32(i)
	}
	d.moved(s.in, s.name)
}

// replace puts another inode behind the name at place i.
func (d *dir) replace(i int, in *inode) {
	d.slots[i].in = in
	if d.track {
		d.mark(d.slots[i].cookie)
	}
	d.moved(in, d.slots[i].name)
}

// moved tells a directory where it is now.
func (d *dir) moved(in *inode, name string) {
	if in.dir != nil {
		in.dir.name = name
	}
}

// compact leaves the empty places out, and makes the index when it is due.
func (d *dir) compact() {
	k := 0
	for _, s := range d.slots {
		if s.in != nil {
			d.slots[k] = s
			k++
		}
	}
	clear(d.slots[k:])
	d.slots = d.slots[:k]
	if 4*k < cap(d.slots) {
		d.slots = append([]slot(nil), d.slots...)
	}
	d.index, d.last, d.low = nil, 0, 0
	if k > indexed {
		d.index = make(map[string]int32, k)
		for i := range d.slots {
			d.index[d.slots[i].name] = int32(i)
		}
	}
}

// after returns the first place whose cookie is greater.
func (d *dir) after(cookie uint64) int {
	lo, hi := 0, len(d.slots)
	for lo < hi {
		mid := int(uint(lo+hi) / 2)
		if d.slots[mid].cookie <= cookie {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// copy returns entries that may be changed.
func (d *dir) copy() *dir {
	c := *d
	c.shared = false
	c.slots = append([]slot(nil), d.slots...)
	c.index = nil
	c.compact()
	return &c
}

// LastCookie implements vfs.LastCookier.
func (n *inode) LastCookie() uint64 {
	if n.typ != abi.FiletypeDirectory {
		return firstCookie - 1
	}
	return n.entries().next - 1
}
