package overlayfs

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// names returns all names of a lower file that has several. The first time the
// whole lower layer is looked through.
func (fs *FS) names(ctx *vfs.Ctx, low vfs.Inode) ([]place, abi.Errno) {
	if a, e := low.Attr(ctx); e != abi.OK || a.Nlink <= 1 {
		return nil, e
	}
	if fs.links != nil {
		return fs.links[low], abi.OK
	}
	links := map[vfs.Inode][]place{}
	todo := []vfs.Inode{fs.lower.Root()}
	for len(todo) != 0 {
		dir := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		_, e := batches(ctx, dir, 0, func(d vfs.Dirent) (bool, abi.Errno) {
			in, e := dir.Lookup(ctx, d.Name)
			if e != abi.OK {
				return true, e
			}
			if d.Type == abi.FiletypeDirectory {
				todo = append(todo, in)
				return true, abi.OK
			}
			a, e := in.Attr(ctx)
			if a.Nlink > 1 {
				links[in] = append(links[in], place{dir, d.Name})
			}
			return true, e
		})
		if e != abi.OK {
			return nil, e
		}
	}
	fs.links = links
	return links[low], abi.OK
}

// node returns the directory that shows one of the lower layer; nil: none does,
// or one that was moved there when the layers were mounted before and that
// nobody has come by since.
func (fs *FS) node(ctx *vfs.Ctx, dir vfs.Inode) (*node, abi.Errno) {
	var path []place
	for fs.nodes[dir] == nil {
		up, name, e := dir.Parent(ctx)
		if e != abi.OK {
			return nil, e
		}
		path = append(path, place{dir, name})
		dir = up
	}
	n := fs.nodes[dir]
	for i := len(path) - 1; i >= 0; i-- {
		in, e := n.find(ctx, path[i].name)
		if e == abi.ENOENT || e == abi.OK && in.low != path[i].dir {
			return nil, abi.OK
		}
		if e != abi.OK {
			return nil, e
		}
		n = in
	}
	return n, abi.OK
}
