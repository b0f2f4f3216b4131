//go:build unix

package providers_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// outcome is what a function of page/system.ts gives.
type outcome struct {
	Out, Warnings, Names, Next, Meanwhile []string
	After, ClosedEarly, Closed, Restarted bool
	Open                                  int
	Signal, Reason, Error                 string
	Live                                  map[string]int
}

// page opens a page and waits until its script has run.
func page(t *testing.T, name string) func(fn string, args ...any) outcome {
	t.Helper()
	ctx := open(t, name)
	call[bool](t, ctx, "(async () => { while (!globalThis.ready) await new Promise((r) => setTimeout(r, 5)); return true; })")
	return func(fn string, args ...any) outcome {
		t.Helper()
		return call[outcome](t, ctx, fn, args...)
	}
}

func lines(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

var work1 = []string{
	"write,/x/a,hello: ok", "append,/x/a, world: ok", "read,/x/a: hello world", "mkdir,/x/d: ok", "mv,/x/a,/x/d/b: ok", "ls,/x: d/", "ls,/x/d: b",
	"read,/x/d/b: hello world", "ln,d/b,/x/l: ok", "read,/x/l: hello world", "truncate,/x/l,123: ok", "read,/x/d/b: hel", "sync,/x/d/b: ok",
	"large,/x/big: 3145728 true", "read,/x/nope: No such file or directory", "rm,/x/d: ok", "read,/x/l: No such file or directory", "rm,/x/l: ok",
	"rm,/x/big: ok", "ls,/x: ",
}

func TestModuleInWorker(t *testing.T) {
	run := page(t, "system")
	for _, late := range []bool{false, true} {
		r := run("worker", late)
		lines(t, fmt.Sprint("late ", late), r.Out, work1...)
		lines(t, "names", r.Names, "from-page")
		if len(r.Warnings) != 0 || r.After {
			t.Error(r.Warnings, r.After)
		}
	}
}

func TestBeginInSlowProvider(t *testing.T) {
	r := page(t, "system")("begin")
	lines(t, "programs", r.Out, "ls,/x/d: a", "read,/x/d/a: text", "ENOENT: working directory /x/nope", "ENOTDIR: working directory /x/d/a",
		"ENOENT: preopened directory /x/nope")
	if r.Live["processes"] != 0 || r.Live["threads"] != 0 {
		t.Error(r.Live)
	}
}

func TestObjectOnPage(t *testing.T) {
	r := page(t, "system")("page")
	lines(t, "program", r.Out, work1...)
	lines(t, "names", r.Names, "from-page")
	if len(r.Warnings) != 0 || r.Open != 0 || r.ClosedEarly || !r.Closed {
		t.Errorf("%+v", r)
	}
}

// TestThrows: an errno becomes that errno, anything else EIO and a warning, and
// the next program runs.
func TestThrows(t *testing.T) {
	run := page(t, "system")
	r := run("throws")
	lines(t, "program", r.Out,
		"write,/x/number,1: Permission denied", "write,/x/name,1: No space left on device", "write,/x/result,1: Operation not permitted",
		"write,/x/code,1: Device or resource busy", "write,/x/plain,1: I/O error", "write,/x/text,1: I/O error", "write,/x/nothing,1: I/O error",
		"write,/x/number999,1: I/O error", "write,/x/late,1: I/O error", "write,/x/late-name,1: Read-only file system", "write,/x/uncloneable,1: I/O error",
		"write,/x/plain,1: I/O error")
	want := []string{"pathOpen threw TypeError: x is not a function", "pathOpen threw just text", "pathOpen threw undefined",
		"pathOpen threw Error: too large a number", "pathOpen threw TypeError: rejected", "pathOpen threw DataCloneError"}
	if len(r.Warnings) != len(want) {
		t.Errorf("warnings: %q", r.Warnings)
	} else {
		for i, w := range want {
			if !strings.HasPrefix(r.Warnings[i], "mount /x: "+w) || !strings.HasSuffix(r.Warnings[i], "(EIO)") {
				t.Errorf("warning %q, want %q", r.Warnings[i], w)
			}
		}
	}
	lines(t, "next", r.Next, "write,/x/fine,1: ok", "read,/x/fine: 1")

	r = run("reading")
	lines(t, "program", r.Out, "write,/x/a,text: ok", "read,/x/a: I/O error", "read,/x/a: I/O error")
	lines(t, "warnings", r.Warnings, "mount /x: fdPread threw RangeError: cannot read that (EIO)")
	lines(t, "next", r.Next, "write,/x/a,more: ok", "stat,/nope: No such file or directory")
	if r.Error != "read /x/a: EIO" {
		t.Error(r.Error)
	}
}

// TestNeverSettles: a Promise that never settles keeps the one who waits for it,
// and nobody else, until a signal comes.
func TestNeverSettles(t *testing.T) {
	run := page(t, "system")
	for _, how := range []string{"SIGKILL", "SIGTERM", "SIGINT", "abort", "timeout"} {
		t.Run(how, func(t *testing.T) {
			r := run("stuck", how)
			lines(t, "meanwhile", dropTime(r.Meanwhile), "write,/x/other,1: ok", "read,/x/other: 1", "stat,/x/never: false 4")
			lines(t, "next", r.Next, "read,/x/other: 1", "ls,/x: never other")
			want := map[string]string{"abort": "aborted", "timeout": "timeout"}[how]
			signal := how
			if want == "" {
				want = "signaled"
			} else {
				signal = "SIGKILL"
			}
			if r.Reason != want || r.Signal != signal || r.Restarted {
				t.Error(r.Reason, r.Signal, r.Restarted)
			}
			if r.Live["processes"] != 0 || r.Live["threads"] != 0 || r.Open != 0 {
				t.Error(r.Live, r.Open)
			}
		})
	}
}

// dropTime cuts the time off what stat prints.
func dropTime(lines []string) []string {
	for i, l := range lines {
		if strings.HasPrefix(l, "stat,") {
			lines[i] = l[:strings.LastIndexByte(l, ' ')]
		}
	}
	return lines
}

// TestNonsense: values that no provider should give are EIO, and a warning that
// names the method; never the end of anything else.
func TestNonsense(t *testing.T) {
	run := page(t, "system")
	numbers := []string{"negative", "many", "half", "nan", "text", "nothing", "null", "object", "big"}
	records := []string{"negative", "text", "nothing", "null", "object", "bad size", "huge size", "text size", "bad type", "no times", "bad time"}
	for method, values := range map[string][]string{
		"pathOpen": {"negative", "half", "nan", "text", "nothing", "null", "object", "big"}, "fdPread": numbers, "fdPwrite": numbers,
		"pathFilestatGet": records, "fdFilestatGet": records,
		"fdReaddir":    {"negative", "nothing", "null", "object", "bad name", "long name", "huge name", "no name", "bad entry", "no end"},
		"pathReadlink": {"negative", "nothing", "huge", "nul", "surrogate", "empty", "object"},
	} {
		for _, value := range values {
			t.Run(method+"/"+value, func(t *testing.T) {
				r := run("nonsense", method, value)
				if !strings.Contains(strings.Join(r.Out, "\n"), ": I/O error") {
					t.Errorf("%q", r.Out)
				}
				if len(r.Warnings) == 0 {
					t.Error("no warning")
				}
				for _, w := range r.Warnings {
					if !strings.HasPrefix(w, "mount /x: "+method+" gave ") || len(w) > 300 {
						t.Errorf("warning %q", w)
					}
				}
				if len(r.Next) != 3 || !strings.HasPrefix(r.Next[0], "read,/x/a: text") || r.Next[1] != "ls,/x/d: " || r.Next[2] != "readlink,/x/l: a" {
					t.Errorf("afterwards: %q", r.Next)
				}
			})
		}
	}
}

func TestRefused(t *testing.T) {
	ctx := open(t, "system")
	call[bool](t, ctx, "(async () => { while (!globalThis.ready) await new Promise((r) => setTimeout(r, 5)); return true; })")
	got := call[map[string]string](t, ctx, "refused")
	for name, want := range map[string]string{
		"no methods":             "EINVAL: mount /m: the provider has no method fdClose",
		"no descriptor 3":        "EINVAL: mount /m: descriptor 3 of the provider is not preopened",
		"a file":                 "EINVAL: mount /m: descriptor 3 of the provider is not a directory",
		"throws an errno":        "EACCES: mount /m: the provider failed",
		"no module":              "EINVAL: mount /m: cannot load " + site.URL + "/nothing-there.js: ",
		"no default":             "EINVAL: mount /m: data:text/javascript,export const x = 1 has no function as its default export",
		"a module that throws":   "EINVAL: mount /m: no, thanks",
		"a module with an errno": "EBUSY: mount /m: in use",
		"a module with nothing":  "EINVAL: mount /m: the default export of data:text/javascript,",
		"something else":         "EINVAL: mount /m: unknown kind of file system",
		"then":                   "fine",
	} {
		if !strings.HasPrefix(got[name], want) {
			t.Errorf("%s: %q, want %q", name, got[name], want)
		}
	}
}

func TestReadOnly(t *testing.T) {
	r := page(t, "system")("readOnly")
	lines(t, "program", r.Out, "read,/x/a: text", "write,/x/a,1: Read-only file system", "write,/x/b,1: Read-only file system",
		"rm,/x/a: Read-only file system", "mkdir,/x/d: Read-only file system", "mv,/x/a,/x/b: Read-only file system", "ls,/x: a")
}
