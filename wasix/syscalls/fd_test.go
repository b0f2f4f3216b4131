//go:build !js

package syscalls

import (
	"math"
	"testing"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

func TestSeek(t *testing.T) {
	x := posix(t)
	fd := x.file("file", "0123456789")
	for _, c := range []struct {
		off    int64
		whence uint32
		want   abi.Errno
		at     uint64
	}{
		{4, 0, abi.OK, 4},
		{3, 1, abi.OK, 7},
		{-9, 1, abi.EINVAL, 0},
		{0, 1, abi.OK, 7},
		{-1, 2, abi.OK, 9},
		{1 << 40, 2, abi.OK, 1<<40 + 10},
		{math.MaxInt64, 2, abi.EOVERFLOW, 0},
		{-1, 0, abi.EINVAL, 0},
		{0, 3, abi.EINVAL, 0},
		{0, 256, abi.EINVAL, 0},
	} {
		x.wipe()
		x.fails(FdSeek(x.t, fd, c.off, c.whence, result), c.want)
		if c.want == abi.OK {
			if x.u64(result) != c.at {
				t.Errorf("seek(%d, %d) = %d, want %d", c.off, c.whence, x.u64(result), c.at)
			}
			x.untouched(result, 8)
		} else {
			x.untouched()
		}
	}
	// wasi_unstable numbers whence cur, end, set.
	for whence, want := range []uint64{1<<40 + 12, 12, 2} {
		x.ok(FdSeek(x.t, fd, 1<<40+10, 0, result))
		x.ok(UnstableFdSeek(x.t, fd, 2, uint32(whence), result))
		if x.u64(result) != want {
			t.Errorf("unstable whence %d: %d, want %d", whence, x.u64(result), want)
		}
	}
	x.fails(UnstableFdSeek(x.t, fd, 2, 3, result), abi.EINVAL)
	// A bad result address leaves the offset alone.
	x.fails(FdSeek(x.t, fd, 5, 0, memSize-7), abi.EFAULT)
	x.ok(FdTell(x.t, fd, result))
	if x.u64(result) != 2 {
		t.Errorf("the offset moved to %d", x.u64(result))
	}
	x.fails(FdSeek(x.t, 99, 0, 0, result), abi.EBADF)
	r, _ := x.pipe()
	x.fails(FdSeek(x.t, r, 0, 1, result), abi.ESPIPE)
	x.fails(FdSeek(x.t, 3, 0, 1, result), abi.EISDIR)
}

func TestSeekRights(t *testing.T) {
	x := preview1(t)
	x.file("file", "0123456789")
	tell := x.open("file", 0, abi.RightsFdRead|abi.RightsFdTell)
	x.ok(FdTell(x.t, tell, result))
	x.ok(FdSeek(x.t, tell, 0, 1, result))
	x.fails(FdSeek(x.t, tell, 1, 1, result), abi.ENOTCAPABLE)
	none := x.open("file", 0, abi.RightsFdRead)
	x.fails(FdTell(x.t, none, result), abi.ENOTCAPABLE)
	seek := x.open("file", 0, abi.RightsFdSeek)
	x.ok(FdTell(x.t, seek, result)) // fd_seek includes fd_tell
}

// A failing write changes nothing, a failing read moves nothing.
func TestReadWriteFaults(t *testing.T) {
	x := posix(t)
	fd := x.file("file", "0123456789")
	x.ok(FdSeek(x.t, fd, 0, 0, result))
	x.fails(FdRead(x.t, fd, x.iov(memSize-4, 8), 1, result), abi.EFAULT)
	x.fails(FdRead(x.t, fd, x.iov(bufAt, 8), 1, memSize-3), abi.EFAULT)
	x.fails(FdRead(x.t, fd, memSize-4, 1, result), abi.EFAULT)
	x.fails(FdRead(x.t, fd, 0xfffffff8, 2, result), abi.EFAULT)
	x.fails(FdRead(x.t, fd, iovAt, 1025, result), abi.EINVAL)
	x.fails(FdWrite(x.t, fd, x.iov(memSize-4, 8), 1, result), abi.EFAULT)
	x.fails(FdWrite(x.t, fd, x.iov(bufAt, 8), 1, memSize-3), abi.EFAULT)
	x.fails(FdWrite(x.t, fd, x.iov(bufAt, 0x80000000), 1, result), abi.EINVAL)
	// The second of two buffers is bad: the first must not be written.
	x.put32(iovAt, bufAt)
	x.put32(iovAt+4, 4)
	x.put32(iovAt+8, memSize)
	x.put32(iovAt+12, 4)
	x.fails(FdWrite(x.t, fd, iovAt, 2, result), abi.EFAULT)
	x.fails(FdPwrite(x.t, fd, iovAt, 2, 0, result), abi.EFAULT)
	x.ok(FdTell(x.t, fd, result))
	if x.u64(result) != 0 {
		t.Errorf("the offset moved to %d", x.u64(result))
	}
	x.ok(FdRead(x.t, fd, x.iov(bufAt, 16), 1, result))
	if n := x.u32(result); n != 10 || string(x.mem[bufAt:bufAt+10]) != "0123456789" {
		t.Errorf("the file is %q now", x.mem[bufAt:bufAt+n])
	}
}

func TestPreadPwrite(t *testing.T) {
	x := posix(t)
	fd := x.file("file", "0123456789")
	x.put(bufAt, "ab")
	x.ok(FdPwrite(x.t, fd, x.iov(bufAt, 2), 1, 4, result))
	x.ok(FdPread(x.t, fd, x.iov(bufAt, 8), 1, 3, result))
	if n := x.u32(result); n != 7 || string(x.mem[bufAt:bufAt+7]) != "3ab6789" {
		t.Errorf("%d %q", n, x.mem[bufAt:bufAt+7])
	}
	x.ok(FdTell(x.t, fd, result))
	if x.u64(result) != 10 {
		t.Errorf("the offset moved to %d", x.u64(result))
	}
	x.fails(FdPread(x.t, fd, x.iov(bufAt, 8), 1, 1<<63, result), abi.EINVAL)
	x.fails(FdPwrite(x.t, fd, x.iov(bufAt, 8), 1, 1<<63, result), abi.EINVAL)
	r, w := x.pipe()
	x.fails(FdPread(x.t, r, x.iov(bufAt, 8), 1, 0, result), abi.ESPIPE)
	x.fails(FdPwrite(x.t, w, x.iov(bufAt, 8), 1, 0, result), abi.ESPIPE)
	x.fails(FdPread(x.t, w, x.iov(bufAt, 8), 1, 0, result), abi.EBADF)
	x.fails(FdPread(x.t, 3, x.iov(bufAt, 8), 1, 0, result), abi.EISDIR)
}

// What a descriptor was opened for shows in different errors.
func TestAccessMode(t *testing.T) {
	for _, c := range []struct {
		name          string
		new           func(*testing.T) *env
		read, dropped abi.Errno
	}{
		{"preview1", preview1, abi.ENOTCAPABLE, abi.ENOTCAPABLE},
		{"wasix", posix, abi.EBADF, abi.EACCES},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := c.new(t)
			x.file("file", "x")
			wr := x.open("file", 0, abi.RightsFdWrite|abi.RightsFdSeek)
			rd := x.open("file", 0, abi.RightsFdRead|abi.RightsFdSeek)
			x.fails(FdRead(x.t, wr, x.iov(bufAt, 1), 1, result), c.read)
			x.fails(FdWrite(x.t, rd, x.iov(bufAt, 1), 1, result), c.read)
			x.fails(FdPwrite(x.t, rd, x.iov(bufAt, 1), 1, 0, result), c.read)
			x.ok(FdFdstatGet(x.t, rd, result))
			base := abi.Rights(x.u64(result + 8))
			if base&abi.RightsFdRead == 0 || base&abi.RightsFdWrite != 0 {
				t.Errorf("rights %v", base)
			}
			x.ok(FdFdstatSetRights(x.t, rd, uint64(base&^abi.RightsFdRead), 0))
			x.fails(FdRead(x.t, rd, x.iov(bufAt, 1), 1, result), c.dropped)
			x.fails(FdFdstatSetRights(x.t, rd, uint64(base), 0), abi.ENOTCAPABLE)
			x.fails(FdFdstatSetRights(x.t, rd, 0, 1), abi.ENOTCAPABLE)
			x.fails(FdFdstatSetRights(x.t, 99, 0, 0), abi.EBADF)
		})
	}
}

