package vfs_test

import (
	"testing"

	"github.com/wasix-web/wasix-web/providers/memfs"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/vfs/vfstest"
)

func TestReadOnly(t *testing.T) {
	fs := memfs.New(memfs.Config{})
	x := vfstest.Exec{NS: vfs.NewNamespace(fs), Ctx: &vfs.Ctx{}}
	for _, step := range vfstest.ReadOnlyTree {
		w, _ := vfstest.ParseLine(step)
		if got := x.Do(w); got != "" {
			t.Fatal(step, got)
		}
	}
	fs.SetReadOnly(true)
	vfstest.RunReadOnly(t, fs, vfstest.Options{})
}
