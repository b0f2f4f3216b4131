//go:build !js

package wazerohost_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/wasix-web/wasix-web/providers/memfs"
	"github.com/wasix-web/wasix-web/wasix/abi"
)

func TestFdClose(t *testing.T) {
	w := newTree(t)
	for _, p := range []*proxy{w.proxy(), w.wasi()} {
		fd := p.open("f", 0)
		p.ok("fd_close", fd).traced(`==> fd_close(fd=4)`, `--- closed /f`, `<== errno=ESUCCESS`)
		p.fails(abi.EBADF, "fd_close", fd).traced(`==> fd_close(fd=4)`, `<== errno=EBADF`)
		p.fails(abi.EBADF, "fd_close", -1)
		p.fails(abi.EBADF, "fd_close", math.MaxInt32)
		// The lowest number is given out again.
		a, b := p.open("f", 0), p.open("f", 0)
		p.ok("fd_close", a)
		if c := p.open("f", 0); c != a || b != a+1 {
			t.Errorf("descriptors %d, %d, then %d", a, b, c)
		}
	}
	// A preopened directory: closed by preview1 programs only.
	p := w.wasi()
	p.ok("fd_close", root)
	p.fails(abi.EBADF, "fd_close", root)
	p = w.proxy()
	p.ok("fd_close", root)
	p.ok("fd_close", root)
}

func TestFdSeekAndTell(t *testing.T) {
	w := newTree(t)
	for _, p := range []*proxy{w.proxy(), w.wasi()} {
		fd := p.create("s", "0123456789")
		p.ok("fd_seek", fd, 3, abi.WhenceSet, out(8)).is(0, 3).traced(
			`==> fd_seek(fd=4,offset=3,whence=SET)`, `<== (newoffset=3,errno=ESUCCESS)`)
		p.ok("fd_seek", fd, -1, abi.WhenceCur, out(8)).is(0, 2)
		p.ok("fd_tell", fd, out(8)).is(0, 2).traced(`==> fd_tell(fd=4)`, `<== (offset=2,errno=ESUCCESS)`)
		if s := p.read(fd, 4); s != "2345" {
			t.Errorf("read %q", s)
		}
		p.ok("fd_seek", fd, -2, abi.WhenceEnd, out(8)).is(0, 8)
		p.ok("fd_seek", fd, 1<<40, abi.WhenceEnd, out(8)).is(0, 1<<40+10)
		if s := p.read(fd, 4); s != "" {
			t.Errorf("past the end: %q", s)
		}
		p.ok("fd_seek", fd, 5, abi.WhenceSet, out(8))
		for _, c := range []struct {
			errno  abi.Errno
			offset int
			whence int
		}{
			{abi.EINVAL, 0, 3}, {abi.EINVAL, 0, -1}, {abi.EINVAL, -1, 0}, {abi.EINVAL, -6, 1}, {abi.EINVAL, -11, 2},
			{abi.EINVAL, math.MinInt64, 1}, {abi.EOVERFLOW, math.MaxInt64, 1}, {abi.EOVERFLOW, math.MaxInt64, 2},
		} {
			p.fails(c.errno, "fd_seek", fd, c.offset, c.whence, out(8))
		}
		p.fails(abi.EBADF, "fd_seek", closed, 0, abi.WhenceSet, out(8))
		p.fails(abi.EBADF, "fd_tell", closed, out(8)).traced(`==> fd_tell(fd=99)`, `<== errno=EBADF`)
		p.fails(abi.EFAULT, "fd_seek", fd, 0, abi.WhenceSet, nowhere)
		p.fails(abi.EFAULT, "fd_seek", fd, 1, abi.WhenceCur, p.mem.Size()-7)
		p.fails(abi.EFAULT, "fd_tell", fd, nowhere)
		p.ok("fd_tell", fd, out(8)).is(0, 5) // nothing of that has moved it
	}
	p := w.proxy()
	p.fails(abi.EISDIR, "fd_seek", root, 0, abi.WhenceSet, out(8))
	p.fails(abi.EISDIR, "fd_tell", root, out(8))
	r, _ := p.pipe()
	p.fails(abi.ESPIPE, "fd_seek", r, 0, abi.WhenceSet, out(8))
	p.fails(abi.ESPIPE, "fd_tell", r, out(8))
	p = w.wasi()
	fd := p.openAs("f", 0, abi.RightsFdTell, 0)
	p.ok("fd_seek", fd, 0, abi.WhenceCur, out(8)).is(0, 0)
	p.ok("fd_tell", fd, out(8)).is(0, 0)
	p.fails(abi.ENOTCAPABLE, "fd_seek", fd, 0, abi.WhenceSet, out(8))
	p.fails(abi.ENOTCAPABLE, "fd_seek", fd, 1, abi.WhenceCur, out(8))
	p.fails(abi.ENOTCAPABLE, "fd_tell", p.openAs("f", 0, abi.RightsFdRead, 0), out(8))
}

