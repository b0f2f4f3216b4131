package suite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wasix-web/wasix-web/e2e/runner"
)

// directiveCases returns the cases whose sources lie in a directory: every shell
// script beside C sources or with directives is one, or else main.c, main.cpp or main.go, or else every Rust source
// with directives.
func directiveCases(name, dir string, has map[string]bool) ([]*Case, error) {
	var sources []string
	compiled := len(sorted(has, ".c"))+len(sorted(has, ".cpp")) > 0
	for _, stem := range sorted(has, ".sh") {
		if stem != "build" && !compiled {
			if found, err := contains(filepath.Join(dir, stem+".sh"), "##"); err != nil {
				return nil, err
			} else if !found {
				continue
			}
		}
		sources = append(sources, stem+".sh")
	}
	if sources == nil {
		for _, f := range []string{"main.c", "main.cpp", "main.go"} {
			if has[f] {
				sources = append(sources, f)
				break
			}
		}
	}
	if sources == nil && name != "" { // what lies at the top is the harness
		for _, stem := range sorted(has, ".rs") {
			if found, err := contains(filepath.Join(dir, stem+".rs"), "//#"); err != nil {
				return nil, err
			} else if found {
				sources = append(sources, stem+".rs")
			}
		}
	}
	var cases []*Case
	for _, f := range sources {
		if f != filepath.Base(f) || strings.HasPrefix(f, ".") {
			continue
		}
		src, err := parseSource(dir, f)
		if err != nil {
			return nil, err
		}
		stem := strings.TrimSuffix(f, filepath.Ext(f))
		full := name
		if stem != "main" && stem != "build" {
			full = join(name, stem)
		}
		for _, c := range src.configs {
			cases = append(cases, &Case{Name: full, Config: c.name, Ignored: c.ignored, exec: func(ctx context.Context, s *session) error {
				return c.run(ctx, s, src)
			}})
		}
	}
	return cases, nil
}

func contains(name, text string) (bool, error) {
	b, err := os.ReadFile(name)
	return bytes.Contains(b, []byte(text)), err
}

// run runs one configuration in a fresh copy of the case's directory.
func (c *config) run(ctx context.Context, s *session, src *source) error {
	if s.Builder == nil {
		return errors.New("no builder")
	}
	work, err := os.MkdirTemp("", "wasix-suite-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	if work, err = filepath.EvalSymlinks(work); err != nil {
		return err
	}
	dir := filepath.Join(work, "case")
	program, err := s.Builder.prepare(ctx, src, dir)
	if err != nil {
		return err
	}
	for _, f := range c.prefilled {
		path := filepath.Join(dir, f.path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(f.contents), 0o644); err != nil {
			return err
		}
	}
	j, err := c.job(src, dir, work, program)
	if err != nil {
		return err
	}
	j.Timeout = s.Timeout
	res, out, err := s.run(ctx, j)
	if err != nil {
		return err
	}
	return out.explain(res, c.judge(res, out, dir))
}

// job makes the job of a configuration; wasmer opens the same directories for
// all programs of its own. dir is the case's directory, work one
// for fresh ones.
func (c *config) job(src *source, dir, work, program string) (*runner.Job, error) {
	j := &runner.Job{Program: program, Args: append([]string{program}, c.args...), Env: c.env, Cwd: c.cwd}
	if c.argv0 != "" {
		j.Args[0] = c.argv0
	}
	if c.stdin != nil {
		j.Stdin = bytes.NewReader(c.stdin)
	}
	if !c.noDefaults {
		guest := filepath.ToSlash(dir)
		j.Dirs = append(j.Dirs, runner.Dir{Host: dir, Guest: guest}, runner.Dir{Host: dir, Guest: "/lib"}, runner.Dir{Host: dir, Guest: "/data"})
		if j.Cwd == "" {
			j.Cwd = guest
		}
	}
	for i, m := range c.mapped {
		host := m.host
		switch {
		case host == "$temp":
			host = filepath.Join(work, fmt.Sprintf("temp%d", i))
			if err := os.Mkdir(host, 0o755); err != nil {
				return nil, err
			}
		case !filepath.IsAbs(host):
			host = filepath.Join(dir, host)
		}
		if st, err := os.Stat(host); err != nil {
			return nil, fmt.Errorf("MappedDirectory: %w", err)
		} else if !st.IsDir() {
			return nil, fmt.Errorf("MappedDirectory: %s is no directory", host)
		}
		j.Dirs = append(j.Dirs, runner.Dir{Host: host, Guest: m.guest})
	}
	kind, err := runner.Inspect(program)
	if err != nil {
		return nil, err
	}
	if j.Free = src.build == nil && filepath.Ext(src.name) != ".go"; j.Free || kind.Wasix {
		j.Preopen = runner.WasixPreopens(j.Cwd)
	}
	// wasmer's streams all look like terminals, an empty stdin too.
	if j.Isatty = j.Free; j.Isatty && j.Stdin == nil {
		j.Stdin = strings.NewReader("")
	}
	return j, nil
}

// judge lists what is not as expected.
func (c *config) judge(res *runner.Result, out *output, dir string) (wrong []error) {
	switch {
	case res.Reason == "timeout":
	case c.mustFail && res.ExitCode == 0:
		wrong = append(wrong, errors.New("exit code 0, want another"))
	case !c.mustFail && res.ExitCode != c.exitCode:
		wrong = append(wrong, fmt.Errorf("exit code %d, want %d", res.ExitCode, c.exitCode))
	}
	for _, s := range []struct {
		name string
		want []string
		got  string
	}{{"stdout", c.stdout, out.stdout.String()}, {"stderr", c.stderr, out.stderr.String()}} {
		if len(s.want) > 0 && !slices.Equal(lines(s.got), s.want) {
			wrong = append(wrong, fmt.Errorf("%s is not as expected:\n%s", s.name, indent(strings.Join(s.want, "\n"))))
		}
	}
	for _, f := range c.files {
		b, err := os.ReadFile(filepath.Join(dir, f.path))
		switch {
		case err != nil:
			wrong = append(wrong, err)
		case string(b) != f.contents:
			wrong = append(wrong, fmt.Errorf("%s has %q, want %q", f.path, b, f.contents))
		}
	}
	return wrong
}
