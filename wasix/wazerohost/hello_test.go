//go:build !js

package wazerohost_test

import (
	"strings"
	"testing"

	"github.com/wasix-web/wasix-web/wasix"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/wasmgen"
)

// hello writes what it reads from stdin to stdout, once, and exits with 7.
func hello() []byte {
	var b wasmgen.Builder
	read := b.ImportFunc(abi.ModulePreview1, "fd_read", wasmgen.Sig("iiii", "i"))
	write := b.ImportFunc(abi.ModuleWasix, "fd_write", wasmgen.Sig("iiii", "i"))
	exit := b.ImportFunc(abi.ModulePreview1, "proc_exit", wasmgen.Sig("i", ""))
	b.Export("memory", wasmgen.ExternMemory, b.Memory(wasmgen.Limits{Min: 1}))
	b.Data(0, []byte{64, 0, 0, 0, 100, 0, 0, 0}) // an iovec: 100 bytes at 64
	c := wasmgen.NewCode(0)
	c.I32Const(0).I32Const(0).I32Const(1).I32Const(4).Call(read).Drop()
	c.I32Const(1).I32Const(0).I32Const(1).I32Const(8).Call(write).Drop()
	c.I32Const(7).Call(exit).Unreachable()
	b.Export("_start", wasmgen.ExternFunc, b.Func(wasmgen.Sig("", ""), c))
	return b.Bytes()
}

func TestHello(t *testing.T) {
	w := newWorld(t)
	prog, err := w.Load(hello())
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	p, err := w.Start(wasix.Command{Program: prog, Stdin: strings.NewReader("hello\n"), Stdout: &out, Trace: true})
	if err != nil {
		t.Fatal(err)
	}
	if s := p.Wait(); s.Code != 7 || s.Signal != 0 || s.Trap != "" {
		t.Errorf("status %+v", s)
	}
	if out.String() != "hello\n" {
		t.Errorf("wrote %q", out.String())
	}
	t.Log(strings.Join(w.lines[p.PID], "\n"))
}
