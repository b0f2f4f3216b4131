//go:build !js

package wazerohost_test

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wasix-web/wasix-web/wasix"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
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
