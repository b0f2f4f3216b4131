package jsfs

import (
	"encoding/binary"
	"strconv"
	"strings"
	"syscall/js"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// inode is a node of the tree.
type inode struct {
	fs  *FS
	id  int64
	typ abi.Filetype
}

// Type implements vfs.Inode.
func (n *inode) Type() abi.Filetype { return n.typ }

// Attr implements vfs.Inode.
func (n *inode) Attr(ctx *vfs.Ctx) (vfs.Attr, abi.Errno) {
	v, e := n.do(ctx, opAttr, "")
	if e != abi.OK {
		return vfs.Attr{}, e
	}
	var b [56]byte
	js.CopyBytesToGo(b[:], v)
	at := func(i int) uint64 { return binary.LittleEndian.Uint64(b[8*i:]) }
	return vfs.Attr{Ino: at(0), Nlink: at(1), Type: n.typ, Size: at(2), Atim: at(3), Mtim: at(4), Ctim: at(5), Mode: uint16(at(6))}, abi.OK
}

// SetAttr implements vfs.Inode.
func (n *inode) SetAttr(ctx *vfs.Ctx, s *vfs.SetAttr) abi.Errno {
	what := 0
	if s.SetMode && !s.SetSize && !s.SetAtim && !s.SetMtim {
		return abi.ENOTSUP
	}
	for i, set := range [...]bool{s.SetSize, s.SetAtim, s.SetMtim} {
		if set {
			what |= 1 << i
		}
	}
	_, e := n.do(ctx, opSetAttr, "", what, text(s.Size), text(s.Atim), text(s.Mtim))
	return e
}

// text is a 64-bit number as the tree takes it.
func text(v uint64) string { return strconv.FormatUint(v, 10) }

// Readlink implements vfs.Inode.
func (n *inode) Readlink(ctx *vfs.Ctx) (string, abi.Errno) {
	if n.typ != abi.FiletypeSymbolicLink {
		return "", abi.EINVAL
	}
	v, e := n.do(ctx, opReadlink, "")
	if e != abi.OK {
		return "", e
	}
	return v.String(), abi.OK
}

// Lookup implements vfs.Inode.
func (n *inode) Lookup(ctx *vfs.Ctx, name string) (vfs.Inode, abi.Errno) {
	in, e := n.lookup(ctx, name)
	if e != abi.OK {
		return nil, e
	}
	return in, e
}

func (n *inode) lookup(ctx *vfs.Ctx, name string) (*inode, abi.Errno) {
	f := n.fs
	if s := f.early; s != nil && s.ctx == ctx {
		for _, l := range s.before {
			if l.dir == n && l.name == name {
				return l.found, l.errno
			}
		}
	}
	in, e := n.made(n.do(ctx, opLookup, name, name))
	if !ctx.MayBlock && e != vfs.ErrMustWait {
		last := &f.looked.last
		last[1], last[0] = last[0], lookup{n, name, in, e}
	}
	return in, e
}

func (n *inode) made(v js.Value, e abi.Errno) (*inode, abi.Errno) {
	if e != abi.OK {
		return nil, e
	}
	return n.fs.inode(int64(v.Float())), abi.OK
}

// Parent implements vfs.Inode.
func (n *inode) Parent(*vfs.Ctx) (vfs.Inode, string, abi.Errno) {
	if n.typ != abi.FiletypeDirectory {
		return nil, "", abi.ENOTDIR
	}
	at, name, _ := strings.Cut(n.fs.tree.Call("parent", float64(n.id)).String(), "/")
	packed, _ := strconv.ParseInt(at, 10, 64)
	return n.fs.inode(packed), name, abi.OK
}

// Create implements vfs.Inode.
func (n *inode) Create(ctx *vfs.Ctx, name string, typ abi.Filetype, target string) (vfs.Inode, abi.Errno) {
	in, e := n.made(n.do(ctx, opCreate, name, name, int(typ), target))
	if e != abi.OK {
		return nil, e
	}
	return in, abi.OK
}

// Link implements vfs.Inode.
func (n *inode) Link(ctx *vfs.Ctx, name string, to vfs.Inode) abi.Errno {
	_, e := n.do(ctx, opLink, name, name, float64(to.(*inode).id))
	return e
}

// Unlink implements vfs.Inode.
func (n *inode) Unlink(ctx *vfs.Ctx, name string) abi.Errno {
	return n.drop(n.do(ctx, opUnlink, name, name))
}

// Rmdir implements vfs.Inode.
func (n *inode) Rmdir(ctx *vfs.Ctx, name string) abi.Errno {
	return n.drop(n.do(ctx, opRmdir, name, name))
}

// Rename implements vfs.Inode.
func (n *inode) Rename(ctx *vfs.Ctx, name string, to vfs.Inode, newName string) abi.Errno {
	return n.drop(n.do(ctx, opRename, name, name, float64(to.(*inode).id), newName))
}

// drop forgets the inode that no name leads to any more, if any.
func (n *inode) drop(v js.Value, e abi.Errno) abi.Errno {
	if e == abi.OK {
		delete(n.fs.inodes, int64(v.Float()))
	}
	return e
}

// ReadDir implements vfs.Inode.
func (n *inode) ReadDir(ctx *vfs.Ctx, cookie uint64, emit func(vfs.Dirent) bool) abi.Errno {
	if n.typ != abi.FiletypeDirectory {
		return abi.ENOTDIR
	}
	for {
		v, e := n.do(ctx, opReaddir, "", float64(cookie))
		if e != abi.OK {
			return e
		}
		b := make([]byte, v.Length())
		js.CopyBytesToGo(b, v)
		if len(b) == 0 {
			return abi.OK
		}
		for len(b) != 0 {
			cookie = uint64(binary.LittleEndian.Uint32(b))
			end := 14 + int(b[13])
			if !emit(vfs.Dirent{Cookie: cookie, Ino: binary.LittleEndian.Uint64(b[4:]), Type: abi.Filetype(b[12]), Name: string(b[14:end])}) {
				return abi.OK
			}
			b = b[end:]
		}
	}
}
