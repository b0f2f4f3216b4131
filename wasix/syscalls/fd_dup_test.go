//go:build !js

package syscalls

import (
	"testing"

	"github.com/wasix-web/wasix-web/wasix/abi"
)

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
