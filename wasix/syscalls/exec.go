package syscalls

import (
	"strings"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

const (
	// argMax is the most bytes that arguments and environment may have (ARG_MAX).
	argMax = 2 << 20
	// defaultPath is where programs are when there is no PATH.
	defaultPath = "/usr/local/bin:/bin:/usr/bin"
	// Exit codes of the calls that cannot return an error, as shells have them.
	codeNotFound   = 127
	codeNotProgram = 126
)

// ProcExec makes another program what the process runs. It does not return: when
// it fails the process ends with the code 127 (there is no such program) or 126.
//
// # Parameters
//
//   - name, nameLen: the program's path; or a command's name, which is looked for
//     in PATH when there is no such file: the libc of 2022 leaves that to the host
//   - args, argsLen: the arguments, each with a line feed
//
// See https://wasix.org/docs/api-reference/wasix/proc_exec
func ProcExec(t *kernel.Thread, name, nameLen, args, argsLen uint32) kernel.Result {
	return execOrExit(t, exec(t, &command{name: name, nameLen: nameLen, args: args, argsLen: argsLen, named: true}))
}

// ProcExec2 is ProcExec with an environment.
//
// # Parameters
//
//   - name, nameLen: as in proc_exec
//   - args, argsLen: the arguments, each with a line feed
//   - envs, envsLen: the environment, each variable with a line feed; 0 keeps the
//     one that the process was started with
//
// See https://wasix.org/docs/api-reference/wasix/proc_exec2
func ProcExec2(t *kernel.Thread, name, nameLen, args, argsLen, envs, envsLen uint32) kernel.Result {
	return execOrExit(t, exec(t, &command{name: name, nameLen: nameLen, args: args, argsLen: argsLen, envs: envs, envsLen: envsLen,
		named: true}))
}

func execOrExit(t *kernel.Thread, r kernel.Result) kernel.Result {
	if r <= kernel.Success {
		return r
	}
	code := uint32(codeNotProgram)
	if r.Errno() == abi.ENOENT {
		code = codeNotFound
	}
	t.Kernel.WarnOnce(t.Process.Name + ": exec: " + r.Errno().String())
	return t.ExitProcess(kernel.Status{Code: code})
}

// ProcExec3 makes another program what the process runs.
//
// # Parameters
//
//   - name, nameLen: the program's path
//   - args, argsLen: the arguments, each with a line feed. None: the name
//   - envs, envsLen: the environment, each variable with a line feed; 0 keeps the
//     one that the process was started with
//   - searchPath: whether a name without "/" is looked for
//   - path, pathLen: where, with ":" between; 0: /usr/local/bin:/bin:/usr/bin
//
// # Result (Errno)
//
//   - ENOENT: there is no such program
//   - EACCES: it is not a regular file
//   - ENOEXEC: it is neither a WebAssembly program nor a script
//   - E2BIG: arguments and environment have more than 2 MiB
//   - ELOOP: too many scripts that run each other
//   - EFAULT: a string leaves the memory
//   - those of every call on a path
//
// When it succeeds it returns only on behalf of a child of proc_fork_env. When it
// fails nothing has changed.
//
// Note: like execve and execvpe in POSIX. A line feed inside an argument cannot
// be told from its end: the ABI has no way to say it.
//
// See https://wasix.org/docs/api-reference/wasix/proc_exec3
func ProcExec3(t *kernel.Thread, name, nameLen, args, argsLen, envs, envsLen, searchPath, path, pathLen uint32) kernel.Result {
	return exec(t, &command{name, nameLen, args, argsLen, envs, envsLen, searchPath != 0, path, pathLen, false})
}

func exec(t *kernel.Thread, c *command) kernel.Result {
	r, e := c.read(t)
	if e != abi.OK {
		return kernel.Ret(e)
	}
	if e := r.find(t, t.Process); e != abi.OK {
		return kernel.Ret(e)
	}
	if t.Ending() { // while it waited for the file
		return kernel.End
	}
	return t.Exec(r.prog, r.name, r.args, r.env)
}

// command is what exec and spawn are told, as addresses and lengths.
type command struct {
	name, nameLen, args, argsLen, envs, envsLen uint32
	search                                      bool
	path, pathLen                               uint32
	named                                       bool // looked for when it is no path
}

// request is a command that has been read.
type request struct {
	name      string
	args, env []string
	search    string // where to look for name, "": it is a path
	named     bool   // a path, or else looked for
	prog      kernel.Program
}

// read reads a command.
//
// Errors: E2BIG, EFAULT, ENOENT an empty name, ENAMETOOLONG.
func (c *command) read(t *kernel.Thread) (*request, abi.Errno) {
	if uint64(c.argsLen)+uint64(c.envsLen) > argMax && c.envs != 0 || c.argsLen > argMax {
		return nil, abi.E2BIG
	}
	r := &request{named: c.named}
	var e abi.Errno
	if r.name, e = readPath(t, c.name, c.nameLen); e != abi.OK {
		return nil, e
	}
	if r.args, e = readLines(t, c.args, c.argsLen); e != abi.OK {
		return nil, e
	}
	if len(r.args) == 0 {
		r.args = []string{r.name}
	}
	if c.envs == 0 {
		r.env = t.Process.Environ
	} else if r.env, e = readEnviron(t, c.envs, c.envsLen); e != abi.OK {
		return nil, e
	}
	if strings.IndexByte(r.name, '/') >= 0 {
		r.named = false
	} else if c.search {
		r.search = defaultPath
		if c.path != 0 {
			if r.search, e = guestmem.String(t.Mem, c.path, c.pathLen, argMax); e != abi.OK {
				return nil, e
			}
		}
	}
	return r, abi.OK
}

// readLines reads strings that each end with a line feed; the last one may not.
func readLines(t *kernel.Thread, ptr, n uint32) ([]string, abi.Errno) {
	s, e := guestmem.String(t.Mem, ptr, n, argMax)
	if e != abi.OK || s == "" {
		return nil, e
	}
	return strings.Split(strings.TrimSuffix(s, "\n"), "\n"), abi.OK
}

// readEnviron reads variables. A line without "=" goes on with the value before.
func readEnviron(t *kernel.Thread, ptr, n uint32) ([]string, abi.Errno) {
	lines, e := readLines(t, ptr, n)
	if e != abi.OK {
		return nil, e
	}
	env := lines[:0]
	for _, l := range lines {
		if strings.IndexByte(l, '=') > 0 {
			env = append(env, l)
		} else if len(env) > 0 {
			env[len(env)-1] += "\n" + l
		}
	}
	return env, abi.OK
}

// find looks for the program, from the directories of p.
//
// Errors: those of Kernel.Program.
func (r *request) find(t *kernel.Thread, p *kernel.Process) abi.Errno {
	at := vfs.At{Root: p.Root, Base: p.Cwd}
	try := func(path string) (e abi.Errno) {
		var args []string
		r.prog, args, e = t.Kernel.Program(&t.Ctx, at, path, r.args)
		if e == abi.OK {
			r.name, r.args = path, args
		}
		return e
	}
	if r.search == "" {
		e := try(r.name)
		if e != abi.ENOENT || !r.named {
			return e
		}
		r.search = defaultPath
		for _, v := range p.Environ {
			if path, ok := strings.CutPrefix(v, "PATH="); ok && path != "" {
				r.search = path
			}
		}
	}
	result := abi.ENOENT
	for dir := range strings.SplitSeq(r.search, ":") {
		if dir != "" && !strings.HasSuffix(dir, "/") {
			dir += "/"
		}
		switch e := try(dir + r.name); e {
		case abi.ENOENT, abi.ENOTDIR:
		case abi.EACCES:
			result = e
		default:
			return e
		}
	}
	return result
}
