//go:build unix

package providers_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"
)

// webTree is a directory on a web server that counts requests, and can be made to fail.
type webTree struct {
	dir string
	*httptest.Server
	mu       sync.Mutex
	requests []string
	noRanges bool
	replace  map[string]http.HandlerFunc
}

func newWebTree(t *testing.T) *webTree {
	w := &webTree{dir: t.TempDir(), replace: map[string]http.HandlerFunc{}}
	w.Server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Access-Control-Allow-Origin", "*")
		rw.Header().Set("Access-Control-Allow-Headers", "Range")
		rw.Header().Set("Access-Control-Expose-Headers", "Content-Range, ETag")
		rw.Header().Set("Cache-Control", "no-store")
		w.mu.Lock()
		defer w.mu.Unlock()
		if r.Method == http.MethodOptions {
			return
		}
		w.requests = append(w.requests, strings.TrimSpace(r.URL.Path+" "+r.Header.Get("Range")))
		if fn := w.replace[r.URL.Path]; fn != nil {
			fn(rw, r)
			return
		}
		if w.noRanges {
			r.Header.Del("Range")
		}
		http.ServeFile(rw, r, filepath.Join(w.dir, filepath.FromSlash(r.URL.Path)))
	}))
	t.Cleanup(w.Close)
	return w
}

func (w *webTree) asked() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := w.requests
	w.requests = nil
	return list
}

// manifest writes manifest.json with the command.
func (w *webTree) manifest(t *testing.T, args ...string) {
	t.Helper()
	cmd := exec.Command("go", append(append([]string{"run", "github.com/wasix-web/wasix-web/cmd/wasix-web", "manifest", "--out", filepath.Join(w.dir, "manifest.json")}, args...), w.dir)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

func (w *webTree) put(t *testing.T, path, data string) {
	t.Helper()
	path = filepath.Join(w.dir, path)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(data), 0o644); err != nil {
		t.Fatal(err)
	}
}

type progressed struct {
	Phase, Name   string
	Loaded, Total int
}

func TestHTTP(t *testing.T) {
	w := newWebTree(t)
	w.put(t, "a.txt", "hello")
	w.put(t, "d/odd name #1 %41?.txt", "odd")
	w.put(t, "d/empty", "")
	large := strings.Repeat("0123456789abcdef", 5<<16) + "end" // 5 MiB and a bit
	w.put(t, "large", large)
	if err := os.Symlink("../a.txt", filepath.Join(w.dir, "d", "link")); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(w.dir, "a.txt"), 0o750); err != nil {
		t.Fatal(err)
	}
	at := time.Unix(1_700_000_000, 0)
	if err := os.Chtimes(filepath.Join(w.dir, "a.txt"), at, at); err != nil {
		t.Fatal(err)
	}
	w.manifest(t)
	ctx := open(t, "mounts")
	spec := map[string]any{"http": w.URL + "/manifest.json"}
	call[any](t, ctx, "mount", spec)
	if got := w.asked(); !reflect.DeepEqual(got, []string{"/manifest.json"}) {
		t.Errorf("the mount asks for %q", got)
	}
	if got := strings.Join(call[[]string](t, ctx, "list", "/m"), ", "); got != "a.txt file, d directory, large file" {
		t.Errorf("list: %s", got)
	}
	for path, want := range map[string]string{"/m/a.txt": "hello", "/m/d/link": "hello", "/m/d/odd name #1 %41?.txt": "odd", "/m/d/empty": ""} {
		if got := call[string](t, ctx, "read", path); got != want {
			t.Errorf("%s: %q", path, got)
		}
	}
	if got := call[string](t, ctx, "readlink", "/m/d/link"); got != "../a.txt" {
		t.Errorf("link: %q", got)
	}
	st := call[struct {
		Size, MtimeMs float64
		Mode          uint16
	}](t, ctx, "stat", "/m/a.txt")
	if st.Size != 5 || st.MtimeMs != 1_700_000_000_000 || st.Mode != 0o750 {
		t.Errorf("stat: %+v", st)
	}
	if got := len(w.asked()); got != 3 {
		t.Errorf("%d requests for three files, one of them through a link", got)
	}
	if p := call[[]progressed](t, ctx, "progressed"); len(p) == 0 || p[0].Phase != "file" || p[0].Loaded > p[0].Total {
		t.Errorf("progress: %+v", p)
	}
	// A large one comes in parts.
	if got := call[int](t, ctx, "size", "/m/large"); got != len(large) {
		t.Errorf("large: %d bytes", got)
	}
	if got := w.asked(); len(got) != 6 || got[0] != "/large bytes=0-1048575" || got[5] != fmt.Sprintf("/large bytes=%d-%d", 5<<20, len(large)-1) {
		t.Errorf("requests for a large file: %q", got)
	}
	for _, call1 := range [][]any{{"write", "/m/a.txt", "x"}, {"remove", "/m/a.txt"}, {"rename", "/m/a.txt", "/m/b"}, {"write", "/m/new", "x"}} {
		if e := call[string](t, ctx, "failure", call1...); !strings.HasPrefix(e, "EROFS") && !strings.Contains(e, "EROFS") {
			t.Errorf("%v: %q", call1, e)
		}
	}
	if got := call[[]string](t, ctx, "warned"); len(got) != 0 {
		t.Errorf("warnings: %q", got)
	}
	// Over it, files can be changed.
	call[any](t, ctx, "closeSystem")
	call[any](t, ctx, "mount", map[string]any{"overlay": map[string]any{"lower": spec, "upper": map[string]any{"memory": true}}})
	call[any](t, ctx, "write", "/m/d/link", "mine")
	if got := call[string](t, ctx, "read", "/m/a.txt"); got != "mine" {
		t.Errorf("over it: %q", got)
	}
	if st := call[map[string]any](t, ctx, "stat", "/m/a.txt"); st["mode"] != 0o750*1.0 {
		t.Errorf("the copy's mode: %v", st)
	}
}

