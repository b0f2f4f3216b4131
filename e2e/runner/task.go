package runner

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// task is a job on its way.
type task struct {
	*Job
	id        int
	roots     []root
	controls  chan control
	abandoned chan struct{} // nobody wants the result any more
	ended     chan struct{}
	once      sync.Once
	result    *Result // once ended
	err       error

	writing sync.Mutex // of Stdout and Stderr; taken before mu

	mu     sync.Mutex // protects what follows
	gone   bool       // as abandoned: write nothing
	piped  bool       // a reader of the output has gone
	failed error      // what went wrong with a directory
}

// root is a host directory and the places where the guest sees it.
type root struct {
	host   string
	guests []string
}

// control is what a page is told about a running job.
type control struct {
	ID     int    `json:"id"`
	Signal string `json:"signal,omitempty"`
	Resize *Size  `json:"resize,omitempty"`
}

// jobMessage is a job as web/runner/runner.ts knows it.
type jobMessage struct {
	ID        int        `json:"id"`
	Name      string     `json:"name"`
	Args      []string   `json:"args"`
	Env       []string   `json:"env"`
	Cwd       string     `json:"cwd"`
	Dirs      [][]string `json:"dirs"`
	Hosts     []string   `json:"hosts"`
	Mounts    []mount    `json:"mounts"`
	Preopens  []string   `json:"preopens"`
	TimeoutMS int64      `json:"timeoutMs"`
	Stdin     bool       `json:"stdin"`
	Trace     bool       `json:"trace"`
	Closes    bool       `json:"closes"`
	Free      bool       `json:"free"`
	Isatty    bool       `json:"isatty"`
	Merged    bool       `json:"merged"`
	Terminal  *Size      `json:"terminal"`
}

func newTask(id int, j *Job) *task {
	t := &task{Job: j, id: id, controls: make(chan control, 16), abandoned: make(chan struct{}), ended: make(chan struct{})}
	at := map[string]int{}
	for _, d := range j.Dirs {
		n, ok := at[d.Host]
		if d.Guest = guestPath(d.Guest); d.Guest == "/" {
			ok = false // nothing can be mounted there
		}
		if !ok {
			n = len(t.roots)
			if d.Guest != "/" {
				at[d.Host] = n
			}
			t.roots = append(t.roots, root{host: d.Host})
		}
		t.roots[n].guests = append(t.roots[n].guests, d.Guest)
	}
	return t
}

func (t *task) message() any {
	cwd := t.Cwd
	if cwd == "" {
		cwd = "/"
	}
	m := jobMessage{ID: t.id, Name: filepath.Base(t.Program), Args: list(t.Args), Env: list(t.Env), Cwd: cwd, Dirs: [][]string{}, Hosts: []string{}, Mounts: append([]mount{}, t.mounts()...),
		Preopens: t.Preopen, TimeoutMS: t.Timeout.Milliseconds(), Stdin: t.Stdin != nil, Trace: t.Trace, Closes: t.Closes,
		Free: t.Free, Isatty: t.Isatty, Merged: t.merged(), Terminal: t.Terminal}
	for _, r := range t.roots {
		m.Dirs = append(m.Dirs, r.guests)
		m.Hosts = append(m.Hosts, r.host)
	}
	return map[string]any{"job": m}
}

// guests lists all mapped directories of the guest.
func (t *task) guests() []string {
	var all []string
	for _, r := range t.roots {
		all = append(all, r.guests...)
	}
	return all
}

// mount is a place where tree n is to be mounted.
type mount struct {
	Path string `json:"path"`
	N    int    `json:"n"`
}

