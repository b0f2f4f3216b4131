//go:build !js

package wazerohost_test

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/wasix-web/wasix-web/wasix"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/clock"
)

// Streams that shall look like a terminal do so to libc, which asks whether they
// are devices that nobody can seek in.
func TestIsatty(t *testing.T) {
	const seek = abi.RightsFdSeek | abi.RightsFdTell
	w := newTree(t)
	for _, start := range []func(...func(*wasix.Command)) *proxy{w.proxy, w.wasi} {
		for _, tty := range []bool{false, true} {
			p := start(func(c *wasix.Command) {
				c.Isatty, c.Stdin, c.Stdout, c.Stderr = tty, strings.NewReader(""), io.Discard, io.Discard
			})
			for fd := range 3 {
				s := p.fdstat(fd)
				if got := s.Filetype == abi.FiletypeCharacterDevice && s.RightsBase&seek == 0; got != tty {
					t.Errorf("descriptor %d, Isatty %v: %+v", fd, tty, s)
				}
			}
		}
	}
}

func TestFdFdstat(t *testing.T) {
	w := newTree(t)
	p := w.proxy()
	fd := p.openAs("f", 0, ^abi.Rights(0), abi.FdflagsAppend)
	s := p.fdstat(fd)
	if s.Filetype != abi.FiletypeRegularFile || s.Flags != abi.FdflagsAppend || s.RightsBase&abi.RightsFdSeek == 0 {
		t.Errorf("a file: %+v", s)
	}
	if s := p.fdstat(root); s.Filetype != abi.FiletypeDirectory || s.Flags != 0 {
		t.Errorf("a directory: %+v", s)
	}
	if s := p.fdstat(p.open("dev/zero", 0)); s.Filetype != abi.FiletypeCharacterDevice {
		t.Errorf("a device: %+v", s)
	}
	p.fails(abi.EBADF, "fd_fdstat_get", closed, out(24)).traced(`==> fd_fdstat_get(fd=99)`, `<== errno=EBADF`)
	p.fails(abi.EFAULT, "fd_fdstat_get", fd, nowhere)

	p.ok("fd_fdstat_set_flags", fd, abi.FdflagsNonblock|abi.FdflagsSync).traced(
		`==> fd_fdstat_set_flags(fd=4,flags=NONBLOCK|SYNC)`, `<== errno=ESUCCESS`)
	if s := p.fdstat(fd); s.Flags != abi.FdflagsNonblock|abi.FdflagsSync {
		t.Errorf("flags %v", s.Flags)
	}
	p.fails(abi.EINVAL, "fd_fdstat_set_flags", fd, 32)
	p.fails(abi.EBADF, "fd_fdstat_set_flags", closed, 0)

	p = w.wasi()
	fd = p.openAs("f", 0, readOnly, 0)
	if s := p.fdstat(fd); s.RightsBase != readOnly&^abi.RightsFdReaddir {
		t.Errorf("rights %v", s.RightsBase)
	}
	p.fails(abi.ENOTCAPABLE, "fd_fdstat_set_flags", fd, 0)
}

func TestFdFdstatSetRights(t *testing.T) {
	p := newTree(t).wasi()
	fd := p.open("f", 0)
	p.ok("fd_fdstat_set_rights", fd, abi.RightsFdRead|abi.RightsFdSeek, 0).traced(
		`==> fd_fdstat_set_rights(fd=4,fs_rights_base=FD_READ|FD_SEEK,fs_rights_inheriting=)`, `<== errno=ESUCCESS`)
	if s := p.fdstat(fd); s.RightsBase != abi.RightsFdRead|abi.RightsFdSeek || s.RightsInheriting != 0 {
		t.Errorf("rights %v, %v", s.RightsBase, s.RightsInheriting)
	}
	p.read(fd, 1)
	p.fails(abi.ENOTCAPABLE, "fd_write", fd, iovs{"x"}, out(4))
	p.fails(abi.ENOTCAPABLE, "fd_fdstat_set_rights", fd, abi.RightsFdRead|abi.RightsFdWrite, 0)
	p.fails(abi.ENOTCAPABLE, "fd_fdstat_set_rights", fd, abi.RightsFdRead, abi.RightsFdRead)
	p.fails(abi.EBADF, "fd_fdstat_set_rights", closed, 0, 0)
}

