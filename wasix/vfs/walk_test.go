package vfs_test

import (
	"strings"
	"testing"

	"github.com/wasix-web/wasix-web/providers/memfs"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// grow makes a tree from bytes: each says what to make, and where. It returns
// the namespace and every directory made, the root first.
func grow(spec []byte) (*vfs.Namespace, []vfs.Location) {
	ns := vfs.NewNamespace(memfs.New(memfs.Config{}))
	dirs := []vfs.Location{ns.Root()}
	names := []string{"a", "b", "c", "d"}
	targets := []string{"a", "b", "..", "../..", "/", ".", "a/b", "../a/../b", "/a", "c/", "//b//", "../../../../a", "d/../..", "./a/."}
	mounts := 0
	for i := 0; i+2 < len(spec) && i < 300; i += 3 {
		at := vfs.At{Base: dirs[int(spec[i])%len(dirs)]}
		name := names[int(spec[i+1])%len(names)]
		switch k := int(spec[i+2]); k % 8 {
		case 0, 1, 2:
			ns.Mkdir(ctx, at, name)
			if loc, e := ns.Resolve(ctx, at, name, false); e == abi.OK && loc.Inode.Type() == abi.FiletypeDirectory {
				dirs = append(dirs, loc)
			}
		case 3, 4:
			ns.Symlink(ctx, at, targets[k/8%len(targets)], name)
		case 5:
			if f, e := ns.Open(ctx, at, name, vfs.OpenOptions{Write: true, Oflags: abi.OflagsCreat}); e == abi.OK {
				f.Unref()
			}
		case 6:
			ns.Rename(ctx, at, name, vfs.At{Base: dirs[k/8%len(dirs)]}, names[k/16%len(names)])
		case 7:
			if path, e := ns.Path(ctx, at.Base, vfs.Location{}); e == abi.OK && mounts < 4 {
				mounts++
				ns.Mount(ctx, path+"/"+name, memfs.New(memfs.Config{}))
			}
		}
	}
	return ns, dirs
}

// above tells whether dir is at or above loc, going up by "..".
func above(t *testing.T, ns *vfs.Namespace, dir, loc vfs.Location) bool {
	for range 1000 {
		if loc == dir {
			return true
		}
		up, e := ns.Resolve(ctx, vfs.At{Root: dir, Base: loc}, "..", false)
		if e != abi.OK {
			t.Fatal("..:", e)
		}
		if up == loc {
			return false
		}
		loc = up
	}
	t.Fatal("going up does not end")
	return false
}

// FuzzWalk resolves any path in any tree: nothing panics or runs for ever,
// Beneath is not left, a root is not left, and what is found can be found again.
func FuzzWalk(f *testing.F) {
	f.Add([]byte("\x00\x00\x00\x01\x01\x00\x02\x02\x03\x01\x00\x0b"), "a/b/../c", byte(1))
	f.Add([]byte("\x00\x00\x00\x00\x01\x13\x01\x02\x03"), "b/c/../../a", byte(1))
	f.Add([]byte("\x00\x00\x00\x01\x00\x00\x02\x00\x00\x02\x01\x1b\x02\x02\x23"), "a/a/b/../../c", byte(0))
	f.Add([]byte("\x00\x00\x07\x01\x00\x00\x00\x01\x23"), "a/../a/./..", byte(2))
	f.Add([]byte("\x00\x00\x03"), strings.Repeat("a/", 3000), byte(0))
	f.Add([]byte{}, "\x00", byte(0))
	f.Fuzz(func(t *testing.T, spec []byte, path string, where byte) {
		ns, dirs := grow(spec)
		base := dirs[int(where)%len(dirs)]
		for _, at := range []vfs.At{{Base: base}, {Base: base, Beneath: true}, {Root: base, Base: base}} {
			for _, follow := range []bool{false, true} {
				loc, e := ns.Resolve(ctx, at, path, follow)
				if e != abi.OK {
					if e == vfs.ErrMustWait || e == abi.EIO {
						t.Fatal(e)
					}
					continue
				}
				again, e := ns.Resolve(ctx, at, path, follow)
				if e != abi.OK || again != loc {
					t.Fatalf("%q is not found again: %v", path, e)
				}
				if follow && loc.Inode.Type() == abi.FiletypeSymbolicLink {
					t.Fatalf("%q: a link was not followed", path)
				}
				if at.Beneath && strings.HasPrefix(path, "/") {
					t.Fatalf("%q was found beneath a directory", path)
				}
				if !at.Beneath && at.Root.Inode == nil {
					continue
				}
				dir := loc
				if loc.Inode.Type() != abi.FiletypeDirectory {
					// A file is where its directory is: find that one's entry.
					dir = holder(t, ns, base, loc)
				}
				if !above(t, ns, base, dir) {
					t.Fatalf("%q leaves the directory it starts in", path)
				}
			}
			// Changing calls do not leave it either.
			before := census(ns, base, dirs[0])
			ns.Mkdir(ctx, at, path+"/made")
			if fl, e := ns.Open(ctx, at, path+"x", vfs.OpenOptions{Write: true, Follow: true, Oflags: abi.OflagsCreat}); e == abi.OK {
				fl.Unref()
			}
			ns.Symlink(ctx, at, "t", path+"y")
			ns.Unlink(ctx, at, path)
			ns.Rmdir(ctx, at, path)
			ns.Rename(ctx, at, path, at, path+"z")
			if at.Beneath || at.Root.Inode != nil {
				if after := census(ns, base, dirs[0]); after != before {
					t.Fatalf("%q changed something outside:\n%s\n%s", path, before, after)
				}
			}
		}
	})
}

// holder finds the directory below base that has loc as an entry; base itself
// stands for "outside" never: a file that is not found fails the test.
func holder(t *testing.T, ns *vfs.Namespace, base, loc vfs.Location) vfs.Location {
	var found vfs.Location
	each(ns, base, vfs.Location{}, func(dir vfs.Location, name string, in vfs.Location) {
		if in == loc {
			found = dir
		}
	})
	if found.Inode == nil {
		t.Fatal("a file was found that is not below the directory it starts in")
	}
	return found
}

// each calls fn for every entry below top, except in skip.
func each(ns *vfs.Namespace, top, skip vfs.Location, fn func(dir vfs.Location, name string, in vfs.Location)) {
	todo := []vfs.Location{top}
	for len(todo) > 0 {
		dir := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		f, e := ns.OpenLocation(ctx, dir, vfs.OpenOptions{Read: true})
		if e != abi.OK {
			panic(e)
		}
		var names []string
		vfs.ReadDirents(ctx, f, 2, func(d vfs.Dirent) bool { names = append(names, d.Name); return true })
		f.Unref()
		for _, name := range names {
			in, e := ns.Resolve(ctx, vfs.At{Base: dir}, name, false)
			if e != abi.OK {
				panic(e)
			}
			fn(dir, name, in)
			if in.Inode.Type() == abi.FiletypeDirectory && in != skip {
				todo = append(todo, in)
			}
		}
	}
}

// census lists everything outside base.
func census(ns *vfs.Namespace, base, root vfs.Location) string {
	var b strings.Builder
	if base != root {
		each(ns, root, base, func(dir vfs.Location, name string, in vfs.Location) {
			p, _ := ns.Path(ctx, dir, root)
			b.WriteString(p + "/" + name + " ")
		})
	}
	return b.String()
}

func TestResolveAllocatesNothing(t *testing.T) {
	ns := tree(t)
	base, _ := ns.Resolve(ctx, vfs.At{}, "/a/b", true)
	for _, path := range []string{"/a/b/c/file.txt", "c/../c/./file.txt", "../../file.txt", "/many/file-77", "/dev/..", "/nothing", "/link"} {
		at := vfs.At{Base: base}
		if n := testing.AllocsPerRun(100, func() { ns.Stat(ctx, at, path, true) }); n != 0 {
			t.Errorf("stat of %s allocates %v times", path, n)
		}
	}
	if n := testing.AllocsPerRun(100, func() {
		f, _ := ns.Open(ctx, vfs.At{}, "/file.txt", vfs.OpenOptions{Read: true, Follow: true})
		f.Unref()
	}); n > 1 {
		t.Errorf("open and close allocate %v times", n)
	}
}
