package runner

import (
	"io"
	"os"
	"slices"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/wasmgen"
)

// Program is what there is to know of a program before it runs.
type Program struct {
	Wasix   bool // it imports something of WASIX
	Reactor bool // a library: it has nothing that could be run
}

// Inspect looks at the beginning of a program's file. What is no program at all
// is for the engine to say.
func Inspect(name string) (p Program, err error) {
	file, err := os.Open(name)
	if err != nil {
		return p, err
	}
	defer file.Close()
	var b []byte
	for need := 1 << 16; need > 0; {
		more := make([]byte, max(need-len(b), 1<<16))
		n, err := io.ReadFull(file, more)
		b = append(b, more[:n]...)
		var m *wasmgen.Module
		var bad error
		if m, need, bad = wasmgen.ParseHead(b); bad != nil {
			return p, nil
		}
		if m != nil {
			p.Wasix = slices.ContainsFunc(m.Imports, func(i wasmgen.Import) bool { return i.Module == abi.ModuleWasix })
			p.Reactor = m.Export("_initialize") != nil && m.Export("_start") == nil
			return p, nil
		}
		if err != nil {
			break
		}
	}
	return p, nil
}

// WasixPreopens are the descriptors that wasmer opens for WASIX programs, from 3
// on: some expect to get 6 when they open their first file.
func WasixPreopens(cwd string) []string {
	if cwd == "" {
		cwd = "/"
	}
	return []string{"/", ".=" + cwd, "/"}
}
