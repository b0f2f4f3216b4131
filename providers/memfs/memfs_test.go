package memfs_test

import (
	"testing"

	"github.com/wasix-web/wasix-web/providers/memfs"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/vfs/vfstest"
)

func TestConformance(t *testing.T) {
	o := vfstest.Options{Limited: func(n int64) vfs.FS { return memfs.New(memfs.Config{MaxBytes: n}) }}
	for _, c := range vfstest.Cases() {
		t.Run(c.Name, func(t *testing.T) {
			if !c.Run(t, func() vfs.FS { return memfs.New(memfs.Config{}) }, o) {
				t.Error("skipped, and memfs lacks nothing")
			}
		})
	}
}
