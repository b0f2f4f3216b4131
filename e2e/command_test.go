package e2e_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/wasix-web/wasix-web/e2e/runner"
)

// modes are the ways a command finds something to run its program: a server
// with a warm browser, wazero, and a browser of its own.
var modes = []string{"server", "wazero", "browser"}

// remote lets commands use the package's first engine.
var remote = sync.OnceValues(func() (*runner.Remote, error) {
	list, err := engines()
	if err != nil {
		return nil, err
	}
	r, err := runner.Listen(list[0])
	if err == nil {
		atEnd = append(atEnd, r.Close)
	}
	return r, err
})

// wasixRun makes `wasix-web run` in a mode.
func wasixRun(t *testing.T, mode string, args ...string) *exec.Cmd {
	t.Helper()
	switch mode {
	case "wazero":
		args = append([]string{"--engine", "wazero"}, args...)
	case "browser":
		args = append([]string{"--dist", filepath.Join(root, "web", "dist")}, args...)
	}
	cmd := exec.CommandContext(t.Context(), get(t, ours), append([]string{"run"}, args...)...)
	cmd.Env = append(os.Environ(), runner.ServerEnv+"=")
	if mode == "server" {
		cmd.Env = append(cmd.Env, runner.ServerEnv+"="+get(t, remote).Address)
	} else {
		get(t, bundled)
	}
	return cmd
}

// finish runs a command and returns its exit code; 128+n when a signal ended it.
func finish(t *testing.T, cmd *exec.Cmd) int {
	t.Helper()
	err := cmd.Run()
	var bad *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &bad):
		if ws := bad.Sys().(syscall.WaitStatus); ws.Signaled() {
			return 128 + int(ws.Signal())
		}
		return bad.ExitCode()
	}
	t.Fatal(err)
	return 0
}

// expect runs a command and compares what it prints.
func expect(t *testing.T, cmd *exec.Cmd, code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	got := finish(t, cmd)
	if got != code || out.String() != stdout || !strings.Contains(errs.String(), stderr) || stderr == "" && errs.Len() > 0 {
		t.Errorf("%q:\ncode %d, want %d\nstdout %.300q\n  want %.300q\nstderr %.1000q\n  want %.300q", cmd.Args[1:], got, code, out.String(), stdout, errs.String(), stderr)
	}
}

func TestCommandStreams(t *testing.T) {
	wasm := tool(t)
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	big := make([]byte, 3<<20+17)
	for i := range big {
		big[i] = byte(rand.Uint32())
	}
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			watch(t)
			for _, in := range [][]byte{nil, all, big} {
				cmd := wasixRun(t, mode, wasm, "cat")
				cmd.Stdin = bytes.NewReader(in)
				expect(t, cmd, 0, string(in), "")
				if mode == "browser" {
					break // it takes a second each
				}
			}
		})
	}
}

