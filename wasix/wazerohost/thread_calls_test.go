//go:build !js

package wazerohost_test

import (
	"strings"
	"testing"

	"github.com/wasix-web/wasix-web/wasix"
	"github.com/wasix-web/wasix-web/wasix/abi"
)

func TestThreadCalls(t *testing.T) {
	w := newWorld(t, func(c *wasix.Config) { c.MaxThreads = 4 })
	p := w.start(threadedProxy(), func(c *wasix.Command) { c.Trace = false })
	pid := int(p.proc.PID)
	// The three ways to start one.
	a := p.ok("thread_spawn_v2", in(make([]byte, abi.SizeThreadStart)), out(4)).fd(0)
	p.ok("thread_spawn_v0", uint64(7), uint64(4096), uint64(2048), 0, out(4)).is(0, 4)
	p.ok("thread_join", 4) // it ends at once
	b := p.value("thread_spawn", 0)
	c := p.ok("thread_spawn_v2", in(make([]byte, abi.SizeThreadStart)), out(4)).fd(0)
	if a != 3 || b.result != 5 || c != 6 {
		t.Errorf("threads %d, %d, %d", a, b.result, c)
	}
	p.fails(abi.EAGAIN, "thread_spawn_v2", in(make([]byte, abi.SizeThreadStart)), out(4))
	p.fails(abi.EAGAIN, "thread_spawn_v0", uint64(7), uint64(4096), uint64(2048), 0, out(4))
	if r := p.value("thread_spawn", 0).result; r != -int32(abi.EAGAIN) {
		t.Errorf("one too many: %d", r)
	}
	p.fails(abi.EFAULT, "thread_spawn_v2", nowhere, out(4))
	p.fails(abi.EFAULT, "thread_spawn_v2", in(make([]byte, abi.SizeThreadStart)), nowhere)
	p.fails(abi.EINVAL, "thread_spawn_v0", uint64(7), uint64(1)<<32, uint64(0), 0, out(4))
	p.fails(abi.EFAULT, "thread_spawn_v0", uint64(7), uint64(4096), uint64(0), 0, nowhere)

	p.ok("thread_signal", a, 0)
	p.fails(abi.ESRCH, "thread_signal", 77, abi.SIGUSR1)
	p.fails(abi.EINVAL, "thread_signal", pid, 65)
	p.fails(abi.EDEADLK, "thread_join", pid)
	p.ok("thread_join", 77) // it is no longer there, if it ever was
	p.ok("callback_signal", "__wasm_signal")
	p.ok("thread_signal", 0, abi.SIGUSR2) // libc's raise, in programs of 2022
	p.signals(abi.SIGUSR2)
	p.ok("thread_signal", pid, abi.SIGUSR1)
	p.signals(abi.SIGUSR1)
	wait := p.later("thread_join", a)
	p.parked()
	p.signal(abi.SIGUSR2)
	if e := p.get(wait).errno; e != abi.EINTR {
		t.Errorf("interrupted: %v", e)
	}
	p.signals(abi.SIGUSR2)
	// The signal that ends its sleep ends a thread, the others go on.
	wait = p.later("thread_join", int(b.result))
	p.parked()
	p.lock(func() { w.Kernel.Process(p.proc.PID).Thread(b.result).Signal(abi.SIGUSR1) })
	if e := p.get(wait).errno; e != abi.OK {
		t.Errorf("joined: %v", e)
	}
	// The main thread leaves, and the process goes on; its last thread ends it.
	if x := p.call("thread_exit", 5); x.err == nil {
		t.Errorf("thread_exit returned %v", x.errno)
	}
	p.lock(func() {
		if w.Kernel.Process(p.proc.PID).Exiting() {
			t.Error("the process has ended with its main thread")
		}
	})
	p.proc.Signal(abi.SIGKILL)
	p.wait()

	// Without a shared memory there is no place for another thread.
	p = w.proxy()
	p.fails(abi.EAGAIN, "thread_spawn_v2", in(make([]byte, abi.SizeThreadStart)), out(4))
	p.ok("proc_fork_env", out(4)).traced(`==> proc_fork_env()`) // the child has the other line
	p.fails(abi.ENOTSUP, "thread_spawn_v2", in(make([]byte, abi.SizeThreadStart)), out(4))
	p.ok("proc_exit2", 0) // the child's
}

