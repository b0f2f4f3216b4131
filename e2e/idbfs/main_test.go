//go:build unix

// Package idbfs_test tests files in IndexedDB in a real Chromium with a real
// profile: what they cost, and that they survive whatever happens.
package idbfs_test

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
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/wasix-web/wasix-web/e2e/runner"
	"github.com/wasix-web/wasix-web/web/bundle"
)

var (
	site *httptest.Server
	work string // a directory on disk
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
	if _, err := runner.FindChromium(); err != nil {
		return 0, fmt.Errorf("these tests need a browser: %w", err)
	}
	var err error
	profiles := os.Getenv("WASIX_WEB_PROFILES")
	if work, err = os.MkdirTemp(profiles, "idbfs-"); err != nil {
		return 0, err
	}
	failed := true
	defer func() {
		if !failed || profiles == "" {
			os.RemoveAll(work)
		} else {
			fmt.Fprintln(os.Stderr, "the browsers' profiles are kept in", work)
		}
	}()
	dist := os.Getenv("WASIX_WEB_DIST")
	if dist == "" {
		dist = filepath.Join(work, "dist")
		if err := bundle.Build(bundle.Options{OutDir: dist}); err != nil {
			return 0, err
		}
	}
	guest := exec.Command("go", "build", "-o", filepath.Join(work, "guest.wasm"), "./guest")
	guest.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm")
	if out, err := guest.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("guest: %w\n%s", err, out)
	}
	mux := http.NewServeMux()
	mux.Handle("/dist/", http.StripPrefix("/dist/", http.FileServer(http.Dir(dist))))
	// The worker with fault.js in front of it.
	mux.HandleFunc("/dist/wasix-web.worker.js", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		for _, name := range []string{"fault.js", filepath.Join(dist, "wasix-web.worker.js")} {
			b, err := os.ReadFile(name)
			if err != nil {
				panic(err)
			}
			w.Write(b)
		}
	})
	mux.HandleFunc("/guest.wasm", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFile(w, r, filepath.Join(work, "guest.wasm"))
	})
	mux.HandleFunc("/page.js", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, "page.js") })
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, `<!doctype html><meta charset="utf-8"><title>idbfs</title><link rel="icon" href="data:,"><script src="dist/wasix-web.iife.js"></script><script src="page.js"></script>`)
	})
	site = httptest.NewServer(mux)
	defer site.Close()
	code := m.Run()
	failed = code != 0
	return code, nil
}

// chromium is a browser with a profile that outlives it.
type chromium struct {
	t      *testing.T
	ctx    context.Context
	cancel context.CancelFunc
}

func start(t *testing.T, profile string) *chromium {
	t.Helper()
	path, err := runner.FindChromium()
	if err != nil {
		t.Fatal(err)
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:len(chromedp.DefaultExecAllocatorOptions):len(chromedp.DefaultExecAllocatorOptions)],
		chromedp.ExecPath(path), chromedp.UserDataDir(profile), chromedp.Flag("disable-component-update", true),
		chromedp.ModifyCmdFunc(func(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }))
	if os.Geteuid() == 0 {
		opts = append(opts, chromedp.NoSandbox)
	}
	actx, acancel := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, cancel := chromedp.NewContext(actx)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	return &chromium{t, ctx, func() {
		chromedp.Cancel(ctx)
		cancel()
		acancel()
	}}
}

// page opens a tab.
func (c *chromium) page() context.Context {
	c.t.Helper()
	ctx, _ := chromedp.NewContext(c.ctx)
	c.reload(ctx)
	return ctx
}

func (c *chromium) reload(ctx context.Context) {
	c.t.Helper()
	if err := chromedp.Do(ctx, chromedp.Navigate(site.URL+"/")); err != nil {
		c.t.Fatal(err)
	}
}

// try runs a function of page.js with arguments; an error is what it threw.
func try[T any](ctx context.Context, fn string, args ...any) (T, error) {
	var list []string
	for _, a := range args {
		b, err := json.Marshal(a)
		if err != nil {
			panic(err)
		}
		list = append(list, string(b))
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](fn+"("+strings.Join(list, ", ")+")", chromedp.EvalAwaitPromise))
}

func call[T any](t *testing.T, ctx context.Context, fn string, args ...any) T {
	t.Helper()
	v, err := try[T](ctx, fn, args...)
	if err != nil {
		t.Fatalf("%s%v: %v", fn, args, err)
	}
	return v
}
