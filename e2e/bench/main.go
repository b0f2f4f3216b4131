// Command bench measures wasix-web against the other runtimes that run WASI or WASIX programs in a
// browser: the same guests, the same Chromium session, one after the other in turns.
//
//	go run ./e2e/bench                          every runtime, every row; a table on stdout
//	go run ./e2e/bench -runtimes shim,runno,sdk without ours
//	go run ./e2e/bench -rows 'call/fd_'         only rows whose id matches
//	go run ./e2e/bench -readme README.md        also replace the table in the README
//	go run ./e2e/bench -rows process/fork -rounds 1 -profile /tmp   write what our worker does meanwhile
//
// # How it measures
//
// A probe is measured in a tab of its own with a fresh profile, one tab at a time. Runtimes take
// turns: each is measured once before any is measured again, so that a slow minute of the machine
// hits all of them. The figure of a row is the median of its rounds; the JSON has every sample.
// The ratio compares ours on a plain page with the best of the peers.
//
// wasix-web and the two preview1 shims run in a page without special headers, and in a Web Worker.
// @wasmer/sdk runs in a page with COOP and COEP, which it needs. Ours runs there as well.
// Responses are not cached and come from this machine: cold start is everything but the network.
//
// Rows about files that stay (rows_files.go) compare ours with stores that run no programs, in a
// table of their own, and in the browser's own profile: the fresh ones are in memory.
//
// # How to add a row
//
// Write a file rows_<family>.go that registers a [Probe] in an init function: its rows, its guests
// and a Measure function that returns a figure for each row. Most call one of the page's probes
// (page/probes.ts): "figures" runs a guest that measures itself and prints "name picoseconds"
// lines, "times" runs a program n times. Guests are C files in guests/; bench.h has the imports.
// A guest with threads, fork or pipes has Kind Wasix and includes wasix.h; rows_process.go is the
// example. The order of families in the table is in probe.go.
//
// A runtime that cannot do a row gets "-" in the table and its own error message in the JSON.
//
// # How to add a runtime
//
// Add it to the list in runtimes.go, and page/<id>.ts with the interface of page/runtime.ts; a store
// of files has the steps of page/store.ts.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
)

type options struct {
	runtimes string
	rows     string
	json     string
	md       string
	readme   string
	dist     string
	chromium string
	rounds   int
	profile  string
	check    bool
	list     bool
	verbose  bool
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("bench: ")
	var o options
	flag.StringVar(&o.runtimes, "runtimes", "ours,ours-isolated,shim,runno,sdk,plain,zenfs", "runtimes to measure, by id")
	flag.StringVar(&o.rows, "rows", "", "measure only the rows whose id matches this regular expression")
	flag.StringVar(&o.json, "json", "", "write the results as JSON to this file")
	flag.StringVar(&o.md, "md", "", "write the table as Markdown to this file")
	flag.StringVar(&o.readme, "readme", "", "replace the table between the bench marks of this file")
	flag.StringVar(&o.dist, "dist", "web/dist", "directory of our bundle, from the module's root")
	flag.StringVar(&o.chromium, "chromium", os.Getenv("CHROMIUM"), "browser to run; found in PATH when empty")
	flag.IntVar(&o.rounds, "rounds", 5, "how often each runtime is measured")
	flag.StringVar(&o.profile, "profile", "", "write what the workers do, as .cpuprofile files, to this directory; slows them down")
	flag.BoolVar(&o.check, "check", false, "exit with 1 when a row misses its goal")
	flag.BoolVar(&o.list, "list", false, "list the rows and exit")
	flag.BoolVar(&o.verbose, "v", false, "say what is measured, and show the pages' consoles")
	flag.Parse()
	if flag.NArg() > 0 {
		log.Fatalf("unexpected argument %q", flag.Arg(0))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, o options) error {
	want, err := regexp.Compile(o.rows)
	if err != nil {
		return fmt.Errorf("-rows: %w", err)
	}
	selected := selectProbes(want)
	if len(selected) == 0 {
		return fmt.Errorf("no row matches %q", o.rows)
	}
	if o.list {
		return listRows(os.Stdout, selected)
	}
	if o.rounds < 1 {
		return fmt.Errorf("-rounds %d: at least 1", o.rounds)
	}
	rts, err := selectRuntimes(o.runtimes)
	if err != nil {
		return err
	}
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	dist := o.dist
	if !filepath.IsAbs(dist) {
		dist = filepath.Join(root, dist)
	}
	if err := checkInstalled(root, dist, rts); err != nil {
		return err
	}
	env := &Env{Root: root, Cache: filepath.Join(root, "e2e", ".cache"), Rounds: o.rounds, Verbose: o.verbose, Profile: o.profile}
	if env.Guests, err = buildGuests(ctx, env, selected); err != nil {
		return err
	}
	site, err := newSite(env, dist, rts)
	if err != nil {
		return err
	}
	defer site.Close()
	browser, err := startBrowser(ctx, o.chromium, site, env)
	if err != nil {
		return err
	}
	defer browser.Close()

	report, err := newReport(env, browser, rts, dist)
	if err != nil {
		return err
	}
	for i, p := range selected {
		log.Printf("%d of %d: %s", i+1, len(selected), p.Name)
		if err := measure(ctx, env, browser, report, rts, p); err != nil {
			return err
		}
	}
	report.finish(want)
	return deliver(report, o)
}

// deliver prints the table and writes the files that were asked for.
func deliver(report *Report, o options) error {
	table := report.markdown()
	fmt.Print(table)
	if o.md != "" {
		if err := os.WriteFile(o.md, []byte(table), 0o644); err != nil {
			return err
		}
	}
	if o.json != "" {
		if err := report.writeJSON(o.json); err != nil {
			return err
		}
	}
	if o.readme != "" {
		if err := replaceBlock(o.readme, table); err != nil {
			return err
		}
	}
	if missed := report.missed(); o.check && len(missed) > 0 {
		return fmt.Errorf("goals missed: %s", strings.Join(missed, "; "))
	}
	return nil
}

func listRows(w io.Writer, selected []*Probe) error {
	for _, p := range selected {
		for _, r := range p.Rows {
			if _, err := fmt.Fprintf(w, "%-24s %s (%s)\n", r.ID, r.Title, r.Unit); err != nil {
				return err
			}
		}
	}
	return nil
}

// moduleRoot is the nearest directory upwards that holds go.mod.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", fmt.Errorf("no go.mod here or above: run this inside the repository")
		}
		dir = parent
	}
}
