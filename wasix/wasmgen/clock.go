package wasmgen

import (
	"encoding/binary"
	"math"
)

// ClockCall is the Go export behind clock_time_get. Most of what a question for the monotonic clock costs is the host's
// own clock; the way through Go is a third of the rest. So the shim asks by itself, as often as the kernel has put into
// the global left of Clock.
const ClockCall = "clock_time_get"

// clockMonotonic is the clock's number in the ABI.
const clockMonotonic = 1

// Clock returns the module that answers for the monotonic clock.
//
// Imports:
//
//   - host.now() f64: milliseconds since some point
//   - bridge.store64(slot i32, p i32, v i64) i32: that of Trampolines
//
// Exports:
//
//   - left: mutable i32 global, how often the shims may ask; set_clocks(n i32) sets it
//   - monotonic(slot i32, p i32) i32: stores nanoseconds at p in the memory of that slot: 0 or EFAULT
func Clock() []byte {
	var b Builder
	now := b.ImportFunc("host", "now", FuncType{Results: letters("F")})
	store := b.ImportFunc("bridge", "store64", Sig("iiI", "i"))
	left := b.Global(GlobalType{Type: I32, Mutable: true}, 0)
	b.Export("left", ExternGlobal, left)
	b.Export("set_clocks", ExternFunc, b.Func(Sig("i", ""), NewCode(1).Get(0).GlobalSet(left)))

	c := NewCode(2).Get(0, 1).Call(now)
	c.Op(opF64Const).Op(binary.LittleEndian.AppendUint64(nil, math.Float64bits(1e6))...)
	c.Op(opF64Mul, opI64TruncF64S).Call(store)
	b.Export("monotonic", ExternFunc, b.Func(Sig("ii", "i"), c))
	return b.Bytes()
}
