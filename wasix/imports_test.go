package wasix_test

import (
	"go/build"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
	"testing"
)

const module = "github.com/wasix-web/wasix-web/"

// mayImport says which packages of ours a package may import. The order is the
// architecture: see wasix/README.md. A package that is not listed is new, and
// has to be given its place.
var mayImport = map[string]string{
	"wasix/abi":          "",
	"wasix/wasmgen":      "",
	"wasix/waiter":       "",
	"wasix/clock":        "",
	"wasix/guestmem":     "abi",
	"wasix/strace":       "abi",
	"wasix/link":         "abi wasmgen",
	"wasix/vfs":          "abi guestmem waiter",
	"wasix/vfs/devfs":    "abi guestmem waiter vfs",
	"wasix/vfs/vfstest":  "abi guestmem waiter vfs",
	"wasix/pipe":         "abi guestmem waiter vfs",
	"wasix/eventfd":      "abi guestmem waiter vfs",
	"wasix/epoll":        "abi guestmem waiter vfs",
	"wasix/futex":        "abi waiter",
	"wasix/sock":         "abi guestmem waiter vfs",
	"wasix/tty":          "abi guestmem waiter vfs",
	"wasix/hostfs":       "abi guestmem vfs",
	"wasix/archive":      "abi vfs hostfs",
	"wasix/kernel":       "abi guestmem waiter vfs clock futex wasmgen",
	"wasix/syscalls":     "abi guestmem waiter vfs clock futex kernel pipe eventfd epoll sock tty strace",
	"wasix/wazerohost":   "abi guestmem vfs kernel syscalls link wasmgen",
	"wasix":              "abi guestmem waiter vfs clock kernel syscalls hostfs link sock tty wazerohost vfs/devfs providers/memfs",
	"providers/memfs":    "abi guestmem vfs",
	"providers/idbfs":    "abi guestmem vfs waiter providers/memfs",
	"providers/jsfs":     "abi guestmem vfs",
	"jsbridge":           "abi guestmem waiter vfs clock kernel syscalls hostfs link sock tty wasmgen vfs/devfs wasix providers/memfs providers/idbfs providers/overlayfs providers/jsfs",
	"cmd/wasix-web":      "*",
	"cmd/wasix-web/webc": "",
	"wasix/internal/gen": "*",
	"web":                "*",
	"web/bundle":         "*",
	"e2e":                "*",

	"providers/overlayfs": "abi guestmem vfs",
}

// bundled packages go to the browser: nothing that would make it large.
func bundled(p string) bool {
	switch {
	case p == "wasix/wazerohost", p == "wasix/vfs/vfstest", strings.HasPrefix(p, "wasix/internal"):
		return false
	}
	return strings.HasPrefix(p, "wasix") || strings.HasPrefix(p, "providers") || p == "jsbridge"
}

var tooLarge = map[string]bool{"fmt": true, "os": true, "net": true, "net/http": true, "log": true, "log/slog": true,
	"encoding/json": true, "encoding/gob": true, "text/template": true, "regexp": true, "io/ioutil": true}

func TestImports(t *testing.T) {
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	err = filepath.WalkDir(root, func(dir string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if name := d.Name(); name == "node_modules" || name == "testdata" || name == "dist" || strings.HasPrefix(name, ".") && dir != root {
			return filepath.SkipDir
		}
		rel, _ := filepath.Rel(root, dir)
		rel = filepath.ToSlash(rel)
		for _, goos := range [...]string{"linux", "js"} {
			ctx := build.Default
			ctx.GOOS, ctx.CgoEnabled = goos, false
			if goos == "js" {
				ctx.GOARCH = "wasm"
			}
			p, err := ctx.ImportDir(dir, 0)
			if err != nil {
				continue // no Go files for that target
			}
			seen++
			check(t, rel, goos, p.Imports)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 30 {
		t.Fatalf("only %d packages found", seen)
	}
}

func check(t *testing.T, pkg, goos string, imports []string) {
	allowed, ok := rule(pkg)
	if !ok {
		t.Errorf("%s: a package without a place in mayImport", pkg)
		return
	}
	for _, im := range imports {
		ours, isOurs := strings.CutPrefix(im, module)
		switch {
		case isOurs && allowed != "*" && !contains(allowed, ours):
			t.Errorf("%s (%s) imports %s", pkg, goos, ours)
		case goos == "js" && bundled(pkg) && tooLarge[im]:
			t.Errorf("%s imports %s, which is too large for the bundle", pkg, im)
		case strings.HasPrefix(im, "github.com/tetratelabs/wazero") && pkg != "wasix/wazerohost" && !strings.HasPrefix(pkg, "e2e"):
			t.Errorf("%s imports wazero", pkg)
		case (im == "syscall/js" || strings.HasPrefix(im, "github.com/hack-pad/safejs")) && pkg != "jsbridge" && pkg != "providers/idbfs" && pkg != "providers/jsfs" && !strings.HasPrefix(pkg, "e2e/"):
			t.Errorf("%s imports %s", pkg, im)
		}
	}
}

// rule finds the entry of a package or of the nearest folder that allows all.
func rule(pkg string) (string, bool) {
	if a, ok := mayImport[pkg]; ok {
		return a, true
	}
	for p := path.Dir(pkg); p != "."; p = path.Dir(p) {
		if mayImport[p] == "*" {
			return "*", true
		}
	}
	return "", false
}

func contains(list, pkg string) bool {
	for _, p := range strings.Fields(list) {
		if p == pkg || "wasix/"+p == pkg {
			return true
		}
	}
	return false
}