func TestProcessLimit(t *testing.T) {
	w := newWorld(t, func(c *wasix.Config) { c.MaxProcesses, c.MaxFiles = 1, 6 })
	if err := w.FS().WriteFile("/bin/ten", exits(10)); err != nil {
		t.Fatal(err)
	}
	p := w.proxy()
	p.fails(abi.EAGAIN, "proc_fork_env", out(4))
	p.fails(abi.EAGAIN, "proc_spawn2", spawnArgs("/bin/ten", "ten")...)
	const piped, inherit = 0, 1
	p.fails(abi.EAGAIN, "proc_spawn", "/bin/ten", 0, "ten", "", piped, inherit, inherit, "", out(28))
	p.fails(abi.EMFILE, "proc_spawn", "/bin/ten", 0, "ten", "", piped, piped, piped, "", out(28))
	p.ok("fd_dup", root, out(4)).is(0, 4) // nothing is left of those
}

// TestTraces has the lines of calls whose tests look at other things.
func TestTraces(t *testing.T) {
	w := newPrograms(t)
	p := w.proxy()
	line := func(a *answer, want ...string) { t.Helper(); a.traced(want...) }
	line(p.ok("getcwd", out(9), at(9)), `==> getcwd(path_len=9)`, `<== (path="/",path_len=1,errno=ESUCCESS)`)
	line(p.ok("proc_signal", int(p.proc.PID), 0), `==> proc_signal(pid=1,signal=SIGNONE)`, `<== errno=ESUCCESS`)
	line(p.ok("proc_signals_get", out(2)), `==> proc_signals_get(buf=0x400)`, `<== errno=ESUCCESS`)
	line(p.ok("proc_raise_interval", abi.SIGCHLD, uint64(3600e9), 1),
		`==> proc_raise_interval(sig=SIGCHLD,interval=3600000000000,repeat=true)`, `<== errno=ESUCCESS`)
	line(p.ok("sched_yield"), `==> sched_yield()`, `<== errno=ESUCCESS`)
	line(p.fails(abi.ENOTTY, "tty_set", in(make([]byte, 24))), `==> tty_set(state={cols=0,rows=0,width=0,height=0,stdin=false,stdout=false,stderr=false,echo=false,line_buffered=false,line_feeds=false})`, `<== errno=ENOTTY`)
	line(p.ok("thread_local_create", uint64(5), out(4)), `==> thread_local_create(user_data=5)`, `<== (key=1,errno=ESUCCESS)`)
	line(p.ok("thread_local_set", 1, uint64(6)), `==> thread_local_set(key=1,value=6)`, `<== errno=ESUCCESS`)
	line(p.ok("thread_local_get", 1, out(8)), `==> thread_local_get(key=1)`, `<== (value=6,errno=ESUCCESS)`)
	line(p.ok("thread_local_destroy", 1), `==> thread_local_destroy(key=1)`, `<== errno=ESUCCESS`)
	fd := p.open("f", 0)
	p.ok("unstable_fd_filestat_get", fd, out(56))
	line(p.fails(abi.EBADF, "unstable_fd_filestat_get", closed, out(56)), `==> fd_filestat_get(fd=99)`, `<== errno=EBADF`)
	line(p.fails(abi.ENOENT, "unstable_path_filestat_get", root, 0, "no", out(56)),
		`==> path_filestat_get(fd=3,flags=,path="no")`, `<== errno=ENOENT`)
	line(p.fails(abi.EINVAL, "unstable_poll_oneoff", 0, 0, 0, out(4)), `==> poll_oneoff(in=[])`, `<== errno=EINVAL`)
	line(p.fails(abi.ECHILD, "proc_join", anyChild(), 0, out(6)), `==> proc_join(pid=none,flags=)`, `<== errno=ECHILD`)
	line(p.fails(abi.ECHILD, "proc_join_v0", anyChild(), out(4)), `==> proc_join(pid=0)`, `<== errno=ECHILD`)
	line(p.ok("proc_spawn2", spawnArgs("/bin/wait", "wait")...),
		`==> proc_spawn2(name="/bin/wait",args="wait",envs="",fd_ops=[],signal_dispositions=[],search_path=false,path="")`,
		`<== (pid=4,errno=ESUCCESS)`)
	line(p.fails(abi.ENOTSUP, "proc_fork", 1, out(4)), `==> proc_fork(copy_memory=true)`, `<== errno=ENOTSUP`)
	line(p.fails(abi.ENOTSUP, "stack_checkpoint", out(32), out(8)), `==> stack_checkpoint(snapshot=0x400)`, `<== errno=ENOTSUP`)
	line(p.fails(abi.ENOENT, "proc_exec3", "/no", "no", 0, 0, 0, 0, 0),
		`==> proc_exec3(name="/no",args="no",envs="",search_path=false,path="")`, `<== errno=ENOENT`)

	l := p.ok("sock_open", inet4, stream, abi.SockProtoTCP, out(4)).fd(0)
	line(p.ok("sock_status", l, out(1)),
		`==> sock_status(fd=5)`, `<== (status=OPENING,errno=ESUCCESS)`)
	line(p.ok("sock_set_opt_size", l, abi.SockOptionRecvBufSize, uint64(8192)),
		`==> sock_set_opt_size(fd=5,sockopt=RECV_BUF_SIZE,size=8192)`, `<== errno=ESUCCESS`)
	line(p.ok("sock_get_opt_size", l, abi.SockOptionRecvBufSize, out(8)),
		`==> sock_get_opt_size(fd=5,sockopt=RECV_BUF_SIZE)`, `<== (size=8192,errno=ESUCCESS)`)
	line(p.ok("sock_get_opt_flag", l, abi.SockOptionReuseAddr, out(1)),
		`==> sock_get_opt_flag(fd=5,sockopt=REUSE_ADDR)`, `<== (flag=false,errno=ESUCCESS)`)
	line(p.ok("sock_set_opt_time", l, abi.SockOptionRecvTimeout, futexTimeout(abi.OptionSome, 5)),
		`==> sock_set_opt_time(fd=5,sockopt=RECV_TIMEOUT,timeout=5)`, `<== errno=ESUCCESS`)
	line(p.ok("sock_addr_local", l, out(abi.SizeAddrPort)),
		`==> sock_addr_local(fd=5)`, `<== (addr=0.0.0.0:0,errno=ESUCCESS)`)
	line(p.fails(abi.ECONNREFUSED, "sock_connect", l, ip("127.0.0.1", 9)),
		`==> sock_connect(fd=5,addr=127.0.0.1:9)`, `<== errno=ECONNREFUSED`)
	line(p.fails(abi.EINVAL, "sock_accept", l, 0, out(4)),
		`==> sock_accept(fd=5,flags=)`, `<== errno=EINVAL`)
	line(p.ok("sock_pair", 3, stream, 0, out(4), out(4)),
		`==> sock_pair(af=UNIX,socktype=STREAM,sock_proto=IP)`, `<== (fd0=6,fd1=7,errno=ESUCCESS)`)
	u := p.ok("sock_open", inet4, abi.SockTypeDgram, abi.SockProtoUDP, out(4)).fd(0)
	line(p.call("sock_send_to", u, iovs{"x"}, 0, ip("127.0.0.1", 9), out(4)),
		`==> sock_send_to(fd=8,si_data=["x"],si_flags=,addr=127.0.0.1:9)`, `<== (nwritten=1,errno=ESUCCESS)`)
}

