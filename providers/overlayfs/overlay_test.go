package overlayfs_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/wasix-web/wasix-web/providers/memfs"
	"github.com/wasix-web/wasix-web/providers/overlayfs"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/vfs/vfstest"
)

const allOps = "mkdir mkdir mkdir write write write append truncate rmdir unlink rename rename rename link symlink read readlink stat lstat ls"

func exec(fs vfs.FS) *vfstest.Exec {
	x := &vfstest.Exec{NS: vfs.NewNamespace(fs), Ctx: &vfs.Ctx{}, Now: 1_000_000}
	x.Ctx.Now = func() uint64 { return x.Now }
	return x
}

func script(t *testing.T, x *vfstest.Exec, lines ...string) {
	t.Helper()
	for _, line := range lines {
		w, want := vfstest.ParseLine(line)
		if got := x.Do(w); got != want[0] {
			t.Fatalf("%s\n\tgot %q", line, got)
		}
	}
}

func lay(t testing.TB, lower, upper vfs.FS) *overlayfs.FS {
	t.Helper()
	fs, e := overlayfs.New(&vfs.Ctx{MayBlock: true}, lower, upper)
	if e != abi.OK {
		t.Fatal(e)
	}
	return fs
}

// fill makes a tree with the names that the conformance suite uses.
func fill(x *vfstest.Exec) {
	for _, n := range strings.Fields("a b c d e f g h l m n x y old new sub file link dir empty s " + strings.Repeat("n", 255)) {
		x.Do([]string{"mkdir", n})
		for _, k := range []string{"f", "g", "s", "old", "deep"} {
			x.Do([]string{"write", n + "/" + k, "below"})
		}
		x.Do([]string{"mkdir", n + "/d"})
		x.Do([]string{"link", n + "/f", n + "/d/f"})
		x.Do([]string{"symlink", "/f", n + "/abs"})
	}
	for i := range 300 {
		x.Do([]string{"write", fmt.Sprint("f", i), "below"})
	}
	r := vfstest.NewRandom(7, allOps, func(vfstest.Feature) bool { return false })
	for range 300 {
		x.Do(r.Step())
	}
}

// clear removes everything below a directory.
func clear(x *vfstest.Exec, path string) {
	names, _ := x.List(path)
	for _, n := range names {
		if p := path + "/" + n; x.Do([]string{"unlink", p}) == "EISDIR" {
			clear(x, p)
			x.Do([]string{"rmdir", p})
		}
	}
}

// TestModes: a copy has the mode of what it is a copy of.
func TestModes(t *testing.T) {
	lower, upper := memfs.New(memfs.Config{}), memfs.New(memfs.Config{})
	x := exec(lower)
	script(t, x, "mkdir d", "write d/tool x", "write d/plain x")
	set := func(x *vfstest.Exec, path string, mode uint16) {
		t.Helper()
		if e := x.NS.SetAttr(x.Ctx, x.At, path, true, &vfs.SetAttr{SetMode: true, Mode: mode}); e != abi.OK {
			t.Fatal(e)
		}
	}
	set(x, "d", 0o750)
	set(x, "d/tool", 0o755)
	o := exec(lay(t, lower, upper))
	script(t, o, "append d/tool y", "append d/plain y")
	set(o, "d/plain", 0o600)
	for path, want := range map[string]uint16{"d": 0o750, "d/tool": 0o755, "d/plain": 0o600} {
		for _, x := range []*vfstest.Exec{o, exec(upper)} {
			if a, e := x.NS.Stat(x.Ctx, x.At, path, true); e != abi.OK || a.Mode != want {
				t.Errorf("%s has mode %o, want %o", path, a.Mode, want)
			}
		}
	}
	if a, e := x.NS.Stat(x.Ctx, x.At, "d/plain", true); e != abi.OK || a.Mode != 0o644 {
		t.Errorf("the lower layer has changed: %o", a.Mode)
	}
}

