package syscalls

import (
	"math"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/kernel"
)

// ArgsGet writes the program's arguments.
//
// # Parameters
//
//   - argv: where the address of each argument goes
//   - argvBuf: where the arguments go, one after the other, each with a NUL
//
// # Result (Errno)
//
//   - EFAULT: argv or argvBuf leaves the memory
//
// For the arguments "a" and "bc", with argvBuf 16, argv 4:
//
//	         argv[0]      argv[1]                   argv[0]  argv[1]
//	        +---------+  +---------+               +------+ +----------+
//	[0 ... 4:16 0 0 0     18 0 0 0   ... 16:        'a', 0,  'b','c', 0 ...]
//
// See args_sizes_get, and https://wasix.org/docs/api-reference/wasi/args_get
func ArgsGet(t *kernel.Thread, argv, argvBuf uint32) kernel.Result {
	return putStrings(t, t.Process.Args, argv, argvBuf)
}

// ArgsSizesGet writes how many arguments there are, and how many bytes they take
// with their NULs.
//
// # Parameters
//
//   - argc: where the number of arguments goes (u32)
//   - argvBufSize: where the number of bytes goes (u32)
//
// # Result (Errno)
//
//   - EFAULT: argc or argvBufSize leaves the memory
//   - EOVERFLOW: the bytes do not fit in a u32
//
// See https://wasix.org/docs/api-reference/wasi/args_sizes_get
func ArgsSizesGet(t *kernel.Thread, argc, argvBufSize uint32) kernel.Result {
	return putSizes(t, t.Process.Args, argc, argvBufSize)
}

// sizeOf returns how many bytes the strings take with their NULs.
func sizeOf(list []string) uint64 {
	n := uint64(len(list))
	for _, s := range list {
		n += uint64(len(s))
	}
	return n
}

func putSizes(t *kernel.Thread, list []string, count, size uint32) kernel.Result {
	n := sizeOf(list)
	if e := guestmem.Writable(t.Mem, count, 4); e != abi.OK {
		return kernel.Ret(e)
	}
	if e := guestmem.Writable(t.Mem, size, 4); e != abi.OK {
		return kernel.Ret(e)
	}
	if n > math.MaxUint32 {
		return kernel.Ret(abi.EOVERFLOW)
	}
	t.Mem.Store32(count, uint32(len(list)))
	return kernel.Ret(t.Mem.Store32(size, uint32(n)))
}

// putStrings writes the strings to buf, and their addresses to table.
func putStrings(t *kernel.Thread, list []string, table, buf uint32) kernel.Result {
	if e := guestmem.Writable(t.Mem, table, 4*uint64(len(list))); e != abi.OK {
		return kernel.Ret(e)
	}
	size := sizeOf(list)
	if e := guestmem.Writable(t.Mem, buf, size); e != abi.OK {
		return kernel.Ret(e)
	}
	addrs, text := make([]byte, 0, 4*len(list)), make([]byte, 0, size)
	for _, s := range list {
		a := buf + uint32(len(text))
		addrs = append(addrs, byte(a), byte(a>>8), byte(a>>16), byte(a>>24))
		text = append(append(text, s...), 0)
	}
	if e := t.Mem.CopyOut(table, addrs); e != abi.OK {
		return kernel.Ret(e)
	}
	return kernel.Ret(t.Mem.CopyOut(buf, text))
}
