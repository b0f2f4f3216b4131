package vfstest_test

import (
	"os"
	"os/exec"
	"slices"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs/vfstest"
)

// The suite's expectations are themselves tested: the scripts and the model run
// against Linux's own tmpfs. A process of its own does it, whose root is an empty
// directory, so that absolute paths and ".." mean the same.

const rootEnv = "VFSTEST_ROOT"

func TestAgainstLinux(t *testing.T) {
	dir := t.TempDir()
	if shm, err := os.MkdirTemp("/dev/shm", "vfstest"); err == nil {
		t.Cleanup(func() { os.RemoveAll(shm) })
		dir = shm
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestInRoot$", "-test.v")
	cmd.Env = append(os.Environ(), rootEnv+"="+dir)
	if os.Geteuid() != 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER,
			UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}}
	}
	out, err := cmd.CombinedOutput()
	if _, ran := err.(*exec.ExitError); err != nil && !ran {
		t.Skipf("no process with a root of its own here: %v", err)
	}
	if err != nil || !strings.Contains(string(out), "scripts agree with Linux") {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestInRoot does the work of TestAgainstLinux in its process.
func TestInRoot(t *testing.T) {
	dir := os.Getenv(rootEnv)
	if dir == "" {
		return // TestAgainstLinux starts it
	}
	if err := syscall.Chroot(dir); err != nil {
		t.Fatal(err)
	}
	syscall.Umask(0)
	known := strings.Fields(`mkdir rmdir unlink symlink readlink link rename stat lstat same ls open write append read
		truncate cd pwd hold hread hwrite hpread hpwrite hseek htruncate hstat hsync hclose`)
	scripts := 0
next:
	for _, c := range vfstest.Cases() {
		if c.Ours || c.Func != nil {
			continue
		}
		for _, line := range c.Script {
			if words, _ := vfstest.ParseLine(line); !slices.Contains(known, words[0]) {
				continue next
			}
		}
		x := newLinux(t)
		scripts++
		for i, line := range c.Script {
			words, want := vfstest.ParseLine(line)
			if got := x.do(words); !slices.Contains(want, got) {
				t.Errorf("%s: line %d, %s: Linux gives %q", c.Name, i+1, line, got)
				break
			}
		}
		x.close()
	}
	for seed := range uint64(40) {
		x, m := newLinux(t), vfstest.NewModel()
		r := vfstest.NewRandom(seed, "mkdir mkdir mkdir write write append truncate rmdir unlink rename rename link symlink symlink read readlink stat lstat ls",
			func(vfstest.Feature) bool { return false })
		for i := range 3000 {
			w := r.Step()
			got, want := x.do(w), m.Do(w)
			// Linux has its own answers to a path that ends in a dot, and to a
			// file that is to replace a directory above it.
			if w[0] == "rename" && (got == "EBUSY" && want == "EINVAL" || got == "ENOTEMPTY" && want == "EISDIR") {
				continue
			}
			if got != want {
				t.Errorf("seed %d, step %d, %q: Linux gives %q, the model %q", seed, i, w, got, want)
				break
			}
		}
		x.close()
	}
	if scripts < 55 {
		t.Errorf("only %d scripts were run", scripts)
	}
	if !t.Failed() {
		t.Logf("%d scripts agree with Linux", scripts)
	}
}

// linux carries out steps with system calls.
type linux struct {
	t    *testing.T
	held map[string]int
}

// newLinux empties the root.
func newLinux(t *testing.T) *linux {
	if err := os.Chdir("/"); err != nil {
		t.Fatal(err)
	}
	list, err := os.ReadDir("/")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range list {
		if err := os.RemoveAll("/" + d.Name()); err != nil {
			t.Fatal(err)
		}
	}
	return &linux{t, map[string]int{}}
}

func (x *linux) close() {
	for _, fd := range x.held {
		syscall.Close(fd)
	}
}

func errnoName(err error) string {
	switch e := err.(type) {
	case nil:
		return ""
	case syscall.Errno:
		for _, n := range []string{"EPERM", "ENOENT", "EBADF", "EBUSY", "EEXIST", "EXDEV", "ENOTDIR", "EISDIR", "EINVAL", "EFBIG", "ENOSPC", "ESPIPE",
			"EROFS", "EMLINK", "ENAMETOOLONG", "ELOOP", "EOVERFLOW", "ENOTEMPTY", "EILSEQ"} {
			if linuxErrno[n] == e {
				if _, ok := abi.ErrnoByName(n); !ok {
					panic(n)
				}
				return n
			}
		}
	}
	return err.Error()
}

var linuxErrno = map[string]syscall.Errno{"EPERM": syscall.EPERM, "ENOENT": syscall.ENOENT, "EBADF": syscall.EBADF, "EBUSY": syscall.EBUSY,
	"EEXIST": syscall.EEXIST, "EXDEV": syscall.EXDEV, "ENOTDIR": syscall.ENOTDIR, "EISDIR": syscall.EISDIR, "EINVAL": syscall.EINVAL,
	"EFBIG": syscall.EFBIG, "ENOSPC": syscall.ENOSPC, "ESPIPE": syscall.ESPIPE, "EROFS": syscall.EROFS, "EMLINK": syscall.EMLINK,
	"ENAMETOOLONG": syscall.ENAMETOOLONG, "ELOOP": syscall.ELOOP, "EOVERFLOW": syscall.EOVERFLOW, "ENOTEMPTY": syscall.ENOTEMPTY, "EILSEQ": syscall.EILSEQ}

func value(v string, err error) string {
	if err != nil {
		return errnoName(err)
	}
	return v
}

func (x *linux) do(w []string) string {
	switch w[0] {
	case "mkdir":
		return errnoName(syscall.Mkdir(w[1], 0o777))
	case "rmdir":
		return errnoName(syscall.Rmdir(w[1]))
	case "unlink":
		return errnoName(syscall.Unlink(w[1]))
	case "symlink":
		return errnoName(syscall.Symlink(w[1], w[2]))
	case "link":
		return errnoName(syscall.Link(w[1], w[2]))
	case "rename":
		return errnoName(syscall.Rename(w[1], w[2]))
	case "truncate":
		return errnoName(syscall.Truncate(w[1], vfstest.Number(w[2])))
	case "readlink":
		b := make([]byte, 5000)
		n, err := syscall.Readlink(w[1], b)
		return value(string(b[:max(n, 0)]), err)
	case "stat", "lstat":
		var st syscall.Stat_t
		var err error
		if w[0] == "stat" {
			err = syscall.Stat(w[1], &st)
		} else {
			err = syscall.Lstat(w[1], &st)
		}
		return value(describe(&st), err)
	case "same":
		var a, b syscall.Stat_t
		err := syscall.Lstat(w[1], &a)
		if err == nil {
			err = syscall.Lstat(w[2], &b)
		}
		if a.Ino == b.Ino {
			return value("yes", err)
		}
		return value("no", err)
	case "ls":
		fd, err := syscall.Open(w[1], syscall.O_RDONLY|syscall.O_DIRECTORY, 0)
		if err != nil {
			return errnoName(err)
		}
		f := os.NewFile(uintptr(fd), w[1])
		defer f.Close()
		names, err := f.Readdirnames(-1)
		sort.Strings(names)
		return value(strings.Join(names, " "), err)
	case "open", "write", "append", "read", "hold":
		return x.open(w)
	case "cd":
		return errnoName(syscall.Chdir(w[1]))
	case "pwd":
		b := make([]byte, 5000)
		n, err := syscall.Getcwd(b)
		return value(string(b[:max(n-1, 0)]), err)
	}
	return x.doHeld(w)
}

func (x *linux) open(w []string) string {
	flags, path := 0, w[1]
	switch w[0] {
	case "read":
		flags = syscall.O_RDONLY
	case "write":
		flags = syscall.O_WRONLY | syscall.O_CREAT | syscall.O_TRUNC
	case "append":
		flags = syscall.O_WRONLY | syscall.O_APPEND
	case "open":
		flags = linuxFlags(w[2:])
	case "hold":
		flags, path = linuxFlags(w[3:]), w[2]
	}
	fd, err := syscall.Open(path, flags, 0o666)
	if err != nil {
		return errnoName(err)
	}
	if w[0] == "hold" {
		x.held[w[1]] = fd
		return ""
	}
	defer syscall.Close(fd)
	switch w[0] {
	case "read":
		b := make([]byte, 1<<20)
		n, err := syscall.Read(fd, b)
		return value(string(b[:max(n, 0)]), err)
	case "write", "append":
		if _, err := syscall.Write(fd, []byte(w[2])); err != nil {
			return errnoName(err)
		}
	}
	return ""
}

func linuxFlags(words []string) int {
	o := vfstest.Flags(words)
	flags := 0
	switch {
	case o.Read && o.Write:
		flags = syscall.O_RDWR
	case o.Write:
		flags = syscall.O_WRONLY
	case !o.Read:
		flags = 3 // may only be asked about, not read or written
	}
	for _, f := range []struct {
		on   bool
		flag int
	}{{o.Oflags&abi.OflagsCreat != 0, syscall.O_CREAT}, {o.Oflags&abi.OflagsExcl != 0, syscall.O_EXCL}, {o.Oflags&abi.OflagsTrunc != 0, syscall.O_TRUNC},
		{o.Oflags&abi.OflagsDirectory != 0, syscall.O_DIRECTORY}, {o.Fdflags&abi.FdflagsAppend != 0, syscall.O_APPEND},
		{o.Fdflags&abi.FdflagsSync != 0, syscall.O_SYNC}, {!o.Follow, syscall.O_NOFOLLOW}} {
		if f.on {
			flags |= f.flag
		}
	}
	return flags
}

func (x *linux) doHeld(w []string) string {
	fd, ok := x.held[w[1]]
	if !ok {
		x.t.Fatalf("not held: %q", w)
	}
	switch w[0] {
	case "hread", "hpread":
		b := make([]byte, vfstest.Number(w[len(w)-1]))
		var n int
		var err error
		if w[0] == "hread" {
			n, err = syscall.Read(fd, b)
		} else {
			n, err = syscall.Pread(fd, b, vfstest.Number(w[2]))
		}
		return value(string(b[:max(n, 0)]), err)
	case "hwrite", "hpwrite":
		var n int
		var err error
		if w[0] == "hwrite" {
			n, err = syscall.Write(fd, []byte(w[2]))
		} else {
			n, err = syscall.Pwrite(fd, []byte(w[3]), vfstest.Number(w[2]))
		}
		return value(strconv.Itoa(n), err)
	case "hseek":
		n, err := syscall.Seek(fd, vfstest.Number(w[2]), map[string]int{"set": 0, "cur": 1, "end": 2}[w[3]])
		return value(strconv.FormatInt(n, 10), err)
	case "htruncate":
		return errnoName(syscall.Ftruncate(fd, vfstest.Number(w[2])))
	case "hstat":
		var st syscall.Stat_t
		err := syscall.Fstat(fd, &st)
		return value(describe(&st), err)
	case "hsync":
		return errnoName(syscall.Fsync(fd))
	case "hclose":
		delete(x.held, w[1])
		return errnoName(syscall.Close(fd))
	}
	x.t.Fatalf("unknown step: %q", w)
	return ""
}

func describe(st *syscall.Stat_t) string {
	switch st.Mode & syscall.S_IFMT {
	case syscall.S_IFREG:
		return "file " + strconv.FormatInt(st.Size, 10) + " " + strconv.FormatUint(uint64(st.Nlink), 10)
	case syscall.S_IFDIR:
		return "dir " + strconv.FormatUint(uint64(st.Nlink), 10)
	case syscall.S_IFLNK:
		return "link " + strconv.FormatInt(st.Size, 10)
	}
	return "device"
}
