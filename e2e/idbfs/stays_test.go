//go:build unix

package idbfs_test

import (
	"path/filepath"
	"testing"
)

// TestStays: small files and a large one are there after a reload. e2e/bench
// measures the same.
func TestStays(t *testing.T) {
	c := start(t, filepath.Join(work, "stays"))
	defer c.cancel()
	p := c.page()
	const files, mib = 2000, 64
	call[float64](t, p, "mount", map[string]any{})
	call[string](t, p, "guest", "many", files)
	call[string](t, p, "guest", "big", mib)
	call[any](t, p, "close")
	for range 2 {
		c.reload(p)
		call[float64](t, p, "mount", map[string]any{"cacheBytes": 16 << 20})
		for range 2 {
			call[string](t, p, "guest", "readmany", files)
			call[string](t, p, "guest", "readbig", mib)
		}
		if list := call[[]string](t, p, "check", false); len(list) != 0 {
			t.Error("check:", list)
		}
		if w := call[[]string](t, p, "warned"); len(w) != 0 {
			t.Error("warnings:", w)
		}
	}
}
