//go:build js

package jsbridge

import (
	"runtime"

	"github.com/hack-pad/safejs"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// waitingCalls are the functions of Kernel that run on goroutines, because
// providers may wait: those about files, and prepare.
var waitingCalls = []method{
	{"readFile", func(p *port, a []safejs.Value) (any, error) {
		b, err := p.fs.ReadRange(text(a[0]), int64(number(a[1])), int64(number(a[2])))
		if err != nil {
			return nil, err
		}
		return toBytes(b), nil
	}},
	{"writeFile", func(p *port, a []safejs.Value) (any, error) {
		b, err := fromBytes(a[1])
		if err != nil {
			return nil, err
		}
		return nil, p.fs.WriteFile(text(a[0]), b, truth(a[2]))
	}},
	{"readDir", func(p *port, a []safejs.Value) (any, error) {
		list, err := p.fs.ReadDir(text(a[0]))
		out := make([]any, len(list))
		for i, e := range list {
			out[i] = object("name", e.Name, "type", typeName(e.Type))
		}
		return out, err
	}},
	{"stat", func(p *port, a []safejs.Value) (any, error) {
		at, err := p.fs.Stat(text(a[0]), truth(a[1]))
		return statResult(at), err
	}},
	{"readlink", func(p *port, a []safejs.Value) (any, error) {
		s, err := p.fs.Readlink(text(a[0]))
		return s, err
	}},
	{"mkdir", func(p *port, a []safejs.Value) (any, error) { return nil, p.fs.Mkdir(text(a[0]), truth(a[1])) }},
	{"remove", func(p *port, a []safejs.Value) (any, error) { return nil, p.fs.Remove(text(a[0]), truth(a[1])) }},
	{"rename", func(p *port, a []safejs.Value) (any, error) { return nil, p.fs.Rename(text(a[0]), text(a[1])) }},
	{"symlink", func(p *port, a []safejs.Value) (any, error) { return nil, p.fs.Symlink(text(a[0]), text(a[1])) }},
	{"link", func(p *port, a []safejs.Value) (any, error) { return nil, p.fs.Link(text(a[0]), text(a[1])) }},
	{"sync", func(p *port, _ []safejs.Value) (any, error) { return nil, p.fs.Sync() }},
	{"setAttr", func(p *port, a []safejs.Value) (any, error) {
		var s vfs.SetAttr
		get := func(name string, set *bool) float64 {
			v := field(a[2], name)
			*set = v.Type() == safejs.TypeNumber
			return max(number(v), 0)
		}
		s.Size = uint64(get("size", &s.SetSize))
		s.Atim = nanoseconds(get("atimeMs", &s.SetAtim))
		s.Mtim = nanoseconds(get("mtimeMs", &s.SetMtim))
		s.Mode = uint16(get("mode", &s.SetMode))
		return nil, p.fs.SetAttr(text(a[0]), truth(a[1]), &s)
	}},
	{"mount", func(p *port, a []safejs.Value) (any, error) { return nil, p.mount(text(a[0]), a[1]) }},
	{"check", func(p *port, a []safejs.Value) (any, error) { return p.check(text(a[0]), truth(a[1])) }},
	{"snapshot", func(p *port, a []safejs.Value) (any, error) { return p.snapshot(text(a[0])) }},
	{"restore", func(p *port, a []safejs.Value) (any, error) {
		return nil, p.restore(text(a[0]), int(number(a[1])))
	}},
	{"release", func(p *port, a []safejs.Value) (any, error) {
		p.release(int(number(a[0])))
		return nil, nil
	}},
	{"prepare", func(p *port, a []safejs.Value) (any, error) {
		g, err := p.prepare(p.waiting(), text(a[0]))
		if err != nil {
			return nil, err
		}
		return int(g.p.PID), nil
	}},
	{"unmount", func(p *port, a []safejs.Value) (any, error) { return nil, p.unmount(text(a[0])) }},
}

func nanoseconds(ms float64) uint64 { return uint64(ms*1e3+.5) * 1e3 }

func milliseconds(ns uint64) float64 { return float64(ns/1000) / 1e3 }

func statResult(a vfs.Attr) map[string]any {
	return object("type", typeName(a.Type), "dev", float64(a.Dev), "mode", int(a.Mode), "size", float64(a.Size), "ino", float64(a.Ino),
		"nlink", float64(a.Nlink), "mtimeMs", milliseconds(a.Mtim), "atimeMs", milliseconds(a.Atim),
		"ctimeMs", milliseconds(a.Ctim))
}

func typeName(t abi.Filetype) string {
	switch t {
	case abi.FiletypeRegularFile:
		return "file"
	case abi.FiletypeDirectory:
		return "directory"
	case abi.FiletypeSymbolicLink:
		return "symlink"
	case abi.FiletypeBlockDevice:
		return "block"
	case abi.FiletypeSocketStream, abi.FiletypeSocketDgram:
		return "socket"
	case abi.FiletypeCharacterDevice:
		return "character"
	}
	return "fifo"
}

// memory answers Kernel.memory.
func (p *port) memory([]safejs.Value) (any, error) {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return object("heap", float64(m.HeapAlloc), "total", float64(m.Sys), "programs", len(p.programs)), nil
}
