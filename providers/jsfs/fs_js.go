package jsfs

import (
	"errors"
	"syscall/js"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// op is a kind of operation. The order is that of Tree in web/src/providers.
type op int

const (
	opLookup op = iota
	opAttr
	opSetAttr
	opOpen
	opReadlink
	opCreate
	opLink
	opUnlink
	opRmdir
	opRename
	opReaddir
	opRead
	opWrite
	opAppend
	opAllocate
	opSync
	opSyncAll
	opClose
	numOps
)

// asks tells whether an operation changes nothing, and can be done again.
func (o op) asks() bool {
	return o == opLookup || o == opAttr || o == opReadlink || o == opReaddir || o == opRead
}

// renames tells whether an operation changes what names stand for.
func (o op) renames() bool { return o >= opCreate && o <= opRename }

// FS is a mounted provider.
type FS struct {
	tree     js.Value
	answer   js.Func
	readOnly bool
	closed   bool
	root     *inode
	inodes   map[int64]*inode
	// quick tells which kinds of operation have been answered at once.
	quick   [numOps]bool
	pending map[int]*pending
	last    int
	early   *early
	looked  looked
	after   func() // what answers have made ready is run
}

// pending is an operation that waits for the provider.
type pending struct {
	ready  chan struct{}
	result js.Value
}

// early is an operation that had to wait although its kind had not until then,
// in a call that may not wait. It has begun: the same call, run again where it
// may wait, takes it over, and until then is shown the names as they were.
type early struct {
	ctx    *vfs.Ctx
	op     op
	node   *inode
	name   string
	before [2]lookup
	id     int
	*pending
}

// looked are the last names that a call which may not wait has looked up,
// since something has changed.
type looked struct {
	ctx  *vfs.Ctx
	last [2]lookup
}

// lookup is what a name was found to be.
type lookup struct {
	dir   *inode
	name  string
	found *inode
	errno abi.Errno
}

// Open mounts a provider: spec is what the page gave, which open of
// web/src/worker/providers.ts takes. name is what warnings call it by; after is
// called after every answer. ctx may block.
//
// Errors: EINVAL it is no provider, EIO, its own; those of ctx.Wait.
func Open(ctx *vfs.Ctx, open, spec js.Value, name string, after func()) (*FS, abi.Errno, error) {
	f := &FS{inodes: map[int64]*inode{}, pending: map[int]*pending{}, after: after}
	f.answer = js.FuncOf(func(_ js.Value, a []js.Value) any {
		id := a[0].Int()
		if p := f.pending[id]; p != nil {
			delete(f.pending, id)
			p.result = a[1]
			close(p.ready)
			f.after()
		}
		return nil
	})
	ready := make(chan struct{})
	var errno abi.Errno
	var err error
	var done js.Func
	done = js.FuncOf(func(_ js.Value, a []js.Value) any {
		done.Release()
		if f.tree = a[0]; !f.tree.Truthy() {
			errno, err = abi.Errno(a[1].Int()), errors.New(a[2].String())
		}
		close(ready)
		return nil
	})
	open.Invoke(spec, name, f.answer, done)
	if e := ctx.Wait(ready); e != abi.OK {
		return nil, e, nil
	}
	if errno != abi.OK {
		f.answer.Release()
		return nil, errno, err
	}
	f.readOnly = f.tree.Get("readOnly").Bool()
	f.root = f.inode(1<<4 | int64(abi.FiletypeDirectory))
	return f, abi.OK, nil
}

// Root implements vfs.FS.
func (f *FS) Root() vfs.Inode { return f.root }

// ReadOnly implements vfs.FS.
func (f *FS) ReadOnly() bool { return f.readOnly }

// Sync implements vfs.FS.
func (f *FS) Sync(ctx *vfs.Ctx) abi.Errno {
	_, e := f.root.do(ctx, opSyncAll, "")
	return e
}

// Close implements vfs.FS.
func (f *FS) Close(ctx *vfs.Ctx) abi.Errno {
	if f.closed {
		return abi.OK
	}
	_, e := f.root.do(ctx, opClose, "")
	if e != abi.OK {
		return e
	}
	for _, p := range f.pending {
		p.result = js.ValueOf(-int(abi.EIO))
		close(p.ready)
	}
	clear(f.pending)
	f.closed = true
	f.answer.Release()
	return abi.OK
}

// inode returns the one value for a node of the tree: its number times 16, and
// its type.
func (f *FS) inode(packed int64) *inode {
	id := packed >> 4
	n := f.inodes[id]
	if n == nil {
		n = &inode{fs: f, id: id, typ: abi.Filetype(packed & 15)}
		f.inodes[id] = n
	}
	return n
}

// do carries out one operation. name is the name it is about, for those that
// change one, and what tells calls apart.
//
// Errors: the provider's; ErrMustWait; EINTR.
func (n *inode) do(ctx *vfs.Ctx, o op, name string, args ...any) (js.Value, abi.Errno) {
	f := n.fs
	if s := f.early; s != nil && s.ctx == ctx && ctx.MayBlock {
		if s.op == o && s.node == n && s.name == name {
			f.early = nil
			return f.wait(ctx, s.id, s.pending)
		}
		if !o.asks() {
			f.early = nil // the call has taken another way
		}
	}
	if !ctx.MayBlock && !f.quick[o] {
		return js.Undefined(), vfs.ErrMustWait
	}
	before := f.looked
	if ctx.MayBlock || ctx != before.ctx || o.renames() {
		f.looked = looked{ctx: ctx}
	}
	f.last++
	id := f.last
	v := f.tree.Call("call", append([]any{id, int(o), float64(n.id)}, args...)...)
	if !v.IsNull() {
		f.quick[o] = true
		return result(v)
	}
	f.quick[o] = false
	p := &pending{ready: make(chan struct{})}
	f.pending[id] = p
	switch {
	case ctx.MayBlock:
		return f.wait(ctx, id, p)
	case o.asks():
		f.abandon(id)
	default:
		f.early = &early{ctx: ctx, op: o, node: n, name: name, id: id, pending: p}
		if o.renames() && ctx == before.ctx {
			f.early.before = before.last
		}
	}
	return js.Undefined(), vfs.ErrMustWait
}

func (f *FS) wait(ctx *vfs.Ctx, id int, p *pending) (js.Value, abi.Errno) {
	if e := ctx.Wait(p.ready); e != abi.OK {
		f.abandon(id)
		return js.Undefined(), e
	}
	return result(p.result)
}

func (f *FS) abandon(id int) {
	delete(f.pending, id)
	f.tree.Call("abandon", id)
}

// result takes an answer apart: a number below zero is an error's.
func result(v js.Value) (js.Value, abi.Errno) {
	if v.Type() == js.TypeNumber {
		if f := v.Float(); f < 0 {
			return v, abi.Errno(-f)
		}
	}
	return v, abi.OK
}
