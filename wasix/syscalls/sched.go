package syscalls

import "github.com/wasix-web/wasix-web/wasix/kernel"

// SchedYield lets other threads and processes run.
//
// # Result (Errno)
//
// Always ESUCCESS. When nothing else can run it returns at once.
//
// Note: like sched_yield in POSIX.
//
// See https://wasix.org/docs/api-reference/wasi/sched_yield
func SchedYield(t *kernel.Thread) kernel.Result {
	if e := t.Kernel.Engine; e.Others() {
		return e.Yield(t, kernel.Success)
	}
	return kernel.Success
}
