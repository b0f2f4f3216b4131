//go:build !js

package wazerohost_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/wasix-web/wasix-web/wasix"
	"github.com/wasix-web/wasix-web/wasix/abi"
)

func TestFdRead(t *testing.T) {
	w := newTree(t)
	for _, p := range []*proxy{w.proxy(), w.wasi()} {
		fd := p.openAs("f", 0, readOnly, 0)
		p.ok("fd_read", fd, room{4, 3}, out(4)).text(0, "hell").text(1, "o").is(2, 5).traced(
			`==> fd_read(fd=4,iovs=[0x400:4,0x418:3])`,
			`<== (iovs="hello",nread=5,errno=ESUCCESS)`)
		p.ok("fd_read", fd, room{4}, out(4)).text(0, "").is(1, 0)
		p.ok("fd_seek", fd, 1, abi.WhenceSet, out(8))
		p.ok("fd_read", fd, room{3}, out(4)).text(0, "ell").is(1, 3)
		p.ok("fd_read", fd, room{0, 0}, out(4)).is(2, 0)
		p.ok("fd_read", fd, nowhere, 0, out(4)).is(0, 0) // no buffers
		p.ok("fd_tell", fd, out(8)).is(0, 4)

		p.fails(abi.EBADF, "fd_read", closed, room{4}, out(4)).traced(
			`==> fd_read(fd=99,iovs=[0x400:4])`, `<== errno=EBADF`)
		p.fails(abi.EFAULT, "fd_read", fd, nowhere, 1, out(4))
		p.fails(abi.EFAULT, "fd_read", fd, nowhere, 2, out(4))
		p.fails(abi.EFAULT, "fd_read", fd, in(iovec(nowhere, 4)), 1, out(4))
		p.fails(abi.EFAULT, "fd_read", fd, in(iovec(1024, 4, nowhere, 4)), 2, out(4))
		p.fails(abi.EFAULT, "fd_read", fd, room{4}, nowhere)
		p.fails(abi.EINVAL, "fd_read", fd, in(nil), 1025, out(4))
		p.fails(abi.EINVAL, "fd_read", fd, in(iovec(0, math.MaxInt32, 0, 1)), 2, out(4))
		p.ok("fd_tell", fd, out(8)).is(0, 4)
	}
	p := w.proxy()
	p.fails(abi.EISDIR, "fd_read", root, room{4}, out(4))
	p.fails(abi.EBADF, "fd_read", p.openAs("f", 0, writeOnly, 0), room{4}, out(4))
	p = w.wasi()
	p.fails(abi.ENOTCAPABLE, "fd_read", p.openAs("f", 0, writeOnly, 0), room{4}, out(4))
}

// iovec is an array of addresses and lengths.
func iovec(words ...uint32) (b []byte) {
	for _, w := range words {
		b = append(b, byte(w), byte(w>>8), byte(w>>16), byte(w>>24))
	}
	return b
}

