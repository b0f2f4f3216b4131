//go:build unix

package providers_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// notPicked are the cases that are not for a directory of the user's, and why.
// The first is a documented limit. The browser replaces a file in tens of
// milliseconds, and the others make thousands; reading directories is the same
// code on OPFS, where they are run.
var notPicked = map[string]string{
	"walk/odd names":                       "the browser allows no backslash in a name",
	"readdir/while it changes":             "thousands of files",
	"readdir/replaced names are seen once": "thousands of files",
	"readdir/remove all":                   "thousands of files",
	"readdir/comes to an end":              "hundreds of files",
	"readdir/one by one":                   "hundreds of files",
}

// TestMountsConformance runs vfstest on the file systems of the browser's own,
// in a worker.
func TestMountsConformance(t *testing.T) {
	for _, how := range []string{"opfs", "directory"} {
		t.Run(how, func(t *testing.T) {
			ctx := open(t, "mounts")
			names := call[[]string](t, ctx, "start")
			skipped := 0
			for i, name := range names {
				if how == "directory" && notPicked[name] != "" {
					skipped++
					continue
				}
				t.Run(name, func(t *testing.T) {
					r := call[struct {
						Ran      bool
						Failures []string
					}](t, ctx, "run", how, i)
					for _, f := range r.Failures {
						t.Error(strings.TrimSpace(f))
					}
					if !r.Ran {
						skipped++
					}
				})
			}
			t.Log(skipped, "of", len(names), "skipped")
		})
	}
}

// TestOPFS: what programs and pages write is there after a reload, with links
// and times; a second writer is told.
func TestOPFS(t *testing.T) {
	ctx := open(t, "mounts")
	spec := map[string]any{"opfs": "app/data"}
	call[any](t, ctx, "mount", spec)
	out := call[string](t, ctx, "guest", "write,/m/g,from a program", "mkdir,/m/d", "append,/m/d/log,one", "append,/m/d/log, two", "mv,/m/g,/m/d/moved", "read,/m/d/moved")
	if !strings.Contains(out, "read,/m/d/moved: from a program") {
		t.Errorf("program: %s", out)
	}
	call[any](t, ctx, "write", "/m/deep/er/f", "hello")
	call[any](t, ctx, "symlink", "deep/er/f", "/m/l")
	call[any](t, ctx, "utimes", "/m/deep/er/f", 1_000_000, 2_000_000)
	call[any](t, ctx, "rename", "/m/deep", "/m/deeper")
	call[any](t, ctx, "remove", "/m/l")
	call[any](t, ctx, "symlink", "deeper/er/f", "/m/l")
	if e := call[string](t, ctx, "failure", "link", "/m/l", "/m/l2"); !strings.Contains(e, "ENOTSUP") {
		t.Errorf("hard link: %q", e)
	}
	if e := call[string](t, ctx, "failure", "chmod", "/m/l", 0o700); !strings.Contains(e, "ENOTSUP") {
		t.Errorf("a mode: %q", e)
	}
	if e := call[string](t, ctx, "failure", "write", "/m/.wasix-web", "x"); !strings.Contains(e, "EINVAL") {
		t.Errorf("the record's name: %q", e)
	}
	call[any](t, ctx, "sync")
	// Another tab.
	other := open(t, "mounts")
	if e := call[string](t, other, "failure", "mount", spec); !strings.Contains(e, "EBUSY") || !strings.Contains(e, "another tab") {
		t.Errorf("a second writer: %q", e)
	}
	call[any](t, other, "mount", map[string]any{"opfs": "app/data", "readOnly": true})
	if got := call[string](t, other, "read", "/m/l"); got != "hello" {
		t.Errorf("a reader: %q", got)
	}
	if e := call[string](t, other, "failure", "write", "/m/new", "x"); !strings.Contains(e, "EROFS") {
		t.Errorf("a reader that writes: %q", e)
	}
	call[any](t, other, "closeSystem")
	// The page goes without a word.
	if err := chromedp.Do(ctx, chromedp.Navigate(site.URL+"/mounts.html")); err != nil {
		t.Fatal(err)
	}
	call[any](t, ctx, "mount", spec)
	for path, want := range map[string]string{"/m/d/moved": "from a program", "/m/d/log": "one two", "/m/l": "hello"} {
		if got := call[string](t, ctx, "read", path); got != want {
			t.Errorf("%s after reload: %q", path, got)
		}
	}
	if st := call[map[string]any](t, ctx, "stat", "/m/deeper/er/f"); st["mtimeMs"] != 2_000_000.0 || st["size"] != 5.0 {
		t.Errorf("stat after reload: %v", st)
	}
	if got := strings.Join(call[[]string](t, ctx, "list", "/m"), ", "); got != "d directory, deeper directory, l symlink" {
		t.Errorf("list after reload: %s", got)
	}
	if got := call[[]string](t, ctx, "warned"); len(got) != 0 {
		t.Errorf("warnings: %q", got)
	}
}

// TestDirectory: what is changed reaches the directory, and what others change
// there is seen. The directory is one of OPFS, as nobody can pick one here.
func TestDirectory(t *testing.T) {
	ctx := open(t, "mounts")
	call[any](t, ctx, "mount", map[string]any{"directory": "picked"})
	call[any](t, ctx, "write", "/m/a", "one")
	call[any](t, ctx, "write", "/m/d/b", "two")
	out := call[string](t, ctx, "guest", "append,/m/a, more", "read,/m/a", "mv,/m/d,/m/e")
	if !strings.Contains(out, "read,/m/a: one more") {
		t.Errorf("program: %s", out)
	}
	call[any](t, ctx, "sync")
	if got := call[map[string]any](t, ctx, "opfs", "picked"); len(got) != 2 || got["a"] != "one more" {
		t.Errorf("the directory holds %v", got)
	}
	if got := call[map[string]any](t, ctx, "opfs", "picked/e"); got["b"] != "two" {
		t.Errorf("the moved directory holds %v", got)
	}
	for _, fn := range []string{"symlink", "link"} {
		if e := call[string](t, ctx, "failure", fn, "/m/a", "/m/x"); !strings.Contains(e, "ENOTSUP") {
			t.Errorf("%s: %q", fn, e)
		}
	}
	call[any](t, ctx, "closeSystem")
	call[any](t, ctx, "mount", map[string]any{"directory": "picked", "readOnly": true})
	if got := call[string](t, ctx, "read", "/m/a"); got != "one more" {
		t.Errorf("read-only: %q", got)
	}
	if e := call[string](t, ctx, "failure", "write", "/m/a", "x"); !strings.Contains(e, "EROFS") {
		t.Errorf("a write to it: %q", e)
	}
}
