package e2e_test

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/wasix-web/wasix-web/e2e/runner"
	"github.com/wasix-web/wasix-web/e2e/suite"
)

// root is the module's directory.
var root = func() string {
	wd, err := os.Getwd()
	if err != nil {
		panic(err)
	}
	return filepath.Dir(wd)
}()

// builder compiles cases and the programs of guests/.
var builder = suite.NewBuilder(root)

// engines are the runners of cases: tabs of the package's browser, on plain
// pages and on isolated ones, and wazero, where the same is expected. They start
// when a test first asks for them. WASIX_WEB_ENGINES names others.
var engines = sync.OnceValues(func() (list []runner.Runner, err error) {
	names := cmp.Or(os.Getenv("WASIX_WEB_ENGINES"), "chromium,chromium-isolated,wazero")
	for name := range strings.SplitSeq(names, ",") {
		var r runner.Runner
		if kind, isolated := strings.CutSuffix(name, "-isolated"); kind == "chromium" {
			var dist fs.FS
			if dist, err = bundled(); err == nil {
				r, err = runner.OpenChromium(browser, dist, isolated, 2, &said)
			}
		} else {
			r, err = runner.Start(browser, runner.Options{Engine: name, Tabs: 2, Dist: bundled, Log: &said})
		}
		if err != nil {
			return nil, err
		}
		atEnd = append(atEnd, r.Close)
		list = append(list, r)
	}
	return list, nil
})

// bundled is the bundle, built anew when its sources have changed.
func bundled() (fs.FS, error) {
	err := runner.Refresh(root, func(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) })
	return os.DirFS(filepath.Join(root, "web", "dist")), err
}

// atEnd is called when the package's tests are over, the last one first.
var atEnd []func() error

func stopEngines() (err error) {
	for i := len(atEnd) - 1; i >= 0; i-- {
		err = errors.Join(err, atEnd[i]())
	}
	return err
}

// ours is the built command.
var ours = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "wasix-web-command-")
	if err != nil {
		return "", err
	}
	atEnd = append(atEnd, func() error { return os.RemoveAll(dir) })
	path := filepath.Join(dir, "wasix-web")
	if out, err := exec.Command("go", "build", "-o", path, "../cmd/wasix-web").CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the command: %w\n%s", err, out)
	}
	return path, nil
})

// get is for the values above.
func get[T any](t *testing.T, f func() (T, error)) T {
	t.Helper()
	v, err := f()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// leaks looks for what should have gone together with the browser.
func leaks(temp string) error {
	entries, err := os.ReadDir(temp)
	if err != nil {
		return err
	}
	var left []string
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), "go-build") {
			left = append(left, e.Name())
		}
	}
	if len(left) > 0 {
		err = fmt.Errorf("left behind in TMPDIR: %v", left)
	}
	if procs := processes(temp); len(procs) > 0 {
		err = errors.Join(err, fmt.Errorf("still running: %q", procs))
	}
	return err
}

// processes returns the command lines of processes that mention text.
func processes(text string) (found []string) {
	files, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, f := range files {
		if b, err := os.ReadFile(f); err == nil && strings.Contains(string(b), text) && !strings.HasPrefix(f, fmt.Sprintf("/proc/%d/", os.Getpid())) {
			found = append(found, strings.ReplaceAll(strings.TrimRight(string(b), "\x00"), "\x00", " "))
		}
	}
	return found
}

// said is what the pages of the engines say, to be shown when a test fails.
var said console

type console struct {
	mu    sync.Mutex
	lines []string // protected by mu
}

func (c *console) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lines = append(c.lines, strings.TrimRight(string(b), "\n"))
	return len(b), nil
}

// watch shows the consoles of a failing test.
func watch(t *testing.T) {
	said.mu.Lock()
	from := len(said.lines)
	said.mu.Unlock()
	t.Cleanup(func() {
		said.mu.Lock()
		defer said.mu.Unlock()
		if t.Failed() && len(said.lines) > from {
			t.Logf("the browser said:\n%s", strings.Join(said.lines[from:], "\n"))
		}
	})
}

// tool builds the program of guests/tool.
func tool(t *testing.T) string { return built(t, "tool") }

// built builds the program of a directory in guests/.
func built(t *testing.T, name string) string {
	t.Helper()
	path, err := builder.Program(t.Context(), filepath.Join(root, "e2e", "guests", name), "main.c")
	if err != nil {
		t.Fatal(err)
	}
	return path
}
