// Package waiter is the one readiness model: poll, epoll, blocking calls and
// wait all use it.
//
// An object that can become ready embeds a Queue and calls Notify when its
// state changes. Whoever waits registers an Entry, looks at the state once
// more, and sleeps. Notify only marks: a Listener must not call back into the
// object, and must not register or unregister entries. The kernel collects the
// marked threads and runs their calls again when the notifying call is over.
//
// Everything here is protected by the kernel lock, but for the count of entries,
// which is that of all kernels.
package waiter

import "sync/atomic"

// Mask is a set of conditions.
type Mask uint32

const (
	In    Mask = 1 << iota // a read does not block
	Out                    // a write does not block
	Err                    // an error is pending
	Hup                    // the other side has gone
	Pri                    // urgent data
	RdHup                  // the other side writes no more

	// Always is reported to every waiter, asked for or not.
	Always = Err | Hup
)

// Waitable is an object whose readiness can be asked and waited for.
type Waitable interface {
	// Readiness returns the conditions of mask (and of Always) that hold now.
	Readiness(mask Mask) Mask
	// Register adds e; it hears of conditions in mask and in Always.
	Register(e *Entry, mask Mask)
	// Unregister removes e. An entry that is not registered is left alone.
	Unregister(e *Entry)
}

// Listener hears of readiness.
type Listener interface {
	// Ready is called with the conditions that have come to hold. It only marks.
	Ready(e *Entry, mask Mask)
}

// Entry is one waiter's place in one queue. Its owner keeps it alive.
type Entry struct {
	Listener   Listener
	Data       uint64 // for the owner
	mask       Mask
	queue      *Queue
	prev, next *Entry
}

// Registered tells whether the entry is in a queue.
func (e *Entry) Registered() bool { return e.queue != nil }

// Queue is a list of entries, first come first served. The zero Queue is empty.
type Queue struct {
	head, tail *Entry
}

// registered counts the entries that are in a queue.
var registered atomic.Int64

// Registered returns how many entries are in a queue: 0 when every program has
// ended.
func Registered() int { return int(registered.Load()) }

// Empty tells whether nobody waits.
func (q *Queue) Empty() bool { return q.head == nil }

// Register adds e at the end.
func (q *Queue) Register(e *Entry, mask Mask) {
	if e.queue != nil {
		panic("waiter: entry registered twice")
	}
	e.mask, e.queue = mask|Always, q
	e.prev, e.next = q.tail, nil
	if q.tail != nil {
		q.tail.next = e
	} else {
		q.head = e
	}
	q.tail = e
	registered.Add(1)
}

// Unregister removes e.
func (q *Queue) Unregister(e *Entry) {
	if e.queue != q {
		return
	}
	if e.prev != nil {
		e.prev.next = e.next
	} else {
		q.head = e.next
	}
	if e.next != nil {
		e.next.prev = e.prev
	} else {
		q.tail = e.prev
	}
	e.queue, e.prev, e.next = nil, nil, nil
	registered.Add(-1)
}

// Notify tells every entry that waits for a condition in mask.
func (q *Queue) Notify(mask Mask) {
	for e := q.head; e != nil; e = e.next {
		if m := e.mask & mask; m != 0 {
			e.Listener.Ready(e, m)
		}
	}
}

// Always ready: embed AlwaysReady in objects that never block.
type AlwaysReady struct{}

// Readiness returns In and Out as asked.
func (AlwaysReady) Readiness(mask Mask) Mask { return mask & (In | Out) }

// Register does nothing: the state never changes.
func (AlwaysReady) Register(*Entry, Mask) {}

// Unregister does nothing.
func (AlwaysReady) Unregister(*Entry) {}
