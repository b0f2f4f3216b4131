package vfstest

import (
	"strconv"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// doHeld carries out a step on an open file.
func (x *Exec) doHeld(w []string) string {
	if w[0] == "hold" {
		f, e := x.NS.Open(x.Ctx, x.At, w[2], Flags(w[3:]))
		if e == abi.OK {
			if x.held == nil {
				x.held = map[string]*vfs.OpenFile{}
			}
			x.held[w[1]] = f
		}
		return name(e)
	}
	f := x.held[w[1]]
	if f == nil {
		panic("vfstest: not held: " + join(w))
	}
	ctx := x.Ctx
	var v guestmem.Vec
	switch w[0] {
	case "hread", "hpread":
		if !f.Readable {
			return "EBADF"
		}
		b := make([]byte, Number(w[len(w)-1]))
		var n int
		var e abi.Errno
		if w[0] == "hread" {
			n, e = x.read(f, b)
		} else {
			v.SetBytes(b)
			n, e = f.Object.Pread(ctx, &v, Number(w[2]))
		}
		return result(string(b[:n]), e)
	case "hwrite", "hpwrite":
		if !f.Writable {
			return "EBADF"
		}
		var n int
		var e abi.Errno
		if w[0] == "hwrite" {
			n, e = x.write(f, []byte(w[2]))
		} else {
			v.SetBytes([]byte(w[3]))
			n, e = f.Object.Pwrite(ctx, f, &v, Number(w[2]))
		}
		return result(strconv.Itoa(n), e)
	case "hseek":
		whence := map[string]abi.Whence{"set": abi.WhenceSet, "cur": abi.WhenceCur, "end": abi.WhenceEnd}[w[3]]
		off, e := f.Object.Seek(ctx, f, Number(w[2]), whence)
		return result(strconv.FormatInt(off, 10), e)
	case "htruncate":
		return name(f.SetAttr(ctx, &vfs.SetAttr{SetSize: true, Size: uint64(Number(w[2]))}))
	case "hallocate":
		return name(f.Allocate(ctx, uint64(Number(w[2])), uint64(Number(w[3]))))
	case "hstat":
		a, e := f.Attr(ctx)
		return result(describe(a), e)
	case "hsync":
		return name(f.Object.Sync(ctx, false))
	case "hclose":
		f.Unref()
		delete(x.held, w[1])
		return ""
	}
	panic("vfstest: unknown step: " + join(w))
}

// Close closes what is still open.
func (x *Exec) Close() {
	for h, f := range x.held {
		f.Unref()
		delete(x.held, h)
	}
}