func TestFdWrite(t *testing.T) {
	w := newTree(t)
	for _, p := range []*proxy{w.proxy(), w.wasi()} {
		fd := p.openAs("w", abi.OflagsCreat|abi.OflagsTrunc, writeOnly, 0)
		p.ok("fd_write", fd, iovs{"ab", "", "cde"}, out(4)).is(0, 5).traced(
			`==> fd_write(fd=4,iovs=["ab","","cde"])`, `<== (nwritten=5,errno=ESUCCESS)`)
		p.ok("fd_seek", fd, 1, abi.WhenceSet, out(8))
		p.ok("fd_write", fd, iovs{"BC"}, out(4)).is(0, 2)
		p.ok("fd_write", fd, nowhere, 0, out(4)).is(0, 0)
		if s := p.contents("/w"); s != "aBCde" {
			t.Errorf("contents %q", s)
		}
		p.fails(abi.EBADF, "fd_write", closed, iovs{"x"}, out(4))
		p.fails(abi.EFAULT, "fd_write", fd, nowhere, 1, out(4)).traced(
			`==> fd_write(fd=4,iovs=[0xfffffff0?])`, `<== errno=EFAULT`)
		p.fails(abi.EFAULT, "fd_write", fd, in(iovec(nowhere, 4)), 1, out(4))
		p.fails(abi.EFAULT, "fd_write", fd, in(iovec(1024, 4, nowhere, 4)), 2, out(4))
		p.fails(abi.EFAULT, "fd_write", fd, iovs{"x"}, nowhere)
		p.fails(abi.EFAULT, "fd_write", fd, iovs{"x", "y"}, nowhere)
		p.fails(abi.EINVAL, "fd_write", fd, in(nil), 1025, out(4))
		p.fails(abi.EINVAL, "fd_write", fd, in(iovec(0, math.MaxInt32, 0, 1)), 2, out(4))
		if s := p.contents("/w"); s != "aBCde" {
			t.Errorf("contents %q", s)
		}
	}
	p := w.proxy()
	p.fails(abi.EBADF, "fd_write", root, iovs{"x"}, out(4))
	p.fails(abi.EBADF, "fd_write", p.openAs("f", 0, readOnly, 0), iovs{"x"}, out(4))
	full := p.open("dev/full", 0)
	p.fails(abi.ENOSPC, "fd_write", full, iovs{"x"}, out(4))
	p.ok("fd_write", full, iovs{""}, out(4)).is(0, 0)
	// What fits is written, and then it is ENOSPC.
	tiny := p.create("tiny/a", "")
	n := uint32(0)
	for a := p.call("fd_write", tiny, iovs{strings.Repeat("x", 60_000)}, out(4)); ; a = p.call("fd_write", tiny, iovs{strings.Repeat("x", 60_000)}, out(4)) {
		if a.errno != abi.OK {
			if a.errno != abi.ENOSPC {
				t.Errorf("%v", a.errno)
			}
			break
		}
		n += a.u32(0)
	}
	if got := len(p.contents("/tiny/a")); got != int(n) || n == 0 {
		t.Errorf("%d bytes written, the file has %d", n, got)
	}
	p.ok("fd_seek", tiny, 1<<20, abi.WhenceSet, out(8))
	p.fails(abi.EFBIG, "fd_write", tiny, iovs{"x"}, out(4))

	p = w.wasi()
	p.fails(abi.ENOTCAPABLE, "fd_write", p.openAs("f", 0, readOnly, 0), iovs{"x"}, out(4))
}

// Standard streams that nobody has asked for.
func TestStandardStreamsOfNobody(t *testing.T) {
	p := newWorld(t).proxy()
	p.ok("fd_write", stdout, iovs{"a", "", "bc"}, out(4)).is(0, 3)
	p.ok("fd_pwrite", stdout, iovs{"a", "", "bc"}, 9, out(4)).is(0, 3)
	p.write(2, "x")
	if s := p.read(stdin, 9); s != "" {
		t.Errorf("read %q", s)
	}
	if s := p.fdstat(stdout); s.Filetype != abi.FiletypeCharacterDevice {
		t.Errorf("%+v", s)
	}
}

func TestFdWriteAppends(t *testing.T) {
	w := newTree(t)
	p := w.proxy()
	fd := p.openAs("f", 0, ^abi.Rights(0), abi.FdflagsAppend)
	p.write(fd, " world")
	p.ok("fd_tell", fd, out(8)).is(0, 11)
	p.ok("fd_seek", fd, 0, abi.WhenceSet, out(8))
	p.write(fd, "!")
	if s := p.contents("/f"); s != "hello world!" {
		t.Errorf("contents %q", s)
	}
	p.ok("fd_pwrite", fd, iovs{"J"}, 0, out(4)).is(0, 1) // at its place, also with append
	if s := p.contents("/f"); s != "Jello world!" {
		t.Errorf("contents %q", s)
	}
}

