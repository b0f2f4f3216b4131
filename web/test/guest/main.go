//go:build wasip1

// Command guest is the program that the tests of the bundle run (bundle.ts):
// its first argument says what it does.
package main

import (
	"bufio"
	"io"
	"os"
	"strconv"
	"strings"
)

var commands = map[string]func(args []string){
	"args":  func([]string) { say(strings.Join(os.Args, "|")) },
	"env":   func([]string) { say(strings.Join(os.Environ(), "|")) },
	"cwd":   func([]string) { dir, err := os.Getwd(); check(err); say(dir) },
	"exit":  func(args []string) { os.Exit(number(args[0])) },
	"both":  func([]string) { say("out"); os.Stderr.WriteString("err") },
	"spin":  func([]string) { say("on"); spin() },
	"write": func(args []string) { check(os.WriteFile(args[0], []byte(args[1]), 0o644)) },
	"cat":   cat,
	"flood": flood,
	"lines": lines,
	"calls": calls,
}

func main() {
	if len(os.Args) < 2 || commands[os.Args[1]] == nil {
		os.Stderr.WriteString("guest: no such command\n")
		os.Exit(2)
	}
	commands[os.Args[1]](os.Args[2:])
}

func say(s string) {
	_, err := os.Stdout.WriteString(s)
	check(err)
}

func check(err error) {
	if err != nil {
		os.Stderr.WriteString("guest: " + err.Error() + "\n")
		os.Exit(1)
	}
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	check(err)
	return n
}

// spin never ends and never makes a call.
func spin() {
	for i := uint64(1); i != 0; i |= 1 {
	}
}

// cat copies files, or its input, to its output.
func cat(args []string) {
	if len(args) == 0 {
		_, err := io.Copy(os.Stdout, os.Stdin)
		check(err)
	}
	for _, name := range args {
		data, err := os.ReadFile(name)
		check(err)
		say(string(data))
	}
}

// flood prints so many bytes, in writes of so many.
func flood(args []string) {
	total, size := number(args[0]), number(args[1])
	buf := []byte(strings.Repeat("x", size))
	for total > 0 {
		n, err := os.Stdout.Write(buf[:min(size, total)])
		check(err)
		total -= n
	}
}

// lines answers each line with its length, until there are no more.
func lines([]string) {
	in := bufio.NewScanner(os.Stdin)
	say("ready\n")
	for in.Scan() {
		say(strconv.Itoa(len(in.Text())) + "\n")
	}
	say("end\n")
}

// calls makes calls for ever.
func calls([]string) {
	for {
		_, err := os.Stat("/")
		check(err)
	}
}
