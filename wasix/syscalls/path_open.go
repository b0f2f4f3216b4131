package syscalls

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// PathOpen opens a file or directory: the lowest free descriptor.
//
// # Parameters
//
//   - fd: the directory the path starts at
//   - dirflags: symlink_follow, or none
//   - path, pathLen: the path
//   - oflags: creat, directory, excl, trunc
//   - fsRightsBase: the rights it shall have; fd_read and fd_write say whether it
//     is opened for reading and writing
//   - fsRightsInheriting: the rights that what is opened through it may have
//   - fdflags: append, dsync, nonblock, rsync, sync
//   - openedFd: where the descriptor goes (u32)
//
// # Result (Errno)
//
//   - EEXIST: with creat and excl, something has that name
//   - EISDIR: a directory is opened for writing, or truncated
//   - ENOTDIR: with directory, it is something else
//   - ELOOP: it is a symbolic link that is not followed
//   - EACCES: /dev/stdin and its like were not opened for that
//   - ENXIO: nothing is behind the device
//   - EMFILE: the process has as many descriptors as it may
//   - ENOSPC, EROFS: of the file system
//   - EINVAL: creat with directory
//   - those of every call on a path; the right is path_open, with creat
//     path_create_file, with trunc path_filestat_set_size, too
//
// Note: like openat in POSIX. A preview1 program gets what it asks for of the
// rights that fd lets it inherit and that make sense for the file.
//
// See https://wasix.org/docs/api-reference/wasi/path_open
func PathOpen(t *kernel.Thread, fd int32, dirflags, path, pathLen, oflags uint32, fsRightsBase, fsRightsInheriting uint64, fdflags, openedFd uint32) kernel.Result {
	return open(t, fd, dirflags, path, pathLen, oflags, fsRightsBase, fsRightsInheriting, fdflags, 0, openedFd)
}

// PathOpen2 is PathOpen with flags for the descriptor.
//
// # Parameters
//
//   - fdflagsext: cloexec, or none
//   - the others: as in path_open
//
// # Result (Errno)
//
//   - EINVAL: fdflagsext has other bits
//   - those of path_open
//
// See https://wasix.org/docs/api-reference/wasix/path_open2
func PathOpen2(t *kernel.Thread, fd int32, dirflags, path, pathLen, oflags uint32, fsRightsBase, fsRightsInheriting uint64, fdflags, fdflagsext, openedFd uint32) kernel.Result {
	return open(t, fd, dirflags, path, pathLen, oflags, fsRightsBase, fsRightsInheriting, fdflags, fdflagsext, openedFd)
}

func open(t *kernel.Thread, fd int32, dirflags, path, pathLen, oflags uint32, base, inheriting uint64, fdflags, ext, openedFd uint32) kernel.Result {
	p := t.Process
	through, e := follow(dirflags)
	if e != abi.OK || oflags&^uint32(abi.OflagsAll) != 0 || fdflags&^uint32(abi.FdflagsAll) != 0 ||
		ext&^uint32(abi.FdflagsExtAll) != 0 {
		return kernel.Ret(abi.EINVAL)
	}
	need := abi.RightsPathOpen
	if abi.Oflags(oflags)&abi.OflagsCreat != 0 {
		need |= abi.RightsPathCreateFile
	}
	if abi.Oflags(oflags)&abi.OflagsTrunc != 0 {
		need |= abi.RightsPathFilestatSetSize
	}
	from, name, e := readAt(t, fd, path, pathLen, need)
	if e == abi.OK {
		e = guestmem.Writable(t.Mem, openedFd, 4)
	}
	if e == abi.OK && p.FDs.Full(1) {
		e = abi.EMFILE
	}
	if e != abi.OK {
		return kernel.Ret(e)
	}
	want := abi.Rights(base)
	if p.Beneath {
		inherited := p.FDs.Get(fd).Inheriting
		want &= inherited
		inheriting &= uint64(inherited)
	}
	f, e := t.Kernel.Namespace.Open(&t.Ctx, from, name, vfs.OpenOptions{
		Oflags: abi.Oflags(oflags), Fdflags: abi.Fdflags(fdflags), Follow: through,
		Read: want&readRights != 0, Write: want&abi.RightsFdWrite != 0})
	if e != abi.OK {
		return kernel.Ret(e)
	}
	if t.Hooked {
		traceClose(t, f, from, name)
	}
	d := describe(p, f)
	if p.Beneath {
		d.Base &= want
		d.Inheriting &= abi.Rights(inheriting)
	}
	d.CloseOnExec = ext != 0
	n, e := p.FDs.Add(d, 0)
	if e != abi.OK {
		f.Unref()
		return kernel.Ret(e)
	}
	return kernel.Ret(t.Mem.Store32(openedFd, uint32(n)))
}
