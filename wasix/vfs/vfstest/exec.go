package vfstest

import (
	"sort"
	"strconv"
	"strings"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// Exec carries out steps on a namespace. Words with spaces are quoted as in Go.
//
//	mkdir P, rmdir P, unlink P, readlink P, symlink TARGET P
//	link P P2, linkfollow P P2, rename P P2
//	stat P, lstat P         "file SIZE NLINK", "dir NLINK", "link SIZE" or "device"
//	same P P2               whether both are the same file: "yes" or "no"
//	ls P                    the names in order of the alphabet
//	open P FLAG...          and close again; flags r w creat excl trunc append
//	                        dir nofollow
//	write P DATA            create or overwrite a file
//	append P DATA, read P, truncate P SIZE
//	times P ATIM MTIM, ltimes P ATIM MTIM
//	mtim P, atim P, ctim P
//	tick N                  moves the clock
//	cd P                    makes P the base of relative paths
//	chroot P                makes P the root, and the base
//	beneath on|off
//	pwd                     the path of the base, from the root
//
// Open files have names:
//
//	hold H P FLAG...        opens
//	hread H N, hwrite H DATA, hpread H OFF N, hpwrite H OFF DATA
//	hseek H OFF set|cur|end, htruncate H SIZE, hallocate H OFF SIZE
//	hstat H, hsync H, hclose H
//
// The result is a value, "" or an error's name.
type Exec struct {
	NS   *vfs.Namespace
	Ctx  *vfs.Ctx
	At   vfs.At
	Now  uint64
	held map[string]*vfs.OpenFile
	// reads and writes use windows every other time (vfs.Direct)
	calls int
}

// ParseLine splits a line of a script into words and results.
func ParseLine(line string) (words, results []string) {
	line, want, _ := strings.Cut(line, " = ")
	for line = strings.TrimLeft(line, " "); line != ""; line = strings.TrimLeft(line, " ") {
		if line[0] == '"' {
			q, err := strconv.QuotedPrefix(line)
			if err != nil {
				panic("vfstest: bad quoting: " + line)
			}
			w, _ := strconv.Unquote(q)
			words = append(words, w)
			line = line[len(q):]
			continue
		}
		w, rest, _ := strings.Cut(line, " ")
		words = append(words, w)
		line = rest
	}
	for _, r := range strings.Split(want, " or ") {
		if strings.HasPrefix(r, `"`) {
			r, _ = strconv.Unquote(r)
		}
		results = append(results, r)
	}
	return words, results
}

// IsError tells whether a result is an error's name.
func IsError(result string) bool {
	_, ok := abi.ErrnoByName(result)
	return ok
}

func join(words []string) string { return strings.Join(words, " ") }

func name(e abi.Errno) string {
	if e == abi.OK {
		return ""
	}
	return e.String()
}

func result(v string, e abi.Errno) string {
	if e != abi.OK {
		return e.String()
	}
	return v
}

// Number reads a number of a script.
func Number(s string) int64 {
	n, err := strconv.ParseInt(s, 0, 64)
	if err != nil {
		panic("vfstest: not a number: " + s)
	}
	return n
}

// Do carries out one step. As the kernel does, it runs the step again where it
// may wait when a provider cannot answer at once.
func (x *Exec) Do(w []string) string {
	got := x.do(w)
	if got == vfs.ErrMustWait.String() && !x.Ctx.MayBlock {
		x.Ctx.MayBlock = true
		got = x.do(w)
		x.Ctx.MayBlock = false
	}
	return got
}

func (x *Exec) do(w []string) string {
	ns, ctx := x.NS, x.Ctx
	if len(w) > 1 && w[0][0] == 'h' {
		return x.doHeld(w)
	}
	switch w[0] {
	case "mkdir":
		return name(ns.Mkdir(ctx, x.At, w[1]))
	case "rmdir":
		return name(ns.Rmdir(ctx, x.At, w[1]))
	case "unlink":
		return name(ns.Unlink(ctx, x.At, w[1]))
	case "symlink":
		return name(ns.Symlink(ctx, x.At, w[1], w[2]))
	case "readlink":
		return result(ns.Readlink(ctx, x.At, w[1]))
	case "link", "linkfollow":
		return name(ns.Link(ctx, x.At, w[1], w[0] == "linkfollow", x.At, w[2]))
	case "rename":
		return name(ns.Rename(ctx, x.At, w[1], x.At, w[2]))
	case "stat", "lstat":
		a, e := ns.Stat(ctx, x.At, w[1], w[0] == "stat")
		return result(describe(a), e)
	case "same":
		a, e := ns.Stat(ctx, x.At, w[1], false)
		b, e2 := ns.Stat(ctx, x.At, w[2], false)
		if e == abi.OK {
			e = e2
		}
		if a.Ino == b.Ino && a.Dev == b.Dev {
			return result("yes", e)
		}
		return result("no", e)
	case "ls":
		names, e := x.List(w[1])
		sort.Strings(names)
		return result(join(names), e)
	case "open":
		f, e := ns.Open(ctx, x.At, w[1], Flags(w[2:]))
		if e == abi.OK {
			f.Unref()
		}
		return name(e)
	case "write", "append":
		flags := []string{"w", "creat", "trunc"}
		if w[0] == "append" {
			flags = []string{"w", "append"}
		}
		f, e := ns.Open(ctx, x.At, w[1], Flags(flags))
		if e == abi.OK {
			e = x.writeAll(f, w[2])
			f.Unref()
		}
		return name(e)
	case "read":
		return result(x.ReadFile(w[1]))
	case "truncate":
		s := vfs.SetAttr{SetSize: true, Size: uint64(Number(w[2]))}
		return name(ns.SetAttr(ctx, x.At, w[1], true, &s))
	case "times", "ltimes":
		s := vfs.SetAttr{SetAtim: true, SetMtim: true, Atim: uint64(Number(w[2])), Mtim: uint64(Number(w[3]))}
		return name(ns.SetAttr(ctx, x.At, w[1], w[0] == "times", &s))
	case "mtim", "atim", "ctim":
		a, e := ns.Stat(ctx, x.At, w[1], false)
		t := map[string]uint64{"mtim": a.Mtim, "atim": a.Atim, "ctim": a.Ctim}[w[0]]
		return result(strconv.FormatUint(t, 10), e)
	case "tick":
		x.Now += uint64(Number(w[1]))
		return ""
	case "cd", "chroot":
		loc, e := ns.Resolve(ctx, x.At, w[1], true)
		if e == abi.OK && loc.Inode.Type() != abi.FiletypeDirectory {
			e = abi.ENOTDIR
		}
		if e == abi.OK {
			x.At.Base = loc
			if w[0] == "chroot" {
				x.At.Root = loc
			}
		}
		return name(e)
	case "beneath":
		x.At.Beneath = w[1] == "on"
		return ""
	case "pwd":
		base := x.At.Base
		if base.Inode == nil {
			base = ns.Root()
		}
		return result(ns.Path(ctx, base, x.At.Root))
	}
	panic("vfstest: unknown step: " + join(w))
}

func describe(a vfs.Attr) string {
	size, nlink := strconv.FormatUint(a.Size, 10), strconv.FormatUint(a.Nlink, 10)
	switch a.Type {
	case abi.FiletypeRegularFile:
		return "file " + size + " " + nlink
	case abi.FiletypeDirectory:
		return "dir " + nlink
	case abi.FiletypeSymbolicLink:
		return "link " + size
	}
	return "device"
}

// Flags turns the flags of a step into options.
func Flags(words []string) vfs.OpenOptions {
	o := vfs.OpenOptions{Follow: true}
	for _, w := range words {
		switch w {
		case "r":
			o.Read = true
		case "w":
			o.Write = true
		case "creat":
			o.Oflags |= abi.OflagsCreat
		case "excl":
			o.Oflags |= abi.OflagsExcl
		case "trunc":
			o.Oflags |= abi.OflagsTrunc
		case "dir":
			o.Oflags |= abi.OflagsDirectory
		case "append":
			o.Fdflags |= abi.FdflagsAppend
		case "sync":
			o.Fdflags |= abi.FdflagsSync
		case "nofollow":
			o.Follow = false
		default:
			panic("vfstest: unknown flag: " + w)
		}
	}
	return o
}

// read and write are fd_read and fd_write: they go through a window of the file
// now and then, where it has any.
func (x *Exec) read(f *vfs.OpenFile, b []byte) (int, abi.Errno) {
	if x.calls++; x.calls%2 == 0 && f.Direct() {
		if w, atim := f.Window(); len(b) > 0 && len(b) <= len(w) {
			f.Offset += int64(copy(b, w))
			*atim = x.Ctx.Time()
			return len(b), abi.OK
		}
	}
	var v guestmem.Vec
	v.SetBytes(b)
	return f.Object.Read(x.Ctx, f, &v)
}

func (x *Exec) write(f *vfs.OpenFile, b []byte) (int, abi.Errno) {
	if x.calls++; x.calls%2 == 0 && f.Direct() {
		if w := f.Room(); len(b) > 0 && len(b) <= len(w) {
			f.Wrote(x.Ctx, copy(w, b))
			return len(b), abi.OK
		}
	}
	var v guestmem.Vec
	v.SetBytes(b)
	return f.Object.Write(x.Ctx, f, &v)
}

func (x *Exec) writeAll(f *vfs.OpenFile, data string) abi.Errno {
	for len(data) > 0 {
		n, e := x.write(f, []byte(data))
		if e != abi.OK {
			return e
		}
		data = data[n:]
	}
	return abi.OK
}

// ReadFile returns a file's contents.
func (x *Exec) ReadFile(path string) (string, abi.Errno) {
	f, e := x.NS.Open(x.Ctx, x.At, path, vfs.OpenOptions{Read: true, Follow: true})
	if e != abi.OK {
		return "", e
	}
	defer f.Unref()
	var all []byte
	buf := make([]byte, 4096)
	for {
		n, e := x.read(f, buf)
		if e != abi.OK || n == 0 {
			return string(all), e
		}
		all = append(all, buf[:n]...)
		if len(all) > 1<<28 {
			return "", abi.EOVERFLOW
		}
	}
}

// List returns a directory's names in the order they come, without the dots.
func (x *Exec) List(path string) ([]string, abi.Errno) {
	f, e := x.NS.Open(x.Ctx, x.At, path, vfs.OpenOptions{Read: true, Follow: true, Oflags: abi.OflagsDirectory})
	if e != abi.OK {
		return nil, e
	}
	defer f.Unref()
	var names []string
	cookie := uint64(0)
	for more := true; more; {
		more = false
		n := 0
		e = vfs.ReadDirents(x.Ctx, f, cookie, func(d vfs.Dirent) bool {
			if n++; n > 100 {
				more = true
				return false
			}
			if d.Name != "." && d.Name != ".." {
				names = append(names, d.Name)
			}
			cookie = d.Cookie
			return true
		})
		if e != abi.OK {
			return nil, e
		}
		if len(names) > 1<<22 {
			return nil, abi.EOVERFLOW // it does not come to an end
		}
	}
	return names, abi.OK
}
