//go:build unix

package idbfs_test

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestOverlay: a program changes files that came with the application; after a
// reload the changes are there, over the same files and over newer ones.
func TestOverlay(t *testing.T) {
	c := start(t, filepath.Join(work, "overlay"))
	defer c.cancel()
	p := c.page()
	overlay := func(upper map[string]any) map[string]any {
		return map[string]any{"/data": map[string]any{"overlay": map[string]any{"lower": map[string]any{"memory": "app"}, "upper": upper}}}
	}
	db := map[string]any{"idb": "overlay"}
	// The application's files, in the lower layer while it is alone.
	files := func(version string) {
		call[any](t, p, "boot", map[string]any{"/data": map[string]any{"memory": "app"}})
		for path, data := range map[string]string{"/data/many/d0/f0": strings.Repeat("0000000\n", 128), "/data/app/main": version, "/data/app/help": "help", "/data/old/x": "x"} {
			call[any](t, p, "writeDeep", path, data)
		}
		call[any](t, p, "unmount")
	}
	files("1")
	call[any](t, p, "mountAt", overlay(db))
	if got := call[string](t, p, "read", "/data/app/main"); got != "1" {
		t.Fatalf("through the overlay: %q", got)
	}
	call[string](t, p, "guest", "readmany", 1)
	call[string](t, p, "guest", "many", 50)
	call[any](t, p, "write", "/data/app/help", "mine")
	call[any](t, p, "rename", "/data/old", "/data/app/new")
	call[any](t, p, "sync")
	if list := call[[]string](t, p, "check", false); len(list) != 0 {
		t.Error(list)
	}
	if e := call[string](t, p, "failure", "write", "/data/.wh.x", "x"); !strings.Contains(e, "EINVAL") {
		t.Errorf("a name of the overlay's own: %q", e)
	}
	c.reload(p)
	files("2")
	if got := strings.Join(call[[]string](t, p, "listTree", "/data"), " "); got != "" {
		t.Errorf("after unmount: %s", got)
	}
	call[any](t, p, "mountAt", overlay(db))
	call[string](t, p, "guest", "readmany", 50)
	for path, want := range map[string]string{"/data/app/main": "2", "/data/app/help": "mine", "/data/app/new/x": "x"} {
		if got := call[string](t, p, "read", path); got != want {
			t.Errorf("%s is %q after reload, want %q", path, got, want)
		}
	}
	if e := call[string](t, p, "failure", "read", "/data/old/x"); !strings.Contains(e, "ENOENT") {
		t.Errorf("the old name: %q", e)
	}
	call[any](t, p, "unmount")
	// What is wrong with a part names the part.
	for _, bad := range []struct {
		upper map[string]any
		want  string
	}{
		{map[string]any{}, "EINVAL: mount /data: upper: unknown kind"},
		{map[string]any{"memory": "app"}, "EINVAL: mount /data: overlay"},
		{map[string]any{"overlay": map[string]any{"lower": "memory"}}, "EINVAL: mount /data: upper: upper: unknown kind"},
	} {
		if e := call[string](t, p, "failure", "mountAt", overlay(bad.upper)); !strings.HasPrefix(e, bad.want) {
			t.Errorf("%v: %q, want %q", bad.upper, e, bad.want)
		}
	}
	// And the lower layer can be used after that.
	call[any](t, p, "mountAt", overlay(map[string]any{"memory": true}))
	if got := call[string](t, p, "read", "/data/app/help"); got != "help" {
		t.Errorf("the lower layer has changed: %q", got)
	}
}
