package syscalls

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// Every call on a path has these errors; its own doc adds to them.
//
//   - EBADF: fd is not open
//   - ENOTDIR: fd, or something on the way, is not a directory
//   - ENOTCAPABLE: fd lacks the right for the call, or the path leaves it (preview1)
//   - ENOENT: the path is empty, or something on the way does not exist
//   - ENAMETOOLONG: a path over 4096 bytes, or a name over 255
//   - ELOOP: more than 40 symbolic links
//   - EINVAL: a NUL in the path, unknown flags
//   - EILSEQ: the path is not UTF-8
//   - EFAULT: the path or a result leaves the memory

// PathCreateDirectory makes a directory.
//
// # Parameters
//
//   - fd: the directory the path starts at
//   - path, pathLen: the path
//
// # Result (Errno)
//
//   - EEXIST: something has that name
//   - ENOSPC, EROFS: of the file system
//   - those of every call on a path; the right is path_create_directory
//
// Note: like mkdirat in POSIX.
//
// See https://wasix.org/docs/api-reference/wasi/path_create_directory
func PathCreateDirectory(t *kernel.Thread, fd int32, path, pathLen uint32) kernel.Result {
	from, name, e := readAt(t, fd, path, pathLen, abi.RightsPathCreateDirectory)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	return kernel.Ret(t.Kernel.Namespace.Mkdir(&t.Ctx, from, name))
}

// PathFilestatGet writes the attributes of what a path names.
//
// # Parameters
//
//   - fd: the directory the path starts at
//   - flags: symlink_follow, or none
//   - path, pathLen: the path
//   - filestat: where the filestat struct goes, see fd_filestat_get
//
// # Result (Errno)
//
//   - those of every call on a path; the right is path_filestat_get
//
// Note: like fstatat in POSIX.
//
// See https://wasix.org/docs/api-reference/wasi/path_filestat_get
func PathFilestatGet(t *kernel.Thread, fd int32, flags, path, pathLen, filestat uint32) kernel.Result {
	a, e := pathAttr(t, fd, flags, path, pathLen)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	return putFilestat(t, &a, filestat)
}

// UnstablePathFilestatGet is PathFilestatGet as wasi_unstable has it: nlink has
// 32 bits, and the struct 56 bytes.
func UnstablePathFilestatGet(t *kernel.Thread, fd int32, flags, path, pathLen, filestat uint32) kernel.Result {
	a, e := pathAttr(t, fd, flags, path, pathLen)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	return putUnstableFilestat(t, &a, filestat)
}

func pathAttr(t *kernel.Thread, fd int32, flags, path, pathLen uint32) (vfs.Attr, abi.Errno) {
	from, name, e := readAt(t, fd, path, pathLen, abi.RightsPathFilestatGet)
	if e != abi.OK {
		return vfs.Attr{}, e
	}
	through, e := follow(flags)
	if e != abi.OK {
		return vfs.Attr{}, e
	}
	return t.Kernel.Namespace.Stat(&t.Ctx, from, name, through)
}

// PathFilestatSetTimes changes the times of what a path names.
//
// # Parameters
//
//   - fd: the directory the path starts at
//   - flags: symlink_follow, or none
//   - path, pathLen: the path
//   - atim, mtim, fstFlags: as in fd_filestat_set_times
//
// # Result (Errno)
//
//   - EINVAL: fstFlags has unknown bits, or a time and its now
//   - EROFS: the file system is read-only
//   - those of every call on a path; the right is path_filestat_set_times
//
// Note: like utimensat in POSIX.
//
// See https://wasix.org/docs/api-reference/wasi/path_filestat_set_times
func PathFilestatSetTimes(t *kernel.Thread, fd int32, flags, path, pathLen uint32, atim, mtim uint64, fstFlags uint32) kernel.Result {
	from, name, e := readAt(t, fd, path, pathLen, abi.RightsPathFilestatSetTimes)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	through, e := follow(flags)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	s, e := setTimes(t, atim, mtim, fstFlags)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	return kernel.Ret(t.Kernel.Namespace.SetAttr(&t.Ctx, from, name, through, s))
}

// PathLink gives a file another name.
//
// # Parameters
//
//   - oldFd: the directory the old path starts at
//   - oldFlags: symlink_follow, or none: then a symbolic link itself is named
//   - oldPath, oldPathLen: the file
//   - newFd: the directory the new path starts at
//   - newPath, newPathLen: the new name
//
// # Result (Errno)
//
//   - EEXIST: something has the new name
//   - EPERM: the file is a directory
//   - EXDEV: the two are in different file systems
//   - EMLINK, ENOSPC, EROFS: of the file system
//   - those of every call on a path; the rights are path_link_source and
//     path_link_target
//
// Note: like linkat in POSIX.
//
// See https://wasix.org/docs/api-reference/wasi/path_link
func PathLink(t *kernel.Thread, oldFd int32, oldFlags, oldPath, oldPathLen uint32, newFd int32, newPath, newPathLen uint32) kernel.Result {
	from, old, e := readAt(t, oldFd, oldPath, oldPathLen, abi.RightsPathLinkSource)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	to, name, e := readAt(t, newFd, newPath, newPathLen, abi.RightsPathLinkTarget)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	through, e := follow(oldFlags)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	return kernel.Ret(t.Kernel.Namespace.Link(&t.Ctx, from, old, through, to, name))
}

