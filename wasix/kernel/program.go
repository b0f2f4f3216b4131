package kernel

import (
	"strings"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// Program is code that an engine has compiled. It lives as long as somebody
// holds it, or a process runs it.
type Program interface {
	// Preview1 tells whether it calls nothing of WASIX.
	Preview1() bool
	// Attach makes it what a process runs whose threads have not started.
	Attach(p *Process)
	// Hold is one Close more.
	Hold()
	Close()
}

// Loader is implemented by engines that run programs out of the file tree.
type Loader interface {
	// LoadProgram compiles a program; it waits only through ctx.Wait. Errors
	// say what is wrong with it.
	LoadProgram(ctx *vfs.Ctx, name string, wasm []byte) (Program, error)
}

// fileID names the contents of a file, as far as its attributes do.
type fileID struct{ dev, ino, size, mtim, ctim uint64 }

// programs keeps what was compiled out of the file tree, by file, so that the
// next start reads nothing.
type programs struct {
	files map[fileID]*cached
	uses  uint64
}

type cached struct {
	prog Program
	used uint64 // uses, when last used
	// young files may change again without their times showing it.
	young bool
}

const (
	maxPrograms = 64
	youngest    = 20e6 // nanoseconds
	maxScripts  = 4    // scripts that are run by scripts
	scriptLine  = 256  // bytes of a script's first line
)

// Program finds what a path names: compiled, or the program that its "#!" line
// asks for. argv is args, with what a script adds. The caller holds it no longer
// than the call lasts.
//
// Errors: EACCES not a regular file, ENOEXEC neither a program nor a script,
// ELOOP scripts that run each other; those of Namespace.Resolve. ErrMustWait.
func (k *Kernel) Program(ctx *vfs.Ctx, at vfs.At, path string, args []string) (prog Program, argv []string, errno abi.Errno) {
	argv = args
	for range maxScripts + 1 {
		loc, e := k.Namespace.Resolve(ctx, at, path, true)
		if e != abi.OK {
			return nil, nil, e
		}
		if loc.Inode.Type() != abi.FiletypeRegularFile {
			return nil, nil, abi.EACCES
		}
		prog, line, e := k.load(ctx, loc, path)
		if e != abi.OK || prog != nil {
			return prog, argv, e
		}
		interpreter, arg, _ := strings.Cut(line, " ")
		own := []string{interpreter}
		if arg = strings.TrimSpace(arg); arg != "" {
			own = append(own, arg)
		}
		own = append(own, path)
		if len(argv) > 0 {
			own = append(own, argv[1:]...)
		}
		path, argv = interpreter, own
	}
	return nil, nil, abi.ELOOP
}

// load returns the program in a file, or what follows "#!".
func (k *Kernel) load(ctx *vfs.Ctx, loc vfs.Location, name string) (prog Program, script string, errno abi.Errno) {
	a, e := loc.Attr(ctx)
	if e != abi.OK {
		return nil, "", e
	}
	id := fileID{a.Dev, a.Ino, a.Size, a.Mtim, a.Ctim}
	ps := &k.programs
	ps.uses++
	if c := ps.files[id]; c != nil && !c.young {
		c.used = ps.uses
		return c.prog, "", abi.OK
	}
	f, e := k.Namespace.OpenLocation(ctx, loc, vfs.OpenOptions{Read: true})
	if e != abi.OK {
		return nil, "", e
	}
	defer f.Unref()
	var head [scriptLine]byte
	n, e := readAll(ctx, f, head[:min(a.Size, scriptLine)])
	if e != abi.OK {
		return nil, "", e
	}
	text := string(head[:n])
	if strings.HasPrefix(text, "#!") {
		line, _, whole := strings.Cut(text[2:], "\n")
		if !whole && a.Size > scriptLine {
			return nil, "", abi.ENOEXEC
		}
		if line = strings.TrimSpace(strings.ReplaceAll(line, "\t", " ")); line == "" {
			return nil, "", abi.ENOEXEC
		}
		return nil, line, abi.OK
	}
	loader, ok := k.Engine.(Loader)
	if !ok || !strings.HasPrefix(text, "\x00asm") {
		return nil, "", abi.ENOEXEC
	}
	if !ctx.MayBlock {
		return nil, "", vfs.ErrMustWait
	}
	wasm := make([]byte, a.Size)
	n2, e := readAll(ctx, f, wasm[copy(wasm, head[:n]):])
	if e != abi.OK {
		return nil, "", e
	}
	now := k.Clock.Realtime()
	prog, err := loader.LoadProgram(ctx, name, wasm[:n+n2])
	if err != nil {
		k.WarnOnce(name + ": " + err.Error())
		return nil, "", abi.ENOEXEC
	}
	k.keep(id, &cached{prog: prog, used: ps.uses, young: now < max(a.Mtim, a.Ctim)+youngest})
	return prog, "", abi.OK
}

// keep puts a program into the cache, and takes the one out that was not used
// for the longest time.
func (k *Kernel) keep(id fileID, c *cached) {
	ps := &k.programs
	if ps.files == nil {
		ps.files = map[fileID]*cached{}
	}
	if old := ps.files[id]; old != nil {
		old.prog.Close()
	} else if len(ps.files) >= maxPrograms {
		var oldest fileID
		for i, c := range ps.files {
			if o := ps.files[oldest]; o == nil || c.used < o.used {
				oldest = i
			}
		}
		ps.files[oldest].prog.Close()
		delete(ps.files, oldest)
	}
	ps.files[id] = c
}

// DropPrograms empties the cache of programs out of the file tree.
func (k *Kernel) DropPrograms() {
	for _, c := range k.programs.files {
		c.prog.Close()
	}
	k.programs.files = nil
}

func readAll(ctx *vfs.Ctx, f *vfs.OpenFile, buf []byte) (int, abi.Errno) {
	var v guestmem.Vec
	done := 0
	for done < len(buf) {
		v.SetBytes(buf[done:])
		n, e := f.Object.Read(ctx, f, &v)
		if e != abi.OK || n == 0 {
			return done, e
		}
		done += n
	}
	return done, abi.OK
}
