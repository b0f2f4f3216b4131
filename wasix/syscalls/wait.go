package syscalls

import (
	"math"

	"github.com/wasix-web/wasix-web/wasix/kernel"
)

// instant is a duration that has passed when a call returns. libc says 1 where
// it means 0, and parking the guest for that would take a thousand times longer.
const instant = 1000

// after returns the engine's time in so many nanoseconds, for Thread.Block.
func after(t *kernel.Thread, ns uint64) int64 {
	now := t.Kernel.Engine.Now()
	if ns > uint64(math.MaxInt64-now) {
		return math.MaxInt64
	}
	return max(now+int64(ns), 1)
}