// PathReadlink writes what a symbolic link refers to.
//
// # Parameters
//
//   - fd: the directory the path starts at
//   - path, pathLen: the link
//   - buf: where the target goes, without a NUL
//   - bufLen: how much fits; a longer target is cut off
//   - bufused: where the number of bytes written goes (u32)
//
// # Result (Errno)
//
//   - EINVAL: it is not a symbolic link
//   - those of every call on a path; the right is path_readlink
//
// Note: like readlinkat in POSIX.
//
// See https://wasix.org/docs/api-reference/wasi/path_readlink
func PathReadlink(t *kernel.Thread, fd int32, path, pathLen, buf, bufLen, bufused uint32) kernel.Result {
	from, name, e := readAt(t, fd, path, pathLen, abi.RightsPathReadlink)
	if e == abi.OK {
		e = guestmem.Writable(t.Mem, buf, uint64(bufLen))
	}
	if e != abi.OK {
		return kernel.Ret(e)
	}
	target, e := t.Kernel.Namespace.Readlink(&t.Ctx, from, name)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	b := []byte(target[:min(uint64(len(target)), uint64(bufLen))])
	if e := t.Mem.Store32(bufused, uint32(len(b))); e != abi.OK {
		return kernel.Ret(e)
	}
	return kernel.Ret(t.Mem.CopyOut(buf, b))
}

// PathRemoveDirectory removes an empty directory.
//
// # Parameters
//
//   - fd: the directory the path starts at
//   - path, pathLen: the path
//
// # Result (Errno)
//
//   - ENOTEMPTY: it is not empty
//   - ENOTDIR: it is something else
//   - EBUSY: it is the root, or something is mounted on it
//   - EROFS: the file system is read-only
//   - those of every call on a path; the right is path_remove_directory
//
// Note: like unlinkat(AT_REMOVEDIR) in POSIX.
//
// See https://wasix.org/docs/api-reference/wasi/path_remove_directory
func PathRemoveDirectory(t *kernel.Thread, fd int32, path, pathLen uint32) kernel.Result {
	from, name, e := readAt(t, fd, path, pathLen, abi.RightsPathRemoveDirectory)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	return kernel.Ret(t.Kernel.Namespace.Rmdir(&t.Ctx, from, name))
}

// PathRename moves a file or directory, replacing what has the new name.
//
// # Parameters
//
//   - fd: the directory the old path starts at
//   - oldPath, oldPathLen: what is moved
//   - newFd: the directory the new path starts at
//   - newPath, newPathLen: its new name
//
// # Result (Errno)
//
//   - EISDIR: a file would replace a directory
//   - ENOTDIR: a directory would replace a file
//   - ENOTEMPTY: a directory would replace one that is not empty
//   - EINVAL: a directory would go into itself
//   - EXDEV: the two are in different file systems
//   - EBUSY, ENOSPC, EROFS: of the file system
//   - those of every call on a path; the rights are path_rename_source and
//     path_rename_target
//
// Note: like renameat in POSIX.
//
// See https://wasix.org/docs/api-reference/wasi/path_rename
func PathRename(t *kernel.Thread, fd int32, oldPath, oldPathLen uint32, newFd int32, newPath, newPathLen uint32) kernel.Result {
	from, old, e := readAt(t, fd, oldPath, oldPathLen, abi.RightsPathRenameSource)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	to, name, e := readAt(t, newFd, newPath, newPathLen, abi.RightsPathRenameTarget)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	return kernel.Ret(t.Kernel.Namespace.Rename(&t.Ctx, from, old, to, name))
}

// PathSymlink makes a symbolic link.
//
// # Parameters
//
//   - oldPath, oldPathLen: what it refers to; it need not exist
//   - fd: the directory the new path starts at
//   - newPath, newPathLen: the link
//
// # Result (Errno)
//
//   - EEXIST: something has that name
//   - ENOENT: oldPath is empty
//   - ENOTCAPABLE: oldPath is absolute (preview1)
//   - ENOSPC, EROFS: of the file system
//   - those of every call on a path; the right is path_symlink
//
// Note: like symlinkat in POSIX.
//
// See https://wasix.org/docs/api-reference/wasi/path_symlink
func PathSymlink(t *kernel.Thread, oldPath, oldPathLen uint32, fd int32, newPath, newPathLen uint32) kernel.Result {
	target, e := readPath(t, oldPath, oldPathLen)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	from, name, e := readAt(t, fd, newPath, newPathLen, abi.RightsPathSymlink)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	return kernel.Ret(t.Kernel.Namespace.Symlink(&t.Ctx, from, target, name))
}

// PathUnlinkFile removes a name of anything but a directory.
//
// # Parameters
//
//   - fd: the directory the path starts at
//   - path, pathLen: the path
//
// # Result (Errno)
//
//   - EISDIR: it is a directory
//   - EROFS: the file system is read-only
//   - those of every call on a path; the right is path_unlink_file
//
// Note: like unlinkat in POSIX. What is open lives on until it is closed.
//
// See https://wasix.org/docs/api-reference/wasi/path_unlink_file
func PathUnlinkFile(t *kernel.Thread, fd int32, path, pathLen uint32) kernel.Result {
	from, name, e := readAt(t, fd, path, pathLen, abi.RightsPathUnlinkFile)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	return kernel.Ret(t.Kernel.Namespace.Unlink(&t.Ctx, from, name))
}
