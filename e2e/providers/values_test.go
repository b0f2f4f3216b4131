//go:build unix

package providers_test

import (
	"slices"
	"strings"
	"testing"
)

// TestSameRun: with a clock and random numbers that are the same, so is what
// programs see, wherever the two live.
func TestSameRun(t *testing.T) {
	run := page(t, "values")
	for _, how := range []string{"page", "late", "worker", "late worker"} {
		t.Run(how, func(t *testing.T) {
			r := run("same", how)
			if len(r.Out)%2 != 0 || len(r.Warnings) != 0 {
				t.Fatal(r.Out, r.Warnings)
			}
			first, second := r.Out[:len(r.Out)/2], r.Out[len(r.Out)/2:]
			lines(t, "second run", second, first...)
			for i, want := range []string{"now: 2030-01-01T00:00:0", "random: ", "now: 2030-01-01T00:00:0", "write,/tmp/f,1: ok",
				"stat,/tmp/f: false 1 2030-01-01T00:00:0", "random: ", "sleep: ok", "now: 2030-01-01T00:00:0"} {
				if len(first) != 8 || !strings.HasPrefix(first[i], want) {
					t.Fatalf("%q, want %q", first, want)
				}
			}
			if first[1] == first[5] || first[0] == first[2] {
				t.Errorf("%q", first)
			}
		})
	}
	r := run("started")
	if len(r.Out) != 4 || !strings.HasPrefix(r.Out[0], "now: 2030-") || r.Out[2] != "line: first" || r.Out[3] != "line: second" || r.Reason != "exited" {
		t.Errorf("%q %s", r.Out, r.Reason)
	}
}

// TestFailingValues: the program gets the errno, or EIO and there is a warning;
// the next program runs.
func TestFailingValues(t *testing.T) {
	run := page(t, "values")
	for what, hows := range map[string][]string{"clock": {"errno", "plain", "rejects", "nothing", "negative", "text", "huge"}, "random": {"errno", "plain", "rejects"}} {
		for _, how := range hows {
			t.Run(what+"/"+how, func(t *testing.T) {
				r := run("failing", what, how)
				// Without a clock Go's own runtime does not come as far as to print.
				if what == "random" && r.Out[0] != "line: go" || r.Error == "" {
					t.Errorf("output %q, error output %q", r.Out, r.Error)
				}
				want := "EIO"
				if how == "errno" {
					want = "EACCES"
				}
				if !slices.Contains(r.Names, want) || len(r.Names) != 1 {
					t.Errorf("the program gets %q, want %s", r.Names, want)
				}
				if (len(r.Warnings) == 0) != (how == "errno") {
					t.Errorf("warnings %q", r.Warnings)
				}
				for _, w := range r.Warnings {
					if !strings.HasPrefix(w, what+": ") || !strings.HasSuffix(w, "(EIO)") {
						t.Errorf("warning %q", w)
					}
				}
				lines(t, "next", r.Next, "now:", "rand")
			})
		}
	}
}

func TestClockNeverAnswers(t *testing.T) {
	r := page(t, "values")("stuck")
	lines(t, "meanwhile", r.Out, "fine")
	lines(t, "next", r.Next, "write,/tmp/g,1: ok")
	if r.Reason != "signaled" || r.Signal != "SIGTERM" || r.Live["threads"] != 0 {
		t.Error(r.Reason, r.Signal, r.Live)
	}
}

func TestStdinFunction(t *testing.T) {
	r := page(t, "values")("stdin")
	lines(t, "programs", r.Out, "line: one", "line: two", "line: three", "line: <eof>", "line: Operation not permitted", "now: ...",
		"line: I/O error", "line: I/O error", "line: I/O error")
	lines(t, "next", r.Next, "line: fine")
	lines(t, "warnings", r.Warnings, "guest: stdin threw TypeError: no input today (EIO)", "guest: stdin threw TypeError: no input tomorrow (EIO)",
		"guest: stdin threw TypeError: stdin takes Uint8Array or string (EIO)")
	if r.Signal != "SIGINT" || r.Open != 0 {
		t.Error(r.Signal, r.Open)
	}
}

// TestOutputThrows: an error of a callback is reported, and nothing is lost.
func TestOutputThrows(t *testing.T) {
	r := page(t, "values")("output")
	lines(t, "output", r.Names, "now:", "line")
	lines(t, "errors", r.Warnings, "Uncaught RangeError: no room for output", "Uncaught RangeError: no trace")
	lines(t, "next", r.Next, "write,/tmp/f,1: ok")
	if r.Reason != "exited" {
		t.Error(r.Reason)
	}
}

func TestValuesRefused(t *testing.T) {
	ctx := open(t, "values")
	call[bool](t, ctx, "(async () => { while (!globalThis.ready) await new Promise((r) => setTimeout(r, 5)); return true; })")
	got := call[map[string]string](t, ctx, "refused")
	for name, want := range map[string]string{
		"clock text":          "TypeError: clock: not a time: now",
		"clock object":        "TypeError: clock: must be a number, an object with the method now, or { module }",
		"random text":         "TypeError: random: the seed must be an integer, not x",
		"random object":       "TypeError: random: must be a number, an object with the method fill, or { module }",
		"clock throws":        "KernelError: cannot start the kernel: the clock cannot be used: the provider failed",
		"clock gives nothing": "KernelError: cannot start the kernel: the clock cannot be used: the provider failed",
		"no module":           "KernelError: cannot start the kernel: the random cannot be used: cannot load " + site.URL + "/nothing.js",
		"other module":        "KernelError: cannot start the kernel: the random cannot be used: random: the provider has no method fill",
	} {
		if !strings.Contains(got[name], strings.TrimPrefix(want, "KernelError: cannot start the kernel: ")) || !strings.HasPrefix(got[name], want[:9]) {
			t.Errorf("%s: %q, want %q", name, got[name], want)
		}
	}
}

func TestSnapshots(t *testing.T) {
	r := page(t, "values")("snapshots")
	lines(t, "programs", r.Out,
		"write,/work/a,changed: ok", "rm,/work/sub: ok", "write,/work/new,1: ok", "write,/mem/m,1: ok", "write,/x/f,kept: ok", "read,/work/a: changed",
		"ls,/work: a new",
		"read,/work/a: prepared", "ls,/work: a sub/", "read,/work/sub/b: too", "read,/mem/m: 1", "read,/x/f: kept", "write,/work/a,again: ok",
		"read,/work/a: prepared", "read,/mem/m: in mem", "ls,/x: f", "read,/mem/work/a: prepared")
	lines(t, "errors", r.Names, "restore /: EBUSY", "snapshot /x: ENOTSUP", "snapshot /work: EINVAL", "restore /x: ENOTSUP", "restore /none: EINVAL", "fine",
		"EINVAL: restore /: the snapshot has been released, or is another system's", "EINVAL: restore /: the snapshot has been released, or is another system's")
}
