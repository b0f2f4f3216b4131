//go:build !js

package wazerohost_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wasix-web/wasix-web/wasix"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/clock"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/wasmgen"
)

// A proxy is a guest that exports every call of the ABI, so that a test can make
// calls through a real wasm boundary, one at a time, from Go.
//
// Its memory is filled with '?' before every call, but for what the arguments
// point to; what a call has written where it had no business fails the test.
type proxy struct {
	*testing.T
	world *world
	proc  *wasix.Proc
	mem   guestmem.Memory
	// allowWrites is set for a call that writes a result although it fails.
	allowWrites bool
	prepare     func(m *image) // for the next call, and those after it
}

// world is a system whose traces and warnings are kept.
type world struct {
	*testing.T
	*wasix.System
	mu       sync.Mutex
	lines    map[int32][]string // of the trace, by pid; protected by mu
	warnings []string           // protected by mu
}

// newWorld makes a system: a clock that stands still on 2001-09-09, random
// numbers that count up.
func newWorld(t *testing.T, change ...func(*wasix.Config)) *world {
	t.Helper()
	w := &world{T: t, lines: map[int32][]string{}}
	next := byte(0)
	c := wasix.Config{
		Clock: &clock.Fixed{Now: 1_000_000_000_000_000_000},
		Random: func(b []byte) {
			for i := range b {
				b[i] = next
				next++
			}
		},
		Trace: func(pid int32, line string) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.lines[pid] = append(w.lines[pid], line)
		},
		Warn: func(msg string) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.warnings = append(w.warnings, msg)
			if strings.Contains(msg, "kernel panic") {
				t.Error(msg)
			}
		},
	}
	for _, fn := range change {
		fn(&c)
	}
	sys, err := wasix.New(c)
	if err != nil {
		t.Fatal(err)
	}
	w.System = sys
	t.Cleanup(func() {
		sys.Close()
		l := sys.Kernel.Engine.(sync.Locker)
		l.Lock()
		live := sys.Kernel.Live()
		l.Unlock()
		if live != (kernel.Live{}) {
			t.Errorf("left: %+v", live)
		}
	})
	return w
}

// proxyModule is the guest. wasi says that it calls preview1 only, and is
// confined as such programs are; threads, that its memory is shared: its threads
// sleep for an hour, those of the older kind end at once.
func proxyModule(wasi, threads bool) []byte {
	var b wasmgen.Builder
	limits := wasmgen.Limits{Min: 2, Max: 4, HasMax: true, Shared: threads}
	if threads {
		b.ImportMemory("env", "memory", limits)
	} else {
		b.Memory(limits)
	}
	b.Export("memory", wasmgen.ExternMemory, 0)
	type call struct {
		name string
		typ  wasmgen.FuncType
	}
	var calls []call
	for i := range abi.Calls {
		c := &abi.Calls[i]
		if wasi && (c.Module == abi.ModuleWasix || c.Module == abi.ModuleWasi) {
			continue
		}
		var t wasmgen.FuncType
		for _, p := range c.Params {
			t.Params = append(t.Params, wasmgen.ValType(p.Kind.ValType()))
		}
		for _, r := range c.Results {
			t.Results = append(t.Results, wasmgen.ValType(r))
		}
		b.ImportFunc(c.Module, c.Name, t)
		calls = append(calls, call{c.Export, t})
	}
	for i, c := range calls {
		code := wasmgen.NewCode(len(c.typ.Params))
		for p := range c.typ.Params {
			code.Get(uint32(p))
		}
		b.Export(c.name, wasmgen.ExternFunc, b.Func(c.typ, code.Call(uint32(i))))
	}
	b.Export("_initialize", wasmgen.ExternFunc, b.Func(wasmgen.Sig("", ""), wasmgen.NewCode(0)))

	// The signal handler notes every signal in a byte of a number.
	const shl, or, extend = 0x86, 0x84, 0xad // i64.shl, i64.or, i64.extend_i32_u
	seen := b.Global(wasmgen.GlobalType{Type: wasmgen.I64, Mutable: true}, 0)
	note := wasmgen.NewCode(1).GlobalGet(seen).I64Const(8).Op(shl).Get(0).Op(extend, or).GlobalSet(seen)
	b.Export("__wasm_signal", wasmgen.ExternFunc, b.Func(wasmgen.Sig("i", ""), note))
	take := wasmgen.NewCode(0).GlobalGet(seen).I64Const(0).GlobalSet(seen)
	b.Export("signals", wasmgen.ExternFunc, b.Func(wasmgen.Sig("", "I"), take))
	if threads {
		sleep := uint32(slices.IndexFunc(calls, func(c call) bool { return c.name == "thread_sleep" }))
		b.Export("wasi_thread_start", wasmgen.ExternFunc, b.Func(wasmgen.Sig("ii", ""), wasmgen.NewCode(2).I64Const(3600e9).Call(sleep).Drop()))
		b.Export("_start_thread", wasmgen.ExternFunc, b.Func(wasmgen.Sig("I", ""), wasmgen.NewCode(1)))
	}
	b.Export("wrong_type", wasmgen.ExternFunc, b.Func(wasmgen.Sig("", ""), wasmgen.NewCode(0)))
	return b.Bytes()
}

