//go:build !js

package wazerohost_test

import (
	"strings"
	"testing"

	"github.com/wasix-web/wasix-web/wasix"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/clock"
)

func TestArgs(t *testing.T) {
	w := newWorld(t)
	p := w.proxy(func(c *wasix.Command) { c.Args = []string{"a", "bc"} })
	p.ok("args_sizes_get", out(4), out(4)).is(0, 2).is(1, 5).traced(
		`==> args_sizes_get()`,
		`<== (argc=2,argv_buf_size=5,errno=ESUCCESS)`)
	a := p.ok("args_get", out(8), out(5))
	at := a.u32(0)
	a.is(0, uint64(at+2)<<32|uint64(at)).text(1, "a\x00bc\x00")

	p.fails(abi.EFAULT, "args_sizes_get", out(4), nowhere).traced(`==> args_sizes_get()`, `<== errno=EFAULT`)
	p.fails(abi.EFAULT, "args_sizes_get", nowhere, out(4))
	p.fails(abi.EFAULT, "args_get", nowhere, out(5))
	p.fails(abi.EFAULT, "args_get", out(8), nowhere)
	// The end of the memory is the end of the buffer.
	end := int(p.mem.Size())
	p.fails(abi.EFAULT, "args_get", out(8), end-4)
	p.fails(abi.EFAULT, "args_get", end-7, out(5))

	p = w.proxy(func(c *wasix.Command) { c.Args = nil })
	p.ok("args_sizes_get", out(4), out(4)).is(0, 0).is(1, 0)
	p.ok("args_get", 0, 0)
}

func TestEnviron(t *testing.T) {
	w := newWorld(t)
	p := w.proxy(func(c *wasix.Command) { c.Env = []string{"A=1", "PATH=/bin"} })
	p.ok("environ_sizes_get", out(4), out(4)).is(0, 2).is(1, 14).traced(
		`==> environ_sizes_get()`,
		`<== (environ_count=2,environ_buf_size=14,errno=ESUCCESS)`)
	a := p.ok("environ_get", out(8), out(14))
	at := a.u32(0)
	a.is(0, uint64(at+4)<<32|uint64(at)).text(1, "A=1\x00PATH=/bin\x00")
	p.fails(abi.EFAULT, "environ_sizes_get", out(4), nowhere)
	p.fails(abi.EFAULT, "environ_sizes_get", nowhere, out(4))
	p.fails(abi.EFAULT, "environ_get", nowhere, out(14))
	p.fails(abi.EFAULT, "environ_get", out(8), nowhere).traced(`==> environ_get(environ=0x400,environ_buf=0xfffffff0)`, `<== errno=EFAULT`)
}

// Ten megabytes of environment reach the program.
func TestEnvironOf10MB(t *testing.T) {
	const n, size = 1000, 10_000
	w := newWorld(t)
	p := w.proxy(func(c *wasix.Command) {
		for range n {
			c.Env = append(c.Env, "V="+strings.Repeat("x", size-3))
		}
	})
	p.ok("environ_sizes_get", out(4), out(4)).is(0, n).is(1, n*size)
	p.fails(abi.EFAULT, "environ_get", out(4*n), 70000)
}

func TestCommandRefusesNUL(t *testing.T) {
	w := newWorld(t)
	prog, err := w.Load(wasixProxy())
	if err != nil {
		t.Fatal(err)
	}
	defer prog.Close()
	for _, c := range []wasix.Command{{Args: []string{"a", "b\x00c"}}, {Env: []string{"A=\x00"}}} {
		c.Program = prog
		if _, err := w.Start(c); err == nil || !strings.Contains(err.Error(), "NUL") {
			t.Errorf("%v", err)
		}
	}
}

func TestClocks(t *testing.T) {
	p := newWorld(t, func(c *wasix.Config) { c.Clock = &clock.Fixed{Now: 5e18, Step: 1000} }).proxy()
	for id := range 4 {
		p.ok("clock_res_get", id, out(8)).is(0, 1000)
	}
	first := p.ok("clock_time_get", abi.ClockidRealtime, 1, out(8)).u64(0)
	second := p.ok("clock_time_get", abi.ClockidRealtime, 0, out(8)).u64(0)
	if first < 5e18 || second != first+1000 {
		t.Errorf("realtime %d, then %d", first, second)
	}
	a := p.ok("clock_time_get", abi.ClockidMonotonic, 1, out(8)).u64(0)
	if b := p.ok("clock_time_get", abi.ClockidMonotonic, 1, out(8)).u64(0); b <= a {
		t.Errorf("monotonic %d, then %d", a, b)
	}
	p.ok("clock_time_get", abi.ClockidProcessCputimeID, 1, out(8))
	p.ok("clock_time_get", abi.ClockidThreadCputimeID, 1, out(8))

	p.fails(abi.EINVAL, "clock_res_get", 4, out(8)).traced(`==> clock_res_get(id=4)`, `<== errno=EINVAL`)
	p.fails(abi.EFAULT, "clock_res_get", 0, nowhere)
	p.fails(abi.EINVAL, "clock_time_get", 4, 0, out(8))
	p.fails(abi.EINVAL, "clock_time_get", -1, 0, out(8))
	p.fails(abi.EFAULT, "clock_time_get", 0, 0, p.mem.Size()-7)
}

func TestClockTimeSet(t *testing.T) {
	w := newWorld(t)
	p, q := w.proxy(), w.proxy()
	p.ok("clock_time_get", abi.ClockidRealtime, 0, out(8)).is(0, 1e18).traced(
		`==> clock_time_get(id=REALTIME,precision=0)`,
		`<== (time=1000000000000000000,errno=ESUCCESS)`)
	p.ok("clock_time_set", abi.ClockidRealtime, uint64(77)).traced(
		`==> clock_time_set(id=REALTIME,timestamp=77)`, `<== errno=ESUCCESS`)
	q.ok("clock_time_get", abi.ClockidRealtime, 0, out(8)).is(0, 77)
	p.fails(abi.EINVAL, "clock_time_set", abi.ClockidMonotonic, uint64(77))
	p.fails(abi.EINVAL, "clock_time_set", 9, uint64(77))
}

func TestRandom(t *testing.T) {
	p := newProxy(t)
	p.ok("random_get", out(5), 5).text(0, "\x00\x01\x02\x03\x04").traced(
		`==> random_get(buf=0x400,buf_len=5)`, `<== errno=ESUCCESS`)
	p.ok("random_get", out(5), 3).text(0, "\x05\x06\x07")
	p.ok("random_get", 0, 0)
	// More than is made at a time.
	b := p.ok("random_get", out(100_000), 100_000).outs[0]
	for i := range b {
		if b[i] != byte(i+8) {
			t.Fatalf("byte %d is %d", i, b[i])
		}
	}
	p.fails(abi.EFAULT, "random_get", nowhere, 5)
	p.fails(abi.EFAULT, "random_get", p.mem.Size()-4, 5)
	p.fails(abi.EFAULT, "random_get", 16, 0xffffffff)
	// Nothing was taken from the source.
	p.ok("random_get", out(1), 1).is(0, (100_000+8)&0xff)
}

func TestSchedYield(t *testing.T) {
	p := newProxy(t)
	for range 100 {
		p.ok("sched_yield")
	}
}

func TestTtyWithoutTerminal(t *testing.T) {
	p := newProxy(t)
	p.fails(abi.ENOTTY, "tty_get", out(24)).traced(`==> tty_get()`, `<== errno=ENOTTY`)
	p.fails(abi.ENOTTY, "tty_set", in(make([]byte, 24)))
}
