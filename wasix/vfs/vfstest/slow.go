package vfstest

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// Slow makes a file system wait like one in a database: every so many calls
// cannot be answered at once.
type Slow struct {
	vfs.FS
	Before       func(op, name string) // runs before every call
	every, calls int
	inodes       map[vfs.Inode]*slowInode
}

// NewSlow wraps fs, whose inodes are comparable; every 0: nothing waits.
func NewSlow(fs vfs.FS, every int) *Slow {
	return &Slow{FS: fs, every: every, inodes: map[vfs.Inode]*slowInode{}}
}

// Root implements vfs.FS.
func (fs *Slow) Root() vfs.Inode { return fs.wrap(fs.FS.Root()) }

// Sync implements vfs.FS.
func (fs *Slow) Sync(ctx *vfs.Ctx) abi.Errno { return fs.wait(ctx, "sync", "") }

// wait answers ErrMustWait, or waits, or does neither.
func (fs *Slow) wait(ctx *vfs.Ctx, op, name string) abi.Errno {
	if fs.Before != nil {
		fs.Before(op, name)
	}
	if fs.calls++; fs.every == 0 || fs.calls%fs.every != 0 {
		return abi.OK
	}
	if !ctx.MayBlock {
		return vfs.ErrMustWait
	}
	ready := make(chan struct{})
	go close(ready)
	return ctx.Wait(ready)
}

func (fs *Slow) wrap(in vfs.Inode) *slowInode {
	w := fs.inodes[in]
	if w == nil {
		w = &slowInode{fs: fs, in: in}
		fs.inodes[in] = w
	}
	return w
}

type slowInode struct {
	fs  *Slow
	in  vfs.Inode
	new bool // just made: Open answers at once
}

func (n *slowInode) Type() abi.Filetype { return n.in.Type() }

func (n *slowInode) Attr(ctx *vfs.Ctx) (vfs.Attr, abi.Errno) {
	if e := n.fs.wait(ctx, "attr", ""); e != abi.OK {
		return vfs.Attr{}, e
	}
	return n.in.Attr(ctx)
}

func (n *slowInode) SetAttr(ctx *vfs.Ctx, s *vfs.SetAttr) abi.Errno {
	if e := n.fs.wait(ctx, "setattr", ""); e != abi.OK {
		return e
	}
	return n.in.SetAttr(ctx, s)
}

func (n *slowInode) Open(ctx *vfs.Ctx) (vfs.File, abi.Errno) {
	if !n.new {
		if e := n.fs.wait(ctx, "open", ""); e != abi.OK {
			return nil, e
		}
	}
	n.new = false
	f, e := n.in.Open(ctx)
	return &slowFile{f, n.fs}, e
}

func (n *slowInode) Readlink(ctx *vfs.Ctx) (string, abi.Errno) {
	if e := n.fs.wait(ctx, "readlink", ""); e != abi.OK {
		return "", e
	}
	return n.in.Readlink(ctx)
}

func (n *slowInode) Lookup(ctx *vfs.Ctx, name string) (vfs.Inode, abi.Errno) {
	if e := n.fs.wait(ctx, "lookup", name); e != abi.OK {
		return nil, e
	}
	in, e := n.in.Lookup(ctx, name)
	if e != abi.OK {
		return nil, e
	}
	return n.fs.wrap(in), abi.OK
}

func (n *slowInode) Parent(ctx *vfs.Ctx) (vfs.Inode, string, abi.Errno) {
	if e := n.fs.wait(ctx, "parent", ""); e != abi.OK {
		return nil, "", e
	}
	in, name, e := n.in.Parent(ctx)
	if e != abi.OK {
		return nil, "", e
	}
	return n.fs.wrap(in), name, abi.OK
}

func (n *slowInode) Create(ctx *vfs.Ctx, name string, typ abi.Filetype, target string) (vfs.Inode, abi.Errno) {
	if e := n.fs.wait(ctx, "create", name); e != abi.OK {
		return nil, e
	}
	in, e := n.in.Create(ctx, name, typ, target)
	if e != abi.OK {
		return nil, e
	}
	w := n.fs.wrap(in)
	w.new = true
	return w, abi.OK
}

func (n *slowInode) Link(ctx *vfs.Ctx, name string, to vfs.Inode) abi.Errno {
	if e := n.fs.wait(ctx, "link", name); e != abi.OK {
		return e
	}
	return n.in.Link(ctx, name, to.(*slowInode).in)
}

func (n *slowInode) Unlink(ctx *vfs.Ctx, name string) abi.Errno {
	if e := n.fs.wait(ctx, "unlink", name); e != abi.OK {
		return e
	}
	return n.in.Unlink(ctx, name)
}

func (n *slowInode) Rmdir(ctx *vfs.Ctx, name string) abi.Errno {
	if e := n.fs.wait(ctx, "rmdir", name); e != abi.OK {
		return e
	}
	return n.in.Rmdir(ctx, name)
}

func (n *slowInode) Rename(ctx *vfs.Ctx, name string, to vfs.Inode, newName string) abi.Errno {
	if e := n.fs.wait(ctx, "rename", name); e != abi.OK {
		return e
	}
	return n.in.Rename(ctx, name, to.(*slowInode).in, newName)
}

func (n *slowInode) ReadDir(ctx *vfs.Ctx, cookie uint64, emit func(vfs.Dirent) bool) abi.Errno {
	if e := n.fs.wait(ctx, "readdir", ""); e != abi.OK {
		return e
	}
	return n.in.ReadDir(ctx, cookie, emit)
}

func (n *slowInode) LastCookie() uint64 { return n.in.(vfs.LastCookier).LastCookie() }

type slowFile struct {
	vfs.File
	fs *Slow
}

func (f *slowFile) ReadAt(ctx *vfs.Ctx, dst *guestmem.Vec, off int64) (int, abi.Errno) {
	if e := f.fs.wait(ctx, "read", ""); e != abi.OK {
		return 0, e
	}
	return f.File.ReadAt(ctx, dst, off)
}

func (f *slowFile) WriteAt(ctx *vfs.Ctx, src *guestmem.Vec, off int64) (int, abi.Errno) {
	if e := f.fs.wait(ctx, "write", ""); e != abi.OK {
		return 0, e
	}
	return f.File.WriteAt(ctx, src, off)
}

func (f *slowFile) Append(ctx *vfs.Ctx, src *guestmem.Vec) (int, int64, abi.Errno) {
	if e := f.fs.wait(ctx, "append", ""); e != abi.OK {
		return 0, 0, e
	}
	return f.File.Append(ctx, src)
}

func (f *slowFile) Size(ctx *vfs.Ctx) (int64, abi.Errno) {
	if e := f.fs.wait(ctx, "size", ""); e != abi.OK {
		return 0, e
	}
	return f.File.Size(ctx)
}

func (f *slowFile) Allocate(ctx *vfs.Ctx, off, n int64) abi.Errno {
	if e := f.fs.wait(ctx, "allocate", ""); e != abi.OK {
		return e
	}
	return f.File.Allocate(ctx, off, n)
}

func (f *slowFile) Sync(ctx *vfs.Ctx, dataOnly bool) abi.Errno {
	if !ctx.MayBlock { // durable storage always has to be waited for
		return vfs.ErrMustWait
	}
	return f.fs.wait(ctx, "fsync", "")
}
