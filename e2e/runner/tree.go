package runner

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// entry is one file of a directory on its way to or from the page; see
// web/runner/tree.ts for the format.
type entry struct {
	Path   string  `json:"p"`
	Type   string  `json:"t"` // "f", "d", "l"
	Size   int64   `json:"s"`
	Target string  `json:"l,omitempty"`
	Mtime  float64 `json:"m,omitempty"` // milliseconds
	Mode   uint16  `json:"x,omitempty"` // permission bits, when they are not the usual ones
	Gone   bool    `json:"gone,omitempty"`
}

// usualMode is the mode of files and directories that nobody has given another.
var usualMode = map[string]uint16{"f": 0o644, "d": 0o755}

// setMode notes a mode that is not the usual one. One of 0 counts as usual: what
// nobody can read is not here.
func (e *entry) setMode(perm uint16) {
	if perm != usualMode[e.Type] {
		e.Mode = perm
	}
}

// Most that one directory may hold. All of it goes into the browser's memory,
// so a mistake like "--dir /" should end with an error and not with the machine.
const (
	maxTreeFiles = 200_000
	maxTreeBytes = 2 << 30
)

// packTree writes the tree below host. A file that cannot be read is left out;
// warn hears of it.
func packTree(w io.Writer, host string, warn func(string)) error {
	entries, err := scanTree(host, warn)
	if err != nil {
		return err
	}
	head, err := json.Marshal(entries)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(w, 1<<16)
	binary.Write(out, binary.LittleEndian, uint32(len(head)))
	out.Write(head)
	for _, e := range entries {
		if e.Type != "f" {
			continue
		}
		if err := copyFile(out, filepath.Join(host, e.Path), e.Size); err != nil {
			return err
		}
	}
	return out.Flush()
}

// scanTree lists what is below host, parents first.
func scanTree(host string, warn func(string)) ([]entry, error) {
	entries := []entry{}
	var bytes int64
	err := filepath.WalkDir(host, func(p string, d fs.DirEntry, err error) error {
		if p == host {
			return err
		}
		if err != nil {
			if errors.Is(err, fs.ErrNotExist) {
				return nil // it went away while we looked
			}
			warn(err.Error() + ": the program sees it empty")
			return nil
		}
		rel, err := filepath.Rel(host, p)
		if err != nil {
			return err
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		e := entry{Path: filepath.ToSlash(rel), Mtime: float64(info.ModTime().UnixNano()) / 1e6}
		perm := uint16(info.Mode().Perm())
		switch {
		case d.IsDir():
			e.Type = "d"
			e.setMode(perm)
		case d.Type()&fs.ModeSymlink != 0:
			e.Type = "l"
			if e.Target, err = os.Readlink(p); err != nil {
				return err
			}
		case d.Type().IsRegular():
			if err := readable(p); err != nil {
				warn(err.Error() + ": the program does not see it")
				return nil
			}
			e.Type, e.Size = "f", info.Size()
			e.setMode(perm)
		default:
			return nil // sockets and devices stay on the host
		}
		entries = append(entries, e)
		if bytes += e.Size; bytes > maxTreeBytes || len(entries) > maxTreeFiles {
			return fmt.Errorf("more than %d files or %d MiB: map a smaller directory", maxTreeFiles, maxTreeBytes>>20)
		}
		return nil
	})
	return entries, err
}

func readable(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	return f.Close()
}

func copyFile(w io.Writer, name string, size int64) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	if n, err := io.CopyN(w, f, size); err != nil {
		return fmt.Errorf("%s changed while it was read (%d of %d bytes): %w", name, n, size, err)
	}
	return nil
}

// applyTree brings the changes of a program back to host. What the host refuses
// does not keep the rest from coming back; the error names all of it. A path
// that leaves the directory is refused: it comes from a guest.
func applyTree(r io.Reader, host string) error {
	root, err := os.OpenRoot(host)
	if err != nil {
		return err
	}
	defer root.Close()
	in := bufio.NewReaderSize(r, 1<<16)
	var n uint32
	if err := binary.Read(in, binary.LittleEndian, &n); err != nil {
		return err
	}
	head := make([]byte, n)
	if _, err := io.ReadFull(in, head); err != nil {
		return err
	}
	var entries []entry
	if err := json.Unmarshal(head, &entries); err != nil {
		return err
	}
	var refused []error
	for _, e := range entries {
		data := &io.LimitedReader{R: in}
		if e.Type == "f" {
			data.N = e.Size
		}
		if err := applyEntry(root, e, data); err != nil {
			refused = append(refused, fmt.Errorf("%s: %w", e.Path, err))
		}
		if _, err := io.CopyN(io.Discard, data, data.N); err != nil {
			return errors.Join(append(refused, fmt.Errorf("%s: %w", e.Path, err))...)
		}
	}
	// Modes come last: nothing is made in a directory that may not be changed. What
	// a program makes has none of its own, and what the host makes of it.
	for _, e := range entries {
		if e.Mode == 0 || e.Gone {
			continue
		}
		err := root.Chmod(filepath.FromSlash(e.Path), fs.FileMode(e.Mode)&fs.ModePerm)
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // what was refused above has been told
			refused = append(refused, fmt.Errorf("%s: %w", e.Path, err))
		}
	}
	return errors.Join(refused...)
}

func applyEntry(root *os.Root, e entry, data io.Reader) error {
	name := filepath.FromSlash(e.Path)
	old, err := root.Lstat(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	exists := err == nil
	switch {
	case e.Gone:
		if !exists {
			return nil
		}
		return root.Remove(name)
	case e.Type == "d" && exists && old.IsDir():
		return nil
	case e.Type != "f" || exists && !old.Mode().IsRegular():
		if err := root.RemoveAll(name); err != nil {
			return err
		}
	}
	switch e.Type {
	case "d":
		return root.Mkdir(name, 0o777)
	case "l":
		return root.Symlink(e.Target, name)
	case "f":
		return writeFile(root, name, e, data)
	}
	return fmt.Errorf("unknown type %q", e.Type)
}

func writeFile(root *os.Root, name string, e entry, data io.Reader) error {
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, data)
	if err2 := f.Close(); err == nil {
		err = err2
	}
	if err == nil && e.Mtime > 0 {
		t := time.UnixMicro(int64(e.Mtime * 1000))
		err = root.Chtimes(name, t, t)
	}
	return err
}

// guestPath makes a guest directory absolute and clean.
func guestPath(p string) string {
	if !strings.HasPrefix(p, "/") {
		p = "/" + p
	}
	return path.Clean(p)
}
