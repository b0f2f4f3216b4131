package archive

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"strings"
	"testing"

	"github.com/wasix-web/wasix-web/wasix"
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

func newTree(t testing.TB) wasix.FS {
	t.Helper()
	sys, err := wasix.New(wasix.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sys.Close)
	f := sys.FS()
	for _, err := range []error{f.Mkdir("/in", true), f.Mkdir("/outside", true), f.WriteFile("/outside/file", []byte("precious"))} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return f
}

// show tells everything there is to know about what is below a directory.
func show(t testing.TB, f wasix.FS, root string, times bool) string {
	t.Helper()
	var out strings.Builder
	inodes := map[uint64]string{}
	var visit func(path, name string)
	visit = func(path, name string) {
		a, err := f.Stat(path, false)
		if err != nil {
			t.Fatal(err)
		}
		when := ""
		if times {
			when = fmt.Sprintf(" %o %d", a.Mode, a.Mtim)
		}
		switch a.Type {
		case abi.FiletypeDirectory:
			fmt.Fprintf(&out, "%s/%s\n", name, when)
			list, err := f.ReadDir(path)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range sorted(list) {
				visit(path+"/"+e.Name, strings.TrimPrefix(name+"/"+e.Name, "/"))
			}
		case abi.FiletypeSymbolicLink:
			target, err := f.Readlink(path)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&out, "%s -> %s%s\n", name, target, when)
		default:
			if same, ok := inodes[a.Ino]; ok {
				fmt.Fprintf(&out, "%s = %s\n", name, same)
				return
			}
			inodes[a.Ino] = name
			data, err := f.ReadRange(path, 0, -1)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&out, "%s %d %08x%s\n", name, len(data), crc32.ChecksumIEEE(data), when)
		}
	}
	visit(root, "")
	return out.String()
}

// sample makes a tree of all that there is.
func sample(t testing.TB, f wasix.FS) {
	t.Helper()
	long := strings.Repeat("long-", 40)
	big := make([]byte, 3<<20)
	for i := range big {
		if i>>20 != 1 {
			big[i] = byte(i * 7919 >> 3)
		}
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, dir := range []string{"/src/empty", "/src/ünïcode", "/src/" + long + "/" + long} {
		must(f.Mkdir(dir, true))
	}
	for name, data := range map[string]string{"a.txt": "contents of a", "none": "", "ünïcode/ß–😀": "names", long + "/" + long + "/deep": "deep",
		"tool": "#!/bin/sh\n", "big": string(big), "piece": string(big[:piece])} {
		must(f.WriteFile("/src/"+name, []byte(data)))
	}
	must(f.Link("/src/a.txt", "/src/z-hard"))
	must(f.Link("/src/a.txt", "/src/empty-not"))
	for name, target := range map[string]string{"soft": "a.txt", "ünïcode/up": "../a.txt", "dangling": "nowhere"} {
		must(f.Symlink(target, "/src/"+name))
		must(f.LsetAttr("/src/"+name, vfs.SetAttr{SetMtim: true, Mtim: 1_234_567_890e9}))
	}
	must(f.SetAttr("/src/a.txt", vfs.SetAttr{SetMtim: true, SetAtim: true, Mtim: 1_600_000_000_123_456_789, Atim: 1_500_000_000e9}))
	must(f.SetAttr("/src/empty", vfs.SetAttr{SetMtim: true, Mtim: 1_400_000_000e9}))
	for name, mode := range map[string]uint16{"tool": 0o755, "none": 0o600, "big": 0o444, "empty": 0o700} {
		must(f.SetAttr("/src/"+name, vfs.SetAttr{SetMode: true, Mode: mode}))
	}
	must(f.SetAttr("/src", vfs.SetAttr{SetMtim: true, Mtim: 1_300_000_000e9}))
}

// header is an entry of a tar that a test makes.
type header struct {
	tar.Header
	data string
}

func regular(name, data string) header {
	return header{tar.Header{Name: name, Typeflag: tar.TypeReg, Size: int64(len(data))}, data}
}

func linked(typ byte, name, target string) header {
	return header{tar.Header{Name: name, Typeflag: typ, Linkname: target}, ""}
}

func makeTar(t testing.TB, list ...header) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, h := range list {
		if err := w.WriteHeader(&h.Header); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(h.data)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// resum mends the checksum of a header that a test has changed.
func resum(head []byte) {
	copy(head[148:156], "        ")
	sum := 0
	for _, b := range head[:512] {
		sum += int(b)
	}
	copy(head[148:], fmt.Sprintf("%06o\x00 ", sum))
}

func pack(t testing.TB, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// member is an entry of a zip that a test makes.
type member struct {
	name, data string
	mode       fs.FileMode
	change     func(*zip.FileHeader)
}

func makeZip(t testing.TB, list ...member) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, m := range list {
		h := &zip.FileHeader{Name: m.name, Method: zip.Deflate}
		h.SetMode(m.mode)
		data := []byte(m.data)
		if m.change == nil {
			f, err := w.CreateHeader(h)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.Write(data); err != nil {
				t.Fatal(err)
			}
			continue
		}
		h.Method = zip.Store
		h.CRC32, h.CompressedSize64, h.UncompressedSize64 = crc32.ChecksumIEEE(data), uint64(len(data)), uint64(len(data))
		m.change(h)
		f, err := w.CreateRaw(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// load imports either format.
func load(f wasix.FS, data []byte, o ImportOptions) (Imported, error) {
	if bytes.HasPrefix(data, []byte("PK")) {
		return ImportZip(f, "/in", bytes.NewReader(data), int64(len(data)), o)
	}
	return ImportTar(f, "/in", bytes.NewReader(data), o)
}

// refused imports a bad archive, and compares what is said and what is there.
func refused(t *testing.T, f wasix.FS, data []byte, o ImportOptions, reason Reason, entry, words string, written ...string) {
	t.Helper()
	before := show(t, f, "/outside", true)
	_, err := load(f, data, o)
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("%q: %v", entry, err)
	}
	if e.Reason != reason || e.Entry != entry || !strings.Contains(e.Error(), words) {
		t.Errorf("%s about %q: %v\nwant %s about %q: %s", e.Reason, e.Entry, err, reason, entry, words)
	}
	if fmt.Sprint(e.Written) != fmt.Sprint(written) {
		t.Errorf("%v: written is %q, want %q", err, e.Written, written)
	}
	there := strings.Count(show(t, f, "/in", false), "\n") - 1
	if there != len(written) {
		t.Errorf("%v: there is\n%s", err, show(t, f, "/in", false))
	}
	if after := show(t, f, "/outside", true); after != before {
		t.Errorf("%v: outside is\n%swas\n%s", err, after, before)
	}
	if err := errors.Join(f.Remove("/in", true), f.Mkdir("/in", false)); err != nil {
		t.Fatal(err)
	}
}
