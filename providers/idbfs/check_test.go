package idbfs

import (
	"strings"
	"testing"

	"github.com/wasix-web/wasix-web/wasix/abi"
)

// sample is a small tree: root 1, d 2, d/e 3, d/f 4 (also g), s 5, h 6.
func sample(t *testing.T) *fake {
	f := newFake()
	fs := mount(t, f, Config{})
	ok(t, exec(f, fs), "mkdir d", "mkdir d/e", "write d/f hello", "link d/f g", "symlink d s", "write h world")
	if e := fs.Close(f.ctx()); e != abi.OK {
		t.Fatal(e)
	}
	return f
}

func entry(cookie byte, ino uint64, name string) string {
	return string(append(putUint(putUint([]byte{cookie}, ino), uint64(len(name))), name...))
}

// TestCheck damages a database. It is not mounted then, unless it is to be
// mended; afterwards nothing is wrong with it, and what can still be there is.
func TestCheck(t *testing.T) {
	root, dir, dirE := string(dirKey(nil, 1, 0)), string(dirKey(nil, 2, 0)), string(dirKey(nil, 3, 0))
	inodes := string(inodeKey(nil, 0))
	segment := func(f *fake) string {
		for _, k := range f.keys() {
			if k[0] == keySegment {
				return k
			}
		}
		panic("no segment")
	}
	for _, c := range []struct {
		name   string
		damage func(f *fake)
		says   string
		then   []string
	}{
		{"dangling entry", func(f *fake) { f.db[root] += entry(60, 17, "x") }, "x in inode 1 leads to inode 17, which is missing",
			[]string{"ls . = d g h s", "read g = hello"}},
		{"orphan", func(f *fake) { f.db[root] = strings.Replace(f.db[root], entry(6, 6, "h"), "", 1) }, "no name leads to inode 6",
			[]string{"ls . = d g lost-6 s", "read lost-6 = world"}},
		{"orphaned directory", func(f *fake) { f.db[root] = strings.Replace(f.db[root], entry(3, 2, "d"), "", 1) }, "no name leads to inode 2",
			[]string{"ls . = g h lost-2 s", "ls lost-2 = e f", "stat lost-2 = dir 3"}},
		{"count", func(f *fake) { f.db[dir] = strings.Replace(f.db[dir], entry(4, 4, "f"), "", 1) }, "inode 4 has 1 names, not 2",
			[]string{"stat g = file 5 1"}},
		{"two names of a directory", func(f *fake) { f.db[root] += entry(60, 3, "x") }, "is another name of directory 3", nil},
		{"circle", func(f *fake) {
			f.db[root] = strings.Replace(f.db[root], entry(3, 2, "d"), "", 1)
			f.db[dirE] = entry(3, 2, "up")
		}, "no name leads to inode 2", []string{"ls lost-2 = e f", "stat lost-2/e = dir 2"}},
		{"name twice", func(f *fake) { f.db[root] += entry(60, 4, "h") }, "two entries called h", []string{"ls . = d g h h~60 s", "stat g = file 5 3"}},
		{"entries of no directory", func(f *fake) { f.db[string(dirKey(nil, 4, 0))] = entry(3, 6, "x") }, "which is no directory", nil},
		{"entries cut off", func(f *fake) { f.db[root] = f.db[root][:len(f.db[root])-1] }, "entries of inode 1, block 0, are damaged", nil},
		{"inodes cut off", func(f *fake) { f.db[inodes] = f.db[inodes][:len(f.db[inodes])-1] }, "inode block 0 is damaged", nil},
		{"no inodes", func(f *fake) { delete(f.db, inodes) }, "the root directory is missing", []string{"ls . = "}},
		{"no super record", func(f *fake) { delete(f.db, string(superKey)) }, "the super record is missing", []string{"read g = hello", "write new x"}},
		{"no contents", func(f *fake) { delete(f.db, segment(f)) }, "which is missing", []string{`read g = "\x00\x00\x00\x00\x00"`}},
		{"strange record", func(f *fake) { f.db["zzz"] = "?" }, "unknown kind", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := sample(t)
			c.damage(f)
			g := on(f)
			if _, e, err := Mount(g.ctx(), g, Config{}); e != abi.EIO || err == nil || !strings.Contains(err.Error(), c.says) {
				t.Fatalf("mount gives %v %v", e, err)
			}
			f = on(f)
			var warned string
			fs := mount(t, f, Config{Repair: true, Name: "n", Warn: func(s string) { warned += s }})
			if !strings.HasPrefix(warned, "idb n: damaged: ") {
				t.Errorf("warning: %q", warned)
			}
			for range 2 {
				ok(t, exec(f, fs), c.then...)
				if list, e := fs.Check(f.ctx(), false); e != abi.OK || len(list) != 0 {
					t.Fatal("it is not mended:", e, list)
				}
				f = on(f)
				fs = mount(t, f, Config{})
			}
		})
	}
}

