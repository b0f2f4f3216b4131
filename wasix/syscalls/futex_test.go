//go:build !js

package syscalls

import (
	"testing"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/kernel"
)

const word = 0x6000

func (x *env) timeout(ns uint64) uint32 {
	o := abi.OptionTimestamp{Tag: abi.OptionSome, Some: ns}
	o.Put(x.mem[0x7000:])
	return 0x7000
}

func TestFutex(t *testing.T) {
	x := posix(t)
	other := x.second()
	x.put32(word, 5)
	x.ok(FutexWait(x.t, word, 4, 0, result)) // another value: no wait
	if x.mem[result] != 1 {
		t.Error("not woken")
	}
	x.blocks(FutexWait(x.t, word, 5, x.timeout(1e9), result))
	x.ok(FutexWake(other, word+4, result+8))
	x.waits(x.t)
	x.ok(FutexWake(other, word, result+8))
	x.ends(x.t, abi.OK)
	if x.mem[result] != 1 || x.mem[result+8] != 1 {
		t.Error("not woken")
	}
	if x.e.alarm != 0 {
		t.Error("the alarm stays set")
	}
	// Nobody waits: woken anyway.
	x.ok(FutexWake(other, word, result+9))
	x.ok(FutexWakeAll(other, word, result+10))
	if x.mem[result+9] != 1 || x.mem[result+10] != 1 {
		t.Error("woken is 0")
	}
}

func TestFutexTimeout(t *testing.T) {
	x := posix(t)
	x.put32(word, 5)
	x.blocks(FutexWait(x.t, word, 5, x.timeout(1000), result))
	x.e.pass(1000)
	x.ends(x.t, abi.OK)
	if x.mem[result] != 0 {
		t.Error("woken by the timeout")
	}
	if x.p.Futexes.Len() != 0 {
		t.Error("still queued")
	}
	o := abi.OptionTimestamp{}
	o.Put(x.mem[0x7000:])
	x.blocks(FutexWait(x.t, word, 5, 0x7000, result))
	if x.e.alarm != 0 {
		t.Error("an alarm without timeout")
	}
}

// libc traps when the call fails, so a signal looks like a wake.
func TestFutexSignal(t *testing.T) {
	x := posix(t)
	x.put32(word, 5)
	x.blocks(FutexWait(x.t, word, 5, 0, result))
	x.interrupt()
	x.ends(x.t, abi.OK)
	if x.mem[result] != 1 || x.p.Futexes.Len() != 0 {
		t.Error("not woken")
	}
}

func TestFutexWakeAll(t *testing.T) {
	x := posix(t)
	x.put32(word, 5)
	a, b := x.second(), x.second()
	for i, w := range []*kernel.Thread{a, b} {
		if r := FutexWait(w, word, 5, 0, result+1+uint32(i)); r != kernel.Blocked {
			t.Fatal(r)
		}
	}
	x.ok(FutexWakeAll(x.t, word, result))
	x.ends(a, abi.OK)
	x.ends(b, abi.OK)
}

// Two memories have nothing to do with each other.
func TestFutexOfOtherProcess(t *testing.T) {
	x := posix(t)
	_, other := x.process(false)
	x.put32(word, 5)
	x.blocks(FutexWait(x.t, word, 5, 0, result))
	x.ok(FutexWake(other, word, result))
	x.waits(x.t)
}

func TestFutexErrors(t *testing.T) {
	x := posix(t)
	x.put32(word, 5)
	x.fails(FutexWait(x.t, word+1, 5, 0, result), abi.EINVAL)
	x.fails(FutexWait(x.t, memSize, 5, 0, result), abi.EFAULT)
	x.fails(FutexWait(x.t, word, 5, memSize-15, result), abi.EFAULT)
	x.fails(FutexWait(x.t, word, 5, 0, memSize), abi.EFAULT)
	x.mem[0x7000] = 2
	x.fails(FutexWait(x.t, word, 5, 0x7000, result), abi.EINVAL)
	x.fails(FutexWake(x.t, word+2, result), abi.EINVAL)
	x.fails(FutexWake(x.t, memSize, result), abi.EFAULT)
	x.fails(FutexWakeAll(x.t, word, memSize), abi.EFAULT)
}
