package syscalls

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// waits is what the calls that wait most often try again with. A thread has one,
// and waits in one call at a time: making a function for each wait would cost
// more than the wait.
type waits struct {
	t           *kernel.Thread
	read, futex func(kernel.Why) kernel.Result // tryRead and tryFutex
	file        *vfs.OpenFile
	result      uint32 // where the call's result goes
}

func waitsOf(t *kernel.Thread) *waits {
	w, _ := t.Scratch.Waits.(*waits)
	if w == nil {
		w = &waits{t: t}
		w.read, w.futex = w.tryRead, w.tryFutex
		t.Scratch.Waits = w
	}
	return w
}

// done ends the wait for a file.
func (w *waits) done(e abi.Errno) kernel.Result {
	w.file = nil
	return kernel.Ret(e)
}
