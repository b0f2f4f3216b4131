package idbfs

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/vfs/vfstest"
)

// TestJournal writes to parts of files, cuts them, replaces them and syncs most of
// it. After every transaction each file is as it was when the batch began.
func TestJournal(t *testing.T) {
	for seed := range uint64(6) {
		r := rand.New(rand.NewPCG(seed, 1))
		f := newFake()
		f.record = true
		fs := mount(t, f, Config{})
		x := exec(f, fs)
		state := map[string]string{}
		var states []map[string]string
		f.now = func() int {
			c := map[string]string{}
			for k, v := range state {
				c[k] = v
			}
			states = append(states, c)
			return len(states) - 1
		}
		f.fail = func(n int, _ bool) error {
			if n%23 == 22 {
				return &Error{"AbortError", "for the test"}
			}
			return nil
		}
		for i := range 600 {
			name := "f" + num(r.Uint64N(4))
			old := state[name]
			data := strings.Repeat(string(rune('a'+i%26)), 1+r.IntN(200))
			if r.IntN(25) == 0 {
				data = strings.Repeat(data, 500)
			}
			off := r.IntN(len(old) + 1)
			if r.IntN(10) == 0 {
				off += r.IntN(150_000)
			}
			grown := old + strings.Repeat("\x00", max(0, off-len(old)))
			switch r.IntN(12) {
			case 0:
				state[name] = grown[:off]
				ok(t, x, "hold h "+name+" w creat", "hclose h", "truncate "+name+" "+num(uint64(off)))
			case 1:
				ok(t, x, "write "+name+"~ "+data, "rename "+name+"~ "+name)
				state[name] = data
			case 2:
				if _, there := state[name]; there {
					ok(t, x, "unlink "+name)
					delete(state, name)
				}
			case 3:
				ok(t, x, "hold h "+name+" r w creat", "hpwrite h 0 x = 1", "hclose h", "write "+name+" "+data)
				state[name] = data
			default:
				ok(t, x, "hold h "+name+" r w creat", "hpwrite h "+num(uint64(off))+" "+data+" = "+num(uint64(len(data))), "hclose h")
				state[name] = grown[:off] + data + grown[min(len(grown), off+len(data)):]
			}
			switch {
			case r.IntN(40) == 0:
				f.tick()
			case r.IntN(80) == 0:
				f.idle()
			case r.IntN(3) != 0 && fs.flight == nil:
				fs.begin(true)
			default:
				f.pump()
			}
		}
		if n := f.logged(); n < 150 {
			t.Fatal("only", n, "records of the journal in", len(f.log))
		}
		for n := range f.log {
			want := states[f.began[n]]
			f.survives(t, n, func(x *vfstest.Exec) string {
				names, _ := x.List(".")
				for _, name := range names {
					if _, there := want[name]; !there {
						return name + " is there"
					}
				}
				for name, data := range want {
					if got := x.Do([]string{"read", name}); got != data {
						return name + " has other bytes"
					}
				}
				return ""
			})
		}
	}
}

// TestJournalSize: a Sync of little is one small record; the journal is folded when
// it is full, and when nobody syncs for a while; its records are few.
func TestJournalSize(t *testing.T) {
	f := newFake()
	fs := mount(t, f, Config{})
	x := exec(f, fs)
	ok(t, x, "hold h f r w creat", "hsync h")
	most := int64(0)
	for i := range 5000 {
		ok(t, x, "append f "+strings.Repeat("x", 100))
		puts, bytes := f.puts, f.bytes
		ok(t, x, "hsync h")
		if i%100 == 1 && f.puts-puts == 1 && f.bytes-bytes > 300 {
			t.Fatal("a record of", f.bytes-bytes, "bytes")
		}
		most = max(most, f.bytes)
	}
	if live := int64(5000 * 100); f.puts > 5100 || most > live+2*maxJournal+segmentSize {
		t.Errorf("%d puts, at most %d bytes", f.puts, most)
	}
	f.idle()
	if k := f.keys(); len(k) > 20 || fs.live != 0 {
		t.Errorf("left: %q", k)
	}
	// What differs in size from cycle to cycle does not add up either.
	for i := range 3000 {
		n := 100
		if i*7919%1000 < 30 {
			n = 50_000
		}
		ok(t, x, "truncate f 0", "append f "+strings.Repeat("x", n), "hsync h")
		if f.bytes > 4*maxJournal+cleanSlack {
			t.Fatal(f.bytes, "bytes")
		}
	}
}