func TestFilestat(t *testing.T) {
	x := posix(t)
	fd := x.file("file", "0123456789")
	x.wipe()
	x.ok(FdFilestatGet(x.t, fd, result))
	x.untouched(result, 64)
	var s abi.Filestat
	s.Get(x.mem[result:])
	if s.Filetype != abi.FiletypeRegularFile || s.Size != 10 || s.Nlink != 1 || s.Mtim != realNow || s.Ino == 0 {
		t.Errorf("%+v", s)
	}
	x.wipe()
	x.ok(UnstableFdFilestatGet(x.t, fd, result))
	x.untouched(result, 56)
	var u abi.UnstableFilestat
	u.Get(x.mem[result:])
	if u != s.Unstable() {
		t.Errorf("%+v, want %+v", u, s.Unstable())
	}
	both := uint32(abi.FstflagsAtim | abi.FstflagsMtim)
	x.ok(FdFilestatSetTimes(x.t, fd, 5, 7, both))
	x.ok(FdFilestatGet(x.t, fd, result))
	if s.Get(x.mem[result:]); s.Atim != 5 || s.Mtim != 7 {
		t.Errorf("times %d %d", s.Atim, s.Mtim)
	}
	x.ok(FdFilestatSetTimes(x.t, fd, 1, 1, uint32(abi.FstflagsMtimNow)))
	x.ok(FdFilestatGet(x.t, fd, result))
	if s.Get(x.mem[result:]); s.Atim != 5 || s.Mtim != realNow {
		t.Errorf("times %d %d", s.Atim, s.Mtim)
	}
	for _, bad := range []abi.Fstflags{3, 12, 16} {
		x.fails(FdFilestatSetTimes(x.t, fd, 0, 0, uint32(bad)), abi.EINVAL)
	}
	x.ok(FdFilestatSetSize(x.t, fd, 1<<33))
	x.ok(FdFilestatGet(x.t, fd, result))
	if s.Get(x.mem[result:]); s.Size != 1<<33 {
		t.Errorf("size %d", s.Size)
	}
	x.fails(FdFilestatSetSize(x.t, fd, 1<<63), abi.EINVAL)
	rd := x.open("file", 0, abi.RightsFdRead)
	x.fails(FdFilestatSetSize(x.t, rd, 1), abi.EINVAL)
	x.fails(FdFilestatSetSize(x.t, 3, 1), abi.EISDIR)
	x.fails(FdFilestatGet(x.t, fd, memSize-63), abi.EFAULT)
}