// What is not open is kept as far as cacheBytes goes; the oldest goes first.
func TestHTTPCache(t *testing.T) {
	w := newWebTree(t)
	for _, name := range []string{"a", "b", "c"} {
		w.put(t, name, "five!")
	}
	w.manifest(t)
	ctx := open(t, "mounts")
	for _, tt := range []struct {
		bytes int
		want  string
	}{{0, "/a /a /b /c /b /a"}, {10, "/a /b /c /a"}, {15, "/a /b /c"}} {
		call[any](t, ctx, "mount", map[string]any{"http": w.URL + "/manifest.json", "cacheBytes": tt.bytes})
		w.asked()
		for _, name := range []string{"a", "a", "b", "c", "b", "a"} {
			if got := call[string](t, ctx, "read", "/m/"+name); got != "five!" {
				t.Errorf("%s: %q", name, got)
			}
		}
		if got := strings.Join(w.asked(), " "); got != tt.want {
			t.Errorf("with %d bytes: %s, want %s", tt.bytes, got, tt.want)
		}
		call[any](t, ctx, "closeSystem")
	}
}

// TestHTTPServers: servers that do not do what they should.
func TestHTTPServers(t *testing.T) {
	w := newWebTree(t)
	large := strings.Repeat("0123456789abcdef", 5<<16)
	for _, name := range []string{"gone", "short", "long", "whole", "changed", "refused", "breaks", "fine"} {
		w.put(t, name, "hello")
	}
	for _, name := range []string{"large", "large-changed", "large-other"} {
		w.put(t, name, large)
	}
	w.manifest(t)
	status := func(code int) http.HandlerFunc {
		return func(rw http.ResponseWriter, r *http.Request) { http.Error(rw, "no", code) }
	}
	text := func(s string) http.HandlerFunc {
		return func(rw http.ResponseWriter, r *http.Request) { fmt.Fprint(rw, s) }
	}
	w.replace["/gone"], w.replace["/refused"] = status(404), status(503)
	w.replace["/short"], w.replace["/long"] = text("hell"), text("hello!")
	w.replace["/breaks"] = func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Content-Length", "5")
		fmt.Fprint(rw, "he")
		rw.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
	version := 0
	w.replace["/large-changed"] = func(rw http.ResponseWriter, r *http.Request) {
		version++
		rw.Header().Set("ETag", fmt.Sprintf(`"%d"`, version))
		http.ServeContent(rw, r, "", time.Time{}, strings.NewReader(large))
	}
	w.replace["/large-other"] = func(rw http.ResponseWriter, r *http.Request) {
		http.ServeContent(rw, r, "", time.Time{}, strings.NewReader(large+"more"))
	}
	ctx := open(t, "mounts")
	call[any](t, ctx, "mount", map[string]any{"http": w.URL + "/manifest.json"})
	for path, want := range map[string]string{
		"gone": "answered 404", "refused": "answered 503", "short": "another length than the manifest says: 4 instead of 5",
		"long": "more than 5 instead of 5", "breaks": "broke off after", "large-changed": "has changed while it was being read",
		"large-other": "instead of 5242880",
	} {
		if e := call[string](t, ctx, "failure", "read", "/m/"+path); !strings.Contains(e, "EIO") {
			t.Errorf("%s: %q", path, e)
		}
		if got := strings.Join(call[[]string](t, ctx, "warned"), "\n"); !strings.Contains(got, want) || !strings.Contains(got, w.URL+"/"+path) {
			t.Errorf("%s: warnings %q, want %q", path, got, want)
		}
	}
	// Nothing of it stays: the file is there again, and is fetched again.
	delete(w.replace, "/gone")
	if got := call[string](t, ctx, "read", "/m/gone"); got != "hello" {
		t.Errorf("a file that is back: %q", got)
	}
	w.asked()
	w.noRanges = true
	if got := call[int](t, ctx, "size", "/m/large"); got != len(large) {
		t.Errorf("large without ranges: %d bytes", got)
	}
	if got := w.asked(); len(got) != 1 {
		t.Errorf("a server without ranges is asked %q", got)
	}
}

