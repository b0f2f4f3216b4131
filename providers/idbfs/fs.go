// Package idbfs is a file system on IndexedDB.
//
// It is memfs with a database behind it: every call works on memory and returns
// at once, and what has changed is written behind, in batches. A batch is one
// transaction with all that changed since the last one, so the database always
// holds a state that programs have passed through, whenever the browser dies.
// Names, attributes and the places of contents are in memory from the mount on;
// contents come when they are first read, and leave when they are clean and
// CacheBytes are exceeded.
//
// A batch is written when FlushBytes have changed, half a second after a change,
// and for Sync, which waits for a transaction of strict durability. When that is
// little it goes to a journal first (journal.go).
//
// Everything is protected by the kernel lock.
package idbfs

import (
	"github.com/wasix-web/wasix-web/providers/memfs"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// Config says how a database is mounted. The zero Config is a good one.
type Config struct {
	// Name is the database's, for messages.
	Name string
	// ReadOnly shows the files as the last batch left them (EROFS). Another
	// may be writing: Sync looks what is new.
	ReadOnly bool
	// Repair mends what is wrong instead of refusing to mount.
	Repair bool
	// CacheBytes is how much of clean contents is kept in memory. Default 256 MiB.
	CacheBytes int64
	// FlushBytes is how much may change before a batch is written, whatever the
	// time. Default 16 MiB. Writers wait when four times as much has changed.
	FlushBytes int64
	// Time is a new root directory's, in nanoseconds since 1970.
	Time uint64
	// Warn gets what a user should know.
	Warn func(msg string)
}

const (
	defaultCache = 256 << 20
	defaultFlush = 16 << 20
	flushDelay   = 500 // milliseconds
	maxDelay     = 30_000
	spareRoom    = 64 << 10 // for what a batch writes beside contents
	inodeRoom    = 128      // for an inode and a name
)

// FS is a mounted database.
type FS struct {
	Config
	tree
	store Store

	seq       uint64 // batches begun
	durable   uint64 // the last batch that is known to survive anything
	flight    *batch
	again     bool            // a batch is due when this one is done
	dead      []uint64        // segments without use
	unknown   [][]byte        // keys of records to be deleted
	rewrite   map[uint64]bool // inode blocks that are to be written anyway
	stopTimer func()
	delay     int // of the next flush, longer after failures

	loads  map[uint64]*load
	loaded uint64   // loads that are done
	asked  uint64   // the last segment that was waited for, or loaded with it
	ring   []cached // clean pages in memory, oldest first

	free   int64 // bytes the quota leaves; -1 unknown
	full   bool  // the last batch met the quota
	broken bool  // the database has gone
	closed bool
	told   string // the last warning

	commits  int
	cleaning bool
}

// tree is what a database holds: the files, and where things are.
type tree struct {
	m       *memfs.FS
	blocks  map[uint64]*block // inodes by number >> 6
	segs    map[uint64]*segment
	nextSeg uint64
	journal
}

// block is 64 inodes and their records as they are in the database.
type block struct {
	nodes [64]*memfs.Node
	recs  [64]string
}

// segment counts what is used of a segment.
type segment struct {
	size, live uint32
	seen       bool // its pages have been in memory
}

func (t *tree) node(ino uint64) *memfs.Node {
	if b := t.blocks[ino>>6]; b != nil {
		return b.nodes[ino&63]
	}
	return nil
}

func (t *tree) block(ino uint64) *block {
	b := t.blocks[ino>>6]
	if b == nil {
		b = new(block)
		t.blocks[ino>>6] = b
	}
	return b
}

// Root implements vfs.FS.
func (fs *FS) Root() vfs.Inode { return fs.m.Root() }

// ReadOnly implements vfs.FS.
func (fs *FS) ReadOnly() bool { return fs.Config.ReadOnly }

// Changed implements memfs.Backing.
func (fs *FS) Changed() {
	if fs.stopTimer == nil && !fs.closed && !fs.broken && !fs.Config.ReadOnly {
		fs.stopTimer = fs.store.After(fs.delay, fs.tick)
	}
}

// tick writes what has changed.
func (fs *FS) tick() {
	fs.stopTimer = nil
	if fs.closed || fs.broken {
		return
	}
	changed, _ := fs.m.Pending()
	switch {
	case fs.flight != nil:
		fs.again = true
	case changed != 0:
		fs.begin(false)
	case len(fs.slots) != 0:
		if fs.last != fs.seq {
			fs.last, fs.idle = fs.seq, 0
		}
		if fs.idle++; fs.idle == idleTicks {
			fs.begin(false)
		} else {
			fs.Changed()
		}
	}
}

// Freed implements memfs.Backing.
func (fs *FS) Freed(at memfs.Piece) {
	if s := fs.segs[at.Seg]; s != nil {
		if s.live -= at.Len; s.live == 0 {
			fs.dead = append(fs.dead, at.Seg)
		}
	}
}

// Room implements memfs.Backing.
//
// Errors: ENOSPC, EIO the database has gone.
func (fs *FS) Room(ctx *vfs.Ctx, n int64) abi.Errno {
	for asked := false; ; {
		if fs.broken || fs.closed {
			return abi.EIO
		}
		changed, dirty := fs.m.Pending()
		need := dirty + int64(changed)*inodeRoom + fs.journal.bytes + n + n>>4 + spareRoom
		if fs.flight != nil {
			need += fs.flight.bytes
		}
		short := fs.free >= 0 && need > fs.free
		behind := dirty > 4*fs.FlushBytes || fs.full
		switch {
		case !short && !behind:
			if dirty >= fs.FlushBytes {
				fs.kick()
			}
			return abi.OK
		case !ctx.MayBlock:
			return vfs.ErrMustWait
		case behind, !asked && (changed != 0 || len(fs.slots) != 0 || fs.flight != nil):
			// Let the database catch up.
			b := fs.kick()
			if e := b.wait(ctx); e != abi.OK {
				return e
			}
			if b.errno != abi.OK {
				return b.errno
			}
		case !asked:
			asked = true
			if e := fs.estimate(ctx); e != abi.OK {
				return e
			}
		default:
			return abi.ENOSPC
		}
	}
}

// kick makes sure that a batch is on its way.
func (fs *FS) kick() *batch {
	if fs.flight == nil {
		fs.begin(false)
	}
	return fs.flight
}

// estimate asks how much room there is.
func (fs *FS) estimate(ctx *vfs.Ctx) abi.Errno {
	done := make(chan struct{})
	fs.store.Estimate(func(free int64) {
		fs.free = free
		close(done)
	})
	return ctx.Wait(done)
}

// Sync implements vfs.FS and memfs.Backing. What is read-only looks for what
// another has written.
//
// Errors: ENOSPC, EIO, EINTR; ErrMustWait with ctx.On.
func (fs *FS) Sync(ctx *vfs.Ctx) abi.Errno {
	if fs.Config.ReadOnly {
		if !ctx.MayBlock {
			return vfs.ErrMustWait
		}
		return fs.refresh(ctx)
	}
	if b, ok := ctx.On.(*batch); ok && b.over && !ctx.MayBlock {
		ctx.On = nil
		return b.errno
	}
	goal := fs.seq
	changed, _ := fs.m.Pending()
	if changed != 0 {
		goal++
	}
	for fs.durable < goal {
		if fs.broken || fs.closed {
			return abi.EIO
		}
		b := fs.flight
		if b == nil {
			b = fs.begin(true)
		}
		if !ctx.MayBlock {
			if ctx.On = b; b.seq < goal || !b.strict {
				ctx.On = other{b} // there is more to be waited for
			}
			return vfs.ErrMustWait
		}
		if e := b.wait(ctx); e != abi.OK {
			return e
		}
		if b.errno != abi.OK && b.seq >= goal {
			return b.errno
		}
	}
	return abi.OK
}

// Close implements vfs.FS.
func (fs *FS) Close(ctx *vfs.Ctx) abi.Errno {
	if fs.closed {
		return abi.OK
	}
	if !fs.Config.ReadOnly && !fs.broken {
		if e := fs.Sync(ctx); e != abi.OK && !fs.broken {
			return e
		}
		if len(fs.slots) != 0 && !fs.broken {
			fs.kick().wait(ctx) // without it the journal stays
		}
	}
	fs.closed = true
	if fs.stopTimer != nil {
		fs.stopTimer()
		fs.stopTimer = nil
	}
	fs.store.Close()
	return abi.OK
}

// failed turns a failure of the database into an errno, and says so.
func (fs *FS) failed(what string, err error) abi.Errno {
	if isQuota(err) {
		return abi.ENOSPC
	}
	fs.broken = fs.broken || isGone(err)
	if msg := what + ": " + err.Error(); msg != fs.told {
		fs.told = msg
		fs.warn(msg)
	}
	return abi.EIO
}

func (fs *FS) warn(msg string) {
	if fs.Warn != nil {
		fs.Warn("idb " + fs.Name + ": " + msg)
	}
}
