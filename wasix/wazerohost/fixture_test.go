//go:build !js

package wazerohost_test

import (
	"encoding/binary"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/wasix-web/wasix-web/providers/memfs"
	"github.com/wasix-web/wasix-web/wasix"
	"github.com/wasix-web/wasix-web/wasix/abi"
)

// Descriptors every proxy has.
const (
	stdin  = 0
	stdout = 1
	root   = 3  // the preopened "/"
	closed = 99 // none
)

// newTree is a world with something in it:
//
//	/f       a file, "hello"
//	/d       a directory with the file x, "X"
//	/e       an empty directory
//	/lf /ld  symbolic links to f and d
//	/gone    a symbolic link to nothing
//	/loop    a symbolic link to itself
//	/ro      a read-only mount with the file r and the directory dir
//	/tiny    a mount with room for one file of 64 KiB
func newTree(t *testing.T, change ...func(*wasix.Config)) *world {
	t.Helper()
	ro := memfs.New(memfs.Config{})
	w := newWorld(t, append(change, func(c *wasix.Config) {
		c.Mounts = append(c.Mounts, wasix.Mount{Path: "/ro", FS: ro},
			wasix.Mount{Path: "/tiny", FS: memfs.New(memfs.Config{MaxBytes: 192 << 10, MaxFileSize: 1 << 20})})
	})...)
	fs := w.FS()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(fs.WriteFile("/f", []byte("hello")))
	must(fs.Mkdir("/d", false))
	must(fs.WriteFile("/d/x", []byte("X")))
	must(fs.Mkdir("/e", false))
	must(fs.Symlink("f", "/lf"))
	must(fs.Symlink("d", "/ld"))
	must(fs.Symlink("nothing", "/gone"))
	must(fs.Symlink("loop", "/loop"))
	must(fs.WriteFile("/ro/r", []byte("read")))
	must(fs.Mkdir("/ro/dir", false))
	ro.SetReadOnly(true)
	return w
}

// open opens a path below "/" for reading and writing, with all rights.
func (p *proxy) open(path string, oflags abi.Oflags) int {
	p.Helper()
	return p.openAs(path, oflags, ^abi.Rights(0), 0)
}

// openAs opens a path below "/" with these rights and flags.
func (p *proxy) openAs(path string, oflags abi.Oflags, rights abi.Rights, flags abi.Fdflags) int {
	p.Helper()
	return p.ok("path_open", root, abi.LookupSymlinkFollow, path, oflags, rights, ^abi.Rights(0), flags, out(4)).fd(0)
}

const (
	readOnly  = abi.RightsFdRead | abi.RightsFdSeek | abi.RightsFdReaddir
	writeOnly = abi.RightsFdWrite | abi.RightsFdSeek
)

// directory opens a directory.
func (p *proxy) directory(path string) int {
	p.Helper()
	return p.openAs(path, abi.OflagsDirectory, ^(abi.RightsFdWrite), 0)
}

// create makes a file with contents and returns a descriptor at its start.
func (p *proxy) create(path, contents string) int {
	p.Helper()
	fd := p.open(path, abi.OflagsCreat|abi.OflagsTrunc)
	p.write(fd, contents)
	p.ok("fd_seek", fd, 0, abi.WhenceSet, out(8))
	return fd
}

// write writes all of it.
func (p *proxy) write(fd int, s string) {
	p.Helper()
	p.ok("fd_write", fd, iovs{s}, out(4)).is(0, uint64(len(s)))
}

// read reads at most n bytes.
func (p *proxy) read(fd, n int) string {
	p.Helper()
	a := p.ok("fd_read", fd, room{n}, out(4))
	if a.errno != abi.OK {
		return ""
	}
	return string(a.outs[0][:a.u32(1)])
}

// contents reads a file from the outside.
func (p *proxy) contents(path string) string {
	p.Helper()
	b, err := p.world.FS().ReadFile(path)
	if err != nil {
		p.Error(err)
	}
	return string(b)
}

// stat decodes a filestat.
func (a *answer) stat(i int) (s abi.Filestat) {
	if a.errno == abi.OK {
		s.Get(a.outs[i])
	}
	return s
}

// fdstat returns what fd_fdstat_get says.
func (p *proxy) fdstat(fd int) (s abi.Fdstat) {
	p.Helper()
	s.Get(p.ok("fd_fdstat_get", fd, out(abi.SizeFdstat)).outs[0])
	return s
}

// pipe makes a pipe.
func (p *proxy) pipe() (r, w int) {
	p.Helper()
	a := p.ok("fd_pipe", out(4), out(4))
	return a.fd(0), a.fd(1)
}

func le64(b []byte) uint64 { return binary.LittleEndian.Uint64(b) }

// newFeed is a reader that waits for what it is fed; "" is the end.
func newFeed() (io.Reader, func(string)) {
	r, w := io.Pipe()
	return r, func(s string) {
		if s == "" {
			w.Close()
			return
		}
		io.WriteString(w, s)
	}
}

func limitFiles(c *wasix.Config) { c.MaxFiles = 8 }

// closeFD closes a descriptor of a program that waits in a call.
func (p *proxy) closeFD(fd int) {
	p.lock(func() { p.proc.Thread().Process.FDs.Close(int32(fd)) })
}

// lock runs fn with the kernel lock, and then what it made ready.
func (p *proxy) lock(fn func()) {
	e := p.world.Kernel.Engine.(sync.Locker)
	e.Lock()
	defer e.Unlock()
	fn()
}

func contains(s string, parts ...string) bool {
	for _, p := range parts {
		if !strings.Contains(s, p) {
			return false
		}
	}
	return true
}
