//go:build unix

package idbfs_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// TestFigures prints what files in IndexedDB cost, and that what was written is
// there after a reload. It asserts no times.
func TestFigures(t *testing.T) {
	c := start(t, filepath.Join(work, "figures"))
	defer c.cancel()
	p := c.page()
	const files, mib = 10_000, 256
	call[float64](t, p, "mount", map[string]any{})
	ms := func(out string) (v float64) {
		fmt.Sscanf(out[strings.LastIndex(out, "ms ")+3:], "%g", &v)
		return v
	}
	v := ms(call[string](t, p, "guest", "many", files))
	t.Logf("%d files of 1 KiB written and synced: %.0f ms", files, v)
	call[any](t, p, "close")
	c.reload(p)
	t.Logf("mount: %.0f ms", call[float64](t, p, "mountMs", map[string]any{}))
	t.Logf("read back after reload: %.0f ms", ms(call[string](t, p, "guest", "readmany", files)))
	t.Logf("check: %v", call[[]string](t, p, "check", false))
	v = ms(call[string](t, p, "guest", "big", mib))
	t.Logf("%d MiB written and synced: %.0f MB/s", mib, mib*1.048576*1000/v)
	call[any](t, p, "close")
	c.reload(p)
	call[float64](t, p, "mount", map[string]any{})
	t.Logf("to compare, 1 MiB records without a file system: %v", call[map[string]float64](t, p, "plain", mib))
	v = ms(call[string](t, p, "guest", "readbig", mib))
	t.Logf("read back after reload: %.0f MB/s", mib*1.048576*1000/v)
	v = ms(call[string](t, p, "guest", "readbig", mib))
	t.Logf("read again: %.0f MB/s", mib*1.048576*1000/v)
	v = ms(call[string](t, p, "guest", "appends", 1000))
	t.Logf("append of 100 bytes and fd_sync: %.2f ms", v/1000)
	t.Logf("per call on /data:\n%s", call[string](t, p, "guest", "calls", 20000, "/data/calls"))
	t.Logf("per call in memory:\n%s", call[string](t, p, "guest", "calls", 20000, "/tmp/calls"))
	if w := call[[]string](t, p, "warned"); len(w) != 0 {
		t.Error("warnings:", w)
	}
	if list := call[[]string](t, p, "check", false); len(list) != 0 {
		t.Error("check:", list)
	}
}
