package syscalls

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/pipe"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// FdPipe makes a pipe.
//
// # Parameters
//
//   - readFd: where the descriptor of the end that is read goes (u32)
//   - writeFd: where that of the other goes (u32)
//
// # Result (Errno)
//
//   - EMFILE: the process has as many descriptors as it may
//   - EFAULT: readFd or writeFd leaves the memory
//
// Note: like pipe in POSIX. It holds 64 KiB; writes of up to 4096 bytes are not
// mixed with others.
//
// See https://wasix.org/docs/api-reference/wasix/fd_pipe
func FdPipe(t *kernel.Thread, readFd, writeFd uint32) kernel.Result {
	k, p := t.Kernel, t.Process
	e := guestmem.Writable(t.Mem, readFd, 4)
	if e == abi.OK {
		e = guestmem.Writable(t.Mem, writeFd, 4)
	}
	if e == abi.OK && p.FDs.Full(2) {
		e = abi.EMFILE
	}
	if e != abi.OK {
		return kernel.Ret(e)
	}
	r, w := pipe.New(k.NewIno(), k.Clock.Realtime())
	rf, wf := vfs.NewOpenFile(r, 0), vfs.NewOpenFile(w, 0)
	rf.Writable, wf.Readable = false, false
	fd, _ := p.FDs.Add(describe(p, rf), 0)
	t.Mem.Store32(readFd, uint32(fd))
	fd, _ = p.FDs.Add(describe(p, wf), 0)
	return kernel.Ret(t.Mem.Store32(writeFd, uint32(fd)))
}
