// Package bundle builds web/dist, everything a page loads: the client as ES
// module and as plain script, the worker, the kernel as WebAssembly, the types,
// and the pages (playground, runner). It needs the go command and nothing else;
// where npm has filled web/node_modules, the playground gets a real terminal, and
// there is a script for archives, which the client loads when it needs it.
package bundle

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Options say what to build and how. The zero value builds a release.
type Options struct {
	Root   string // the module's root; found with the go command when empty
	OutDir string // default Root/web/dist; replaced as a whole
	Debug  bool   // readable scripts with source maps, and a kernel with its symbols
	Kernel string // a kernel that is already built; compiled when empty
	Log    func(format string, args ...any)
}

// builder is one run of Build.
type builder struct {
	Options
	web     string // Root/web
	out     string // where files go until all of them are there
	goroot  string
	version string // of package.json
}

// Build writes the bundle. OutDir has either all of the new files or, after an
// error, what it had before.
func Build(o Options) error {
	b := &builder{Options: o}
	if err := b.prepare(); err != nil {
		return err
	}
	defer os.RemoveAll(b.out)
	for _, step := range []struct {
		what string
		run  func() error
	}{
		{"kernel", b.kernel},
		{"scripts", b.scripts},
		{"types", b.types},
		{"pages", b.pages},
		{"samples", b.samples},
		{"licences", b.licences},
	} {
		b.Log("%s", step.what)
		if err := step.run(); err != nil {
			return fmt.Errorf("bundle: %s: %w", step.what, err)
		}
	}
	return b.install()
}

func (b *builder) prepare() error {
	if b.Log == nil {
		b.Log = func(string, ...any) {}
	}
	if b.Root == "" {
		mod, err := goEnv(".", "GOMOD")
		if err != nil {
			return err
		}
		if mod == "" || mod == os.DevNull {
			return errors.New("bundle: not inside the module github.com/wasix-web/wasix-web")
		}
		b.Root = filepath.Dir(mod)
	}
	var err error
	if b.Root, err = filepath.Abs(b.Root); err != nil {
		return err
	}
	b.web = filepath.Join(b.Root, "web")
	if b.OutDir == "" {
		b.OutDir = filepath.Join(b.web, "dist")
	}
	if b.OutDir, err = filepath.Abs(b.OutDir); err != nil {
		return err
	}
	if b.goroot, err = goEnv(b.Root, "GOROOT"); err != nil {
		return err
	}
	if b.version, err = packageVersion(filepath.Join(b.web, "package.json")); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(b.OutDir), 0o755); err != nil {
		return err
	}
	// Beside its place, so that it can be moved there.
	b.out, err = os.MkdirTemp(filepath.Dir(b.OutDir), ".dist-")
	if err != nil {
		return err
	}
	return os.Chmod(b.out, 0o755)
}

// install puts the finished files in their place.
func (b *builder) install() error {
	if err := os.RemoveAll(b.OutDir); err != nil {
		return err
	}
	return os.Rename(b.out, b.OutDir)
}

func goEnv(dir, name string) (string, error) {
	cmd := exec.Command("go", "env", name)
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("bundle: go env %s: %w", name, err)
	}
	return strings.TrimSpace(string(out)), nil
}

func packageVersion(file string) (string, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	var pkg struct{ Version string }
	if err := json.Unmarshal(data, &pkg); err != nil {
		return "", fmt.Errorf("%s: %w", file, err)
	}
	return pkg.Version, nil
}

// copyFile copies src to the bundle.
func (b *builder) copyFile(src, name string) error {
	data, err := os.ReadFile(src)
	if err != nil {
		return err
	}
	return b.write(name, data)
}

// write puts a file into the bundle; name has slashes.
func (b *builder) write(name string, data []byte) error {
	file := filepath.Join(b.out, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, data, 0o644)
}
