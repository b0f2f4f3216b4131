package e2e_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

	"github.com/wasix-web/wasix-web/e2e/runner"
	"github.com/wasix-web/wasix-web/wasix/wasmgen"
)

// start is a module whose _start does nothing, and what more sets.
func start(more func(b *wasmgen.Builder)) []byte {
	var b wasmgen.Builder
	if more != nil {
		more(&b)
	}
	b.Export("_start", wasmgen.ExternFunc, b.Func(wasmgen.Sig("", ""), wasmgen.NewCode(0)))
	return b.Bytes()
}

func imports(module, name, params, results string) func(*wasmgen.Builder) {
	return func(b *wasmgen.Builder) { b.ImportFunc(module, name, wasmgen.Sig(params, results)) }
}

// Modules that cannot be run are told apart, on every engine in the same way,
// and the next program runs.
func TestModulesThatCannotRun(t *testing.T) {
	whole, err := os.ReadFile(tool(t))
	if err != nil {
		t.Fatal(err)
	}
	const preview1 = "wasi_snapshot_preview1"
	for name, tt := range map[string]struct {
		wasm []byte
		kind string // or one of several
		text string // part of the message
	}{
		"empty":             {nil, "truncated", ""},
		"text":              {[]byte("#!/bin/sh\necho\n"), "not-wasm", "magic"},
		"cut in the header": {whole[:6], "truncated", ""},
		"cut in a section":  {whole[:len(whole)/2], "truncated invalid", ""}, // an engine that compiles while it reads sees it first
		"version":           {append([]byte("\x00asm\x02\x00\x00\x00"), whole[8:]...), "wrong-version", "2"},
		"component":         {append([]byte("\x00asm\x0d\x00\x01\x00"), whole[8:]...), "component", "component"},
		"unknown section":   {[]byte("\x00asm\x01\x00\x00\x00\x7f\x00"), "malformed", ""},
		"does not validate": {start(func(b *wasmgen.Builder) { b.Func(wasmgen.Sig("", "i"), wasmgen.NewCode(0)) }), "invalid", ""},
		"two memories":      {start(func(b *wasmgen.Builder) { b.Memory(wasmgen.Limits{Min: 1}); b.Memory(wasmgen.Limits{Min: 1}) }), "multi-memory", "2 memories"},
		"64-bit memory":     {start(func(b *wasmgen.Builder) { b.Memory(wasmgen.Limits{Min: 1, Is64: true}) }), "memory64", "64-bit"},
		"no entry":          {new(wasmgen.Builder).Bytes(), "no-start", "_start"},
		"unknown module":    {start(imports("other", "thing", "i", "i")), "missing-import", "other.thing"},
		"two unknown ones":  {start(func(b *wasmgen.Builder) { imports("x", "a", "", "")(b); imports("y", "b", "", "")(b) }), "missing-import", "x.a"},
		"wrong type":        {start(imports(preview1, "fd_close", "I", "i")), "import-type", "fd_close"},
		"wrong result":      {start(imports(preview1, "fd_close", "i", "")), "import-type", "fd_close"},
		"memory not exported": {start(func(b *wasmgen.Builder) {
			imports(preview1, "fd_close", "i", "i")(b)
			b.Memory(wasmgen.Limits{Min: 1})
		}), "no-memory", "memory"},
	} {
		file := filepath.Join(t.TempDir(), "its-name.wasm")
		if err := os.WriteFile(file, tt.wasm, 0o644); err != nil {
			t.Fatal(err)
		}
		for _, r := range get(t, engines) {
			t.Run(r.Name()+"/"+name, func(t *testing.T) {
				watch(t)
				res, err := r.Run(t.Context(), &runner.Job{Program: file, Args: []string{"p"}})
				if err != nil {
					t.Fatal(err)
				}
				if !slices.Contains(strings.Fields(tt.kind), res.Kind) || !strings.Contains(res.Error, tt.text) || !strings.Contains(res.Error, "its-name") || res.Code() != runner.CodeFailed {
					t.Errorf("%+v, want %s and %q", *res, tt.kind, tt.text)
				}
			})
		}
	}
	alive(t)
}

// alive makes sure that every engine still runs programs.
func alive(t *testing.T) {
	t.Helper()
	wasm := tool(t)
	for _, r := range get(t, engines) {
		var out bytes.Buffer
		res, err := r.Run(t.Context(), &runner.Job{Program: wasm, Args: []string{"tool", "args", "x"}, Stdout: &out})
		if err != nil || res.Code() != 0 || out.String() != "tool\nargs\nx\n" {
			t.Errorf("%s runs no program any more: %+v, %v, %q", r.Name(), res, err, out.String())
		}
	}
}

