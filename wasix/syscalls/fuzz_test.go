//go:build !js

package syscalls

import (
	"bytes"
	"encoding/binary"
	"math/rand"
	"testing"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// fuzzed are the calls that need nothing of an engine.
var fuzzed = []abi.CallID{
	abi.CallArgsGet, abi.CallArgsSizesGet, abi.CallClockResGet, abi.CallClockTimeGet, abi.CallClockTimeSet,
	abi.CallEnvironGet, abi.CallEnvironSizesGet, abi.CallRandomGet, abi.CallSchedYield, abi.CallTtyGet, abi.CallTtySet,
	abi.CallFdAdvise, abi.CallFdAllocate, abi.CallFdClose, abi.CallFdDatasync, abi.CallFdFdstatGet,
	abi.CallFdFdstatSetFlags, abi.CallFdFdstatSetRights, abi.CallFdFilestatGet, abi.CallFdFilestatSetSize,
	abi.CallFdFilestatSetTimes, abi.CallFdPread, abi.CallFdPrestatDirName, abi.CallFdPrestatGet, abi.CallFdPwrite,
	abi.CallFdRead, abi.CallFdReaddir, abi.CallFdRenumber, abi.CallFdSeek, abi.CallFdSync, abi.CallFdTell,
	abi.CallFdWrite, abi.CallFdDup, abi.CallFdDup2, abi.CallFdEvent, abi.CallFdFdflagsGet, abi.CallFdFdflagsSet,
	abi.CallFdPipe, abi.CallUnstableFdFilestatGet, abi.CallUnstableFdSeek,
	abi.CallPathCreateDirectory, abi.CallPathFilestatGet, abi.CallPathFilestatSetTimes, abi.CallPathLink,
	abi.CallPathOpen, abi.CallPathReadlink, abi.CallPathRemoveDirectory, abi.CallPathRename, abi.CallPathSymlink,
	abi.CallPathUnlinkFile, abi.CallChdir, abi.CallGetcwd, abi.CallPathOpen2, abi.CallUnstablePathFilestatGet,
	abi.CallPollOneoff, abi.CallUnstablePollOneoff, abi.CallEpollCreate, abi.CallEpollCtl, abi.CallEpollWait,
	abi.CallFutexWait, abi.CallFutexWake, abi.CallFutexWakeAll, abi.CallThreadId, abi.CallThreadParallelism,
	abi.CallThreadSleep, abi.CallProcId, abi.CallProcParent,
}

// mayWrite are the calls that can have written something when they fail: part of
// what was asked for, or how much room would do.
var mayWrite = map[abi.CallID]bool{
	abi.CallFdRead: true, abi.CallFdPread: true, abi.CallFdReaddir: true, abi.CallGetcwd: true,
	abi.CallPathReadlink: true, abi.CallArgsGet: true, abi.CallEnvironGet: true,
}

// source makes arguments of a fuzzer's bytes.
type source struct{ b []byte }

func (s *source) byte() byte {
	if len(s.b) == 0 {
		return 0
	}
	c := s.b[0]
	s.b = s.b[1:]
	return c
}

// arg is most often something sensible.
func (s *source) arg(k abi.Kind) uint64 {
	c := s.byte()
	switch c % 8 {
	case 6:
		return uint64(uint32(memSize - int32(c>>3)))
	case 7:
		var w [8]byte
		for i := range w {
			w[i] = s.byte()
		}
		return binary.LittleEndian.Uint64(w[:])
	}
	c >>= 3
	switch {
	case k.Pointer():
		return uint64(0x1000 + 0x40*uint32(c))
	case k == abi.KindFd:
		return uint64(c % 12)
	case k.ValType() == abi.I64:
		return []uint64{0, 1, uint64(c), 1 << 16, 1 << 40, 1<<64 - 1}[s.byte()%6]
	}
	return uint64(c)
}

// content is what pointers lead to: names, buffers, subscriptions.
func content(mem guestmem.Bytes) {
	for i := range mem {
		mem[i] = "a/b/../.\x00?"[i%10]
	}
	for i := 0x1000; i < 0x1800; i += 64 {
		copy(mem[i:], []string{"a", "b", "dir", "dir/a", "..", "/", "link", "dir/"}[i/64%8])
	}
	for i := 0x1400; i < 0x1c00; i += 8 {
		binary.LittleEndian.PutUint32(mem[i:], uint32(0x4000+i))
		binary.LittleEndian.PutUint32(mem[i+4:], uint32(i%97))
	}
	for i := 0x1600; i < 0x1800; i += abi.SizeSubscription {
		s := sub{fd: int32(i / 48 % 9), write: i%32 == 0, clock: i%5 == 0, timeout: uint64(i)}.wire(i)
		s.Put(mem[i:])
	}
}

// play makes one call after the other of the bytes, until one does not return.
func play(t *testing.T, data []byte) {
	s := &source{data}
	x := newEnv(t, s.byte()%2 == 0)
	x.p.Args, x.p.Environ = []string{"x", "yy"}, []string{"K=V"}
	content(x.mem)
	for len(s.b) > 0 && !x.p.Exiting() {
		id := fuzzed[int(s.byte())%len(fuzzed)]
		args := make([]uint64, len(abi.Calls[id].Params))
		for i, p := range abi.Calls[id].Params {
			args[i] = s.arg(p.Kind)
			if p.Kind.ValType() == abi.I32 {
				args[i] = uint64(uint32(args[i]))
			}
		}
		// A file of some exabytes is fine, one with bytes in all of it is not.
		if id == abi.CallFdAllocate {
			args[1], args[2] = args[1]%(1<<20), args[2]%(1<<20)
		}
		before := bytes.Clone(x.mem)
		r := Dispatch(x.t, id, args)
		switch {
		case r == kernel.Blocked:
			x.e.pass(1 << 40)
			x.k.Drain()
			if len(x.e.results[x.t]) == 0 {
				x.p.Kill(abi.SIGKILL)
			}
			if got := x.e.results[x.t]; len(got) != 1 {
				t.Fatalf("%s%v: resumed with %v", abi.Calls[id].Name, args, got)
			}
			delete(x.e.results, x.t)
		case r < 0:
			t.Fatalf("%s%v: result %d", abi.Calls[id].Name, args, r)
		case r.Errno() >= abi.NumErrno:
			t.Fatalf("%s%v: errno %d", abi.Calls[id].Name, args, r)
		case r.Errno() != abi.OK && !mayWrite[id] && !bytes.Equal(before, x.mem):
			t.Fatalf("%s%v: %v, and memory has changed", abi.Calls[id].Name, args, r.Errno())
		}
	}
	x.p.Exit(kernel.Status{})
	x.t.Done()
	x.k.Drain()
	if l := x.k.Live(); l != (kernel.Live{}) {
		t.Fatalf("left: %+v", l)
	}
	if e := x.ns.Unmount(&vfs.Ctx{}, "/"); e != abi.EINVAL { // the tree is still sound
		t.Fatal(e)
	}
}

func FuzzCalls(f *testing.F) {
	f.Add([]byte("0123456789"))
	f.Fuzz(play)
}

// The fuzzer's target over a fixed set of random programs.
func TestRandomCalls(t *testing.T) {
	rnd := rand.New(rand.NewSource(7))
	for range 60 {
		b := make([]byte, 2000)
		rnd.Read(b)
		play(t, b)
	}
}
