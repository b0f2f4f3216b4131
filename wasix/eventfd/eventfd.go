// Package eventfd is a counter behind a descriptor: what fd_event makes.
package eventfd

import (
	"math"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

// most is the largest count; one more would look like a failed read.
const most = math.MaxUint64 - 1

// EventFD is the counter. Writes add to it, reads take it down to zero or, for
// a semaphore, by one. Protected by the kernel lock.
type EventFD struct {
	vfs.UnimplementedObject
	count     uint64
	semaphore bool
	queue     waiter.Queue
	ino, born uint64
	word      [8]byte
}

// New returns a counter. ino is its inode number, now the real time in
// nanoseconds.
func New(initial uint64, semaphore bool, ino, now uint64) *EventFD {
	return &EventFD{count: min(initial, most), semaphore: semaphore, ino: ino, born: now}
}

// Type implements vfs.Object.
func (x *EventFD) Type() abi.Filetype { return abi.FiletypeUnknown }

// Attr implements vfs.Object.
func (x *EventFD) Attr(*vfs.Ctx) (vfs.Attr, abi.Errno) {
	return vfs.Attr{Ino: x.ino, Nlink: 1, Type: abi.FiletypeUnknown, Atim: x.born, Mtim: x.born, Ctim: x.born}, abi.OK
}

// Buffered returns how many bytes can be read at once.
func (x *EventFD) Buffered() uint64 {
	if x.count == 0 {
		return 0
	}
	return 8
}

// Read implements vfs.Object: eight bytes, little-endian.
//
// Errors: EINVAL for a smaller buffer, EAGAIN the count is zero, EFAULT.
func (x *EventFD) Read(_ *vfs.Ctx, _ *vfs.OpenFile, dst *guestmem.Vec) (int, abi.Errno) {
	if dst.Len() < 8 {
		return 0, abi.EINVAL
	}
	if x.count == 0 {
		return 0, abi.EAGAIN
	}
	take := x.count
	if x.semaphore {
		take = 1
	}
	for i := range x.word {
		x.word[i] = byte(take >> (8 * i))
	}
	if _, e := dst.CopyOut(x.word[:]); e != abi.OK {
		return 0, e
	}
	x.count -= take
	x.queue.Notify(waiter.Out)
	return 8, abi.OK
}

// Write implements vfs.Object: adds the first eight bytes.
//
// Errors: EINVAL fewer bytes, or all ones; EAGAIN the count would be too large;
// EFAULT.
func (x *EventFD) Write(_ *vfs.Ctx, _ *vfs.OpenFile, src *guestmem.Vec) (int, abi.Errno) {
	if src.Len() < 8 {
		return 0, abi.EINVAL
	}
	if _, e := src.Peek(x.word[:]); e != abi.OK {
		return 0, e
	}
	add := uint64(0)
	for i, b := range x.word {
		add |= uint64(b) << (8 * i)
	}
	switch {
	case add == math.MaxUint64:
		return 0, abi.EINVAL
	case add > most-x.count:
		return 0, abi.EAGAIN
	}
	src.Limit(0) // what follows is ignored, not written later
	if x.count += add; add != 0 {
		x.queue.Notify(waiter.In)
	}
	return 8, abi.OK
}

// Readiness implements waiter.Waitable. A one can be added when Out holds.
func (x *EventFD) Readiness(mask waiter.Mask) waiter.Mask {
	var m waiter.Mask
	if x.count > 0 {
		m = waiter.In
	}
	if x.count < most {
		m |= waiter.Out
	}
	return m & mask
}

// Register implements waiter.Waitable.
func (x *EventFD) Register(e *waiter.Entry, mask waiter.Mask) { x.queue.Register(e, mask) }

// Unregister implements waiter.Waitable.
func (x *EventFD) Unregister(e *waiter.Entry) { x.queue.Unregister(e) }
