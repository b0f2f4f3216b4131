// Package hostfs is the embedder's way to the files that guests see: whole
// files and directories by absolute path, with errors that name the path. It is
// what sys.fs is made of in a page, and System.FS in Go.
package hostfs

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// FS works on a namespace. The caller holds the kernel lock.
type FS struct {
	NS *vfs.Namespace
	// Ctx is asked for once an operation; MayBlock is set in it where the
	// caller may wait for slow providers.
	Ctx func() *vfs.Ctx
}

// Error is a failed operation.
type Error struct {
	Errno abi.Errno
	Op    string // "open", "mkdir", …
	Path  string
}

func (e *Error) Error() string { return e.Op + " " + e.Path + ": " + e.Errno.String() }

func failed(errno abi.Errno, op, path string) error {
	if errno == abi.OK {
		return nil
	}
	return &Error{errno, op, path}
}

// Entry is one entry of a directory.
type Entry struct {
	Name string
	Type abi.Filetype
}

func (f FS) open(path string, o vfs.OpenOptions) (*vfs.OpenFile, *vfs.Ctx, error) {
	ctx := f.Ctx()
	of, e := f.NS.Open(ctx, vfs.At{}, path, o)
	return of, ctx, failed(e, "open", path)
}

// ReadFile returns the contents of a file.
func (f FS) ReadFile(path string) ([]byte, error) { return f.ReadRange(path, 0, -1) }

// ReadRange returns n bytes of a file from off on, fewer where it ends, and all
// there are when n is negative.
func (f FS) ReadRange(path string, off, n int64) ([]byte, error) {
	of, ctx, err := f.open(path, vfs.OpenOptions{Follow: true, Read: true})
	if err != nil {
		return nil, err
	}
	defer of.Unref()
	if of.Object.Type() == abi.FiletypeDirectory {
		return nil, &Error{abi.EISDIR, "read", path}
	}
	a, e := of.Attr(ctx)
	if e != abi.OK {
		return nil, failed(e, "stat", path)
	}
	if off < 0 {
		return nil, &Error{abi.EINVAL, "read", path}
	}
	left := max(int64(a.Size)-off, 0)
	if n < 0 || n > left {
		n = left
	}
	buf := make([]byte, n)
	of.Offset = off
	done, err := readFull(ctx, of, buf, path)
	return buf[:done], err
}

func readFull(ctx *vfs.Ctx, of *vfs.OpenFile, buf []byte, path string) (int, error) {
	var v guestmem.Vec
	done := 0
	for done < len(buf) {
		v.SetBytes(buf[done:])
		n, e := of.Object.Read(ctx, of, &v)
		if e != abi.OK {
			return done, failed(e, "read", path)
		}
		if n == 0 {
			break
		}
		done += n
	}
	return done, nil
}

// WriteFile creates or replaces a file, or adds to its end.
func (f FS) WriteFile(path string, data []byte, add bool) error {
	o := vfs.OpenOptions{Oflags: abi.OflagsCreat | abi.OflagsTrunc, Follow: true, Write: true}
	if add {
		o.Oflags, o.Fdflags = abi.OflagsCreat, abi.FdflagsAppend
	}
	of, ctx, err := f.open(path, o)
	if err != nil {
		return err
	}
	defer of.Unref()
	var v guestmem.Vec
	for len(data) > 0 {
		// A Vec counts in int32.
		part := data[:min(len(data), 1<<30)]
		v.SetBytes(part)
		n, e := of.Object.Write(ctx, of, &v)
		if e != abi.OK {
			return failed(e, "write", path)
		}
		if n == 0 {
			return &Error{abi.ENOSPC, "write", path}
		}
		data = data[n:]
	}
	return nil
}

// ReadDir lists a directory without "." and "..".
func (f FS) ReadDir(path string) ([]Entry, error) {
	of, ctx, err := f.open(path, vfs.OpenOptions{Follow: true, Read: true, Oflags: abi.OflagsDirectory})
	if err != nil {
		return nil, err
	}
	defer of.Unref()
	return entries(ctx, of, path)
}

// entries lists an open directory.
func entries(ctx *vfs.Ctx, of *vfs.OpenFile, path string) ([]Entry, error) {
	out := []Entry{}
	e := vfs.ReadDirents(ctx, of, 0, func(d vfs.Dirent) bool {
		if d.Name != "." && d.Name != ".." {
			out = append(out, Entry{d.Name, d.Type})
		}
		return true
	})
	return out, failed(e, "readdir", path)
}

// Stat describes what path names; follow says whether a symbolic link is
// followed.
func (f FS) Stat(path string, follow bool) (vfs.Attr, error) {
	a, e := f.NS.Stat(f.Ctx(), vfs.At{}, path, follow)
	return a, failed(e, "stat", path)
}

// Mkdir makes a directory; with all also its parents, and one that exists is
// no error.
func (f FS) Mkdir(path string, all bool) error {
	ctx := f.Ctx()
	if !all {
		return failed(f.NS.Mkdir(ctx, vfs.At{}, path), "mkdir", path)
	}
	if len(path) > vfs.PathMax {
		return failed(abi.ENAMETOOLONG, "mkdir", path) // before any of it is made
	}
	for i := 1; i <= len(path); i++ {
		if i < len(path) && path[i] != '/' {
			continue
		}
		part := path[:i]
		switch e := f.NS.Mkdir(ctx, vfs.At{}, part); e {
		case abi.OK:
		case abi.EEXIST, abi.EBUSY, abi.EROFS:
			a, e2 := f.NS.Stat(ctx, vfs.At{}, part, true)
			if e2 != abi.OK || a.Type != abi.FiletypeDirectory {
				return failed(e, "mkdir", part)
			}
		default:
			return failed(e, "mkdir", part)
		}
	}
	return nil
}

// Rename moves a file or directory.
func (f FS) Rename(from, to string) error {
	e := f.NS.Rename(f.Ctx(), vfs.At{}, from, vfs.At{}, to)
	return failed(e, "rename", from+" to "+to)
}

// Symlink makes a symbolic link at path.
func (f FS) Symlink(target, path string) error {
	return failed(f.NS.Symlink(f.Ctx(), vfs.At{}, target, path), "symlink", path)
}

// Link gives a file another name.
func (f FS) Link(existing, path string) error {
	e := f.NS.Link(f.Ctx(), vfs.At{}, existing, false, vfs.At{}, path)
	return failed(e, "link", existing+" as "+path)
}

// Readlink returns a symbolic link's target.
func (f FS) Readlink(path string) (string, error) {
	s, e := f.NS.Readlink(f.Ctx(), vfs.At{}, path)
	return s, failed(e, "readlink", path)
}

// SetAttr changes size, times and mode; follow says whether a symbolic link is
// followed.
func (f FS) SetAttr(path string, follow bool, s *vfs.SetAttr) error {
	return failed(f.NS.SetAttr(f.Ctx(), vfs.At{}, path, follow, s), "setattr", path)
}

// Sync makes everything written so far durable, in all mounts.
func (f FS) Sync() error {
	ctx := f.Ctx()
	for _, m := range f.NS.Mounts() {
		if e := m.FS.Sync(ctx); e != abi.OK {
			return failed(e, "sync", m.Path)
		}
	}
	return nil
}
