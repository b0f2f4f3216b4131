package runner

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wasix-web/wasix-web/wasix"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/hostfs"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// guestTree is a host directory in a native system's files. It does what
// web/runner/tree.ts does in a page.
type guestTree struct {
	fs     wasix.FS
	root   string
	others map[string]bool // absolute paths below root that are not part of it
	seen   map[string]vfs.Attr
}

// loadTree copies host below root. others are the guest directories of other
// trees.
func loadTree(fs wasix.FS, root string, others []string, host string, warn func(string)) (*guestTree, error) {
	t := &guestTree{fs: fs, root: root, others: map[string]bool{}, seen: map[string]vfs.Attr{}}
	for _, o := range others {
		if o != root {
			t.others[o] = true
		}
	}
	entries, err := scanTree(host, warn)
	if err != nil {
		return nil, err
	}
	if err := fs.Mkdir(root, true); err != nil {
		return nil, err
	}
	if root == "/" {
		if entries, err = t.besideSystem(entries); err != nil {
			return nil, err
		}
	}
	for _, e := range entries {
		if err := t.put(e, filepath.Join(host, e.Path)); err != nil {
			return nil, err
		}
	}
	return t, t.walk("", func(p string, a vfs.Attr) error {
		t.seen[p] = a
		return nil
	})
}

func (t *guestTree) put(e entry, from string) error {
	to := t.at(e.Path)
	switch e.Type {
	case "d":
		if err := t.fs.Mkdir(to, true); err != nil || e.Mode == 0 {
			return err
		}
		return t.fs.SetAttr(to, vfs.SetAttr{SetMode: true, Mode: e.Mode})
	case "l":
		return t.fs.Symlink(e.Target, to)
	}
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := t.fs.WriteFile(to, data); err != nil {
		return err
	}
	ns := uint64(e.Mtime * 1e6)
	return t.fs.SetAttr(to, vfs.SetAttr{SetAtim: true, SetMtim: true, SetMode: e.Mode != 0, Atim: ns, Mtim: ns, Mode: e.Mode})
}

// besideSystem: a directory mapped at "/" is laid over the system's own: devices
// stay, and what is in /tmp and the like is the system's unless the directory
// has it too.
func (t *guestTree) besideSystem(entries []entry) ([]entry, error) {
	top := map[string]bool{}
	for _, e := range entries {
		top[first(e.Path)] = true
	}
	list, err := t.fs.ReadDir("/")
	if err != nil {
		return nil, err
	}
	own := map[string]bool{}
	for _, e := range list {
		own[e.Name] = true
		if !top[e.Name] || e.Name == "dev" {
			t.others["/"+e.Name] = true
		}
	}
	return slices.DeleteFunc(entries, func(e entry) bool {
		return first(e.Path) == "dev" || own[e.Path] && e.Type != "d"
	}), nil
}

func first(p string) string {
	name, _, _ := strings.Cut(p, "/")
	return name
}

func (t *guestTree) at(p string) string {
	switch {
	case t.root == "/":
		return "/" + p
	case p == "":
		return t.root
	}
	return t.root + "/" + p
}

// walk calls fn for everything in the tree, parents first.
func (t *guestTree) walk(below string, fn func(p string, a vfs.Attr) error) error {
	list, err := t.fs.ReadDir(t.at(below))
	if err != nil {
		return err
	}
	slices.SortFunc(list, func(a, b hostfs.Entry) int { return strings.Compare(a.Name, b.Name) })
	for _, e := range list {
		p := e.Name
		if below != "" {
			p = below + "/" + p
		}
		if t.others[t.at(p)] {
			continue
		}
		a, err := t.fs.Stat(t.at(p), false)
		if err != nil {
			return err
		}
		if a.Type == abi.FiletypeDirectory {
			a = vfs.Attr{Type: a.Type, Mode: a.Mode}
		}
		a.Atim, a.Nlink = 0, 0 // reading and other names are no changes
		if err := fn(p, a); err != nil {
			return err
		}
		if a.Type == abi.FiletypeDirectory {
			if err := t.walk(p, fn); err != nil {
				return err
			}
		}
	}
	return nil
}

// changes writes what has been created, changed or removed, for applyTree.
func (t *guestTree) changes(w io.Writer) (changed bool, err error) {
	left := map[string]bool{}
	for p := range t.seen {
		left[p] = true
	}
	var entries []entry
	var parts [][]byte
	err = t.walk("", func(p string, a vfs.Attr) error {
		delete(left, p)
		if t.seen[p] == a {
			return nil
		}
		e := entry{Path: p}
		switch a.Type {
		case abi.FiletypeDirectory:
			e.Type = "d"
			e.setMode(a.Mode)
		case abi.FiletypeSymbolicLink:
			e.Type = "l"
			if e.Target, err = t.fs.Readlink(t.at(p)); err != nil {
				return err
			}
		case abi.FiletypeRegularFile:
			data, err := t.fs.ReadFile(t.at(p))
			if err != nil {
				return err
			}
			e.Type, e.Size, e.Mtime = "f", int64(len(data)), float64(a.Mtim)/1e6
			e.setMode(a.Mode)
			parts = append(parts, data)
		default:
			return nil
		}
		entries = append(entries, e)
		return nil
	})
	if err != nil {
		return false, err
	}
	var gone []entry
	for p := range left {
		gone = append(gone, entry{Path: p, Type: "f", Gone: true})
	}
	slices.SortFunc(gone, func(a, b entry) int { return strings.Compare(b.Path, a.Path) })
	if entries = append(gone, entries...); len(entries) == 0 {
		return false, nil
	}
	head, err := json.Marshal(entries)
	if err != nil {
		return false, fmt.Errorf("the list of changes: %w", err)
	}
	errs := []error{binary.Write(w, binary.LittleEndian, uint32(len(head)))}
	for _, b := range append([][]byte{head}, parts...) {
		_, err := w.Write(b)
		errs = append(errs, err)
	}
	return true, errors.Join(errs...)
}
