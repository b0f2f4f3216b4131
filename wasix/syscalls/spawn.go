package syscalls

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/pipe"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// ProcSpawn2 starts a program in a new process, which has the caller's
// descriptors and directory.
//
// # Parameters
//
//   - name, nameLen, args, argsLen, envs, envsLen, searchPath, path, pathLen: as
//     in proc_exec3
//   - fdOps, fdOpsLen: what is done to the child's descriptors and directory
//     before, one after the other: proc_spawn_fd_op structs of 56 bytes
//   - dispositions, dispositionsLen: which signals the child ignores, and which
//     not, beside those the caller was started with: signal_disposition structs
//   - pid: where the child's id goes (u32)
//
// # Result (Errno)
//
//   - EAGAIN: there are too many processes, or no memory for it
//   - EINVAL: an unknown operation, flag, signal or disposition; more than 4096
//     operations, or 1024 dispositions
//   - EBADF: an operation's descriptor is not open
//   - those of proc_exec3, and of path_open
//
// Note: like posix_spawn and posix_spawnp in POSIX.
//
// See https://wasix.org/docs/api-reference/wasix/proc_spawn2
func ProcSpawn2(t *kernel.Thread, name, nameLen, args, argsLen, envs, envsLen, fdOps, fdOpsLen, dispositions, dispositionsLen, searchPath, path, pathLen, pid uint32) kernel.Result {
	if e := guestmem.Writable(t.Mem, pid, 4); e != abi.OK {
		return kernel.Ret(e)
	}
	c := command{name, nameLen, args, argsLen, envs, envsLen, searchPath != 0, path, pathLen, false}
	r, e := c.read(t)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	ops, e := readOps(t, fdOps, fdOpsLen)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	if len(ops) > 0 && !t.Ctx.MayBlock {
		for i := range ops {
			if ops[i].Cmd == abi.SpawnFdOpOpen {
				// It would be done twice if something later had to wait.
				return kernel.Ret(vfs.ErrMustWait)
			}
		}
	}
	p, e := spawn(t, r, func(p *kernel.Process) abi.Errno {
		for i := range ops {
			if e := doOp(t, p, &ops[i]); e != abi.OK {
				return e
			}
		}
		return dispose(t, p, dispositions, dispositionsLen)
	})
	if e != abi.OK {
		return kernel.Ret(e)
	}
	return kernel.Ret(t.Mem.Store32(pid, uint32(p.PID)))
}

// spawn starts a program in a child that prepare has readied. When it fails there
// is no child.
func spawn(t *kernel.Thread, r *request, prepare func(*kernel.Process) abi.Errno) (*kernel.Process, abi.Errno) {
	p, e := t.Process.NewChild()
	if e != abi.OK {
		return nil, e
	}
	self := t.Ctx.Self
	t.Ctx.Self = p // whose descriptors /dev/fd means
	if e = prepare(p); e == abi.OK {
		e = r.find(t, p)
	}
	t.Ctx.Self = self
	if e == abi.OK && t.Ending() { // while it waited for the file
		e = abi.EINTR
	}
	if e == abi.OK {
		e = p.Run(r.prog, r.name, r.args, r.env, t.Hooked)
	}
	if e != abi.OK {
		p.Discard()
		return nil, e
	}
	return p, abi.OK
}

func readOps(t *kernel.Thread, ptr, n uint32) ([]abi.SpawnFdOp, abi.Errno) {
	const most = 4096
	if ptr == 0 || n == 0 {
		return nil, abi.OK
	}
	if n > most {
		return nil, abi.EINVAL
	}
	raw := make([]byte, int(n)*abi.SizeSpawnFdOp)
	if e := t.Mem.CopyIn(raw, ptr); e != abi.OK {
		return nil, e
	}
	ops := make([]abi.SpawnFdOp, n)
	for i := range ops {
		ops[i].Get(raw[i*abi.SizeSpawnFdOp:])
	}
	return ops, abi.OK
}