// TestConformance: over nothing, over a tree that has been removed, and with
// layers that wait.
func TestConformance(t *testing.T) {
	full := memfs.New(memfs.Config{})
	fill(exec(full))
	below := full.Snapshot()
	for name, slow := range map[string]int{"empty": 0, "removed": 0, "slow": 3} {
		mk := func(limit int64) vfs.FS {
			var lower, upper vfs.FS = memfs.New(memfs.Config{}), memfs.New(memfs.Config{MaxBytes: limit, Time: 1})
			if name != "empty" {
				lower = memfs.New(memfs.Config{From: below, ReadOnly: true})
			}
			if slow != 0 {
				lower, upper = vfstest.NewSlow(lower, slow), vfstest.NewSlow(upper, slow+1)
			}
			fs := lay(t, lower, upper)
			if name != "empty" {
				x := exec(fs)
				x.Ctx.MayBlock = true
				clear(x, ".")
			}
			return fs
		}
		o := vfstest.Options{}
		if name == "empty" {
			o.Limited = func(n int64) vfs.FS { return mk(n) }
		}
		if slow != 0 {
			o.NewCtx = func() *vfs.Ctx { return &vfs.Ctx{MayBlock: true} }
		}
		if slow != 0 || testing.Short() {
			o.Entries, o.Steps = 3000, 5000
		}
		for _, test := range vfstest.Cases() {
			t.Run(name+"/"+test.Name, func(t *testing.T) {
				if !test.Run(t, func() vfs.FS { return mk(0) }, o) && o.Limited != nil {
					t.Error("skipped, and nothing is lacking")
				}
			})
		}
	}
}

// TestRandom makes a tree, lays an empty layer over it, and goes on. Now and
// then both layers are mounted anew. Nothing of it shows, and the lower layer
// stays as it was.
func TestRandom(t *testing.T) {
	for seed := range uint64(30) {
		lower, upper := memfs.New(memfs.Config{}), memfs.New(memfs.Config{})
		r := vfstest.NewRandom(seed, allOps, func(vfstest.Feature) bool { return false })
		m := vfstest.NewModel()
		x := exec(lower)
		for range 400 {
			w := r.Step()
			x.Do(w)
			m.Do(w)
		}
		was := m.Clone()
		x = exec(lay(t, lower, upper))
		for i := range 2500 {
			w := r.Step()
			if got, want := x.Do(w), m.Do(w); got != want {
				t.Fatalf("seed %d step %d: %q gives %q, want %q", seed, i, w, got, want)
			}
			if i%250 != 249 {
				continue
			}
			if diff := vfstest.Compare(x, m); diff != "" {
				t.Fatalf("seed %d after step %d: %s", seed, i, diff)
			}
			if seed%2 == 1 {
				x = exec(lay(t, lower, upper))
				if diff := vfstest.Compare(x, m); diff != "" {
					t.Fatalf("seed %d mounted again after step %d: %s", seed, i, diff)
				}
			}
		}
		if diff := vfstest.Compare(exec(lower), was); diff != "" {
			t.Fatalf("seed %d: the lower layer has changed: %s", seed, diff)
		}
	}
}

// TestLayers says what is kept in the upper layer.
func TestLayers(t *testing.T) {
	lower, upper := memfs.New(memfs.Config{}), memfs.New(memfs.Config{})
	x, up := exec(lower), exec(upper)
	long := strings.Repeat("l", 255)
	script(t, x, "mkdir d", "mkdir d/e", "write d/e/f deep", "write f hello", "write g bye", "symlink f s", "write "+long+" x", "times f 5 6", "times d 7 8")
	x = exec(lay(t, lower, upper))
	script(t, x,
		"read f = hello", "read d/e/f = deep", "open f r w", "open f w", "open g w creat")
	script(t, up, "ls . = ") // nothing is copied before it is written to
	script(t, x, "append f !", "mtim d = 8")
	script(t, up, "ls . = f", "read f = hello!")
	script(t, x, "append d/e/f !", "mtim d = 8", "rename d x", "mtim x = 8", "read x/e/f = deep!", "unlink g", "unlink "+long, "ltimes s 3 4", "readlink s = f")
	script(t, up, "ls . = .wh..wh.h65875bea03a9bab .wh.d .wh.g f s x", "read x/.wh..wh.from = d", "mtim s = 4")
	script(t, x, "mkdir d", "ls d = ", "write d/new x", "rmdir x = ENOTEMPTY", "rename d y", "rename x d", "rename y x", "ls x = new", "ls d = e")
	// The marks cannot be seen or made.
	script(t, x, "stat .wh.g = ENOENT", "write .wh.g x = EINVAL", "mkdir .wh.g = EINVAL", "link f .wh.z = EINVAL", "rename f .wh.z = EINVAL",
		"symlink f .wh.z = EINVAL", "unlink .wh.g = ENOENT", "rename .wh.g z = ENOENT", "write g back", "read g = back", "unlink g", "stat g = ENOENT")
	for range 2 {
		script(t, x, "ls . = d f s x", "ls d = e", "ls d/e = f", "read d/e/f = deep!", "ls x = new", "read f = hello!", "stat "+long+" = ENOENT", "stat d = dir 3")
		x = exec(lay(t, lower, upper))
	}
}

