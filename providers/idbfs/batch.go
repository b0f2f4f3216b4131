package idbfs

import (
	"slices"

	"github.com/wasix-web/wasix-web/providers/memfs"
	"github.com/wasix-web/wasix-web/wasix/abi"
)

// segmentSize is where a segment ends: with the page that would pass it.
const segmentSize = 1 << 20

// batch is a transaction on its way.
type batch struct {
	seq    uint64
	strict bool
	bytes  int64
	done   chan struct{}
	errno  abi.Errno // good once done is closed

	// What it takes back when it fails.
	nodes   []*memfs.Node
	entries []entryBlocks
	inodes  []uint64 // blocks
	moved   []moved
	made    []uint64 // segments
	dropped map[uint64]*segment
	unknown [][]byte
}

type entryBlocks struct {
	dir  *memfs.Node
	list []uint64
}

// moved is a page that has got another place.
type moved struct {
	n    *memfs.Node
	p    *memfs.Page
	from memfs.Piece
}

// begin writes everything that has changed. There is no batch in flight.
func (fs *FS) begin(strict bool) *batch {
	if fs.stopTimer != nil {
		fs.stopTimer()
		fs.stopTimer = nil
	}
	nodes, turn := fs.m.Changes()
	fs.seq++
	b := &batch{seq: fs.seq, strict: strict, done: make(chan struct{}), nodes: nodes, dropped: map[uint64]*segment{}}
	fs.flight, fs.again = b, false
	w := writer{fs: fs, b: b, tx: fs.store.Begin(strict), turn: turn}
	for blk := range fs.rewrite {
		b.inodes = append(b.inodes, blk)
	}
	clear(fs.rewrite)
	for _, n := range nodes {
		if !n.Gone() {
			w.pages(n)
		}
	}
	w.segment()
	var rec []byte
	for _, n := range nodes {
		ino := n.Ino()
		at := ino & 63
		if n.Gone() {
			if blk := fs.blocks[ino>>6]; blk != nil && blk.recs[at] != "" {
				b.inodes = append(b.inodes, ino>>6)
				blk.nodes[at], blk.recs[at] = nil, ""
			}
		} else {
			blk := fs.block(ino)
			rec = putRecord(rec[:0], n)
			b.inodes = append(b.inodes, ino>>6)
			blk.nodes[at], blk.recs[at] = n, string(rec)
		}
		if list := n.Blocks(); list != nil {
			b.entries = append(b.entries, entryBlocks{n, list})
			w.entries(n, list)
		}
	}
	slices.Sort(b.inodes)
	b.inodes = slices.Compact(b.inodes)
	for _, blk := range b.inodes {
		w.inodes(blk)
	}
	// Pages that moved may have left nothing behind.
	for _, seg := range fs.dead {
		if s := fs.segs[seg]; s != nil && s.live == 0 {
			b.dropped[seg] = s
			delete(fs.segs, seg)
			w.tx.Delete(segmentKey(w.key, seg, s.size))
		}
	}
	fs.dead = fs.dead[:0]
	for _, key := range fs.unknown {
		w.tx.Delete(key)
	}
	b.unknown, fs.unknown = fs.unknown, nil
	w.super()
	w.tx.Commit(func(err error) { fs.ended(b, err) })
	return b
}

// ended is called when a batch is committed, or is not.
func (fs *FS) ended(b *batch, err error) {
	fs.flight = nil
	if err == nil {
		fs.full, fs.told, fs.delay = false, "", flushDelay
		if fs.free >= 0 {
			fs.free = max(fs.free-b.bytes, 0)
		}
		if b.strict {
			fs.durable = b.seq
		}
		for _, m := range b.moved {
			fs.keep(m.n, m.p)
		}
		fs.commits++
	} else {
		b.errno = fs.failed("write", err)
		if fs.full = b.errno == abi.ENOSPC; fs.full && fs.told != "full" {
			fs.told = "full"
			fs.warn("the quota is used up: " + num(uint64(b.bytes)) + " bytes are in memory only")
		}
		fs.delay = min(2*fs.delay, maxDelay)
		fs.takeBack(b)
	}
	close(b.done)
	if fs.closed || fs.broken {
		return
	}
	changed, dirty := fs.m.Pending()
	switch {
	case changed == 0:
	case err == nil && (fs.again || dirty >= fs.FlushBytes):
		fs.begin(false)
	default:
		fs.Changed()
	}
	fs.evict()
	if err == nil {
		fs.clean()
	}
}

