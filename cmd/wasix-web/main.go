//go:build !js

// Command wasix-web runs WASI and WASIX programs in a headless browser, builds
// and serves the bundle for web pages, and runs suites of test cases.
//
// Compiled for the browser (main_js.go) it is the kernel itself.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"
)

// env is what a command works with, so that tests can run one.
type env struct {
	stdin          io.Reader
	stdout, stderr io.Writer
}

// command is one of the subcommands. It returns the exit code.
type command struct {
	name, args, about string
	run               func(ctx context.Context, e *env, args []string) int
}

var commands []command

func init() {
	commands = []command{
		{"run", "[flags] PROGRAM [--] [args]", "run a program (.wasm, or a package) with this terminal's streams", cmdRun},
		{"serve", "[flags]", "serve the playground and the bundle", cmdServe},
		{"build", "[flags]", "build the bundle: web/dist", cmdBuild},
		{"package", "build [flags] [DIR]", "make a package (.webc) of a directory with wasmer.toml", cmdPackage},
		{"manifest", "[flags] DIR", "list a directory, for pages that mount it from a web server", cmdManifest},
		{"suite", "[flags] DIR", "run a directory of test cases", cmdSuite},
		{"version", "", "print the version", cmdVersion},
		{"help", "[command]", "this text, or a command's flags", cmdHelp},
	}
}

func main() {
	os.Exit(dispatch(context.Background(), &env{os.Stdin, os.Stdout, os.Stderr}, os.Args[1:]))
}

// dispatch runs the command that args name.
func dispatch(ctx context.Context, e *env, args []string) int {
	// Flags that wasmer takes before the subcommand.
	for len(args) > 1 && (args[0] == "-q" || args[0] == "--quiet") {
		args = append([]string{args[1], args[0]}, args[2:]...)
		if len(args) > 2 && args[0] == args[1] {
			args = args[1:]
		}
	}
	if len(args) == 0 {
		usage(e.stderr)
		return 2
	}
	switch args[0] {
	case "-h", "--help":
		args[0] = "help"
	case "-v", "-V", "--version":
		args[0] = "version"
	}
	for _, c := range commands {
		if c.name == args[0] {
			return c.run(ctx, e, args[1:])
		}
	}
	fmt.Fprintf(e.stderr, "wasix-web: unknown command %q\n\n", args[0])
	usage(e.stderr)
	return 2
}

func usage(w io.Writer) {
	fmt.Fprint(w, "Usage: wasix-web COMMAND\n\n")
	for _, c := range commands {
		fmt.Fprintf(w, "  %-10s%-34s%s\n", c.name, c.args, c.about)
	}
	fmt.Fprint(w, "\nwasix-web help COMMAND lists the flags of a command.\n")
}

func cmdHelp(ctx context.Context, e *env, args []string) int {
	if len(args) == 0 {
		usage(e.stdout)
		return 0
	}
	for _, c := range commands {
		if c.name == args[0] && c.name != "help" && c.name != "version" {
			return c.run(ctx, &env{e.stdin, e.stdout, e.stdout}, []string{"--help"})
		}
	}
	fmt.Fprintf(e.stderr, "wasix-web: no help for %q\n", args[0])
	return 2
}

func cmdVersion(_ context.Context, e *env, _ []string) int {
	version := "(unknown)"
	if info, ok := debug.ReadBuildInfo(); ok {
		version = info.Main.Version
	}
	fmt.Fprintln(e.stdout, "wasix-web", version)
	return 0
}

// again is how long a second signal must come after the first to count: some
// senders, like timeout(1), send one to the process and one to its group.
const again = 500 * time.Millisecond

// interruptible ends the context when the user asks the command to stop. A
// second signal ends the command at once.
func interruptible(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-ctx.Done()
		time.Sleep(again)
		cancel() // the default action again
	}()
	return ctx, cancel
}

// fail prints an error and returns the code for it.
func (e *env) fail(err error) int {
	if errors.Is(err, errHelp) {
		return 0
	}
	fmt.Fprintf(e.stderr, "wasix-web: %v\n", err)
	var u usageError
	if errors.As(err, &u) {
		return 2
	}
	return 1
}
