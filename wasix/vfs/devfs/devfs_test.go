package devfs_test

import (
	"strings"
	"testing"

	"github.com/wasix-web/wasix-web/providers/memfs"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/vfs/devfs"
	"github.com/wasix-web/wasix-web/wasix/vfs/vfstest"
)

// process is a vfs.Self.
type process struct {
	files map[int32]*vfs.OpenFile
	tty   *vfs.OpenFile
}

func (p *process) File(fd int32) (*vfs.OpenFile, abi.Errno) {
	if f := p.files[fd]; f != nil {
		return f, abi.OK
	}
	return nil, abi.EBADF
}

func (p *process) EachFD(yield func(int32) bool) {
	for fd := range int32(100) {
		if p.files[fd] != nil && !yield(fd) {
			return
		}
	}
}

func (p *process) Terminal() (*vfs.OpenFile, abi.Errno) {
	if p.tty == nil {
		return nil, abi.ENXIO
	}
	return p.tty, abi.OK
}

func setUp(t *testing.T, c devfs.Config) *vfstest.Exec {
	t.Helper()
	x := &vfstest.Exec{NS: vfs.NewNamespace(memfs.New(memfs.Config{})), Ctx: &vfs.Ctx{}}
	if e := x.NS.Mount(x.Ctx, "/dev", devfs.New(c)); e != abi.OK {
		t.Fatal(e)
	}
	return x
}

func script(t *testing.T, x *vfstest.Exec, lines ...string) {
	t.Helper()
	for _, line := range lines {
		w, want := vfstest.ParseLine(line)
		if got := x.Do(w); got != want[0] {
			t.Errorf("%s: got %q", line, got)
		}
	}
}

func TestDevices(t *testing.T) {
	n := byte(0)
	x := setUp(t, devfs.Config{Time: 77, Random: func(b []byte) {
		for i := range b {
			n++
			b[i] = n
		}
	}})
	script(t, x,
		"ls /dev = fd full null random shm stderr stdin stdout tty urandom zero",
		"stat /dev = dir 4", "stat /dev/null = device", "mtim /dev/null = 77", "stat /dev/shm = dir 2", "ls /dev/shm = ", "same /dev/shm/.. /dev = yes",
		"write /dev/null gone", "read /dev/null = ", "append /dev/null x", "truncate /dev/null 0 = EINVAL",
		"hold n /dev/null r w creat trunc", "hseek n 100 set = 0", "hpread n 5 5 = ", "hpwrite n 9 x = 1", "hpread n -1 1 = EINVAL",
		"hpwrite n -1 x = EINVAL", "hstat n = device", "hallocate n 0 1 = ENODEV", "htruncate n 0 = EINVAL", "hsync n = EINVAL",
		"hold z /dev/zero r w", `hread z 3 = "\x00\x00\x00"`, "hwrite z abc = 3", `hpread z 9 2 = "\x00\x00"`,
		"hold f /dev/full r w", "hwrite f x = ENOSPC", `hwrite f "" = 0`, `hread f 1 = "\x00"`,
		`hold r /dev/random r`, `hread r 4 = "\x01\x02\x03\x04"`, `hold u /dev/urandom r w`, `hread u 2 = "\x05\x06"`, "hwrite u seed = 4",
		"open /dev/null r dir = ENOTDIR", "open /dev/null/ r = ENOTDIR", "stat /dev/null/x = ENOTDIR", "open /dev/null r creat excl = EEXIST",
		"open /dev/new w creat = EROFS", "mkdir /dev/new = EROFS", "unlink /dev/null = EROFS", "rename /dev/null /dev/x = EROFS",
		"rmdir /dev/shm = EROFS", "write /f x", "rename /f /dev/f = EXDEV", "rmdir /dev = EBUSY", "times /dev/null 1 2 = EROFS",
		"open /dev w = EISDIR", "open /dev/nope r = ENOENT",
	)
	// Long reads are made in pieces.
	x = setUp(t, devfs.Config{Random: func(b []byte) {
		for i := range b {
			b[i] = 'r'
		}
	}})
	script(t, x, "hold r /dev/random r", "hread r 5000 = "+strings.Repeat("r", 5000))
	x.Close()
	if e := x.NS.Unmount(x.Ctx, "/dev"); e != abi.OK {
		t.Error("unmount after all files are closed:", e)
	}
}

func TestNoRandom(t *testing.T) {
	script(t, setUp(t, devfs.Config{}), "open /dev/random r = ENXIO", "open /dev/urandom r = ENXIO", "stat /dev/random = device")
}

