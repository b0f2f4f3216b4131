package e2e_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/systeminfo"
	"github.com/chromedp/chromedp"

	"github.com/wasix-web/wasix-web/wasix"
	"github.com/wasix-web/wasix-web/wasix/link"
	"github.com/wasix-web/wasix-web/wasix/wasmgen"
)

// badSite serves what the pages of these tests ask for.
func badSite(t *testing.T, isolated bool) *site {
	t.Helper()
	s := newSite(t, isolated, "badinput", "many", "broken_worker")
	s.wasm("/guest/bad.wasm", guest(t, "bad"))
	s.wasm("/guest/hello.wasm", hello())
	again, err := os.ReadFile(built(t, "again"))
	if err != nil {
		t.Fatal(err)
	}
	s.wasm("/guest/again.wasm", again)
	s.wasm("/guest/spin.wasm", build(func(*wasmgen.Builder) *wasmgen.Code {
		return wasmgen.NewCode(0).Loop(0).Br(0).End()
	}))
	s.wasm("/guest/reactor.wasm", reactor(false))
	s.wasm("/guest/reactor_trap.wasm", reactor(true))
	s.wasm("/guest/contexts.wasm", contextLibrary())
	list := func(name string, v any) {
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		s.file("/list/"+name+".json", "application/json", data)
	}
	bad := badModules()
	for _, m := range bad {
		s.wasm("/module/"+m.Name+".wasm", m.data)
	}
	list("bad", bad)
	s.wasm("/module/wants-20-mib.wasm", build(func(b *wasmgen.Builder) *wasmgen.Code {
		b.Export("memory", wasmgen.ExternMemory, b.Memory(wasmgen.Limits{Min: 320}))
		return nil
	}))
	odd := oddModules()
	for i, m := range odd {
		s.wasm("/odd/"+strconv.Itoa(i)+".wasm", m.data)
	}
	list("odd", odd)
	deep := recursions()
	for i, m := range deep {
		s.wasm("/recursion/"+strconv.Itoa(i)+".wasm", m.data)
	}
	list("recursion", deep)
	s.huge("/huge/announced", true)
	s.huge("/huge/unannounced", false)
	s.HandleFunc("GET /broken.wasm", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "1000000")
		w.Write(hello()[:40])
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	})
	return s
}

// huge serves a program of 2 GiB, as far as anybody takes it. With the query
// "gone" the answer comes when the page has given up.
func (s *site) huge(path string, announced bool) {
	gone := make(chan struct{})
	var first atomic.Bool
	s.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.RawQuery == "gone" {
			<-gone
			w.Write([]byte("given up"))
			return
		}
		w.Header().Set("Content-Type", "application/wasm")
		const size = 2 << 30
		if announced {
			w.Header().Set("Content-Length", strconv.Itoa(size))
		}
		// A custom section, of which nobody needs to know anything.
		w.Write(append([]byte("\x00asm\x01\x00\x00\x00"), section(0, size-16)...))
		zeros := make([]byte, 1<<20)
		for range size >> 20 {
			if _, err := w.Write(zeros); err != nil {
				break
			}
			if announced { // the head is enough
				w.(http.Flusher).Flush()
				<-r.Context().Done()
				break
			}
		}
		if r.Context().Err() != nil && !first.Swap(true) {
			close(gone)
		}
	})
}

// reactor is a library: count says how often it was called, from 41 on.
func reactor(trap bool) []byte {
	var b wasmgen.Builder
	b.Export("memory", wasmgen.ExternMemory, b.Memory(wasmgen.Limits{Min: 1}))
	n := b.Global(wasmgen.GlobalType{Type: wasmgen.I32, Mutable: true}, 0)
	init := wasmgen.NewCode(0).I32Const(40).GlobalSet(n)
	if trap {
		init.Unreachable()
	}
	export := func(name, params, results string, c *wasmgen.Code) {
		b.Export(name, wasmgen.ExternFunc, b.Func(wasmgen.Sig(params, results), c))
	}
	export("_initialize", "", "", init)
	export("count", "", "i", wasmgen.NewCode(0).GlobalGet(n).I32Const(1).Op(0x6a).GlobalSet(n).GlobalGet(n))
	export("twice", "I", "I", wasmgen.NewCode(1).Get(0, 0).Op(0x7c))
	export("trap", "", "", wasmgen.NewCode(0).Unreachable())
	return b.Bytes()
}

// contextLibrary is a library whose contexts outlive its calls. create makes one that
// begins at an entry: 1 adds 100 to the count whenever it runs, 2 traps.
func contextLibrary() []byte {
	var b wasmgen.Builder
	create := b.ImportFunc("wasix_32v1", "context_create", wasmgen.Sig("ii", "i"))
	change := b.ImportFunc("wasix_32v1", "context_switch", wasmgen.Sig("I", "i"))
	b.Export("memory", wasmgen.ExternMemory, b.Memory(wasmgen.Limits{Min: 1}))
	n := b.Global(wasmgen.GlobalType{Type: wasmgen.I32, Mutable: true}, 0)
	b.Export("__stack_pointer", wasmgen.ExternGlobal, b.Global(wasmgen.GlobalType{Type: wasmgen.I32, Mutable: true}, 0))
	table := b.Table(wasmgen.TableType{Elem: wasmgen.FuncRef, Limits: wasmgen.Limits{Min: 3}})
	b.Export("__indirect_function_table", wasmgen.ExternTable, table)
	export := func(name, params, results string, c *wasmgen.Code) {
		b.Export(name, wasmgen.ExternFunc, b.Func(wasmgen.Sig(params, results), c))
	}
	export("_initialize", "", "", wasmgen.NewCode(0))
	export("count", "", "i", wasmgen.NewCode(0).GlobalGet(n))
	export("create", "i", "i", wasmgen.NewCode(1).I32Const(8).Get(0).Call(create))
	export("switch", "I", "i", wasmgen.NewCode(1).Get(0).Call(change))
	adds := wasmgen.NewCode(0).Loop(0).GlobalGet(n).I32Const(100).Op(0x6a).GlobalSet(n).I64Const(0).Call(change).Drop().Br(0).End()
	none := wasmgen.Sig("", "")
	b.Elem(table, wasmgen.NewCode(0).I32Const(1), b.Func(none, adds), b.Func(none, wasmgen.NewCode(0).Unreachable()))
	return b.Bytes()
}