func TestManifestErrors(t *testing.T) {
	w := newWebTree(t)
	ctx := open(t, "mounts")
	try := func(manifest string) string {
		t.Helper()
		w.put(t, "m.json", manifest)
		return call[string](t, ctx, "failure", "mount", map[string]any{"http": w.URL + "/m.json"})
	}
	entries := func(list string) string { return `{"version": 1, "entries": [` + list + `]}` }
	for manifest, want := range map[string]string{
		"<html>":                                 "not JSON",
		"[]":                                     "no manifest of version 1",
		`{"version": 2}`:                         "no manifest of version 1",
		`{"version": 1}`:                         "entries is not an array",
		entries(`5`):                             "entry 0",
		entries(`{"path": "a", "type": "file"}`): `entry 0 ("a"): a file has a size`,
		entries(`{"path": "a", "type": "file", "size": -1}`):                                            "a file has a size",
		entries(`{"path": "a", "type": "fifo"}`):                                                        `unknown type "fifo"`,
		entries(`{"path": "a", "type": "symlink"}`):                                                     "a symlink has a target",
		entries(`{"path": "../a", "type": "directory"}`):                                                `no part ".."`,
		entries(`{"path": "/a", "type": "directory"}`):                                                  `no part ""`,
		entries(`{"path": "a", "type": "file", "size": 1}, {"path": "a", "type": "file", "size": 1}`):   `entry 1 ("a"): it is there already`,
		entries(`{"path": "a", "type": "file", "size": 1}, {"path": "a/b", "type": "file", "size": 1}`): "a is no directory",
		entries(`{"path": "` + strings.Repeat("n", 256) + `", "type": "directory"}`):                    "more than 255 bytes",
	} {
		if e := try(manifest); !strings.Contains(e, "EINVAL") || !strings.Contains(e, want) || !strings.Contains(e, w.URL+"/m.json") {
			t.Errorf("%.80s: %q, want %q", manifest, e, want)
		}
	}
	if e := call[string](t, ctx, "failure", "mount", map[string]any{"http": w.URL + "/none.json"}); !strings.Contains(e, "ENOENT") || !strings.Contains(e, "404") {
		t.Errorf("no manifest: %q", e)
	}
	url := w.URL
	w.Close()
	if e := call[string](t, ctx, "failure", "mount", map[string]any{"http": url + "/m.json"}); !strings.Contains(e, "EIO") || !strings.Contains(e, url) {
		t.Errorf("no server: %q", e)
	}
}
