package wasix

import (
	"sync"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/hostfs"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// FS is the file tree as the embedder sees it. Paths are the guests', absolute.
// Errors are *hostfs.Error and name operation, path and errno. Operations may
// wait for a provider.
type FS struct {
	fs   hostfs.FS
	lock sync.Locker
}

// FS returns the system's file tree.
func (s *System) FS() FS {
	return FS{lock: s.lock, fs: hostfs.FS{NS: s.Kernel.Namespace, Ctx: func() *vfs.Ctx {
		return &vfs.Ctx{MayBlock: true, Lock: s.lock, Now: s.Kernel.Clock.Realtime}
	}}}
}

// locked runs one operation under the kernel lock.
func (f FS) locked(fn func(hostfs.FS) error) error {
	f.lock.Lock()
	defer f.lock.Unlock()
	return fn(f.fs)
}

// ReadFile returns the contents of a file.
func (f FS) ReadFile(path string) (data []byte, err error) {
	err = f.locked(func(fs hostfs.FS) (err error) { data, err = fs.ReadFile(path); return })
	return data, err
}

// ReadRange returns n bytes of a file from off on, fewer where it ends, and all
// there are when n is negative.
func (f FS) ReadRange(path string, off, n int64) (data []byte, err error) {
	err = f.locked(func(fs hostfs.FS) (err error) { data, err = fs.ReadRange(path, off, n); return })
	return data, err
}

// WriteFile makes data the contents of a file, which is made when there is none.
func (f FS) WriteFile(path string, data []byte) error {
	return f.locked(func(fs hostfs.FS) error { return fs.WriteFile(path, data, false) })
}

// AppendFile adds data to the end of a file, which is made when there is none.
func (f FS) AppendFile(path string, data []byte) error {
	return f.locked(func(fs hostfs.FS) error { return fs.WriteFile(path, data, true) })
}

// ReadDir lists a directory without "." and "..", in its own order.
func (f FS) ReadDir(path string) (list []hostfs.Entry, err error) {
	err = f.locked(func(fs hostfs.FS) (err error) { list, err = fs.ReadDir(path); return })
	return list, err
}

// Stat describes what path names; follow says whether a symbolic link in the
// last component is followed.
func (f FS) Stat(path string, follow bool) (a vfs.Attr, err error) {
	err = f.locked(func(fs hostfs.FS) (err error) { a, err = fs.Stat(path, follow); return })
	return a, err
}

// Mkdir makes a directory; with all also those above it, and one that exists is
// no error.
func (f FS) Mkdir(path string, all bool) error {
	return f.locked(func(fs hostfs.FS) error { return fs.Mkdir(path, all) })
}

// Remove removes a file or an empty directory; with all whatever is in it.
func (f FS) Remove(path string, all bool) error {
	return f.locked(func(fs hostfs.FS) error { return fs.Remove(path, all) })
}

// Rename moves a file or directory, replacing what is there.
func (f FS) Rename(from, to string) error {
	return f.locked(func(fs hostfs.FS) error { return fs.Rename(from, to) })
}

// Symlink makes a symbolic link to target at path.
func (f FS) Symlink(target, path string) error {
	return f.locked(func(fs hostfs.FS) error { return fs.Symlink(target, path) })
}

// Link gives a file another name.
func (f FS) Link(existing, path string) error {
	return f.locked(func(fs hostfs.FS) error { return fs.Link(existing, path) })
}

// Readlink returns a symbolic link's target.
func (f FS) Readlink(path string) (target string, err error) {
	err = f.locked(func(fs hostfs.FS) (err error) { target, err = fs.Readlink(path); return })
	return target, err
}

// SetAttr changes size, times and mode, in bytes and nanoseconds since 1970.
func (f FS) SetAttr(path string, a vfs.SetAttr) error {
	return f.locked(func(fs hostfs.FS) error { return fs.SetAttr(path, true, &a) })
}

// LsetAttr is SetAttr for a symbolic link itself.
func (f FS) LsetAttr(path string, a vfs.SetAttr) error {
	return f.locked(func(fs hostfs.FS) error { return fs.SetAttr(path, false, &a) })
}

// Mount puts a file system at an absolute path; missing directories are made.
func (f FS) Mount(path string, m vfs.FS) error {
	return f.locked(func(fs hostfs.FS) error {
		return failed(fs.NS.Mount(fs.Ctx(), path, m), "mount", path)
	})
}

// Unmount takes the file system at path away.
func (f FS) Unmount(path string) error {
	return f.locked(func(fs hostfs.FS) error { return failed(fs.NS.Unmount(fs.Ctx(), path), "unmount", path) })
}

// Sync makes everything written so far durable, in all mounts.
func (f FS) Sync() error { return f.locked(hostfs.FS.Sync) }

func failed(e abi.Errno, op, path string) error {
	if e == abi.OK {
		return nil
	}
	return &hostfs.Error{Errno: e, Op: op, Path: path}
}
