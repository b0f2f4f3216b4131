package bundle

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// target is older than any browser that has JSPI.
const target = api.ES2022

// scripts builds the client twice, and the worker.
func (b *builder) scripts() error {
	src := filepath.Join(b.web, "src")
	version := quote(b.version)
	if err := b.script(api.BuildOptions{
		EntryPoints: []string{filepath.Join(src, "client", "index.ts")},
		Outfile:     "wasix-web.esm.js",
		Format:      api.FormatESModule,
		Define:      map[string]string{"WASIX_VERSION": version},
	}); err != nil {
		return err
	}
	// A plain script has no import.meta: the injected file finds the script's own address.
	if err := b.script(api.BuildOptions{
		EntryPoints: []string{filepath.Join(src, "client", "iife.ts")},
		Outfile:     "wasix-web.iife.js",
		Format:      api.FormatIIFE,
		Define:      map[string]string{"WASIX_VERSION": version, "import.meta.url": "scriptURL"},
		Inject:      []string{filepath.Join(src, "client", "script_url.ts")},
	}); err != nil {
		return err
	}
	if err := b.archive(); err != nil {
		return err
	}
	// Loaded when a page brings file systems, clocks and the like of its own.
	if err := b.script(api.BuildOptions{
		EntryPoints: []string{filepath.Join(src, "providers", "main.ts")},
		Outfile:     "wasix-web.providers.js",
		Format:      api.FormatESModule,
	}); err != nil {
		return err
	}
	// Loaded when OPFS, a directory of the user's or a tree on a web server is mounted.
	if err := b.script(api.BuildOptions{
		EntryPoints: []string{filepath.Join(src, "mounts", "main.ts")},
		Outfile:     "wasix-web.mounts.js",
		Format:      api.FormatESModule,
	}); err != nil {
		return err
	}
	return b.script(api.BuildOptions{
		EntryPoints: []string{filepath.Join(src, "worker", "main.ts")},
		Outfile:     "wasix-web.worker.js",
		Format:      api.FormatIIFE,
		Define:      map[string]string{"WASIX_MODULES": modules()},
		Plugins:     []api.Plugin{b.wasmExec()},
		Footer:      map[string]string{"js": "/*! Parts are Copyright The Go Authors, BSD licence: LICENSES.txt */"},
	})
}

// archiveParts are what the script for archives is made of, beside ours.
var archiveParts = [...]string{"modern-tar", "@zip.js/zip.js"}

// archive builds the script for archives, whose libraries come from npm. Without
// them the client says that it cannot be loaded.
func (b *builder) archive() error {
	for _, name := range archiveParts {
		if _, err := os.Stat(filepath.Join(b.web, "node_modules", filepath.FromSlash(name))); errors.Is(err, fs.ErrNotExist) {
			b.Log("no %s in web/node_modules: the bundle cannot read archives (npm ci --prefix web)", name)
			return nil
		}
	}
	return b.script(api.BuildOptions{
		EntryPoints: []string{filepath.Join(b.web, "src", "archive", "index.ts")},
		Outfile:     "wasix-web.archive.js",
		Format:      api.FormatESModule,
		Footer:      map[string]string{"js": "/*! Contains modern-tar, MIT licence, and zip.js, BSD licence: LICENSES.txt */"},
	})
}

// script builds one file of the bundle.
func (b *builder) script(o api.BuildOptions) error {
	o.Outfile = filepath.Join(b.out, filepath.FromSlash(o.Outfile))
	o.AbsWorkingDir = b.web
	o.Bundle = true
	o.Write = true
	o.Target = target
	o.Charset = api.CharsetUTF8
	o.LogLevel = api.LogLevelSilent
	o.Tsconfig = filepath.Join(b.web, "tsconfig.json")
	if b.Debug {
		o.Sourcemap = api.SourceMapLinked
	} else {
		o.MinifyWhitespace, o.MinifyIdentifiers, o.MinifySyntax = true, true, true
	}
	return Errors(api.Build(o))
}

// Errors makes one error of what esbuild complains about. Warnings count: the
// sources have none.
func Errors(r api.BuildResult) error {
	var lines []string
	for _, m := range append(r.Errors, r.Warnings...) {
		if l := m.Location; l != nil {
			lines = append(lines, fmt.Sprintf("%s:%d:%d: %s", l.File, l.Line, l.Column, m.Text))
		} else {
			lines = append(lines, m.Text)
		}
	}
	if len(lines) == 0 {
		return nil
	}
	return errors.New(strings.Join(lines, "\n"))
}

// wasmExec finds Go's own glue, which must be of the Go that compiles the kernel.
func (b *builder) wasmExec() api.Plugin {
	return api.Plugin{Name: "go", Setup: func(p api.PluginBuild) {
		p.OnResolve(api.OnResolveOptions{Filter: `^go:wasm_exec$`}, func(api.OnResolveArgs) (api.OnResolveResult, error) {
			for _, dir := range []string{"lib", "misc"} { // misc until Go 1.23
				file := filepath.Join(b.goroot, dir, "wasm", "wasm_exec.js")
				if _, err := os.Stat(file); err == nil {
					return api.OnResolveResult{Path: file, SideEffects: api.SideEffectsTrue}, nil
				}
			}
			return api.OnResolveResult{}, fmt.Errorf("no lib/wasm/wasm_exec.js in %s: this Go has no WebAssembly support", b.goroot)
		})
	}}
}

// types copies the declarations, under every name by which TypeScript looks for them.
func (b *builder) types() error {
	if err := b.copyFile(filepath.Join(b.web, "src", "wasix-web.d.ts"), "wasix-web.d.ts"); err != nil {
		return err
	}
	const esm = "export * from \"./wasix-web.js\";\nexport { default } from \"./wasix-web.js\";\n"
	if err := b.write("wasix-web.esm.d.ts", []byte(esm)); err != nil {
		return err
	}
	const iife = `import type * as API from "./wasix-web.js";

declare global {
  /** What wasix-web.iife.js defines. */
  var WASIX: typeof API.WASIX & Pick<typeof API, "WASIXError" | "ProgramError" | "KernelError">;
}
`
	return b.write("wasix-web.iife.d.ts", []byte(iife))
}

func quote(s string) string {
	data, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string always has a JSON form
	}
	return string(data)
}
