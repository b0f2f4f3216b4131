//go:build unix

// Package providers_test tests what a page or a module in the worker brings
// itself, in Chromium: file systems, clocks, sources of random numbers, streams.
package providers_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/evanw/esbuild/pkg/api"

	"github.com/wasix-web/wasix-web/e2e/runner"
	"github.com/wasix-web/wasix-web/web/bundle"
)

var (
	site    *httptest.Server
	browser context.Context
	work    string // a directory on disk
)

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (int, error) {
	path, err := runner.FindChromium()
	if err != nil {
		return 0, fmt.Errorf("these tests need a browser: %w", err)
	}
	if work, err = os.MkdirTemp(os.Getenv("WASIX_WEB_PROFILES"), "providers-"); err != nil {
		return 0, err
	}
	defer os.RemoveAll(work)
	dist := os.Getenv("WASIX_WEB_DIST")
	if dist == "" {
		dist = filepath.Join(work, "dist")
		if err := bundle.Build(bundle.Options{OutDir: dist}); err != nil {
			return 0, err
		}
	}
	for name, target := range map[string]string{"guest": "wasip1", "suite": "js"} {
		build := exec.Command("go", "build", "-o", filepath.Join(work, name+".wasm"), "./"+name)
		build.Env = append(os.Environ(), "GOOS="+target, "GOARCH=wasm")
		if out, err := build.CombinedOutput(); err != nil {
			return 0, fmt.Errorf("%s: %w\n%s", name, err, out)
		}
	}
	if err := scripts(); err != nil {
		return 0, err
	}
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return 0, err
	}
	mux := http.NewServeMux()
	mux.Handle("/dist/", http.StripPrefix("/dist/", http.FileServer(http.Dir(dist))))
	mux.HandleFunc("/wasm_exec.js", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFile(w, r, filepath.Join(strings.TrimSpace(string(goroot)), "lib", "wasm", "wasm_exec.js"))
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/")
		if strings.HasSuffix(name, ".html") {
			fmt.Fprintf(w, `<!doctype html><meta charset="utf-8"><title>providers</title><link rel="icon" href="data:,">`+
				`<script src="wasm_exec.js"></script><script type="module" src="%s.js"></script>`, strings.TrimSuffix(name, ".html"))
			return
		}
		http.ServeFile(w, r, filepath.Join(work, filepath.Base(name)))
	})
	site = httptest.NewServer(mux)
	defer site.Close()
	opts := append(chromedp.DefaultExecAllocatorOptions[:len(chromedp.DefaultExecAllocatorOptions):len(chromedp.DefaultExecAllocatorOptions)],
		chromedp.ExecPath(path), chromedp.UserDataDir(filepath.Join(work, "profile")), chromedp.Flag("disable-component-update", true))
	if os.Geteuid() == 0 {
		opts = append(opts, chromedp.NoSandbox)
	}
	actx, acancel := chromedp.NewExecAllocator(context.Background(), opts...)
	defer acancel()
	ctx, cancel := chromedp.NewContext(actx)
	defer cancel()
	if err := chromedp.Do(ctx); err != nil {
		return 0, err
	}
	browser = ctx
	code := m.Run()
	chromedp.Cancel(ctx)
	return code, nil
}

// scripts builds the pages' scripts and the modules that they load in the worker.
func scripts() error {
	entries, err := filepath.Glob("page/*.ts")
	if err != nil {
		return err
	}
	return bundle.Errors(api.Build(api.BuildOptions{EntryPoints: entries, Bundle: true, Write: true, Outdir: work, Format: api.FormatESModule,
		Target: api.ES2022, LogLevel: api.LogLevelSilent, External: []string{"./dist/*", "./*.js"}, NodePaths: []string{"../node_modules"}}))
}

// open opens a page of the site.
func open(t *testing.T, page string) context.Context {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx, chromedp.Navigate(site.URL+"/"+page+".html")); err != nil {
		t.Fatal(err)
	}
	return ctx
}

// call runs a function of the page with arguments.
func call[T any](t *testing.T, ctx context.Context, fn string, args ...any) T {
	t.Helper()
	var list []string
	for _, a := range args {
		b, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, string(b))
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](fn+"("+strings.Join(list, ", ")+")", chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("%s%v: %v", fn, args, err)
	}
	return v
}
