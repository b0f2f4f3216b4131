// Package runner runs programs in browsers (or natively) and brings back what
// they print, how they end and the files they change. `wasix-web run`, the suite
// runner and the end-to-end tests use it.
//
// A browser is given one page (web/runner), which asks this process for work
// and posts the results: nothing is driven from outside, so any browser that
// can be started with a URL will do.
package runner

import (
	"context"
	"io"
	"time"
)

// Exit codes of the command for what is not the program's own.
const (
	CodeTimeout = 124
	CodeFailed  = 125
)

// Dir maps a host directory into a guest. Several guest directories may be the
// same host directory: they are one directory for the guest, too.
type Dir struct{ Host, Guest string }

// Size is that of a terminal, in characters.
type Size struct {
	Columns int `json:"columns"`
	Rows    int `json:"rows"`
}

// Job is one program to run.
type Job struct {
	Program string   // path of the .wasm
	Args    []string // argv, argv[0] first
	Env     []string // K=V
	Cwd     string   // "" is "/"
	Dirs    []Dir
	Preopen []string  // guest directories, "name=path" to call one otherwise; nil: "/"
	Stdin   io.Reader `json:"-"`
	Stdout  io.Writer `json:"-"`
	Stderr  io.Writer `json:"-"`
	Timeout time.Duration
	Trace   bool // strace lines go to Stderr
	Closes  bool // a line goes to Stderr when the last descriptor of a file in Dirs goes
	Free    bool // see wasix.Command
	Isatty  bool // see wasix.Command
	// Terminal is the size of the terminal that the three streams are; nil when
	// they are not one.
	Terminal *Size
	// Resize tells of new sizes of the terminal.
	Resize <-chan Size `json:"-"`
	// Signals are passed on to the program: "SIGINT".
	Signals <-chan string `json:"-"`
}

// merged tells whether Stdout and Stderr are the same writer, so that lines stay
// in order.
func (j *Job) merged() bool { return j.Stdout != nil && j.Stdout == j.Stderr }

// Result is how a program ended.
type Result struct {
	ExitCode  int    `json:"exitCode"`
	Signal    string `json:"signal"`
	Reason    string `json:"reason"` // "exited", "signaled", "trapped", "timeout", …
	Trap      string `json:"trap"`
	Restarted bool   `json:"restarted"`
	Left      string `json:"left"`  // what lives in the system although the program has ended: "1 processes"
	Error     string `json:"error"` // the program could not be run at all
	Kind      string `json:"kind"`  // and of what kind that error is
}

// Code is the exit code of a command that ran this program.
func (r *Result) Code() int {
	switch {
	case r.Error != "":
		return CodeFailed
	case r.Reason == "timeout":
		return CodeTimeout
	}
	return r.ExitCode
}

// Runner runs jobs; several at once.
type Runner interface {
	// Name says what it is, for tables: "chromium", "chromium-isolated", "wazero".
	Name() string
	// Run runs a job to its end. An error means that the runner itself failed.
	// When the context ends the program is killed, and Run does not wait.
	Run(ctx context.Context, j *Job) (*Result, error)
	Close() error
}
