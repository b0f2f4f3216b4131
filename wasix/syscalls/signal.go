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
	return own(t, t.Signal(abi.Signal(sig)))
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
		t.SetHandling(kernel.Handled)
	} else {
		t.SetHandling(kernel.Held)
	}
	return kernel.Success
}

// ProcSignal sends a signal.
//
// # Parameters
//
//   - pid: a process; 0 is the caller's group, -1 every process but the caller,
//     any other negative number the group of that number
//   - signal: the signal; 0 only asks whether there is somebody
//
// # Result (Errno)
//
//   - ESRCH: there is no such process, or group
//   - EINVAL: there is no such signal
//
// Note: like kill in POSIX. There are no users, so there is no EPERM. A group is
// what the embedder has started, with all that came of it.
//
// See https://wasix.org/docs/api-reference/wasix/proc_signal
func ProcSignal(t *kernel.Thread, pid int32, signal uint32) kernel.Result {
	if signal > kernel.MaxSignal {
		return kernel.Ret(abi.EINVAL)
	}
	k, sig := t.Kernel, abi.Signal(signal)
	if pid > 0 {
		p := k.Process(pid)
		if p == nil {
			return kernel.Ret(abi.ESRCH)
		}
		if p.Exiting() { // a zombie
			return kernel.Success
		}
		return own(t, p.Signal(sig))
	}
	group := -pid
	if pid == 0 {
		group = t.Process.Group
	}
	found := false
	hit := func(p *kernel.Process) {
		found = true
		p.Signal(sig)
	}
	if pid == -1 {
		k.Others(t.Process, hit)
	} else {
		k.InGroup(group, hit)
	}
	if !found {
		return kernel.Ret(abi.ESRCH)
	}
	return own(t, abi.OK)
}

// own returns e unless the caller's own process has been ended by it.
func own(t *kernel.Thread, e abi.Errno) kernel.Result {
	if t.Ending() {
		return kernel.End
	}
	return kernel.Ret(e)
}

// ThreadSignal sends a signal to one thread of the process.
//
// # Parameters
//
//   - tid: the thread; 0 is the caller
//   - signal: the signal; 0 only asks whether there is such a thread
//
// # Result (Errno)
//
//   - ESRCH: there is no such thread
//   - EINVAL: there is no such signal
//
// Note: like pthread_kill in POSIX. libc's raise uses it, and in programs of 2022
// the main thread does not know its own number: 0. One that the caller sends to itself is
// handled before the call returns.
//
// See https://wasix.org/docs/api-reference/wasix/thread_signal
func ThreadSignal(t *kernel.Thread, tid int32, signal uint32) kernel.Result {
	if signal > kernel.MaxSignal {
		return kernel.Ret(abi.EINVAL)
	}
	to := t
	if tid != 0 {
		to = t.Process.Thread(tid)
	}
	if to == nil {
		return kernel.Ret(abi.ESRCH)
	}
	return own(t, to.Signal(abi.Signal(signal)))
}

// ProcRaiseInterval sends a signal to the process after some time.
//
// # Parameters
//
//   - sig: the signal
//   - interval: when, in nanoseconds from now; 0 ends what was asked for before
//   - repeat: whether again and again
//
// # Result (Errno)
//
//   - EINVAL: there is no such signal
//
// Note: like setitimer in POSIX, with a timer for every signal.
//
// See https://wasix.org/docs/api-reference/wasix/proc_raise_interval
func ProcRaiseInterval(t *kernel.Thread, sig uint32, interval uint64, repeat uint32) kernel.Result {
	if sig > kernel.MaxSignal {
		return kernel.Ret(abi.EINVAL)
	}
	// Two centuries are for ever.
	return kernel.Ret(t.Process.RaiseEvery(abi.Signal(sig), int64(min(interval, 1<<62)), repeat != 0))
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
	return kernel.Ret(t.Mem.Store32(nsignals, uint32(len(dispositions(t)))/abi.SizeSignalDisposition))
}

// dispositions returns what proc_signals_get writes. wasix-libc of 2026 calls a
// null pointer for a signal's default action unless it has set one disposition:
// when nothing is ignored there is SIGCHLD, with the default.
func dispositions(t *kernel.Thread) []byte {
	b := t.Scratch.Bytes[:0]
	add := func(s abi.Signal, d abi.Disposition) {
		x := abi.SignalDisposition{Signal: s, Disposition: d}
		b = b[:len(b)+abi.SizeSignalDisposition]
		x.Put(b[len(b)-abi.SizeSignalDisposition:])
	}
	t.Process.Ignored(func(s abi.Signal) { add(s, abi.DispositionIgnore) })
	if len(b) == 0 {
		add(abi.SIGCHLD, abi.DispositionDefault)
	}
	return b
}

// ProcSignalsGet writes the dispositions that the process was started with: the
// signals that are ignored, or one that is not when there are none.
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
	return kernel.Ret(t.Mem.CopyOut(buf, dispositions(t)))
}
