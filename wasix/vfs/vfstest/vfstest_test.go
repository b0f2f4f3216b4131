package vfstest_test

import (
	"fmt"
	"slices"
	"sort"
	"testing"

	"github.com/wasix-web/wasix-web/providers/memfs"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/vfs/vfstest"
)

// recorder is a TB that counts.
type recorder struct {
	errors int
	last   string
}

func (r *recorder) Helper() {}
func (r *recorder) Error(args ...any) {
	r.errors++
	r.last = fmt.Sprintln(args...)
}

func TestNamesDiffer(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range vfstest.Cases() {
		if seen[c.Name] || c.Name == "" || (c.Func == nil) == (c.Script == nil) {
			t.Errorf("case %q: the name is used twice, or there is nothing to do", c.Name)
		}
		seen[c.Name] = true
	}
}

func TestSkips(t *testing.T) {
	mk := func() vfs.FS { return memfs.New(memfs.Config{}) }
	o := vfstest.Options{Entries: 100, Steps: 500}
	r := &recorder{}
	got := vfstest.Run(r, mk, o)
	sort.Strings(got)
	if !slices.Equal(got, []string{"data/no room", "data/room comes back"}) || r.errors != 0 {
		t.Errorf("without Limited %q were skipped; %d errors", got, r.errors)
	}
	o.Lacks = []vfstest.Feature{vfstest.HardLinks, vfstest.Symlinks}
	for _, name := range vfstest.Run(r, mk, o) {
		i := slices.IndexFunc(vfstest.Cases(), func(c vfstest.Case) bool { return c.Name == name })
		if !slices.ContainsFunc(vfstest.Cases()[i].Needs, func(f vfstest.Feature) bool {
			return f == vfstest.HardLinks || f == vfstest.Symlinks || f == vfstest.Quota
		}) {
			t.Errorf("%s was skipped, and needs no links", name)
		}
	}
	// A file system without links passes when it says so.
	lame := func() vfs.FS { return newFaulty("no links") }
	vfstest.Run(r, lame, o)
	if r.errors != 0 {
		t.Errorf("%d errors of a file system that says that it has no links, %s", r.errors, r.last)
	}
}

// TestFaultsAreFound runs the suite on file systems that each have one fault.
func TestFaultsAreFound(t *testing.T) {
	for fault, finder := range map[string]string{
		"no links":                 "link",
		"new value per lookup":     "inode/identity",
		"old parent":               "inode/parent",
		"rename does nothing":      "rename/files",
		"rename moves the name":    "readdir/replaced names are seen once",
		"cookies are places":       "readdir/while it changes",
		"readdir forgets one":      "readdir/large",
		"no last cookie":           "readdir/comes to an end",
		"readdir repeats":          "readdir/one by one",
		"unlink ends open files":   "open/unlinked",
		"rmdir of full":            "rmdir",
		"create replaces":          "inode/errors",
		"create in removed":        "inode/removed directory",
		"short read":               "data/write and read",
		"append at 0":              "open/append",
		"writes are lost past 4G":  "data/huge sizes",
		"truncate keeps":           "open/truncate",
		"mtime stays":              "times/change",
		"reading changes mtime":    "times/stay",
		"no type":                  "readdir/entries",
		"nlink is 1":               "mkdir",
		"errors are EIO":           "walk/missing",
		"long names are cut":       "walk/long names",
		"names are lower case":     "walk/odd names",
		"targets are cleaned":      "walk/link targets",
		"room does not come back":  "data/room comes back",
		"no limit":                 "data/no room",
		"bytes of others are seen": "data/holes",
	} {
		t.Run(fault, func(t *testing.T) {
			mk := func() vfs.FS { return newFaulty(fault) }
			o := vfstest.Options{Entries: 300, Steps: 500, Limited: func(n int64) vfs.FS { return newLimited(fault, n) }}
			i := slices.IndexFunc(vfstest.Cases(), func(c vfstest.Case) bool { return c.Name == finder })
			r := &recorder{}
			if i < 0 || !vfstest.Cases()[i].Run(r, mk, o) || r.errors == 0 {
				t.Errorf("%s did not find it", finder)
			}
		})
	}
}

