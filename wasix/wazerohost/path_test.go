//go:build !js

package wazerohost_test

import (
	"encoding/binary"
	"strings"
	"testing"

	"github.com/wasix-web/wasix-web/wasix"
	"github.com/wasix-web/wasix-web/wasix/abi"
)

// pathCalls are the calls on a path, each as a function of descriptor and path
// that would succeed or fail because of the path alone.
var pathCalls = map[string]func(fd int, path any) []any{
	"path_create_directory":      func(fd int, path any) []any { return []any{fd, path} },
	"path_filestat_get":          func(fd int, path any) []any { return []any{fd, 1, path, out(64)} },
	"unstable_path_filestat_get": func(fd int, path any) []any { return []any{fd, 1, path, out(56)} },
	"path_filestat_set_times":    func(fd int, path any) []any { return []any{fd, 1, path, 1, 2, 5} },
	"path_link":                  func(fd int, path any) []any { return []any{fd, 1, path, root, "linked"} },
	"path_open":                  func(fd int, path any) []any { return []any{fd, 1, path, 0, readOnly, 0, 0, out(4)} },
	"path_open2":                 func(fd int, path any) []any { return []any{fd, 1, path, 0, readOnly, 0, 0, 0, out(4)} },
	"path_readlink":              func(fd int, path any) []any { return []any{fd, path, out(9), 9, out(4)} },
	"path_remove_directory":      func(fd int, path any) []any { return []any{fd, path} },
	"path_rename":                func(fd int, path any) []any { return []any{fd, path, root, "renamed"} },
	"path_symlink":               func(fd int, path any) []any { return []any{"target", fd, path} },
	"path_unlink_file":           func(fd int, path any) []any { return []any{fd, path} },
}

// second are the calls' second paths, where they have two.
var secondPath = map[string]func(fd int, path any) []any{
	"path_link":   func(fd int, path any) []any { return []any{root, 0, "f", fd, path} },
	"path_rename": func(fd int, path any) []any { return []any{root, "f", fd, path} },
}

// TestPathErrors has the errors of every call on a path.
func TestPathErrors(t *testing.T) {
	w := newTree(t)
	wasi := func(name string) bool { return name != "path_open2" }
	for _, calls := range []map[string]func(int, any) []any{pathCalls, secondPath} {
		for name, args := range calls {
			for _, p := range []*proxy{w.proxy(), w.wasi()} {
				posix := p.proc.Thread().Process.Beneath == false
				if !posix && !wasi(name) {
					continue
				}
				file := p.open("f", 0)
				null := p.open("dev/null", 0)
				p.fails(abi.EBADF, name, args(closed, "f")...)
				p.fails(abi.ENOTDIR, name, args(file, "f")...)
				p.fails(abi.ENOTDIR, name, args(null, "f")...)
				p.fails(abi.ENOTDIR, name, args(stdin, "f")...)
				p.fails(abi.ENOTDIR, name, args(root, "f/x")...)
				p.fails(abi.ENOENT, name, args(root, "")...)
				p.fails(abi.ENOENT, name, args(root, "no/x")...)
				p.fails(abi.ENAMETOOLONG, name, args(root, strings.Repeat("x", 256))...)
				p.fails(abi.ENAMETOOLONG, name, args(root, strings.Repeat("x/", 2049))...)
				p.fails(abi.ELOOP, name, args(root, "loop/x")...)
				p.fails(abi.EINVAL, name, args(root, "d\x00")...)
				p.fails(abi.EILSEQ, name, args(root, "d\xff")...)
				p.fails(abi.EFAULT, name, args(root, bad{})...)
				if !posix {
					p.fails(abi.ENOTCAPABLE, name, args(root, "../f")...)
					p.fails(abi.ENOTCAPABLE, name, args(root, "d/../../f")...)
					p.fails(abi.ENOTCAPABLE, name, args(root, "/f")...)
					bare := p.openAs("d", abi.OflagsDirectory, abi.RightsFdRead, 0)
					p.fails(abi.ENOTCAPABLE, name, args(bare, "x")...)
				}
			}
		}
	}
	// A path of a megabyte.
	p := w.proxy()
	p.fails(abi.ENAMETOOLONG, "path_create_directory", root, strings.Repeat("x", 100_000))
	p.fails(abi.EFAULT, "path_create_directory", root, 1024, 1<<20)
}

