package archive

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/hostfs"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

func sorted(list []hostfs.Entry) []hostfs.Entry {
	slices.SortFunc(list, func(a, b hostfs.Entry) int { return strings.Compare(a.Name, b.Name) })
	return list
}

func TestTarAndBack(t *testing.T) {
	for _, gz := range []bool{false, true} {
		f := newTree(t)
		sample(t, f)
		var out bytes.Buffer
		if err := ExportTar(f, "/src", &out, ExportOptions{Gzip: gz}); err != nil {
			t.Fatal(err)
		}
		want := show(t, f, "/src", true)
		for range 2 { // the second time over what is there
			result, err := ImportTar(f, "/copy", bytes.NewReader(out.Bytes()), ImportOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if got := show(t, f, "/copy", true); got != want {
				t.Errorf("the copy is\n%swant\n%s", got, want)
			}
			if result.Entries != strings.Count(want, "\n") {
				t.Errorf("%d entries", result.Entries)
			}
		}
		out.Reset()
		if err := ExportTar(f, "/copy", &out, ExportOptions{}); err != nil {
			t.Fatal(err)
		}
		for r := tar.NewReader(&out); ; {
			h, err := r.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if want := map[string]int64{"tool": 0o755, "a.txt": 0o644, "empty/": 0o700, "big": 0o444}[h.Name]; want != 0 && h.Mode != want {
				t.Errorf("%s has mode %o", h.Name, h.Mode)
			}
		}
	}
}

// What is no tar at all is called by its name.
func TestOtherFormats(t *testing.T) {
	f := newTree(t)
	for what, start := range map[string]string{"xz": "\xfd7zXZ\x00", "bzip2": "BZh91AY&SY", "zstd": "\x28\xb5\x2f\xfd", "a zip": "PK\x03\x04"} {
		_, err := ImportTar(f, "/in", strings.NewReader(start+strings.Repeat("x", 2000)), ImportOptions{})
		var e *Error
		if !errors.As(err, &e) || e.Reason != Unsupported || !strings.Contains(e.Error(), what+": only tar") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// Names from Windows, and modes of what is unix alone.
func TestZipOfWindows(t *testing.T) {
	windows := func(h *zip.FileHeader) { h.CreatorVersion, h.ExternalAttrs = 20, 1 }
	f := newTree(t)
	if _, err := load(f, makeZip(t, member{name: `dir\sub\file`, data: "x", change: windows}, member{name: `empty\`, change: windows},
		member{name: `unix\file`, data: "y", mode: 0o600}), ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]uint16{"dir/sub/file": 0o644, "empty": 0o755, `unix\file`: 0o600} {
		if a, err := f.Stat("/in/"+name, false); err != nil || a.Mode != want {
			t.Errorf("%s: %o, %v", name, a.Mode, err)
		}
	}
	refused(t, newTree(t), makeZip(t, member{name: `..\up`, change: windows}), ImportOptions{}, DotDot, "../up", "goes up")
}

// Times of access are those of before the export.
func TestAccessTime(t *testing.T) {
	f := newTree(t)
	sample(t, f)
	var out bytes.Buffer
	if err := ExportTar(f, "/src", &out, ExportOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := ImportTar(f, "/copy", &out, ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	if a, err := f.Stat("/copy/a.txt", true); err != nil || a.Atim != 1_500_000_000e9 {
		t.Errorf("%d, %v", a.Atim, err)
	}
}

func TestZipAndBack(t *testing.T) {
	f := newTree(t)
	sample(t, f)
	var out bytes.Buffer
	if err := ExportZip(f, "/src", &out, ExportOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := ImportZip(f, "/copy", bytes.NewReader(out.Bytes()), int64(out.Len()), ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	// Hard links are copies, and times are of seconds.
	data := regexp.MustCompile(`(?m)^(z-hard|empty-not) .*$`)
	plain := func(root string) string { return data.ReplaceAllString(show(t, f, root, false), "$1") }
	if got, want := plain("/copy"), plain("/src"); got != want {
		t.Errorf("the copy is\n%swant\n%s", got, want)
	}
	if a, err := f.Stat("/copy/a.txt", true); err != nil || a.Mtim != 1_600_000_000e9 {
		t.Errorf("%d, %v", a.Mtim, err)
	}
	if b, err := f.ReadFile("/copy/z-hard"); err != nil || string(b) != "contents of a" {
		t.Errorf("%q, %v", b, err)
	}
}

func TestExportOptions(t *testing.T) {
	f := newTree(t)
	sample(t, f)
	names := func(path string, o ExportOptions) (list []string) {
		var out bytes.Buffer
		if err := ExportZip(f, path, &out, o); err != nil {
			t.Fatal(err)
		}
		z, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range z.File {
			list = append(list, f.Name)
		}
		return list
	}
	if got := names("/src/a.txt", ExportOptions{}); !slices.Equal(got, []string{"a.txt"}) {
		t.Errorf("one file: %q", got)
	}
	some := func(path string, a vfs.Attr) bool { return path == "/src/a.txt" || path == "/src/empty" }
	if got := names("/src/", ExportOptions{Prefix: "/top/", Filter: some}); !slices.Equal(got, []string{"top/", "top/a.txt", "top/empty/"}) {
		t.Errorf("filtered: %q", got)
	}
	for _, name := range names("/", ExportOptions{}) {
		if strings.HasPrefix(name, "dev") {
			t.Errorf("the kernel's own tree: %s", name)
		}
	}
	var e *Error
	if err := ExportTar(f, "/nothing", io.Discard, ExportOptions{}); !errors.As(err, &e) || e.Reason != Filesystem || !strings.Contains(err.Error(), "/nothing") {
		t.Errorf("nothing: %v", err)
	}
	full := errors.New("the disk is full")
	for _, export := range []func() error{
		func() error { return ExportTar(f, "/src", failing{full}, ExportOptions{Gzip: true}) },
		func() error { return ExportZip(f, "/src", failing{full}, ExportOptions{}) },
	} {
		if err := export(); err != full {
			t.Errorf("a writer that fails: %v", err)
		}
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
func (f failing) Read([]byte) (int, error)  { return 0, f.err }

func TestNames(t *testing.T) {
	f := newTree(t)
	for _, name := range []string{"../outside/file", "a/../../outside/file", "..", "a/.."} {
		refused(t, f, makeTar(t, regular("good", "x"), regular(name, "x")), ImportOptions{}, DotDot, name, `goes up with ".."`, "/in/good")
		refused(t, f, makeZip(t, member{name: "good"}, member{name: name}), ImportOptions{}, DotDot, name, "goes up")
	}
	for _, name := range []string{"/outside/file", "//outside/file", "/" + strings.Repeat("d/", 80) + "f"} {
		refused(t, f, makeTar(t, regular(name, "x")), ImportOptions{}, Absolute, name, "is absolute")
		refused(t, f, makeZip(t, member{name: name}), ImportOptions{}, Absolute, name, "is absolute")
	}
	raw := makeTar(t, regular("caf_", "x"))
	raw[3] = 0xe9
	resum(raw)
	refused(t, f, raw, ImportOptions{}, Encoding, "caf\xe9", "not UTF-8")
	raw = makeTar(t, linked(tar.TypeSymlink, "l", "t"))
	raw[157] = 0xff
	resum(raw)
	refused(t, f, raw, ImportOptions{}, Encoding, "l", "target is not UTF-8")
	refused(t, f, makeZip(t, member{name: "caf\xe9"}), ImportOptions{}, Encoding, "caf\xe9", "not UTF-8")
	refused(t, f, makeZip(t, member{name: "l", data: "\xff", mode: fs.ModeSymlink}), ImportOptions{}, Encoding, "l", "target is not UTF-8")
	refused(t, f, makeZip(t, member{name: "a\x00b"}), ImportOptions{}, BadName, "a\x00b", "NUL")
	raw = makeTar(t, regular("a", "x"))
	raw[0] = 0
	resum(raw)
	refused(t, f, raw, ImportOptions{}, BadName, "", "no name")
	long := strings.Repeat("n", 300)
	refused(t, f, makeTar(t, regular(long, "x")), ImportOptions{}, Filesystem, long, "ENAMETOOLONG")
}

func TestLinks(t *testing.T) {
	f := newTree(t)
	link := func(name, target string) header { return linked(tar.TypeSymlink, name, target) }
	for _, c := range [][2]string{{"l", "../outside"}, {"l", "/outside"}, {"l", ".."}, {"l", "d/../../outside"}, {"l", "./../x"}} {
		refused(t, f, makeTar(t, link(c[0], c[1])), ImportOptions{}, BadLink, c[0], "is a link to")
		refused(t, f, makeZip(t, member{name: c[0], data: c[1], mode: fs.ModeSymlink}), ImportOptions{}, BadLink, c[0], "is a link to")
	}
	refused(t, f, makeTar(t, link("d/l", "../../outside")), ImportOptions{}, BadLink, "d/l", "leads out", "/in/d")
	refused(t, f, makeTar(t, link("sub/deep/l", "../.."), link("m", "sub/deep/l/..")), ImportOptions{}, BadLink, "m", "after a name",
		"/in/sub", "/in/sub/deep", "/in/sub/deep/l")
	refused(t, f, makeTar(t, link("a/b/l", "../../a"), linked(tar.TypeLink, "h", "a/b/l")), ImportOptions{}, BadLink, "h", "leads out",
		"/in/a", "/in/a/b", "/in/a/b/l")
	refused(t, f, makeTar(t, link("d", "elsewhere"), regular("d/file", "x")), ImportOptions{}, ThroughLink, "d/file", `"d" is a symbolic link`, "/in/d")
	refused(t, f, makeTar(t, link("d", "/outside"), regular("d/file", "x")), ImportOptions{Outside: Keep}, ThroughLink, "d/file", "symbolic link", "/in/d")
	for _, target := range []string{"../outside/file", "/outside/file", "never", "h", "dir"} {
		refused(t, f, makeTar(t, linked(tar.TypeDir, "dir/", ""), linked(tar.TypeLink, "h", target)), ImportOptions{}, BadLink, "h", "is a hard link to", "/in/dir")
	}
	must := func(_ Imported, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	// What was there before is not written through.
	must(Imported{}, f.Symlink("/outside/file", "/in/there"))
	must(load(f, makeTar(t, regular("there", "new")), ImportOptions{}))
	must(Imported{}, errors.Join(f.Remove("/in/there", false), f.Link("/outside/file", "/in/there")))
	must(load(f, makeTar(t, regular("there", "new")), ImportOptions{}))
	if b, err := f.ReadFile("/outside/file"); err != nil || string(b) != "precious" {
		t.Errorf("%q, %v", b, err)
	}
	result, err := load(f, makeTar(t, link("l", "/outside"), linked(tar.TypeLink, "h", "l"), regular("ok", "")), ImportOptions{Outside: Skip})
	if err != nil || !slices.Equal(result.Skipped, []string{"l", "h"}) {
		t.Errorf("%q, %v", result.Skipped, err)
	}
	must(load(f, makeTar(t, link("l", "/outside")), ImportOptions{Outside: Keep}))
	if target, err := f.Readlink("/in/l"); err != nil || target != "/outside" {
		t.Errorf("%q, %v", target, err)
	}
}

func TestKinds(t *testing.T) {
	f := newTree(t)
	for typ, what := range map[byte]string{tar.TypeChar: "character device", tar.TypeBlock: "block device", tar.TypeFifo: "FIFO"} {
		refused(t, f, makeTar(t, regular("a", "x"), linked(typ, "dev", "")), ImportOptions{}, Device, "dev", what, "/in/a")
	}
	for _, mode := range []fs.FileMode{fs.ModeDevice, fs.ModeDevice | fs.ModeCharDevice, fs.ModeNamedPipe, fs.ModeSocket} {
		refused(t, f, makeZip(t, member{name: "a"}, member{name: "dev", mode: mode}), ImportOptions{}, Device, "dev", "is a device")
	}
	odd := makeTar(t, regular("odd", "x"))
	odd[156] = 'V'
	resum(odd)
	refused(t, f, odd, ImportOptions{}, Unsupported, "odd", "unknown type 'V'")
	refused(t, f, makeZip(t, member{name: "secret", change: func(h *zip.FileHeader) { h.Flags |= 1 }}), ImportOptions{}, Unsupported, "secret", "encrypted")
	refused(t, f, makeZip(t, member{name: "lzma", change: func(h *zip.FileHeader) { h.Method = 14 }}), ImportOptions{}, Unsupported, "lzma", "method 14")
}

func TestTaken(t *testing.T) {
	f := newTree(t)
	refused(t, f, makeTar(t, regular("a", "1"), regular("./a", "2")), ImportOptions{}, Duplicate, "./a", "comes twice", "/in/a")
	refused(t, f, makeZip(t, member{name: "a"}, member{name: "a"}), ImportOptions{}, Duplicate, "a", "comes twice")
	refused(t, f, makeTar(t, regular("a", ""), regular("a/b", "")), ImportOptions{}, Exists, "a/b", `"a" is not a directory`, "/in/a")
	refused(t, f, makeTar(t, regular("a/b", ""), regular("a", "")), ImportOptions{}, Exists, "a", "there is something", "/in/a", "/in/a/b")
	dir := linked(tar.TypeDir, "d/", "")
	if _, err := load(f, makeTar(t, dir, regular("d/x", "old"), dir), ImportOptions{}); err != nil {
		t.Error(err)
	}
	var e *Error
	if _, err := load(f, makeTar(t, regular("d/x", "new")), ImportOptions{KeepExisting: true}); !errors.As(err, &e) || e.Reason != Exists {
		t.Error(err)
	}
}

func TestBombs(t *testing.T) {
	f := newTree(t)
	two := makeTar(t, regular("a", "12345"), regular("b", "67890"))
	refused(t, f, two, ImportOptions{MaxBytes: 9}, TooLarge, "b", "MaxBytes, 9", "/in/a")
	refused(t, f, two, ImportOptions{MaxEntries: 1}, TooMany, "b", "MaxEntries, 1", "/in/a")
	zipped := makeZip(t, member{name: "a", data: "12345"}, member{name: "b", data: "67890"})
	refused(t, f, zipped, ImportOptions{MaxBytes: 9}, TooLarge, "b", "MaxBytes, 9")
	refused(t, f, zipped, ImportOptions{MaxEntries: 1}, TooMany, "b", "MaxEntries, 1")
	claims := makeTar(t, regular("claims", ""))
	copy(claims[124:], "77777777777\x00")
	resum(claims)
	refused(t, f, claims, ImportOptions{}, TooLarge, "claims", "MaxBytes")
	zeros := strings.Repeat("\x00", 40<<20)
	gz := pack(t, makeTar(t, regular("ok", "x"), regular("zeros", zeros)))
	refused(t, f, gz, ImportOptions{}, Ratio, "zeros", "MaxRatio, 250", "/in/ok")
	refused(t, f, pack(t, append(makeTar(t, regular("ok", "x")), zeros...)), ImportOptions{}, Ratio, "ok", "MaxRatio", "/in/ok")
	refused(t, f, makeZip(t, member{name: "ok"}, member{name: "zeros", data: zeros}), ImportOptions{}, Ratio, "zeros", "MaxRatio")
	if _, err := load(f, gz, ImportOptions{MaxRatio: 1 << 40}); err != nil {
		t.Error(err)
	}
	if a, err := f.Stat("/in/zeros", true); err != nil || a.Size != 40<<20 {
		t.Errorf("%d, %v", a.Size, err)
	}
	if err := errors.Join(f.Remove("/in", true), f.Mkdir("/in", true)); err != nil {
		t.Fatal(err)
	}
	// Entries that share their bytes: the second one's place is made the first one's.
	shared := makeZip(t, member{name: "one", data: "same", change: func(*zip.FileHeader) {}}, member{name: "two", data: "same", change: func(*zip.FileHeader) {}})
	second := bytes.LastIndex(shared, []byte("PK\x01\x02"))
	copy(shared[second+42:], []byte{0, 0, 0, 0})
	refused(t, f, shared, ImportOptions{}, Corrupt, "two", "overlaps")
	small := makeZip(t, member{name: "more", data: "more than it says", change: func(h *zip.FileHeader) { h.UncompressedSize64 = 3 }})
	refused(t, f, small, ImportOptions{}, Corrupt, "more", "")
}

// An archive that ends early leaves whole files only, and says so.
func TestTruncated(t *testing.T) {
	f := newTree(t)
	text := strings.Repeat("x", 600)
	whole := makeTar(t, regular("a", text), regular("b", text), regular("large", strings.Repeat("large", 500_000)))
	check := func(data []byte) {
		t.Helper()
		_, err := load(f, data, ImportOptions{})
		var e *Error
		if !errors.As(err, &e) || e.Reason != Truncated {
			t.Fatalf("%d bytes: %v", len(data), err)
		}
		list, err := f.ReadDir("/in")
		if err != nil || len(list) != len(e.Written) {
			t.Fatalf("%d bytes: there is %v, written %v, %v", len(data), list, e.Written, err)
		}
		for _, p := range e.Written {
			if b, err := f.ReadFile(p); err != nil || string(b) != text && !strings.HasSuffix(p, "large") {
				t.Fatalf("%d bytes: %s has %d bytes, %v", len(data), p, len(b), err)
			}
			if err := f.Remove(p, false); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, n := range []int{0, 1, 100, 511, 512, 700, 1112, 1536, 2000, 3072, 4000, 2 << 20, len(whole) - 1024, len(whole) - 512, len(whole) - 1} {
		check(whole[:n])
	}
	gz := pack(t, whole)
	for _, n := range []int{5, 15, 100, len(gz) - 9, len(gz) - 1} {
		check(gz[:n])
	}
	zipped := makeZip(t, member{name: "a", data: text})
	for _, n := range []int{0, 10, len(zipped) - 30, len(zipped) - 1} {
		_, err := ImportZip(f, "/in", bytes.NewReader(zipped), int64(n), ImportOptions{})
		var e *Error
		if !errors.As(err, &e) || e.Reason != Truncated || len(e.Written) != 0 {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
	// What was there stays.
	if err := f.WriteFile("/in/large", []byte("the old one")); err != nil {
		t.Fatal(err)
	}
	if _, err := load(f, whole[:1<<20], ImportOptions{}); err == nil {
		t.Error("no error")
	}
	if b, err := f.ReadFile("/in/large"); err != nil || string(b) != "the old one" {
		t.Errorf("%.20q, %v", b, err)
	}
}

func TestDamaged(t *testing.T) {
	f := newTree(t)
	bad := makeTar(t, regular("a", "x"), regular("b", "x"))
	bad[1024+150] ^= 1
	refused(t, f, bad, ImportOptions{}, Corrupt, "a", "damaged here or behind", "/in/a")
	refused(t, f, bytes.Repeat([]byte("<!doctype html>"), 100), ImportOptions{}, Corrupt, "", "this is no tar archive")
	refused(t, f, append(makeTar(t, regular("a", "x")), "junk"...), ImportOptions{}, Corrupt, "a", "something follows", "/in/a")
	gz := pack(t, makeTar(t, regular("a", "x")))
	gz[len(gz)-6] ^= 1
	refused(t, f, gz, ImportOptions{}, Corrupt, "a", "checksum", "/in/a")
	wrong := func(h *zip.FileHeader) { h.CRC32++ }
	refused(t, f, makeZip(t, member{name: "ok"}, member{name: "bad", data: "x", change: wrong}), ImportOptions{}, Corrupt, "bad", "checksum", "/in/ok")
	refused(t, f, makeZip(t, member{name: "bad", data: strings.Repeat("x", 3<<20), change: wrong}), ImportOptions{}, Corrupt, "bad", "checksum")
	broken := errors.New("the line is cut")
	if _, err := ImportTar(f, "/in", failing{broken}, ImportOptions{}); err != broken {
		t.Errorf("a reader that fails: %v", err)
	}
	half := io.MultiReader(bytes.NewReader(makeTar(t, regular("a", strings.Repeat("x", 5000)))[:3000]), failing{broken})
	if _, err := ImportTar(f, "/in", half, ImportOptions{}); err != broken {
		t.Errorf("a reader that fails in a file: %v", err)
	}
	if list, err := f.ReadDir("/in"); err != nil || len(list) != 0 {
		t.Errorf("%v, %v", list, err)
	}
	var e *Error
	if _, err := ImportTar(f, "/dev/null", bytes.NewReader(nil), ImportOptions{}); !errors.As(err, &e) || e.Reason != Filesystem {
		t.Errorf("a target that is none: %v", err)
	}
}

// A large file of zeros costs no memory.
func TestHoles(t *testing.T) {
	f := newTree(t)
	if err := errors.Join(f.Mkdir("/src", true), f.WriteFile("/src/disk", []byte("start")),
		f.SetAttr("/src/disk", vfs.SetAttr{SetSize: true, Size: 1 << 29}), f.AppendFile("/src/disk", []byte("end"))); err != nil {
		t.Fatal(err)
	}
	r, w := io.Pipe()
	go func() { w.CloseWithError(ExportTar(f, "/src", w, ExportOptions{})) }()
	if _, err := ImportTar(f, "/copy", r, ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	b, err := f.ReadRange("/copy/disk", 1<<29-2, 10)
	if err != nil || string(b) != "\x00\x00end" {
		t.Errorf("%q, %v", b, err)
	}
	if a, err := f.Stat("/copy/disk", true); err != nil || a.Type != abi.FiletypeRegularFile || a.Size != 1<<29+3 {
		t.Errorf("%+v, %v", a, err)
	}
}