// faulty is a memfs with a fault.
type faulty struct {
	*memfs.FS
	fault  string
	inodes map[vfs.Inode]*faultyInode
}

func newFaulty(fault string) *faulty { return newLimited(fault, 0) }

func newLimited(fault string, n int64) *faulty {
	if fault == "no limit" {
		n = 0
	}
	return &faulty{memfs.New(memfs.Config{MaxBytes: n}), fault, map[vfs.Inode]*faultyInode{}}
}

func (fs *faulty) Root() vfs.Inode { return fs.wrap(fs.FS.Root()) }

func (fs *faulty) wrap(in vfs.Inode) *faultyInode {
	w := fs.inodes[in]
	if w == nil {
		w = &faultyInode{Inode: in, fs: fs}
		fs.inodes[in] = w
	}
	return w
}

type faultyInode struct {
	vfs.Inode
	fs     *faulty
	parent *faultyInode
}

func (n *faultyInode) has(fault string) bool { return n.fs.fault == fault }

func (n *faultyInode) name(s string) string {
	if n.has("names are lower case") {
		b := []byte(s)
		for i, c := range b {
			if 'A' <= c && c <= 'Z' {
				b[i] = c + 32
			}
		}
		return string(b)
	}
	if n.has("long names are cut") && len(s) > 200 {
		return s[:200]
	}
	return s
}

func (n *faultyInode) Attr(ctx *vfs.Ctx) (vfs.Attr, abi.Errno) {
	a, e := n.Inode.Attr(ctx)
	if n.has("nlink is 1") {
		a.Nlink = 1
	}
	if n.has("mtime stays") {
		a.Mtim = 1_000_000
	}
	return a, e
}

func (n *faultyInode) SetAttr(ctx *vfs.Ctx, s *vfs.SetAttr) abi.Errno {
	if n.has("truncate keeps") {
		return abi.OK
	}
	return n.Inode.SetAttr(ctx, s)
}

func (n *faultyInode) Lookup(ctx *vfs.Ctx, name string) (vfs.Inode, abi.Errno) {
	in, e := n.Inode.Lookup(ctx, n.name(name))
	if e != abi.OK {
		if n.has("errors are EIO") {
			e = abi.EIO
		}
		return nil, e
	}
	if n.has("new value per lookup") {
		return &faultyInode{Inode: in, fs: n.fs}, e
	}
	return n.fs.wrap(in), e
}

func (n *faultyInode) Parent(ctx *vfs.Ctx) (vfs.Inode, string, abi.Errno) {
	in, name, e := n.Inode.Parent(ctx)
	if e != abi.OK {
		return nil, "", e
	}
	if n.has("old parent") && n.parent != nil {
		return n.parent, name, e
	}
	return n.fs.wrap(in), name, e
}

func (n *faultyInode) Create(ctx *vfs.Ctx, name string, typ abi.Filetype, target string) (vfs.Inode, abi.Errno) {
	if n.has("targets are cleaned") && len(target) > 2 && target[:2] == "./" {
		target = target[2:]
	}
	if n.has("targets are cleaned") && len(target) > 1 && target[len(target)-1] == '/' {
		target = target[:len(target)-1]
	}
	in, e := n.Inode.Create(ctx, n.name(name), typ, target)
	if e == abi.EEXIST && n.has("create replaces") {
		n.Inode.Unlink(ctx, name)
		in, e = n.Inode.Create(ctx, name, typ, target)
	}
	if e == abi.ENOENT && n.has("create in removed") {
		in, e = n.fs.FS.Root().Create(ctx, "lost+"+name, typ, target)
	}
	if e != abi.OK {
		return nil, e
	}
	w := n.fs.wrap(in)
	w.parent = n
	return w, e
}

func (n *faultyInode) Link(ctx *vfs.Ctx, name string, to vfs.Inode) abi.Errno {
	if n.has("no links") {
		return abi.EPERM
	}
	return n.Inode.Link(ctx, n.name(name), to.(*faultyInode).Inode)
}

