//go:build unix

package providers_test

import (
	"slices"
	"strings"
	"testing"
)

func TestOutputFunctions(t *testing.T) {
	r := page(t, "streams")("taken")
	each := []string{"out,a: 1", "out,é: 2", "out,b: 1", "out,abc: 3", "out,d: 1"}
	lines(t, "programs", r.Out, append(append(slices.Clone(each), each...), "flood,20000: false errno 0", "true")...)
	each = []string{"a", "é", "b", "closed after 4"}
	lines(t, "taken", r.Warnings, append(append(slices.Clone(each), each...), "out x", "out out,x: 1\n")...)
	lines(t, "result", r.Next, "")
}

// TestOutputFails: an errno is the write's, anything else EIO and a warning.
func TestOutputFails(t *testing.T) {
	r := page(t, "streams")("failing")
	lines(t, "programs", r.Out, "out,x: No space left on device", "out,x: Read-only file system", "out,x: Permission denied", "out,x: I/O error", "out,x: I/O error",
		"out,a: 1", "out,b: Quota exceeded", "out,c: 1", "out,d: Quota exceeded", "flood,20000: true No space left on device",
		"out,x: No space left on device", "sleep: ok", "out,y: No space left on device", "true")
	lines(t, "warnings", r.Warnings, "guest: stdout threw TypeError: no output today (EIO)", "guest: stdout threw Error: nor tomorrow (EIO)")
}

func TestOutputNeverAnswers(t *testing.T) {
	run := page(t, "streams")
	for _, where := range []string{"page", "module"} {
		for how, want := range map[string]string{"SIGKILL": "signaled", "SIGTERM": "signaled", "abort": "aborted", "timeout": "timeout"} {
			t.Run(where+"/"+how, func(t *testing.T) {
				r := run("stuck", how, where)
				lines(t, "meanwhile", r.Meanwhile, "write,/tmp/f,1: ok")
				if r.Reason != want || r.Restarted || r.Live["processes"] != 0 || r.Live["threads"] != 0 || r.Live["waiters"] != 0 {
					t.Errorf("%+v", r)
				}
			})
		}
	}
}

func TestStreamModules(t *testing.T) {
	run := page(t, "streams")
	for _, late := range []bool{false, true} {
		r := run("modules", late)
		lines(t, "programs", r.Out, "line: one", "line: two", "line: three", "line: <eof>", "line: Operation not permitted", "now: ...",
			"line: I/O error", "line: I/O error",
			"out,a: 1", "out,é: 2", "out,abc: 3", "out,d: 1",
			"out,abc: 3", "out,abcd: No space left on device", "out,d: 1", "out,a: I/O error", "out,b: I/O error")
		lines(t, "input", r.Names, "guest: stdin: closed in", "guest: stdin: read threw TypeError: no input (EIO)",
			"guest: stdin: read gave neither Uint8Array nor string (EIO)")
		lines(t, "output", r.Next, `guest: stdout: took "a"`, `guest: stdout: took "é"`, "guest: stdout: took 3", "guest: stdout: took 1", "guest: stdout: closed out")
		lines(t, "warnings", r.Warnings, "guest: stdout: write threw RangeError: no room (EIO)")
	}
	r := run("neverRead")
	if r.Signal != "SIGINT" || r.Reason != "signaled" {
		t.Error(r.Signal, r.Reason)
	}
}

func TestStreamsRefused(t *testing.T) {
	r := page(t, "streams")("refused")
	for i, want := range []string{
		"no module: WASIXError: EINVAL: guest: stdout cannot be used: cannot load " + site.URL + "/nothing-there.js",
		"no method: WASIXError: EINVAL: guest: stdout cannot be used: the provider has no method write",
		"a module that throws: WASIXError: EINVAL: guest: stdin cannot be used: no nothing",
		`an object: TypeError: stdout: must be "pipe", "null", a function, an object with the method write, or { module }, not {}`,
		`a number: TypeError: stderr: must be "pipe", "null", a function, an object with the method write, or { module }, not 5`,
	} {
		if i >= len(r.Out) || !strings.HasPrefix(r.Out[i], want) {
			t.Errorf("%q, want %q", r.Out[min(i, len(r.Out)-1)], want)
		}
	}
}
