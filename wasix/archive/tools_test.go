//go:build linux

package archive

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestTools reads what GNU tar and Info-ZIP write in all their ways, and has them
// read what we write.
func TestTools(t *testing.T) {
	for _, tool := range []string{"tar", "zip", "unzip"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip("no ", tool)
		}
	}
	f := newTree(t)
	sample(t, f)
	want := show(t, f, "/src", false)
	work := t.TempDir()
	run := func(dir, tool string, args ...string) {
		t.Helper()
		cmd := exec.Command(tool, args...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s %q: %v\n%s", tool, args, err, out)
		}
	}
	// Out: each tool finds the tree, with modes, links and times.
	for _, format := range []string{"tar", "tgz", "zip"} {
		var out bytes.Buffer
		var err error
		if format == "zip" {
			err = ExportZip(f, "/src", &out, ExportOptions{})
		} else {
			err = ExportTar(f, "/src", &out, ExportOptions{Gzip: format == "tgz"})
		}
		name, dir := filepath.Join(work, "ours."+format), filepath.Join(work, format)
		if err := firstError(err, os.WriteFile(name, out.Bytes(), 0o600), os.Mkdir(dir, 0o755)); err != nil {
			t.Fatal(err)
		}
		if format == "zip" {
			run(dir, "unzip", "-q", name)
		} else {
			run(dir, "tar", "-xpf", name)
		}
		for path, mode := range map[string]os.FileMode{"tool": 0o755, "none": 0o600, "big": 0o444, "a.txt": 0o644, "empty": 0o700} {
			if st, err := os.Stat(filepath.Join(dir, path)); err != nil || st.Mode().Perm() != mode {
				t.Errorf("%s: %s is %v, %v", format, path, st, err)
			}
		}
		if target, err := os.Readlink(filepath.Join(dir, "soft")); err != nil || target != "a.txt" {
			t.Errorf("%s: soft leads to %q, %v", format, target, err)
		}
		if st, err := os.Stat(filepath.Join(dir, "a.txt")); err != nil || st.ModTime().Unix() != 1_600_000_000 {
			t.Errorf("%s: a.txt is of %v, %v", format, st.ModTime(), err)
		}
	}
	// In: the same tree, however it was packed.
	tree := filepath.Join(work, "tar")
	for name, args := range map[string][]string{
		"gnu": {"--format=gnu"}, "oldgnu": {"--format=oldgnu"}, "pax": {"--format=pax"}, "gzip": {"-z"}, "one block": {"-b1"},
		"sparse": {"-S"}, "sparse 0.0": {"-S", "--format=pax", "--sparse-version=0.0"}, "sparse 0.1": {"-S", "--format=pax", "--sparse-version=0.1"},
		"sparse 1.0": {"-S", "--format=pax", "--sparse-version=1.0"}, "xattrs": {"--format=pax", "--xattrs"},
		"zip": nil, "zip64": {"-fz"}, "zip stored": {"-0"}, "zip streamed": {"-"},
	} {
		file := filepath.Join(work, "theirs")
		switch {
		case name == "zip streamed":
			// zip cannot store symbolic links while it streams.
			run(tree, "sh", "-c", "find . ! -type l | zip -q - -@ | cat > "+file)
		case strings.HasPrefix(name, "zip"):
			run(tree, "zip", append(append([]string{"-qry"}, args...), file+".zip", ".")...)
			if err := os.Rename(file+".zip", file); err != nil {
				t.Fatal(err)
			}
		default:
			run(tree, "tar", append(append([]string{"-cf", file}, args...), ".")...)
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		g := newTree(t)
		if _, err := load(g, data, ImportOptions{}); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got, want := show(t, g, "/in", false), want
		if strings.HasPrefix(name, "zip") { // which has no hard links
			got, want = unlinked(got), unlinked(want)
		}
		if name == "zip streamed" {
			want = regexp.MustCompile("(?m)^.* -> .*\n").ReplaceAllString(want, "")
		}
		if got != want {
			t.Errorf("%s:\n%swant\n%s", name, got, want)
		}
	}
}

// unlinked leaves out the names of the file that has several.
func unlinked(tree string) string {
	var rest []string
	for _, line := range strings.Split(tree, "\n") {
		if !strings.HasPrefix(line, "a.txt") && !strings.HasPrefix(line, "empty-not") && !strings.HasPrefix(line, "z-hard") {
			rest = append(rest, line)
		}
	}
	return strings.Join(rest, "\n")
}

func firstError(list ...error) error {
	for _, err := range list {
		if err != nil {
			return err
		}
	}
	return nil
}
