package devfs

import (
	"strconv"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// terminal stands for the controlling terminal where a descriptor is asked for.
const terminal = -1

// door leads to an open file of the calling process. Opening it is like dup:
// offset and flags are shared.
type door struct {
	node
	fd int32
}

// Type implements vfs.Inode.
func (d *door) Type() abi.Filetype { return abi.FiletypeCharacterDevice }

// Attr implements vfs.Inode: what is behind the door, the door itself when
// there is nothing.
func (d *door) Attr(ctx *vfs.Ctx) (vfs.Attr, abi.Errno) {
	if f, e := d.OpenSelf(ctx); e == abi.OK {
		return f.Attr(ctx)
	}
	return d.attr(abi.FiletypeCharacterDevice, 1), abi.OK
}

// OpenSelf implements vfs.SelfOpener.
func (d *door) OpenSelf(ctx *vfs.Ctx) (*vfs.OpenFile, abi.Errno) {
	if ctx.Self == nil {
		return nil, abi.ENXIO
	}
	if d.fd == terminal {
		return ctx.Self.Terminal()
	}
	f, e := ctx.Self.File(d.fd)
	if e != abi.OK {
		e = abi.ENXIO
	}
	return f, e
}

// fdDir is /dev/fd: the calling process's descriptors by number.
type fdDir struct {
	node
	parent *dir
	doors  map[int32]*door // those looked up: an inode is always the same value
}

// firstFDIno leaves room for the devices.
const firstFDIno = 1000

// Type implements vfs.Inode.
func (d *fdDir) Type() abi.Filetype { return abi.FiletypeDirectory }

// Attr implements vfs.Inode.
func (d *fdDir) Attr(*vfs.Ctx) (vfs.Attr, abi.Errno) {
	return d.attr(abi.FiletypeDirectory, 2), abi.OK
}

// Parent implements vfs.Inode.
func (d *fdDir) Parent(*vfs.Ctx) (vfs.Inode, string, abi.Errno) { return d.parent, "fd", abi.OK }

// Lookup implements vfs.Inode.
func (d *fdDir) Lookup(ctx *vfs.Ctx, name string) (vfs.Inode, abi.Errno) {
	n, err := strconv.ParseInt(name, 10, 32)
	fd := int32(n)
	if err != nil || fd < 0 || strconv.Itoa(int(fd)) != name || ctx.Self == nil {
		return nil, abi.ENOENT
	}
	if _, e := ctx.Self.File(fd); e != abi.OK {
		return nil, abi.ENOENT
	}
	if d.doors[fd] == nil {
		if d.doors == nil {
			d.doors = map[int32]*door{}
		}
		d.doors[fd] = &door{node: node{fs: d.fs, ino: firstFDIno + uint64(fd)}, fd: fd}
	}
	return d.doors[fd], abi.OK
}

// ReadDir implements vfs.Inode.
func (d *fdDir) ReadDir(ctx *vfs.Ctx, cookie uint64, emit func(vfs.Dirent) bool) abi.Errno {
	if ctx.Self == nil {
		return abi.OK
	}
	ctx.Self.EachFD(func(fd int32) bool {
		c := firstCookie + uint64(fd)
		return c <= cookie || emit(vfs.Dirent{Cookie: c, Ino: firstFDIno + uint64(fd),
			Type: abi.FiletypeCharacterDevice, Name: strconv.Itoa(int(fd))})
	})
	return abi.OK
}
