//go:build js

package jsbridge

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// promises are the writes to an output whose answers are waited for, in order.
// A program that writes all the time does not wait for each (mayHurry): what
// goes wrong with such a write is the error of the next.
type promises struct {
	list []*promise
	done int  // bytes that have been answered
	late bool // answers do not come at once
	gone bool // nobody takes anything any more
}

// promise is a write of the bytes up to end.
type promise struct {
	end   int
	errno abi.Errno
	ready chan struct{}
}

// answered hands over what is in buf, the last n bytes of which are this
// write's, and waits for what is said of them. When it is interrupted they have
// been written, for they have been handed over.
func (o *output) answered(ctx *vfs.Ctx, n int) (int, abi.Errno) {
	a := o.asked
	p := &promise{end: a.done + o.sent + len(o.buf), ready: make(chan struct{})}
	a.list = append(a.list, p)
	o.flush()
	if a.late && !ctx.MayBlock || ctx.Wait(p.ready) != abi.OK {
		p.ready = nil // nobody waits any more
		return n, abi.OK
	}
	if p.errno != abi.OK {
		n = 0
	}
	return n, p.errno
}

// end says that the program has ended whose output it is: others that have it
// get EPIPE.
func (o *output) end() {
	o.flush()
	if o.asked != nil {
		o.asked.gone = true
		o.taken(o.sent, abi.EPIPE)
	}
}

// settle answers the writes of the next n bytes; false: nobody waits for the answer.
func (a *promises) settle(n int, e abi.Errno) (heard bool) {
	a.done += n
	for len(a.list) != 0 {
		p := a.list[0]
		if p.ready != nil {
			heard = true
			p.errno = max(p.errno, e)
		}
		if p.end > a.done {
			break // a part of it
		}
		if p.ready != nil {
			close(p.ready)
		}
		a.list = a.list[1:]
	}
	return heard || e == abi.OK
}
