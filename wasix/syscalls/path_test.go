//go:build !js

package syscalls

import (
	"strings"
	"testing"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// Calls with a path in its usual place.

func (x *env) mkdir(fd int32, path string) kernel.Result {
	p, n := x.put(pathAt, path)
	return PathCreateDirectory(x.t, fd, p, n)
}

func (x *env) stat(fd int32, path string) kernel.Result {
	p, n := x.put(pathAt, path)
	return PathFilestatGet(x.t, fd, 0, p, n, result)
}

func (x *env) openDir(path string, base, inheriting abi.Rights) int32 {
	x.Helper()
	p, n := x.put(pathAt, path)
	x.ok(PathOpen(x.t, 3, 0, p, n, uint32(abi.OflagsDirectory), uint64(base), uint64(inheriting), 0, result))
	return int32(x.u32(result))
}

func (x *env) tryOpen(fd int32, path string, oflags abi.Oflags, rights abi.Rights) kernel.Result {
	p, n := x.put(pathAt, path)
	return PathOpen(x.t, fd, 0, p, n, uint32(oflags), uint64(rights), 0, 0, result)
}

func TestSandbox(t *testing.T) {
	x := preview1(t)
	x.ok(x.mkdir(3, "dir"))
	x.ok(x.mkdir(3, "dir/sub"))
	dir := x.openDir("dir", abi.RightsDirectoryBase, abi.RightsDirectoryInheriting)
	x.ok(x.stat(dir, "sub"))
	x.ok(x.stat(dir, "sub/../sub/."))
	x.fails(x.stat(dir, ".."), abi.ENOTCAPABLE)
	x.fails(x.stat(dir, "/dir/sub"), abi.ENOTCAPABLE)
	x.fails(x.stat(dir, "sub/../../dir"), abi.ENOTCAPABLE)
	x.fails(x.stat(atCwd, "dir"), abi.EBADF)
	p, n := x.put(pathAt, "/dir")
	q, m := x.put(path2, "link")
	x.fails(PathSymlink(x.t, p, n, dir, q, m), abi.ENOTCAPABLE)
	p, n = x.put(pathAt, "../dir")
	x.ok(PathSymlink(x.t, p, n, dir, q, m))
	x.fails(PathFilestatGet(x.t, dir, 1, q, m, result), abi.ENOTCAPABLE)
}

func TestPosixPaths(t *testing.T) {
	x := posix(t)
	x.ok(x.mkdir(3, "dir"))
	x.ok(x.mkdir(3, "/dir/sub"))
	dir := x.openDir("dir", abi.RightsFdRead, 0)
	file := x.file("file", "")
	x.ok(x.stat(dir, "/dir/sub")) // whatever the descriptor
	x.ok(x.stat(file, "/dir/sub"))
	x.ok(x.stat(999, "/dir/sub"))
	x.ok(x.stat(dir, "../dir"))
	x.ok(x.stat(dir, "../../../dir"))
	x.fails(x.stat(file, "dir"), abi.ENOTDIR)
	x.fails(x.stat(0, "dir"), abi.ENOTDIR) // not the root, for want of a place
	x.fails(x.stat(999, "dir"), abi.EBADF)
	p, n := x.put(pathAt, "dir")
	x.ok(Chdir(x.t, p, n))
	x.ok(x.stat(atCwd, "sub"))
	x.fails(x.stat(atCwd, "dir"), abi.ENOENT)
}

func TestPathArguments(t *testing.T) {
	x := posix(t)
	x.fails(x.stat(3, ""), abi.ENOENT)
	x.fails(PathFilestatGet(x.t, 3, 0, memSize-2, 4, result), abi.EFAULT)
	x.fails(PathFilestatGet(x.t, 3, 0, 0xfffffff0, 32, result), abi.EFAULT)
	x.fails(PathFilestatGet(x.t, 3, 0, 0, 1<<20, result), abi.EFAULT)
	x.fails(PathFilestatGet(x.t, 3, 0, 0, vfs.PathMax+1, result), abi.ENAMETOOLONG)
	x.fails(x.stat(3, strings.Repeat("x", 256)), abi.ENAMETOOLONG)
	x.fails(x.stat(3, strings.Repeat("./", 1000)+"x"), abi.ENOENT)
	x.fails(x.stat(3, "a\x00b"), abi.EINVAL)
	x.fails(x.stat(3, "\xff"), abi.EILSEQ)
	p, n := x.put(pathAt, "x")
	x.fails(PathFilestatGet(x.t, 3, 2, p, n, result), abi.EINVAL)
	x.fails(PathLink(x.t, 3, 2, p, n, 3, p, n), abi.EINVAL)
	x.ok(FdClose(x.t, x.open("x", abi.OflagsCreat, 0)))
	x.fails(PathFilestatGet(x.t, 3, 0, p, n, memSize-63), abi.EFAULT)
	// The same path again comes from the cache; another one in its place does not.
	x.ok(x.stat(3, "x"))
	x.fails(x.stat(3, "y"), abi.ENOENT)
	x.ok(x.stat(3, "x"))
}

func TestRightsOfPaths(t *testing.T) {
	x := preview1(t)
	x.ok(FdClose(x.t, x.open("file", abi.OflagsCreat, 0)))
	none := x.openDir(".", 0, 0)
	p, n := x.put(path2, "name")
	for name, r := range map[string]kernel.Result{
		"stat":     x.stat(none, "file"),
		"mkdir":    x.mkdir(none, "d"),
		"open":     x.tryOpen(none, "file", 0, 0),
		"times":    PathFilestatSetTimes(x.t, none, 0, p, n, 0, 0, 0),
		"link":     PathLink(x.t, none, 0, p, n, 3, p, n),
		"link to":  PathLink(x.t, 3, 0, p, n, none, p, n),
		"readlink": PathReadlink(x.t, none, p, n, bufAt, 9, result),
		"rmdir":    PathRemoveDirectory(x.t, none, p, n),
		"rename":   PathRename(x.t, none, p, n, 3, p, n),
		"to":       PathRename(x.t, 3, p, n, none, p, n),
		"symlink":  PathSymlink(x.t, p, n, none, p, n),
		"unlink":   PathUnlinkFile(x.t, none, p, n),
		"readdir":  FdReaddir(x.t, none, bufAt, 64, 0, result),
	} {
		if r.Errno() != abi.ENOTCAPABLE {
			t.Errorf("%s: %v, want ENOTCAPABLE", name, r.Errno())
		}
	}
	open := x.openDir(".", abi.RightsPathOpen, abi.RightsFdRead)
	x.fails(x.tryOpen(open, "new", abi.OflagsCreat, 0), abi.ENOTCAPABLE)
	x.fails(x.tryOpen(open, "file", abi.OflagsTrunc, 0), abi.ENOTCAPABLE)
	// A file has what is asked for, inherited, and makes sense.
	x.ok(x.tryOpen(open, "file", 0, abi.RightsAll))
	x.ok(FdFdstatGet(x.t, int32(x.u32(result)), result))
	if base := abi.Rights(x.u64(result + 8)); base != abi.RightsFdRead {
		t.Errorf("rights %v, want FD_READ", base)
	}
	x.ok(x.tryOpen(3, "file", 0, abi.RightsAll))
	x.ok(FdFdstatGet(x.t, int32(x.u32(result)), result))
	if base := abi.Rights(x.u64(result + 8)); base != abi.RightsRegularBase || x.u64(result+16) != 0 {
		t.Errorf("rights %v, want those of a file", base)
	}
	x.fails(x.tryOpen(3, ".", abi.OflagsDirectory, abi.RightsFdRead|abi.RightsFdWrite), abi.EISDIR)
	x.ok(x.tryOpen(3, ".", abi.OflagsDirectory, abi.RightsDirectoryBase))
}

func TestOpen(t *testing.T) {
	x := posix(t)
	fd := x.file("file", "0123456789")
	x.fails(x.tryOpen(3, "file", abi.OflagsCreat|abi.OflagsExcl, 0), abi.EEXIST)
	x.fails(x.tryOpen(3, "none", 0, 0), abi.ENOENT)
	x.fails(x.tryOpen(3, "file", abi.OflagsDirectory, 0), abi.ENOTDIR)
	x.fails(x.tryOpen(3, "file", 16, 0), abi.EINVAL)
	x.fails(x.tryOpen(3, "file/x", abi.OflagsCreat, 0), abi.ENOTDIR)
	x.fails(x.tryOpen(3, ".", 0, abi.RightsFdWrite), abi.EISDIR)
	p, n := x.put(pathAt, "file")
	x.fails(PathOpen(x.t, 3, 2, p, n, 0, 0, 0, 0, result), abi.EINVAL)
	x.fails(PathOpen(x.t, 3, 0, p, n, 0, 0, 0, 32, result), abi.EINVAL)
	x.fails(PathOpen2(x.t, 3, 0, p, n, 0, 0, 0, 0, 2, result), abi.EINVAL)
	p, n = x.put(pathAt, "new")
	x.fails(PathOpen(x.t, 3, 0, p, n, uint32(abi.OflagsCreat), 0, 0, 0, memSize-3), abi.EFAULT)
	x.fails(x.stat(3, "new"), abi.ENOENT) // it was not made
	x.ok(PathOpen2(x.t, 3, 0, p, n, uint32(abi.OflagsCreat), uint64(readWrite), 0, uint32(abi.FdflagsAppend), 1, result))
	new := int32(x.u32(result))
	if new != fd+1 {
		t.Errorf("descriptor %d, want %d", new, fd+1)
	}
	x.ok(FdFdflagsGet(x.t, new, result))
	if x.mem[result] != 1 {
		t.Error("not cloexec")
	}
	x.ok(FdFdstatGet(x.t, new, result))
	if x.mem[result+2] != byte(abi.FdflagsAppend) {
		t.Error("not append")
	}
	x.ok(x.tryOpen(3, "file", abi.OflagsTrunc, abi.RightsFdWrite))
	x.ok(FdFilestatGet(x.t, fd, result))
	if x.u64(result+32) != 0 {
		t.Error("not truncated")
	}
}

func TestLinks(t *testing.T) {
	x := posix(t)
	x.file("file", "12345")
	p, n := x.put(pathAt, "file")
	q, m := x.put(path2, "hard")
	x.ok(PathLink(x.t, 3, 0, p, n, 3, q, m))
	x.ok(x.stat(3, "hard"))
	if x.u64(result+24) != 2 {
		t.Errorf("nlink %d", x.u64(result+24))
	}
	x.ok(UnstablePathFilestatGet(x.t, 3, 0, q, m, result))
	if x.u32(result+20) != 2 || x.u64(result+24) != 5 {
		t.Errorf("unstable nlink %d, size %d", x.u32(result+20), x.u64(result+24))
	}
	p, n = x.put(pathAt, "hard")
	q, m = x.put(path2, "soft")
	x.ok(PathSymlink(x.t, p, n, 3, q, m))
	x.wipe()
	q, m = x.put(path2, "soft")
	x.ok(PathReadlink(x.t, 3, q, m, bufAt, 3, result))
	if x.u32(result) != 3 || string(x.mem[bufAt:bufAt+4]) != "har?" {
		t.Errorf("%d %q", x.u32(result), x.mem[bufAt:bufAt+4])
	}
	x.fails(PathReadlink(x.t, 3, q, m, memSize-3, 4, result), abi.EFAULT)
	x.fails(PathReadlink(x.t, 3, q, m, bufAt, 4, memSize-3), abi.EFAULT)
	p, n = x.put(pathAt, "hard")
	x.fails(PathReadlink(x.t, 3, p, n, bufAt, 4, result), abi.EINVAL)
	x.ok(PathFilestatSetTimes(x.t, 3, 1, q, m, 3, 4, uint32(abi.FstflagsAtim|abi.FstflagsMtim)))
	x.ok(x.stat(3, "file"))
	if x.u64(result+48) != 4 {
		t.Errorf("mtim %d, want the target's to change", x.u64(result+48))
	}
	x.fails(PathFilestatSetTimes(x.t, 3, 1, q, m, 3, 4, 3), abi.EINVAL)
	p, n = x.put(pathAt, "moved")
	x.ok(PathRename(x.t, 3, q, m, 3, p, n))
	x.ok(PathUnlinkFile(x.t, 3, p, n))
	x.fails(PathRemoveDirectory(x.t, 3, p, n), abi.ENOENT)
	x.ok(x.mkdir(3, "dir"))
	p, n = x.put(pathAt, "dir")
	x.fails(PathUnlinkFile(x.t, 3, p, n), abi.EISDIR)
	x.ok(PathRemoveDirectory(x.t, 3, p, n))
}

func TestCwd(t *testing.T) {
	x := posix(t)
	x.ok(x.mkdir(3, "dir"))
	x.ok(x.mkdir(3, "dir/sub"))
	x.file("file", "")
	getcwd := func(buf, size uint32) kernel.Result {
		x.wipe()
		x.put32(result, size)
		return Getcwd(x.t, buf, result)
	}
	x.ok(getcwd(bufAt, 2))
	if x.u32(result) != 1 || string(x.mem[bufAt:bufAt+3]) != "/\x00?" {
		t.Errorf("%d %q", x.u32(result), x.mem[bufAt:bufAt+3])
	}
	p, n := x.put(pathAt, "dir/sub")
	x.ok(Chdir(x.t, p, n))
	p, n = x.put(pathAt, "../sub")
	x.ok(Chdir(x.t, p, n))
	x.fails(getcwd(bufAt, 8), abi.ERANGE) // no room for the NUL
	if x.u32(result) != 9 {
		t.Errorf("length %d, want 9", x.u32(result))
	}
	x.untouched(result, 4)
	x.ok(getcwd(bufAt, 9))
	if x.u32(result) != 8 || string(x.mem[bufAt:bufAt+9]) != "/dir/sub\x00" {
		t.Errorf("%d %q", x.u32(result), x.mem[bufAt:bufAt+9])
	}
	x.untouched(result, 4, bufAt, 9)
	x.fails(getcwd(0, 4096), abi.ERANGE) // libc makes a buffer of the length then
	if x.u32(result) != 9 {
		t.Errorf("length %d, want 9", x.u32(result))
	}
	x.fails(getcwd(bufAt, 0), abi.EINVAL)
	x.fails(getcwd(memSize-4, 4096), abi.EFAULT)
	x.fails(Getcwd(x.t, bufAt, memSize-3), abi.EFAULT)
	p, n = x.put(pathAt, "/file")
	x.fails(Chdir(x.t, p, n), abi.ENOTDIR)
	p, n = x.put(pathAt, "none")
	x.fails(Chdir(x.t, p, n), abi.ENOENT)
	p, n = x.put(pathAt, "/dir/sub")
	x.ok(PathRemoveDirectory(x.t, 3, p, n))
	x.fails(getcwd(bufAt, 64), abi.ENOENT)
}
