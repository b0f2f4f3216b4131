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

// Server hands jobs to runner pages and takes their results. It serves the
// bundle (web/dist) too.
//
// A page holds one request open (api/work), through which its jobs come as
// lines of JSON; everything else is a request of its own.
type Server struct {
	port     string
	isolated bool
	http     *http.Server
	jobs     chan *task // waiting for a tab
	arrived  chan int   // a tab asks for its first work
	done     chan struct{}
	close    sync.Once

	mu      sync.Mutex    // protects what follows
	lost    func(tab int) // a tab has gone; may be nil
	running map[int]*task
	nextID  int
	broken  error // nothing can run any more
	breaks  chan struct{}
}

// NewServer listens on a free port of this machine and serves dist.
func NewServer(dist fs.FS, isolated bool) (*Server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &Server{port: strconv.Itoa(l.Addr().(*net.TCPAddr).Port), isolated: isolated, jobs: make(chan *task),
		arrived: make(chan int, 64), running: map[int]*task{},
		done: make(chan struct{}), breaks: make(chan struct{})}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/work", s.work)
	mux.HandleFunc("POST /api/failed", s.failed)
	mux.HandleFunc("GET /api/job/{id}/program/{name}", s.program)
	mux.HandleFunc("GET /api/job/{id}/stdin", s.stdin)
	mux.HandleFunc("GET /api/job/{id}/tree/{n}", s.sendTree)
	mux.HandleFunc("POST /api/job/{id}/tree/{n}", s.takeTree)
	mux.HandleFunc("POST /api/job/{id}/out/{fd}", s.output)
	mux.HandleFunc("POST /api/job/{id}/exit", s.exit)
	mux.HandleFunc("GET /favicon.ico", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.Handle("/", Files(dist))
	s.http = &http.Server{Handler: s.headers(mux)}
	go s.http.Serve(l)
	return s, nil
}

// TabURL is the page that tab n is to open. Every tab has a host name of its
// own, because browsers open no more than six connections to one.
func (s *Server) TabURL(n int) string {
	return fmt.Sprintf("http://tab%d.localhost:%s/runner/index.html?tab=%d", n, s.port, n)
}

// headers adds what an isolated page needs, when it is to be one.
func (s *Server) headers(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// The bundle does not change while we run.
		w.Header().Set("Cache-Control", "max-age=86400, immutable")
		// Browsers hold the beginning of a body back to guess its type.
		w.Header().Set("X-Content-Type-Options", "nosniff")
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
	err := error(nil)
	s.close.Do(func() {
		s.breakDown(errClosed)
		close(s.done)
		err = s.http.Close()
	})
	return err
}

var errClosed = errors.New("the runner was closed")

// breakDown makes every running and later job fail.
func (s *Server) breakDown(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken == nil {
		s.broken = err
		close(s.breaks)
	}
}

// onLost sets what is done about a tab that has gone.
func (s *Server) onLost(fn func(tab int)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lost = fn
}

// lose fails the job of a tab that has gone, if it had one.
func (s *Server) lose(tab int, t *task) {
	select {
	case <-s.done:
		return
	default:
	}
	s.mu.Lock()
	lost, err := s.lost, s.broken
	s.mu.Unlock()
	if t != nil {
		if err == nil {
			err = fmt.Errorf("%s: the browser's tab has crashed or hangs", t.Program)
		}
		t.end(nil, err)
		s.forget(t)
	}
	if lost != nil {
		go lost(tab)
	}
}

// ready waits until n tabs have asked for work.
func (s *Server) ready(ctx context.Context, n int, patience time.Duration) error {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for range n {
		select {
		case <-s.arrived:
		case <-s.breaks:
			return s.broken
		case <-ctx.Done():
			return ctx.Err()
		case <-timer.C:
			return fmt.Errorf("the runner page did not come up within %v", patience)
		}
	}
	return nil
}

// Run gives the job to the next free tab and waits for its end.
func (s *Server) Run(ctx context.Context, j *Job) (*Result, error) {
	s.mu.Lock()
	s.nextID++
	t := newTask(s.nextID, j)
	s.running[t.id] = t
	s.mu.Unlock()
	select {
	case s.jobs <- t:
	case <-s.breaks:
		s.forget(t)
		return nil, s.broken
	case <-ctx.Done():
		s.forget(t)
		return nil, context.Cause(ctx)
	}
	for {
		select {
		case <-t.ended:
			return t.result, t.err
		case <-s.breaks:
			t.end(nil, s.broken)
		case sig := <-j.Signals:
			t.tell(control{Signal: sig})
		case size := <-j.Resize:
			t.tell(control{Resize: &size})
		case <-ctx.Done():
			// The task stays until the page is through with it.
			t.abandon()
			return nil, context.Cause(ctx)
		}
	}
}

func (s *Server) forget(t *task) {
	s.mu.Lock()
	delete(s.running, t.id)
	s.mu.Unlock()
}

// work gives a tab one job after the other, and what is to happen to them.
func (s *Server) work(w http.ResponseWriter, r *http.Request) {
	tab, _ := strconv.Atoi(r.URL.Query().Get("tab"))
	w.Header().Set("Content-Type", "application/x-ndjson")
	w.Header().Set("Cache-Control", "no-store")
	rc := http.NewResponseController(w)
	say := func(v any) error {
		b, err := json.Marshal(v)
		if err != nil {
			panic(err) // our own types
		}
		if _, err := w.Write(append(b, '\n')); err != nil {
			return err
		}
		return rc.Flush()
	}
	if say(struct{}{}) != nil {
		return
	}
	select {
	case s.arrived <- tab:
	default: // ready has long returned
	}
	alive := time.NewTicker(15 * time.Second)
	defer alive.Stop()
	for {
		var t *task
		select {
		case t = <-s.jobs:
			if say(t.message()) != nil || !s.attend(r.Context(), t, say) {
				s.lose(tab, t)
				return
			}
			s.forget(t)
		case <-alive.C:
			if say(struct{}{}) != nil {
				s.lose(tab, nil)
				return
			}
		case <-r.Context().Done():
			s.lose(tab, nil)
			return
		case <-s.done:
			return
		}
	}
}

// slack is what a page may need beyond a job's time-out, to load a large
// program for example.
const slack = 90 * time.Second

// attend stays with a job to its end. It returns false when the page does not
// bring it there.
func (s *Server) attend(ctx context.Context, t *task, say func(any) error) bool {
	alive := time.NewTicker(5 * time.Second)
	defer alive.Stop()
	var hung <-chan time.Time
	if t.Timeout > 0 {
		hung = time.After(t.Timeout + slack)
	}
	abandoned := t.abandoned
	for {
		select {
		case <-t.ended:
			return true
		case c := <-t.controls:
			if say(c) != nil {
				return false
			}
		case <-abandoned:
			abandoned = nil
			if say(control{ID: t.id, Signal: "SIGKILL"}) != nil {
				return false
			}
			hung = time.After(slack)
		case <-alive.C:
			if say(struct{}{}) != nil {
				return false
			}
		case <-hung:
			return false
		case <-ctx.Done():
			return false
		case <-s.done:
			return false
		}
	}
}

func (s *Server) failed(w http.ResponseWriter, r *http.Request) {
	b, _ := io.ReadAll(io.LimitReader(r.Body, 1<<16))
	s.breakDown(fmt.Errorf("the runner page failed: %s", b))
}