// TestNumbers: a file keeps its number when it is copied, under all its names.
func TestNumbers(t *testing.T) {
	lower, upper := memfs.New(memfs.Config{}), memfs.New(memfs.Config{})
	x := exec(lower)
	script(t, x, "mkdir d", "mkdir d/e", "write d/f x", "link d/f d/e/g", "link d/f h", "write k y", "symlink k s")
	x = exec(lay(t, lower, upper))
	numbers := func() string {
		var all []string
		for _, p := range []string{".", "d", "d/e", "d/f", "d/e/g", "h", "k", "s"} {
			a, e := x.NS.Stat(x.Ctx, vfs.At{}, p, false)
			if e != abi.OK {
				t.Fatal(p, e)
			}
			all = append(all, fmt.Sprint(a.Ino))
			if p == "." {
				continue
			}
			dir, name := ".", p
			if i := strings.LastIndexByte(p, '/'); i >= 0 {
				dir, name = p[:i], p[i+1:]
			}
			f, _ := x.NS.Open(x.Ctx, vfs.At{}, dir, vfs.OpenOptions{Read: true})
			vfs.ReadDirents(x.Ctx, f, 0, func(d vfs.Dirent) bool {
				if d.Name == name && d.Ino != a.Ino {
					t.Errorf("%s has number %d in its directory, and %d", p, d.Ino, a.Ino)
				}
				return true
			})
			f.Unref()
		}
		return strings.Join(all, " ")
	}
	was := numbers()
	script(t, x, "stat h = file 1 3", "hold o d/e/g r", "hread o 9 = x", "append h y", "hseek o 0 set = 0", "hread o 9 = xy", "hclose o",
		"stat d/f = file 2 3", "stat d/e/g = file 2 3", "append k z", "ltimes s 1 2", "times d/e 1 2")
	if now := numbers(); now != was {
		t.Errorf("numbers were %s, are %s", was, now)
	}
	script(t, x, "unlink h", "stat d/f = file 2 2", "same d/f d/e/g = yes")
	x = exec(lay(t, lower, upper))
	script(t, x, "stat h = ENOENT", "stat d/f = file 2 2", "same d/f d/e/g = yes", "append d/f z", "read d/e/g = xyz")
}

// TestUnlinked: a lower file that lost its name is there as long as it is open,
// and can be written to.
func TestUnlinked(t *testing.T) {
	for _, early := range []string{"", "append f !"} {
		lower, upper := memfs.New(memfs.Config{}), memfs.New(memfs.Config{})
		script(t, exec(lower), "write f hello", "write g low")
		fs := lay(t, lower, upper)
		x := exec(fs)
		script(t, x, "hold a f r w", "hold b f r w", "hold c f r")
		if early != "" {
			script(t, x, early, "truncate f 5")
		}
		script(t, x, "unlink f", "stat f = ENOENT", "hstat a = file 5 0", "hread b 9 = hello", "hpwrite a 1 a = 1", "hclose a",
			"hpread b 0 9 = hallo", "hpread c 0 9 = hallo", "htruncate b 2", "hstat c = file 2 0", "hclose b", "hpread c 0 9 = ha", "hclose c",
			"ls . = g", "hold a g r w", "rename g f", "write g new", "hwrite a LOW = 3", "read f = LOW", "read g = new", "hclose a")
		x = exec(lay(t, lower, upper))
		script(t, x, "ls . = f g", "read f = LOW", "read g = new")
		script(t, exec(upper), "ls . = .wh.f .wh.g f g")
	}
}

func TestRefusals(t *testing.T) {
	fs := memfs.New(memfs.Config{})
	if _, e := overlayfs.New(&vfs.Ctx{}, fs, fs); e != abi.EINVAL {
		t.Errorf("one file system in both layers: %v", e)
	}
	upper := memfs.New(memfs.Config{})
	script(t, exec(fs), vfstest.ReadOnlyTree...)
	upper.SetReadOnly(true)
	vfstest.RunReadOnly(t, lay(t, fs, upper), vfstest.Options{})
	// A copy that does not fit leaves everything as it was.
	lower := memfs.New(memfs.Config{})
	script(t, exec(lower), "write f "+strings.Repeat("x", 3000), "truncate f 300000", "write g "+strings.Repeat("y", 200_000))
	small := memfs.New(memfs.Config{MaxBytes: 150_000})
	x := exec(lay(t, lower, small))
	script(t, x, "append g ! = ENOSPC", "stat g = file 200000 1", "truncate g 5", "read g = yyyyy", "append f !", "stat f = file 300001 1")
	if names, _ := exec(small).List("."); !slices.Equal(names, []string{"g", "f"}) {
		t.Errorf("left behind: %q", names)
	}
}
