// Package futex has the queues behind futex_wait and futex_wake: threads that
// wait at an address of one memory until another thread wakes them.
//
// Everything is protected by the kernel lock.
package futex

import (
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

// Table has the waiters of one memory, by address. Processes that share a
// memory (after vfork) share its table. The zero Table is empty.
type Table struct {
	lists map[uint32]list
}

// list is the queue at one address, longest wait first. It is never empty.
type list struct {
	head, tail *Waiter
}

// Waiter is one thread's place at an address. It is reused from wait to wait.
//
// It is a waiter.Waitable with one waiter: the thread is in the queue from
// Register to Unregister, or until it is woken.
type Waiter struct {
	queue      waiter.Queue
	table      *Table
	addr       uint32
	queued     bool
	woken      bool
	prev, next *Waiter
}

// Wait makes w a waiter at addr. Nothing is queued until it is registered.
func (t *Table) Wait(w *Waiter, addr uint32) {
	w.leave()
	w.table, w.addr, w.woken = t, addr, false
}

// Woken tells whether Wake has chosen w since the last Wait.
func (w *Waiter) Woken() bool { return w.woken }

// Wake wakes the n longest waiting threads at addr and returns how many there
// were.
func (t *Table) Wake(addr uint32, n int) int {
	done := 0
	for ; done < n; done++ {
		w := t.lists[addr].head
		if w == nil {
			break
		}
		w.leave()
		w.woken = true
		w.queue.Notify(waiter.In)
	}
	return done
}

// Len counts the waiting threads.
func (t *Table) Len() int {
	n := 0
	for _, l := range t.lists {
		for w := l.head; w != nil; w = w.next {
			n++
		}
	}
	return n
}

// Readiness implements waiter.Waitable.
func (w *Waiter) Readiness(mask waiter.Mask) waiter.Mask {
	if w.woken {
		return mask & waiter.In
	}
	return 0
}

// Register implements waiter.Waitable: the thread joins the queue.
func (w *Waiter) Register(e *waiter.Entry, mask waiter.Mask) {
	w.queue.Register(e, mask)
	if w.queued || w.woken {
		return
	}
	t := w.table
	if t.lists == nil {
		t.lists = map[uint32]list{}
	}
	l := t.lists[w.addr]
	w.queued, w.prev = true, l.tail
	if l.tail != nil {
		l.tail.next = w
	} else {
		l.head = w
	}
	l.tail = w
	t.lists[w.addr] = l
}

// Unregister implements waiter.Waitable: the thread waits no longer.
func (w *Waiter) Unregister(e *waiter.Entry) {
	w.queue.Unregister(e)
	w.leave()
}

// leave takes w out of its queue.
func (w *Waiter) leave() {
	if !w.queued {
		return
	}
	l := w.table.lists[w.addr]
	if w.prev != nil {
		w.prev.next = w.next
	} else {
		l.head = w.next
	}
	if w.next != nil {
		w.next.prev = w.prev
	} else {
		l.tail = w.prev
	}
	w.queued, w.prev, w.next = false, nil, nil
	if l.head == nil {
		delete(w.table.lists, w.addr)
	} else {
		w.table.lists[w.addr] = l
	}
}
