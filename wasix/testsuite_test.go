//go:build !js

package wasix_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wasix-web/wasix-web/wasix"
)

// testsuiteSpec is the .json beside a program of WebAssembly/wasi-testsuite.
type testsuiteSpec struct {
	Args     []string          `json:"args"`
	Dirs     []string          `json:"dirs"`
	Env      map[string]string `json:"env"`
	ExitCode uint32            `json:"exit_code"`
	Stdout   *string           `json:"stdout"`
	Stderr   *string           `json:"stderr"`
}

// TestWasiTestsuite runs the programs of WebAssembly/wasi-testsuite (branch
// prod/testsuite-all) in the directory WASI_TESTSUITE: those of preview1, and
// of the threads proposal. Nothing is skipped.
func TestWasiTestsuite(t *testing.T) {
	dir := os.Getenv("WASI_TESTSUITE")
	if dir == "" {
		t.Skip("WASI_TESTSUITE is not set")
	}
	var programs []string
	filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		in := filepath.Base(filepath.Dir(path))
		if err == nil && strings.HasSuffix(path, ".wasm") && (in == "wasm32-wasip1" || in == "wasi-threads") {
			programs = append(programs, path)
		}
		return err
	})
	if len(programs) == 0 {
		t.Fatalf("WASI_TESTSUITE=%s has no programs", dir)
	}
	passed := map[string]int{}
	total := map[string]int{}
	for _, path := range programs {
		kind := filepath.Base(filepath.Dir(path))
		name, _ := filepath.Rel(dir, path)
		name = strings.ReplaceAll(strings.TrimSuffix(name, ".wasm"), "/", ".") // so that -run can name it
		t.Run(name, func(t *testing.T) {
			total[kind]++
			runTestsuite(t, path)
			if !t.Failed() {
				passed[kind]++
			}
		})
	}
	for kind, n := range total {
		t.Logf("%s: %d of %d passed", kind, passed[kind], n)
	}
}

func runTestsuite(t *testing.T, path string) {
	var spec testsuiteSpec
	if b, err := os.ReadFile(strings.TrimSuffix(path, ".wasm") + ".json"); err == nil {
		if err := json.Unmarshal(b, &spec); err != nil {
			t.Fatal(err)
		}
	}
	wasm, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var warnings []string
	sys, err := wasix.New(wasix.Config{Warn: func(s string) { warnings = append(warnings, s) }})
	if err != nil {
		t.Fatal(err)
	}
	defer sys.Close()
	preopens := []string{}
	for _, d := range spec.Dirs {
		guest := "/" + filepath.Base(d)
		upload(t, sys, filepath.Join(filepath.Dir(path), d), guest)
		preopens = append(preopens, d+"="+guest)
	}
	prog, err := sys.Load(wasm)
	if err != nil {
		t.Fatal(err)
	}
	defer prog.Close()
	var env []string
	for k, v := range spec.Env {
		env = append(env, k+"="+v)
	}
	slices.Sort(env)
	var stdout, stderr bytes.Buffer
	stdin, stop := stdinThatWaits()
	defer stop()
	p, err := sys.Start(wasix.Command{Program: prog, Args: append([]string{filepath.Base(path)}, spec.Args...), Env: env,
		Preopens: preopens, Stdin: stdin, Stdout: &stdout, Stderr: &stderr})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	s := p.WaitContext(ctx)
	if s.Code != spec.ExitCode {
		t.Errorf("exit code %d, want %d; %s", s.Code, spec.ExitCode, s.Trap)
	}
	if spec.Stdout != nil && stdout.String() != *spec.Stdout {
		t.Errorf("stdout %q, want %q", stdout.String(), *spec.Stdout)
	}
	if spec.Stderr != nil && stderr.String() != *spec.Stderr {
		t.Errorf("stderr %q, want %q", stderr.String(), *spec.Stderr)
	}
	if t.Failed() {
		t.Logf("stderr: %s\nwarnings: %q", stderr.String(), warnings)
	}
}

// stdinThatWaits is an input that stays open and never has anything.
func stdinThatWaits() (*os.File, func()) {
	r, w, err := os.Pipe()
	if err != nil {
		panic(err)
	}
	return r, func() { w.Close(); r.Close() }
}

// upload copies a directory of the host into the system's files.
func upload(t *testing.T, sys *wasix.System, host, guest string) {
	t.Helper()
	err := filepath.WalkDir(host, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(host, path)
		if err != nil {
			return err
		}
		to := filepath.ToSlash(filepath.Join(guest, rel))
		if d.IsDir() {
			return sys.FS().Mkdir(to, true)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return sys.FS().WriteFile(to, b)
	})
	if err != nil {
		t.Fatal(err)
	}
}
