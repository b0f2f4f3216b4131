// The conformance suite for file systems on IndexedDB, as a page runs it: every
// case on a database of its own, which is checked and mounted again afterwards;
// and once more with the database over a tree in memory that has been removed.
package main

import (
	"fmt"
	"strconv"
	"strings"
	"syscall/js"

	"github.com/wasix-web/wasix-web/providers/idbfs"
	"github.com/wasix-web/wasix-web/providers/memfs"
	"github.com/wasix-web/wasix-web/providers/overlayfs"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/vfs/vfstest"
)

type tb struct{ failures []any }

func (t *tb) Helper() {}
func (t *tb) Error(args ...any) {
	t.failures = append(t.failures, fmt.Sprintln(args...))
}

func ctx() *vfs.Ctx { return &vfs.Ctx{MayBlock: true} }

var count int

func (t *tb) mount(name string) *idbfs.FS {
	warn := func(s string) { t.Error("warning:", s) }
	store, e, err := idbfs.Open(ctx(), js.Global().Get("idb").Get("openDatabase"), name, false, warn, func() {})
	if e != abi.OK {
		panic(fmt.Sprint(name, ": ", e, err))
	}
	fs, e, err := idbfs.Mount(ctx(), store, idbfs.Config{Name: name, CacheBytes: 1 << 20, FlushBytes: 1 << 20, Warn: warn})
	if e != abi.OK {
		panic(fmt.Sprint(name, ": ", e, err))
	}
	return fs
}

// below is the tree that overlays have under them.
var below = func() *memfs.Snapshot {
	fs := memfs.New(memfs.Config{})
	x := &vfstest.Exec{NS: vfs.NewNamespace(fs), Ctx: ctx()}
	for _, d := range []string{"a", "b", "d", "e", "m", "sub"} {
		for _, step := range []string{"mkdir " + d, "write " + d + "/f below", "mkdir " + d + "/d", "write " + d + "/d/g below", "symlink /a/f " + d + "/s"} {
			x.Do(strings.Fields(step))
		}
	}
	for i := range 100 {
		x.Do([]string{"write", "f" + strconv.Itoa(i), "below"})
	}
	return fs.Snapshot()
}()

// over lays fs over that tree, and removes what shows.
func (t *tb) over(fs vfs.FS) vfs.FS {
	o, e := overlayfs.New(ctx(), memfs.New(memfs.Config{From: below, ReadOnly: true}), fs)
	if e != abi.OK {
		panic(e)
	}
	clear(&vfstest.Exec{NS: vfs.NewNamespace(o), Ctx: ctx()}, ".")
	return o
}

func clear(x *vfstest.Exec, path string) {
	names, _ := x.List(path)
	for _, n := range names {
		if p := path + "/" + n; x.Do([]string{"unlink", p}) == "EISDIR" {
			clear(x, p)
			x.Do([]string{"rmdir", p})
		}
	}
}

// run runs one case and reports {ran, failures}.
func run(c vfstest.Case, overlay bool) map[string]any {
	t := &tb{}
	mounted := map[string]*idbfs.FS{}
	ran := c.Run(t, func() vfs.FS {
		count++
		name := fmt.Sprint("suite-", count)
		mounted[name] = t.mount(name)
		if overlay {
			return t.over(mounted[name])
		}
		return mounted[name]
	}, vfstest.Options{NewCtx: ctx, Steps: 3000, Entries: 10_000})
	for name, fs := range mounted {
		if e := fs.Close(ctx()); e != abi.OK {
			t.Error("close:", e)
		}
		again := t.mount(name)
		if list, e := again.Check(ctx(), false); e != abi.OK || len(list) != 0 {
			t.Error("check:", e, list)
		}
		again.Close(ctx())
		js.Global().Get("indexedDB").Call("deleteDatabase", name)
	}
	return map[string]any{"ran": ran, "failures": t.failures}
}

func main() {
	js.Global().Set("runCase", js.FuncOf(func(_ js.Value, a []js.Value) any {
		i, overlay, done := a[0].Int(), a[1].Bool(), a[2]
		go func() { done.Invoke(run(vfstest.Cases()[i], overlay)) }()
		return nil
	}))
	var names []any
	for _, c := range vfstest.Cases() {
		names = append(names, c.Name)
	}
	js.Global().Set("caseNames", names)
	select {}
}
