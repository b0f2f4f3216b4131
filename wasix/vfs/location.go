package vfs

import (
	"math"

	"github.com/wasix-web/wasix-web/wasix/abi"
)

// Location is a place in the tree: an inode and the mount it was reached
// through. The zero Location is nowhere.
type Location struct {
	Mount *Mount
	Inode Inode
}

// Attr returns the attributes of what is at l.
func (l Location) Attr(ctx *Ctx) (Attr, abi.Errno) {
	a, e := l.Inode.Attr(ctx)
	if l.Mount != nil && a.Dev == 0 {
		a.Dev = l.Mount.dev
	}
	if a.Mode&ModeKnown == 0 {
		a.Mode = usualMode(a.Type)
	}
	a.Mode &= ModePerm
	return a, e
}

// usualMode is the mode of what nobody has given one.
func usualMode(t abi.Filetype) uint16 {
	switch t {
	case abi.FiletypeRegularFile:
		return 0o644
	case abi.FiletypeDirectory:
		return 0o755
	case abi.FiletypeSymbolicLink:
		return 0o777
	}
	return 0o666
}

// SetAttr changes size, times and mode of what is at l.
//
// Errors: EROFS; for the size, EISDIR of a directory, EINVAL of anything else
// that is not a regular file and above the largest int64; the provider's.
func (l Location) SetAttr(ctx *Ctx, s *SetAttr) abi.Errno {
	if s.SetSize {
		switch {
		case l.Inode.Type() == abi.FiletypeDirectory:
			return abi.EISDIR
		case l.Inode.Type() != abi.FiletypeRegularFile, s.Size > math.MaxInt64:
			return abi.EINVAL
		}
	}
	if l.Mount.readOnly() {
		return abi.EROFS
	}
	return l.Inode.SetAttr(ctx, s)
}

// Attr returns what fd_filestat_get reports.
func (f *OpenFile) Attr(ctx *Ctx) (Attr, abi.Errno) { return f.Object.Attr(ctx) }

// SetAttr changes size and times of an open file. The caller has checked that
// it is open for writing when the size is to change.
//
// Errors: EINVAL for an object without an inode; those of Location.SetAttr.
func (f *OpenFile) SetAttr(ctx *Ctx, s *SetAttr) abi.Errno {
	if f.Loc.Inode == nil {
		return abi.EINVAL
	}
	return f.Loc.SetAttr(ctx, s)
}

// Allocate makes sure that the bytes [off, off+n) of an open file exist.
//
// Errors: EINVAL n is 0 or off above the largest int64, EFBIG the end is, EISDIR,
// ENODEV not a regular file; the provider's.
func (f *OpenFile) Allocate(ctx *Ctx, off, n uint64) abi.Errno {
	r, ok := f.Object.(*regular)
	switch {
	case !ok && f.Object.Type() == abi.FiletypeDirectory:
		return abi.EISDIR
	case !ok:
		return abi.ENODEV
	case n == 0, off > math.MaxInt64:
		return abi.EINVAL
	case n > math.MaxInt64-off:
		return abi.EFBIG
	case r.loc.Mount.readOnly():
		return abi.EROFS
	}
	return r.file.Allocate(ctx, int64(off), int64(n))
}
