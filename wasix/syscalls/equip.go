package syscalls

import (
	"strings"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// Equip gives a new process descriptors 0, 1 and 2, and from 3 on its preopened
// directories. An element of preopens is a path, or "name=path" to give the
// directory another name. A terminal among the three becomes the process's own.
//
// On an error it returns the directory that could not be opened.
func Equip(ctx *vfs.Ctx, p *kernel.Process, stdio [3]vfs.Object, preopens []string) (string, abi.Errno) {
	for fd, o := range stdio {
		f := vfs.NewOpenFile(o, 0)
		f.Readable, f.Writable = fd == 0 || isTerminal(f), fd != 0 || isTerminal(f)
		if isTerminal(f) {
			p.SetTerminal(f)
		}
		if _, e := p.FDs.Add(describe(p, f), 0); e != abi.OK {
			return "", e
		}
	}
	for _, dir := range preopens {
		name, path, ok := strings.Cut(dir, "=")
		if !ok {
			path = name
		}
		f, e := p.Kernel.Namespace.Open(ctx, vfs.At{Root: p.Root}, path,
			vfs.OpenOptions{Oflags: abi.OflagsDirectory, Follow: true, Read: true})
		if e != abi.OK {
			return path, e
		}
		d := describe(p, f)
		d.Preopen = name
		if _, e := p.FDs.Add(d, 3); e != abi.OK {
			return path, e
		}
	}
	return "", abi.OK
}
