// Package e2e_test runs in Chromium what users run: real programs from npm
// (programs_test.go), and everything that a page or a program can get wrong
// (badinput_test.go).
package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/evanw/esbuild/pkg/api"

	"github.com/wasix-web/wasix-web/e2e/runner"
	"github.com/wasix-web/wasix-web/web/bundle"
)

// pageTimeout ends a test whose page hangs.
const pageTimeout = 3 * time.Minute

// cacheDir keeps what is compiled from run to run.
const cacheDir = ".cache"

// browser is the one Chromium of this package. Each test opens tabs in it.
var browser context.Context

func TestMain(m *testing.M) {
	flag.Parse()
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (int, error) {
	if _, err := runner.FindChromium(); err != nil {
		return 0, fmt.Errorf("these tests need a browser: %w", err)
	}
	temp, err := os.MkdirTemp("", "wasix-web-e2e-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(temp)
	if err := os.Setenv("TMPDIR", temp); err != nil {
		return 0, err
	}
	var stop func() error
	if browser, stop, err = runner.StartChromium(context.Background(), nil); err != nil {
		return 0, err
	}
	code := m.Run()
	return code, errors.Join(stopEngines(), stop(), leaks(temp))
}

// tab opens an address in a tab that the test's end closes. When the test fails
// it shows what the page's console said.
func tab(t *testing.T, url string) (ctx context.Context, closeTab func()) {
	t.Helper()
	tctx, cancel := chromedp.NewContext(browser)
	t.Cleanup(cancel)
	ctx, stop := context.WithTimeout(tctx, pageTimeout)
	t.Cleanup(stop)
	said := make(chan []string)
	messages := chromedp.Console(tctx)
	go func() {
		var list []string
		for m, err := range messages {
			if err != nil {
				break
			}
			list = append(list, strings.TrimSpace(fmt.Sprint(m)))
		}
		said <- list
	}()
	t.Cleanup(func() {
		cancel()
		if list := <-said; t.Failed() && len(list) > 0 {
			t.Logf("the page's console:\n%s", strings.Join(list, "\n"))
		}
	})
	if err := chromedp.Do(ctx, chromedp.Navigate(url)); err != nil {
		t.Fatal(err)
	}
	return ctx, cancel
}

// eval runs a script and waits for what it promises.
func eval[T any](t *testing.T, ctx context.Context, script string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// call is eval of a function with arguments.
func call[T any](t *testing.T, ctx context.Context, fn string, args ...any) T {
	t.Helper()
	list := make([]string, len(args))
	for i, a := range args {
		b, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		list[i] = string(b)
	}
	return eval[T](t, ctx, fn+"("+strings.Join(list, ",")+")")
}

// runTests runs every test of a page that has names() and run(name), each in a
// tab of its own.
func runTests(t *testing.T, url string) {
	ctx, closeTab := tab(t, url)
	names := call[[]string](t, ctx, "names")
	closeTab()
	if len(names) == 0 {
		t.Fatal("the page has no tests")
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			ctx, closeTab := tab(t, url)
			call[bool](t, ctx, "run", name)
			closeTab()
		})
	}
}

// site serves the bundle, the scripts of pages/ as /test/<name>.js, and for each
// a page /test/<name>.html, which finds the client under the name that it has on
// npm.
type site struct {
	*http.ServeMux
	isolated bool
}

func newSite(t *testing.T, isolated bool, pages ...string) *site {
	t.Helper()
	dist, err := runner.FindDist("", t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	s := &site{http.NewServeMux(), isolated}
	s.Handle("/", runner.Files(dist))
	for _, name := range pages {
		format := api.FormatESModule
		if strings.HasSuffix(name, "_worker") {
			format = api.FormatIIFE
		}
		r := api.Build(api.BuildOptions{EntryPoints: []string{"pages/" + name + ".ts"}, Bundle: true, Format: format,
			Target: api.ES2022, External: []string{"wasix-web"}, LogLevel: api.LogLevelSilent})
		if err := bundle.Errors(r); err != nil {
			t.Fatal(err)
		}
		s.file("/test/"+name+".js", "text/javascript", r.OutputFiles[0].Contents)
		s.file("/test/"+name+".html", "text/html; charset=utf-8", []byte(`<!doctype html><meta charset="utf-8"><title>`+name+
			`</title><link rel="icon" href="data:,"><script type="importmap">{"imports":{"wasix-web":"/wasix-web.esm.js"}}</script>`+
			`<script type="module" src="`+name+`.js"></script>`))
	}
	return s
}

// file serves bytes at a path.
func (s *site) file(path, mime string, data []byte) {
	s.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", mime)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
	})
}

// wasm serves a program.
func (s *site) wasm(path string, data []byte) { s.file(path, "application/wasm", data) }

// start serves until the test ends and returns the address.
func (s *site) start(t *testing.T) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.isolated {
			runner.Isolate(w.Header())
		}
		s.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// kinds runs a test on a plain page and on a cross-origin isolated one.
func kinds(t *testing.T, fn func(t *testing.T, isolated bool)) {
	t.Run("plain", func(t *testing.T) { fn(t, false) })
	t.Run("isolated", func(t *testing.T) { fn(t, true) })
}

// guest compiles guests/<name>.c with clang and wasi-libc.
func guest(t *testing.T, name string) []byte {
	t.Helper()
	out := filepath.Join(t.TempDir(), name+".wasm")
	problem := "no clang in PATH: e2e/setup.sh installs what is missing"
	// The newest one may be there without the libraries for wasm.
	for _, cc := range []string{os.Getenv("CLANG"), "clang-22", "clang-21", "clang-20", "clang-19", "clang"} {
		if _, err := exec.LookPath(cc); cc == "" || err != nil {
			continue
		}
		// Clang prefers another name for the target; Debian's wasi-libc is under this one.
		cmd := exec.Command(cc, "--target=wasm32-wasi", "-Wno-deprecated", "-O1", "-Wall", "-Wextra", "-Werror", "-o", out, "guests/"+name+".c")
		text, err := cmd.CombinedOutput()
		if err != nil {
			problem = fmt.Sprintf("%v: %v\n%s", cmd.Args, err, text)
			continue
		}
		data, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	t.Fatal(problem)
	return nil
}

// readFile returns a file that npm has installed.
func readFile(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("node_modules", filepath.FromSlash(path)))
	if os.IsNotExist(err) {
		t.Fatalf("%v: npm ci --prefix e2e installs it", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// sortedKeys returns the names in a map of files.
func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
