//go:build !js

package tty

import (
	"bytes"
	"math/rand"
	"testing"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

// check fails when a terminal is not as it must always be.
func (d *desk) check() {
	d.Helper()
	sum := 0
	for _, n := range d.lines {
		sum += n
	}
	switch {
	case d.state.LineBuffered && (sum != d.edit || len(d.cells) != len(d.in)-d.edit):
		d.Fatalf("lines of %d, line begins at %d of %d, %d cells", sum, d.edit, len(d.in), len(d.cells))
	case !d.state.LineBuffered && (len(d.lines) > 0 || len(d.cells) > 0 || d.edit != len(d.in)):
		d.Fatalf("raw: %d lines, %d cells, %d of %d", len(d.lines), len(d.cells), d.edit, len(d.in))
	case d.Unread() > Limit+1 || len(d.in) > Queue+1 || len(d.lines) > Queue+1:
		d.Fatalf("%d bytes, %d of them in the queue, %d lines", d.Unread(), len(d.in), len(d.lines))
	case len(d.out) > 0:
		d.Fatal("echo was left behind")
	case d.column < 0:
		d.Fatalf("column %d", d.column)
	case len(d.late) > 0 && d.ready():
		d.Fatal("keys wait for nothing")
	case d.readable() != d.ready1(waiter.In):
		d.Fatal("readiness")
	}
}

// act does what one step of a script says.
func (d *desk) act(op byte, arg []byte) {
	switch op % 9 {
	case 0, 1, 2:
		d.Input(bytes.Clone(arg))
	case 3:
		n := 1 + len(arg)*int(op)
		readable := d.readable()
		switch s, e := d.read(n); {
		case len(s) > n, (e == abi.OK) != readable, e != abi.OK && e != abi.EAGAIN:
			d.Fatalf("read of %d, readable %v: %d bytes, %v", n, readable, len(s), e)
		}
	case 4:
		x := d.Tty()
		x.Echo, x.LineBuffered, x.LineFeeds = op&16 != 0, op&32 != 0, op&64 != 0
		d.SetTty(&x)
	case 5:
		d.Resize(uint32(op), uint32(len(arg)))
	case 6:
		d.room = int(op) * int(op)
		d.shown = nil
		d.Drained()
	case 7:
		if n, e := d.prints(string(arg)); n > len(arg) || e == abi.OK && n == 0 && len(arg) > 0 {
			d.Fatal(n, e)
		}
	case 8:
		if op > 240 {
			d.Close()
		}
	}
}

func FuzzDiscipline(f *testing.F) {
	f.Add([]byte("\x00\x05hello\x01\x03\r\x7f\x15\x03\x04\x34\x00\x00\x02\x04\x04\x06\x00"))
	f.Add([]byte("\x06\x00\x00\x05ab\x16\x03\xe6\x04\x00\x03\x97\xa5\x7f\x03\x00\x00\x02\x03\r"))
	f.Fuzz(func(t *testing.T, script []byte) {
		d := sit(t)
		for len(script) > 1 {
			op, n := script[0], min(int(script[1]), len(script)-2)
			d.act(op, script[2:2+n])
			script = script[2+n:]
			d.check()
		}
	})
}

// The same at random, and longer than the fuzzer likes.
func TestRandom(t *testing.T) {
	keys := []byte("ab é日\t\x7f\x15\x17\x16\x12\r\n\x04\x03\x1c\x1a\x1b[A\xff\x00")
	rnd := rand.New(rand.NewSource(1))
	for range 200 {
		d := sit(t)
		for range 300 {
			arg := make([]byte, rnd.Intn(40))
			for i := range arg {
				arg[i] = keys[rnd.Intn(len(keys))]
			}
			if rnd.Intn(100) == 0 {
				arg = bytes.Repeat(arg, 10_000)
			}
			d.act(byte(rnd.Intn(256)), arg)
			d.check()
		}
	}
}

// In raw mode what is typed is what is read, however it is cut.
func TestRawIsExact(t *testing.T) {
	rnd := rand.New(rand.NewSource(2))
	d := sit(t).set(false, false, true)
	var typed, got []byte
	for range 2000 {
		b := make([]byte, rnd.Intn(3000))
		for i := range b {
			for b[i] = byte(rnd.Intn(256)); signalOf(b[i]) != 0; b[i]++ {
			}
		}
		if d.Unread()+len(b) <= Limit {
			typed = append(typed, b...)
			d.Input(b)
		}
		if rnd.Intn(2) == 0 {
			s, _ := d.read(1 + rnd.Intn(4000))
			got = append(got, s...)
		}
		d.check()
	}
	for d.Unread() > 0 {
		s, _ := d.read(1 << 20)
		got = append(got, s...)
	}
	if !bytes.Equal(typed, got) {
		t.Errorf("%d bytes typed, %d read", len(typed), len(got))
	}
}