func TestFdFdflags(t *testing.T) {
	p := newTree(t).proxy()
	fd := p.open("f", 0)
	p.ok("fd_fdflags_get", fd, out(2)).is(0, 0)
	p.ok("fd_fdflags_set", fd, abi.FdflagsExtCloexec).traced(
		`==> fd_fdflags_set(fd=4,flags=CLOEXEC)`, `<== errno=ESUCCESS`)
	p.ok("fd_fdflags_get", fd, out(2)).is(0, 1).traced(`==> fd_fdflags_get(fd=4)`, `<== (flags=CLOEXEC,errno=ESUCCESS)`)
	p.ok("fd_fdflags_set", fd, 0)
	p.ok("fd_fdflags_get", fd, out(2)).is(0, 0)
	opened := p.ok("path_open2", root, 0, "f", 0, readOnly, 0, 0, abi.FdflagsExtCloexec, out(4)).fd(0)
	p.ok("fd_fdflags_get", opened, out(2)).is(0, 1)
	p.fails(abi.EINVAL, "fd_fdflags_set", fd, 2)
	p.fails(abi.EBADF, "fd_fdflags_set", closed, 0)
	p.fails(abi.EBADF, "fd_fdflags_get", closed, out(2))
	p.fails(abi.EFAULT, "fd_fdflags_get", fd, nowhere)
}

func TestFdFilestat(t *testing.T) {
	w := newTree(t, func(c *wasix.Config) { c.Clock = &clock.Fixed{Now: 1234} })
	for _, p := range []*proxy{w.proxy(), w.wasi()} {
		fd := p.open("f", 0)
		s := p.ok("fd_filestat_get", fd, out(64)).stat(0)
		want := abi.Filestat{Dev: s.Dev, Ino: s.Ino, Filetype: abi.FiletypeRegularFile, Nlink: 1, Size: 5, Atim: 1234, Mtim: 1234, Ctim: 1234}
		if s != want || s.Ino == 0 || s.Dev == 0 {
			t.Errorf("filestat %+v", s)
		}
		d := p.ok("fd_filestat_get", root, out(64)).stat(0)
		if d.Filetype != abi.FiletypeDirectory || d.Dev != s.Dev || d.Ino == s.Ino {
			t.Errorf("directory %+v", d)
		}
		p.fails(abi.EBADF, "fd_filestat_get", closed, out(64)).traced(`==> fd_filestat_get(fd=99)`, `<== errno=EBADF`)
		p.fails(abi.EFAULT, "fd_filestat_get", fd, nowhere)
		p.fails(abi.EFAULT, "fd_filestat_get", fd, p.mem.Size()-63)

		// The struct of 2019: 56 bytes.
		b := p.ok("unstable_fd_filestat_get", fd, out(64)).outs[0]
		if le64(b) != s.Dev || le64(b[8:]) != s.Ino || b[16] != 4 || binary.LittleEndian.Uint32(b[20:]) != 1 ||
			le64(b[24:]) != 5 || le64(b[48:]) != 1234 || string(b[56:]) != "????????" {
			t.Errorf("unstable filestat % x", b)
		}
		p.fails(abi.EBADF, "unstable_fd_filestat_get", closed, out(56))
		p.fails(abi.EFAULT, "unstable_fd_filestat_get", fd, nowhere)
	}
	p := w.wasi()
	fd := p.openAs("f", 0, abi.RightsFdRead, 0)
	p.fails(abi.ENOTCAPABLE, "fd_filestat_get", fd, out(64))
	p.fails(abi.ENOTCAPABLE, "unstable_fd_filestat_get", fd, out(56))
}