// mounts lists what has to be a mount: directories that are seen in several
// places, or are inside another one. The others are not, so that programs can
// rename from one to another.
func (t *task) mounts() []mount {
	all := t.guests()
	inside := func(dir string) bool {
		return slices.ContainsFunc(all, func(o string) bool { return o != dir && o != "/" && strings.HasPrefix(dir, o+"/") })
	}
	var list []mount
	for n, r := range t.roots {
		for _, g := range r.guests {
			if len(r.guests) > 1 || inside(g) {
				list = append(list, mount{g, n})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b mount) int { return len(a.Path) - len(b.Path) })
	return list
}

// list makes sure that JSON has an array.
func list(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

// tell passes c to the page; it may be too late.
func (t *task) tell(c control) {
	c.ID = t.id
	select {
	case t.controls <- c:
	case <-t.ended:
	}
}

func (t *task) end(r *Result, err error) {
	t.once.Do(func() {
		t.result, t.err = r, err
		close(t.ended)
	})
}

// abandon ends the program; what it still writes is thrown away.
func (t *task) abandon() {
	t.mu.Lock()
	t.gone = true
	t.mu.Unlock()
	close(t.abandoned)
}

// task finds the job a request is about.
func (s *Server) task(w http.ResponseWriter, r *http.Request) *task {
	w.Header().Set("Cache-Control", "no-store")
	id, _ := strconv.Atoi(r.PathValue("id"))
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.running[id]
	if t == nil {
		http.Error(w, "no such job", http.StatusNotFound)
	}
	return t
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

// output passes on what the program has written. When nobody reads it any more
// the program gets the signal that tells of that.
func (s *Server) output(w http.ResponseWriter, r *http.Request) {
	t := s.task(w, r)
	if t == nil {
		return
	}
	b, err := io.ReadAll(r.Body)
	if err != nil {
		return // the page has gone
	}
	to := t.Stdout
	if r.PathValue("fd") == "2" {
		to = t.Stderr
	}
	if t.write(to, b) != nil {
		http.Error(w, "nobody reads it", http.StatusGone)
	}
}

// write writes to one of the streams, as long as somebody wants the result.
func (t *task) write(to io.Writer, b []byte) error {
	t.writing.Lock()
	defer t.writing.Unlock()
	t.mu.Lock()
	gone := t.gone
	t.mu.Unlock()
	if to == nil || gone {
		return nil
	}
	_, err := to.Write(b)
	if err != nil {
		t.mu.Lock()
		defer t.mu.Unlock()
		if !t.piped {
			t.piped = true
			go t.tell(control{Signal: "SIGPIPE"})
		}
	}
	return err
}

// root finds the directory a request is about.
func (s *Server) root(w http.ResponseWriter, r *http.Request) (*task, string) {
	t := s.task(w, r)
	n, err := strconv.Atoi(r.PathValue("n"))
	if t == nil || err != nil || n < 0 || n >= len(t.roots) {
		return nil, ""
	}
	return t, t.roots[n].host
}

func (s *Server) sendTree(w http.ResponseWriter, r *http.Request) {
	if t, host := s.root(w, r); t != nil {
		if err := packTree(w, host, t.warn); err != nil {
			t.fail(fmt.Errorf("loading %s: %w", host, err))
			panic(http.ErrAbortHandler) // so that the page does not take half of it
		}
	}
}

func (s *Server) takeTree(w http.ResponseWriter, r *http.Request) {
	if t, host := s.root(w, r); t != nil {
		if err := applyTree(r.Body, host); err != nil {
			t.fail(fmt.Errorf("writing back %s: %w", host, err))
		}
	}
}

// fail notes what the job's result will be.
func (t *task) fail(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.failed = errors.Join(t.failed, err)
}

// warn tells the user something about a directory.
func (t *task) warn(msg string) {
	t.write(t.Stderr, []byte("wasix-web: "+msg+"\n"))
}

func (s *Server) exit(w http.ResponseWriter, r *http.Request) {
	t := s.task(w, r)
	if t == nil {
		return
	}
	res := &Result{}
	if err := json.NewDecoder(r.Body).Decode(res); err != nil {
		t.end(nil, fmt.Errorf("the page's answer: %w", err))
		return
	}
	t.mu.Lock()
	failed, piped := t.failed, t.piped
	t.mu.Unlock()
	switch {
	case failed != nil:
		res = &Result{Error: failed.Error(), Kind: "files"}
	case piped && res.Error == "":
		res = &Result{ExitCode: 128 + 13, Signal: "SIGPIPE", Reason: "signaled"}
	}
	t.end(res, nil)
}
