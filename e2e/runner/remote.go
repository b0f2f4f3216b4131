package runner

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// ServerEnv is the environment variable that names a running Remote's address:
// "unix:/path". `wasix-web run` sends its job there instead of starting a
// browser.
const ServerEnv = "WASIX_WEB_SERVER"

// Both directions of the connection are frames: a kind, a 32-bit little-endian
// length, and that many bytes.
const (
	// From the command.
	frameJob    = 'J' // JSON: the job, first
	frameInput  = 'I' // stdin; asked for by frameWant
	frameEnd    = 'E' // the end of stdin
	frameSignal = 'S' // a signal's name
	frameResize = 'R' // JSON: Size
	// To the command.
	frameWant   = 'W' // the program wants stdin
	frameStdout = '1'
	frameStderr = '2'
	frameResult = 'X' // JSON: Result, last
	frameError  = '!' // the runner has failed; last
)

const maxFrame = 64 << 20

// frames is one end of a connection.
type frames struct {
	net.Conn
	in *bufio.Reader
	mu sync.Mutex // of writing
}

func newFrames(c net.Conn) *frames { return &frames{Conn: c, in: bufio.NewReader(c)} }

func (f *frames) send(kind byte, b []byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	head := [5]byte{kind}
	binary.LittleEndian.PutUint32(head[1:], uint32(len(b)))
	_, err := (&net.Buffers{head[:], b}).WriteTo(f.Conn)
	return err
}

func (f *frames) sendJSON(kind byte, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return f.send(kind, b)
}

func (f *frames) receive() (kind byte, b []byte, err error) {
	var head [5]byte
	if _, err := io.ReadFull(f.in, head[:]); err != nil {
		return 0, nil, err
	}
	n := binary.LittleEndian.Uint32(head[1:])
	if n > maxFrame {
		return 0, nil, fmt.Errorf("a frame of %d bytes", n)
	}
	b = make([]byte, n)
	_, err = io.ReadFull(f.in, b)
	return head[0], b, err
}

// stream writes frames of one kind.
type stream struct {
	f    *frames
	kind byte
}

func (s stream) Write(b []byte) (int, error) {
	for rest := b; len(rest) > 0; {
		part := rest[:min(len(rest), 1<<20)]
		if err := s.f.send(s.kind, part); err != nil {
			return 0, err
		}
		rest = rest[len(part):]
	}
	return len(b), nil
}

// remoteJob is a job on the wire. Streams follow.
type remoteJob struct {
	Job
	Input, Output, Errors bool // which streams there are
	Merged                bool // Errors go to Output
}

// RunRemote runs a job on the Remote at address.
//
// Errors: nobody listens there; the other side's own errors.
func RunRemote(ctx context.Context, address string, j *Job) (*Result, error) {
	path, ok := strings.CutPrefix(address, "unix:")
	if !ok {
		return nil, fmt.Errorf("%s=%s: must be unix:/path", ServerEnv, address)
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "unix", path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", ServerEnv, err)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	f := newFrames(conn)
	wire := remoteJob{Job: *j, Input: j.Stdin != nil, Output: j.Stdout != nil, Errors: j.Stderr != nil, Merged: j.merged()}
	wire.Stdin, wire.Stdout, wire.Stderr, wire.Resize, wire.Signals = nil, nil, nil, nil, nil
	if err := f.sendJSON(frameJob, wire); err != nil {
		return nil, err
	}
	done := make(chan struct{})
	defer close(done)
	go func() {
		for {
			select {
			case s := <-j.Signals:
				f.send(frameSignal, []byte(s))
			case s := <-j.Resize:
				f.sendJSON(frameResize, s)
			case <-done:
				return
			}
		}
	}()
	want := make(chan struct{}, 1)
	if j.Stdin != nil {
		go feed(f, j.Stdin, want, done)
	}
	for {
		kind, b, err := f.receive()
		if err != nil {
			if ctx.Err() != nil {
				return nil, context.Cause(ctx)
			}
			return nil, fmt.Errorf("%s: %w", ServerEnv, err)
		}
		switch kind {
		case frameWant:
			want <- struct{}{}
		case frameStdout:
			_, err = j.Stdout.Write(b)
		case frameStderr:
			_, err = j.Stderr.Write(b)
		case frameResult:
			r := &Result{}
			return r, json.Unmarshal(b, r)
		case frameError:
			return nil, errors.New(string(b))
		}
		if err != nil {
			f.send(frameSignal, []byte("SIGPIPE"))
			j.Stdout, j.Stderr = io.Discard, io.Discard
		}
	}
}

// feed reads stdin when the other side wants some. What ended once is asked
// again, and ends again.
func feed(f *frames, r io.Reader, want, done chan struct{}) {
	b := make([]byte, 1<<16)
	for {
		select {
		case <-want:
		case <-done:
			return
		}
		n, err := r.Read(b)
		if n > 0 || err == nil {
			f.send(frameInput, b[:n])
			continue
		}
		f.send(frameEnd, nil)
		return
	}
}

// Remote lets other processes of this machine run jobs on a Runner, so that
// they need not start a browser.
type Remote struct {
	Address string // for ServerEnv
	// Prepare, when not nil, sees every job before it runs.
	Prepare func(*Job)
	l       net.Listener
	dir     string
	r       Runner
	wait    sync.WaitGroup
	ctx     context.Context
	cancel  context.CancelFunc
}

// Listen starts a Remote. It does not close r.
func Listen(r Runner) (*Remote, error) {
	dir, err := os.MkdirTemp("", "wasix-web-")
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, "socket")
	l, err := net.Listen("unix", path)
	if err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	s := &Remote{Address: "unix:" + path, l: l, dir: dir, r: r}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.wait.Go(s.accept)
	return s, nil
}

