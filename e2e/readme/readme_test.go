//go:build !js

// Package readme_test runs every example of README.md: pages in Chromium, Go
// code with the go command, shell lines with the command that was built.
package readme_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/wasix-web/wasix-web/e2e/runner"
)

const root = "../.."

// testTimeout ends what hangs.
const testTimeout = 3 * time.Minute

var (
	// examples are the named blocks of the README by name, plain the others.
	examples = map[string]block{}
	plain    []block
	browser  context.Context
	dist     fs.FS
	// work has every example as a file, and hello.wasm once it is built.
	work string
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
	if work, err = os.MkdirTemp("", "wasix-web-readme-"); err != nil {
		return 0, err
	}
	defer os.RemoveAll(work)
	if err := extract(); err != nil {
		return 0, fmt.Errorf("README.md: %w", err)
	}
	logf := func(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
	if dist, err = runner.FindDist("", logf); err != nil {
		return 0, err
	}
	if err := program(); err != nil {
		return 0, err
	}
	var stop func() error
	if browser, stop, err = runner.StartChromium(context.Background(), nil); err != nil {
		return 0, err
	}
	code := m.Run()
	return code, stop()
}

// extract writes the examples to files.
func extract() error {
	text, err := os.ReadFile(root + "/README.md")
	if err != nil {
		return err
	}
	list, err := blocks(string(text))
	if err != nil {
		return err
	}
	for _, b := range list {
		if b.name == "" {
			plain = append(plain, b)
			continue
		}
		if _, twice := examples[b.name]; twice || strings.ContainsAny(b.name, "/ ") {
			return fmt.Errorf("line %d: %q is no name for an example, or used twice", b.line, b.name)
		}
		examples[b.name] = b
		if err := os.WriteFile(filepath.Join(work, b.name), []byte(b.text), 0o666); err != nil {
			return err
		}
	}
	return nil
}

// program makes hello.wasm as the README says.
func program() error {
	return sh(work, nil, examples["build"].text, new(bytes.Buffer))
}

// sh runs shell lines in dir. An error has what they printed.
func sh(dir string, env []string, lines string, stdout *bytes.Buffer) error {
	ctx, cancel := context.WithTimeout(context.Background(), testTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-e", "-c", lines)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	var stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = stdout, &stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w\n%s%s", lines, err, stdout, &stderr)
	}
	return nil
}

// pages are the examples that are pages, and what they come to show.
var pages = map[string]string{
	"script.html":    "hello, page\nexit code 0",
	"module.html":    "hello, module\n0 null exited\n",
	"worker.html":    "hello, worker\n",
	"terminal.html":  "terminal\r\nhello, terminal\r\nexit code 0",
	"files.html":     "visited\n0 things are wrong",
	"archive.html":   "packed and unpacked\ntruncated, 0 written",
	"providers.html": "made up as it is read\n",
}

// others are the examples that other tests run.
var others = map[string]bool{"hello.go": true, "build": true, "worker.js": true, "hello_test.go": true, "run": true}

// TestAll makes sure that no example is left out, and that every one is there.
func TestAll(t *testing.T) {
	for name, b := range examples {
		if _, page := pages[name]; !page && !others[name] {
			t.Errorf("README.md:%d: no test runs %s", b.line, name)
		}
	}
	for name := range pages {
		others[name] = true
	}
	for name := range others {
		if _, ok := examples[name]; !ok {
			t.Errorf("README.md has no %s", name)
		}
	}
}

// TestPages opens the examples as a plain server would give them, and under a
// strict policy with types no server should send.
func TestPages(t *testing.T) {
	strict := http.Header{
		"Content-Security-Policy": {"default-src 'none'; connect-src 'self'; worker-src 'self'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'"},
		"Content-Type":            {"application/octet-stream"},
	}
	for name, headers := range map[string]http.Header{"plain": nil, "strict": strict} {
		server := httptest.NewServer(site(headers))
		defer server.Close()
		for file, want := range pages {
			t.Run(name+"/"+file, func(t *testing.T) { show(t, server.URL+"/"+file, want) })
		}
	}
}

