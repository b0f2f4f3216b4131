package idbfs

import (
	"strconv"
	"strings"
	"testing"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/vfs/vfstest"
)

const steps = "mkdir mkdir rmdir unlink symlink link rename rename write write append truncate"

func mount(t *testing.T, f *fake, c Config) *FS {
	t.Helper()
	fs, e, err := Mount(f.ctx(), f, c)
	if e != abi.OK {
		t.Fatal(e, err)
	}
	return fs
}

func exec(f *fake, fs *FS) *vfstest.Exec {
	return &vfstest.Exec{NS: vfs.NewNamespace(fs), Ctx: f.ctx()}
}

func ok(t *testing.T, x *vfstest.Exec, lines ...string) {
	t.Helper()
	for _, line := range lines {
		words, want := vfstest.ParseLine(line)
		if got := x.Do(words); got != want[0] {
			t.Fatalf("%s\n\tgot %.200q", line, got)
		}
	}
}

// TestCrash changes a tree at random, with batches that come at random, fail now
// and then, and are in flight while changes go on. Whichever of the committed
// transactions was the last: the database is whole, and holds the tree as it was
// when that batch began. What was synced is in it. The odd seeds sync often, so
// that most batches are records of the journal.
func TestCrash(t *testing.T) {
	for seed := range uint64(12) {
		f := newFake()
		f.record = true
		fs := mount(t, f, Config{CacheBytes: 1})
		x := exec(f, fs)
		random := vfstest.NewRandom(seed, steps, func(vfstest.Feature) bool { return false })
		var done [][]string
		f.now = func() int { return len(done) }
		often := seed%2 == 1
		f.fail = func(n int, _ bool) error {
			if !often && n%4 == 3 || n%17 == 16 {
				return &Error{"AbortError", "for the test"}
			}
			return nil
		}
		model := vfstest.NewModel()
		for i := range 400 {
			w := random.Step()
			if got, want := x.Do(w), model.Do(w); got != want {
				t.Fatalf("seed %d, step %d, %v: got %q, want %q", seed, i, w, got, want)
			}
			done = append(done, w)
			switch {
			case often && i%2 == 0 && fs.flight == nil:
				fs.begin(true)
			case i%7 == 3 && (!often || i%5 == 0):
				fs.tick()
			case i%7 == 5 || often:
				f.pump()
			case i%31 == 30:
				for fs.Sync(f.ctx()) != abi.OK {
				}
				g := on(f)
				if diff := vfstest.Compare(exec(g, mount(t, g, Config{})), model); diff != "" {
					t.Fatalf("seed %d: after a sync: %s", seed, diff)
				}
			}
		}
		f.pump()
		if n := f.logged(); len(f.log) < 25 || often && n < 100 {
			t.Fatal("only", len(f.log), "batches,", n, "records of the journal")
		}
		for n := range f.log {
			m := vfstest.NewModel()
			for _, w := range done[:f.began[n]] {
				m.Do(w)
			}
			f.survives(t, n, func(x *vfstest.Exec) string { return vfstest.Compare(x, m) })
		}
	}
}

// logged counts the transactions that are a record of the journal.
func (f *fake) logged() (n int) {
	for _, ops := range f.log {
		if len(ops) == 1 && ops[0].key[0] == keyJournal {
			n++
		}
	}
	return n
}

// survives mounts the database as it was after transaction n, and again when the
// journal is folded.
func (f *fake) survives(t *testing.T, n int, compare func(*vfstest.Exec) string) {
	t.Helper()
	g := f.at(n + 1)
	fs := mount(t, g, Config{})
	if diff := compare(exec(g, fs)); diff != "" {
		t.Fatalf("after transaction %d of %d: %s", n+1, len(f.log), diff)
	}
	if list, e := fs.Check(g.ctx(), false); e != abi.OK || len(list) != 0 {
		t.Fatal(e, list)
	}
	if e := fs.Close(g.ctx()); e != abi.OK {
		t.Fatal(e)
	}
	for _, k := range g.keys() {
		if k[0] == keyJournal {
			t.Fatalf("after transaction %d: the journal is not folded", n+1)
		}
	}
	g = on(g)
	fs = mount(t, g, Config{})
	if diff := compare(exec(g, fs)); diff != "" {
		t.Fatalf("after transaction %d of %d, folded: %s", n+1, len(f.log), diff)
	}
	if list, e := fs.Check(g.ctx(), false); e != abi.OK || len(list) != 0 {
		t.Fatal(e, list)
	}
}