func TestPathCreateAndRemoveDirectory(t *testing.T) {
	w := newTree(t)
	for _, p := range []*proxy{w.proxy(), w.wasi()} {
		p.ok("path_create_directory", root, "d/new").traced(`==> path_create_directory(fd=3,path="d/new")`, `<== errno=ESUCCESS`)
		p.fails(abi.EEXIST, "path_create_directory", root, "d/new")
		p.fails(abi.EEXIST, "path_create_directory", root, "f")
		p.fails(abi.EEXIST, "path_create_directory", root, "gone")
		p.fails(abi.EROFS, "path_create_directory", root, "ro/new")
		p.ok("path_create_directory", p.directory("d/new"), "sub/")
		p.fails(abi.ENOTEMPTY, "path_remove_directory", root, "d/new")
		p.ok("path_remove_directory", root, "d/new/sub/")
		p.ok("path_remove_directory", root, "d/new").traced(`==> path_remove_directory(fd=3,path="d/new")`, `<== errno=ESUCCESS`)
		p.fails(abi.ENOENT, "path_remove_directory", root, "d/new")
		p.fails(abi.ENOTDIR, "path_remove_directory", root, "f")
		p.fails(abi.ENOTDIR, "path_remove_directory", root, "ld")
		p.fails(abi.EROFS, "path_remove_directory", root, "ro/dir")
		p.fails(abi.EBUSY, "path_remove_directory", root, "ro")
		p.fails(abi.EINVAL, "path_remove_directory", root, "e/.")
		p.fails(abi.ENOTEMPTY, "path_remove_directory", root, "e/..")
	}
	p := w.proxy()
	p.fails(abi.EBUSY, "path_remove_directory", root, "/")
	fill(p, "tiny/a")
	p.fails(abi.ENOSPC, "path_create_directory", root, "tiny/dir")
	p.fails(abi.ENOSPC, "path_symlink", "t", root, "tiny/link")
	p.fails(abi.ENOSPC, "path_open", root, 0, "tiny/file", abi.OflagsCreat, writeOnly, 0, 0, out(4))
	p.fails(abi.ENOSPC, "path_open2", root, 0, "tiny/file", abi.OflagsCreat, writeOnly, 0, 0, 0, out(4))
}

// fill makes the file system of a path full, down to the last entry.
func fill(p *proxy, path string) {
	p.Helper()
	fd := p.open(path, abi.OflagsCreat)
	for p.call("fd_write", fd, iovs{strings.Repeat("x", 30_000)}, out(4)).errno == abi.OK {
	}
	for i := 0; p.call("path_create_directory", root, path+strings.Repeat("d", 1+i)).errno == abi.OK; i++ {
	}
}

func TestPathFilestatGet(t *testing.T) {
	w := newTree(t)
	for _, p := range []*proxy{w.proxy(), w.wasi()} {
		f := p.ok("path_filestat_get", root, 0, "f", out(64)).stat(0)
		if f.Filetype != abi.FiletypeRegularFile || f.Size != 5 || f.Nlink != 1 {
			t.Errorf("f: %+v", f)
		}
		if l := p.ok("path_filestat_get", root, abi.LookupSymlinkFollow, "lf", out(64)).stat(0); l != f {
			t.Errorf("followed: %+v", l)
		}
		l := p.ok("path_filestat_get", root, 0, "lf", out(64)).stat(0)
		if l.Filetype != abi.FiletypeSymbolicLink || l.Size != 1 {
			t.Errorf("lf: %+v", l)
		}
		if x := p.ok("path_filestat_get", root, 0, "ld/x", out(64)).stat(0); x.Filetype != abi.FiletypeRegularFile {
			t.Errorf("ld/x: %+v", x)
		}
		p.fails(abi.ENOENT, "path_filestat_get", root, abi.LookupSymlinkFollow, "gone", out(64)).traced(
			`==> path_filestat_get(fd=3,flags=SYMLINK_FOLLOW,path="gone")`, `<== errno=ENOENT`)
		p.ok("path_filestat_get", root, 0, "gone", out(64))
		p.fails(abi.ELOOP, "path_filestat_get", root, abi.LookupSymlinkFollow, "loop", out(64))
		p.fails(abi.EINVAL, "path_filestat_get", root, 2, "f", out(64))
		p.fails(abi.EFAULT, "path_filestat_get", root, 0, "f", nowhere)
		p.fails(abi.ENOTDIR, "path_filestat_get", root, 0, "f/", out(64))
		// The struct of 2019.
		b := p.ok("unstable_path_filestat_get", root, 0, "f", out(56)).outs[0]
		if le64(b[8:]) != f.Ino || b[16] != 4 || binary.LittleEndian.Uint32(b[20:]) != 1 || le64(b[24:]) != 5 {
			t.Errorf("unstable: % x", b)
		}
		p.fails(abi.EFAULT, "unstable_path_filestat_get", root, 0, "f", nowhere)
	}
	// A WASIX program's paths are POSIX's.
	p := w.proxy(func(c *wasix.Command) { c.Dir = "/d" })
	p.ok("path_filestat_get", root, 0, "/../d/../f", out(64))
	p.ok("path_filestat_get", stdin, 0, "/f", out(64))
	p.ok("path_filestat_get", -2, 0, "x", out(64)) // AT_FDCWD
}

