//go:build !js

package wazerohost_test

import (
	"testing"

	"github.com/wasix-web/wasix-web/wasix"
	"github.com/wasix-web/wasix-web/wasix/abi"
)

const (
	creat, dir, excl, trunc = abi.OflagsCreat, abi.OflagsDirectory, abi.OflagsExcl, abi.OflagsTrunc
	both                    = readOnly | writeOnly | abi.RightsFdAllocate | abi.RightsFdFilestatGet | abi.RightsFdFilestatSetSize
)

// opening is the arguments of path_open, and of path_open2.
func opening(name, path string, flags abi.Lookupflags, oflags abi.Oflags, rights abi.Rights, fdflags abi.Fdflags) []any {
	args := []any{root, flags, path, oflags, rights, both, fdflags}
	if name == "path_open2" {
		args = append(args, 0)
	}
	return append(args, out(4))
}

func TestPathOpen(t *testing.T) {
	const follow = abi.LookupSymlinkFollow
	for _, name := range []string{"path_open", "path_open2"} {
		w := newTree(t)
		for _, p := range []*proxy{w.proxy(), w.wasi()} {
			if name == "path_open2" && p.proc.Thread().Process.Beneath {
				continue
			}
			ok := func(path string, flags abi.Lookupflags, oflags abi.Oflags, rights abi.Rights) int {
				t.Helper()
				return p.ok(name, opening(name, path, flags, oflags, rights, 0)...).fd(0)
			}
			fails := func(e abi.Errno, path string, flags abi.Lookupflags, oflags abi.Oflags, rights abi.Rights) {
				t.Helper()
				p.fails(e, name, opening(name, path, flags, oflags, rights, 0)...)
			}
			if s := p.read(ok("lf", follow, 0, readOnly), 9); s != "hello" {
				t.Errorf("read %q", s)
			}
			fails(abi.ELOOP, "lf", 0, 0, readOnly)
			fails(abi.ELOOP, "loop", follow, 0, readOnly)
			fails(abi.ENOENT, "gone", follow, 0, readOnly)
			fails(abi.ENOENT, "nothing", 0, 0, readOnly)
			fails(abi.ENOENT, "nothing", 0, trunc, both)
			fails(abi.ENOTDIR, "f", 0, dir, readOnly)
			fails(abi.ENOTDIR, "f/", 0, 0, readOnly)
			fails(abi.EISDIR, "d", 0, 0, both)
			fails(abi.EISDIR, "d", 0, trunc, readOnly)
			fails(abi.EISDIR, "d", 0, creat, readOnly)
			fails(abi.EINVAL, "n", 0, creat|dir, readOnly)
			fails(abi.EINVAL, "f", 2, 0, readOnly)
			fails(abi.EINVAL, "f", 0, 16, readOnly)
			p.fails(abi.EINVAL, name, opening(name, "f", 0, 0, readOnly, 32)...)
			fails(abi.EEXIST, "f", 0, creat|excl, both)
			fails(abi.EEXIST, "gone", 0, creat|excl, both)
			fails(abi.EROFS, "ro/new", 0, creat, both)
			fails(abi.EROFS, "ro/r", 0, 0, both)
			ok("ro/r", 0, 0, readOnly)
			args := opening(name, "never", 0, creat, both, 0)
			args[len(args)-1] = nowhere
			p.fails(abi.EFAULT, name, args...)
			if _, err := w.FS().Stat("/never", false); err == nil {
				t.Error("a call that failed made a file")
			}

			fd := ok("new", 0, creat|excl, both)
			p.write(fd, "abc")
			p.read(ok("new", 0, creat, both), 9)
			ok("new", 0, trunc, both)
			if s := p.contents("/new"); s != "" {
				t.Errorf("contents %q", s)
			}
			// Through a link that leads nowhere, O_CREAT makes what it refers to.
			ok("gone", follow, creat, both)
			if _, err := w.FS().Stat("/nothing", false); err != nil {
				t.Error(err)
			}
			p.ok("path_unlink_file", root, "nothing")
			p.ok("path_unlink_file", root, "new")
			p.ok("fd_readdir", ok("d", 0, dir, readOnly), out(30), 30, 0, out(4))
		}
	}
}

