//go:build unix

package idbfs_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"
)

// TestDurable: what fd_sync, O_SYNC and sync() of the client have returned for is
// there after a SIGKILL. Nothing is written for another reason: timers do not fire.
func TestDurable(t *testing.T) {
	profile := filepath.Join(work, "durable")
	for _, tc := range []struct {
		name, path, want string
		write            func(p context.Context)
	}{
		{"fd_sync", "/data/lines", "line\n", func(p context.Context) { call[string](t, p, "guest", "sync") }},
		{"fd_sync again", "/data/lines", "line\nline\n", func(p context.Context) { call[string](t, p, "guest", "sync") }},
		{"O_SYNC", "/data/osync", "written with O_SYNC", func(p context.Context) { call[string](t, p, "guest", "osync") }},
		{"sync", "/data/client", "from the page", func(p context.Context) {
			call[any](t, p, "write", "/data/client", "from the page")
			call[any](t, p, "sync")
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := start(t, profile)
			p := c.page()
			call[float64](t, p, "mount", map[string]any{})
			faults(t, p, "timers", 1)
			tc.write(p)
			c.kill()
			c = start(t, profile)
			defer c.cancel()
			p = c.page()
			call[float64](t, p, "mount", map[string]any{})
			if got := call[string](t, p, "read", tc.path); got != tc.want {
				t.Errorf("%s is %q after the kill, want %q", tc.path, got, tc.want)
			}
			if list := call[[]string](t, p, "check", false); len(list) != 0 {
				t.Error(list)
			}
		})
	}
}

// TestBehind: what nobody syncs is written all the same, after a moment, and at once
// when the page is hidden.
func TestBehind(t *testing.T) {
	c := start(t, filepath.Join(work, "behind"))
	defer c.cancel()
	p, b := c.page(), c.page()
	call[float64](t, p, "mount", map[string]any{})
	call[any](t, p, "write", "/data/f", "")
	call[any](t, p, "sync")
	call[float64](t, b, "mount", map[string]any{"readOnly": true})
	sees := func(want string) {
		t.Helper()
		for end := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
			call[any](t, b, "sync")
			if got := call[string](t, b, "read", "/data/f"); got == want {
				return
			} else if time.Now().After(end) {
				t.Fatalf("another tab sees %q, want %q", got, want)
			}
		}
	}
	call[any](t, p, "write", "/data/f", "in a moment")
	sees("in a moment")
	faults(t, p, "timers", 1) // the reader's worker hears it, too, and has none
	call[any](t, p, "write", "/data/f", "hidden")
	call[any](t, p, "hide")
	sees("hidden")
}

// TestSpace: what the browser says of the space there is, and that it will keep it.
func TestSpace(t *testing.T) {
	c := start(t, filepath.Join(work, "space"))
	defer c.cancel()
	p := c.page()
	call[float64](t, p, "mount", map[string]any{})
	type estimate struct {
		Usage, Quota float64
		Persisted    bool
	}
	before := call[estimate](t, p, "estimate")
	if before.Quota < 1<<20 || before.Usage > before.Quota {
		t.Errorf("estimate: %+v", before)
	}
	call[string](t, p, "guest", "big", 8)
	call[any](t, p, "sync")
	if after := call[estimate](t, p, "estimate"); after.Usage < before.Usage+4<<20 {
		t.Errorf("8 MiB more: %+v, then %+v", before, after)
	}
	// Whether it is granted is the browser's affair; both have to say the same.
	if granted, now := call[bool](t, p, "persist"), call[estimate](t, p, "estimate"); granted != now.Persisted {
		t.Errorf("persist gives %v, and estimate %+v", granted, now)
	}
}
