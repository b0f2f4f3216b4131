//go:build !js

package syscalls

import (
	"testing"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/kernel"
)

// The calls that programs make most allocate nothing, whatever they are given.
// Opening a file makes its description, and nothing else.
func TestAllocations(t *testing.T) {
	x := posix(t)
	fd := x.file("file", "0123456789")
	one := x.iov(bufAt, 64)
	x.put32(0x3000, bufAt)
	x.put32(0x3004, 32)
	x.put32(0x3008, bufAt+32)
	x.put32(0x300c, 32)
	p, n := x.put(pathAt, "file")
	r, w := x.pipe()
	pipeEnd := x.p.FDs.Get(w).File
	var v guestmem.Vec
	x.put32(0x3100, 0)
	woken := func() kernel.Result {
		list := x.e.results[x.t]
		if len(list) != 1 {
			return kernel.Blocked
		}
		x.e.results[x.t] = list[:0]
		return list[0]
	}
	for name, c := range map[string]struct {
		most float64
		call func() kernel.Result
	}{
		"fd_seek":            {0, func() kernel.Result { return FdSeek(x.t, fd, 3, 0, result) }},
		"fd_seek to the end": {0, func() kernel.Result { return FdSeek(x.t, fd, 0, 2, result) }},
		"fd_write": {0, func() kernel.Result {
			FdSeek(x.t, fd, 0, 0, result)
			return FdWrite(x.t, fd, one, 1, result)
		}},
		"fd_write of two buffers": {0, func() kernel.Result {
			FdSeek(x.t, fd, 0, 0, result)
			return FdWrite(x.t, fd, 0x3000, 2, result)
		}},
		"fd_read": {0, func() kernel.Result {
			FdSeek(x.t, fd, 0, 0, result)
			return FdRead(x.t, fd, one, 1, result)
		}},
		"fd_read of two buffers": {0, func() kernel.Result {
			FdSeek(x.t, fd, 0, 0, result)
			return FdRead(x.t, fd, 0x3000, 2, result)
		}},
		"fd_pread":          {0, func() kernel.Result { return FdPread(x.t, fd, one, 1, 2, result) }},
		"fd_tell":           {0, func() kernel.Result { return FdTell(x.t, fd, result) }},
		"fd_fdstat_get":     {0, func() kernel.Result { return FdFdstatGet(x.t, fd, result) }},
		"fd_filestat_get":   {0, func() kernel.Result { return FdFilestatGet(x.t, fd, result) }},
		"path_filestat_get": {0, func() kernel.Result { return PathFilestatGet(x.t, 3, 1, p, n, result) }},
		"clock_time_get":    {0, func() kernel.Result { return ClockTimeGet(x.t, 1, 0, result) }},
		"random_get":        {0, func() kernel.Result { return RandomGet(x.t, bufAt, 64) }},
		"sched_yield":       {0, func() kernel.Result { return SchedYield(x.t) }},
		"futex_wake":        {0, func() kernel.Result { return FutexWake(x.t, bufAt, result) }},
		"pipe": {0, func() kernel.Result {
			FdWrite(x.t, w, one, 1, result)
			return FdRead(x.t, r, one, 1, result)
		}},
		"fd_read that waits": {0, func() kernel.Result {
			if r := FdRead(x.t, r, one, 1, result); r != kernel.Blocked {
				return r
			}
			v.Load(x.t.Mem, one, 1) // not by a call: x.t is busy
			pipeEnd.Object.Write(&x.t.Ctx, pipeEnd, &v)
			x.k.Drain()
			return woken()
		}},
		"futex_wait that waits": {0, func() kernel.Result {
			if r := FutexWait(x.t, 0x3100, 0, 0, result); r != kernel.Blocked {
				return r
			}
			x.p.Futexes.Wake(0x3100, 1)
			x.k.Drain()
			return woken()
		}},
		"poll_oneoff": {0, func() kernel.Result { return x.poll(sub{fd: w, write: true}, sub{clock: true, timeout: 1}) }},
		"path_open and fd_close": {2, func() kernel.Result {
			PathOpen(x.t, 3, 1, p, n, 0, uint64(abi.RightsAll), 0, 0, result)
			return FdClose(x.t, int32(x.u32(result)))
		}},
	} {
		var last kernel.Result
		if got := testing.AllocsPerRun(50, func() { last = c.call() }); got > c.most {
			t.Errorf("%s: %v allocations, want at most %v", name, got, c.most)
		}
		if last != kernel.Success {
			t.Errorf("%s: %v", name, last.Errno())
		}
	}
}
