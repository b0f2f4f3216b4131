package overlayfs_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/wasix-web/wasix-web/providers/memfs"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/vfs/vfstest"
)

// slow is a memfs where every so many calls have to wait.
type slow struct {
	vfs.FS
	every, calls int
	inodes       map[vfs.Inode]*slowInode
}

func newSlow(fs vfs.FS, every int) *slow {
	return &slow{fs, every, 0, map[vfs.Inode]*slowInode{}}
}

func (fs *slow) Immediate() bool { return false }
func (fs *slow) Root() vfs.Inode { return fs.wrap(fs.FS.Root()) }

func (fs *slow) wait(ctx *vfs.Ctx) abi.Errno {
	if fs.calls++; fs.calls%fs.every != 0 {
		return abi.OK
	}
	if !ctx.MayBlock {
		return vfs.ErrMustWait
	}
	ready := make(chan struct{})
	go close(ready)
	return ctx.Wait(ready)
}

func (fs *slow) wrap(in vfs.Inode) *slowInode {
	w := fs.inodes[in]
	if w == nil {
		w = &slowInode{Inode: in, fs: fs}
		fs.inodes[in] = w
	}
	return w
}

type slowInode struct {
	vfs.Inode
	fs   *slow
	made bool // Open answers at once
}

func (n *slowInode) LastCookie() uint64 { return n.Inode.(vfs.LastCookier).LastCookie() }

func (n *slowInode) Attr(ctx *vfs.Ctx) (vfs.Attr, abi.Errno) {
	if e := n.fs.wait(ctx); e != abi.OK {
		return vfs.Attr{}, e
	}
	return n.Inode.Attr(ctx)
}

func (n *slowInode) SetAttr(ctx *vfs.Ctx, s *vfs.SetAttr) abi.Errno {
	if e := n.fs.wait(ctx); e != abi.OK {
		return e
	}
	return n.Inode.SetAttr(ctx, s)
}

func (n *slowInode) Open(ctx *vfs.Ctx) (vfs.File, abi.Errno) {
	if !n.made {
		if e := n.fs.wait(ctx); e != abi.OK {
			return nil, e
		}
	}
	n.made = false
	f, e := n.Inode.Open(ctx)
	return &slowFile{f, n.fs}, e
}

func (n *slowInode) Lookup(ctx *vfs.Ctx, name string) (vfs.Inode, abi.Errno) {
	if e := n.fs.wait(ctx); e != abi.OK {
		return nil, e
	}
	in, e := n.Inode.Lookup(ctx, name)
	if e != abi.OK {
		return nil, e
	}
	return n.fs.wrap(in), e
}

func (n *slowInode) Parent(ctx *vfs.Ctx) (vfs.Inode, string, abi.Errno) {
	if e := n.fs.wait(ctx); e != abi.OK {
		return nil, "", e
	}
	in, name, e := n.Inode.Parent(ctx)
	return n.fs.wrap(in), name, e
}

func (n *slowInode) Create(ctx *vfs.Ctx, name string, typ abi.Filetype, target string) (vfs.Inode, abi.Errno) {
	if e := n.fs.wait(ctx); e != abi.OK {
		return nil, e
	}
	in, e := n.Inode.Create(ctx, name, typ, target)
	if e != abi.OK {
		return nil, e
	}
	w := n.fs.wrap(in)
	w.made = true
	return w, e
}

func (n *slowInode) Link(ctx *vfs.Ctx, name string, to vfs.Inode) abi.Errno {
	if e := n.fs.wait(ctx); e != abi.OK {
		return e
	}
	return n.Inode.Link(ctx, name, to.(*slowInode).Inode)
}

func (n *slowInode) Unlink(ctx *vfs.Ctx, name string) abi.Errno {
	if e := n.fs.wait(ctx); e != abi.OK {
		return e
	}
	return n.Inode.Unlink(ctx, name)
}

func (n *slowInode) Rmdir(ctx *vfs.Ctx, name string) abi.Errno {
	if e := n.fs.wait(ctx); e != abi.OK {
		return e
	}
	return n.Inode.Rmdir(ctx, name)
}

func (n *slowInode) Rename(ctx *vfs.Ctx, name string, to vfs.Inode, newName string) abi.Errno {
	if e := n.fs.wait(ctx); e != abi.OK {
		return e
	}
	return n.Inode.Rename(ctx, name, to.(*slowInode).Inode, newName)
}