// A function that an unknown call of a known module stands for fails when it is
// called, and not before.
func TestUnknownCall(t *testing.T) {
	wasm := start(func(b *wasmgen.Builder) { b.ImportFunc("wasix_32v1", "of_the_future", wasmgen.Sig("iI", "i")) })
	file := filepath.Join(t.TempDir(), "p.wasm")
	if err := os.WriteFile(file, wasm, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, r := range get(t, engines) {
		if res, err := r.Run(t.Context(), &runner.Job{Program: file, Args: []string{"p"}}); err != nil || res.Code() != 0 {
			t.Errorf("%s: %+v, %v", r.Name(), res, err)
		}
	}
}

// Ten megabytes of environment arrive.
func TestLargeEnvironment(t *testing.T) {
	wasm := tool(t)
	env := make([]string, 100)
	for i := range env {
		env[i] = strings.Repeat("N", i+1) + "=" + strings.Repeat("v", 100<<10)
	}
	for _, r := range get(t, engines) {
		var out bytes.Buffer
		res, err := r.Run(t.Context(), &runner.Job{Program: wasm, Args: []string{"tool", "envsize"}, Env: env, Stdout: &out})
		// 100 names of 1 to 100 letters, an equals sign, the value and a NUL each.
		if err != nil || res.Code() != 0 || out.String() != "10245250\n" {
			t.Errorf("%s: %+v, %v, %q", r.Name(), res, err, out.String())
		}
	}
}

func TestNULIsRefused(t *testing.T) {
	wasm := tool(t)
	for _, r := range get(t, engines) {
		for _, j := range []*runner.Job{{Args: []string{"tool", "a\x00b"}}, {Args: []string{"tool", "args"}, Env: []string{"A=\x00"}}} {
			j.Program = wasm
			if res, err := r.Run(t.Context(), j); err != nil || res.Code() != runner.CodeFailed || !strings.Contains(res.Error, "NUL") {
				t.Errorf("%s: %+v, %v", r.Name(), res, err)
			}
		}
	}
	alive(t)
}

// A tab that is closed in the middle fails its program with a clear error, and
// comes back for the next.
func TestRunnerTabCloses(t *testing.T) {
	r := get(t, engines)[0]
	if !strings.HasPrefix(r.Name(), "chromium") {
		t.Skip("the first engine is not Chromium")
	}
	wasm := tool(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	started := &signalWriter{ch: make(chan bool, 1)}
	type outcome struct {
		res *runner.Result
		err error
	}
	ended := make(chan outcome, 1)
	go func() {
		res, err := r.Run(ctx, &runner.Job{Program: wasm, Args: []string{"tool", "sleep"}, Stdout: started})
		ended <- outcome{res, err}
	}()
	<-started.ch
	// Which of the tabs it is, nobody knows from outside: all of this engine go.
	list, err := chromedp.CallBrowser(browser, target.GetTargets, target.GetTargetsParams{})
	if err != nil {
		t.Fatal(err)
	}
	url := r.(*runner.Chromium).TabURL(0)
	port := url[strings.LastIndex(url[:strings.Index(url, "/runner/")], ":"):strings.Index(url, "/runner/")]
	closed := 0
	for _, info := range list.TargetInfos {
		if info.Type == "page" && strings.Contains(info.URL, port) {
			if err := closeTarget(browser, info.TargetID); err != nil {
				t.Fatal(err)
			}
			closed++
		}
	}
	if closed == 0 {
		t.Fatal("no tab was found")
	}
	if o := <-ended; o.err == nil || !strings.Contains(o.err.Error(), "tab has crashed") {
		t.Errorf("%+v, %v", o.res, o.err)
	}
	alive(t)
}

func closeTarget(ctx context.Context, id target.ID) error {
	_, err := chromedp.CallBrowser(ctx, target.CloseTarget, target.CloseTargetParams{TargetID: id})
	return err
}

// signalWriter tells of the first write.
type signalWriter struct{ ch chan bool }

func (s *signalWriter) Write(b []byte) (int, error) {
	select {
	case s.ch <- true:
	default:
	}
	return len(b), nil
}

// A program that prints for ever while nobody takes it waits, and can be ended.
func TestOutputThatNobodyTakes(t *testing.T) {
	wasm := tool(t)
	for _, r := range get(t, engines) {
		gate := &gateWriter{open: make(chan bool), began: make(chan bool, 1)}
		ctx, cancel := context.WithCancelCause(t.Context())
		enough := errors.New("enough")
		go func() {
			<-gate.began
			cancel(enough)
		}()
		if _, err := r.Run(ctx, &runner.Job{Program: wasm, Args: []string{"tool", "yes"}, Stdout: gate}); !errors.Is(err, enough) {
			t.Errorf("%s: %v", r.Name(), err)
		}
		close(gate.open)
	}
	alive(t)
}

// gateWriter takes nothing before it is opened.
type gateWriter struct {
	open  chan bool
	began chan bool // has a value once something was written
}

func (g *gateWriter) Write(b []byte) (int, error) {
	select {
	case g.began <- true:
	default:
	}
	<-g.open
	return len(b), nil
}
