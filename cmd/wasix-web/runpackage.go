//go:build !js

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wasix-web/wasix-web/cmd/wasix-web/webc"
	"github.com/wasix-web/wasix-web/e2e/runner"
)

// openPackage reads the package that a path names: a directory with a
// wasmer.toml, or a package file. It is nil for anything else.
func openPackage(name string) (*webc.File, error) {
	st, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if st.IsDir() {
		dir, err := filepath.Abs(name)
		if err != nil {
			return nil, err
		}
		return buildPackage(dir, "")
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	head := make([]byte, len(webc.Magic))
	if _, err := io.ReadFull(f, head); err != nil || !webc.Is(head) {
		return nil, nil
	}
	b, err := io.ReadAll(io.MultiReader(bytes.NewReader(head), f))
	if err != nil {
		return nil, err
	}
	p, err := webc.Read(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return p, nil
}

// unpack puts a package's command in place of the program: its module and its
// directories go to a temporary directory, f.temp, which the caller removes.
// What the program changes in them goes with it.
func (f *runFlags) unpack(p *webc.File) (err error) {
	name, c, err := choose(p, f.entrypoint)
	if err != nil {
		return fmt.Errorf("%s: %w", f.program, err)
	}
	if f.temp, err = os.MkdirTemp("", "wasix-web-package-"); err != nil {
		return err
	}
	f.program = filepath.Join(f.temp, "program.wasm")
	if err := os.WriteFile(f.program, c.atom, 0o666); err != nil {
		return err
	}
	for i, m := range c.mounts {
		dir := filepath.Join(f.temp, fmt.Sprint(i))
		if err := writeTree(dir, m.dir); err != nil {
			return err
		}
		if !slices.ContainsFunc(f.dirs, func(d runner.Dir) bool { return d.Guest == m.guest }) {
			f.dirs = append(f.dirs, runner.Dir{Host: dir, Guest: m.guest})
		}
	}
	f.args = append(c.args, f.args...)
	f.env = append(c.env, f.env...)
	if f.cwd == "" {
		f.cwd = c.cwd
	}
	if f.argv0 == "" {
		f.argv0 = name
	}
	return nil
}

// packageCommand is what one command of a package runs.
type packageCommand struct {
	atom      []byte
	mounts    []packageMount
	args, env []string
	cwd       string
}

type packageMount struct {
	guest string
	dir   webc.Dir
}

// choose finds a command: the one that is wanted, the package's own choice, or
// its only one.
func choose(p *webc.File, want string) (string, *packageCommand, error) {
	commands := table(p.Manifest, "commands")
	name := want
	if name == "" {
		name, _ = p.Manifest["entrypoint"].(string)
	}
	all := slices.Sorted(maps.Keys(commands))
	switch {
	case name == "" && len(all) == 1:
		name = all[0]
	case name == "":
		return "", nil, fmt.Errorf("the package does not say which of its commands (%s) to run: --entrypoint does", strings.Join(all, ", "))
	case commands[name] == nil:
		return "", nil, fmt.Errorf("the package has no command %q (%s)", name, strings.Join(all, ", "))
	}
	annotations := table(table(commands, name), "annotations")
	wasi := table(annotations, "wasi")
	atom, _ := wasi["atom"].(string)
	if atom == "" {
		atom, _ = table(annotations, "atom")["name"].(string)
	}
	c := &packageCommand{atom: p.Atoms[atom], args: list(wasi, "main-args"), env: list(wasi, "env")}
	c.cwd, _ = wasi["cwd"].(string)
	if c.atom == nil {
		return "", nil, fmt.Errorf("command %q: the module %q is not in the package; other packages are not fetched", name, atom)
	}
	fs, _ := table(p.Manifest, "package")["fs"].([]any)
	for _, e := range fs {
		m, _ := e.(map[string]any)
		guest, _ := m["mount_path"].(string)
		volume, _ := m["volume_name"].(string)
		guest, err := guestDir(guest)
		switch {
		case m["from"] != nil:
			return "", nil, fmt.Errorf("%q comes from the package %v; other packages are not fetched", guest, m["from"])
		case err != nil:
			return "", nil, err
		case p.Volumes[volume] == nil:
			return "", nil, fmt.Errorf("%q is to be the volume %q, which is not there", guest, volume)
		}
		c.mounts = append(c.mounts, packageMount{guest, p.Volumes[volume]})
	}
	return name, c, nil
}

// table returns a map inside a map, nil when there is none.
func table(m map[string]any, key string) map[string]any {
	t, _ := m[key].(map[string]any)
	return t
}

// list returns the strings of a list.
func list(m map[string]any, key string) (texts []string) {
	all, _ := m[key].([]any)
	for _, v := range all {
		if s, ok := v.(string); ok {
			texts = append(texts, s)
		}
	}
	return texts
}

// writeTree makes a directory with what is in d.
func writeTree(dir string, d webc.Dir) error {
	if err := os.Mkdir(dir, 0o777); err != nil {
		return err
	}
	for name, n := range d {
		if !filepath.IsLocal(name) {
			return errors.New("a file cannot be called " + name + " here")
		}
		var err error
		if at := filepath.Join(dir, name); n.Dir != nil {
			err = writeTree(at, n.Dir)
		} else {
			err = os.WriteFile(at, n.Data, 0o666)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
