// Package strace prints the calls of a guest, one line when a call is entered
// and one when it is left:
//
//	==> fd_write(fd=1,iovs=["hello\n"])
//	<== (nwritten=6,errno=ESUCCESS)
//
// and one when the last descriptor of a file goes, with the path that opened it:
//
//	--- closed /home/output
//
// Names and meanings of the arguments come from the table in package abi, so
// there is nothing here per call. What the guest passes is printed as it is, and
// nothing is trusted: an address that cannot be read is printed as 0x1234?,
// text is cut after 64 bytes, lists after 16 elements.
package strace

import "github.com/wasix-web/wasix-web/wasix/abi"

// Memory is the guest's memory.
type Memory interface {
	// CopyIn fills dst from the guest's bytes at ptr, or returns EFAULT.
	CopyIn(dst []byte, ptr uint32) abi.Errno
}

const (
	maxText = 64 // bytes of a string or a buffer
	maxList = 16 // elements of an array
)

// Enter returns the line for a call with these arguments, one per wasm
// parameter. It has no line break.
func Enter(c *abi.Call, args []uint64, mem Memory) string {
	p := printer{c: c, args: args, mem: mem}
	p.str("==> ")
	p.str(c.Name)
	p.byte('(')
	for i, param := range c.Params {
		k := param.Kind
		if k == abi.KindLen || k&abi.Out != 0 && k&abi.In == 0 {
			continue
		}
		p.field(param.Name)
		switch {
		case k == abi.KindString:
			p.text(p.ptr(i), uint64(p.ptr(i+1)))
		case k&abi.Array != 0:
			p.list(k.Base(), p.ptr(i), p.count(i))
		case k&abi.In != 0:
			p.pointed(k.Base(), p.ptr(i))
		default:
			p.value(k, args[i])
		}
	}
	p.byte(')')
	return string(p.b)
}

// Exit returns the line for a call that returns r to the guest: an errno, or
// what Call.Value says. What the call wrote is shown when it succeeded.
func Exit(c *abi.Call, args []uint64, mem Memory, r int32) string {
	p := printer{c: c, args: args, mem: mem}
	p.str("<==")
	switch {
	case len(c.Results) == 0:
	case c.Value && r >= 0:
		p.str(" tid=")
		p.int(int64(r))
	case c.Value:
		p.str(" errno=")
		p.str(errno(-int64(r)))
	case r != 0:
		p.str(" errno=")
		p.str(errno(int64(r)))
	default:
		p.outputs()
	}
	return string(p.b)
}

// Closed returns the line for a file whose last descriptor has gone.
func Closed(path string) string { return "--- closed " + path }

func errno(v int64) string {
	if v < 0 || v > 0xffff {
		return number(v)
	}
	return abi.Errno(v).String()
}

// printer builds one line.
type printer struct {
	b    []byte
	c    *abi.Call
	args []uint64
	mem  Memory
	n    int // fields so far
}

// outputs prints what a call that succeeded has written, then its errno.
func (p *printer) outputs() {
	p.str(" (")
	empty := len(p.b)
	for i, param := range p.c.Params {
		k := param.Kind
		switch {
		case k == abi.Out|abi.KindString:
			p.field(param.Name)
			p.text(p.ptr(i), p.filled(i))
		case k&(abi.Out|abi.Array) == abi.Out|abi.Array:
			p.field(param.Name)
			p.list(k.Base(), p.ptr(i), p.written(i))
		case k == abi.In|abi.Array|abi.KindIovec:
			p.field(param.Name)
			p.scattered(p.ptr(i), p.count(i), p.written(i))
		case k&abi.Out != 0:
			p.field(param.Name)
			p.pointed(k.Base(), p.ptr(i))
		}
	}
	if len(p.b) == empty {
		p.b = p.b[:empty-1]
		p.str("errno=ESUCCESS")
		return
	}
	p.str(",errno=ESUCCESS)")
}

// field starts "name=", after a comma unless it is the first.
func (p *printer) field(name string) {
	if p.n > 0 {
		p.byte(',')
	}
	p.n++
	p.str(name)
	p.byte('=')
}

// ptr returns argument i as a guest address or a length.
func (p *printer) ptr(i int) uint32 { return uint32(p.args[i]) }

// count returns the number of elements of the array in argument i.
func (p *printer) count(i int) uint64 {
	for j := i + 1; j < len(p.c.Params); j++ {
		if p.c.Params[j].Kind == abi.KindLen {
			return uint64(p.ptr(j))
		}
	}
	return 0
}

// written returns what the call wrote to the first size after argument i: how
// many bytes or elements there are. An unreadable one counts as 0.
func (p *printer) written(i int) uint64 {
	for j := i + 1; j < len(p.c.Params); j++ {
		if k := p.c.Params[j].Kind; k&^abi.In == abi.Out|abi.KindSize {
			v, _ := p.load(abi.KindSize, p.ptr(j))
			return v
		}
	}
	return 0
}

// filled returns how long the text in the buffer of argument i is: what the
// call says it wrote, or all that fits.
func (p *printer) filled(i int) uint64 {
	for j := i + 1; j < len(p.c.Params); j++ {
		if k := p.c.Params[j].Kind; k&^abi.In == abi.Out|abi.KindSize {
			n, _ := p.load(abi.KindSize, p.ptr(j))
			if p.c.Params[i+1].Kind == abi.KindSize {
				n = min(n, uint64(p.ptr(i+1)))
			}
			return n
		}
	}
	return uint64(p.ptr(i + 1))
}

// load reads a number of that kind from guest memory.
func (p *printer) load(k abi.Kind, ptr uint32) (uint64, bool) {
	var w [8]byte
	if p.mem.CopyIn(w[:k.Size()], ptr) != abi.OK {
		return 0, false
	}
	var v uint64
	for i := range w {
		v |= uint64(w[i]) << (8 * i)
	}
	return v, true
}
