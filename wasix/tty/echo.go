package tty

import "unicode/utf8"

// echo shows a key, if the mode is so, and returns how many cells it takes.
// Control characters other than tabs are shown as ^X.
func (t *Terminal) echo(c byte) int {
	if !t.state.Echo {
		return 0
	}
	w := 1
	switch {
	case c == '\t':
		w = 8 - t.column%8
		t.out = append(t.out, c)
	case c < ' ' || c == 0x7f:
		w = 2
		t.out = append(t.out, '^', c^64)
	default:
		t.out = append(t.out, c)
		if !utf8.RuneStart(c) {
			w = 0
		}
	}
	t.column += w
	return w
}

// newline shows that a line has ended.
func (t *Terminal) newline() {
	if !t.state.Echo {
		return
	}
	if t.feeds() {
		t.out = append(t.out, '\r')
	}
	t.out = append(t.out, '\n')
	t.column = 0
}

// rubOut takes w cells off the screen. A tab has painted nothing.
func (t *Terminal) rubOut(w int, tab bool) {
	if !t.state.Echo {
		return
	}
	t.column = max(t.column-w, 0)
	t.repeat('\b', w)
	if !tab {
		t.repeat(' ', w)
		t.repeat('\b', w)
	}
}

func (t *Terminal) repeat(c byte, n int) {
	for range n {
		t.out = append(t.out, c)
	}
}

// wide are the characters that take two cells, in pairs of first and last:
// East Asian scripts and pictures.
var wide = [...]rune{0x1100, 0x115f, 0x2e80, 0x303e, 0x3041, 0xa4cf, 0xa960, 0xa97f, 0xac00, 0xd7a3, 0xf900, 0xfaff,
	0xfe30, 0xfe6f, 0xff00, 0xff60, 0xffe0, 0xffe6, 0x1f300, 0x1f64f, 0x1f680, 0x1f6ff, 0x1f900, 0x1f9ff, 0x20000, 0x3fffd}

// width returns how many cells a character takes: none for those that are put
// over the one before.
func width(r rune) int {
	switch {
	case r >= 0x300 && r <= 0x36f, r >= 0x200b && r <= 0x200f, r >= 0xfe00 && r <= 0xfe0f:
		return 0
	}
	for i := 0; i < len(wide); i += 2 {
		if r >= wide[i] && r <= wide[i+1] {
			return 2
		}
	}
	return 1
}
