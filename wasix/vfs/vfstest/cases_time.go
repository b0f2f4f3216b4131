package vfstest

import "strconv"

var timeCases = []Case{
	{Name: "times/set", Needs: []Feature{Times}, Ours: true, Script: []string{
		"write f x", "tick 5", "times f 123456789 987654321", "atim f = 123456789", "mtim f = 987654321", "ctim f = 1000005",
		"mkdir d", "times d 1 2", "mtim d = 2", "times nope 1 2 = ENOENT", "times f/ 1 2 = ENOTDIR",
		"times f 18446744073709551 0", "atim f = 18446744073709551", "mtim f = 0",
	}},
	{Name: "times/change", Needs: []Feature{Times}, Func: timesChange},
	{Name: "times/stay", Needs: []Feature{Times}, Func: timesStay},
}

// stamps returns a file's times.
func (t *T) stamps(path string) (mtim, ctim int64) {
	t.Helper()
	m, _ := strconv.ParseInt(t.OK("mtim", path), 10, 64)
	c, _ := strconv.ParseInt(t.OK("ctim", path), 10, 64)
	return m, c
}

// timesChange looks which times a step changes. A time may be set at any moment
// from the step to the look.
func timesChange(t *T) {
	t.OK("mkdir", "d")
	t.OK("mkdir", "e")
	t.OK("write", "d/f", "hello")
	t.OK("write", "d/old", "x")
	steps := []struct {
		step string
		m, c string // whose mtim and ctim change
		keep string // whose times stay
	}{
		{"append d/f !", "d/f", "d/f", "d"},
		{"append d/f ?", "d/f", "d/f", "d"}, // one of the two through a window
		{"truncate d/f 3", "d/f", "d/f", "d"},
		{"open d/f w trunc", "d/f", "d/f", "d"},
		{"open d/f w creat", "", "", "d/f d"},
		{"open d/g w creat", "d d/g", "d d/g", "d/f ."},
		{"times d/f 5 6", "", "d/f", "d"},
		{"mkdir d/s", "d d/s", "d d/s", "."},
		{"rmdir d/s", "d", "d", "."},
		{"unlink d/g", "d", "d", "."},
		{"rename d/f e/f", "d e", "d e", "."},
		{"rename e/f e/g", "e", "e", "d ."},
		{"rename e/g d/old", "d e", "d e", "."},
		{"rename d/old d/old", "", "", "d d/old"},
		{"mkdir d/old = EEXIST", "", "", "d d/old"},
		{"unlink d/nope = ENOENT", "", "", "d"},
	}
	for _, s := range steps {
		mark := int64(t.Now)
		t.OK("tick", "1000")
		// What is to change must have been older.
		was := map[string][2]int64{}
		for _, p := range words(s.keep) {
			m, c := t.stamps(p)
			was[p] = [2]int64{m, c}
		}
		t.Script(s.step)
		at := int64(t.Now)
		t.OK("tick", "1000")
		check := func(what, path string, got int64) {
			t.Helper()
			if got <= mark || got > int64(t.Now) {
				t.Fail(s.step+":", what, "of", path, "is", strconv.FormatInt(got, 10), "want about", strconv.FormatInt(at, 10))
			}
		}
		for _, p := range words(s.m) {
			m, _ := t.stamps(p)
			check("mtim", p, m)
		}
		for _, p := range words(s.c) {
			_, c := t.stamps(p)
			check("ctim", p, c)
		}
		for _, p := range words(s.keep) {
			if m, c := t.stamps(p); was[p] != [2]int64{m, c} {
				t.Fail(s.step+": times of", p, "have changed")
			}
		}
	}
}

// timesStay looks that reading and asking changes nothing but atim.
func timesStay(t *T) {
	t.OK("mkdir", "d")
	t.OK("write", "d/f", "hello")
	m, c := t.stamps("d/f")
	dm, dc := t.stamps("d")
	t.OK("tick", "1000")
	for _, s := range []string{"read d/f", "stat d/f", "ls d", "open d/f r", "open d/f w", "hold h d/f r w", "hpread h 0 3",
		`hwrite h ""`, "hseek h 0 end", "hclose h"} {
		w, _ := ParseLine(s)
		t.OK(w...)
		t.OK("tick", "1000")
	}
	if m2, c2 := t.stamps("d/f"); m != m2 || c != c2 {
		t.Fail("reading changed a file's times")
	}
	if m2, c2 := t.stamps("d"); dm != m2 || dc != c2 {
		t.Fail("reading changed a directory's times")
	}
}

func words(line string) []string {
	w, _ := ParseLine(line)
	return w
}
