//go:build !js

package syscalls

import (
	"math"
	"testing"

	"github.com/wasix-web/wasix-web/wasix/abi"
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

func TestDup(t *testing.T) {
	x := posix(t)
	fd := x.file("file", "0123456789") // 4
	x.ok(FdFdflagsSet(x.t, fd, uint32(abi.FdflagsExtCloexec)))
	x.ok(FdDup(x.t, fd, result))
	if x.u32(result) != 5 {
		t.Errorf("dup is %d, want the lowest free", x.u32(result))
	}
	x.ok(FdSeek(x.t, 5, 2, 0, result))
	x.ok(FdTell(x.t, fd, result))
	if x.u64(result) != 2 {
		t.Error("the offset is not shared")
	}
	x.ok(FdDup2(x.t, fd, 40, 1, result))
	x.ok(FdDup2(x.t, fd, 40, 0, result+4))
	if x.u32(result) != 40 || x.u32(result+4) != 41 {
		t.Errorf("dup2 gave %d and %d, want 40 and 41", x.u32(result), x.u32(result+4))
	}
	for fd, want := range map[int32]byte{4: 1, 5: 0, 40: 1, 41: 0} {
		x.ok(FdFdflagsGet(x.t, fd, result))
		if x.mem[result] != want || x.mem[result+1] != 0 {
			t.Errorf("cloexec of %d is %d", fd, x.mem[result])
		}
	}
	x.fails(FdFdflagsSet(x.t, fd, 2), abi.EINVAL)
	x.fails(FdDup2(x.t, fd, 64, 0, result), abi.EINVAL)
	x.fails(FdDup2(x.t, fd, -1, 0, result), abi.EINVAL)
	x.fails(FdDup(x.t, 77, result), abi.EBADF)
	x.fails(FdDup(x.t, fd, memSize), abi.EFAULT)
	for range 64 - 8 {
		x.ok(FdDup(x.t, fd, result))
	}
	x.fails(FdDup(x.t, fd, result), abi.EMFILE)
	x.fails(FdPipe(x.t, result, result+4), abi.EMFILE)
	x.fails(EpollCreate(x.t, result), abi.EMFILE)
	x.fails(FdEvent(x.t, 0, 0, result), abi.EMFILE)
	p, n := x.put(pathAt, "new")
	x.fails(PathOpen(x.t, 3, 0, p, n, uint32(abi.OflagsCreat), 0, 0, 0, result), abi.EMFILE)
	x.fails(PathFilestatGet(x.t, 3, 0, p, n, result), abi.ENOENT) // it was not made
	// A dup of a preopened directory is not one.
	x.ok(FdClose(x.t, 10))
	x.ok(FdDup(x.t, 3, result))
	x.fails(FdPrestatGet(x.t, 10, result), abi.EBADF)
}

func TestRenumber(t *testing.T) {
	t.Run("preview1 moves", func(t *testing.T) {
		x := preview1(t)
		a, b := x.file("a", "aa"), x.file("b", "b")
		x.fails(FdRenumber(x.t, a, 20), abi.EBADF)
		x.ok(FdRenumber(x.t, a, a))
		x.ok(FdRenumber(x.t, a, b))
		x.fails(FdTell(x.t, a, result), abi.EBADF)
		x.ok(FdTell(x.t, b, result))
		if x.u64(result) != 2 {
			t.Error("not the file that was moved")
		}
		x.fails(FdRenumber(x.t, a, b), abi.EBADF)
		x.ok(FdRenumber(x.t, b, 3)) // over a preopened directory
		x.fails(FdPrestatGet(x.t, 3, result), abi.EBADF)
	})
	t.Run("wasix duplicates", func(t *testing.T) {
		x := posix(t)
		a, b := x.file("a", "aa"), x.file("b", "b")
		x.ok(FdFdflagsSet(x.t, a, 1))
		x.ok(FdRenumber(x.t, a, b))
		x.ok(FdRenumber(x.t, a, 20))
		for _, fd := range []int32{a, b, 20} {
			x.ok(FdTell(x.t, fd, result))
			if x.u64(result) != 2 {
				t.Errorf("%d is another file", fd)
			}
		}
		x.ok(FdFdflagsGet(x.t, 20, result))
		if x.mem[result] != 0 {
			t.Error("cloexec was copied")
		}
		x.fails(FdRenumber(x.t, a, 64), abi.EBADF)
		x.fails(FdRenumber(x.t, a, -1), abi.EBADF)
		x.fails(FdRenumber(x.t, 50, 50), abi.EBADF)
	})
}

// Shells take any number for a redirection, also that of the directory through
// which libc finds every path.
func TestRenumberOverPreopen(t *testing.T) {
	x := posix(t)
	x.ok(x.mkdir(3, "dir"))
	x.ok(FdDup2(x.t, 3, 10, 1, result)) // what a shell keeps
	a, b := x.file("a", "aa"), x.file("b", "b")
	x.ok(FdRenumber(x.t, a, 3))
	x.ok(FdTell(x.t, 3, result))
	if x.u64(result) != 2 {
		t.Error("3 is not the file")
	}
	x.ok(FdPrestatGet(x.t, 3, result)) // the next program looks for it
	x.ok(FdFdstatGet(x.t, 3, result))  // libc asks what may be opened through it
	if x.u64(result+16)&uint64(abi.RightsFdRead) == 0 {
		t.Error("nothing can be opened through 3")
	}
	x.ok(x.stat(3, "/dir"))
	x.ok(x.stat(3, "dir"))
	x.ok(FdRenumber(x.t, b, 3)) // once more
	x.ok(FdTell(x.t, 3, result))
	if x.u64(result) != 1 {
		t.Error("3 is not the second file")
	}
	c := x.p.FDs.Clone() // fork
	x.ok(FdClose(x.t, 3))
	x.fails(FdTell(x.t, 3, result), abi.EISDIR)
	x.ok(FdPrestatGet(x.t, 3, result))
	x.ok(FdClose(x.t, 3)) // stays open, as ever
	x.ok(x.stat(3, "dir"))
	x.p.FDs, c = c, x.p.FDs
	x.ok(FdFdflagsSet(x.t, 3, 1))
	x.p.FDs.CloseOnExec()
	x.fails(FdTell(x.t, 3, result), abi.EISDIR)
	x.ok(FdPrestatGet(x.t, 3, result))
	// Nothing holds the files any more than it should.
	root := x.p.FDs.Get(3).File
	x.p.FDs.CloseAll()
	if root.Closed() {
		t.Error("closed while the other process has it open")
	}
	c.CloseAll()
	if !root.Closed() {
		t.Error("a reference is left")
	}
}

func TestPreopens(t *testing.T) {
	x := posix(t)
	x.ok(FdPrestatGet(x.t, 3, result))
	if x.mem[result] != 0 || x.u32(result+4) != 1 {
		t.Errorf("prestat % x", x.mem[result:result+8])
	}
	x.fails(FdPrestatGet(x.t, 4, result), abi.EBADF)
	x.fails(FdPrestatGet(x.t, 0, result), abi.EBADF)
	x.fails(FdPrestatDirName(x.t, 3, bufAt, 0), abi.ENAMETOOLONG)
	x.wipe()
	x.ok(FdPrestatDirName(x.t, 3, bufAt, 9))
	if x.mem[bufAt] != '/' {
		t.Errorf("name %q", x.mem[bufAt])
	}
	x.untouched(bufAt, 1)
	// libc finds every path through it, so a WASIX program cannot close it.
	x.ok(FdClose(x.t, 3))
	x.ok(FdPrestatGet(x.t, 3, result))
	y := preview1(t)
	y.ok(FdClose(y.t, 3))
	y.fails(FdClose(y.t, 3), abi.EBADF)
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

func TestReaddir(t *testing.T) {
	x := posix(t)
	names := []string{".", ".."}
	for i := range 60 {
		name := string(rune('a'+i%26)) + "-file-" + string(rune('0'+i/26))
		names = append(names, name)
		x.ok(FdClose(x.t, x.open(name, abi.OflagsCreat, 0)))
	}
	for _, size := range []uint32{24, 30, 256, 4096, 0x4000} {
		var got []string
		cookie := uint64(0)
		for {
			x.wipe()
			x.ok(FdReaddir(x.t, 3, bufAt, size, cookie, result))
			used := x.u32(result)
			x.untouched(bufAt, used, result, 4)
			if used > size {
				t.Fatalf("%d bytes in %d", used, size)
			}
			whole := 0
			for at := uint32(0); at+abi.SizeDirent <= used; {
				var d abi.Dirent
				d.Get(x.mem[bufAt+at:])
				at += abi.SizeDirent + d.Namlen
				if at > used {
					break // cut off where the buffer ends
				}
				got = append(got, string(x.mem[bufAt+at-d.Namlen:bufAt+at]))
				cookie = d.Next
				whole++
			}
			if used < size {
				break
			}
			if whole == 0 {
				if size > 100 {
					t.Fatal("no entry fits")
				}
				break
			}
		}
		if size < 100 {
			continue // not even a name fits, the last bytes must be there anyway
		}
		if len(got) != len(names) {
			t.Fatalf("buffer of %d: %d entries, want %d", size, len(got), len(names))
		}
		for i, n := range names {
			if got[i] != n {
				t.Fatalf("buffer of %d: entry %d is %q, want %q", size, i, got[i], n)
			}
		}
	}
	x.ok(FdReaddir(x.t, 3, bufAt, 0, 0, result))
	x.fails(FdReaddir(x.t, 3, memSize-8, 9, 0, result), abi.EFAULT)
	x.fails(FdReaddir(x.t, 3, bufAt, 64, 0, memSize-3), abi.EFAULT)
	x.fails(FdReaddir(x.t, 3, bufAt, 64, 1<<63, result), abi.EINVAL)
	x.fails(FdReaddir(x.t, 99, bufAt, 64, 0, result), abi.EBADF)
	x.fails(FdReaddir(x.t, x.file("file", ""), bufAt, 64, 0, result), abi.ENOTDIR)
	x.fails(FdReaddir(x.t, 0, bufAt, 64, 0, result), abi.ENOTDIR)
}
