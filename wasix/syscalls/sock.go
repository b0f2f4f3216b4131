package syscalls

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/kernel"
)

// notSocket is the answer of preview1's socket calls while no descriptor is one.
//
// Errors: EBADF, ENOTSOCK.
func notSocket(t *kernel.Thread, fd int32) kernel.Result {
	if t.Process.FDs.Get(fd) == nil {
		return kernel.Ret(abi.EBADF)
	}
	return kernel.Ret(abi.ENOTSOCK)
}

// SockAccept takes a connection off a socket that listens.
//
// # Parameters
//
//   - fd: the socket
//   - flags: nonblock, or none, for the new one
//   - newfd: where the descriptor of the new one goes (u32)
//
// # Result (Errno)
//
//   - EBADF: fd is not open
//   - ENOTSOCK: it is not a socket
//
// See https://wasix.org/docs/api-reference/wasi/sock_accept
func SockAccept(t *kernel.Thread, fd int32, flags, newfd uint32) kernel.Result {
	return notSocket(t, fd)
}

// SockRecv receives from a socket.
//
// # Parameters
//
//   - fd: the socket
//   - riData, riDataLen: the buffers, as in fd_read
//   - riFlags: peek, waitall
//   - nread: where the number of bytes goes (u32)
//   - roFlags: where the flags of what came go (u16)
//
// # Result (Errno)
//
//   - EBADF: fd is not open
//   - ENOTSOCK: it is not a socket
//
// See https://wasix.org/docs/api-reference/wasi/sock_recv
func SockRecv(t *kernel.Thread, fd int32, riData, riDataLen, riFlags, nread, roFlags uint32) kernel.Result {
	return notSocket(t, fd)
}

// SockSend sends through a socket.
//
// # Parameters
//
//   - fd: the socket
//   - siData, siDataLen: the buffers, as in fd_write
//   - siFlags: none
//   - nwritten: where the number of bytes goes (u32)
//
// # Result (Errno)
//
//   - EBADF: fd is not open
//   - ENOTSOCK: it is not a socket
//
// See https://wasix.org/docs/api-reference/wasi/sock_send
func SockSend(t *kernel.Thread, fd int32, siData, siDataLen, siFlags, nwritten uint32) kernel.Result {
	return notSocket(t, fd)
}

// SockShutdown ends one or both directions of a socket.
//
// # Parameters
//
//   - fd: the socket
//   - how: rd, wr, or both
//
// # Result (Errno)
//
//   - EBADF: fd is not open
//   - ENOTSOCK: it is not a socket
//
// See https://wasix.org/docs/api-reference/wasi/sock_shutdown
func SockShutdown(t *kernel.Thread, fd int32, how uint32) kernel.Result {
	return notSocket(t, fd)
}
