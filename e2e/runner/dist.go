package runner

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/wasix-web/wasix-web/web"
	"github.com/wasix-web/wasix-web/web/bundle"
)

const modulePath = "github.com/wasix-web/wasix-web"

// marks are files that every bundle has.
var marks = [...]string{"wasix-web.worker.js", "wasix-web.wasm", "runner/index.html"}

// FindDist returns the bundle: that in dir when dir is not ""; otherwise that of
// the module which the working directory, or this program, is in, made anew when
// it is older than its sources; otherwise the one inside this program. log hears
// of a bundle that is made.
func FindDist(dir string, log func(format string, args ...any)) (fs.FS, error) {
	if dir != "" {
		dist := os.DirFS(dir)
		for _, name := range marks {
			if _, err := fs.Stat(dist, name); err != nil {
				return nil, fmt.Errorf("%s holds no bundle: %w", dir, err)
			}
		}
		return dist, nil
	}
	root := ModuleRoot()
	if root == "" {
		return web.Dist()
	}
	if err := Refresh(root, log); err != nil {
		return nil, err
	}
	return os.DirFS(filepath.Join(root, "web", "dist")), nil
}

// ModuleRoot returns the directory of our module, "" when neither the working
// directory nor this program is in it.
func ModuleRoot() string {
	var starts []string
	if wd, err := os.Getwd(); err == nil {
		starts = append(starts, wd)
	}
	if exe, err := os.Executable(); err == nil {
		starts = append(starts, filepath.Dir(exe))
	}
	for _, dir := range starts {
		for {
			if b, err := os.ReadFile(filepath.Join(dir, "go.mod")); err == nil {
				if line, _, _ := strings.Cut(string(b), "\n"); strings.TrimSpace(line) == "module "+modulePath {
					return dir
				}
			}
			up := filepath.Dir(dir)
			if up == dir {
				break
			}
			dir = up
		}
	}
	return ""
}

// Refresh builds root's bundle unless it is newer than everything it is made
// from. Several programs may do so at once.
func Refresh(root string, log func(format string, args ...any)) error {
	cache := filepath.Join(root, "e2e", ".cache")
	if err := os.MkdirAll(cache, 0o777); err != nil {
		return err
	}
	unlock, err := lockFile(filepath.Join(cache, "build.lock"))
	if err != nil {
		return err
	}
	defer unlock()
	dist := filepath.Join(root, "web", "dist")
	built := time.Time{}
	for i, name := range marks {
		st, err := os.Stat(filepath.Join(dist, name))
		if err != nil {
			built = time.Time{}
			break
		}
		if i == 0 || st.ModTime().Before(built) {
			built = st.ModTime()
		}
	}
	if !built.IsZero() {
		newer, err := changedSince(root, built)
		if err != nil || newer == "" {
			return err
		}
		log("%s is newer than the bundle: building web/dist", newer)
	} else {
		log("building web/dist")
	}
	return bundle.Build(bundle.Options{Root: root})
}

// Sources of the bundle, below the module's root.
var sources = [...]string{"wasix", "providers", "jsbridge", "cmd/wasix-web/main_js.go", "web", "go.mod"}

// changedSince returns a source of the bundle that is newer than t, or "".
func changedSince(root string, t time.Time) (newer string, err error) {
	stop := errors.New("found")
	for _, s := range sources {
		err := filepath.WalkDir(filepath.Join(root, s), func(p string, d fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil // another program's temporary file
			}
			if err != nil {
				return err
			}
			name := d.Name()
			if d.IsDir() {
				if name == "dist" || name == "node_modules" || name == "testdata" || name == "test" || strings.HasPrefix(name, ".") {
					return filepath.SkipDir
				}
				return nil
			}
			if !isSource(name) {
				return nil
			}
			info, err := d.Info()
			if err == nil && info.ModTime().After(t) {
				newer, _ = filepath.Rel(root, p)
				return stop
			}
			return nil
		})
		if err != nil && err != stop {
			return "", err
		}
		if newer != "" {
			return newer, nil
		}
	}
	return "", nil
}

func isSource(name string) bool {
	switch filepath.Ext(name) {
	case ".go":
		return !strings.HasSuffix(name, "_test.go")
	case ".ts", ".html", ".css", ".svg":
		return true
	}
	return name == "go.mod" || name == "package.json"
}
