//go:build js

package jsbridge

import (
	"github.com/hack-pad/safejs"

	"github.com/wasix-web/wasix-web/providers/memfs"
	"github.com/wasix-web/wasix-web/wasix/abi"
)

// mount puts what spec asks for at path: "memory" or {memory: true}.
func (p *port) mount(path string, spec safejs.Value) error {
	ctx := p.ctx()
	ctx.MayBlock = true
	switch {
	case text(spec) == "memory", truth(field(spec, "memory")):
		return fail(eng.k.Namespace.Mount(ctx, path, memfs.New(memfs.Config{})), "mount "+path)
	}
	return fail(abi.EINVAL, "mount "+path+": unknown kind of file system")
}

func (p *port) unmount(path string) error {
	ctx := p.ctx()
	ctx.MayBlock = true
	return fail(eng.k.Namespace.Unmount(ctx, path), "unmount "+path)
}
