package bundle

import (
	"os"
	"testing"
)

// budget is the most that a page may have to load, after brotli: 0.80 MB.
const budget = 800_000

// TestSizeBudget measures the bundle that `make build` has written.
func TestSizeBudget(t *testing.T) {
	dist := os.DirFS("../dist")
	if _, err := os.Stat("../dist/wasix-web.wasm"); err != nil {
		t.Skip("web/dist has not been built")
	}
	sizes, err := Sizes(dist, Loaded...)
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, s := range sizes {
		t.Logf("%s: %d bytes, gzip %d, brotli %d", s.Name, s.Raw, s.Gzip, s.Brotli)
		total += s.Brotli
	}
	if total > budget {
		t.Errorf("a page loads %d bytes after brotli, %d more than the budget", total, total-budget)
	}
}
