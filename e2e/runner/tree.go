package runner

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// entry is one file of a directory on its way to or from the page; see
// web/runner/tree.ts for the format.
type entry struct {
	Path   string  `json:"p"`
	Type   string  `json:"t"` // "f", "d", "l"
	Size   int64   `json:"s,omitempty"`
	Target string  `json:"l,omitempty"`
	Mtime  float64 `json:"m,omitempty"` // milliseconds
	Gone   bool    `json:"gone,omitempty"`
}

// packTree writes the tree below host.
func packTree(w io.Writer, host string) error {
	var entries []entry
	err := filepath.WalkDir(host, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == host {
			return err
		}
		rel, err := filepath.Rel(host, path)
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		e := entry{Path: filepath.ToSlash(rel), Mtime: float64(info.ModTime().UnixNano()) / 1e6}
		switch {
		case d.IsDir():
			e.Type = "d"
		case d.Type()&fs.ModeSymlink != 0:
			e.Type = "l"
			if e.Target, err = os.Readlink(path); err != nil {
				return err
			}
		case d.Type().IsRegular():
			e.Type, e.Size = "f", info.Size()
		default:
			return nil // sockets and devices stay on the host
		}
		entries = append(entries, e)
		return nil
	})
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

func copyFile(w io.Writer, path string, size int64) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if n, err := io.CopyN(w, f, size); err != nil {
		return fmt.Errorf("%s: changed while it was read (%d of %d bytes): %w", path, n, size, err)
	}
	return nil
}

// applyTree brings the changes of a program back to host. A path that leaves
// the directory is refused: it comes from a guest.
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
	var entries []entry
	if err := json.NewDecoder(io.LimitReader(in, int64(n))).Decode(&entries); err != nil {
		return err
	}
	for _, e := range entries {
		if err := applyEntry(root, e, in); err != nil {
			return fmt.Errorf("%s: %w", e.Path, err)
		}
	}
	return nil
}

func applyEntry(root *os.Root, e entry, in io.Reader) error {
	name := filepath.FromSlash(e.Path)
	switch {
	case e.Gone:
		err := root.Remove(name)
		if os.IsNotExist(err) || err == nil {
			return nil
		}
		return err
	case e.Type == "d":
		if st, err := root.Lstat(name); err == nil && st.IsDir() {
			return nil
		}
		root.Remove(name)
		return root.Mkdir(name, 0o755)
	case e.Type == "l":
		root.Remove(name)
		return root.Symlink(e.Target, name)
	}
	if st, err := root.Lstat(name); err == nil && !st.Mode().IsRegular() {
		root.RemoveAll(name)
	}
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	_, err = io.CopyN(f, in, e.Size)
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
	return filepath.ToSlash(filepath.Clean(p))
}
