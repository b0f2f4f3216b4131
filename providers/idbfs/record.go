package idbfs

import (
	"strconv"

	"github.com/wasix-web/wasix-web/providers/memfs"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// The database, version 2. Numbers are LEB128 unless their size is given; keys
// are big-endian, so that they are in order.
//
//	00                          the super record: "wxfs", version (1 byte), the last
//	                            inode number, the next segment, the batch's number
//	'd' dir(8) block(8)         entries of a directory with cookies block<<6 to +63:
//	                            cookie&63 (1), inode, length and bytes of the name
//	'i' block(8)                inodes block<<6 to +63: number&63 (1), then the inode
//	'j' slot(2)                 the journal: the number of the batch, the last inode
//	                            number, and what has changed (journal.go)
//	's' segment(8) size(4)      contents of files, and what they are
//
// An inode is type (1), when its mode is known 128 more and the mode, links, atim (8), mtim (8), ctim (8), and for a file its
// size and runs, for a directory the next cookie, for a symbolic link the target.
// A run is a number of pages that follow each other in the file and in one
// segment: how many holes come before, how many pages, the segment, the offset
// of the first, the length of the last. The others are whole pages.
//
// A segment holds up to a megabyte: IndexedDB is slow by the record, not by the
// byte (1 MiB records 130 MB/s, 64 KiB 40, in Chromium). It is written once and
// deleted when nothing in it is used any more, so a batch never has to read what
// it replaces. Behind the contents comes, for each piece, inode, page, offset and
// length, and in the last 4 bytes where that begins.

// Version 1 is the same without a journal.
const (
	version = 2
	oldest  = 1 // that needs no migration
)

// hasMode is beside an inode's type when a mode follows.
const hasMode = 0x80

const (
	keySuper   = 0
	keyDir     = 'd'
	keyInode   = 'i'
	keyJournal = 'j'
	keySegment = 's'
)

var superKey = []byte{keySuper}

func put64(b []byte, v uint64) []byte {
	return append(b, byte(v>>56), byte(v>>48), byte(v>>40), byte(v>>32), byte(v>>24), byte(v>>16), byte(v>>8), byte(v))
}

func put32(b []byte, v uint32) []byte {
	return append(b, byte(v>>24), byte(v>>16), byte(v>>8), byte(v))
}

func putUint(b []byte, v uint64) []byte {
	for ; v >= 0x80; v >>= 7 {
		b = append(b, byte(v)|0x80)
	}
	return append(b, byte(v))
}

func dirKey(b []byte, ino, block uint64) []byte {
	return put64(put64(append(b[:0], keyDir), ino), block)
}

func inodeKey(b []byte, block uint64) []byte { return put64(append(b[:0], keyInode), block) }

func journalKey(b []byte, slot int) []byte {
	return append(b[:0], keyJournal, byte(slot>>8), byte(slot))
}

func segmentKey(b []byte, seg uint64, size uint32) []byte {
	return put32(put64(append(b[:0], keySegment), seg), size)
}

// reader takes a record apart. After a failure everything is 0.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) byte() byte {
	if len(r.b) == 0 {
		r.bad = true
		return 0
	}
	c := r.b[0]
	r.b = r.b[1:]
	return c
}

func (r *reader) uint() (v uint64) {
	for shift := 0; shift < 70; shift += 7 {
		c := r.byte()
		v |= uint64(c&0x7f) << shift
		if c < 0x80 {
			return v
		}
	}
	r.bad = true
	return 0
}

func (r *reader) fixed(n int) (v uint64) {
	for ; n > 0; n-- {
		v = v<<8 | uint64(r.byte())
	}
	return v
}

// bytes reads a length and so many bytes; nil is a failure.
func (r *reader) bytes() []byte {
	n := r.uint()
	if n > uint64(len(r.b)) {
		r.bad = true
		return nil
	}
	b := r.b[:n:n]
	r.b = r.b[n:]
	return b
}

func (r *reader) string() string { return string(r.bytes()) }

