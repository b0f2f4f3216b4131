package vfstest

import (
	"strconv"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// These ask the provider itself, for what the paths above cannot show.
var inodeCases = []Case{
	{Name: "inode/identity", Func: inodeIdentity},
	{Name: "inode/parent", Func: inodeParent},
	{Name: "inode/errors", Func: inodeErrors},
	{Name: "inode/removed directory", Needs: []Feature{UnlinkedOpen}, Func: inodeRemoved},
	{Name: "inode/numbers", Func: inodeNumbers},
	{Name: "inode/file", Func: inodeFile},
	{Name: "inode/times", Func: inodeTimes},
	{Name: "inode/modes", Func: inodeModes},
	{Name: "inode/file system", Func: inodeFS},
}

func (t *T) create(dir vfs.Inode, name string, typ abi.Filetype) vfs.Inode {
	t.Helper()
	in, e := dir.Create(t.Ctx, name, typ, "")
	if e != abi.OK {
		t.Fail("Create of", name, "gives", e.String())
	}
	return in
}

func (t *T) errno(what string, got, want abi.Errno) {
	t.Helper()
	t.Check(what, got.String(), want.String())
}

func inodeIdentity(t *T) {
	root := t.FS.Root()
	if root != t.FS.Root() {
		t.Fail("Root is not always the same value")
	}
	for _, typ := range []abi.Filetype{abi.FiletypeRegularFile, abi.FiletypeDirectory} {
		in := t.create(root, "x", typ)
		if in.Type() != typ {
			t.Fail("type is", in.Type().String())
		}
		a, e := root.Lookup(t.Ctx, "x")
		if e != abi.OK || a != in {
			t.Fail("Lookup does not return the value that Create did")
		}
		d := t.create(root, "d", abi.FiletypeDirectory)
		t.errno("Rename", root.Rename(t.Ctx, "x", d, "y"), abi.OK)
		if a, e := d.Lookup(t.Ctx, "y"); e != abi.OK || a != in {
			t.Fail("Lookup after Rename returns another value")
		}
		if typ == abi.FiletypeDirectory {
			t.errno("Rmdir", d.Rmdir(t.Ctx, "y"), abi.OK)
		} else {
			if !t.lacks(HardLinks) {
				t.errno("Link", root.Link(t.Ctx, "z", in), abi.OK)
				if a, e := root.Lookup(t.Ctx, "z"); e != abi.OK || a != in {
					t.Fail("Lookup of a link returns another value")
				}
				t.errno("Unlink", root.Unlink(t.Ctx, "z"), abi.OK)
			}
			t.errno("Unlink", d.Unlink(t.Ctx, "y"), abi.OK)
		}
		t.errno("Rmdir", root.Rmdir(t.Ctx, "d"), abi.OK)
	}
}

func inodeParent(t *T) {
	root := t.FS.Root()
	parent := func(in, want vfs.Inode, name string) {
		t.Helper()
		p, n, e := in.Parent(t.Ctx)
		if e != abi.OK || p != want || n != name {
			t.Fail("Parent gives the wrong directory, or", quote(n), "instead of", quote(name), e.String())
		}
	}
	parent(root, root, "")
	a := t.create(root, "a", abi.FiletypeDirectory)
	b := t.create(a, "b", abi.FiletypeDirectory)
	parent(a, root, "a")
	parent(b, a, "b")
	t.errno("Rename", a.Rename(t.Ctx, "b", root, "c"), abi.OK)
	parent(b, root, "c")
	t.errno("Rename", root.Rename(t.Ctx, "c", root, "e"), abi.OK)
	parent(b, root, "e")
	d := t.create(root, "d", abi.FiletypeDirectory)
	t.errno("Rename", root.Rename(t.Ctx, "e", root, "d"), abi.OK)
	parent(b, root, "d")
	parent(d, root, "")
	t.errno("Rmdir", root.Rmdir(t.Ctx, "d"), abi.OK)
	parent(b, root, "")
}

func inodeErrors(t *T) {
	root := t.FS.Root()
	t.create(root, "f", abi.FiletypeRegularFile)
	d := t.create(root, "d", abi.FiletypeDirectory)
	g := t.create(d, "g", abi.FiletypeRegularFile)
	_, e := root.Lookup(t.Ctx, "nope")
	t.errno("Lookup", e, abi.ENOENT)
	for _, typ := range []abi.Filetype{abi.FiletypeRegularFile, abi.FiletypeDirectory} {
		_, e = root.Create(t.Ctx, "f", typ, "")
		t.errno("Create", e, abi.EEXIST)
	}
	t.errno("Unlink of nothing", root.Unlink(t.Ctx, "nope"), abi.ENOENT)
	t.errno("Unlink of a directory", root.Unlink(t.Ctx, "d"), abi.EISDIR)
	t.errno("Rmdir of nothing", root.Rmdir(t.Ctx, "nope"), abi.ENOENT)
	t.errno("Rmdir of a file", root.Rmdir(t.Ctx, "f"), abi.ENOTDIR)
	t.errno("Rmdir of a full directory", root.Rmdir(t.Ctx, "d"), abi.ENOTEMPTY)
	t.errno("Rename of nothing", root.Rename(t.Ctx, "nope", root, "x"), abi.ENOENT)
	t.create(root, "e", abi.FiletypeDirectory)
	t.errno("Rename to a full directory", root.Rename(t.Ctx, "e", root, "d"), abi.ENOTEMPTY)
	if !t.lacks(HardLinks) {
		t.errno("Link over a name", root.Link(t.Ctx, "f", g), abi.EEXIST)
	}
	if a, e := d.Lookup(t.Ctx, "g"); e != abi.OK || a != g {
		t.Fail("a failed call has changed something")
	}
}

func inodeRemoved(t *T) {
	root := t.FS.Root()
	d := t.create(root, "d", abi.FiletypeDirectory)
	f := t.create(root, "f", abi.FiletypeRegularFile)
	t.errno("Rmdir", root.Rmdir(t.Ctx, "d"), abi.OK)
	for _, typ := range []abi.Filetype{abi.FiletypeRegularFile, abi.FiletypeDirectory} {
		_, e := d.Create(t.Ctx, "x", typ, "")
		t.errno("Create in a removed directory", e, abi.ENOENT)
	}
	_, e := d.Lookup(t.Ctx, "x")
	t.errno("Lookup in a removed directory", e, abi.ENOENT)
	t.errno("Rename to a removed directory", root.Rename(t.Ctx, "f", d, "f"), abi.ENOENT)
	if !t.lacks(HardLinks) {
		t.errno("Link in a removed directory", d.Link(t.Ctx, "g", f), abi.ENOENT)
	}
	a, e := d.Attr(t.Ctx)
	if e != abi.OK || a.Nlink != 0 || a.Type != abi.FiletypeDirectory {
		t.Fail("Attr of a removed directory gives", e.String(), "links", itoa(int(a.Nlink)))
	}
	t.errno("ReadDir of a removed directory", d.ReadDir(t.Ctx, 0, func(vfs.Dirent) bool { return true }), abi.OK)
	if a, e := root.Lookup(t.Ctx, "f"); e != abi.OK || a != f {
		t.Fail("a failed call has changed something")
	}
}

// inodeNumbers: numbers differ, are not 0, and stay.
func inodeNumbers(t *T) {
	root := t.FS.Root()
	number := func(in vfs.Inode) uint64 {
		t.Helper()
		a, e := in.Attr(t.Ctx)
		if e != abi.OK || a.Ino == 0 {
			t.Fail("Attr gives", e.String(), "or the inode number 0")
		}
		return a.Ino
	}
	seen := map[uint64]bool{number(root): true}
	var first vfs.Inode
	var ino uint64
	for i := range 100 {
		in := t.create(root, "f"+itoa(i), abi.FiletypeRegularFile)
		n := number(in)
		if seen[n] {
			t.Fail("two inodes have one number")
		}
		seen[n] = true
		if first == nil {
			first, ino = in, n
		}
	}
	t.errno("Rename", root.Rename(t.Ctx, "f0", root, "g"), abi.OK)
	if number(first) != ino {
		t.Fail("the inode number has changed")
	}
	if in, _ := root.Lookup(t.Ctx, "g"); in == nil || number(in) != ino {
		t.Fail("the inode number has changed")
	}
}

func inodeFile(t *T) {
	root := t.FS.Root()
	in := t.create(root, "f", abi.FiletypeRegularFile)
	a, e := in.Open(t.Ctx)
	t.errno("Open", e, abi.OK)
	b, e := in.Open(t.Ctx)
	t.errno("Open", e, abi.OK)
	var v guestmem.Vec
	write := func(f vfs.File, s string, off int64) {
		t.Helper()
		v.SetBytes([]byte(s))
		if n, e := f.WriteAt(t.Ctx, &v, off); n != len(s) || e != abi.OK || v.Len() != 0 {
			t.Fail("WriteAt gives", itoa(n), e.String())
		}
	}
	read := func(f vfs.File, off int64, want string) {
		t.Helper()
		buf := make([]byte, 20)
		v.SetBytes(buf)
		n, e := f.ReadAt(t.Ctx, &v, off)
		if e != abi.OK || string(buf[:n]) != want || v.Len() != 20-len(want) {
			t.Fail("ReadAt gives", quote(string(buf[:n])), e.String(), "want", quote(want))
		}
	}
	write(a, "hello", 0)
	read(b, 0, "hello")
	read(b, 4, "o")
	read(b, 5, "")
	read(b, 1<<40, "")
	v.SetBytes([]byte("!?"))
	n, off, e := b.Append(t.Ctx, &v)
	if n != 2 || off != 5 || e != abi.OK {
		t.Fail("Append gives", itoa(n), itoa(int(off)), e.String())
	}
	size, e := a.Size(t.Ctx)
	if size != 7 || e != abi.OK {
		t.Fail("Size is", itoa(int(size)), e.String())
	}
	t.errno("Sync", a.Sync(t.Ctx, true), abi.OK)
	t.errno("Unlink", root.Unlink(t.Ctx, "f"), abi.OK)
	if t.lacks(UnlinkedOpen) {
		a.Release()
		b.Release()
		return
	}
	a.Release()
	read(b, 0, "hello!?")
	write(b, "J", 0)
	read(b, 0, "Jello!?")
	if at, e := in.Attr(t.Ctx); e != abi.OK || at.Nlink != 0 || at.Size != 7 {
		t.Fail("Attr of an unlinked file gives", e.String())
	}
	b.Release()
}

func inodeTimes(t *T) {
	in := t.create(t.FS.Root(), "f", abi.FiletypeRegularFile)
	a, _ := in.Attr(t.Ctx)
	if a.Atim != t.Now || a.Mtim != t.Now || a.Ctim != t.Now {
		t.Fail("a new file does not have the time it was made at")
	}
	t.Now += 5
	t.errno("SetAttr of nothing", in.SetAttr(t.Ctx, &vfs.SetAttr{}), abi.OK)
	if b, _ := in.Attr(t.Ctx); a != b {
		t.Fail("SetAttr of nothing has changed something")
	}
	t.errno("SetAttr", in.SetAttr(t.Ctx, &vfs.SetAttr{SetSize: true, Size: 9}), abi.OK)
	if b, _ := in.Attr(t.Ctx); b.Size != 9 || b.Mtim != t.Now || b.Ctim != t.Now || b.Atim != a.Atim {
		t.Fail("SetAttr of the size does not set mtim and ctim, or sets something else")
	}
	if t.lacks(Times) {
		return
	}
	t.errno("SetAttr", in.SetAttr(t.Ctx, &vfs.SetAttr{SetMtim: true, Mtim: 3}), abi.OK)
	if b, _ := in.Attr(t.Ctx); b.Size != 9 || b.Mtim != 3 || b.Ctim != t.Now || b.Atim != a.Atim {
		t.Fail("SetAttr of mtim does something else")
	}
	t.errno("SetAttr", in.SetAttr(t.Ctx, &vfs.SetAttr{SetAtim: true, Atim: 1<<63 + 1}), abi.OK)
	if b, _ := in.Attr(t.Ctx); b.Mtim != 3 || b.Atim != 1<<63+1 {
		t.Fail("SetAttr of atim does something else")
	}
}

// inodeModes: modes are kept, by all names and by Namespace.Stat, or refused when
// nothing else is asked for.
func inodeModes(t *T) {
	root := t.FS.Root()
	for name, usual := range map[string]uint16{"f": 0o644, "d": 0o755} {
		typ := abi.FiletypeRegularFile
		if name == "d" {
			typ = abi.FiletypeDirectory
		}
		in := t.create(root, name, typ)
		mode := func() uint16 {
			a, e := t.NS.Stat(t.Ctx, t.At, name, false)
			t.errno("Stat", e, abi.OK)
			return a.Mode
		}
		if got := mode(); got != usual {
			t.Fail("the mode of", name, "is", strconv.Itoa(int(got)))
		}
		kept := true
		for _, m := range []uint16{0o750, 0, 0o4711, usual} {
			t.Now += 5
			e := in.SetAttr(t.Ctx, &vfs.SetAttr{SetMode: true, Mode: m})
			if kept = e != abi.ENOTSUP; !kept {
				break
			}
			t.errno("SetAttr of the mode", e, abi.OK)
			if got := mode(); got != m&0o777 {
				t.Fail("the mode of", name, "is", strconv.Itoa(int(got)), "after", strconv.Itoa(int(m)))
			}
			if a, _ := in.Attr(t.Ctx); a.Ctim != t.Now || a.Mtim == t.Now {
				t.Fail("a new mode sets ctim and nothing else")
			}
		}
		if t.lacks(Times) {
			continue
		}
		t.errno("SetAttr of mode and time", in.SetAttr(t.Ctx, &vfs.SetAttr{SetMode: true, Mode: 0o700, SetMtim: true, Mtim: 3}), abi.OK)
		if a, _ := in.Attr(t.Ctx); a.Mtim != 3 || (mode() == 0o700) != kept {
			t.Fail("mode and time together")
		}
	}
}

func inodeFS(t *T) {
	if t.FS.ReadOnly() {
		t.Fail("a file system that is to be tested for writing is read-only")
	}
	t.OK("write", "f", "x")
	t.errno("Sync", t.FS.Sync(t.Ctx), abi.OK)
	t.Check("read", t.OK("read", "f"), "x")
	t.errno("Close", t.FS.Close(t.Ctx), abi.OK)
}
