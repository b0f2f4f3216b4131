package idbfs

import (
	"github.com/wasix-web/wasix-web/providers/memfs"
	"github.com/wasix-web/wasix-web/wasix/abi"
)

// A Sync of little is one record, of the journal: each further put would cost a
// tenth of the transaction. The record says what has changed: inodes, blocks of
// entries, and of pages the bytes that were written, once the journal has the
// whole page. A mount puts the journal over the other records. The next ordinary
// batch writes all that is in it to where it belongs (fold): when somebody else
// causes one, when the journal is full, and after a while without a Sync.
//
// Records have numbered slots, which are used again: overwriting is cheaper than
// deleting. Those that are older than the super record count no more.

const (
	maxRecord  = 72 << 10 // bytes of pages: a whole one, and some more
	maxInodes  = 32       // in a record
	maxRecords = 512
	maxJournal = 1 << 20 // bytes; a record may pass it
	idleTicks  = 4       // without a Sync
)

// The kinds of changes in a record: each has an inode, the number of a page or
// block, an offset, and bytes.
const (
	opInode   = 'i' // its record; nothing: it is gone
	opEntries = 'd' // a block of them
	opPage    = 'w' // a whole page; nothing: there is none
	opPart    = 'p' // bytes of the page from the offset to its end
)

// journal is what the records of the journal hold.
type journal struct {
	slots []int64 // the size of each
	live  int     // so many of them count
	bytes int64   // in those
	whole bool    // the next batch must be an ordinary one

	// What is nowhere else.
	pages   []place
	entries []entryBlocks

	idle int    // ticks since the last Sync
	last uint64 // batch that tick has seen
}

// brief tells whether a batch may be a record of the journal, and returns the
// pages that are to be in it.
func (fs *FS) brief(strict bool) (pages []place, ok bool) {
	nodes, turn := fs.m.Peek()
	if !strict || fs.whole || len(fs.unknown) != 0 || len(nodes) > maxInodes || fs.live == maxRecords || fs.journal.bytes > maxJournal {
		return nil, false
	}
	size := 0
	for _, n := range nodes {
		n.Pages(func(i int64, p *memfs.Page) {
			if p.Turn() == turn && !p.Absent() && size <= maxRecord {
				if size += len(n.Bytes(i, p)); p.Logged {
					size -= p.From()
				}
				pages = append(pages, place{n, i, p})
			}
		})
	}
	return pages, size <= maxRecord
}

// fold makes all that is in the journal only part of the next batch.
func (fs *FS) fold() {
	for _, at := range fs.pages {
		if at.p.Alive() {
			at.p.Logged = false
			at.n.Soil()
			at.n.SoilPage(at.p)
		}
	}
	for _, e := range fs.entries {
		e.dir.Soil()
		e.dir.SoilBlocks(e.list)
	}
	fs.pages, fs.entries = nil, nil
}

func (w *writer) op(kind byte, ino, at uint64, off int, b []byte) {
	w.ops = putUint(putUint(append(w.ops, kind), ino), at)
	w.ops = append(putUint(putUint(w.ops, uint64(off)), uint64(len(b))), b...)
}

// logged begins a record of the journal.
func (w *writer) logged(pages []place) {
	fs := w.fs
	w.ops = putUint(putUint(w.ops, w.b.seq), fs.m.LastIno())
	// Other pages may be where these were.
	alive := fs.pages[:0]
	for _, at := range fs.pages {
		if at.p.Alive() {
			alive = append(alive, at)
		} else {
			w.op(opPage, at.n.Ino(), uint64(at.i), 0, nil)
		}
	}
	fs.pages = alive
	for _, at := range pages {
		data, from, off, kind := at.n.Bytes(at.i, at.p), at.p.At(), 0, byte(opPage)
		if at.p.Logged {
			off, kind = min(at.p.From(), len(data)), opPart
		} else {
			at.p.Logged = true
			at.p.SetAt(memfs.Piece{})
			fs.Freed(from)
			fs.pages = append(fs.pages, at)
		}
		w.op(kind, at.n.Ino(), uint64(at.i), off, data[off:])
		w.b.moved = append(w.b.moved, moved{at.n, at.p, from})
	}
}

// log ends a record of the journal.
func (w *writer) log() {
	for _, blk := range w.b.inodes {
		w.fs.rewrite[blk] = true
	}
	w.fs.entries = append(w.fs.entries, w.b.entries...)
	w.key = journalKey(w.key, w.fs.live)
	w.put(w.key, w.ops)
}

// wipe deletes the journal, except when somebody waits and it is short.
func (w *writer) wipe() {
	size := int64(0)
	for _, s := range w.fs.slots {
		size += s
	}
	if w.b.wiped = !w.b.strict || size > maxJournal; w.b.wiped {
		for slot := range w.fs.slots {
			w.tx.Delete(journalKey(w.key, slot))
		}
	}
}