// wasi_unstable numbers whence differently.
func TestUnstableFdSeek(t *testing.T) {
	p := newTree(t).wasi()
	fd := p.create("s", "0123456789")
	const cur, end, set = 0, 1, 2
	p.ok("unstable_fd_seek", fd, 4, set, out(8)).is(0, 4).traced(
		`==> fd_seek(fd=4,offset=4,whence=SET)`, `<== (newoffset=4,errno=ESUCCESS)`)
	p.ok("unstable_fd_seek", fd, 1, cur, out(8)).is(0, 5)
	p.ok("unstable_fd_seek", fd, -1, end, out(8)).is(0, 9)
	p.fails(abi.EINVAL, "unstable_fd_seek", fd, 0, 3, out(8))
	p.fails(abi.EBADF, "unstable_fd_seek", closed, 0, set, out(8))
	p.fails(abi.EFAULT, "unstable_fd_seek", fd, 0, set, nowhere)
}

func TestFdAdvise(t *testing.T) {
	w := newTree(t)
	p := w.proxy()
	fd := p.open("f", 0)
	for a := range 6 {
		p.ok("fd_advise", fd, 0, 5, a)
	}
	p.ok("fd_advise", fd, 100, 0, abi.AdviceWillneed).traced(
		`==> fd_advise(fd=4,offset=100,len=0,advice=WILLNEED)`, `<== errno=ESUCCESS`)
	p.fails(abi.EINVAL, "fd_advise", fd, 0, 5, 6)
	p.fails(abi.EINVAL, "fd_advise", fd, uint64(1)<<63, 1, 0)
	p.fails(abi.EINVAL, "fd_advise", fd, 1, uint64(math.MaxInt64), 0)
	p.fails(abi.EBADF, "fd_advise", closed, 0, 5, 0)
	r, _ := p.pipe()
	p.fails(abi.ESPIPE, "fd_advise", r, 0, 5, 0)
	p = w.wasi()
	p.fails(abi.ENOTCAPABLE, "fd_advise", p.openAs("f", 0, abi.RightsFdRead, 0), 0, 5, 0)
}

