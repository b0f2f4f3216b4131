package strace

import (
	"math/bits"
	"strconv"
	"unicode/utf8"

	"github.com/wasix-web/wasix-web/wasix/abi"
)

func (p *printer) str(s string)  { p.b = append(p.b, s...) }
func (p *printer) byte(c byte)   { p.b = append(p.b, c) }
func (p *printer) int(v int64)   { p.b = strconv.AppendInt(p.b, v, 10) }
func (p *printer) uint(v uint64) { p.b = strconv.AppendUint(p.b, v, 10) }
func (p *printer) bool(v bool)   { p.b = strconv.AppendBool(p.b, v) }

func (p *printer) hex(v uint64) {
	p.str("0x")
	p.b = strconv.AppendUint(p.b, v, 16)
}

// bad prints an address that cannot be read.
func (p *printer) bad(ptr uint32) {
	p.hex(uint64(ptr))
	p.byte('?')
}

func number(v int64) string { return strconv.FormatInt(v, 10) }

// value prints v, which is of kind k and not behind an address.
func (p *printer) value(k abi.Kind, v uint64) {
	if k.ValType() == abi.I32 {
		v = uint64(uint32(v)) // what wasm passes
	}
	switch k {
	case abi.KindPtr, abi.KindBuf:
		p.hex(v)
	case abi.KindBool:
		p.bool(v != 0)
	case abi.KindFd, abi.KindPid, abi.KindTid:
		p.int(int64(int32(v)))
	case abi.KindFiledelta:
		p.int(int64(v))
	case abi.KindRights:
		p.rights(abi.Rights(v))
	default:
		// A value too wide for its type is not cut down to one that has a name.
		if s, ok := name(k, v); ok && v>>(8*k.Size()-1)>>1 == 0 {
			p.str(s)
		} else {
			p.uint(v)
		}
	}
}

// name returns the name of an enum's value or the names of flags.
func name(k abi.Kind, v uint64) (string, bool) {
	switch k {
	case abi.KindAddressFamily:
		return abi.AddressFamily(v).String(), true
	case abi.KindAdvice:
		return abi.Advice(v).String(), true
	case abi.KindClockid:
		return abi.Clockid(v).String(), true
	case abi.KindDlFlags:
		return abi.DlFlags(v).String(), true
	case abi.KindEpollCtl:
		return abi.EpollCtl(v).String(), true
	case abi.KindEventfdflags:
		return abi.Eventfdflags(v).String(), true
	case abi.KindFdflags:
		return abi.Fdflags(v).String(), true
	case abi.KindFdflagsExt:
		return abi.FdflagsExt(v).String(), true
	case abi.KindFstflags:
		return abi.Fstflags(v).String(), true
	case abi.KindJoinFlags:
		return abi.JoinFlags(v).String(), true
	case abi.KindLookupflags:
		return abi.Lookupflags(v).String(), true
	case abi.KindOflags:
		return abi.Oflags(v).String(), true
	case abi.KindRiflags:
		return abi.Riflags(v).String(), true
	case abi.KindRoflags:
		return abi.Roflags(v).String(), true
	case abi.KindSdflags:
		return abi.Sdflags(v).String(), true
	case abi.KindSiflags:
		return abi.Siflags(v).String(), true
	case abi.KindSignal:
		return abi.Signal(v).String(), true
	case abi.KindSockOption:
		return abi.SockOption(v).String(), true
	case abi.KindSockProto:
		return abi.SockProto(v).String(), true
	case abi.KindSockStatus:
		return abi.SockStatus(v).String(), true
	case abi.KindSockType:
		return abi.SockType(v).String(), true
	case abi.KindStdioMode:
		return abi.StdioMode(v).String(), true
	case abi.KindStreamSecurity:
		return abi.StreamSecurity(v).String(), true
	case abi.KindUnstableWhence:
		if w, ok := abi.WhenceFromUnstable(uint32(v)); ok {
			return w.String(), true
		}
	case abi.KindWasmValueType:
		return abi.WasmValueType(v).String(), true
	case abi.KindWhence:
		return abi.Whence(v).String(), true
	}
	return "", false
}

