package vfs

import (
	"math"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

// regular is an open regular file.
type regular struct {
	waiter.AlwaysReady
	file File
	loc  Location
}

const syncFlags = abi.FdflagsSync | abi.FdflagsDsync

// Type implements Object.
func (r *regular) Type() abi.Filetype { return abi.FiletypeRegularFile }

// Attr implements Object.
func (r *regular) Attr(ctx *Ctx) (Attr, abi.Errno) { return r.loc.Attr(ctx) }

// Read implements Object.
func (r *regular) Read(ctx *Ctx, f *OpenFile, dst *guestmem.Vec) (int, abi.Errno) {
	if !r.loc.Mount.immediate {
		if e := f.pos.enter(ctx); e != abi.OK {
			return 0, e
		}
		defer f.pos.leave()
	}
	n, e := r.file.ReadAt(ctx, dst, f.Offset)
	f.Offset += int64(n)
	return n, e
}

// Write implements Object.
func (r *regular) Write(ctx *Ctx, f *OpenFile, src *guestmem.Vec) (int, abi.Errno) {
	if !r.loc.Mount.immediate {
		if f.Flags&syncFlags != 0 && !ctx.MayBlock {
			return 0, ErrMustWait // before anything is written
		}
		if e := f.pos.enter(ctx); e != abi.OK {
			return 0, e
		}
		defer f.pos.leave()
	}
	n, off, e := 0, f.Offset, abi.OK
	if f.Flags&abi.FdflagsAppend != 0 {
		n, off, e = r.file.Append(ctx, src)
	} else {
		n, e = r.file.WriteAt(ctx, src, off)
	}
	if e != abi.OK {
		return 0, e
	}
	f.Offset = off + int64(n)
	return r.written(ctx, f, n)
}

// Pread implements Object.
func (r *regular) Pread(ctx *Ctx, dst *guestmem.Vec, off int64) (int, abi.Errno) {
	if off < 0 {
		return 0, abi.EINVAL
	}
	return r.file.ReadAt(ctx, dst, off)
}

// Pwrite implements Object. FdflagsAppend does not count, as POSIX has it.
func (r *regular) Pwrite(ctx *Ctx, f *OpenFile, src *guestmem.Vec, off int64) (int, abi.Errno) {
	if off < 0 {
		return 0, abi.EINVAL
	}
	if f.Flags&syncFlags != 0 && !r.loc.Mount.immediate && !ctx.MayBlock {
		return 0, ErrMustWait
	}
	n, e := r.file.WriteAt(ctx, src, off)
	if e != abi.OK {
		return 0, e
	}
	return r.written(ctx, f, n)
}

// written ends a write: with FdflagsSync and FdflagsDsync it is durable first.
func (r *regular) written(ctx *Ctx, f *OpenFile, n int) (int, abi.Errno) {
	if f.Flags&syncFlags != 0 && n != 0 {
		if e := r.file.Sync(ctx, f.Flags&abi.FdflagsSync == 0); e != abi.OK {
			return 0, e
		}
	}
	return n, abi.OK
}

// Seek implements Object. The offset may lie beyond the end.
//
// Errors: EINVAL it would be negative, or whence is unknown; EOVERFLOW.
func (r *regular) Seek(ctx *Ctx, f *OpenFile, off int64, whence abi.Whence) (int64, abi.Errno) {
	from := int64(0)
	switch whence {
	case abi.WhenceSet:
	case abi.WhenceCur:
		from = f.Offset
	case abi.WhenceEnd:
		size, e := r.file.Size(ctx)
		if e != abi.OK {
			return 0, e
		}
		from = size
	default:
		return 0, abi.EINVAL
	}
	if off > math.MaxInt64-from {
		return 0, abi.EOVERFLOW
	}
	if from+off < 0 {
		return 0, abi.EINVAL
	}
	f.Offset = from + off
	return f.Offset, abi.OK
}

// Sync implements Object.
func (r *regular) Sync(ctx *Ctx, dataOnly bool) abi.Errno { return r.file.Sync(ctx, dataOnly) }

// Release implements Object.
func (r *regular) Release() {
	r.loc.Mount.open--
	r.file.Release()
}
