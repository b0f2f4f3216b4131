//go:build wasip1

package main

import (
	"bufio"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

func hello(args []string) int {
	greeting := os.Getenv("GREETING")
	if greeting == "" {
		greeting = "Hello"
	}
	who := "world"
	if len(args) > 0 {
		who = strings.Join(args, " ")
	}
	print(os.Stdout, greeting, ", ", who, "!\n")
	dir, err := os.Getwd()
	if err != nil {
		return fail(err)
	}
	print(os.Stdout, "It is ", time.Now().UTC().Format(time.RFC1123), ", and I run in ", dir, ".\n")
	return 0
}

func guess([]string) int {
	secret := rand.IntN(100) + 1
	in := bufio.NewScanner(os.Stdin)
	print(os.Stdout, "I think of a number from 1 to 100.\n")
	for tries := 1; ; tries++ {
		print(os.Stdout, "Your guess: ")
		if !in.Scan() {
			print(os.Stdout, "\nIt was ", strconv.Itoa(secret), ".\n")
			return 1
		}
		n, err := strconv.Atoi(strings.TrimSpace(in.Text()))
		switch {
		case err != nil:
			print(os.Stdout, "That is no number.\n")
		case n < secret:
			print(os.Stdout, "More.\n")
		case n > secret:
			print(os.Stdout, "Less.\n")
		default:
			print(os.Stdout, "Yes, in ", strconv.Itoa(tries), " tries.\n")
			return 0
		}
	}
}

func files(args []string) int {
	dir := "/tmp/tour"
	if len(args) > 0 {
		dir = args[0]
	}
	sub := filepath.Join(dir, "sub")
	steps := []func() error{
		func() error { return os.MkdirAll(sub, 0o755) },
		func() error { return os.WriteFile(filepath.Join(sub, "a.txt"), []byte("first\n"), 0o644) },
		func() error { return os.Rename(filepath.Join(sub, "a.txt"), filepath.Join(dir, "b.txt")) },
		func() error { return replaceLink("b.txt", filepath.Join(dir, "link")) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return fail(err)
		}
	}
	if err := list(dir, ""); err != nil {
		return fail(err)
	}
	return 0
}

func replaceLink(target, name string) error {
	os.Remove(name)
	return os.Symlink(target, name)
}

func list(dir, indent string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		file := filepath.Join(dir, e.Name())
		switch {
		case e.IsDir():
			print(os.Stdout, indent, e.Name(), "/\n")
			if err := list(file, indent+"  "); err != nil {
				return err
			}
		case e.Type()&os.ModeSymlink != 0:
			target, err := os.Readlink(file)
			if err != nil {
				return err
			}
			print(os.Stdout, indent, e.Name(), " -> ", target, "\n")
		default:
			info, err := e.Info()
			if err != nil {
				return err
			}
			print(os.Stdout, indent, e.Name(), "  ", strconv.FormatInt(info.Size(), 10), " bytes\n")
		}
	}
	return nil
}

func cat(args []string) int {
	if len(args) == 0 {
		args = []string{"-"}
	}
	code := 0
	for _, name := range args {
		if err := copyOut(name); err != nil {
			code = fail(err)
		}
	}
	return code
}

func copyOut(name string) error {
	in := os.Stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	_, err := io.Copy(os.Stdout, in)
	return err
}

func primes(args []string) int {
	limit := 1_000_000
	if len(args) > 0 {
		n, err := strconv.Atoi(args[0])
		if err != nil || n < 2 {
			print(os.Stderr, "tour: not a number above 1: ", args[0], "\n")
			return 2
		}
		limit = n
	}
	composite := make([]bool, limit)
	count, last, step := 0, 0, limit/10
	for i := 2; i < limit; i++ {
		if step > 0 && i%step == 0 {
			print(os.Stdout, strconv.Itoa(i/step*10), " %: ", strconv.Itoa(count), " primes\n")
		}
		if composite[i] {
			continue
		}
		count, last = count+1, i
		for j := i * i; j < limit; j += i {
			composite[j] = true
		}
	}
	print(os.Stdout, strconv.Itoa(count), " primes below ", strconv.Itoa(limit), ", the last is ", strconv.Itoa(last), "\n")
	return 0
}

func crash([]string) int {
	print(os.Stdout, "About to follow a nil pointer.\n")
	var p *struct{ n int }
	return p.n
}
