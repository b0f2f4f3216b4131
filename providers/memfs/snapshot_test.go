package memfs_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/wasix-web/wasix-web/providers/memfs"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/vfs/vfstest"
)

func exec(fs *memfs.FS) *vfstest.Exec {
	return &vfstest.Exec{NS: vfs.NewNamespace(fs), Ctx: &vfs.Ctx{}}
}

func script(t *testing.T, x *vfstest.Exec, lines ...string) {
	t.Helper()
	for _, line := range lines {
		w, want := vfstest.ParseLine(line)
		if got := x.Do(w); got != want[0] {
			t.Errorf("%s: got %q", line, got)
		}
	}
}

func TestSnapshot(t *testing.T) {
	fs := memfs.New(memfs.Config{})
	x := exec(fs)
	script(t, x, "mkdir d", "mkdir d/e", "write d/e/f hello", "link d/e/f g", "symlink g l", "write gone x")
	snap := fs.Snapshot()
	script(t, x, "append g !", "unlink gone", "rename d x", "write new y", "mkdir x/n")

	a, b := exec(memfs.New(memfs.Config{From: snap})), exec(memfs.New(memfs.Config{From: snap, ReadOnly: true}))
	for _, c := range []*vfstest.Exec{a, b} {
		script(t, c, "ls . = d g gone l", "read d/e/f = hello", "read l = hello", "stat g = file 5 2", "same g d/e/f = yes", "read gone = x",
			"stat d = dir 3", "ls d/e = f", "stat d/e/.. = dir 3", "cd d/e", "pwd = /d/e", "cd /")
	}
	script(t, a, "write g A", "read d/e/f = A", "unlink gone", "rename d/e h", "ls . = d g h l", "ls d = ")
	script(t, b, "read d/e/f = hello", "ls . = d g gone l", "write g x = EROFS")
	script(t, x, "read g = hello!", "ls . = g l new x", "ls x = e n", "stat g = file 6 2")
	// Numbers stay, and new ones are not used twice.
	same := func(x, y *vfstest.Exec, p, q string, want bool) {
		t.Helper()
		i, e := x.NS.Stat(x.Ctx, x.At, p, false)
		j, e2 := y.NS.Stat(y.Ctx, y.At, q, false)
		if e != abi.OK || e2 != abi.OK || (i.Ino == j.Ino) != want {
			t.Errorf("inode of %s is %d, of %s %d %v %v", p, i.Ino, q, j.Ino, e, e2)
		}
	}
	same(x, a, "x/e", "h", true)
	same(x, a, "g", "g", true)
	script(t, a, "write brandnew x")
	same(a, a, "brandnew", "g", false)
	same(a, a, "brandnew", "h", false)
}

// TestSnapshotModes: a mode is part of what a snapshot keeps.
func TestSnapshotModes(t *testing.T) {
	x := exec(memfs.New(memfs.Config{}))
	fs := x.NS.Mounts()[0].FS.(*memfs.FS)
	chmod := func(x *vfstest.Exec, path string, mode uint16) {
		t.Helper()
		if e := x.NS.SetAttr(x.Ctx, x.At, path, true, &vfs.SetAttr{SetMode: true, Mode: mode}); e != abi.OK {
			t.Fatal(e)
		}
	}
	script(t, x, "mkdir d", "write d/f hello")
	chmod(x, "d/f", 0o750)
	chmod(x, "d", 0o711)
	snap := fs.Snapshot()
	chmod(x, "d/f", 0o600)
	a := exec(memfs.New(memfs.Config{From: snap}))
	script(t, a, "append d/f !")
	for _, c := range []struct {
		x    *vfstest.Exec
		path string
		want uint16
	}{{x, "d/f", 0o600}, {a, "d/f", 0o750}, {a, "d", 0o711}, {exec(memfs.New(memfs.Config{From: snap})), "d/f", 0o750}} {
		if at, e := c.x.NS.Stat(c.x.Ctx, c.x.At, c.path, true); e != abi.OK || at.Mode != c.want {
			t.Errorf("%s has mode %o, want %o", c.path, at.Mode, c.want)
		}
	}
}

func TestSnapshotOfOpenFiles(t *testing.T) {
	fs := memfs.New(memfs.Config{})
	x := exec(fs)
	script(t, x, "write f 0123456789", "hold h f r w", "hold u f r w", "write v 0123", "hold v v r w", "unlink v")
	snap := fs.Snapshot()
	script(t, x, "hpwrite h 3 XXX = 3", "hwrite v abc = 3", "hpread h 0 20 = 012XXX6789", "unlink f", "hpread u 0 20 = 012XXX6789", "hclose h", "hpwrite u 0 Y = 1",
		"hpread u 0 20 = Y12XXX6789", "hclose u", "hclose v")
	script(t, exec(memfs.New(memfs.Config{From: snap})), "read f = 0123456789", "ls . = f", "stat f = file 10 1")
}