// logEnded is called when a batch is committed.
func (fs *FS) logEnded(b *batch) {
	j := &fs.journal
	if !b.brief {
		j.live, j.bytes, j.whole = 0, 0, false
		if b.wiped {
			j.slots = nil
		}
		return
	}
	if j.live == len(j.slots) {
		j.slots = append(j.slots, 0)
	}
	j.slots[j.live] = b.bytes
	j.live++
	j.bytes += b.bytes
}

// The keys of what a scanner has found in the journal (scanner.over): dirKey for
// entries, and of the same kind for inodes and pages.

func overKey(kind byte, ino, at uint64) string {
	return string(put64(put64([]byte{kind}, ino), at))
}

// record reads a record of the journal. They come in order.
func (s *scanner) record(kv KeyValue) {
	k, r := reader{b: kv.Key[1:]}, reader{b: kv.Value}
	slot, seq := int(k.fixed(2)), r.uint()
	for len(s.t.slots) <= slot {
		s.t.slots = append(s.t.slots, 0)
	}
	s.t.slots[slot] = int64(len(kv.Key) + len(kv.Value))
	if !r.bad && seq <= s.seq {
		return
	}
	if slot != s.t.live {
		s.problem("record "+num(uint64(s.t.live))+" of the journal is missing", nil)
	}
	s.t.live, s.seq = slot+1, max(s.seq, seq)
	s.t.m.SetLastIno(r.uint())
	for len(r.b) != 0 && !r.bad {
		kind, ino, at, off := r.byte(), r.uint(), r.uint(), r.uint()
		b := r.bytes()
		if kind == opPart {
			kind = opPage
			if r.bad = r.bad || off > memfs.PageSize; r.bad {
				break
			}
			whole := make([]byte, int(off)+len(b))
			copy(whole[:off], s.over[overKey(kind, ino, at)])
			copy(whole[off:], b)
			b = whole
		}
		r.bad = r.bad || kind != opInode && kind != opEntries && (kind != opPage || len(b) > memfs.PageSize)
		s.over[overKey(kind, ino, at)] = b
	}
	if r.bad {
		s.problem("record "+num(uint64(slot))+" of the journal is damaged", s.fs.deleter(kv.Key))
	}
}

// latest returns the number of the last batch.
func latest(list []KeyValue) (seq uint64) {
	for _, kv := range list {
		r := reader{b: kv.Value}
		switch {
		case len(kv.Key) == 1:
			r.fixed(5)
			r.uint()
			r.uint()
		case kv.Key[0] != keyJournal:
			continue
		}
		seq = max(seq, r.uint())
	}
	return seq
}

// blocks puts the journal's blocks of entries among the others, in order.
func (s *scanner) blocks(dirs []KeyValue) []KeyValue {
	for key, b := range s.over {
		if key[0] != opEntries || len(b) == 0 {
			continue
		}
		i := len(dirs)
		dirs = append(dirs, KeyValue{})
		for ; i > 0 && string(dirs[i-1].Key) > key; i-- {
			dirs[i] = dirs[i-1]
		}
		dirs[i] = KeyValue{[]byte(key), b}
	}
	return dirs
}

// logged takes the inodes of the journal in.
func (s *scanner) logged(runs []run) []run {
	for key, b := range s.over {
		k := reader{b: []byte(key)[1:]}
		ino := k.fixed(8)
		if key[0] != opInode {
			continue
		}
		s.fs.rewrite[ino>>6] = true
		if len(b) == 0 {
			continue
		}
		r := reader{b: b}
		if rec, list := readRecord(&r, ino); !r.bad && len(r.b) == 0 {
			runs = s.inode(rec, list, string(b), runs)
		} else {
			s.problem("inode "+num(ino)+" in the journal is damaged", nil)
		}
	}
	return runs
}

// again makes what the journal changed part of the next batch, which folds it, once
// the tree is there, and gives pages their bytes.
func (s *scanner) again() {
	for key, b := range s.over {
		k := reader{b: []byte(key)[1:]}
		ino, at := k.fixed(8), k.fixed(8)
		n := s.t.node(ino)
		switch {
		case key[0] == opEntries && n != nil && n.Type() == abi.FiletypeDirectory:
			n.Soil()
			n.SoilBlocks([]uint64{at})
		case key[0] == opEntries && len(b) == 0:
			s.fs.unknown = append(s.fs.unknown, []byte(key))
		case key[0] != opPage || n == nil || len(b) == 0:
		case n.Type() != abi.FiletypeRegularFile || at >= uint64(n.Record().Size+memfs.PageSize-1)>>16 || n.Page(int64(at)) != nil:
			s.problem("page "+num(at)+" of inode "+num(ino)+" in the journal is not the file's", nil)
		default:
			n.Place(int64(at), memfs.Piece{})
			p := n.Page(int64(at))
			n.Fill(int64(at), p, b)
			n.Soil()
			n.SoilPage(p)
		}
	}
}
