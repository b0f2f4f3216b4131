package idbfs

import (
	"github.com/wasix-web/wasix-web/providers/memfs"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// verify compares names with counts, and finds what no name leads to. An inode
// without names that says so was open when the browser ended: it goes.
func (s *scanner) verify() {
	if s.fresh {
		return
	}
	t := s.t
	for blk, b := range t.blocks {
		for i, n := range b.nodes {
			if n == nil {
				continue
			}
			rec := n.Record()
			names := uint32(0)
			if k := s.names[blk]; k != nil {
				names = k[i]
			}
			if rec.Type == abi.FiletypeDirectory {
				s.directory(n, rec, names)
			} else if names == 0 && rec.Nlink != 0 {
				s.lost(n)
			} else if names != rec.Nlink {
				s.problem("inode "+num(rec.Ino)+" has "+num(uint64(names))+" names, not "+num(uint64(rec.Nlink)), func() {
					n.Soil()
					n.SetNlink(names)
				})
			}
		}
	}
}

// directory looks at one directory: it is reached from the root, its names
// differ, and the count is right.
func (s *scanner) directory(n *memfs.Node, rec memfs.Record, names uint32) {
	if rec.Nlink == 0 && names == 0 && rec.Ino != 1 {
		return
	}
	links := uint32(2)
	n.Entries(1, 1<<63-1, func(cookie uint64, name string, in *memfs.Node) {
		if in.Type() == abi.FiletypeDirectory {
			links++
		}
		if other := n.Find(name); other != in {
			s.problem("inode "+num(rec.Ino)+" has two entries called "+name, func() { n.Retitle(cookie, name+"~"+num(cookie)) })
		}
	})
	if links != rec.Nlink {
		s.problem("directory "+num(rec.Ino)+" has "+num(uint64(links))+" links, not "+num(uint64(rec.Nlink)), func() {
			n.Soil()
			n.SetNlink(links)
		})
	}
	// Two steps up for one: who is met again goes round in a circle.
	slow := n
	for d, k := n, 0; d.Ino() != 1; k++ {
		if k&1 == 1 {
			slow = s.parent(slow)
		}
		if d = s.parent(d); d == nil || d == slow {
			if d != nil && n.Ino() != s.lowest(d) {
				return // another of the circle will do
			}
			if d != nil || names == 0 {
				s.lost(n)
			}
			return
		}
	}
}

func (s *scanner) parent(n *memfs.Node) *memfs.Node {
	if p := s.parents[n.Ino()>>6]; p != nil {
		return p[n.Ino()&63]
	}
	return nil
}

// lowest returns the lowest number in a circle of directories.
func (s *scanner) lowest(n *memfs.Node) uint64 {
	low := n.Ino()
	for d := s.parent(n); d != n; d = s.parent(d) {
		low = min(low, d.Ino())
	}
	return low
}

// lost finds a new name for what has none.
func (s *scanner) lost(n *memfs.Node) {
	s.problem("no name leads to inode "+num(n.Ino()), nil)
	s.losses = append(s.losses, func() {
		if p := s.parent(n); p != nil {
			p.Drop(n) // it is in a circle
		}
		root := s.t.m.Root().(*memfs.Node)
		root.Adopt("lost-"+num(n.Ino()), n)
	})
}

// mend makes what was found wrong right, in memory, for the next batch to write.
func (s *scanner) mend() {
	for _, fn := range append(s.mends, s.losses...) {
		fn()
	}
	s.fs.dead = append(s.fs.dead, s.unused...)
	for _, b := range s.t.blocks {
		for _, n := range b.nodes {
			if n != nil && n.Gone() {
				n.Reap()
			}
		}
	}
}

// deleter returns a mend that deletes a record nobody knows.
func (fs *FS) deleter(key []byte) func() {
	return func() { fs.unknown = append(fs.unknown, key) }
}

// Check compares what the database holds with what it should, after a Sync, and
// returns what is wrong. With repair that is mended: all that is in memory is
// written again, and what belongs to nothing is deleted. ctx may block.
//
// Errors: EIO, ENOSPC; EROFS to repair.
func (fs *FS) Check(ctx *vfs.Ctx, repair bool) ([]string, abi.Errno) {
	if repair && fs.Config.ReadOnly {
		return nil, abi.EROFS
	}
	if e := fs.Sync(ctx); e != abi.OK {
		return nil, e
	}
	list, e, _ := fs.scan(ctx)
	if e != abi.OK {
		return nil, e
	}
	seen := &FS{Config: Config{Name: fs.Name}, rewrite: map[uint64]bool{}, closed: true}
	s := scanner{fs: seen, t: newTree(seen, 0)}
	seen.tree = *s.t
	if e := s.read(list); e != abi.OK {
		return s.problems, e
	}
	s.verify()
	for seg := range s.t.segs {
		if fs.segs[seg] == nil {
			s.problem("segment "+num(seg)+" belongs to nothing", nil)
		}
	}
	if len(s.problems) == 0 || !repair {
		return s.problems, abi.OK
	}
	fs.restore(list)
	return s.problems, fs.Sync(ctx)
}

// restore makes everything part of the next batch, and forgets contents that
// the database has lost.
func (fs *FS) restore(list []KeyValue) {
	var key []byte
	known := map[string]bool{string(superKey): true}
	for slot := range fs.slots {
		key = journalKey(key, slot)
		known[string(key)] = true
	}
	fs.whole = true
	for blk, b := range fs.blocks {
		key = inodeKey(key, blk)
		known[string(key)] = true
		for _, n := range b.nodes {
			if n == nil {
				continue
			}
			n.Soil()
			if n.Type() == abi.FiletypeDirectory {
				var blocks []uint64
				n.Entries(1, 1<<63-1, func(cookie uint64, _ string, _ *memfs.Node) {
					blocks = append(blocks, cookie>>memfs.BlockBits)
					key = dirKey(key, n.Ino(), cookie>>memfs.BlockBits)
					known[string(key)] = true
				})
				n.SoilBlocks(blocks)
			}
		}
	}
	there := map[uint64]bool{}
	for _, kv := range list {
		if len(kv.Key) == 13 && kv.Key[0] == keySegment {
			r := reader{b: kv.Key[1:]}
			seg := r.fixed(8)
			if s := fs.segs[seg]; s != nil && r.fixed(4) == uint64(s.size) {
				there[seg] = true
				continue
			}
		}
		if !known[string(kv.Key)] {
			fs.unknown = append(fs.unknown, kv.Key)
		}
	}
	for _, b := range fs.blocks {
		for _, n := range b.nodes {
			if n == nil {
				continue
			}
			var gone []int64
			n.Pages(func(i int64, p *memfs.Page) {
				if at := p.At(); at.Len == 0 || there[at.Seg] {
				} else if p.Absent() {
					gone = append(gone, i)
				} else {
					n.SoilPage(p)
				}
			})
			for _, i := range gone {
				n.Lose(i)
			}
		}
	}
	for seg := range fs.segs {
		if !there[seg] {
			delete(fs.segs, seg)
		}
	}
}
