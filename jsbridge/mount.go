//go:build js

package jsbridge

import (
	"github.com/hack-pad/safejs"

	"github.com/wasix-web/wasix-web/providers/idbfs"
	"github.com/wasix-web/wasix-web/providers/memfs"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// memories are file systems in memory that may be mounted in several places.
var memories = map[string]*memfs.FS{}

// mount puts what spec asks for at path: "memory" or {memory: true}; {memory:
// name}, which is the same file system wherever the name is; {idb: name,
// readOnly, repair, cacheBytes}.
func (p *port) mount(path string, spec safejs.Value) error {
	ctx := p.ctx()
	ctx.MayBlock = true
	var fs vfs.FS
	switch name := text(field(spec, "memory")); {
	case name != "":
		if memories[name] == nil {
			memories[name] = memfs.New(memfs.Config{Time: ctx.Time()})
		}
		fs = memories[name]
	case text(spec) == "memory", truth(field(spec, "memory")):
		fs = memfs.New(memfs.Config{Time: ctx.Time()})
	case text(field(spec, "idb")) != "":
		var err error
		if fs, err = p.openIDB(ctx, spec, "mount "+path); err != nil {
			return err
		}
	default:
		return fail(abi.EINVAL, "mount "+path+": unknown kind of file system")
	}
	e := eng.k.Namespace.Mount(ctx, path, fs)
	if m, ok := fs.(*memfs.FS); e != abi.OK && !(ok && m == memories[text(field(spec, "memory"))]) {
		fs.Close(ctx)
	}
	return fail(e, "mount "+path)
}

func (p *port) openIDB(ctx *vfs.Ctx, spec safejs.Value, what string) (vfs.FS, error) {
	name := text(field(spec, "idb"))
	what += ": idb " + name
	c := idbfs.Config{Name: name, ReadOnly: truth(field(spec, "readOnly")), Repair: truth(field(spec, "repair")),
		CacheBytes: int64(number(field(spec, "cacheBytes"))), Time: ctx.Time(), Warn: p.warn}
	store, e, err := idbfs.Open(ctx, safejs.Unsafe(p.openDatabase), name, c.ReadOnly, p.warn, eng.k.Drain)
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
