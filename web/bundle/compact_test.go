package bundle

import (
	"bytes"
	"testing"

	"github.com/wasix-web/wasix-web/wasix/wasmgen"
)

func TestCompactKeepsMemory(t *testing.T) {
	segs := []segment{{8, []byte("ab")}, {11, []byte("c")}, {11 + 1 + maxGap, []byte("d")},
		{13 + 2*maxGap + 1, []byte("e")}, {1<<31 - 1, []byte("f")}}
	module := append([]byte("\x00asm\x01\x00\x00\x00"), 5, 3, 1, 0, 1) // one memory of a page
	body := writeSegments(segs)
	module = append(append(append(module, sectionData), byte(len(body))), body...)
	if _, err := wasmgen.Parse(module); err != nil {
		t.Fatal(err)
	}
	out, err := rewriteData(module, func(s []segment) ([]segment, error) { return merge(split(merge(s, 1<<20)), maxGap), nil })
	if err != nil {
		t.Fatal(err)
	}
	m, err := wasmgen.Parse(out)
	if err != nil {
		t.Fatal(err)
	}
	s := m.Sections[len(m.Sections)-1]
	got, err := readSegments(out[s.Start:s.End])
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 3 {
		t.Errorf("%d segments, want 3", len(got))
	}
	at := func(segs []segment, p int64) byte {
		for _, s := range segs {
			if p >= s.at && p < s.at+int64(len(s.data)) {
				return s.data[p-s.at]
			}
		}
		return 0
	}
	for p := int64(0); p < 4*maxGap; p++ {
		if a, b := at(segs, p), at(got, p); a != b {
			t.Fatalf("byte %d is %q, was %q", p, b, a)
		}
	}
}

func TestCompactRefusesWhatItDoesNotKnow(t *testing.T) {
	for _, body := range [][]byte{{1, 1, 0}, {1, 0, 0x23, 0, 0x0b, 0}, {1, 0, 0x41, 0, 0x0b, 5, 'x'}, {2, 0, 0x41, 0, 0x0b, 0}} {
		module := append([]byte("\x00asm\x01\x00\x00\x00"), 5, 3, 1, 0, 1, sectionData, byte(len(body)))
		if out, err := compact(append(module, body...)); err == nil {
			t.Errorf("% x: no error, %d bytes", body, len(out))
		}
	}
	if _, err := compact([]byte("\x00asm\x01\x00\x00\x00")); err == nil {
		t.Error("no data section: no error")
	}
}

func FuzzCompact(f *testing.F) {
	f.Add([]byte{1, 0, 0x41, 8, 0x0b, 1, 'x'})
	f.Fuzz(func(t *testing.T, body []byte) {
		segs, err := readSegments(body)
		if err != nil {
			return
		}
		again, err := readSegments(writeSegments(segs))
		if err != nil || len(again) != len(segs) {
			t.Fatal(err, len(again), len(segs))
		}
		for i := range segs {
			if again[i].at != segs[i].at || !bytes.Equal(again[i].data, segs[i].data) {
				t.Fatalf("segment %d: %v, was %v", i, again[i], segs[i])
			}
		}
	})
}