// doOp does one operation on a child of t's.
func doOp(t *kernel.Thread, p *kernel.Process, op *abi.SpawnFdOp) abi.Errno {
	switch op.Cmd {
	case abi.SpawnFdOpClose:
		if d := p.FDs.Get(op.Fd); d != nil && d.Preopen != "" {
			return abi.OK
		}
		return p.FDs.Close(op.Fd)
	case abi.SpawnFdOpDup2:
		d := p.FDs.Get(op.SrcFd)
		if d == nil {
			return abi.EBADF
		}
		if op.Fd == op.SrcFd {
			d.CloseOnExec = false // POSIX says so
			return abi.OK
		}
		return put(p, op.Fd, kernel.FD{File: d.File.Ref(), Base: d.Base, Inheriting: d.Inheriting})
	case abi.SpawnFdOpFchdir:
		d := p.FDs.Get(op.Fd)
		switch {
		case d == nil:
			return abi.EBADF
		case d.File.Object.Type() != abi.FiletypeDirectory:
			return abi.ENOTDIR
		}
		p.Cwd = d.File.Loc
		return abi.OK
	case abi.SpawnFdOpChdir, abi.SpawnFdOpOpen:
		path, e := readPath(t, op.Path, op.PathLen)
		if e != abi.OK {
			return e
		}
		at := vfs.At{Root: p.Root, Base: p.Cwd}
		if op.Cmd == abi.SpawnFdOpOpen {
			return openOp(t, p, at, path, op)
		}
		loc, e := t.Kernel.Namespace.Resolve(&t.Ctx, at, path, true)
		if e == abi.OK && loc.Inode.Type() != abi.FiletypeDirectory {
			e = abi.ENOTDIR
		}
		if e == abi.OK {
			p.Cwd = loc
		}
		return e
	}
	return abi.EINVAL
}

func openOp(t *kernel.Thread, p *kernel.Process, at vfs.At, path string, op *abi.SpawnFdOp) abi.Errno {
	through, e := follow(uint32(op.Dirflags))
	if e != abi.OK || op.Oflags&^abi.OflagsAll != 0 || op.Fdflags&^abi.FdflagsAll != 0 {
		return abi.EINVAL
	}
	f, e := t.Kernel.Namespace.Open(&t.Ctx, at, path, vfs.OpenOptions{
		Oflags: op.Oflags, Fdflags: op.Fdflags, Follow: through,
		Read: op.RightsBase&readRights != 0, Write: op.RightsBase&abi.RightsFdWrite != 0})
	if e != abi.OK {
		return e
	}
	d := describe(p, f)
	d.CloseOnExec = op.FdflagsExt&abi.FdflagsExtCloexec != 0
	return put(p, op.Fd, d)
}

// put makes d the descriptor fd, and takes over its reference.
func put(p *kernel.Process, fd int32, d kernel.FD) abi.Errno {
	e := p.FDs.Cover(fd, d)
	if e != abi.OK {
		d.File.Unref()
	}
	return e
}

// dispose sets which signals a child ignores.
func dispose(t *kernel.Thread, p *kernel.Process, ptr, n uint32) abi.Errno {
	const most = 1024
	if ptr == 0 || n == 0 {
		return abi.OK
	}
	if n > most {
		return abi.EINVAL
	}
	raw := make([]byte, int(n)*abi.SizeSignalDisposition)
	if e := t.Mem.CopyIn(raw, ptr); e != abi.OK {
		return e
	}
	for ; len(raw) > 0; raw = raw[abi.SizeSignalDisposition:] {
		var x abi.SignalDisposition
		x.Get(raw)
		if x.Signal == 0 || x.Signal > kernel.MaxSignal || x.Disposition > abi.DispositionIgnore {
			return abi.EINVAL
		}
		p.Ignore(x.Signal, x.Disposition == abi.DispositionIgnore)
	}
	return abi.OK
}

