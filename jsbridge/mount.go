//go:build js

package jsbridge

import (
	"github.com/hack-pad/safejs"

	"github.com/wasix-web/wasix-web/providers/memfs"
	"github.com/wasix-web/wasix-web/wasix/abi"
)

// memories are file systems in memory that may be mounted in several places.
var memories = map[string]*memfs.FS{}

// mount puts what spec asks for at path: "memory" or {memory: true} is a new
// file system, {memory: "name"} the one that was mounted under this name before.
func (p *port) mount(path string, spec safejs.Value) error {
	ctx := p.ctx()
	ctx.MayBlock = true
	memory := field(spec, "memory")
	switch name := text(memory); {
	case name != "":
		fs := memories[name]
		if fs == nil {
			fs = memfs.New(memfs.Config{})
			memories[name] = fs
		}
		return fail(eng.k.Namespace.Mount(ctx, path, fs), "mount "+path)
	case text(spec) == "memory", truth(memory):
		return fail(eng.k.Namespace.Mount(ctx, path, memfs.New(memfs.Config{})), "mount "+path)
	}
	return fail(abi.EINVAL, "mount "+path+": unknown kind of file system")
}

func (p *port) unmount(path string) error {
	ctx := p.ctx()
	ctx.MayBlock = true
	return fail(eng.k.Namespace.Unmount(ctx, path), "unmount "+path)
}
