// Package web_test tests in Chromium what a page sees: the client over a kernel
// that is written in TypeScript and does what a test asks of it (TestClient),
// the bundle with the real kernel (TestBundle), and the playground.
package web_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/wasix-web/wasix-web/e2e/runner"
)

// testTimeout ends a test that hangs.
const testTimeout = 60 * time.Second

// browser is the one Chromium of this package. Each test opens a tab in it.
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
	if err := stop(); err != nil {
		return code, err
	}
	left, err := filepath.Glob(filepath.Join(temp, "chromedp*"))
	if err == nil && len(left) > 0 {
		err = fmt.Errorf("browser profiles were left behind: %v", left)
	}
	return code, err
}

// tab opens an address in a tab that the test's end closes. When the test fails
// it shows what the page's console said.
func tab(t *testing.T, url string) context.Context {
	t.Helper()
	tctx, cancel := chromedp.NewContext(browser)
	t.Cleanup(cancel)
	ctx, stop := context.WithTimeout(tctx, testTimeout)
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
	do(t, ctx, chromedp.Navigate(url))
	return ctx
}

func do(t *testing.T, ctx context.Context, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, actions...); err != nil {
		t.Fatal(err)
	}
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

// runPage runs every test of a page that has names() and run(name), each in a
// tab of its own.
func runPage(t *testing.T, s *httptest.Server, path string) {
	names := eval[[]string](t, tab(t, s.URL+path), "names()")
	if len(names) == 0 {
		t.Fatal("the page has no tests")
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			quoted, err := json.Marshal(name)
			if err != nil {
				t.Fatal(err)
			}
			eval[bool](t, tab(t, s.URL+path), fmt.Sprintf("run(%s)", quoted))
		})
	}
}