// TestTraceNamesParameters looks at the trace of every call: its name as on the
// wire, and every argument that is not merely where a result goes.
func TestTraceNamesParameters(t *testing.T) {
	p := newTree(t).proxy()
	p.allowWrites = true
	p.prepare = func(m *image) { m.spans = append(m.spans, span{0, 1024}) } // address 0 is as good as any
	for i := range abi.Calls {
		c := &abi.Calls[i]
		if !implemented(c.ID) || c.Noreturn || c.ID == abi.CallProcForkEnv {
			continue
		}
		args := make([]any, len(c.Params))
		for i := range args {
			args[i] = 0
		}
		lines := p.value(c.Export, args...).trace
		if len(lines) != 2 || !strings.HasPrefix(lines[0], "==> "+c.Name+"(") || !strings.HasPrefix(lines[1], "<==") {
			t.Errorf("%s: %q", c.Export, lines)
			continue
		}
		for _, param := range c.Params {
			k := param.Kind
			shown := k != abi.KindLen && (k&abi.Out == 0 || k&abi.In != 0)
			got := strings.Contains(lines[0], "("+param.Name+"=") || strings.Contains(lines[0], ","+param.Name+"=")
			if got != shown {
				t.Errorf("%s: %s is shown: %v, in %s", c.Export, param.Name, got, lines[0])
			}
		}
	}
}
