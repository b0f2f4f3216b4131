//go:build js

package jsbridge

import (
	"strconv"

	"github.com/hack-pad/safejs"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// asked is a clock or a source of random numbers in JavaScript: Asked of
// web/src/providers/asked.ts. It may answer at once or later.
type asked struct {
	obj     safejs.Value
	pending map[int]*question
	last    int
	late    bool // it has been seen to answer later
}

type question struct {
	ready  chan struct{}
	answer safejs.Value
}

func newAsked(obj safejs.Value) *asked {
	a := &asked{obj: obj, pending: map[int]*question{}}
	f, err := safejs.FuncOf(func(_ safejs.Value, args []safejs.Value) any {
		id := int(number(args[0]))
		if q := a.pending[id]; q != nil {
			delete(a.pending, id)
			q.answer = args[1]
			close(q.ready)
			eng.k.Drain()
		}
		return nil
	})
	if err != nil {
		panic("jsbridge: " + err.Error())
	}
	obj.Set("answer", f)
	return a
}

// ask calls a method. What it does not answer at once is asked again where the
// caller may wait: questions change nothing.
//
// Errors: its own; ErrMustWait, EINTR.
func (a *asked) ask(ctx *vfs.Ctx, method string, arg int) (safejs.Value, abi.Errno) {
	if a.late && !ctx.MayBlock {
		return safejs.Undefined(), vfs.ErrMustWait
	}
	a.last++
	id := a.last
	v := must(a.obj.Call(method, id, arg))
	if !v.IsNull() {
		return answer(v)
	}
	a.late = true
	if !ctx.MayBlock {
		a.obj.Call("abandon", id)
		return safejs.Undefined(), vfs.ErrMustWait
	}
	q := &question{ready: make(chan struct{})}
	a.pending[id] = q
	if e := ctx.Wait(q.ready); e != abi.OK {
		delete(a.pending, id)
		a.obj.Call("abandon", id)
		return safejs.Undefined(), e
	}
	return answer(q.answer)
}

// answer takes an answer apart: a number is an error's.
func answer(v safejs.Value) (safejs.Value, abi.Errno) {
	if v.Type() == safejs.TypeNumber {
		return v, abi.Errno(-number(v))
	}
	return v, abi.OK
}

// fill implements wasix.Config.AskRandom.
func (a *asked) fill(ctx *vfs.Ctx, b []byte) abi.Errno {
	v, e := a.ask(ctx, "fill", len(b))
	if e == abi.OK {
		safejs.CopyBytesToGo(b, v)
	}
	return e
}

// jsClock is a clock in JavaScript. What it has last told is what time stamps
// are made of.
type jsClock struct {
	*asked
	now [2]uint64
}

// newJSClock returns the clock that openAsked of web/src/worker/providers.ts
// has asked for the first time.
func newJSClock(opened safejs.Value) *jsClock {
	c := &jsClock{asked: newAsked(field(opened, "asked"))}
	for i, s := range texts(field(opened, "now")) {
		c.now[i], _ = strconv.ParseUint(s, 10, 64)
	}
	return c
}

// Ask implements kernel.AskedClock.
func (c *jsClock) Ask(ctx *vfs.Ctx, id abi.Clockid) (uint64, abi.Errno) {
	v, e := c.ask(ctx, "now", int(id))
	if e != abi.OK {
		return 0, e
	}
	c.now[id], _ = strconv.ParseUint(text(v), 10, 64)
	return c.now[id], abi.OK
}

// AskResolution implements kernel.AskedClock.
func (c *jsClock) AskResolution(ctx *vfs.Ctx, id abi.Clockid) (uint64, abi.Errno) {
	v, e := c.ask(ctx, "resolution", int(id))
	if e != abi.OK {
		return 0, e
	}
	step, _ := strconv.ParseUint(text(v), 10, 64)
	return step, abi.OK
}

// Realtime and Monotonic implement clock.Clock: what the clock shows when it can
// tell at once, else what it has last told.
func (c *jsClock) Realtime() uint64  { return c.known(abi.ClockidRealtime) }
func (c *jsClock) Monotonic() uint64 { return c.known(abi.ClockidMonotonic) }

func (c *jsClock) known(id abi.Clockid) uint64 {
	if !c.late {
		c.Ask(&vfs.Ctx{}, id)
	}
	return c.now[id]
}

// Resolution implements clock.Clock.
func (c *jsClock) Resolution() uint64 { return 1000 }
