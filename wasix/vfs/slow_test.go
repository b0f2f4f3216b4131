package vfs_test

import (
	"runtime"
	"strconv"
	"sync"
	"testing"

	"github.com/wasix-web/wasix-web/providers/memfs"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/vfs/vfstest"
)

// newSlow is a memfs that waits.
func newSlow(every int) *vfstest.Slow {
	return vfstest.NewSlow(memfs.New(memfs.Config{}), every)
}

// TestConformanceWhenWaiting runs the suite on a file system that waits: calls
// are run a second time when they may not wait, and that shows nowhere.
func TestConformanceWhenWaiting(t *testing.T) {
	o := vfstest.Options{Entries: 2000, Steps: 4000}
	for _, every := range []int{1, 2, 3, 7} {
		for _, c := range vfstest.Cases() {
			// Cases that are no scripts call the provider themselves.
			blocking := c.Func != nil
			o.NewCtx = func() *vfs.Ctx { return &vfs.Ctx{MayBlock: blocking} }
			t.Run(strconv.Itoa(every)+"/"+c.Name, func(t *testing.T) {
				if every == 1 && blocking && c.Name != "inode/file" {
					t.SkipNow() // nothing else happens than with 2
				}
				c.Run(t, func() vfs.FS { return newSlow(every) }, o)
			})
		}
	}
	for seed := range uint64(4) {
		x := vfstest.Exec{NS: vfs.NewNamespace(newSlow(3)), Ctx: &vfs.Ctx{}}
		m := vfstest.NewModel()
		r := vfstest.NewRandom(seed, "mkdir mkdir write append append rmdir unlink rename rename link symlink read stat lstat ls",
			func(vfstest.Feature) bool { return false })
		for i := range 3000 {
			w := r.Step()
			if got, want := x.Do(w), m.Do(w); got != want {
				t.Fatalf("seed %d, step %d, %q: %q, want %q", seed, i, w, got, want)
			}
		}
		if diff := vfstest.Compare(&x, m); diff != "" {
			t.Error(diff)
		}
	}
}

// blocking returns a context of a call that may wait and holds lock.
func blocking(lock sync.Locker) *vfs.Ctx {
	return &vfs.Ctx{MayBlock: true, Lock: lock, Done: make(chan struct{})}
}

// watched is a lock that says when a call begins to wait.
type watched struct {
	sync.Mutex
	waits chan struct{}
}

func (w *watched) Unlock() {
	select {
	case w.waits <- struct{}{}:
	default:
	}
	w.Mutex.Unlock()
}

// TestNoCircle renames a directory into another while that one is on its way
// into the first: the second rename waits, and then sees what would happen.
func TestNoCircle(t *testing.T) {
	lock := &watched{waits: make(chan struct{}, 1)}
	fs := newSlow(0)
	ns := vfs.NewNamespace(fs)
	for _, d := range []string{"/a", "/a/x", "/b", "/b/x"} {
		must(t, ns.Mkdir(ctx, vfs.At{}, d))
	}
	rename := func(old, new string) abi.Errno {
		lock.Lock()
		defer lock.Mutex.Unlock()
		return ns.Rename(blocking(lock), vfs.At{}, old, vfs.At{}, new)
	}
	second := make(chan abi.Errno, 1)
	fs.Before = func(op, name string) {
		if op != "rename" {
			return
		}
		// The first has looked at everything, and now waits for its database.
		fs.Before = nil
		lock.Mutex.Unlock()
		go func() { second <- rename("/b", "/a/x/b") }()
		select {
		case <-lock.waits: // for the first
		case e := <-second:
			second <- e
		}
		lock.Lock()
	}
	if e := rename("/a", "/b/x/a"); e != abi.OK {
		t.Errorf("the first rename gives %v", e)
	}
	if e := <-second; e != abi.EINVAL {
		t.Errorf("the second rename gives %v", e)
	}
	n := 0
	each(ns, ns.Root(), vfs.Location{}, func(vfs.Location, string, vfs.Location) { n++ })
	if n != 4 {
		t.Errorf("%d directories are left of 4", n)
	}
}