// What has been written before a prompt is seen before the answer is given.
func TestCommandConversation(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			watch(t)
			cmd := wasixRun(t, mode, tool(t), "cat")
			in, err1 := cmd.StdinPipe()
			out, err2 := cmd.StdoutPipe()
			if err := errors.Join(err1, err2, cmd.Start()); err != nil {
				t.Fatal(err)
			}
			r := bufio.NewReader(out)
			for _, line := range []string{"one\n", "two\n", "three\n"} {
				if _, err := io.WriteString(in, line); err != nil {
					t.Fatal(err)
				}
				if got, err := r.ReadString('\n'); got != line || err != nil {
					t.Fatalf("%q, %v, want %q", got, err, line)
				}
			}
			in.Close()
			if rest, err := io.ReadAll(r); len(rest) > 0 || err != nil {
				t.Errorf("%q, %v", rest, err)
			}
			if err := cmd.Wait(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestCommandExitCodes(t *testing.T) {
	wasm := tool(t)
	for _, mode := range modes[:2] {
		t.Run(mode, func(t *testing.T) {
			watch(t)
			for code, arg := range map[int]string{0: "0", 1: "1", 42: "42", 124: "124", 255: "255"} {
				expect(t, wasixRun(t, mode, wasm, "exit", arg), code, "", "")
			}
			expect(t, wasixRun(t, mode, wasm, "nonsense"), 2, "", "tool: what is nonsense?\n")
			expect(t, wasixRun(t, mode, wasm, "trap"), 134, "", "unreachable")
			expect(t, wasixRun(t, mode, "--timeout", "300ms", wasm, "spin"), 124, "", "ended after 300ms")
			expect(t, wasixRun(t, mode, "--timeout", "300ms", "-q", wasm, "sleep"), 124, "asleep\n", "")
			expect(t, wasixRun(t, mode, wasm, "exit", "3"), 3, "", "")
		})
	}
}

func TestCommandArguments(t *testing.T) {
	wasm := tool(t)
	for _, mode := range modes[:2] {
		t.Run(mode, func(t *testing.T) {
			watch(t)
			expect(t, wasixRun(t, mode, wasm, "args", "-x", "", "ü \n'", "--", "--env"), 0, wasm+"\nargs\n-x\n\nü \n'\n--env\n", "")
			expect(t, wasixRun(t, mode, "--argv0", "other", wasm, "args"), 0, "other\nargs\n", "")
			expect(t, wasixRun(t, mode, "--env", "A=1", wasm, "--env=B=2=3", "env"), 0, "A=1\nB=2=3\n", "")
			// The most that one string of a command may have here.
			large := "L=" + strings.Repeat("x", 100_000)
			expect(t, wasixRun(t, mode, "--env", large, "--env", "A="+large, "--env", "B="+large, wasm, "envsize"), 0, "300013\n", "")
			cmd := wasixRun(t, mode, "./"+filepath.Base(wasm), "exit", "9")
			cmd.Dir = filepath.Dir(wasm)
			expect(t, cmd, 9, "", "")
			expect(t, wasixRun(t, mode, "--trace", wasm, "exit", "3"), 3, "", "==> proc_exit(rval=3)")
		})
	}
}

// tree reads a directory: directories end in "/", links have "->".
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	m := map[string]string{}
	err := filepath.WalkDir(dir, func(p string, d os.DirEntry, err error) error {
		rel, _ := filepath.Rel(dir, p)
		switch {
		case err != nil || p == dir:
			return err
		case d.IsDir():
			m[rel+"/"] = ""
		case d.Type()&os.ModeSymlink != 0:
			to, err := os.Readlink(p)
			m[rel] = "->" + to
			return err
		default:
			b, err := os.ReadFile(p)
			m[rel] = string(b)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestCommandDirectories(t *testing.T) {
	wasm := tool(t)
	want := map[string]string{"new": "made by the program", "changed": "now", "sub/": "", "sub/file": "x", "new-name": "moved", "link": "->new", "same": "s", "deep/": "", "deep/x": "x"}
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			watch(t)
			for _, how := range []struct {
				flag, guest string
			}{{"--volume=.:/data", "/data"}, {"--mapdir=/some/where:.", "/some/where"}, {"--volume=.", "/"}} {
				dir := t.TempDir()
				for name, text := range map[string]string{"changed": "before", "gone": "g", "old-name": "moved", "same": "s", "deep/x": "x"} {
					path := filepath.Join(dir, name)
					if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o640)); err != nil {
						t.Fatal(err)
					}
				}
				if err := errors.Join(os.Mkdir(filepath.Join(dir, "empty"), 0o755), os.Chmod(filepath.Join(dir, "old-name"), 0o755)); err != nil {
					t.Fatal(err)
				}
				cmd := wasixRun(t, mode, how.flag, wasm, "change", how.guest)
				cmd.Dir = dir
				expect(t, cmd, 0, "", "")
				if got := tree(t, dir); !maps.Equal(got, want) {
					t.Errorf("%s: got %q\nwant %q", how.flag, got, want)
				}
				for name, mode := range map[string]os.FileMode{"changed": 0o640, "same": 0o640, "new-name": 0o755, "deep": 0o755} {
					if st, err := os.Stat(filepath.Join(dir, name)); err != nil || st.Mode().Perm() != mode {
						t.Errorf("%s: %s lost its mode: %v, %v", how.flag, name, st, err)
					}
				}
				if mode == "browser" {
					break
				}
			}
		})
	}
}

