package main

import (
	"go/format"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wasix-web/wasix-web/wasix/abi"
)

// sources writes files into a new directory and reads the handlers there.
func sources(t *testing.T, files ...string) (*handlers, error) {
	t.Helper()
	dir := t.TempDir()
	for i, src := range files {
		name := []string{"a.go", "zdispatch.go", "a_test.go"}[i]
		if err := os.WriteFile(filepath.Join(dir, name), []byte(src), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return readHandlers(dir)
}

const good = `package syscalls

type Level string

const Partial Level = "partial"

var Support = map[abi.CallID]struct{ Level Level; Note string }{
	abi.CallFdWrite: {Partial, "no " + "sockets"},
	abi.CallFdSeek:  {Note: "fast"},
	abi.CallProcFork: {Note: "not yet"},
}

func FdWrite(t *kernel.Thread, fd int32, iovs, n, ret uint32) kernel.Result { return 0 }
func FdSeek(t *kernel.Thread, fd int32, offset int64, whence uint32, ret uint32) kernel.Result { return 0 }
func ProcExit(t *kernel.Thread, code uint32) kernel.Result { return 0 }
func SchedYield(_ *kernel.Thread) kernel.Result { return 0 }
func helper() {}
func (x *T) FdRead() {}
`

func TestReadHandlers(t *testing.T) {
	h, err := sources(t, good,
		"package syscalls\nfunc FdRead(wrong int) {}\n",
		"package syscalls\nfunc FdClose(wrong int) {}\n")
	if err != nil {
		t.Fatal(err)
	}
	if len(h.funcs) != 4 || !h.funcs["FdWrite"] || !h.funcs["FdSeek"] || !h.funcs["ProcExit"] || !h.funcs["SchedYield"] {
		t.Errorf("found %v", h.funcs)
	}
	for id, want := range map[abi.CallID][2]string{
		abi.CallFdWrite: {"partial", "no sockets"}, abi.CallFdSeek: {"full", "fast"}, abi.CallProcExit: {"full", ""},
		abi.CallFdRead: {"ENOSYS", ""}, abi.CallProcFork: {"ENOSYS", "not yet"},
	} {
		if l, n := level(h, &abi.Calls[id]); l != want[0] || n != want[1] {
			t.Errorf("%s: %q %q, want %q", abi.Calls[id].Name, l, n, want)
		}
	}
}

func TestMissingPackage(t *testing.T) {
	h, err := readHandlers(filepath.Join(t.TempDir(), "nothing"))
	if err != nil || len(h.funcs) != 0 {
		t.Errorf("%v %v", h, err)
	}
	// An import that nothing uses would not compile.
	if strings.Contains(string(exportsFile(h)), "wasix/syscalls\"") {
		t.Error("package syscalls is imported though it has no handlers")
	}
}

func TestReadHandlersErrors(t *testing.T) {
	for _, tt := range []struct{ src, want string }{
		{"func FdClose(t *kernel.Thread, fd uint32) kernel.Result { return 0 }",
			"FdClose is func(*kernel.Thread, uint32) kernel.Result, the table wants func(*kernel.Thread, int32) kernel.Result"},
		{"func FdClose(t *kernel.Thread, fd int32) {}", "FdClose is func(*kernel.Thread, int32), the table wants"},
		{"var Support = map[abi.CallID]S{abi.CallNothing: {Full, x}}", "abi.CallNothing is not a call"},
		{`var Support = map[abi.CallID]S{abi.CallFdClose: {"full", ""}}`, `Support says "full" for fd_close, but there is no func FdClose`},
		{"var Support = map[abi.CallID]S{abi.CallFdClose: {Full, x}}", "abi.CallFdClose: Level is not a string constant"},
		{`var Support = map[abi.CallID]S{abi.CallFdClose: {Since: "1"}}`, "no field Since is known"},
		{"var Support = load()", "Support is not a literal"},
		{"func {", "expected"},
	} {
		if _, err := sources(t, "package syscalls\n"+tt.src); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s:\n got %v\nwant %s", tt.src, err, tt.want)
		}
	}
}

func TestGeneratedCode(t *testing.T) {
	h, err := sources(t, good)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		file []byte
		want string
	}{
		{dispatchFile(h), "\tcase abi.CallFdSeek:\n\t\treturn FdSeek(t, int32(a[0]), int64(a[1]), uint32(a[2]), uint32(a[3]))\n"},
		{dispatchFile(h), "\tcase abi.CallSchedYield:\n\t\treturn SchedYield(t)\n"},
		{dispatchFile(h), "\t}\n\treturn t.Unimplemented(id)\n}\n"},
		{exportsFile(h), `
//go:wasmexport fd_seek
func exportFdSeek(slot, fd int32, offset int64, whence, newoffset uint32) int32 {
	t, r := threads[slot], notRun
	if !t.Hooked {
		r = syscalls.FdSeek(t, fd, offset, whence, newoffset)
		if budget--; budget|int32(r) >= 0 {
			return int32(r)
		}
	}
	return slow(t, r, abi.CallFdSeek, []uint64{uint64(uint32(fd)), uint64(offset), uint64(whence), uint64(newoffset)})
}
`},
		{exportsFile(h), `
//go:wasmexport unstable_fd_seek
func exportUnstableFdSeek(slot, fd int32, offset int64, whence, newoffset uint32) int32 {
	t, r := threads[slot], notRun
	if !t.Hooked {
		r = t.Unimplemented(abi.CallUnstableFdSeek)
`},
		{exportsFile(h), "func exportSchedYield(slot int32) int32 {\n"},
		{exportsFile(h), "return slow(t, r, abi.CallSchedYield, nil)\n"},
		// "interface" is a keyword, "len" would hide the builtin.
		{exportsFile(h), "func exportSockJoinMulticastV4(slot, fd int32, multiaddr, interface_ uint32) int32 {\n"},
		{exportsFile(h), "func exportFdAllocate(slot, fd int32, offset, len_ uint64) int32 {\n"},
	} {
		src, err := format.Source(tt.file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(src), tt.want) {
			t.Errorf("the file lacks:\n%s", tt.want)
		}
	}
	if n := strings.Count(string(exportsFile(h)), "//go:wasmexport "); n != abi.NumCalls {
		t.Errorf("%d exports, want %d", n, abi.NumCalls)
	}
}

