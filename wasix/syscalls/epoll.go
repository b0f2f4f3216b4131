package syscalls

import (
	"math"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/epoll"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

// EpollCreate makes an empty set of descriptors to wait for.
//
// # Parameters
//
//   - epfd: where its descriptor goes (u32)
//
// # Result (Errno)
//
//   - EMFILE: the process has as many descriptors as it may
//   - EMEMVIOLATION: epfd leaves the memory. The other calls say EFAULT; programs
//     check for this one.
//
// Note: like epoll_create in Linux.
//
// See https://wasix.org/docs/api-reference/wasix/epoll_create
func EpollCreate(t *kernel.Thread, epfd uint32) kernel.Result {
	if guestmem.Writable(t.Mem, epfd, 4) != abi.OK {
		return kernel.Ret(abi.EMEMVIOLATION)
	}
	k, p := t.Kernel, t.Process
	f := vfs.NewOpenFile(epoll.New(k.NewIno(), k.Clock.Realtime()), 0)
	fd, e := p.FDs.Add(describe(p, f), 0)
	if e != abi.OK {
		f.Unref()
		return kernel.Ret(e)
	}
	return kernel.Ret(t.Mem.Store32(epfd, uint32(fd)))
}

// set returns the epoll set of a descriptor.
//
// Errors: EBADF, EINVAL it is something else.
func set(t *kernel.Thread, epfd int32) (*epoll.Set, *vfs.OpenFile, abi.Errno) {
	d := t.Process.FDs.Get(epfd)
	if d == nil {
		return nil, nil, abi.EBADF
	}
	s, ok := d.File.Object.(*epoll.Set)
	if !ok {
		return nil, nil, abi.EINVAL
	}
	return s, d.File, abi.OK
}

// EpollCtl changes an epoll set.
//
// # Parameters
//
//   - epfd: the set
//   - op: add (1, or 0), del (2) or mod (3)
//   - fd: the descriptor that becomes a member, changes, or is one no longer
//   - event: for add and mod, an epoll_event struct, see below
//
// # Result (Errno)
//
//   - EBADF: epfd or fd is not open
//   - EINVAL: epfd is not a set, or is fd; op is none of the three; event is 0, or
//     has unknown events
//   - EEXIST: fd is a member (add)
//   - ENOENT: fd is not a member (mod, del)
//   - EPERM: fd is a regular file or directory, which are always ready
//   - ELOOP: sets would contain each other, or more than 5 nest
//   - EFAULT: event leaves the memory
//
// The 32 bytes; data comes back from epoll_wait as it is:
//
//	0 events (u32): in 1, out 2, rdhup 4, pri 8, err 16, hup 32, et 64, oneshot 128
//	8 data: ptr (u32)  12 fd (u32)  16 data1 (u32)  24 data2 (u64)
//
// Note: like epoll_ctl in Linux. A member leaves the set when its last descriptor
// is closed.
//
// See https://wasix.org/docs/api-reference/wasix/epoll_ctl
func EpollCtl(t *kernel.Thread, epfd int32, op uint32, fd int32, event uint32) kernel.Result {
	s, _, e := set(t, epfd)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	d := t.Process.FDs.Get(fd)
	if d == nil {
		return kernel.Ret(abi.EBADF)
	}
	var ev abi.EpollEvent
	switch abi.EpollCtl(op) {
	case abi.EpollCtlDel:
		return kernel.Ret(s.Remove(fd, d.File))
	case abi.EpollCtlHeaderAdd, abi.EpollCtlAdd, abi.EpollCtlMod:
		if event == 0 {
			return kernel.Ret(abi.EINVAL)
		}
		b := t.Scratch.Bytes[:abi.SizeEpollEvent]
		if e := t.Mem.CopyIn(b, event); e != abi.OK {
			return kernel.Ret(e)
		}
		if ev.Get(b); ev.Events&^abi.EpollAll != 0 {
			return kernel.Ret(abi.EINVAL)
		}
	default:
		return kernel.Ret(abi.EINVAL)
	}
	if abi.EpollCtl(op) == abi.EpollCtlMod {
		return kernel.Ret(s.Modify(fd, d.File, ev))
	}
	return kernel.Ret(s.Add(fd, d.File, ev))
}

// forever is the timeout of an epoll_wait without one.
const forever = math.MaxUint64

// EpollWait waits until a member of an epoll set is ready.
//
// # Parameters
//
//   - epfd: the set
//   - event: where an epoll_event struct goes for each member that is ready
//   - maxevents: how many fit; the others are reported the next time
//   - timeout: how long to wait, in nanoseconds; 0 does not, all ones for ever
//   - nevents: where the number of events goes (u32); 0 after the timeout
//
// # Result (Errno)
//
//   - EBADF: epfd is not open, or was closed meanwhile
//   - EINVAL: it is not a set, or maxevents is not positive
//   - EINTR: a signal came before a member was ready
//   - EFAULT: event or nevents leaves the memory
//
// Note: like epoll_wait in Linux. One event has all that is true of a member. Err
// and hup are reported unasked.
//
// See https://wasix.org/docs/api-reference/wasix/epoll_wait
func EpollWait(t *kernel.Thread, epfd int32, event, maxevents uint32, timeout uint64, nevents uint32) kernel.Result {
	s, f, e := set(t, epfd)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	if int32(maxevents) <= 0 {
		return kernel.Ret(abi.EINVAL)
	}
	e = guestmem.Writable(t.Mem, event, uint64(maxevents)*abi.SizeEpollEvent)
	if e == abi.OK {
		e = guestmem.Writable(t.Mem, nevents, 4)
	}
	if e != abi.OK {
		return kernel.Ret(e)
	}
	if r := collect(t, s, event, maxevents, nevents); r != kernel.Blocked {
		return giveWay(t, r)
	}
	deadline := int64(0)
	if timeout <= instant {
		return giveWay(t, kernel.Ret(t.Mem.Store32(nevents, 0)))
	}
	if timeout != forever {
		deadline = after(t, timeout)
	}
	return t.Block(deadline, func(why kernel.Why) kernel.Result {
		if f.Closed() {
			return kernel.Ret(abi.EBADF)
		}
		r := collect(t, s, event, maxevents, nevents)
		switch {
		case r != kernel.Blocked:
			return r
		case why == kernel.TimedOut:
			return kernel.Ret(t.Mem.Store32(nevents, 0))
		case why == kernel.Interrupted:
			return kernel.Ret(abi.EINTR)
		}
		return kernel.Blocked
	}, kernel.On{Object: s, Mask: waiter.In})
}

// collect writes the events there are. Blocked: there is none.
func collect(t *kernel.Thread, s *epoll.Set, out, most, nevents uint32) kernel.Result {
	b := t.Scratch.Bytes[:0]
	n, e := uint32(0), abi.OK
	flush := func() {
		if len(b) > 0 && e == abi.OK {
			e = t.Mem.CopyOut(out, b)
			out, b = out+uint32(len(b)), b[:0]
		}
	}
	s.Collect(func(ev abi.EpollEvent) bool {
		if n == most {
			return false
		}
		if len(b)+abi.SizeEpollEvent > cap(b) {
			flush()
		}
		b = b[:len(b)+abi.SizeEpollEvent]
		ev.Put(b[len(b)-abi.SizeEpollEvent:])
		n++
		return true
	})
	if n == 0 {
		return kernel.Blocked
	}
	if flush(); e != abi.OK {
		return kernel.Ret(e)
	}
	return kernel.Ret(t.Mem.Store32(nevents, n))
}
