package suite

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// Builder compiles cases. What it has built once comes from its cache as long as
// the case's directory, its settings and the compilers are the same.
//
// A case of wasmer's is compiled by the WASIX compiler that WASIXCC names, or, with
// the sysroot in WASIX_SYSROOT, by wasixcc.sh; one that brings its .wasm is not
// compiled. Our own C cases say with a directive
// how they are to be built:
//
//	Build: libc           Debian's clang with wasi-libc
//	Build: freestanding   clang without any library; wasix.h has the calls
//
// and with further words: asyncify (by wasm-opt), threads (a shared, imported
// memory), exceptions, longjmp (by exceptions), legacy (their first encoding, and
// not exnref), and flags for clang that begin with "-". main.go is built
// by Go, with GOOS=wasip1.
type Builder struct {
	Cache   string // directory
	Include string // where wasix.h is
	CC      string // the WASIX compiler: WASIXCC
	Sysroot string // for wasixcc.sh, when CC is "": WASIX_SYSROOT
	Modules string // node_modules that may have wasm-opt

	mu    sync.Mutex
	locks map[string]*sync.Mutex // by key
	tools map[string]string      // versions
}

// NewBuilder returns a Builder for a checkout of ours at root, with the compiler
// that the environment names.
func NewBuilder(root string) *Builder {
	return &Builder{Cache: filepath.Join(root, "e2e", ".cache", "cases"), Include: filepath.Join(root, "e2e", "cases"),
		Modules: filepath.Join(root, "e2e", "node_modules"), CC: os.Getenv("WASIXCC"), Sysroot: os.Getenv("WASIX_SYSROOT")}
}

// Program builds the source in a directory and returns the program's path. It is
// for tests that run a program in their own way.
func (b *Builder) Program(ctx context.Context, dir, name string) (string, error) {
	src, err := parseSource(dir, name)
	if err != nil {
		return "", err
	}
	how, err := b.plan(ctx, src)
	if err != nil {
		return "", err
	}
	built, err := b.cached(src, how)
	return filepath.Join(built, "main.wasm"), err
}

// prepare makes dest a copy of the case's directory with the program in it, and
// returns the program's path. It is called "main", as upstream's are.
func (b *Builder) prepare(ctx context.Context, src *source, dest string) (string, error) {
	if err := copyTree(src.dir, dest); err != nil {
		return "", err
	}
	stem := strings.TrimSuffix(src.name, filepath.Ext(src.name))
	if stem == "build" {
		stem = "main"
	}
	named, program := filepath.Join(dest, stem+".wasm"), filepath.Join(dest, "main")
	// A script may make more than the program, so that the program alone does
	// only where there is no compiler.
	if _, err := os.Stat(named); err != nil || b.hasCC() && filepath.Ext(src.name) == ".sh" {
		how, err := b.plan(ctx, src)
		if err != nil {
			return "", err
		}
		built, err := b.cached(src, how)
		if err != nil {
			return "", fmt.Errorf("building %s: %w", src.name, err)
		}
		if err := copyTree(built, dest); err != nil {
			return "", err
		}
	}
	if _, err := os.Stat(program); err == nil {
		return program, nil // the build has made it, and whatever else it wants
	}
	wasm, err := os.ReadFile(named)
	if err != nil {
		return "", fmt.Errorf("building %s made neither %s nor main", src.name, stem+".wasm")
	}
	if err := os.WriteFile(program, wasm, 0o755); err != nil {
		return "", err
	}
	// Some look at what is in their directory, and some start themselves under
	// the other name.
	if used, err := mentions(src.dir, stem+".wasm"); err != nil || used {
		return program, err
	}
	return program, os.Remove(named)
}

// mentions tells whether a source in a directory contains text.
func mentions(dir, text string) (bool, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return false, err
	}
	for _, e := range entries {
		switch filepath.Ext(e.Name()) {
		case ".c", ".cpp", ".cc", ".h", ".sh":
			if found, err := contains(filepath.Join(dir, e.Name()), text); err != nil || found {
				return found, err
			}
		}
	}
	return false, nil
}