// TestJournalDamage: a journal that is cut off, or lacks a record.
func TestJournalDamage(t *testing.T) {
	made := func() *fake {
		f := sample(t)
		fs := mount(t, f, Config{})
		x := exec(f, fs)
		ok(t, x, "hold h h r w", "hpwrite h 0 W = 1", "hsync h")
		for _, s := range []string{"a", "b", "c"} {
			ok(t, x, "write "+s+" new", "hsync h")
		}
		if fs.live != 3 {
			t.Fatal("records:", fs.live)
		}
		return f
	}
	for _, c := range []struct {
		name   string
		damage func(f *fake)
		says   string
		then   []string
	}{
		{"cut off", func(f *fake) { k := string(journalKey(nil, 2)); f.db[k] = f.db[k][:len(f.db[k])-1] }, "record 2 of the journal is damaged", []string{"read a = new"}},
		{"empty", func(f *fake) { f.db[string(journalKey(nil, 1))] = "" }, "record 1 of the journal is damaged", []string{"read a = new"}},
		{"one is missing", func(f *fake) { delete(f.db, string(journalKey(nil, 1))) }, "record 1 of the journal is missing", []string{"read a = new"}},
		{"no inode", func(f *fake) {
			k := string(journalKey(nil, 2))
			w := writer{ops: []byte(f.db[k])}
			w.op(opInode, 7, 0, 0, []byte{1})
			f.db[k] = string(w.ops)
		}, "inode 7 in the journal is damaged", nil},
		{"unknown change", func(f *fake) { f.db[string(journalKey(nil, 2))] += "?\x01\x01\x01\x00" }, "record 2 of the journal is damaged", []string{"read a = new", "read c = new"}},
		{"behind the end", func(f *fake) {
			k := string(journalKey(nil, 2))
			w := writer{ops: []byte(f.db[k])}
			w.op(opPage, 6, 1<<63, 0, []byte("x"))
			f.db[k] = string(w.ops)
		}, "page 9223372036854775808 of inode 6 in the journal is not the file's", []string{"read c = new"}},
		{"part too far", func(f *fake) {
			k := string(journalKey(nil, 2))
			w := writer{ops: []byte(f.db[k])}
			w.op(opPart, 6, 0, -1, []byte("x"))
			f.db[k] = string(w.ops)
		}, "record 2 of the journal is damaged", []string{"read c = new"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := made()
			c.damage(f)
			g := on(f)
			if _, e, err := Mount(g.ctx(), g, Config{}); e != abi.EIO || err == nil || !strings.Contains(err.Error(), c.says) {
				t.Fatalf("mount gives %v %v", e, err)
			}
			f = on(f)
			fs := mount(t, f, Config{Repair: true})
			for range 2 {
				ok(t, exec(f, fs), append(c.then, "read h = World", "read d/f = hello")...)
				if list, e := fs.Check(f.ctx(), false); e != abi.OK || len(list) != 0 {
					t.Fatal("it is not mended:", e, list)
				}
				f = on(f)
				fs = mount(t, f, Config{})
			}
		})
	}
}

// TestJournalReader: who only reads sees the journal, too.
func TestJournalReader(t *testing.T) {
	f := sample(t)
	x := exec(f, mount(t, f, Config{}))
	ok(t, x, "hold h h r w", "hpwrite h 0 W = 1", "hsync h")
	ro := mount(t, f, Config{ReadOnly: true, CacheBytes: 1})
	y := exec(f, ro)
	ok(t, y, "read h = World")
	for _, s := range []string{"one", "two"} {
		ok(t, x, "write h "+s, "hsync h")
		ro.Sync(f.ctx())
		ok(t, y, "read h = "+s)
	}
	puts := f.puts
	ok(t, x, "unlink h", "hsync h")
	f.idle()
	ro.Sync(f.ctx())
	ok(t, y, "stat h = ENOENT", "read d/f = hello")
	if f.puts == puts {
		t.Error("nothing was folded")
	}
}

// TestJournalFull: with the quota used up a record fails as anything does, and files
// that are in the journal only can be deleted to make room.
func TestJournalFull(t *testing.T) {
	f := sample(t)
	fs := mount(t, f, Config{})
	x := exec(f, fs)
	ok(t, x, "hold h h r w", "hpwrite h 0 W = 1", "hsync h", "write a "+strings.Repeat("x", 1000), "hsync h")
	if fs.live != 1 {
		t.Fatal("records:", fs.live)
	}
	f.quota = f.bytes + 500
	ok(t, x, "write b "+strings.Repeat("y", 1000), "hsync h = ENOSPC", "hwrite h x = ENOSPC")
	g := on(f)
	ok(t, exec(g, mount(t, g, Config{})), "read a = "+strings.Repeat("x", 1000), "stat b = ENOENT", "read h = World")
	f.quota += 2000
	ok(t, x, "unlink a", "unlink b", "hsync h", "hpwrite h 0 Z = 1", "hsync h")
	g = on(f)
	ok(t, exec(g, mount(t, g, Config{})), "stat a = ENOENT", "read h = Zorld")
}

// TestSyncLater: a call that may not wait is told for what, and is run again then.
func TestSyncLater(t *testing.T) {
	f := sample(t)
	fs := mount(t, f, Config{})
	x := exec(f, fs)
	ctx := &vfs.Ctx{}
	start := func(want abi.Errno) {
		t.Helper()
		ctx.On = nil
		if e := fs.Sync(ctx); e != want || (e == vfs.ErrMustWait) != (ctx.On != nil) {
			t.Fatal(e, ctx.On)
		}
	}
	again := func(want abi.Errno) {
		t.Helper()
		f.pump()
		if e := fs.Sync(ctx); e != want {
			t.Fatalf("again: %v, want %v", e, want)
		}
	}
	start(abi.OK)
	ok(t, x, "write a one")
	start(vfs.ErrMustWait)
	ok(t, x, "write b two") // is another's
	again(abi.OK)
	if fs.durable != fs.seq || fs.flight != nil {
		t.Error("more was written than it asked for")
	}
	// What is on its way already is not all, or not durable.
	for _, change := range []bool{false, true} {
		fs.begin(false)
		if change {
			ok(t, x, "write c three")
		}
		start(vfs.ErrMustWait)
		again(vfs.ErrMustWait)
		again(abi.OK)
		ok(t, x, "write e four")
	}
	f.fail = func(int, bool) error { return &Error{"AbortError", "for the test"} }
	start(vfs.ErrMustWait)
	again(abi.EIO)
	start(vfs.ErrMustWait)
	f.fail = nil
	again(abi.OK)
	g := on(f)
	ok(t, exec(g, mount(t, g, Config{})), "read a = one", "read b = two", "read c = three", "read e = four")
}
