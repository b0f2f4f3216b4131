package syscalls

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/strace"
)

// Traced is Dispatch for a thread that is traced: one line for the call, one for
// its result. A call that waits gets its second line when it is tried again and
// is done.
func Traced(t *kernel.Thread, id abi.CallID, args []uint64) kernel.Result {
	c := &abi.Calls[id]
	t.Trace(strace.Enter(c, args, t.Mem))
	r := Dispatch(t, id, args)
	if r >= 0 {
		t.Trace(strace.Exit(c, args, t.Mem, int32(r)))
	} else if r == kernel.Blocked {
		t.Trace("<== " + c.Name + " waits")
	}
	return r
}
