// The conformance suite for file systems in JavaScript, as a page runs it.
package main

import (
	"fmt"
	"runtime/debug"
	"strconv"
	"syscall/js"

	"github.com/wasix-web/wasix-web/providers/jsfs"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/vfs/vfstest"
)

type tb struct{ failures []any }

func (t *tb) Helper() {}
func (t *tb) Error(args ...any) {
	t.failures = append(t.failures, fmt.Sprintln(args...))
}

// now is the case's clock, by which the providers stamp files.
var now = &vfs.Ctx{}

// run runs one case and reports {ran, failures}.
func run(how string, c vfstest.Case) (result map[string]any) {
	t := &tb{}
	defer func() {
		if r := recover(); r != nil {
			result = map[string]any{"ran": true, "failures": []any{fmt.Sprintf("panic: %v\n%s", r, debug.Stack())}}
		}
	}()
	o := vfstest.Options{Steps: 1500, Entries: 3_000, Depth: 500, NewCtx: func() *vfs.Ctx {
		// Steps of scripts run again where they may wait, as the kernel runs calls.
		now = &vfs.Ctx{MayBlock: c.Func != nil}
		return now
	}}
	switch how {
	case "lacking":
		o.Lacks = []vfstest.Feature{vfstest.HardLinks, vfstest.Symlinks, vfstest.Times}
	case "opfs":
		o.Lacks = []vfstest.Feature{vfstest.HardLinks, vfstest.Holes}
	case "directory":
		o.Lacks = []vfstest.Feature{vfstest.HardLinks, vfstest.Symlinks, vfstest.Holes}
	}
	if how == "opfs" || how == "directory" {
		o.Steps, o.Entries, o.Depth = 300, 200, 20
	}
	if how == "directory" { // the browser takes long to replace a file
		o.Steps, o.Entries = 100, 50
	}
	var mounted []*jsfs.FS
	ran := c.Run(t, func() vfs.FS {
		fs, e, err := jsfs.Open(&vfs.Ctx{MayBlock: true}, js.Global().Get("openProvider"), js.ValueOf(how), "suite", func() {})
		if e != abi.OK {
			panic(fmt.Sprint(e, err))
		}
		mounted = append(mounted, fs)
		return fs
	}, o)
	for _, fs := range mounted {
		if e := fs.Close(&vfs.Ctx{MayBlock: true}); e != abi.OK {
			t.Error("close:", e)
		}
	}
	return map[string]any{"ran": ran, "failures": t.failures}
}

func main() {
	js.Global().Set("runCase", js.FuncOf(func(_ js.Value, a []js.Value) any {
		how, i, done := a[0].String(), a[1].Int(), a[2]
		go func() { done.Invoke(run(how, vfstest.Cases()[i])) }()
		return nil
	}))
	js.Global().Set("suiteNow", js.FuncOf(func(js.Value, []js.Value) any {
		return strconv.FormatUint(now.Time(), 10)
	}))
	var names []any
	for _, c := range vfstest.Cases() {
		names = append(names, c.Name)
	}
	js.Global().Set("caseNames", names)
	select {}
}
