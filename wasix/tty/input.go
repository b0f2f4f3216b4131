package tty

import (
	"unicode/utf8"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

// The keys that are commands. INTR, QUIT and SUSP are in every mode, the others
// where lines are put together.
const (
	keyINTR   = 'C' & 31
	keyEOF    = 'D' & 31
	keyBS     = 'H' & 31 // as ERASE
	keyREPRT  = 'R' & 31
	keyKILL   = 'U' & 31
	keyLNEXT  = 'V' & 31
	keyWERASE = 'W' & 31
	keySUSP   = 'Z' & 31
	keyQUIT   = '\\' & 31
	keyERASE  = 0x7f
)

// signalOf returns the signal that a key stands for, 0: none.
func signalOf(c byte) abi.Signal {
	switch c {
	case keyINTR:
		return abi.SIGINT
	case keyQUIT:
		return abi.SIGQUIT
	case keySUSP:
		return abi.SIGTSTP
	}
	return 0
}

// Input takes keys, and returns how many bytes nobody has read now. Signals are
// never late: they are seen also when what was typed before has to wait, and
// they throw it away.
func (t *Terminal) Input(b []byte) (unread int) {
	for len(b) > 0 && !t.eof && !t.hung {
		if len(t.late) == 0 && t.ready() {
			if s := signalOf(b[0]); s != 0 && !t.quote {
				t.interrupt(b[0], s)
			} else {
				t.key(b[0])
			}
			b = b[1:]
			continue
		}
		if i := t.signalIn(b); i >= 0 {
			t.interrupt(b[i], signalOf(b[i]))
			b = b[i+1:]
			continue
		}
		t.late = append(t.late, b[:min(len(b), max(Limit-t.Unread(), 0))]...)
		break
	}
	t.proceed()
	return t.Unread()
}

// ready tells whether a key can be dealt with.
func (t *Terminal) ready() bool {
	if t.c.Sink.Room() <= len(t.out) && t.state.Echo {
		return false
	}
	// A line that fills all of it has to be ended: see add.
	return len(t.in) < Queue && len(t.lines) < Queue || t.state.LineBuffered && len(t.lines) == 0
}

// signalIn finds the first key of b, which comes behind late, that is a signal.
func (t *Terminal) signalIn(b []byte) int {
	quoted := t.quote
	if t.state.LineBuffered {
		for i := len(t.late); i > 0 && t.late[i-1] == keyLNEXT; i-- {
			quoted = !quoted
		}
	}
	for i, c := range b {
		switch {
		case quoted:
			quoted = false
		case signalOf(c) != 0:
			return i
		case c == keyLNEXT:
			quoted = t.state.LineBuffered
		}
	}
	return -1
}

// proceed deals with the keys that have waited, shows the echo, and tells those
// who wait for a line. It sends no signals, so that it can be part of a call.
func (t *Terminal) proceed() {
	for n := len(t.late); n > 0 && t.ready(); n-- {
		c := t.late[0]
		t.late = t.late[1:]
		t.key(c)
	}
	if len(t.late) == 0 {
		t.late = nil
		if t.eof && t.edit < len(t.in) {
			t.send() // without an end
		}
	}
	if len(t.out) > 0 {
		t.c.Sink.Put(t.out)
		t.out = t.out[:0]
	}
	if t.fresh {
		t.fresh = false
		t.Notify(waiter.In)
	}
}

// key deals with one key that is no signal.
func (t *Terminal) key(c byte) {
	switch {
	case t.quote:
		t.quote = false
		t.add(c)
		return
	case c == '\r' && !t.raw():
		c = '\n'
	}
	if !t.state.LineBuffered {
		t.pass(c)
		return
	}
	switch c {
	case '\n':
		t.in = append(t.in, c)
		t.newline()
		t.send()
	case keyEOF:
		t.send()
	case keyERASE, keyBS:
		t.erase()
	case keyKILL:
		t.kill()
	case keyWERASE:
		for t.lastIsBlank(true) {
			t.erase()
		}
		for t.lastIsBlank(false) {
			t.erase()
		}
	case keyREPRT:
		t.reprint()
	case keyLNEXT:
		t.quote = true
		if t.state.Echo {
			t.out = append(t.out, "^\b"...) // until the key comes
		}
	default:
		t.add(c)
	}
}

// add puts a byte at the end of the line. One that is too long takes no more,
// and rings the bell.
func (t *Terminal) add(c byte) {
	if len(t.in) >= Queue {
		if t.state.Echo {
			t.out = append(t.out, '\a')
		}
		return
	}
	t.in = append(t.in, c)
	w := t.echo(c)
	t.cells = append(t.cells, uint8(w))
	if c < utf8.RuneSelf || utf8.RuneStart(c) || !t.state.Echo {
		return
	}
	// A character of several bytes was taken for one cell when it began.
	if r, n := t.last(); n > 1 {
		w := width(r)
		t.column += w - 1
		t.cells[len(t.cells)-n] = uint8(w)
	}
}

// last returns the last character of the line and how many bytes it has: one
// where it is not UTF-8.
func (t *Terminal) last() (rune, int) {
	i := len(t.in) - 1
	for i > t.edit && !utf8.RuneStart(t.in[i]) && len(t.in)-i < utf8.UTFMax {
		i--
	}
	if r, n := utf8.DecodeRune(t.in[i:]); i+n == len(t.in) {
		return r, n
	}
	return utf8.RuneError, 1
}

// pass makes a byte readable as it is.
func (t *Terminal) pass(c byte) {
	t.in = append(t.in, c)
	t.edit, t.fresh = len(t.in), true
	if c == '\n' {
		t.newline()
	} else {
		t.echo(c)
	}
}

// send makes the line that is being typed one that can be read.
func (t *Terminal) send() {
	t.lines = append(t.lines, len(t.in)-t.edit)
	t.edit, t.cells, t.fresh = len(t.in), t.cells[:0], true
}

// interrupt sends the signal of a key. What has been typed is forgotten.
func (t *Terminal) interrupt(c byte, s abi.Signal) {
	t.drop()
	t.echo(c)
	t.proceed()
	t.c.Signal(s)
}

// drop forgets all input.
func (t *Terminal) drop() {
	some := t.Unread() > 0
	t.in, t.late, t.lines = nil, nil, nil
	t.edit, t.cells, t.quote = 0, t.cells[:0], false
	if some && t.c.Consumed != nil {
		t.c.Consumed()
	}
}

// erase takes the last character of the line away.
func (t *Terminal) erase() {
	if t.edit == len(t.in) {
		return
	}
	_, n := t.last()
	at := len(t.cells) - n
	w := 0
	for _, c := range t.cells[at:] {
		w += int(c)
	}
	tab := t.in[len(t.in)-n] == '\t'
	t.in, t.cells = t.in[:len(t.in)-n], t.cells[:at]
	t.rubOut(w, tab)
}

// kill takes the whole line away.
func (t *Terminal) kill() {
	if len(t.cells) >= max(int(t.state.Cols), 20) {
		// The cursor does not go back over the edge of the screen.
		t.in, t.cells = t.in[:t.edit], t.cells[:0]
		t.echo(keyKILL)
		t.newline()
	}
	for t.edit < len(t.in) {
		t.erase()
	}
}

// reprint shows the line once more.
func (t *Terminal) reprint() {
	t.echo(keyREPRT)
	t.newline()
	for _, c := range t.in[t.edit:] {
		t.echo(c)
	}
}

// lastIsBlank tells whether the line ends in a blank, or in something else.
func (t *Terminal) lastIsBlank(yes bool) bool {
	if t.edit == len(t.in) {
		return false
	}
	c := t.in[len(t.in)-1]
	return (c == ' ' || c == '\t') == yes
}
