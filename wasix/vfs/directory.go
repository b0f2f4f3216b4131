package vfs

import (
	"math"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

// directory is an open directory. It is read with ReadDirents.
type directory struct {
	waiter.AlwaysReady
	UnimplementedObject
	loc Location
}

// Type implements Object.
func (d *directory) Type() abi.Filetype { return abi.FiletypeDirectory }

// Attr implements Object.
func (d *directory) Attr(ctx *Ctx) (Attr, abi.Errno) { return d.loc.Attr(ctx) }

// Read, Pread, Write, Pwrite and Seek are EISDIR: preview1 has no offset in a
// directory, only cookies.
func (d *directory) Read(*Ctx, *OpenFile, *guestmem.Vec) (int, abi.Errno) { return 0, abi.EISDIR }
func (d *directory) Pread(*Ctx, *guestmem.Vec, int64) (int, abi.Errno)    { return 0, abi.EISDIR }
func (d *directory) Write(*Ctx, *OpenFile, *guestmem.Vec) (int, abi.Errno) {
	return 0, abi.EISDIR
}
func (d *directory) Pwrite(*Ctx, *OpenFile, *guestmem.Vec, int64) (int, abi.Errno) {
	return 0, abi.EISDIR
}
func (d *directory) Seek(*Ctx, *OpenFile, int64, abi.Whence) (int64, abi.Errno) {
	return 0, abi.EISDIR
}

// Sync makes the directory's entries durable, and with them everything else of
// the file system.
func (d *directory) Sync(ctx *Ctx, dataOnly bool) abi.Errno { return d.loc.Mount.fs.Sync(ctx) }

// Release implements Object.
func (d *directory) Release() { d.loc.Mount.open-- }

const (
	dotCookie    = 1
	dotdotCookie = 2
)

// ReadDirents calls emit for the entries of the directory f after cookie (0:
// from the start) until emit returns false. "." comes first, then "..". emit
// does not come back to the file system.
//
// Errors: ENOTDIR f is not a directory; EINVAL no entry ever had the cookie.
func ReadDirents(ctx *Ctx, f *OpenFile, cookie uint64, emit func(Dirent) bool) abi.Errno {
	d, ok := f.Object.(*directory)
	if !ok {
		return abi.ENOTDIR
	}
	if cookie > math.MaxInt64 {
		return abi.EINVAL
	}
	if cookie == 0 {
		f.last = math.MaxInt64
		if l, ok := d.loc.Inode.(LastCookier); ok {
			f.last = l.LastCookie()
		}
		a, e := d.loc.Attr(ctx)
		if e != abi.OK {
			return e
		}
		if !emit(Dirent{dotCookie, a.Ino, abi.FiletypeDirectory, "."}) {
			return abi.OK
		}
	}
	if cookie < dotdotCookie {
		ino, e := d.dotdot(ctx)
		if e != abi.OK {
			return e
		}
		if !emit(Dirent{dotdotCookie, ino, abi.FiletypeDirectory, ".."}) {
			return abi.OK
		}
		cookie = 0
	}
	if cookie == dotdotCookie {
		cookie = 0
	}
	last := f.last
	if last == 0 {
		last = math.MaxInt64 // never read from the start
	}
	return d.loc.Inode.ReadDir(ctx, cookie, func(e Dirent) bool {
		return e.Cookie <= last && emit(e)
	})
}

// dotdot returns the inode number of the parent directory.
func (d *directory) dotdot(ctx *Ctx) (uint64, abi.Errno) {
	loc := d.loc
	for loc.Inode == loc.Mount.root && loc.Mount.point.Mount != nil {
		loc = loc.Mount.point
	}
	dir, _, e := loc.Inode.Parent(ctx)
	if e != abi.OK {
		return 0, e
	}
	a, e := dir.Attr(ctx)
	return a.Ino, e
}
