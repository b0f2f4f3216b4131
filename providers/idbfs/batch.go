package idbfs

import (
	"slices"

	"github.com/wasix-web/wasix-web/providers/memfs"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

// segmentSize is where a segment ends: with the page that would pass it.
const segmentSize = 1 << 20

// batch is a transaction on its way.
type batch struct {
	seq    uint64
	strict bool
	brief  bool // one record of the journal
	wiped  bool // the journal's records are deleted
	bytes  int64
	over   bool
	parked bool // a goroutine waits
	done   chan struct{}
	errno  abi.Errno // good once done is closed
	waiter.Queue

	// What it takes back when it fails.
	nodes   []*memfs.Node
	entries []entryBlocks
	inodes  []uint64 // blocks
	moved   []moved
	made    []uint64 // segments
	dropped map[uint64]*segment
	unknown [][]byte
}

// other is a batch that is not all that a Sync has to wait for.
type other struct{ *batch }

// Kick, when set, is called to make goroutines run that have become ready.
var Kick func()

func (b *batch) wait(ctx *vfs.Ctx) abi.Errno {
	b.parked = true
	return ctx.Wait(b.done)
}

// Readiness implements waiter.Waitable.
func (b *batch) Readiness(waiter.Mask) waiter.Mask { return waiter.Out }

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
	pages, brief := fs.brief(strict)
	if !brief {
		fs.fold()
		if fs.stopTimer != nil {
			fs.stopTimer()
			fs.stopTimer = nil
		}
	}
	nodes, turn := fs.m.Changes()
	fs.seq++
	b := &batch{seq: fs.seq, strict: strict, brief: brief, done: make(chan struct{}), nodes: nodes}
	fs.flight, fs.again = b, false
	w := writer{fs: fs, b: b, tx: fs.store.Begin(strict), turn: turn}
	if brief {
		w.logged(pages)
	} else {
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
	}
	for _, n := range nodes {
		w.inode(n)
		if list := n.Blocks(); list != nil {
			b.entries = append(b.entries, entryBlocks{n, list})
			w.entries(n, list)
		}
	}
	if brief {
		w.log()
	} else {
		w.rest()
	}
	w.tx.Commit(func(err error) { fs.ended(b, err) })
	return b
}

// rest writes what comes after contents and entries, and deletes what is of no use.
func (w *writer) rest() {
	fs, b := w.fs, w.b
	slices.Sort(b.inodes)
	b.inodes = slices.Compact(b.inodes)
	for _, blk := range b.inodes {
		w.inodes(blk)
	}
	// Pages that moved may have left nothing behind.
	b.dropped = map[uint64]*segment{}
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
	w.wipe()
	w.super()
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
		fs.logEnded(b)
		if !b.brief {
			for _, m := range b.moved {
				fs.keep(m.n, m.p)
			}
			fs.commits++
		}
	} else {
		b.errno = fs.failed("write", err)
		if fs.full = b.errno == abi.ENOSPC; fs.full && fs.told != "full" {
			fs.told = "full"
			fs.warn("the quota is used up: " + num(uint64(b.bytes)) + " bytes are in memory only")
		}
		fs.delay = min(2*fs.delay, maxDelay)
		fs.whole = true
		fs.takeBack(b)
	}
	b.over = true
	close(b.done)
	if b.Notify(waiter.Out); b.parked && Kick != nil {
		Kick()
	}
	if fs.closed || fs.broken {
		return
	}
	changed, dirty := fs.m.Pending()
	switch {
	case changed == 0 && len(fs.slots) == 0:
	case changed != 0 && err == nil && (fs.again || dirty >= fs.FlushBytes):
		fs.begin(false)
	default:
		fs.Changed()
	}
	fs.evict()
	if err == nil && !b.brief {
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
	ops  []byte // the record of the journal
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

// inode brings an inode's block up to date; what is in the journal is in no block yet.
func (w *writer) inode(n *memfs.Node) {
	ino := n.Ino()
	at := ino & 63
	w.rec = w.rec[:0]
	if n.Gone() {
		blk := w.fs.blocks[ino>>6]
		if blk == nil || blk.recs[at] == "" {
			return
		}
		blk.nodes[at], blk.recs[at] = nil, ""
	} else {
		blk := w.fs.block(ino)
		w.rec = putRecord(w.rec, n)
		blk.nodes[at], blk.recs[at] = n, string(w.rec)
	}
	w.b.inodes = append(w.b.inodes, ino>>6)
	if w.b.brief {
		w.op(opInode, ino, 0, 0, w.rec)
	}
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
		if w.b.brief {
			w.op(opEntries, dir.Ino(), blk, 0, w.rec)
			continue
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
