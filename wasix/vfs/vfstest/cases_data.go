package vfstest

import (
	"math"
	"strconv"
	"strings"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

var dataCases = []Case{
	{Name: "data/write and read", Script: []string{
		"hold f f r w creat", "hwrite f hello = 5", "hread f 9 = ", "hseek f 0 set = 0", "hread f 2 = he", "hread f 9 = llo", "hread f 9 = ",
		"hseek f 1 set = 1", "hwrite f ipp = 3", "hpread f 0 9 = hippo", "hseek f 0 cur = 4", `hwrite f "" = 0`, "hread f 0 = ",
		"hpread f 9 9 = ", "hpread f 2 0 = ", "hstat f = file 5 1",
	}},
	{Name: "data/seek", Script: []string{
		"write f 0123456789", "hold f f r w", "hseek f 3 set = 3", "hseek f 2 cur = 5", "hseek f -1 end = 9", "hread f 9 = 9", "hseek f -5 cur = 5",
		"hseek f -1 set = EINVAL", "hseek f -6 cur = EINVAL", "hseek f -11 end = EINVAL", "hseek f 0 cur = 5", "hseek f 100 end = 110", "hread f 9 = ",
		"hstat f = file 10 1", "hseek f 9223372036854775807 set = 9223372036854775807 or EINVAL",
		"hseek f 1 cur = EOVERFLOW or EINVAL", "hread f 1 =  or EINVAL", "hseek f 0 set = 0",
	}},
	{Name: "data/pread and pwrite", Script: []string{
		"hold f f r w creat", "hpwrite f 2 cd = 2", `hpread f 0 9 = "\x00\x00cd"`, "hpwrite f 0 ab = 2", "hpread f 0 9 = abcd", "hseek f 0 cur = 0",
		"hpread f -1 1 = EINVAL", "hpwrite f -1 x = EINVAL", "hpread f 9223372036854775807 1 =  or EINVAL", `hpwrite f 9 "" = 0`, "hstat f = file 4 1",
	}},
	{Name: "data/truncate", Script: []string{
		"write f 0123456789", "truncate f 4", "read f = 0123", "truncate f 6", `read f = "0123\x00\x00"`, "truncate f 0", "read f = ", "truncate f 3",
		`read f = "\x00\x00\x00"`, "hold f f r w", "htruncate f 0", "hseek f 5 set = 5", "hwrite f x = 1", `read f = "\x00\x00\x00\x00\x00x"`,
		"htruncate f 6", "hseek f 0 cur = 6", "htruncate f 2", "hwrite f y = 1", `read f = "\x00\x00\x00\x00\x00\x00y"`, "htruncate f -1 = EINVAL",
	}},
	{Name: "data/write after truncate", Script: []string{
		"hold f f r w creat", "hwrite f 12345678901234567 = 17", "htruncate f 0", "hwrite f Z = 1", "hstat f = file 18 1",
		`hpread f 0 99 = "` + strings.Repeat(`\x00`, 17) + `Z"`,
	}},
	{Name: "data/allocate", Ours: true, Script: []string{
		"hold f f r w creat", "hallocate f 0 100", "hstat f = file 100 1", "hallocate f 10 10", "hstat f = file 100 1", "hallocate f 90 20",
		"hstat f = file 110 1", "hpwrite f 0 abc = 3", "hallocate f 0 200", "hpread f 0 3 = abc", "hpread f 0 201 = " + `"abc` + strings.Repeat(`\x00`, 197) + `"`,
		"hallocate f 0 0 = EINVAL", "hallocate f -1 1 = EINVAL", "hallocate f 0x7fffffffffffffff 1 = EFBIG", "hallocate f 1 0x7fffffffffffffff = EFBIG",
		"hallocate f 200000 70000", "hstat f = file 270000 1", "hpread f 269999 9 = " + `"\x00"`,
	}},
	{Name: "data/holes", Needs: []Feature{Holes}, Func: holes},
	{Name: "data/huge sizes", Needs: []Feature{Holes}, Func: hugeSizes},
	{Name: "data/too large", Func: tooLarge},
	{Name: "data/scattered buffers", Func: scattered},
	{Name: "data/bad addresses", Func: badAddresses},
	{Name: "data/large file", Func: largeFile},
	{Name: "data/at random", Func: randomData},
	{Name: "data/no room", Needs: []Feature{Quota}, Func: noRoom},
	{Name: "data/room comes back", Needs: []Feature{Quota}, Func: roomComesBack},
}

// file opens path for reading and writing, making it.
func (t *T) file(path string) *vfs.OpenFile {
	t.Helper()
	f, e := t.NS.Open(t.Ctx, t.At, path, vfs.OpenOptions{Read: true, Write: true, Oflags: abi.OflagsCreat})
	if e != abi.OK {
		t.Fail("open", path, "gives", e.String())
	}
	return f
}

// pread and pwrite move all of b, or fail the case.
func (t *T) pread(f *vfs.OpenFile, b []byte, off int64) {
	t.Helper()
	for len(b) > 0 {
		var v guestmem.Vec
		v.SetBytes(b)
		n, e := f.Object.Pread(t.Ctx, &v, off)
		if e != abi.OK || n == 0 {
			t.Fail("read of", itoa(len(b)), "at", strconv.FormatInt(off, 10), "gives", itoa(n), e.String())
		}
		b = b[n:]
		off += int64(n)
	}
}

func (t *T) pwrite(f *vfs.OpenFile, b []byte, off int64) {
	t.Helper()
	for len(b) > 0 {
		var v guestmem.Vec
		v.SetBytes(b)
		n, e := f.Object.Pwrite(t.Ctx, f, &v, off)
		if e != abi.OK || n == 0 {
			t.Fail("write of", itoa(len(b)), "at", strconv.FormatInt(off, 10), "gives", itoa(n), e.String())
		}
		b = b[n:]
		off += int64(n)
	}
}

func (t *T) zeros(f *vfs.OpenFile, off int64, n int) {
	t.Helper()
	b := make([]byte, n)
	for i := range b {
		b[i] = '?'
	}
	t.pread(f, b, off)
	for i := range b {
		if b[i] != 0 {
			t.Fail("byte", strconv.FormatInt(off+int64(i), 10), "is", strconv.Itoa(int(b[i])), "want 0")
		}
	}
}

func (t *T) size(f *vfs.OpenFile, want int64) {
	t.Helper()
	a, e := f.Attr(t.Ctx)
	if e != abi.OK || a.Size != uint64(want) {
		t.Fail("size is", strconv.FormatUint(a.Size, 10), e.String(), "want", strconv.FormatInt(want, 10))
	}
}

// places are where providers cut files into pieces.
var places = []int64{1, 4095, 4096, 4097, 65535, 65536, 65537, 131071, 131072, 1 << 20, 1<<20 + 1, 10<<20 - 3}

func holes(t *T) {
	for _, at := range places {
		f := t.file("f")
		t.pwrite(f, []byte("end"), at)
		t.size(f, at+3)
		t.zeros(f, 0, int(min(at, 1000)))
		t.zeros(f, max(0, at-1000), int(min(at, 1000)))
		t.pwrite(f, []byte("start"), 0)
		t.size(f, max(at+3, 5))
		b := make([]byte, 3)
		t.pread(f, b, at)
		if at > 5 {
			t.Check("bytes behind a hole", string(b), "end")
			t.zeros(f, 5, int(min(at-5, 100_000)))
		}
		f.Unref()
		t.OK("unlink", "f")
	}
}

func hugeSizes(t *T) {
	f := t.file("f")
	defer f.Unref()
	for _, at := range []int64{1 << 31, 1<<32 - 1, 1<<32 + 200, 5 << 32, 1 << 40} {
		t.pwrite(f, []byte("far"), at)
		t.size(f, at+3)
		b := make([]byte, 3)
		t.pread(f, b, at)
		t.Check("bytes far away", string(b), "far")
		t.zeros(f, at-100, 100)
	}
	t.zeros(f, 0, 100_000)
	t.pwrite(f, []byte("near"), 0)
	t.Check("size", t.OK("stat", "f"), "file "+strconv.FormatInt(1<<40+3, 10)+" 1")
	t.OK("truncate", "f", strconv.FormatInt(1<<32+1, 10))
	b := make([]byte, 2)
	t.pread(f, b, 1<<32-1)
	t.Check("bytes before the cut", string(b), "fa")
	t.OK("truncate", "f", strconv.FormatInt(1<<40+3, 10))
	t.zeros(f, 1<<32+1, 300)
	t.zeros(f, 1<<40, 3)
	t.pread(f, b, 0)
	t.Check("bytes at the start", string(b), "ne")
}

func tooLarge(t *T) {
	f := t.file("f")
	defer f.Unref()
	var v guestmem.Vec
	v.SetBytes([]byte("xy"))
	_, e := f.Object.Pwrite(t.Ctx, f, &v, math.MaxInt64-1)
	t.Check("write at the end of all offsets", e.String(), "EFBIG")
	t.Check("truncate", t.Do([]string{"truncate", "f", "9223372036854775807"}), "EFBIG")
	t.Check("truncate", t.Do([]string{"truncate", "f", "-9223372036854775808"}), "EINVAL")
	f.Offset = math.MaxInt64
	v.SetBytes([]byte("xy"))
	_, e = f.Object.Write(t.Ctx, f, &v)
	t.Check("write at the last offset", e.String(), "EFBIG")
	t.size(f, 0)
}

// iovecs lays buffers out in a memory of size bytes, the array at 0.
func iovecs(bytes []byte, bufs ...[2]uint32) *guestmem.Vec {
	mem := guestmem.Of(bytes)
	for i, b := range bufs {
		for j, v := range b {
			mem.CopyOut(uint32(8*i+4*j), []byte{byte(v), byte(v >> 8), byte(v >> 16), byte(v >> 24)})
		}
	}
	v := new(guestmem.Vec)
	if e := v.Load(mem, 0, uint32(len(bufs))); e != abi.OK {
		panic("vfstest: " + e.String())
	}
	return v
}

func scattered(t *T) {
	f := t.file("f")
	defer f.Unref()
	mem := make([]byte, 300_000)
	for i := range mem[1000:] {
		mem[1000+i] = byte(i * 7)
	}
	v := iovecs(mem, [2]uint32{1000, 3}, [2]uint32{0, 0}, [2]uint32{5000, 70_000}, [2]uint32{2000, 1}, [2]uint32{100_000, 130_000})
	want := append([]byte(nil), mem[1000:1003]...)
	want = append(want, mem[5000:75_000]...)
	want = append(want, mem[2000])
	want = append(want, mem[100_000:230_000]...)
	n, e := f.Object.Write(t.Ctx, f, v)
	if n != len(want) || e != abi.OK {
		t.Fail("scattered write gives", itoa(n), e.String())
	}
	got := make([]byte, len(want))
	t.pread(f, got, 0)
	if string(got) != string(want) {
		t.Fail("scattered write wrote something else")
	}
	back := make([]byte, 300_000)
	v = iovecs(back, [2]uint32{1000, 70_001}, [2]uint32{90_000, 2}, [2]uint32{100_000, 190_000})
	f.Offset = 0
	n, e = f.Object.Read(t.Ctx, f, v)
	if n != len(want) || e != abi.OK {
		t.Fail("scattered read gives", itoa(n), e.String())
	}
	got = append(append(append(got[:0], back[1000:71_001]...), back[90_000:90_002]...), back[100_000:]...)
	if string(got[:len(want)]) != string(want) {
		t.Fail("scattered read read something else")
	}
}

// badAddresses: a buffer outside the guest's memory is EFAULT, and nothing shows
// of what was there before.
func badAddresses(t *T) {
	f := t.file("f")
	defer f.Unref()
	t.pwrite(f, []byte("secret"), 0)
	t.pwrite(f, make([]byte, 200_000), 10)
	t.OK("truncate", "f", "0")
	mem := guestmem.Of(make([]byte, 1000))
	for _, n := range []uint32{10, 3000, 65536, 65537, 200_000} {
		for _, off := range []int64{0, 5, 65536, 100_000} {
			var v guestmem.Vec
			v.Set(mem, 995, n)
			if k, e := f.Object.Pwrite(t.Ctx, f, &v, off); k != 0 || e != abi.EFAULT {
				t.Fail("write from a bad address gives", itoa(k), e.String())
			}
			t.size(f, 0)
		}
	}
	t.pwrite(f, []byte("data"), 0)
	var v guestmem.Vec
	v.Set(mem, 998, 10)
	if k, e := f.Object.Pread(t.Ctx, &v, 0); k != 0 || e != abi.EFAULT {
		t.Fail("read to a bad address gives", itoa(k), e.String())
	}
	t.OK("truncate", "f", "300000")
	t.zeros(f, 4, 299_996)
}

func largeFile(t *T) {
	f := t.file("f")
	defer f.Unref()
	b := make([]byte, 100_003)
	r := rng(1)
	sum := func(b []byte, h uint64) uint64 {
		for _, c := range b {
			h = (h ^ uint64(c)) * 0x100000001b3
		}
		return h
	}
	var want uint64
	total := int64(0)
	for range 160 {
		for i := 0; i+8 <= len(b); i += 8 {
			x := r.next()
			for k := range 8 {
				b[i+k] = byte(x >> (8 * k))
			}
		}
		t.pwrite(f, b, total)
		total += int64(len(b))
		want = sum(b, want)
	}
	t.size(f, total)
	var got uint64
	for off := int64(0); off < total; {
		n := min(total-off, int64(1+r.n(100_003)))
		t.pread(f, b[:n], off)
		got = sum(b[:n], got)
		off += n
	}
	if got != want {
		t.Fail("16 MB read back differ")
	}
}

// randomData compares a file with a slice under random writes, reads and cuts.
func randomData(t *T) {
	r := rng(t.Seed + 2)
	for range 4 {
		f := t.file("f")
		var model []byte
		spot := func() int64 { return max(0, pick(&r, places[:9]...)+int64(r.n(9)-4)) }
		for step := range t.Steps / 20 {
			switch r.n(6) {
			case 0, 1, 2:
				b := make([]byte, r.n(pick(&r, 8, 300, 70_000, 140_000)))
				for i := range b {
					b[i] = byte(r.n(255) + 1)
				}
				off := spot()
				if r.n(3) == 0 {
					off = int64(len(model))
				}
				if f.Offset = off; r.n(2) == 0 {
					t.pwrite(f, b, off)
				} else if e := t.writeAll(f, string(b)); e != abi.OK || f.Offset != off+int64(len(b)) {
					t.Fail("write gives", e.String())
				}
				if end := int(off) + len(b); len(b) > 0 && end > len(model) {
					model = append(model, make([]byte, end-len(model))...)
				}
				copy(model[min(int(off), len(model)):], b)
			case 3:
				n := spot()
				if e := f.SetAttr(t.Ctx, &vfs.SetAttr{SetSize: true, Size: uint64(n)}); e != abi.OK {
					t.Fail("truncate gives", e.String())
				}
				if int(n) <= len(model) {
					model = model[:n:n]
				} else {
					model = append(model, make([]byte, int(n)-len(model))...)
				}
			default:
				off := int(spot())
				n := r.n(pick(&r, 8, 300, 140_000))
				b := make([]byte, n)
				var v guestmem.Vec
				v.SetBytes(b)
				f.Offset = int64(off)
				var got int
				var e abi.Errno
				if r.n(2) == 0 {
					got, e = f.Object.Pread(t.Ctx, &v, int64(off))
				} else {
					got, e = t.read(f, b)
				}
				want := model[min(off, len(model)):min(off+n, len(model))]
				if e != abi.OK || string(b[:got]) != string(want) {
					t.Fail("step", itoa(step)+": read of", itoa(n), "at", itoa(off), "of", itoa(len(model)), "gives", itoa(got), e.String())
				}
			}
			t.size(f, int64(len(model)))
		}
		f.Unref()
		t.OK("unlink", "f")
	}
}
