package memfs

import "github.com/wasix-web/wasix-web/wasix/vfs"

// Direct implements vfs.File.
func (n *inode) Direct() vfs.Direct { return n }

// Window implements vfs.Direct.
func (n *inode) Window(off int64) ([]byte, *uint64) {
	p := n.data.page(off >> pageBits)
	at := off & pageMask
	if p == nil || at >= int64(len(p.b)) || off >= n.data.size {
		return nil, nil
	}
	p.used = true
	return p.b[at:min(int64(len(p.b)), at+n.data.size-off)], &n.atim
}

// Room implements vfs.Direct.
func (n *inode) Room(off int64) []byte {
	n.touch()
	p := n.data.page(off >> pageBits)
	at := off & pageMask
	if p == nil || p.refs != 1 || at >= int64(len(p.b)) || off >= n.fs.maxFile || p.turn != n.fs.store.turn {
		return nil
	}
	p.lo = min(p.lo, uint32(at))
	return p.b[at:min(int64(len(p.b)), at+n.fs.maxFile-off)]
}

// Wrote implements vfs.Direct.
func (n *inode) Wrote(ctx *vfs.Ctx, end int64) {
	n.data.size = max(n.data.size, end)
	n.mtim = ctx.Time()
	n.ctim = n.mtim
}

// End implements vfs.Direct.
func (n *inode) End() int64 { return n.data.size }
