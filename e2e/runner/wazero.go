package runner

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/wasix-web/wasix-web/providers/memfs"
	"github.com/wasix-web/wasix-web/wasix"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/link"
)

// Wazero is a Runner without a browser: the same kernel, natively.
type Wazero struct {
	slots chan struct{}
	ctx   context.Context
	stop  context.CancelFunc
	wait  sync.WaitGroup
}

// NewWazero returns a Runner for n programs at once.
func NewWazero(n int) (*Wazero, error) {
	z := &Wazero{slots: make(chan struct{}, n)}
	z.ctx, z.stop = context.WithCancel(context.Background())
	return z, nil
}

// Name implements Runner.
func (z *Wazero) Name() string { return "wazero" }

// Close ends what still runs.
func (z *Wazero) Close() error {
	z.stop()
	z.wait.Wait()
	return nil
}

// Run implements Runner.
func (z *Wazero) Run(ctx context.Context, j *Job) (*Result, error) {
	select {
	case z.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case <-z.ctx.Done():
		return nil, errClosed
	}
	z.wait.Add(1)
	defer func() {
		z.wait.Done()
		<-z.slots
	}()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(z.ctx, cancel)()
	res, err := runNative(ctx, j)
	if err != nil {
		res = &Result{Error: err.Error(), Kind: "files"}
		var bad *link.Error
		if errors.As(err, &bad) {
			res.Kind = string(bad.Kind)
		}
	}
	if ctx.Err() != nil {
		return nil, cmp.Or(context.Cause(ctx), errClosed)
	}
	return res, nil
}

// runNative runs a job in a system of its own. An error is the result's.
func runNative(ctx context.Context, j *Job) (*Result, error) {
	var mu sync.Mutex // of Stderr, which is also ours
	say := func(line string) {
		mu.Lock()
		defer mu.Unlock()
		if j.Stderr != nil {
			fmt.Fprintln(j.Stderr, line)
		}
	}
	warn := func(msg string) { say("wasix-web: " + msg) }
	stdout := &errWriter{w: j.Stdout}
	stderr := &errWriter{w: j.Stderr, mu: &mu}
	if j.merged() {
		stdout = stderr
	}
	t := newTask(0, j)
	c := wasix.Config{Warn: warn}
	var proc atomic.Pointer[wasix.Proc]
	if j.Trace || j.Closes {
		c.Trace = func(_ int32, line string) {
			if host := t.closed(line); host != "" && j.Closes {
				said := fmt.Sprintf(closing, host)
				if p := proc.Load(); p != nil && j.merged() {
					p.Note(said) // behind what the program has written
				} else {
					say(said)
				}
			}
			if j.Trace {
				say(line)
			}
		}
	}
	shared := map[int]*memfs.FS{}
	for _, m := range t.mounts() {
		if shared[m.N] == nil {
			shared[m.N] = memfs.New(memfs.Config{Time: uint64(time.Now().UnixNano())})
		}
		c.Mounts = append(c.Mounts, wasix.Mount{Path: m.Path, FS: shared[m.N]})
	}
	sys, err := wasix.New(c)
	if err != nil {
		return nil, err
	}
	lost := false
	defer func() {
		if !lost {
			sys.Close()
		}
	}()
	var trees []*guestTree
	for _, r := range t.roots {
		tree, err := loadTree(sys.FS(), r.guests[0], t.guests(), r.host, warn)
		if err != nil {
			return nil, fmt.Errorf("loading %s: %w", r.host, err)
		}
		trees = append(trees, tree)
	}
	wasm, err := os.ReadFile(j.Program)
	if err != nil {
		return nil, err
	}
	prog, err := sys.Load(wasm)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(j.Program), err)
	}
	defer func() {
		if !lost {
			prog.Close()
		}
	}()
	cmd := wasix.Command{Program: prog, Args: j.Args, Env: j.Env, Dir: j.Cwd, Preopens: j.Preopen, Stdin: j.Stdin, Trace: j.Trace || j.Closes, Free: j.Free, Isatty: j.Isatty}
	if j.Stdout != nil {
		cmd.Stdout = stdout
	}
	if j.Stderr != nil {
		cmd.Stderr = stderr
	}
	if cmd.Dir == "" {
		cmd.Dir = "/"
	}
	if j.Terminal != nil {
		cmd.Terminal = &wasix.TerminalSize{Columns: j.Terminal.Columns, Rows: j.Terminal.Rows}
	}
	p, err := sys.Start(cmd)
	if err != nil {
		return nil, err
	}
	proc.Store(p)
	res := attend(ctx, j, p, stdout, stderr)
	if res.Restarted {
		lost = true
		warn("the program cannot be ended: what it changed in files is lost")
		return res, nil
	}
	for round := range 50 {
		if sys.Do(func() { res.Left = leftovers(sys.Kernel.Live()) }); res.Left == "" {
			break
		}
		time.Sleep(time.Duration(round) * time.Millisecond) // its children may be about to end, because it has
	}
	for i, tree := range trees {
		var b bytes.Buffer
		changed, err := tree.changes(&b)
		if err == nil && changed {
			err = applyTree(&b, t.roots[i].host)
		}
		if err != nil {
			t.fail(fmt.Errorf("writing back %s: %w", t.roots[i].host, err))
		}
	}
	return res, t.failed
}

