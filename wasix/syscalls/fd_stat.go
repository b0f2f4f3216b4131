package syscalls

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// FdFdstatGet writes what a descriptor refers to and what it may be used for.
//
// # Parameters
//
//   - fd: the descriptor
//   - stat: where the fdstat struct goes
//
// # Result (Errno)
//
//   - EBADF: fd is not open
//   - EFAULT: stat leaves the memory
//
// The 24 bytes:
//
//	0 filetype (u8)   2 fs_flags (u16)   8 fs_rights_base (u64)   16 fs_rights_inheriting (u64)
//
// Note: like fcntl(F_GETFL) in POSIX. A character device that may not be seeked
// is a terminal.
//
// See https://wasix.org/docs/api-reference/wasi/fd_fdstat_get
func FdFdstatGet(t *kernel.Thread, fd int32, stat uint32) kernel.Result {
	d := t.Process.FDs.Get(fd)
	if d == nil {
		return kernel.Ret(abi.EBADF)
	}
	x := abi.Fdstat{Filetype: d.File.Object.Type(), Flags: d.File.Flags,
		RightsBase: d.Base, RightsInheriting: d.Inheriting}
	b := t.Scratch.Bytes[:abi.SizeFdstat]
	x.Put(b)
	return kernel.Ret(t.Mem.CopyOut(stat, b))
}

// FdFdstatSetFlags changes the flags of an open file, for all its descriptors.
//
// # Parameters
//
//   - fd: the descriptor
//   - flags: all of append, dsync, nonblock, rsync and sync that shall be set
//
// # Result (Errno)
//
//   - EBADF: fd is not open
//   - ENOTCAPABLE: it lacks the right fd_fdstat_set_flags
//   - EINVAL: flags has other bits
//
// Note: like fcntl(F_SETFL) in POSIX.
//
// See https://wasix.org/docs/api-reference/wasi/fd_fdstat_set_flags
func FdFdstatSetFlags(t *kernel.Thread, fd int32, flags uint32) kernel.Result {
	d, e := get(t, fd, abi.RightsFdFdstatSetFlags)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	if flags&^uint32(abi.FdflagsAll) != 0 {
		return kernel.Ret(abi.EINVAL)
	}
	d.File.Flags = abi.Fdflags(flags)
	return kernel.Success
}

// FdFdstatSetRights takes rights away from a descriptor.
//
// # Parameters
//
//   - fd: the descriptor
//   - fsRightsBase: the rights it keeps
//   - fsRightsInheriting: the rights that what is opened through it may have
//
// # Result (Errno)
//
//   - EBADF: fd is not open
//   - ENOTCAPABLE: it would get a right it does not have
//
// See https://wasix.org/docs/api-reference/wasi/fd_fdstat_set_rights
func FdFdstatSetRights(t *kernel.Thread, fd int32, fsRightsBase, fsRightsInheriting uint64) kernel.Result {
	d := t.Process.FDs.Get(fd)
	if d == nil {
		return kernel.Ret(abi.EBADF)
	}
	base, inheriting := abi.Rights(fsRightsBase), abi.Rights(fsRightsInheriting)
	if base&^d.Base != 0 || inheriting&^d.Inheriting != 0 {
		return kernel.Ret(abi.ENOTCAPABLE)
	}
	d.Base, d.Inheriting = base, inheriting
	return kernel.Success
}

// FdFdflagsGet writes the flags of a descriptor itself.
//
// # Parameters
//
//   - fd: the descriptor
//   - flags: where they go (u16): cloexec
//
// # Result (Errno)
//
//   - EBADF: fd is not open
//   - EFAULT: flags leaves the memory
//
// Note: like fcntl(F_GETFD) in POSIX.
//
// See https://wasix.org/docs/api-reference/wasix/fd_fdflags_get
func FdFdflagsGet(t *kernel.Thread, fd int32, flags uint32) kernel.Result {
	d := t.Process.FDs.Get(fd)
	if d == nil {
		return kernel.Ret(abi.EBADF)
	}
	b := t.Scratch.Bytes[:2]
	b[0], b[1] = 0, 0
	if d.CloseOnExec {
		b[0] = byte(abi.FdflagsExtCloexec)
	}
	return kernel.Ret(t.Mem.CopyOut(flags, b))
}

// FdFdflagsSet changes the flags of a descriptor itself.
//
// # Parameters
//
//   - fd: the descriptor
//   - flags: cloexec, or none
//
// # Result (Errno)
//
//   - EBADF: fd is not open
//   - EINVAL: flags has other bits
//
// Note: like fcntl(F_SETFD) in POSIX. Duplicates are not changed.
//
// See https://wasix.org/docs/api-reference/wasix/fd_fdflags_set
func FdFdflagsSet(t *kernel.Thread, fd int32, flags uint32) kernel.Result {
	d := t.Process.FDs.Get(fd)
	if d == nil {
		return kernel.Ret(abi.EBADF)
	}
	if flags&^uint32(abi.FdflagsExtAll) != 0 {
		return kernel.Ret(abi.EINVAL)
	}
	d.CloseOnExec = flags&uint32(abi.FdflagsExtCloexec) != 0
	return kernel.Success
}

