package wasmgen

import "unicode/utf8"

// reader walks b. The first error stays; after it every read returns zero, so callers check once per item.
type reader struct {
	b       []byte
	pos     int
	end     int // exclusive; <= len(b)
	section int // for errors
	err     *Error
}

func (r *reader) fail(k Kind, msg string) { r.failAt(k, r.pos, msg) }

func (r *reader) failAt(k Kind, at int, msg string) {
	if r.err == nil {
		r.err = &Error{Kind: k, Section: r.section, Offset: at, Msg: msg}
	}
	r.pos = r.end // ends every loop that asks for more
}

func (r *reader) byte() byte {
	if r.pos >= r.end {
		r.fail(Malformed, "ends too early")
		return 0
	}
	c := r.b[r.pos]
	r.pos++
	return c
}

// u32 reads an unsigned LEB128 of at most 5 bytes.
func (r *reader) u32() uint32 {
	if r.pos < r.end && r.b[r.pos] < 0x80 {
		r.pos++
		return uint32(r.b[r.pos-1])
	}
	return uint32(r.uleb(32))
}

func (r *reader) uleb(bits uint) uint64 {
	at := r.pos
	var v uint64
	for shift := uint(0); ; shift += 7 {
		c := r.byte()
		if r.err != nil {
			return 0
		}
		if shift+7 > bits && (shift >= bits || c>>(bits-shift) != 0) {
			r.failAt(Malformed, at, "integer of more than "+itoa(int(bits))+" bits")
			return 0
		}
		v |= uint64(c&0x7f) << shift
		if c < 0x80 {
			return v
		}
	}
}

// s33 reads the signed LEB128 of heap and block types.
func (r *reader) s33() int64 {
	at := r.pos
	var v int64
	for shift := uint(0); shift < 35; shift += 7 {
		c := r.byte()
		if r.err != nil {
			return 0
		}
		v |= int64(c&0x7f) << shift
		if c < 0x80 {
			return v << (57 - shift) >> (57 - shift)
		}
	}
	r.failAt(Malformed, at, "integer of more than 33 bits")
	return 0
}

// skipLEB passes an integer of at most max bytes.
func (r *reader) skipLEB(max int) {
	for i := 0; i < max; i++ {
		if r.byte() < 0x80 {
			return
		}
	}
	r.fail(Malformed, "integer of more than "+itoa(max)+" bytes")
}

func (r *reader) skip(n int) {
	if n < 0 || n > r.end-r.pos {
		r.fail(Malformed, "ends too early")
		return
	}
	r.pos += n
}

// count reads a vector's length. An item takes at least size bytes, so a count the rest of the section cannot
// hold is refused before anything is allocated for it.
func (r *reader) count(what string, size int) int {
	at := r.pos
	n := int64(r.u32())
	if r.err != nil {
		return 0
	}
	if n > maxItems || n*int64(size) > int64(r.end-r.pos) {
		r.failAt(TooMany, at, "count "+itoa(int(n))+" of "+what+" in "+itoa(r.end-r.pos)+" bytes")
		return 0
	}
	return int(n)
}

func (r *reader) name(what string) string {
	at := r.pos
	n := int64(r.u32())
	if r.err != nil {
		return ""
	}
	if n > int64(r.end-r.pos) {
		r.failAt(Malformed, at, what+" of "+itoa(int(n))+" bytes passes the end")
		return ""
	}
	s := r.b[r.pos : r.pos+int(n)]
	if !utf8.Valid(s) {
		r.failAt(Malformed, at, what+" is not UTF-8")
		return ""
	}
	r.pos += int(n)
	return string(s)
}

// valType reads a value type and passes its heap type if it has one.
func (r *reader) valType() ValType {
	v := ValType(r.byte())
	switch {
	case v.isNum():
	case v == Ref || v == RefNull:
		r.heapType()
	case v >= 0x68 && v <= 0x75: // the one-byte reference types
	default:
		if r.err == nil {
			r.failAt(Malformed, r.pos-1, "unknown value type "+hex(uint64(v)))
		}
	}
	return v
}

// heapType passes a heap type: an index, or an abstract one, possibly shared or exact.
func (r *reader) heapType() {
	for r.pos < r.end && (r.b[r.pos] == 0x65 || r.b[r.pos] == 0x62) {
		r.pos++
	}
	r.s33()
}
