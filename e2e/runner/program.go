package runner

import (
	"io"
	"os"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/wasmgen"
)

// UsesWasix looks whether a program imports anything of WASIX. What is no
// program at all is for the engine to say.
func UsesWasix(name string) (bool, error) {
	file, err := os.Open(name)
	if err != nil {
		return false, err
	}
	defer file.Close()
	var b []byte
	for need := 1 << 16; need > 0; {
		more := make([]byte, max(need-len(b), 1<<16))
		n, err := io.ReadFull(file, more)
		b = append(b, more[:n]...)
		var m *wasmgen.Module
		var perr error
		if m, need, perr = wasmgen.ParseHead(b); perr != nil {
			return false, nil
		}
		if m != nil {
			for _, i := range m.Imports {
				if i.Module == abi.ModuleWasix {
					return true, nil
				}
			}
			return false, nil
		}
		if err != nil {
			break
		}
	}
	return false, nil
}

// WasixPreopens are the descriptors that wasmer opens for WASIX programs, from 3
// on: some expect to get 6 when they open their first file.
func WasixPreopens(cwd string) []string {
	if cwd == "" {
		cwd = "/"
	}
	return []string{"/", ".=" + cwd, "/"}
}
