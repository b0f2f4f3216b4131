package syscalls

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/kernel"
)

// Most reads and writes have one buffer and concern a file in memory. They are
// done here with one copy between guest and file; whatever is special (false is
// returned) is left to FdRead and FdWrite, and nothing has been done yet.

func readFast(t *kernel.Thread, fd int32, iovs, nread uint32) (kernel.Result, bool) {
	d := t.Process.FDs.Get(fd)
	if d == nil || d.Base&abi.RightsFdRead == 0 || !d.File.Direct() {
		return 0, false
	}
	iov, e := t.Mem.Load64(iovs)
	if e != abi.OK {
		return 0, false
	}
	f, n := d.File, uint32(iov>>32)
	b := f.ReadWindow(&t.Ctx, int(n))
	if b == nil || !t.Mem.Has(nread, 4) {
		return 0, false
	}
	if e := t.Mem.CopyOut(uint32(iov), b); e != abi.OK {
		return kernel.Ret(e), true
	}
	f.Offset += int64(n)
	return kernel.Ret(t.Mem.Store32(nread, n)), true
}

func writeFast(t *kernel.Thread, fd int32, iovs, nwritten uint32) (kernel.Result, bool) {
	d := t.Process.FDs.Get(fd)
	if d == nil || d.Base&abi.RightsFdWrite == 0 || !d.File.Direct() {
		return 0, false
	}
	iov, e := t.Mem.Load64(iovs)
	if e != abi.OK {
		return 0, false
	}
	f, n := d.File, uint32(iov>>32)
	b, off := f.WriteWindow(int(n))
	if b == nil || !t.Mem.Has(nwritten, 4) {
		return 0, false
	}
	if e := t.Mem.CopyIn(b, uint32(iov)); e != abi.OK {
		return kernel.Ret(e), true
	}
	f.Wrote(&t.Ctx, off+int64(n))
	return kernel.Ret(t.Mem.Store32(nwritten, n)), true
}