// takeBack makes what was in a batch part of the next one.
func (fs *FS) takeBack(b *batch) {
	for seg, s := range b.dropped {
		fs.segs[seg] = s
		fs.dead = append(fs.dead, seg)
	}
	for _, n := range b.nodes {
		n.Soil()
	}
	for _, m := range b.moved {
		if !m.p.Alive() {
			continue
		}
		m.p.SetAt(m.from)
		if s := fs.segs[m.from.Seg]; s != nil {
			s.live += m.from.Len
		}
		m.n.SoilPage(m.p)
	}
	for _, seg := range b.made {
		delete(fs.segs, seg)
	}
	fs.unknown = append(fs.unknown, b.unknown...)
	for _, e := range b.entries {
		e.dir.SoilBlocks(e.list)
	}
	for _, blk := range b.inodes {
		fs.rewrite[blk] = true
	}
}

// writer puts a batch into a transaction.
type writer struct {
	fs   *FS
	b    *batch
	tx   Txn
	turn uint32
	key  []byte
	rec  []byte
	data []byte // the segment that is being filled
	toc  []byte // what it holds
}

func (w *writer) put(key, value []byte) {
	w.b.bytes += int64(len(key) + len(value))
	w.tx.Put(key, value)
}

// pages gives the pages of a file a place that were written to.
func (w *writer) pages(n *memfs.Node) {
	n.Pages(func(i int64, p *memfs.Page) {
		if p.Turn() != w.turn || p.Absent() {
			return
		}
		data := n.Bytes(i, p)
		from := p.At()
		if len(w.data)+len(data) > segmentSize {
			w.segment()
		}
		at := memfs.Piece{}
		if len(data) != 0 {
			if w.data == nil {
				w.data = make([]byte, 0, max(len(data), 4096))
			}
			at = memfs.Piece{Seg: w.fs.nextSeg, Off: uint32(len(w.data)), Len: uint32(len(data))}
			w.data = append(w.data, data...)
			w.toc = putUint(putUint(w.toc, n.Ino()), uint64(i))
			w.toc = putUint(putUint(w.toc, uint64(at.Off)), uint64(at.Len))
		}
		p.SetAt(at)
		if from.Len != 0 {
			w.fs.Freed(from)
		}
		w.b.moved = append(w.b.moved, moved{n, p, from})
	})
}

// segment writes the segment that was being filled.
func (w *writer) segment() {
	if len(w.data) == 0 {
		return
	}
	live := uint32(len(w.data))
	w.data = put32(append(w.data, w.toc...), live)
	size := uint32(len(w.data))
	seg := w.fs.nextSeg
	w.fs.nextSeg++
	w.key = segmentKey(w.key, seg, size)
	w.put(w.key, w.data)
	w.fs.segs[seg] = &segment{size, live, true}
	w.b.made = append(w.b.made, seg)
	w.data, w.toc = w.data[:0], w.toc[:0]
}

// entries writes blocks of a directory's entries.
func (w *writer) entries(dir *memfs.Node, list []uint64) {
	for _, blk := range list {
		w.rec = w.rec[:0]
		if !dir.Gone() {
			first := blk << memfs.BlockBits
			dir.Entries(max(first, 1), first+1<<memfs.BlockBits-1, func(cookie uint64, name string, in *memfs.Node) {
				w.rec = append(w.rec, byte(cookie&(1<<memfs.BlockBits-1)))
				w.rec = putUint(putUint(w.rec, in.Ino()), uint64(len(name)))
				w.rec = append(w.rec, name...)
			})
		}
		w.record(dirKey(w.key, dir.Ino(), blk))
	}
}

// inodes writes a block of inodes.
func (w *writer) inodes(blk uint64) {
	w.rec = w.rec[:0]
	b := w.fs.blocks[blk]
	if b != nil {
		for i := range b.recs {
			if b.recs[i] != "" {
				w.rec = append(append(w.rec, byte(i)), b.recs[i]...)
			}
		}
	}
	if len(w.rec) == 0 {
		delete(w.fs.blocks, blk)
	}
	w.record(inodeKey(w.key, blk))
}

// record writes w.rec, or deletes what is there when it is empty.
func (w *writer) record(key []byte) {
	w.key = key
	if len(w.rec) == 0 {
		w.tx.Delete(key)
		return
	}
	w.put(key, w.rec)
}

func (w *writer) super() {
	b := append(w.rec[:0], 'w', 'x', 'f', 's', version)
	b = putUint(putUint(putUint(b, w.fs.m.LastIno()), w.fs.nextSeg), w.b.seq)
	w.put(superKey, b)
}
