package e2e_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/wasix-web/wasix-web/wasix/wasmgen"
)

// Programs can be mounted as files; and a restart of the worker, which ends a
// program that makes no calls, leaves what it has to.
func TestMounts(t *testing.T) {
	s := newSite(t, false, "mounts")
	s.wasm("/guest/hello.wasm", hello())
	s.wasm("/guest/spin.wasm", build(func(*wasmgen.Builder) *wasmgen.Code {
		return wasmgen.NewCode(0).Loop(0).Br(0).End()
	}))
	program, err := builder.Program(t.Context(), filepath.Join(root, "e2e", "guests", "run"), "main.c")
	if err != nil {
		t.Fatal(err)
	}
	wasm, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	s.wasm("/guest/run.wasm", wasm)
	url := s.start(t)
	for _, name := range []string{"programs", "restart"} {
		t.Run(name, func(t *testing.T) {
			ctx, closeTab := tab(t, url+"/test/mounts.html")
			call[bool](t, ctx, name)
			closeTab()
		})
	}
}
