//go:build js

package jsbridge

import (
	"github.com/hack-pad/safejs"

	"github.com/wasix-web/wasix-web/providers/idbfs"
	"github.com/wasix-web/wasix-web/providers/jsfs"
	"github.com/wasix-web/wasix-web/providers/memfs"
	"github.com/wasix-web/wasix-web/providers/overlayfs"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// memories are file systems in memory that may be mounted in several places.
var memories = map[string]vfs.FS{}

// memory is one of them: it outlives its mounts.
type memory struct{ *memfs.FS }

// Close implements vfs.FS.
func (memory) Close(*vfs.Ctx) abi.Errno { return abi.OK }

// Memory is for snapshots of it.
func (m memory) Memory() *memfs.FS { return m.FS }

// snapshots are those the page holds.
var (
	snapshots    = map[int]*memfs.Snapshot{}
	lastSnapshot int
)

func (p *port) snapshot(path string) (any, error) {
	s, err := p.sys.Snapshot(path)
	if err != nil {
		return nil, err
	}
	if lastSnapshot == 0 {
		lastSnapshot = int(origin / 1e6) // so that one of a worker that is no more is not taken for one of this
	}
	lastSnapshot++
	snapshots[lastSnapshot] = s
	return lastSnapshot, nil
}

func (p *port) restore(path string, id int) error {
	s := snapshots[id]
	if s == nil {
		return fail(abi.EINVAL, "restore "+path+": the snapshot has been released, or is another system's")
	}
	return p.sys.Restore(path, s)
}

func (p *port) release(id int) {
	snapshots[id].Release()
	delete(snapshots, id)
}

// mount puts what spec asks for at path.
func (p *port) mount(path string, spec safejs.Value) error {
	ctx := p.ctx()
	ctx.MayBlock = true
	fs, err := p.open(ctx, spec, "mount "+path)
	if err != nil {
		return err
	}
	e := eng.k.Namespace.Mount(ctx, path, fs)
	if e != abi.OK {
		fs.Close(ctx)
	}
	return fail(e, "mount "+path)
}

// open makes what spec asks for: "memory" or {memory: true}; {memory: name},
// which is the same file system wherever the name is; {idb: name, readOnly,
// repair, cacheBytes}; {overlay: {lower: spec, upper: spec}}; {provider, script},
// see WireProviderMount.
func (p *port) open(ctx *vfs.Ctx, spec safejs.Value, what string) (vfs.FS, error) {
	over := field(spec, "overlay")
	switch name := text(field(spec, "memory")); {
	case name != "":
		if memories[name] == nil {
			memories[name] = memory{memfs.New(memfs.Config{Time: ctx.Time()})}
		}
		return memories[name], nil
	case text(spec) == "memory", truth(field(spec, "memory")):
		return memfs.New(memfs.Config{Time: ctx.Time()}), nil
	case text(field(spec, "idb")) != "":
		return p.openIDB(ctx, spec, what)
	case over.Type() == safejs.TypeObject:
		lower, err := p.open(ctx, field(over, "lower"), what+": lower")
		if err != nil {
			return nil, err
		}
		upper, err := p.open(ctx, field(over, "upper"), what+": upper")
		if err != nil {
			lower.Close(ctx)
			return nil, err
		}
		fs, e := overlayfs.New(ctx, lower, upper)
		if e != abi.OK {
			upper.Close(ctx)
			lower.Close(ctx)
			return nil, fail(e, what+": overlay")
		}
		return fs, nil
	case truth(field(spec, "provider")):
		fs, e, err := jsfs.Open(ctx, safejs.Unsafe(p.openProvider), safejs.Unsafe(spec), what, eng.k.Drain)
		if e != abi.OK {
			return nil, because(e, what, err)
		}
		return fs, nil
	}
	return nil, fail(abi.EINVAL, what+": unknown kind of file system")
}

func (p *port) openIDB(ctx *vfs.Ctx, spec safejs.Value, what string) (vfs.FS, error) {
	name := text(field(spec, "idb"))
	what += ": idb " + name
	c := idbfs.Config{Name: name, ReadOnly: truth(field(spec, "readOnly")), Repair: truth(field(spec, "repair")),
		CacheBytes: int64(number(field(spec, "cacheBytes"))), Time: ctx.Time(), Warn: warn}
	idbfs.Kick = func() { hostKick() }
	store, e, err := idbfs.Open(ctx, safejs.Unsafe(p.openDatabase), name, c.ReadOnly, warn, func() {
		look()
		eng.drain()
	})
	if e != abi.OK {
		return nil, because(e, what, err)
	}
	fs, e, err := idbfs.Mount(ctx, store, c)
	if e != abi.OK {
		return nil, because(e, what, err)
	}
	return fs, nil
}

func because(e abi.Errno, what string, err error) error {
	if err != nil {
		what += ": " + err.Error()
	}
	return fail(e, what)
}

// check compares the mounted database at path with what it should hold.
func (p *port) check(path string, repair bool) (any, error) {
	ctx := p.ctx()
	ctx.MayBlock = true
	for _, m := range eng.k.Namespace.Mounts() {
		if over, ok := m.FS.(*overlayfs.FS); ok {
			_, m.FS = over.Layers()
		}
		fs, ok := m.FS.(*idbfs.FS)
		if !ok || m.Path != path {
			continue
		}
		list, e := fs.Check(ctx, repair)
		out := make([]any, len(list))
		for i, s := range list {
			out[i] = s
		}
		return out, fail(e, "check "+path)
	}
	return nil, fail(abi.EINVAL, "check "+path+": no database is mounted there")
}

func (p *port) unmount(path string) error {
	ctx := p.ctx()
	ctx.MayBlock = true
	return fail(eng.k.Namespace.Unmount(ctx, path), "unmount "+path)
}
