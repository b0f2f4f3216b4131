package e2e_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"
	"unsafe"
)

// desk is a terminal of the machine, with a command running in it.
type desk struct {
	*testing.T
	keys *os.File
	mu   sync.Mutex
	b    []byte // what is to be seen
	from int    // what has been looked at
}

func ioctl(t *testing.T, f *os.File, req uintptr, arg unsafe.Pointer) {
	t.Helper()
	if _, _, e := syscall.Syscall(syscall.SYS_IOCTL, f.Fd(), req, uintptr(arg)); e != 0 {
		t.Fatalf("ioctl %#x: %v", req, e)
	}
}

// sit starts a command in a terminal of 99 x 33.
func sit(t *testing.T, cmd *exec.Cmd) *desk {
	t.Helper()
	keys, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("there are no terminals here: %v", err)
	}
	t.Cleanup(func() { keys.Close() })
	var n, unlocked uint32
	ioctl(t, keys, syscall.TIOCGPTN, unsafe.Pointer(&n))
	ioctl(t, keys, syscall.TIOCSPTLCK, unsafe.Pointer(&unlocked))
	tty, err := os.OpenFile("/dev/pts/"+strconv.Itoa(int(n)), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tty.Close() })
	d := &desk{T: t, keys: keys}
	d.resize(99, 33)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = tty, tty, tty
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		b := make([]byte, 4096)
		for {
			n, err := keys.Read(b)
			d.mu.Lock()
			d.b = append(d.b, b[:n]...)
			d.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	return d
}

func (d *desk) resize(columns, rows uint16) {
	d.Helper()
	size := [4]uint16{rows, columns}
	ioctl(d.T, d.keys, syscall.TIOCSWINSZ, unsafe.Pointer(&size))
}

// sees waits until the terminal shows a text, after what was seen before.
func (d *desk) sees(want string) {
	d.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		d.mu.Lock()
		i := bytes.Index(d.b[d.from:], []byte(want))
		if i >= 0 {
			d.from += i + len(want)
		}
		d.mu.Unlock()
		if i >= 0 {
			return
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.Fatalf("the terminal never shows %q, but %q", want, d.b[d.from:])
}

func (d *desk) types(keys string) {
	d.Helper()
	if _, err := d.keys.WriteString(keys); err != nil {
		d.Fatal(err)
	}
}

// exits waits for the command's end.
func exits(t *testing.T, cmd *exec.Cmd) int {
	t.Helper()
	cmd.Wait()
	return cmd.ProcessState.ExitCode()
}

// A program in the user's terminal has one of its own: raw mode, lines, signals,
// new sizes.
func TestRunInTerminal(t *testing.T) {
	editor := built(t, "editor")
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			cmd := wasixRun(t, mode, editor)
			d := sit(t, cmd)
			d.sees("> ")
			d.types("sze\x1b[D\x1b[Di\r")
			d.sees("\n99x33\r\n")
			d.resize(120, 40)
			d.sees("[now 120x40]")
			d.types("\x1b[A\x7f!\r")
			d.sees("\n<siz!>\r\n")
			d.types("lines\r")
			d.sees("lines")
			d.sees("\n")
			d.types("abx\x7fc\r\x04")
			d.sees("abx\b \bc\r\nsum 4 ")
			d.types("loop\r")
			d.sees("looping\r\n")
			d.types("\x03")
			d.sees("^Cinterrupted\r\n")
			d.types("quit\r")
			if code := exits(t, cmd); code != 7 {
				t.Errorf("exit code %d", code)
			}
		})
	}
}

// What nothing else reaches is ended by Ctrl-\ three times, and the user's
// terminal is as it was.
func TestRunInTerminalQuit(t *testing.T) {
	editor := built(t, "editor")
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			cmd := wasixRun(t, mode, editor, "stuck")
			// A browser that is ended at once leaves something, and can stand no long path.
			temp, err := os.MkdirTemp("", "q")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { os.RemoveAll(temp) })
			cmd.Env = append(cmd.Env, "TMPDIR="+temp)
			d := sit(t, cmd)
			d.sees("stuck\r\n")
			d.types("\x1c\x1cx\x1c\x1c\x1c")
			if code := exits(t, cmd); code != 128+int(syscall.SIGQUIT) {
				t.Errorf("exit code %d", code)
			}
			d.types("echo?")
			d.sees("echo?")
		})
	}
}

// With a pipe the input is the program's, byte for byte.
func TestRunOutsideTerminal(t *testing.T) {
	want := []byte("a\rb\x03\x04\x7f\x1c\x00\xff\n")
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			cmd := wasixRun(t, mode, filepath.Clean(tool(t)), "cat")
			cmd.Stdin = bytes.NewReader(want)
			got, err := cmd.Output()
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("%q %v", got, err)
			}
		})
	}
}
