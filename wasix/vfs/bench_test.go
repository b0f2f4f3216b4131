package vfs_test

import (
	"strconv"
	"testing"

	"github.com/wasix-web/wasix-web/providers/memfs"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

var ctx = &vfs.Ctx{Now: func() uint64 { return 1 }}

func tree(b testing.TB) *vfs.Namespace {
	ns := vfs.NewNamespace(memfs.New(memfs.Config{}))
	for _, p := range []string{"/a", "/a/b", "/a/b/c", "/many", "/dev"} {
		must(b, ns.Mkdir(ctx, vfs.At{}, p))
	}
	for i := range 1000 {
		touch(b, ns, "/many/file-"+strconv.Itoa(i))
	}
	touch(b, ns, "/file.txt")
	touch(b, ns, "/a/b/c/file.txt")
	must(b, ns.Symlink(ctx, vfs.At{}, "a/b/c/file.txt", "/link"))
	must(b, ns.Symlink(ctx, vfs.At{}, "b/c", "/a/cut"))
	must(b, ns.Mount(ctx, "/dev", memfs.New(memfs.Config{})))
	return ns
}

func must(t testing.TB, e abi.Errno) {
	t.Helper()
	if e != abi.OK {
		t.Fatal(e)
	}
}

func touch(t testing.TB, ns *vfs.Namespace, path string) {
	t.Helper()
	f, e := ns.Open(ctx, vfs.At{}, path, vfs.OpenOptions{Write: true, Oflags: abi.OflagsCreat})
	must(t, e)
	f.Unref()
}

func BenchmarkStat(b *testing.B) {
	ns := tree(b)
	base, _ := ns.Resolve(ctx, vfs.At{}, "/a/b", true)
	for _, c := range []struct {
		name, path string
		at         vfs.At
	}{
		{"one", "file.txt", vfs.At{}},
		{"absolute4", "/a/b/c/file.txt", vfs.At{}},
		{"beneath", "c/file.txt", vfs.At{Base: base, Beneath: true}},
		{"of1000", "/many/file-500", vfs.At{}},
		{"link", "/link", vfs.At{}},
		{"linkOnTheWay", "/a/cut/file.txt", vfs.At{}},
		{"missing", "/a/b/c/nothing", vfs.At{}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				ns.Stat(ctx, c.at, c.path, true)
			}
		})
	}
}

func BenchmarkOpenClose(b *testing.B) {
	ns := tree(b)
	b.ReportAllocs()
	for b.Loop() {
		f, _ := ns.Open(ctx, vfs.At{}, "/file.txt", vfs.OpenOptions{Read: true, Follow: true})
		f.Unref()
	}
}

func BenchmarkCreateUnlink(b *testing.B) {
	ns := tree(b)
	b.ReportAllocs()
	for b.Loop() {
		f, _ := ns.Open(ctx, vfs.At{}, "/a/new", vfs.OpenOptions{Write: true, Oflags: abi.OflagsCreat})
		f.Unref()
		ns.Unlink(ctx, vfs.At{}, "/a/new")
	}
}

func BenchmarkRename(b *testing.B) {
	ns := tree(b)
	b.ReportAllocs()
	for b.Loop() {
		ns.Rename(ctx, vfs.At{}, "/a/b/c/file.txt", vfs.At{}, "/a/x")
		ns.Rename(ctx, vfs.At{}, "/a/x", vfs.At{}, "/a/b/c/file.txt")
	}
}

func BenchmarkIO(b *testing.B) {
	m := guestmem.Of(make([]byte, 1<<20))
	for _, size := range []uint32{64, 4096, 65536, 1 << 20} {
		for _, op := range []string{"overwrite", "read", "append"} {
			b.Run(op+strconv.Itoa(int(size)), func(b *testing.B) {
				ns := tree(b)
				f, _ := ns.Open(ctx, vfs.At{}, "/f", vfs.OpenOptions{Read: true, Write: true, Oflags: abi.OflagsCreat})
				var v guestmem.Vec
				v.Set(m, 0, size)
				f.Object.Write(ctx, f, &v)
				b.ReportAllocs()
				b.SetBytes(int64(size))
				for b.Loop() {
					v.Set(m, 0, size)
					switch op {
					case "overwrite":
						f.Offset = 0
						f.Object.Write(ctx, f, &v)
					case "read":
						f.Offset = 0
						f.Object.Read(ctx, f, &v)
					case "append":
						f.Object.Write(ctx, f, &v)
						if f.Offset > 512<<20 {
							f.SetAttr(ctx, &vfs.SetAttr{SetSize: true})
							f.Offset = 0
						}
					}
				}
				f.Unref()
			})
		}
	}
}

func BenchmarkDirectory(b *testing.B) {
	for _, n := range []int{1000, 100_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			ns := tree(b)
			must(b, ns.Mkdir(ctx, vfs.At{}, "/d"))
			names := make([]string, n)
			for i := range names {
				names[i] = "/d/entry-" + strconv.Itoa(i)
				touch(b, ns, names[i])
			}
			b.Run("stat", func(b *testing.B) {
				i := 0
				for b.Loop() {
					ns.Stat(ctx, vfs.At{}, names[i], true)
					i = (i + 7919) % n
				}
			})
			b.Run("readdirEntry", func(b *testing.B) {
				f, _ := ns.Open(ctx, vfs.At{}, "/d", vfs.OpenOptions{Read: true})
				defer f.Unref()
				cookie, seen := uint64(0), 0
				for b.Loop() {
					if seen == 0 { // 100 entries at a time
						vfs.ReadDirents(ctx, f, cookie, func(d vfs.Dirent) bool {
							cookie = d.Cookie
							seen++
							return seen < 100
						})
						if seen < 100 {
							cookie, seen = 0, 1
						}
					}
					seen--
				}
			})
			b.Run("createUnlink", func(b *testing.B) {
				for b.Loop() {
					touch(b, ns, "/d/new")
					ns.Unlink(ctx, vfs.At{}, "/d/new")
				}
			})
		})
	}
}
