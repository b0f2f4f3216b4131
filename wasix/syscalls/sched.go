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
	if t.Ending() { // threads that only yield to each other come to no other place
		return kernel.End
	}
	if e := t.Kernel.Engine; e.Others() {
		return e.Yield(t, kernel.Success)
	}
	return kernel.Success
}

// giveWay lets others run before a poll that need not wait returns r. Programs
// spin on polls: event loops that always find a socket they could write. Without
// it they use up their turn each time, while those they wait for get none.
func giveWay(t *kernel.Thread, r kernel.Result) kernel.Result {
	if e := t.Kernel.Engine; r == kernel.Success && e.Others() {
		if t.Ending() {
			return kernel.End
		}
		return e.Yield(t, r)
	}
	return r
}
