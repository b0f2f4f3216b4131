//go:build !js

package main

import (
	"context"
	"fmt"
	"os"

	"github.com/wasix-web/wasix-web/e2e/runner"
	"github.com/wasix-web/wasix-web/web/bundle"
)

// cmdBuild writes the bundle.
func cmdBuild(_ context.Context, e *env, args []string) int {
	o := bundle.Options{Log: e.progress(false)}
	sizes := false
	fs := &flags{command: "build", args: "[flags]", out: e.stdout}
	fs.list = []flag{
		{name: "out", value: "DIR", about: "where to write it; default web/dist of the module", set: text(&o.OutDir)},
		{name: "debug", about: "readable scripts with source maps, a kernel with symbols", set: on(&o.Debug)},
		{name: "sizes", about: "print what the files cost to load", set: on(&sizes)},
	}
	rest, err := fs.parse(args)
	if err == nil && len(rest) > 0 {
		err = usagef("build takes no argument %q", rest[0])
	}
	if err != nil {
		return e.fail(err)
	}
	if o.Root = runner.ModuleRoot(); o.Root == "" {
		return e.fail(fmt.Errorf("the bundle is built from its sources: call this inside a checkout of wasix-web"))
	}
	if err := bundle.Build(o); err != nil {
		return e.fail(err)
	}
	if o.OutDir == "" {
		o.OutDir = o.Root + "/web/dist"
	}
	if sizes {
		list, err := bundle.Sizes(os.DirFS(o.OutDir), bundle.Loaded...)
		if err != nil {
			return e.fail(err)
		}
		for _, s := range list {
			fmt.Fprintf(e.stdout, "%-24s %8d bytes, gzip %8d, brotli %8d\n", s.Name, s.Raw, s.Gzip, s.Brotli)
		}
	}
	return 0
}
