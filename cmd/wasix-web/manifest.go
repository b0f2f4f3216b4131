//go:build !js

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"unicode/utf8"
)

// manifestEntry is one of Manifest's in web/src/wasix-web.d.ts.
type manifestEntry struct {
	Path   string  `json:"path"`
	Type   string  `json:"type"`
	Size   *int64  `json:"size,omitempty"`
	Mtime  float64 `json:"mtime"` // milliseconds
	Mode   uint32  `json:"mode"`
	Target string  `json:"target,omitempty"`
}

// cmdManifest writes what pages need to mount a directory on a web server.
func cmdManifest(_ context.Context, e *env, args []string) int {
	var out, base string
	fs := &flags{command: "manifest", args: "[flags] DIR", out: e.stdout}
	fs.list = []flag{
		{name: "out", value: "FILE", about: "where to write it; default the standard output", set: text(&out)},
		{name: "base", value: "URL", about: "where the files are, against the manifest; default beside it", set: text(&base)},
	}
	rest, err := fs.parse(args)
	if err == nil && len(rest) != 1 {
		err = usagef("manifest takes one directory")
	}
	if err != nil {
		return e.fail(err)
	}
	list, err := manifestOf(rest[0], out, e.stderr)
	if err != nil {
		return e.fail(err)
	}
	w, close := e.stdout, func() error { return nil }
	if out != "" {
		f, err := os.Create(out)
		if err != nil {
			return e.fail(err)
		}
		w, close = f, f.Close
	}
	if err := writeManifest(w, base, list); err != nil {
		close()
		return e.fail(err)
	}
	if err := close(); err != nil {
		return e.fail(err)
	}
	return 0
}

// manifestOf lists a directory, without the file out. What is neither file,
// directory nor link is left out, and named.
func manifestOf(dir, out string, warn io.Writer) ([]manifestEntry, error) {
	skip, _ := os.Stat(out)
	list := []manifestEntry{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		if rel == "." {
			if !d.IsDir() {
				return fmt.Errorf("%s is not a directory", dir)
			}
			return nil
		}
		m := manifestEntry{Path: filepath.ToSlash(rel), Mtime: float64(info.ModTime().UnixMicro()) / 1000, Mode: uint32(info.Mode().Perm())}
		switch {
		case !utf8.ValidString(m.Path):
			return fmt.Errorf("%q: the name is not UTF-8", name)
		case skip != nil && os.SameFile(skip, info):
			return nil
		case d.IsDir():
			m.Type = "directory"
		case d.Type() == fs.ModeSymlink:
			m.Type = "symlink"
			if m.Target, err = os.Readlink(name); err != nil {
				return err
			}
		case d.Type().IsRegular():
			m.Type = "file"
			size := info.Size()
			m.Size = &size
		default:
			fmt.Fprintf(warn, "wasix-web: %s is left out: it is no file, directory or symbolic link\n", name)
			return nil
		}
		list = append(list, m)
		return nil
	})
	return list, err
}

// writeManifest writes an entry a line, so that changes can be read.
func writeManifest(w io.Writer, base string, list []manifestEntry) error {
	b := bufio.NewWriter(w)
	b.WriteString("{\n  \"version\": 1,\n")
	if base != "" {
		s, _ := json.Marshal(base) // a string always has a JSON form
		fmt.Fprintf(b, "  \"base\": %s,\n", s)
	}
	b.WriteString("  \"entries\": [")
	for i, m := range list {
		line, err := json.Marshal(m)
		if err != nil {
			return err
		}
		sep := ","
		if i == 0 {
			sep = ""
		}
		fmt.Fprintf(b, "%s\n    %s", sep, line)
	}
	b.WriteString("\n  ]\n}\n")
	return b.Flush()
}
