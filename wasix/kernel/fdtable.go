package kernel

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// FD is one descriptor: a reference to an open file description, and what POSIX
// and preview1 keep per descriptor.
type FD struct {
	File             *vfs.OpenFile // nil: the slot is free
	Base, Inheriting abi.Rights
	CloseOnExec      bool
	Preopen          string // name for fd_prestat_dir_name; "": not a preopen
	// Hidden is the preopened directory whose number this descriptor has taken
	// (FDTable.Cover). It comes back when this one is closed.
	Hidden *FD
}

// Copy returns a descriptor of the same description for another number. The
// caller adds the reference.
func (d *FD) Copy() FD { return FD{File: d.File, Base: d.Base, Inheriting: d.Inheriting} }

// release drops the references of a descriptor that is no longer in a table.
func (d *FD) release() {
	if d.Hidden != nil {
		d.Hidden.File.Unref()
	}
	d.File.Unref()
}

// FDTable maps descriptors to open files. The lowest free number is given out.
type FDTable struct {
	fds  []FD
	free int // no free slot is below
	max  int
}

// Get returns the descriptor, or nil. The pointer is good until the next change.
func (t *FDTable) Get(fd int32) *FD {
	if uint(fd) < uint(len(t.fds)) {
		if d := &t.fds[fd]; d.File != nil {
			return d
		}
	}
	return nil
}

// Add puts d (and the reference it holds) at the lowest free number >= min.
// EMFILE when the limit is reached.
func (t *FDTable) Add(d FD, min int32) (int32, abi.Errno) {
	i := max(t.free, int(min))
	for i < len(t.fds) && t.fds[i].File != nil {
		i++
	}
	if i >= t.max {
		return 0, abi.EMFILE
	}
	t.put(i, d)
	if int(min) <= t.free {
		t.free = i + 1
	}
	return int32(i), abi.OK
}

// Limit returns how many descriptors there can be: numbers are below it.
func (t *FDTable) Limit() int32 { return int32(t.max) }

// Full tells whether Add would fail for n more descriptors.
func (t *FDTable) Full(n int) bool {
	if len(t.fds)+n <= t.max {
		return false
	}
	used := 0
	for i := range t.fds {
		if t.fds[i].File != nil {
			used++
		}
	}
	return used+n > t.max
}

// Set puts d at exactly fd, closing what was there.
func (t *FDTable) Set(fd int32, d FD) abi.Errno {
	if fd < 0 || int(fd) >= t.max {
		return abi.EBADF
	}
	old := FD{}
	if o := t.Get(fd); o != nil {
		old = *o
	}
	t.put(int(fd), d)
	if old.File != nil {
		old.release()
	}
	return abi.OK
}

// Cover puts d at exactly fd, closing what was there. A preopened directory is
// only hidden: libc finds every path through it, but programs (shells) want its
// number.
func (t *FDTable) Cover(fd int32, d FD) abi.Errno {
	if o := t.Get(fd); o != nil {
		if o.Preopen != "" {
			hidden := *o
			d.Hidden = &hidden
			*o = d
			return abi.OK
		}
		d.Hidden, o.Hidden = o.Hidden, nil
	}
	return t.Set(fd, d)
}

func (t *FDTable) put(i int, d FD) {
	for len(t.fds) <= i {
		t.fds = append(t.fds, FD{})
	}
	t.fds[i] = d
}

// Close frees fd and drops its reference.
func (t *FDTable) Close(fd int32) abi.Errno {
	d, e := t.Take(fd)
	if e == abi.OK {
		d.File.Unref()
	}
	return e
}

// Take frees fd and hands its reference to the caller.
func (t *FDTable) Take(fd int32) (FD, abi.Errno) {
	d := t.Get(fd)
	if d == nil {
		return FD{}, abi.EBADF
	}
	was := *d
	if was.Hidden != nil {
		*d, was.Hidden = *was.Hidden, nil
		return was, abi.OK
	}
	*d = FD{}
	t.free = min(t.free, int(fd))
	return was, abi.OK
}

// Each calls fn for every descriptor in ascending order.
func (t *FDTable) Each(fn func(fd int32, d *FD)) {
	for i := range t.fds {
		if t.fds[i].File != nil {
			fn(int32(i), &t.fds[i])
		}
	}
}

// CloseAll closes everything.
func (t *FDTable) CloseAll() {
	fds := t.fds
	t.fds, t.free = nil, 0
	for i := range fds {
		if fds[i].File != nil {
			fds[i].release()
		}
	}
}

// CloseOnExec closes what is marked so.
func (t *FDTable) CloseOnExec() {
	t.Each(func(fd int32, d *FD) {
		if d.CloseOnExec {
			t.Close(fd)
		}
	})
}

// Clone returns a table with the same descriptions, each with one reference more.
func (t *FDTable) Clone() *FDTable {
	n := &FDTable{fds: make([]FD, len(t.fds)), free: t.free, max: t.max}
	copy(n.fds, t.fds)
	for i := range n.fds {
		if n.fds[i].File != nil {
			n.fds[i].File.Ref()
			if h := n.fds[i].Hidden; h != nil {
				hidden := *h
				hidden.File.Ref()
				n.fds[i].Hidden = &hidden
			}
		}
	}
	return n
}
