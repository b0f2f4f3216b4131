package runner

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
)

// fake is a Runner made of a function.
type fake func(ctx context.Context, j *Job) (*Result, error)

func (f fake) Name() string                                     { return "fake" }
func (f fake) Run(ctx context.Context, j *Job) (*Result, error) { return f(ctx, j) }
func (f fake) Close() error                                     { return nil }

func listen(t *testing.T, f fake) *Remote {
	t.Helper()
	s, err := Listen(f)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestRemote(t *testing.T) {
	big := bytes.Repeat(all, 20000) // 5 MB
	s := listen(t, func(ctx context.Context, j *Job) (*Result, error) {
		io.WriteString(j.Stderr, strings.Join(j.Args, " ")+j.Dirs[0].Host)
		if _, err := io.Copy(j.Stdout, j.Stdin); err != nil {
			return nil, err
		}
		return &Result{ExitCode: 3, Trap: "t", Reason: "trapped"}, nil
	})
	var out, errs bytes.Buffer
	res, err := RunRemote(t.Context(), s.Address, &Job{Args: []string{"a", "b"}, Dirs: []Dir{{"/h", "/g"}},
		Stdin: bytes.NewReader(big), Stdout: &out, Stderr: &errs})
	if err != nil || *res != (Result{ExitCode: 3, Trap: "t", Reason: "trapped"}) {
		t.Fatalf("%+v, %v", res, err)
	}
	if !bytes.Equal(out.Bytes(), big) || errs.String() != "a b/h" {
		t.Errorf("%d bytes, %q", out.Len(), errs.String())
	}
}

// Input is read when the program wants some, and not before: what it leaves is
// for the next command.
func TestRemoteReadsOnDemand(t *testing.T) {
	s := listen(t, func(ctx context.Context, j *Job) (*Result, error) {
		if j.Args == nil {
			return &Result{}, nil
		}
		b := make([]byte, 10)
		n, err := io.ReadFull(j.Stdin, b)
		j.Stdout.Write(b[:n])
		return &Result{}, err
	})
	in := &counted{r: strings.NewReader("0123456789 and more")}
	if _, err := RunRemote(t.Context(), s.Address, &Job{Stdin: in}); err != nil || in.reads != 0 {
		t.Errorf("%d reads, %v", in.reads, err)
	}
	var out bytes.Buffer
	if _, err := RunRemote(t.Context(), s.Address, &Job{Args: []string{"x"}, Stdin: in, Stdout: &out}); err != nil || in.reads != 1 || out.String() != "0123456789" {
		t.Errorf("%d reads, %q, %v", in.reads, out.String(), err)
	}
}

type counted struct {
	r     io.Reader
	reads int
}

func (c *counted) Read(b []byte) (int, error) {
	c.reads++
	return c.r.Read(b)
}

func TestRemoteErrors(t *testing.T) {
	s := listen(t, func(context.Context, *Job) (*Result, error) { return nil, errors.New("it broke") })
	if _, err := RunRemote(t.Context(), s.Address, &Job{}); err == nil || err.Error() != "it broke" {
		t.Errorf("%v", err)
	}
	for address, want := range map[string]string{"unix:/does/not/exist": "no such file", "tcp:1": "must be unix:/path"} {
		if _, err := RunRemote(t.Context(), address, &Job{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// A command that goes away takes its program with it.
func TestRemoteCancel(t *testing.T) {
	started, ended := make(chan bool), make(chan error, 1)
	s := listen(t, func(ctx context.Context, j *Job) (*Result, error) {
		close(started)
		<-ctx.Done()
		ended <- ctx.Err()
		return nil, ctx.Err()
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-started
		cancel()
	}()
	if _, err := RunRemote(ctx, s.Address, &Job{}); err != context.Canceled {
		t.Errorf("%v", err)
	}
	if err := <-ended; err != context.Canceled {
		t.Errorf("program: %v", err)
	}
}

func TestRemoteSignals(t *testing.T) {
	s := listen(t, func(ctx context.Context, j *Job) (*Result, error) {
		return &Result{Signal: <-j.Signals, ExitCode: (<-j.Resize).Columns}, nil
	})
	signals, sizes := make(chan string, 1), make(chan Size, 1)
	signals <- "SIGTERM"
	sizes <- Size{99, 9}
	res, err := RunRemote(t.Context(), s.Address, &Job{Signals: signals, Resize: sizes})
	if err != nil || res.Signal != "SIGTERM" || res.ExitCode != 99 {
		t.Errorf("%+v, %v", res, err)
	}
}

// A reader of the output that goes away is the program's broken pipe.
func TestRemoteBrokenOutput(t *testing.T) {
	s := listen(t, func(ctx context.Context, j *Job) (*Result, error) {
		io.WriteString(j.Stdout, "x")
		return &Result{Signal: <-j.Signals}, nil
	})
	r, w := io.Pipe()
	r.Close()
	res, err := RunRemote(t.Context(), s.Address, &Job{Stdout: w})
	if err != nil || res.Signal != "SIGPIPE" {
		t.Errorf("%+v, %v", res, err)
	}
}
