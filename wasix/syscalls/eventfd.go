package syscalls

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/eventfd"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// eventfdNonblock is EFD_NONBLOCK. The header of the calls does not have it, but
// libc passes it on: its number is that of O_NONBLOCK.
const eventfdNonblock = uint32(abi.FdflagsNonblock)

// FdEvent makes a counter that is read and written as 8 bytes.
//
// # Parameters
//
//   - initialVal: what it starts with
//   - flags: semaphore (1): a read takes one and not everything; nonblock (4)
//   - fd: where its descriptor goes (u32)
//
// # Result (Errno)
//
//   - EINVAL: flags has other bits
//   - EMFILE: the process has as many descriptors as it may
//   - EFAULT: fd leaves the memory
//
// Note: like eventfd in Linux.
//
// See https://wasix.org/docs/api-reference/wasix/fd_event
func FdEvent(t *kernel.Thread, initialVal uint64, flags, fd uint32) kernel.Result {
	const semaphore = uint32(abi.EventfdflagsSemaphore)
	if flags&^(semaphore|eventfdNonblock) != 0 {
		return kernel.Ret(abi.EINVAL)
	}
	if e := guestmem.Writable(t.Mem, fd, 4); e != abi.OK {
		return kernel.Ret(e)
	}
	k, p := t.Kernel, t.Process
	x := eventfd.New(initialVal, flags&semaphore != 0, k.NewIno(), k.Clock.Realtime())
	f := vfs.NewOpenFile(x, abi.Fdflags(flags&eventfdNonblock))
	n, e := p.FDs.Add(describe(p, f), 0)
	if e != abi.OK {
		f.Unref()
		return kernel.Ret(e)
	}
	return kernel.Ret(t.Mem.Store32(fd, uint32(n)))
}
