package archive

import (
	"errors"
	"io/fs"
	"testing"
	"testing/fstest"
)

func TestFS(t *testing.T) {
	f := newTree(t)
	sample(t, f)
	// TestFS opens every entry, so there must be no link to nothing.
	// It reads byte by byte, so none must be large.
	for _, name := range []string{"dangling", "big", "piece"} {
		if err := f.Remove("/src/"+name, false); err != nil {
			t.Fatal(err)
		}
	}
	for _, dir := range []string{"/src", "/src/"} {
		if err := fstest.TestFS(FS(f, dir), "a.txt", "ünïcode/ß–😀", "soft", "empty"); err != nil {
			t.Error(err)
		}
	}
	io := FS(f, "/src")
	if _, err := fs.Stat(io, "nothing"); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if _, err := io.Open("../outside/file"); !errors.Is(err, fs.ErrInvalid) {
		t.Error(err)
	}
	if target, err := fs.ReadLink(io, "ünïcode/up"); err != nil || target != "../a.txt" {
		t.Errorf("%q, %v", target, err)
	}
	if i, err := fs.Lstat(io, "soft"); err != nil || i.Mode().Type() != fs.ModeSymlink {
		t.Errorf("%v, %v", i, err)
	}
	if b, err := fs.ReadFile(FS(f, "/"), "outside/file"); err != nil || string(b) != "precious" {
		t.Errorf("%q, %v", b, err)
	}
}
