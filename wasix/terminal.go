//go:build !js

package wasix

import (
	"io"
	"sync"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/tty"
)

// terminal is a terminal between a Go reader and a Go writer. It is protected by
// the kernel lock.
type terminal struct {
	*tty.Terminal
	read *sync.Cond // on the kernel lock: a program has read, or the terminal is gone
}

// lost is the screen of a terminal that nobody looks at.
type lost struct{}

func (lost) Room() int  { return window }
func (lost) Put([]byte) {}

// terminal makes the terminal of a command.
func (p *Proc) terminal(c *Command) {
	k := p.s.Kernel
	t := &terminal{read: sync.NewCond(p.s.lock)}
	cfg := tty.Config{
		Sink: lost{}, Columns: uint32(c.Terminal.Columns), Rows: uint32(c.Terminal.Rows),
		Signal:   func(sig abi.Signal) { k.SignalTerminal(t, sig) },
		Consumed: t.read.Broadcast,
		Ino:      k.NewIno(), Born: k.Clock.Realtime(),
	}
	var out *output
	if c.Stdout != nil {
		out = &output{stream: stream{lock: p.s.lock}, w: c.Stdout, changed: p.changed}
		p.outputs = append(p.outputs, out)
		cfg.Sink = out
	}
	t.Terminal = tty.New(cfg)
	if out != nil {
		out.drained = t.Drained
	}
	p.tty = t
	if c.Stdin == nil {
		t.Close()
		return
	}
	go t.feed(p, c.Stdin)
}

// feed passes on what is typed, whether a program reads or not: some keys are
// signals.
func (t *terminal) feed(p *Proc, from io.Reader) {
	b := make([]byte, 4<<10)
	for {
		n, err := from.Read(b)
		p.s.lock.Lock()
		for t.Unread() > tty.Limit-len(b) && !p.exited {
			t.read.Wait()
		}
		ended := p.exited
		t.Input(b[:n])
		if err != nil {
			t.Close()
		}
		p.s.lock.Unlock()
		if err != nil || ended {
			return
		}
	}
}

// Hangup takes the terminal away.
func (t *terminal) Hangup() {
	t.Terminal.Hangup()
	t.read.Broadcast()
}
