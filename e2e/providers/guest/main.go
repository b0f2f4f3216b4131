// The program of these tests: each argument is a step, its words separated by
// commas. What goes wrong is printed and does not end it.
package main

import (
	"bufio"
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"time"
)

// results is where they go: to stderr when RESULTS says so.
var results = os.Stdout

func main() {
	if os.Getenv("RESULTS") == "stderr" {
		results = os.Stderr
	}
	for _, arg := range os.Args[1:] {
		w := strings.Split(arg, ",")
		out, err := step(w[0], w[1:])
		if errno, ok := errnoOf(err); ok {
			out = errno.Error()
		} else if err != nil {
			out = err.Error()
		}
		fmt.Fprintf(results, "%s: %s\n", arg, out)
	}
}

func errnoOf(err error) (syscall.Errno, bool) {
	for {
		switch e := err.(type) {
		case syscall.Errno:
			return e, true
		case interface{ Unwrap() error }:
			err = e.Unwrap()
		default:
			return 0, false
		}
	}
}

func step(name string, a []string) (string, error) {
	switch name {
	case "write":
		return "ok", os.WriteFile(a[0], []byte(a[1]), 0o644)
	case "append":
		f, err := os.OpenFile(a[0], os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o644)
		if err != nil {
			return "", err
		}
		defer f.Close()
		_, err = f.WriteString(a[1])
		return "ok", err
	case "read":
		b, err := os.ReadFile(a[0])
		return string(b), err
	case "stat":
		fi, err := os.Stat(a[0])
		if err != nil {
			return "", err
		}
		return fmt.Sprint(fi.Mode().IsDir(), " ", fi.Size(), " ", fi.ModTime().UTC().Format(time.RFC3339Nano)), nil
	case "ls":
		list, err := os.ReadDir(a[0])
		var names []string
		for _, e := range list {
			if e.IsDir() {
				names = append(names, e.Name()+"/")
			} else {
				names = append(names, e.Name())
			}
		}
		return strings.Join(names, " "), err
	case "mkdir":
		return "ok", os.Mkdir(a[0], 0o755)
	case "rm":
		return "ok", os.RemoveAll(a[0])
	case "mv":
		return "ok", os.Rename(a[0], a[1])
	case "truncate":
		return "ok", os.Truncate(a[0], int64(len(a[1])))
	case "ln":
		return "ok", os.Symlink(a[0], a[1])
	case "readlink":
		return os.Readlink(a[0])
	case "sync":
		f, err := os.Open(a[0])
		if err != nil {
			return "", err
		}
		defer f.Close()
		return "ok", f.Sync()
	case "now":
		return time.Now().UTC().Format(time.RFC3339Nano), nil
	case "elapsed":
		start := time.Now()
		return fmt.Sprint(time.Since(start)), nil
	case "sleep":
		time.Sleep(20 * time.Millisecond)
		return "ok", nil
	case "random":
		b := make([]byte, 8)
		_, err := rand.Read(b)
		return fmt.Sprintf("%x", b), err
	case "line":
		s, err := in.ReadString('\n')
		if err == io.EOF {
			return s + "<eof>", nil
		}
		return strings.TrimSuffix(s, "\n"), err
	case "out":
		n, err := os.Stdout.WriteString(a[0])
		return fmt.Sprint(n), err
	case "flood": // so many lines, one write each; how many failed, and how the first did
		var first error
		failed, n := 0, 0
		fmt.Sscan(a[0], &n)
		for i := range n {
			if _, err := fmt.Fprintln(os.Stdout, i); err != nil {
				if failed++; first == nil {
					first = err
				}
			}
		}
		errno, _ := errnoOf(first)
		return fmt.Sprint(failed > 0, " ", errno.Error()), nil
	case "large":
		b := []byte(strings.Repeat("0123456789abcdef", 3<<16)) // 3 MiB
		if err := os.WriteFile(a[0], b, 0o644); err != nil {
			return "", err
		}
		again, err := os.ReadFile(a[0])
		return fmt.Sprint(len(again), " ", string(again) == string(b)), err
	}
	return "", fmt.Errorf("no such step: %s", name)
}

var in = bufio.NewReader(os.Stdin)
