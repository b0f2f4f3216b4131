package vfstest

import "strings"

var randomCases = []Case{
	{Name: "random/tree", Func: func(t *T) { storm(t, t.Steps, stepsOfAll) }},
	{Name: "random/renames", Func: func(t *T) { storm(t, t.Steps, stepsOfRename) }},
	{Name: "random/links", Needs: []Feature{HardLinks, Symlinks}, Func: func(t *T) { storm(t, t.Steps, stepsOfLinks) }},
}

// The weights of steps in a random sequence.
const (
	stepsOfAll    = "mkdir mkdir mkdir write write write append truncate rmdir unlink rename rename link symlink read readlink stat lstat ls"
	stepsOfRename = "mkdir mkdir write rename rename rename rename rename rename rmdir unlink stat ls"
	stepsOfLinks  = "mkdir write link link symlink symlink symlink unlink unlink rename rename stat lstat read readlink truncate append"
)

// storm carries out random steps on the file system and on a Model.
func storm(t *T, steps int, ops string) {
	r := NewRandom(t.Seed, ops, t.lacks)
	m := NewModel()
	for i := range steps {
		w := r.Step()
		if got, want := t.Do(w), m.Do(w); got != want {
			t.Fail("step", itoa(i)+",", quote(join(w))+", gives", quote(got)+", want", quote(want))
		}
		if i%500 == 0 || i == steps-1 {
			if diff := Compare(&t.Exec, m); diff != "" {
				t.Fail("after step", itoa(i), diff)
			}
		}
	}
}

// Compare looks at everything in a tree and returns the first difference from
// the model, or "".
func Compare(x *Exec, m *Model) string {
	for _, p := range append(m.Paths(), ".") {
		for _, op := range []string{"lstat", "readlink", "ls", "read"} {
			w := []string{op, p}
			if got, want := x.Do(w), m.Do(w); got != want {
				return join(w) + " gives " + quote(got) + ", want " + quote(want)
			}
		}
	}
	return ""
}

// Random makes random steps. Names are few, so that they meet.
type Random struct {
	r     rng
	ops   []string
	count int
}

// NewRandom returns a sequence of the operations in ops, without those that
// need a lacking feature.
func NewRandom(seed uint64, ops string, lacks func(Feature) bool) *Random {
	r := &Random{r: rng(seed)}
	for _, op := range strings.Fields(ops) {
		if op == "link" && lacks(HardLinks) || op == "symlink" && lacks(Symlinks) {
			continue
		}
		r.ops = append(r.ops, op)
	}
	return r
}

// path returns a random relative path.
func (r *Random) path() string {
	var b strings.Builder
	for i := range 1 + r.r.n(4) {
		if i > 0 {
			b.WriteString(pick(&r.r, "/", "/", "/", "/", "//", "/./"))
		}
		b.WriteString(pick(&r.r, "a", "b", "c", "a", "b", "c", "d", "e", "..", "."))
	}
	b.WriteString(pick(&r.r, "", "", "", "", "", "", "", "", "/", "/."))
	return climb(b.String())
}

// climb makes sure that a path does not go above where it starts by itself; the
// tests below another kernel's tree must stay in it.
func climb(path string) string {
	depth := 0
	for _, c := range strings.Split(path, "/") {
		switch c {
		case "", ".":
		case "..":
			if depth--; depth < 0 {
				return "a"
			}
		default:
			depth++
		}
	}
	return path
}

// Step returns the next step.
func (r *Random) Step() []string {
	r.count++
	switch op := r.ops[r.r.n(len(r.ops))]; op {
	case "write", "append":
		return []string{op, r.path(), strings.Repeat(string(rune('a'+r.r.n(26))), r.r.n(20))}
	case "truncate":
		return []string{op, r.path(), itoa(r.r.n(30))}
	case "symlink":
		// Targets stay in the tree: they do not begin with "..".
		return []string{op, r.path(), r.path()}
	case "link", "rename":
		return []string{op, r.path(), r.path()}
	default:
		return []string{op, r.path()}
	}
}
