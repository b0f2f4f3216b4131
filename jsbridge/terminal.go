//go:build js

package jsbridge

import (
	"github.com/hack-pad/safejs"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/tty"
)

// stdin is what the page writes to: a pipe's input, or a terminal.
type stdin interface {
	// write takes bytes, which are the stream's from now on, and returns how many
	// have not been read.
	write(b []byte) (unread int)
	close()
}

// terminal is a terminal whose other side is the page.
type terminal struct {
	tty *tty.Terminal
	fb  feedback
}

// terminal makes the terminal of a program. What comes out of it is its stdout.
func (p *port) terminal(g *guest, spec *spec) *terminal {
	pid := g.p.PID
	out := &output{pid: pid, fd: 1, window: p.window}
	g.streams[1] = out
	t := &terminal{fb: feedback{pid: pid}}
	t.tty = tty.New(tty.Config{
		Sink: out, Columns: uint32(spec.columns), Rows: uint32(spec.rows),
		Raw:      spec.raw,
		Signal:   func(sig abi.Signal) { eng.k.SignalTerminal(t.tty, sig) },
		Wanted:   t.fb.ask,
		Consumed: func() { t.fb.consumed(t.tty.Unread) },
		Ino:      eng.k.NewIno(), Born: eng.k.Clock.Realtime(),
	})
	out.drained = t.tty.Drained
	return t
}

func (t *terminal) write(b []byte) int {
	t.fb.wanted = false
	return t.tty.Input(b)
}

func (t *terminal) close() { t.tty.Close() }

func (p *port) resize(args []safejs.Value) (any, error) {
	g, err := p.guest(args[0])
	if err == nil && g.term != nil {
		g.term.tty.Resize(uint32(number(args[1])), uint32(number(args[2])))
	}
	return nil, err
}
