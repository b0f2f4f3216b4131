package suite

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wasix-web/wasix-web/e2e/runner"
)

// write makes files in a fresh directory.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// engine is a Runner made of a function.
type engine func(ctx context.Context, j *runner.Job) (*runner.Result, error)

func (e engine) Name() string { return "fake" }
func (e engine) Run(ctx context.Context, j *runner.Job) (*runner.Result, error) {
	return e(ctx, j)
}
func (e engine) Close() error { return nil }

// echo prints the arguments to stdout and ends with code 0, or with the number
// behind "exit" in the last one.
func echo(_ context.Context, j *runner.Job) (*runner.Result, error) {
	io.WriteString(j.Stdout, strings.Join(j.Args[1:], " ")+"\n")
	return &runner.Result{Reason: "exited"}, nil
}

// run runs the cases of a directory that brings its programs.
func run(t *testing.T, dir string, e engine, o Options) *Report {
	t.Helper()
	suite, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	cases := suite.Cases
	o.Builder = &Builder{Cache: t.TempDir()}
	rows, err := Run(t.Context(), e, cases, o)
	if err != nil {
		t.Fatal(err)
	}
	return &Report{Rows: rows}
}

// outcomes shows a report as "case:config=outcome" lines.
func outcomes(r *Report) string {
	var s []string
	for _, row := range r.Rows {
		s = append(s, (&Case{Name: row.Name, Config: row.Config}).ID()+"="+string(row.Outcome))
	}
	return strings.Join(s, " ")
}

// module is a program that imports nothing.
const module = "\x00asm\x01\x00\x00\x00\x0a\x01\x00"