func (n *slowInode) ReadDir(ctx *vfs.Ctx, cookie uint64, emit func(vfs.Dirent) bool) abi.Errno {
	if e := n.fs.wait(ctx); e != abi.OK {
		return e
	}
	return n.Inode.ReadDir(ctx, cookie, emit)
}

type slowFile struct {
	vfs.File
	fs *slow
}

func (f *slowFile) Direct() vfs.Direct { return nil }

func (f *slowFile) ReadAt(ctx *vfs.Ctx, dst *guestmem.Vec, off int64) (int, abi.Errno) {
	if e := f.fs.wait(ctx); e != abi.OK {
		return 0, e
	}
	return f.File.ReadAt(ctx, dst, off)
}

func (f *slowFile) WriteAt(ctx *vfs.Ctx, src *guestmem.Vec, off int64) (int, abi.Errno) {
	if e := f.fs.wait(ctx); e != abi.OK {
		return 0, e
	}
	return f.File.WriteAt(ctx, src, off)
}

// TestAtOnce lets many change one tree while the layers wait: each has a
// directory of its own to compare with a model, whose files are in the lower
// layer and are moved, copied and removed meanwhile.
func TestAtOnce(t *testing.T) {
	lower, upper := memfs.New(memfs.Config{}), memfs.New(memfs.Config{})
	const workers = 6
	models := make([]*vfstest.Model, workers)
	for i := range workers {
		dir := fmt.Sprint("w", i)
		x := exec(lower)
		script(t, x, "mkdir "+dir, "cd "+dir)
		x.At.Root = x.At.Base
		models[i] = vfstest.NewModel()
		r := vfstest.NewRandom(uint64(i), allOps, func(vfstest.Feature) bool { return false })
		for range 200 {
			w := r.Step()
			x.Do(w)
			models[i].Do(w)
		}
	}
	fs := lay(t, newSlow(lower, 3), newSlow(upper, 4))
	ns := vfs.NewNamespace(fs)
	var mu sync.Mutex
	var all sync.WaitGroup
	for i := range workers {
		all.Go(func() {
			mu.Lock()
			defer mu.Unlock()
			x := &vfstest.Exec{NS: ns, Ctx: &vfs.Ctx{MayBlock: true, Done: make(chan struct{}), Lock: &mu}}
			if e := x.Do([]string{"chroot", fmt.Sprint("w", i)}); e != "" {
				t.Error(e)
				return
			}
			r := vfstest.NewRandom(uint64(100+i), allOps, func(vfstest.Feature) bool { return false })
			for step := range 1500 {
				w := r.Step()
				got := x.Do(w)
				for got == "EAGAIN" { // a directory of another moved
					got = x.Do(w)
				}
				if want := models[i].Do(w); got != want {
					t.Errorf("%d, step %d: %q gives %q, want %q", i, step, w, got, want)
					return
				}
			}
		})
	}
	all.Wait()
	for i := range workers {
		x := exec(lay(t, lower, upper))
		script(t, x, fmt.Sprint("cd w", i))
		x.At.Root = x.At.Base
		if diff := vfstest.Compare(x, models[i]); diff != "" {
			t.Errorf("%d, mounted again: %s", i, diff)
		}
	}
}

// TestSameFile: several write to one lower file at once; it is copied once.
func TestSameFile(t *testing.T) {
	lower, upper := memfs.New(memfs.Config{}), memfs.New(memfs.Config{})
	script(t, exec(lower), "mkdir d", "write d/f 0")
	ns := vfs.NewNamespace(lay(t, newSlow(lower, 2), newSlow(upper, 2)))
	var mu sync.Mutex
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			mu.Lock()
			defer mu.Unlock()
			x := &vfstest.Exec{NS: ns, Ctx: &vfs.Ctx{MayBlock: true, Done: make(chan struct{}), Lock: &mu}}
			for range 10 {
				if e := x.Do([]string{"append", "d/f", "x"}); e != "" {
					t.Error(e)
				}
			}
		})
	}
	all.Wait()
	script(t, exec(upper), "stat d/f = file 81 1", "ls d = f", "ls . = d")
}