func TestPathOpenTraced(t *testing.T) {
	p := newTree(t).proxy()
	p.ok("path_open", root, abi.LookupSymlinkFollow, "f", creat, abi.RightsFdRead, 0, abi.FdflagsAppend, out(4)).traced(
		`==> path_open(fd=3,dirflags=SYMLINK_FOLLOW,path="f",oflags=CREAT,fs_rights_base=FD_READ,fs_rights_inheriting=,fdflags=APPEND)`,
		`<== (opened_fd=4,errno=ESUCCESS)`)
	p.ok("path_open2", root, 0, "f", 0, abi.RightsFdRead, 0, 0, abi.FdflagsExtCloexec, out(4)).traced(
		`==> path_open2(fd=3,dirflags=,path="f",oflags=,fs_rights_base=FD_READ,fs_rights_inheriting=,fdflags=,fdflagsext=CLOEXEC)`,
		`<== (opened_fd=5,errno=ESUCCESS)`)
	p.fails(abi.EINVAL, "path_open2", root, 0, "f", 0, abi.RightsFdRead, 0, 0, 2, out(4))
}

// The doors of /dev lead to the program's own files.
func TestPathOpenDevices(t *testing.T) {
	w := newTree(t)
	stdinR, feed := newFeed()
	p := w.proxy(func(c *wasix.Command) { c.Stdin = stdinR })
	for _, name := range []string{"path_open", "path_open2"} {
		p.fails(abi.EACCES, name, opening(name, "dev/stdin", 0, 0, writeOnly, 0)...)
		p.fails(abi.ENXIO, name, opening(name, "dev/tty", 0, 0, readOnly, 0)...)
		p.fails(abi.ENOENT, name, opening(name, "dev/fd/77", 0, 0, readOnly, 0)...)
	}
	fd := p.ok("path_open", opening("path_open", "dev/stdin", 0, 0, abi.RightsFdRead, 0)...).fd(0)
	go feed("typed")
	if s := p.read(fd, 9); s != "typed" {
		t.Errorf("read %q", s)
	}
	if s := p.read(p.open("dev/zero", 0), 4); s != "\x00\x00\x00\x00" {
		t.Errorf("zero: %q", s)
	}
	if s := p.read(p.open("dev/urandom", 0), 4); s != "\x00\x01\x02\x03" {
		t.Errorf("random: %q", s)
	}
	null := p.open("dev/null", 0)
	p.write(null, "gone")
	if s := p.read(null, 4); s != "" {
		t.Errorf("null: %q", s)
	}
	feed("")
}

// A preview1 program's rights: what it asks for, of what the directory hands on
// and the file can have.
func TestPathOpenRights(t *testing.T) {
	p := newTree(t).wasi()
	d := p.ok("path_open", root, 0, "d", dir, abi.RightsPathOpen|abi.RightsPathCreateFile|abi.RightsFdReaddir, abi.RightsFdRead|abi.RightsFdSeek, 0, out(4)).fd(0)
	if s := p.fdstat(d); s.RightsInheriting != abi.RightsFdRead|abi.RightsFdSeek {
		t.Errorf("inheriting %v", s.RightsInheriting)
	}
	fd := p.ok("path_open", d, 0, "x", 0, ^abi.Rights(0), 0, 0, out(4)).fd(0)
	if s := p.fdstat(fd); s.RightsBase != abi.RightsFdRead|abi.RightsFdSeek {
		t.Errorf("base %v", s.RightsBase)
	}
	p.fails(abi.ENOTCAPABLE, "fd_write", fd, iovs{"x"}, out(4))
	p.fails(abi.ENOTCAPABLE, "path_open", d, 0, "x", trunc, abi.RightsFdRead, 0, 0, out(4))
	p.fails(abi.ENOTCAPABLE, "path_filestat_get", d, 0, "x", out(64))
	noCreate := p.ok("path_open", root, 0, "d", dir, abi.RightsPathOpen, abi.RightsFdRead, 0, out(4)).fd(0)
	p.fails(abi.ENOTCAPABLE, "path_open", noCreate, 0, "y", creat, abi.RightsFdRead, 0, 0, out(4))
}
