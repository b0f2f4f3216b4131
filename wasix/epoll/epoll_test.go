package epoll

import (
	"slices"
	"testing"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/eventfd"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/pipe"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

var _ vfs.Object = (*Set)(nil)

func open(o vfs.Object) *vfs.OpenFile { return vfs.NewOpenFile(o, 0) }

func counter(n uint64) *vfs.OpenFile { return open(eventfd.New(n, false, 1, 0)) }

func put(f *vfs.OpenFile, b []byte) {
	var v guestmem.Vec
	v.SetBytes(b)
	f.Object.Write(nil, f, &v)
}

func take(f *vfs.OpenFile, n int) {
	var v guestmem.Vec
	v.SetBytes(make([]byte, n))
	f.Object.Read(nil, f, &v)
}

var one = []byte{1, 0, 0, 0, 0, 0, 0, 0}

func ev(events abi.EpollType, fd int32) abi.EpollEvent {
	return abi.EpollEvent{Events: events, Data: abi.EpollData{Fd: fd, Data2: uint64(fd) << 32}}
}

// got is what Collect reports: descriptor and events.
type got struct {
	fd     int32
	events abi.EpollType
}

func collect(s *Set, most int) []got {
	var out []got
	s.Collect(func(e abi.EpollEvent) bool {
		if len(out) == most {
			return false
		}
		out = append(out, got{e.Data.Fd, e.Events})
		return true
	})
	return out
}

func expect(t *testing.T, s *Set, want ...got) {
	t.Helper()
	if out := collect(s, 100); !slices.Equal(out, want) {
		t.Errorf("got %v, want %v", out, want)
	}
}

func must(t *testing.T, e, want abi.Errno) {
	t.Helper()
	if e != want {
		t.Fatalf("%v, want %v", e, want)
	}
}

func TestLevelTriggered(t *testing.T) {
	s, a := New(1, 0), counter(0)
	must(t, s.Add(3, a, ev(abi.EpollIn, 3)), abi.OK)
	expect(t, s)
	put(a, one)
	expect(t, s, got{3, abi.EpollIn})
	expect(t, s, got{3, abi.EpollIn})
	take(a, 8)
	expect(t, s)
	if s.head != nil {
		t.Error("a member that is not ready stays on the list")
	}
	must(t, s.Modify(3, a, ev(abi.EpollOut, 3)), abi.OK)
	expect(t, s, got{3, abi.EpollOut})
	put(a, one)
	expect(t, s, got{3, abi.EpollOut}) // not In: it is not asked for
	must(t, s.Modify(3, a, ev(abi.EpollIn|abi.EpollOut, 3)), abi.OK)
	expect(t, s, got{3, abi.EpollIn | abi.EpollOut}) // one event with both
	must(t, s.Remove(3, a), abi.OK)
	expect(t, s)
}

func TestEdgeTriggered(t *testing.T) {
	s, a := New(1, 0), counter(1)
	must(t, s.Add(3, a, ev(abi.EpollIn|abi.EpollEt, 3)), abi.OK)
	expect(t, s, got{3, abi.EpollIn}) // ready when it was added
	expect(t, s)
	put(a, one)
	expect(t, s, got{3, abi.EpollIn})
	expect(t, s)
	put(a, one)
	take(a, 8)
	expect(t, s) // the edge has passed
	put(a, one)
	must(t, s.Modify(3, a, ev(abi.EpollIn|abi.EpollEt, 3)), abi.OK)
	expect(t, s, got{3, abi.EpollIn}) // armed anew
}

func TestOneshot(t *testing.T) {
	s, a := New(1, 0), counter(1)
	must(t, s.Add(3, a, ev(abi.EpollIn|abi.EpollOneshot, 3)), abi.OK)
	expect(t, s, got{3, abi.EpollIn})
	put(a, one)
	expect(t, s)
	must(t, s.Modify(3, a, ev(abi.EpollIn|abi.EpollOneshot, 3)), abi.OK)
	expect(t, s, got{3, abi.EpollIn})
	expect(t, s)
}

func TestHangupIsReportedUnasked(t *testing.T) {
	s := New(1, 0)
	pr, pw := pipe.New(1, 0)
	r, w := open(pr), open(pw)
	must(t, s.Add(3, r, ev(0, 3)), abi.OK)
	must(t, s.Add(4, w, ev(0, 4)), abi.OK)
	put(w, []byte("x"))
	expect(t, s)
	w.Unref()
	expect(t, s, got{3, abi.EpollHup})
	must(t, s.Modify(3, r, ev(abi.EpollIn, 3)), abi.OK)
	expect(t, s, got{3, abi.EpollIn | abi.EpollHup})
}

// With fewer places than ready members everybody gets a turn.
func TestFairness(t *testing.T) {
	s := New(1, 0)
	for fd := range int32(5) {
		must(t, s.Add(fd, counter(1), ev(abi.EpollIn, fd)), abi.OK)
	}
	var seen []int32
	for range 5 {
		out := collect(s, 2)
		if len(out) != 2 {
			t.Fatalf("got %v, want two", out)
		}
		seen = append(seen, out[0].fd, out[1].fd)
	}
	if want := []int32{0, 1, 2, 3, 4, 0, 1, 2, 3, 4}; !slices.Equal(seen, want) {
		t.Errorf("got %v, want %v", seen, want)
	}
	if out := collect(s, 100); len(out) != 5 {
		t.Errorf("got %v, want each once", out)
	}
}

func TestErrors(t *testing.T) {
	s, a := New(1, 0), counter(0)
	must(t, s.Modify(3, a, ev(abi.EpollIn, 3)), abi.ENOENT)
	must(t, s.Remove(3, a), abi.ENOENT)
	must(t, s.Add(3, a, ev(abi.EpollIn, 3)), abi.OK)
	must(t, s.Add(3, a, ev(abi.EpollIn, 3)), abi.EEXIST)
	must(t, s.Add(4, a, ev(abi.EpollIn, 4)), abi.OK) // a duplicate is another member
	must(t, s.Add(3, counter(0), ev(abi.EpollIn, 3)), abi.OK)
	must(t, s.Add(9, open(dir{}), ev(abi.EpollIn, 9)), abi.EPERM)
	must(t, s.Add(5, open(s), ev(abi.EpollIn, 5)), abi.EINVAL)
}

type dir struct {
	vfs.UnimplementedObject
	waiter.AlwaysReady
}

func (dir) Type() abi.Filetype                  { return abi.FiletypeDirectory }
func (dir) Attr(*vfs.Ctx) (vfs.Attr, abi.Errno) { return vfs.Attr{}, abi.OK }

// A file leaves the set when its last descriptor closes, not before.
func TestClosedFilesLeave(t *testing.T) {
	s, a := New(1, 0), counter(1)
	must(t, s.Add(3, a, ev(abi.EpollIn, 3)), abi.OK)
	must(t, s.Add(4, a, ev(abi.EpollIn, 4)), abi.OK)
	a.Ref() // a duplicate
	a.Unref()
	expect(t, s, got{3, abi.EpollIn}, got{4, abi.EpollIn})
	a.Unref()
	expect(t, s)
	if len(s.members) != 0 {
		t.Errorf("%d members left", len(s.members))
	}
}

// A released set leaves nothing behind in the objects it watched.
func TestRelease(t *testing.T) {
	q := &queued{}
	f, s := open(q), New(1, 0)
	must(t, s.Add(3, f, ev(abi.EpollIn, 3)), abi.OK)
	if q.Empty() {
		t.Fatal("not registered")
	}
	set := open(s)
	set.Unref()
	if !q.Empty() {
		t.Error("still registered")
	}
	f.Unref() // would call into the set if it were still watched
}

type queued struct {
	vfs.UnimplementedObject
	waiter.Queue
}

func (*queued) Type() abi.Filetype                  { return abi.FiletypeUnknown }
func (*queued) Attr(*vfs.Ctx) (vfs.Attr, abi.Errno) { return vfs.Attr{}, abi.OK }
func (*queued) Readiness(waiter.Mask) waiter.Mask   { return 0 }

type heard struct{ times int }

func (h *heard) Ready(*waiter.Entry, waiter.Mask) { h.times++ }

func TestNested(t *testing.T) {
	inner, outer, a := New(1, 0), New(2, 0), counter(0)
	must(t, inner.Add(3, a, ev(abi.EpollIn, 3)), abi.OK)
	must(t, outer.Add(4, open(inner), ev(abi.EpollIn, 4)), abi.OK)
	h := &heard{}
	outer.Register(&waiter.Entry{Listener: h}, waiter.In)
	expect(t, outer)
	put(a, one)
	if h.times != 1 {
		t.Errorf("told %d times", h.times)
	}
	if outer.Readiness(waiter.In|waiter.Out) != waiter.In {
		t.Error("not ready")
	}
	expect(t, outer, got{4, abi.EpollIn})
	take(a, 8)
	expect(t, outer)
	if outer.Readiness(waiter.In) != 0 {
		t.Error("ready")
	}
}

func TestNestingIsBounded(t *testing.T) {
	var sets []*Set
	var files []*vfs.OpenFile
	for i := range 7 {
		sets = append(sets, New(uint64(i), 0))
		files = append(files, open(sets[i]))
	}
	// Built from the middle to both sides, so that neither direction alone
	// shows how deep it is.
	must(t, sets[2].Add(3, files[3], ev(abi.EpollIn, 3)), abi.OK)
	must(t, sets[1].Add(3, files[2], ev(abi.EpollIn, 3)), abi.OK)
	must(t, sets[3].Add(3, files[4], ev(abi.EpollIn, 3)), abi.OK)
	must(t, sets[0].Add(3, files[1], ev(abi.EpollIn, 3)), abi.OK)
	must(t, sets[4].Add(3, files[5], ev(abi.EpollIn, 3)), abi.ELOOP)
	must(t, sets[6].Add(3, files[0], ev(abi.EpollIn, 3)), abi.ELOOP)
	must(t, sets[4].Add(3, files[0], ev(abi.EpollIn, 3)), abi.ELOOP)
	// Taking one out makes room.
	must(t, sets[0].Remove(3, files[1]), abi.OK)
	must(t, sets[4].Add(3, files[5], ev(abi.EpollIn, 3)), abi.OK)
	must(t, sets[5].Add(3, files[1], ev(abi.EpollIn, 3)), abi.ELOOP)
	files[2].Unref() // closing does, too
	must(t, sets[5].Add(3, files[1], ev(abi.EpollIn, 3)), abi.OK)
}
