//go:build !js

package archive

import (
	"errors"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/hostfs"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// item is what goes into an archive.
type item struct {
	tree   Tree
	name   string // in the archive, without a slash at the end
	path   string
	attr   vfs.Attr
	target string // of a symbolic link
	link   string // the name that the same file had before
	start  []byte // of a file
}

func (it *item) isDir() bool  { return it.attr.Type == abi.FiletypeDirectory }
func (it *item) isLink() bool { return it.attr.Type == abi.FiletypeSymbolicLink }

// copy writes the contents of a file.
func (it *item) copy(w io.Writer) error {
	size := int64(it.attr.Size)
	for at, data := int64(0), it.start; at < size; {
		if at > 0 {
			var err error
			if data, err = it.tree.ReadRange(it.path, at, min(piece, size-at)); err != nil {
				return wrap(err, it.path, nil)
			}
		}
		if len(data) == 0 || int64(len(data)) > size-at {
			return &Error{Reason: Truncated, Entry: it.name, Err: errors.New(it.path + " has changed while it was read")}
		}
		if _, err := w.Write(data); err != nil {
			return err
		}
		at += int64(len(data))
	}
	return nil
}

// dir is a directory that is still to be read.
type dir struct{ path, name string }

// walk calls emit for everything there is below a path, in a fixed order.
func walk(tree Tree, root string, o ExportOptions, emit func(*item) error) error {
	if root = strings.TrimRight(root, "/"); root == "" {
		root = "/"
	}
	prefix := clean(o.Prefix)
	under := prefix
	if under != "" {
		under += "/"
	}
	top, err := tree.Stat(root, true)
	if err != nil {
		return wrap(err, "", nil)
	}
	seen := map[[2]uint64]string{} // names of files that have several
	one := func(it *item) error {
		it.tree = tree
		switch it.attr.Type {
		case abi.FiletypeRegularFile, abi.FiletypeSymbolicLink:
			id := [2]uint64{it.attr.Dev, it.attr.Ino}
			if it.attr.Nlink > 1 {
				if it.link = seen[id]; it.link == "" {
					seen[id] = it.name
				}
			}
			var err error
			if it.isLink() {
				it.target, err = tree.Readlink(it.path)
			} else {
				it.start, err = tree.ReadRange(it.path, 0, min(piece, int64(it.attr.Size)))
			}
			if err != nil {
				return wrap(err, it.name, nil)
			}
		case abi.FiletypeDirectory:
		default:
			return nil
		}
		return emit(it)
	}
	if top.Type != abi.FiletypeDirectory {
		return one(&item{name: under + path.Base(root), path: root, attr: top})
	}
	name := prefix
	if name == "" {
		name = "."
	}
	if err := one(&item{name: name, path: root, attr: top}); err != nil {
		return err
	}
	// A stack, not recursion: programs make very deep trees.
	for stack := []dir{{strings.TrimRight(root, "/"), under}}; len(stack) > 0; {
		d := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		list, err := tree.ReadDir(d.path + "/")
		if err != nil {
			return wrap(err, d.name, nil)
		}
		slices.SortFunc(list, func(a, b hostfs.Entry) int { return strings.Compare(a.Name, b.Name) })
		var below []dir
		for _, e := range list {
			p := d.path + "/" + e.Name
			if p == "/dev" || p == "/proc" {
				continue // the kernel's own
			}
			a, err := tree.Stat(p, false)
			if err != nil {
				return wrap(err, d.name+e.Name, nil)
			}
			if o.Filter != nil && !o.Filter(p, a) {
				continue
			}
			if err := one(&item{name: d.name + e.Name, path: p, attr: a}); err != nil {
				return err
			}
			if a.Type == abi.FiletypeDirectory {
				below = append(below, dir{p, d.name + e.Name + "/"})
			}
		}
		slices.Reverse(below)
		stack = append(stack, below...)
	}
	return nil
}
