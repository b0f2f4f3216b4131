package syscalls

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

// ThreadSpawn starts a thread at the export wasi_thread_start(tid, startArg).
//
// # Parameters
//
//   - startArg: what the export is called with, after the thread's id
//
// It returns the thread's id, or a negative errno: EAGAIN there are too many
// threads, or no memory for it; ENOTSUP the caller acts for a child of proc_fork_env.
//
// Note: it is wasi.thread-spawn. libc makes pthread_create of it.
//
// See https://github.com/WebAssembly/wasi-threads
func ThreadSpawn(t *kernel.Thread, startArg uint32) kernel.Result {
	n, e := spawnThread(t, startArg)
	if e != abi.OK {
		return kernel.Negative(uint16(e))
	}
	return kernel.Result(n.TID)
}

// ThreadSpawnV2 is ThreadSpawn with an errno.
//
// # Parameters
//
//   - args: a thread_start struct, which the export is called with
//   - tid: where the thread's id goes (u32)
//
// # Result (Errno)
//
//   - EAGAIN: there are too many threads, or no memory for it
//   - ENOTSUP: the caller acts for a child of proc_fork_env
//   - EFAULT: args or tid leaves the memory
//
// See https://wasix.org/docs/api-reference/wasix/thread_spawn_v2
func ThreadSpawnV2(t *kernel.Thread, args, tid uint32) kernel.Result {
	e := guestmem.Writable(t.Mem, args, abi.SizeThreadStart)
	if e == abi.OK {
		e = guestmem.Writable(t.Mem, tid, 4)
	}
	if e != abi.OK {
		return kernel.Ret(e)
	}
	n, e := spawnThread(t, args)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	return kernel.Ret(t.Mem.Store32(tid, uint32(n.TID)))
}

func spawnThread(t *kernel.Thread, arg uint32) (*kernel.Thread, abi.Errno) {
	return t.Spawn(kernel.Entry{Export: "wasi_thread_start", Args: []uint64{kernel.OwnTID, uint64(arg)}})
}

// ThreadSpawnV0 is ThreadSpawn as programs of 2022 have it: the export is
// _start_thread(userData), and its stack pointer is for the kernel to set.
//
// # Parameters
//
//   - userData: what the export is called with
//   - stackBase: the high end of the thread's stack
//   - stackStart: its low end
//   - reactor: nothing follows from it
//   - tid: where the thread's id goes (u32)
//
// # Result (Errno)
//
//   - EINVAL: stackBase is no address
//   - those of thread_spawn_v2
func ThreadSpawnV0(t *kernel.Thread, userData, stackBase, stackStart uint64, reactor, tid uint32) kernel.Result {
	if e := guestmem.Writable(t.Mem, tid, 4); e != abi.OK {
		return kernel.Ret(e)
	}
	if stackBase > t.Mem.Size() || stackBase > 1<<32-1 {
		return kernel.Ret(abi.EINVAL)
	}
	n, e := t.Spawn(kernel.Entry{Export: "_start_thread", Args: []uint64{userData}, Stack: uint32(stackBase)})
	if e != abi.OK {
		return kernel.Ret(e)
	}
	return kernel.Ret(t.Mem.Store32(tid, uint32(n.TID)))
}

// ThreadJoin waits until a thread has ended. One that does not exist has.
//
// # Parameters
//
//   - tid: the thread
//
// # Result (Errno)
//
//   - EDEADLK: the caller itself
//   - EINTR: a signal came before
//
// See https://wasix.org/docs/api-reference/wasix/thread_join
func ThreadJoin(t *kernel.Thread, tid int32) kernel.Result {
	o := t.Process.Thread(tid)
	switch o {
	case nil:
		return kernel.Success
	case t:
		return kernel.Ret(abi.EDEADLK)
	}
	gone := o.Gone()
	return t.Block(0, func(why kernel.Why) kernel.Result {
		switch {
		case gone.Readiness(waiter.In) != 0:
			return kernel.Success
		case why == kernel.Interrupted:
			return kernel.Ret(abi.EINTR)
		}
		return kernel.Blocked
	}, kernel.On{Object: gone, Mask: waiter.In})
}

// ThreadExit ends the calling thread. It does not return. With the last one the
// process ends.
//
// # Parameters
//
//   - rval: nothing asks for it
//
// See https://wasix.org/docs/api-reference/wasix/thread_exit
func ThreadExit(t *kernel.Thread, rval uint32) kernel.Result {
	t.Exit()
	return kernel.End
}
