//go:build !js

package archive

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// entry is one entry, as both formats have it.
type entry struct {
	name         string
	typ          kind
	size         int64
	mtime, atime time.Time // atime may be zero
	mode         uint16    // as in vfs.Attr
	target       string    // of a link
	body         io.Reader // of a file
}

type kind int

const (
	file kind = iota + 1
	directory
	symlink
	hardlink
)

const (
	// piece is how much of a file is written at a time. Contents that fit are
	// written in one step.
	piece = 1 << 20
	// ratioFrom is where ratios begin to say something.
	ratioFrom = 16 << 20
)

// writer puts entries into a directory, and touches nothing else.
type writer struct {
	tree Tree
	root string // without slashes at the end
	o    ImportOptions
	// packed is how much of the archive the contents so far were made of;
	// negative: nothing is compressed.
	packed  func() int64
	written []string
	result  Imported
	current string // the entry being dealt with

	seen  map[string]kind
	there map[string]map[string]abi.Filetype // what is in each directory, by its path
	times map[string]entry                   // directories whose times and modes are to be set
	buf   []byte
}

func newWriter(tree Tree, dir string, o ImportOptions) *writer {
	if o.MaxBytes == 0 {
		o.MaxBytes = 4 << 30
	}
	if o.MaxEntries == 0 {
		o.MaxEntries = 100_000
	}
	if o.MaxRatio == 0 {
		o.MaxRatio = 250
	}
	return &writer{tree: tree, root: strings.TrimRight(dir, "/"), o: o, seen: map[string]kind{},
		there: map[string]map[string]abi.Filetype{}, times: map[string]entry{}}
}

// begin makes the target. Nothing is written before.
func (w *writer) begin() error {
	if err := w.tree.Mkdir(w.at(""), true); err != nil {
		return err
	}
	return w.list("")
}

// check says what can be said against an entry before anything is written.
// before is the declared size of the entries that are not counted yet.
func (w *writer) check(e *entry, before int64) ([]string, error) {
	w.current = e.name
	if w.result.Entries++; w.result.Entries > w.o.MaxEntries {
		return nil, fail(TooMany, e.name, "there are more than MaxEntries, "+strconv.Itoa(w.o.MaxEntries))
	}
	path, err := parts(e.name)
	if err != nil {
		return nil, err
	}
	key := strings.Join(path, "/")
	// Directories do come twice, and do no harm.
	if k, ok := w.seen[key]; ok && !(k == directory && e.typ == directory) {
		return nil, fail(Duplicate, e.name, "the name comes twice")
	}
	if len(path) == 0 && e.typ != directory {
		return nil, fail(BadName, e.name, "is not a directory, and has no name")
	}
	w.seen[key] = e.typ
	if e.size < 0 || e.size > w.o.MaxBytes-w.result.Bytes-before {
		return nil, w.tooLarge()
	}
	return path, nil
}

func (w *writer) tooLarge() error {
	return fail(TooLarge, w.current, "there are more than MaxBytes, "+strconv.FormatInt(w.o.MaxBytes, 10)+" bytes")
}

// count counts contents as they come.
func (w *writer) count(n int) error {
	if w.result.Bytes += int64(n); w.result.Bytes > w.o.MaxBytes {
		return w.tooLarge()
	}
	return w.ratio(w.result.Bytes, w.packed())
}

// ratio fails when too much comes of too little.
func (w *writer) ratio(all, packed int64) error {
	if all <= ratioFrom || packed < 0 || all/w.o.MaxRatio <= packed {
		return nil
	}
	return fail(Ratio, w.current, strconv.FormatInt(packed, 10)+" bytes become "+strconv.FormatInt(all, 10)+
		", more than MaxRatio, "+strconv.FormatInt(w.o.MaxRatio, 10)+", times as many")
}

