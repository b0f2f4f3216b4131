package memfs

import (
	"math/bits"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
)

const (
	pageBits = 16
	pageSize = 1 << pageBits
	pageMask = pageSize - 1
	minHead  = 64
)

// page is up to pageSize bytes of a file. More than one file (a copy's, a
// snapshot's) may refer to it; only one that is alone writes to it.
type page struct {
	refs int32
	turn uint32 // Store.turn when it was last written to
	lo   uint32 // the first byte that was written then
	used bool   // read since a Backing last looked
	// Listed and Logged are the Backing's.
	Listed, Logged bool
	b              []byte // nil: not in memory, a Backing knows where (at)
	at             Piece
}

// data is a file's contents. Bytes at and after size are zero wherever there is
// memory for them, so a file grows without clearing.
type data struct {
	size int64
	// head is page 0, the only one that may be shorter than pageSize: it
	// starts small and doubles. Nil: a hole.
	head *page
	// pages holds pages 1, 2 and so on at their number; nil: a hole. Pages far
	// behind its end are in far, so that a byte at 1 TiB costs one page.
	pages []*page
	far   map[int64]*page
	// absent counts the pages that are not in memory.
	absent int
}

// page returns page i, nil for a hole.
func (d *data) page(i int64) *page {
	if i == 0 {
		return d.head
	}
	if i < int64(len(d.pages)) {
		return d.pages[i]
	}
	if d.far != nil {
		return d.far[i]
	}
	return nil
}

// writable returns the memory of page i, at least up to end, for writing from at
// on. overwrite says that the caller fills all of the page. Nil: ENOSPC.
func (d *data) writable(s *Store, i, at, end int64, overwrite bool) []byte {
	p := d.page(i)
	if p != nil && p.refs == 1 && end <= int64(len(p.b)) {
		if p.turn != s.turn {
			s.soil(p)
			p.lo = uint32(at)
		}
		p.lo = min(p.lo, uint32(at))
		return p.b
	}
	if i == 0 {
		return d.growHead(s, at, end)
	}
	n := s.page(overwrite || p != nil)
	if n == nil {
		return nil
	}
	if p != nil {
		if !overwrite {
			copy(n.b, p.b)
		}
		d.lose(s, p)
	}
	d.put(i, n)
	return n.b
}

// growHead makes page 0 end at least at end, and ours alone.
func (d *data) growHead(s *Store, at, end int64) []byte {
	old := d.head
	if old != nil {
		end = max(end, int64(len(old.b)))
	}
	if end = max(end, minHead); end&(end-1) != 0 {
		end = 1 << bits.Len64(uint64(end))
	}
	if old != nil && old.refs == 1 {
		if !s.take(end - int64(len(old.b))) {
			return nil
		}
		b := make([]byte, end)
		copy(b, old.b)
		s.contents += end - int64(len(old.b))
		if old.turn == s.turn {
			s.dirty += end - int64(len(old.b))
			old.b = b
		} else {
			old.b = b
			s.soil(old)
			old.lo = uint32(at)
		}
		old.lo = min(old.lo, uint32(at))
		return b
	}
	if !s.take(end) {
		return nil
	}
	d.head = &page{refs: 1, turn: s.turn, b: make([]byte, end)}
	s.dirty += end
	s.contents += end
	if old != nil {
		copy(d.head.b, old.b)
		s.drop(old)
	}
	return d.head.b
}

// put stores page i, which is not 0.
func (d *data) put(i int64, p *page) {
	n := int64(len(d.pages))
	switch {
	case i < n:
		d.pages[i] = p
		return
	case i > 2*n+1024:
		if d.far == nil {
			d.far = map[int64]*page{}
		}
		d.far[i] = p
		return
	case i == n:
		d.pages = append(d.pages, p)
	default:
		d.pages = append(d.pages, make([]*page, i+1-n)...)
		d.pages[i] = p
	}
	// Far pages whose place has come into being go there.
	for j, p := range d.far {
		if j < int64(len(d.pages)) {
			if d.pages[j] == nil {
				d.pages[j] = p
			}
			delete(d.far, j)
		}
	}
}

