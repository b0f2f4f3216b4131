package vfstest

var treeCases = []Case{
	{Name: "mkdir", Script: []string{
		"mkdir a", "stat a = dir 2", "stat . = dir 3", "mkdir a/b", "stat a = dir 3", "mkdir a/c/", "stat a = dir 4", "ls a = b c",
		"mkdir a = EEXIST", "mkdir a/ = EEXIST", "mkdir . = EEXIST", "mkdir a/. = EEXIST", "mkdir a/.. = EEXIST",
		"mkdir nope/x = ENOENT", "mkdir nope/. = ENOENT", "write f x", "mkdir f = EEXIST", "mkdir f/ = EEXIST", "mkdir f/x = ENOTDIR",
		"mkdir a/b/c", "stat a = dir 4",
	}},
	{Name: "mkdir/links", Needs: []Feature{Symlinks}, Script: []string{
		"symlink nope l", "mkdir l = EEXIST", "mkdir l/ = EEXIST", "mkdir d", "symlink d ld", "mkdir ld/x", "ls d = x",
		"mkdir ld = EEXIST", "stat nope = ENOENT",
	}},
	{Name: "rmdir", Script: []string{
		"mkdir a", "mkdir a/b", "mkdir c", "write f x", "write c/f x",
		"rmdir a = ENOTEMPTY", "rmdir c = ENOTEMPTY", "rmdir f = ENOTDIR", "rmdir f/ = ENOTDIR", "rmdir nope = ENOENT",
		"rmdir nope/ = ENOENT", "rmdir . = EINVAL", "rmdir a/. = EINVAL", "rmdir a/b/.. = ENOTEMPTY", "rmdir a/./. = EINVAL",
		"rmdir a/b", "stat a = dir 2", "rmdir a/", "stat a = ENOENT", "unlink c/f", "rmdir c///", "ls . = f",
	}},
	{Name: "rmdir/links", Needs: []Feature{Symlinks}, Script: []string{
		"mkdir d", "symlink d l", "symlink nope n", "rmdir l = ENOTDIR", "rmdir l/ = ENOTDIR", "rmdir n = ENOTDIR", "ls . = d l n",
	}},
	{Name: "unlink", Script: []string{
		"mkdir d", "write f x", "write d/f x",
		"unlink d = EISDIR", "unlink d/ = EISDIR", "unlink . = EISDIR", "unlink d/. = EISDIR", "unlink d/.. = EISDIR",
		"unlink nope = ENOENT", "unlink nope/ = ENOENT", "unlink f/ = ENOTDIR", "unlink f", "stat f = ENOENT", "unlink f = ENOENT",
		"unlink d/f", "ls . = d", "ls d = ",
	}},
	{Name: "unlink/links", Needs: []Feature{Symlinks}, Script: []string{
		"mkdir d", "write f x", "symlink d ld", "symlink f lf", "symlink nope n",
		"unlink ld/ = ENOTDIR", "unlink lf/ = ENOTDIR", "unlink ld", "unlink lf", "unlink n", "ls . = d f",
	}},
	{Name: "symlink", Needs: []Feature{Symlinks}, Script: []string{
		"mkdir d", "write f x",
		"symlink anything l", "readlink l = anything", "lstat l = link 8", "symlink x l = EEXIST", "symlink x f = EEXIST",
		"symlink x d = EEXIST", "symlink x d/ = EEXIST", "symlink x f/ = EEXIST", "symlink x n/ = ENOENT", "symlink x . = EEXIST",
		"symlink x d/.. = EEXIST", "symlink x nope/l = ENOENT", "symlink x f/l = ENOTDIR", "symlink x d/l", "ls d = l",
		"readlink f = EINVAL", "readlink d = EINVAL", "readlink nope = ENOENT", `symlink "with space" s`, `readlink s = with space`,
	}},
	{Name: "symlink/attributes", Needs: []Feature{Symlinks, Times}, Script: []string{
		"write f x", "symlink f l", "ltimes l 100 200", "mtim l = 200", "times l 300 400", "mtim f = 400", "mtim l = 200",
	}},
	{Name: "truncate/kinds", Script: []string{
		"mkdir d", "write f hello", "truncate d 0 = EISDIR", "truncate nope 0 = ENOENT", "truncate f 3", "read f = hel",
		"truncate f -1 = EINVAL", "stat f = file 3 1",
	}},
	{Name: "truncate/links", Needs: []Feature{Symlinks}, Script: []string{
		"write f hello", "symlink f l", "truncate l 2", "read f = he", "lstat l = link 1",
	}},
	{Name: "same names in other directories", Script: []string{
		"mkdir a", "mkdir b", "write a/x one", "write b/x two", "same a/x b/x = no", "read a/x = one", "read b/x = two", "same a/x ./a/../a/x = yes",
		"unlink a/x", "read b/x = two",
	}},
}

var linkCases = []Case{
	{Name: "link", Needs: []Feature{HardLinks}, Script: []string{
		"write f hello", "link f g", "stat f = file 5 2", "stat g = file 5 2", "same f g = yes", "write g bye", "read f = bye",
		"unlink f", "stat g = file 3 1", "read g = bye", "mkdir d", "link g d/h", "append d/h !", "read g = bye!",
		"rename g k", "same k d/h = yes", "stat k = file 4 2",
	}},
	{Name: "link/errors", Needs: []Feature{HardLinks}, Script: []string{
		"mkdir d", "write f x", "write g y",
		"link d e = EPERM", "link d/ e = EPERM", "link . e = EPERM", "link nope e = ENOENT", "link f g = EEXIST", "link f f = EEXIST",
		"link f d = EEXIST", "link f d/ = EEXIST", "link f . = EEXIST", "link f d/.. = EEXIST", "link f e/ = ENOENT", "link f g/ = EEXIST",
		"link f/ e = ENOTDIR", "link f nope/e = ENOENT", "link f g/e = ENOTDIR", "stat f = file 1 1", "link d g = EEXIST",
	}},
	{Name: "link/symbolic links", Needs: []Feature{HardLinks, Symlinks}, Script: []string{
		"write f x", "symlink f l", "symlink nope n", "link l l2", "readlink l2 = f", "same l l2 = yes", "stat f = file 1 1",
		"linkfollow l g", "same f g = yes", "stat f = file 1 2", "link n n2", "readlink n2 = nope", "linkfollow n n3 = ENOENT",
		"link f l = EEXIST", "link f n = EEXIST", "symlink self self", "link self s2", "linkfollow self s3 = ELOOP",
		"mkdir d", "symlink d ld", "linkfollow ld x = EPERM",
	}},
	{Name: "link/many", Needs: []Feature{HardLinks}, Func: func(t *T) {
		t.OK("write", "f", "x")
		const n = 500
		for i := range n {
			t.OK("link", "f", "g"+itoa(i))
		}
		t.Check("stat", t.OK("stat", "f"), "file 1 "+itoa(n+1))
		for i := range n {
			t.OK("unlink", "g"+itoa(i))
		}
		t.Check("stat", t.OK("stat", "f"), "file 1 1")
	}},
}
