// Package client_test runs the client's tests (client.ts) in Chromium, over a
// kernel that is written in TypeScript and does what a test asks of it.
package client_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/evanw/esbuild/pkg/api"

	"github.com/wasix-web/wasix-web/web/bundle"
)

// testTimeout ends a test that hangs.
const testTimeout = 20 * time.Second

func TestClient(t *testing.T) {
	server := httptest.NewServer(files(t))
	defer server.Close()
	browser := browser(t)

	open := func(t *testing.T) context.Context {
		tab, cancel := chromedp.NewContext(browser)
		t.Cleanup(cancel)
		ctx, stop := context.WithTimeout(tab, testTimeout)
		t.Cleanup(stop)
		if err := chromedp.Do(ctx, chromedp.Navigate(server.URL+"/")); err != nil {
			t.Fatal(err)
		}
		return ctx
	}
	names, err := chromedp.Run(open(t), chromedp.Evaluate[[]string]("names()"))
	if err != nil {
		t.Fatal(err)
	}
	if len(names) == 0 {
		t.Fatal("the page has no tests")
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			quoted, err := json.Marshal(name)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := chromedp.Run(open(t), chromedp.Evaluate[bool](fmt.Sprintf("run(%s)", quoted), chromedp.EvalAwaitPromise)); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// browser starts one Chromium for the package.
func browser(t *testing.T) context.Context {
	path := os.Getenv("CHROMIUM")
	if path == "" {
		var err error
		for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
			if path, err = exec.LookPath(name); err == nil {
				break
			}
		}
		if path == "" {
			t.Skip("no Chromium: install it or name it in CHROMIUM")
		}
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:len(chromedp.DefaultExecAllocatorOptions):len(chromedp.DefaultExecAllocatorOptions)], chromedp.ExecPath(path))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	allocator, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	return ctx
}

// files builds the scripts and serves them.
func files(t *testing.T) http.Handler {
	served := map[string]string{"/": `<!doctype html><meta charset="utf-8"><title>tests</title><link rel="icon" href="data:,"><script src="page.js"></script>`}
	for _, name := range []string{"page", "fake_worker", "user_worker"} {
		result := api.Build(api.BuildOptions{
			EntryPoints: []string{name + ".ts"},
			Bundle:      true,
			Format:      api.FormatIIFE,
			Target:      api.ES2022,
			Inject:      []string{"../src/client/script_url.ts"},
			Define:      map[string]string{"WASIX_VERSION": `"0.0.0-test"`, "import.meta.url": "scriptURL"},
			LogLevel:    api.LogLevelSilent,
		})
		if err := bundle.Errors(result); err != nil {
			t.Fatal(err)
		}
		served["/"+name+".js"] = string(result.OutputFiles[0].Contents)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, ok := served[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		if strings.HasSuffix(r.URL.Path, ".js") {
			w.Header().Set("Content-Type", "text/javascript")
		} else {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
		}
		// As a CDN would, for scripts that are imported from elsewhere.
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Write([]byte(text))
	})
}