func TestFdFilestatSetSize(t *testing.T) {
	w := newTree(t)
	for _, p := range []*proxy{w.proxy(), w.wasi()} {
		fd := p.create("size", "0123456789")
		p.ok("fd_filestat_set_size", fd, 4).traced(`==> fd_filestat_set_size(fd=4,size=4)`, `<== errno=ESUCCESS`)
		p.ok("fd_filestat_set_size", fd, 6)
		if s := p.contents("/size"); s != "0123\x00\x00" {
			t.Errorf("contents %q", s)
		}
		p.ok("fd_filestat_set_size", fd, 0)
		p.fails(abi.EBADF, "fd_filestat_set_size", closed, 0)
		p.fails(abi.EINVAL, "fd_filestat_set_size", fd, uint64(1)<<63)
		p.fails(abi.EINVAL, "fd_filestat_set_size", fd, uint64(math.MaxUint64))
		p.fails(abi.EFBIG, "fd_filestat_set_size", p.create("tiny/size", ""), 1<<20+1)
	}
	p := w.proxy()
	p.fails(abi.EINVAL, "fd_filestat_set_size", p.openAs("f", 0, readOnly, 0), 0)
	p.ok("fd_filestat_set_size", p.create("tiny/hole", ""), 1<<20) // holes take no room
	p.fails(abi.EISDIR, "fd_filestat_set_size", root, 0)
	_, wr := p.pipe()
	p.fails(abi.EINVAL, "fd_filestat_set_size", wr, 0)
	p = w.wasi()
	p.fails(abi.ENOTCAPABLE, "fd_filestat_set_size", p.openAs("f", 0, abi.RightsFdWrite, 0), 0)
	ro := p.openAs("ro/r", 0, abi.RightsFdRead|abi.RightsFdFilestatSetSize, 0)
	p.fails(abi.EROFS, "fd_filestat_set_size", ro, 0)
}

func TestSetTimes(t *testing.T) {
	w := newTree(t)
	const atim, mtim, atimNow, mtimNow = abi.FstflagsAtim, abi.FstflagsMtim, abi.FstflagsAtimNow, abi.FstflagsMtimNow
	const now = 1_000_000_000_000_000_000
	p := w.proxy()
	fd := p.open("f", 0)
	set := map[string]func(p *proxy, a, m uint64, f abi.Fstflags) []any{
		"fd_filestat_set_times":   func(p *proxy, a, m uint64, f abi.Fstflags) []any { return []any{fd, a, m, f} },
		"path_filestat_set_times": func(p *proxy, a, m uint64, f abi.Fstflags) []any { return []any{root, 0, "f", a, m, f} },
	}
	for name, args := range set {
		for _, c := range []struct {
			flags      abi.Fstflags
			atim, mtim uint64
		}{
			{atim | mtim, 10, 20}, {0, 10, 20}, {atimNow, now, 20}, {mtim, now, 20}, {mtimNow, now, now},
			{atim | mtimNow, 10, now}, {mtim, 10, 20},
		} {
			p.ok(name, args(p, 10, 20, c.flags)...)
			if s := p.ok("fd_filestat_get", fd, out(64)).stat(0); s.Atim != c.atim || s.Mtim != c.mtim {
				t.Errorf("%s %v: atim %d, mtim %d, want %d, %d", name, c.flags, s.Atim, s.Mtim, c.atim, c.mtim)
			}
		}
		for _, f := range []abi.Fstflags{16, atim | atimNow, mtim | mtimNow, 15} {
			p.fails(abi.EINVAL, name, args(p, 1, 2, f)...)
		}
		if s := p.ok("fd_filestat_get", fd, out(64)).stat(0); s.Atim != 10 || s.Mtim != 20 {
			t.Errorf("%s: changed by a call that failed", name)
		}
	}
	p.ok("fd_filestat_set_times", fd, 1, 2, atim|mtimNow).traced(
		`==> fd_filestat_set_times(fd=4,atim=1,mtim=2,fst_flags=ATIM|MTIM_NOW)`, `<== errno=ESUCCESS`)
	p.ok("path_filestat_set_times", root, abi.LookupSymlinkFollow, "lf", 1, 2, atim).traced(
		`==> path_filestat_set_times(fd=3,flags=SYMLINK_FOLLOW,path="lf",atim=1,mtim=2,fst_flags=ATIM)`, `<== errno=ESUCCESS`)
	p.fails(abi.EBADF, "fd_filestat_set_times", closed, 1, 2, atim)
	_, wr := p.pipe()
	p.fails(abi.EINVAL, "fd_filestat_set_times", wr, 1, 2, atim)
	p.fails(abi.EROFS, "fd_filestat_set_times", p.openAs("ro/r", 0, readOnly, 0), 1, 2, atim)
	p.fails(abi.EROFS, "path_filestat_set_times", root, 0, "ro/r", 1, 2, atim)
	p = w.wasi()
	p.fails(abi.ENOTCAPABLE, "fd_filestat_set_times", p.openAs("f", 0, abi.RightsFdRead, 0), 1, 2, atim)
}

