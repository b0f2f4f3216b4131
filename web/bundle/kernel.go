package bundle

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// kernelName is the file that the client looks for beside itself.
const kernelName = "wasix-web.wasm"

// kernel compiles cmd/wasix-web for the browser.
func (b *builder) kernel() error {
	if b.Kernel != "" {
		return b.copyFile(b.Kernel, kernelName)
	}
	out := filepath.Join(b.out, kernelName)
	if err := b.compile(out, "js", "./cmd/wasix-web"); err != nil {
		return err
	}
	if b.Debug {
		return nil
	}
	return compactFile(out)
}

func compactFile(name string) error {
	b, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if b, err = compact(b); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return os.WriteFile(name, b, 0o644)
}

// cold are packages that no frequent call runs through. Without inlining they
// are a third smaller.
var cold = [...]string{
	module + "/providers/idbfs", module + "/providers/jsfs", module + "/providers/overlayfs", module + "/wasix", module + "/wasix/abi",
	module + "/wasix/epoll", module + "/wasix/hostfs", module + "/wasix/link", module + "/wasix/sock", module + "/wasix/strace",
	module + "/wasix/tty", module + "/wasix/vfs/devfs", module + "/wasix/wasmgen",
	"fmt", "internal/bisect", "internal/fmtsort", "internal/godebug", "internal/poll", "internal/strconv",
	"io/fs", "os", "reflect", "sort", "strconv", "syscall", "time",
}

const module = "github.com/wasix-web/wasix-web"

// compile builds a Go program as WebAssembly.
func (b *builder) compile(out, goos, pkg string) error {
	args := []string{"build", "-trimpath", "-o", out}
	if !b.Debug {
		args = append(args, "-ldflags=-s -w")
		for _, p := range cold {
			args = append(args, "-gcflags="+p+"=-l")
		}
		if goos == "js" {
			pgo := filepath.Join(b.out, "hot.pgo")
			if err := hotProfile(b.Root, pgo, hot[:]); err != nil {
				return err
			}
			defer os.Remove(pgo)
			overlay := filepath.Join(b.out, "overlay.json")
			if err := b.small(overlay); err != nil {
				return err
			}
			defer os.Remove(overlay)
			args = append(args, "-pgo="+pgo, "-overlay="+overlay)
		}
	}
	cmd := exec.Command("go", append(args, pkg)...)
	cmd.Dir = b.Root
	// The collector before the one of Go 1.26 is 6 KB smaller, and the heap is small.
	cmd.Env = append(os.Environ(), "GOOS="+goos, "GOARCH=wasm", "CGO_ENABLED=0", "GOFLAGS="+goFlags(), "GOEXPERIMENT=nogreenteagc")
	return run(cmd)
}

// swapped are packages of the standard library for which the bundle has a small
// one of ours, in a directory beside this file: in place of all their files, but those in keep.
var swapped = [...]struct{ path, ours, keep string }{
	{"fmt", "smallfmt/fmt.go", ""},
	{"internal/godebug", "smallgodebug/godebug.go", ""},
	{"internal/strconv", "smallstrconv/floats.go", "atob.go atoi.go deps.go itoa.go"},
}

// small writes an overlay that swaps them.
func (b *builder) small(out string) error {
	replace := map[string]string{}
	for _, s := range swapped {
		dir := filepath.Join(b.goroot, "src", filepath.FromSlash(s.path))
		files, err := filepath.Glob(filepath.Join(dir, "*"))
		if err != nil || len(files) == 0 {
			return fmt.Errorf("no package %s in %s", s.path, dir)
		}
		for _, f := range files {
			if ext := filepath.Ext(f); ext == ".go" && !slices.Contains(strings.Fields(s.keep), filepath.Base(f)) || ext == ".s" {
				replace[f] = "" // there is no such file
			}
		}
		replace[filepath.Join(dir, "small.go")] = filepath.Join(b.Root, "web", "bundle", filepath.FromSlash(s.ours))
	}
	data, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return err
	}
	return os.WriteFile(out, data, 0o644)
}

// goFlags are the caller's, without those that fit native programs only.
func goFlags() string {
	var keep []string
	for _, f := range strings.Fields(os.Getenv("GOFLAGS")) {
		if f != "-race" && f != "-race=true" {
			keep = append(keep, f)
		}
	}
	return strings.Join(keep, " ")
}

// run reports what a failing command printed.
func run(cmd *exec.Cmd) error {
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w\n%s", strings.Join(cmd.Args, " "), err, bytes.TrimSpace(output.Bytes()))
	}
	return nil
}
