package main

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"log"
	"net/url"
	"strings"
	"sync"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
)

// A Browser is the one Chromium session of a run.
type Browser struct {
	ctx     context.Context
	cancel  func()
	site    *site
	env     *Env
	Version string // "Chrome/156.0..."
}

// startBrowser starts a headless Chromium with a fresh profile, which goes away with it.
func startBrowser(ctx context.Context, path string, site *site, env *Env) (*Browser, error) {
	opts := append(chromedp.DefaultExecAllocatorOptions[:len(chromedp.DefaultExecAllocatorOptions):len(chromedp.DefaultExecAllocatorOptions)],
		chromedp.Flag("disable-component-update", true),
		// Chromium keeps a spare process for the next tab. It would run in the middle of a measurement.
		chromedp.Flag("disable-features", "Translate,BlinkGenPropertyTrees,SpareRendererForSitePerProcess"),
	)
	if path != "" {
		opts = append(opts, chromedp.ExecPath(path))
	}
	actx, acancel := chromedp.NewExecAllocator(ctx, opts...)
	bctx, bcancel := chromedp.NewContext(actx, chromedp.WithErrorf(env.logf))
	b := &Browser{ctx: bctx, site: site, env: env}
	b.cancel = func() {
		if err := chromedp.Cancel(bctx); err != nil && ctx.Err() == nil {
			log.Printf("closing the browser: %v", err)
		}
		bcancel()
		acancel()
	}
	version, err := chromedp.CallBrowser(bctx, cdpbrowser.GetVersion, cdp.Empty{})
	if err != nil {
		b.cancel()
		return nil, fmt.Errorf("starting Chromium: %w", err)
	}
	b.Version = version.Product
	return b, nil
}

// Close ends the browser and removes its profile.
func (b *Browser) Close() { b.cancel() }

// A Session is one measurement of one runtime. It opens tabs and closes them at its end.
type Session struct {
	Runtime *Runtime
	Env     *Env
	browser *Browser
	tabs    []context.CancelFunc

	mu         sync.Mutex
	complaints []string // errors on the pages' consoles; protected by mu
}

func (s *Session) close() {
	for _, cancel := range s.tabs {
		cancel()
	}
}

// A Tab is a page in which the runtime is loaded, or loading.
type Tab struct {
	ctx     context.Context
	browser *Browser
	address string
}

// Open opens the bench page for the session's runtime in a new profile: no cache, no storage,
// nothing compiled before. Pairs of query parameters follow ("cold", url).
func (s *Session) Open(ctx context.Context, query ...string) (*Tab, error) {
	return s.open(ctx, query, chromedp.WithNewBrowserContext())
}

func (s *Session) open(ctx context.Context, query []string, opts ...chromedp.ContextOption) (*Tab, error) {
	tctx, cancel := chromedp.NewContext(s.browser.ctx, opts...)
	s.tabs = append(s.tabs, cancel)
	// The tab belongs to the browser's context; the caller's deadline ends it as well.
	stop := context.AfterFunc(ctx, cancel)
	s.tabs = append(s.tabs, func() { stop() })
	values := url.Values{"runtime": {s.Runtime.Adapter}}
	for i := 0; i+1 < len(query); i += 2 {
		values.Set(query[i], query[i+1])
	}
	t := &Tab{ctx: tctx, browser: s.browser, address: s.browser.site.page(s.Runtime.Isolated) + "?" + values.Encode()}
	go s.listen(chromedp.Console(tctx))
	if err := t.Reload(); err != nil {
		return nil, err
	}
	return t, nil
}

// Reload loads the page anew. Only what is stored stays.
func (t *Tab) Reload() error { return chromedp.Do(t.ctx, chromedp.Navigate(t.address)) }

// listen logs what a page says and keeps its first errors, both up to a limit: one chatty runtime
// must not drown the rest.
func (s *Session) listen(messages iter.Seq2[chromedp.ConsoleMessage, error]) {
	shown := 0
	for m, err := range messages {
		if err != nil || shown == 20 {
			return
		}
		shown++
		text := strings.TrimSpace(fmt.Sprint(m))
		s.Env.logf("%s: console: %s", s.Runtime.ID, text)
		if m.Type == chromedp.ConsoleError || m.Type == chromedp.ConsoleException {
			first, _, _ := strings.Cut(text, "\n")
			s.mu.Lock()
			s.complaints = append(s.complaints, first)
			s.mu.Unlock()
		}
	}
}

// explain adds to an error what the pages complained about, which is often the cause.
func (s *Session) explain(err error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil || len(s.complaints) == 0 {
		return err
	}
	return fmt.Errorf("%w; the page said: %s", err, strings.Join(s.complaints[:min(3, len(s.complaints))], "; "))
}

// Guest is the address of a compiled guest.
func (s *Session) Guest(name string) string { return "/guests/" + name + ".wasm" }

// Bench runs a probe of the page and decodes its result.
func Bench[T any](t *Tab, name string, args ...any) (T, error) {
	var zero T
	list, err := json.Marshal(append([]any{name}, args...))
	if err != nil {
		return zero, err
	}
	run := func() (got T, err error) {
		return chromedp.Run(t.ctx, chromedp.Evaluate[T]("bench(..."+string(list)+")", chromedp.EvalAwaitPromise))
	}
	if dir := t.browser.env.Profile; dir != "" {
		// The worker is there once the runtime is loaded.
		if _, err := chromedp.Run(t.ctx, chromedp.Evaluate[any](`bench("started")`, chromedp.EvalAwaitPromise)); err != nil {
			return zero, err
		}
		if name == "step" {
			name = fmt.Sprint(args[0])
		}
		err = t.profiled(dir, name, func() (err error) {
			zero, err = run()
			return err
		})
		return zero, err
	}
	return run()
}

// Measured opens a tab, runs one probe of the page in it, and decodes the result.
func Measured[T any](ctx context.Context, s *Session, name string, args ...any) (T, error) {
	var zero T
	t, err := s.Open(ctx)
	if err != nil {
		return zero, err
	}
	return Bench[T](t, name, args...)
}

// Options are those of a run on the page; see page/runtime.ts.
type Options struct {
	Args  []string          `json:"args,omitempty"`
	Env   map[string]string `json:"env,omitempty"`
	Stdin string            `json:"stdin,omitempty"`
	Files map[string]string `json:"files,omitempty"`
	Keep  bool              `json:"keep,omitempty"`
}

// Expected is what a run must have done; see page/probes.ts.
type Expected struct {
	ExitCode    int    `json:"exitCode,omitempty"`
	Stdout      string `json:"stdout,omitempty"`
	StdoutBytes int    `json:"stdoutBytes,omitempty"`
}
