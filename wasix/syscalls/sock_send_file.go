package syscalls

import (
	"math"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/sock"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

// SockSendFile sends a part of a file.
//
// # Parameters
//
//   - outFd: the socket, or anything else that can be written
//   - inFd: the file
//   - offset: where the part begins
//   - count: how long it is
//   - nwritten: where the number of bytes that were sent goes (u64); fewer at the
//     end of the file, and when outFd is non-blocking
//
// # Result (Errno)
//
//   - EBADF: a descriptor is not open; inFd not for reading, or outFd for writing
//   - EINVAL: inFd is no file; offset is above the largest
//   - EISDIR: inFd is a directory
//   - EPIPE: nothing can be sent any more; a WASIX program gets SIGPIPE, too
//   - EAGAIN: there is no room, and outFd is non-blocking; or the option
//     send_timeout
//   - EINTR: a signal came before anything was sent
//   - EFAULT: nwritten leaves the memory
//   - and those of fd_pread and fd_write
//
// Note: like sendfile in Linux. The file's offset is after what was sent then:
// libc's sendfile without offset relies on that.
//
// See https://wasix.org/docs/api-reference/wasix/sock_send_file
func SockSendFile(t *kernel.Thread, outFd, inFd int32, offset, count uint64, nwritten uint32) kernel.Result {
	in, e := get(t, inFd, abi.RightsFdRead)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	out, e := get(t, outFd, abi.RightsFdWrite)
	if e == abi.OK {
		e = guestmem.Writable(t.Mem, nwritten, 8)
	}
	switch {
	case e != abi.OK:
		return kernel.Ret(e)
	case offset > math.MaxInt64:
		return kernel.Ret(abi.EINVAL)
	}
	x := &sendingFile{t: t, in: in.File, out: out.File, at: int64(offset), left: min(count, math.MaxInt32), nwritten: nwritten}
	if !x.more(kernel.Woken) || x.out.Flags&abi.FdflagsNonblock != 0 {
		return x.end()
	}
	s, _ := x.out.Object.(sock.Socket)
	return t.Block(deadline(t, s, abi.SockOptionSendTimeout), func(why kernel.Why) kernel.Result {
		if x.more(why) {
			return kernel.Blocked
		}
		return x.end()
	}, kernel.On{Object: x.out.Object, Mask: waiter.Out})
}

// sendingFile is a call of sock_send_file.
type sendingFile struct {
	t        *kernel.Thread
	in, out  *vfs.OpenFile
	at       int64
	left     uint64
	nwritten uint32
	done     uint64
	vec      guestmem.Vec // what was read and is to be written
	buf      []byte
	e        abi.Errno
}

// more sends what can be sent, and tells whether it must wait for the rest.
func (x *sendingFile) more(why kernel.Why) bool {
	for {
		if x.in.Closed() || x.out.Closed() {
			x.e = abi.EBADF
			return false
		}
		if x.vec.Len() == 0 {
			if x.left == 0 || !x.fill() {
				return false
			}
		}
		var n int
		n, x.e = x.out.Object.Write(&x.t.Ctx, x.out, &x.vec)
		x.done += uint64(n)
		x.at += int64(n)
		x.left -= uint64(n)
		switch {
		case x.e == abi.OK && n > 0:
			continue
		case x.e == abi.EAGAIN && why == kernel.Woken:
			return true
		case x.e == abi.EAGAIN && why == kernel.Interrupted:
			x.e = abi.EINTR
		}
		return false
	}
}

// fill reads the next piece of the file; false: there is none.
func (x *sendingFile) fill() bool {
	if x.buf == nil {
		x.buf = make([]byte, min(x.left, 64<<10))
	}
	x.vec.SetBytes(x.buf[:min(x.left, uint64(len(x.buf)))])
	n, e := x.in.Object.Pread(&x.t.Ctx, &x.vec, x.at)
	if x.e = e; e == abi.ESPIPE {
		x.e = abi.EINVAL
	}
	x.vec.SetBytes(x.buf[:n])
	return n > 0
}

// end writes the result.
func (x *sendingFile) end() kernel.Result {
	// What a provider has to wait for ends the call here when something was
	// sent: it must not be sent again.
	if x.e != abi.OK && x.done == 0 {
		if x.e == abi.EPIPE && !x.t.Process.Beneath {
			x.t.Signal(abi.SIGPIPE)
		}
		return kernel.Ret(x.e)
	}
	x.in.Offset = x.at
	return kernel.Ret(x.t.Mem.Store64(x.nwritten, x.done))
}
