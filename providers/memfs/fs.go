// Package memfs is a file system in memory, built for speed.
//
// An inode is one allocation. A file's bytes lie in pages of 64 KiB that are
// never moved, so that appending copies nothing; only the first page starts
// small and doubles. Pages that were never written are holes. Freed pages are
// kept for the next file. A directory is a list of entries in the order they
// were made, with an index of names once it is large.
//
// A Snapshot keeps a tree as it was; New makes a copy of it at once, and copies
// directories and pages only when they are used (see snapshot.go).
//
// Everything is protected by the kernel lock. No call waits.
package memfs

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// DefaultMaxBytes is how much a Store holds unless told otherwise. The browser's
// program has 4 GiB for everything, and cannot survive running out of them.
const DefaultMaxBytes = 2 << 30

// DefaultMaxFileSize is the largest file, holes included.
const DefaultMaxFileSize = 1 << 42

// linkMax is the most names a file may have.
const linkMax = 65000

// Config says what a file system is made of. The zero Config is a good one.
type Config struct {
	// Store is where bytes are kept and counted; nil: a new one of MaxBytes
	// (0: DefaultMaxBytes). File systems may share one.
	Store    *Store
	MaxBytes int64
	// MaxFileSize limits a file's size in bytes (EFBIG); 0: DefaultMaxFileSize.
	MaxFileSize int64
	// ReadOnly refuses all changes (EROFS). Only useful with From.
	ReadOnly bool
	// Time is the root directory's, in nanoseconds since 1970.
	Time uint64
	// From makes a copy of a snapshot instead of an empty file system.
	From *Snapshot
	// Backing keeps the files somewhere else, too. Such a file system has a
	// Store of its own, and no snapshots.
	Backing Backing
}

// FS is a file system in memory.
type FS struct {
	root     *inode
	lastIno  uint64
	store    *Store
	maxFile  int64
	readOnly bool

	gen    uint64            // one more at every snapshot
	snaps  []*Snapshot       // those still in use, oldest first
	kept   []*inode          // those with something in old
	from   *Snapshot         // what this is a copy of
	copies map[*inode]*inode // files of from with several names
	closed bool

	back    Backing
	changed []*inode // since the last Changes, with a Backing
}

// New returns a file system: empty, or a copy of c.From.
func New(c Config) *FS {
	fs := &FS{store: c.Store, maxFile: c.MaxFileSize, readOnly: c.ReadOnly, lastIno: 1, gen: 1}
	if fs.store == nil {
		fs.store = NewStore(c.MaxBytes)
	}
	if c.Backing != nil {
		fs.back, fs.store.back = c.Backing, c.Backing
	}
	if fs.maxFile <= 0 {
		fs.maxFile = DefaultMaxFileSize
	}
	if c.From != nil {
		fs.copyOf(c.From)
		return fs
	}
	fs.root = &inode{fs: fs, ino: 1, gen: fs.gen, typ: abi.FiletypeDirectory}
	fs.root.nlink, fs.root.atim, fs.root.mtim, fs.root.ctim = 2, c.Time, c.Time, c.Time
	fs.root.dir = &dir{parent: fs.root, next: firstCookie, track: fs.back != nil}
	if fs.back != nil {
		fs.root.gen = 0
	}
	fs.store.used += inodeCost
	return fs
}

// Root implements vfs.FS.
func (fs *FS) Root() vfs.Inode { return fs.root }

// ReadOnly implements vfs.FS.
func (fs *FS) ReadOnly() bool { return fs.readOnly }

// SetReadOnly forbids or allows changes.
func (fs *FS) SetReadOnly(on bool) { fs.readOnly = on }

// Sync implements vfs.FS: memory is as durable as it gets.
func (fs *FS) Sync(*vfs.Ctx) abi.Errno { return abi.OK }

// Close implements vfs.FS. The files are gone, except for snapshots.
func (fs *FS) Close(*vfs.Ctx) abi.Errno {
	fs.closed = true
	fs.discard()
	return abi.OK
}

// Immediate implements vfs.Immediate.
func (fs *FS) Immediate() bool { return true }

// Store returns where the bytes are kept.
func (fs *FS) Store() *Store { return fs.store }