func (w *writer) add(e *entry, path []string) error {
	w.current = e.name
	if len(path) == 0 {
		w.times[""] = *e
		return nil
	}
	dir, err := w.directory(path[:len(path)-1], e.name)
	if err != nil {
		return err
	}
	leaf, key := path[len(path)-1], strings.Join(path, "/")
	old, exists := w.there[dir][leaf]
	occupied := func() error { return fail(Exists, e.name, "there is something with that name") }
	if e.typ == directory {
		if !exists {
			err = w.mkdir(key)
		} else if old != abi.FiletypeDirectory {
			err = occupied()
		}
		w.times[key] = *e
		return err
	}
	if exists && (old == abi.FiletypeDirectory || w.o.KeepExisting) {
		return occupied()
	}
	switch e.typ {
	case file:
		return w.file(e, key, exists)
	case symlink:
		return w.symlink(e, key, len(path)-1, exists)
	default:
		return w.link(e, key, len(path)-1, exists)
	}
}

// finish gives directories their times and modes, deepest first, so that nothing changes
// a time that has been set.
func (w *writer) finish() error {
	keys := make([]string, 0, len(w.times))
	for key := range w.times {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b string) int { return len(b) - len(a) })
	for _, key := range keys {
		e := w.times[key]
		w.current = e.name
		if err := w.tree.SetAttr(w.at(key), attributes(&e)); err != nil {
			return err
		}
	}
	return nil
}

func attributes(e *entry) vfs.SetAttr {
	a := vfs.SetAttr{SetAtim: true, SetMtim: true, SetMode: e.mode&vfs.ModeKnown != 0 && e.typ != symlink,
		Mtim: nanoseconds(e.mtime), Atim: nanoseconds(e.atime), Mode: e.mode}
	if e.atime.IsZero() {
		a.Atim = a.Mtim
	}
	return a
}

