package idbfs

import (
	"strings"
	"testing"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// TestModes: modes are there after a mount, and records without them, as
// databases had them before, are read as they were.
func TestModes(t *testing.T) {
	f := sample(t)
	without := f.db[string(inodeKey(nil, 0))]
	for _, typ := range []abi.Filetype{abi.FiletypeDirectory, abi.FiletypeRegularFile, abi.FiletypeSymbolicLink} {
		if strings.IndexByte(without, byte(typ)|hasMode) >= 0 {
			t.Errorf("a record of type %v has a mode that nobody has set", typ)
		}
	}
	fs := mount(t, f, Config{})
	x := exec(f, fs)
	mode := func() (d, g, h uint16) {
		t.Helper()
		for path, to := range map[string]*uint16{"d": &d, "g": &g, "h": &h} {
			a, e := x.NS.Stat(x.Ctx, x.At, path, true)
			if e != abi.OK {
				t.Fatal(path, e)
			}
			*to = a.Mode
		}
		return d, g, h
	}
	if d, g, h := mode(); d != 0o755 || g != 0o644 || h != 0o644 {
		t.Errorf("without modes: %o %o %o", d, g, h)
	}
	for path, m := range map[string]uint16{"d": 0o700, "d/f": 0o755, "h": 0} {
		if e := x.NS.SetAttr(x.Ctx, x.At, path, true, &vfs.SetAttr{SetMode: true, Mode: m}); e != abi.OK {
			t.Fatal(path, e)
		}
	}
	for range 2 {
		if e := fs.Close(f.ctx()); e != abi.OK {
			t.Fatal(e)
		}
		fs = mount(t, f, Config{})
		x = exec(f, fs)
		if d, g, h := mode(); d != 0o700 || g != 0o755 || h != 0 {
			t.Errorf("after a mount: %o %o %o", d, g, h)
		}
		ok(t, x, "append h !") // writes the records anew
	}
	if list, e := fs.Check(f.ctx(), false); e != abi.OK || len(list) != 0 {
		t.Error(e, list)
	}
}