func TestFdAllocate(t *testing.T) {
	w := newTree(t)
	p := w.proxy()
	fd := p.create("a", "abc")
	p.ok("fd_allocate", fd, 1, 1)
	if s := p.contents("/a"); s != "abc" {
		t.Errorf("contents %q", s)
	}
	p.ok("fd_allocate", fd, 2, 4).traced(`==> fd_allocate(fd=4,offset=2,len=4)`, `<== errno=ESUCCESS`)
	if s := p.contents("/a"); s != "abc\x00\x00\x00" {
		t.Errorf("contents %q", s)
	}
	p.fails(abi.EBADF, "fd_allocate", closed, 0, 1)
	p.fails(abi.EBADF, "fd_allocate", p.openAs("f", 0, readOnly, 0), 0, 1)
	p.fails(abi.EINVAL, "fd_allocate", fd, 0, 0)
	p.fails(abi.EINVAL, "fd_allocate", fd, uint64(1)<<63, 1)
	p.fails(abi.EFBIG, "fd_allocate", fd, uint64(math.MaxInt64), 2)
	tiny := p.create("tiny/a", "")
	p.fails(abi.EFBIG, "fd_allocate", tiny, 0, 1<<20+1)
	p.fails(abi.ENOSPC, "fd_allocate", tiny, 0, 1<<20)
	_, wr := p.pipe()
	p.fails(abi.ENODEV, "fd_allocate", wr, 0, 1)
	// Rights say that a directory cannot be written; WASIX programs hear so too.
	p.fails(abi.EBADF, "fd_allocate", root, 0, 1)
	// A mount that is made read-only afterwards.
	ro := memfs.New(memfs.Config{})
	if err := w.FS().Mount("/later", ro); err != nil {
		t.Fatal(err)
	}
	late := p.create("later/f", "x")
	p.lock(func() { ro.SetReadOnly(true) })
	p.fails(abi.EROFS, "fd_allocate", late, 0, 10)
	p = w.wasi()
	p.fails(abi.ENOTCAPABLE, "fd_allocate", p.openAs("f", 0, abi.RightsFdWrite, 0), 0, 1)
}

func TestFdSync(t *testing.T) {
	w := newTree(t)
	for _, name := range []string{"fd_sync", "fd_datasync"} {
		p := w.proxy()
		fd := p.create("s", "abc")
		p.ok(name, fd).traced(`==> `+name+`(fd=4)`, `<== errno=ESUCCESS`)
		p.ok(name, root)
		p.fails(abi.EBADF, name, closed)
		r, _ := p.pipe()
		p.fails(abi.EINVAL, name, r)
		p = w.wasi()
		p.fails(abi.ENOTCAPABLE, name, p.openAs("f", 0, abi.RightsFdRead, 0))
	}
}

func TestFdDup(t *testing.T) {
	w := newTree(t)
	p := w.proxy()
	fd := p.create("f2", "0123456789")
	dup := p.ok("fd_dup", fd, out(4)).traced(`==> fd_dup(fd=4)`, `<== (newfd=5,errno=ESUCCESS)`).fd(0)
	p.read(fd, 4)
	p.ok("fd_tell", dup, out(8)).is(0, 4) // the offset is shared
	p.ok("fd_fdstat_set_flags", dup, abi.FdflagsAppend)
	if f := p.fdstat(fd).Flags; f != abi.FdflagsAppend {
		t.Errorf("flags of the other descriptor: %v", f)
	}
	p.ok("fd_close", fd)
	if s := p.read(dup, 4); s != "4567" {
		t.Errorf("read %q through what is left", s)
	}
	p.fails(abi.EBADF, "fd_dup", fd, out(4))
	p.fails(abi.EFAULT, "fd_dup", dup, nowhere)

	high := p.ok("fd_dup2", dup, 20, 0, out(4)).traced(
		`==> fd_dup2(fd=5,min_result_fd=20,cloexec=false)`, `<== (newfd=20,errno=ESUCCESS)`).fd(0)
	p.ok("fd_dup2", dup, 20, 1, out(4)).is(0, 21)
	p.ok("fd_fdflags_get", high, out(2)).is(0, 0)
	p.ok("fd_fdflags_get", 21, out(2)).is(0, uint64(abi.FdflagsExtCloexec))
	p.fails(abi.EBADF, "fd_dup2", closed, 0, 0, out(4))
	p.fails(abi.EINVAL, "fd_dup2", dup, -1, 0, out(4))
	p.fails(abi.EINVAL, "fd_dup2", dup, 1<<30, 0, out(4))
	p.fails(abi.EFAULT, "fd_dup2", dup, 0, 0, nowhere)
	if high != 20 {
		t.Errorf("descriptor %d", high)
	}
}