// TestCheckMounted: what is damaged under a mount is written again from memory.
func TestCheckMounted(t *testing.T) {
	f := sample(t)
	fs := mount(t, f, Config{})
	x := exec(f, fs)
	ok(t, x, "read g = hello", "write i kept")
	if e := fs.Sync(f.ctx()); e != abi.OK {
		t.Fatal(e)
	}
	f.db["zzz"] = "?"
	f.db[string(segmentKey(nil, 99, 7))] = "nothing"
	delete(f.db, string(dirKey(nil, 2, 0)))
	delete(f.db, string(inodeKey(nil, 0)))
	for k := range f.db {
		if k[0] == keySegment && strings.Contains(f.db[k], "kept") {
			delete(f.db, k)
		}
	}
	list, e := fs.Check(f.ctx(), false)
	if e != abi.OK || len(list) < 4 {
		t.Fatal(e, list)
	}
	if list, e = fs.Check(f.ctx(), true); e != abi.OK || len(list) < 4 {
		t.Fatal(e, list)
	}
	if list, e = fs.Check(f.ctx(), false); e != abi.OK || len(list) != 0 {
		t.Fatal(e, list)
	}
	g := on(f)
	ok(t, exec(g, mount(t, g, Config{})), "ls . = d g h i s", "read d/f = hello", "read i = kept", "ls d = e f")
}

func TestVersion(t *testing.T) {
	f := sample(t)
	super := f.db[string(superKey)]
	for _, v := range []string{"\x03", "\x00"} { // the next, and one that nothing is known about
		f.db[string(superKey)] = super[:4] + v + super[5:]
		g := on(f)
		if _, e, err := Mount(g.ctx(), g, Config{}); e != abi.ENOTSUP || !strings.Contains(err.Error(), "version "+num(uint64(v[0]))) {
			t.Error(e, err)
		}
	}
	// Version 1 is read as it is, and becomes ours with the first batch.
	f.db[string(superKey)] = super[:4] + "\x01" + super[5:]
	g := on(f)
	x := exec(g, mount(t, g, Config{}))
	ok(t, x, "read d/f = hello", "hold x new r w creat", "hsync x")
	if g.db[string(superKey)][4] != version {
		t.Error("the database still has its old version")
	}
	// A version before ours: entries were called otherwise.
	migrations[0] = func(list []KeyValue) []KeyValue {
		for i := range list {
			if list[i].Key[0] == keySuper {
				list[i].Value[4] = 1
			}
			if list[i].Key[0] == 'D' {
				list[i].Key = append([]byte{keyDir}, list[i].Key[1:]...)
			}
		}
		return list
	}
	defer func() { migrations[0] = nil }()
	f.db[string(superKey)] = super[:4] + "\x00" + super[5:]
	for _, k := range f.keys() {
		if k[0] == keyDir {
			f.db["D"+k[1:]] = f.db[k]
			delete(f.db, k)
		}
	}
	g = on(f)
	fs := mount(t, g, Config{})
	ok(t, exec(g, fs), "ls . = d g h s", "read d/f = hello")
	h := on(g)
	ok(t, exec(h, mount(t, h, Config{})), "ls . = d g h s", "read g = hello")
	if h.db[string(superKey)][4] != version {
		t.Error("the database still has its old version")
	}
	for _, k := range h.keys() {
		if k[0] == 'D' {
			t.Errorf("an old record is left: %q", k)
		}
	}
}