func TestAllocateAdviseSync(t *testing.T) {
	x := posix(t)
	fd := x.file("file", "0123456789")
	x.ok(FdAllocate(x.t, fd, 8, 8))
	x.ok(FdAllocate(x.t, fd, 0, 4))
	x.ok(FdFilestatGet(x.t, fd, result))
	if x.u64(result+32) != 16 {
		t.Errorf("size %d", x.u64(result+32))
	}
	x.fails(FdAllocate(x.t, fd, 8, 0), abi.EINVAL)
	x.fails(FdAllocate(x.t, fd, 1<<62, 1<<62), abi.EFBIG)
	x.fails(FdAllocate(x.t, x.open("file", 0, abi.RightsFdRead), 0, 99), abi.EBADF)
	r, w := x.pipe()
	x.fails(FdAllocate(x.t, w, 0, 1), abi.ENODEV)
	x.ok(FdAdvise(x.t, fd, 0, 1<<62, uint32(abi.AdviceNoreuse)))
	x.fails(FdAdvise(x.t, fd, 0, 0, 6), abi.EINVAL)
	x.fails(FdAdvise(x.t, fd, math.MaxUint64, math.MaxUint64, 0), abi.EINVAL)
	x.fails(FdAdvise(x.t, fd, 1<<62, 1<<62, 0), abi.EINVAL)
	x.fails(FdAdvise(x.t, r, 0, 0, 0), abi.ESPIPE)
	x.fails(FdAdvise(x.t, 99, 0, 0, 3), abi.EBADF)
	x.ok(FdSync(x.t, fd))
	x.ok(FdDatasync(x.t, fd))
	x.fails(FdDatasync(x.t, r), abi.EINVAL)
	x.fails(FdSync(x.t, w), abi.EINVAL)
	x.fails(FdSync(x.t, 99), abi.EBADF)
	y := preview1(t)
	none := y.open("file", abi.OflagsCreat, 0)
	y.fails(FdSync(y.t, none), abi.ENOTCAPABLE)
	y.fails(FdDatasync(y.t, none), abi.ENOTCAPABLE)
	y.fails(FdAllocate(y.t, none, 0, 1), abi.ENOTCAPABLE)
	y.fails(FdAdvise(y.t, none, 0, 1, 0), abi.ENOTCAPABLE)
	y.fails(FdFilestatGet(y.t, none, result), abi.ENOTCAPABLE)
	y.fails(FdFilestatSetSize(y.t, none, 0), abi.ENOTCAPABLE)
	y.fails(FdFilestatSetTimes(y.t, none, 0, 0, 0), abi.ENOTCAPABLE)
	y.fails(FdFdstatSetFlags(y.t, none, 0), abi.ENOTCAPABLE)
	y.fails(FdReaddir(y.t, none, bufAt, 64, 0, result), abi.ENOTDIR)
}

