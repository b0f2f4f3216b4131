//go:build js

package jsbridge

import (
	"strconv"

	"github.com/hack-pad/safejs"

	"github.com/wasix-web/wasix-web/wasix"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/hostfs"
	"github.com/wasix-web/wasix-web/wasix/kernel"
)

// port is the kernel as the worker's TypeScript sees it: the functions of
// Kernel in web/src/worker/kernel.ts.
type port struct {
	// openDatabase is that of web/src/worker/idb.ts.
	openDatabase safejs.Value
	sys          *wasix.System
	fs           hostfs.FS
	// openProvider is made by opener of web/src/worker/providers.ts.
	openProvider safejs.Value
	load         safejs.Value
	maxPages     uint64
	window       int
	nextProgram  int
	programs     map[int]*program
	procs        map[int32]*guest
}

var thePort *port

// guest is a program the page has started.
type guest struct {
	p       *kernel.Process
	t       *kernel.Thread // none before launch
	program *program
	trace   bool
	stdin   stdin
	term    *terminal
	streams [3]*output // by descriptor
	silent  bool       // its end is not reported: the page has not been told of it
}

const (
	defaultWindow = 256 << 10
	defaultPages  = 65536
)

// Serve registers the port with the worker and never returns.
func Serve() {
	eng.gc.start()
	boot := must(global.Get("__wasixBoot"))
	config := field(boot, "config")
	p := &port{programs: map[int]*program{}, procs: map[int32]*guest{}, maxPages: defaultPages, window: defaultWindow}
	if n := number(field(config, "maxMemory")); n > 0 {
		p.maxPages = uint64(n) >> 16
	}
	if n := number(field(config, "outputWindow")); n > 0 {
		p.window = int(n)
	}
	p.load = field(boot, "load")
	p.openDatabase = field(boot, "openDatabase")
	p.openProvider = field(boot, "openProvider")
	thePort = p
	if err := p.newSystem(config); err != nil {
		panic("jsbridge: " + err.Error())
	}
	p.fs = hostfs.FS{NS: eng.k.Namespace, Ctx: p.waiting}
	field(boot, "ready").Invoke(object("engine", p.functions(engineCalls, call), "calls", p.functions(portCalls, call), "async", p.functions(waitingCalls, later)))
	select {}
}

// method is one of the port's, with the name that TypeScript knows it by. The lists
// are data: as maps they would be much code, which runs once.
type method struct {
	name string
	fn   func(p *port, args []safejs.Value) (any, error)
}

var engineCalls = []method{
	{"inspect", (*port).inspect},
	{"rewrite", (*port).rewrite},
	{"diagnose", (*port).diagnose},
	{"unload", (*port).unload},
	{"trapped", (*port).trapped},
	{"failed", (*port).failed},
}

var portCalls = []method{
	{"write", (*port).write},
	{"closeStdin", (*port).closeStdin},
	{"taken", (*port).taken},
	{"kill", (*port).kill},
	{"resize", (*port).resize},
	{"slot", (*port).slot},
	{"live", (*port).live},
	{"memory", (*port).memory},
}

// functions has a JavaScript function for each method.
func (p *port) functions(list []method, function func(func([]safejs.Value) (any, error)) safejs.Func) map[string]any {
	out := make(map[string]any, len(list))
	for _, m := range list {
		out[m.name] = function(func(args []safejs.Value) (any, error) { return m.fn(p, args) })
	}
	return out
}

// call makes a JavaScript function of fn: its value or an Error comes back, and
// what it made ready is run.
func call(fn func(args []safejs.Value) (any, error)) safejs.Func {
	f, err := safejs.FuncOf(func(_ safejs.Value, args []safejs.Value) any {
		look()
		v, err := fn(args)
		eng.drain()
		if err != nil {
			return toError(err)
		}
		return v
	})
	if err != nil {
		panic("jsbridge: " + err.Error())
	}
	return f
}

// later makes a JavaScript function of fn, which may wait; the last argument is
// called with the value or an Error.
func later(fn func(args []safejs.Value) (any, error)) safejs.Func {
	f, err := safejs.FuncOf(func(_ safejs.Value, args []safejs.Value) any {
		go func() {
			last := len(args) - 1
			v, err := fn(args[:last])
			look()
			eng.drain()
			if err != nil {
				v = toError(err)
			}
			args[last].Invoke(v)
			eng.gc.due(hostNow()) // what the page does makes garbage, too
		}()
		return nil
	})
	if err != nil {
		panic("jsbridge: " + err.Error())
	}
	return f
}

func (p *port) guest(v safejs.Value) (*guest, error) {
	pid := int32(number(v))
	if g := p.procs[pid]; g != nil {
		return g, nil
	}
	return nil, fail(abi.ESRCH, "no process "+strconv.Itoa(int(pid)))
}

func (p *port) write(args []safejs.Value) (any, error) {
	g, err := p.guest(args[0])
	if err != nil {
		return nil, err
	}
	if g.stdin == nil {
		return nil, fail(abi.EPIPE, "the program has no stdin")
	}
	b, err := fromBytes(args[1])
	if err != nil {
		return nil, err
	}
	return g.stdin.write(b), nil
}

func (p *port) closeStdin(args []safejs.Value) (any, error) {
	g, err := p.guest(args[0])
	if err == nil && g.stdin != nil {
		if in, ok := g.stdin.(*input); ok && len(args) > 1 && number(args[1]) != 0 {
			in.fail(abi.Errno(number(args[1])))
		} else {
			g.stdin.close()
		}
	}
	return nil, nil // a program that has ended needs no end of its input
}

func (p *port) taken(args []safejs.Value) (any, error) {
	if g, err := p.guest(args[0]); err == nil {
		if fd := int(number(args[1])); fd >= 0 && fd < 3 && g.streams[fd] != nil {
			g.streams[fd].taken(int(number(args[2])), abi.Errno(number(args[3])))
		}
	}
	return nil, nil
}

func (p *port) kill(args []safejs.Value) (any, error) {
	g, err := p.guest(args[0])
	if err != nil {
		return nil, err
	}
	sig := abi.Signal(number(args[1]))
	return nil, fail(g.p.Signal(sig), "signal "+strconv.Itoa(int(sig)))
}

func (p *port) slot(args []safejs.Value) (any, error) {
	g, err := p.guest(args[0])
	if err != nil {
		return nil, err
	}
	return int(g.t.Slot), nil
}

func (p *port) live([]safejs.Value) (any, error) {
	l := eng.k.Live()
	return object("processes", l.Processes, "threads", l.Threads, "timers", l.Timers, "waiters", l.Waiters+l.Marked), nil
}

// trapped says that a guest's stack was unwound by an exception nobody asked for.
func (p *port) trapped(args []safejs.Value) (any, error) {
	slot := int(number(args[0]))
	if t := threads[slot]; t != nil {
		t.Trap(text(args[1]))
	}
	return nil, nil
}

// failed says that a guest could not be instantiated.
func (p *port) failed(args []safejs.Value) (any, error) {
	slot := int(number(args[0]))
	if t := threads[slot]; t != nil {
		t.Process.Exit(kernel.Status{Code: 125, Trap: t.Process.Name + ": " + text(args[1]), Failed: true})
	}
	return nil, nil
}
