//go:build !js

package wazerohost_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/wasix-web/wasix-web/providers/memfs"
	"github.com/wasix-web/wasix-web/wasix"
	"github.com/wasix-web/wasix-web/wasix/abi"
)

// FuzzSyscalls makes random calls with random arguments in three processes. The
// kernel must not panic, every call returns or waits, a call that fails writes
// nothing, one that succeeds only where its parameters say, and in the end
// nothing is left.
func FuzzSyscalls(f *testing.F) {
	for seed := range uint64(20) {
		f.Add(randomProgram(seed, 400))
	}
	f.Fuzz(func(t *testing.T, data []byte) { newFuzz(t, data).run() })
}

// TestRandomCalls is the same with more calls, and the same ones every time.
func TestRandomCalls(t *testing.T) {
	n := uint64(15)
	if testing.Short() {
		n = 4
	}
	for seed := range n {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			f := newFuzz(t, randomProgram(1000+seed, 8000))
			f.run()
		})
	}
}

func randomProgram(seed uint64, n int) []byte {
	r := rand.New(rand.NewPCG(seed, 1))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

// fuzz is one run.
type fuzz struct {
	*testing.T
	w     *world
	data  []byte
	procs [3]*fuzzed
	log   []string
}

// fuzzed is one of the processes.
type fuzzed struct {
	*proxy
	wasi  bool
	image *fuzzImage
	busy  chan *answer // of the call it waits in
}

func newFuzz(t *testing.T, data []byte) *fuzz {
	f := &fuzz{T: t, data: data}
	f.w = newTree(t, func(c *wasix.Config) {
		c.Root = memfs.New(memfs.Config{MaxBytes: 8 << 20, MaxFileSize: 1 << 33})
		c.MaxFiles, c.MaxProcesses = 32, 8
		c.Trace = nil
	})
	if err := f.w.FS().WriteFile("/bin/hello", hello()); err != nil {
		t.Fatal(err)
	}
	for i := range f.procs {
		f.procs[i] = f.start(i == 2)
	}
	return f
}

func (f *fuzz) start(wasi bool) *fuzzed {
	quiet := func(c *wasix.Command) { c.Trace = false }
	p := &fuzzed{wasi: wasi, image: newFuzzImage()}
	if wasi {
		p.proxy = f.w.wasi(quiet)
	} else {
		p.proxy = f.w.proxy(quiet)
	}
	return p
}

func (f *fuzz) byte() byte {
	if len(f.data) == 0 {
		return 0
	}
	b := f.data[0]
	f.data = f.data[1:]
	return b
}

func (f *fuzz) word() uint64 {
	var b [8]byte
	n := copy(b[:], f.data)
	f.data = f.data[n:]
	return binary.LittleEndian.Uint64(b[:])
}

func (f *fuzz) run() {
	ends := 0
	for len(f.data) > 0 {
		i := int(f.byte()) % len(f.procs)
		p := f.procs[i]
		if p.busy != nil {
			select {
			case a := <-p.busy:
				p.busy = nil
				f.over(p, a)
			default: // it waits; sometimes it is told to stop
				if f.byte()%8 == 0 {
					p.proc.Signal(abi.SIGUSR1)
				}
			}
			continue
		}
		c := &abi.Calls[int(f.byte())%int(abi.NumCalls)]
		if p.wasi && (c.Module == abi.ModuleWasix || c.Module == abi.ModuleWasi) {
			continue
		}
		if c.Noreturn && c.ID != abi.CallCallbackSignal {
			if ends++; ends > 4 {
				continue
			}
		}
		a := f.call(p, c)
		if a == nil {
			continue
		}
		if a.err != nil { // it has ended
			f.procs[i] = f.start(p.wasi)
		}
	}
	// Whoever waits is killed; newWorld looks whether anything is left.
	for _, p := range f.procs {
		p.proc.Signal(abi.SIGKILL)
	}
}

// call makes a call. It returns nil when the process waits in it.
func (f *fuzz) call(p *fuzzed, c *abi.Call) *answer {
	m := p.image
	m.reset()
	args := f.args(m, c)
	p.lock(func() { p.mem.CopyOut(0, m.b) }) // unless another process has ended it
	f.log = append(f.log, fmt.Sprintf("%d: %s %#x", p.proc.PID, c.Export, args))
	done := make(chan *answer, 1)
	go func() {
		a := &answer{name: c.Export}
		var r []uint64
		if r, a.err = p.proc.Call(c.Export, args...); a.err == nil && len(r) > 0 {
			a.errno = abi.Errno(uint32(r[0]))
			if c.Value && int32(r[0]) >= 0 {
				a.errno = abi.OK
			}
		}
		done <- a
	}()
	m.call, m.args = c, args
	t := p.proc.Thread()
	for begin := time.Now(); ; {
		select {
		case a := <-done:
			f.over(p, a)
			return a
		case <-time.After(50 * time.Microsecond):
		}
		parked := false
		p.lock(func() { parked = t.Parked() })
		if parked {
			p.busy = done
			return nil
		}
		if time.Since(begin) > time.Minute {
			f.Fatalf("%s neither returns nor waits:\n%s", c.Export, f.tail())
		}
	}
}

// inOut are calls that write a result, the size they would need, when they fail.
var inOut = map[string]bool{"getcwd": true, "reflect_signature": true, "port_addr_list": true, "port_route_list": true}

// over looks at the memory after a call.
func (f *fuzz) over(p *fuzzed, a *answer) {
	if a.err != nil {
		if s := p.wait(); strings.Contains(s.Trap, "recovered") || strings.Contains(s.Trap, "panic") {
			f.Errorf("%s ended with %s\n%s", a.name, s.Trap, f.tail())
		}
		return
	}
	m := p.image
	after := make([]byte, len(m.b))
	ended := false
	p.lock(func() { ended = p.mem.CopyIn(after, 0) != abi.OK })
	if ended || bytes.Equal(after, m.b) {
		return
	}
	if a.errno != abi.OK && !inOut[a.name] {
		f.Errorf("%s failed with %v and wrote to memory\n%s", a.name, a.errno, f.tail())
		return
	}
	ok := m.writable()
	for i := range after {
		if after[i] != m.b[i] && !ok(i) {
			f.Errorf("%s wrote to %#x, which is no result\n%s", a.name, i, f.tail())
			return
		}
	}
}

func (f *fuzz) tail() string { return strings.Join(f.log[max(0, len(f.log)-30):], "\n") }

// fuzzImage is a memory with things in it that calls like to read.
type fuzzImage struct {
	blank []byte
	b     []byte
	paths []span
	lists []span // iovecs: address and number
	at    []int  // other addresses
	call  *abi.Call
	args  []uint64
}

var fuzzPaths = [...]string{"f", "d", "d/x", "e", "lf", "ld", "gone", "loop", "new", "new2", "d/../f", "/f", "/", ".", "..", "",
	"ro/r", "tiny/a", "dev/null", "dev/zero", "dev/full", "dev/urandom", "dev/stdin", "dev/fd/4", "dev/tty", "e/", "f/", "/bin/hello",
	"__wasm_signal", "localhost", "127.0.0.1", "\xff", "a\x00b", "K=V\nPATH=/bin", "x/y/z/../../.."}

func newFuzzImage() *fuzzImage {
	img := newImage(2 << 16)
	m := &fuzzImage{}
	for _, s := range fuzzPaths {
		m.paths = append(m.paths, span{img.put([]byte(s)), len(s)})
	}
	long := strings.Repeat("long/", 1000)
	m.paths = append(m.paths, span{img.put([]byte(long)), len(long)}, span{img.put([]byte(long)), 300})
	const buf = 1 << 16 // where the buffers are
	for _, words := range [][]uint32{
		{buf, 5}, {buf, 100, buf + 200, 0, buf + 300, 50}, {buf, 60000}, {buf, 0}, {nowhere, 4}, {buf, 4, nowhere, 4},
		{0xffffffff, 0xffffffff}, {buf, 1 << 31, buf, 1 << 31}, {buf, 8}, {buf + 1000, 4096},
	} {
		m.lists = append(m.lists, span{img.put(iovec(words...)), len(words) / 2})
	}
	subs := subscriptions([]abi.Subscription{onRead(4), onWrite(5), onClock(abi.ClockidMonotonic, 1e6, 0), onRead(0), onClock(9, 1, 9), onRead(77)})
	for i := range 6 {
		m.at = append(m.at, img.put(subs[i*48:]))
	}
	m.at = append(m.at, img.put(epollEvent(abi.EpollIn|abi.EpollEt, 7)), img.put(epollEvent(abi.EpollOut, 8)),
		img.put(futexTimeout(abi.OptionSome, 1e6)), img.put(futexTimeout(abi.OptionNone, 0)), img.put(futexTimeout(9, 0)),
		img.put([]byte{1, 0, 0x1f, 0x90, 127, 0, 0, 1}), img.put([]byte{1, 0, 0, 0, 0, 0, 0, 0}), img.put([]byte{2, 0, 0x1f, 0x90}),
		img.put([]byte{3, 0, 0, 0, '/', 's', 'o', 'c', 'k', 0}), img.put(iovec(1, 2, 3, 4)), img.put(iovec(0xffffffff, 0, 64)))
	m.blank = img.b
	m.b = bytes.Clone(m.blank)
	return m
}

func (m *fuzzImage) reset() { copy(m.b, m.blank) }

// args chooses arguments. A length mostly fits the address before it.
func (f *fuzz) args(m *fuzzImage, c *abi.Call) []uint64 {
	args := make([]uint64, len(c.Params))
	fits := -1
	for i, p := range c.Params {
		how := f.byte()
		base := p.Kind.Base()
		switch {
		case how >= 250:
			args[i] = f.word()
		case fits >= 0 && (base == abi.KindLen || base == abi.KindSize) && how < 220:
			args[i] = uint64(fits)
		case base == abi.KindString && p.Kind&abi.Out == 0:
			s := m.paths[int(how)%len(m.paths)]
			args[i] = uint64(s.at)
			fits = s.n
			continue
		case base == abi.KindIovec || base == abi.KindCiovec:
			s := m.lists[int(how)%len(m.lists)]
			args[i] = uint64(s.at)
			fits = s.n
			continue
		case p.Kind&abi.In != 0:
			args[i] = uint64(m.at[int(how)%len(m.at)])
			fits = 1 + int(how>>6)
			continue
		case p.Kind&abi.Out != 0 || base == abi.KindPtr || base == abi.KindBuf:
			args[i] = f.address(m, how)
			fits = []int{0, 1, 8, 100, 512, 4096, 1, 16}[how%8]
			continue
		case base == abi.KindFd:
			args[i] = uint64(uint32([]int32{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, -1, -2, 31, 32, math.MaxInt32, math.MinInt32}[how%18]))
		case base == abi.KindPid || base == abi.KindTid:
			args[i] = uint64(uint32([]int32{0, 1, 2, 3, 4, -1, 99, math.MinInt32}[how%8]))
		case p.Kind.ValType() == abi.I64:
			args[i] = []uint64{0, 1, 3, 100, 4096, 1e6, 1 << 32, 1<<33 + 5, 1 << 40, math.MaxInt64, 1 << 63, math.MaxUint64, ^uint64(0) - 4}[how%13]
		case base == abi.KindSize || base == abi.KindLen:
			args[i] = uint64([]uint32{0, 1, 2, 8, 24, 100, 1024, 4096, 65535, 70000, 1 << 20, 1 << 31, math.MaxUint32}[how%13])
		case base == abi.KindSignal:
			args[i] = uint64([]uint32{0, 1, 10, 12, 17, 28, 17, 28, 40, 64, 65, 255, 300}[how%13])
		default: // flags and small numbers
			args[i] = uint64(how % 32)
		}
		fits = -1
	}
	return args
}

func (f *fuzz) address(m *fuzzImage, how byte) uint64 {
	switch {
	case how < 200:
		return uint64(80000 + 128*int(how%100))
	case how < 210:
		return uint64(len(m.b) - int(how-200)) // around the end
	case how < 215:
		return nowhere
	case how < 220:
		return 0
	}
	return uint64(m.at[int(how)%len(m.at)])
}

// writable tells which bytes the call may write: what its out parameters point
// to, and the buffers of its iovecs.
func (m *fuzzImage) writable() func(i int) bool {
	var spans []span
	add := func(at, n uint64) { spans = append(spans, span{int(uint32(at)), int(min(n, 1<<32))}) }
	for i, p := range m.call.Params {
		next := uint64(0) // the parameter that may be a length
		if i+1 < len(m.args) {
			next = uint64(uint32(m.args[i+1]))
			if m.call.Params[i+1].Kind&(abi.In|abi.Out) != 0 { // the address of a length
				if at := next; at+4 <= uint64(len(m.b)) {
					next = uint64(binary.LittleEndian.Uint32(m.b[at:]))
				}
			}
		}
		base := p.Kind.Base()
		size := uint64(base.Size())
		switch {
		case base == abi.KindIovec:
			for k := uint64(0); k < next && k < 1024; k++ {
				at := uint64(uint32(m.args[i])) + 8*k
				if at+8 <= uint64(len(m.b)) {
					add(uint64(binary.LittleEndian.Uint32(m.b[at:])), uint64(binary.LittleEndian.Uint32(m.b[at+4:])))
				}
			}
		case base == abi.KindBuf, base == abi.KindPtr, base == abi.KindString && p.Kind&abi.Out != 0:
			add(m.args[i], max(next, 1<<12)) // strings of args_get and their like have no length
		case p.Kind&abi.Array != 0 && p.Kind&abi.Out != 0:
			n := next
			for k := i + 1; k < len(m.args); k++ { // the array's length may come later
				n = max(n, uint64(uint32(m.args[k])))
			}
			add(m.args[i], size*min(n, 1<<16))
		case p.Kind&abi.Out != 0:
			add(m.args[i], size)
		}
	}
	return func(i int) bool {
		for _, s := range spans {
			if i >= s.at && i < s.at+s.n {
				return true
			}
		}
		return false
	}
}