// FdFilestatGet writes the attributes of an open file.
//
// # Parameters
//
//   - fd: the descriptor
//   - filestat: where the filestat struct goes
//
// # Result (Errno)
//
//   - EBADF: fd is not open
//   - ENOTCAPABLE: it lacks the right fd_filestat_get
//   - EFAULT: filestat leaves the memory
//
// The 64 bytes, times in nanoseconds since 1970:
//
//	 0 dev (u64)     8 ino (u64)   16 filetype (u8)  24 nlink (u64)
//	32 size (u64)   40 atim (u64)  48 mtim (u64)     56 ctim (u64)
//
// Note: like fstat in POSIX.
//
// See https://wasix.org/docs/api-reference/wasi/fd_filestat_get
func FdFilestatGet(t *kernel.Thread, fd int32, filestat uint32) kernel.Result {
	a, e := fileAttr(t, fd)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	return putFilestat(t, &a, filestat)
}

// UnstableFdFilestatGet is FdFilestatGet as wasi_unstable has it: nlink has 32
// bits, and the struct 56 bytes.
func UnstableFdFilestatGet(t *kernel.Thread, fd int32, filestat uint32) kernel.Result {
	a, e := fileAttr(t, fd)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	return putUnstableFilestat(t, &a, filestat)
}

func fileAttr(t *kernel.Thread, fd int32) (vfs.Attr, abi.Errno) {
	d, e := get(t, fd, abi.RightsFdFilestatGet)
	if e != abi.OK {
		return vfs.Attr{}, e
	}
	return d.File.Attr(&t.Ctx)
}

func toFilestat(a *vfs.Attr) abi.Filestat {
	return abi.Filestat{Dev: a.Dev, Ino: a.Ino, Filetype: a.Type, Nlink: a.Nlink, Size: a.Size,
		Atim: a.Atim, Mtim: a.Mtim, Ctim: a.Ctim}
}

func putFilestat(t *kernel.Thread, a *vfs.Attr, ptr uint32) kernel.Result {
	x := toFilestat(a)
	b := t.Scratch.Bytes[:abi.SizeFilestat]
	x.Put(b)
	return kernel.Ret(t.Mem.CopyOut(ptr, b))
}

func putUnstableFilestat(t *kernel.Thread, a *vfs.Attr, ptr uint32) kernel.Result {
	x := toFilestat(a)
	y := x.Unstable()
	b := t.Scratch.Bytes[:abi.SizeUnstableFilestat]
	y.Put(b)
	return kernel.Ret(t.Mem.CopyOut(ptr, b))
}

// FdFilestatSetSize cuts or lengthens an open file.
//
// # Parameters
//
//   - fd: the descriptor
//   - size: the new size; what is added reads as zeros
//
// # Result (Errno)
//
//   - EBADF: fd is not open
//   - ENOTCAPABLE: it lacks the right fd_filestat_set_size
//   - EINVAL: it is not open for writing, or no file; size is above the largest
//   - EISDIR: a directory
//   - EFBIG, ENOSPC, EROFS: of the file
//
// Note: like ftruncate in POSIX.
//
// See https://wasix.org/docs/api-reference/wasi/fd_filestat_set_size
func FdFilestatSetSize(t *kernel.Thread, fd int32, size uint64) kernel.Result {
	d, e := get(t, fd, abi.RightsFdFilestatSetSize)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	// In preview1 the right alone decides.
	if !d.File.Writable && !t.Process.Beneath && d.File.Object.Type() == abi.FiletypeRegularFile {
		return kernel.Ret(abi.EINVAL)
	}
	return kernel.Ret(d.File.SetAttr(&t.Ctx, &vfs.SetAttr{SetSize: true, Size: size}))
}

// FdFilestatSetTimes changes the times of an open file.
//
// # Parameters
//
//   - fd: the descriptor
//   - atim: when it was read last, in nanoseconds since 1970
//   - mtim: when it was written last
//   - fstFlags: which of them to set: atim, mtim; or to now: atim_now, mtim_now
//
// # Result (Errno)
//
//   - EBADF: fd is not open
//   - ENOTCAPABLE: it lacks the right fd_filestat_set_times
//   - EINVAL: fstFlags has other bits, or a time and its now; no file
//   - EROFS: the file system is read-only
//
// Note: like futimens in POSIX.
//
// See https://wasix.org/docs/api-reference/wasi/fd_filestat_set_times
func FdFilestatSetTimes(t *kernel.Thread, fd int32, atim, mtim uint64, fstFlags uint32) kernel.Result {
	d, e := get(t, fd, abi.RightsFdFilestatSetTimes)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	s, e := setTimes(t, atim, mtim, fstFlags)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	return kernel.Ret(d.File.SetAttr(&t.Ctx, s))
}

// setTimes reads the arguments of the two set_times calls.
//
// Errors: EINVAL unknown flags, or a time and its now.
func setTimes(t *kernel.Thread, atim, mtim uint64, flags uint32) (*vfs.SetAttr, abi.Errno) {
	f := abi.Fstflags(flags)
	const bothAtim, bothMtim = abi.FstflagsAtim | abi.FstflagsAtimNow, abi.FstflagsMtim | abi.FstflagsMtimNow
	if flags&^uint32(abi.FstflagsAll) != 0 || f&bothAtim == bothAtim || f&bothMtim == bothMtim {
		return nil, abi.EINVAL
	}
	s := &vfs.SetAttr{SetAtim: f&bothAtim != 0, SetMtim: f&bothMtim != 0, Atim: atim, Mtim: mtim}
	if f&(abi.FstflagsAtimNow|abi.FstflagsMtimNow) != 0 {
		now := t.Kernel.Clock.Realtime()
		if f&abi.FstflagsAtimNow != 0 {
			s.Atim = now
		}
		if f&abi.FstflagsMtimNow != 0 {
			s.Mtim = now
		}
	}
	return s, abi.OK
}