func TestCompatPage(t *testing.T) {
	h, err := sources(t, good)
	if err != nil {
		t.Fatal(err)
	}
	page := string(compatFile(h))
	for _, want := range []string{
		"148 calls: 144 ENOSYS, 3 full, 1 partial.\n",
		"| `fd_write` | `(i32,i32,i32,i32)->(i32)` | partial | no sockets |\n",
		"| `thread_spawn_v2`, `thread_spawn` | `(i32,i32)->(i32)` | ENOSYS |  |\n",
		"| `thread-spawn` | `(i32)->(i32)` | ENOSYS |  |\n",
		"| `proc_exit` | `(i32)->()` | full |  |\n",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	rows := 0
	for l := range strings.Lines(page) {
		if strings.HasPrefix(l, "| `") {
			rows++
		}
	}
	if rows != abi.NumCalls {
		t.Errorf("%d rows, want %d", rows, abi.NumCalls)
	}
}

func TestCheckAndWrite(t *testing.T) {
	root := t.TempDir()
	if err := run(root, true); err == nil || !strings.Contains(err.Error(), "stale: wasix/syscalls/zdispatch.go, jsbridge/zexports.go, wasix/COMPATIBILITY.md") {
		t.Fatalf("nothing is stale in an empty tree: %v", err)
	}
	if _, err := os.Stat(filepath.Join(root, "wasix")); err == nil {
		t.Fatal("-check wrote")
	}
	if err := run(root, false); err != nil {
		t.Fatal(err)
	}
	if err := run(root, true); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(root, "jsbridge/zexports.go")
	if err := os.WriteFile(name, []byte("package jsbridge\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := run(root, true); err == nil || err.Error() != "stale: jsbridge/zexports.go; run go generate ./wasix/abi" {
		t.Fatalf("got %v", err)
	}
}
