package runner

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"
)

// patience is how long a test waits for what must come. It is never what a test
// measures.
const patience = time.Minute

// all are the 256 byte values.
var all = func() []byte {
	b := make([]byte, 256)
	for i := range b {
		b[i] = byte(i)
	}
	return b
}()

func TestJobTravels(t *testing.T) {
	program := filepath.Join(t.TempDir(), "p.wasm")
	if err := os.WriteFile(program, all, 0o644); err != nil {
		t.Fatal(err)
	}
	s := server(t, func(p *page, j jobMessage) *Result {
		if b := p.get(&j, "program/"+j.Name); !bytes.Equal(b, all) {
			t.Errorf("program: %d bytes", len(b))
		}
		in := p.get(&j, "stdin")
		p.post(&j, "out/1", in)
		p.post(&j, "out/2", []byte(strings.Join(j.Args, " ")+j.Cwd+strings.Join(j.Env, " ")))
		return &Result{ExitCode: 7, Reason: "exited"}
	})
	for range 3 {
		var out, errs bytes.Buffer
		res, err := s.Run(t.Context(), &Job{Program: program, Args: []string{"a", "b"}, Env: []string{"K=V"},
			Stdin: bytes.NewReader(all), Stdout: &out, Stderr: &errs})
		if err != nil || res.Code() != 7 || !bytes.Equal(out.Bytes(), all) || errs.String() != "a b/K=V" {
			t.Fatalf("%+v, %v, %q, %q", res, err, out.Bytes(), errs.Bytes())
		}
	}
}

func TestResultCodes(t *testing.T) {
	for want, r := range map[int]Result{
		0:           {Reason: "exited"},
		3:           {Reason: "exited", ExitCode: 3},
		137:         {Reason: "signaled", Signal: "SIGKILL", ExitCode: 137},
		134:         {Reason: "trapped", ExitCode: 134, Trap: "unreachable"},
		CodeTimeout: {Reason: "timeout", Signal: "SIGKILL", ExitCode: 137},
		CodeFailed:  {Error: "not wasm"},
	} {
		if got := r.Code(); got != want {
			t.Errorf("%+v: %d, want %d", r, got, want)
		}
	}
}

func TestSignalsAndSizesReachThePage(t *testing.T) {
	s := server(t, func(p *page, j jobMessage) *Result {
		var got []string
		for len(got) < 2 {
			c := <-p.ctrl
			if c.Resize != nil {
				got = append(got, "resized")
				if *c.Resize != (Size{100, 30}) {
					t.Errorf("size %+v", *c.Resize)
				}
			} else {
				got = append(got, c.Signal)
			}
		}
		return &Result{ExitCode: len(strings.Join(got, ""))}
	})
	signals, sizes := make(chan string, 1), make(chan Size, 1)
	signals <- "SIGINT"
	sizes <- Size{100, 30}
	res, err := s.Run(t.Context(), &Job{Signals: signals, Resize: sizes, Terminal: &Size{80, 24}})
	if err != nil || res.ExitCode != len("SIGINTresized") {
		t.Errorf("%+v, %v", res, err)
	}
}

// When nobody reads the output any more, the program is told as a pipe tells.
func TestBrokenOutput(t *testing.T) {
	s := server(t, func(p *page, j jobMessage) *Result {
		if code := p.post(&j, "out/1", []byte("x")); code != http.StatusGone {
			t.Errorf("status %d", code)
		}
		c := <-p.ctrl
		return &Result{ExitCode: 1, Reason: c.Signal}
	})
	r, w := io.Pipe()
	r.Close()
	res, err := s.Run(t.Context(), &Job{Stdout: w})
	if err != nil || res.Code() != 141 || res.Signal != "SIGPIPE" {
		t.Errorf("%+v, %v", res, err)
	}
}

