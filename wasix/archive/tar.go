//go:build !js

package archive

import (
	"archive/tar"
	"bufio"
	"compress/flate"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// ImportTar unpacks a tar or tar.gz into a directory, which is made.
//
// Errors: *Error; those of r as they are.
func ImportTar(tree Tree, dir string, r io.Reader, o ImportOptions) (Imported, error) {
	w := newWriter(tree, dir, o)
	err := w.begin()
	if err == nil {
		err = w.untar(r)
	}
	if err == nil {
		err = w.finish()
	}
	if err != nil {
		return w.result, wrap(err, w.current, w.written)
	}
	return w.result, nil
}

// counter counts what is read, and keeps the error that is not io.EOF.
type counter struct {
	r   io.Reader
	n   int64
	err error
	// look is called after each read.
	look func() error
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	if err == nil && c.look != nil {
		err = c.look()
	}
	if err != nil && err != io.EOF {
		c.err = err
	}
	return n, err
}

// other tells what an archive is that begins as no tar does.
func other(in *bufio.Reader) string {
	head, _ := in.Peek(6)
	switch start := string(head); {
	case strings.HasPrefix(start, "\xfd7zXZ"):
		return "compressed by xz"
	case len(start) == 6 && start[:3] == "BZh" && start[4:] == "1A":
		return "compressed by bzip2"
	case strings.HasPrefix(start, "\x28\xb5\x2f\xfd"):
		return "compressed by zstd"
	case strings.HasPrefix(start, "PK\x03\x04"):
		return "a zip"
	}
	return ""
}

const (
	block = 512
	// overhead is what headers and padding may add to the contents.
	overhead = 64 << 20
)

func (w *writer) untar(r io.Reader) error {
	source := &counter{r: r}
	in := bufio.NewReader(source)
	all := &counter{r: in}
	w.packed = func() int64 { return -1 }
	// says makes an error of ours of one that a library had.
	said := 0
	says := func(err error) error {
		var own *Error
		switch {
		case source.err != nil:
			return source.err
		case errors.As(err, &own):
			return err
		case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
			return &Error{Reason: Truncated, Entry: w.current, Err: errors.New("the archive ends early")}
		case said == 0:
			return &Error{Reason: Corrupt, Err: errors.New("this is no tar archive, or it is damaged: " + err.Error())}
		}
		return &Error{Reason: Corrupt, Entry: w.current, Err: errors.New("the archive is damaged here or behind: " + err.Error())}
	}
	if what := other(in); what != "" {
		return fail(Unsupported, "", "the archive is "+what+": only tar and tar.gz are known here")
	}
	if head, err := in.Peek(2); err == nil && head[0] == 0x1f && head[1] == 0x8b {
		z, err := gzip.NewReader(in)
		if err != nil {
			return says(err)
		}
		all.r = z
		w.packed = func() int64 { return source.n }
		// What comes after the last entry counts, too.
		all.look = func() error { return w.ratio(all.n, source.n) }
	}
	limited := all.look
	all.look = func() error {
		if all.n > w.o.MaxBytes+overhead && all.n-overhead > w.o.MaxBytes {
			return w.tooLarge()
		}
		if limited != nil {
			return limited()
		}
		return nil
	}
	t := tar.NewReader(all)
	var end int64 // of the last entry
	for {
		h, err := t.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return says(err)
		}
		said++
		if h.Typeflag != tar.TypeXGlobalHeader {
			e, err := tarEntry(h)
			if err != nil {
				return err
			}
			e.body = explained{t, says}
			path, err := w.check(&e, 0)
			if err != nil {
				return err
			}
			if err := w.add(&e, path); err != nil {
				return err
			}
		}
		end = (all.n + block - 1) &^ (block - 1)
	}
	if all.n-end < 2*block {
		return fail(Truncated, w.current, "the archive ends early: its end mark is missing")
	}
	if err := drain(all); err != nil {
		return says(err)
	}
	return nil
}

