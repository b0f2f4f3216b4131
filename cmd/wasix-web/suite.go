//go:build !js

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	iofs "io/fs"
	"os"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/wasix-web/wasix-web/e2e/runner"
	"github.com/wasix-web/wasix-web/e2e/suite"
)

// suiteFlags are what `wasix-web suite` was told.
type suiteFlags struct {
	dir     string
	engines []string
	tabs    int
	timeout time.Duration
	json    string
	junit   string
	results string
	skip    string
	dist    string
	run     *regexp.Regexp
	verbose bool
	list    bool
}

func parseSuite(args []string, out io.Writer) (*suiteFlags, error) {
	f := &suiteFlags{engines: []string{"chromium"}, tabs: runtime.NumCPU(), timeout: time.Minute}
	fs := &flags{command: "suite", args: "[flags] DIR", out: out}
	fs.list = []flag{
		{name: "engine", value: "NAMES", about: strings.Join(runner.Engines, ", ") + "; several with commas", set: func(v string) error {
			f.engines = strings.Split(v, ",")
			return nil
		}},
		{name: "tabs", value: "N", about: "how many cases run at once; default one per processor", set: func(v string) (err error) {
			if f.tabs, err = strconv.Atoi(v); err != nil || f.tabs < 1 || f.tabs > 64 {
				return errors.New("must be a number from 1 to 64")
			}
			return nil
		}},
		{name: "run", value: "REGEXP", about: "only cases whose name (name:configuration) matches", set: func(v string) (err error) {
			f.run, err = regexp.Compile(v)
			return err
		}},
		{name: "skip", value: "FILE", about: "cases that are known to fail; \"none\"; default: those known for this suite", set: text(&f.skip)},
		{name: "timeout", value: "DURATION", about: "for each program; default 1m", set: func(v string) (err error) {
			if f.timeout, err = time.ParseDuration(v); err != nil || f.timeout <= 0 {
				return errors.New("not a duration, like 90s or 5m")
			}
			return nil
		}},
		{name: "json", value: "FILE", about: "write the results as JSON", set: text(&f.json)},
		{name: "junit", value: "FILE", about: "write the results as JUnit XML", set: text(&f.junit)},
		{name: "markdown", value: "FILE", about: "put the results into this page, in place of those of an earlier run", set: text(&f.results)},
		{name: "dist", value: "DIR", about: "use the bundle in this directory", set: text(&f.dist)},
		{name: "list", about: "only list the cases", set: on(&f.list)},
		{name: "verbose", short: "v", about: "tell of every case as it ends, and what browsers say", set: on(&f.verbose)},
	}
	rest, err := fs.parse(args)
	if err != nil {
		return nil, err
	}
	switch len(rest) {
	case 0:
		rest = []string{os.Getenv("WASMER_SUITE")}
		if rest[0] == "" {
			return nil, usagef("no directory is named: wasix-web suite DIR, or WASMER_SUITE")
		}
	case 1:
	default:
		return nil, usagef("suite takes one directory, not %d", len(rest))
	}
	f.dir = rest[0]
	return f, nil
}

// cmdSuite runs the cases of a directory. The exit code is 1 when one fails.
func cmdSuite(ctx context.Context, e *env, args []string) int {
	f, err := parseSuite(args, e.stdout)
	if err != nil {
		return e.fail(err)
	}
	ctx, cancel := interruptible(ctx)
	defer cancel()
	report, err := f.runAll(ctx, e)
	if report != nil {
		err = errors.Join(err, f.write(e, report))
	}
	if err != nil {
		return e.fail(err)
	}
	if report != nil && report.Count(suite.Failed) > 0 {
		return 1
	}
	return 0
}

// runAll returns no report when the cases were only to be listed.
func (f *suiteFlags) runAll(ctx context.Context, e *env) (*suite.Report, error) {
	s, err := suite.Open(f.dir, f.skip)
	if err != nil {
		return nil, err
	}
	if f.list {
		for _, c := range s.Cases {
			if f.run == nil || f.run.MatchString(c.ID()) {
				fmt.Fprintln(e.stdout, c.ID())
			}
		}
		return nil, nil
	}
	o := suite.Options{Run: f.run, Tabs: f.tabs, Timeout: f.timeout, Builder: suite.NewBuilder(cacheRoot()), Skips: s.Skips}
	if o.Command, err = os.Executable(); err != nil {
		return nil, err
	}
	var log io.Writer
	if f.verbose {
		log = e.stderr
		o.Done = func(r suite.Row) {
			fmt.Fprintf(e.stderr, "%s %s %s: %s, %d ms\n", r.Engine, r.Name, r.Config, r.Outcome, r.MS)
		}
	}
	report := &suite.Report{Suite: s.Name}
	for _, engine := range f.engines {
		rows, err := f.runOn(ctx, e, engine, log, s.Cases, o)
		report.Rows = append(report.Rows, rows...)
		if err != nil {
			return nil, err
		}
	}
	return report, nil
}

func (f *suiteFlags) runOn(ctx context.Context, e *env, engine string, log io.Writer, cases []*suite.Case, o suite.Options) ([]suite.Row, error) {
	r, err := runner.Start(ctx, runner.Options{Engine: engine, Tabs: f.tabs, Log: log,
		Dist: func() (iofs.FS, error) { return runner.FindDist(f.dist, e.progress(false)) }})
	if err != nil {
		return nil, err
	}
	rows, err := suite.Run(ctx, r, cases, o)
	return rows, errors.Join(err, r.Close())
}

// write prints the report and writes its files.
func (f *suiteFlags) write(e *env, report *suite.Report) error {
	for _, file := range []struct {
		name  string
		write func(io.Writer) error
	}{{f.json, report.WriteJSON}, {f.junit, report.WriteJUnit}} {
		if file.name == "" {
			continue
		}
		out, err := os.Create(file.name)
		if err != nil {
			return err
		}
		if err := errors.Join(file.write(out), out.Close()); err != nil {
			return err
		}
	}
	if f.results != "" {
		if err := suite.UpdateMarkdown(f.results, report.Suite, report); err != nil {
			return err
		}
	}
	return report.Write(e.stdout)
}

// cacheRoot is the checkout, or a directory that stands in for it.
func cacheRoot() string {
	if root := runner.ModuleRoot(); root != "" {
		return root
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = os.TempDir()
	}
	return dir + "/wasix-web"
}
