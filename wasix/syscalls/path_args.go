package syscalls

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// atCwd stands for the current directory in a descriptor's place. wasix-libc
// replaces it before it calls; other languages' libraries may not.
const atCwd = -2

// readPath reads the path of n bytes at ptr. Programs use few paths again and
// again, so the strings of the last ones are kept.
//
// Errors: ENOENT an empty path, EFAULT, ENAMETOOLONG. What is in the path is
// package vfs's to judge.
func readPath(t *kernel.Thread, ptr, n uint32) (string, abi.Errno) {
	b := t.Scratch.Bytes[:]
	switch {
	case n == 0:
		return "", abi.ENOENT
	case n > vfs.PathMax:
		if e := guestmem.Writable(t.Mem, ptr, uint64(n)); e != abi.OK {
			return "", e
		}
		return "", abi.ENAMETOOLONG
	case n > uint32(len(b)):
		b = make([]byte, n)
	}
	b = b[:n]
	if e := t.Mem.CopyIn(b, ptr); e != abi.OK {
		return "", e
	}
	last := &t.Scratch.Paths[(n+uint32(b[n-1])*3+uint32(b[n/2])*5)%uint32(len(t.Scratch.Paths))]
	if string(b) != *last {
		*last = string(b)
	}
	return *last, abi.OK
}

// at says where path starts when it is given with fd.
//
// Errors: EBADF, ENOTDIR, and those of lacking.
func at(t *kernel.Thread, fd int32, path string, need abi.Rights) (vfs.At, abi.Errno) {
	p := t.Process
	if !p.Beneath && (path[0] == '/' || fd == atCwd) {
		return p.At(p.Cwd), abi.OK
	}
	d, e := get(t, fd, need)
	if e != abi.OK {
		return vfs.At{}, e
	}
	if d.Hidden != nil && d.File.Object.Type() != abi.FiletypeDirectory {
		d = d.Hidden // libc means the directory it was started with
	}
	if d.File.Loc.Inode == nil {
		return vfs.At{}, abi.ENOTDIR // the zero Location would be the root
	}
	return p.At(d.File.Loc), abi.OK
}

// readAt is readPath and at.
func readAt(t *kernel.Thread, fd int32, ptr, n uint32, need abi.Rights) (vfs.At, string, abi.Errno) {
	path, e := readPath(t, ptr, n)
	if e != abi.OK {
		return vfs.At{}, "", e
	}
	from, e := at(t, fd, path, need)
	return from, path, e
}

// follow tells whether a lookup follows a symbolic link in the last component.
//
// Errors: EINVAL unknown flags.
func follow(flags uint32) (bool, abi.Errno) {
	if flags&^uint32(abi.LookupAll) != 0 {
		return false, abi.EINVAL
	}
	return flags&uint32(abi.LookupSymlinkFollow) != 0, abi.OK
}
