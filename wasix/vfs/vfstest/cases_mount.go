package vfstest

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

var mountCases = []Case{
	{Name: "mount/cross", Func: mountCross},
	{Name: "mount/links across", Needs: []Feature{Symlinks}, Func: mountLinks},
	{Name: "mount/twice", Func: mountTwice},
	{Name: "mount/stacked", Func: mountStacked},
	{Name: "mount/busy", Func: mountBusy},
	{Name: "mount/made directories", Func: mountMade},
}

func (t *T) mount(path string, fs vfs.FS, want abi.Errno) {
	t.Helper()
	t.Check("mount at "+path, t.NS.Mount(t.Ctx, path, fs).String(), want.String())
}

func (t *T) unmount(path string, want abi.Errno) {
	t.Helper()
	t.Check("unmount of "+path, t.NS.Unmount(t.Ctx, path).String(), want.String())
}

func mountCross(t *T) {
	t.Script("mkdir a", "mkdir a/m", "write a/m/under x", "write f root")
	t.mount("/a/m", t.Make(), abi.OK)
	t.Script(
		"ls a/m = ", "stat a/m = dir 2", "mkdir a/m/d", "write a/m/d/g inner", "read a/m/d/g = inner", "stat a/m/under = ENOENT",
		"read a/m/../../f = root", "read a/m/d/../../../f = root", "read /a/m/d/../../../f = root", "same a/m/.. a = yes", "same a/m a = no",
		"cd a/m/d", "pwd = /a/m/d", "read ../../../f = root", "cd ..", "pwd = /a/m", "cd ..", "pwd = /a", "cd /",
		"rename f a/m/f = EXDEV", "rename a/m/d d = EXDEV", "rename a a/m/x = EXDEV", "ls a = m",
		"open a/m/new w creat", "ls a/m = d new",
		"chroot a/m", "pwd = /", "stat .. = dir 3", "ls .. = d new", "read d/../../../d/g = inner",
	)
	t.At = vfs.At{}
	if !t.lacks(HardLinks) {
		t.Script("link f a/m/f = EXDEV", "link a/m/d/g g = EXDEV", "link a a/m/x = EXDEV or EPERM")
	}
	f := t.dir("a/m")
	list := t.batch(f, 0, 2)
	up, _ := t.NS.Stat(t.Ctx, t.At, "a", true)
	if list[1].Ino != up.Ino {
		t.Fail(`inode of ".." in a mounted directory is not that of the directory above`)
	}
	t.unmount("/a/m", abi.EBUSY)
	f.Unref()
	t.unmount("/a", abi.EINVAL)
	t.unmount("/", abi.EINVAL)
	t.unmount("/nope", abi.ENOENT)
	t.unmount("/a/m", abi.OK)
	t.Script("ls a/m = under", "ls . = a f")
}

func mountLinks(t *T) {
	t.Script("mkdir m", "mkdir d", "write d/f x")
	t.mount("/m", t.Make(), abi.OK)
	t.Script("symlink /d/f m/abs", "symlink ../d/f m/rel", "read m/abs = x", "read m/rel = x", "symlink m l", "ls l = abs rel",
		"symlink m/new n", "write n y", "read m/new = y", "cd m", "beneath on", "read abs = ENOTCAPABLE", "read rel = ENOTCAPABLE",
		"read new = y", "beneath off", "cd ..", "beneath on", "read m/rel = x", "read l/../d/f = x")
}

func mountTwice(t *T) {
	fs := t.Make()
	t.mount("/a", fs, abi.OK)
	t.mount("/b/c", fs, abi.OK)
	t.Script("write a/f hello", "read b/c/f = hello", "same a/f b/c/f = yes", "mkdir a/d", "stat b/c/d = dir 2",
		"rename a/f b/c/g = EXDEV", "cd a/d", "pwd = /a/d", "cd ..", "cd ..", "pwd = /", "cd b/c/d", "pwd = /b/c/d", "cd ../..", "pwd = /b", "cd /")
	t.mount("/a/d", t.Make(), abi.OK)
	t.Script("write a/d/x covered", "ls b/c/d = ", "rmdir a/d = EBUSY", "rmdir b/c/d = EBUSY", "rename b/c/d b/c/e = EBUSY", "read a/d/x = covered")
	t.unmount("/a/d", abi.OK)
	t.unmount("/a", abi.OK)
	t.Script("ls a = ", "read b/c/f = hello", "rmdir b/c/d")
	t.unmount("/b/c", abi.OK)
	if n := len(t.NS.Mounts()); n != 1 {
		t.Fail("there are", itoa(n), "mounts left")
	}
}

func mountStacked(t *T) {
	t.mount("/m", t.Make(), abi.OK)
	t.Script("write m/one 1")
	t.mount("/m", t.Make(), abi.OK)
	t.Script("ls m = ", "write m/two 2", "cd m", "pwd = /m", "stat ../m = dir 2", "cd ..", "pwd = /")
	list := t.NS.Mounts()
	if len(list) != 3 || list[0].Path != "/" || list[1].Path != "/m" || list[2].Path != "/m" {
		t.Fail("list of mounts is wrong")
	}
	t.unmount("/m", abi.OK)
	t.Script("ls m = one")
	t.unmount("/m", abi.OK)
	t.Script("ls m = ")
	t.unmount("/m", abi.EINVAL)
}

func mountBusy(t *T) {
	t.Script("mkdir a", "mkdir a/m", "mkdir b")
	t.mount("/a/m", t.Make(), abi.OK)
	t.mount("/a/m/n", t.Make(), abi.OK)
	t.Script("rmdir a/m = EBUSY", "rename a/m x = EBUSY", "rename b a/m = EBUSY", "rmdir a = ENOTEMPTY", "rmdir a/m/n = EBUSY",
		"unlink a/m = EISDIR", "rename a/m a/m")
	t.unmount("/a/m", abi.EBUSY)
	// A mount goes along with the directories above it.
	t.Script("rename a c", "write c/m/n/f x", "read c/m/n/f = x", "cd c/m/n", "pwd = /c/m/n", "cd /", "hold h c/m/n/f r")
	t.unmount("/c/m/n", abi.EBUSY)
	t.Script("hclose h")
	t.unmount("/c/m/n", abi.OK)
	t.unmount("/c/m", abi.OK)
	t.Script("rmdir c/m", "rmdir c", "ls . = b")
}

func mountMade(t *T) {
	t.Script("write f x")
	t.mount("/x/y//z/", t.Make(), abi.OK)
	t.Script("ls x = y", "ls x/y = z", "write x/y/z/f y", "cd x/y/z", "pwd = /x/y/z", "cd /")
	t.mount("/f", t.Make(), abi.ENOTDIR)
	t.mount("/f/g", t.Make(), abi.ENOTDIR)
	t.mount("/", t.Make(), abi.EBUSY)
	t.mount("", t.Make(), abi.ENOENT)
	t.mount("/x/y/z/w", t.Make(), abi.OK)
	t.Script("ls x/y/z = f w")
	list := t.NS.Mounts()
	if len(list) != 3 || list[1].Path != "/x/y/z" || list[2].Path != "/x/y/z/w" {
		t.Fail("list of mounts is wrong")
	}
}
