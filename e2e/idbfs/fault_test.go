//go:build unix

package idbfs_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// faults says which transactions fail from now on, and returns how many have.
func faults(t *testing.T, p context.Context, how string, every int) int {
	t.Helper()
	var plan any
	if how != "" {
		plan = map[string]any{"how": how, "every": every}
	}
	return call[int](t, p, "faults", plan)
}

// TestAborts: transactions that the browser aborts. Programs are told, a line
// says why, nothing that was synced is lost, and what was not is still in memory
// and written later.
func TestAborts(t *testing.T) {
	for _, tc := range []struct{ how, errno, line string }{
		{"begin", "I/O error", "UnknownError: injected"},
		{"put", "I/O error", "TransactionInactiveError: "},
		{"commit", "I/O error", "AbortError: "},
		{"quota", "No space left", "the quota is used up"},
	} {
		t.Run(tc.how, func(t *testing.T) {
			c := start(t, filepath.Join(work, "aborts-"+tc.how))
			defer c.cancel()
			p := c.page()
			call[float64](t, p, "mount", map[string]any{})
			call[string](t, p, "guest", "many", 50)
			sync := func(want string) {
				t.Helper()
				if got := strings.TrimSpace(call[string](t, p, "guest", "sync")); !strings.Contains(strings.ToLower(got), strings.ToLower(want)) {
					t.Errorf("fd_sync: %q, want %q", got, want)
				}
			}
			lines := func(want int) {
				t.Helper()
				if got := call[string](t, p, "read", "/data/lines"); got != strings.Repeat("line\n", want) {
					t.Errorf("%d lines are there, want %d: %q", strings.Count(got, "\n"), want, got)
				}
			}
			sync("synced")
			faults(t, p, tc.how, 1)
			sync(tc.errno)
			// The state is the last one that was written, for those who look at the database.
			b := c.page()
			call[float64](t, b, "mount", map[string]any{"readOnly": true})
			if got := call[string](t, b, "read", "/data/lines"); got != "line\n" {
				t.Errorf("another tab sees %q", got)
			}
			call[any](t, b, "close") // its worker would answer as well
			if n := faults(t, p, "", 0); n == 0 {
				t.Error("no transaction has failed")
			}
			if w := strings.Join(call[[]string](t, p, "warned"), "\n"); !strings.Contains(w, "idb test: ") || !strings.Contains(w, tc.line) {
				t.Errorf("warnings: %q, want %q", w, tc.line)
			}
			lines(2)
			sync("synced")
			lines(3)
			// The page goes away while nothing can be written.
			faults(t, p, tc.how, 1)
			sync(tc.errno)
			c.reload(p)
			call[float64](t, p, "mount", map[string]any{})
			lines(3)
			call[string](t, p, "guest", "readmany", 50)
			if list := call[[]string](t, p, "check", false); len(list) != 0 {
				t.Error(list)
			}
		})
	}
}

// TestStormOfAborts: every other transaction fails while files are changed, and
// the page goes away in the middle of it. Not for a full quota: there writes fail,
// too, which ends the program.
func TestStormOfAborts(t *testing.T) {
	c := start(t, filepath.Join(work, "stormaborts"))
	defer c.cancel()
	p := c.page()
	var events [37][]int
	seen := 0
	want = 0
	for round, how := range []string{"begin", "put", "commit", ""} {
		round++
		call[float64](t, p, "mount", map[string]any{})
		if round > 1 {
			if list := call[[]string](t, p, "check", false); len(list) != 0 {
				t.Fatal(list)
			}
			inspect(t, p, &events, &seen)
		}
		if how == "" {
			break
		}
		faults(t, p, how, 2)
		call[int](t, p, "background", "faultystorm", round)
		for want = 0; want < round*1_000_000+60; {
			fmt.Sscanf(call[string](t, p, "lastSynced"), "synced %d", &want)
		}
		c.reload(p)
	}
}
