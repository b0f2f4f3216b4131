package vfstest

import "github.com/wasix-web/wasix-web/wasix/vfs"

// ReadOnlyTree are the steps that make the tree for RunReadOnly.
var ReadOnlyTree = []string{"mkdir d", "mkdir d/e", "write f hello", "write d/g bye", "mkdir empty"}

// RunReadOnly looks that a read-only file system with ReadOnlyTree in it can be
// read, and that every change fails with EROFS and changes nothing. What is wrong
// with a path comes first.
func RunReadOnly(tb TB, fs vfs.FS, o Options) {
	tb.Helper()
	t := &T{TB: tb, Options: o, name: "read-only"}
	defer t.recover()
	t.start(fs)
	if !fs.ReadOnly() {
		t.Fail("the file system says that it can be written to")
	}
	look := []string{"ls . = d empty f", "ls d = e g", "ls d/e = ", "read f = hello", "read d/g = bye", "stat f = file 5 1", "stat d = dir 3"}
	t.Script(look...)
	m, c := t.stamps("f")
	t.OK("tick", "1000")
	t.Script(
		"mkdir n = EROFS", "mkdir d/n/ = EROFS", "mkdir f = EEXIST", "mkdir d = EEXIST", "mkdir no/n = ENOENT",
		"rmdir empty = EROFS", "rmdir d/e = EROFS", "rmdir no = ENOENT", "rmdir f = ENOTDIR",
		"unlink f = EROFS", "unlink no = ENOENT", "unlink d = EISDIR",
		"rename f n = EROFS", "rename f d/g = EROFS", "rename d empty = EROFS", "rename no n = ENOENT", "rename f d = EISDIR", "rename f f",
		"rename d d/e/x = EINVAL",
		"link f n = EROFS", "link f d/g = EEXIST", "link d n = EROFS",
		"symlink x n = EROFS", "symlink x f = EEXIST",
		"open n w creat = EROFS", "open n r creat excl = EROFS", "open f r creat excl = EEXIST", "open no r = ENOENT",
		"open f w = EROFS", "open f r w = EROFS", "open f r trunc = EROFS", "open f w creat trunc = EROFS", "open d w = EISDIR",
		"open f r", "open f r creat", "open d r",
		"truncate f 0 = EROFS", "truncate f 5 = EROFS", "truncate d 0 = EISDIR", "truncate no 0 = ENOENT",
		"times f 1 2 = EROFS", "ltimes d 1 2 = EROFS", "times no 1 2 = ENOENT",
		"hold h f r", "hwrite h x = EBADF", "htruncate h 0 = EROFS", "hallocate h 0 9 = EROFS", "hread h 9 = hello", "hsync h", "hclose h",
	)
	t.Script(look...)
	if m2, c2 := t.stamps("f"); m != m2 || c != c2 {
		t.Fail("the times of a file have changed")
	}
	t.Close()
}
