package hostfs

import (
	"strings"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// Remove removes a file or an empty directory; with all whatever is in it.
func (f FS) Remove(path string, all bool) error {
	ctx := f.Ctx()
	name := strings.TrimRight(path, "/")
	e := f.NS.Unlink(ctx, vfs.At{}, name)
	if e != abi.EISDIR && e != abi.EPERM {
		return failed(e, "remove", path)
	}
	if e = f.NS.Rmdir(ctx, vfs.At{}, name); e == abi.ENOTEMPTY && all {
		return f.removeTree(ctx, name)
	}
	return failed(e, "remove", path)
}

// level is a directory on the way down.
type level struct {
	in      vfs.Location // the directory it is in
	name    string
	dir     vfs.Location
	entries []Entry // still to remove
}

// removeTree removes a directory, deepest entries first. Each is reached from
// the directory above it, and nothing recurses: programs make trees so deep that
// no path leads to the end of them.
func (f FS) removeTree(ctx *vfs.Ctx, path string) error {
	root := f.NS.Root()
	stack, err := f.descend(ctx, nil, root, path)
	for err == nil && len(stack) > 0 {
		l := &stack[len(stack)-1]
		if len(l.entries) == 0 {
			stack = stack[:len(stack)-1]
			err = failed(f.NS.Rmdir(ctx, vfs.At{Base: l.in}, l.name), "remove", l.name)
			continue
		}
		d := l.entries[len(l.entries)-1]
		l.entries = l.entries[:len(l.entries)-1]
		if d.Type == abi.FiletypeDirectory {
			stack, err = f.descend(ctx, stack, l.dir, d.Name)
		} else if e := f.NS.Unlink(ctx, vfs.At{Base: l.dir}, d.Name); e != abi.ENOENT {
			err = failed(e, "remove", d.Name)
		}
	}
	return err
}

// descend puts the directory name of in on the stack.
func (f FS) descend(ctx *vfs.Ctx, stack []level, in vfs.Location, name string) ([]level, error) {
	dir, e := f.NS.Resolve(ctx, vfs.At{Base: in}, name, false)
	if e != abi.OK {
		return stack, failed(e, "remove", name)
	}
	of, e := f.NS.OpenLocation(ctx, dir, vfs.OpenOptions{Oflags: abi.OflagsDirectory, Read: true})
	if e != abi.OK {
		return stack, failed(e, "remove", name)
	}
	defer of.Unref()
	entries, err := entries(ctx, of, name)
	return append(stack, level{in, name, dir, entries}), err
}