func TestFlags(t *testing.T) {
	x := posix(t)
	fd := x.file("file", "01")
	x.ok(FdDup(x.t, fd, result))
	dup := int32(x.u32(result))
	x.ok(FdFdstatSetFlags(x.t, fd, uint32(abi.FdflagsAppend|abi.FdflagsNonblock)))
	x.ok(FdFdstatGet(x.t, dup, result)) // flags are the file's, not the descriptor's
	var s abi.Fdstat
	s.Get(x.mem[result:])
	if s.Flags != abi.FdflagsAppend|abi.FdflagsNonblock || s.Filetype != abi.FiletypeRegularFile {
		t.Errorf("%+v", s)
	}
	x.fails(FdFdstatSetFlags(x.t, fd, 32), abi.EINVAL)
	x.fails(FdFdstatSetFlags(x.t, fd, 1<<16), abi.EINVAL)
	x.ok(FdSeek(x.t, fd, 0, 0, result))
	x.put(bufAt, "23")
	x.ok(FdWrite(x.t, fd, x.iov(bufAt, 2), 1, result)) // at the end
	x.ok(FdFilestatGet(x.t, fd, result))
	if x.u64(result+32) != 4 {
		t.Errorf("size %d", x.u64(result+32))
	}
}

// stored is a file whose Sync has to be waited for: not on a goroutine, if it says what for.
type stored struct {
	vfs.UnimplementedObject
	waiter.Queue
	done, says bool
}

func (o *stored) Type() abi.Filetype                  { return abi.FiletypeRegularFile }
func (o *stored) Attr(*vfs.Ctx) (vfs.Attr, abi.Errno) { return vfs.Attr{}, abi.OK }
func (o *stored) Readiness(waiter.Mask) waiter.Mask   { return waiter.Out }

func (o *stored) Sync(ctx *vfs.Ctx, dataOnly bool) abi.Errno {
	if o.done && ctx.On == waiter.Waitable(o) {
		return abi.ENOSPC
	}
	if o.says {
		ctx.On = o
	}
	return vfs.ErrMustWait
}

func TestSyncLater(t *testing.T) {
	x := posix(t)
	o := &stored{says: true}
	fd, _ := x.p.FDs.Add(describe(x.p, vfs.NewOpenFile(o, 0)), 0)
	for _, call := range []func(*kernel.Thread, int32) kernel.Result{FdSync, FdDatasync} {
		o.done = false
		x.blocks(call(x.t, fd))
		o.Notify(waiter.Out) // another's
		x.waits(x.t)
		o.done = true
		o.Notify(waiter.Out)
		x.ends(x.t, abi.ENOSPC)
		// Interrupted, and what was waited for is forgotten.
		x.blocks(call(x.t, fd))
		x.interrupt()
		x.ends(x.t, abi.EINTR)
		x.blocks(call(x.t, fd))
		x.ok(FdClose(x.second(), fd))
		o.Notify(waiter.Out)
		x.ends(x.t, abi.EBADF)
		fd, _ = x.p.FDs.Add(describe(x.p, vfs.NewOpenFile(o, 0)), 0)
		if len(x.e.slow) != 0 {
			t.Error("it was on a goroutine")
		}
	}
	o.says = false
	if r := FdSync(x.t, fd); !r.NeedsGoroutine() {
		t.Error(r)
	}
}
