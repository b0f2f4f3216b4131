package syscalls

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/kernel"
)

// randomChunk is how many random bytes are made at a time.
const randomChunk = 64 << 10

// RandomGet fills a buffer with random bytes.
//
// # Parameters
//
//   - buf: where they go
//   - bufLen: how many
//
// # Result (Errno)
//
//   - EFAULT: the buffer leaves the memory; none of it is filled
//   - others: those of a source that the embedder brings
//
// Note: like getrandom in Linux. The source is the kernel's configuration: the
// host's, or one with a seed.
//
// See https://wasix.org/docs/api-reference/wasi/random_get
func RandomGet(t *kernel.Thread, buf, bufLen uint32) kernel.Result {
	if e := guestmem.Writable(t.Mem, buf, uint64(bufLen)); e != abi.OK {
		return kernel.Ret(e)
	}
	b := t.Scratch.Bytes[:]
	if bufLen > uint32(len(b)) {
		b = make([]byte, min(bufLen, randomChunk))
	}
	for bufLen > 0 {
		b = b[:min(bufLen, uint32(len(b)))]
		if e := t.Kernel.FillRandom(&t.Ctx, b); e != abi.OK {
			return kernel.Ret(e)
		}
		if e := t.Mem.CopyOut(buf, b); e != abi.OK {
			return kernel.Ret(e)
		}
		buf += uint32(len(b))
		bufLen -= uint32(len(b))
	}
	return kernel.Success
}