// TestOrphan: a file that was open without a name when the browser ended goes.
func TestOrphan(t *testing.T) {
	f := newFake()
	fs := mount(t, f, Config{})
	x := exec(f, fs)
	ok(t, x, "mkdir d", "write f "+strings.Repeat("x", 5000), "hold h f r w", "hsync h", "unlink f", "hsync h", "hwrite h more = 4", "hsync h")
	if fs.Sync(f.ctx()) != abi.OK {
		t.Fatal("sync")
	}
	g := on(f)
	gs := mount(t, g, Config{})
	ok(t, exec(g, gs), "ls . = d", "rmdir d")
	if e := gs.Close(g.ctx()); e != abi.OK {
		t.Fatal(e)
	}
	if k := g.keys(); len(k) != 2 {
		t.Errorf("left: %q", k)
	}
	// As long as it lives it is read, also when it was evicted.
	ok(t, x, "hpread h 4 3 = xxx", "hclose h")
	if e := fs.Sync(f.ctx()); e != abi.OK {
		t.Fatal(e)
	}
	f.idle()
	if list, e := fs.Check(f.ctx(), false); e != abi.OK || len(list) != 0 || len(fs.segs) != 0 {
		t.Error(e, list, len(fs.segs))
	}
}

// on returns a copy of a database, for another to mount.
func on(f *fake) *fake {
	g := newFake()
	for _, k := range f.keys() {
		g.apply([]op{{key: k, value: f.db[k]}})
	}
	return g
}

// TestBack: what a mount brings back is all of it.
func TestBack(t *testing.T) {
	f := newFake()
	fs := mount(t, f, Config{Time: 7})
	x := exec(f, fs)
	x.Ctx.Now = func() uint64 { return 12345678901234567890 }
	big := strings.Repeat("0123456789abcdef", 70_000)
	ok(t, x, "write big "+big, "truncate big 3000000", "mkdir d", "write d/f one", "link d/f g", "symlink d/f l", "times g 5 -1",
		"hold h sparse w creat", "hpwrite h 1099511627776 far = 3", "hclose h")
	ino := func(x *vfstest.Exec, p string) uint64 {
		a, _ := x.NS.Stat(x.Ctx, vfs.At{}, p, false)
		return a.Ino
	}
	inode := ino(x, "d/f")
	if e := fs.Close(f.ctx()); e != abi.OK {
		t.Fatal(e)
	}
	g := on(f)
	y := exec(g, mount(t, g, Config{}))
	ok(t, y, "ls . = big d g l sparse", "stat g = file 3 2", "same g d/f = yes", "readlink l = d/f", "read l = one", "mtim g = 18446744073709551615",
		"mtim sparse = 12345678901234567890", "stat sparse = file 1099511627779 1", "hold h sparse r", "hpread h 1099511627774 9 = \"\\x00\\x00far\"",
		"stat big = file 3000000 1", "read big = \""+big+strings.Repeat(`\x00`, 3000000-len(big))+"\"")
	if got := ino(y, "g"); got != inode {
		t.Errorf("inode %d was %d", got, inode)
	}
	ok(t, y, "open new w creat")
	if got := ino(y, "new"); got <= ino(y, "sparse") {
		t.Errorf("a new inode has an old number, %d", got)
	}
}

// TestReadOnly: another may write meanwhile.
func TestReadOnly(t *testing.T) {
	f := newFake()
	fs := mount(t, f, Config{})
	x := exec(f, fs)
	ok(t, x, "write a one", "write b two", "mkdir d")
	fs.Sync(f.ctx())
	ro := mount(t, f, Config{ReadOnly: true})
	y := exec(f, ro)
	ok(t, y, "stat a = file 3 1", "open a w = EROFS", "open c w creat = EROFS", "mkdir x = EROFS", "unlink a = EROFS", "hold h b r")
	puts := f.puts
	ok(t, x, "write b 222", "unlink a", "rename d e")
	fs.Sync(f.ctx())
	if fs.Check(f.ctx(), false); f.puts == puts {
		t.Fatal("nothing was written")
	}
	f.idle()
	// The old segment is gone: what is there now is found.
	ok(t, y, "hread h 9 = 222", "ls . = b e", "hclose h")
	ok(t, x, "write n new")
	fs.Sync(f.ctx())
	ro.Sync(f.ctx())
	ok(t, y, "read n = new")
	if _, e := ro.Check(f.ctx(), true); e != abi.EROFS {
		t.Error(e)
	}
}