// site serves the examples, hello.wasm and the bundle. Headers are added; their
// Content-Type is that of wasm files.
func site(headers http.Header) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/dist/", http.StripPrefix("/dist", http.FileServerFS(dist)))
	mux.Handle("/", http.FileServer(http.Dir(work)))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, values := range headers {
			if name != "Content-Type" || filepath.Ext(r.URL.Path) == ".wasm" {
				w.Header()[name] = values
			}
		}
		mux.ServeHTTP(w, r)
	})
}

// show opens a page and waits until it shows a text.
func show(t *testing.T, url, want string) {
	tctx, cancel := chromedp.NewContext(browser)
	defer cancel()
	ctx, stop := context.WithTimeout(tctx, testTimeout)
	defer stop()
	var said []string
	heard := make(chan bool)
	messages := chromedp.Console(tctx)
	go func() {
		defer close(heard)
		for m, err := range messages {
			if err != nil {
				return
			}
			said = append(said, strings.TrimSpace(fmt.Sprint(m)))
		}
	}()
	const text = `document.querySelector("#out").textContent`
	err := chromedp.Do(ctx, chromedp.Navigate(url))
	if err == nil {
		_, err = chromedp.Run(ctx, chromedp.Poll[bool](fmt.Sprintf("%s === %q", text, want),
			chromedp.WithPollingInterval(20*time.Millisecond), chromedp.WithPollingTimeout(testTimeout/2)))
	}
	if err != nil {
		got, _ := chromedp.Run(ctx, chromedp.Evaluate[string](text))
		cancel()
		<-heard
		t.Fatalf("%v\nshows %q, want %q\nits console: %s", err, got, want, strings.Join(said, "\n"))
	}
}

// TestGo runs the Go test in a module of its own.
func TestGo(t *testing.T) {
	dir := t.TempDir()
	here, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	const module = "github.com/wasix-web/wasix-web"
	files := map[string]string{
		"go.mod": "module hello\n\ngo 1.26.0\n\nrequire " + module + " v0.0.0\n\nreplace " + module + " => " + here + "\n",
		"go.sum": read(t, filepath.Join(root, "go.sum")), "hello_test.go": examples["hello_test.go"].text,
		"hello.wasm": read(t, filepath.Join(work, "hello.wasm")),
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := sh(dir, []string{"GOFLAGS=-mod=mod"}, "go test -v ./...", &out); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "--- PASS: TestHello") {
		t.Errorf("the test did not run:\n%s", &out)
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestCommand runs the shell lines with the command, outside the checkout: it
// carries its bundle.
func TestCommand(t *testing.T) {
	bin := t.TempDir()
	build := exec.Command("go", "build", "-o", bin+"/wasix-web", "./cmd/wasix-web")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var out bytes.Buffer
	path := "PATH=" + bin + string(os.PathListSeparator) + os.Getenv("PATH")
	if err := sh(work, []string{path}, examples["run"].text, &out); err != nil {
		t.Fatal(err)
	}
	const want = "hello, chromium\nhello, file\nhello, native\nhello, traced\n"
	if out.String() != want {
		t.Errorf("printed %q, want %q", &out, want)
	}
	if trace := read(t, filepath.Join(work, "trace.txt")); !strings.Contains(trace, "fd_write(") {
		t.Errorf("no fd_write in the trace:\n%s", trace)
	}
}

// TestMake asks make what it would do: running the targets would run this test.
func TestMake(t *testing.T) {
	n := 0
	for _, b := range plain {
		for line := range strings.Lines(b.text) {
			line, _, _ = strings.Cut(line, "#")
			if line = strings.TrimSpace(line); line == "" {
				continue
			}
			target, ok := strings.CutPrefix(line, "make ")
			if !ok {
				t.Errorf("README.md:%d: %q is in a block without a name, where only make may be", b.line, line)
				continue
			}
			n++
			var recipe bytes.Buffer
			if err := sh(root, nil, "make -n "+target, &recipe); err != nil {
				t.Error(err)
			}
			for word := range strings.FieldsSeq(recipe.String()) {
				if name, ok := strings.CutPrefix(word, "web/dist/"); ok {
					if _, err := fs.Stat(dist, name); err != nil {
						t.Errorf("make %s: %v", target, err)
					}
				}
			}
		}
	}
	if n != 2 {
		t.Errorf("the README has %d make commands to begin with, want 2", n)
	}
}
