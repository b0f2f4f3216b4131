package vfstest

import (
	"sort"
	"strings"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

var dirCases = []Case{
	{Name: "readdir/names", Script: []string{
		"ls . = ", "mkdir d", "write b x", "write a x", "ls . = a b d", "unlink a", "ls . = b d", "write a x", "ls . = a b d",
		"rename b c", "ls . = a c d", "ls d = ", "ls a = ENOTDIR", "ls nope = ENOENT",
	}},
	{Name: "readdir/entries", Func: dirEntries},
	{Name: "readdir/cookies", Needs: []Feature{StableCookies}, Func: dirCookies},
	{Name: "readdir/one by one", Func: dirOneByOne},
	{Name: "readdir/while it changes", Needs: []Feature{StableCookies}, Func: dirChanging},
	{Name: "readdir/comes to an end", Needs: []Feature{StableCookies}, Func: dirEnds},
	{Name: "readdir/replaced names are seen once", Needs: []Feature{StableCookies}, Func: dirReplaced},
	{Name: "readdir/remove all", Func: dirRemoveAll},
	{Name: "readdir/errors", Func: dirErrors},
	{Name: "readdir/large", Func: dirLarge},
}

// open opens a directory for reading.
func (t *T) dir(path string) *vfs.OpenFile {
	t.Helper()
	f, e := t.NS.Open(t.Ctx, t.At, path, vfs.OpenOptions{Read: true, Oflags: abi.OflagsDirectory})
	if e != abi.OK {
		t.Fail("open", path, "gives", e.String())
	}
	return f
}

// batch returns up to n entries after cookie.
func (t *T) batch(f *vfs.OpenFile, cookie uint64, n int) (list []vfs.Dirent) {
	t.Helper()
	e := vfs.ReadDirents(t.Ctx, f, cookie, func(d vfs.Dirent) bool {
		if len(list) == n {
			return false
		}
		list = append(list, d)
		return true
	})
	if e != abi.OK {
		t.Fail("ReadDirents gives", e.String())
	}
	return list
}

// reader reads a directory piece by piece, and notices when that does not end.
type reader struct {
	t      *T
	f      *vfs.OpenFile
	cookie uint64
	left   int
}

// reader opens a directory that has not more than most entries.
func (t *T) reader(path string, most int) *reader {
	t.Helper()
	return &reader{t, t.dir(path), 0, most + 100}
}

// next returns up to n entries, none at the end.
func (r *reader) next(n int) []vfs.Dirent {
	r.t.Helper()
	list := r.t.batch(r.f, r.cookie, n)
	if len(list) > 0 {
		r.cookie = list[len(list)-1].Cookie
	} else {
		r.f.Unref()
	}
	if r.left -= len(list); r.left < 0 {
		r.t.Fail("reading a directory does not come to an end")
	}
	return list
}

func dirEntries(t *T) {
	t.OK("mkdir", "d")
	t.OK("mkdir", "d/sub")
	t.OK("write", "d/file", "x")
	want := map[string]abi.Filetype{".": abi.FiletypeDirectory, "..": abi.FiletypeDirectory,
		"sub": abi.FiletypeDirectory, "file": abi.FiletypeRegularFile}
	if !t.lacks(Symlinks) {
		t.OK("symlink", "nowhere", "d/link")
		want["link"] = abi.FiletypeSymbolicLink
	}
	f := t.dir("d")
	defer f.Unref()
	list := t.batch(f, 0, 100)
	if len(list) != len(want) || list[0].Name != "." || list[1].Name != ".." || list[0].Cookie != 1 || list[1].Cookie != 2 {
		t.Fail("directory does not begin with its dots, or has", itoa(len(list)), "entries")
	}
	seen := map[uint64]bool{0: true}
	for _, d := range list {
		if d.Type != want[d.Name] {
			t.Fail("type of", d.Name, "is", d.Type.String())
		}
		a, e := t.NS.Stat(t.Ctx, t.At, "d/"+d.Name, false)
		if e != abi.OK || a.Ino != d.Ino {
			t.Fail("inode of", d.Name, "differs from stat's", e.String())
		}
		if seen[d.Cookie] {
			t.Fail("cookie of", d.Name, "is not its own")
		}
		seen[d.Cookie] = true
	}
}

func dirCookies(t *T) {
	for i := range 40 {
		t.OK("write", "f"+itoa(i), "")
	}
	f := t.dir(".")
	defer f.Unref()
	all := t.batch(f, 0, 1000)
	for i, d := range all {
		if rest := t.batch(f, d.Cookie, 1000); names(rest) != names(all[i+1:]) {
			t.Fail("after cookie of", d.Name, "comes", names(rest))
		}
	}
	// A cookie is good for another description, and when its entry has gone.
	t.OK("unlink", "f7")
	g := t.dir(".")
	defer g.Unref()
	for i, d := range all {
		if d.Name == "f7" {
			if rest := t.batch(g, d.Cookie, 1000); names(rest) != names(all[i+1:]) {
				t.Fail("after the cookie of a removed entry comes", names(rest))
			}
		}
	}
}

func names(list []vfs.Dirent) string {
	var s []string
	for _, d := range list {
		s = append(s, d.Name)
	}
	return strings.Join(s, " ")
}

func dirOneByOne(t *T) {
	want := []string{".", ".."}
	for i := range 300 {
		t.OK("write", "f"+itoa(i), "")
		want = append(want, "f"+itoa(i))
	}
	var got []string
	r := t.reader(".", 302)
	for list := r.next(1); len(list) > 0; list = r.next(1) {
		got = append(got, list[0].Name)
	}
	sort.Strings(got)
	sort.Strings(want)
	t.Check("names one by one", join(got), join(want))
}

// dirChanging reads in small pieces while entries come, go and change names.
// What was there all the time is seen exactly once.
func dirChanging(t *T) {
	r := rng(t.Seed + 1)
	for round := range 20 {
		dir := "d" + itoa(round)
		t.OK("mkdir", dir)
		size := 1 + r.n(200)
		for i := range size {
			t.OK("write", dir+"/stay"+itoa(i), "")
			t.OK("write", dir+"/go"+itoa(i), "")
		}
		rd := t.reader(dir, 10_000)
		seen := map[string]int{}
		made := 0
		for list := rd.next(1); len(list) > 0; list = rd.next(1 + r.n(9)) {
			for _, d := range list {
				seen[d.Name]++
			}
			for range r.n(12) {
				i := itoa(r.n(size))
				switch r.n(5) {
				case 0:
					t.Do([]string{"unlink", dir + "/go" + i})
				case 1:
					t.Do([]string{"rename", dir + "/go" + i, dir + "/gone" + i})
				case 2:
					t.Do([]string{"rename", dir + "/gone" + i, dir + "/go" + i})
				case 3:
					t.OK("write", dir+"/new"+itoa(made), "")
					made++
				case 4:
					t.OK("write", dir+"/other"+i, "")
					t.OK("rename", dir+"/other"+i, dir+"/stay"+i)
				}
			}
		}
		for i := range size {
			if n := seen["stay"+itoa(i)]; n != 1 {
				t.Fail("stay"+itoa(i), "was seen", itoa(n), "times in round", itoa(round))
			}
		}
		if seen["."] != 1 || seen[".."] != 1 {
			t.Fail("the dots were not seen once")
		}
	}
}

// dirEnds makes and renames an entry for each one it reads.
func dirEnds(t *T) {
	for i := range 100 {
		t.OK("write", "f"+itoa(i), "")
	}
	for _, how := range []string{"write", "rename"} {
		r := t.reader(".", 300)
		for list := r.next(1); len(list) > 0; list = r.next(1) {
			name := list[0].Name
			switch {
			case name[0] == '.':
			case how == "write":
				t.OK("write", name+"+", "")
			default:
				t.OK("rename", name, "r"+name)
			}
		}
	}
	if got := strings.Fields(t.OK("ls", ".")); len(got) != 200 {
		t.Fail("there are", itoa(len(got)), "entries, want 200")
	}
}

func dirReplaced(t *T) {
	for i := range 50 {
		t.OK("write", "f"+itoa(i), "")
	}
	seen := map[string]int{}
	r := t.reader(".", 60)
	for list := r.next(5); len(list) > 0; list = r.next(5) {
		for _, d := range list {
			seen[d.Name]++
		}
		for i := range 50 {
			t.OK("write", "tmp", "new")
			t.OK("rename", "tmp", "f"+itoa(i))
		}
	}
	for i := range 50 {
		if n := seen["f"+itoa(i)]; n != 1 {
			t.Fail("f"+itoa(i), "was seen", itoa(n), "times")
		}
	}
}

// dirRemoveAll does as rm -r does: read some, remove them, go on or start again.
func dirRemoveAll(t *T) {
	for _, again := range []bool{false, true} {
		t.OK("mkdir", "d")
		for i := range 1000 {
			t.OK("write", "d/f"+itoa(i), "")
		}
		r := t.reader("d", 4000)
		for list := r.next(10); len(list) > 0; list = r.next(10) {
			removed := 0
			for _, d := range list {
				if d.Name != "." && d.Name != ".." {
					removed++
					t.OK("unlink", "d/"+d.Name)
				}
			}
			if again && removed > 0 {
				r.cookie = 0
			}
		}
		t.OK("rmdir", "d")
	}
}

func dirErrors(t *T) {
	t.OK("write", "f", "x")
	f, _ := t.NS.Open(t.Ctx, t.At, "f", vfs.OpenOptions{Read: true})
	defer f.Unref()
	never := func(vfs.Dirent) bool { t.Fail("an entry of a file"); return false }
	t.Check("ReadDirents of a file", vfs.ReadDirents(t.Ctx, f, 0, never).String(), "ENOTDIR")
	d := t.dir(".")
	defer d.Unref()
	t.Check("ReadDirents after all", vfs.ReadDirents(t.Ctx, d, 1<<63, never).String(), "EINVAL")
	if list := t.batch(d, 1<<63-1, 10); len(list) != 0 {
		t.Fail("entries after the largest cookie:", names(list))
	}
	if list := t.batch(d, 1, 1); len(list) != 1 || list[0].Name != ".." {
		t.Fail("after cookie 1 comes", names(list))
	}
	if list := t.batch(d, 2, 1); len(list) != 1 || list[0].Name != "f" {
		t.Fail("after cookie 2 comes", names(list))
	}
}

// dirLarge makes, finds, reads and removes Options.Entries entries. A directory
// that looks at all of them for each one is noticed by its author.
func dirLarge(t *T) {
	t.OK("mkdir", "d")
	n := t.Entries
	name := func(i int) string { return "d/entry-" + itoa(i) }
	for i := range n {
		if i%10 == 0 {
			t.OK("mkdir", name(i))
		} else {
			t.OK("open", name(i), "w", "creat", "excl")
		}
	}
	t.Check("stat", t.OK("stat", "d"), "dir "+itoa(2+(n+9)/10))
	seen := make([]bool, n)
	count := 0
	r := t.reader("d", n)
	for list := r.next(37); len(list) > 0; list = r.next(37) {
		for _, d := range list {
			if s, ok := strings.CutPrefix(d.Name, "entry-"); ok {
				i := int(Number(s))
				if seen[i] {
					t.Fail(d.Name, "comes twice")
				}
				seen[i] = true
				count++
			}
		}
	}
	if count != n {
		t.Fail("directory has", itoa(count), "entries, want", itoa(n))
	}
	for i := range n {
		i = i * 7919 % n
		want := "file 0 1"
		if i%10 == 0 {
			want = "dir 2"
		}
		if got := t.Do([]string{"stat", name(i)}); got != want {
			t.Fail("stat of", name(i), "is", got)
		}
	}
	t.Check("stat of what is not there", t.Do([]string{"stat", "d/entry-x"}), "ENOENT")
	t.Check("rmdir", t.Do([]string{"rmdir", "d"}), "ENOTEMPTY")
	for i := range n {
		i = i * 7919 % n
		if i%10 == 0 {
			t.OK("rmdir", name(i))
		} else {
			t.OK("unlink", name(i))
		}
	}
	t.OK("rmdir", "d")
}
