package e2e_test

import (
	"os"
	"path/filepath"
	"testing"
)

// A program ends in every way while its threads wait for the terminal, and nothing
// is left of it.
func TestEndAtTerminal(t *testing.T) {
	s := newSite(t, false, "tty")
	program, err := builder.Program(t.Context(), filepath.Join(root, "e2e", "guests", "tty"), "main.c")
	if err != nil {
		t.Fatal(err)
	}
	wasm, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	s.wasm("/guest/tty.wasm", wasm)
	url := s.start(t)
	for _, c := range []struct{ how, signal, want string }{
		{"exit", "", "5"}, {"thread", "", "5"}, {"trap", "", "134"}, {"kill", "", "SIGKILL"}, {"exec", "", "6"}, {"child", "", "7"},
		{"stay", "SIGKILL", "SIGKILL"}, {"stay", "SIGINT", "SIGINT"}, {"stay", "SIGHUP", "SIGHUP"},
	} {
		t.Run(c.how+c.signal, func(t *testing.T) {
			ctx, closeTab := tab(t, url+"/test/tty.html")
			args := []any{c.how}
			if c.signal != "" {
				args = append(args, c.signal)
			}
			if got := call[string](t, ctx, "waits", args...); got != c.want {
				t.Errorf("%s, not %s", got, c.want)
			}
			closeTab()
		})
	}
}
