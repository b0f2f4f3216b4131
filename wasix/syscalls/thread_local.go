package syscalls

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/kernel"
)

// ThreadLocalCreate makes a key of which every thread has a value, 0 at first.
//
// # Parameters
//
//   - userData: nothing follows from it: the destructors that it stands for are
//     not called
//   - key: where the key goes (u32)
//
// # Result (Errno)
//
//   - EAGAIN: there are too many keys
//   - EFAULT: key leaves the memory
//
// Note: programs of 2022 have this.
func ThreadLocalCreate(t *kernel.Thread, userData uint64, key uint32) kernel.Result {
	if e := guestmem.Writable(t.Mem, key, 4); e != abi.OK {
		return kernel.Ret(e)
	}
	k, e := t.Process.NewKey(userData)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	return kernel.Ret(t.Mem.Store32(key, k))
}

// ThreadLocalDestroy forgets a key.
//
// # Parameters
//
//   - key: the key
//
// # Result (Errno)
//
//   - EINVAL: there is no such key
func ThreadLocalDestroy(t *kernel.Thread, key uint32) kernel.Result {
	return kernel.Ret(t.Process.DeleteKey(key))
}

// ThreadLocalGet writes the calling thread's value of a key.
//
// # Parameters
//
//   - key: the key; one that does not exist has the value 0
//   - value: where it goes (u64)
//
// # Result (Errno)
//
//   - EFAULT: value leaves the memory
func ThreadLocalGet(t *kernel.Thread, key, value uint32) kernel.Result {
	return kernel.Ret(t.Mem.Store64(value, t.Local(key)))
}

// ThreadLocalSet changes the calling thread's value of a key.
//
// # Parameters
//
//   - key: the key
//   - value: its value
//
// # Result (Errno)
//
//   - EINVAL: there is no such key
func ThreadLocalSet(t *kernel.Thread, key uint32, value uint64) kernel.Result {
	return kernel.Ret(t.SetLocal(key, value))
}
