// Package epoll is a set of descriptors to wait for: what epoll_create makes.
//
// A set is a vfs.Object, ready to be read when one of its members is; so sets
// nest. Members are registered in the queues of their objects. An object that
// becomes ready only moves its member to the ready list; whether it still is
// ready is asked when somebody wants to know.
//
// Everything is protected by the kernel lock.
package epoll

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

// Set is an epoll set.
type Set struct {
	vfs.UnimplementedObject
	members    map[key]*member
	head, tail *member // the ready list
	queue      waiter.Queue
	outer      map[*Set]int // the sets this one is in, and how often
	ino, born  uint64
}

// key is what a member is known by. The number alone would not do: it may name
// another file by now, while a duplicate keeps the first one in the set.
type key struct {
	fd   int32
	file *vfs.OpenFile
}

// member is one registration.
type member struct {
	key
	set        *Set
	entry      waiter.Entry
	event      abi.EpollEvent
	spent      bool // one-shot, and reported
	ready      bool // in the ready list
	prev, next *member
}

// New returns an empty set. ino is its inode number, now the real time in
// nanoseconds.
func New(ino, now uint64) *Set {
	return &Set{members: map[key]*member{}, ino: ino, born: now}
}

// Type implements vfs.Object.
func (s *Set) Type() abi.Filetype { return abi.FiletypeUnknown }

// Attr implements vfs.Object.
func (s *Set) Attr(*vfs.Ctx) (vfs.Attr, abi.Errno) {
	return vfs.Attr{Ino: s.ino, Nlink: 1, Type: abi.FiletypeUnknown, Atim: s.born, Mtim: s.born, Ctim: s.born}, abi.OK
}

// Add makes the file a member, as fd.
//
// Errors: EEXIST it is one already; EPERM regular files and directories are
// always ready; EINVAL the set itself; ELOOP sets would contain each other, or
// nest too deep.
func (s *Set) Add(fd int32, f *vfs.OpenFile, ev abi.EpollEvent) abi.Errno {
	switch f.Object.Type() {
	case abi.FiletypeRegularFile, abi.FiletypeDirectory:
		return abi.EPERM
	}
	if s.members[key{fd, f}] != nil {
		return abi.EEXIST
	}
	if inner, ok := f.Object.(*Set); ok {
		if e := s.nest(inner); e != abi.OK {
			return e
		}
	}
	m := &member{key: key{fd, f}, set: s, event: ev}
	m.entry.Listener = m
	s.members[m.key] = m
	f.Watch(m)
	m.arm()
	return abi.OK
}

// Modify changes what is waited for, and arms a spent one-shot member again.
//
// Errors: ENOENT the file is not a member.
func (s *Set) Modify(fd int32, f *vfs.OpenFile, ev abi.EpollEvent) abi.Errno {
	m := s.members[key{fd, f}]
	if m == nil {
		return abi.ENOENT
	}
	m.file.Object.Unregister(&m.entry)
	m.unready()
	m.event, m.spent = ev, false
	m.arm()
	return abi.OK
}

// Remove ends a membership.
//
// Errors: ENOENT the file is not a member.
func (s *Set) Remove(fd int32, f *vfs.OpenFile) abi.Errno {
	m := s.members[key{fd, f}]
	if m == nil {
		return abi.ENOENT
	}
	m.file.Unwatch(m)
	m.drop()
	return abi.OK
}

// FileClosed implements vfs.Watcher: a closed file is no member any more.
func (m *member) FileClosed(*vfs.OpenFile) { m.drop() }

// Release implements vfs.Object. Threads that still wait for it hear of that.
func (s *Set) Release() {
	for _, m := range s.members {
		m.file.Unwatch(m)
		m.drop()
	}
	s.queue.Notify(waiter.Hup)
}

// drop takes m out of its object's queue and of the set.
func (m *member) drop() {
	m.file.Object.Unregister(&m.entry)
	m.unready()
	delete(m.set.members, m.key)
	if inner, ok := m.file.Object.(*Set); ok {
		if inner.outer[m.set]--; inner.outer[m.set] == 0 {
			delete(inner.outer, m.set)
		}
	}
}

