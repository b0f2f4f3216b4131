package runner

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"
	"testing/fstest"
)

// page stands in for the browser's runner page.
type page struct {
	t    *testing.T
	base string
	// run plays the program. It returns nil to crash instead of ending the job.
	run  func(p *page, j jobMessage) *Result
	ctrl chan control
}

// server starts a server with a page that plays programs with run.
func server(t *testing.T, run func(p *page, j jobMessage) *Result) *Server {
	t.Helper()
	s, err := NewServer(fstest.MapFS{"wasix-web.wasm": {Data: []byte("\x00asm")}}, false)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(func() {
		cancel()
		s.Close()
	})
	p := &page{t: t, base: "http://127.0.0.1:" + s.port, run: run, ctrl: make(chan control, 16)}
	go p.work(ctx)
	if err := s.ready(t.Context(), 1, patience); err != nil {
		t.Fatal(err)
	}
	return s
}

// work asks for jobs, one after the other.
func (p *page) work(ctx context.Context) {
	req, err := http.NewRequestWithContext(ctx, "GET", p.base+"/api/work?tab=0", nil)
	if err != nil {
		p.t.Error(err)
		return
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return // the test is over
	}
	defer resp.Body.Close()
	in := bufio.NewScanner(resp.Body)
	in.Buffer(nil, 32<<20)
	crashed := make(chan bool)
	lines := make(chan []byte)
	go func() {
		defer close(lines)
		for in.Scan() {
			select {
			case lines <- bytes.Clone(in.Bytes()):
			case <-ctx.Done():
				return
			}
		}
	}()
	for {
		select {
		case <-crashed:
			return
		case line, ok := <-lines:
			if !ok {
				return
			}
			var m struct {
				Job *jobMessage
				control
			}
			if err := json.Unmarshal(line, &m); err != nil {
				p.t.Errorf("%s: %v", line, err)
			}
			switch {
			case m.Job != nil:
				go func() {
					res := p.run(p, *m.Job)
					if res == nil {
						close(crashed)
						return
					}
					b, _ := json.Marshal(res)
					p.post(m.Job, "exit", b)
				}()
			case m.ID != 0:
				p.ctrl <- m.control
			}
		}
	}
}

func (p *page) url(j *jobMessage, what string) string {
	return fmt.Sprintf("%s/api/job/%d/%s", p.base, j.ID, what)
}

// post returns the status.
func (p *page) post(j *jobMessage, what string, b []byte) int {
	resp, err := http.Post(p.url(j, what), "application/octet-stream", bytes.NewReader(b))
	if err != nil {
		return 0
	}
	resp.Body.Close()
	return resp.StatusCode
}

func (p *page) get(j *jobMessage, what string) []byte {
	resp, err := http.Get(p.url(j, what))
	if err != nil {
		return nil
	}
	defer resp.Body.Close()
	b, _ := io.ReadAll(resp.Body)
	return b
}
