package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/profiler"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// profiled runs fn while the tab's workers are sampled, and writes what they did to
// <dir>/<name>-<n>.cpuprofile, which the browser's tools can show. To see names of the kernel's
// functions, build it with them: GOOS=js GOARCH=wasm go build -o web/dist/wasix-web.wasm ./cmd/wasix-web
func (t *Tab) profiled(dir, name string, fn func() error) error {
	workers, err := t.workers()
	if err != nil {
		return err
	}
	var tabs []context.Context
	for _, w := range workers {
		ctx, cancel := chromedp.NewContext(t.ctx, chromedp.WithTargetID(w.TargetID), chromedp.WithDetachOnCancel())
		defer cancel()
		for _, do := range []func() error{
			func() error { _, err := chromedp.Call(ctx, profiler.Enable, cdp.Empty{}); return err },
			func() error {
				_, err := chromedp.Call(ctx, profiler.SetSamplingInterval, profiler.SetSamplingIntervalParams{Interval: 50})
				return err
			},
			func() error { _, err := chromedp.Call(ctx, profiler.Start, cdp.Empty{}); return err },
		} {
			if err := do(); err != nil {
				return err
			}
		}
		tabs = append(tabs, ctx)
	}
	if err := fn(); err != nil {
		return err
	}
	for i, ctx := range tabs {
		got, err := chromedp.Call(ctx, profiler.Stop, cdp.Empty{})
		if err != nil {
			return err
		}
		data, err := json.Marshal(got.Profile)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%d.cpuprofile", name, i)), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// workers lists the tab's workers.
func (t *Tab) workers() ([]*target.Info, error) {
	all, err := chromedp.Targets(t.ctx)
	if err != nil {
		return nil, err
	}
	// The tab has its profile, which CDP calls a browser context, for itself.
	var profile cdp.BrowserContextID
	id := chromedp.FromContext(t.ctx).Target.TargetID
	for _, info := range all {
		if info.TargetID == id {
			profile = info.BrowserContextID
		}
	}
	var list []*target.Info
	for _, info := range all {
		if info.BrowserContextID == profile && info.Type == "worker" {
			list = append(list, info)
		}
	}
	return list, nil
}
