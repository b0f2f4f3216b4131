package syscalls

import "github.com/wasix-web/wasix-web/wasix/kernel"

// EnvironGet writes the environment, each variable as "KEY=VALUE".
//
// # Parameters
//
//   - environ: where the address of each variable goes
//   - environBuf: where the variables go, one after the other, each with a NUL
//
// # Result (Errno)
//
//   - EFAULT: environ or environBuf leaves the memory
//
// Note: the layout is that of args_get.
//
// See https://wasix.org/docs/api-reference/wasi/environ_get
func EnvironGet(t *kernel.Thread, environ, environBuf uint32) kernel.Result {
	return putStrings(t, t.Process.Environ, environ, environBuf)
}

// EnvironSizesGet writes how many variables there are, and how many bytes they
// take with their NULs.
//
// # Parameters
//
//   - environCount: where the number of variables goes (u32)
//   - environBufSize: where the number of bytes goes (u32)
//
// # Result (Errno)
//
//   - EFAULT: environCount or environBufSize leaves the memory
//   - EOVERFLOW: the bytes do not fit in a u32
//
// See https://wasix.org/docs/api-reference/wasi/environ_sizes_get
func EnvironSizesGet(t *kernel.Thread, environCount, environBufSize uint32) kernel.Result {
	return putSizes(t, t.Process.Environ, environCount, environBufSize)
}