func TestPathLink(t *testing.T) {
	w := newTree(t)
	for i, p := range []*proxy{w.proxy(), w.wasi()} {
		name := []string{"d/l0", "d/l1"}[i]
		p.ok("path_link", root, 0, "f", root, name).traced(
			`==> path_link(old_fd=3,old_flags=,old_path="f",new_fd=3,new_path="`+name+`")`, `<== errno=ESUCCESS`)
		a := p.ok("path_filestat_get", root, 0, "f", out(64)).stat(0)
		b := p.ok("path_filestat_get", root, 0, name, out(64)).stat(0)
		if a != b || a.Nlink != uint64(2+i) {
			t.Errorf("%+v and %+v", a, b)
		}
		p.fails(abi.EEXIST, "path_link", root, 0, "f", root, name)
		p.fails(abi.EEXIST, "path_link", root, 0, "f", root, "gone")
		p.fails(abi.ENOENT, "path_link", root, 0, "nothing", root, "d/n")
		p.fails(abi.EPERM, "path_link", root, 0, "d", root, "d2")
		p.fails(abi.EXDEV, "path_link", root, 0, "f", root, "tiny/f")
		p.fails(abi.EROFS, "path_link", root, 0, "ro/r", root, "ro/r2")
		p.fails(abi.EINVAL, "path_link", root, 2, "f", root, "d/n")
		// The link itself, or what it refers to.
		p.ok("path_link", root, 0, "lf", root, name+"l")
		if s := p.ok("path_filestat_get", root, 0, name+"l", out(64)).stat(0); s.Filetype != abi.FiletypeSymbolicLink {
			t.Errorf("a link to a link: %+v", s)
		}
	}
	p := w.proxy()
	p.ok("path_link", root, abi.LookupSymlinkFollow, "lf", root, "d/followed")
	if s := p.ok("path_filestat_get", root, 0, "d/followed", out(64)).stat(0); s.Filetype != abi.FiletypeRegularFile {
		t.Errorf("followed: %+v", s)
	}
}

// A file can have only so many names.
func TestPathLinkMax(t *testing.T) {
	if testing.Short() {
		t.Skip("65000 links")
	}
	w := newTree(t)
	fs := w.FS()
	name := func(i int) string {
		const digits = "0123456789abcdef"
		return "/e/" + string([]byte{digits[i>>12&15], digits[i>>8&15], digits[i>>4&15], digits[i&15]})
	}
	for i := 1; i < 65000; i++ {
		if err := fs.Link("/f", name(i)); err != nil {
			t.Fatal(err)
		}
	}
	p := w.proxy()
	p.fails(abi.EMLINK, "path_link", root, 0, "f", root, "one more")
}

