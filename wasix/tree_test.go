package wasix_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestTree: nothing that was built or downloaded is in the repository.
func TestTree(t *testing.T) {
	out, err := exec.Command("git", "-C", "..", "ls-files", "-z").Output()
	if err != nil {
		t.Skip("not in a checkout: ", err)
	}
	files := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
	if len(files) < 100 {
		t.Fatalf("%d files: is this the whole repository?", len(files))
	}
	for _, name := range files {
		b, err := os.ReadFile(filepath.Join("..", name))
		if os.IsNotExist(err) {
			continue // removed, and not yet committed
		}
		if err != nil {
			t.Fatal(err)
		}
		// testdata and inputs of cases may have any bytes, but are small, too.
		binary := bytes.IndexByte(b, 0) >= 0 && !strings.Contains(name, "/testdata/") && filepath.Base(name) != "input.bin"
		if len(b) > 200<<10 || binary || bytes.HasPrefix(b, []byte("\x00asm")) {
			t.Errorf("%s: %d bytes, binary: %v", name, len(b), binary)
		}
	}
}
