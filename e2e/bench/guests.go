package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A Kind is how a guest is built.
type Kind int

const (
	// Preview1 guests are freestanding and use nothing but wasi_snapshot_preview1.
	Preview1 Kind = iota
	// Wasix guests import a shared memory, may have threads, and are given asyncify for fork.
	Wasix
)

// A Guest is one C file of guests/.
type Guest struct {
	Name string // guests/<Name>.c, served as /guests/<Name>.wasm
	Kind Kind
}

var commonFlags = []string{
	"--target=wasm32-unknown-unknown", "-std=c11", "-O2", "-Wall", "-Wextra", "-Werror",
	"-ffreestanding", "-fno-builtin", "-nostdlib", "-mbulk-memory", "-Wl,--stack-first",
}

var kindFlags = map[Kind][]string{
	Preview1: nil,
	Wasix: {
		"-matomics", "-mmutable-globals", "-Wl,--import-memory,--shared-memory,--max-memory=67108864",
		"-Wl,--export-memory,--export=__stack_pointer,--export=__heap_base,--export=__data_end",
	},
}

// buildGuests compiles what the probes need and returns the files by guest name. A guest whose
// source, flags and compiler are the same as before comes from the cache.
func buildGuests(ctx context.Context, env *Env, selected []*Probe) (map[string]string, error) {
	files := make(map[string]string)
	var compiler, version string
	for _, p := range selected {
		for _, g := range p.Guests {
			if files[g.Name] != "" {
				continue
			}
			if compiler == "" {
				var err error
				if compiler, version, err = findClang(ctx); err != nil {
					return nil, err
				}
			}
			file, err := buildGuest(ctx, env, compiler, version, g)
			if err != nil {
				return nil, fmt.Errorf("guest %s: %w", g.Name, err)
			}
			files[g.Name] = file
		}
	}
	return files, nil
}

func buildGuest(ctx context.Context, env *Env, compiler, version string, g Guest) (string, error) {
	dir := filepath.Join(env.Root, "e2e", "bench", "guests")
	source := filepath.Join(dir, g.Name+".c")
	flags := append(append([]string{}, commonFlags...), kindFlags[g.Kind]...)
	headers, err := filepath.Glob(filepath.Join(dir, "*.h"))
	if err != nil {
		return "", err
	}
	hash := sha256.New()
	fmt.Fprintln(hash, version, flags)
	for _, name := range append(headers, source) {
		data, err := os.ReadFile(name)
		if err != nil {
			return "", err
		}
		fmt.Fprintln(hash, filepath.Base(name), len(data))
		hash.Write(data)
	}
	cache := filepath.Join(env.Cache, "guests")
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", err
	}
	out := filepath.Join(cache, g.Name+"-"+hex.EncodeToString(hash.Sum(nil))[:16]+".wasm")
	if _, err := os.Stat(out); err == nil {
		return out, nil
	}
	env.logf("compiling %s", g.Name)
	tmp := out + ".tmp"
	defer os.Remove(tmp)
	if err := command(ctx, compiler, append(flags, "-o", tmp, source)...); err != nil {
		return "", err
	}
	if g.Kind == Wasix {
		if err := command(ctx, "wasm-opt", "--asyncify", "--all-features", "-O1", "-o", tmp, tmp); err != nil {
			return "", err
		}
	}
	return out, os.Rename(tmp, out)
}

// findClang looks for a clang that can make wasm, and returns its version line.
func findClang(ctx context.Context) (path, version string, err error) {
	names := []string{"clang-19", "clang-20", "clang-21", "clang"}
	if chosen := os.Getenv("CLANG"); chosen != "" {
		names = []string{chosen}
	}
	for _, name := range names {
		path, err = exec.LookPath(name)
		if err != nil {
			continue
		}
		out, err := exec.CommandContext(ctx, path, "--version").Output()
		if err != nil {
			return "", "", fmt.Errorf("%s --version: %w", path, err)
		}
		version, _, _ = strings.Cut(string(out), "\n")
		return path, version, nil
	}
	return "", "", fmt.Errorf("no C compiler for wasm (%s in PATH; CLANG names another): %w", strings.Join(names, ", "), err)
}

// command runs a program and puts what it printed into the error.
func command(ctx context.Context, name string, args ...string) error {
	out, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	if err != nil {
		return errors.Join(fmt.Errorf("%s: %w", filepath.Base(name), err), errors.New(strings.TrimSpace(string(out))))
	}
	return nil
}
