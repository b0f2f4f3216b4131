package archive

import (
	"archive/tar"
	"bytes"
	"errors"
	"io/fs"
	"strings"
	"testing"

	"github.com/wasix-web/wasix-web/wasix"
)

// importAnything checks what holds for any input: errors are of ours, nothing
// outside is touched, what is there was said to be written, and no link leads
// out.
func importAnything(t *testing.T, f wasix.FS, data []byte, load func(ImportOptions) (Imported, error)) {
	before := show(t, f, "/outside", true)
	result, err := load(ImportOptions{MaxBytes: 1 << 20, MaxEntries: 100})
	var e *Error
	if err != nil && !errors.As(err, &e) {
		t.Fatalf("an error of others: %v", err)
	}
	if after := show(t, f, "/outside", true); after != before {
		t.Fatalf("outside is\n%s", after)
	}
	there := show(t, f, "/in", false)
	for line := range strings.Lines(there) {
		name, target, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " -> ")
		if ok && leaves(target, strings.Count(name, "/")) != "" {
			t.Fatalf("a link leads out: %s", line)
		}
	}
	if strings.Contains(there, ".part ") && !strings.Contains(string(data), ".part") {
		t.Fatalf("half a file is left:\n%s", there)
	}
	if e != nil && strings.Count(there, "\n")-1 != len(e.Written) {
		t.Fatalf("there is\n%swritten is %q", there, e.Written)
	}
	if err == nil && result.Bytes > 1<<20 {
		t.Fatalf("%d bytes", result.Bytes)
	}
	if err := errors.Join(f.Remove("/in", true), f.Mkdir("/in", false)); err != nil {
		t.Fatal(err)
	}
}

func FuzzImportTar(f *testing.F) {
	all := makeTar(f, linked(tar.TypeDir, "d/", ""), regular("d/a", "text"), linked(tar.TypeSymlink, "l", "d/a"), linked(tar.TypeLink, "h", "d/a"),
		regular(strings.Repeat("long/", 30)+"f", ""))
	f.Add(all)
	f.Add(pack(f, all))
	f.Add(makeTar(f, linked(tar.TypeSymlink, "l", "../x"), regular("l/a", "")))
	tree := newTree(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<16 {
			t.Skip("too long")
		}
		importAnything(t, tree, data, func(o ImportOptions) (Imported, error) { return ImportTar(tree, "/in", bytes.NewReader(data), o) })
	})
}

func FuzzImportZip(f *testing.F) {
	f.Add(makeZip(f, member{name: "d/"}, member{name: "d/a", data: "text"}, member{name: "l", data: "d/a", mode: fs.ModeSymlink}))
	f.Add(makeZip(f, member{name: "../a"}, member{name: "l", data: "/x", mode: fs.ModeSymlink}))
	tree := newTree(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<16 {
			t.Skip("too long")
		}
		importAnything(t, tree, data, func(o ImportOptions) (Imported, error) {
			return ImportZip(tree, "/in", bytes.NewReader(data), int64(len(data)), o)
		})
	})
}
