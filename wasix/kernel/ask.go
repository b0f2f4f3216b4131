package kernel

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/clock"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// AskedClock is implemented by a clock that may have to be waited for, or may
// fail: a program that asks for the time asks it in this way. What it answers as
// a clock.Clock, for time stamps and deadlines, is what it knows.
type AskedClock interface {
	// Ask returns nanoseconds of the realtime or the monotonic clock. Errors:
	// vfs.ErrMustWait, EINTR, its own.
	Ask(ctx *vfs.Ctx, id abi.Clockid) (uint64, abi.Errno)
	// AskResolution returns the step in nanoseconds.
	AskResolution(ctx *vfs.Ctx, id abi.Clockid) (uint64, abi.Errno)
}

// Time returns what the realtime or the monotonic clock shows.
func (k *Kernel) Time(ctx *vfs.Ctx, id abi.Clockid) (uint64, abi.Errno) {
	if k.asked != nil {
		now, e := k.asked.Ask(ctx, id)
		if a, ok := k.Clock.(*clock.Adjusted); ok && id == abi.ClockidRealtime {
			now += uint64(a.Offset)
		}
		return now, e
	}
	if id == abi.ClockidRealtime {
		return k.Clock.Realtime(), abi.OK
	}
	return k.Clock.Monotonic(), abi.OK
}

// ClockResolution returns the step of a clock.
func (k *Kernel) ClockResolution(ctx *vfs.Ctx, id abi.Clockid) (uint64, abi.Errno) {
	if k.asked != nil && id <= abi.ClockidMonotonic {
		return k.asked.AskResolution(ctx, id)
	}
	return k.Clock.Resolution(), abi.OK
}

// FillRandom fills b with random bytes.
func (k *Kernel) FillRandom(ctx *vfs.Ctx, b []byte) abi.Errno {
	if k.AskRandom != nil {
		return k.AskRandom(ctx, b)
	}
	k.Random(b)
	return abi.OK
}
