package bundle

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// licences writes LICENSES.txt: ours, and those of everything that the bundle
// contains parts of.
func (b *builder) licences() error {
	var text bytes.Buffer
	add := func(what, dir string) error {
		files, err := filepath.Glob(filepath.Join(dir, "LICENSE*"))
		if err != nil {
			return err
		}
		if len(files) == 0 {
			return fmt.Errorf("%s: no LICENSE in %s", what, dir)
		}
		for _, f := range files {
			data, err := os.ReadFile(f)
			if err != nil {
				return err
			}
			fmt.Fprintf(&text, "%s\n%s\n\n%s\n\n\n", what, strings.Repeat("=", len(what)), bytes.TrimSpace(data))
		}
		return nil
	}
	if err := add("wasix-web", b.Root); err != nil {
		return err
	}
	if err := add("The Go runtime and standard library", b.goroot); err != nil {
		return err
	}
	modules, err := b.modules()
	if err != nil {
		return err
	}
	for _, m := range modules {
		path, dir, _ := strings.Cut(m, "\t")
		if err := add(path, dir); err != nil {
			return err
		}
	}
	for _, name := range append([]string{"@xterm/xterm", "@xterm/addon-fit"}, archiveParts[:]...) {
		dir := filepath.Join(b.web, "node_modules", filepath.FromSlash(name))
		if _, err := os.Stat(dir); err != nil {
			continue // then the bundle has no part of it
		}
		if err := add(name, dir); err != nil {
			return err
		}
	}
	return b.write("LICENSES.txt", text.Bytes())
}

// modules are those whose code is in the kernel, as "path\tdirectory".
func (b *builder) modules() ([]string, error) {
	cmd := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Dir}}{{end}}{{end}}", "./cmd/wasix-web")
	cmd.Dir = b.Root
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	var list []string
	seen := make(map[string]bool)
	for line := range strings.Lines(string(out)) {
		if line = strings.TrimSpace(line); line != "" && !seen[line] {
			seen[line] = true
			list = append(list, line)
		}
	}
	return list, nil
}
