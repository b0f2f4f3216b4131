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

// Dir maps a host directory into a guest.
type Dir struct{ Host, Guest string }

// Job is one program to run.
type Job struct {
	Program string   // path of the .wasm
	Args    []string // argv, argv[0] first
	Env     []string // K=V
	Cwd     string   // "" is "/"
	Dirs    []Dir
	Preopen []string // guest directories; none: "/"
	Stdin   io.Reader
	Stdout  io.Writer
	Stderr  io.Writer
	Timeout time.Duration
	Trace   bool // strace lines go to Stderr
	// Terminal says that the three streams are one terminal.
	Terminal bool
}

// Result is how a program ended.
type Result struct {
	ExitCode  int    `json:"exitCode"`
	Signal    string `json:"signal"`
	Reason    string `json:"reason"` // "exited", "signaled", "trapped", "timeout", …
	Trap      string `json:"trap"`
	Restarted bool   `json:"restarted"`
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
	Run(ctx context.Context, j *Job) (*Result, error)
	Close() error
}
