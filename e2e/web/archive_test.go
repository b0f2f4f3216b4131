package web_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/evanw/esbuild/pkg/api"

	"github.com/wasix-web/wasix-web/e2e/runner"
	"github.com/wasix-web/wasix-web/web/bundle"
)

// TestArchive runs web/test/archive.ts on the bundle, beside archives that Go's
// own packages have made, and reads with them what the page exports.
func TestArchive(t *testing.T) {
	server := httptest.NewServer(archivePages(t))
	defer server.Close()
	runPage(t, server, "/test/")
}

// archivePages serves the bundle, the test page, archives made by Go, and a
// place that reads those that the page makes.
func archivePages(t *testing.T) http.Handler {
	t.Helper()
	d := dist(t)
	if _, err := os.Stat("../../web/node_modules/modern-tar"); err != nil {
		t.Skip("no web/node_modules: npm ci --prefix web")
	}
	mux := http.NewServeMux()
	mux.Handle("/", runner.Files(d))
	mux.Handle("/test/", serve(map[string]string{
		"/test/":            page("archive.mjs"),
		"/test/archive.mjs": script(t, "archive_page", api.BuildOptions{Format: api.FormatESModule, Plugins: []api.Plugin{bundle.Client}}),
	}))
	for name, data := range map[string][]byte{"go.tar": goTar(t), "go.tar.gz": gzipped(t, goTar(t)), "go.zip": goZip(t)} {
		mux.HandleFunc("GET /archives/"+name, func(w http.ResponseWriter, r *http.Request) { w.Write(data) })
	}
	mux.HandleFunc("POST /archives/check", func(w http.ResponseWriter, r *http.Request) {
		list, err := contents(r.FormValue("format"), r.Body)
		if err != nil {
			json.NewEncoder(w).Encode(map[string]string{"error": err.Error()})
			return
		}
		json.NewEncoder(w).Encode(list)
	})
	return mux
}

var goTime = time.Unix(1_700_000_000, 0)

func goTar(t *testing.T) []byte {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	large := bytes.Repeat([]byte("large "), 5<<20/6+1)[:5<<20]
	for _, e := range []struct {
		h    tar.Header
		data []byte
	}{
		{tar.Header{Name: "dir/", Typeflag: tar.TypeDir, Mode: 0o755}, nil},
		{tar.Header{Name: "dir/hello.txt", Mode: 0o600, Size: 14, Uname: "näme"}, []byte("hello from Go\n")},
		{tar.Header{Name: "dir/link", Typeflag: tar.TypeSymlink, Linkname: "hello.txt"}, nil},
		{tar.Header{Name: "dir/hard", Typeflag: tar.TypeLink, Linkname: "dir/hello.txt"}, nil},
		{tar.Header{Name: strings.Repeat("n", 120) + "/large", Size: 5 << 20, Format: tar.FormatGNU}, large},
	} {
		e.h.ModTime = goTime
		if err := w.WriteHeader(&e.h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(e.data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func gzipped(t *testing.T, data []byte) []byte {
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

func goZip(t *testing.T) []byte {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, e := range []struct {
		name string
		mode os.FileMode
		data []byte
	}{
		{"dir/", os.ModeDir | 0o755, nil},
		{"dir/hello.txt", 0o600, []byte("hello from Go\n")},
		{"dir/link", os.ModeSymlink | 0o777, []byte("hello.txt")},
		{strings.Repeat("n", 120) + "/large", 0o644, bytes.Repeat([]byte("l"), 5<<20)},
	} {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate, Modified: goTime}
		h.SetMode(e.mode)
		f, err := w.CreateHeader(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(e.data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// found is an entry as Go sees it.
type found struct {
	Name   string `json:"name"`
	Type   string `json:"type"`
	Target string `json:"target"`
	Size   int64  `json:"size"`
	Mode   int64  `json:"mode"`
	Mtime  int64  `json:"mtime"`
}

// contents reads an archive to its end.
func contents(format string, r io.Reader) ([]found, error) {
	if format == "zip" {
		return zipContents(r)
	}
	if format == "tar.gz" {
		z, err := gzip.NewReader(r)
		if err != nil {
			return nil, err
		}
		r = z
	}
	var list []found
	types := map[byte]string{tar.TypeReg: "file", tar.TypeDir: "directory", tar.TypeSymlink: "symlink", tar.TypeLink: "link"}
	for tr := tar.NewReader(r); ; {
		h, err := tr.Next()
		if err == io.EOF {
			return list, nil
		}
		if err == nil {
			_, err = io.Copy(io.Discard, tr)
		}
		if err != nil {
			return nil, err
		}
		list = append(list, found{h.Name, types[h.Typeflag], h.Linkname, h.Size, h.Mode, h.ModTime.Unix()})
	}
}

func zipContents(r io.Reader) ([]found, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	var list []found
	for _, f := range z.File {
		e := found{Name: f.Name, Type: "file", Mode: int64(f.Mode().Perm()), Mtime: f.Modified.Unix()}
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		text, err := io.ReadAll(r) // compares the checksum
		if err != nil {
			return nil, err
		}
		e.Size = int64(len(text))
		switch {
		case f.Mode()&os.ModeSymlink != 0:
			e.Type, e.Target = "symlink", string(text)
		case f.Mode().IsDir():
			e.Type = "directory"
		}
		list = append(list, e)
	}
	return list, nil
}
