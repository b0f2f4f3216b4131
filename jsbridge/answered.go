//go:build js

package jsbridge

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// answers is what an output has that a function takes: a write waits for what is
// said of it. A program that writes all the time does not wait for each
// (mayHurry): what goes wrong with such a write is the error of the next.
type answers struct {
	done  int           // bytes that have been answered
	moved chan struct{} // closed when there are more
	late  bool          // answers do not come at once
	gone  bool          // nobody takes anything any more
}

// answered hands over what is in buf, the last n bytes of which are this
// write's, and waits for what is said of them. When it is interrupted they have
// been written, for they have been handed over.
func (o *output) answered(ctx *vfs.Ctx, n int) (int, abi.Errno) {
	a := o.asked
	end := a.done + o.sent + len(o.buf)
	for o.flush(); a.done < end; {
		if !ctx.MayBlock || ctx.Wait(a.moved) != abi.OK {
			return n, abi.OK
		}
	}
	e := o.Failed()
	if e != abi.OK {
		n = 0
	}
	return n, e
}

// end says that the program has ended whose output it is: others that have it
// get EPIPE.
func (o *output) end() {
	o.flush()
	if o.asked != nil {
		o.asked.gone = true
		o.taken(o.sent, abi.OK)
	}
}