// prepareScript makes dest a copy of a pinned case, with its main.wasm.
func (b *Builder) prepareScript(ctx context.Context, dir, dest string) error {
	if err := copyTree(dir, dest); err != nil {
		return err
	}
	old, err := filepath.Glob(filepath.Join(dest, "output*"))
	if err != nil {
		return err
	}
	for _, f := range old {
		if err := os.RemoveAll(f); err != nil {
			return err
		}
	}
	for _, f := range []string{"main.wasm", ".no-build"} {
		if _, err := os.Stat(filepath.Join(dest, f)); err == nil {
			return nil
		}
	}
	for _, name := range []string{"main.cc", "main.c"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			continue
		}
		how, err := b.wasixcc(&source{dir: dir, name: name})
		if err != nil {
			return err
		}
		if name == "main.c" {
			how.args = append(how.args, "-sWASM_EXCEPTIONS=false")
		}
		extra, err := os.ReadFile(filepath.Join(dir, ".flags"))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		how.args = append(how.args, strings.Fields(string(extra))...)
		built, err := b.cached(&source{dir: dir, name: name}, how)
		if err != nil {
			return fmt.Errorf("building %s: %w", name, err)
		}
		return copyTree(built, dest)
	}
	return nil // run.sh is on its own
}

// plan is how a program is built: a command in a copy of its directory.
type plan struct {
	command string
	args    []string
	env     []string
	in      string // the directory to run in, "" for the copy
	after   func(ctx context.Context, dir string) error
	id      []string // what else the result depends on
}

// plan decides how a source is built.
func (b *Builder) plan(ctx context.Context, src *source) (*plan, error) {
	switch ext := filepath.Ext(src.name); {
	case ext == ".go":
		return b.goProgram(src)
	case src.build != nil && (ext == ".c" || ext == ".cpp"):
		return b.clang(ctx, src)
	case ext == ".rs":
		return b.rust(src)
	default:
		return b.wasixcc(src)
	}
}

// cached returns a directory with what the plan makes.
func (b *Builder) cached(src *source, p *plan) (string, error) {
	key, err := b.key(src, p)
	if err != nil {
		return "", err
	}
	unlock := b.lock(key)
	defer unlock()
	dir := filepath.Join(b.Cache, key)
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	if err := os.MkdirAll(b.Cache, 0o777); err != nil {
		return "", err
	}
	tmp, err := os.MkdirTemp(b.Cache, ".building-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(tmp)
	work := filepath.Join(tmp, "case")
	if err := copyTree(src.dir, work); err != nil {
		return "", err
	}
	if err := p.run(work); err != nil {
		return "", err
	}
	err = os.Rename(work, dir)
	if errors.Is(err, fs.ErrExist) {
		err = nil // another process was faster
	}
	return dir, err
}

func (p *plan) run(dir string) error {
	ctx := context.Background() // a cached result is worth its while
	args := slices.Clone(p.args)
	for i := range args {
		args[i] = strings.ReplaceAll(args[i], "$out", dir)
	}
	cmd := exec.CommandContext(ctx, p.command, args...)
	cmd.Dir = dir
	if p.in != "" {
		cmd.Dir = p.in
	}
	cmd.Env = p.env
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", filepath.Base(p.command), err, indent(string(out)))
	}
	if p.after != nil {
		return p.after(ctx, dir)
	}
	return nil
}

// key identifies a plan and all it depends on.
func (b *Builder) key(src *source, p *plan) (string, error) {
	hash := sha256.New()
	fmt.Fprintf(hash, "%s\n%q\n%q\n%q\n%q\n", src.name, p.command, p.args, p.id, src.buildEnv)
	err := filepath.WalkDir(src.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		rel, err := filepath.Rel(src.dir, path)
		if err != nil {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		sum := sha256.New()
		if _, err := io.Copy(sum, f); err != nil {
			return err
		}
		fmt.Fprintf(hash, "%q %x\n", rel, sum.Sum(nil))
		return nil
	})
	return hex.EncodeToString(hash.Sum(nil))[:24], err
}

func (b *Builder) lock(key string) (unlock func()) {
	b.mu.Lock()
	if b.locks == nil {
		b.locks = map[string]*sync.Mutex{}
	}
	l := b.locks[key]
	if l == nil {
		l = &sync.Mutex{}
		b.locks[key] = l
	}
	b.mu.Unlock()
	l.Lock()
	return l.Unlock
}

// version returns the first line of what a tool says about itself.
func (b *Builder) version(tool string) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if v, ok := b.tools[tool]; ok {
		return v, nil
	}
	out, err := exec.Command(tool, "--version").Output()
	if err != nil {
		return "", fmt.Errorf("%s --version: %w", tool, err)
	}
	line, _, _ := bytes.Cut(out, []byte("\n"))
	if b.tools == nil {
		b.tools = map[string]string{}
	}
	b.tools[tool] = string(line)
	return string(line), nil
}