// Everything that keeps a program from running at all is 125, with a message
// that names the thing.
func TestCommandErrors(t *testing.T) {
	wasm := tool(t)
	dir := t.TempDir()
	whole, err := os.ReadFile(wasm)
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"text.wasm": []byte("hello"), "empty.wasm": nil, "cut.wasm": whole[:len(whole)/2],
		"version.wasm": append([]byte("\x00asm\x02\x00\x00\x00"), whole[8:]...), "garbage.wasm": append(slices.Clone(whole[:200]), bytes.Repeat([]byte{0xff}, 500)...)} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, mode := range modes[:2] {
		t.Run(mode, func(t *testing.T) {
			watch(t)
			for _, tt := range []struct {
				args []string
				want string
			}{
				{[]string{"missing.wasm"}, "missing.wasm: no such file"},
				{[]string{"."}, "is a directory"},
				{[]string{"text.wasm"}, "magic"},
				{[]string{"empty.wasm"}, "empty"},
				{[]string{"cut.wasm"}, "cut"},
				{[]string{"version.wasm"}, "version"},
				{[]string{"garbage.wasm"}, "garbage"},
				{[]string{"--frob", "text.wasm"}, "unknown flag --frob"},
				{[]string{"--volume", "missing", wasm}, "missing"},
				{[]string{"--cwd", "/nowhere", wasm, "args"}, "/nowhere"},
				{nil, "no program is named"},
			} {
				cmd := wasixRun(t, mode, tt.args...)
				cmd.Dir = dir
				expect(t, cmd, runner.CodeFailed, "", tt.want)
			}
			expect(t, wasixRun(t, mode, wasm, "exit", "5"), 5, "", "")
		})
	}
}

// A reader that goes away ends the program, as a broken pipe does.
func TestCommandBrokenPipe(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			watch(t)
			cmd := wasixRun(t, mode, tool(t), "yes")
			out, err := cmd.StdoutPipe()
			if err := errors.Join(err, cmd.Start()); err != nil {
				t.Fatal(err)
			}
			b := make([]byte, 200_000)
			if _, err := io.ReadFull(out, b); err != nil || string(b[:4]) != "y\ny\n" {
				t.Errorf("%.10q, %v", b, err)
			}
			out.Close()
			if err := cmd.Wait(); err == nil || cmd.ProcessState.ExitCode() != 141 {
				t.Errorf("%v", cmd.ProcessState)
			}
		})
	}
}

// A full disk is told apart from a reader that has gone.
func TestCommandFullOutput(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skipf("there is no full device here: %v", err)
	}
	defer full.Close()
	for _, mode := range modes[:2] {
		watch(t)
		cmd := wasixRun(t, mode, tool(t), "yes")
		var errs bytes.Buffer
		cmd.Stdout, cmd.Stderr = full, &errs
		if code := finish(t, cmd); code != runner.CodeFailed || !strings.Contains(errs.String(), "standard output: ") || !strings.Contains(errs.String(), "no space left") {
			t.Errorf("%s: code %d, %s", mode, code, errs.String())
		}
	}
}

