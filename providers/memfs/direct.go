package memfs

import "github.com/wasix-web/wasix-web/wasix/vfs"

// Direct implements vfs.File.
func (n *inode) Direct() vfs.Direct { return n }

// Window implements vfs.Direct.
func (n *inode) Window(ctx *vfs.Ctx, off int64, size int) []byte {
	at := off & pageMask
	end := at + int64(size)
	if end > pageSize || off+int64(size) > n.data.size {
		return nil
	}
	p := n.data.page(off >> pageBits)
	if p == nil || end > int64(len(p.b)) {
		return nil
	}
	p.used = true
	n.atim = ctx.Time()
	return p.b[at:end]
}

// WriteWindow implements vfs.Direct.
func (n *inode) WriteWindow(ctx *vfs.Ctx, off int64, size int) []byte {
	at := off & pageMask
	end := at + int64(size)
	if end > pageSize || off+int64(size) > n.fs.maxFile {
		return nil
	}
	n.touch()
	p := n.data.page(off >> pageBits)
	if p == nil || p.refs != 1 || end > int64(len(p.b)) || p.turn != n.fs.store.turn {
		return nil
	}
	n.data.size = max(n.data.size, off+int64(size))
	n.mtim = ctx.Time()
	n.ctim = n.mtim
	return p.b[at:end]
}

// End implements vfs.Direct.
func (n *inode) End() int64 { return n.data.size }