var (
	wasixProxy    = sync.OnceValue(func() []byte { return proxyModule(false, false) })
	wasiProxy     = sync.OnceValue(func() []byte { return proxyModule(true, false) })
	threadedProxy = sync.OnceValue(func() []byte { return proxyModule(false, true) })
)

// proxy starts a proxy as a WASIX program.
func (w *world) proxy(change ...func(*wasix.Command)) *proxy {
	w.Helper()
	return w.start(wasixProxy(), change...)
}

// wasi starts a proxy as a preview1 program, which has "/" as descriptor 3.
func (w *world) wasi(change ...func(*wasix.Command)) *proxy {
	w.Helper()
	return w.start(wasiProxy(), change...)
}

func (w *world) start(wasm []byte, change ...func(*wasix.Command)) *proxy {
	w.Helper()
	prog, err := w.Load(wasm)
	if err != nil {
		w.Fatal(err)
	}
	defer prog.Close()
	c := wasix.Command{Program: prog, Args: []string{"proxy"}, Trace: true}
	for _, fn := range change {
		fn(&c)
	}
	p, err := w.Start(c)
	if err != nil {
		w.Fatal(err)
	}
	if _, err := p.Call("sched_yield"); err != nil { // it waits until the program is ready
		w.Fatal(err)
	}
	x := &proxy{T: w.T, world: w, proc: p}
	w.Kernel.Lock()
	x.mem = w.Kernel.Process(p.PID).Mem
	w.Kernel.Unlock()
	return x
}

// newProxy is a WASIX program in a world of its own.
func newProxy(t *testing.T) *proxy {
	t.Helper()
	return newWorld(t).proxy()
}

// What arguments can be, beside integers.
type (
	// in is bytes the call reads: their address is the argument.
	in []byte
	// str is bytes the call reads: address and length are two arguments. A Go
	// string is the same.
	str []byte
	// out is that many bytes the call may write: their address is the argument.
	out int
	// ref is bytes the call reads and may write: their address is the argument.
	ref struct{ b []byte }
	// iovs are buffers the call reads: address and number of an array of
	// iovecs are two arguments.
	iovs []string
	// room are buffers of these sizes the call may write, as iovs.
	room []int
)

// nowhere is an address outside the memory.
const nowhere = 0xfffffff0

// answer is what came back from a call.
type answer struct {
	p     *proxy
	name  string
	errno abi.Errno
	// result is the number that the call returned.
	result int32
	outs   [][]byte // what is in every out and room, in order
	trace  []string
	err    error // the program ended in the call
}

// call makes one call.
func (p *proxy) call(name string, args ...any) *answer {
	p.Helper()
	m := newImage(int(p.mem.Size()))
	if p.prepare != nil {
		p.prepare(m)
	}
	words := m.place(args)
	p.poke(0, m.b)
	p.world.mu.Lock()
	from := len(p.world.lines[p.proc.PID])
	p.world.mu.Unlock()
	a := &answer{p: p, name: name}
	var r []uint64
	r, a.err = p.proc.Call(name, words...)
	p.world.mu.Lock()
	a.trace = p.world.lines[p.proc.PID][from:]
	p.world.mu.Unlock()
	if a.err != nil {
		return a
	}
	if len(r) > 0 {
		a.errno, a.result = abi.Errno(uint32(r[0])), int32(r[0])
	}
	if name == "thread_spawn" { // a thread's id, or less than 0
		a.errno = abi.Errno(max(-a.result, 0))
	}
	note(name, a.errno)
	after := p.peek(0, len(m.b))
	for _, s := range m.spans {
		a.outs = append(a.outs, bytes.Clone(after[s.at:s.at+s.n]))
		copy(after[s.at:s.at+s.n], m.b[s.at:s.at+s.n])
	}
	for i := 0; !bytes.Equal(after, m.b); i++ {
		if after[i] != m.b[i] {
			p.Errorf("%s%v wrote to %#x, which is no result", name, args, i)
			break
		}
	}
	if a.errno != abi.OK && !p.allowWrites {
		for i, o := range a.outs {
			if s := m.spans[i]; !bytes.Equal(o, m.b[s.at:s.at+s.n]) {
				p.Errorf("%s%v failed with %v and wrote %q to result %d", name, args, a.errno, o, i)
			}
		}
	}
	return a
}

