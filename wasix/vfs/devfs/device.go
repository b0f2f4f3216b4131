package devfs

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

type kind uint8

const (
	null   kind = iota // reads nothing, takes everything
	zero               // reads zeros
	full               // reads zeros, has no room (ENOSPC)
	random             // reads random bytes
)

// device is a character device. It is its own open object: it has no state.
type device struct {
	node
	waiter.AlwaysReady
	vfs.UnimplementedObject
	kind kind
	fill func(*vfs.Ctx, []byte) abi.Errno
}

// Type implements vfs.Inode and vfs.Object.
func (d *device) Type() abi.Filetype { return abi.FiletypeCharacterDevice }

// Attr implements vfs.Inode and vfs.Object.
func (d *device) Attr(*vfs.Ctx) (vfs.Attr, abi.Errno) {
	return d.attr(abi.FiletypeCharacterDevice, 1), abi.OK
}

// OpenObject implements vfs.ObjectOpener.
func (d *device) OpenObject(*vfs.Ctx, vfs.OpenOptions) (vfs.Object, abi.Errno) {
	if d.kind == random && d.fill == nil {
		return nil, abi.ENXIO
	}
	return d, abi.OK
}

// Read implements vfs.Object.
func (d *device) Read(ctx *vfs.Ctx, _ *vfs.OpenFile, dst *guestmem.Vec) (int, abi.Errno) {
	return d.Pread(ctx, dst, 0)
}

// Pread implements vfs.Object; all places are alike.
func (d *device) Pread(ctx *vfs.Ctx, dst *guestmem.Vec, off int64) (int, abi.Errno) {
	switch {
	case off < 0:
		return 0, abi.EINVAL
	case d.kind == null:
		return 0, abi.OK
	case d.kind != random:
		return dst.Zero(dst.Len())
	}
	var buf [1024]byte
	done := 0
	for dst.Len() > 0 {
		b := buf[:min(dst.Len(), len(buf))]
		if e := d.fill(ctx, b); e != abi.OK {
			if done == 0 || e == vfs.ErrMustWait {
				return 0, e
			}
			break
		}
		n, e := dst.CopyOut(b)
		done += n
		if e != abi.OK {
			if done == 0 {
				return 0, e
			}
			break
		}
	}
	return done, abi.OK
}

// Write implements vfs.Object.
func (d *device) Write(ctx *vfs.Ctx, f *vfs.OpenFile, src *guestmem.Vec) (int, abi.Errno) {
	return d.Pwrite(ctx, f, src, 0)
}

// Pwrite implements vfs.Object. What is written is not looked at.
func (d *device) Pwrite(_ *vfs.Ctx, _ *vfs.OpenFile, src *guestmem.Vec, off int64) (int, abi.Errno) {
	switch {
	case off < 0:
		return 0, abi.EINVAL
	case d.kind == full && src.Len() > 0:
		return 0, abi.ENOSPC
	}
	n := src.Len()
	src.Limit(0)
	return n, abi.OK
}

// Seek implements vfs.Object: there is only one place.
func (d *device) Seek(*vfs.Ctx, *vfs.OpenFile, int64, abi.Whence) (int64, abi.Errno) {
	return 0, abi.OK
}

// Sync implements vfs.Object; there is nothing to sync.
func (d *device) Sync(*vfs.Ctx, bool) abi.Errno { return abi.EINVAL }
