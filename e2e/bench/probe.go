package main

import (
	"context"
	"fmt"
	"log"
	"regexp"
	"slices"
	"strings"
	"time"
)

// A Unit is what a figure is counted in. Figures are stored as they are printed.
type Unit string

const (
	Nanoseconds  Unit = "ns"
	Microseconds Unit = "µs"
	Milliseconds Unit = "ms"
	Kilobytes    Unit = "kB" // 1000 bytes, as sizes of downloads are given
	Megabytes    Unit = "MB"
	MBPerSecond  Unit = "MB/s"
	Percent      Unit = "%"
	Times        Unit = "×"
)

// A Row is one line of the table.
type Row struct {
	ID    string // "family/name", never changed once published
	Title string
	Unit  Unit
	// HigherIsBetter is for throughput. The ratio is ours / best either way.
	HigherIsBetter bool
	Goal           Goal
	// NoRatio is for rows in which being smaller than a peer means nothing.
	NoRatio bool
}

// A Goal is what ours must reach on a plain page; zero fields ask nothing.
type Goal struct {
	Ratio float64 // ours / best peer at most; at least when higher is better
	Limit float64 // the figure itself at most; at least when higher is better
}

// Figures has one number for each row that a probe could measure, by row id.
type Figures map[string]float64

// A Probe measures one or more rows together, with one runtime at a time.
type Probe struct {
	Name   string
	Rows   []Row
	Guests []Guest
	// Rounds is how often each runtime is measured; 0 means the -rounds flag.
	Rounds int
	// Timeout is for one measurement; 0 means two minutes.
	Timeout time.Duration
	// Stores says that the rows are about files that stay: ours is measured against stores.
	Stores bool
	// Measure returns the figures of one runtime. An error fails all rows for it; a row that is
	// left out counts as failed too.
	Measure func(ctx context.Context, s *Session) (Figures, error)
}

var probes []*Probe

func register(p *Probe) { probes = append(probes, p) }

// families is the order of the table, by the part of a row's id before the slash. Others follow.
var families = []string{"call", "start", "stdout", "cpu", "process", "memory", "size", "files"}

func (p *Probe) place() int {
	family, _, _ := strings.Cut(p.Rows[0].ID, "/")
	if i := slices.Index(families, family); i >= 0 {
		return i
	}
	return len(families)
}

// Env is what probes and the server need to know about this run.
type Env struct {
	Root    string // of the module
	Cache   string // for compiled guests and compressed sizes
	Guests  map[string]string
	Rounds  int
	Verbose bool
	Profile string // where profiles of the workers go, "" for none
}

func (e *Env) logf(format string, args ...any) {
	if e.Verbose {
		log.Printf(format, args...)
	}
}

// selectProbes returns the probes with at least one row that matches, in the table's order.
func selectProbes(want *regexp.Regexp) []*Probe {
	var chosen []*Probe
	for _, p := range probes {
		for _, r := range p.Rows {
			if want.MatchString(r.ID) {
				chosen = append(chosen, p)
				break
			}
		}
	}
	slices.SortStableFunc(chosen, func(a, b *Probe) int { return a.place() - b.place() })
	return chosen
}

// measure runs a probe in turns: every runtime once, then every runtime again. A runtime that fails
// the first time is given one more chance: some fail now and then.
func measure(ctx context.Context, env *Env, b *Browser, report *Report, rts []*Runtime, p *Probe) error {
	rounds := p.Rounds
	if rounds == 0 {
		rounds = env.Rounds
	}
	timeout := p.Timeout
	if timeout == 0 {
		timeout = 2 * time.Minute
	}
	successes, failures := make(map[string]int), make(map[string]int)
	for round := range rounds {
		for _, rt := range rts {
			if !rt.column(p.Stores) {
				continue
			}
			if failures[rt.ID] > 1 && successes[rt.ID] == 0 {
				continue
			}
			start := time.Now()
			got, err := measureOnce(ctx, b, rt, p, timeout)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err != nil {
				failures[rt.ID]++
				log.Printf("%s: %s: round %d of %d: %v", p.Name, rt.ID, round+1, rounds, err)
			} else {
				successes[rt.ID]++
				env.logf("%s: %s: round %d of %d: %.1f s", p.Name, rt.ID, round+1, rounds, time.Since(start).Seconds())
			}
			report.add(p, rt, got, err)
		}
	}
	return nil
}

func measureOnce(ctx context.Context, b *Browser, rt *Runtime, p *Probe, timeout time.Duration) (Figures, error) {
	s := &Session{browser: b, Runtime: rt, Env: b.env}
	defer s.close()
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	got, err := p.Measure(ctx, s)
	if err != nil && ctx.Err() == context.DeadlineExceeded {
		err = fmt.Errorf("no answer within %v: %w", timeout, err)
	}
	return got, s.explain(err)
}
