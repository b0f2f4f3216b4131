//go:build !js

package main

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/BurntSushi/toml"

	"github.com/wasix-web/wasix-web/cmd/wasix-web/webc"
)

// manifestName is what the manifest of a package's directory is called.
const manifestName = "wasmer.toml"

// packageManifest is the part of wasmer.toml that we know. The rest is left out.
type packageManifest struct {
	Package struct {
		Name, Version, Description, License, Entrypoint string
	}
	FS     map[string]string // guest directory: directory below the manifest's
	Module []struct {
		Name, Source string
	}
	Command []struct {
		Name, Module, Runner string
		MainArgs             string `toml:"main_args"`
		Annotations          map[string]any
	}
	Dependencies map[string]any
}

// most a package may hold: all of it is in memory.
const maxPackage = 2 << 30

// buildPackage makes a package of a directory with a wasmer.toml. The file
// except is not part of it.
func buildPackage(dir, except string) (*webc.File, error) {
	name := filepath.Join(dir, manifestName)
	var m packageManifest
	if _, err := toml.DecodeFile(name, &m); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s: is a directory without %s: there is nothing to run", dir, manifestName)
		}
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	p := &packer{dir: dir, except: except, file: &webc.File{Atoms: map[string][]byte{}, Volumes: map[string]webc.Dir{"metadata": {}}}}
	if err := p.pack(&m); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return p.file, nil
}

type packer struct {
	dir, except string
	size        int64
	file        *webc.File
}

func (p *packer) pack(m *packageManifest) error {
	atoms, commands := map[string]any{}, map[string]any{}
	for _, mod := range m.Module {
		if mod.Name == "" || mod.Source == "" {
			return errors.New("a [[module]] needs a name and a source")
		}
		if p.file.Atoms[mod.Name] != nil {
			return fmt.Errorf("there are two modules %q", mod.Name)
		}
		b, err := p.read(mod.Source)
		if err != nil {
			return fmt.Errorf("module %q: %w", mod.Name, err)
		}
		sum := sha256.Sum256(b)
		p.file.Atoms[mod.Name] = b
		atoms[mod.Name] = map[string]any{"kind": "https://webc.org/kind/wasm", "signature": "sha256:" + base64.StdEncoding.EncodeToString(sum[:])}
	}
	for _, c := range m.Command {
		if c.Name == "" || commands[c.Name] != nil {
			return fmt.Errorf("a [[command]] needs a name of its own, not %q", c.Name)
		}
		if p.file.Atoms[c.Module] == nil {
			return fmt.Errorf("command %q: there is no module %q in this package", c.Name, c.Module)
		}
		if r := c.Runner; r != "" && r != "wasi" && !strings.HasSuffix(r, "/wasi") {
			return fmt.Errorf("command %q: runner %q is not supported, only wasi", c.Name, r)
		}
		wasi := map[string]any{"atom": c.Module}
		if own, ok := c.Annotations["wasi"].(map[string]any); ok {
			for k, v := range own {
				wasi[k] = v
			}
		}
		if c.MainArgs != "" {
			var args []any
			for _, a := range strings.Fields(c.MainArgs) {
				args = append(args, a)
			}
			wasi["main-args"] = args
		}
		commands[c.Name] = map[string]any{"runner": "https://webc.org/runner/wasi",
			"annotations": map[string]any{"atom": map[string]any{"name": c.Module}, "wasi": wasi}}
	}
	mounts := []any{}
	for guest, host := range m.FS {
		volume, err := p.volume(host)
		if err != nil {
			return fmt.Errorf("[fs] %q: %w", guest, err)
		}
		if guest, err = guestDir(guest); err != nil {
			return fmt.Errorf("[fs]: %w", err)
		}
		mounts = append(mounts, map[string]any{"from": nil, "mount_path": guest, "volume_name": volume})
	}
	about := map[string]any{}
	for k, v := range map[string]string{"name": m.Package.Name, "version": m.Package.Version, "description": m.Package.Description, "license": m.Package.License} {
		if v != "" {
			about[k] = v
		}
	}
	p.file.Manifest = map[string]any{"atoms": atoms, "commands": commands, "package": map[string]any{"wapm": about, "fs": mounts}}
	entry := m.Package.Entrypoint
	if entry == "" && len(m.Command) == 1 {
		entry = m.Command[0].Name
	}
	if entry != "" {
		if commands[entry] == nil {
			return fmt.Errorf("entrypoint: there is no command %q", entry)
		}
		p.file.Manifest["entrypoint"] = entry
	}
	if len(m.Dependencies) > 0 {
		use := map[string]any{}
		for name, version := range m.Dependencies {
			use[name] = fmt.Sprintf("%s@%v", name, version)
		}
		p.file.Manifest["use"] = use
	}
	return nil
}

