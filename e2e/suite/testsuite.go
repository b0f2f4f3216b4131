package suite

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wasix-web/wasix-web/e2e/runner"
)

// testsuiteSpec is the .json beside a program of WebAssembly/wasi-testsuite.
type testsuiteSpec struct {
	Args     []string          `json:"args"`
	Dirs     []string          `json:"dirs"`
	Env      map[string]string `json:"env"`
	ExitCode int               `json:"exit_code"`
	Stdout   *string           `json:"stdout"`
	Stderr   *string           `json:"stderr"`
}

// testsuiteCases returns the programs of one directory of wasi-testsuite. Those
// of preview 3 are components, which are none of ours.
func testsuiteCases(name, dir string, has map[string]bool) ([]*Case, error) {
	if filepath.Base(dir) == "wasm32-wasip3" {
		return nil, nil
	}
	var cases []*Case
	for _, stem := range sorted(has, ".wasm") {
		var spec testsuiteSpec
		if has[stem+".json"] {
			b, err := os.ReadFile(filepath.Join(dir, stem+".json"))
			if err != nil {
				return nil, err
			}
			d := json.NewDecoder(strings.NewReader(string(b)))
			d.DisallowUnknownFields()
			if err := d.Decode(&spec); err != nil {
				return nil, fmt.Errorf("%s: %w", filepath.Join(dir, stem+".json"), err)
			}
		}
		program := filepath.Join(dir, stem+".wasm")
		cases = append(cases, &Case{Name: join(name, stem), Config: "default", shape: testsuite, exec: func(ctx context.Context, s *session) error {
			return spec.run(ctx, s, program)
		}})
	}
	return cases, nil
}

func (spec *testsuiteSpec) run(ctx context.Context, s *session, program string) error {
	work, err := os.MkdirTemp("", "wasix-suite-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	j := &runner.Job{Program: program, Args: append([]string{filepath.Base(program)}, spec.Args...), Preopen: []string{}, Timeout: s.Timeout}
	for _, d := range spec.Dirs {
		copied := filepath.Join(work, d)
		if err := copyTree(filepath.Join(filepath.Dir(program), d), copied); err != nil {
			return err
		}
		if err := cleanUp(copied); err != nil {
			return err
		}
		j.Dirs = append(j.Dirs, runner.Dir{Host: copied, Guest: "/" + d})
		j.Preopen = append(j.Preopen, d+"=/"+d)
	}
	for k, v := range spec.Env {
		j.Env = append(j.Env, k+"="+v)
	}
	slices.Sort(j.Env)
	// The programs expect an input that is open and has nothing.
	in, open := io.Pipe()
	j.Stdin = in
	res, out, err := s.run(ctx, j)
	open.Close()
	if err != nil {
		return err
	}
	var wrong []error
	if res.ExitCode != spec.ExitCode {
		wrong = append(wrong, fmt.Errorf("exit code %d, want %d", res.ExitCode, spec.ExitCode))
	}
	if spec.Stdout != nil && out.stdout.String() != *spec.Stdout {
		wrong = append(wrong, fmt.Errorf("stdout %q, want %q", out.stdout.String(), *spec.Stdout))
	}
	if spec.Stderr != nil && out.stderr.String() != *spec.Stderr {
		wrong = append(wrong, fmt.Errorf("stderr %q, want %q", out.stderr.String(), *spec.Stderr))
	}
	return out.explain(res, wrong)
}

// cleanUp removes what an earlier run of the suite may have left: *.cleanup.
func cleanUp(dir string) error {
	var left []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".cleanup") {
			left = append(left, path)
			if d.IsDir() {
				return fs.SkipDir
			}
		}
		return err
	})
	for _, p := range left {
		err = errors.Join(err, os.RemoveAll(p))
	}
	return err
}
