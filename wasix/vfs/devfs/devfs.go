// Package devfs is the file system for /dev: null, zero, full, random, urandom,
// and the doors to the calling process's open files: stdin, stdout, stderr,
// tty and fd/.
//
// Nothing can be made or removed in it (EROFS); the empty directory shm is there
// to mount a file system on.
package devfs

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// Config is what the devices need.
type Config struct {
	// Random fills b; /dev/random and /dev/urandom give ENXIO without it.
	Random func(b []byte)
	// AskRandom is used in the place of Random when it is set: a source that
	// may have to be waited for (vfs.ErrMustWait), or may fail.
	AskRandom func(ctx *vfs.Ctx, b []byte) abi.Errno
	// Time is every entry's time stamp, in nanoseconds since 1970.
	Time uint64
}

// FS is the file system.
type FS struct {
	root *dir
	time uint64
}

// New returns a file system with all devices.
func New(c Config) *FS {
	fs := &FS{time: c.Time}
	fs.root = &dir{node: node{fs: fs, ino: 1}}
	fs.root.parent = fs.root
	ino := uint64(1)
	next := func() node { ino++; return node{fs: fs, ino: ino} }
	add := func(name string, in vfs.Inode) {
		fs.root.entries = append(fs.root.entries, entry{name, ino, in})
	}
	add("null", &device{node: next(), kind: null})
	add("zero", &device{node: next(), kind: zero})
	add("full", &device{node: next(), kind: full})
	fill := c.AskRandom
	if fill == nil && c.Random != nil {
		fill = func(_ *vfs.Ctx, b []byte) abi.Errno {
			c.Random(b)
			return abi.OK
		}
	}
	add("random", &device{node: next(), kind: random, fill: fill})
	add("urandom", &device{node: next(), kind: random, fill: fill})
	add("stdin", &door{node: next(), fd: 0})
	add("stdout", &door{node: next(), fd: 1})
	add("stderr", &door{node: next(), fd: 2})
	add("tty", &door{node: next(), fd: terminal})
	add("shm", &dir{node: next(), parent: fs.root, name: "shm"})
	add("fd", &fdDir{node: next(), parent: fs.root})
	return fs
}

// Root implements vfs.FS.
func (fs *FS) Root() vfs.Inode { return fs.root }

// ReadOnly implements vfs.FS. Devices can be written to all the same.
func (fs *FS) ReadOnly() bool { return true }

// Sync implements vfs.FS.
func (fs *FS) Sync(*vfs.Ctx) abi.Errno { return abi.OK }

// Close implements vfs.FS.
func (fs *FS) Close(*vfs.Ctx) abi.Errno { return abi.OK }

// Immediate implements vfs.Immediate.
func (fs *FS) Immediate() bool { return true }

// node is what all inodes have.
type node struct {
	vfs.UnimplementedInode
	fs  *FS
	ino uint64
}

func (n *node) attr(typ abi.Filetype, nlink uint64) vfs.Attr {
	return vfs.Attr{Ino: n.ino, Nlink: nlink, Type: typ, Atim: n.fs.time, Mtim: n.fs.time, Ctim: n.fs.time}
}

// dir is a directory that never changes.
type dir struct {
	node
	parent  *dir
	name    string
	entries []entry
}

type entry struct {
	name string
	ino  uint64
	in   vfs.Inode
}

// Type implements vfs.Inode.
func (d *dir) Type() abi.Filetype { return abi.FiletypeDirectory }

// Attr implements vfs.Inode.
func (d *dir) Attr(*vfs.Ctx) (vfs.Attr, abi.Errno) {
	nlink := uint64(2)
	for _, e := range d.entries {
		if e.in.Type() == abi.FiletypeDirectory {
			nlink++
		}
	}
	return d.attr(abi.FiletypeDirectory, nlink), abi.OK
}

// Lookup implements vfs.Inode.
func (d *dir) Lookup(_ *vfs.Ctx, name string) (vfs.Inode, abi.Errno) {
	for i := range d.entries {
		if d.entries[i].name == name {
			return d.entries[i].in, abi.OK
		}
	}
	return nil, abi.ENOENT
}

// Parent implements vfs.Inode.
func (d *dir) Parent(*vfs.Ctx) (vfs.Inode, string, abi.Errno) { return d.parent, d.name, abi.OK }

// firstCookie is the cookie of the first entry of a directory.
const firstCookie = 3

// ReadDir implements vfs.Inode.
func (d *dir) ReadDir(_ *vfs.Ctx, cookie uint64, emit func(vfs.Dirent) bool) abi.Errno {
	for i, e := range d.entries {
		c := firstCookie + uint64(i)
		if c > cookie && !emit(vfs.Dirent{Cookie: c, Ino: e.ino, Type: e.in.Type(), Name: e.name}) {
			break
		}
	}
	return abi.OK
}