// A table that is full.
func TestDescriptorLimit(t *testing.T) {
	w := newTree(t, limitFiles)
	p := w.proxy()
	for fd := 4; fd < 8; fd++ {
		p.ok("fd_dup", root, out(4)).is(0, uint64(fd))
	}
	p.fails(abi.EMFILE, "fd_dup", root, out(4)).traced(`==> fd_dup(fd=3)`, `<== errno=EMFILE`)
	p.fails(abi.EMFILE, "fd_dup2", root, 0, 0, out(4))
	p.fails(abi.EMFILE, "path_open", root, 0, "f", 0, readOnly, 0, 0, out(4))
	p.fails(abi.EMFILE, "path_open2", root, 0, "new", abi.OflagsCreat, readOnly, 0, 0, 0, out(4))
	if _, err := w.FS().Stat("/new", false); err == nil {
		t.Error("a file was made although there was no descriptor for it")
	}
	p.fails(abi.EMFILE, "fd_event", 0, 0, out(4))
	p.fails(abi.EMFILE, "epoll_create", out(4))
	p.ok("fd_close", 7)
	p.fails(abi.EMFILE, "fd_pipe", out(4), out(4)) // room for one of two
	p.ok("fd_dup", root, out(4)).is(0, 7)
}

func TestFdRenumber(t *testing.T) {
	w := newTree(t)
	// preview1: the old number is free then, and the new one was open.
	p := w.wasi()
	a, b := p.create("a", "A"), p.create("b", "B")
	p.ok("fd_renumber", a, b).traced(`==> fd_renumber(fd=4,to=5)`, `--- closed /b`, `<== errno=ESUCCESS`)
	if s := p.read(b, 9); s != "A" {
		t.Errorf("read %q", s)
	}
	p.fails(abi.EBADF, "fd_close", a)
	p.fails(abi.EBADF, "fd_renumber", a, b)
	p.fails(abi.EBADF, "fd_renumber", b, 50)
	p.fails(abi.EBADF, "fd_renumber", b, -1)
	p.ok("fd_renumber", b, b)
	p.ok("fd_renumber", b, root) // takes the preopened directory's place
	p.fails(abi.EBADF, "fd_prestat_get", root, out(8))

	// WASIX: dup2.
	p = w.proxy()
	a = p.create("a", "A")
	p.ok("fd_renumber", a, 50)
	p.ok("fd_close", a)
	if s := p.read(50, 9); s != "A" {
		t.Errorf("read %q", s)
	}
	// A preopened directory is hidden until its number is closed.
	p.ok("fd_renumber", 50, root)
	p.ok("fd_seek", root, 0, abi.WhenceSet, out(8))
	if s := p.read(root, 9); s != "A" {
		t.Errorf("read %q", s)
	}
	p.ok("path_filestat_get", root, 0, "f", out(64)) // libc finds its way all the same
	p.ok("fd_close", root)
	p.fails(abi.EISDIR, "fd_seek", root, 0, abi.WhenceSet, out(8))
	p.fails(abi.EBADF, "fd_renumber", closed, 5)
	p.fails(abi.EBADF, "fd_renumber", 50, 1<<30)
}

// The trace tells when the last descriptor of a file goes, and by which path the
// file was opened.
func TestTraceOfLastClose(t *testing.T) {
	w := newTree(t)
	p := w.proxy()
	p.ok("chdir", "d")
	fd := p.ok("path_open", -2, 0, "../f", 0, readOnly, 0, 0, out(4)).fd(0)
	dup := p.ok("fd_dup", fd, out(4)).fd(0)
	p.ok("fd_close", fd).traced(fmt.Sprintf("==> fd_close(fd=%d)", fd), "<== errno=ESUCCESS")
	p.ok("fd_close", dup).traced(fmt.Sprintf("==> fd_close(fd=%d)", dup), "--- closed /d/../f", "<== errno=ESUCCESS")
	fd = p.ok("path_open", root, 0, "f", 0, readOnly, 0, 0, out(4)).fd(0)
	p.ok("fd_close", fd).traced(fmt.Sprintf("==> fd_close(fd=%d)", fd), "--- closed /f", "<== errno=ESUCCESS")
}
