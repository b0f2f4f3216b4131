// Package suite runs directories of test cases on the engines of package
// runner, and reports what came of it.
//
// A directory may hold cases of three shapes, told apart by what lies beside
// each other:
//
//   - WebAssembly/wasi-testsuite: manifest.json, programs (.wasm), and a .json
//     with arguments and expectations for each
//   - sources with directives ("//#Args: a b"): wasmer's current suite and our
//     own cases
//   - a run.sh that calls $WASMER_RUN: wasmer's pinned suite
package suite

import (
	"context"
	"fmt"
	"regexp"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/wasix-web/wasix-web/e2e/runner"
)

// Case is one program with one configuration.
type Case struct {
	Name   string // its path below the suite's directory: "fd_tests/fd-close"
	Config string // "default" where there is only one
	// Ignored is why upstream does not run it, "" when it does.
	Ignored string
	shape   shape
	exec    func(ctx context.Context, s *session) error
}

// shape tells the three kinds of cases apart.
type shape uint8

const (
	directives shape = iota
	script
	testsuite
)

// ID is what skip files call the case: its name, with ":config" unless that is
// "default".
func (c *Case) ID() string {
	if c.Config == "default" {
		return c.Name
	}
	return c.Name + ":" + c.Config
}

// Outcome is what came of a case.
type Outcome string

const (
	Passed  Outcome = "passed"
	Failed  Outcome = "failed"
	Skipped Outcome = "skipped" // it failed, as its skip entry says
)

// Row is the result of one case on one engine.
type Row struct {
	Name    string  `json:"case"`
	Config  string  `json:"config"`
	Engine  string  `json:"engine"`
	Outcome Outcome `json:"result"`
	MS      int64   `json:"ms"`
	Token   Token   `json:"skip,omitempty"`
	Note    string  `json:"note,omitempty"`
	Message string  `json:"message,omitempty"` // why it failed
}

// Options say how to run.
type Options struct {
	Run     *regexp.Regexp // only cases whose ID matches; nil: all
	Skips   *Skips
	Tabs    int           // cases at once; 0: one per processor
	Timeout time.Duration // per program; 0: a minute
	Builder *Builder
	// NothingLeft fails programs that end while something of theirs lives on in
	// the system.
	NothingLeft bool
	// Command is our own command, for run.sh. Cases that need it fail without.
	Command string
	// Done hears of every row as it comes, one at a time.
	Done func(Row)
}

// session is what a running case works with.
type session struct {
	Options
	runner runner.Runner
	remote *runner.Remote // for run.sh
}

// Run runs cases on one engine. An error means that nothing can be said about
// the cases.
func Run(ctx context.Context, r runner.Runner, cases []*Case, o Options) ([]Row, error) {
	if o.Tabs == 0 {
		o.Tabs = runtime.NumCPU()
	}
	if o.Timeout == 0 {
		o.Timeout = time.Minute
	}
	if o.Done == nil {
		o.Done = func(Row) {}
	}
	s := &session{Options: o, runner: r}
	remote, err := runner.Listen(r)
	if err != nil {
		return nil, err
	}
	defer remote.Close()
	s.remote = remote
	cases = o.selected(cases)
	if len(cases) == 0 {
		return nil, fmt.Errorf("no case matches %v", o.Run)
	}
	rows := make([]Row, len(cases))
	next := make(chan int)
	var wait sync.WaitGroup
	var mu sync.Mutex // of Done
	for range o.Tabs {
		wait.Go(func() {
			for i := range next {
				rows[i] = s.one(ctx, cases[i])
				mu.Lock()
				o.Done(rows[i])
				mu.Unlock()
			}
		})
	}
	for i := range cases {
		if ctx.Err() != nil {
			break
		}
		next <- i
	}
	close(next)
	wait.Wait()
	return rows, context.Cause(ctx)
}

func (o *Options) selected(cases []*Case) []*Case {
	if o.Run == nil {
		return cases
	}
	return slices.DeleteFunc(slices.Clone(cases), func(c *Case) bool { return !o.Run.MatchString(c.ID()) })
}

// skippedTimeout is for cases that are expected to fail: many do by hanging.
const skippedTimeout = 10 * time.Second

// one runs a case and judges what came of it.
func (s *session) one(ctx context.Context, c *Case) Row {
	row := Row{Name: c.Name, Config: c.Config, Engine: s.runner.Name(), Outcome: Passed}
	skip := s.Skips.find(c.ID(), row.Engine)
	if skip != nil && s.Timeout > skippedTimeout {
		short := *s
		short.Timeout = skippedTimeout
		s = &short
	}
	start := time.Now()
	err := c.exec(ctx, s)
	row.MS = time.Since(start).Milliseconds()
	switch {
	case err == nil && skip != nil:
		row.Outcome = Failed
		row.Message = fmt.Sprintf("passes: remove its entry (%s) from the skip file", skip.Token)
	case err == nil:
	case skip != nil:
		row.Outcome, row.Token, row.Note, row.Message = Skipped, skip.Token, skip.Note, err.Error()
	case c.Ignored != "":
		row.Outcome, row.Token, row.Note, row.Message = Skipped, IgnoredUpstream, c.Ignored, err.Error()
	default:
		row.Outcome, row.Message = Failed, err.Error()
	}
	return row
}
