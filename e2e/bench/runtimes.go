package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// A Runtime is one column of the table.
type Runtime struct {
	ID       string // what -runtimes takes
	Adapter  string // page/<Adapter>.ts
	Name     string // heading of its column
	Package  string // npm package, if it is one
	Isolated bool   // its page is served with COOP and COEP
	Store    bool   // it keeps files and runs no programs
	NoSync   bool   // its files are safe at a time that it does not tell
	Fewer    int    // many files are so many times fewer, and the time so many times longer
}

// Ours says whether this is wasix-web, on either kind of page.
func (r *Runtime) Ours() bool { return r.Adapter == "ours" }

// column says whether this is a column of the table of stores, or of the other.
func (r *Runtime) column(stores bool) bool { return r.Store == stores || stores && r.Primary() }

// Primary says whether this is the column that the ratio and the goals are about.
func (r *Runtime) Primary() bool { return r.ID == "ours" }

var runtimes = []*Runtime{
	{ID: "ours", Adapter: "ours", Name: "wasix-web"},
	{ID: "ours-isolated", Adapter: "ours", Name: "wasix-web, isolated page", Isolated: true},
	{ID: "shim", Adapter: "shim", Name: "browser_wasi_shim", Package: "@bjorn3/browser_wasi_shim"},
	{ID: "runno", Adapter: "runno", Name: "@runno/wasi", Package: "@runno/wasi"},
	{ID: "sdk", Adapter: "sdk", Name: "@wasmer/sdk", Package: "@wasmer/sdk", Isolated: true},
	{ID: "plain", Adapter: "plain", Name: "plain IndexedDB, no file system", Store: true},
	{ID: "zenfs", Adapter: "zenfs", Name: "ZenFS, IndexedDB", Package: "@zenfs/core", Store: true, NoSync: true, Fewer: 20},
}

func selectRuntimes(list string) ([]*Runtime, error) {
	var chosen []*Runtime
	var known []string
	want := make(map[string]bool)
	for id := range strings.SplitSeq(list, ",") {
		want[strings.TrimSpace(id)] = true
	}
	for _, r := range runtimes {
		known = append(known, r.ID)
		if want[r.ID] {
			chosen = append(chosen, r)
			delete(want, r.ID)
		}
	}
	for id := range want {
		return nil, fmt.Errorf("no runtime %q: there are %s", id, strings.Join(known, ", "))
	}
	return chosen, nil
}

// checkInstalled says what to do when a runtime's files are not there.
func checkInstalled(root, dist string, rts []*Runtime) error {
	for _, r := range rts {
		if r.Ours() {
			if _, err := os.Stat(filepath.Join(dist, "wasix-web.esm.js")); err != nil {
				return fmt.Errorf("%w: run `make build`, or leave ours out with -runtimes shim,runno,sdk", err)
			}
		} else if r.Package == "" {
			continue
		} else if _, err := npmVersion(root, r.Package); err != nil {
			return fmt.Errorf("%w: run `npm ci` in e2e", err)
		}
	}
	return nil
}

// npmVersion is the version of an installed package.
func npmVersion(root, name string) (string, error) {
	data, err := os.ReadFile(filepath.Join(npmDir(root, name), "package.json"))
	if err != nil {
		return "", err
	}
	var pkg struct{ Version string }
	if err := json.Unmarshal(data, &pkg); err != nil {
		return "", fmt.Errorf("package.json of %s: %w", name, err)
	}
	return pkg.Version, nil
}

func npmDir(root, name string) string {
	return filepath.Join(root, "e2e", "node_modules", filepath.FromSlash(name))
}
