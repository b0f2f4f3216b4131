package syscalls

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/kernel"
)

// Most reads and writes have one buffer and concern a file in memory. They are
// done here with one copy between guest and file. What is special in any way
// (false is returned, and nothing has been done) is left to FdRead and FdWrite.
// Every Go call on this path costs as much as the copy.

func readFast(t *kernel.Thread, fd int32, iovs, nread uint32) bool {
	d := t.Process.FDs.Get(fd)
	if d == nil || d.Base&abi.RightsFdRead == 0 || !d.File.Direct() {
		return false
	}
	m := t.Mem
	iov, e := m.Load64(iovs)
	ptr, n := uint32(iov), uint32(iov>>32)
	if e != abi.OK || !m.Has(ptr, uint64(n)) || !m.Has(nread, 4) {
		return false
	}
	b := d.File.ReadWindow(&t.Ctx, int(n))
	if b == nil {
		return false
	}
	m.CopyOut(ptr, b)
	m.Store32(nread, n)
	return true
}

func writeFast(t *kernel.Thread, fd int32, iovs, nwritten uint32) bool {
	d := t.Process.FDs.Get(fd)
	if d == nil || d.Base&abi.RightsFdWrite == 0 || !d.File.Direct() {
		return false
	}
	m := t.Mem
	iov, e := m.Load64(iovs)
	ptr, n := uint32(iov), uint32(iov>>32)
	if e != abi.OK || !m.Has(ptr, uint64(n)) || !m.Has(nwritten, 4) {
		return false
	}
	b := d.File.WriteWindow(&t.Ctx, int(n))
	if b == nil {
		return false
	}
	m.CopyIn(b, ptr)
	m.Store32(nwritten, n)
	return true
}
