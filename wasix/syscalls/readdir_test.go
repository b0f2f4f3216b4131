//go:build !js

package syscalls

import (
	"testing"

	"github.com/wasix-web/wasix-web/wasix/abi"
)

func TestReaddir(t *testing.T) {
	x := posix(t)
	names := []string{".", ".."}
	for i := range 60 {
		name := string(rune('a'+i%26)) + "-file-" + string(rune('0'+i/26))
		names = append(names, name)
		x.ok(FdClose(x.t, x.open(name, abi.OflagsCreat, 0)))
	}
	for _, size := range []uint32{24, 30, 256, 4096, 0x4000} {
		var got []string
		cookie := uint64(0)
		for {
			x.wipe()
			x.ok(FdReaddir(x.t, 3, bufAt, size, cookie, result))
			used := x.u32(result)
			x.untouched(bufAt, used, result, 4)
			if used > size {
				t.Fatalf("%d bytes in %d", used, size)
			}
			whole := 0
			for at := uint32(0); at+abi.SizeDirent <= used; {
				var d abi.Dirent
				d.Get(x.mem[bufAt+at:])
				at += abi.SizeDirent + d.Namlen
				if at > used {
					break // cut off where the buffer ends
				}
				got = append(got, string(x.mem[bufAt+at-d.Namlen:bufAt+at]))
				cookie = d.Next
				whole++
			}
			if used < size {
				break
			}
			if whole == 0 {
				if size > 100 {
					t.Fatal("no entry fits")
				}
				break
			}
		}
		if size < 100 {
			continue // not even a name fits, the last bytes must be there anyway
		}
		if len(got) != len(names) {
			t.Fatalf("buffer of %d: %d entries, want %d", size, len(got), len(names))
		}
		for i, n := range names {
			if got[i] != n {
				t.Fatalf("buffer of %d: entry %d is %q, want %q", size, i, got[i], n)
			}
		}
	}
	x.ok(FdReaddir(x.t, 3, bufAt, 0, 0, result))
	x.fails(FdReaddir(x.t, 3, memSize-8, 9, 0, result), abi.EFAULT)
	x.fails(FdReaddir(x.t, 3, bufAt, 64, 0, memSize-3), abi.EFAULT)
	x.fails(FdReaddir(x.t, 3, bufAt, 64, 1<<63, result), abi.EINVAL)
	x.fails(FdReaddir(x.t, 99, bufAt, 64, 0, result), abi.EBADF)
	x.fails(FdReaddir(x.t, x.file("file", ""), bufAt, 64, 0, result), abi.ENOTDIR)
	x.fails(FdReaddir(x.t, 0, bufAt, 64, 0, result), abi.ENOTDIR)
}
