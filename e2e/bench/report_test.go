package main

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	ours = runtimes[0]
	shim = runtimes[2]
	sdk  = runtimes[4]
)

// reportOf measures nothing: it is a finished report of one row with the given samples.
func reportOf(row Row, samples map[*Runtime][]float64) *Report {
	r := &Report{Date: "2026-11-22T00:00:00Z", Versions: map[string]string{"browser": "B"}, runtimes: []*Runtime{ours, shim, sdk}}
	for _, rt := range r.runtimes {
		r.Runtimes = append(r.Runtimes, ReportRuntime{ID: rt.ID, Name: rt.Name, Version: "1"})
		for _, v := range samples[rt] {
			r.add(&Probe{Rows: []Row{row}}, rt, Figures{row.ID: v}, nil)
		}
	}
	r.finish(regexp.MustCompile(""))
	return r
}

func TestRatio(t *testing.T) {
	for _, tc := range []struct {
		name  string
		row   Row
		ours  []float64
		shim  []float64
		sdk   []float64
		best  string
		ratio float64
		met   bool
	}{
		{"median and best", Row{Goal: Goal{Ratio: 0.5}}, []float64{9, 1, 2}, []float64{8, 8, 8}, []float64{4, 4, 4}, "sdk", 0.5, true},
		{"missed ratio", Row{Goal: Goal{Ratio: 0.4}}, []float64{2}, []float64{8}, []float64{4}, "sdk", 0.5, false},
		{"missed limit", Row{Goal: Goal{Ratio: 0.5, Limit: 1}}, []float64{2}, []float64{8}, []float64{4}, "sdk", 0.5, false},
		{"higher is better", Row{HigherIsBetter: true, Goal: Goal{Limit: 5}}, []float64{6}, []float64{3}, []float64{2}, "shim", 2, true},
		{"higher is better, missed", Row{HigherIsBetter: true, Goal: Goal{Limit: 7}}, []float64{6}, []float64{3}, []float64{2}, "shim", 2, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.row.ID = "x/y"
			row := reportOf(tc.row, map[*Runtime][]float64{ours: tc.ours, shim: tc.shim, sdk: tc.sdk}).Rows[0]
			if row.BestPeer != tc.best || row.Ratio == nil || *row.Ratio != tc.ratio || *row.GoalMet != tc.met {
				t.Errorf("best %s, ratio %v, met %v", row.BestPeer, row.Ratio, *row.GoalMet)
			}
		})
	}
}

func TestNoPeerNoRatio(t *testing.T) {
	r := reportOf(Row{ID: "x/y", Title: "row", Unit: Nanoseconds, Goal: Goal{Ratio: 0.5}}, map[*Runtime][]float64{ours: {2}})
	if r.Rows[0].Ratio != nil {
		t.Errorf("ratio %v without a peer", *r.Rows[0].Ratio)
	}
	if want := "| row, ns | 2.00 | - | - | - | ≤ 0.5 |"; !strings.Contains(r.markdown(), want) {
		t.Errorf("no line %q in\n%s", want, r.markdown())
	}
}

func TestFailedRounds(t *testing.T) {
	row := Row{ID: "x/y"}
	p := &Probe{Rows: []Row{row}}
	r := &Report{runtimes: []*Runtime{ours, shim}}
	boom := errors.New("boom")
	for _, err := range []error{nil, boom, nil} {
		r.add(p, shim, Figures{"x/y": 3}, err)
	}
	for _, err := range []error{nil, boom} {
		r.add(p, ours, Figures{"x/y": 3}, err)
	}
	r.finish(regexp.MustCompile(""))
	if v := r.Rows[0].Cells["shim"].Value; v == nil || *v != 3 {
		t.Errorf("two good rounds of three give %v", v)
	}
	if v := r.Rows[0].Cells["ours"].Value; v != nil {
		t.Errorf("one good round of two gives %v", *v)
	}
	if got := r.missed(); len(got) != 1 || !strings.Contains(got[0], "boom") {
		t.Errorf("missed: %q", got)
	}
}

func TestNumber(t *testing.T) {
	for v, want := range map[float64]string{0.004: "0.00", 7.256: "7.26", 15.04: "15.0", 265.4: "265", 1389: "1\u2009389", 1265210: "1\u2009265\u2009210"} {
		if got := number(v); got != want {
			t.Errorf("number(%v) = %q, want %q", v, got, want)
		}
	}
}

func TestReplaceBlock(t *testing.T) {
	file := filepath.Join(t.TempDir(), "README.md")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("a\n" + beginMark + "\nold\n" + endMark + "\nb\n")
	if err := replaceBlock(file, "new\n"); err != nil {
		t.Fatal(err)
	}
	got, _ := os.ReadFile(file)
	if want := "a\n" + beginMark + "\nnew\n" + endMark + "\nb\n"; string(got) != want {
		t.Errorf("got %q, want %q", got, want)
	}
	write("a\n" + endMark + beginMark)
	if err := replaceBlock(file, "new\n"); err == nil {
		t.Error("no error without marks in order")
	}
}

func TestRowIDs(t *testing.T) {
	seen := make(map[string]bool)
	for _, p := range probes {
		for _, r := range p.Rows {
			if seen[r.ID] {
				t.Errorf("row %s is there twice", r.ID)
			}
			seen[r.ID] = true
			if family, name, ok := strings.Cut(r.ID, "/"); !ok || family == "" || name == "" || r.Title == "" || r.Unit == "" {
				t.Errorf("row %+v needs an id family/name, a title and a unit", r)
			}
		}
	}
	if len(seen) < 20 {
		t.Errorf("only %d rows are registered", len(seen))
	}
}
