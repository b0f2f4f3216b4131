//go:build !js

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"

	"github.com/wasix-web/wasix-web/e2e/runner"
	"github.com/wasix-web/wasix-web/web/bundle"
)

// cmdServe serves the playground until it is told to stop.
func cmdServe(ctx context.Context, e *env, args []string) int {
	addr, dir, isolated := "127.0.0.1:8080", "", false
	fs := &flags{command: "serve", args: "[flags]", out: e.stdout}
	fs.list = []flag{
		{name: "addr", value: "HOST:PORT", about: "where to listen; default " + addr + ", port 0 is any", set: text(&addr)},
		{name: "isolated", about: "with the headers of a cross-origin isolated page", set: on(&isolated)},
		{name: "dist", value: "DIR", about: "serve the bundle in this directory", set: text(&dir)},
	}
	rest, err := fs.parse(args)
	if err == nil && len(rest) > 0 {
		err = usagef("serve takes no argument %q", rest[0])
	}
	if err != nil {
		return e.fail(err)
	}
	dist, err := runner.FindDist(dir, e.progress(false))
	if err != nil {
		return e.fail(err)
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return e.fail(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/", runner.Files(dist))
	if root := runner.ModuleRoot(); root != "" {
		serveInstalled(mux, root)
	}
	srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-cache") // a new build shows at once
		if isolated {
			runner.Isolate(w.Header())
		}
		mux.ServeHTTP(w, r)
	})}
	ctx, cancel := interruptible(ctx)
	defer cancel()
	defer context.AfterFunc(ctx, func() { srv.Close() })()
	fmt.Fprintf(e.stdout, "http://%s/\n", l.Addr())
	if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return e.fail(err)
	}
	return 0
}

// serveInstalled offers the real programs that npm has installed for the tests
// as samples, too.
func serveInstalled(mux *http.ServeMux, root string) {
	mux.HandleFunc("GET /playground/npm.json", func(w http.ResponseWriter, r *http.Request) {
		list, _ := bundle.Installed(root)
		if list == nil {
			list = []bundle.Sample{}
		}
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(list)
	})
	mux.HandleFunc("GET /playground/npm/{name}", func(w http.ResponseWriter, r *http.Request) {
		_, files := bundle.Installed(root)
		file := files[r.PathValue("name")]
		if file == "" {
			http.NotFound(w, r)
			return
		}
		f, err := os.Open(file)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		defer f.Close()
		st, err := f.Stat()
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/wasm")
		http.ServeContent(w, r, file, st.ModTime(), f)
	})
}
