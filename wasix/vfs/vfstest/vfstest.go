// Package vfstest is the conformance suite for file systems: every provider
// passes it, natively and in the browser.
//
// It needs neither os nor testing. A native test gives it a *testing.T, a page
// something of its own that has TB's two methods. The cases are data: a page can
// list and run them one by one.
//
// Most cases are scripts, a line for each step (see Exec). The random ones
// compare the file system with a simple model of a tree. Natively the scripts
// and the model are also run against the kernel underneath, so that what is
// expected here is what POSIX programs know.
package vfstest

import (
	"strconv"

	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// TB is what the suite needs of a *testing.T.
type TB interface {
	Helper()
	Error(args ...any)
}

// Feature is something a file system may lack.
type Feature string

// The features that can be lacking.
const (
	HardLinks     Feature = "hard links"
	Symlinks      Feature = "symbolic links"
	UnlinkedOpen  Feature = "unlinked open files" // live on until they are closed
	Holes         Feature = "holes"               // sizes past 4 GiB that take no room
	Times         Feature = "times"               // that can be set
	StableCookies Feature = "stable cookies"      // while a directory changes
	Quota         Feature = "quota"               // see Options.Limited
)

// Options adapt the suite to a file system.
type Options struct {
	// Lacks names what the file system cannot do. Cases that need it are
	// skipped, and Run returns their names.
	Lacks []Feature
	// Limited makes a file system that has room for about so many bytes. Nil:
	// Quota is lacking.
	Limited func(bytes int64) vfs.FS
	// NewCtx makes the context for a case; nil: one that may not block. The
	// suite sets its clock.
	NewCtx func() *vfs.Ctx
	// Entries is the size of the large directory; 0: 100 000.
	Entries int
	// Depth is how deep the deepest tree is; 0: 10 000.
	Depth int
	// Steps is the length of the random sequences; 0: 20 000. Seed starts them.
	Steps int
	Seed  uint64
}

func (o *Options) lacks(f Feature) bool {
	for _, l := range o.Lacks {
		if l == f {
			return true
		}
	}
	return f == Quota && o.Limited == nil
}

// Case is one test.
type Case struct {
	Name  string
	Needs []Feature
	// Script is run line by line by an Exec; Func is run instead when set.
	Script []string
	Func   func(t *T)
	// Ours says that the script asks for more than POSIX does, so that another
	// kernel may answer otherwise.
	Ours bool
}

// Cases returns all cases.
func Cases() []Case {
	var all []Case
	for _, family := range [][]Case{walkCases, openCases, treeCases, linkCases, renameCases,
		dirCases, dataCases, timeCases, mountCases, inodeCases, randomCases} {
		all = append(all, family...)
	}
	return all
}

// Run runs all cases on file systems made by mk and returns the names of those
// that were skipped.
func Run(tb TB, mk func() vfs.FS, o Options) (skipped []string) {
	tb.Helper()
	for _, c := range Cases() {
		if !c.Run(tb, mk, o) {
			skipped = append(skipped, c.Name)
		}
	}
	return skipped
}

// Run runs one case on a file system made by mk; false: it was skipped.
func (c Case) Run(tb TB, mk func() vfs.FS, o Options) (ran bool) {
	tb.Helper()
	for _, f := range c.Needs {
		if o.lacks(f) {
			return false
		}
	}
	if o.Entries == 0 {
		o.Entries = 100_000
	}
	if o.Depth == 0 {
		o.Depth = 10_000
	}
	if o.Steps == 0 {
		o.Steps = 20_000
	}
	t := &T{TB: tb, Options: o, Make: mk, name: c.Name}
	defer t.recover()
	ran = true
	t.start(mk())
	if c.Func != nil {
		c.Func(t)
	} else {
		t.Script(c.Script...)
	}
	t.Close()
	return true
}

// T is a running case.
type T struct {
	TB
	Options
	Exec
	Make func() vfs.FS
	FS   vfs.FS
	name string
}

// start begins anew on a file system.
func (t *T) start(fs vfs.FS) {
	ctx := &vfs.Ctx{}
	if t.NewCtx != nil {
		ctx = t.NewCtx()
	}
	t.FS = fs
	t.Exec = Exec{NS: vfs.NewNamespace(fs), Ctx: ctx, Now: 1_000_000}
	ctx.Now = func() uint64 { return t.Exec.Now }
}

type failed struct{}

// Fail reports an error and ends the case.
func (t *T) Fail(args ...any) {
	t.Helper()
	t.Error(append([]any{t.name + ":"}, args...)...)
	panic(failed{})
}

func (t *T) recover() {
	if r := recover(); r != nil {
		if _, ok := r.(failed); !ok {
			panic(r)
		}
	}
}

// Script runs lines. A line is an operation, its arguments, and after " = " the
// result it must have: nothing for success, an error's name, or a value. Several
// results with " or " between them: the first is what we give, the others are
// what other kernels do.
func (t *T) Script(lines ...string) {
	t.Helper()
	for i, line := range lines {
		words, want := ParseLine(line)
		if got := t.Do(words); got != want[0] {
			t.Fail("line", strconv.Itoa(i+1), "of script,", line, "\n\tgot", quote(got))
		}
	}
}

// Check fails the case unless got is want.
func (t *T) Check(what, got, want string) {
	t.Helper()
	if got != want {
		t.Fail(what, "is", quote(got)+", want", quote(want))
	}
}

// OK fails the case when a step does not succeed.
func (t *T) OK(words ...string) string {
	t.Helper()
	got := t.Do(words)
	if IsError(got) {
		t.Fail(join(words), "gives", got)
	}
	return got
}

func quote(s string) string {
	if len(s) > 300 {
		return strconv.Quote(s[:300]) + "..."
	}
	return strconv.Quote(s)
}
