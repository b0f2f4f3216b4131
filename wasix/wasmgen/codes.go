package wasmgen

// Control codes: what a Go export returns to the shim (see Shim) and next_signal and resumed return to it too.
//
//	r >= 0               the call's result (an errno, or a thread id)
//	Blocked              park: the shim calls block, then resumed, whose result is again one of these codes
//	End                  the task ends here: the shim executes unreachable, which no guest code can catch
//	WithSignals(errno)   run the guest's signal handler for every next_signal, then return errno
//	Negative(v)          the guest gets -v (thread-spawn's negative errno)
//
// Any other negative value is a fault of the kernel; the shim traps.
const (
	Blocked int32 = -1
	End     int32 = -2

	signalsBit  = 1 << 17
	negativeBit = 1 << 16
	codeBase    = -1 << 31
)

// WithSignals says: deliver pending signals first, then return errno (0..65535).
func WithSignals(errno uint16) int32 { return codeBase | signalsBit | int32(errno) }

// Negative says: return -v to the guest.
func Negative(v uint16) int32 { return codeBase | negativeBit | int32(v) }

// Errnos that generated code returns by itself. The same numbers as in package abi, which this package does not import.
const (
	errnoFault = 21
	errnoInval = 28
)
