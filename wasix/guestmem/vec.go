package guestmem

import "github.com/wasix-web/wasix-web/wasix/abi"

// MaxIovs is the most buffers one call may name (IOV_MAX).
const MaxIovs = 1024

type segment struct{ ptr, n uint32 }

// Vec is a cursor over the buffers of one read or write: guest memory, or a
// buffer of the kernel's own. Copies move it on. A Vec is reused from call to
// call, so that a call allocates nothing.
type Vec struct {
	mem   Memory
	segs  []segment
	small [8]segment
	left  int
	raw   [8 * 8]byte
}

// Load points v at the n iovecs at ptr.
//
// Errors: EINVAL for more than MaxIovs buffers or a total over 2 GiB - 1,
// EFAULT when the array or a buffer is outside the memory.
func (v *Vec) Load(mem Memory, ptr, n uint32) abi.Errno {
	v.mem, v.segs, v.left = mem, v.small[:0], 0
	if n > MaxIovs {
		return abi.EINVAL
	}
	raw := v.raw[:]
	if n > uint32(len(v.small)) {
		raw = make([]byte, 8*n)
		v.segs = make([]segment, 0, n)
	}
	raw = raw[:8*n]
	if e := mem.CopyIn(raw, ptr); e != abi.OK {
		return e
	}
	total := uint64(0)
	for len(raw) > 0 {
		s := segment{le32(raw), le32(raw[4:])}
		raw = raw[8:]
		if s.n == 0 {
			continue
		}
		if total += uint64(s.n); total > 1<<31-1 {
			return abi.EINVAL
		}
		v.segs = append(v.segs, s)
	}
	// One buffer is checked by its copy; several must not be half written.
	if len(v.segs) > 1 {
		for _, s := range v.segs {
			if e := Writable(mem, s.ptr, uint64(s.n)); e != abi.OK {
				return e
			}
		}
	}
	v.left = int(total)
	return abi.OK
}

// Set points v at n bytes at ptr of mem.
func (v *Vec) Set(mem Memory, ptr, n uint32) {
	v.mem, v.left = mem, int(n)
	v.segs = append(v.small[:0], segment{ptr, n})
}

// SetBytes points v at a buffer of the kernel's own.
func (v *Vec) SetBytes(b []byte) { v.Set(Of(b), 0, uint32(len(b))) }

// Clone returns a copy that the next Load does not change.
func (v *Vec) Clone() Vec {
	c := *v
	c.segs = append([]segment(nil), v.segs...)
	return c
}

// Len returns how many bytes are left.
func (v *Vec) Len() int { return v.left }

// Check returns EFAULT when a buffer leaves the memory. Objects that give data
// away for good (pipes, sockets) ask before they do.
func (v *Vec) Check() abi.Errno {
	for _, s := range v.segs {
		if e := Writable(v.mem, s.ptr, uint64(s.n)); e != abi.OK {
			return e
		}
	}
	return abi.OK
}

// Limit cuts what is left to at most n bytes.
func (v *Vec) Limit(n int) {
	if n < v.left {
		v.left = max(n, 0)
	}
}

// CopyOut copies src into the buffers and moves on. It returns how much went.
func (v *Vec) CopyOut(src []byte) (int, abi.Errno) {
	n := min(len(src), v.left)
	for done := 0; done < n; {
		s := &v.segs[0]
		k := min(int(s.n), n-done)
		if e := v.mem.CopyOut(s.ptr, src[done:done+k]); e != abi.OK {
			return done, e
		}
		done += k
		v.advance(s, k)
	}
	return n, abi.OK
}

// CopyIn fills dst from the buffers and moves on. It returns how much came.
func (v *Vec) CopyIn(dst []byte) (int, abi.Errno) {
	n := min(len(dst), v.left)
	for done := 0; done < n; {
		s := &v.segs[0]
		k := min(int(s.n), n-done)
		if e := v.mem.CopyIn(dst[done:done+k], s.ptr); e != abi.OK {
			return done, e
		}
		done += k
		v.advance(s, k)
	}
	return n, abi.OK
}

// Peek fills dst as CopyIn does, but does not move on.
func (v *Vec) Peek(dst []byte) (int, abi.Errno) {
	n := min(len(dst), v.left)
	for i, done := 0, 0; done < n; i++ {
		s := v.segs[i]
		k := min(int(s.n), n-done)
		if e := v.mem.CopyIn(dst[done:done+k], s.ptr); e != abi.OK {
			return done, e
		}
		done += k
	}
	return n, abi.OK
}

var zeros [4096]byte

// Zero writes n zero bytes (a hole in a file) and moves on.
func (v *Vec) Zero(n int) (int, abi.Errno) {
	n = min(n, v.left)
	for done := 0; done < n; {
		k, e := v.CopyOut(zeros[:min(len(zeros), n-done)])
		if done += k; e != abi.OK {
			return done, e
		}
	}
	return n, abi.OK
}

func (v *Vec) advance(s *segment, k int) {
	v.left -= k
	s.ptr += uint32(k)
	if s.n -= uint32(k); s.n == 0 {
		v.segs = v.segs[1:]
	}
}
