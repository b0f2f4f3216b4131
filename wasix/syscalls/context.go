package syscalls

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/kernel"
)

// ContextCreate makes a context: another stack of the calling thread. It begins at
// entrypoint when it is first switched to, with 256 KiB of stack in the guest's memory.
//
// # Parameters
//
//   - newContext: where the id goes (u64)
//   - entrypoint: the function's place in the guest's table of functions; its type is
//     ()->(), and it must not return: the process would end with code 129. An
//     exception that leaves it is thrown again in the main context
//
// # Result (Errno)
//
//   - EINVAL: there is no such function
//   - ENOTSUP: the program exports no __stack_pointer or no
//     __indirect_function_table, or the caller acts for a child of vfork
//   - ENOMEM: the memory cannot grow by the stack
//   - EFAULT: newContext leaves the memory
//
// Note: like makecontext in POSIX.
//
// See https://github.com/wasix-org/wasix-libc/blob/main/libc-bottom-half/headers/public/wasix/context.h
func ContextCreate(t *kernel.Thread, newContext, entrypoint uint32) kernel.Result {
	if e := guestmem.Writable(t.Mem, newContext, 8); e != abi.OK {
		return kernel.Ret(e)
	}
	id, e := t.NewContext(entrypoint)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	return kernel.Ret(t.Mem.Store64(newContext, id))
}

// ContextSwitch suspends the running context of the calling thread, and resumes
// another one. It returns when somebody switches back.
//
// # Parameters
//
//   - nextContext: its id, 0 for the main context. The running one itself is no error
//
// # Result (Errno)
//
//   - EINVAL: the thread has no such context (any more)
//   - ENOTSUP: the caller acts for a child of vfork
//
// Note: like swapcontext in POSIX.
//
// See https://github.com/wasix-org/wasix-libc/blob/main/libc-bottom-half/headers/public/wasix/context.h
func ContextSwitch(t *kernel.Thread, nextContext uint64) kernel.Result {
	return t.SwitchContext(nextContext)
}

// ContextDestroy ends a context of the calling thread. Nothing more runs in it, not
// even what cleans up. One that the thread does not have is no error.
//
// # Parameters
//
//   - context: its id
//
// # Result (Errno)
//
//   - EINVAL: it is the running or the main context
//   - ENOTSUP: the caller acts for a child of vfork
//
// See https://github.com/wasix-org/wasix-libc/blob/main/libc-bottom-half/headers/public/wasix/context.h
func ContextDestroy(t *kernel.Thread, context uint64) kernel.Result {
	return kernel.Ret(t.EndContext(context))
}
