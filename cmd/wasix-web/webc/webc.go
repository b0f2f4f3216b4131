// Package webc reads and writes wasmer's package files: WEBC containers of
// version 3. One holds programs ("atoms"), directories ("volumes") and a
// manifest in CBOR that says what is a command and where volumes are mounted.
//
// The layout, with all numbers little-endian:
//
//	file     "\0webc003", index, sections
//	index    tag 2, length u64, CBOR: where the sections are; zeros up to length
//	section  tag (1 manifest, 3 atoms, 4 volume), SHA-256 of the body, length u64, body
//	manifest CBOR
//	atoms    header length u64, header, data length u64, data
//	volume   name length u64, name, and then like atoms
//	header   a directory entry, which is the root; entries name others by their offset in the header
//	dir      tag 30, length u64 of the rest, times 3*u64, hash, children: offset u64, hash, name length u64, name
//	file     tag 31, start u64 and end u64 in the data, hash, times 3*u64
//
// The hash of a file is the SHA-256 of its contents, that of a directory the
// SHA-256 of its children's.
package webc

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
)

// Magic is what every file of version 3 begins with.
const Magic = "\x00webc003"

const (
	tagManifest  = 1
	tagIndex     = 2
	tagAtoms     = 3
	tagVolume    = 4
	tagDirectory = 30
	tagFile      = 31

	hashSize    = sha256.Size
	sectionHead = 1 + hashSize + 8
	timesSize   = 3 * 8
)

// File is a package.
type File struct {
	Manifest map[string]any
	Atoms    map[string][]byte
	Volumes  map[string]Dir // by name: "/public"
}

// Dir is a directory: names to contents.
type Dir map[string]Node

// Node is a file or, when Dir is not nil, a directory.
type Node struct {
	Data []byte
	Dir  Dir
}

// Is tells whether b begins like a package file of any version.
func Is(b []byte) bool { return len(b) >= 5 && string(b[:5]) == Magic[:5] }

// Read takes a package file apart. Contents are parts of b.
//
// Errors: another version; a file that is damaged: what ends too early, sections
// whose contents do not have their hash, names that could leave their directory.
func Read(b []byte) (*File, error) {
	if len(b) < len(Magic) || string(b[:len(Magic)]) != Magic {
		if Is(b) && len(b) >= 8 {
			return nil, fmt.Errorf("a package of format %q: only version 003 is known", b[5:8])
		}
		return nil, errors.New("not a package: it does not begin with \\0webc")
	}
	r := &reader{b: b, pos: len(Magic)}
	if tag := r.byte(); tag != tagIndex && r.err == nil {
		return nil, fmt.Errorf("tag %d, where the index is expected", tag)
	}
	r.bytes(r.u64()) // the sections say the same again
	f := &File{Atoms: map[string][]byte{}, Volumes: map[string]Dir{}}
	for r.err == nil && r.pos < len(b) {
		tag := r.byte()
		hash := r.bytes(hashSize)
		body := r.bytes(r.u64())
		if r.err != nil {
			break
		}
		if sum := sha256.Sum256(body); string(sum[:]) != string(hash) {
			return nil, fmt.Errorf("the section with tag %d is damaged: its contents do not have its hash", tag)
		}
		if err := f.section(tag, body); err != nil {
			return nil, err
		}
	}
	if r.err != nil {
		return nil, r.err
	}
	if f.Manifest == nil {
		return nil, errors.New("the package has no manifest")
	}
	return f, nil
}

func (f *File) section(tag byte, body []byte) error {
	r := &reader{b: body}
	switch tag {
	case tagManifest:
		v, err := decodeCBOR(body)
		if err != nil {
			return fmt.Errorf("manifest: %w", err)
		}
		m, ok := v.(map[string]any)
		if !ok || f.Manifest != nil {
			return errors.New("the manifest is not one map")
		}
		f.Manifest = m
	case tagAtoms:
		dir, err := r.volume()
		if err != nil {
			return fmt.Errorf("atoms: %w", err)
		}
		for name, n := range dir {
			if n.Dir != nil {
				return fmt.Errorf("atom %q is a directory", name)
			}
			f.Atoms[name] = n.Data
		}
	case tagVolume:
		name := string(r.bytes(r.u64()))
		dir, err := r.volume()
		if err != nil {
			return fmt.Errorf("volume %q: %w", name, err)
		}
		if f.Volumes[name] != nil {
			return fmt.Errorf("there are two volumes %q", name)
		}
		f.Volumes[name] = dir
	default:
		return fmt.Errorf("unknown section with tag %d", tag)
	}
	return nil
}

// reader takes numbers and bytes off b; after an error it gives zeros.
type reader struct {
	b   []byte
	pos int
	err error
}

func (r *reader) bytes(n uint64) []byte {
	if r.err == nil && n > uint64(len(r.b)-r.pos) {
		r.err = fmt.Errorf("%d bytes at %d, where %d are left", n, r.pos, len(r.b)-r.pos)
	}
	if r.err != nil {
		return nil
	}
	r.pos += int(n)
	return r.b[r.pos-int(n) : r.pos : r.pos]
}

func (r *reader) byte() byte {
	if b := r.bytes(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *reader) u64() uint64 {
	if b := r.bytes(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}
