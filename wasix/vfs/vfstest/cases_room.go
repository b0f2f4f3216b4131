package vfstest

import (
	"strings"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
)

func noRoom(t *T) {
	t.start(t.Limited(1 << 20))
	f := t.file("f")
	chunk := []byte(strings.Repeat("x", 30_000))
	total := 0
	for {
		var v guestmem.Vec
		v.SetBytes(chunk)
		n, e := f.Object.Write(t.Ctx, f, &v)
		total += n
		if e == abi.ENOSPC {
			break
		}
		if e != abi.OK || n == 0 || total > 1<<21 {
			t.Fail("filling up gives", itoa(n), e.String(), "after", itoa(total), "bytes")
		}
	}
	if total < 1<<18 {
		t.Fail("1 MiB is full after", itoa(total), "bytes")
	}
	t.size(f, int64(total))
	b := make([]byte, total)
	t.pread(f, b, 0)
	if strings.Trim(string(b), "x") != "" {
		t.Fail("a full file system lost bytes")
	}
	t.Check("overwriting in a full file system", t.Do([]string{"hold", "h", "f", "w"}), "")
	t.Check("overwriting in a full file system", t.Do([]string{"hwrite", "h", "yyyy"}), "4")
	if e := f.Allocate(t.Ctx, 0, 1<<30); e != abi.ENOSPC {
		t.Fail("allocating 1 GiB gives", e.String())
	}
	if e := f.Allocate(t.Ctx, 0, 1<<40); e != abi.ENOSPC {
		t.Fail("allocating 1 TiB gives", e.String())
	}
	t.size(f, int64(total))
	f.Unref()
}

// roomComesBack fills and empties a file system many times, in many ways.
func roomComesBack(t *T) {
	t.start(t.Limited(1 << 20))
	chunk := strings.Repeat("x", 200_000)
	for range 30 {
		t.OK("write", "a", chunk)
		t.OK("write", "a", chunk)
		t.OK("truncate", "a", "1")
		t.OK("write", "b", chunk)
		t.OK("rename", "b", "a")
		t.OK("hold", "h", "a", "r", "w")
		t.OK("unlink", "a")
		t.OK("hwrite", "h", chunk)
		t.OK("hclose", "h")
		t.OK("mkdir", "d")
		t.OK("rmdir", "d")
	}
	// Empty files take room too, and give it back.
	for range 3 {
		n := 0
		for t.Do([]string{"open", "f" + itoa(n), "w", "creat"}) == "" {
			if n++; n > 1<<20 {
				t.Fail("more empty files than bytes")
			}
		}
		for i := range n {
			t.OK("unlink", "f"+itoa(i))
		}
	}
	t.Check("ls", t.OK("ls", "."), "")
}
