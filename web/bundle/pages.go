package bundle

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// pages builds the pages that come with the bundle. Each is a directory of web
// with an index.html; its scripts use the client of the bundle, so that they
// load what everybody loads.
func (b *builder) pages() error {
	for _, p := range []struct{ name, script string }{
		{"playground", "playground.ts"},
		{"runner", "runner.ts"},
	} {
		dir := filepath.Join(b.web, p.name)
		if _, err := os.Stat(filepath.Join(dir, p.script)); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err := b.page(dir, p.name, p.script); err != nil {
			return err
		}
	}
	if err := b.terminal(); err != nil {
		return err
	}
	const index = `<!doctype html><meta charset="utf-8"><title>wasix-web</title><meta http-equiv="refresh" content="0; url=playground/"><a href="playground/">Playground</a>` + "\n"
	return b.write("index.html", []byte(index))
}

func (b *builder) page(dir, name, script string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		switch filepath.Ext(e.Name()) {
		case ".html", ".css", ".svg":
			if err := b.copyFile(filepath.Join(dir, e.Name()), name+"/"+e.Name()); err != nil {
				return err
			}
		}
	}
	return b.script(api.BuildOptions{
		EntryPoints: []string{filepath.Join(dir, script)},
		Outfile:     name + "/" + strings.TrimSuffix(script, ".ts") + ".js",
		Format:      api.FormatESModule,
		Plugins:     []api.Plugin{Client},
		External:    []string{"./terminal.js"},
	})
}

// Client makes scripts that import the client from its source use the bundle instead, which lies one directory up.
var Client = api.Plugin{Name: "client", Setup: func(p api.PluginBuild) {
	p.OnResolve(api.OnResolveOptions{Filter: `^\.\./src/client/index$`}, func(api.OnResolveArgs) (api.OnResolveResult, error) {
		return api.OnResolveResult{Path: "../wasix-web.esm.js", External: true}, nil
	})
}}

// announceTerminal lets the page know that there is a terminal, so that it asks
// for no file that is not there.
func (b *builder) announceTerminal(page string) error {
	const mark = "<!-- terminal -->"
	html, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	if !bytes.Contains(html, []byte(mark)) {
		return fmt.Errorf("%s has no %s", page, mark)
	}
	return os.WriteFile(page, bytes.Replace(html, []byte(mark), []byte(`<meta name="terminal" content="terminal.js">`), 1), 0o644)
}

// terminal bundles xterm.js, which comes from npm. Without it the playground
// shows plain text and a line to type in.
func (b *builder) terminal() error {
	xterm := filepath.Join(b.web, "node_modules", "@xterm", "xterm")
	if _, err := os.Stat(xterm); errors.Is(err, fs.ErrNotExist) {
		b.Log("no web/node_modules: the playground has no terminal emulator (npm ci --prefix web)")
		return nil
	}
	if err := b.copyFile(filepath.Join(xterm, "css", "xterm.css"), "playground/terminal.css"); err != nil {
		return err
	}
	if err := b.announceTerminal(filepath.Join(b.out, "playground", "index.html")); err != nil {
		return err
	}
	return b.script(api.BuildOptions{
		EntryPoints: []string{filepath.Join(b.web, "playground", "terminal.ts")},
		Outfile:     "playground/terminal.js",
		Format:      api.FormatESModule,
		Footer:      map[string]string{"js": "/*! Contains xterm.js, MIT licence: LICENSES.txt */"},
	})
}
