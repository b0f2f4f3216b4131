package syscalls

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/kernel"
)

// ThreadId writes the id of the calling thread.
//
// # Parameters
//
//   - tid: where it goes (u32)
//
// # Result (Errno)
//
//   - EFAULT: tid leaves the memory
//
// Note: like gettid in Linux: the main thread's is the process's.
//
// See https://wasix.org/docs/api-reference/wasix/thread_id
func ThreadId(t *kernel.Thread, tid uint32) kernel.Result {
	return kernel.Ret(t.Mem.Store32(tid, uint32(t.TID)))
}

// ThreadParallelism writes how many threads can run at the same time: one, since
// all of them take turns in one worker.
//
// # Parameters
//
//   - parallelism: where the number goes (u32)
//
// # Result (Errno)
//
//   - EFAULT: parallelism leaves the memory
//
// See https://wasix.org/docs/api-reference/wasix/thread_parallelism
func ThreadParallelism(t *kernel.Thread, parallelism uint32) kernel.Result {
	return kernel.Ret(t.Mem.Store32(parallelism, 1))
}

// ThreadSleep lets the calling thread sleep.
//
// # Parameters
//
//   - duration: how long, in nanoseconds; 0 is sched_yield
//
// # Result (Errno)
//
//   - EINTR: a signal came before
//
// Note: like nanosleep in POSIX.
//
// See https://wasix.org/docs/api-reference/wasix/thread_sleep
func ThreadSleep(t *kernel.Thread, duration uint64) kernel.Result {
	if duration <= instant {
		return SchedYield(t)
	}
	return t.Block(after(t, duration), func(why kernel.Why) kernel.Result {
		switch why {
		case kernel.TimedOut:
			return kernel.Success
		case kernel.Interrupted:
			return kernel.Ret(abi.EINTR)
		}
		return kernel.Blocked
	})
}
