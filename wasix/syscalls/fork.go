package syscalls

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/kernel"
)

// ProcFork makes a copy of the process, with the calling thread in it.
//
// # Parameters
//
//   - copyMemory: false runs the child on the parent's memory, and the parent
//     waits until it execs or ends; a program that does not import a shared memory
//     gets a copy all the same
//   - pid: where the child's id goes (u32); 0 in the child
//
// # Result (Errno)
//
//   - ENOTSUP: the program was built without asyncify, or runs on the memory of
//     the process it was forked from, or the caller is not in its main context
//   - EAGAIN: there are too many processes, or no memory for the copy
//   - ENOMEM: the program has not enough memory to unwind its stack into
//   - EFAULT: pid leaves the memory
//
// Note: like fork and vfork in POSIX.
//
// See https://wasix.org/docs/api-reference/wasix/proc_fork
func ProcFork(t *kernel.Thread, copyMemory, pid uint32) kernel.Result {
	if !t.Rewinding() {
		if e := guestmem.Writable(t.Mem, pid, 4); e != abi.OK {
			return kernel.Ret(e)
		}
	}
	return t.Fork(copyMemory == 0, func(t *kernel.Thread, child int32) kernel.Result {
		return kernel.Ret(t.Mem.Store32(pid, uint32(child)))
	})
}

// ProcForkEnv makes a child that has descriptors and directories of its own, and
// no memory: the caller acts for it until it execs or ends. Both calls then return
// to the caller, which is the parent again.
//
// # Parameters
//
//   - pid: where the child's id goes (u32)
//
// # Result (Errno)
//
//   - ENOTSUP: the caller acts for a child already, or is not in its main context
//   - EAGAIN: there are too many processes
//   - EFAULT: pid leaves the memory
//
// Note: libc makes vfork of it with setjmp, in programs whose stack cannot be
// unwound.
//
// See https://wasix.org/docs/api-reference/wasix/proc_fork_env
func ProcForkEnv(t *kernel.Thread, pid uint32) kernel.Result {
	if e := guestmem.Writable(t.Mem, pid, 4); e != abi.OK {
		return kernel.Ret(e)
	}
	c, e := t.ForkEnv()
	if e != abi.OK {
		return kernel.Ret(e)
	}
	return kernel.Ret(t.Mem.Store32(pid, uint32(c.PID)))
}

// StackCheckpoint notes the stack as it is. It returns again for each
// stack_restore.
//
// # Parameters
//
//   - snapshot: where the stack_snapshot struct goes that stack_restore wants
//   - value: where 0 goes (u64); and when it returns again, stack_restore's value
//
// # Result (Errno)
//
//   - ENOTSUP: the program was built without asyncify
//   - ENOMEM: the program has not enough memory to unwind its stack into
//   - EFAULT: snapshot or value leaves the memory
//
// Note: libc makes setjmp of it.
//
// See https://wasix.org/docs/api-reference/wasix/stack_checkpoint
func StackCheckpoint(t *kernel.Thread, snapshot, value uint32) kernel.Result {
	if !t.Rewinding() {
		e := guestmem.Writable(t.Mem, snapshot, abi.SizeStackSnapshot)
		if e == abi.OK {
			e = guestmem.Writable(t.Mem, value, 8)
		}
		if e != abi.OK {
			return kernel.Ret(e)
		}
	}
	return t.Checkpoint(snapshot, func(id uint64) {
		x := abi.StackSnapshot{Hash: abi.Hash{B0: id}}
		b := t.Scratch.Bytes[:abi.SizeStackSnapshot]
		x.Put(b)
		t.Mem.CopyOut(snapshot, b)
	}, func(v uint64) kernel.Result {
		return kernel.Ret(t.Mem.Store64(value, v))
	})
}

// StackRestore makes the stack what it was at a stack_checkpoint, which returns
// again. It does not return; what it cannot restore ends the process, as a trap
// does.
//
// # Parameters
//
//   - snapshot: the stack_snapshot struct that stack_checkpoint wrote
//   - value: what stack_checkpoint writes
//
// Note: libc makes longjmp of it.
//
// See https://wasix.org/docs/api-reference/wasix/stack_restore
func StackRestore(t *kernel.Thread, snapshot uint32, value uint64) kernel.Result {
	b := t.Scratch.Bytes[:abi.SizeStackSnapshot]
	e := t.Mem.CopyIn(b, snapshot)
	if e == abi.OK {
		var x abi.StackSnapshot
		x.Get(b)
		e = t.Restore(x.Hash.B0, value)
	}
	if e == abi.OK {
		return kernel.Success // the guest unwinds
	}
	return t.ExitProcess(kernel.Status{Code: 134, Trap: "stack_restore: " + e.Error()})
}