// below makes a path of the manifest's one of ours.
func (p *packer) below(name string) (string, error) {
	if !filepath.IsLocal(filepath.FromSlash(name)) {
		return "", fmt.Errorf("%q is not below the package's directory", name)
	}
	return filepath.Join(p.dir, filepath.FromSlash(name)), nil
}

func (p *packer) read(name string) ([]byte, error) {
	file, err := p.below(name)
	if err != nil {
		return nil, err
	}
	return p.load(file)
}

func (p *packer) load(file string) ([]byte, error) {
	st, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	if p.size += st.Size(); p.size > maxPackage {
		return nil, fmt.Errorf("the package holds more than %d MiB", maxPackage>>20)
	}
	return os.ReadFile(file)
}

// volume packs a directory, once, and returns its name.
func (p *packer) volume(name string) (string, error) {
	dir, err := p.below(name)
	if err != nil {
		return "", err
	}
	volume := path.Clean("/" + filepath.ToSlash(name))
	if p.file.Volumes[volume] != nil {
		return volume, nil
	}
	p.file.Volumes[volume], err = p.tree(dir)
	return volume, err
}

func (p *packer) tree(dir string) (webc.Dir, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	d := webc.Dir{}
	for _, e := range entries {
		name := filepath.Join(dir, e.Name())
		switch {
		case e.IsDir():
			kids, err := p.tree(name)
			if err != nil {
				return nil, err
			}
			d[e.Name()] = webc.Node{Dir: kids}
		case e.Type().IsRegular():
			if name == p.except {
				continue
			}
			b, err := p.load(name)
			if err != nil {
				return nil, err
			}
			d[e.Name()] = webc.Node{Data: b}
		default:
			return nil, fmt.Errorf("%s: packages hold files and directories only", name)
		}
	}
	return d, nil
}

// cmdPackage makes package files.
func cmdPackage(_ context.Context, e *env, args []string) int {
	var out string
	var quiet bool
	f := &flags{command: "package", args: "build [flags] [DIR]", out: e.stdout, list: []flag{
		{name: "out", short: "o", value: "FILE", about: "where to write the package; default: its name and version", set: text(&out)},
		{name: "quiet", short: "q", about: "do not say where it was written", set: on(&quiet)},
	}}
	rest, err := f.parse(args)
	switch {
	case err != nil:
		return e.fail(err)
	case len(rest) == 0 || rest[0] != "build" || len(rest) > 2:
		return e.fail(usagef("wasix-web package build [DIR] is all there is"))
	case len(rest) == 1:
		rest = append(rest, ".")
	}
	dir, err := filepath.Abs(rest[1])
	if err != nil {
		return e.fail(err)
	}
	named := out != ""
	if out, err = filepath.Abs(out); err != nil {
		return e.fail(err)
	}
	p, err := buildPackage(dir, out)
	if err != nil {
		return e.fail(err)
	}
	if !named {
		about := p.Manifest["package"].(map[string]any)["wapm"].(map[string]any)
		name, _ := about["name"].(string)
		version, _ := about["version"].(string)
		if name == "" || version == "" {
			return e.fail(usagef("the package has no name and version: say where to write it with --out"))
		}
		out = strings.ReplaceAll(name, "/", "-") + "-" + version + ".webc"
	}
	b, err := webc.Write(p)
	if err == nil {
		err = os.WriteFile(out, b, 0o666)
	}
	if err != nil {
		return e.fail(err)
	}
	if !quiet {
		fmt.Fprintln(e.stdout, out)
	}
	return 0
}