// TestBadInput runs pages/badinput.ts.
func TestBadInput(t *testing.T) {
	kinds(t, func(t *testing.T, isolated bool) {
		runTests(t, badSite(t, isolated).start(t)+"/test/badinput.html")
	})
}

// TestBadModulesNatively asks wazero for the same answers.
func TestBadModulesNatively(t *testing.T) {
	sys, err := wasix.New(wasix.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer sys.Close()
	for _, m := range badModules() {
		if !m.atLoad {
			continue
		}
		prog, err := sys.Load(m.data)
		var bad *link.Error
		if !errors.As(err, &bad) || string(bad.Kind) != m.Kind {
			t.Errorf("%s: %v, want %s", m.Name, err, m.Kind)
		}
		if err == nil {
			prog.Close()
		}
	}
	for _, m := range oddModules() {
		if m.browser {
			continue
		}
		t.Run(m.Name, func(t *testing.T) {
			r, err := runNative(sys, m.data, step{Args: []string{"odd"}})
			if err != nil {
				t.Fatal(err)
			}
			if r.ExitCode != m.ExitCode || r.Reason != m.Reason || r.Head != m.Stdout {
				t.Errorf("%s with code %d: %s%s", r.Reason, r.ExitCode, r.Head, r.Trap)
			}
		})
	}
}

// TestTabClosed closes tabs while programs run in them. Their processes go, and
// other tabs are none the wiser.
func TestTabClosed(t *testing.T) {
	url := badSite(t, false).start(t) + "/test/many.html"
	other, _ := tab(t, url)
	call[float64](t, other, "times", 1)
	before := workers(t)
	for _, how := range []string{"print", "read", "spin"} {
		ctx, closeTab := tab(t, url)
		call[bool](t, ctx, "busy", how)
		if n := workers(t); n <= before {
			t.Fatalf("%s: %d workers, no more than before", how, n)
		}
		closeTab()
		for deadline := time.Now().Add(pageTimeout); workers(t) > before; time.Sleep(50 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("%s: the worker outlives its tab", how)
			}
		}
		call[float64](t, other, "times", 1)
	}
}

// workers counts the workers of all tabs.
func workers(t *testing.T) (n int) {
	t.Helper()
	for _, pid := range renderers(t) {
		n += workersOf(pid)
	}
	return n
}

func workersOf(pid int) (n int) {
	names, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/comm", pid))
	for _, name := range names {
		if data, err := os.ReadFile(name); err == nil && strings.HasPrefix(string(data), "DedicatedWorker") {
			n++
		}
	}
	return n
}

func renderers(t *testing.T) (pids []int) {
	t.Helper()
	info, err := chromedp.CallBrowser(browser, systeminfo.GetProcessInfo, cdp.Empty{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range info.ProcessInfo {
		if p.Type == "renderer" {
			pids = append(pids, int(p.ID))
		}
	}
	return pids
}

// TestMemoryComesBack runs a small program a thousand times: after that the
// kernel has hardly more memory than after a hundred.
func TestMemoryComesBack(t *testing.T) {
	kinds(t, func(t *testing.T, isolated bool) {
		ctx, _ := tab(t, badSite(t, isolated).start(t)+"/test/many.html")
		var kernel, process [2]float64
		for i, n := range []int{100, 900} {
			kernel[i] = call[float64](t, ctx, "times", n)
			process[i] = privateBytes(t, ctx)
		}
		t.Logf("after 100 runs %.1f MB (kernel %.1f), after 1 000 %.1f MB (kernel %.1f)",
			process[0]/1e6, kernel[0]/1e6, process[1]/1e6, kernel[1]/1e6)
		if process[1] > 1.2*process[0] {
			t.Errorf("the process had %.0f bytes after 100 runs, and %.0f after 1 000", process[0], process[1])
		}
	})
}

// privateBytes is what the page's process has for itself, once the page and its
// workers have collected their garbage.
func privateBytes(t *testing.T, ctx context.Context) (total float64) {
	t.Helper()
	all, err := chromedp.Targets(ctx)
	if err != nil {
		t.Fatal(err)
	}
	collect := func(ctx context.Context) {
		for range 2 {
			if _, err := chromedp.Call(ctx, heapprofiler.CollectGarbage, cdp.Empty{}); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, info := range all {
		if info.Type == "worker" {
			w, cancel := chromedp.NewContext(ctx, chromedp.WithTargetID(info.TargetID), chromedp.WithDetachOnCancel())
			collect(w)
			cancel()
		}
	}
	collect(ctx)
	for _, pid := range renderers(t) {
		if workersOf(pid) == 0 {
			continue // a spare one, or that of another tab
		}
		data, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
		if err != nil {
			continue // it has just gone
		}
		for line := range strings.Lines(string(data)) {
			var kB float64
			if _, err := fmt.Sscanf(line, "Private_Dirty: %g kB", &kB); err == nil {
				total += kB * 1024
			}
		}
	}
	return total
}
