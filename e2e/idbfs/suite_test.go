//go:build unix

package idbfs_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/evanw/esbuild/pkg/api"

	"github.com/wasix-web/wasix-web/web/bundle"
)

// TestConformance runs vfstest on IndexedDB, in a page, by itself and as the
// upper layer of an overlay.
func TestConformance(t *testing.T) {
	build := exec.Command("go", "build", "-o", filepath.Join(work, "suite.wasm"), "./suite")
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	idb := api.Build(api.BuildOptions{EntryPoints: []string{"../../web/src/worker/idb.ts"}, Bundle: true, Format: api.FormatIIFE,
		GlobalName: "idb", Target: api.ES2022, LogLevel: api.LogLevelSilent})
	if err := bundle.Errors(idb); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		w.Write([]byte(`<!doctype html><meta charset="utf-8"><title>suite</title><link rel="icon" href="data:,">` +
			`<script src="wasm_exec.js"></script><script src="idb.js"></script><script src="suite.js"></script>`))
	})
	mux.HandleFunc("/idb.js", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		w.Write(idb.OutputFiles[0].Contents)
	})
	for name, file := range map[string]string{"wasm_exec.js": filepath.Join(goroot(t), "lib", "wasm", "wasm_exec.js"),
		"suite.js": "suite.js", "suite.wasm": filepath.Join(work, "suite.wasm")} {
		mux.HandleFunc("/"+name, func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, file) })
	}
	srv := httptest.NewServer(mux)
	defer srv.Close()
	c := start(t, filepath.Join(work, "suite"))
	defer c.cancel()
	if err := chromedp.Do(c.ctx, chromedp.Navigate(srv.URL+"/")); err != nil {
		t.Fatal(err)
	}
	names := call[[]string](t, c.ctx, "start")
	if len(names) < 50 {
		t.Fatal("only", len(names), "cases")
	}
	for kind, overlay := range map[string]bool{"alone": false, "overlay": true} {
		var skipped []string
		for i, name := range names {
			t.Run(kind+"/"+name, func(t *testing.T) {
				r := call[struct {
					Ran      bool
					Failures []string
				}](t, c.ctx, "run", i, overlay)
				for _, f := range r.Failures {
					t.Error(strings.TrimSpace(f))
				}
				if !r.Ran {
					skipped = append(skipped, name)
				}
			})
		}
		// A quota cannot be set from here: TestQuota does.
		if want := []string{"data/no room", "data/room comes back"}; !slices.Equal(skipped, want) {
			t.Errorf("skipped: %q", skipped)
		}
	}
}

// goroot is where the go command's own files are.
func goroot(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}
