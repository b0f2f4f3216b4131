package syscalls

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/kernel"
)

// ClockResGet writes the resolution of a clock.
//
// # Parameters
//
//   - id: realtime, monotonic, process_cputime_id or thread_cputime_id
//   - resolution: where the step goes, in nanoseconds (u64)
//
// # Result (Errno)
//
//   - EINVAL: id is not a clock
//   - EFAULT: resolution leaves the memory
//   - others: those of a clock that the embedder brings
//
// Note: like clock_getres in POSIX.
//
// See https://wasix.org/docs/api-reference/wasi/clock_res_get
func ClockResGet(t *kernel.Thread, id, resolution uint32) kernel.Result {
	if id > uint32(abi.ClockidThreadCputimeID) {
		return kernel.Ret(abi.EINVAL)
	}
	step, e := t.Kernel.ClockResolution(&t.Ctx, abi.Clockid(id))
	if e != abi.OK {
		return kernel.Ret(e)
	}
	return kernel.Ret(t.Mem.Store64(resolution, step))
}

// ClockTimeGet writes the time of a clock.
//
// # Parameters
//
//   - id: realtime (since 1970), monotonic (since some point), or one of
//     process_cputime_id and thread_cputime_id: the time that the process or the
//     thread was not waiting
//   - precision: how old the time may be, in nanoseconds; ignored
//   - time: where the time goes, in nanoseconds (u64)
//
// # Result (Errno)
//
//   - EINVAL: id is not a clock
//   - EFAULT: time leaves the memory
//   - others: those of a clock that the embedder brings
//
// Note: like clock_gettime in POSIX.
//
// See https://wasix.org/docs/api-reference/wasi/clock_time_get
func ClockTimeGet(t *kernel.Thread, id uint32, precision uint64, time uint32) kernel.Result {
	var now uint64
	switch abi.Clockid(id) {
	case abi.ClockidRealtime, abi.ClockidMonotonic:
		var e abi.Errno
		if now, e = t.Kernel.Time(&t.Ctx, abi.Clockid(id)); e != abi.OK {
			return kernel.Ret(e)
		}
	case abi.ClockidProcessCputimeID:
		now = t.Process.CPUTime()
	case abi.ClockidThreadCputimeID:
		now = t.CPUTime()
	default:
		return kernel.Ret(abi.EINVAL)
	}
	return kernel.Ret(t.Mem.Store64(time, now))
}

// ClockTimeSet sets the real time, for all programs of the system.
//
// # Parameters
//
//   - id: realtime
//   - timestamp: nanoseconds since 1970
//
// # Result (Errno)
//
//   - EINVAL: id is another clock, or none
//
// Note: like clock_settime in POSIX. Only what programs see changes, not the
// host's clock; waits in progress end when they would have.
//
// See https://wasix.org/docs/api-reference/wasix/clock_time_set
func ClockTimeSet(t *kernel.Thread, id uint32, timestamp uint64) kernel.Result {
	if abi.Clockid(id) != abi.ClockidRealtime {
		return kernel.Ret(abi.EINVAL)
	}
	t.Kernel.SetRealtime(timestamp)
	return kernel.Success
}