// ok makes a call that succeeds.
func (p *proxy) ok(name string, args ...any) *answer {
	p.Helper()
	return p.fails(abi.OK, name, args...)
}

// fails makes a call that returns that errno, and writes nothing unless it is OK.
func (p *proxy) fails(want abi.Errno, name string, args ...any) *answer {
	p.Helper()
	a := p.call(name, args...)
	if a.err != nil {
		p.Fatalf("%s%v: %v", name, args, a.err)
	}
	if a.errno != want {
		p.Errorf("%s%v: %v, want %v", name, args, a.errno, want)
	}
	return a
}

// traced checks the lines of the trace.
func (a *answer) traced(want ...string) *answer {
	a.p.Helper()
	if got := strings.Join(a.trace, "\n"); got != strings.Join(want, "\n") {
		a.p.Errorf("trace of %s:\n%s\nwant:\n%s", a.name, got, strings.Join(want, "\n"))
	}
	return a
}

// u32 and u64 return result i as a number.
func (a *answer) u32(i int) uint32 { return binary.LittleEndian.Uint32(a.outs[i]) }
func (a *answer) u64(i int) uint64 { return binary.LittleEndian.Uint64(a.outs[i]) }

// fd returns result i as a descriptor, ready to be passed on.
func (a *answer) fd(i int) int {
	if a.errno != abi.OK {
		return -1
	}
	return int(int32(a.u32(i)))
}

// is checks that result i is a number.
func (a *answer) is(i int, want uint64) *answer {
	a.p.Helper()
	var b [8]byte
	copy(b[:], a.outs[i])
	if got := binary.LittleEndian.Uint64(b[:]); got != want {
		a.p.Errorf("%s: result %d is %d, want %d", a.name, i, got, want)
	}
	return a
}

// text checks the beginning of result i, and that the rest was left alone.
func (a *answer) text(i int, want string) *answer {
	a.p.Helper()
	o := a.outs[i]
	if len(o) < len(want) || string(o[:len(want)]) != want || strings.Trim(string(o[len(want):]), "?") != "" {
		a.p.Errorf("%s: result %d is %q, want %q", a.name, i, o, want)
	}
	return a
}

// image is what memory looks like before a call.
type image struct {
	b     []byte
	next  int
	spans []span
}

type span struct{ at, n int }

func newImage(size int) *image {
	return &image{b: bytes.Repeat([]byte{'?'}, size), next: 1024}
}

// put places bytes at an aligned address, with some '?' around.
func (m *image) put(b []byte) int {
	at := m.next
	copy(m.b[at:], b)
	m.next = (at + len(b) + 16 + 7) &^ 7
	return at
}

func (m *image) room(n int) int {
	at := m.next
	if at+n > len(m.b) {
		panic(fmt.Sprintf("out(%d) does not fit into the proxy's memory", n))
	}
	m.spans = append(m.spans, span{at, n})
	m.next = (at + n + 16 + 7) &^ 7
	return at
}

func (m *image) vec(list []span) (int, int) {
	var b []byte
	for _, s := range list {
		b = binary.LittleEndian.AppendUint32(b, uint32(s.at))
		b = binary.LittleEndian.AppendUint32(b, uint32(s.n))
	}
	return m.put(b), len(list)
}

func (m *image) place(args []any) (words []uint64) {
	add := func(v ...int) {
		for _, v := range v {
			words = append(words, uint64(v))
		}
	}
	for _, a := range args {
		switch a := a.(type) {
		case int:
			add(a)
		case in:
			add(m.put(a))
		case str:
			add(m.put(a), len(a))
		case string:
			add(m.put([]byte(a)), len(a))
		case out:
			add(m.room(int(a)))
		case bad:
			add(nowhere, 4)
		case at:
			i := m.room(4)
			binary.LittleEndian.PutUint32(m.b[i:], uint32(a))
			add(i)
		case ref:
			i := m.room(len(a.b))
			copy(m.b[i:], a.b)
			add(i)
		case iovs:
			var l []span
			for _, s := range a {
				l = append(l, span{m.put([]byte(s)), len(s)})
			}
			add(m.vec(l))
		case room:
			var l []span
			for _, n := range a {
				l = append(l, span{m.room(n), n})
			}
			add(m.vec(l))
		case uint64:
			words = append(words, a)
		default: // the ABI's own numbers
			switch v := reflect.ValueOf(a); {
			case v.CanUint():
				words = append(words, v.Uint())
			case v.CanInt():
				add(int(v.Int()))
			default:
				panic(fmt.Sprintf("argument of type %T", a))
			}
		}
	}
	return words
}

