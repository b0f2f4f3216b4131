//go:build !js

package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/wasix-web/wasix-web/e2e/runner"
)

// runFlags are what `wasix-web run` was told.
type runFlags struct {
	program string
	args    []string
	argv0   string
	// entrypoint is the command of a package to run; "" for its own choice.
	entrypoint string
	temp       string // what job has made, "" or a directory
	env        []string
	cwd        string
	dirs       []runner.Dir
	net        bool
	quiet      bool
	free       bool
	isatty     bool
	trace      bool
	isolated   bool
	timeout    time.Duration
	engine     string
	dist       string
}

// home is where "." of the host appears, and where a program starts then.
const home = "/home"

func parseRun(args []string, out io.Writer) (*runFlags, error) {
	f := &runFlags{}
	fs := &flags{command: "run", args: "[flags] PROGRAM [flags] [--] [args]", mixed: true, out: out}
	fs.list = []flag{
		{name: "volume", value: "HOST[:GUEST]", about: "map a directory; it is written back afterwards. \".\" is " + home + " for the program", set: f.volume},
		{name: "dir", value: "DIR", about: "the same, under its own name", set: func(v string) error { return f.mapped(v, v) }},
		{name: "mapdir", value: "GUEST:HOST", about: "the same, the other way round", set: f.mapdir},
		{name: "env", value: "KEY=VALUE", about: "set an environment variable", set: f.setenv},
		{name: "cwd", value: "PATH", about: "the program's working directory", set: f.setcwd},
		{name: "argv0", value: "NAME", about: "what the program is called for itself", set: text(&f.argv0)},
		{name: "entrypoint", short: "e", value: "NAME", about: "which of a package's commands to run", set: text(&f.entrypoint)},
		{name: "net", value: "RULES", optional: true, about: "allow networking (accepted; sockets stay inside the system)", set: on(&f.net)},
		{name: "timeout", value: "DURATION", about: "end the program after so long, with code 124 (90s, 5m)", set: f.setTimeout},
		{name: "free", about: "paths of a preview1 program may leave its preopened directories, as under wasmer", set: on(&f.free)},
		{name: "isatty", about: "standard streams look like a terminal to the program, as under wasmer", set: on(&f.isatty)},
		{name: "trace", about: "print every system call to standard error", set: on(&f.trace)},
		{name: "isolated", about: "run in a cross-origin isolated page", set: on(&f.isolated)},
		{name: "engine", value: "NAME", about: "chromium (the default), firefox, or wazero: no browser", set: oneOf(&f.engine, "chromium", "firefox", "wazero")},
		{name: "dist", value: "DIR", about: "use the bundle in this directory", set: text(&f.dist)},
		{name: "quiet", short: "q", about: "say nothing of one's own", set: on(&f.quiet)},
	}
	rest, err := fs.parse(args)
	if err != nil {
		return nil, err
	}
	// wasmer's own subcommand, when a script names it too.
	if len(rest) > 1 && rest[0] == "run" {
		rest = rest[1:]
	}
	if len(rest) == 0 {
		return nil, usagef("no program is named: wasix-web run prog.wasm")
	}
	f.program, f.args = rest[0], rest[1:]
	return f, nil
}

func (f *runFlags) volume(v string) error {
	host, guest, ok := cutLast(v, ':')
	if !ok {
		guest = host
	}
	return f.mapped(host, guest)
}

func (f *runFlags) mapdir(v string) error {
	guest, host, ok := cutLast(v, ':')
	if !ok {
		host = guest
	}
	return f.mapped(host, guest)
}

// mapped adds a directory. The guest's "." is settled later: it depends on the
// program.
func (f *runFlags) mapped(host, guest string) error {
	abs, err := filepath.Abs(host)
	if err == nil {
		abs, err = filepath.EvalSymlinks(abs)
	}
	if err != nil {
		return err
	}
	st, err := os.Stat(abs)
	switch {
	case err != nil:
		return err
	case !st.IsDir():
		return errors.New("not a directory")
	case guest == "":
		return errors.New("the guest's directory has no name")
	}
	if guest != "." {
		if guest, err = guestDir(guest); err != nil {
			return err
		}
	}
	for _, d := range f.dirs {
		if d.Guest == guest {
			return fmt.Errorf("%s is mapped already", guest)
		}
	}
	f.dirs = append(f.dirs, runner.Dir{Host: abs, Guest: guest})
	return nil
}

