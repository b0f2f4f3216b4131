//go:build !js

package wasix_test

import (
	"errors"
	"testing"

	"github.com/wasix-web/wasix-web/wasix"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/clock"
	"github.com/wasix-web/wasix-web/wasix/hostfs"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/vfs/devfs"

	"github.com/wasix-web/wasix-web/providers/memfs"
)

// TestSnapshot restores a tree with mounts in it, and says of what there is no
// snapshot.
func TestSnapshot(t *testing.T) {
	sys, err := wasix.New(wasix.Config{Clock: &clock.Fixed{Now: 1}, Mounts: []wasix.Mount{
		{Path: "/data/mem", FS: memfs.New(memfs.Config{})}, {Path: "/devices", FS: devfs.New(devfs.Config{})}}})
	if err != nil {
		t.Fatal(err)
	}
	fs := sys.FS()
	write := func(path, text string) {
		t.Helper()
		if err := fs.WriteFile(path, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	read := func(path, want string) {
		t.Helper()
		if b, err := fs.ReadFile(path); err != nil || string(b) != want {
			t.Errorf("%s: %q %v, want %q", path, b, err, want)
		}
	}
	errno := func(err error, want abi.Errno) {
		t.Helper()
		var e *hostfs.Error
		if !errors.As(err, &e) || e.Errno != want {
			t.Errorf("%v, want %v", err, want)
		}
	}
	write("/a", "one")
	snap, err := sys.Snapshot("/")
	if err != nil {
		t.Fatal(err)
	}
	write("/a", "two")
	write("/data/mem/f", "mounted")
	// The directory that something is mounted on may be missing in the copy.
	before, err := wasix.New(wasix.Config{Clock: &clock.Fixed{Now: 1}})
	if err != nil {
		t.Fatal(err)
	}
	bare, err := before.Snapshot("/")
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := sys.Restore("/", snap); err != nil {
			t.Fatal(err)
		}
		read("/a", "one")
		read("/data/mem/f", "mounted")
		write("/a", "three")
	}
	if err := sys.Restore("/", bare); err != nil {
		t.Fatal(err)
	}
	read("/data/mem/f", "mounted")
	if _, err := fs.Stat("/a", true); err == nil {
		t.Error("/a is there")
	}
	if _, err := fs.Stat("/dev/null", true); err != nil {
		t.Error(err)
	}
	_, err = sys.Snapshot("/devices")
	errno(err, abi.ENOTSUP)
	_, err = sys.Snapshot("/data")
	errno(err, abi.EINVAL)
	errno(sys.Restore("/devices", snap), abi.ENOTSUP)
	errno(sys.Restore("/nowhere", snap), abi.EINVAL)

	f, e := sys.Kernel.Namespace.Open(&vfs.Ctx{}, vfs.At{}, "/data/mem/f", vfs.OpenOptions{Read: true})
	if e != abi.OK {
		t.Fatal(e)
	}
	errno(sys.Restore("/data/mem", snap), abi.EBUSY)
	f.Unref()
	if err := sys.Restore("/data/mem", snap); err != nil {
		t.Fatal(err)
	}
	read("/data/mem/a", "one")
	snap.Release()
	read("/data/mem/a", "one")
}
