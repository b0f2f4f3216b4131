//go:build !js

package archive

import (
	"archive/zip"
	"cmp"
	"errors"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// ImportZip unpacks a zip of size bytes into a directory, which is made. What
// its directory tells is checked before anything is written.
//
// Errors: *Error.
func ImportZip(tree Tree, dir string, r io.ReaderAt, size int64, o ImportOptions) (Imported, error) {
	w := newWriter(tree, dir, o)
	err := w.unzip(r, size)
	if err == nil {
		err = w.finish()
	}
	if err != nil {
		return w.result, wrap(err, w.current, w.written)
	}
	return w.result, nil
}

// zipped is an entry that has been checked.
type zipped struct {
	f    *zip.File
	e    entry
	path []string
}

func (w *writer) unzip(r io.ReaderAt, size int64) error {
	z, err := zip.NewReader(r, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) { // names are checked here
		if errors.Is(err, zip.ErrFormat) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
			return fail(Truncated, "", "this is no zip archive, or its end is missing")
		}
		return fail(Corrupt, "", "the archive is damaged: "+err.Error())
	}
	list, err := w.checkZip(z.File)
	if err != nil {
		return err
	}
	if err := w.begin(); err != nil {
		return err
	}
	var packed int64
	w.packed = func() int64 { return packed }
	for i := range list {
		it := &list[i]
		packed += int64(it.f.CompressedSize64)
		w.current = it.e.name
		if err := w.unzipEntry(it); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) unzipEntry(it *zipped) error {
	if it.e.typ == directory {
		return w.add(&it.e, it.path)
	}
	damaged := func(err error) error { return fail(Corrupt, it.e.name, "the archive is damaged: "+err.Error()) }
	body, err := it.f.Open()
	if err != nil {
		return damaged(err)
	}
	defer body.Close()
	it.e.body = explained{body, damaged}
	if it.e.typ == symlink {
		text, err := io.ReadAll(io.LimitReader(it.e.body, vfs.PathMax+1))
		if err != nil {
			return err
		}
		if it.e.target = string(text); !utf8.ValidString(it.e.target) {
			return fail(Encoding, it.e.name, "its target is not UTF-8")
		}
	}
	return w.add(&it.e, it.path)
}

func (w *writer) checkZip(files []*zip.File) ([]zipped, error) {
	list := make([]zipped, 0, min(len(files), w.o.MaxEntries))
	var declared, packed int64
	for _, f := range files {
		e, err := zipEntry(f)
		if err != nil {
			return nil, err
		}
		path, err := w.check(&e, declared)
		if err != nil {
			return nil, err
		}
		declared += e.size
		packed += int64(min(f.CompressedSize64, 1<<50))
		if err := w.ratio(declared, packed); err != nil {
			return nil, err
		}
		list = append(list, zipped{f, e, path})
	}
	return list, overlap(list)
}

// overlap finds entries that share their bytes, as in a bomb.
func overlap(list []zipped) error {
	type span struct {
		from, to int64
		name     string
	}
	var spans []span
	for i := range list {
		f := list[i].f
		from, err := f.DataOffset()
		if err != nil {
			return fail(Corrupt, f.Name, "the archive is damaged: "+err.Error())
		}
		if f.CompressedSize64 > 1<<62 {
			return fail(Corrupt, f.Name, "the archive is damaged: its size is "+strconv.FormatUint(f.CompressedSize64, 10))
		}
		spans = append(spans, span{from, from + int64(f.CompressedSize64), f.Name})
	}
	slices.SortStableFunc(spans, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	for i := 1; i < len(spans); i++ {
		if spans[i].from < spans[i-1].to {
			return fail(Corrupt, spans[i].name, "the archive is damaged: the entry overlaps "+quoted(spans[i-1].name))
		}
	}
	return nil
}

// Systems that zips come from. Those of unix have modes.
const (
	fat   = 0
	unix  = 3
	ntfs  = 10
	vfat  = 14
	macOS = 19
)

func zipEntry(f *zip.File) (entry, error) {
	e := entry{name: f.Name, typ: file, mtime: f.Modified}
	switch f.CreatorVersion >> 8 {
	case unix, macOS:
		if f.ExternalAttrs>>16 != 0 {
			e.mode = permissions(f.Mode())
		}
	case fat, ntfs, vfat:
		// Old programs of Windows separate with backslashes.
		if !strings.Contains(e.name, "/") {
			e.name = strings.ReplaceAll(e.name, "\\", "/")
		}
	}
	switch mode := f.Mode(); {
	case f.Flags&1 != 0:
		return e, fail(Unsupported, f.Name, "is encrypted")
	case f.Method != zip.Store && f.Method != zip.Deflate:
		return e, fail(Unsupported, f.Name, "is compressed by the unknown method "+strconv.Itoa(int(f.Method)))
	case mode.IsDir() || strings.HasSuffix(e.name, "/"):
		e.typ = directory
		return e, nil
	case mode&fs.ModeSymlink != 0:
		e.typ = symlink
		if f.UncompressedSize64 > vfs.PathMax {
			return e, fail(BadLink, f.Name, "is a symbolic link whose target is too long")
		}
	case mode&fs.ModeType != 0:
		return e, fail(Device, f.Name, "is a device, FIFO or socket: "+mode.String())
	}
	if f.UncompressedSize64 > 1<<62 {
		return e, fail(TooLarge, f.Name, "has "+strconv.FormatUint(f.UncompressedSize64, 10)+" bytes")
	}
	e.size = int64(f.UncompressedSize64)
	return e, nil
}

// ExportZip is ExportTar as zip, compressed. Hard links become files of their
// own: zip has none. Times are of whole seconds.
func ExportZip(tree Tree, path string, w io.Writer, o ExportOptions) error {
	out := &sink{w: w}
	z := zip.NewWriter(out)
	err := walk(tree, path, o, func(it *item) error {
		if it.name == "." {
			return nil // nothing to call it by
		}
		h := &zip.FileHeader{Name: it.name, Method: zip.Deflate, Modified: when(it.attr.Mtim)}
		mode := fs.FileMode(it.attr.Mode)
		switch {
		case it.isDir():
			h.Name += "/"
			h.Method = zip.Store
			mode |= fs.ModeDir
		case it.isLink():
			h.Method = zip.Store
			mode |= fs.ModeSymlink
		}
		h.SetMode(mode)
		f, err := z.CreateHeader(h)
		switch {
		case err != nil || it.isDir():
			return err
		case it.isLink():
			_, err = io.WriteString(f, it.target)
			return err
		}
		return it.copy(f)
	})
	if err == nil {
		err = z.Close()
	}
	if out.err != nil {
		return out.err
	}
	return err
}
