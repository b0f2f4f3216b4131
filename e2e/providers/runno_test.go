//go:build unix

package providers_test

import "testing"

// TestRunno mounts the file system of @runno/wasi from npm, with the methods
// that its users know.
func TestRunno(t *testing.T) {
	r := page(t, "runno")("runno")
	lines(t, "program", r.Out,
		"read,/x/readme.txt: from runno", "ls,/x: data/ readme.txt", "ls,/x/data: deep/", "read,/x/data/deep/file.bin: hi",
		"stat,/x/readme.txt: false 10 2026-01-02T00:00:00Z", "write,/x/new,one: ok", "append,/x/new, two: ok", "read,/x/new: one two",
		"mkdir,/x/dir: ok", "write,/x/dir/f,text: ok", "mv,/x/dir/f,/x/moved: ok", "read,/x/moved: text", "ls,/x/dir: ", "rm,/x/dir: ok",
		"read,/x/nope: No such file or directory", "ln,a,/x/l: Not implemented on wasip1", "large,/x/big: 3145728 true", "truncate,/x/new,12: ok",
		"read,/x/new: on", "rm,/x/big: ok", "rm,/x/moved: ok", "ls,/x: data/ new readme.txt")
	if len(r.Warnings) != 0 {
		t.Errorf("warnings: %q", r.Warnings)
	}
	if r.Error != "on" {
		t.Errorf("the drive has %q", r.Error)
	}
}
