package syscalls

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/kernel"
)

// preopened returns the preopened directory with a number, also when another
// descriptor hides it: the program that a shell starts has to find it. nil: none.
func preopened(t *kernel.Thread, fd int32) *kernel.FD {
	d := t.Process.FDs.Get(fd)
	if d != nil && d.Hidden != nil {
		d = d.Hidden
	}
	if d == nil || d.Preopen == "" {
		return nil
	}
	return d
}

// FdPrestatGet writes what a descriptor is that the program was started with.
//
// # Parameters
//
//   - fd: the descriptor
//   - prestat: where the prestat struct goes
//
// # Result (Errno)
//
//   - EBADF: fd is not open, or not a preopened directory
//   - EFAULT: prestat leaves the memory
//
// The 8 bytes:
//
//	0 tag (u8): 0, a directory   4 pr_name_len (u32): bytes of its name
//
// Note: libc asks for 3, 4 and so on until it gets EBADF; any other error ends
// the program.
//
// See https://wasix.org/docs/api-reference/wasi/fd_prestat_get
func FdPrestatGet(t *kernel.Thread, fd int32, prestat uint32) kernel.Result {
	d := preopened(t, fd)
	if d == nil {
		return kernel.Ret(abi.EBADF)
	}
	x := abi.Prestat{Type: abi.PreopentypeDir, NameLen: uint32(len(d.Preopen))}
	b := t.Scratch.Bytes[:abi.SizePrestat]
	x.Put(b)
	return kernel.Ret(t.Mem.CopyOut(prestat, b))
}

// FdPrestatDirName writes the name of a preopened directory.
//
// # Parameters
//
//   - fd: the descriptor
//   - path: where the name goes, without a NUL
//   - pathLen: how much fits
//
// # Result (Errno)
//
//   - EBADF: fd is not open, or not a preopened directory
//   - ENAMETOOLONG: the name does not fit
//   - EFAULT: path leaves the memory
//
// See https://wasix.org/docs/api-reference/wasi/fd_prestat_dir_name
func FdPrestatDirName(t *kernel.Thread, fd int32, path, pathLen uint32) kernel.Result {
	d := preopened(t, fd)
	if d == nil {
		return kernel.Ret(abi.EBADF)
	}
	if uint64(len(d.Preopen)) > uint64(pathLen) {
		return kernel.Ret(abi.ENAMETOOLONG)
	}
	return kernel.Ret(t.Mem.CopyOut(path, []byte(d.Preopen)))
}