func TestFdPreadAndPwrite(t *testing.T) {
	w := newTree(t)
	for _, p := range []*proxy{w.proxy(), w.wasi()} {
		fd := p.create("pp", "0123456789")
		p.ok("fd_pread", fd, room{2, 3}, 4, out(4)).text(0, "45").text(1, "678").is(2, 5).traced(
			`==> fd_pread(fd=4,iovs=[0x400:2,0x418:3],offset=4)`,
			`<== (iovs="45678",nread=5,errno=ESUCCESS)`)
		p.ok("fd_pread", fd, room{9}, 8, out(4)).text(0, "89").is(1, 2)
		p.ok("fd_pread", fd, room{9}, 1<<40, out(4)).is(1, 0)
		p.ok("fd_pwrite", fd, iovs{"ab", "c"}, 12, out(4)).is(0, 3).traced(
			`==> fd_pwrite(fd=4,iovs=["ab","c"],offset=12)`, `<== (nwritten=3,errno=ESUCCESS)`)
		p.ok("fd_tell", fd, out(8)).is(0, 0)
		if s := p.contents("/pp"); s != "0123456789\x00\x00abc" {
			t.Errorf("contents %q", s)
		}
		for name, buf := range map[string]any{"fd_pread": room{4}, "fd_pwrite": iovs{"x"}} {
			p.fails(abi.EBADF, name, closed, buf, 0, out(4))
			p.fails(abi.EINVAL, name, fd, buf, uint64(1)<<63, out(4))
			p.fails(abi.EINVAL, name, fd, in(nil), 1025, 0, out(4))
			p.fails(abi.EFAULT, name, fd, nowhere, 1, 0, out(4))
			p.fails(abi.EFAULT, name, fd, in(iovec(nowhere, 4)), 1, 0, out(4))
			p.fails(abi.EFAULT, name, fd, buf, 0, nowhere)
		}
	}
	p := w.proxy()
	r, wr := p.pipe()
	p.fails(abi.ESPIPE, "fd_pread", r, room{4}, 0, out(4))
	p.fails(abi.ESPIPE, "fd_pwrite", wr, iovs{"x"}, 0, out(4))
	p.fails(abi.EISDIR, "fd_pread", root, room{4}, 0, out(4))
	p.fails(abi.EBADF, "fd_pwrite", p.openAs("f", 0, readOnly, 0), iovs{"x"}, 0, out(4))
	p.fails(abi.EBADF, "fd_pread", p.openAs("f", 0, writeOnly, 0), room{4}, 0, out(4))
	tiny := p.create("tiny/a", "")
	p.fails(abi.EFBIG, "fd_pwrite", tiny, iovs{"x"}, 1<<20, out(4))
	p.fails(abi.ENOSPC, "fd_pwrite", p.open("dev/full", 0), iovs{"x"}, 0, out(4))
	p = w.wasi()
	p.fails(abi.ENOTCAPABLE, "fd_pread", p.openAs("f", 0, abi.RightsFdRead, 0), room{4}, 0, out(4))
	p.fails(abi.ENOTCAPABLE, "fd_pwrite", p.openAs("f", 0, abi.RightsFdWrite, 0), iovs{"x"}, 0, out(4))
}

// Sizes past 4 GiB, and holes.
func TestLargeOffsets(t *testing.T) {
	p := newTree(t).proxy()
	fd := p.open("large", abi.OflagsCreat)
	const at = 5 << 30
	p.ok("fd_pwrite", fd, iovs{"end"}, at, out(4)).is(0, 3)
	p.ok("fd_seek", fd, 0, abi.WhenceEnd, out(8)).is(0, at+3)
	p.ok("fd_pread", fd, room{5}, at-2, out(4)).text(0, "\x00\x00end")
	if s := p.ok("fd_filestat_get", fd, out(64)).stat(0); s.Size != at+3 {
		t.Errorf("size %d", s.Size)
	}
}

