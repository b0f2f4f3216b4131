package kernel

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// Terminal is implemented by objects that are terminals: what tty_get and
// tty_set ask, and what isatty looks for.
type Terminal interface {
	// Tty returns size and modes. StdinTty, StdoutTty and StderrTty are the
	// caller's to fill in.
	Tty() abi.Tty
	// SetTty changes size and modes: EINVAL.
	SetTty(*abi.Tty) abi.Errno
}

// SetTerminal makes f the controlling terminal, which /dev/tty and tty_get mean;
// nil: there is none. The process has a reference of its own.
func (p *Process) SetTerminal(f *vfs.OpenFile) {
	old := p.terminal
	if p.terminal = f; f != nil {
		f.Ref()
	}
	if old != nil {
		old.Unref()
	}
}

// SignalTerminal sends a signal to every process whose controlling terminal is
// o. WASIX knows no groups but those of the embedder's commands, so all of them
// are in the foreground.
//
// What stops a process is sent to none. POSIX says that a group without a parent
// that could let it go on is not stopped, and these groups have none; and
// wasix-libc, in a program that handles any signal, aborts where it should stop.
func (k *Kernel) SignalTerminal(o vfs.Object, sig abi.Signal) {
	if defaultStop&bit(sig) != 0 {
		return
	}
	k.each(func(p *Process) bool { return p.terminal != nil && p.terminal.Object == o },
		func(p *Process) { p.Signal(sig) })
}

// Terminal implements vfs.Self: the controlling terminal, ENXIO when there is
// none.
func (p *Process) Terminal() (*vfs.OpenFile, abi.Errno) {
	if p.terminal == nil {
		return nil, abi.ENXIO
	}
	return p.terminal, abi.OK
}

// File implements vfs.Self: what an open descriptor refers to.
func (p *Process) File(fd int32) (*vfs.OpenFile, abi.Errno) {
	d := p.FDs.Get(fd)
	if d == nil {
		return nil, abi.EBADF
	}
	return d.File, abi.OK
}

// EachFD implements vfs.Self: every open descriptor, lowest first.
func (p *Process) EachFD(yield func(fd int32) bool) {
	for fd := range int32(len(p.FDs.fds)) {
		if p.FDs.fds[fd].File != nil && !yield(fd) {
			return
		}
	}
}
