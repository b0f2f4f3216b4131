package e2e_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/wasix-web/wasix-web/wasix/wasmgen"
)

// unknownCalls is a program that prints "ready" and calls a function that nobody
// knows for ever.
func unknownCalls() []byte {
	var b wasmgen.Builder
	write := b.ImportFunc("wasi_snapshot_preview1", "fd_write", wasmgen.Sig("iiii", "i"))
	unknown := b.ImportFunc("wasix_32v1", "not_there", wasmgen.Sig("", "i"))
	b.Export("memory", wasmgen.ExternMemory, b.Memory(wasmgen.Limits{Min: 1, Max: 1, HasMax: true}))
	b.Data(8, []byte{32, 0, 0, 0, 6, 0, 0, 0})
	b.Data(32, []byte("ready\n"))
	c := wasmgen.NewCode(0).I32Const(1).I32Const(8).I32Const(1).I32Const(16).Call(write).Drop()
	c.Loop(0).Call(unknown).Drop().Br(0).End()
	b.Export("_start", wasmgen.ExternFunc, b.Func(wasmgen.Sig("", ""), c))
	return b.Bytes()
}

// Ten processes that compute share the worker, and what the page says is heard
// meanwhile. The figures are logged; how fast a machine is, and what else it does,
// decides nothing: a process must have had half of what the others had.
func TestFairness(t *testing.T) {
	s := newSite(t, false, "fair")
	program, err := builder.Program(t.Context(), filepath.Join(root, "e2e", "guests", "fair"), "main.c")
	if err != nil {
		t.Fatal(err)
	}
	wasm, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	s.wasm("/guest/fair.wasm", wasm)
	s.wasm("/guest/unknown.wasm", unknownCalls())
	url := s.start(t)
	for _, c := range []struct {
		name, path string
		args       []string
	}{{"spin on sched_yield", "/guest/fair.wasm", []string{"fair", "spin"}}, {"spin on a call that is not there", "/guest/unknown.wasm", []string{"unknown"}}} {
		t.Run(c.name, func(t *testing.T) {
			ctx, closeTab := tab(t, url+"/test/fair.html")
			call[bool](t, ctx, "spins", c.path, c.args)
			closeTab()
		})
	}
	t.Run("compute between yields", func(t *testing.T) {
		ctx, closeTab := tab(t, url+"/test/fair.html")
		rounds := call[[]float64](t, ctx, "crunches")
		closeTab()
		t.Logf("rounds until a signal is heard: %v", rounds)
		if last := rounds[len(rounds)-1]; last > 20 {
			t.Errorf("%v rounds until a signal was heard", last)
		}
	})
	t.Run("resize", func(t *testing.T) {
		ctx, closeTab := tab(t, url+"/test/fair.html")
		times := call[[]float64](t, ctx, "resized", "clock")
		closeTab()
		slices.Sort(times)
		t.Logf("ms until a new size is answered: half within %.1f, all within %.1f", times[len(times)/2], times[len(times)-1])
	})
	for _, how := range []string{"clock", "yield", "write", "mixed"} {
		t.Run(how, func(t *testing.T) {
			ctx, closeTab := tab(t, url+"/test/fair.html")
			f := call[struct {
				Shares        []float64
				Stdin, Signal []float64
				Kill          float64
			}](t, ctx, "fair", how, 3000)
			closeTab()
			least, most := slices.Min(f.Shares), slices.Max(f.Shares)
			t.Logf("shares %v: the most is %.0f %% above the least", f.Shares, 100*(most/max(least, 1)-1))
			slices.Sort(f.Stdin)
			slices.Sort(f.Signal)
			t.Logf("ms until an answer: stdin half within %.1f, all within %.1f; signals %.1f, %.1f; ten killed in %.1f", f.Stdin[len(f.Stdin)/2],
				f.Stdin[len(f.Stdin)-1], f.Signal[len(f.Signal)/2], f.Signal[len(f.Signal)-1], f.Kill)
			if len(f.Shares) != 10 || most > 2*least {
				t.Errorf("shares %v", f.Shares)
			}
		})
	}
}