// ProcSpawn starts a program in a new process, with pipes to its standard
// streams.
//
// # Parameters
//
//   - name, nameLen: the program's path, or a name without "/" to be looked for in
//     /usr/local/bin:/bin:/usr/bin
//   - chroot: true is not supported
//   - args, argsLen: the arguments, each with a line feed
//   - preopen, preopenLen: directories that the child finds preopened, beside the
//     caller's, each with a line feed
//   - stdin, stdout, stderr: piped, inherit, null or log (the caller's stderr)
//   - workingDir, workingDirLen: the child's directory; none: the caller's
//   - handles: where the process_handles struct goes: the child's id, and the
//     caller's ends of the pipes, as option_fd structs
//
// # Result (Errno)
//
//   - ENOTSUP: chroot
//   - EINVAL: an unknown mode
//   - EMFILE: the caller has no room for the pipes
//   - EFAULT: a string or handles leaves the memory
//   - those of proc_spawn2
//
// See https://wasix.org/docs/api-reference/wasix/proc_spawn
func ProcSpawn(t *kernel.Thread, name, nameLen, chroot, args, argsLen, preopen, preopenLen, stdin, stdout, stderr, workingDir, workingDirLen, handles uint32) kernel.Result {
	modes := [3]abi.StdioMode{abi.StdioMode(stdin), abi.StdioMode(stdout), abi.StdioMode(stderr)}
	if stdin|stdout|stderr > uint32(abi.StdioModeLog) {
		return kernel.Ret(abi.EINVAL)
	}
	if e := guestmem.Writable(t.Mem, handles, abi.SizeProcessHandles); e != abi.OK {
		return kernel.Ret(e)
	}
	if chroot != 0 {
		t.Kernel.WarnOnce(t.Process.Name + ": proc_spawn with chroot is not supported, returned ENOTSUP")
		return kernel.Ret(abi.ENOTSUP)
	}
	c := command{name: name, nameLen: nameLen, args: args, argsLen: argsLen, search: true}
	r, e := c.read(t)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	dirs, e := readLines(t, preopen, preopenLen)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	dir := ""
	if workingDirLen > 0 {
		if dir, e = readPath(t, workingDir, workingDirLen); e != abi.OK {
			return kernel.Ret(e)
		}
	}
	s := stdioPipes{modes: modes}
	if e := s.make(t.Process); e != abi.OK {
		return kernel.Ret(e)
	}
	p, e := spawn(t, r, func(p *kernel.Process) abi.Errno {
		if dir != "" {
			op := abi.SpawnFdOp{Cmd: abi.SpawnFdOpChdir, Path: workingDir, PathLen: workingDirLen}
			if e := doOp(t, p, &op); e != abi.OK {
				return e
			}
		}
		if e := s.give(t, p); e != abi.OK {
			return e
		}
		for _, d := range dirs {
			f, e := t.Kernel.Namespace.Open(&t.Ctx, vfs.At{Root: p.Root, Base: p.Cwd}, d,
				vfs.OpenOptions{Oflags: abi.OflagsDirectory, Follow: true, Read: true})
			if e == abi.OK {
				_, e = Preopen(p, d, f)
			}
			if e != abi.OK {
				return e
			}
		}
		return abi.OK
	})
	if e != abi.OK {
		s.drop(t.Process)
		return kernel.Ret(e)
	}
	s.done()
	x := abi.ProcessHandles{Pid: p.PID, Stdin: s.ours[0], Stdout: s.ours[1], Stderr: s.ours[2]}
	b := t.Scratch.Bytes[:abi.SizeProcessHandles]
	x.Put(b)
	return kernel.Ret(t.Mem.CopyOut(handles, b))
}

// stdioPipes are the pipes that proc_spawn makes.
type stdioPipes struct {
	modes  [3]abi.StdioMode
	ours   [3]abi.OptionFd
	theirs [3]*vfs.OpenFile
}

// make makes the pipes and gives the caller its ends.
func (s *stdioPipes) make(p *kernel.Process) abi.Errno {
	n := 0
	for _, m := range s.modes {
		if m == abi.StdioModePiped {
			n++
		}
	}
	if p.FDs.Full(n) {
		return abi.EMFILE
	}
	k := p.Kernel
	for i, m := range s.modes {
		if m != abi.StdioModePiped {
			continue
		}
		r, w := pipe.New(k.NewIno(), k.Clock.Realtime())
		rf, wf := vfs.NewOpenFile(r, 0), vfs.NewOpenFile(w, 0)
		rf.Writable, wf.Readable = false, false
		our := rf
		s.theirs[i] = wf
		if i == 0 {
			our, s.theirs[i] = wf, rf
		}
		d := describe(p, our)
		d.CloseOnExec = true // or the child would keep its own pipe open
		fd, _ := p.FDs.Add(d, 0)
		s.ours[i] = abi.OptionFd{Tag: abi.OptionSome, Some: fd}
	}
	return abi.OK
}

// give sets the child's streams.
func (s *stdioPipes) give(t *kernel.Thread, p *kernel.Process) abi.Errno {
	for i, m := range s.modes {
		var f *vfs.OpenFile
		switch m {
		case abi.StdioModePiped:
			f = s.theirs[i].Ref()
		case abi.StdioModeNull:
			var e abi.Errno
			f, e = t.Kernel.Namespace.Open(&t.Ctx, vfs.At{Root: p.Root}, "/dev/null", vfs.OpenOptions{Read: true, Write: true})
			if e != abi.OK {
				return e
			}
		case abi.StdioModeLog:
			d := t.Process.FDs.Get(2)
			if d == nil {
				p.FDs.Close(int32(i))
				continue
			}
			f = d.File.Ref()
		default:
			continue
		}
		if e := put(p, int32(i), describe(p, f)); e != abi.OK {
			return e
		}
	}
	return abi.OK
}

// done drops the references to the child's ends.
func (s *stdioPipes) done() {
	for _, f := range s.theirs {
		if f != nil {
			f.Unref()
		}
	}
}

// drop takes everything back.
func (s *stdioPipes) drop(p *kernel.Process) {
	for _, o := range s.ours {
		if o.Tag == abi.OptionSome {
			p.FDs.Close(o.Some)
		}
	}
	s.done()
}
