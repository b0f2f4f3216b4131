package idbfs

import (
	"github.com/wasix-web/wasix-web/providers/memfs"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// load is a segment on its way in. Segments never change, so that what is in it
// is right for every page that still has its place there when it comes.
type load struct {
	done  chan struct{}
	errno abi.Errno // good once done is closed; ESTALE: there is no such segment
	then  []func(l *load)
	live  []place // the pages it belongs to
}

type place struct {
	n *memfs.Node
	i int64
	p *memfs.Page
}

// ahead is how many pages are on their way when a file is read from its start on.
const ahead = 8 << 20 / memfs.PageSize

// Load implements memfs.Backing.
func (fs *FS) Load(ctx *vfs.Ctx, n *memfs.Node, i int64) abi.Errno {
	p := n.Page(i)
	if p == nil || !p.Absent() {
		return abi.OK
	}
	if fs.broken || fs.closed {
		return abi.EIO
	}
	at := p.At()
	l := fs.fetch(at.Seg)
	fs.Ahead(n, i)
	fs.aheadOf(at.Seg)
	if e := ctx.Wait(l.done); e != abi.OK {
		return e
	}
	if l.errno != abi.ESTALE {
		return l.errno
	}
	// Who reads only may find that the writer has moved on.
	if fs.Config.ReadOnly {
		if e := fs.refresh(ctx); e != abi.OK {
			return e
		}
		if p = n.Page(i); p == nil || p.At() != at {
			return abi.OK
		}
	}
	fs.warn("segment " + num(at.Seg) + " is missing")
	return abi.EIO
}

// segmentsAhead is how many segments are on their way when they are read one
// after the other: small files that were made one after the other.
const segmentsAhead = 4

func (fs *FS) aheadOf(seg uint64) {
	if seg > fs.asked && seg <= fs.asked+segmentsAhead && fs.CacheBytes >= 8*segmentsAhead*segmentSize {
		for next := seg + 1; next <= seg+segmentsAhead; next++ {
			if s := fs.segs[next]; s != nil && !s.seen && s.live >= s.size/2 {
				fs.fetch(next)
			}
		}
		seg += segmentsAhead
	}
	fs.asked = seg
}

// Ahead implements memfs.Backing.
func (fs *FS) Ahead(n *memfs.Node, i int64) {
	if q := n.Page(max(i-1, 0)); i != 0 && (q == nil || q.Absent()) || fs.broken || fs.closed {
		return
	}
	last := uint64(0)
	for j := i; j < i+min(ahead, fs.CacheBytes/4/memfs.PageSize); j++ {
		if q := n.Page(j); q != nil && q.Absent() && q.At().Seg != last {
			last = q.At().Seg
			fs.fetch(last)
		}
	}
}

// fetch begins to load a segment.
func (fs *FS) fetch(seg uint64) *load {
	l := fs.loads[seg]
	if l != nil {
		return l
	}
	l = &load{done: make(chan struct{})}
	s := fs.segs[seg]
	if s == nil {
		l.errno = abi.ESTALE
		close(l.done)
		return l
	}
	fs.loads[seg] = l
	s.seen = true
	fs.store.Get(segmentKey(nil, seg, s.size), func(value []byte, err error) {
		delete(fs.loads, seg)
		fs.loaded++
		switch {
		case err != nil:
			l.errno = fs.failed("read", err)
		case value == nil:
			l.errno = abi.ESTALE
		default:
			fs.fill(l, seg, value)
		}
		close(l.done)
		for _, fn := range l.then {
			fn(l)
		}
		fs.evict()
	})
	return l
}

// fill gives the pages of a segment their bytes.
func (fs *FS) fill(l *load, seg uint64, b []byte) {
	n := len(b)
	if n < 4 {
		l.errno = fs.failed("read", &Error{"DataError", "segment " + num(seg) + " is too short"})
		return
	}
	r := reader{b: b[n-4:]}
	end := r.fixed(4)
	if end > uint64(n-4) {
		r.bad = true
	} else {
		r.b = b[end : n-4]
	}
	for len(r.b) != 0 && !r.bad {
		ino, i := r.uint(), int64(r.uint())
		off, size := r.uint(), r.uint()
		if r.bad || off > end || size > end-off || size > memfs.PageSize {
			r.bad = true
			break
		}
		node := fs.node(ino)
		if node == nil {
			continue
		}
		p := node.Page(i)
		if p == nil || p.At() != (memfs.Piece{Seg: seg, Off: uint32(off), Len: uint32(size)}) {
			continue
		}
		if p.Absent() {
			node.Fill(i, p, b[off:off+size])
			fs.keep(node, p)
		}
		l.live = append(l.live, place{node, i, p})
	}
	if r.bad {
		l.errno = fs.failed("read", &Error{"DataError", "segment " + num(seg) + " is damaged"})
	}
}

// cached is a clean page in memory.
type cached struct {
	n    *memfs.Node
	p    *memfs.Page
	born uint64 // FS.loaded then
}

// young is how many loads a page is safe for: who waits for several must come
// to an end, however small the budget.
const young = 4

// keep lists a page that may be evicted from now on.
func (fs *FS) keep(n *memfs.Node, p *memfs.Page) {
	if !p.Listed && p.Alive() {
		p.Listed = true
		fs.ring = append(fs.ring, cached{n, p, fs.loaded})
	}
}

// evict makes clean pages absent until the budget is kept. A page that has just
// come or was read since it was looked at last, gets another chance.
func (fs *FS) evict() {
	_, dirty := fs.m.Pending()
	for left := len(fs.ring); left > 0 && fs.m.Contents()-dirty > fs.CacheBytes; left-- {
		c := fs.ring[0]
		fs.ring[0] = cached{}
		fs.ring = fs.ring[1:]
		at := c.p.At()
		switch {
		case !c.p.Alive(), c.p.Absent(), c.n.Dirty(c.p), at.Len == 0, fs.flight != nil && fs.segs[at.Seg] != nil && len(fs.flight.made) != 0 && at.Seg >= fs.flight.made[0]:
			c.p.Listed = false // it comes back when it is clean
		case c.born+young > fs.loaded, c.p.Used():
			fs.ring = append(fs.ring, c)
		default:
			c.p.Listed = false
			c.n.Evict(c.p)
		}
	}
}
