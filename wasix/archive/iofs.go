//go:build !js

package archive

import (
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/hostfs"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// FS shows a directory of a system as an io/fs.FS, for template.ParseFS,
// http.FS, fs.WalkDir and their like. It can open, stat, list and read links.
// Like os.DirFS it follows symbolic links, also those that lead out.
func FS(tree Tree, dir string) fs.FS { return &ioFS{tree, strings.TrimRight(dir, "/")} }

type ioFS struct {
	tree Tree
	root string
}

var _ interface {
	fs.StatFS
	fs.ReadDirFS
	fs.ReadFileFS
	fs.ReadLinkFS
} = (*ioFS)(nil)

func (f *ioFS) at(op, name string) (string, error) {
	if !fs.ValidPath(name) {
		return "", &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	if name == "." {
		return f.root + "/", nil
	}
	return f.root + "/" + name, nil
}

// pathError makes the standard library's errors of ours.
func pathError(op, name string, err error) error {
	var e *hostfs.Error
	if err == nil || err == io.EOF {
		return err
	}
	if errors.As(err, &e) {
		switch e.Errno {
		case abi.ENOENT, abi.ENOTDIR:
			err = fs.ErrNotExist
		case abi.EEXIST:
			err = fs.ErrExist
		case abi.EACCES, abi.EPERM, abi.EROFS:
			err = fs.ErrPermission
		default:
			err = e.Errno
		}
	}
	return &fs.PathError{Op: op, Path: name, Err: err}
}

func (f *ioFS) stat(op, name string, follow bool) (fs.FileInfo, string, error) {
	p, err := f.at(op, name)
	if err != nil {
		return nil, "", err
	}
	a, err := f.tree.Stat(p, follow)
	return info{path.Base(name), a}, p, pathError(op, name, err)
}

func (f *ioFS) Stat(name string) (fs.FileInfo, error) {
	i, _, err := f.stat("stat", name, true)
	return i, err
}

func (f *ioFS) Lstat(name string) (fs.FileInfo, error) {
	i, _, err := f.stat("lstat", name, false)
	return i, err
}

func (f *ioFS) ReadLink(name string) (string, error) {
	p, err := f.at("readlink", name)
	if err != nil {
		return "", err
	}
	target, err := f.tree.Readlink(p)
	return target, pathError("readlink", name, err)
}

func (f *ioFS) ReadFile(name string) ([]byte, error) {
	p, err := f.at("read", name)
	if err != nil {
		return nil, err
	}
	data, err := f.tree.ReadRange(p, 0, -1)
	return data, pathError("read", name, err)
}

func (f *ioFS) ReadDir(name string) ([]fs.DirEntry, error) {
	p, err := f.at("readdir", name)
	if err != nil {
		return nil, err
	}
	list, err := f.tree.ReadDir(p)
	if err != nil {
		return nil, pathError("readdir", name, err)
	}
	out := make([]fs.DirEntry, 0, len(list))
	for _, e := range list {
		a, err := f.tree.Stat(strings.TrimRight(p, "/")+"/"+e.Name, false)
		if err != nil {
			continue // it went meanwhile
		}
		out = append(out, fs.FileInfoToDirEntry(info{e.Name, a}))
	}
	slices.SortFunc(out, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return out, nil
}

func (f *ioFS) Open(name string) (fs.File, error) {
	i, p, err := f.stat("open", name, true)
	if err != nil {
		return nil, err
	}
	return &opened{fs: f, name: name, path: p, info: i.(info)}, nil
}

// info describes a file.
type info struct {
	name string
	attr vfs.Attr
}

func (i info) Name() string       { return i.name }
func (i info) Size() int64        { return int64(i.attr.Size) }
func (i info) ModTime() time.Time { return when(i.attr.Mtim) }
func (i info) IsDir() bool        { return i.attr.Type == abi.FiletypeDirectory }
func (i info) Sys() any           { return i.attr }

// Mode has the kind and the permission bits.
func (i info) Mode() fs.FileMode { return kindOf(i.attr.Type) | fs.FileMode(i.attr.Mode) }

func kindOf(t abi.Filetype) fs.FileMode {
	switch t {
	case abi.FiletypeRegularFile:
		return 0
	case abi.FiletypeDirectory:
		return fs.ModeDir
	case abi.FiletypeSymbolicLink:
		return fs.ModeSymlink
	case abi.FiletypeCharacterDevice:
		return fs.ModeDevice | fs.ModeCharDevice
	case abi.FiletypeBlockDevice:
		return fs.ModeDevice
	case abi.FiletypeSocketDgram, abi.FiletypeSocketStream:
		return fs.ModeSocket
	}
	return fs.ModeNamedPipe
}

// opened is an open file or directory.
type opened struct {
	fs         *ioFS
	name, path string
	info       info
	off        int64
	list       []fs.DirEntry
	listed     bool
	closed     bool
}

func (o *opened) use(op string) error {
	if o.closed {
		return &fs.PathError{Op: op, Path: o.name, Err: fs.ErrClosed}
	}
	return nil
}

func (o *opened) Stat() (fs.FileInfo, error) { return o.info, o.use("stat") }

func (o *opened) Close() error {
	err := o.use("close")
	o.closed = true
	return err
}

func (o *opened) Read(b []byte) (int, error) {
	n, err := o.ReadAt(b, o.off)
	o.off += int64(n)
	if n > 0 && err == io.EOF {
		err = nil
	}
	return n, err
}

func (o *opened) ReadAt(b []byte, off int64) (int, error) {
	if err := o.use("read"); err != nil {
		return 0, err
	}
	data, err := o.fs.tree.ReadRange(o.path, off, int64(len(b)))
	n := copy(b, data)
	if err == nil && n < len(b) {
		err = io.EOF
	}
	return n, pathError("read", o.name, err)
}

func (o *opened) Seek(off int64, whence int) (int64, error) {
	if err := o.use("seek"); err != nil {
		return 0, err
	}
	switch whence {
	case io.SeekCurrent:
		off += o.off
	case io.SeekEnd:
		off += o.info.Size()
	}
	if off < 0 || whence < io.SeekStart || whence > io.SeekEnd {
		return 0, &fs.PathError{Op: "seek", Path: o.name, Err: fs.ErrInvalid}
	}
	o.off = off
	return off, nil
}

func (o *opened) ReadDir(n int) ([]fs.DirEntry, error) {
	if err := o.use("readdir"); err != nil {
		return nil, err
	}
	if !o.listed {
		list, err := o.fs.ReadDir(o.name)
		if err != nil {
			return nil, err
		}
		o.list, o.listed = list, true
	}
	if n <= 0 || n > len(o.list) {
		if n > 0 && len(o.list) == 0 {
			return nil, io.EOF
		}
		n = len(o.list)
	}
	list := o.list[:n]
	o.list = o.list[n:]
	return list, nil
}