// TestGrowth: small writes for a day, one a second, do not make the database grow.
func TestGrowth(t *testing.T) {
	f := newFake()
	fs := mount(t, f, Config{})
	x := exec(f, fs)
	most, records := int64(0), 0
	for i := range 86_400 {
		n := strconv.Itoa(i % 500)
		words := []string{"write", "f" + n, strings.Repeat("x", 10+i*7919%3000)}
		if got := x.Do(words); got != "" {
			t.Fatal(got)
		}
		f.tick()
		if i > 2000 {
			most, records = max(most, f.bytes), max(records, len(f.db))
		}
	}
	live := int64(0)
	for _, s := range fs.segs {
		live += int64(s.live)
	}
	t.Logf("files of %d bytes: at most %d bytes in %d records", live, most, records)
	if most > 2*live+cleanSlack+segmentSize || records > 1000 {
		t.Error("too much")
	}
	if list, e := fs.Check(f.ctx(), false); e != abi.OK || len(list) != 0 {
		t.Error(e, list)
	}
	for range 40 {
		f.tick()
	}
	if e := fs.Close(f.ctx()); e != abi.OK {
		t.Error(e)
	}
}

// TestReadAhead: small files that are read in the order they were made in wait
// for the database once in a few segments, and nothing is loaded twice.
func TestReadAhead(t *testing.T) {
	f := newFake()
	x := exec(f, mount(t, f, Config{}))
	const files = 400
	data := strings.Repeat("x", 20_000)
	for i := range files {
		x.Do([]string{"write", "f" + num(uint64(i)), data})
	}
	x.NS.Mounts()[0].FS.Sync(f.ctx())
	fs := mount(t, f, Config{})
	x = exec(f, fs)
	waits := 0
	x.Ctx.Lock = locker{f, &waits}
	for i := range files {
		if got := x.Do([]string{"read", "f" + num(uint64(i))}); got != data {
			t.Fatalf("f%d has %d bytes", i, len(got))
		}
	}
	if n := len(fs.segs); waits == 0 || waits > n/3 || fs.loaded != uint64(n) {
		t.Errorf("%d segments, %d loads, %d waits", n, fs.loaded, waits)
	}
}

// locker counts how often a call waits.
type locker struct {
	*fake
	waits *int
}

func (l locker) Unlock() {
	*l.waits++
	l.fake.Unlock()
}

// TestCrashAgain: what a crash has left is mounted, changed, and crashes again.
func TestCrashAgain(t *testing.T) {
	for seed := range uint64(20) {
		random := vfstest.NewRandom(seed, steps, func(vfstest.Feature) bool { return false })
		var done [][]string
		f := newFake()
		for round := range 25 {
			model := vfstest.NewModel()
			for _, w := range done {
				model.Do(w)
			}
			fs := mount(t, f, Config{})
			x := exec(f, fs)
			if diff := vfstest.Compare(x, model); diff != "" {
				t.Fatalf("seed %d, round %d: %s", seed, round, diff)
			}
			if round%3 == 1 {
				if list, e := fs.Check(f.ctx(), false); e != abi.OK || len(list) != 0 {
					t.Fatal(e, list)
				}
			}
			left, start := on(f), len(done)
			f.record, f.now = true, func() int { return len(done) }
			for i := range 10 + int(seed)*3 {
				w := random.Step()
				x.Do(w)
				done = append(done, w)
				switch {
				case i%3 != 2 && fs.flight == nil:
					fs.begin(true)
				case i%11 == 9:
					f.tick()
				default:
					f.pump()
				}
			}
			n := len(f.log) * (round%5 + 1) / 5
			end := start
			for k := range n {
				left.apply(f.log[k])
				end = f.began[k]
			}
			f, done = left, done[:end]
		}
	}
}