// list reads a directory through buffers of n bytes.
func (p *proxy) list(fd, n int) (names []string) {
	p.Helper()
	for cookie := uint64(0); ; {
		a := p.ok("fd_readdir", fd, out(n), n, cookie, out(4))
		used := int(a.u32(1))
		b := a.outs[0][:used]
		got := 0
		for len(b) >= abi.SizeDirent {
			var d abi.Dirent
			d.Get(b)
			if len(b) < abi.SizeDirent+int(d.Namlen) {
				break
			}
			names = append(names, fmt.Sprintf("%s:%v", b[abi.SizeDirent:][:d.Namlen], d.Type))
			cookie, b = d.Next, b[abi.SizeDirent+int(d.Namlen):]
			got++
		}
		if used < n {
			return names
		}
		if got == 0 {
			p.Fatalf("nothing fits into %d bytes", n)
		}
	}
}

func TestFdReaddir(t *testing.T) {
	w := newTree(t)
	for _, p := range []*proxy{w.proxy(), w.wasi()} {
		d := p.directory("d")
		want := []string{".:DIRECTORY", "..:DIRECTORY", "x:REGULAR_FILE"}
		for _, n := range []int{27, 30, 100, 4096} {
			if got := p.list(d, n); !slices.Equal(got, want) {
				t.Errorf("%d bytes: %v", n, got)
			}
		}
		p.ok("fd_readdir", d, out(100), 100, 0, out(4)).is(1, 24+1+24+2+24+1)
		p.ok("fd_readdir", d, out(0), 0, 0, out(4)).is(1, 0)
		p.ok("fd_readdir", d, out(10), 10, 0, out(4)).is(1, 10) // a part of an entry
		all := p.list(p.directory("."), 4096)
		slices.Sort(all)
		want = []string{"..:DIRECTORY", ".:DIRECTORY", "bin:DIRECTORY", "d:DIRECTORY", "dev:DIRECTORY", "e:DIRECTORY", "etc:DIRECTORY",
			"f:REGULAR_FILE", "gone:SYMBOLIC_LINK", "home:DIRECTORY", "ld:SYMBOLIC_LINK", "lf:SYMBOLIC_LINK", "loop:SYMBOLIC_LINK",
			"ro:DIRECTORY", "tiny:DIRECTORY", "tmp:DIRECTORY"}
		if !slices.Equal(all, want) {
			t.Errorf("the root has %v", all)
		}
		p.fails(abi.EBADF, "fd_readdir", closed, out(100), 100, 0, out(4)).traced(
			`==> fd_readdir(fd=99,buf=0x400,buf_len=100,cookie=0)`, `<== errno=EBADF`)
		p.fails(abi.EINVAL, "fd_readdir", d, out(100), 100, uint64(1)<<63, out(4))
		p.fails(abi.EFAULT, "fd_readdir", d, nowhere, 100, 0, out(4))
		p.fails(abi.EFAULT, "fd_readdir", d, out(100), 100, 0, nowhere)
	}
	p := w.proxy()
	p.fails(abi.ENOTDIR, "fd_readdir", p.open("f", 0), out(100), 100, 0, out(4))
	p.fails(abi.EBADF, "fd_readdir", p.openAs("e", 0, abi.RightsFdSeek, 0), out(100), 100, 0, out(4))
	p = w.wasi()
	p.fails(abi.ENOTDIR, "fd_readdir", p.open("f", 0), out(100), 100, 0, out(4))
	p.fails(abi.ENOTCAPABLE, "fd_readdir", p.openAs("d", 0, abi.RightsFdRead, 0), out(100), 100, 0, out(4))
}

