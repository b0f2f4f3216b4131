//go:build !js

package syscalls

import (
	"bytes"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"github.com/wasix-web/wasix-web/providers/memfs"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/clock"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/hostfs"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// machine is an engine whose threads make random calls, one after the other: they
// fork, spawn, exec, start threads, wait for each other and send signals.
type machine struct {
	*testing.T
	source
	k     *kernel.Kernel
	flows []*flow // in the order of their start
	now   int64
	alarm int64
	slow  []func()
}

// flow is a thread.
type flow struct {
	t         *kernel.Thread
	started   bool
	parked    bool
	resumed   bool // with result
	unwinding bool
	result    kernel.Result
	again     *madeCall // is made a second time, to rewind
}

type madeCall struct {
	id   abi.CallID
	args []uint64
}

func (m *machine) flow(t *kernel.Thread) *flow {
	for _, f := range m.flows {
		if f.t == t {
			return f
		}
	}
	f := &flow{t: t}
	m.flows = append(m.flows, f)
	return f
}

func (m *machine) Now() int64                                            { return m.now }
func (m *machine) SetAlarm(at int64)                                     { m.alarm = at }
func (m *machine) Attend()                                               {}
func (m *machine) Go(fn func())                                          { m.slow = append(m.slow, fn) }
func (m *machine) Others() bool                                          { return false }
func (m *machine) Yield(_ *kernel.Thread, r kernel.Result) kernel.Result { return r }
func (m *machine) Forget(*kernel.Process)                                {}
func (m *machine) Unwind(*kernel.Thread)                                 {}
func (m *machine) Lends(*kernel.Thread) bool                             { return true }
func (m *machine) CanUnwind(*kernel.Thread) bool                         { return true }
func (m *machine) StartUnwind(t *kernel.Thread, _ uint32)                { m.flow(t).unwinding = true }
func (m *machine) StopUnwind(*kernel.Thread)                             {}
func (m *machine) StartRewind(*kernel.Thread, uint32)                    {}
func (m *machine) StopRewind(*kernel.Thread)                             {}
func (m *machine) Globals(*kernel.Thread) any                            { return nil }
func (m *machine) SetGlobals(*kernel.Thread, any)                        {}
func (m *machine) LoadProgram(*vfs.Ctx, string, []byte) (kernel.Program, error) {
	return anyProgram{}, nil
}

func (m *machine) Resume(t *kernel.Thread, r kernel.Result) {
	f := m.flow(t)
	if f.resumed {
		m.Fatal("resumed twice")
	}
	f.resumed, f.result = true, r
}

func (m *machine) Start(t *kernel.Thread) error {
	if t.Process.Mem == nil {
		mem := make(guestmem.Bytes, memSize)
		content(mem)
		copy(mem[handlerAt:], libcHandler)
		clear(mem[anyAt : anyAt+abi.SizeOptionPid])
		t.Process.Mem = mem
	}
	t.Mem = t.Process.Mem
	m.flow(t).started = true
	return nil
}

func (m *machine) Clone(t, child *kernel.Thread, share bool) error {
	child.Process.Mem = t.Mem
	if !share {
		child.Process.Mem = guestmem.Bytes(bytes.Clone(t.Mem.(guestmem.Bytes)))
	}
	child.Mem = child.Process.Mem
	m.flow(child).again = m.flow(t).again
	return nil
}

// anyProgram is what every program is.
type anyProgram struct{}

func (anyProgram) Preview1() bool         { return false }
func (anyProgram) Attach(*kernel.Process) {}
func (anyProgram) Hold()                  {}
func (anyProgram) Close()                 {}

// Where the memory of every program has these.
const (
	handlerAt = 0x1c00 // the name of the handler
	anyAt     = 0x1d00 // any child
)

// chosen are the calls that these programs make.
var chosen = []abi.CallID{
	abi.CallProcFork, abi.CallProcFork, abi.CallProcForkEnv, abi.CallProcSpawn2, abi.CallProcSpawn, abi.CallProcExec3, abi.CallProcExit2,
	abi.CallThreadSpawnV2, abi.CallThreadSpawnV2, abi.CallThreadExit, abi.CallThreadJoin, abi.CallThreadSleep, abi.CallThreadSignal,
	abi.CallProcJoin, abi.CallProcJoin, abi.CallProcJoin, abi.CallProcSignal, abi.CallProcRaise, abi.CallCallbackSignal, abi.CallProcRaiseInterval,
	abi.CallFutexWait, abi.CallFutexWait, abi.CallFutexWake, abi.CallFutexWakeAll, abi.CallSchedYield,
	abi.CallFdPipe, abi.CallFdPipe, abi.CallFdRead, abi.CallFdRead, abi.CallFdWrite, abi.CallFdWrite, abi.CallFdClose,
	abi.CallFdDup, abi.CallFdDup2, abi.CallFdRenumber, abi.CallFdEvent, abi.CallFdFdflagsSet, abi.CallFdFdstatSetFlags,
	abi.CallPollOneoff, abi.CallEpollCreate, abi.CallEpollCtl, abi.CallEpollWait, abi.CallPathOpen2,
	abi.CallSockPair, abi.CallSockOpen, abi.CallSockBind, abi.CallSockListen, abi.CallSockConnect, abi.CallSockAcceptV2,
	abi.CallSockSend, abi.CallSockRecv, abi.CallSockShutdown, abi.CallStackCheckpoint, abi.CallStackRestore,
	abi.CallThreadLocalCreate, abi.CallThreadLocalSet, abi.CallThreadLocalDestroy,
}

func (m *machine) choose() *madeCall {
	id := chosen[int(m.byte())%len(chosen)]
	args := make([]uint64, len(abi.Calls[id].Params))
	for i, p := range abi.Calls[id].Params {
		args[i] = m.arg(p.Kind)
		if p.Kind.ValType() == abi.I32 {
			args[i] = uint64(uint32(args[i]))
		}
	}
	switch c := m.byte(); id {
	case abi.CallProcExit2, abi.CallThreadExit:
		if c%4 != 0 {
			id, args = abi.CallSchedYield, nil
		}
	case abi.CallProcFork:
		args[0] = uint64(c % 2)
	case abi.CallProcSpawn2, abi.CallProcExec3, abi.CallProcSpawn, abi.CallCallbackSignal:
		for i := range args[:len(args)-1] {
			args[i] = 0
		}
		args[0], args[1] = 0x1000, 1 // "a"
		if id == abi.CallCallbackSignal && c%2 == 0 {
			args[0], args[1] = handlerAt, uint64(len(libcHandler))
		}
	case abi.CallProcSignal, abi.CallThreadSignal:
		args[0] = uint64(uint32(int32(c%24) - 2))
		if sig := abi.Signal(args[1]); m.byte()%8 != 0 && (sig == abi.SIGKILL || int32(args[0]) <= 0) {
			args[1] = uint64(abi.SIGUSR1)
		}
	case abi.CallProcJoin:
		args[0] = anyAt
		if c%2 == 0 {
			args[1] &= 3
		}
	case abi.CallThreadJoin:
		args[0] = uint64(c % 24)
	}
	return &madeCall{id, args}
}

// step lets a thread do one thing.
func (m *machine) step(f *flow) {
	var c *madeCall
	r := f.result
	switch {
	case f.resumed:
		f.resumed, f.parked = false, false
	case f.t.Ending():
		r = kernel.End
	default:
		if c, f.again = f.again, nil; c == nil {
			c = m.choose()
		}
		t := f.t
		if r = Dispatch(t, c.id, c.args); r.NeedsGoroutine() {
			r = t.Slow(func() kernel.Result { return Dispatch(t, c.id, c.args) })
		}
		if f.unwinding {
			f.unwinding = false
			f.again = c
			if r != kernel.End && t.Unwound() {
				m.k.Drain()
				return
			}
			r = kernel.End
		}
		m.k.Drain()
		if r != kernel.Blocked {
			r = f.t.Leave(r)
		}
	}
	for r < kernel.End {
		if r = f.t.Deliver(); r > 0 {
			r = kernel.End - 1 // the handler has run
		}
	}
	switch r {
	case kernel.Blocked:
		f.parked = true
	case kernel.End:
		m.flows = slices.DeleteFunc(m.flows, func(o *flow) bool { return o == f })
		f.t.Done()
	}
	m.k.Drain()
}

// settle does what is due, and returns the threads that can go on.
func (m *machine) settle() (ready []*flow) {
	for len(m.slow) > 0 {
		fn := m.slow[0]
		m.slow = m.slow[1:]
		fn()
		m.k.Drain()
	}
	// The kernel itself has ended those that were never started.
	m.flows = slices.DeleteFunc(m.flows, func(f *flow) bool { return !f.started && f.t.Ending() && f.t.Parked() })
	for _, f := range m.flows {
		if f.started && (!f.parked || f.resumed) {
			ready = append(ready, f)
		}
	}
	return ready
}

func (m *machine) run() {
	for len(m.b) > 0 && len(m.flows) > 0 {
		if ready := m.settle(); len(ready) > 0 {
			m.step(ready[int(m.byte())%len(ready)])
			continue
		}
		// All wait: for the time, or for ever.
		if m.now += 1 << 40; m.alarm != 0 && m.byte()%4 != 0 {
			m.alarm = 0
			m.k.Expire()
			continue
		}
		if m.kill(); len(m.settle()) == 0 && len(m.flows) > 0 {
			m.stuck()
		}
	}
	for n := 0; len(m.flows) > 0; n++ {
		if n > 1000 {
			m.stuck()
		}
		m.kill()
		if ready := m.settle(); len(ready) > 0 {
			m.step(ready[0])
		}
	}
	m.settle()
	var left []*kernel.Process
	m.k.Processes(func(p *kernel.Process) { left = append(left, p) })
	for _, p := range left { // a child of ForkEnv that nobody has killed
		p.Kill(abi.SIGKILL)
	}
	if l := m.k.Live(); l != (kernel.Live{}) {
		m.Fatalf("left: %+v", l)
	}
}

// stuck says which threads SIGKILL does not end.
func (m *machine) stuck() {
	for _, f := range m.flows {
		m.Errorf("thread %d of process %d: started %v, parked %v %v, resumed %v, ending %v, process ends %v", f.t.TID, f.t.Process.PID,
			f.started, f.parked, f.t.Parked(), f.resumed, f.t.Ending(), f.t.Process.Exiting())
	}
	m.FailNow()
}

// kill ends every process.
func (m *machine) kill() {
	var all []*kernel.Process
	m.k.Processes(func(p *kernel.Process) { all = append(all, p) })
	for _, p := range all {
		p.Signal(abi.SIGKILL)
	}
	m.k.Drain()
}

func playProcesses(t *testing.T, data []byte) {
	if len(data) > 1<<14 {
		return
	}
	m := &machine{T: t, source: source{data}}
	ns := vfs.NewNamespace(memfs.New(memfs.Config{}))
	clk := &clock.Fixed{Now: realNow}
	m.k = kernel.New(kernel.Config{Engine: m, Clock: clk, Namespace: ns, MaxFiles: 24, MaxThreads: 6, MaxProcesses: 12,
		Random: func(b []byte) { clear(b) },
		Warn: func(msg string) {
			if strings.Contains(msg, "panic") {
				t.Error(msg)
			}
		}})
	fs := hostfs.FS{NS: ns, Ctx: func() *vfs.Ctx { return &vfs.Ctx{MayBlock: true, Now: clk.Realtime} }}
	for _, name := range []string{"/a", "/b"} {
		if err := fs.WriteFile(name, []byte("\x00asm"), false); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		p, e := m.k.NewProcess(kernel.ProcessSpec{Name: "a", Root: ns.Root(), Cwd: ns.Root()})
		if e != abi.OK {
			t.Fatal(e)
		}
		th, e := p.NewThread(kernel.Entry{Main: true})
		if e != abi.OK {
			t.Fatal(e)
		}
		null := func() vfs.Object { return &stream{} }
		if at, e := Equip(&th.Ctx, p, [3]vfs.Object{null(), null(), null()}, []string{"/"}); e != abi.OK {
			t.Fatal(at, e)
		}
		if err := m.Start(th); err != nil {
			t.Fatal(err)
		}
	}
	m.run()
}

// FuzzProcesses runs random programs of calls over several processes and threads.
// The kernel does not panic, everything ends, and nothing is left.
func FuzzProcesses(f *testing.F) {
	f.Add([]byte("0123456789"))
	rnd := rand.New(rand.NewSource(3))
	for range 5 {
		b := make([]byte, 3000)
		rnd.Read(b)
		f.Add(b)
	}
	f.Fuzz(playProcesses)
}

// The fuzzer's target over a fixed set of random programs.
func TestRandomProcesses(t *testing.T) {
	rnd := rand.New(rand.NewSource(11))
	for range 100 {
		b := make([]byte, 6000)
		rnd.Read(b)
		playProcesses(t, b)
	}
}