// write copies from src to off and returns how many bytes went. n is at least 1.
func (d *data) write(s *Store, src *guestmem.Vec, off int64, n int) (int, abi.Errno) {
	if int(off&pageMask)+n > pageSize || n == pageSize {
		if e := src.Check(); e != abi.OK {
			return 0, e
		}
	}
	done := 0
	for done < n {
		pos := off + int64(done)
		at := pos & pageMask
		k := min(int64(n-done), pageSize-at)
		b := d.writable(s, pos>>pageBits, at, at+k, k == pageSize)
		if b == nil {
			if done == 0 {
				return 0, abi.ENOSPC
			}
			break
		}
		c, e := src.CopyIn(b[at : at+k])
		done += c
		if e != abi.OK {
			if done == 0 {
				return 0, e
			}
			break
		}
	}
	d.size = max(d.size, off+int64(done))
	return done, abi.OK
}

// read copies up to n bytes at off, all inside the file, to dst.
func (d *data) read(dst *guestmem.Vec, off int64, n int) (int, abi.Errno) {
	done := 0
	for done < n {
		pos := off + int64(done)
		at := pos & pageMask
		k := min(int64(n-done), pageSize-at)
		var c int
		var e abi.Errno
		if p := d.page(pos >> pageBits); p != nil && at < int64(len(p.b)) {
			c, e = dst.CopyOut(p.b[at:min(at+k, int64(len(p.b)))])
		} else {
			c, e = dst.Zero(int(k))
		}
		done += c
		if e != abi.OK {
			if done == 0 {
				return 0, e
			}
			break
		}
	}
	return done, abi.OK
}

// resize sets the size. What is cut off is freed, and reads as zeros when the
// file grows again.
func (d *data) resize(s *Store, size int64) abi.Errno {
	if size >= d.size {
		d.size = size
		return abi.OK
	}
	// The page that is cut in two is cleared behind the cut.
	i, at := size>>pageBits, size&pageMask
	if p := d.page(i); at != 0 && p != nil && at < int64(len(p.b)) {
		b := d.writable(s, i, 0, at, false)
		if b == nil {
			return abi.ENOSPC
		}
		clear(b[at:])
	}
	d.size = size
	if at != 0 {
		i++
	}
	d.cut(s, i)
	return abi.OK
}

// cut frees page first and all after it.
func (d *data) cut(s *Store, first int64) {
	if first == 0 && d.head != nil {
		d.lose(s, d.head)
		d.head = nil
	}
	for i := max(first, 1); i < int64(len(d.pages)); i++ {
		if p := d.pages[i]; p != nil {
			d.lose(s, p)
			d.pages[i] = nil
		}
	}
	if first <= 1 {
		d.pages = nil
	} else if first < int64(len(d.pages)) {
		d.pages = d.pages[:first]
	}
	for i, p := range d.far {
		if i >= first {
			d.lose(s, p)
			delete(d.far, i)
		}
	}
}

// lose drops a page of this file.
func (d *data) lose(s *Store, p *page) {
	if p.b == nil {
		d.absent--
	}
	s.drop(p)
}

// allocate gives memory to every hole in [off, end).
func (d *data) allocate(s *Store, off, end int64) abi.Errno {
	first, last := off>>pageBits, (end-1)>>pageBits
	// Too much at first sight: do not count for hours.
	if have := int64(len(d.pages) + len(d.far) + 1); last-first-have > (s.max-s.used)>>pageBits {
		return abi.ENOSPC
	}
	need := int64(0)
	for i := max(first, 1); i <= last; i++ {
		if d.page(i) == nil {
			need += pageSize
		}
	}
	if need > s.max-s.used {
		return abi.ENOSPC
	}
	if e := min(end, pageSize); first == 0 && (d.head == nil || e > int64(len(d.head.b))) {
		if d.growHead(s, 0, e) == nil {
			return abi.ENOSPC
		}
	}
	for i := max(first, 1); i <= last; i++ {
		if d.page(i) == nil {
			p := s.page(false)
			if p == nil {
				return abi.ENOSPC
			}
			d.put(i, p)
		}
	}
	d.size = max(d.size, end)
	return abi.OK
}

// each calls fn for every page.
func (d *data) each(fn func(*page)) {
	if d.head != nil {
		fn(d.head)
	}
	for _, p := range d.pages {
		if p != nil {
			fn(p)
		}
	}
	for _, p := range d.far {
		fn(p)
	}
}
