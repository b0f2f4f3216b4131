// The conformance suite for file systems on IndexedDB, as a page runs it: every
// case on a database of its own, which is checked and mounted again afterwards.
package main

import (
	"fmt"
	"syscall/js"

	"github.com/wasix-web/wasix-web/providers/idbfs"
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

// run runs one case and reports {ran, failures}.
func run(c vfstest.Case) map[string]any {
	t := &tb{}
	mounted := map[string]*idbfs.FS{}
	ran := c.Run(t, func() vfs.FS {
		count++
		name := fmt.Sprint("suite-", count)
		mounted[name] = t.mount(name)
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
		i, done := a[0].Int(), a[1]
		go func() { done.Invoke(run(vfstest.Cases()[i])) }()
		return nil
	}))
	var names []any
	for _, c := range vfstest.Cases() {
		names = append(names, c.Name)
	}
	js.Global().Set("caseNames", names)
	select {}
}
