package vfs

import "github.com/wasix-web/wasix-web/wasix/abi"

// gate lets one call through at a time where calls may wait half way, having
// given up the kernel lock. The zero gate is open.
type gate struct {
	shut chan struct{}
}

// enter waits until the gate is open and shuts it. A call that may not wait
// finds it as it is from enter to leave, and does not have to shut it.
//
// Errors: those of Ctx.Wait.
func (g *gate) enter(ctx *Ctx) abi.Errno {
	for g.shut != nil {
		if e := ctx.Wait(g.shut); e != abi.OK {
			return e
		}
	}
	if ctx.MayBlock {
		g.shut = make(chan struct{})
	}
	return abi.OK
}

// leave opens the gate.
func (g *gate) leave() {
	if g.shut != nil {
		close(g.shut)
		g.shut = nil
	}
}
