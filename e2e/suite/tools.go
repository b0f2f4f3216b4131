package suite

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// clangs are the names of compilers that can make wasm, the newest first.
var clangs = []string{"clang-22", "clang-21", "clang-20", "clang-19", "clang"}

// findClang returns a clang that has a linker for wasm beside it, and takes these
// flags. CLANG names another.
func findClang(flags []string) (string, error) {
	names := clangs
	if chosen := os.Getenv("CLANG"); chosen != "" {
		names = []string{chosen}
	}
	for _, name := range names {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		if len(flags) > 0 && exec.Command(path, append(flags, "--target=wasm32-wasi", "-fsyntax-only", "-x", "c", os.DevNull)...).Run() != nil {
			continue
		}
		ld, err := exec.Command(path, "--target=wasm32-wasi", "-print-prog-name=wasm-ld").Output()
		if err != nil {
			return "", fmt.Errorf("%s: %w", path, err)
		}
		lib, err := exec.Command(path, "--target=wasm32-wasi", "-print-libgcc-file-name").Output()
		if err != nil {
			return "", fmt.Errorf("%s: %w", path, err)
		}
		if _, err := os.Stat(strings.TrimSpace(string(lib))); err != nil {
			continue // without its own runtime library for wasm
		}
		if _, err := exec.LookPath(strings.TrimSpace(string(ld))); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("no C compiler for wasm (%s with lld and libclang-rt for wasm32, in PATH; CLANG names another): e2e/setup.sh installs what is missing", strings.Join(names, ", "))
}

// findWasmOpt returns binaryen's wasm-opt.
func (b *Builder) findWasmOpt() (string, error) {
	if path, err := exec.LookPath("wasm-opt"); err == nil {
		return path, nil
	}
	if path := filepath.Join(b.Modules, ".bin", "wasm-opt"); b.Modules != "" {
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
	}
	return "", errors.New("no wasm-opt in PATH (package binaryen): e2e/setup.sh installs what is missing")
}

// clang builds our own C cases.
func (b *Builder) clang(ctx context.Context, src *source) (*plan, error) {
	var eh []string
	if slices.Contains(src.build, "exceptions") || slices.Contains(src.build, "longjmp") {
		eh = []string{"--no-wasm-opt", "-mllvm", "--wasm-use-legacy-eh=" + strconv.FormatBool(slices.Contains(src.build, "legacy"))}
	}
	cc, err := findClang(eh)
	translate := false
	if eh != nil && err != nil { // before 20 there was the first encoding only
		translate = !slices.Contains(src.build, "legacy")
		eh = nil
		cc, err = findClang(nil)
	}
	if err != nil {
		return nil, err
	}
	version, err := b.version(cc)
	if err != nil {
		return nil, err
	}
	id := []string{version}
	headers, err := filepath.Glob(filepath.Join(b.Include, "*.h"))
	if err != nil {
		return nil, err
	}
	for _, name := range headers {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		id = append(id, string(text))
	}
	p := &plan{command: cc, id: id, env: append(os.Environ(), src.buildEnv...)}
	p.args = append(eh, "-O2", "-Wall", "-Wextra", "-Werror", "-I", b.Include, "-o", "main.wasm", src.name)
	for _, word := range src.build {
		switch {
		case word == "libc":
			p.args = append(p.args, "--target=wasm32-wasi", "-Wno-deprecated") // the name of wasi-libc in Debian
		case word == "freestanding":
			std := []string{"-std=c11"}
			if filepath.Ext(src.name) == ".cpp" {
				std = []string{"-std=c++17", "-fno-rtti", "-Wno-missing-field-initializers"}
			}
			p.args = append(p.args, std...)
			p.args = append(p.args, "--target=wasm32-unknown-unknown", "-ffreestanding", "-fno-builtin", "-nostdlib",
				"-mbulk-memory", "-mmutable-globals", "-Wl,--stack-first,--export=__heap_base,--export=__data_end,--export=__stack_pointer")
		case word == "threads":
			p.args = append(p.args, "-matomics", "-Wl,--import-memory,--export-memory,--shared-memory,--max-memory=67108864")
		case word == "exceptions":
			p.args = append(p.args, "-fwasm-exceptions")
		case word == "longjmp":
			p.args = append(p.args, "-mexception-handling", "-mllvm", "-wasm-enable-sjlj")
		case word == "legacy":
		case word == "asyncify":
			if err := b.wasmOpt(p, "--asyncify", "-O1"); err != nil {
				return nil, err
			}
		case strings.HasPrefix(word, "-"):
			p.args = append(p.args, word)
		default:
			return nil, fmt.Errorf("%s: Build: what is %q?", filepath.Join(src.dir, src.name), word)
		}
	}
	if translate {
		err = b.wasmOpt(p, "--translate-to-exnref")
	}
	return p, err
}

// wasmOpt has binaryen change the program when it is built.
func (b *Builder) wasmOpt(p *plan, flags ...string) error {
	opt, err := b.findWasmOpt()
	if err != nil {
		return err
	}
	version, err := b.version(opt)
	if err != nil {
		return err
	}
	p.id = append(append(p.id, version), flags...)
	p.after = func(ctx context.Context, dir string) error {
		program := filepath.Join(dir, "main.wasm")
		out, err := exec.CommandContext(ctx, opt, append(flags, "--all-features", "-o", program, program)...).CombinedOutput()
		if err != nil {
			return fmt.Errorf("wasm-opt: %w\n%s", err, indent(string(out)))
		}
		return nil
	}
	return nil
}

// goProgram builds main.go where it lies: it is part of our module.
func (b *Builder) goProgram(src *source) (*plan, error) {
	version, err := exec.Command("go", "version").Output()
	if err != nil {
		return nil, fmt.Errorf("go version: %w", err)
	}
	return &plan{command: "go", args: []string{"build", "-trimpath", "-o", "$out/main.wasm", "."}, in: src.dir,
		env: append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "GOFLAGS=", "CGO_ENABLED=0"), id: []string{string(version)}}, nil
}

