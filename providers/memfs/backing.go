package memfs

import (
	"slices"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// A file system with a Backing is a cache: what programs do happens in memory,
// at once, and the Backing writes it to its database in rounds. A round is what
// Changes returns: everything that differs since the last one, taken at one
// moment, so that what the database holds is always a state that was. Finding
// it costs the calls nothing: an inode's first change in a round is its first
// in a generation, which snapshots need to know as well, and a page remembers
// the round it was last written in.
//
// Pages may be absent: the Backing knows where their bytes are, and loads them
// when they are wanted.

// Backing is told what happens to a file system, and brings in what is absent.
type Backing interface {
	// Changed says that there is something to be written: the first change
	// of a round.
	Changed()
	// Room is asked before n bytes more are written: ENOSPC, EIO, and those of
	// Ctx.Wait when the database has to catch up first.
	Room(ctx *vfs.Ctx, n int64) abi.Errno
	// Load brings page i of a file in (Node.Fill). It may return OK when it has
	// not: the page may have become another meanwhile. EIO, those of Ctx.Wait.
	Load(ctx *vfs.Ctx, n *Node, i int64) abi.Errno
	// Ahead says that a file is being read at page i, which may be the time to
	// begin to load what follows.
	Ahead(n *Node, i int64)
	// Freed says that a piece of the database is no page's any more.
	Freed(p Piece)
	// Sync makes everything written so far durable.
	Sync(ctx *vfs.Ctx) abi.Errno
}

// Piece is where a page's bytes are in the database. Len 0: nowhere.
type Piece struct {
	Seg      uint64
	Off, Len uint32
}

// Node is an inode, and Page up to PageSize bytes of a file, as a Backing sees
// them.
type (
	Node = inode
	Page = page
)

// PageSize is the size of a page in bytes.
const PageSize = pageSize

// Record is what is to be kept of an inode beside entries and pages.
type Record struct {
	Ino              uint64
	Type             abi.Filetype
	Nlink            uint32
	Mode             uint16 // as in vfs.Attr
	Atim, Mtim, Ctim uint64
	Size             int64  // of a regular file
	Target           string // of a symbolic link
	Next             uint64 // the cookie of a directory's next entry
}

// Record returns the inode's record.
func (n *inode) Record() Record {
	r := Record{Ino: n.ino, Type: n.typ, Nlink: n.nlink, Mode: n.mode, Atim: n.atim, Mtim: n.mtim, Ctim: n.ctim,
		Size: n.data.size, Target: n.target}
	if n.dir != nil {
		r.Next = n.dir.next
	}
	return r
}

// Ino returns the inode's number.
func (n *inode) Ino() uint64 { return n.ino }

// Gone tells whether an inode has neither name nor user: nothing is to be kept.
func (n *inode) Gone() bool { return n.nlink == 0 && n.open == 0 }

// Peek returns what Changes will, and changes nothing.
func (fs *FS) Peek() (list []*Node, turn uint32) { return fs.changed, fs.store.turn }

// Changes returns the inodes that have changed since the last call, and begins
// the next round. Pages that were written to have Turn turn.
func (fs *FS) Changes() (list []*Node, turn uint32) {
	list, turn = fs.changed, fs.store.turn
	fs.changed = nil
	fs.gen++
	fs.store.turn++
	fs.store.dirty = 0
	return list, turn
}

// Pending tells how many inodes Changes would return, and how many bytes of
// their pages were written to.
func (fs *FS) Pending() (inodes int, bytes int64) { return len(fs.changed), fs.store.dirty }

// Soil makes an inode part of the round, although it has not changed.
func (n *inode) Soil() { n.touch() }

// SoilPage makes a page that is in memory part of the round; its inode is.
func (n *inode) SoilPage(p *Page) {
	if p.turn != n.fs.store.turn {
		n.fs.store.soil(p)
	}
}

func (s *Store) soil(p *page) {
	p.turn, p.lo = s.turn, 0
	s.dirty += int64(len(p.b))
}

// LastIno returns the largest inode number so far.
func (fs *FS) LastIno() uint64 { return fs.lastIno }

// Blocks returns the numbers (cookie >> BlockBits) of the blocks of entries
// that have changed in the round, each once, and forgets them.
func (n *inode) Blocks() []uint64 {
	if n.dir == nil {
		return nil
	}
	list := n.dir.blocks
	n.dir.blocks = nil
	slices.Sort(list)
	return slices.Compact(list)
}

// SoilBlocks makes blocks of entries part of the round.
func (n *inode) SoilBlocks(list []uint64) { n.dir.blocks = append(n.dir.blocks, list...) }

// BlockBits says how many cookies are kept in one record: 1 << BlockBits.
const BlockBits = 6

func (d *dir) mark(cookie uint64) {
	b := cookie >> BlockBits
	if k := len(d.blocks); k == 0 || d.blocks[k-1] != b {
		d.blocks = append(d.blocks, b)
	}
}

// Entries calls yield for a directory's entries with a cookie from first to
// last.
func (n *inode) Entries(first, last uint64, yield func(cookie uint64, name string, in *Node)) {
	d := n.dir
	for i := d.after(first - 1); i < len(d.slots) && d.slots[i].cookie <= last; i++ {
		if s := &d.slots[i]; s.in != nil {
			yield(s.cookie, s.name, s.in)
		}
	}
}

// Pages calls yield for the pages of a file, in order.
func (n *inode) Pages(yield func(i int64, p *Page)) {
	if n.data.head != nil {
		yield(0, n.data.head)
	}
	for i, p := range n.data.pages {
		if p != nil {
			yield(int64(i), p)
		}
	}
	if len(n.data.far) != 0 {
		far := make([]uint64, 0, len(n.data.far))
		for i := range n.data.far {
			far = append(far, uint64(i))
		}
		slices.Sort(far)
		for _, i := range far {
			yield(int64(i), n.data.far[int64(i)])
		}
	}
}

// Page returns page i, or nil.
func (n *inode) Page(i int64) *Page { return n.data.page(i) }

// Bytes returns the bytes of page i that are inside the file, and nil when they
// are absent.
func (n *inode) Bytes(i int64, p *Page) []byte {
	b := p.b
	if left := n.data.size - i<<pageBits; left < int64(len(b)) {
		b = b[:max(left, 0)]
	}
	return b
}

// Turn returns the round in which the page was last written to.
func (p *page) Turn() uint32 { return p.turn }

// From returns the first byte of the page that was written in that round, if the
// page is older than the round.
func (p *page) From() int { return int(p.lo) }

// Dirty tells whether a page was written to in this round.
func (n *inode) Dirty(p *Page) bool { return p.turn == n.fs.store.turn }

// Absent tells whether a page's bytes are not in memory.
func (p *page) Absent() bool { return p.b == nil }

// Used tells whether a page was read since the last call.
func (p *page) Used() bool {
	u := p.used
	p.used = false
	return u
}

// Alive tells whether a file has the page.
func (p *page) Alive() bool { return p.refs != 0 }

// At says where the page's bytes are in the database, and SetAt changes it.
func (p *page) At() Piece { return p.at }

// SetAt is for the Backing: nothing is said to be Freed.
func (p *page) SetAt(at Piece) { p.at = at }

// Place makes page i an absent one.
func (n *inode) Place(i int64, at Piece) {
	p := &page{refs: 1, at: at}
	if i == 0 {
		n.data.head = p
	} else {
		n.data.put(i, p)
	}
	n.data.absent++
}

// Fill gives an absent page its bytes, which are copied.
func (n *inode) Fill(i int64, p *Page, b []byte) {
	if p.b != nil || p.refs == 0 {
		return
	}
	s := n.fs.store
	size := pageSize
	if i == 0 {
		for size = minHead; size < len(b); {
			size *= 2
		}
	}
	s.used += int64(size)
	s.contents += int64(size)
	if k := len(s.spare); size == pageSize && k != 0 {
		p.b = s.spare[k-1].b
		s.spare = s.spare[:k-1]
		clear(p.b[copy(p.b, b):])
	} else {
		p.b = make([]byte, size)
		copy(p.b, b)
	}
	p.used = true
	n.data.absent--
}

// Evict makes a page absent again: it is clean, and it has a place.
func (n *inode) Evict(p *Page) {
	s := n.fs.store
	s.give(int64(len(p.b)))
	s.contents -= int64(len(p.b))
	if len(p.b) == pageSize && len(s.spare) < maxSpare {
		s.spare = append(s.spare, &page{b: p.b})
	}
	p.b = nil
	n.data.absent++
}

// Lose makes an absent page a hole: its bytes are nowhere.
func (n *inode) Lose(i int64) {
	p := n.data.page(i)
	n.touch()
	p.at = Piece{}
	n.data.lose(n.fs.store, p)
	if i == 0 {
		n.data.head = nil
	} else if i < int64(len(n.data.pages)) {
		n.data.pages[i] = nil
	} else {
		delete(n.data.far, i)
	}
}

// Revive makes an inode from its record, without entries and pages. The root
// directory takes the place of the one that is there.
func (fs *FS) Revive(r Record) *Node {
	n := fs.root
	if r.Ino != n.ino {
		n = &inode{fs: fs, ino: r.Ino, typ: r.Type}
		if r.Type == abi.FiletypeDirectory {
			n.dir = &dir{track: true}
		}
		fs.store.used += 2 * inodeCost
	}
	n.Renew(r)
	fs.lastIno = max(fs.lastIno, r.Ino)
	return n
}

// Renew gives an inode another record of its number and type, and takes its
// entries and pages away.
func (n *inode) Renew(r Record) {
	n.nlink, n.mode, n.atim, n.mtim, n.ctim, n.target = r.Nlink, r.Mode, r.Atim, r.Mtim, r.Ctim, r.Target
	n.data.cut(n.fs.store, 0)
	n.data.size = r.Size
	if d := n.dir; d != nil {
		d.slots, d.index, d.live, d.low, d.last = nil, nil, 0, 0, 0
		d.next, d.blocks = max(r.Next, firstCookie), nil
		if d.dead = r.Nlink == 0; d.dead {
			d.name = ""
		}
	}
}

// SetLastIno says which numbers have been used.
func (fs *FS) SetLastIno(ino uint64) { fs.lastIno = max(fs.lastIno, ino) }

// SetNlink mends a count of names.
func (n *inode) SetNlink(count uint32) { n.nlink = count }

// Enter adds an entry with a cookie above all others. Settle comes after the last.
func (n *inode) Enter(cookie uint64, name string, in *Node) {
	d := n.dir
	d.slots = append(d.slots, slot{cookie, name, in})
	d.next = max(d.next, cookie+1)
	d.live++
	if in.dir != nil {
		in.dir.parent, in.dir.name = n, name
	}
}

// Settle ends a series of Enter.
func (n *inode) Settle() { n.dir.compact() }

// Reap frees an inode that is Gone, whose record is still there.
func (n *inode) Reap() {
	n.touch()
	n.data.cut(n.fs.store, 0)
	n.data.size = 0
	if n.dir != nil {
		n.dir.dead = true
	}
}

// Drop takes every entry that leads to in away, and says nothing to in.
func (n *inode) Drop(in *Node) {
	n.touch()
	for i := len(n.dir.slots) - 1; i >= 0; i-- {
		if i < len(n.dir.slots) && n.dir.slots[i].in == in {
			n.dir.remove(i)
		}
	}
	if in.dir != nil && n.nlink > 2 {
		n.nlink--
	}
}

// Adopt gives an inode without names one in the directory n.
func (n *inode) Adopt(name string, in *Node) {
	n.touch()
	in.touch()
	for n.dir.find(name) >= 0 {
		name += "-"
	}
	n.dir.add(name, in)
	if in.dir != nil {
		in.dir.parent, in.dir.dead = n, false
		n.nlink++
	} else {
		in.nlink = 1
	}
}

// Contents returns how many bytes of pages are in memory.
func (fs *FS) Contents() int64 { return fs.store.contents }

// Retitle gives the entry with a cookie another name.
func (n *inode) Retitle(cookie uint64, name string) {
	n.touch()
	s := &n.dir.slots[n.dir.after(cookie-1)]
	s.name = name
	n.dir.mark(cookie)
	n.dir.moved(s.in, name)
	n.dir.compact()
}

// Find returns the entry called name, or nil.
func (n *inode) Find(name string) *Node {
	if i := n.dir.find(name); i >= 0 {
		return n.dir.slots[i].in
	}
	return nil
}

// readAbsent is ReadAt of a file of which something is absent.
func (n *inode) readAbsent(ctx *vfs.Ctx, dst *guestmem.Vec, off int64, want int) (int, abi.Errno) {
	if i := off >> pageBits; i&15 == 0 {
		n.fs.back.Ahead(n, i)
	}
	if !ctx.MayBlock {
		// Nothing has been read yet, or all is.
		for i := off >> pageBits; i <= (off+int64(want)-1)>>pageBits; i++ {
			for p := n.data.page(i); p != nil && p.b == nil; {
				if e := n.fs.back.Load(ctx, n, i); e != abi.OK {
					return 0, e
				}
			}
		}
		return n.data.read(dst, off, want)
	}
	done := 0
	for done < want {
		pos := off + int64(done)
		i := pos >> pageBits
		p := n.data.page(i)
		if p != nil && p.b == nil {
			if e := n.fs.back.Load(ctx, n, i); e != abi.OK {
				if done != 0 {
					break
				}
				return 0, e
			}
			continue
		}
		if p != nil {
			p.used = true
		}
		k := min(int64(want-done), pageSize-pos&pageMask, n.data.size-pos)
		if k <= 0 {
			break // cut off meanwhile
		}
		c, e := n.data.read(dst, pos, int(k))
		if done += c; e != abi.OK {
			if done == 0 {
				return 0, e
			}
			break
		}
	}
	return done, abi.OK
}

// beforeWrite makes room for a write, and loads the pages that it fills only a
// part of. It returns the offset: the end of the file with add.
func (n *inode) beforeWrite(ctx *vfs.Ctx, off int64, size int, add bool) (int64, abi.Errno) {
	if size == 0 {
		return n.data.size, abi.OK
	}
	if room := n.fs.maxFile - off; !add && int64(size) > room {
		if room <= 0 {
			return off, abi.OK // EFBIG, in a moment
		}
		size = int(room)
	}
	for {
		if e := n.fs.back.Room(ctx, int64(size)); e != abi.OK {
			return 0, e
		}
		if add {
			off = n.data.size
		}
		if n.data.absent == 0 {
			return off, abi.OK
		}
		first, last := off>>pageBits, (off+int64(size)-1)>>pageBits
		i := first
		if p := n.data.page(first); p == nil || p.b != nil || first != 0 && off&pageMask == 0 && size >= pageSize {
			i = last
			if p := n.data.page(last); p == nil || p.b != nil || last != 0 && (off+int64(size))&pageMask == 0 && (last != first || off&pageMask == 0) {
				return off, abi.OK
			}
		}
		if e := n.fs.back.Load(ctx, n, i); e != abi.OK {
			return 0, e
		}
	}
}

// beforeCut loads the page that a new size cuts in two.
func (n *inode) beforeCut(ctx *vfs.Ctx, size int64) abi.Errno {
	for size < n.data.size && size&pageMask != 0 {
		p := n.data.page(size >> pageBits)
		if p == nil || p.b != nil {
			break
		}
		if e := n.fs.back.Load(ctx, n, size>>pageBits); e != abi.OK {
			return e
		}
	}
	return abi.OK
}
