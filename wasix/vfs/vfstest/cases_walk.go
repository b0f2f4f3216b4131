package vfstest

import (
	"strconv"
	"strings"
)

// long returns a name of n bytes.
func long(n int) string { return strings.Repeat("n", n) }

// chain makes symbolic links l1 to f, l2 to l1, and so on up to n.
func chain(n int) []string {
	lines := []string{"write f x", "symlink f l1"}
	for i := 2; i <= n; i++ {
		lines = append(lines, "symlink l"+strconv.Itoa(i-1)+" l"+strconv.Itoa(i))
	}
	return lines
}

// with returns all lines in one script.
func with(lines []string, more ...string) []string { return append(lines, more...) }

var walkCases = []Case{
	{Name: "walk/plain", Script: []string{
		"mkdir a", "mkdir a/b", "write a/b/f hello",
		"read a/b/f = hello",
		"read ./a/.//b/../b///f = hello",
		"read a/b/../../a/b/f = hello",
		"stat a = dir 3", "stat a/ = dir 3", "stat a/// = dir 3", "stat a/. = dir 3", "stat a/b/.. = dir 3",
		"stat . = dir 3", "stat ./ = dir 3",
		"stat a/b/f = file 5 1",
	}},
	{Name: "walk/missing", Script: []string{
		"mkdir d", "write f x",
		`stat "" = ENOENT`, "stat nope = ENOENT", "stat nope/ = ENOENT", "stat nope/x = ENOENT",
		"stat nope/.. = ENOENT", "stat nope/. = ENOENT", "stat d/nope = ENOENT",
		`open "" r = ENOENT`, `mkdir "" = ENOENT`, `unlink "" = ENOENT`, `rmdir "" = ENOENT`,
		`rename "" x = ENOENT`, `rename f "" = ENOENT`, `link "" x = ENOENT`, `link f "" = ENOENT`,
	}},
	{Name: "walk/empty link paths", Needs: []Feature{Symlinks}, Script: []string{
		`symlink "" x = ENOENT`, `symlink x "" = ENOENT`, `readlink "" = ENOENT`,
	}},
	{Name: "walk/not a directory", Script: []string{
		"write f x",
		"stat f/ = ENOTDIR", "stat f// = ENOTDIR", "stat f/. = ENOTDIR", "stat f/.. = ENOTDIR",
		"stat f/x = ENOTDIR", "stat f/x/y = ENOTDIR", "lstat f/ = ENOTDIR",
		"open f/ r = ENOTDIR", "open f/x r creat excl = ENOTDIR", "mkdir f/x = ENOTDIR",
		"unlink f/x = ENOTDIR", "rmdir f/x = ENOTDIR", "rename f/x g = ENOTDIR", "rename f f/x = ENOTDIR",
		"truncate f/ 0 = ENOTDIR",
	}},
	{Name: "walk/long names", Script: []string{
		"write " + long(255) + " x", "read " + long(255) + " = x",
		"write " + long(254) + "m y", "read " + long(255) + " = x", "read " + long(254) + "m = y",
		"write " + long(256) + " x = ENAMETOOLONG",
		"stat " + long(256) + " = ENAMETOOLONG",
		"stat " + long(256) + "/x = ENAMETOOLONG",
		"stat " + strings.Repeat("./", 2000) + long(255) + " = ENAMETOOLONG",
		"stat " + strings.Repeat("./", 1900) + long(255) + " = file 1 1",
		"stat " + strings.Repeat("x", 1<<20) + " = ENAMETOOLONG",
		"stat " + strings.Repeat("/x", 1<<19) + " = ENAMETOOLONG",
		"rename " + long(255) + " " + long(256) + " = ENAMETOOLONG",
	}},
	{Name: "walk/bad bytes", Ours: true, Script: []string{
		"write f x",
		`stat "f\x00" = EINVAL`, `open "f\x00" r = EINVAL`, `write "a\x00b" x = EINVAL`, `mkdir "\x00" = EINVAL`,
		`stat "\xff" = EILSEQ`, `mkdir "a\xc0\x80" = EILSEQ`, `rename f "\xed\xa0\x80" = EILSEQ`,
		`write "grüße 世界 😀" hi`, `read "grüße 世界 😀" = hi`, `ls . = "f grüße 世界 😀"`,
	}},
	{Name: "walk/odd names", Script: []string{
		`write "..." a`, `write "..x" b`, `write ".x" c`, `write " " d`, `write "a\nb" e`, `write "\\" f`, `write "*" g`,
		`read "..." = a`, `read "..x" = b`, `read ".x" = c`, `read " " = d`, `read "a\nb" = e`, `read "\\" = f`, `read "./*" = g`,
		`write A upper`, `write a lower`, `read A = upper`,
		`write "e\u0301" two`, `write "\u00e9" one`, `read "e\u0301" = two`,
	}},
	{Name: "walk/root", Script: []string{
		"mkdir a", "write f x",
		"stat / = dir 3", "stat // = dir 3", "stat /. = dir 3", "stat /.. = dir 3", "stat ../../.. = dir 3",
		"read /f = x", "read ///f = x", "read /a/../../../f = x", "read ../f = x", "stat /f/ = ENOTDIR",
		"rmdir / = EBUSY", "rmdir /a/.. = ENOTEMPTY", "unlink / = EISDIR", "mkdir / = EEXIST",
		"rename / x = EBUSY", "rename a / = EBUSY", "open / r creat = EISDIR", "open / r dir",
	}},
	{Name: "walk/base", Script: []string{
		"mkdir a", "mkdir a/b", "write a/b/f x", "write g y",
		"pwd = /", "cd a/b", "pwd = /a/b", "read f = x", "read ../../g = y", "read /g = y", "read ../../../../g = y",
		"cd ..", "pwd = /a", "ls . = b", "cd /", "pwd = /",
		"cd g = ENOTDIR", "cd nope = ENOENT", "pwd = /",
	}},
	{Name: "walk/chroot", Ours: true, Script: []string{
		"mkdir a", "mkdir a/b", "write a/f inside", "write f outside", "write a/b/g g",
		"chroot a", "pwd = /", "read f = inside", "read /f = inside", "read ../f = inside", "read ../../../f = inside",
		"read /b/../../f = inside", "stat /a = ENOENT", "cd b", "pwd = /b", "read ../../../f = inside", "read g = g",
	}},
	{Name: "walk/chroot links", Ours: true, Needs: []Feature{Symlinks}, Script: []string{
		"mkdir a", "write a/f inside", "write f outside",
		"symlink /f a/abs", "symlink ../../f a/up",
		"read a/abs = outside", "read a/up = outside",
		"chroot a", "read abs = inside", "read up = inside",
	}},
	{Name: "walk/beneath", Ours: true, Script: []string{
		"mkdir a", "mkdir a/b", "write a/b/f x", "write f outside",
		"cd a", "beneath on",
		"read b/f = x", "read b/../b/f = x", "read b/.././b//f = x", "stat . = dir 3", "stat b/.. = dir 3", "stat ./ = dir 3",
		"read /f = ENOTCAPABLE", "read /a/b/f = ENOTCAPABLE", "stat / = ENOTCAPABLE",
		"stat .. = ENOTCAPABLE", "stat ../ = ENOTCAPABLE", "read ../f = ENOTCAPABLE", "read b/../../f = ENOTCAPABLE",
		"read ../a/b/f = ENOTCAPABLE", "stat b/../.. = ENOTCAPABLE",
		"mkdir ../x = ENOTCAPABLE", "mkdir .. = ENOTCAPABLE", "rmdir ../a = ENOTCAPABLE", "rmdir .. = ENOTCAPABLE",
		"unlink ../f = ENOTCAPABLE", "unlink .. = ENOTCAPABLE", "rename b ../b = ENOTCAPABLE", "rename ../f g = ENOTCAPABLE",
		"rename b .. = ENOTCAPABLE", "open ../new w creat = ENOTCAPABLE", "open .. r creat = ENOTCAPABLE",
		"open .. r = ENOTCAPABLE", "link ../f g = ENOTCAPABLE", "link b/f ../g = ENOTCAPABLE",
		"beneath off", "cd ..", "ls . = a f",
	}},
	{Name: "walk/beneath links", Ours: true, Needs: []Feature{Symlinks}, Script: []string{
		"mkdir a", "mkdir a/b", "write a/b/f x", "write f outside",
		"symlink b/f a/ok", "symlink ../f a/out", "symlink /a/b/f a/abs", "symlink .. a/b/up", "symlink ../.. a/b/upup",
		"symlink ../a/b a/back",
		"cd a", "beneath on",
		"read ok = x", "read out = ENOTCAPABLE", "read abs = ENOTCAPABLE", "lstat out = link 4", "readlink out = ../f",
		"read b/up/b/f = x", "read b/up/../f = ENOTCAPABLE", "stat b/upup = ENOTCAPABLE", "stat b/upup/ = ENOTCAPABLE",
		"read back/f = ENOTCAPABLE",
		"open out w creat = ENOTCAPABLE", "symlink /x n = ENOTCAPABLE", "symlink ../x n", "lstat n = link 4",
		"linkfollow out g = ENOTCAPABLE",
	}},
	{Name: "walk/links", Needs: []Feature{Symlinks}, Script: []string{
		"mkdir d", "write d/f x", "symlink d l", "symlink d/f lf", "symlink nope dangling", "symlink l ll",
		"lstat l = link 1", "stat l = dir 2", "lstat l/ = dir 2", "lstat l/. = dir 2", "stat l/ = dir 2",
		"read l/f = x", "read ll/f = x", "read lf = x", "readlink l = d", "readlink ll = l", "readlink l/ = EINVAL",
		"readlink d = EINVAL", "readlink lf/ = ENOTDIR", "stat lf/ = ENOTDIR", "lstat lf/ = ENOTDIR", "stat lf/x = ENOTDIR",
		"stat dangling = ENOENT", "lstat dangling = link 4", "lstat dangling/ = ENOENT", "stat dangling/x = ENOENT",
		"read l/../d/f = x", "stat ll/../l/. = dir 2",
	}},
	{Name: "walk/link targets", Needs: []Feature{Symlinks}, Script: []string{
		"mkdir d", "mkdir d/e", "write d/f x", "write f y",
		"symlink . dot", "symlink .. d/up", "symlink f/ slash", "symlink d/ dslash", "symlink ../f d/e/../uf",
		"symlink .//d/../d//e e", "symlink nope/../f through",
		"read dot/f = y", "read dot/dot/dot/f = y", "lstat dot/. = dir 3", "read d/up/f = y",
		"stat slash = ENOTDIR", "lstat slash = link 2", "stat dslash = dir 3", "read dslash/f = x", "read d/uf = y",
		"stat e = dir 2", "stat e/.. = dir 3", "stat through = ENOENT", "read d/up/d/up/d/f = x",
	}},
	{Name: "walk/40 links", Needs: []Feature{Symlinks}, Script: with(chain(41),
		"read l40 = x", "read l41 = ELOOP", "lstat l41 = link 3", "readlink l41 = l40",
		"open l41 r = ELOOP", "open l41 w creat = ELOOP", "truncate l41 0 = ELOOP",
	)},
	{Name: "walk/loops", Needs: []Feature{Symlinks}, Script: []string{
		"symlink self self", "symlink b a", "symlink a b", "symlink deep/x deep",
		"stat self = ELOOP", "stat self/x = ELOOP", "stat a = ELOOP", "lstat a = link 1", "lstat a/ = ELOOP", "stat deep = ELOOP",
		"open self r creat = ELOOP", "open self r creat excl = EEXIST", "open self r nofollow = ELOOP",
		"mkdir self = EEXIST", "unlink self", "stat self = ENOENT",
	}},
	{Name: "walk/growing link", Needs: []Feature{Symlinks}, Script: []string{
		"symlink l/" + strings.Repeat("x/", 1000) + "y l", "stat l = ELOOP", "stat l/z = ELOOP",
	}},
	{Name: "walk/long link", Needs: []Feature{Symlinks}, Script: []string{
		"write f x", "symlink " + strings.Repeat("./", 2000) + "f l", "read l = x",
		"symlink " + strings.Repeat("./", 1<<16) + "f ll = ENAMETOOLONG",
	}},
	{Name: "walk/bad link targets", Ours: true, Needs: []Feature{Symlinks}, Script: []string{
		`symlink "a\x00b" l = EINVAL`, `symlink "\xff" l = EILSEQ`, "lstat l = ENOENT",
	}},
	{Name: "walk/absolute links", Needs: []Feature{Symlinks}, Script: []string{
		"mkdir d", "write d/f x", "symlink / d/root", "symlink /d d/abs", "symlink //d//f af", "symlink /nope d/no",
		"read d/root/d/f = x", "read d/abs/f = x", "read af = x", "stat d/no = ENOENT", "lstat d/root = link 1",
		"lstat d/root/ = dir 3", "rmdir d/root/ = ENOTDIR", "open d/no w creat", "stat nope = file 0 1",
	}},
	{Name: "walk/deep", Func: deep},
}

// deep makes a directory far deeper than a path can say.
func deep(t *T) {
	depth := t.Depth
	for range depth {
		t.OK("mkdir", "d")
		t.OK("cd", "d")
	}
	t.OK("write", "f", "bottom")
	t.Check("path", t.OK("pwd"), strings.Repeat("/d", depth))
	bottom := t.At.Base
	for range depth {
		t.OK("cd", "..")
	}
	t.Check("ls at the top", t.OK("ls", "."), "d")
	// A directory knows that it does not move into itself from any depth.
	t.At.Base = bottom
	t.Check("rename the top into the bottom", t.Do([]string{"rename", "/d", "x"}), "EINVAL")
	t.Check("read at the bottom", t.OK("read", "f"), "bottom")
	t.OK("unlink", "f")
	for range depth {
		t.OK("cd", "..")
		t.OK("rmdir", "d")
	}
	t.Check("ls at the end", t.OK("ls", "."), "")
}
