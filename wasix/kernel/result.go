package kernel

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/wasmgen"
)

// Result is what a call's handler returns: a wire errno (>= 0), or one of the
// control codes below, which the shim in front of the guest understands.
type Result int32

const (
	// Success is errno 0.
	Success Result = 0
	// Blocked: the call waits (Thread.Block was called); the guest is parked.
	Blocked = Result(wasmgen.Blocked)
	// End: the guest's stack is unwound by a trap that wasm code cannot catch.
	End = Result(wasmgen.End)
	// mustWait: a provider cannot answer at once. The call runs again on a
	// goroutine; the guest is parked meanwhile. The shim never sees it.
	mustWait Result = -16
)

// Ret turns an errno into a Result.
func Ret(e abi.Errno) Result {
	if e == vfs.ErrMustWait {
		return mustWait
	}
	return Result(e)
}

// Negative returns a call result of -v, for the one call (thread-spawn) whose
// value is not an errno.
func Negative(v uint16) Result { return Result(wasmgen.Negative(v)) }

// signalled adds "deliver signals first" to an errno.
func signalled(r Result) Result { return Result(wasmgen.WithSignals(uint16(r))) }

// Errno returns the errno of a finished call.
func (r Result) Errno() abi.Errno {
	if r >= 0 {
		return abi.Errno(r)
	}
	if Result(wasmgen.WithSignals(0)) == r&^0xffff {
		return abi.Errno(uint16(r))
	}
	return abi.OK
}

// Value returns what the guest gets from a finished call.
func (r Result) Value() int32 {
	switch {
	case r >= 0:
		return int32(r)
	case Result(wasmgen.Negative(0)) == r&^0xffff:
		return -int32(r & 0xffff)
	}
	return int32(r.Errno())
}
