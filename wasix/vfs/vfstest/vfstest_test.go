package vfstest_test

import (
	"slices"
	"testing"

	"github.com/wasix-web/wasix-web/providers/memfs"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/vfs/vfstest"
)

// recorder is a TB that keeps what it is told.
type recorder struct{ errors int }

func (r *recorder) Helper()      {}
func (r *recorder) Error(...any) { r.errors++ }

var _ = slices.Contains[[]string]

func mk() vfs.FS { return memfs.New(memfs.Config{}) }

func TestNamesDiffer(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range vfstest.Cases() {
		if seen[c.Name] {
			t.Errorf("two cases are called %s", c.Name)
		}
		seen[c.Name] = true
	}
}
