package e2e_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wasix-web/wasix-web/e2e/runner"
)

// Processes take all the memories that a tab has: the forks that come too late
// fail, and when all are gone programs run as before.
func TestForkBomb(t *testing.T) {
	program, err := builder.Program(t.Context(), filepath.Join(root, "e2e", "cases", "stress", "fork-bomb"), "main.c")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range get(t, engines) {
		if !strings.HasPrefix(r.Name(), "chromium") {
			continue // there is no such limit
		}
		t.Run(r.Name(), func(t *testing.T) {
			watch(t)
			for range 3 {
				var out, errs bytes.Buffer
				res, err := r.Run(t.Context(), &runner.Job{Program: program, Args: []string{"bomb", "more"}, Stdout: &out, Stderr: &errs})
				if err != nil {
					t.Fatal(err)
				}
				if out.String() != "ok\n" || !strings.Contains(errs.String(), "EAGAIN") || res.ExitCode != 0 || res.Error != "" || res.Left != "" {
					t.Errorf("%+v\n%s%s", res, &out, &errs)
				}
			}
		})
	}
}
