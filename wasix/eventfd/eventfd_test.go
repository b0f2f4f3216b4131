//go:build !js

package eventfd

import (
	"encoding/binary"
	"math"
	"testing"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

var _ vfs.Object = (*EventFD)(nil)

func read(x *EventFD, size int) (uint64, int, abi.Errno) {
	var v guestmem.Vec
	b := make([]byte, max(size, 8))
	v.SetBytes(b[:size])
	n, e := x.Read(nil, nil, &v)
	return binary.LittleEndian.Uint64(b), n, e
}

func write(x *EventFD, add uint64, size int) (int, int, abi.Errno) {
	var v guestmem.Vec
	b := make([]byte, max(size, 8))
	binary.LittleEndian.PutUint64(b, add)
	v.SetBytes(b[:size])
	n, e := x.Write(nil, nil, &v)
	return n, v.Len(), e
}

func TestCounter(t *testing.T) {
	x := New(3, false, 1, 0)
	if n, left, e := write(x, 1<<40, 8); n != 8 || left != 0 || e != abi.OK {
		t.Fatal(n, left, e)
	}
	if v, n, e := read(x, 8); v != 1<<40+3 || n != 8 || e != abi.OK {
		t.Fatal(v, n, e)
	}
	if _, _, e := read(x, 8); e != abi.EAGAIN {
		t.Fatal("read of zero:", e)
	}
}

func TestSemaphore(t *testing.T) {
	x := New(2, true, 1, 0)
	for range 2 {
		if v, n, e := read(x, 100); v != 1 || n != 8 || e != abi.OK {
			t.Fatal(v, n, e)
		}
	}
	if _, _, e := read(x, 8); e != abi.EAGAIN {
		t.Fatal("read of zero:", e)
	}
}

func TestLimits(t *testing.T) {
	x := New(0, false, 1, 0)
	if _, _, e := read(x, 7); e != abi.EINVAL {
		t.Error("short read:", e)
	}
	if _, _, e := write(x, 1, 7); e != abi.EINVAL {
		t.Error("short write:", e)
	}
	if _, _, e := write(x, math.MaxUint64, 8); e != abi.EINVAL {
		t.Error("write of all ones:", e)
	}
	if n, left, e := write(x, math.MaxUint64-1, 8); n != 8 || left != 0 || e != abi.OK {
		t.Error("write of the most:", n, left, e)
	}
	// Nothing moves, so that the same write can be tried again.
	if n, left, e := write(x, 1, 8); n != 0 || left != 8 || e != abi.EAGAIN {
		t.Error("write over the most:", n, left, e)
	}
	if v, _, e := read(x, 8); v != math.MaxUint64-1 || e != abi.OK {
		t.Error(v, e)
	}
}

// Bytes after the first eight are dropped: a caller that writes on after a short
// write must not find them.
func TestLongWriteEndsAfterEight(t *testing.T) {
	x := New(0, false, 1, 0)
	if n, left, e := write(x, 5, 24); n != 8 || left != 0 || e != abi.OK {
		t.Fatal(n, left, e)
	}
	if v, _, _ := read(x, 8); v != 5 {
		t.Fatal(v)
	}
}

type heard struct{ mask waiter.Mask }

func (h *heard) Ready(_ *waiter.Entry, m waiter.Mask) { h.mask |= m }

func TestReadiness(t *testing.T) {
	x := New(0, false, 1, 0)
	h := &heard{}
	e := waiter.Entry{Listener: h}
	x.Register(&e, waiter.In|waiter.Out)
	both := waiter.In | waiter.Out
	if m := x.Readiness(both); m != waiter.Out {
		t.Errorf("empty: %b", m)
	}
	write(x, 0, 8)
	if h.mask != 0 {
		t.Error("adding nothing wakes")
	}
	write(x, math.MaxUint64-1, 8)
	if m := x.Readiness(both); m != waiter.In || h.mask != waiter.In {
		t.Errorf("full: %b, told %b", m, h.mask)
	}
	read(x, 8)
	if h.mask != both {
		t.Errorf("told %b", h.mask)
	}
	x.Unregister(&e)
}

func TestFault(t *testing.T) {
	x := New(4, false, 1, 0)
	var v guestmem.Vec
	v.Set(guestmem.Bytes(make([]byte, 4)), 0, 8)
	if n, e := x.Read(nil, nil, &v); n != 0 || e != abi.EFAULT {
		t.Error(n, e)
	}
	v.Set(guestmem.Bytes(make([]byte, 4)), 0, 8)
	if n, e := x.Write(nil, nil, &v); n != 0 || e != abi.EFAULT {
		t.Error(n, e)
	}
	if v, _, _ := read(x, 8); v != 4 {
		t.Error("the count changed to", v)
	}
}
