package bundle

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/wasix-web/wasix-web/wasix/wasmgen"
)

// sectionData is the id of a module's data section.
const sectionData = 11

// maxGap is how many zero bytes between two segments are written out rather
// than begin a new segment. Go's linker begins one after every few zeros: some
// 50 000, whose headers compress badly. Merged, the kernel is 60 KB smaller
// after brotli, although it is larger before.
const maxGap = 1024

// compact makes a module that Go linked smaller: it merges its data segments and
// clears what only stack traces need.
func compact(b []byte) ([]byte, error) {
	return rewriteData(b, func(segs []segment) ([]segment, error) {
		slices.SortFunc(segs, func(a, b segment) int { return cmp.Compare(a.at, b.at) })
		segs = merge(segs, 1<<20) // so that tables are in one piece
		if err := strip(segs); err != nil {
			return nil, err
		}
		return merge(split(segs), maxGap), nil
	})
}

// rewriteData puts other segments into a module's data section.
func rewriteData(b []byte, rewrite func([]segment) ([]segment, error)) ([]byte, error) {
	m, err := wasmgen.Parse(b)
	if err != nil {
		return nil, err
	}
	for _, s := range m.Sections {
		if s.ID != sectionData {
			continue
		}
		segs, err := readSegments(b[s.Start:s.End])
		if err != nil {
			return nil, fmt.Errorf("data section: %w", err)
		}
		if segs, err = rewrite(segs); err != nil {
			return nil, err
		}
		body := writeSegments(segs)
		out := append([]byte(nil), b[:s.Header]...)
		out = append(out, sectionData)
		out = binary.AppendUvarint(out, uint64(len(body)))
		out = append(out, body...)
		return append(out, b[s.End:]...), nil
	}
	return nil, fmt.Errorf("no data section")
}

// strip clears the line tables in the segment that has them.
func strip(segs []segment) error {
	for _, s := range segs {
		if p, err := findPclntab(s.data, s.at); err == nil {
			_, err = p.strip()
			return err
		}
	}
	_, err := findPclntab(nil, 0)
	return err
}

// split leaves long runs of zeros out again.
func split(segs []segment) []segment {
	var out []segment
	for _, s := range segs {
		for i := 0; i < len(s.data); {
			for i < len(s.data) && s.data[i] == 0 {
				i++
			}
			from := i
			for zeros := 0; i < len(s.data) && zeros <= maxGap; i++ {
				if zeros++; s.data[i] != 0 {
					zeros = 0
				}
			}
			end := i
			for end > from && s.data[end-1] == 0 {
				end--
			}
			if end > from {
				out = append(out, segment{s.at + int64(from), s.data[from:end]})
			}
		}
	}
	return out
}

// segment is one active data segment of memory 0.
type segment struct {
	at   int64
	data []byte
}

func readSegments(b []byte) ([]segment, error) {
	r := bytes.NewReader(b)
	n, err := binary.ReadUvarint(r)
	if err != nil {
		return nil, err
	}
	segs := make([]segment, 0, min(n, uint64(len(b))))
	for range n {
		kind, err := r.ReadByte()
		if err != nil {
			return nil, err
		}
		op, err := r.ReadByte()
		if err != nil {
			return nil, err
		}
		if kind != 0 || op != 0x41 { // memory 0, i32.const
			return nil, fmt.Errorf("a segment of kind %d with opcode %#x", kind, op)
		}
		at, err := readSigned(r)
		if err != nil {
			return nil, err
		}
		if end, err := r.ReadByte(); err != nil || end != 0x0b {
			return nil, fmt.Errorf("an offset that is more than a number")
		}
		size, err := binary.ReadUvarint(r)
		if err != nil || size > uint64(r.Len()) {
			return nil, fmt.Errorf("a segment of %d bytes, of which %d are there", size, r.Len())
		}
		from := len(b) - r.Len()
		segs = append(segs, segment{at, b[from : from+int(size)]})
		r.Seek(int64(size), 1)
	}
	return segs, nil
}

// readSigned reads a signed LEB128 number of at most 32 bits.
func readSigned(r *bytes.Reader) (v int64, err error) {
	for shift := 0; shift < 35; shift += 7 {
		c, err := r.ReadByte()
		if err != nil {
			return 0, err
		}
		v |= int64(c&0x7f) << shift
		if c&0x80 == 0 {
			if c&0x40 != 0 && shift+7 < 64 {
				v |= -1 << (shift + 7)
			}
			return v, nil
		}
	}
	return 0, fmt.Errorf("a number of more than 32 bits")
}

// merge joins segments with at most most zero bytes between them. Memory is zero
// where no segment writes.
func merge(segs []segment, most int64) []segment {
	var out []segment
	for _, s := range segs {
		if n := len(out); n > 0 {
			last := &out[n-1]
			gap := s.at - last.at - int64(len(last.data))
			if gap >= 0 && gap <= most {
				last.data = append(append(last.data, make([]byte, gap)...), s.data...)
				continue
			}
		}
		out = append(out, segment{s.at, append([]byte(nil), s.data...)})
	}
	return out
}

func writeSegments(segs []segment) []byte {
	b := binary.AppendUvarint(nil, uint64(len(segs)))
	for _, s := range segs {
		b = append(b, 0, 0x41)
		b = appendSigned(b, s.at)
		b = append(b, 0x0b)
		b = binary.AppendUvarint(b, uint64(len(s.data)))
		b = append(b, s.data...)
	}
	return b
}

func appendSigned(b []byte, v int64) []byte {
	for {
		c := byte(v & 0x7f)
		v >>= 7
		if v == 0 && c&0x40 == 0 || v == -1 && c&0x40 != 0 {
			return append(b, c)
		}
		b = append(b, c|0x80)
	}
}
