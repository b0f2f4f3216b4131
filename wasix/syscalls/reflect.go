package syscalls

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/kernel"
)

// ReflectSignature tells the type of a function in the program's first table, as
// the module's element segments have it.
//
// # Parameters
//
//   - functionID: its place in the table
//   - argumentTypes, argumentTypesLen: where the types of its parameters go, one
//     byte each (abi.WasmValueType), and the room there
//   - resultTypes, resultTypesLen: the same for its results
//   - result: where the numbers of both go (abi.ReflectionResult), also when the
//     call fails; without a function that can be told both are 0
//
// # Result (Errno)
//
//   - EINVAL: there is no function, or it has other types than those that have numbers
//   - EOVERFLOW: one of the lists is too short; neither is written
//   - ENOTSUP: the program has no table; result is not written
//   - EFAULT: what is to be written leaves the memory; what comes before it is there
//
// Note: nobody but the program sees what it does to its table while it runs. What
// it puts into places that no segment has is EINVAL, and not cacheable; a function
// that it replaces keeps the type of the one that was there. Place 0, the null
// pointer of C, is EINVAL and cacheable.
//
// See https://github.com/wasix-org/wasix-libc/blob/main/libc-bottom-half/headers/public/wasix/reflection.h
func ReflectSignature(t *kernel.Thread, functionID, argumentTypes, argumentTypesLen, resultTypes, resultTypesLen, result uint32) kernel.Result {
	functions := t.Process.Functions
	if functions == nil {
		return kernel.Ret(abi.ENOTSUP)
	}
	types, params := functions.Signature(functionID)
	n, m, cacheable := uint32(0), uint32(0), byte(0)
	if params >= 0 {
		n, cacheable = uint32(params), 1
		m = uint32(len(types)) - n
	} else if functionID == 0 {
		cacheable = 1
	}
	e := t.Mem.CopyOut(result, []byte{cacheable, 0, byte(n), byte(n >> 8), byte(m), byte(m >> 8)}) // abi.ReflectionResult
	switch {
	case e != abi.OK:
	case params < 0:
		e = abi.EINVAL
	case n > argumentTypesLen || m > resultTypesLen:
		e = abi.EOVERFLOW
	default:
		if e = t.Mem.CopyOut(argumentTypes, types[:n]); e == abi.OK {
			e = t.Mem.CopyOut(resultTypes, types[n:])
		}
	}
	return kernel.Ret(e)
}
