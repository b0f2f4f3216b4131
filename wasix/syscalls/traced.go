package syscalls

import (
	"slices"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/strace"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// Traced is Dispatch, with a line in the trace before and after. The line after a
// call that waits comes when it is over; one that does not return has none.
func Traced(t *kernel.Thread, id abi.CallID, args []uint64) kernel.Result {
	if r, again := t.Repeated(); again {
		return r
	}
	if fn := t.Finished; fn != nil {
		// It yielded: the engine went on with it by itself.
		t.Finished = nil
		fn(kernel.Success)
	}
	c := &abi.Calls[id]
	t.Trace(strace.Enter(c, args, t.Mem))
	r := Dispatch(t, id, args)
	if r == kernel.Blocked || r.NeedsGoroutine() {
		own := slices.Clone(args)
		t.Finished = func(r kernel.Result) { traceExit(t, c, own, r) }
	} else {
		traceExit(t, c, args, r)
	}
	return r
}

func traceExit(t *kernel.Thread, c *abi.Call, args []uint64, r kernel.Result) {
	if r != kernel.End && !t.Ending() {
		t.Trace(strace.Exit(c, args, t.Mem, r.Value()))
	}
}

// closeTrace is for a file that a traced thread has opened.
type closeTrace struct {
	t    *kernel.Thread
	path string // by which it was opened
}

// traceClose gives the file a line in the trace when its last descriptor goes, in
// whatever process that is. name is relative to from.
func traceClose(t *kernel.Thread, f *vfs.OpenFile, from vfs.At, name string) {
	if name[0] != '/' {
		root := from.Root
		if root.Inode == nil {
			root = t.Kernel.Namespace.Root()
		}
		if from.Base.Inode == nil {
			from.Base = root
		}
		base, _ := t.Kernel.Namespace.Path(&t.Ctx, from.Base, root)
		if base != "/" {
			base += "/"
		}
		name = base + name
	}
	f.Watch(&closeTrace{t, name})
}

// FileClosed implements vfs.Watcher.
func (c *closeTrace) FileClosed(*vfs.OpenFile) { c.t.Trace(strace.Closed(c.path)) }
