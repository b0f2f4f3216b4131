package overlayfs_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/wasix-web/wasix-web/providers/memfs"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/vfs/vfstest"
)

// TestAtOnce lets many change one tree while the layers wait: each has a
// directory of its own to compare with a model, whose files are in the lower
// layer and are moved, copied and removed meanwhile.
func TestAtOnce(t *testing.T) {
	lower, upper := memfs.New(memfs.Config{}), memfs.New(memfs.Config{})
	const workers = 6
	models := make([]*vfstest.Model, workers)
	for i := range workers {
		dir := fmt.Sprint("w", i)
		x := exec(lower)
		script(t, x, "mkdir "+dir, "cd "+dir)
		x.At.Root = x.At.Base
		models[i] = vfstest.NewModel()
		r := vfstest.NewRandom(uint64(i), allOps, func(vfstest.Feature) bool { return false })
		for range 200 {
			w := r.Step()
			x.Do(w)
			models[i].Do(w)
		}
	}
	fs := lay(t, vfstest.NewSlow(lower, 3), vfstest.NewSlow(upper, 4))
	ns := vfs.NewNamespace(fs)
	var mu sync.Mutex
	var all sync.WaitGroup
	for i := range workers {
		all.Go(func() {
			mu.Lock()
			defer mu.Unlock()
			x := &vfstest.Exec{NS: ns, Ctx: &vfs.Ctx{MayBlock: true, Done: make(chan struct{}), Lock: &mu}}
			if e := x.Do([]string{"chroot", fmt.Sprint("w", i)}); e != "" {
				t.Error(e)
				return
			}
			r := vfstest.NewRandom(uint64(100+i), allOps, func(vfstest.Feature) bool { return false })
			for step := range 1500 {
				w := r.Step()
				got := x.Do(w)
				for got == "EAGAIN" { // a directory of another moved
					got = x.Do(w)
				}
				if want := models[i].Do(w); got != want {
					t.Errorf("%d, step %d: %q gives %q, want %q", i, step, w, got, want)
					return
				}
			}
		})
	}
	all.Wait()
	for i := range workers {
		x := exec(lay(t, lower, upper))
		script(t, x, fmt.Sprint("cd w", i))
		x.At.Root = x.At.Base
		if diff := vfstest.Compare(x, models[i]); diff != "" {
			t.Errorf("%d, mounted again: %s", i, diff)
		}
	}
}

// TestSameFile: several write to one lower file at once; it is copied once.
func TestSameFile(t *testing.T) {
	lower, upper := memfs.New(memfs.Config{}), memfs.New(memfs.Config{})
	script(t, exec(lower), "mkdir d", "write d/f 0")
	ns := vfs.NewNamespace(lay(t, vfstest.NewSlow(lower, 2), vfstest.NewSlow(upper, 2)))
	var mu sync.Mutex
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			mu.Lock()
			defer mu.Unlock()
			x := &vfstest.Exec{NS: ns, Ctx: &vfs.Ctx{MayBlock: true, Done: make(chan struct{}), Lock: &mu}}
			for range 10 {
				if e := x.Do([]string{"append", "d/f", "x"}); e != "" {
					t.Error(e)
				}
			}
		})
	}
	all.Wait()
	script(t, exec(upper), "stat d/f = file 81 1", "ls d = f", "ls . = d")
}