// Signals go to the program; the browser and its profile go with it.
func TestCommandSignals(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			watch(t)
			for sig, code := range map[syscall.Signal]int{syscall.SIGINT: 130, syscall.SIGTERM: 143} {
				temp, err := os.MkdirTemp("", "s") // short: a socket's name has a limit
				if err != nil {
					t.Fatal(err)
				}
				defer os.RemoveAll(temp)
				cmd := wasixRun(t, mode, tool(t), "sleep")
				cmd.Env = append(cmd.Env, "TMPDIR="+temp)
				var errs bytes.Buffer
				cmd.Stderr = &errs
				out, err := cmd.StdoutPipe()
				if err := errors.Join(err, cmd.Start()); err != nil {
					t.Fatal(err)
				}
				if line, err := bufio.NewReader(out).ReadString('\n'); line != "asleep\n" {
					t.Fatalf("%q, %v, %s", line, err, errs.Bytes())
				}
				if err := cmd.Process.Signal(sig); err != nil {
					t.Fatal(err)
				}
				if err := cmd.Wait(); err == nil || cmd.ProcessState.ExitCode() != code {
					t.Errorf("%v: %v", sig, cmd.ProcessState)
				}
				if err := leaks(temp); err != nil {
					t.Errorf("%v: %v", sig, err)
				}
			}
		})
	}
}

// A command that is killed takes its program with it: the tab is free again.
func TestCommandKilled(t *testing.T) {
	watch(t)
	for range 3 { // more than there are tabs
		cmd := wasixRun(t, "server", tool(t), "sleep")
		out, err := cmd.StdoutPipe()
		if err := errors.Join(err, cmd.Start()); err != nil {
			t.Fatal(err)
		}
		if line, err := bufio.NewReader(out).ReadString('\n'); line != "asleep\n" {
			t.Fatalf("%q, %v", line, err)
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		cmd.Wait()
	}
	expect(t, wasixRun(t, "server", tool(t), "exit", "6"), 6, "", "")
}

// What a program does not read of a command's input is left for the next one.
func TestCommandLeavesInput(t *testing.T) {
	watch(t)
	name := filepath.Join(t.TempDir(), "in")
	if err := os.WriteFile(name, []byte("text"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, mode := range modes[:2] {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		cmd := wasixRun(t, mode, tool(t), "exit", "0")
		cmd.Stdin = f
		expect(t, cmd, 0, "", "")
		if at, err := f.Seek(0, io.SeekCurrent); at != 0 || err != nil {
			t.Errorf("%s: %d bytes were read", mode, at)
		}
	}
}

// With stdout and stderr in one place, lines come in the order in which they were
// written. wasmer's switch for its log has a line when a file of a mapped directory
// is closed.
func TestCommandOrder(t *testing.T) {
	wasm := tool(t)
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			watch(t)
			dir, err := filepath.EvalSymlinks(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			line := fmt.Sprintf("TRACE virtual_fs: Closing host file host_path=%q\n", filepath.Join(dir, "sub", "file"))
			if err := os.Mkdir(filepath.Join(dir, "sub"), 0o755); err != nil {
				t.Fatal(err)
			}
			for _, c := range []struct{ log, path, want string }{
				{"virtual_fs=trace", "/data/sub/file", "closing\n" + line + "closed\n"},
				{"off,virtual_fs::host_fs=TRACE", "/data/sub/../sub/file", "closing\n" + line + "closed\n"},
				{"virtual_fs=trace", "/tmp/file", "closing\nclosed\n"}, // nothing of the host's
				{"virtual_fs=debug", "/data/sub/file", "closing\nclosed\n"},
			} {
				cmd := wasixRun(t, mode, "-q", "--isatty", "--volume", dir+":/data", wasm, "close", c.path)
				cmd.Env = append(cmd.Env, "RUST_LOG="+c.log)
				if out, err := cmd.CombinedOutput(); string(out) != c.want || err != nil {
					t.Errorf("%s, %s: %q, %v, want %q", c.log, c.path, out, err, c.want)
				}
				if mode == "browser" {
					break // it takes a second each
				}
			}
		})
	}
}

// The standard streams look like a terminal when that is asked for.
func TestCommandIsatty(t *testing.T) {
	for _, mode := range modes[:2] {
		watch(t)
		for flag, want := range map[string]string{"-q": "0 0 0\n", "--isatty": "1 1 1\n"} {
			cmd := wasixRun(t, mode, flag, tool(t), "tty")
			cmd.Stdin = strings.NewReader("")
			expect(t, cmd, 0, want, "")
		}
	}
}
