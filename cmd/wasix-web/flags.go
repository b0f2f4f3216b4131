//go:build !js

package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// A flag of a command. Flags are --name, --name value or --name=value; short is
// a single letter without dash.
type flag struct {
	name, short string
	value       string // what its value is called; "" when it has none
	optional    bool   // the value may be left out; then it stands behind "=" only
	about       string
	set         func(value string) error
}

// usageError is a mistake in the command line.
type usageError struct{ msg string }

func (e usageError) Error() string { return e.msg }

func usagef(format string, args ...any) error { return usageError{fmt.Sprintf(format, args...)} }

// errHelp says that help was asked for, and given.
var errHelp = errors.New("help")

// flags is a command's set of flags.
type flags struct {
	command, args string
	list          []flag
	// mixed is for commands that run a program: flags are taken before and
	// after its name, up to "--", and what is not one of ours is the program's.
	mixed bool
	out   io.Writer
}

// parse returns the positional arguments. With mixed the first is the program
// and the rest are its arguments.
func (fs *flags) parse(args []string) ([]string, error) {
	var rest []string
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		if arg == "--" {
			return append(rest, args...), nil
		}
		if len(arg) < 2 || arg[0] != '-' {
			rest = append(rest, arg)
			continue
		}
		f, value, given := fs.find(arg)
		switch {
		case f == nil && fs.mixed && len(rest) > 0:
			rest = append(rest, arg)
			continue
		case f == nil && (arg == "-h" || arg == "--help"):
			fs.help()
			return nil, errHelp
		case f == nil:
			return nil, usagef("unknown flag %s: see wasix-web help %s", arg, fs.command)
		case f.value == "" && given:
			return nil, usagef("%s takes no value", "--"+f.name)
		case f.value != "" && !given && !f.optional:
			if len(args) == 0 {
				return nil, usagef("%s needs a value: %s", arg, f.value)
			}
			value, args = args[0], args[1:]
		}
		if err := f.set(value); err != nil {
			return nil, usagef("--%s %s: %v", f.name, value, err)
		}
	}
	return rest, nil
}

// find returns the flag that arg names, and the value behind "=".
func (fs *flags) find(arg string) (f *flag, value string, given bool) {
	name, value, given := strings.Cut(arg, "=")
	for i := range fs.list {
		f := &fs.list[i]
		if name == "--"+f.name || f.short != "" && name == "-"+f.short {
			return f, value, given
		}
	}
	return nil, "", false
}

func (fs *flags) help() {
	fmt.Fprintf(fs.out, "Usage: wasix-web %s %s\n\n", fs.command, fs.args)
	for _, f := range fs.list {
		name := "--" + f.name
		if f.short != "" {
			name = "-" + f.short + ", " + name
		}
		switch {
		case f.optional:
			name += "[=" + f.value + "]"
		case f.value != "":
			name += " " + f.value
		}
		fmt.Fprintf(fs.out, "  %-26s %s\n", name, f.about)
	}
}

// text, on and list make the usual setters.

func text(p *string) func(string) error { return func(v string) error { *p = v; return nil } }

func on(p *bool) func(string) error { return func(string) error { *p = true; return nil } }

func oneOf(p *string, choices ...string) func(string) error {
	return func(v string) error {
		for _, c := range choices {
			if c == v {
				*p = v
				return nil
			}
		}
		return fmt.Errorf("choose one of %s", strings.Join(choices, ", "))
	}
}