func TestPathReadlinkAndSymlink(t *testing.T) {
	w := newTree(t)
	for i, p := range []*proxy{w.proxy(), w.wasi()} {
		link := []string{"s0", "s1"}[i]
		p.ok("path_symlink", "d/x", root, link).traced(
			`==> path_symlink(old_path="d/x",fd=3,new_path="`+link+`")`, `<== errno=ESUCCESS`)
		p.ok("path_readlink", root, link, out(9), 9, out(4)).text(0, "d/x").is(1, 3).traced(
			`==> path_readlink(fd=3,path="`+link+`",buf_len=9)`, `<== (buf="d/x",bufused=3,errno=ESUCCESS)`)
		p.ok("path_readlink", root, link, out(2), 2, out(4)).text(0, "d/").is(1, 2)
		p.ok("path_readlink", root, link, out(0), 0, out(4)).is(1, 0)
		p.fails(abi.EINVAL, "path_readlink", root, "f", out(9), 9, out(4))
		p.fails(abi.EINVAL, "path_readlink", root, "d", out(9), 9, out(4))
		p.fails(abi.ENOENT, "path_readlink", root, "nothing", out(9), 9, out(4))
		p.fails(abi.EFAULT, "path_readlink", root, link, nowhere, 9, out(4))
		p.fails(abi.EFAULT, "path_readlink", root, link, out(9), 9, nowhere)
		p.fails(abi.EEXIST, "path_symlink", "d/x", root, link)
		p.fails(abi.EEXIST, "path_symlink", "d/x", root, "f")
		p.fails(abi.ENOENT, "path_symlink", "", root, link+"x")
		p.fails(abi.EROFS, "path_symlink", "r", root, "ro/s")
		p.fails(abi.EFAULT, "path_symlink", nowhere, 3, root, link+"x")
	}
	w.proxy().ok("path_symlink", "/f", root, "absolute")
	p := w.wasi()
	p.fails(abi.ENOTCAPABLE, "path_symlink", "/f", root, "absolute2")
	p.fails(abi.ENOTCAPABLE, "path_open", root, abi.LookupSymlinkFollow, "absolute", 0, readOnly, 0, 0, out(4))
}

func TestPathRename(t *testing.T) {
	w := newTree(t)
	p := w.proxy()
	p.ok("path_rename", root, "f", root, "d/g").traced(
		`==> path_rename(fd=3,old_path="f",new_fd=3,new_path="d/g")`, `<== errno=ESUCCESS`)
	p.fails(abi.ENOENT, "path_rename", root, "f", root, "d/g")
	p.create("over", "over")
	p.ok("path_rename", root, "d/g", root, "over")
	if s := p.contents("/over"); s != "hello" {
		t.Errorf("contents %q", s)
	}
	p.ok("path_rename", root, "over", root, "over")
	p.ok("path_rename", root, "d", root, "e") // over an empty directory
	p.ok("path_filestat_get", root, 0, "e/x", out(64))
	p.ok("path_create_directory", root, "d")
	p.create("d/y", "")
	p.fails(abi.ENOTEMPTY, "path_rename", root, "e", root, "d")
	p.fails(abi.EISDIR, "path_rename", root, "over", root, "d")
	p.fails(abi.ENOTDIR, "path_rename", root, "d", root, "over")
	p.fails(abi.EINVAL, "path_rename", root, "d", root, "d/sub")
	p.ok("path_create_directory", root, "d/sub")
	p.fails(abi.EINVAL, "path_rename", root, "d", root, "d/sub/sub")
	p.fails(abi.EXDEV, "path_rename", root, "over", root, "tiny/over")
	p.fails(abi.EROFS, "path_rename", root, "ro/r", root, "ro/r2")
	p.fails(abi.EBUSY, "path_rename", root, "ro", root, "other")
	// What is open stays what it was.
	fd := p.open("over", 0)
	p.create("other", "other")
	p.ok("path_rename", root, "other", root, "over")
	if s := p.read(fd, 9); s != "hello" {
		t.Errorf("read %q", s)
	}
	// preview1.
	w.wasi().ok("path_rename", root, "over", root, "e/over")
}

