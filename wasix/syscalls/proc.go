package syscalls

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/kernel"
)

// ProcExit ends the process. It does not return, but on behalf of a child of
// proc_fork_env.
//
// # Parameters
//
//   - rval: the exit code; as in POSIX only the low 8 bits are reported
//
// Note: like _exit in POSIX. wasix-libc carries out a signal's default action by
// abort, which exits with 127: that is reported as the signal's.
//
// See https://wasix.org/docs/api-reference/wasi/proc_exit
func ProcExit(t *kernel.Thread, rval uint32) kernel.Result {
	code := rval & 0xff
	if sig := t.Aborted(code); sig != 0 {
		return t.ExitProcess(kernel.Status{Code: 128 + uint32(sig), Signal: sig})
	}
	return t.ExitProcess(kernel.Status{Code: code})
}

// ProcExit2 ends the process, as proc_exit does.
//
// # Parameters
//
//   - rval: the exit code; only the low 8 bits are reported
//
// See https://wasix.org/docs/api-reference/wasix/proc_exit2
func ProcExit2(t *kernel.Thread, rval uint32) kernel.Result { return ProcExit(t, rval) }

// ProcId writes the id of the process.
//
// # Parameters
//
//   - pid: where it goes (u32)
//
// # Result (Errno)
//
//   - EFAULT: pid leaves the memory
//
// Note: like getpid in POSIX.
//
// See https://wasix.org/docs/api-reference/wasix/proc_id
func ProcId(t *kernel.Thread, pid uint32) kernel.Result {
	return kernel.Ret(t.Mem.Store32(pid, uint32(t.Process.PID)))
}

// ProcParent writes the id of a process's parent.
//
// # Parameters
//
//   - pid: the process
//   - ppid: where the parent's id goes (u32); 0 when it has none, 1 when
//     that has ended
//
// # Result (Errno)
//
//   - ESRCH: there is no such process
//   - EFAULT: ppid leaves the memory
//
// Note: like getppid in POSIX, for any process.
//
// See https://wasix.org/docs/api-reference/wasix/proc_parent
func ProcParent(t *kernel.Thread, pid int32, ppid uint32) kernel.Result {
	if e := guestmem.Writable(t.Mem, ppid, 4); e != abi.OK {
		return kernel.Ret(e)
	}
	p := t.Kernel.Process(pid)
	if p == nil {
		return kernel.Ret(abi.ESRCH)
	}
	return kernel.Ret(t.Mem.Store32(ppid, uint32(p.Parent())))
}
