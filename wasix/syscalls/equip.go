package syscalls

import (
	"strings"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// Equip gives a new process what programs expect to find: the descriptors 0, 1
// and 2, and from 3 on the preopened directories, in order.
//
// A nil in stdio leaves that descriptor closed; the same object twice is one open
// file. The first terminal becomes the controlling terminal. An element of
// preopens is a path, from the process's root or working directory, which is also
// the name that the program sees; or "name=path". When it fails the path at fault
// is returned, and the process holds what it has been given so far.
//
// Errors: those of Namespace.Open, ENOTDIR, EMFILE; EINVAL a name is empty.
func Equip(ctx *vfs.Ctx, p *kernel.Process, stdio [3]vfs.Object, preopens []string) (path string, errno abi.Errno) {
	if e := Stdio(p, stdio); e != abi.OK {
		return "", e
	}
	for _, dir := range preopens {
		name, path, ok := strings.Cut(dir, "=")
		if !ok {
			path = name
		}
		if name == "" {
			return dir, abi.EINVAL
		}
		at := vfs.At{Root: p.Root, Base: p.Cwd}
		f, e := p.Kernel.Namespace.Open(ctx, at, path, vfs.OpenOptions{
			Oflags: abi.OflagsDirectory, Follow: true, Read: true})
		if e != abi.OK {
			return path, e
		}
		if _, e := Preopen(p, name, f); e != abi.OK {
			return path, e
		}
	}
	return "", abi.OK
}

// Stdio gives the process its descriptors 0, 1 and 2. Terminals can be read and
// written through all of them.
//
// Errors: EMFILE.
func Stdio(p *kernel.Process, stdio [3]vfs.Object) abi.Errno {
	var files [3]*vfs.OpenFile
	for fd, o := range stdio {
		if o == nil {
			continue
		}
		var f *vfs.OpenFile
		for i := range fd {
			if stdio[i] == o {
				f = files[i].Ref()
			}
		}
		if f == nil {
			f = vfs.NewOpenFile(o, 0)
			f.Readable = false
			f.Writable = false
		}
		files[fd] = f
		tty := isTerminal(f)
		f.Readable = f.Readable || fd == 0 || tty
		f.Writable = f.Writable || fd != 0 || tty
	}
	for fd, f := range files {
		if f == nil {
			continue
		}
		if e := p.FDs.Set(int32(fd), describe(p, f)); e != abi.OK {
			f.Unref()
			return e
		}
		if _, e := p.Terminal(); e != abi.OK && isTerminal(f) {
			p.SetTerminal(f)
		}
	}
	return abi.OK
}

// Preopen gives the process an open directory, as the lowest free descriptor from
// 3 on, under the name that the program sees. It takes over the caller's
// reference.
//
// Errors: ENOTDIR it is something else, EMFILE.
func Preopen(p *kernel.Process, name string, f *vfs.OpenFile) (int32, abi.Errno) {
	if f.Object.Type() != abi.FiletypeDirectory {
		f.Unref()
		return 0, abi.ENOTDIR
	}
	d := describe(p, f)
	d.Preopen = name
	fd, e := p.FDs.Add(d, 3)
	if e != abi.OK {
		f.Unref()
	}
	return fd, e
}
