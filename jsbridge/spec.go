//go:build js

package jsbridge

import (
	"strconv"
	"strings"
)

// spec is SpawnSpec of web/src/worker/kernel.ts.
type spec struct {
	program, columns, rows   int
	free, isatty, raw, trace bool
	cwd                      string
	stdio                    [3]string
	args, environ, preopens  []string
}

// unpackSpec reads what web/src/worker/pack.ts has written: strings that end with
// NUL, and lists with their length before them.
func unpackSpec(packed string) (s spec) {
	u := unpacker(packed)
	s.program, s.columns, s.rows = u.number(), u.number(), u.number()
	for _, b := range [...]*bool{&s.free, &s.isatty, &s.raw, &s.trace} {
		*b = u.number() != 0
	}
	s.cwd = u.text()
	for i := range s.stdio {
		s.stdio[i] = u.text()
	}
	s.args, s.environ, s.preopens = u.list(), u.list(), u.list()
	return s
}

// unpacker is what has not been read yet.
type unpacker string

func (u *unpacker) text() string {
	s, rest, _ := strings.Cut(string(*u), "\x00")
	*u = unpacker(rest)
	return s
}

func (u *unpacker) number() int {
	n, _ := strconv.Atoi(u.text())
	return n
}

func (u *unpacker) list() []string {
	l := make([]string, u.number())
	for i := range l {
		l[i] = u.text()
	}
	return l
}