// TestQuota: what does not fit is refused, what was synced stays, and there is
// room again once something is deleted.
func TestQuota(t *testing.T) {
	f := newFake()
	f.quota = 4 << 20
	var warned []string
	fs := mount(t, f, Config{Warn: func(s string) { warned = append(warned, s) }})
	x := exec(f, fs)
	ok(t, x, "write safe "+strings.Repeat("s", 100_000), "hold h safe r", "hsync h")
	for {
		got := x.Do([]string{"write", "fill", strings.Repeat("x", 500_000)})
		if got == "" {
			got = x.Do([]string{"rename", "fill", "fill" + num(fs.m.LastIno())})
		}
		if got == "ENOSPC" {
			break
		} else if got != "" {
			t.Fatal(got)
		}
	}
	// Others take what is left: only the transaction shows it.
	f.quota = f.bytes
	fs.free = -1
	ok(t, x, "write more "+strings.Repeat("m", 300_000), "hold m more r w", "hsync m = ENOSPC", "hwrite m x = ENOSPC", "open other w creat = ENOSPC",
		"read safe = "+strings.Repeat("s", 100_000), "hpread m 299998 9 = mm")
	if len(warned) != 1 || !strings.Contains(warned[0], "quota") {
		t.Error("warnings:", warned)
	}
	g := on(f)
	ok(t, exec(g, mount(t, g, Config{})), "read safe = "+strings.Repeat("s", 100_000), "stat more = ENOENT")
	names, _ := x.List(".")
	for _, n := range names {
		if strings.HasPrefix(n, "fill") {
			ok(t, x, "unlink "+n)
		}
	}
	ok(t, x, "hsync m", "hpwrite m 0 y = 1", "hsync m")
	if list, e := fs.Check(f.ctx(), false); e != abi.OK || len(list) != 0 {
		t.Error(e, list)
	}
}

// TestGone: the database is deleted under a mount.
func TestGone(t *testing.T) {
	f := sample(t)
	var warned []string
	fs := mount(t, f, Config{Warn: func(s string) { warned = append(warned, s) }})
	x := exec(f, fs)
	ok(t, x, "read h = world")
	f.closed = true
	ok(t, x, "read h = world", "write i x", "hold h h r", "hsync h = EIO", "write j x = EIO", "hsync h = EIO")
	if len(warned) != 1 || !strings.Contains(warned[0], "InvalidStateError") {
		t.Error("warnings:", warned)
	}
	if e := fs.Close(f.ctx()); e != abi.OK {
		t.Error(e)
	}
}

// TestAbort: a transaction fails for no known reason; the next takes it along.
func TestAbort(t *testing.T) {
	f := newFake()
	var warned []string
	fs := mount(t, f, Config{Warn: func(s string) { warned = append(warned, s) }})
	x := exec(f, fs)
	f.fail = func(int, bool) error { return &Error{"UnknownError", "for the test"} }
	ok(t, x, "write f one", "hold h f r", "hsync h = EIO", "hsync h = EIO", "write f two")
	if len(warned) != 1 || !strings.Contains(warned[0], "UnknownError: for the test") {
		t.Error("warnings:", warned)
	}
	f.fail = nil
	ok(t, x, "hsync h")
	g := on(f)
	ok(t, exec(g, mount(t, g, Config{})), "read f = two")
}

// TestBehind: what nobody syncs is written soon after.
func TestBehind(t *testing.T) {
	f := newFake()
	fs := mount(t, f, Config{FlushBytes: 1 << 20})
	f.tick()
	x := exec(f, fs)
	ok(t, x, "write f hello")
	g := on(f)
	ok(t, exec(g, mount(t, g, Config{})), "ls . = ")
	f.tick()
	g = on(f)
	ok(t, exec(g, mount(t, g, Config{})), "read f = hello")
	// A lot does not wait for a timer.
	for i := range 40 {
		ok(t, x, "write big"+num(uint64(i))+" "+strings.Repeat("x", 100_000))
	}
	f.pump()
	g = on(f)
	names, _ := exec(g, mount(t, g, Config{})).List(".")
	if len(names) < 20 {
		t.Error("only", len(names), "files were written")
	}
}
