//go:build !js

package wazerohost_test

import (
	"testing"

	"github.com/wasix-web/wasix-web/wasix"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// slowFS is a file system with one file, "slow". Every question about it waits
// for one value of ready, unless the file system panics.
type slowFS struct {
	vfs.UnimplementedInode
	ready  chan struct{}
	asked  chan struct{} // gets a value when somebody begins to wait
	panics bool
	later  bool // it panics only where it may wait
}

type slowFile struct {
	vfs.UnimplementedInode
	fs *slowFS
}

func (s *slowFS) wait(ctx *vfs.Ctx) abi.Errno {
	if s.panics && (ctx.MayBlock || !s.later) {
		panic("the provider is broken")
	}
	if ctx.MayBlock {
		select {
		case s.asked <- struct{}{}:
		default:
		}
	}
	return ctx.Wait(s.ready)
}

func (s *slowFS) Root() vfs.Inode          { return s }
func (s *slowFS) ReadOnly() bool           { return false }
func (s *slowFS) Sync(*vfs.Ctx) abi.Errno  { return abi.OK }
func (s *slowFS) Close(*vfs.Ctx) abi.Errno { return abi.OK }
func (s *slowFS) Type() abi.Filetype       { return abi.FiletypeDirectory }
func (s *slowFS) Attr(*vfs.Ctx) (vfs.Attr, abi.Errno) {
	return vfs.Attr{Ino: 1, Nlink: 2, Type: abi.FiletypeDirectory}, abi.OK
}
func (s *slowFS) Parent(*vfs.Ctx) (vfs.Inode, string, abi.Errno) { return s, "", abi.OK }
func (s *slowFS) Lookup(_ *vfs.Ctx, name string) (vfs.Inode, abi.Errno) {
	if name != "slow" {
		return nil, abi.ENOENT
	}
	return slowFile{fs: s}, abi.OK
}

func (f slowFile) Type() abi.Filetype { return abi.FiletypeRegularFile }
func (f slowFile) Attr(ctx *vfs.Ctx) (vfs.Attr, abi.Errno) {
	if e := f.fs.wait(ctx); e != abi.OK {
		return vfs.Attr{}, e
	}
	return vfs.Attr{Ino: 2, Nlink: 1, Type: abi.FiletypeRegularFile, Size: 4}, abi.OK
}
func (f slowFile) Open(*vfs.Ctx) (vfs.File, abi.Errno)                     { return f, abi.OK }
func (f slowFile) Size(*vfs.Ctx) (int64, abi.Errno)                        { return 4, abi.OK }
func (f slowFile) Allocate(*vfs.Ctx, int64, int64) abi.Errno               { return abi.ENOSPC }
func (f slowFile) Sync(ctx *vfs.Ctx, _ bool) abi.Errno                     { return f.fs.wait(ctx) }
func (f slowFile) Release()                                                {}
func (f slowFile) WriteAt(*vfs.Ctx, *guestmem.Vec, int64) (int, abi.Errno) { return 0, abi.ENOSPC }
func (f slowFile) Append(*vfs.Ctx, *guestmem.Vec) (int, int64, abi.Errno)  { return 0, 0, abi.ENOSPC }
func (f slowFile) Direct() vfs.Direct                                      { return nil }
func (f slowFile) ReadAt(ctx *vfs.Ctx, dst *guestmem.Vec, off int64) (int, abi.Errno) {
	if e := f.fs.wait(ctx); e != abi.OK {
		return 0, e
	}
	return dst.CopyOut([]byte("slow")[min(off, 4):])
}

// Providers that wait: the others go on meanwhile, signals and kills get
// through, and what comes too late goes nowhere.
func TestSlowProvider(t *testing.T) {
	fs := &slowFS{ready: make(chan struct{}), asked: make(chan struct{}, 1)}
	w := newTree(t, func(c *wasix.Config) { c.Mounts = append(c.Mounts, wasix.Mount{Path: "/slow", FS: fs}) })
	p, q := w.proxy(), w.proxy()
	fd := p.open("slow/slow", 0)
	a := p.later("fd_read", fd, room{9}, out(4))
	<-fs.asked
	q.ok("path_filestat_get", root, 0, "f", out(64)) // another process
	q.ok("fd_close", q.create("other", "x"))
	fs.ready <- struct{}{}
	p.get(a).text(0, "slow").is(1, 4)

	// Two processes wait at once, and the embedder too.
	a = p.later("path_filestat_get", root, 0, "slow/slow", out(64))
	<-fs.asked
	b := q.later("path_filestat_get", root, 0, "slow/slow", out(64))
	<-fs.asked
	stat := make(chan error)
	go func() {
		_, err := w.FS().Stat("/slow/slow", true)
		stat <- err
	}()
	<-fs.asked
	for range 3 {
		fs.ready <- struct{}{}
	}
	if p.get(a).stat(0).Size != 4 || q.get(b).stat(0).Size != 4 {
		t.Error("no size")
	}
	if err := <-stat; err != nil {
		t.Error(err)
	}

	// Killed while a provider works for it: the answer goes nowhere.
	p.later("fd_pread", fd, room{4}, 0, out(4))
	<-fs.asked
	p.signal(abi.SIGKILL)
	if s := p.wait(); s.Signal != abi.SIGKILL {
		t.Errorf("%+v", s)
	}
	q.ok("fd_close", q.open("f", 0))
}

// A provider that panics ends the program whose call it was, and nothing else.
func TestProviderPanics(t *testing.T) {
	for _, later := range []bool{false, true} {
		fs := &slowFS{ready: make(chan struct{}), asked: make(chan struct{}, 1), later: later}
		w := newTree(t, func(c *wasix.Config) {
			c.Mounts = append(c.Mounts, wasix.Mount{Path: "/slow", FS: fs})
			c.Warn = func(string) {}
		})
		p, q := w.proxy(), w.proxy()
		fd := p.open("slow/slow", 0)
		fs.panics = true
		s := p.exits("fd_sync", fd)
		if s.Code != 134 || !contains(s.Trap, "kernel panic in fd_sync", "the provider is broken") {
			t.Errorf("%+v", s)
		}
		q.ok("fd_close", q.create("other", "x"))
	}
}
