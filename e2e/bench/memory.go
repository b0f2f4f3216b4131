package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/systeminfo"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// PrivateBytes is what the tab's process has for itself once the page and all its workers have
// collected their garbage. The browser's own counters (Runtime.getHeapUsage,
// measureUserAgentSpecificMemory) leave out the memories of wasm instances or need isolation; the
// process leaves out nothing. It reads /proc, so it works on Linux only.
func (t *Tab) PrivateBytes(ctx context.Context) (float64, error) {
	if err := t.collectGarbage(); err != nil {
		return 0, err
	}
	// The allocator returns what the collection freed a moment later.
	select {
	case <-time.After(time.Second):
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	info, err := chromedp.CallBrowser(t.browser.ctx, systeminfo.GetProcessInfo, cdp.Empty{})
	if err != nil {
		return 0, err
	}
	var total float64
	for _, p := range info.ProcessInfo {
		proc := fmt.Sprintf("/proc/%d", int(p.ID))
		if p.Type == "renderer" && hasWorker(proc) {
			n, err := privateBytes(proc)
			if err != nil {
				return 0, err
			}
			total += n
		}
	}
	if total == 0 {
		return 0, errors.New("no renderer with a worker thread found in /proc")
	}
	return total, nil
}

// hasWorker tells the renderer of the bench tab from spare ones: only it runs a Web Worker.
func hasWorker(proc string) bool {
	names, _ := filepath.Glob(proc + "/task/*/comm")
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err == nil && strings.HasPrefix(string(data), "DedicatedWorker") {
			return true
		}
	}
	return false
}

// privateBytes adds up the pages that a process shares with no other.
func privateBytes(proc string) (float64, error) {
	file := proc + "/smaps_rollup"
	var total float64
	for _, key := range []string{"Private_Clean", "Private_Dirty"} {
		var kB float64
		if _, err := fmt.Sscanf(lineValue(file, key, ":"), "%g kB", &kB); err != nil {
			return 0, fmt.Errorf("%s in %s: %w", key, file, err)
		}
		total += kB * 1024
	}
	return total, nil
}

// collectGarbage runs a full collection in the page and in each of its workers.
func (t *Tab) collectGarbage() error {
	workers, err := t.workers()
	if err != nil {
		return err
	}
	for _, w := range workers {
		if err := t.collectIn(w); err != nil {
			return fmt.Errorf("worker %s: %w", w.URL, err)
		}
	}
	return collect(t.ctx)
}

func (t *Tab) collectIn(worker *target.Info) error {
	ctx, cancel := chromedp.NewContext(t.ctx, chromedp.WithTargetID(worker.TargetID), chromedp.WithDetachOnCancel())
	defer cancel()
	return collect(ctx)
}

// collect collects twice: what the first collection finalizes, the second frees.
func collect(ctx context.Context) error {
	for range 2 {
		if _, err := chromedp.Call(ctx, heapprofiler.CollectGarbage, cdp.Empty{}); err != nil {
			return err
		}
	}
	return nil
}
