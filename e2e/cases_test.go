package e2e_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wasix-web/wasix-web/e2e/suite"
)

// TestCases runs our own cases.
func TestCases(t *testing.T) {
	runSuite(t, filepath.Join(root, "e2e", "cases"))
}

// TestWasiTestsuite runs WebAssembly/wasi-testsuite (branch prod/testsuite-all)
// in the directory WASI_TESTSUITE.
func TestWasiTestsuite(t *testing.T) {
	runNamed(t, "WASI_TESTSUITE")
}

// TestWasmerSuite runs wasmer's own suite, in either of its shapes, in the
// directory WASMER_SUITE.
func TestWasmerSuite(t *testing.T) {
	runNamed(t, "WASMER_SUITE")
}

// runNamed runs the suite in the directory that a variable names. One that is
// set is never skipped: what is not there is an error.
func runNamed(t *testing.T, variable string) {
	dir := os.Getenv(variable)
	if dir == "" {
		t.Skipf("%s names no directory", variable)
	}
	runSuite(t, dir)
}

// runSuite runs the cases of a directory on every engine of the package, as
// `wasix-web suite` does.
func runSuite(t *testing.T, dir string) {
	s, err := suite.Open(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	o := suite.Options{Tabs: 2, Builder: builder, Command: get(t, ours), Skips: s.Skips, NothingLeft: s.Name == suite.Ours}
	all := &suite.Report{Suite: s.Name}
	for _, r := range get(t, engines) {
		t.Run(r.Name(), func(t *testing.T) {
			watch(t)
			rows, err := suite.Run(t.Context(), r, s.Cases, o)
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
	for _, line := range all.Counts() {
		t.Log(line)
	}
	if err := count(s.Name, all); err != nil {
		t.Error(err)
	}
}

// count adds the counts of a suite to the file that `make test` shows at its end.
func count(name string, r *suite.Report) error {
	f, err := os.OpenFile(filepath.Join(root, "e2e", ".cache", "counts.txt"), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o666)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, "%s\n%s\n", name, strings.Join(r.Counts(), "\n"))
	return errors.Join(err, f.Close())
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