// Entries that come and go while a directory is read: those that were there all
// the time are seen once.
func TestFdReaddirWhileItChanges(t *testing.T) {
	w := newTree(t)
	p := w.proxy()
	for i := range 50 {
		p.create(fmt.Sprintf("e/%02d", i), "")
	}
	d := p.directory("e")
	seen := map[string]int{}
	for cookie, i := uint64(0), 0; ; i++ {
		const n = 64
		a := p.ok("fd_readdir", d, out(n), n, cookie, out(4))
		var e abi.Dirent
		if a.u32(1) < abi.SizeDirent {
			break
		}
		e.Get(a.outs[0])
		seen[string(a.outs[0][abi.SizeDirent:][:e.Namlen])]++
		cookie = e.Next
		if i%2 == 0 && i < 50 {
			p.call("path_unlink_file", root, fmt.Sprintf("e/%02d", 49-i)) // perhaps seen already
			p.create(fmt.Sprintf("e/new%02d", i), "")
		}
	}
	for i := 0; i < 50; i += 2 {
		if n := seen[fmt.Sprintf("%02d", i)]; n != 1 {
			t.Errorf("entry %02d was seen %d times", i, n)
		}
	}
	for name, n := range seen {
		if n != 1 {
			t.Errorf("%s was seen %d times", name, n)
		}
	}
}

func TestPrestat(t *testing.T) {
	w := newTree(t)
	p := w.proxy(func(c *wasix.Command) { c.Preopens = []string{"/", "data=/d"} })
	p.ok("fd_prestat_get", root, out(8)).is(0, 1<<32).traced(`==> fd_prestat_get(fd=3)`, `<== (prestat={pr_name_len=1},errno=ESUCCESS)`)
	p.ok("fd_prestat_dir_name", root, out(1), 1).text(0, "/").traced(`==> fd_prestat_dir_name(fd=3,path_len=1)`, `<== (path="/",errno=ESUCCESS)`)
	p.ok("fd_prestat_get", 4, out(8)).is(0, 4<<32)
	p.ok("fd_prestat_dir_name", 4, out(9), 9).text(0, "data")
	p.ok("path_filestat_get", 4, 0, "x", out(64))
	p.fails(abi.EBADF, "fd_prestat_get", 5, out(8))
	p.fails(abi.EBADF, "fd_prestat_get", stdin, out(8))
	p.fails(abi.EBADF, "fd_prestat_dir_name", 5, out(9), 9)
	p.fails(abi.ENAMETOOLONG, "fd_prestat_dir_name", 4, out(9), 3)
	p.fails(abi.EFAULT, "fd_prestat_dir_name", 4, nowhere, 4)
	p.fails(abi.EFAULT, "fd_prestat_get", 4, nowhere)
	// Duplicates are no preopened directories.
	p.ok("fd_dup", 4, out(4)).is(0, 5)
	p.fails(abi.EBADF, "fd_prestat_get", 5, out(8))
}