// closing is what Job.Closes says, in the words of wasmer's log.
const closing = "TRACE virtual_fs: Closing host file host_path=%q"

// closed returns the host's name of the file that a line of the trace calls
// closed, or "". web/runner/runner.ts does the same.
func (t *task) closed(line string) (host string) {
	name, ok := strings.CutPrefix(line, "--- closed ")
	if !ok {
		return ""
	}
	name = guestPath(name)
	best := 0
	for _, r := range t.roots {
		for _, g := range r.guests {
			if g = strings.TrimSuffix(g, "/") + "/"; strings.HasPrefix(name, g) && len(g) > best {
				best, host = len(g), filepath.Join(r.host, filepath.FromSlash(name[len(g):]))
			}
		}
	}
	return host
}

// leftovers names what lives although the program has ended. Places in queues
// are counted for all systems together, so they say nothing here.
func leftovers(l kernel.Live) string {
	var list []string
	for _, c := range []struct {
		n    int
		what string
	}{{l.Processes, "processes"}, {l.Threads, "threads"}, {l.Timers, "timers"}, {l.Memories, "memories"}} {
		if c.n > 0 {
			list = append(list, fmt.Sprint(c.n, " ", c.what))
		}
	}
	return strings.Join(list, ", ")
}

// attend stays with a program to its end.
func attend(ctx context.Context, j *Job, p *wasix.Proc, outputs ...*errWriter) *Result {
	if j.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, j.Timeout, errTimeout)
		defer cancel()
	}
	done := make(chan struct{})
	defer close(done)
	go func() {
		for {
			select {
			case name := <-j.Signals:
				if sig, ok := signalNumber(name); ok {
					p.Signal(sig)
				}
			case size := <-j.Resize:
				p.Resize(wasix.TerminalSize{Columns: size.Columns, Rows: size.Rows})
			case <-done:
				return
			}
		}
	}()
	for _, o := range outputs {
		o.broken(func() {
			p.Signal(abi.SIGPIPE)
			select {
			case <-time.After(time.Second):
				p.Signal(abi.SIGKILL)
			case <-done:
			}
		})
	}
	ended := make(chan wasix.Status, 1)
	go func() { ended <- p.WaitContext(ctx) }()
	var s wasix.Status
	select {
	case s = <-ended:
	case <-ctx.Done():
		select {
		case s = <-ended:
		case <-time.After(grace):
			// It waits in a way that nobody can interrupt. Its goroutines stay.
			return &Result{ExitCode: 128 + int(abi.SIGKILL), Signal: abi.SIGKILL.String(), Reason: "timeout", Restarted: true}
		}
	}
	res := &Result{ExitCode: int(s.Code), Reason: "exited", Trap: s.Trap}
	for _, o := range outputs {
		if o.err() != nil {
			return &Result{ExitCode: 128 + int(abi.SIGPIPE), Signal: "SIGPIPE", Reason: "signaled"}
		}
	}
	switch {
	case s.Failed:
		return &Result{Error: s.Trap, Kind: "start"}
	case s.Trap != "":
		res.Reason = "trapped"
	case s.Signal != 0:
		res.Reason, res.Signal = "signaled", s.Signal.String()
		if s.Signal == abi.SIGKILL && context.Cause(ctx) == errTimeout {
			res.Reason = "timeout"
		}
	}
	return res
}

// grace is how long a killed program may take to end.
const grace = 5 * time.Second

var errTimeout = errors.New("timeout")

// signalNumber returns the signal of that name.
func signalNumber(name string) (abi.Signal, bool) {
	for s := abi.Signal(1); s < 65; s++ {
		if s.String() == name {
			return s, true
		}
	}
	return 0, false
}

// errWriter remembers that its writer has failed, and tells somebody.
type errWriter struct {
	w  io.Writer
	mu *sync.Mutex // held while writing; may be nil

	state sync.Mutex
	fail  error
	tell  func()
}

func (e *errWriter) Write(b []byte) (int, error) {
	if e.mu != nil {
		e.mu.Lock()
		defer e.mu.Unlock()
	}
	n, err := e.w.Write(b)
	if err != nil {
		e.state.Lock()
		defer e.state.Unlock()
		if e.fail == nil && e.tell != nil {
			go e.tell()
		}
		e.fail = err
	}
	return n, err
}

func (e *errWriter) err() error {
	e.state.Lock()
	defer e.state.Unlock()
	return e.fail
}

// broken has fn called once the writer has failed.
func (e *errWriter) broken(fn func()) {
	e.state.Lock()
	defer e.state.Unlock()
	if e.tell = fn; e.fail != nil {
		go fn()
	}
}
