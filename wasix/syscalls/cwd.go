package syscalls

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/kernel"
)

// Getcwd writes the path of the current directory.
//
// # Parameters
//
//   - path: where the path goes, with a NUL; 0 only asks for the length
//   - pathLen: where it says how much fits (u32), and where the length goes:
//     without the NUL when it was written, with it when there is no room
//
// # Result (Errno)
//
//   - ERANGE: the path and its NUL do not fit
//   - EINVAL: nothing fits at all
//   - ENOENT: the directory was removed
//   - EFAULT: path or pathLen leaves the memory
//
// Note: like getcwd in POSIX.
//
// See https://wasix.org/docs/api-reference/wasix/getcwd
func Getcwd(t *kernel.Thread, path, pathLen uint32) kernel.Result {
	size, e := t.Mem.Load32(pathLen)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	if path != 0 && size == 0 {
		return kernel.Ret(abi.EINVAL)
	}
	ns, p := t.Kernel.Namespace, t.Process
	at, root := p.Cwd, p.Root
	if root.Inode == nil {
		root = ns.Root()
	}
	if at.Inode == nil {
		at = root
	}
	cwd, e := ns.Path(&t.Ctx, at, root)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	if path == 0 || uint64(size) < uint64(len(cwd))+1 {
		if e := t.Mem.Store32(pathLen, uint32(len(cwd))+1); e != abi.OK {
			return kernel.Ret(e)
		}
		return kernel.Ret(abi.ERANGE)
	}
	if e := guestmem.Writable(t.Mem, path, uint64(len(cwd))+1); e != abi.OK {
		return kernel.Ret(e)
	}
	if e := t.Mem.Store32(pathLen, uint32(len(cwd))); e != abi.OK {
		return kernel.Ret(e)
	}
	return kernel.Ret(t.Mem.CopyOut(path, append([]byte(cwd), 0)))
}

// Chdir changes the current directory.
//
// # Parameters
//
//   - path, pathLen: the directory
//
// # Result (Errno)
//
//   - ENOTDIR: it is not a directory
//   - those of every call on a path
//
// Note: like chdir in POSIX.
//
// See https://wasix.org/docs/api-reference/wasix/chdir
func Chdir(t *kernel.Thread, path, pathLen uint32) kernel.Result {
	name, e := readPath(t, path, pathLen)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	p := t.Process
	loc, e := t.Kernel.Namespace.Resolve(&t.Ctx, p.At(p.Cwd), name, true)
	switch {
	case e != abi.OK:
		return kernel.Ret(e)
	case loc.Inode.Type() != abi.FiletypeDirectory:
		return kernel.Ret(abi.ENOTDIR)
	}
	p.Cwd = loc
	return kernel.Success
}
