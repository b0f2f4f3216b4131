//go:build !js

package pipe

import (
	"bytes"
	"math/rand"
	"testing"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

var (
	_ vfs.Object = (*Reader)(nil)
	_ vfs.Object = (*Writer)(nil)
)

func read(r *Reader, n int) ([]byte, abi.Errno) {
	var v guestmem.Vec
	b := make([]byte, n)
	v.SetBytes(b)
	n, e := r.Read(nil, nil, &v)
	return b[:n], e
}

func write(w *Writer, b []byte) (int, abi.Errno) {
	var v guestmem.Vec
	v.SetBytes(b)
	return w.Write(nil, nil, &v)
}

// heard notes what a waiter is told.
type heard struct {
	entry waiter.Entry
	mask  waiter.Mask
	times int
}

func (h *heard) Ready(_ *waiter.Entry, m waiter.Mask) { h.mask |= m; h.times++ }

func listen(o waiter.Waitable, mask waiter.Mask) *heard {
	h := &heard{}
	h.entry.Listener = h
	o.Register(&h.entry, mask)
	return h
}

// The ring is compared with a plain slice over many random reads and writes.
func TestAgainstModel(t *testing.T) {
	rnd := rand.New(rand.NewSource(1))
	for round := range 5 {
		r, w := New(1, 0)
		var model []byte
		next := byte(round)
		for range 1000 {
			if rnd.Intn(2) == 0 {
				b := make([]byte, rnd.Intn([]int{16, 5000, 100_000}[rnd.Intn(3)]))
				for i := range b {
					next++
					b[i] = next
				}
				free := Size - len(model)
				want, wantErr := min(len(b), free), abi.OK
				if len(b) > 0 && (free == 0 || len(b) <= Atomic && free < len(b)) {
					want, wantErr = 0, abi.EAGAIN
				}
				n, e := write(w, b)
				if n != want || e != wantErr {
					t.Fatalf("write of %d with %d free: %d %v, want %d %v", len(b), free, n, e, want, wantErr)
				}
				model = append(model, b[:n]...)
				next -= byte(len(b) - n)
			} else {
				n := rnd.Intn([]int{16, 5000, 100_000}[rnd.Intn(3)])
				got, e := read(r, n)
				if len(model) == 0 && n > 0 {
					if e != abi.EAGAIN {
						t.Fatalf("read of an empty pipe: %v", e)
					}
					continue
				}
				want := model[:min(n, len(model))]
				if e != abi.OK || !bytes.Equal(got, want) {
					t.Fatalf("read of %d: %d bytes %v, want %d", n, len(got), e, len(want))
				}
				model = model[len(want):]
			}
			if r.Buffered() != uint64(len(model)) {
				t.Fatalf("Buffered %d, want %d", r.Buffered(), len(model))
			}
		}
	}
}

func TestSmallWritesAreNotSplit(t *testing.T) {
	r, w := New(1, 0)
	write(w, make([]byte, Size-Atomic+1))
	if n, e := write(w, make([]byte, Atomic)); n != 0 || e != abi.EAGAIN {
		t.Errorf("%d bytes into %d free: %d %v, want EAGAIN", Atomic, Atomic-1, n, e)
	}
	if n, e := write(w, make([]byte, Atomic+1)); n != Atomic-1 || e != abi.OK {
		t.Errorf("%d bytes into %d free: %d %v, want a part", Atomic+1, Atomic-1, n, e)
	}
	out := listen(w, waiter.Out)
	read(r, Atomic-1)
	if out.times != 0 || w.Readiness(waiter.Out) != 0 {
		t.Error("writable before an atomic write fits")
	}
	read(r, 1)
	if out.times != 1 || w.Readiness(waiter.Out) != waiter.Out {
		t.Error("not writable although an atomic write fits")
	}
	read(r, 1)
	if out.times != 1 {
		t.Error("told again that it is writable")
	}
}

func TestEndsOfStream(t *testing.T) {
	r, w := New(1, 0)
	in := listen(r, waiter.In)
	write(w, []byte("last"))
	if in.mask != waiter.In || r.Readiness(waiter.In) != waiter.In {
		t.Errorf("after a write: told %b, is %b", in.mask, r.Readiness(waiter.In))
	}
	w.Release()
	if in.mask&waiter.Hup == 0 || r.Readiness(waiter.In) != waiter.In|waiter.Hup {
		t.Errorf("after the writer closed: told %b, is %b", in.mask, r.Readiness(waiter.In))
	}
	if b, e := read(r, 9); string(b) != "last" || e != abi.OK {
		t.Errorf("read %q %v", b, e)
	}
	if b, e := read(r, 9); len(b) != 0 || e != abi.OK {
		t.Errorf("read at the end: %q %v", b, e)
	}
	if m := r.Readiness(0); m != waiter.Hup {
		t.Errorf("at the end %b, want Hup, asked for or not", m)
	}
}

func TestBrokenPipe(t *testing.T) {
	r, w := New(1, 0)
	out := listen(w, 0)
	write(w, []byte("lost"))
	r.Release()
	if out.mask != waiter.Err {
		t.Errorf("told %b, want Err", out.mask)
	}
	if m := w.Readiness(waiter.Out); m != waiter.Out|waiter.Err {
		t.Errorf("ready for %b", m)
	}
	if n, e := write(w, []byte("x")); n != 0 || e != abi.EPIPE {
		t.Errorf("write %d %v, want EPIPE", n, e)
	}
	if n, e := write(w, nil); n != 0 || e != abi.OK {
		t.Errorf("write of nothing %d %v", n, e)
	}
}

// A bad buffer takes nothing out of the pipe and puts nothing in.
func TestFault(t *testing.T) {
	r, w := New(1, 0)
	write(w, []byte("keep"))
	var v guestmem.Vec
	mem := guestmem.Bytes(make([]byte, 16))
	v.Set(mem, 100, 4)
	if n, e := r.Read(nil, nil, &v); n != 0 || e != abi.EFAULT {
		t.Errorf("read %d %v", n, e)
	}
	v.Set(mem, 14, 4)
	if n, e := w.Write(nil, nil, &v); n != 0 || e != abi.EFAULT {
		t.Errorf("write %d %v", n, e)
	}
	if b, e := read(r, 9); string(b) != "keep" || e != abi.OK {
		t.Errorf("read %q %v", b, e)
	}
}

func TestNotSeekable(t *testing.T) {
	r, w := New(7, 9)
	for _, o := range []vfs.Object{r, w} {
		if _, e := o.Seek(nil, nil, 0, abi.WhenceCur); e != abi.ESPIPE {
			t.Errorf("seek %v", e)
		}
		if e := o.Sync(nil, true); e != abi.EINVAL {
			t.Errorf("sync %v", e)
		}
		if a, e := o.Attr(nil); e != abi.OK || a.Ino != 7 || a.Mtim != 9 || a.Nlink != 1 {
			t.Errorf("attr %+v %v", a, e)
		}
	}
	if _, e := r.Write(nil, nil, nil); e != abi.EBADF {
		t.Errorf("write to the reading end %v", e)
	}
	if _, e := w.Read(nil, nil, nil); e != abi.EBADF {
		t.Errorf("read from the writing end %v", e)
	}
}
