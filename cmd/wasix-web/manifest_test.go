//go:build unix

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestManifest(t *testing.T) {
	dir := t.TempDir()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.MkdirAll(filepath.Join(dir, "d", "empty"), 0o755))
	must(os.WriteFile(filepath.Join(dir, "d", `a "b".txt`), []byte("hello"), 0o600))
	must(os.WriteFile(filepath.Join(dir, "zero"), nil, 0o755))
	must(os.Symlink("../d", filepath.Join(dir, "d", "link")))
	must(syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600))
	at := time.UnixMicro(1_700_000_000_123_500)
	must(os.Chtimes(filepath.Join(dir, "zero"), at, at))
	out := filepath.Join(dir, "manifest.json")
	for range 2 { // the second time the first one lies in the directory
		var stderr bytes.Buffer
		if code := dispatch(context.Background(), &env{nil, &stderr, &stderr}, []string{"manifest", "--out", out, "--base", "files/", dir}); code != 0 {
			t.Fatal(code, stderr.String())
		}
		if got := stderr.String(); !strings.Contains(got, "pipe is left out") {
			t.Errorf("stderr: %q", got)
		}
		b, err := os.ReadFile(out)
		must(err)
		var m struct {
			Version int
			Base    string
			Entries []map[string]any
		}
		must(json.Unmarshal(b, &m))
		var got []string
		for _, e := range m.Entries {
			if e["path"] == "zero" && (e["mtime"] != 1_700_000_000_123.5 || e["mode"] != float64(0o755)) {
				t.Errorf("%v", e)
			}
			delete(e, "mtime")
			delete(e, "mode")
			line, _ := json.Marshal(e)
			got = append(got, string(line))
		}
		want := []string{`{"path":"d","type":"directory"}`, `{"path":"d/a \"b\".txt","size":5,"type":"file"}`, `{"path":"d/empty","type":"directory"}`,
			`{"path":"d/link","target":"../d","type":"symlink"}`, `{"path":"zero","size":0,"type":"file"}`}
		if m.Version != 1 || m.Base != "files/" || strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("version %d, base %q, entries\n%s", m.Version, m.Base, strings.Join(got, "\n"))
		}
	}
	for _, bad := range [][]string{{"manifest"}, {"manifest", dir, dir}, {"manifest", filepath.Join(dir, "zero")}, {"manifest", filepath.Join(dir, "none")}} {
		var stderr bytes.Buffer
		if code := dispatch(context.Background(), &env{nil, &stderr, &stderr}, bad); code == 0 || stderr.Len() == 0 {
			t.Errorf("%v: code %d, %q", bad, code, stderr.String())
		}
	}
}
