// Package tty is a terminal: the line discipline between keys and programs.
//
// Keys go in by Input. In canonical mode they make lines that can be corrected
// until they are sent; in raw mode programs get them as they come. What programs
// write and the echo of the keys come out of a Sink. Some keys are signals.
//
// WASIX carries three modes only: echo, line_buffered and line_feeds. The other
// flags and the control characters of a termios are fixed: RATIONALE.md says how.
//
// A Terminal is a vfs.Object. It never blocks and knows no process. Everything
// is protected by the kernel lock.
package tty

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

const (
	// Queue is how many bytes may be ready to be read or in the line that is
	// being typed. Keys that come then wait.
	Queue = 256 << 10
	// Limit is how many bytes a terminal holds in all: what is beyond is lost.
	Limit = 1 << 20
)

// Sink shows what comes out of a terminal.
type Sink interface {
	// Room returns how many bytes it wants. When it wants some again Drained is
	// to be called.
	Room() int
	// Put takes all of b, which is the caller's again afterwards. It may be more
	// than Room, but not by much.
	Put(b []byte)
}

// Failing is implemented by a sink that may have failed.
type Failing interface {
	// Failed returns what the next write fails with, once.
	Failed() abi.Errno
}

// Config is what a terminal is made of.
type Config struct {
	Sink          Sink
	Columns, Rows uint32
	// Raw makes it begin without echo, lines and changes of any kind: for an
	// embedder that does all of this itself.
	Raw bool
	// Signal sends a signal to the programs of the terminal.
	Signal func(abi.Signal)
	// Wanted, if not nil, is told that a program wants to read and there is
	// nothing. Consumed, if not nil, that Unread has become less.
	Wanted, Consumed func()
	// Ino is its inode number, Born the real time in nanoseconds.
	Ino, Born uint64
}

// Terminal is a terminal.
type Terminal struct {
	vfs.UnimplementedObject
	waiter.Queue
	c     Config
	state abi.Tty

	in    []byte  // to be read, and behind it the line that is being typed
	edit  int     // where that line begins in in
	cells []uint8 // how wide each byte of it is on the screen
	lines []int   // canonical: the lengths of the lines before edit; 0 is an end of file
	late  []byte  // keys that wait: in is full, or the sink is
	quote bool    // the next key is no command
	eof   bool    // Close was called
	fresh bool    // there is something to be told to readers

	hung   bool
	column int    // of the cursor, as far as it can be known
	out    []byte // echo that has not been put yet

	old [2]uint32 // columns and rows before the last Resize; 0: everybody knows the new ones
}

// New returns a terminal in canonical mode with echo.
func New(c Config) *Terminal {
	return &Terminal{c: c, state: abi.Tty{Cols: c.Columns, Rows: c.Rows, Echo: !c.Raw, LineBuffered: !c.Raw, LineFeeds: !c.Raw}}
}

// Tty returns size and modes.
func (t *Terminal) Tty() abi.Tty {
	t.old = [2]uint32{}
	return t.state
}

// maxSize is what struct winsize can hold.
const maxSize = 1<<16 - 1

// SetTty changes the modes, or the size: libc sends both, and when it means the
// size (TIOCSWINSZ) it has left the modes to chance. A size from before a Resize
// that the caller has not noticed is no new size, and neither is none at all.
//
// Errors: EINVAL the size is more than 65535.
func (t *Terminal) SetTty(x *abi.Tty) abi.Errno {
	size := [2]uint32{x.Cols, x.Rows}
	switch {
	case x.Cols > maxSize || x.Rows > maxSize || x.Width > maxSize || x.Height > maxSize:
		return abi.EINVAL
	case size != [2]uint32{t.state.Cols, t.state.Rows} && size != t.old && size != [2]uint32{}:
		t.resize(x.Cols, x.Rows, x.Width, x.Height)
		return abi.OK
	}
	t.state.Echo, t.state.LineFeeds = x.Echo, x.LineFeeds
	if x.LineBuffered != t.state.LineBuffered {
		t.state.LineBuffered = x.LineBuffered
		t.regroup()
	}
	t.proceed()
	return abi.OK
}

// regroup makes what has been typed readable in the new mode: all at once.
func (t *Terminal) regroup() {
	t.edit, t.cells, t.lines, t.quote = len(t.in), t.cells[:0], nil, false
	t.fresh = len(t.in) > 0
	if t.state.LineBuffered && len(t.in) > 0 {
		t.lines = []int{len(t.in)}
	}
}

// Resize changes the size, in characters, and tells the programs.
func (t *Terminal) Resize(columns, rows uint32) {
	old := [2]uint32{t.state.Cols, t.state.Rows}
	if old != [2]uint32{columns, rows} {
		t.resize(columns, rows, 0, 0)
		t.old = old
	}
}

func (t *Terminal) resize(columns, rows, width, height uint32) {
	t.state.Cols, t.state.Rows, t.state.Width, t.state.Height = columns, rows, width, height
	t.old = [2]uint32{}
	t.c.Signal(abi.SIGWINCH)
}

// Unread returns how many bytes of input nobody has read.
func (t *Terminal) Unread() int { return len(t.in) + len(t.late) }

// Close says that no more keys will come: programs read what there is, and then
// the end of the file.
func (t *Terminal) Close() {
	t.eof, t.fresh = true, true
	t.proceed()
}

// Hangup takes the terminal away: reads are at the end of the file, writes fail.
// The programs get SIGHUP.
func (t *Terminal) Hangup() {
	if t.hung {
		return
	}
	t.hung = true
	t.drop()
	t.c.Signal(abi.SIGHUP)
	t.Notify(waiter.In | waiter.Out | waiter.Hup)
}

// Drained says that the sink has room again.
func (t *Terminal) Drained() {
	t.proceed()
	t.Notify(waiter.Out)
}

// raw tells whether keys are passed on as they are: neither echo nor lines.
func (t *Terminal) raw() bool { return !t.state.Echo && !t.state.LineBuffered }

// feeds tells whether a line feed also returns the carriage. A terminal that
// puts lines together always does: programs that make up their modes (stty sane)
// clear the bit without meaning to.
func (t *Terminal) feeds() bool { return t.state.LineFeeds || t.state.LineBuffered }
