package e2e_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/wasix-web/wasix-web/e2e/suite"
)

// TestCases runs our own cases.
func TestCases(t *testing.T) {
	runSuite(t, filepath.Join(root, "e2e", "cases"), "")
}

// TestWasiTestsuite runs WebAssembly/wasi-testsuite (branch prod/testsuite-all)
// in the directory WASI_TESTSUITE.
func TestWasiTestsuite(t *testing.T) {
	dir := os.Getenv("WASI_TESTSUITE")
	if dir == "" {
		t.Skip("WASI_TESTSUITE names no directory")
	}
	runSuite(t, dir, filepath.Join(root, "e2e", "skips", "wasi-testsuite.txt"))
}

// TestWasmerSuite runs wasmer's own suite, in either of its shapes, in the
// directory WASMER_SUITE.
func TestWasmerSuite(t *testing.T) {
	dir := os.Getenv("WASMER_SUITE")
	if dir == "" {
		t.Skip("WASMER_SUITE names no directory")
	}
	skips := "wasmer-current.txt"
	if found, err := filepath.Glob(filepath.Join(dir, "tests/wasix/*/run.sh")); err == nil && len(found) > 0 {
		skips = "wasmer-pinned.txt"
	} else if found, err := filepath.Glob(filepath.Join(dir, "*/run.sh")); err == nil && len(found) > 0 {
		skips = "wasmer-pinned.txt"
	}
	runSuite(t, dir, filepath.Join(root, "e2e", "skips", skips))
}

// runSuite runs the cases of a directory on every engine of the package.
func runSuite(t *testing.T, dir, skipFile string) {
	cases, err := suite.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	o := suite.Options{Tabs: 2, Builder: builder, Command: get(t, ours)}
	if skipFile != "" {
		if o.Skips, err = suite.ReadSkips(skipFile); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		if err := o.Skips.Check(cases); err != nil {
			t.Fatal(err)
		}
	}
	all := &suite.Report{}
	for _, r := range get(t, engines) {
		t.Run(r.Name(), func(t *testing.T) {
			watch(t)
			rows, err := suite.Run(t.Context(), r, cases, o)
			if err != nil {
				t.Fatal(err)
			}
			all.Rows = append(all.Rows, rows...)
			for _, row := range rows {
				t.Run(row.Name+"/"+row.Config, func(t *testing.T) {
					switch row.Outcome {
					case suite.Failed:
						t.Error(row.Message)
					case suite.Skipped:
						t.Skipf("%s: %s", row.Token, row.Note)
					}
				})
			}
		})
	}
	t.Log(all.Summary())
}

// A skip file is only for what is left to do: every entry must have a reason of
// the list, whether the suite is at hand or not.
func TestSkipFiles(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(root, "e2e", "skips", "*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if _, err := suite.ReadSkips(f); err != nil {
			t.Error(err)
		}
	}
}