// guestDir makes a guest path absolute.
func guestDir(p string) (string, error) {
	depth := 0
	for part := range strings.SplitSeq(p, "/") {
		switch part {
		case "", ".":
		case "..":
			if depth--; depth < 0 {
				return "", fmt.Errorf("%q leads out of the program's root: name a place for it, HOST:GUEST", p)
			}
		default:
			depth++
		}
	}
	return path.Clean("/" + p), nil
}

// cutLast splits s at the last sep.
func cutLast(s string, sep byte) (before, after string, found bool) {
	if i := strings.LastIndexByte(s, sep); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return s, "", false
}

func (f *runFlags) setenv(v string) error {
	name, _, ok := strings.Cut(v, "=")
	if !ok || name == "" {
		return errors.New("must be KEY=VALUE")
	}
	f.env = append(f.env, v)
	return nil
}

func (f *runFlags) setcwd(v string) error {
	if !strings.HasPrefix(v, "/") {
		return errors.New("must be an absolute path of the program's")
	}
	f.cwd = path.Clean(v)
	return nil
}

func (f *runFlags) setTimeout(v string) error {
	d, err := time.ParseDuration(v)
	if err != nil {
		return errors.New("not a duration, like 90s or 5m")
	}
	if d <= 0 {
		return errors.New("must be more than nothing")
	}
	f.timeout = d
	return nil
}

// logsFiles tells whether wasmer's switch for its log, which is a list of
// "target=level", asks for what its file systems do. Of that we tell when files of
// mapped directories are closed.
func logsFiles(list string) bool {
	for s := range strings.SplitSeq(list, ",") {
		target, level, ok := strings.Cut(strings.TrimSpace(s), "=")
		if !ok && strings.EqualFold(target, "trace") {
			return true
		}
		if !ok {
			level = "trace" // a target alone is all of it
		}
		if target, _, _ = strings.Cut(target, "::"); target == "virtual_fs" && strings.EqualFold(level, "trace") {
			return true
		}
	}
	return false
}

// job makes the job of it, without streams. The program is a .wasm, or a package:
// a .webc, or a directory with a wasmer.toml.
func (f *runFlags) job() (*runner.Job, error) {
	p, err := openPackage(f.program)
	if err == nil && p != nil {
		err = f.unpack(p)
	}
	if err != nil {
		return nil, err
	}
	program, err := filepath.Abs(f.program)
	if err != nil {
		return nil, err
	}
	name := f.argv0
	if name == "" {
		name = f.program
	}
	j := &runner.Job{Program: program, Args: append([]string{name}, f.args...), Env: f.env, Cwd: f.cwd,
		Timeout: f.timeout, Trace: f.trace, Closes: logsFiles(os.Getenv("RUST_LOG")), Free: f.free, Isatty: f.isatty}
	kind, err := runner.Inspect(program)
	if err != nil {
		return nil, err
	}
	if kind.Reactor {
		return nil, fmt.Errorf("%s: is a library (it has _initialize and no _start): there is nothing to run", f.program)
	}
	for _, d := range f.dirs {
		if d.Guest == "." {
			// Programs of preview1 have no working directory: relative paths
			// start at the root for them.
			d.Guest = "/"
			if kind.Wasix {
				d.Guest = home
				if j.Cwd == "" {
					j.Cwd = home
				}
			}
			for _, o := range f.dirs {
				if o.Guest == d.Guest {
					return nil, usagef("%s is mapped twice: \".\" is %s for this program", d.Guest, d.Guest)
				}
			}
		}
		j.Dirs = append(j.Dirs, d)
	}
	if kind.Wasix {
		j.Preopen = runner.WasixPreopens(j.Cwd)
	}
	return j, nil
}
