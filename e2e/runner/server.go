package runner

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// Server hands jobs to the runner page and takes its results. It serves the
// bundle (web/dist) too.
type Server struct {
	URL      string
	isolated bool
	http     *http.Server
	jobs     chan *task // waiting for a tab
	mu       sync.Mutex
	running  map[int]*task
	nextID   int
	failed   chan string // the page itself has failed
	done     chan struct{}
	files    http.Handler
}

// task is a job on its way.
type task struct {
	*Job
	id     int
	result chan *Result
	err    chan error
}

// NewServer listens on a free port of this machine and serves dist.
func NewServer(dist fs.FS, isolated bool) (*Server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &Server{URL: "http://" + l.Addr().String(), isolated: isolated, jobs: make(chan *task),
		running: map[int]*task{}, failed: make(chan string, 16), done: make(chan struct{}),
		files: Files(dist)}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/next", s.next)
	mux.HandleFunc("POST /api/failed", s.fail)
	mux.HandleFunc("GET /api/job/{id}/program", s.program)
	mux.HandleFunc("GET /api/job/{id}/stdin", s.stdin)
	mux.HandleFunc("GET /api/job/{id}/tree/{n}", s.sendTree)
	mux.HandleFunc("POST /api/job/{id}/tree/{n}", s.takeTree)
	mux.HandleFunc("POST /api/job/{id}/out/{fd}", s.output)
	mux.HandleFunc("POST /api/job/{id}/exit", s.exit)
	mux.Handle("/", s.files)
	s.http = &http.Server{Handler: s.headers(mux)}
	go s.http.Serve(l)
	return s, nil
}

// headers adds what an isolated page needs, when it is to be one.
func (s *Server) headers(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-cache")
		if s.isolated {
			Isolate(w.Header())
		}
		h.ServeHTTP(w, r)
	})
}

// Isolate sets the headers of a cross-origin isolated page.
func Isolate(h http.Header) {
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Embedder-Policy", "require-corp")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
}

// Files serves the bundle with the types browsers insist on.
func Files(dist fs.FS) http.Handler {
	files := http.FileServerFS(dist)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.URL.Path) > 5 && r.URL.Path[len(r.URL.Path)-5:] == ".wasm" {
			w.Header().Set("Content-Type", "application/wasm")
		}
		files.ServeHTTP(w, r)
	})
}

// Close ends the server; jobs that run fail.
func (s *Server) Close() error {
	close(s.done)
	return s.http.Close()
}

// Run gives the job to the next free tab and waits for its end.
func (s *Server) Run(ctx context.Context, j *Job) (*Result, error) {
	t := &task{Job: j, result: make(chan *Result, 1), err: make(chan error, 1)}
	s.mu.Lock()
	s.nextID++
	t.id = s.nextID
	s.running[t.id] = t
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.running, t.id)
		s.mu.Unlock()
	}()
	select {
	case s.jobs <- t:
	case msg := <-s.failed:
		return nil, errors.New("the runner page failed: " + msg)
	case <-s.done:
		return nil, errors.New("the server was closed")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	select {
	case r := <-t.result:
		return r, nil
	case err := <-t.err:
		return nil, err
	case msg := <-s.failed:
		return nil, errors.New("the runner page failed: " + msg)
	case <-s.done:
		return nil, errors.New("the server was closed")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// next answers a tab with a job, or with nothing after a while.
func (s *Server) next(w http.ResponseWriter, r *http.Request) {
	timer := time.NewTimer(20 * time.Second)
	defer timer.Stop()
	select {
	case t := <-s.jobs:
		dirs := make([]string, len(t.Dirs))
		for i, d := range t.Dirs {
			dirs[i] = guestPath(d.Guest)
		}
		cwd := t.Cwd
		if cwd == "" {
			cwd = "/"
		}
		json.NewEncoder(w).Encode(map[string]any{
			"id": t.id, "name": t.Program, "args": t.Args, "env": list(t.Env), "cwd": cwd, "dirs": dirs,
			"preopens": list(t.Preopen), "timeoutMs": t.Timeout.Milliseconds(), "stdin": t.Stdin != nil,
			"trace": t.Trace, "terminal": t.Terminal})
	case <-timer.C:
		w.WriteHeader(http.StatusNoContent)
	case <-r.Context().Done():
	case <-s.done:
		http.Error(w, "closed", http.StatusGone)
	}
}

func list(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

// task finds the job a request is about.
func (s *Server) task(w http.ResponseWriter, r *http.Request) *task {
	id, _ := strconv.Atoi(r.PathValue("id"))
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.running[id]
	if t == nil {
		http.Error(w, "no such job", http.StatusNotFound)
	}
	return t
}

func (s *Server) fail(w http.ResponseWriter, r *http.Request) {
	b, _ := io.ReadAll(io.LimitReader(r.Body, 1<<16))
	select {
	case s.failed <- string(b):
	default:
	}
}

func (s *Server) program(w http.ResponseWriter, r *http.Request) {
	if t := s.task(w, r); t != nil {
		w.Header().Set("Content-Type", "application/wasm")
		http.ServeFile(w, r, t.Program)
	}
}

// stdin sends the job's input as it comes; the response ends with it.
func (s *Server) stdin(w http.ResponseWriter, r *http.Request) {
	t := s.task(w, r)
	if t == nil || t.Stdin == nil {
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	rc := http.NewResponseController(w)
	rc.Flush()
	b := make([]byte, 1<<16)
	for {
		n, err := t.Stdin.Read(b)
		if n > 0 {
			if _, err := w.Write(b[:n]); err != nil {
				return
			}
			rc.Flush()
		}
		if err != nil {
			return
		}
	}
}

func (s *Server) sendTree(w http.ResponseWriter, r *http.Request) {
	if t, dir := s.dir(w, r); t != nil {
		if err := packTree(w, dir.Host); err != nil {
			t.fail(err)
		}
	}
}

func (s *Server) takeTree(w http.ResponseWriter, r *http.Request) {
	if t, dir := s.dir(w, r); t != nil {
		if err := applyTree(r.Body, dir.Host); err != nil {
			t.fail(fmt.Errorf("writing back %s: %w", dir.Host, err))
		}
	}
}

func (t *task) fail(err error) {
	select {
	case t.err <- err:
	default:
	}
}

func (s *Server) dir(w http.ResponseWriter, r *http.Request) (*task, Dir) {
	t := s.task(w, r)
	n, err := strconv.Atoi(r.PathValue("n"))
	if t == nil || err != nil || n < 0 || n >= len(t.Dirs) {
		return nil, Dir{}
	}
	return t, t.Dirs[n]
}

func (s *Server) output(w http.ResponseWriter, r *http.Request) {
	t := s.task(w, r)
	if t == nil {
		return
	}
	to := t.Stdout
	if r.PathValue("fd") == "2" {
		to = t.Stderr
	}
	if to == nil {
		to = io.Discard
	}
	if _, err := io.Copy(to, r.Body); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

func (s *Server) exit(w http.ResponseWriter, r *http.Request) {
	t := s.task(w, r)
	if t == nil {
		return
	}
	res := &Result{}
	if err := json.NewDecoder(r.Body).Decode(res); err != nil {
		t.fail(fmt.Errorf("the page's answer: %w", err))
		return
	}
	t.result <- res
}