// A job whose context ends is killed, and the tab is good for the next one.
func TestCancel(t *testing.T) {
	started := make(chan bool, 1)
	var mu sync.Mutex
	var killed []string
	s := server(t, func(p *page, j jobMessage) *Result {
		if j.Args[0] != "forever" {
			return &Result{ExitCode: 5}
		}
		started <- true
		c := <-p.ctrl
		mu.Lock()
		killed = append(killed, c.Signal)
		mu.Unlock()
		p.post(&j, "out/1", []byte("after"))
		return &Result{ExitCode: 137}
	})
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("enough")
	var out bytes.Buffer
	go func() {
		<-started
		cancel(why)
	}()
	if _, err := s.Run(ctx, &Job{Args: []string{"forever"}, Stdout: &out}); err != why {
		t.Errorf("%v", err)
	}
	res, err := s.Run(t.Context(), &Job{Args: []string{"next"}})
	if err != nil || res.ExitCode != 5 {
		t.Errorf("next: %+v, %v", res, err)
	}
	mu.Lock()
	defer mu.Unlock()
	if len(killed) != 1 || killed[0] != "SIGKILL" || out.Len() != 0 {
		t.Errorf("killed %q, output %q", killed, out.String())
	}
}

// A tab that goes away fails its job, and only that: it is opened again.
func TestCrashedTab(t *testing.T) {
	pages := make(chan *page, 1)
	s := server(t, func(p *page, j jobMessage) *Result {
		if j.Args[0] == "crash" {
			pages <- p
			return nil
		}
		return &Result{ExitCode: 5}
	})
	again := make(chan bool, 1)
	s.onLost(func(tab int) {
		go (<-pages).work(t.Context())
		again <- tab == 0
	})
	_, err := s.Run(t.Context(), &Job{Program: "bad.wasm", Args: []string{"crash"}})
	if err == nil || !strings.Contains(err.Error(), "bad.wasm: the browser's tab has crashed") {
		t.Errorf("%v", err)
	}
	if !<-again {
		t.Error("another tab was lost")
	}
	res, err := s.Run(t.Context(), &Job{Args: []string{"next"}})
	if err != nil || res.ExitCode != 5 {
		t.Errorf("next: %+v, %v", res, err)
	}
}

// A page that cannot work fails every job, with its own words.
func TestFailedPage(t *testing.T) {
	s := server(t, func(p *page, j jobMessage) *Result {
		resp, err := http.Post(p.base+"/api/failed", "text/plain", strings.NewReader("Error: no such thing"))
		if err == nil {
			resp.Body.Close()
		}
		return nil
	})
	for range 2 {
		if _, err := s.Run(t.Context(), &Job{}); err == nil || !strings.Contains(err.Error(), "no such thing") {
			t.Errorf("%v", err)
		}
	}
}

func TestTabsThatKeepCrashing(t *testing.T) {
	s := server(t, func(*page, jobMessage) *Result { return nil })
	tabs := newTabs(s)
	opened := 0
	for range maxLosses + 2 {
		tabs.reopen(0, func(int) error { opened++; return nil })
	}
	if opened != maxLosses {
		t.Errorf("opened %d times", opened)
	}
	if _, err := s.Run(t.Context(), &Job{}); err == nil || !strings.Contains(err.Error(), "has lost") {
		t.Errorf("%v", err)
	}
}

func TestClosedServer(t *testing.T) {
	s := server(t, func(p *page, j jobMessage) *Result { return &Result{} })
	s.Close()
	if _, err := s.Run(t.Context(), &Job{}); err != errClosed {
		t.Errorf("%v", err)
	}
}

func TestHeaders(t *testing.T) {
	for _, isolated := range []bool{false, true} {
		s := server(t, nil)
		if isolated {
			var err error
			if s, err = NewServer(fstest.MapFS{"wasix-web.wasm": {}}, true); err != nil {
				t.Fatal(err)
			}
			defer s.Close()
		}
		resp, err := http.Get("http://127.0.0.1:" + s.port + "/wasix-web.wasm")
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		h := resp.Header
		if h.Get("Content-Type") != "application/wasm" || (h.Get("Cross-Origin-Embedder-Policy") == "require-corp") != isolated {
			t.Errorf("isolated %v: %v", isolated, h)
		}
	}
}
