package syscalls

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
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
	f := d.File
	b, atim := f.Window()
	if len(b) == 0 {
		return false
	}
	n := guestmem.ReadOne(t.Mem, iovs, nread, b)
	if n < 0 {
		return false
	}
	f.Offset += int64(n)
	*atim = t.Ctx.Time()
	return true
}

func writeFast(t *kernel.Thread, fd int32, iovs, nwritten uint32) bool {
	d := t.Process.FDs.Get(fd)
	if d == nil || d.Base&abi.RightsFdWrite == 0 || !d.File.Direct() {
		return false
	}
	f := d.File
	was := f.Offset
	b := f.Room()
	if len(b) == 0 {
		f.Offset = was
		return false
	}
	n := guestmem.WriteOne(t.Mem, iovs, nwritten, b)
	if n < 0 {
		f.Offset = was
		return false
	}
	f.Wrote(&t.Ctx, n)
	return true
}
