package memfs_test

import (
	"math/rand/v2"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/wasix-web/wasix-web/providers/memfs"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/vfs/vfstest"
)

func TestConformance(t *testing.T) {
	empty := memfs.New(memfs.Config{}).Snapshot()
	for name, c := range map[string]memfs.Config{"new": {}, "copy": {From: empty}} {
		o := vfstest.Options{Limited: func(n int64) vfs.FS { return memfs.New(memfs.Config{MaxBytes: n, From: c.From}) }}
		if c.From != nil {
			o.Entries, o.Steps = 3000, 5000
		}
		for _, test := range vfstest.Cases() {
			t.Run(name+"/"+test.Name, func(t *testing.T) {
				if !test.Run(t, func() vfs.FS { return memfs.New(c) }, o) {
					t.Error("skipped, and memfs lacks nothing")
				}
			})
		}
	}
}

func TestStoreIsGivenBack(t *testing.T) {
	fs := memfs.New(memfs.Config{})
	x := exec(fs)
	empty := fs.Store().Used()
	r := vfstest.NewRandom(3, "mkdir mkdir write append append truncate rmdir unlink rename rename link symlink", func(vfstest.Feature) bool { return false })
	for range 5000 {
		x.Do(r.Step())
	}
	if fs.Store().Used() <= empty {
		t.Error("a full tree takes no room")
	}
	var clear func(path string)
	clear = func(path string) {
		names, _ := x.List(path)
		for _, n := range names {
			if p := path + "/" + n; x.Do([]string{"unlink", p}) == "EISDIR" {
				clear(p)
				script(t, x, "rmdir "+p)
			}
		}
	}
	clear(".")
	if n := fs.Store().Used(); n != empty {
		t.Errorf("%d bytes are taken when all is removed, %d at first", n, empty)
	}
	if e := fs.Close(x.Ctx); e != abi.OK || fs.Store().Used() != 0 {
		t.Errorf("%d bytes are taken after Close, %v", fs.Store().Used(), e)
	}
	script(t, exec(fs), "ls . = ", "mkdir d = ENOENT")
}

func TestSharedStore(t *testing.T) {
	store := memfs.NewStore(1 << 20)
	a, b := exec(memfs.New(memfs.Config{Store: store})), exec(memfs.New(memfs.Config{Store: store}))
	big := strings.Repeat("x", 600_000)
	script(t, a, "write f "+big)
	script(t, b, "write f "+big+" = ENOSPC", "unlink f")
	script(t, a, "unlink f")
	script(t, b, "write f "+big)
	if store.Max() != 1<<20 || store.Used() < 600_000 || store.Used() > 1<<20 {
		t.Errorf("%d of %d bytes", store.Used(), store.Max())
	}
}

func TestSmallFilesAreSmall(t *testing.T) {
	fs := memfs.New(memfs.Config{})
	x := exec(fs)
	used := fs.Store().Used()
	for i := range 1000 {
		x.Do([]string{"write", "f" + strconv.Itoa(i), "hello"})
	}
	if n := (fs.Store().Used() - used) / 1000; n > 600 {
		t.Errorf("a file of 5 bytes takes %d", n)
	}
}

func TestMaxFileSize(t *testing.T) {
	x := exec(memfs.New(memfs.Config{MaxFileSize: 100_000}))
	script(t, x, "write f x", "truncate f 100000", "truncate f 100001 = EFBIG", "hold h f r w", "hpwrite h 99998 abcd = 2", "hpwrite h 100000 a = EFBIG",
		"hpwrite h 100001 a = EFBIG", "hpread h 99997 9 = "+`"\x00ab"`, "hallocate h 0 100000", "hallocate h 1 100000 = EFBIG", "hstat h = file 100000 1",
		"hold a f w append", "hwrite a x = EFBIG")
}

// TestPagesAnywhere writes single bytes to pages all over a large file, near and
// far, in any order, and cuts it here and there.
func TestPagesAnywhere(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 2))
		fs := memfs.New(memfs.Config{})
		ns := vfs.NewNamespace(fs)
		ctx := &vfs.Ctx{}
		f, e := ns.Open(ctx, vfs.At{}, "f", vfs.OpenOptions{Read: true, Write: true, Oflags: abi.OflagsCreat})
		if e != abi.OK {
			t.Fatal(e)
		}
		model := map[int64]byte{}
		var v guestmem.Vec
		size := int64(0)
		for range 400 {
			page := int64(r.IntN(1 << r.IntN(24)))
			if r.IntN(10) == 0 {
				size = page<<16 + int64(r.IntN(1<<16))
				f.SetAttr(ctx, &vfs.SetAttr{SetSize: true, Size: uint64(size)})
				for p := range model {
					if p >= size {
						delete(model, p)
					}
				}
				continue
			}
			pos := page<<16 + []int64{0, 1, 65535}[r.IntN(3)]
			b := byte(r.IntN(255) + 1)
			v.SetBytes([]byte{b})
			if n, e := f.Object.Pwrite(ctx, f, &v, pos); n != 1 || e != abi.OK {
				t.Fatal(n, e)
			}
			model[pos] = b
			size = max(size, pos+1)
		}
		for p, want := range model {
			b := []byte{0, 0}
			v.SetBytes(b)
			if _, e := f.Object.Pread(ctx, &v, p); e != abi.OK || b[0] != want || p+1 < size && b[1] != model[p+1] {
				t.Fatalf("seed %d: bytes at %d are %d, want %d and %d", seed, p, b, want, model[p+1])
			}
		}
		for range 1000 {
			p := r.Int64N(max(size, 1))
			b := []byte{'?'}
			v.SetBytes(b)
			if n, e := f.Object.Pread(ctx, &v, p); e != abi.OK || n == 1 && b[0] != model[p] {
				t.Fatalf("seed %d: byte at %d is %d, want %d", seed, p, b[0], model[p])
			}
		}
		f.Unref()
		before := fs.Store().Used()
		ns.Unlink(ctx, vfs.At{}, "f")
		if fs.Store().Used() >= before || fs.Store().Used() > 1000 {
			t.Fatalf("seed %d: %d bytes are left of %d", seed, fs.Store().Used(), before)
		}
	}
}

