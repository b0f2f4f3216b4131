package vfs

import "github.com/wasix-web/wasix-web/wasix/abi"

// Mksock gives a unix socket a name: an inode of type FiletypeSocketStream or
// FiletypeSocketDgram, which cannot be opened (ENXIO).
//
// Errors: EEXIST something has the name, also a symbolic link that leads
// nowhere; ENOENT slashes follow the name; ENOTSUP the file system has no
// sockets; EROFS; ENOSPC; those of Resolve.
func (ns *Namespace) Mksock(ctx *Ctx, at At, path string, typ abi.Filetype) (Inode, abi.Errno) {
	var w walk
	e := ns.begin(&w, ctx, &at, path)
	if e == abi.OK {
		e = w.vacant(false)
	}
	if e != abi.OK {
		return nil, e
	}
	return w.cur.Inode.Create(ctx, w.name, typ, "")
}
