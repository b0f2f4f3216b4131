//go:build wasip1

// Command tour is the playground's own sample: one WASI program with a few
// commands, each of which shows something. It is built with GOOS=wasip1.
package main

import (
	"os"
	"strings"
)

// A command takes its arguments and returns an exit code.
type command struct {
	name, about string
	run         func(args []string) int
}

var commands []command

func init() {
	commands = []command{
		{"hello", "[who]: greets", hello},
		{"guess", ": a game that reads what you type", guess},
		{"files", "dir: makes, links and lists files", files},
		{"cat", "[file|-]...: copies to standard output", cat},
		{"primes", "n: counts the primes below n", primes},
		{"crash", ": calls through a nil pointer", crash},
	}
}

func main() {
	if len(os.Args) > 1 {
		for _, c := range commands {
			if c.name == os.Args[1] {
				os.Exit(c.run(os.Args[2:]))
			}
		}
	}
	print(os.Stderr, "usage: tour command [arguments]\n\n")
	for _, c := range commands {
		print(os.Stderr, "  ", c.name, strings.Replace(" "+c.about, " :", ":", 1), "\n")
	}
	os.Exit(2)
}

// print writes without fmt, which would double the program.
func print(to *os.File, words ...string) {
	to.WriteString(strings.Join(words, ""))
}

// fail prints an error and returns the code of a failed command.
func fail(err error) int {
	print(os.Stderr, "tour: ", err.Error(), "\n")
	return 1
}
