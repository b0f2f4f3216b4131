package idbfs

import (
	"testing"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/vfs/vfstest"
)

// TestConformance runs the suite three times: as it is; with hardly any cache
// and a batch after every few pages, so that contents come and go; and with
// batches that fail when nobody waits for them.
func TestConformance(t *testing.T) {
	for _, v := range []struct {
		name   string
		config Config
		fail   func(n int, strict bool) error
	}{
		{"plain", Config{}, nil},
		{"tight", Config{CacheBytes: 1, FlushBytes: 1}, nil},
		{"failing", Config{CacheBytes: 1 << 17, FlushBytes: 1 << 17}, func(n int, strict bool) error {
			if n%5 == 2 && !strict {
				return &Error{"QuotaExceededError", "for the test"}
			}
			return nil
		}},
	} {
		t.Run(v.name, func(t *testing.T) {
			for _, c := range vfstest.Cases() {
				t.Run(c.Name, func(t *testing.T) {
					pumps := &all{}
					o := vfstest.Options{Steps: 3000, Entries: 20_000,
						NewCtx:  func() *vfs.Ctx { return &vfs.Ctx{MayBlock: true, Lock: pumps} },
						Limited: func(n int64) vfs.FS { return pumps.mount(t, n, v.config, nil) }}
					if !c.Run(t, func() vfs.FS { return pumps.mount(t, 0, v.config, v.fail) }, o) {
						t.Error("skipped, and idbfs lacks nothing")
					}
					pumps.check(t)
				})
			}
		})
	}
}

// all are the databases of a case.
type all struct {
	stores []*fake
	fss    []*FS
}

func (a *all) Lock() {}
func (a *all) Unlock() {
	for _, f := range a.stores {
		f.pump()
	}
}

func (a *all) mount(t *testing.T, quota int64, c Config, fail func(int, bool) error) *FS {
	f := newFake()
	f.quota, f.fail = quota, fail
	a.stores = append(a.stores, f)
	fs, e, err := Mount(&vfs.Ctx{MayBlock: true, Lock: a}, f, c)
	if e != abi.OK {
		t.Fatal(e, err)
	}
	a.fss = append(a.fss, fs)
	return fs
}

// check looks at what each case has left in the database.
func (a *all) check(t *testing.T) {
	for i, fs := range a.fss {
		if fs.closed || a.stores[i].quota != 0 {
			continue
		}
		a.stores[i].fail = nil
		list, e := fs.Check(&vfs.Ctx{MayBlock: true, Lock: a}, false)
		if e != abi.OK || len(list) != 0 {
			t.Error("check:", e, list)
		}
	}
}
