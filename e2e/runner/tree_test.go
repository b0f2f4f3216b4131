package runner

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/wasix-web/wasix-web/wasix"
)

// plant makes a tree: names that end in "/" are directories, values that begin
// with "->" links.
func plant(t *testing.T, dir string, tree map[string]string) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(tree)) {
		path, text := filepath.Join(dir, name), tree[name]
		err := os.MkdirAll(filepath.Dir(path), 0o755)
		if target, ok := strings.CutPrefix(text, "->"); err == nil && ok {
			err = os.Symlink(target, path)
		} else if err == nil && strings.HasSuffix(name, "/") {
			err = os.MkdirAll(path, 0o755)
		} else if err == nil {
			err = os.WriteFile(path, []byte(text), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// harvest is the opposite of plant.
func harvest(t *testing.T, dir string) map[string]string {
	t.Helper()
	tree := map[string]string{}
	entries, err := scanTree(dir, func(s string) { t.Error(s) })
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		switch e.Type {
		case "d":
			tree[e.Path+"/"] = ""
		case "l":
			tree[e.Path] = "->" + e.Target
		default:
			b, err := os.ReadFile(filepath.Join(dir, e.Path))
			if err != nil {
				t.Fatal(err)
			}
			tree[e.Path] = string(b)
		}
	}
	return tree
}

// Every way a program can change a tree comes back to the host.
func TestWriteBack(t *testing.T) {
	before := map[string]string{
		"same": "s", "changed": "old", "gone": "g", "empty": "", "deep/": "", "deep/a/": "", "deep/a/b": "b", "deep/gone/": "", "deep/gone/x": "x",
		"file-to-dir": "f", "dir-to-file/": "", "dir-to-file/x": "x", "dir-to-link/": "", "dir-to-link/x": "x", "link": "->same", "link-to-file": "->same",
		"keep-link-target": "k", "relinked": "->same", "all": string(all),
	}
	after := maps.Clone(before)
	for _, name := range []string{"gone", "deep/gone/", "deep/gone/x", "file-to-dir", "dir-to-file/", "dir-to-file/x", "dir-to-link/", "dir-to-link/x"} {
		delete(after, name)
	}
	maps.Copy(after, map[string]string{"changed": "new", "new": "n", "file-to-dir/": "", "file-to-dir/y": "y", "dir-to-file": "now", "dir-to-link": "->deep",
		"link-to-file": "own", "deep/a/b": "bb", "deep/c/": "", "deep/c/d/": "", "deep/c/d/e": string(all), "relinked": "->new"})
	for _, guest := range []string{"/data", "/", "/home"} {
		t.Run(guest, func(t *testing.T) {
			dir := t.TempDir()
			plant(t, dir, before)
			sys, err := wasix.New(wasix.Config{})
			if err != nil {
				t.Fatal(err)
			}
			defer sys.Close()
			fs := sys.FS()
			warn := func(s string) { t.Error(s) }
			tree, err := loadTree(fs, guest, []string{guest}, dir, warn)
			if err != nil {
				t.Fatal(err)
			}
			var b bytes.Buffer
			if changed, err := tree.changes(&b); err != nil || changed {
				t.Fatalf("nothing was done: %v, %v", changed, err)
			}
			do := func(err error) {
				t.Helper()
				if err != nil {
					t.Fatal(err)
				}
			}
			at := tree.at
			for _, name := range []string{"gone", "deep/gone", "file-to-dir", "dir-to-file", "dir-to-link", "link-to-file", "relinked"} {
				do(fs.Remove(at(name), true))
			}
			do(fs.WriteFile(at("changed"), []byte("new")))
			do(fs.WriteFile(at("new"), []byte("n")))
			do(fs.Mkdir(at("file-to-dir"), false))
			do(fs.WriteFile(at("file-to-dir/y"), []byte("y")))
			do(fs.WriteFile(at("dir-to-file"), []byte("now")))
			do(fs.Symlink("deep", at("dir-to-link")))
			do(fs.WriteFile(at("link-to-file"), []byte("own")))
			do(fs.WriteFile(at("deep/a/b"), []byte("bb")))
			do(fs.Mkdir(at("deep/c/d"), true))
			do(fs.WriteFile(at("deep/c/d/e"), all))
			do(fs.Symlink("new", at("relinked")))
			if guest == "/" { // the system's own are not the directory's
				do(fs.WriteFile("/tmp/x", nil))
			}
			changed, err := tree.changes(&b)
			if err != nil || !changed {
				t.Fatalf("%v, %v", changed, err)
			}
			do(applyTree(&b, dir))
			if got := harvest(t, dir); !reflect.DeepEqual(got, after) {
				t.Errorf("got  %q\nwant %q", got, after)
			}
		})
	}
}

// TestTreeModes: modes go in, and come back with what has another name.
func TestTreeModes(t *testing.T) {
	dir := t.TempDir()
	plant(t, dir, map[string]string{"script": "#!/bin/sh", "plain": "p", "private/": "", "private/key": "k"})
	for name, mode := range map[string]os.FileMode{"script": 0o755, "private": 0o700, "private/key": 0o600} {
		if err := os.Chmod(filepath.Join(dir, name), mode); err != nil {
			t.Fatal(err)
		}
	}
	sys, err := wasix.New(wasix.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer sys.Close()
	fs := sys.FS()
	tree, err := loadTree(fs, "/data", nil, dir, func(s string) { t.Error(s) })
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]uint16{"script": 0o755, "plain": 0o644, "private": 0o700, "private/key": 0o600} {
		if a, err := fs.Stat("/data/"+name, false); err != nil || a.Mode != want {
			t.Errorf("%s has mode %o in the guest: %v", name, a.Mode, err)
		}
	}
	var b bytes.Buffer
	err = errors.Join(fs.Rename("/data/script", "/data/moved"), fs.Rename("/data/private", "/data/mine"), fs.WriteFile("/data/plain", []byte("q")))
	if err == nil {
		_, err = tree.changes(&b)
	}
	if err == nil {
		err = applyTree(&b, dir)
	}
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]os.FileMode{"moved": 0o755, "plain": 0o644, "mine": 0o700, "mine/key": 0o600} {
		if st, err := os.Stat(filepath.Join(dir, name)); err != nil || st.Mode().Perm() != want {
			t.Errorf("%s came back as %v: %v", name, st, err)
		}
	}
}

// What is packed for a page is what the native tree sees.
func TestPackTree(t *testing.T) {
	dir := t.TempDir()
	plant(t, dir, map[string]string{"a": "", "b": "bb", "c/": "", "c/d": string(all), "l": "->c/d"})
	var b bytes.Buffer
	if err := packTree(&b, dir, func(s string) { t.Error(s) }); err != nil {
		t.Fatal(err)
	}
	n := binary.LittleEndian.Uint32(b.Next(4))
	var entries []entry
	if err := json.Unmarshal(b.Next(int(n)), &entries); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, e := range entries {
		got[e.Path] = e.Type + e.Target + string(b.Next(int(e.Size)))
	}
	want := map[string]string{"a": "f", "b": "fbb", "c": "d", "c/d": "f" + string(all), "l": "lc/d"}
	if !reflect.DeepEqual(got, want) || b.Len() != 0 {
		t.Errorf("%q, %d bytes left", got, b.Len())
	}
}

// Nothing that comes back may leave the directory.
func TestApplyTreeStaysInside(t *testing.T) {
	outside := t.TempDir()
	plant(t, outside, map[string]string{"victim": "v"})
	for _, e := range []entry{
		{Path: "../x", Type: "f"}, {Path: "/x", Type: "f"}, {Path: "out/x", Type: "f"}, {Path: "out/victim", Gone: true},
		{Path: "out/d", Type: "d"}, {Path: "../d", Type: "d"}, {Path: "out/l", Type: "l", Target: "x"}, {Path: "", Type: "f"}, {Path: ".", Type: "l", Target: "x"},
	} {
		dir := t.TempDir()
		plant(t, dir, map[string]string{"out": "->" + outside})
		head, err := json.Marshal([]entry{e})
		if err != nil {
			t.Fatal(err)
		}
		b := append(binary.LittleEndian.AppendUint32(nil, uint32(len(head))), head...)
		if err := applyTree(bytes.NewReader(b), dir); err == nil {
			t.Errorf("%+v: no error", e)
		}
		if got := harvest(t, outside); !reflect.DeepEqual(got, map[string]string{"victim": "v"}) {
			t.Fatalf("%+v: outside is now %q", e, got)
		}
	}
}

func TestApplyTreeTruncated(t *testing.T) {
	head := []byte(`[{"p":"a","t":"f","s":10}]`)
	whole := append(append(binary.LittleEndian.AppendUint32(nil, uint32(len(head))), head...), "0123456789"...)
	for n := range whole {
		if err := applyTree(bytes.NewReader(whole[:n]), t.TempDir()); err == nil {
			t.Errorf("%d bytes of %d: no error", n, len(whole))
		}
	}
}

// What the host refuses is named, and keeps nothing else from coming back.
func TestApplyTreeGoesOn(t *testing.T) {
	dir := t.TempDir()
	plant(t, dir, map[string]string{"busy/": "", "busy/new": "made meanwhile", "full/": "", "gone": "g", "z": "old"})
	head, err := json.Marshal([]entry{{Path: "gone", Gone: true}, {Path: "busy", Gone: true}, {Path: "full", Gone: true}, {Path: "a", Type: "f", Size: 3},
		{Path: "no/where", Type: "f", Size: 5}, {Path: "l", Type: "l", Target: "a"}, {Path: "z", Type: "f", Size: 3}})
	if err != nil {
		t.Fatal(err)
	}
	b := append(binary.LittleEndian.AppendUint32(nil, uint32(len(head))), head...)
	err = applyTree(strings.NewReader(string(b)+"newemptyNEW"), dir)
	if err == nil || !strings.Contains(err.Error(), "busy: ") || !strings.Contains(err.Error(), "no/where: ") {
		t.Errorf("%v", err)
	}
	want := map[string]string{"busy/": "", "busy/new": "made meanwhile", "a": "new", "l": "->a", "z": "NEW"}
	if got := harvest(t, dir); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// Directories that are seen twice, or inside another, become mounts.
func TestMounts(t *testing.T) {
	for _, tt := range []struct {
		dirs []Dir
		want []mount
	}{
		{[]Dir{{"/h/a", "/a"}, {"/h/b", "b/"}}, nil},
		{[]Dir{{"/h/a", "/data/a"}, {"/h/b", "/data"}}, []mount{{"/data/a", 0}}},
		{[]Dir{{"/h/a", "/long/path"}, {"/h/a", "/lib"}, {"/h/b", "/b"}}, []mount{{"/lib", 0}, {"/long/path", 0}}},
		{[]Dir{{"/h/a", "/"}, {"/h/a", "/lib"}}, nil},
	} {
		if got := newTask(1, &Job{Dirs: tt.dirs}).mounts(); !slices.Equal(got, tt.want) {
			t.Errorf("%v: %v, want %v", tt.dirs, got, tt.want)
		}
	}
}

func TestUnreadableFilesAreNamed(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root can read everything")
	}
	dir := t.TempDir()
	plant(t, dir, map[string]string{"a": "a", "secret": "s"})
	if err := os.Chmod(filepath.Join(dir, "secret"), 0); err != nil {
		t.Fatal(err)
	}
	var warned []string
	entries, err := scanTree(dir, func(s string) { warned = append(warned, s) })
	if err != nil || len(entries) != 1 || len(warned) != 1 || !strings.Contains(warned[0], "secret") {
		t.Errorf("%v, %q, %v", entries, warned, err)
	}
}
