package syscalls

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/kernel"
)

// FdDup makes another descriptor of the same open file: the lowest free number.
//
// # Parameters
//
//   - fd: the descriptor
//   - newfd: where the new one goes (u32)
//
// # Result (Errno)
//
//   - EBADF: fd is not open
//   - EMFILE: the process has as many descriptors as it may
//   - EFAULT: newfd leaves the memory
//
// Note: like dup in POSIX: offset and flags are shared, cloexec is not set.
//
// See https://wasix.org/docs/api-reference/wasix/fd_dup
func FdDup(t *kernel.Thread, fd int32, newfd uint32) kernel.Result {
	return dup(t, fd, 0, false, newfd)
}

// FdDup2 is FdDup with a lowest number.
//
// # Parameters
//
//   - fd: the descriptor
//   - minResultFd: the new one is not below it
//   - cloexec: whether it is closed on exec
//   - newfd: where the new one goes (u32)
//
// # Result (Errno)
//
//   - EBADF: fd is not open
//   - EINVAL: minResultFd is more than a descriptor can be
//   - EMFILE: the process has as many descriptors as it may
//   - EFAULT: newfd leaves the memory
//
// Note: like fcntl(F_DUPFD) and fcntl(F_DUPFD_CLOEXEC) in POSIX, in spite of its
// name. POSIX's dup2 is fd_renumber.
//
// See https://wasix.org/docs/api-reference/wasix/fd_dup2
func FdDup2(t *kernel.Thread, fd, minResultFd int32, cloexec, newfd uint32) kernel.Result {
	return dup(t, fd, minResultFd, cloexec != 0, newfd)
}

func dup(t *kernel.Thread, fd, lowest int32, cloexec bool, newfd uint32) kernel.Result {
	fds := t.Process.FDs
	d := fds.Get(fd)
	if d == nil {
		return kernel.Ret(abi.EBADF)
	}
	if lowest < 0 || lowest >= fds.Limit() {
		return kernel.Ret(abi.EINVAL)
	}
	if e := guestmem.Writable(t.Mem, newfd, 4); e != abi.OK {
		return kernel.Ret(e)
	}
	c := d.Copy()
	c.CloseOnExec = cloexec
	n, e := fds.Add(c, lowest)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	c.File.Ref()
	return kernel.Ret(t.Mem.Store32(newfd, uint32(n)))
}

// FdRenumber gives an open file another number, closing what was there.
//
// # Parameters
//
//   - fd: the descriptor
//   - to: the number it gets
//
// # Result (Errno)
//
//   - EBADF: fd is not open, or to cannot be a descriptor; in preview1 to must be
//     open, too
//
// Note: in preview1 fd is closed by it; for a WASIX program it stays open: this is
// dup2 of POSIX, and cloexec is not set. A preopened directory of a WASIX program
// is hidden by it until its number is closed.
//
// See https://wasix.org/docs/api-reference/wasi/fd_renumber
func FdRenumber(t *kernel.Thread, fd, to int32) kernel.Result {
	p := t.Process
	d, over := p.FDs.Get(fd), p.FDs.Get(to)
	switch {
	case d == nil, to < 0, to >= p.FDs.Limit(), p.Beneath && over == nil:
		return kernel.Ret(abi.EBADF)
	case fd == to:
		return kernel.Success
	case p.Beneath:
		c, _ := p.FDs.Take(fd)
		return kernel.Ret(p.FDs.Set(to, c))
	}
	d.File.Ref()
	return kernel.Ret(p.FDs.Cover(to, d.Copy()))
}