// TestOffsetsWhenWaiting reads one description from many goroutines: every byte
// comes once.
func TestOffsetsWhenWaiting(t *testing.T) {
	var lock sync.Mutex
	ns := vfs.NewNamespace(newSlow(2))
	c := blocking(nil)
	f, e := ns.Open(c, vfs.At{}, "/f", vfs.OpenOptions{Read: true, Write: true, Oflags: abi.OflagsCreat})
	must(t, e)
	var v guestmem.Vec
	data := make([]byte, 250)
	for i := range data {
		data[i] = byte(i)
	}
	v.SetBytes(data)
	_, e = f.Object.Write(c, f, &v)
	must(t, e)
	f.Offset = 0
	var seen [250]int
	var all sync.WaitGroup
	for range 5 {
		all.Go(func() {
			c := blocking(&lock)
			for range 50 {
				var b [1]byte
				var v guestmem.Vec
				lock.Lock()
				v.SetBytes(b[:])
				n, e := f.Object.Read(c, f, &v)
				if n == 1 && e == abi.OK {
					seen[b[0]]++
				}
				lock.Unlock()
				runtime.Gosched()
			}
		})
	}
	all.Wait()
	for i, n := range seen {
		if n != 1 {
			t.Fatalf("byte %d was read %d times", i, n)
		}
	}
}

// TestInterrupted: a call that waits ends with EINTR, also one that waits for
// another call, and leaves nothing shut behind it.
func TestInterrupted(t *testing.T) {
	var lock sync.Mutex
	fs := newSlow(0)
	ns := vfs.NewNamespace(fs)
	f, e := ns.Open(&vfs.Ctx{}, vfs.At{}, "/f", vfs.OpenOptions{Read: true, Write: true, Oflags: abi.OflagsCreat})
	must(t, e)
	entered := make(chan struct{})
	stuck := make(chan struct{})
	fs.Before = func(op, _ string) {
		if op == "read" {
			close(entered)
			lock.Unlock()
			<-stuck
			lock.Lock()
		}
	}
	read := func(c *vfs.Ctx) abi.Errno {
		var v guestmem.Vec
		v.SetBytes(make([]byte, 1))
		lock.Lock()
		defer lock.Unlock()
		_, e := f.Object.Read(c, f, &v)
		return e
	}
	first := make(chan abi.Errno)
	go func() { first <- read(blocking(&lock)) }()
	<-entered
	fs.Before = nil
	if e := read(&vfs.Ctx{}); e != vfs.ErrMustWait {
		t.Errorf("a read that may not wait for another gives %v", e)
	}
	done := make(chan struct{})
	second := make(chan abi.Errno)
	c := blocking(&lock)
	c.Done = done
	go func() { second <- read(c) }()
	close(done)
	if e := <-second; e != abi.EINTR {
		t.Errorf("an interrupted read gives %v", e)
	}
	close(stuck)
	if e := <-first; e != abi.OK {
		t.Errorf("the first read gives %v", e)
	}
	if e := read(&vfs.Ctx{}); e != abi.OK {
		t.Errorf("a read after all gives %v", e)
	}
}

// TestMovedWhileWaiting moves a directory out of the one a walk started in, in
// the middle of the walk: ".." must not lead on from there.
func TestMovedWhileWaiting(t *testing.T) {
	for _, chroot := range []bool{false, true} {
		fs := newSlow(0)
		ns := vfs.NewNamespace(fs)
		c := blocking(nil)
		for _, d := range []string{"/in", "/in/d", "/in/d/e", "/out"} {
			must(t, ns.Mkdir(c, vfs.At{}, d))
		}
		touch(t, ns, "/out/secret")
		in, _ := ns.Resolve(c, vfs.At{}, "/in", true)
		at := vfs.At{Base: in, Beneath: true}
		if chroot {
			at = vfs.At{Root: in, Base: in}
		}
		fs.Before = func(op, name string) {
			if op == "lookup" && name == "e" {
				fs.Before = nil
				must(t, ns.Rename(c, vfs.At{}, "/in/d", vfs.At{}, "/out/d"))
			}
		}
		if _, e := ns.Resolve(c, at, "d/e/../../secret", true); e != abi.EAGAIN {
			t.Errorf("a path that left its directory gives %v", e)
		}
	}
}
