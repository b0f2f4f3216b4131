package vfstest

var renameCases = []Case{
	{Name: "rename/files", Script: []string{
		"mkdir d", "write a one", "write b two", "rename a c", "stat a = ENOENT", "read c = one", "rename c b", "read b = one", "ls . = b d",
		"rename b d/x", "read d/x = one", "rename d/x d/y", "ls d = y", "rename d/y d/y", "read d/y = one", "rename nope x = ENOENT",
		"rename nope/x y = ENOENT", "rename d/y nope/x = ENOENT", "ls . = d",
	}},
	{Name: "rename/directories", Script: []string{
		"mkdir a", "mkdir a/s", "write a/f x", "mkdir e", "rename a b", "read b/f = x", "stat . = dir 4", "rename b e", "read e/f = x", "ls . = e",
		"stat . = dir 3", "mkdir n", "write n/g y", "rename e n = ENOTEMPTY", "rename n e = ENOTEMPTY", "ls . = e n",
		"rename e/s n/s", "stat e = dir 2", "stat n = dir 3", "ls n = g s",
	}},
	{Name: "rename/kinds", Script: []string{
		"mkdir d", "mkdir e", "write f x", "rename f d = EISDIR", "rename d f = ENOTDIR", "rename d d", "rename f f", "ls . = d e f",
		"write d/g y", "rename f d = EISDIR", "rename d/g e = EISDIR", "rename e d/g = ENOTDIR",
	}},
	{Name: "rename/into itself", Script: []string{
		"mkdir a", "mkdir a/b", "mkdir a/b/c", "rename a a/x = EINVAL", "rename a a/b = EINVAL", "rename a a/b/c/x = EINVAL", "rename a/b a/b/c = EINVAL",
		"rename a a/ ", "rename a/b a = ENOTEMPTY", "rename a/b/c a = ENOTEMPTY", "rename a/b/c a/b = ENOTEMPTY", "rename a/b/c a/c", "ls a = b c",
		"rename a ./a/../a/x = EINVAL",
	}},
	{Name: "rename/slashes", Script: []string{
		"mkdir d", "write f x", "rename d/ e", "rename e d/", "rename d/ e/", "rename e d", "ls . = d f",
		"rename f/ g = ENOTDIR", "rename f g/ = ENOTDIR", "rename f d/ = ENOTDIR", "write g y", "rename f g/ = ENOTDIR", "rename f/ f = ENOTDIR",
		"rename f f/ = ENOTDIR", "rename d f/ = ENOTDIR", "rename nope/ x = ENOENT", "mkdir e", "rename d/ e/", "ls . = e f g",
	}},
	{Name: "rename/dots", Script: []string{
		"mkdir a", "mkdir b", "rename . x = EINVAL or EBUSY", "rename a . = EINVAL or EBUSY", "rename a/. x = EINVAL or EBUSY",
		"rename a b/. = EINVAL or EBUSY", "rename a/.. x = EINVAL or EBUSY", "rename a b/.. = EINVAL or EBUSY",
		"rename a/./ x = EINVAL or EBUSY", "ls . = a b",
	}},
	{Name: "rename/links", Needs: []Feature{HardLinks}, Script: []string{
		"write f x", "link f g", "rename f g", "ls . = f g", "stat f = file 1 2", "mkdir d", "link f d/f", "rename d/f g", "ls d = f",
		"stat f = file 1 3", "write h y", "rename h g", "stat f = file 1 2", "stat g = file 1 1",
	}},
	{Name: "rename/symbolic links", Needs: []Feature{Symlinks}, Script: []string{
		"mkdir d", "write f x", "symlink f lf", "symlink d ld", "symlink nope n", "rename lf l2", "readlink l2 = f", "read f = x",
		"rename ld/ e = ENOTDIR", "rename n n2", "readlink n2 = nope", "rename d l2 = ENOTDIR", "rename l2 d = EISDIR", "rename f n2", "lstat n2 = file 1 1",
		"rename ld n2", "readlink n2 = d", "symlink f f2", "rename n2 f2", "readlink f2 = d", "ls . = d f2 l2",
	}},
	{Name: "rename/dot dot follows", Script: []string{
		"mkdir a", "mkdir b", "mkdir a/s", "write a/mark inA", "write b/mark inB", "read a/s/../mark = inA", "rename a/s b/s", "read b/s/../mark = inB",
		"stat a = dir 2", "stat b = dir 3", "mkdir b/t", "rename b/s b/t", "read b/t/../mark = inB", "stat b = dir 3",
	}},
	{Name: "rename/path follows", Script: []string{
		"mkdir a", "mkdir b", "mkdir a/s", "mkdir a/s/t", "cd a/s/t", "pwd = /a/s/t", "rename /a/s /b/u", "pwd = /b/u/t", "rename /b /c", "pwd = /c/u/t",
		"mkdir here", "ls /c/u/t = here",
	}},
	{Name: "rename/replaced directory", Needs: []Feature{UnlinkedOpen}, Script: []string{
		"mkdir a", "write a/f x", "mkdir b", "hold h b r", "cd b", "rename /a /b", "hstat h = dir 0", "write g x = ENOENT", "pwd = ENOENT", "ls /b = f",
		"stat / = dir 3",
	}},
	{Name: "rename/swap by three", Script: []string{
		"write a one", "write b two", "rename a t", "rename b a", "rename t b", "read a = two", "read b = one", "ls . = a b",
	}},
	{Name: "rename/a long way", Func: func(t *T) {
		for i := range 50 {
			t.OK("mkdir", "d"+itoa(i))
		}
		t.OK("mkdir", "d0/x")
		t.OK("write", "d0/x/f", "carried")
		for i := range 49 {
			t.OK("rename", "d"+itoa(i)+"/x", "d"+itoa(i+1)+"/x")
		}
		t.Check("read", t.OK("read", "d49/x/f"), "carried")
		t.Check("stat", t.OK("stat", "d48"), "dir 2")
		t.Check("stat", t.OK("stat", "d49"), "dir 3")
	}},
}
