package web_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"

	"github.com/wasix-web/wasix-web/web/bundle"
)

// sources is where the pages of these tests are.
const sources = "../../web/test/"

// TestClient runs web/test/client.ts over the fake kernel.
func TestClient(t *testing.T) {
	server := httptest.NewServer(serve(clientPages(t)))
	defer server.Close()
	runPage(t, server, "/")
}

func clientPages(t *testing.T) map[string]string {
	t.Helper()
	pages := map[string]string{"/": page("page.js")}
	for _, name := range []string{"page", "fake_worker", "user_worker"} {
		pages["/"+name+".js"] = script(t, name, api.BuildOptions{
			Format: api.FormatIIFE,
			Inject: []string{"../../web/src/client/script_url.ts"},
			Define: map[string]string{"WASIX_VERSION": `"0.0.0-test"`, "import.meta.url": "scriptURL"},
		})
	}
	return pages
}

// script bundles web/test/<name>.ts.
func script(t *testing.T, name string, o api.BuildOptions) string {
	t.Helper()
	o.EntryPoints = []string{sources + name + ".ts"}
	o.Bundle = true
	o.Target = api.ES2022
	o.LogLevel = api.LogLevelSilent
	result := api.Build(o)
	if err := bundle.Errors(result); err != nil {
		t.Fatal(err)
	}
	return string(result.OutputFiles[0].Contents)
}

// page is a page with one script.
func page(script string) string {
	module := ""
	if strings.HasSuffix(script, ".mjs") {
		module = ` type="module"`
	}
	return `<!doctype html><meta charset="utf-8"><title>tests</title><link rel="icon" href="data:,"><script src="` + script + `"` + module + `></script>`
}

// serve answers with the pages and scripts in the map.
func serve(files map[string]string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, ok := files[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		switch {
		case strings.HasSuffix(r.URL.Path, "js"):
			w.Header().Set("Content-Type", "text/javascript")
		case strings.HasSuffix(r.URL.Path, ".wasm"):
			w.Header().Set("Content-Type", "application/wasm")
		default:
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
		}
		// As a CDN would, for scripts that are imported from elsewhere.
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Content-Length", strconv.Itoa(len(text)))
		w.Write([]byte(text))
	})
}
