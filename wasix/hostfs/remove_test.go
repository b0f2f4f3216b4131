package hostfs

import (
	"strings"
	"testing"

	"github.com/wasix-web/wasix-web/providers/memfs"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

func newFS() FS {
	ns := vfs.NewNamespace(memfs.New(memfs.Config{}))
	return FS{NS: ns, Ctx: func() *vfs.Ctx { return &vfs.Ctx{MayBlock: true} }}
}

func TestRemove(t *testing.T) {
	fs := newFS()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(fs.Mkdir("/a/b/c", true))
	must(fs.WriteFile("/a/f", []byte("x"), false))
	must(fs.WriteFile("/a/b/g", []byte("x"), false))
	must(fs.Symlink("/keep", "/a/b/link"))
	must(fs.Mkdir("/keep", false))
	must(fs.WriteFile("/keep/h", nil, false))
	for path, want := range map[string]string{
		"/a":       "remove /a: ENOTEMPTY",
		"/nothing": "remove /nothing: ENOENT",
		"/a/f/x":   "remove /a/f/x: ENOTDIR",
	} {
		if err := fs.Remove(path, false); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	must(fs.Remove("/a/f", false))
	must(fs.Remove("/a/b/c/", false))
	must(fs.Remove("/a", true))
	if _, err := fs.Stat("/a", false); err == nil {
		t.Error("/a is still there")
	}
	must(fs.Remove("/keep", true)) // the link did not lead into it
}

// A tree that no path leads to the end of.
func TestRemoveDeepTree(t *testing.T) {
	fs := newFS()
	const depth = 10_000
	at := fs.NS.Root()
	for range depth {
		for _, name := range []string{"d", "e"} {
			if e := fs.NS.Mkdir(fs.Ctx(), vfs.At{Base: at}, name); e != abi.OK {
				t.Fatal(e)
			}
		}
		var e abi.Errno
		if at, e = fs.NS.Resolve(fs.Ctx(), vfs.At{Base: at}, "d", false); e != abi.OK {
			t.Fatal(e)
		}
	}
	if _, err := fs.Stat("/"+strings.Repeat("d/", depth), false); err == nil {
		t.Fatal("a path leads there")
	}
	if err := fs.Remove("/d", true); err != nil {
		t.Error(err)
	}
	if list, err := fs.ReadDir("/"); err != nil || len(list) != 1 || list[0].Name != "e" {
		t.Errorf("%v, %v", list, err)
	}
}