// rust builds a Rust source of wasmer's.
func (b *Builder) rust(src *source) (*plan, error) {
	version, err := b.version("rustc")
	if err != nil {
		return nil, fmt.Errorf("%s needs rustc with the target wasm32-wasip1: %w", src.name, err)
	}
	return &plan{command: "rustc", args: []string{"--target=wasm32-wasip1", "-o", "main", src.name},
		env: append(os.Environ(), src.buildEnv...), id: []string{version}}, nil
}

// wasixcc builds with the WASIX compiler.
func (b *Builder) wasixcc(src *source) (*plan, error) {
	cc, err := b.compiler()
	if err != nil {
		return nil, err
	}
	cxx := filepath.Join(filepath.Dir(cc), "wasix++")
	st, err := os.Stat(cc)
	if err != nil {
		return nil, err
	}
	p := &plan{id: []string{st.ModTime().String()},
		env: append(b.environ(), append([]string{"CC=" + cc, "CXX=" + cxx, "WASIXCC_DISCARD_UNSUPPORTED_FLAGS=yes"}, src.buildEnv...)...)}
	if b.CC == "" {
		libraries, err := b.libraries()
		if err != nil {
			return nil, err
		}
		p.id = append(append(p.id, b.Sysroot), libraries...)
	}
	switch filepath.Ext(src.name) {
	case ".sh":
		p.command, p.args = "bash", []string{"./" + src.name}
	case ".c":
		p.command, p.args = cc, []string{src.name, "-o", "main.wasm"}
	default:
		p.command, p.args = cxx, []string{src.name, "-o", "main.wasm"}
	}
	return p, nil
}

// libraries tells one build of the sysroot from another: what is cached was
// linked with its libraries.
func (b *Builder) libraries() (id []string, err error) {
	for _, pattern := range []string{"lib/*/*", "*/lib/*/*"} {
		files, err := filepath.Glob(filepath.Join(b.Sysroot, pattern))
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			st, err := os.Stat(f)
			if err != nil {
				return nil, err
			}
			id = append(id, f, st.ModTime().String())
		}
	}
	return id, nil
}

// wasixccScript is our own WASIX compiler.
//
//go:embed wasixcc.sh
var wasixccScript []byte

// wrapper puts wasixcc.sh below a directory, as wasixcc and wasix++, and returns
// the former's path. Every version has a place of its own.
func wrapper(below string) (string, error) {
	sum := sha256.Sum256(wasixccScript)
	dir := filepath.Join(below, "wasixcc-"+hex.EncodeToString(sum[:6]))
	cc := filepath.Join(dir, "wasixcc")
	if _, err := os.Stat(filepath.Join(dir, "wasix++")); err == nil {
		return cc, nil
	}
	if err := os.MkdirAll(below, 0o777); err != nil {
		return "", err
	}
	tmp, err := os.MkdirTemp(below, ".wasixcc-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(tmp)
	if err := errors.Join(os.WriteFile(filepath.Join(tmp, "wasixcc"), wasixccScript, 0o755), os.Symlink("wasixcc", filepath.Join(tmp, "wasix++")), os.Chmod(tmp, 0o755)); err != nil {
		return "", err
	}
	if err := os.Rename(tmp, dir); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	return cc, nil
}

// environ is the environment of scripts, which call the WASIX compiler by name.
func (b *Builder) environ() []string {
	env := os.Environ()
	if !b.hasCC() {
		return env
	}
	cc, err := b.compiler()
	if err != nil {
		return env // a case that needs it says so
	}
	return append(env, "WASIX_SYSROOT="+b.Sysroot, "PATH="+filepath.Dir(cc)+string(os.PathListSeparator)+os.Getenv("PATH"))
}

// hasCC tells whether there is to be a WASIX compiler.
func (b *Builder) hasCC() bool { return b.CC != "" || b.Sysroot != "" }

// compiler returns the absolute path of the WASIX compiler.
func (b *Builder) compiler() (string, error) {
	switch {
	case b.CC != "":
		cc, err := exec.LookPath(b.CC)
		if err != nil {
			return "", fmt.Errorf("WASIXCC: %w", err)
		}
		return filepath.Abs(cc)
	case b.Sysroot != "":
		b.mu.Lock()
		defer b.mu.Unlock()
		return wrapper(filepath.Dir(b.Cache))
	}
	return "", errors.New("there is no main.wasm, and no WASIX compiler to make it: set WASIXCC, or WASIX_SYSROOT")
}