func TestSnapshotPages(t *testing.T) {
	store := memfs.NewStore(0)
	fs := memfs.New(memfs.Config{Store: store})
	x := exec(fs)
	big := strings.Repeat("0123456789abcdef", 20_000) // five pages
	script(t, x, "write f "+big, "hold h f r w", "hpwrite h 1000000000 far = 3")
	snap := fs.Snapshot()
	copied := memfs.New(memfs.Config{Store: store, From: snap})
	y := exec(copied)
	script(t, y, "stat f = file 1000000003 1")
	used := store.Used()
	script(t, y, "hold h f r w", "hpwrite h 100000 Z = 1", "hpread h 99999 3 = fZ1", "hpread h 1000000000 3 = far")
	if n := store.Used() - used; n != 65536 {
		t.Errorf("one byte written to a copy takes %d bytes", n)
	}
	script(t, x, "hpread h 99999 3 = f01", "hpwrite h 100000 Y = 1", "hpread h 99999 3 = fY1", "htruncate h 5", "read f = 01234")
	script(t, y, "hpread h 99999 3 = fZ1", "hpread h 319998 2 = ef", "htruncate h 100001")
	script(t, exec(memfs.New(memfs.Config{Store: store, From: snap})), "hold h f r", "hpread h 99999 3 = f01", "hpread h 1000000000 3 = far")
}

// TestSnapshotStorm takes snapshots of a changing tree and of copies, changes
// the copies, gives snapshots up, and compares everything with models. In the
// end the store is empty.
func TestSnapshotStorm(t *testing.T) {
	const ops = "mkdir mkdir write write append append truncate rmdir unlink rename rename link symlink"
	for seed := range uint64(30) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		steps := vfstest.NewRandom(seed, ops, func(vfstest.Feature) bool { return false })
		store := memfs.NewStore(0)
		type tree struct {
			fs *memfs.FS
			x  *vfstest.Exec
			m  *vfstest.Model
		}
		type snap struct {
			s *memfs.Snapshot
			m *vfstest.Model
		}
		fs := memfs.New(memfs.Config{Store: store})
		trees := []tree{{fs, exec(fs), vfstest.NewModel()}}
		var snaps []snap
		for i := range 2000 {
			k := rnd.IntN(len(trees))
			tr := trees[k]
			switch n := rnd.IntN(100); {
			case n < 2 && len(snaps) < 6:
				snaps = append(snaps, snap{tr.fs.Snapshot(), tr.m.Clone()})
			case n < 4 && len(snaps) > 0 && len(trees) < 8:
				s := snaps[rnd.IntN(len(snaps))]
				c := memfs.New(memfs.Config{Store: store, From: s.s})
				trees = append(trees, tree{c, exec(c), s.m.Clone()})
			case n < 5 && len(snaps) > 0:
				j := rnd.IntN(len(snaps))
				snaps[j].s.Release()
				snaps = append(snaps[:j], snaps[j+1:]...)
			case n < 6 && len(trees) > 1:
				if d := vfstest.Compare(tr.x, tr.m); d != "" {
					t.Fatalf("seed %d, step %d: %s", seed, i, d)
				}
				tr.fs.Close(tr.x.Ctx)
				trees = append(trees[:k], trees[k+1:]...)
			default:
				w := steps.Step()
				if w[0] == "append" && rnd.IntN(4) == 0 {
					w[2] = strings.Repeat(w[2]+"+", 10_000) // some pages
				}
				if w[0] == "truncate" && rnd.IntN(4) == 0 {
					w[2] = "100000"
				}
				if got, want := tr.x.Do(w), tr.m.Do(w); got != want {
					t.Fatalf("seed %d, step %d, %q: %q, want %q", seed, i, w, got, want)
				}
			}
			if i%200 == 0 {
				for _, tr := range trees {
					if d := vfstest.Compare(tr.x, tr.m); d != "" {
						t.Fatalf("seed %d, step %d: %s", seed, i, d)
					}
				}
			}
		}
		for _, s := range snaps {
			c := memfs.New(memfs.Config{Store: store, From: s.s})
			x := exec(c)
			if d := vfstest.Compare(x, s.m); d != "" {
				t.Fatalf("seed %d, a snapshot: %s", seed, d)
			}
			c.Close(x.Ctx)
		}
		rnd.Shuffle(len(trees), func(i, j int) { trees[i], trees[j] = trees[j], trees[i] })
		for i, tr := range trees {
			if d := vfstest.Compare(tr.x, tr.m); d != "" {
				t.Fatalf("seed %d: %s", seed, d)
			}
			if i%2 == 0 && len(snaps) > 0 {
				snaps[0].s.Release()
				snaps = snaps[1:]
			}
			tr.fs.Close(tr.x.Ctx)
		}
		for _, s := range snaps {
			s.s.Release()
		}
		if n := store.Used(); n != 0 {
			t.Fatalf("seed %d: %d bytes are left when all is closed", seed, n)
		}
	}
}

func TestSnapshotAgain(t *testing.T) {
	// Taking and giving up snapshots for ever keeps nothing.
	fs := memfs.New(memfs.Config{})
	x := exec(fs)
	script(t, x, "write f "+strings.Repeat("x", 200_000))
	used := int64(0)
	for i := range 50 {
		s := fs.Snapshot()
		script(t, x, "append f y", "mkdir d", "rmdir d")
		s.Release()
		script(t, x, "truncate f 200000")
		if i == 0 {
			used = fs.Store().Used()
		}
	}
	if n := fs.Store().Used(); n != used {
		t.Errorf("%d bytes used, %d after the first", n, used)
	}
}

func BenchmarkCopy(b *testing.B) {
	fs := memfs.New(memfs.Config{})
	x := exec(fs)
	for i := range 100 {
		x.Do([]string{"mkdir", "d" + string(rune('a'+i%26)) + string(rune('a'+i/26))})
	}
	s := fs.Snapshot()
	b.ReportAllocs()
	for b.Loop() {
		c := memfs.New(memfs.Config{Store: fs.Store(), From: s})
		c.Close(nil)
	}
}
