package webc

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxDepth bounds how deep directories may lie in each other.
const maxDepth = 200

// header is a volume's header on its way into a tree.
type header struct {
	b, data []byte
	seen    map[uint64]bool // entries are used once: there are no circles, and no bombs
}

// volume reads a header and its data.
func (r *reader) volume() (Dir, error) {
	h := header{b: r.bytes(r.u64()), seen: map[uint64]bool{}}
	h.data = r.bytes(r.u64())
	if r.err != nil {
		return nil, r.err
	}
	if r.pos != len(r.b) {
		return nil, fmt.Errorf("%d bytes behind the data", len(r.b)-r.pos)
	}
	n, err := h.node(0, 0)
	if err == nil && n.Dir == nil {
		err = errors.New("the root is a file")
	}
	return n.Dir, err
}

func (h *header) node(at uint64, depth int) (Node, error) {
	if at > uint64(len(h.b)) || h.seen[at] || depth > maxDepth {
		return Node{}, fmt.Errorf("an entry at %d of the header, which has %d bytes, is not there, used twice or too deep", at, len(h.b))
	}
	h.seen[at] = true
	r := &reader{b: h.b, pos: int(at)}
	switch tag := r.byte(); {
	case r.err != nil:
		return Node{}, r.err
	case tag == tagFile:
		from, to := r.u64(), r.u64()
		if r.bytes(hashSize + timesSize); r.err != nil {
			return Node{}, r.err
		}
		if from > to || to > uint64(len(h.data)) {
			return Node{}, fmt.Errorf("a file from %d to %d of %d bytes", from, to, len(h.data))
		}
		return Node{Data: h.data[from:to:to]}, nil
	case tag != tagDirectory:
		return Node{}, fmt.Errorf("an entry with tag %d", tag)
	}
	r = &reader{b: r.bytes(r.u64()), err: r.err}
	r.bytes(timesSize + hashSize)
	n := Node{Dir: Dir{}}
	for r.err == nil && r.pos < len(r.b) {
		at := r.u64()
		r.bytes(hashSize)
		name := string(r.bytes(r.u64()))
		if r.err != nil {
			break
		}
		if err := goodName(name); err != nil {
			return Node{}, err
		}
		if _, twice := n.Dir[name]; twice {
			return Node{}, fmt.Errorf("there are two entries %q", name)
		}
		kid, err := h.node(at, depth+1)
		if err != nil {
			return Node{}, err
		}
		n.Dir[name] = kid
	}
	return n, r.err
}

// goodName refuses names that are no single part of a path.
func goodName(name string) error {
	if name == "" || name == "." || name == ".." || len(name) > 255 || strings.ContainsAny(name, "/\\\x00") || !utf8.ValidString(name) {
		return fmt.Errorf("%.300q is not a name for a file", name)
	}
	return nil
}

// writer makes a volume. Directories come before what is in them, and files in
// the order of their names.
type writer struct{ header, data []byte }

// appendVolume appends header and data of a tree, with their lengths.
func appendVolume(b []byte, d Dir) ([]byte, error) {
	var w writer
	if _, err := w.node(Node{Dir: d}, 0); err != nil {
		return nil, err
	}
	b = binary.LittleEndian.AppendUint64(b, uint64(len(w.header)))
	b = append(b, w.header...)
	b = binary.LittleEndian.AppendUint64(b, uint64(len(w.data)))
	return append(b, w.data...), nil
}

// node appends an entry and what it names, and returns its hash.
func (w *writer) node(n Node, depth int) (hash [hashSize]byte, err error) {
	var times [timesSize]byte // none: packages are the same whenever they are made
	if n.Dir == nil {
		hash = sha256.Sum256(n.Data)
		w.header = binary.LittleEndian.AppendUint64(append(w.header, tagFile), uint64(len(w.data)))
		w.data = append(w.data, n.Data...)
		w.header = binary.LittleEndian.AppendUint64(w.header, uint64(len(w.data)))
		w.header = append(append(w.header, hash[:]...), times[:]...)
		return hash, nil
	}
	if depth > maxDepth {
		return hash, errors.New("directories lie too deep")
	}
	names := slices.Sorted(maps.Keys(n.Dir))
	size := timesSize + hashSize
	for _, name := range names {
		if err := goodName(name); err != nil {
			return hash, err
		}
		size += 8 + hashSize + 8 + len(name)
	}
	w.header = binary.LittleEndian.AppendUint64(append(w.header, tagDirectory), uint64(size))
	at := len(w.header)
	w.header = append(w.header, make([]byte, size)...)
	sum := sha256.New()
	to := at + timesSize + hashSize
	for _, name := range names {
		binary.LittleEndian.PutUint64(w.header[to:], uint64(len(w.header)))
		kid, err := w.node(n.Dir[name], depth+1)
		if err != nil {
			return hash, err
		}
		sum.Write(kid[:])
		to += 8 + copy(w.header[to+8:], kid[:])
		binary.LittleEndian.PutUint64(w.header[to:], uint64(len(name)))
		to += 8 + copy(w.header[to+8:], name)
	}
	copy(w.header[at+timesSize:], sum.Sum(nil))
	return [hashSize]byte(sum.Sum(nil)), nil
}