func nanoseconds(t time.Time) uint64 {
	if t.Before(time.Unix(0, 0)) {
		return 0
	}
	if t.Year() > 2261 { // UnixNano ends there
		t = time.Date(2262, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return uint64(t.UnixNano())
}

func (w *writer) at(key string) string {
	switch {
	case key != "":
		return w.root + "/" + key
	case w.root != "":
		return w.root
	}
	return "/"
}

func (w *writer) list(key string) error {
	list, err := w.tree.ReadDir(w.at(key))
	if err != nil {
		return err
	}
	names := make(map[string]abi.Filetype, len(list))
	for _, e := range list {
		names[e.Name] = e.Type
	}
	w.there[key] = names
	return nil
}

func (w *writer) mkdir(key string) error {
	if err := w.tree.Mkdir(w.at(key), false); err != nil {
		return err
	}
	w.there[key] = map[string]abi.Filetype{}
	w.note(key, abi.FiletypeDirectory)
	return nil
}

func split(key string) (dir, leaf string) {
	i := strings.LastIndexByte(key, '/')
	return key[:max(i, 0)], key[i+1:]
}

func (w *writer) note(key string, t abi.Filetype) {
	dir, leaf := split(key)
	w.there[dir][leaf] = t
	w.written = append(w.written, w.at(key))
}

// directory makes sure that a directory is there, and that no symbolic link
// leads to it.
func (w *writer) directory(path []string, entry string) (string, error) {
	above := ""
	for i, part := range path {
		key := strings.Join(path[:i+1], "/")
		if w.there[key] == nil {
			t, exists := w.there[above][part]
			var err error
			switch {
			case !exists:
				err = w.mkdir(key)
			case t == abi.FiletypeDirectory:
				err = w.list(key)
			case t == abi.FiletypeSymbolicLink:
				err = fail(ThroughLink, entry, quoted(key)+" is a symbolic link")
			default:
				err = fail(Exists, entry, quoted(key)+" is not a directory")
			}
			if err != nil {
				return "", err
			}
		}
		above = key
	}
	return above, nil
}

// file writes a file, under another name while it has not all of its contents.
func (w *writer) file(e *entry, key string, replace bool) (err error) {
	path := w.at(key)
	into, large := path, e.size > piece
	if large || replace {
		dir, _ := split(key)
		into = w.at(dir)
		if into != "/" {
			into += "/"
		}
		into += w.unused(dir)
	}
	if w.buf == nil {
		w.buf = make([]byte, piece)
	}
	defer func() {
		if err != nil {
			w.tree.Remove(into, false) // it may not be there; the first error counts
		}
	}()
	var total int64
	for {
		n, end := io.ReadFull(e.body, w.buf)
		if total += int64(n); total > e.size {
			return fail(Corrupt, e.name, "has more than the "+strconv.FormatInt(e.size, 10)+" bytes that it says")
		}
		if err := w.count(n); err != nil {
			return err
		}
		last := end == io.EOF || end == io.ErrUnexpectedEOF
		if end != nil && !last {
			return end
		}
		if last && total < e.size {
			return fail(Truncated, e.name, "has "+strconv.FormatInt(total, 10)+" of its "+strconv.FormatInt(e.size, 10)+" bytes")
		}
		if err := w.write(into, w.buf[:n], total, large); err != nil {
			return err
		}
		if last {
			break
		}
	}
	if err := w.tree.SetAttr(into, attributes(e)); err != nil {
		return err
	}
	if into != path {
		if err := w.tree.Rename(into, path); err != nil {
			return err
		}
	}
	w.note(key, abi.FiletypeRegularFile)
	return nil
}

// unused is a name that nothing in a directory has.
func (w *writer) unused(dir string) string {
	for n := 0; ; n++ {
		name := ".import-" + strconv.Itoa(n) + ".part"
		if _, taken := w.there[dir][name]; !taken {
			return name
		}
	}
}

// write adds a piece to a file; size is the file's with it. Zeros become holes.
func (w *writer) write(path string, data []byte, size int64, large bool) error {
	switch {
	case !large:
		if size > int64(len(data)) {
			return nil // the end of a file of exactly one piece
		}
		return w.tree.WriteFile(path, data)
	case size > int64(len(data)) && isZero(data):
		return w.tree.SetAttr(path, vfs.SetAttr{SetSize: true, Size: uint64(size)})
	}
	return w.tree.AppendFile(path, data)
}

var zeros [4096]byte

func isZero(b []byte) bool {
	for len(b) > len(zeros) {
		if !bytes.Equal(b[:len(zeros)], zeros[:]) {
			return false
		}
		b = b[len(zeros):]
	}
	return bytes.Equal(b, zeros[:len(b)])
}

func (w *writer) symlink(e *entry, key string, depth int, replace bool) error {
	if e.target == "" || strings.IndexByte(e.target, 0) >= 0 {
		return fail(BadLink, e.name, "is a link to nothing")
	}
	if out, err := w.leave(e.name, leaves(e.target, depth)); out || err != nil {
		return err
	}
	if replace {
		if err := w.tree.Remove(w.at(key), false); err != nil {
			return err
		}
	}
	if err := w.tree.Symlink(e.target, w.at(key)); err != nil {
		return err
	}
	w.note(key, abi.FiletypeSymbolicLink)
	return w.tree.LsetAttr(w.at(key), attributes(e))
}

// leave decides about a link that may lead out: why is not empty then.
func (w *writer) leave(name, why string) (out bool, err error) {
	switch {
	case why == "" || w.o.Outside == Keep:
		return false, nil
	case w.o.Outside == Refuse:
		return false, fail(BadLink, name, why)
	}
	w.result.Skipped = append(w.result.Skipped, name)
	return true, nil
}

func (w *writer) link(e *entry, key string, depth int, replace bool) error {
	path, err := parts(e.target)
	if err != nil {
		return fail(BadLink, e.name, "is a hard link to "+quoted(e.target)+": "+errors.Unwrap(err).Error())
	}
	to := strings.Join(path, "/")
	// Only what this very archive brought: anything else may lie elsewhere, too.
	if k, ok := w.seen[to]; !ok || k == directory || to == key {
		return fail(BadLink, e.name, "is a hard link to "+quoted(e.target)+", which is no file that came before")
	}
	dir, leaf := split(to)
	switch t, ok := w.there[dir][leaf]; {
	case !ok: // it was left out
		w.result.Skipped = append(w.result.Skipped, e.name)
		return nil
	case t == abi.FiletypeSymbolicLink: // which means something else in another place
		target, err := w.tree.Readlink(w.at(to))
		if err != nil {
			return err
		}
		if out, err := w.leave(e.name, leaves(target, depth)); out || err != nil {
			return err
		}
	}
	if replace {
		if err := w.tree.Remove(w.at(key), false); err != nil {
			return err
		}
	}
	if err := w.tree.Link(w.at(to), w.at(key)); err != nil {
		return err
	}
	w.note(key, w.there[dir][leaf])
	return nil
}