// Close ends the jobs that still run.
func (s *Remote) Close() error {
	s.cancel()
	err := s.l.Close()
	s.wait.Wait()
	return errors.Join(err, os.RemoveAll(s.dir))
}

func (s *Remote) accept() {
	for {
		conn, err := s.l.Accept()
		if err != nil {
			return
		}
		s.wait.Go(func() {
			defer conn.Close()
			s.serve(newFrames(conn))
		})
	}
}

// serve runs the job of one connection.
func (s *Remote) serve(f *frames) {
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	defer context.AfterFunc(ctx, func() { f.Close() })()
	kind, b, err := f.receive()
	if err != nil || kind != frameJob {
		return
	}
	var wire remoteJob
	if err := json.Unmarshal(b, &wire); err != nil {
		f.send(frameError, []byte("the job: "+err.Error()))
		return
	}
	j := wire.Job
	signals, resize := make(chan string, 16), make(chan Size, 16)
	j.Signals, j.Resize = signals, resize
	in := &remoteInput{f: f, data: make(chan []byte, 1), ended: make(chan struct{})}
	if wire.Input {
		j.Stdin = in
	}
	if wire.Output {
		j.Stdout = stream{f, frameStdout}
	}
	if wire.Errors {
		j.Stderr = stream{f, frameStderr}
	}
	if wire.Merged {
		j.Stderr = j.Stdout
	}
	if s.Prepare != nil {
		s.Prepare(&j)
	}
	go func() {
		defer cancel() // the command has gone: so does its program
		for {
			kind, b, err := f.receive()
			if err != nil {
				return
			}
			switch kind {
			case frameInput:
				in.data <- b
			case frameEnd:
				close(in.data)
			case frameSignal:
				pass(signals, string(b))
			case frameResize:
				var size Size
				if json.Unmarshal(b, &size) == nil {
					pass(resize, size)
				}
			}
		}
	}()
	res, err := s.r.Run(ctx, &j)
	close(in.ended)
	if err != nil {
		f.send(frameError, []byte(err.Error()))
		return
	}
	f.sendJSON(frameResult, res)
}

// pass sends v unless nobody has taken what was there before.
func pass[T any](to chan T, v T) {
	select {
	case to <- v:
	default:
	}
}

// remoteInput is the stdin of a command elsewhere: it is asked for a piece at
// every Read.
type remoteInput struct {
	f     *frames
	data  chan []byte
	ended chan struct{}
	rest  []byte
	eof   bool
}

func (r *remoteInput) Read(b []byte) (int, error) {
	for len(r.rest) == 0 {
		if r.eof {
			return 0, io.EOF
		}
		if err := r.f.send(frameWant, nil); err != nil {
			return 0, err
		}
		select {
		case piece, ok := <-r.data:
			r.rest, r.eof = piece, !ok
		case <-r.ended:
			return 0, io.EOF
		}
	}
	n := copy(b, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}