// A call that waits for its stream, and one that does not.
func TestFdReadWaits(t *testing.T) {
	w := newTree(t)
	p := w.proxy()
	r, wr := p.pipe()
	p.ok("fd_fdstat_set_flags", r, abi.FdflagsNonblock)
	p.fails(abi.EAGAIN, "fd_read", r, room{4}, out(4))
	p.ok("fd_fdstat_set_flags", r, 0)
	p.write(wr, "abc")
	if s := p.read(r, 9); s != "abc" {
		t.Errorf("read %q", s)
	}
	p.ok("fd_close", wr)
	if s := p.read(r, 9); s != "" {
		t.Errorf("read %q at the end", s)
	}

	// stdin, through the kernel's parking.
	in, feed := newFeed()
	p = w.proxy(func(c *wasix.Command) { c.Stdin = in })
	a := p.later("fd_read", stdin, room{9}, out(4))
	p.parked()
	feed("line\n")
	p.get(a).text(0, "line\n").is(1, 5).traced(
		`==> fd_read(fd=0,iovs=[0x400:9])`,
		`<== (iovs="line\n",nread=5,errno=ESUCCESS)`)
	feed("")
	p.ok("fd_read", stdin, room{9}, out(4)).is(1, 0)
	p.fails(abi.EBADF, "fd_write", stdin, iovs{"x"}, out(4))
	p.fails(abi.EBADF, "fd_read", stdout, room{9}, out(4))
}

func TestFdWriteWaits(t *testing.T) {
	w := newTree(t)
	p := w.proxy()
	r, wr := p.pipe()
	p.ok("fd_fdstat_set_flags", wr, abi.FdflagsNonblock)
	p.ok("fd_write", wr, iovs{strings.Repeat("x", 70_000)}, out(4)).is(0, 64<<10) // what it holds
	p.fails(abi.EAGAIN, "fd_write", wr, iovs{"y"}, out(4))
	p.read(r, 1000)
	p.fails(abi.EAGAIN, "fd_write", wr, iovs{strings.Repeat("y", 4096)}, out(4)) // not in parts
	p.ok("fd_fdstat_set_flags", wr, 0)
	if s := p.read(r, 65000); len(s) != 64536 {
		t.Errorf("read %d bytes", len(s))
	}
	// A blocking write returns when everything has gone.
	a := p.later("fd_write", wr, iovs{strings.Repeat("z", 100_000)}, out(4))
	p.parked()
	p.closeFD(r)
	if got := p.get(a); got.err == nil && got.u32(0) != 64<<10 {
		t.Errorf("%v, %d", got.errno, got.u32(0))
	}
	if s := p.wait(); s.Signal != abi.SIGPIPE || s.Code != 128+13 {
		t.Errorf("status %+v", s)
	}

	// A signal before anything was written, and after a part.
	p = w.proxy()
	p.ok("callback_signal", "__wasm_signal")
	_, wr = p.pipe()
	a = p.later("fd_write", wr, iovs{strings.Repeat("z", 100_000)}, out(4))
	p.parked()
	p.signal(abi.SIGUSR1)
	p.get(a).is(0, 64<<10)
	a = p.later("fd_write", wr, iovs{"more"}, out(4))
	p.parked()
	p.signal(abi.SIGUSR2)
	if e := p.get(a).errno; e != abi.EINTR {
		t.Errorf("%v", e)
	}
	p.signals(abi.SIGUSR1, abi.SIGUSR2)

	// A preview1 program gets no signal.
	p = w.wasi(func(c *wasix.Command) { c.Stdout = failing{} })
	for range 2 {
		a := p.call("fd_write", stdout, iovs{"x"}, out(4))
		if a.errno == abi.EPIPE {
			return
		}
		p.drained()
	}
	p.fails(abi.EPIPE, "fd_write", stdout, iovs{"x"}, out(4))
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("no more") }
