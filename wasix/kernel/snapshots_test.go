package kernel

import "testing"

// A jump buffer that is set once outlives those that are set over and over.
func TestSnapshotsThatStay(t *testing.T) {
	var s snapshots
	first := s.keep(8, &snapshot{})
	other := s.keep(16, &snapshot{})
	for range 10 * maxSnapshots {
		s.keep(24, &snapshot{})
	}
	for _, id := range []uint64{first, other, s.last, s.last - maxSnapshots + 3} {
		if s.kept[id] == nil {
			t.Errorf("%d of %d is gone", id, s.last)
		}
	}
	if len(s.kept) != maxSnapshots || len(s.stale) > maxSnapshots {
		t.Errorf("%d are kept, %d of them stale", len(s.kept), len(s.stale))
	}
	c := s.clone()
	id := c.keep(8, &snapshot{}) // the first may still be in a copy of its buffer
	if c.kept[first] == nil || s.kept[id] != nil || s.last == c.last {
		t.Error("clone")
	}
}

// Many buffers: the oldest go.
func TestSnapshotsOfManyBuffers(t *testing.T) {
	var s snapshots
	for at := range uint32(10 * maxSnapshots) {
		s.keep(at, &snapshot{})
		if s.kept[s.last] == nil || at >= maxSnapshots-1 && s.kept[s.last-maxSnapshots+1] == nil {
			t.Fatal("a new one is gone")
		}
	}
	if len(s.kept) != maxSnapshots || len(s.latest) > 2*maxSnapshots || len(s.stale) > 0 {
		t.Errorf("%d are kept, of %d places, %d stale", len(s.kept), len(s.latest), len(s.stale))
	}
}
