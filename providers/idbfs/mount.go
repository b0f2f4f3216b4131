package idbfs

import (
	"errors"
	"slices"
	"strings"

	"github.com/wasix-web/wasix-web/providers/memfs"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// Mount shows the files of a database. The store is closed when that fails. ctx
// may block.
//
// Errors: EIO the database cannot be read, or it is damaged and c.Repair is not
// set; ENOTSUP a later version has written it; those of ctx.Wait.
func Mount(ctx *vfs.Ctx, store Store, c Config) (*FS, abi.Errno, error) {
	if c.CacheBytes <= 0 {
		c.CacheBytes = defaultCache
	}
	if c.FlushBytes <= 0 {
		c.FlushBytes = defaultFlush
	}
	fs := &FS{Config: c, store: store, free: -1, delay: flushDelay, loads: map[uint64]*load{}, rewrite: map[uint64]bool{}}
	e, err := fs.mount(ctx)
	if e != abi.OK {
		store.Close()
		fs.closed = true
		return nil, e, err
	}
	return fs, abi.OK, nil
}

func (fs *FS) mount(ctx *vfs.Ctx) (abi.Errno, error) {
	if !fs.Config.ReadOnly {
		// Nobody waits for it: some browsers take longer than for all the rest.
		fs.store.Estimate(func(free int64) { fs.free = free })
	}
	list, e, err := fs.scan(ctx)
	if e != abi.OK {
		return e, err
	}
	s := scanner{fs: fs, t: newTree(fs, fs.Time)}
	if e := s.read(list); e != abi.OK {
		return e, errors.New(s.problems[0])
	}
	s.verify()
	if len(s.problems) != 0 && !fs.Repair && !fs.Config.ReadOnly {
		return abi.EIO, errors.New("damaged: " + summary(s.problems))
	}
	fs.tree, fs.seq, fs.durable = *s.t, s.seq, s.seq
	fs.whole = true
	if len(s.problems) != 0 {
		fs.warn("damaged: " + summary(s.problems))
	}
	if !fs.Config.ReadOnly {
		s.mend()
		if s.migrated {
			fs.restore(list)
		}
		if len(s.problems) != 0 || s.migrated {
			fs.m.Root().(*memfs.Node).Soil()
			if e := fs.Sync(ctx); e != abi.OK {
				return e, nil
			}
		}
		if len(fs.slots) != 0 {
			fs.Changed()
		}
		return abi.OK, nil
	}
	s.mend()
	fs.m.Changes()
	return abi.OK, nil
}

func summary(problems []string) string {
	if len(problems) > 3 {
		return strings.Join(problems[:3], "; ") + "; and " + num(uint64(len(problems)-3)) + " more"
	}
	return strings.Join(problems, "; ")
}

// scan reads all but the contents.
func (fs *FS) scan(ctx *vfs.Ctx) (list []KeyValue, errno abi.Errno, err error) {
	done := make(chan struct{})
	fs.store.Scan([]byte{keySegment}, func(l []KeyValue, e error) {
		list, err = l, e
		close(done)
	})
	if e := ctx.Wait(done); e != abi.OK {
		return nil, e, nil
	}
	if err != nil {
		return nil, fs.failed("read", err), err
	}
	return list, abi.OK, nil
}

func newTree(back memfs.Backing, time uint64) *tree {
	return &tree{m: memfs.New(memfs.Config{Backing: back, Time: time}), blocks: map[uint64]*block{}, segs: map[uint64]*segment{}, nextSeg: 1}
}

// scanner builds a tree of what a database holds, and finds what is wrong.
type scanner struct {
	fs       *FS
	t        *tree
	old      map[uint64]*block // inodes that are to be used again
	problems []string
	fresh    bool // the database is empty
	seq      uint64
	names    map[uint64]*[64]uint32      // how many lead to each inode
	parents  map[uint64]*[64]*memfs.Node // one of the directories
	mends    []func()
	losses   []func() // come after mends, which set counts
	migrated bool
	unused   []uint64          // segments
	over     map[string][]byte // what the journal has
}

func (s *scanner) problem(what string, mend func()) {
	s.problems = append(s.problems, what)
	if mend != nil {
		s.mends = append(s.mends, mend)
	}
}

// read takes the records in.
//
// Errors: ENOTSUP.
func (s *scanner) read(list []KeyValue) abi.Errno {
	t := s.t
	root := t.m.Root().(*memfs.Node)
	if len(list) == 0 {
		s.fresh = true
		root.Soil()
		return abi.OK
	}
	list = s.migrate(list)
	if e := s.super(list); e != abi.OK {
		return e
	}
	s.names, s.parents = map[uint64]*[64]uint32{}, map[uint64]*[64]*memfs.Node{}
	s.over = map[string][]byte{}
	for _, kv := range list {
		if kv.Key[0] == keyJournal && len(kv.Key) == 3 {
			s.record(kv)
		}
	}
	var dirs []KeyValue
	var runs []run
	for _, kv := range list {
		r := reader{b: kv.Key}
		switch kind := r.byte(); {
		case kind == keySuper && len(kv.Key) == 1:
		case kind == keyJournal && len(kv.Key) == 3:
		case kind == keyDir && len(kv.Key) == 17:
			if s.over[string(kv.Key)] == nil {
				dirs = append(dirs, kv)
			}
		case kind == keyInode && len(kv.Key) == 9:
			runs = s.inodes(r.fixed(8), kv, runs)
		case kind == keySegment && len(kv.Key) == 13:
			seg := r.fixed(8)
			t.segs[seg] = &segment{size: uint32(r.fixed(4))}
			if seg >= t.nextSeg {
				s.problem("segment "+num(seg)+" is newer than the super record", nil)
				t.nextSeg = seg + 1
			}
		default:
			s.problem("a record of an unknown kind", s.fs.deleter(kv.Key))
		}
	}
	runs = s.logged(runs)
	if t.node(root.Ino()) == nil {
		s.problem("the root directory is missing", nil)
		t.block(root.Ino()).nodes[root.Ino()&63] = root
		root.Soil()
	}
	s.places(runs)
	for _, kv := range s.blocks(dirs) {
		s.entries(kv)
	}
	for _, b := range t.blocks {
		for _, n := range b.nodes {
			if n != nil && n.Type() == abi.FiletypeDirectory {
				n.Settle()
			}
		}
	}
	s.again()
	return abi.OK
}

// migrations turn the records of each old version into those of the next.
var migrations = [version]func([]KeyValue) []KeyValue{}

// migrate makes the records of an old version the present one's. They are all
// written again in the first batch.
func (s *scanner) migrate(list []KeyValue) []KeyValue {
	for {
		v := list[0].Value
		if len(list[0].Key) != 1 || len(v) < 5 || v[4] >= version || migrations[v[4]] == nil {
			return list
		}
		list = migrations[v[4]](slices.Clone(list))
		s.migrated = true
	}
}

func (s *scanner) super(list []KeyValue) abi.Errno {
	kv := list[0]
	r := reader{b: kv.Value}
	if len(kv.Key) != 1 || kv.Key[0] != keySuper || len(kv.Value) < 5 || string(kv.Value[:4]) != "wxfs" {
		s.problem("the super record is missing", nil)
		return abi.OK
	}
	r.b = r.b[4:]
	if v := r.byte(); v > version || v < oldest {
		s.problems = []string{"version " + num(uint64(v)) + " of wasix-web's files: this one knows version " + num(version)}
		return abi.ENOTSUP
	}
	s.t.m.SetLastIno(r.uint())
	s.t.nextSeg, s.seq = r.uint(), r.uint()
	if r.bad {
		s.problem("the super record is damaged", nil)
	}
	return abi.OK
}

// inodes reads a block of inodes. The runs of files follow each other in runs,
// behind one whose n is 0 and whose first is the inode's number.
func (s *scanner) inodes(blk uint64, kv KeyValue, runs []run) []run {
	t := s.t
	r := reader{b: kv.Value}
	for len(r.b) != 0 {
		at := r.byte()
		start := r.b
		ino := blk<<6 + uint64(at)
		rec, list := readRecord(&r, ino)
		if r.bad || at > 63 || ino == 0 || ino == 1 && rec.Type != abi.FiletypeDirectory {
			s.problem("inode block "+num(blk)+" is damaged", func() { s.fs.rewrite[blk] = true })
			break
		}
		if ino > t.m.LastIno() {
			s.problem("inode "+num(ino)+" is newer than the super record", nil)
		}
		if s.over[overKey(opInode, ino, 0)] == nil {
			runs = s.inode(rec, list, string(start[:len(start)-len(r.b)]), runs)
		}
	}
	return runs
}

// inode makes an inode.
func (s *scanner) inode(rec memfs.Record, list []run, text string, runs []run) []run {
	t, at := s.t, rec.Ino&63
	var n *memfs.Node
	if b := s.old[rec.Ino>>6]; b != nil && b.nodes[at] != nil && b.nodes[at].Type() == rec.Type {
		n = b.nodes[at]
		n.Renew(rec)
	} else {
		n = t.m.Revive(rec)
	}
	b := t.block(rec.Ino)
	b.nodes[at], b.recs[at] = n, text
	if len(list) != 0 {
		runs = append(append(runs, run{first: int64(rec.Ino)}), list...)
	}
	return runs
}

// places puts the pages of files into their places.
func (s *scanner) places(runs []run) {
	t := s.t
	var n *memfs.Node
	for _, u := range runs {
		if u.n == 0 {
			n = t.node(uint64(u.first))
			continue
		}
		seg := t.segs[u.at.Seg]
		size := n.Record().Size
		u.each(func(i int64, at memfs.Piece) {
			switch {
			case seg == nil || uint64(at.Off)+uint64(at.Len)+4 > uint64(seg.size):
				s.problem("page "+num(uint64(i))+" of inode "+num(n.Ino())+" is in segment "+num(at.Seg)+", which is missing", n.Soil)
			case i > (size-1)>>16:
				s.problem("page "+num(uint64(i))+" of inode "+num(n.Ino())+" is behind the end", n.Soil)
			default:
				seg.live += at.Len
				n.Place(i, at)
			}
		})
	}
	for id, seg := range t.segs {
		if seg.live == 0 {
			s.unused = append(s.unused, id)
		}
	}
}

// entries reads a block of a directory's entries.
func (s *scanner) entries(kv KeyValue) {
	t := s.t
	k := reader{b: kv.Key[1:]}
	ino, blk := k.fixed(8), k.fixed(8)
	dir := t.node(ino)
	if dir == nil || dir.Type() != abi.FiletypeDirectory {
		s.problem("entries of inode "+num(ino)+", which is no directory", s.fs.deleter(kv.Key))
		return
	}
	again := func() {
		dir.Soil()
		dir.SoilBlocks([]uint64{blk})
	}
	r := reader{b: kv.Value}
	last := blk<<memfs.BlockBits - 1
	for len(r.b) != 0 {
		cookie := blk<<memfs.BlockBits + uint64(r.byte())
		child := r.uint()
		name := r.string()
		if r.bad || cookie < 3 || cookie>>memfs.BlockBits != blk || cookie <= last && last+1 != blk<<memfs.BlockBits || name == "" {
			s.problem("entries of inode "+num(ino)+", block "+num(blk)+", are damaged", again)
			return
		}
		last = cookie
		in := t.node(child)
		if in == nil || child == 1 {
			s.problem(name+" in inode "+num(ino)+" leads to inode "+num(child)+", which is missing", again)
			continue
		}
		names := s.names[child>>6]
		if names == nil {
			names = new([64]uint32)
			s.names[child>>6], s.parents[child>>6] = names, new([64]*memfs.Node)
		}
		if in.Type() == abi.FiletypeDirectory && names[child&63] != 0 {
			s.problem(name+" in inode "+num(ino)+" is another name of directory "+num(child), again)
			continue
		}
		names[child&63]++
		s.parents[child>>6][child&63] = dir
		dir.Enter(cookie, name, in)
	}
}

// refresh reads again what another has written.
func (fs *FS) refresh(ctx *vfs.Ctx) abi.Errno {
	list, e, _ := fs.scan(ctx)
	if e != abi.OK {
		return e
	}
	if len(list) != 0 && latest(list) == fs.seq {
		return abi.OK
	}
	s := scanner{fs: fs, old: fs.blocks, t: &tree{m: fs.m, blocks: map[uint64]*block{}, segs: map[uint64]*segment{}, nextSeg: 1}}
	if e := s.read(list); e != abi.OK {
		fs.warn(summary(s.problems))
		return e
	}
	s.verify()
	s.mend()
	for blk, b := range fs.blocks {
		for i, n := range b.nodes {
			if now := s.t.blocks[blk]; n != nil && n.Ino() != 1 && (now == nil || now.nodes[i] != n) {
				r := n.Record()
				r.Nlink, r.Size = 0, 0
				n.Renew(r)
			}
		}
	}
	fs.tree, fs.seq, fs.durable, fs.dead = *s.t, s.seq, s.seq, nil
	fs.ring = nil
	fs.m.Changes()
	return abi.OK
}