func (n *faultyInode) Unlink(ctx *vfs.Ctx, name string) abi.Errno {
	in, e := n.Inode.Lookup(ctx, n.name(name))
	if e == abi.OK && in.Type() == abi.FiletypeRegularFile {
		switch n.fs.fault {
		case "unlink ends open files":
			in.SetAttr(ctx, &vfs.SetAttr{SetSize: true})
		case "room does not come back":
			in.Open(ctx)
		}
	}
	return n.Inode.Unlink(ctx, n.name(name))
}

func (n *faultyInode) Rmdir(ctx *vfs.Ctx, name string) abi.Errno {
	e := n.Inode.Rmdir(ctx, n.name(name))
	if e == abi.ENOTEMPTY && n.has("rmdir of full") {
		return abi.OK
	}
	return e
}

func (n *faultyInode) Rename(ctx *vfs.Ctx, name string, to vfs.Inode, newName string) abi.Errno {
	t := to.(*faultyInode).Inode
	switch n.fs.fault {
	case "rename does nothing":
		return abi.OK
	case "rename moves the name":
		t.Unlink(ctx, newName)
	}
	return n.Inode.Rename(ctx, n.name(name), t, n.name(newName))
}

func (n *faultyInode) ReadDir(ctx *vfs.Ctx, cookie uint64, emit func(vfs.Dirent) bool) abi.Errno {
	if n.has("cookies are places") {
		i := uint64(2)
		return n.Inode.ReadDir(ctx, 0, func(d vfs.Dirent) bool {
			i++
			d.Cookie = i
			return i <= cookie || emit(d)
		})
	}
	if n.has("readdir repeats") && cookie > 3 && cookie%7 == 0 {
		cookie = max(cookie-100, 3) - 1
	}
	return n.Inode.ReadDir(ctx, cookie, func(d vfs.Dirent) bool {
		if n.has("readdir forgets one") && d.Cookie == 100 {
			return true
		}
		if n.has("no type") {
			d.Type = abi.FiletypeUnknown
		}
		return emit(d)
	})
}

func (n *faultyInode) LastCookie() uint64 {
	if n.has("no last cookie") {
		return 1<<63 - 1
	}
	return n.Inode.(vfs.LastCookier).LastCookie()
}

func (n *faultyInode) Open(ctx *vfs.Ctx) (vfs.File, abi.Errno) {
	f, e := n.Inode.Open(ctx)
	return &faultyFile{f, n}, e
}

type faultyFile struct {
	vfs.File
	in *faultyInode
}

func (f *faultyFile) ReadAt(ctx *vfs.Ctx, dst *guestmem.Vec, off int64) (int, abi.Errno) {
	switch f.in.fs.fault {
	case "short read":
		dst.Limit(max(dst.Len()-1, 1))
	case "reading changes mtime":
		f.in.Inode.SetAttr(ctx, &vfs.SetAttr{SetMtim: true, Mtim: ctx.Time()})
	case "bytes of others are seen":
		n := dst.Len()
		size, _ := f.Size(ctx)
		if off+int64(n) <= size && n > 900 && n < 1100 {
			dst.CopyOut([]byte("?"))
			n, e := f.File.ReadAt(ctx, dst, off+1)
			return n + 1, e
		}
	}
	return f.File.ReadAt(ctx, dst, off)
}

func (f *faultyFile) WriteAt(ctx *vfs.Ctx, src *guestmem.Vec, off int64) (int, abi.Errno) {
	if f.in.has("writes are lost past 4G") && off >= 1<<32 {
		off &= 1<<32 - 1
	}
	return f.File.WriteAt(ctx, src, off)
}

func (f *faultyFile) Append(ctx *vfs.Ctx, src *guestmem.Vec) (int, int64, abi.Errno) {
	if f.in.has("append at 0") {
		n, e := f.File.WriteAt(ctx, src, 0)
		return n, 0, e
	}
	return f.File.Append(ctx, src)
}
