package kernel

// Engine runs guests: jsbridge in the browser, wazerohost natively. The kernel
// holds its lock when it calls; the engine must not call back before returning.
type Engine interface {
	// Now returns a monotonic time in nanoseconds, the base of all deadlines.
	Now() int64
	// SetAlarm asks for one call of Kernel.Expire at (not before) the time
	// given, replacing any earlier request. 0 cancels.
	SetAlarm(at int64)
	// Attend asks for one call of Kernel.Drain when the running call is over,
	// or soon when none is running.
	Attend()
	// Go runs fn on a goroutine that may wait, holding the kernel lock.
	Go(fn func())
	// Resume lets a parked thread go on: its call returns r. r is an errno,
	// End, or an errno with signals.
	Resume(t *Thread, r Result)
	// Others tells whether a task other than the running one could run now.
	Others() bool
	// Yield parks the running thread behind the tasks that could run now, and
	// returns Blocked; its call returns r when it goes on.
	Yield(t *Thread, r Result) Result
	// Start runs a new thread from its entry.
	Start(t *Thread) error
	// Forget drops what the engine holds for a process whose threads are gone.
	Forget(p *Process)
}

// HandlerSetter is implemented by an engine that can call any function of a
// guest's as its signal handler. Others call "__wasm_signal".
type HandlerSetter interface {
	// SetHandler makes the export called name what gets the signals of t's
	// process. It is an error when there is none, or its type is not (i32)->().
	SetHandler(t *Thread, name string) error
}

// Unwinder is implemented by an engine whose threads run beside each other: one
// that is to end may be in the middle of a computation.
type Unwinder interface {
	// Unwind asks for the stack of a thread that is not parked to be unwound
	// soon, whether it makes calls or not. The thread may be the caller's own.
	Unwind(t *Thread)
}
