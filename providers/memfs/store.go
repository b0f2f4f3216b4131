package memfs

// Store holds and counts the bytes of one or more file systems. Pages that
// snapshots and copies share count once.
type Store struct {
	max, used int64
	spare     []*page
	// turn counts the rounds of a Backing, and dirty the bytes of pages that
	// were written to in this one.
	turn  uint32
	dirty int64
	// contents counts the bytes of pages.
	contents int64
	back     Backing
}

// NewStore returns a store for max bytes; 0: DefaultMaxBytes.
func NewStore(max int64) *Store {
	if max <= 0 {
		max = DefaultMaxBytes
	}
	return &Store{max: max, turn: 1}
}

// Used returns how many bytes are taken, and Max how many there are. A file's
// name and inode count too, so that a program that makes empty files for ever
// is stopped as well.
func (s *Store) Used() int64 { return s.used }

// Max returns the limit.
func (s *Store) Max() int64 { return s.max }

// take counts n bytes; false when they are too many.
func (s *Store) take(n int64) bool {
	if n > s.max-s.used {
		return false
	}
	s.used += n
	return true
}

func (s *Store) give(n int64) { s.used -= n }

// maxSpare is how many free pages are kept.
const maxSpare = 256

// page returns a page, or nil when there is no room. Its contents are zero, or
// anything when the caller overwrites all of it.
func (s *Store) page(overwrite bool) *page {
	if !s.take(pageSize) {
		return nil
	}
	n := len(s.spare)
	if n == 0 {
		s.dirty += pageSize
		s.contents += pageSize
		return &page{refs: 1, turn: s.turn, b: make([]byte, pageSize)}
	}
	p := s.spare[n-1]
	s.spare[n-1] = nil
	s.spare = s.spare[:n-1]
	p.refs, p.turn, p.lo = 1, s.turn, 0
	s.dirty += pageSize
	s.contents += pageSize
	if !overwrite {
		clear(p.b)
	}
	return p
}

// drop gives up one reference to a page.
func (s *Store) drop(p *page) {
	if p.refs--; p.refs != 0 {
		return
	}
	s.give(int64(len(p.b)))
	s.contents -= int64(len(p.b))
	if p.turn == s.turn {
		s.dirty -= int64(len(p.b))
	}
	if p.at.Len != 0 {
		s.back.Freed(p.at)
		p.at = Piece{}
	}
	if len(p.b) == pageSize && len(s.spare) < maxSpare {
		if s.back != nil {
			p = &page{b: p.b} // the Backing still knows the old one
		}
		s.spare = append(s.spare, p)
	}
}
