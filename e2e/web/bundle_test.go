package web_test

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/evanw/esbuild/pkg/api"

	"github.com/wasix-web/wasix-web/e2e/runner"
	"github.com/wasix-web/wasix-web/web/bundle"
)

// dist is the bundle, built when it is older than its sources.
func dist(t *testing.T) fs.FS {
	t.Helper()
	d, err := runner.FindDist("", t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestBundle runs web/test/bundle.ts on the bundle, on a plain page and on a
// cross-origin isolated one.
func TestBundle(t *testing.T) {
	d := dist(t)
	for _, isolated := range []bool{false, true} {
		name := "plain"
		if isolated {
			name = "isolated"
		}
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(bundlePages(t, d, isolated))
			defer server.Close()
			runPage(t, server, "/test/")
		})
	}
}

// bundlePages serves the bundle with the test page and the guest.
func bundlePages(t *testing.T, dist fs.FS, isolated bool) http.Handler {
	t.Helper()
	files := map[string]string{
		"/test/":           page("bundle.mjs"),
		"/test/bundle.mjs": script(t, "bundle_page", api.BuildOptions{Format: api.FormatESModule, Plugins: []api.Plugin{bundle.Client}}),
		"/guest.wasm":      guest(t),
	}
	own, shared := serve(files), runner.Files(dist)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isolated {
			runner.Isolate(w.Header())
			// Another origin of ours may use the files, as with a CDN.
			w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
		}
		w.Header().Set("Access-Control-Allow-Origin", "*")
		if _, ok := files[r.URL.Path]; ok {
			own.ServeHTTP(w, r)
		} else {
			shared.ServeHTTP(w, r)
		}
	})
}

// guest compiles web/test/guest.
func guest(t *testing.T) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "guest.wasm")
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", out, "../../web/test/guest")
	cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm")
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
