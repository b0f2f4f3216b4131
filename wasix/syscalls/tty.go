package syscalls

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/kernel"
)

// terminal returns the controlling terminal.
//
// Errors: ENOTTY there is none.
func terminal(p *kernel.Process) (kernel.Terminal, abi.Errno) {
	f, e := p.Terminal()
	if e != abi.OK {
		return nil, abi.ENOTTY
	}
	tty, ok := f.Object.(kernel.Terminal)
	if !ok {
		return nil, abi.ENOTTY
	}
	return tty, abi.OK
}

// TtyGet writes size and modes of the controlling terminal.
//
// # Parameters
//
//   - state: where the tty struct goes
//
// # Result (Errno)
//
//   - ENOTTY: there is no terminal
//   - EFAULT: state leaves the memory
//
// The 24 bytes:
//
//	 0 cols (u32)   4 rows (u32)   8 width in pixels (u32)  12 height in pixels (u32)
//	16 stdin_tty, stdout_tty, stderr_tty, echo, line_buffered, line_feeds (bool each)
//
// Note: libc's tcgetattr, and ioctl(TIOCGWINSZ), for any descriptor.
//
// See https://wasix.org/docs/api-reference/wasix/tty_get
func TtyGet(t *kernel.Thread, state uint32) kernel.Result {
	p := t.Process
	tty, e := terminal(p)
	if e == abi.OK {
		e = guestmem.Writable(t.Mem, state, abi.SizeTty)
	}
	if e != abi.OK {
		return kernel.Ret(e)
	}
	x := tty.Tty()
	for fd, is := range [...]*bool{&x.StdinTty, &x.StdoutTty, &x.StderrTty} {
		d := p.FDs.Get(int32(fd))
		*is = d != nil && isTerminal(d.File)
	}
	b := t.Scratch.Bytes[:abi.SizeTty]
	x.Put(b)
	return kernel.Ret(t.Mem.CopyOut(state, b))
}

// TtySet changes size and modes of the controlling terminal.
//
// # Parameters
//
//   - state: a tty struct; which descriptors are terminals is ignored
//
// # Result (Errno)
//
//   - ENOTTY: there is no terminal
//   - EINVAL: the terminal cannot be like that
//   - EFAULT: state leaves the memory
//
// Note: libc's tcsetattr, and ioctl(TIOCSWINSZ).
//
// See https://wasix.org/docs/api-reference/wasix/tty_set
func TtySet(t *kernel.Thread, state uint32) kernel.Result {
	tty, e := terminal(t.Process)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	b := t.Scratch.Bytes[:abi.SizeTty]
	if e := t.Mem.CopyIn(b, state); e != abi.OK {
		return kernel.Ret(e)
	}
	var x abi.Tty
	x.Get(b)
	return kernel.Ret(tty.SetTty(&x))
}
