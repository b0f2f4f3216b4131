package webc

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
)

// body is a package with an empty manifest and one section.
func body(tag byte, name, rest string) []byte {
	b := []byte(Magic + "\x02\x00\x00\x00\x00\x00\x00\x00\x00")
	text := name + rest
	sum := sha256.Sum256([]byte(text))
	b = append(append(b, tag), sum[:]...)
	return append(binary.LittleEndian.AppendUint64(b, uint64(len(text))), text...)
}

func u64(n int) string { return string(binary.LittleEndian.AppendUint64(nil, uint64(n))) }

// directory is a header with one entry in its root, and no data.
func directory(offset int, name string) string {
	kids := u64(offset) + string(make([]byte, hashSize)) + u64(len(name)) + name
	h := string(rune(tagDirectory)) + u64(timesSize+hashSize+len(kids)) + string(make([]byte, timesSize+hashSize)) + kids
	return u64(len(h)) + h + u64(0)
}

func circle() string { return directory(0, "again") }

func up() string { return directory(0, "..") }

// resign gives sections their right hashes, so that fuzzing gets behind them.
func resign(b []byte) []byte {
	b = bytes.Clone(b)
	r := &reader{b: b, pos: min(len(b), len(Magic)+1)}
	r.bytes(r.u64())
	for r.err == nil && r.pos < len(b) {
		r.byte()
		hash := r.bytes(hashSize)
		body := r.bytes(r.u64())
		if r.err == nil {
			sum := sha256.Sum256(body)
			copy(hash, sum[:])
		}
	}
	return b
}