// rights prints a few rights by name, many as a number: a line of forty names
// says less.
func (p *printer) rights(r abi.Rights) {
	if bits.OnesCount64(uint64(r)) > 4 {
		p.hex(uint64(r))
	} else {
		p.str(r.String())
	}
}

// text prints n bytes of guest memory as a quoted string.
func (p *printer) text(ptr uint32, n uint64) {
	var buf [maxText]byte
	b := buf[:min(n, maxText)]
	if len(b) > 0 && p.mem.CopyIn(b, ptr) != abi.OK {
		p.bad(ptr)
		return
	}
	p.quote(b)
	if n > maxText {
		p.str("...")
	}
}

// quote prints b in double quotes. What is not printable is escaped as in Go.
func (p *printer) quote(b []byte) {
	p.byte('"')
	for len(b) > 0 {
		c := b[0]
		r, n := utf8.DecodeRune(b)
		switch {
		case c == '\n':
			p.str(`\n`)
		case c == '\t':
			p.str(`\t`)
		case c == '\r':
			p.str(`\r`)
		case c == '"' || c == '\\':
			p.b = append(p.b, '\\', c)
		case c < ' ' || c == 0x7f || r == utf8.RuneError && n == 1 || 0x80 <= r && r < 0xa0:
			const digits = "0123456789abcdef"
			for _, c := range b[:n] {
				p.b = append(p.b, '\\', 'x', digits[c>>4], digits[c&15])
			}
		default:
			p.b = append(p.b, b[:n]...)
		}
		b = b[n:]
	}
	p.byte('"')
}

// list prints n elements of kind k at ptr.
func (p *printer) list(k abi.Kind, ptr uint32, n uint64) {
	p.byte('[')
	for i := range n {
		if i > 0 {
			p.byte(',')
		}
		if i == maxList {
			p.str("...")
			break
		}
		at := uint64(ptr) + i*uint64(k.Size())
		if at > 0xffffffff {
			p.hex(at)
			p.byte('?')
			break
		}
		if !p.element(k, uint32(at)) {
			break // what follows is as bad
		}
	}
	p.byte(']')
}

// element prints the value of kind k at ptr. It returns false if that cannot be
// read.
func (p *printer) element(k abi.Kind, ptr uint32) bool {
	if k >= abi.KindAddr {
		return p.object(k, ptr)
	}
	v, ok := p.load(k, ptr)
	if !ok {
		p.bad(ptr)
		return false
	}
	p.value(k, v)
	return true
}

// pointed prints the value of kind k behind an argument that is an address. A
// program may pass 0 where it has nothing to say.
func (p *printer) pointed(k abi.Kind, ptr uint32) {
	if ptr == 0 && k >= abi.KindAddr {
		p.str("nil")
		return
	}
	p.element(k, ptr)
}

// scattered prints the first n bytes that a read has left in its buffers.
func (p *printer) scattered(iovs uint32, count, n uint64) {
	var buf [maxText]byte
	got := buf[:0]
	for i := uint64(0); i < count && i < maxList && uint64(len(got)) < min(n, maxText); i++ {
		var w [abi.SizeIovec]byte
		var v abi.Iovec
		at := uint32(uint64(iovs) + i*abi.SizeIovec)
		if p.mem.CopyIn(w[:], at) != abi.OK {
			p.bad(at)
			return
		}
		v.Get(w[:])
		part := buf[len(got) : uint64(len(got))+min(uint64(v.Len), min(n, maxText)-uint64(len(got)))]
		if len(part) > 0 && p.mem.CopyIn(part, v.Buf) != abi.OK {
			p.bad(v.Buf)
			return
		}
		got = buf[:len(got)+len(part)]
	}
	p.quote(got)
	if n > uint64(len(got)) {
		p.str("...")
	}
}
