//go:build !js

// Package archive moves trees of files in and out of a system as tar, tar.gz
// and zip, and shows them as an io/fs.FS. It is for embedders in Go; pages have
// the same in sys.fs, in a script of its own.
//
//	sys, err := wasix.New(wasix.Config{})
//	_, err = archive.ImportTar(sys.FS(), "/data", file, archive.ImportOptions{})
//	err = archive.ExportZip(sys.FS(), "/data", out, archive.ExportOptions{})
//
// Whatever an archive says, nothing is written outside the directory it is
// unpacked into, and nothing through a symbolic link. Entries are dealt with one
// by one: memory does not grow with the archive. Owners and permissions are not
// kept, because there are none.
package archive

import (
	"errors"
	"strconv"

	"github.com/wasix-web/wasix-web/wasix/hostfs"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// Tree is where archives come from and go to. wasix.FS is one.
type Tree interface {
	ReadRange(path string, off, n int64) ([]byte, error)
	WriteFile(path string, data []byte) error
	AppendFile(path string, data []byte) error
	ReadDir(path string) ([]hostfs.Entry, error)
	Stat(path string, follow bool) (vfs.Attr, error)
	Mkdir(path string, all bool) error
	Remove(path string, all bool) error
	Rename(from, to string) error
	Symlink(target, path string) error
	Link(existing, path string) error
	Readlink(path string) (string, error)
	SetAttr(path string, a vfs.SetAttr) error
	LsetAttr(path string, a vfs.SetAttr) error
}

// ImportOptions limit what an archive may do. The zero value has the defaults.
type ImportOptions struct {
	// MaxBytes is the most contents in all. Default 4 GiB.
	MaxBytes int64
	// MaxEntries is the most entries. Default 100 000.
	MaxEntries int
	// MaxRatio is how many bytes one byte of a compressed archive may become,
	// looked at from 16 MiB of contents on. Default 250.
	MaxRatio int64
	// KeepExisting makes files that are there already an error.
	KeepExisting bool
	// Outside says what becomes of symbolic links that lead, or may lead, out
	// of the target.
	Outside Outside
}

// Outside is what becomes of links that lead out.
type Outside int

const (
	Refuse Outside = iota // an error
	Skip                  // left out, and named in Imported.Skipped
	Keep                  // made; still nothing is written through them
)

// Imported is what an import has done.
type Imported struct {
	Entries int
	Bytes   int64    // of contents
	Skipped []string // links that were left out
}

// ExportOptions say what an archive looks like.
type ExportOptions struct {
	// Prefix is a directory inside the archive that everything goes into.
	// Empty: names begin below the directory that is packed.
	Prefix string
	// Gzip compresses a tar.
	Gzip bool
	// Filter, when set, returns false for a file that is left out, or for a
	// directory with all that is in it.
	Filter func(path string, a vfs.Attr) bool
}

// Reason is what is wrong with an archive, or stands in its way.
type Reason string

const (
	DotDot      Reason = "dotdot"       // a name goes up with ".."
	Absolute    Reason = "absolute"     // a name begins at the root
	BadLink     Reason = "link"         // a link leads out, or a hard link's file is not in the archive
	ThroughLink Reason = "through-link" // a name leads through a symbolic link
	Encoding    Reason = "encoding"     // a name is not UTF-8
	BadName     Reason = "name"         // a name is none
	Duplicate   Reason = "duplicate"    // a name comes twice
	Exists      Reason = "exists"       // something is there that is not to be replaced
	Device      Reason = "device"       // a device, FIFO or socket
	Unsupported Reason = "unsupported"  // a kind of entry or compression that is not known; encrypted
	TooLarge    Reason = "bytes"        // MaxBytes
	TooMany     Reason = "entries"      // MaxEntries
	Ratio       Reason = "ratio"        // MaxRatio
	Truncated   Reason = "truncated"    // the archive ends early; a file has changed while it was packed
	Corrupt     Reason = "corrupt"      // the archive is damaged, or none at all
	Filesystem  Reason = "filesystem"   // reading or writing a file failed: Unwrap has why
)

// Error is a failed import or export.
type Error struct {
	Reason Reason
	// Entry is the entry it is about; "" when it is about none.
	Entry string
	Err   error
	// Written is what an import had written by then: paths, in order. A file is
	// there with all its contents, or not at all.
	Written []string
}

func (e *Error) Error() string {
	s := "archive: "
	if e.Entry != "" {
		s += quoted(e.Entry) + ": "
	}
	return s + e.Err.Error()
}

func (e *Error) Unwrap() error { return e.Err }

// quoted shows a name: whole, unless it is absurdly long.
func quoted(name string) string {
	if len(name) > 200 {
		name = name[:200] + "…"
	}
	return strconv.Quote(name)
}

func fail(r Reason, entry, message string) error {
	return &Error{Reason: r, Entry: entry, Err: errors.New(message)}
}

// wrap says of an error which entry it came with. Errors of the file tree are
// Filesystem, those of the caller's own reader or writer stay as they are.
func wrap(err error, entry string, written []string) error {
	var own *Error
	var files *hostfs.Error
	switch {
	case errors.As(err, &own):
		own.Written = written
		return own
	case errors.As(err, &files):
		return &Error{Reason: Filesystem, Entry: entry, Err: err, Written: written}
	}
	return err
}
