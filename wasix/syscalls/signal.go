package syscalls

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// libcHandler is what wasix-libc calls the function that gets signals.
const libcHandler = "__wasm_signal"

// ProcRaise sends a signal to the calling thread.
//
// # Parameters
//
//   - sig: the signal; 0 does nothing
//
// # Result (Errno)
//
//   - EINVAL: there is no such signal
//
// Note: like raise in POSIX. A signal that the program handles is handled before
// the call returns. A preview1 program handles none: it ends, or nothing happens.
//
// See https://wasix.org/docs/api-reference/wasi/proc_raise
func ProcRaise(t *kernel.Thread, sig uint32) kernel.Result {
	if sig > kernel.MaxSignal {
		return kernel.Ret(abi.EINVAL)
	}
	return kernel.Ret(t.Signal(abi.Signal(sig)))
}

// CallbackSignal names the function that is called with each signal.
//
// # Parameters
//
//   - callback: the name of an export of type (i32) -> ()
//   - callbackLen: bytes of the name
//
// It returns nothing. wasix-libc names "__wasm_signal" when it can take signals;
// to block them it names something that does not exist, and they stay pending.
// So does a name that cannot be read.
//
// See https://wasix.org/docs/api-reference/wasix/callback_signal
func CallbackSignal(t *kernel.Thread, callback, callbackLen uint32) kernel.Result {
	name, e := guestmem.String(t.Mem, callback, callbackLen, vfs.NameMax)
	ok := e == abi.OK && name != ""
	if ok {
		if h, has := t.Kernel.Engine.(kernel.HandlerSetter); has {
			ok = h.SetHandler(t, name) == nil
		} else {
			ok = name == libcHandler
		}
	}
	if ok {
		t.Process.SetHandling(kernel.Handled)
	} else {
		t.Process.SetHandling(kernel.Held)
	}
	return kernel.Success
}

// ProcSignalsSizesGet writes how many entries proc_signals_get has.
//
// # Parameters
//
//   - nsignals: where the number goes (u32)
//
// # Result (Errno)
//
//   - EFAULT: nsignals leaves the memory
//
// See https://wasix.org/docs/api-reference/wasix/proc_signals_sizes_get
func ProcSignalsSizesGet(t *kernel.Thread, nsignals uint32) kernel.Result {
	n := uint32(0)
	t.Process.Ignored(func(abi.Signal) { n++ })
	return kernel.Ret(t.Mem.Store32(nsignals, n))
}

// ProcSignalsGet writes the dispositions that the process was started with and
// that are not the default: the signals that are ignored.
//
// # Parameters
//
//   - buf: where the signal_disposition structs go, 2 bytes each
//
// # Result (Errno)
//
//   - EFAULT: the array leaves the memory
//
// See https://wasix.org/docs/api-reference/wasix/proc_signals_get
func ProcSignalsGet(t *kernel.Thread, buf uint32) kernel.Result {
	b := t.Scratch.Bytes[:0]
	t.Process.Ignored(func(s abi.Signal) {
		x := abi.SignalDisposition{Signal: s, Disposition: abi.DispositionIgnore}
		b = b[:len(b)+abi.SizeSignalDisposition]
		x.Put(b[len(b)-abi.SizeSignalDisposition:])
	})
	return kernel.Ret(t.Mem.CopyOut(buf, b))
}