// peek and poke reach into the guest's memory between calls.
func (p *proxy) peek(at, n int) []byte {
	p.Helper()
	b := make([]byte, n)
	p.world.Kernel.Lock()
	defer p.world.Kernel.Unlock()
	if e := p.mem.CopyIn(b, uint32(at)); e != abi.OK {
		p.Fatalf("peek %#x: %v", at, e)
	}
	return b
}

func (p *proxy) poke(at int, b []byte) {
	p.Helper()
	p.world.Kernel.Lock()
	defer p.world.Kernel.Unlock()
	if e := p.mem.CopyOut(uint32(at), b); e != abi.OK {
		p.Fatalf("poke %#x: %v", at, e)
	}
}

// wait returns how the program ended.
func (p *proxy) wait() wasix.Status {
	p.Helper()
	ch := make(chan wasix.Status, 1)
	go func() { ch <- p.proc.Wait() }()
	select {
	case s := <-ch:
		return s
	case <-time.After(time.Minute):
		p.Fatal("the program does not end")
		return wasix.Status{}
	}
}

// later makes a call on another goroutine: one that waits.
func (p *proxy) later(name string, args ...any) <-chan *answer {
	ch := make(chan *answer, 1)
	go func() { ch <- p.call(name, args...) }()
	return ch
}

// get returns the answer of a call made later.
func (p *proxy) get(ch <-chan *answer) *answer {
	p.Helper()
	select {
	case a := <-ch:
		return a
	case <-time.After(time.Minute):
		p.Fatal("the call does not return")
		return nil
	}
}

// parked waits until the program waits in a call.
func (p *proxy) parked() {
	p.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(time.Millisecond) {
		p.world.Kernel.Lock()
		t := p.proc.Thread()
		parked := t.Parked()
		p.world.Kernel.Unlock()
		if parked {
			return
		}
	}
	p.Fatal("the program does not wait")
}

// drained waits until what the program has written has been taken, or refused.
func (p *proxy) drained() {
	p.Helper()
	for end := time.Now().Add(time.Minute); p.proc.Writing(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			p.Fatal("the output is not taken")
		}
	}
}

// bad is a path that is not in the memory.
type bad struct{}

// at is a u32 that the call reads and changes.
type at uint32

// getcwd checks the current directory, with room for n bytes.
func (p *proxy) getcwd(n uint32, want string) {
	p.Helper()
	a := p.ok("getcwd", out(n), at(n)).text(0, want+"\x00").is(1, uint64(len(want)))
	if a.errno != abi.OK {
		p.Fatal("no current directory")
	}
}

// cwdFails makes a call of getcwd for which n bytes are not enough.
func (p *proxy) cwdFails(want abi.Errno, n uint32) {
	p.Helper()
	p.allowWrites = true
	defer func() { p.allowWrites = false }()
	p.fails(want, "getcwd", out(9), at(n))
}

// signals checks which signals the handler has got since the last time.
func (p *proxy) signals(want ...abi.Signal) {
	p.Helper()
	r, err := p.proc.Call("signals")
	if err != nil {
		p.Fatal(err)
	}
	var got []abi.Signal
	for v := r[0]; v != 0; v >>= 8 {
		got = append([]abi.Signal{abi.Signal(v)}, got...)
	}
	if !slices.Equal(got, want) {
		p.Errorf("the handler got %v, want %v", got, want)
	}
}

// signal sends a signal from the outside.
func (p *proxy) signal(sig abi.Signal) {
	p.Helper()
	if err := p.proc.Signal(sig); err != nil {
		p.Error(err)
	}
}

// value makes a call whose result is no errno.
func (p *proxy) value(name string, args ...any) *answer {
	p.Helper()
	a := p.call(name, args...)
	if a.err != nil {
		p.Fatalf("%s%v: %v", name, args, a.err)
	}
	return a
}