// TestPagesAreReused: a file that comes and goes makes no garbage, and shows
// nothing of the one before.
func TestPagesAreReused(t *testing.T) {
	fs := memfs.New(memfs.Config{})
	ns := vfs.NewNamespace(fs)
	ctx := &vfs.Ctx{}
	round := func() {
		f, _ := ns.Open(ctx, vfs.At{}, "f", vfs.OpenOptions{Read: true, Write: true, Oflags: abi.OflagsCreat})
		var v guestmem.Vec
		b := []byte(strings.Repeat("secret", 50_000))
		v.SetBytes(b)
		f.Object.Write(ctx, f, &v)
		f.SetAttr(ctx, &vfs.SetAttr{SetSize: true})
		v.SetBytes([]byte("x"))
		f.Object.Pwrite(ctx, f, &v, 70_000)
		f.SetAttr(ctx, &vfs.SetAttr{SetSize: true, Size: 300_000})
		clear(b)
		v.SetBytes(b)
		f.Object.Pread(ctx, &v, 0)
		if s := strings.Trim(string(b), "\x00"); s != "x" {
			t.Fatalf("%d bytes of an old file are to be seen", len(s))
		}
		f.Unref()
		ns.Unlink(ctx, vfs.At{}, "f")
	}
	round()
	var a, b runtime.MemStats
	runtime.ReadMemStats(&a)
	for range 20 {
		round()
	}
	runtime.ReadMemStats(&b)
	// The test's own buffers and page 0 (64 KiB) are new each time.
	if n := (b.TotalAlloc - a.TotalAlloc) / 20; n > 1_100_000 {
		t.Errorf("%d bytes are allocated for each file", n)
	}
}

func TestManyLinks(t *testing.T) {
	x := exec(memfs.New(memfs.Config{}))
	script(t, x, "write f x")
	for i := 1; i < 65000; i++ {
		if got := x.Do([]string{"link", "f", "l" + strconv.Itoa(i)}); got != "" {
			t.Fatal(i, got)
		}
	}
	script(t, x, "link f more = EMLINK", "stat f = file 1 65000", "unlink l1", "link f more")
}

func TestSockets(t *testing.T) {
	fs := memfs.New(memfs.Config{})
	ctx := &vfs.Ctx{}
	in, e := fs.Root().Create(ctx, "s", abi.FiletypeSocketStream, "")
	if e != abi.OK || in.Type() != abi.FiletypeSocketStream {
		t.Fatal(e)
	}
	script(t, exec(fs), "open s r = ENXIO", "open s r creat = ENXIO", "open s r dir = ENOTDIR", "truncate s 0 = EINVAL", "readlink s = EINVAL", "stat s/ = ENOTDIR",
		"link s t", "rename t u", "unlink s", "ls . = u", "unlink u")
	if _, e := fs.Root().Create(ctx, "c", abi.FiletypeCharacterDevice, ""); e != abi.ENOTSUP {
		t.Error("a device can be made:", e)
	}
}

// TestOtherTrees: inodes of another file system are refused, not believed.
func TestOtherTrees(t *testing.T) {
	a, b := memfs.New(memfs.Config{}), memfs.New(memfs.Config{})
	ctx := &vfs.Ctx{}
	in, _ := a.Root().Create(ctx, "f", abi.FiletypeRegularFile, "")
	if e := b.Root().Link(ctx, "f", in); e != abi.EXDEV {
		t.Error(e)
	}
	if e := a.Root().Rename(ctx, "f", b.Root(), "f"); e != abi.EXDEV {
		t.Error(e)
	}
	for what, e := range map[string]abi.Errno{
		"Link":   in.Link(ctx, "x", in),
		"Unlink": in.Unlink(ctx, "x"),
		"Rmdir":  in.Rmdir(ctx, "x"),
		"Rename": in.Rename(ctx, "x", in, "y"),
	} {
		if e != abi.ENOTDIR {
			t.Errorf("%s in a file gives %v", what, e)
		}
	}
	if _, e := in.Lookup(ctx, "x"); e != abi.ENOTDIR {
		t.Error(e)
	}
	if e := in.ReadDir(ctx, 0, func(vfs.Dirent) bool { return true }); e != abi.ENOTDIR {
		t.Error(e)
	}
	if _, e := a.Root().Open(ctx); e != abi.EINVAL {
		t.Error(e)
	}
}