func TestBadAddress(t *testing.T) {
	x := setUp(t, devfs.Config{Random: func([]byte) {}})
	for _, path := range []string{"/dev/zero", "/dev/random"} {
		f, e := x.NS.Open(x.Ctx, x.At, path, vfs.OpenOptions{Read: true})
		if e != abi.OK {
			t.Fatal(e)
		}
		var v guestmem.Vec
		v.Set(guestmem.Of(make([]byte, 10)), 8, 5)
		if n, e := f.Object.Read(x.Ctx, f, &v); n != 0 || e != abi.EFAULT {
			t.Errorf("%s: %d, %v", path, n, e)
		}
		f.Unref()
	}
}

func TestMountInDev(t *testing.T) {
	x := setUp(t, devfs.Config{})
	if e := x.NS.Mount(x.Ctx, "/dev/shm", memfs.New(memfs.Config{})); e != abi.OK {
		t.Fatal(e)
	}
	script(t, x, "write /dev/shm/sem x", "read /dev/shm/sem = x", "same /dev/shm/.. /dev = yes", "cd /dev/shm", "pwd = /dev/shm")
	if e := x.NS.Mount(x.Ctx, "/dev/other", memfs.New(memfs.Config{})); e != abi.EROFS {
		t.Error("mount at a missing directory of /dev:", e)
	}
}

func TestOwnFiles(t *testing.T) {
	x := setUp(t, devfs.Config{})
	script(t, x, "write /f hello", "write /g bye", "open /dev/stdin r = ENXIO", "ls /dev/fd = ", "open /dev/fd/0 r = ENOENT",
		"open /dev/tty r = ENXIO", "stat /dev/stdin = device")
	open := func(path string, o vfs.OpenOptions) *vfs.OpenFile {
		t.Helper()
		f, e := x.NS.Open(x.Ctx, x.At, path, o)
		if e != abi.OK {
			t.Fatal(path, e)
		}
		return f
	}
	in := open("/f", vfs.OpenOptions{Read: true})
	out := open("/g", vfs.OpenOptions{Write: true})
	self := &process{files: map[int32]*vfs.OpenFile{0: in, 1: out, 17: in}}
	x.Ctx.Self = self
	script(t, x,
		"ls /dev/fd = 0 1 17", "stat /dev/stdin = file 5 1", "stat /dev/fd/0 = file 5 1", "same /dev/stdin /f = yes", "same /dev/stdin /dev/fd/17 = yes",
		"hold a /dev/stdin r", "hread a 2 = he", "hold b /dev/fd/17 r", "hread b 9 = llo", "open /dev/stdin w = EACCES", "open /dev/stdout r = EACCES",
		"hold c /dev/stdout w", "hwrite c BYE = 3", "read /g = BYE", "open /dev/stderr w = ENXIO", "open /dev/fd/2 w = ENOENT",
		"open /dev/fd/00 r = ENOENT", "open /dev/fd/-1 r = ENOENT", "open /dev/fd/+0 r = ENOENT", "open /dev/fd/x r = ENOENT",
		"open /dev/fd/99999999999 r = ENOENT", "open /dev/fd/0/x r = ENOTDIR", "open /dev/fd/9 w creat = EROFS", "stat /dev/fd/.. = dir 4",
		"open /dev/tty r w = ENXIO", "open /dev/stdin r dir = ENOTDIR", "cd /dev/fd", "pwd = /dev/fd",
	)
	f := open("/dev/fd/0", vfs.OpenOptions{Read: true})
	if f != in {
		t.Error("opening /dev/fd/0 does not give the open file itself")
	}
	f.Unref()
	self.tty = open("/f", vfs.OpenOptions{Read: true, Write: true})
	script(t, x, "hold t /dev/tty r w", "hread t 1 = h")
	if x.Do([]string{"hclose", "t"}); self.tty.Object.Type() != abi.FiletypeRegularFile {
		t.Error("terminal")
	}
	// All references are given back: the files can be released once each.
	x.Close()
	in.Unref()
	out.Unref()
	self.tty.Unref()
	if e := x.NS.Unmount(x.Ctx, "/dev"); e != abi.OK {
		t.Error(e)
	}
}

func TestFDCookies(t *testing.T) {
	x := setUp(t, devfs.Config{})
	self := &process{files: map[int32]*vfs.OpenFile{}}
	x.Ctx.Self = self
	dir, e := x.NS.Open(x.Ctx, x.At, "/dev/fd", vfs.OpenOptions{Read: true})
	if e != abi.OK {
		t.Fatal(e)
	}
	for fd := range int32(20) {
		self.files[fd] = dir
	}
	var got []string
	cookie := uint64(0)
	for more := true; more; {
		more = false
		vfs.ReadDirents(x.Ctx, dir, cookie, func(d vfs.Dirent) bool {
			if more {
				return false
			}
			got, cookie, more = append(got, d.Name), d.Cookie, true
			return true
		})
		delete(self.files, 7)
	}
	if s := strings.Join(got, " "); s != ". .. 0 1 2 3 4 5 6 8 9 10 11 12 13 14 15 16 17 18 19" {
		t.Error(s)
	}
	dir.Unref()
}