func TestPathUnlinkFile(t *testing.T) {
	w := newTree(t)
	p := w.proxy()
	fd := p.open("f", 0)
	p.ok("path_unlink_file", root, "f").traced(`==> path_unlink_file(fd=3,path="f")`, `<== errno=ESUCCESS`)
	p.fails(abi.ENOENT, "path_unlink_file", root, "f")
	if s := p.read(fd, 9); s != "hello" {
		t.Errorf("read %q", s)
	}
	p.write(fd, "!")
	if s := p.ok("fd_filestat_get", fd, out(64)).stat(0); s.Nlink != 0 || s.Size != 6 {
		t.Errorf("%+v", s)
	}
	p.ok("path_unlink_file", root, "ld") // the link
	p.ok("path_filestat_get", root, 0, "d/x", out(64))
	p.ok("path_unlink_file", root, "gone")
	p.fails(abi.EISDIR, "path_unlink_file", root, "d")
	p.fails(abi.ENOTDIR, "path_unlink_file", root, "d/x/")
	p.fails(abi.EROFS, "path_unlink_file", root, "ro/r")
	p.fails(abi.EROFS, "path_unlink_file", root, "dev/null")
	w.wasi().ok("path_unlink_file", root, "d/x")
}

func TestGetcwdAndChdir(t *testing.T) {
	p := newTree(t).proxy()
	p.ok("chdir", "/d").traced(`==> chdir(path="/d")`, `<== errno=ESUCCESS`)
	p.getcwd(9, "/d")
	p.ok("chdir", "../ld/..")
	p.getcwd(2, "/")
	p.ok("path_create_directory", root, "e/sub")
	p.ok("chdir", "e/sub/")
	p.getcwd(7, "/e/sub")
	// Too small: it says how much is needed.
	a := p.call("getcwd", out(9), at(7))
	if a.errno != abi.OK {
		t.Errorf("%v", a.errno)
	}
	for _, n := range []uint32{6, 1} {
		p.cwdFails(abi.ERANGE, n)
	}
	p.cwdFails(abi.EINVAL, 0)
	p.fails(abi.EFAULT, "getcwd", out(9), nowhere)
	p.fails(abi.EFAULT, "getcwd", nowhere, in(iovec(100)))
	p.ok("path_remove_directory", root, "e/sub")
	p.fails(abi.ENOENT, "getcwd", out(9), in(iovec(9)))

	p.fails(abi.ENOENT, "chdir", "nothing")
	p.fails(abi.ENOENT, "chdir", "")
	p.fails(abi.ENOTDIR, "chdir", "/f")
	p.fails(abi.ELOOP, "chdir", "/loop")
	p.fails(abi.ENAMETOOLONG, "chdir", strings.Repeat("x", 5000))
	p.fails(abi.EFAULT, "chdir", bad{})
	p.fails(abi.EINVAL, "chdir", "/d\x00")
	p.fails(abi.EILSEQ, "chdir", "/\xff")
}

// A directory ten thousand levels deep, which no single path can name.
func TestDeepTree(t *testing.T) {
	w := newTree(t)
	p := w.proxy()
	const depth = 10_000
	p.ok("chdir", "e")
	p.poke(0, []byte("d.."))
	raw := func(name string, args ...uint64) { // without looking at the memory every time
		if r, err := p.proc.Call(name, args...); err != nil || r[0] != 0 {
			t.Fatal(name, r, err)
		}
	}
	const cwd = 0xfffffffe // AT_FDCWD
	for range depth {
		raw("path_create_directory", cwd, 0, 1)
		raw("chdir", 0, 1)
	}
	p.cwdFails(abi.ERANGE, 9)
	p.poke(0, []byte("d.."))
	for range depth {
		raw("chdir", 1, 2)
		raw("path_remove_directory", cwd, 0, 1)
	}
	p.getcwd(9, "/e")
}

// A preview1 program that is free reaches what is above its preopened directory
// and keeps that open, as a WASIX program does.
func TestFree(t *testing.T) {
	w := newTree(t)
	for _, free := range []bool{false, true} {
		p := w.wasi(func(c *wasix.Command) { c.Free = free; c.Preopens = []string{"/d"} })
		check := func(name string, args ...any) {
			t.Helper()
			if free {
				p.ok(name, args...)
			} else {
				p.fails(abi.ENOTCAPABLE, name, args...)
			}
		}
		check("path_filestat_get", root, 0, "../f", out(64))
		check("path_filestat_get", root, 0, "/f", out(64))
		check("path_symlink", "/f", root, "absolute")
		p.ok("fd_close", root)
		if free {
			p.ok("path_filestat_get", root, 0, "/f", out(64))
		} else {
			p.fails(abi.EBADF, "path_filestat_get", root, 0, "f", out(64))
		}
	}
}
