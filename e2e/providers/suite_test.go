//go:build unix

package providers_test

import (
	"slices"
	"strings"
	"testing"
)

// noQuota are the cases that need a file system with little room.
var noQuota = []string{"data/no room", "data/room comes back"}

// lacking are the cases that need more than the methods of @runno/wasi: to cut a
// file without a name, or to a large size.
var lacking = []string{"open/unlinked", "data/huge sizes"}

// TestConformance runs vfstest on a file system in JavaScript that answers at
// once, with Promises, now so and now so, from the other side of messages, and
// with no more methods than those of @runno/wasi.
func TestConformance(t *testing.T) {
	for _, how := range []string{"sync", "late", "mixed", "page", "lacking"} {
		t.Run(how, func(t *testing.T) {
			ctx := open(t, "suite")
			names := call[[]string](t, ctx, "start")
			if len(names) < 50 {
				t.Fatal("only", len(names), "cases")
			}
			skipped := 0
			for i, name := range names {
				if how == "lacking" && slices.Contains(lacking, name) {
					skipped++
					continue
				}
				t.Run(name, func(t *testing.T) {
					r := call[struct {
						Ran      bool
						Failures []string
					}](t, ctx, "run", how, i)
					for _, f := range r.Failures {
						t.Error(strings.TrimSpace(f))
					}
					if n := call[int](t, ctx, "leaked"); n != 0 {
						t.Error(n, "descriptors of the provider are open at the end")
					}
					if !r.Ran {
						skipped++
						if how != "lacking" && !slices.Contains(noQuota, name) {
							t.Error("skipped")
						}
					}
				})
			}
			t.Log(skipped, "of", len(names), "skipped")
		})
	}
}
