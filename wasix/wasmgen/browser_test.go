//go:build !js

package wasmgen

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// chromium finds the browser. Bridge, Clone and RunLoop can run nowhere else, so its absence is a failure.
func chromium(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("CHROMIUM"); path != "" {
		return path
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("no Chromium: install it, or set CHROMIUM to its path")
	return ""
}

// shimGuest is the guest of testdata/shim.js. It imports read as 0 and write as 1.
//
//	start():    result = read(33)
//	guarded():  try { result = read(33) } catch_all { caught = 1 }
//	handler(s): seen = seen*100 + s; write(s)
func shimGuest() []byte {
	var b Builder
	read := b.ImportFunc("i", ShimExport(0), Sig("i", "i"))
	write := b.ImportFunc("i", ShimExport(1), Sig("i", "i"))
	var globals []uint32
	for _, name := range []string{"result", "caught", "seen"} {
		g := b.Global(GlobalType{I32, true}, 0)
		b.Export(name, ExternGlobal, g)
		globals = append(globals, g)
	}
	result, caught, seen := globals[0], globals[1], globals[2]
	export := func(name string, t FuncType, c *Code) { b.Export(name, ExternFunc, b.Func(t, c)) }
	export("start", FuncType{}, NewCode(0).I32Const(33).Call(read).GlobalSet(result))
	const try, catchAll = 0x06, 0x19
	export("guarded", FuncType{}, NewCode(0).Op(try, 0x40).I32Const(33).Call(read).GlobalSet(result).
		Op(catchAll).I32Const(1).GlobalSet(caught).End())
	export("handler", Sig("i", ""), NewCode(1).GlobalGet(seen).I32Const(100).Op(opI32Mul).Get(0).Op(opI32Add).GlobalSet(seen).
		Get(0).Call(write).Drop())
	return b.Bytes()
}

// entriesGuest is the guest of testdata/run.js: one export for every form of entry, which counts and keeps its arguments.
func entriesGuest() []byte {
	var b Builder
	count, a, second := b.Global(GlobalType{I32, true}, 0), b.Global(GlobalType{I64, true}, 0), b.Global(GlobalType{I32, true}, 0)
	b.Export("count", ExternGlobal, count)
	b.Export("a", ExternGlobal, a)
	b.Export("b", ExternGlobal, second)
	for _, f := range []struct{ name, params string }{{"none", ""}, {"i32", "i"}, {"i64", "I"}, {"i32_i32", "ii"}} {
		c := NewCode(len(f.params)).GlobalGet(count).I32Const(1).Op(opI32Add).GlobalSet(count)
		switch f.params {
		case "I":
			c.Get(0).GlobalSet(a)
		case "i", "ii":
			const i64ExtendS = 0xac
			c.Get(0).Op(i64ExtendS).GlobalSet(a)
		}
		if f.params == "ii" {
			c.Get(1).GlobalSet(second)
		}
		b.Export(f.name, ExternFunc, b.Func(Sig(f.params, ""), c))
	}
	return b.Bytes()
}

// recursion never ends: plain by itself, probed with a probe at every level.
func recursion() []byte {
	var b Builder
	probe := b.ImportFunc("k", "probe", Sig("i", ""))
	depth := b.Global(GlobalType{I32, true}, 0)
	b.Export("depth", ExternGlobal, depth)
	count := func() *Code { return NewCode(0).GlobalGet(depth).I32Const(1).Op(opI32Add).GlobalSet(depth) }
	b.Export("plain", ExternFunc, b.Func(FuncType{}, count().Call(probe+1)))
	b.Export("probed", ExternFunc, b.Func(FuncType{}, count().I32Const(0).Call(probe).Call(probe+2)))
	return b.Bytes()
}

func TestInChromium(t *testing.T) {
	path := chromium(t)
	files := generated(t)
	files["probe"], files["recursion"] = Probe(), recursion()
	files["guest"], files["entries"] = shimGuest(), entriesGuest()
	for _, name := range []string{"waits", "waits bare"} {
		out, _, _, err := RewriteAtomicWaits(files[name])
		if err != nil {
			t.Fatal(err)
		}
		files[name+" rewritten"] = out
	}
	shim, err := Shim([]ShimImport{{Sig("i", "i"), "read"}, {Sig("i", "i"), "write"}})
	if err != nil {
		t.Fatal(err)
	}
	files["shim of everything"], files["shim"] = files["shim"], shim

	mux := http.NewServeMux()
	mux.Handle("/", http.FileServer(http.Dir("testdata")))
	mux.HandleFunc("/wasm/", func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimSuffix(strings.TrimPrefix(r.URL.Path, "/wasm/"), ".wasm")
		if name == "" {
			var names []string
			for n := range files {
				names = append(names, n)
			}
			slices.Sort(names)
			json.NewEncoder(w).Encode(names)
			return
		}
		w.Header().Set("Content-Type", "application/wasm")
		w.Write(files[name])
	})
	srv := httptest.NewServer(mux)
	defer srv.Close()

	opts := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(path))
	if os.Getuid() == 0 {
		opts = append(opts, chromedp.NoSandbox)
	}
	actx, cancel := chromedp.NewExecAllocator(ctx, opts...)
	defer cancel()
	tab, cancel := chromedp.NewContext(actx)
	defer cancel()
	defer chromedp.Cancel(tab)
	if err := chromedp.Do(tab, chromedp.Navigate(srv.URL+"/page.html")); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Run(tab, chromedp.Poll[bool]("globalThis.checks !== undefined")); err != nil {
		t.Fatal(err)
	}
	names, err := chromedp.Run(tab, chromedp.Evaluate[[]string]("Object.keys(checks)"))
	if err != nil || len(names) < 5 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			res, err := chromedp.Run(tab, chromedp.Evaluate[struct {
				Checked  int
				Failures []string
			}]("checks."+name+"()", chromedp.EvalAwaitPromise))
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range res.Failures {
				t.Error(f)
			}
			if res.Checked == 0 {
				t.Error("nothing was checked")
			}
			t.Logf("%d checks", res.Checked)
		})
	}
}
