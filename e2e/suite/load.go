package suite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wasix-web/wasix-web/e2e/skips"
)

// roots are where the known suites keep their cases, below the directory that a
// checkout is, and something that tells them.
var roots = [...]struct{ dir, mark string }{
	{"lib/wasix/tests/wasm_tests", ""}, {"tests/wasix", ""}, {"tests", "tests/rust/testsuite"}, {"e2e/cases", ""},
}

// Names of the suites that are known. There may be a skip file for each in
// package skips.
const (
	WasmerPinned  = "wasmer-pinned"  // tests/wasix of wasmer: a run.sh each
	WasmerCurrent = "wasmer-current" // lib/wasix/tests/wasm_tests of wasmer: directives
	WasiTestsuite = "wasi-testsuite"
	Ours          = "cases" // e2e/cases
)

// Suite is a directory of cases.
type Suite struct {
	Name  string // one of the constants, or that of the directory
	Cases []*Case
	Skips *Skips // may be nil
}

// Open loads a directory together with the cases of it that are known to fail:
// from skipFile, or from the file for this suite when that is "". With "none"
// there are none.
//
// Errors: those of Load; a skip file that is wrong, or names cases that are not
// there.
func Open(dir, skipFile string) (*Suite, error) {
	s, err := Load(dir)
	if err != nil {
		return nil, err
	}
	switch skipFile {
	case "none":
		return s, nil
	case "":
		name := s.Name + ".txt"
		f, err := skips.Files.Open(name)
		if errors.Is(err, fs.ErrNotExist) {
			return s, nil
		}
		if err != nil {
			return nil, err
		}
		defer f.Close()
		s.Skips, err = parseSkips("e2e/skips/"+name, f)
		if err != nil {
			return nil, err
		}
	default:
		if s.Skips, err = ReadSkips(skipFile); err != nil {
			return nil, err
		}
	}
	return s, s.Skips.Check(s.Cases)
}

// Load finds the cases of a directory, sorted by name.
//
// Errors: there is none; a case that contradicts itself.
func Load(dir string) (*Suite, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if st, err := os.Stat(dir); err != nil {
		return nil, err
	} else if !st.IsDir() {
		return nil, fmt.Errorf("%s is not a directory", dir)
	}
	for _, r := range roots {
		if isDir(filepath.Join(dir, r.dir)) && isDir(filepath.Join(dir, r.mark)) {
			dir = filepath.Join(dir, r.dir)
			break
		}
	}
	s := &Suite{Name: filepath.Base(dir)}
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if name := d.Name(); path != dir && (name == "build" || name == "node_modules" || strings.HasPrefix(name, ".")) {
			return fs.SkipDir
		}
		found, err := casesOf(dir, path)
		s.Cases = append(s.Cases, found...)
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(s.Cases) == 0 {
		return nil, fmt.Errorf("%s holds no cases: neither manifest.json with programs, nor sources with directives, nor run.sh", dir)
	}
	slices.SortFunc(s.Cases, func(a, b *Case) int { return strings.Compare(a.ID(), b.ID()) })
	for i, c := range s.Cases[1:] {
		if c.ID() == s.Cases[i].ID() {
			return nil, fmt.Errorf("there are two cases %s", c.ID())
		}
	}
	switch {
	case s.Name == "wasm_tests":
		s.Name = WasmerCurrent
	case s.Name == "wasix" && s.Cases[0].shape == script:
		s.Name = WasmerPinned
	case s.Name == "tests" && s.Cases[0].shape == testsuite:
		s.Name = WasiTestsuite
	}
	return s, nil
}

func isDir(path string) bool {
	st, err := os.Stat(path)
	return err == nil && st.IsDir()
}

// casesOf returns the cases that lie in a directory itself.
func casesOf(root, dir string) ([]*Case, error) {
	name, err := filepath.Rel(root, dir)
	if err != nil {
		return nil, err
	}
	if name = filepath.ToSlash(name); name == "." {
		name = ""
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	has := map[string]bool{}
	for _, e := range entries {
		if !e.IsDir() {
			has[e.Name()] = true
		}
	}
	switch {
	case has["manifest.json"]:
		return testsuiteCases(name, dir, has)
	case has["run.sh"]:
		return []*Case{scriptCase(name, dir)}, nil
	}
	return directiveCases(name, dir, has)
}

// join joins names, either of which may be "".
func join(a, b string) string {
	switch {
	case a == "":
		return b
	case b == "":
		return a
	}
	return a + "/" + b
}

// sorted returns the names that end in suffix, without it.
func sorted(has map[string]bool, suffix string) []string {
	var list []string
	for name := range has {
		if stem, ok := strings.CutSuffix(name, suffix); ok {
			list = append(list, stem)
		}
	}
	slices.Sort(list)
	return list
}