// arm registers m, and puts it on the ready list when it is ready.
func (m *member) arm() {
	mask := toMask(m.event.Events)
	m.file.Object.Register(&m.entry, mask)
	if m.file.Object.Readiness(mask) != 0 {
		m.Ready(nil, 0)
	}
}

// Ready implements waiter.Listener.
func (m *member) Ready(*waiter.Entry, waiter.Mask) {
	if m.ready || m.spent {
		return
	}
	s := m.set
	m.ready, m.prev = true, s.tail
	if s.tail != nil {
		s.tail.next = m
	} else {
		s.head = m
	}
	s.tail = m
	s.queue.Notify(waiter.In)
}

// unready takes m off the ready list.
func (m *member) unready() {
	if !m.ready {
		return
	}
	s := m.set
	if m.prev != nil {
		m.prev.next = m.next
	} else {
		s.head = m.next
	}
	if m.next != nil {
		m.next.prev = m.prev
	} else {
		s.tail = m.prev
	}
	m.ready, m.prev, m.next = false, nil, nil
}

// now returns the events of m that hold.
func (m *member) now() abi.EpollType {
	return fromMask(m.file.Object.Readiness(toMask(m.event.Events)))
}

// Collect calls emit with the event of each ready member, the one that was
// reported longest ago first, until emit returns false; the event refused is
// reported the next time. A member is reported again while it is ready; with
// EpollEt when its object has become ready anew; with EpollOneshot after Modify.
func (s *Set) Collect(emit func(abi.EpollEvent) bool) {
	var again *member // the first that has gone to the end of the list again
	for m := s.head; m != nil && m != again; {
		next := m.next
		events := m.now()
		if events == 0 {
			m.unready()
			m = next
			continue
		}
		ev := m.event
		ev.Events = events
		if !emit(ev) {
			return
		}
		m.unready()
		switch {
		case m.event.Events&abi.EpollOneshot != 0:
			m.spent = true
		case m.event.Events&abi.EpollEt == 0:
			s.append(m)
			if again == nil {
				again = m
			}
			if next == nil {
				return // m was the last, and is so again
			}
		}
		m = next
	}
}

// append puts m at the end of the ready list without telling anybody.
func (s *Set) append(m *member) {
	m.ready, m.prev = true, s.tail
	if s.tail != nil {
		s.tail.next = m
	} else {
		s.head = m
	}
	s.tail = m
}

// Readiness implements waiter.Waitable: In when a member is ready.
func (s *Set) Readiness(mask waiter.Mask) waiter.Mask {
	if mask&waiter.In == 0 {
		return 0
	}
	for m := s.head; m != nil; {
		next := m.next
		if m.now() != 0 {
			return waiter.In
		}
		m.unready()
		m = next
	}
	return 0
}

// Register implements waiter.Waitable.
func (s *Set) Register(e *waiter.Entry, mask waiter.Mask) { s.queue.Register(e, mask) }

// Unregister implements waiter.Waitable.
func (s *Set) Unregister(e *waiter.Entry) { s.queue.Unregister(e) }

// The conditions of both sides, in the same order.
var (
	masks = [...]waiter.Mask{waiter.In, waiter.Out, waiter.RdHup, waiter.Pri, waiter.Err, waiter.Hup}
	types = [...]abi.EpollType{abi.EpollIn, abi.EpollOut, abi.EpollRdhup, abi.EpollPri, abi.EpollErr, abi.EpollHup}
)

func toMask(e abi.EpollType) waiter.Mask {
	var m waiter.Mask
	for i, t := range types {
		if e&t != 0 {
			m |= masks[i]
		}
	}
	return m
}

func fromMask(m waiter.Mask) abi.EpollType {
	var e abi.EpollType
	for i, w := range masks {
		if m&w != 0 {
			e |= types[i]
		}
	}
	return e
}
