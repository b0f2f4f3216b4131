package suite

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// Token is why a case is skipped.
type Token string

// The tokens; there are no others.
const (
	RequiresAsyncify Token = "requires-asyncify"         // the program would have to be built with asyncify
	RequiresSockets  Token = "requires-provider-sockets" // needs …
	RequiresThreads  Token = "requires-provider-threads"
	RequiresFutex    Token = "requires-provider-futex"
	RequiresSignals  Token = "requires-provider-signals"
	RequiresProc     Token = "requires-provider-proc"
	RequiresFuture   Token = "requires-future-feature"
	IgnoredUpstream  Token = "ignored-upstream" // by the suite's own authors
)

var tokens = []Token{RequiresAsyncify, RequiresSockets, RequiresThreads, RequiresFutex, RequiresSignals, RequiresProc,
	RequiresFuture, IgnoredUpstream}

// Skip is one entry of a skip file.
type Skip struct {
	ID      string
	Engines []string // nil: all
	Token   Token
	Note    string
	line    int
}

// Skips are cases that are known to fail. They run nevertheless: one that passes
// is a failure until its entry is gone.
type Skips struct {
	file string
	list []Skip
}

// ReadSkips reads a skip file. A line is
//
//	case[:config][@engine,engine] token note
//
// Empty lines and those that begin with # are left out.
func ReadSkips(name string) (*Skips, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return parseSkips(name, f)
}

func parseSkips(name string, r io.Reader) (*Skips, error) {
	s := &Skips{file: name}
	in := bufio.NewScanner(r)
	for n := 1; in.Scan(); n++ {
		line := strings.TrimSpace(in.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		fields := strings.Fields(line)
		if len(fields) < 3 {
			return nil, fmt.Errorf("%s:%d: an entry is a case, a token and a note", name, n)
		}
		e := Skip{ID: fields[0], Token: Token(fields[1]), Note: strings.Join(fields[2:], " "), line: n}
		if id, engines, ok := strings.Cut(e.ID, "@"); ok {
			e.ID, e.Engines = id, strings.Split(engines, ",")
		}
		if !slices.Contains(tokens, e.Token) {
			return nil, fmt.Errorf("%s:%d: no such token: %s", name, n, e.Token)
		}
		for _, o := range s.list {
			if o.ID == e.ID && o.overlaps(&e) {
				return nil, fmt.Errorf("%s:%d: %s is on line %d, too", name, n, e.ID, o.line)
			}
		}
		s.list = append(s.list, e)
	}
	return s, in.Err()
}

func (s *Skip) overlaps(o *Skip) bool {
	return s.Engines == nil || o.Engines == nil ||
		slices.ContainsFunc(s.Engines, func(e string) bool { return slices.Contains(o.Engines, e) })
}

// find returns the entry of a case on an engine, or nil.
func (s *Skips) find(id, engine string) *Skip {
	if s == nil {
		return nil
	}
	for i := range s.list {
		e := &s.list[i]
		if e.ID == id && (e.Engines == nil || slices.Contains(e.Engines, engine)) {
			return e
		}
	}
	return nil
}

// Check makes sure that every entry names one of the cases.
func (s *Skips) Check(cases []*Case) error {
	if s == nil {
		return nil
	}
	ids := map[string]bool{}
	for _, c := range cases {
		ids[c.ID()] = true
	}
	for _, e := range s.list {
		if !ids[e.ID] {
			return fmt.Errorf("%s:%d: there is no case %s", s.file, e.line, e.ID)
		}
	}
	return nil
}
