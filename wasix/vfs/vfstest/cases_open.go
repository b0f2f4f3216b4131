package vfstest

var openCases = []Case{
	{Name: "open/create", Script: []string{
		"open f r = ENOENT", "open f w = ENOENT", "open f r excl = ENOENT",
		"open f r creat", "stat f = file 0 1", "open f r creat", "open f w creat",
		"open f r creat excl = EEXIST", "open g w creat excl", "open g w creat excl = EEXIST",
		"open nope/f w creat = ENOENT", "open f/g w creat = ENOTDIR", "mkdir d", "open d/f w creat", "ls d = f",
	}},
	{Name: "open/truncate", Script: []string{
		"write f hello", "open f w", "read f = hello", "open f w trunc", "read f = ",
		"write f hello", "open f r trunc", "stat f = file 0 1",
		"write f hello", "open f w creat", "read f = hello", "open f w creat trunc", "read f = ",
		"write f hello", "open f w creat excl trunc = EEXIST", "read f = hello",
		"open nope w trunc = ENOENT",
	}},
	{Name: "open/directories", Script: []string{
		"mkdir d", "write f x",
		"open d r", "open d r dir", "open d/ r dir", "open d/. r", "open . r", "open ./ r dir",
		"open d w = EISDIR", "open d r w = EISDIR", "open d w dir = EISDIR", "open d r trunc = EISDIR",
		"open d r creat = EISDIR", "open d w creat = EISDIR", "open d r creat excl = EEXIST",
		"open d/. r creat = EISDIR", "open d/.. r creat = EISDIR", "open d/. r creat excl = EEXIST",
		"open f r dir = ENOTDIR", "open f/ r dir = ENOTDIR", "open nope r dir = ENOENT",
	}},
	{Name: "open/slashes", Script: []string{
		"mkdir d", "write f x",
		"open f/ r = ENOTDIR", "open f/ w = ENOTDIR", "open f/ w creat = EISDIR", "open d/ r creat excl = EISDIR",
		"open d/ r creat = EISDIR", "open new/ w creat = EISDIR", "open new/ w creat excl = EISDIR",
		"stat new = ENOENT", "open new/ r = ENOENT", "open d/new/ w creat = EISDIR",
	}},
	{Name: "open/create a directory", Ours: true, Script: []string{
		"mkdir d", "open d r creat dir = EINVAL", "open new r creat dir = EINVAL", "stat new = ENOENT",
	}},
	{Name: "open/links", Needs: []Feature{Symlinks}, Script: []string{
		"mkdir d", "write f hello", "symlink f lf", "symlink d ld", "symlink nope dangling", "symlink d/new lnew",
		"open lf r", "open lf w", "open lf r nofollow = ELOOP", "open lf w creat nofollow = ELOOP",
		"open lf r dir = ENOTDIR", "open ld r dir", "open ld r dir nofollow = ENOTDIR", "open ld r nofollow = ELOOP",
		"open ld/ r nofollow", "open ld/ r dir nofollow", "open ld w = EISDIR", "open ld r creat = EISDIR",
		"open lf r creat excl = EEXIST", "open dangling r creat excl = EEXIST", "open dangling r creat excl nofollow = EEXIST",
		"stat nope = ENOENT", "open dangling r = ENOENT", "open dangling w = ENOENT",
		"open dangling w creat", "stat nope = file 0 1", "lstat dangling = link 4",
		"write lnew made", "read d/new = made", "lstat lnew = link 5",
		"open lf w trunc", "stat f = file 0 1",
	}},
	{Name: "open/links in directories", Needs: []Feature{Symlinks}, Script: []string{
		"mkdir a", "mkdir a/b", "symlink b/x a/l", "write a/l hello", "read a/b/x = hello",
		"symlink ../../y a/b/up", "write a/b/up top", "read y = top",
		"symlink nope/x a/no", "open a/no w creat = ENOENT",
	}},
	{Name: "open/links with slashes", Needs: []Feature{Symlinks}, Script: []string{
		"mkdir d", "write f x", "symlink nope/ l", "symlink f lf",
		"open l w creat = EISDIR", "stat nope = ENOENT", "open lf/ w creat = EISDIR", "open lf/ r = ENOTDIR",
	}},
	{Name: "open/modes", Script: []string{
		"write f hello", "hold r f r", "hold w f w", "hold rw f r w", "hold none f",
		"hread r 9 = hello", "hwrite r x = EBADF", "hread w 9 = EBADF", "hwrite w J = 1",
		"hread rw 2 = Je", "hwrite rw XX = 2", "hread rw 9 = o", "hread none 1 = EBADF",
		"read f = JeXXo",
	}},
	{Name: "open/separate offsets", Script: []string{
		"write f 0123456789", "hold a f r", "hold b f r",
		"hread a 3 = 012", "hread b 5 = 01234", "hread a 3 = 345", "hread b 9 = 56789", "hread b 9 = ", "hread a 9 = 6789",
	}},
	{Name: "open/append", Script: []string{
		"write f abc", "hold a f r w append", "hold b f w append", "hold w f w",
		"hwrite a 1 = 1", "hwrite b 2 = 1", "hwrite a 3 = 1", "hwrite w X = 1", "read f = Xbc123",
		"hseek a 0 cur = 6", "hseek a 1 set = 1", "hread a 2 = bc", "hwrite a 4 = 1", "hseek a 0 cur = 7", "read f = Xbc1234",
	}},
	{Name: "open/pwrite to an append file", Ours: true, Script: []string{
		// POSIX: at the place given. Linux: at the end.
		"write f abc", "hold a f w append", "hpwrite a 0 X = 1", "read f = Xbc", "hseek a 0 cur = 0",
	}},
	{Name: "open/sync", Script: []string{
		"open f w creat sync", "hold s f w sync", "hwrite s abc = 3", "hpwrite s 1 X = 1", "hsync s", "read f = aXc",
		"hold d . r", "hsync d",
	}},
	{Name: "open/unlinked", Needs: []Feature{UnlinkedOpen}, Script: []string{
		"write f hello", "hold h f r w", "unlink f", "stat f = ENOENT", "hstat h = file 5 0",
		"hread h 9 = hello", "hwrite h !! = 2", "hpread h 0 9 = hello!!", "hstat h = file 7 0",
		"write f other", "read f = other", "hpread h 0 9 = hello!!", "htruncate h 3", "hpread h 0 9 = hel",
		"hclose h", "read f = other",
	}},
	{Name: "open/overwritten by rename", Needs: []Feature{UnlinkedOpen}, Script: []string{
		"write a new", "write b old", "hold h b r w", "rename a b", "read b = new", "hread h 9 = old", "hstat h = file 3 0",
		"hwrite h er = 2", "read b = new", "hclose h",
	}},
	{Name: "open/renamed", Script: []string{
		"mkdir d", "write f hello", "hold h f r w", "rename f d/g", "hwrite h J = 1", "read d/g = Jello", "hstat h = file 5 1",
	}},
	{Name: "open/nonexistent after link", Needs: []Feature{HardLinks, UnlinkedOpen}, Script: []string{
		"write f hello", "link f g", "hold h f r", "unlink f", "hstat h = file 5 1", "unlink g", "hstat h = file 5 0",
		"hread h 9 = hello",
	}},
	{Name: "open/directory operations", Script: []string{
		"mkdir d", "hold d d r", "hread d 1 = EISDIR", "hwrite d x = EBADF", "hstat d = dir 2", "hpread d 0 1 = EISDIR",
	}},
	{Name: "open/directory seek", Ours: true, Script: []string{
		"mkdir d", "hold d d r", "hseek d 0 cur = EISDIR", "hseek d 0 set = EISDIR", "hallocate d 0 1 = EISDIR",
		"htruncate d 0 = EISDIR",
	}},
	{Name: "open/removed directory", Needs: []Feature{UnlinkedOpen}, Ours: true, Script: []string{
		"mkdir d", "hold h d r", "cd d", "rmdir ../d", "hstat h = dir 0", "stat . = dir 0", "pwd = ENOENT", "ls . = ",
		"open f w creat = ENOENT", "mkdir f = ENOENT", "stat f = ENOENT", "stat .. = dir 2", "rename /d x = ENOENT",
		"mkdir ../d", "stat . = dir 0", "ls .. = d",
	}},
}
