//go:build !js

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"golang.org/x/term"

	"github.com/wasix-web/wasix-web/e2e/runner"
)

// cmdRun runs one program. Its exit code is the program's; 128+n when a signal
// ended it, 124 when the time was up, 125 when it could not be run.
func cmdRun(ctx context.Context, e *env, args []string) int {
	f, err := parseRun(args, e.stdout)
	if errors.Is(err, errHelp) {
		return 0
	}
	var j *runner.Job
	if err == nil {
		j, err = f.job()
		defer func() { os.RemoveAll(f.temp) }()
	}
	if err != nil {
		e.fail(err)
		return runner.CodeFailed
	}
	out := &output{Writer: e.stdout}
	j.Stdin, j.Stdout, j.Stderr = e.stdin, out, e.stderr
	if sameFile(e.stdout, e.stderr) {
		j.Stderr = j.Stdout // 2>&1: lines stay in order
	}
	ctx, kill, killed, stop := passSignals(ctx, j)
	defer stop()
	restore := terminal(e, j, kill)
	res, err := f.start(ctx, e, j)
	restore()
	if code := killed(); code != 0 && (err != nil || res == nil) {
		return code
	}
	if err != nil {
		e.fail(err)
		return runner.CodeFailed
	}
	if err := out.failed(); err != nil {
		e.fail(fmt.Errorf("standard output: %w", err))
		return runner.CodeFailed
	}
	switch {
	case res.Error != "":
		fmt.Fprintf(e.stderr, "wasix-web: %s\n", res.Error)
	case res.Reason == "timeout" && !f.quiet:
		fmt.Fprintf(e.stderr, "wasix-web: %s: ended after %v\n", f.program, f.timeout)
	}
	return res.Code()
}

// output remembers why the terminal's stream took no more. A reader that has gone
// is no failure.
type output struct {
	io.Writer
	mu  sync.Mutex
	err error
}

func (o *output) Write(b []byte) (int, error) {
	n, err := o.Writer.Write(b)
	if err != nil && !errors.Is(err, syscall.EPIPE) {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.err = err
	}
	return n, err
}

func (o *output) failed() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.err
}

// sameFile tells whether two writers are the same file, pipe or terminal.
func sameFile(a, b io.Writer) bool {
	f, ok := a.(*os.File)
	g, ok2 := b.(*os.File)
	if !ok || !ok2 {
		return false
	}
	st, err := f.Stat()
	st2, err2 := g.Stat()
	return err == nil && err2 == nil && os.SameFile(st, st2)
}

// start runs the job on a running server when there is one, and otherwise on an
// engine of its own.
func (f *runFlags) start(ctx context.Context, e *env, j *runner.Job) (*runner.Result, error) {
	if address := os.Getenv(runner.ServerEnv); address != "" && f.engine == "" && !f.isolated {
		return runner.RunRemote(ctx, address, j)
	}
	engine := f.engine
	if engine == "" {
		engine = "chromium"
	}
	if f.isolated && engine != "wazero" {
		engine += "-isolated"
	}
	var log io.Writer
	if f.trace {
		log = e.stderr
	}
	r, err := runner.Start(ctx, runner.Options{Engine: engine, Tabs: 1, Log: log,
		Dist: func() (fs.FS, error) { return runner.FindDist(f.dist, e.progress(f.quiet)) }})
	if err != nil {
		return nil, err
	}
	res, err := r.Run(ctx, j)
	if cerr := r.Close(); err == nil {
		err = cerr
	}
	return res, err
}

// progress returns a function that tells what takes long.
func (e *env) progress(quiet bool) func(format string, args ...any) {
	return func(format string, args ...any) {
		if !quiet {
			fmt.Fprintf(e.stderr, "wasix-web: "+format+"\n", args...)
		}
	}
}

// signals are passed on to the program. What they do is its own choice; a
// second one ends it together with this command.
var signals = map[os.Signal]string{os.Interrupt: "SIGINT", syscall.SIGTERM: "SIGTERM", syscall.SIGHUP: "SIGHUP"}

// passSignals connects this command's signals with the job's. The context ends
// when the command is to end at once, which kill asks for, too; killed tells by
// what, as an exit code.
func passSignals(ctx context.Context, j *runner.Job) (_ context.Context, kill func(syscall.Signal), killed func() int, stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	came := make(chan os.Signal, 8)
	signal.Notify(came, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	// A closed pipe is an error of a write, not our death: there is a browser
	// to close.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	to := make(chan string)
	j.Signals = to
	code := make(chan int, 1)
	kill = func(s syscall.Signal) {
		select {
		case code <- 128 + int(s):
		default: // by another signal already
		}
		cancel()
	}
	go func() {
		var first time.Time
		for {
			var s os.Signal
			select {
			case s = <-came:
			case <-ctx.Done():
				return
			}
			switch {
			case first.IsZero():
				first = time.Now()
				// Nobody takes it when the program does not run yet.
				select {
				case to <- signals[s]:
					continue
				case <-time.After(again):
				}
			case time.Since(first) < again:
				continue
			}
			kill(s.(syscall.Signal))
			return
		}
	}()
	killed = func() int {
		select {
		case c := <-code:
			return c
		default:
			return 0
		}
	}
	return ctx, kill, killed, func() {
		signal.Stop(came)
		cancel()
	}
}

// terminal makes the job's streams a terminal when ours are one: the system's
// own terminal then edits lines and turns keys into signals, so ours is to pass
// everything on. A program that nothing reaches is ended by quitKeys.
func terminal(e *env, j *runner.Job, kill func(syscall.Signal)) (restore func()) {
	for _, s := range []any{e.stdin, e.stdout, e.stderr} {
		f, ok := s.(*os.File)
		if !ok || !term.IsTerminal(int(f.Fd())) {
			return func() {}
		}
	}
	fd := int(e.stdin.(*os.File).Fd())
	columns, rows, err := term.GetSize(fd)
	if err != nil || columns < 1 || rows < 1 {
		return func() {}
	}
	before, err := term.MakeRaw(fd)
	if err != nil {
		return func() {}
	}
	j.Terminal = &runner.Size{Columns: columns, Rows: rows}
	j.Stdin = &quitKeys{r: e.stdin, quit: func() { kill(syscall.SIGQUIT) }}
	j.Stderr = returning{e.stderr} // what is said meanwhile, like a trace
	changes := make(chan runner.Size)
	j.Resize = changes
	done := make(chan struct{})
	go watchSize(fd, changes, done)
	return func() {
		close(done)
		term.Restore(fd, before)
	}
}

// quitKeys calls quit when Ctrl-\ comes three times in a row.
type quitKeys struct {
	r    io.Reader
	n    int
	quit func()
}

func (q *quitKeys) Read(b []byte) (int, error) {
	n, err := q.r.Read(b)
	for _, c := range b[:n] {
		if c != '\\'&31 {
			q.n = 0
		} else if q.n++; q.n == 3 {
			q.quit()
		}
	}
	return n, err
}

// returning returns the carriage at each line feed, for a terminal that does not.
type returning struct{ w io.Writer }

func (r returning) Write(b []byte) (int, error) {
	if _, err := r.w.Write(bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n"))); err != nil {
		return 0, err
	}
	return len(b), nil
}