// explained is a reader whose errors are ours.
type explained struct {
	r    io.Reader
	says func(error) error
}

func (e explained) Read(b []byte) (int, error) {
	n, err := e.r.Read(b)
	if err != nil && err != io.EOF {
		err = e.says(err)
	}
	return n, err
}

// drain reads what follows the end mark, so that checksums are compared.
func drain(r io.Reader) error {
	buf := make([]byte, 32<<10)
	for {
		n, err := r.Read(buf)
		if !isZero(buf[:n]) {
			return errors.New("something follows the end mark")
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func tarEntry(h *tar.Header) (entry, error) {
	e := entry{name: h.Name, mtime: h.ModTime, atime: h.AccessTime, target: h.Linkname, mode: permissions(h.Mode)}
	switch h.Typeflag {
	case tar.TypeReg, tar.TypeCont, tar.TypeGNUSparse:
		e.typ, e.size = file, h.Size
	case tar.TypeDir:
		e.typ = directory
	case tar.TypeSymlink:
		e.typ = symlink
	case tar.TypeLink:
		e.typ = hardlink
	case tar.TypeChar:
		return e, fail(Device, h.Name, "is a character device")
	case tar.TypeBlock:
		return e, fail(Device, h.Name, "is a block device")
	case tar.TypeFifo:
		return e, fail(Device, h.Name, "is a FIFO")
	default:
		return e, fail(Unsupported, h.Name, "is of the unknown type "+strconv.QuoteRune(rune(h.Typeflag)))
	}
	if !utf8.ValidString(h.Linkname) {
		return e, fail(Encoding, h.Name, "its target is not UTF-8")
	}
	return e, nil
}

// permissions are what is kept of a mode: not setuid and its like.
func permissions[T int64 | fs.FileMode](mode T) uint16 {
	return uint16(mode)&vfs.ModePerm | vfs.ModeKnown
}

// ExportTar packs a directory, or one file. Devices, FIFOs and sockets are left
// out, and so are /dev and /proc.
//
// Errors: *Error; those of w as they are.
func ExportTar(tree Tree, path string, w io.Writer, o ExportOptions) error {
	out := &sink{w: w}
	var z *gzip.Writer
	var to io.Writer = out
	if o.Gzip {
		z, _ = gzip.NewWriterLevel(out, flate.DefaultCompression)
		to = z
	}
	t := tar.NewWriter(to)
	err := walk(tree, path, o, func(it *item) error {
		h := &tar.Header{Name: it.name, Format: tar.FormatPAX, ModTime: when(it.attr.Mtim), AccessTime: when(it.attr.Atim), Mode: int64(it.attr.Mode)}
		switch {
		case it.link != "":
			h.Typeflag, h.Linkname = tar.TypeLink, it.link
		case it.isDir():
			h.Typeflag = tar.TypeDir
			h.Name += "/"
		case it.isLink():
			h.Typeflag, h.Linkname = tar.TypeSymlink, it.target
		default:
			h.Typeflag, h.Size = tar.TypeReg, int64(it.attr.Size)
		}
		if err := t.WriteHeader(h); err != nil {
			return err
		}
		if h.Typeflag != tar.TypeReg {
			return nil
		}
		return it.copy(t)
	})
	if err == nil {
		err = t.Close()
	}
	if err == nil && z != nil {
		err = z.Close()
	}
	if out.err != nil {
		return out.err
	}
	return err
}

// sink keeps the error of the caller's writer apart from others.
type sink struct {
	w   io.Writer
	err error
}

func (s *sink) Write(b []byte) (int, error) {
	n, err := s.w.Write(b)
	if err != nil {
		s.err = err
	}
	return n, err
}

func when(ns uint64) time.Time { return time.Unix(0, int64(ns)).UTC() }

// clean is a prefix as names have it.
func clean(prefix string) string { return strings.Trim(prefix, "/") }
