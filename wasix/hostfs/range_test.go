package hostfs

import (
	"errors"
	"testing"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

func TestReadRange(t *testing.T) {
	fs := newFS()
	if err := fs.WriteFile("/f", []byte("0123456789"), false); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		off, n int64
		want   string
	}{{0, -1, "0123456789"}, {3, 4, "3456"}, {8, 100, "89"}, {10, 1, ""}, {1 << 40, 5, ""}, {4, -1, "456789"}, {2, 0, ""}} {
		if b, err := fs.ReadRange("/f", c.off, c.n); err != nil || string(b) != c.want {
			t.Errorf("%d bytes at %d: %q, %v", c.n, c.off, b, err)
		}
	}
	var e *Error
	if _, err := fs.ReadRange("/f", -1, 1); !errors.As(err, &e) || e.Errno != abi.EINVAL {
		t.Errorf("before the start: %v", err)
	}
	if _, err := fs.ReadRange("/", 0, 1); !errors.As(err, &e) || e.Errno != abi.EISDIR {
		t.Errorf("of a directory: %v", err)
	}
}

// A symbolic link's own times are not those of what it names.
func TestSetAttrOfLink(t *testing.T) {
	fs := newFS()
	if err := errors.Join(fs.WriteFile("/f", nil, false), fs.Symlink("f", "/l")); err != nil {
		t.Fatal(err)
	}
	for i, follow := range []bool{false, true} {
		if err := fs.SetAttr("/l", follow, &vfs.SetAttr{SetMtim: true, Mtim: uint64(7 + i)}); err != nil {
			t.Fatal(err)
		}
	}
	for i, path := range []string{"/l", "/f"} {
		if a, err := fs.Stat(path, false); err != nil || a.Mtim != uint64(7+i) {
			t.Errorf("%s: %d, %v", path, a.Mtim, err)
		}
	}
}
