package suite

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// roots are where the known suites keep their cases, below the directory that a
// checkout is, and something that tells them.
var roots = [...]struct{ dir, mark string }{
	{"lib/wasix/tests/wasm_tests", ""}, {"tests/wasix", ""}, {"tests", "tests/rust/testsuite"},
}

// Load finds the cases of a directory, sorted by name.
//
// Errors: there is none; a case that contradicts itself.
func Load(dir string) ([]*Case, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(dir); err != nil {
		return nil, err
	}
	for _, r := range roots {
		if isDir(filepath.Join(dir, r.dir)) && isDir(filepath.Join(dir, r.mark)) {
			dir = filepath.Join(dir, r.dir)
			break
		}
	}
	var cases []*Case
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if name := d.Name(); path != dir && (name == "build" || name == "node_modules" || strings.HasPrefix(name, ".")) {
			return fs.SkipDir
		}
		found, err := casesOf(dir, path)
		cases = append(cases, found...)
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(cases) == 0 {
		return nil, fmt.Errorf("%s holds no cases: neither manifest.json with programs, nor sources with directives, nor run.sh", dir)
	}
	slices.SortFunc(cases, func(a, b *Case) int { return strings.Compare(a.ID(), b.ID()) })
	for i, c := range cases[1:] {
		if c.ID() == cases[i].ID() {
			return nil, fmt.Errorf("there are two cases %s", c.ID())
		}
	}
	return cases, nil
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