func putRecord(b []byte, n *memfs.Node) []byte {
	r := n.Record()
	if r.Mode == 0 {
		b = append(b, byte(r.Type))
	} else {
		b = putUint(append(b, byte(r.Type)|hasMode), uint64(r.Mode&vfs.ModePerm))
	}
	b = putUint(b, uint64(r.Nlink))
	b = put64(put64(put64(b, r.Atim), r.Mtim), r.Ctim)
	switch r.Type {
	case abi.FiletypeRegularFile:
		b = putRuns(putUint(b, uint64(r.Size)), n)
	case abi.FiletypeDirectory:
		b = putUint(b, r.Next)
	case abi.FiletypeSymbolicLink:
		b = append(putUint(b, uint64(len(r.Target))), r.Target...)
	}
	return b
}

// run is pages [first, first+n) at Piece and after it.
type run struct {
	first, n int64
	at       memfs.Piece // Len is the last page's
}

func putRuns(b []byte, n *memfs.Node) []byte {
	var u run
	end := int64(0)
	emit := func() {
		if u.n == 0 {
			return
		}
		b = putUint(putUint(b, uint64(u.first-end)), uint64(u.n))
		b = putUint(putUint(putUint(b, u.at.Seg), uint64(u.at.Off)), uint64(u.at.Len))
		end = u.first + u.n
	}
	n.Pages(func(i int64, p *memfs.Page) {
		at := p.At()
		if at.Len == 0 {
			return
		}
		if u.n != 0 && i == u.first+u.n && at.Seg == u.at.Seg && u.at.Len == memfs.PageSize &&
			int64(at.Off) == int64(u.at.Off)+u.n*memfs.PageSize {
			u.n++
			u.at.Len = at.Len
			return
		}
		emit()
		u = run{i, 1, at}
	})
	emit()
	return append(b, 0, 0) // a run of no pages
}

// readRecord reads an inode, and the runs of a file.
func readRecord(r *reader, ino uint64) (rec memfs.Record, runs []run) {
	rec.Ino = ino
	typ := r.byte()
	if rec.Type = abi.Filetype(typ &^ hasMode); typ&hasMode != 0 {
		rec.Mode = uint16(r.uint())&vfs.ModePerm | vfs.ModeKnown
	}
	rec.Nlink = uint32(r.uint())
	rec.Atim, rec.Mtim, rec.Ctim = r.fixed(8), r.fixed(8), r.fixed(8)
	switch rec.Type {
	case abi.FiletypeRegularFile:
		size := r.uint()
		rec.Size = int64(size)
		r.bad = r.bad || size > 1<<62
		for end := int64(0); !r.bad; {
			hole, n := r.uint(), r.uint()
			if n == 0 {
				break
			}
			u := run{end + int64(hole), int64(n), memfs.Piece{Seg: r.uint(), Off: uint32(r.uint()), Len: uint32(r.uint())}}
			if hole > 1<<46 || n > 1<<16 || u.at.Len == 0 || u.at.Len > memfs.PageSize {
				r.bad = true
				break
			}
			end = u.first + u.n
			runs = append(runs, u)
		}
	case abi.FiletypeDirectory:
		rec.Next = r.uint()
	case abi.FiletypeSymbolicLink:
		rec.Target = r.string()
	case abi.FiletypeSocketStream, abi.FiletypeSocketDgram, abi.FiletypeSocketSeqpacket:
	default:
		r.bad = true
	}
	return rec, runs
}

// each calls fn for the pages of a run.
func (u run) each(fn func(i int64, at memfs.Piece)) {
	for k := range u.n {
		at := memfs.Piece{Seg: u.at.Seg, Off: u.at.Off + uint32(k)*memfs.PageSize, Len: memfs.PageSize}
		if k == u.n-1 {
			at.Len = u.at.Len
		}
		fn(u.first+k, at)
	}
}

func num(n uint64) string { return strconv.FormatUint(n, 10) }
