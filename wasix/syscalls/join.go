package syscalls

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

// ProcJoin waits for a child to end, or to be stopped.
//
// # Parameters
//
//   - pid: an option_pid struct: the child, none or 0 for any; and where the id of
//     the one that was found goes: 0 when none was, with non_blocking
//   - flags: non_blocking, wake_stopped
//   - status: where the join_status struct goes
//
// # Result (Errno)
//
//   - ECHILD: there is no such child
//   - EINTR: a signal came before
//   - EINVAL: pid has an unknown tag, flags has other bits
//   - EFAULT: pid or status leaves the memory
//
// The 6 bytes of status, for the exit code 3, and for SIGKILL:
//
//	[1 0  3 0  0 0]
//	[2 0  0 0  9 0]
//
// Note: like waitpid in POSIX. A trap is the exit code 134: programs look for one
// that is not 0.
//
// See https://wasix.org/docs/api-reference/wasix/proc_join
func ProcJoin(t *kernel.Thread, pid, flags, status uint32) kernel.Result {
	var want abi.OptionPid
	b := t.Scratch.Bytes[:abi.SizeOptionPid]
	e := t.Mem.CopyIn(b, pid)
	if e == abi.OK {
		e = guestmem.Writable(t.Mem, status, abi.SizeJoinStatus)
	}
	if e != abi.OK {
		return kernel.Ret(e)
	}
	want.Get(b)
	if want.Tag > abi.OptionSome || flags&^uint32(abi.JoinFlagsAll) != 0 {
		return kernel.Ret(abi.EINVAL)
	}
	child := kernel.AnyChild
	if want.Tag == abi.OptionSome && want.Some != 0 {
		child = want.Some
	}
	return join(t, child, abi.JoinFlags(flags), func(pid_ int32, s *kernel.Status) kernel.Result {
		x := abi.OptionPid{Tag: abi.OptionSome, Some: pid_}
		b := t.Scratch.Bytes[:abi.SizeOptionPid]
		x.Put(b)
		t.Mem.CopyOut(pid, b)
		js := joinStatus(s)
		b = t.Scratch.Bytes[:abi.SizeJoinStatus]
		js.Put(b)
		return kernel.Ret(t.Mem.CopyOut(status, b))
	})
}

// joinStatus is what proc_join says of a status; nil: nothing has happened. libc
// wants no exit code beside a signal.
func joinStatus(s *kernel.Status) (x abi.JoinStatus) {
	switch {
	case s == nil:
	case s.Stopped != 0:
		x.Type, x.Stopped = abi.JoinStatusStopped, s.Stopped
	case s.Signal != 0:
		x.Type, x.ExitSignal.Signal = abi.JoinStatusExitSignal, s.Signal
	default:
		x.Type, x.ExitCode = abi.JoinStatusExitNormal, uint16(s.Code)
	}
	return x
}

// ProcJoinV0 is ProcJoin as programs of 2022 have it.
//
// # Parameters
//
//   - pid: where the child's id is (u32), 0 or 0xffffffff for any; and where that
//     of the one that was found goes
//   - exitcode: where its status goes (u32), as wait has it: the exit code times
//     256, or the signal
//
// # Result (Errno)
//
//   - ECHILD: there is no such child
//   - EINTR: a signal came before
//   - EFAULT: pid or exitcode leaves the memory
//
// Note: the libc of 2022 hands the number on as the status of waitpid, whatever
// its name says, and the shells built with it look at it with WEXITSTATUS.
func ProcJoinV0(t *kernel.Thread, pid, exitcode uint32) kernel.Result {
	child, e := t.Mem.Load32(pid)
	if e == abi.OK {
		e = guestmem.Writable(t.Mem, exitcode, 4)
	}
	if e != abi.OK {
		return kernel.Ret(e)
	}
	if child == 0 {
		child = 0xffffffff
	}
	return join(t, int32(child), 0, func(found int32, s *kernel.Status) kernel.Result {
		t.Mem.Store32(pid, uint32(found))
		status := s.Code & 0xff << 8
		if s.Signal != 0 {
			status = uint32(s.Signal)
		}
		return kernel.Ret(t.Mem.Store32(exitcode, status))
	})
}

// join gives report a child that has ended, or was stopped; with NonBlocking 0
// and nil when there is none yet.
func join(t *kernel.Thread, pid int32, flags abi.JoinFlags, report func(int32, *kernel.Status) kernel.Result) kernel.Result {
	p := t.Process
	stopped := flags&abi.JoinFlagsWakeStopped != 0
	child, s, e := p.Wait(pid, stopped)
	switch {
	case e == abi.OK:
		return report(child, &s)
	case e != abi.EAGAIN:
		return kernel.Ret(e)
	case flags&abi.JoinFlagsNonBlocking != 0:
		return report(0, nil)
	}
	return t.Block(0, func(why kernel.Why) kernel.Result {
		child, s, e := p.Wait(pid, stopped)
		switch {
		case e == abi.OK:
			return report(child, &s)
		case e != abi.EAGAIN:
			return kernel.Ret(e)
		case why == kernel.Interrupted:
			return kernel.Ret(abi.EINTR)
		}
		return kernel.Blocked
	}, kernel.On{Object: p.Children(), Mask: waiter.In})
}
