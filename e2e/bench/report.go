package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"time"
)

// A Report is what -json writes. Figures are in the unit of their row.
type Report struct {
	Date     string            `json:"date"`
	Machine  Machine           `json:"machine"`
	Versions map[string]string `json:"versions"`
	Rounds   int               `json:"rounds"`
	Runtimes []ReportRuntime   `json:"runtimes"`
	Rows     []*ReportRow      `json:"rows"`

	runtimes []*Runtime
}

// Machine is where the figures are from.
type Machine struct {
	CPU    string `json:"cpu"`
	Cores  int    `json:"cores"`
	Memory string `json:"memory"`
	System string `json:"system"`
}

type ReportRuntime struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Version  string `json:"version"`
	Isolated bool   `json:"isolated"`
}

// A ReportRow has one cell for each runtime.
type ReportRow struct {
	ID             string           `json:"id"`
	Title          string           `json:"title"`
	Unit           Unit             `json:"unit"`
	HigherIsBetter bool             `json:"higherIsBetter,omitempty"`
	Cells          map[string]*Cell `json:"cells"`
	BestPeer       string           `json:"bestPeer,omitempty"`
	Ratio          *float64         `json:"ratio,omitempty"` // ours / best peer
	GoalRatio      float64          `json:"goalRatio,omitempty"`
	GoalLimit      float64          `json:"goalLimit,omitempty"`
	GoalMet        *bool            `json:"goalMet,omitempty"`

	row    Row
	stores bool // it is in the table of stores
}

// A Cell is a figure, or the reason why there is none. Value is null when no more than half of the
// rounds succeeded.
type Cell struct {
	Value   *float64  `json:"value"`
	Samples []float64 `json:"samples,omitempty"`
	Failed  int       `json:"failed,omitempty"` // rounds that did
	Reason  string    `json:"reason,omitempty"` // of the last one
}

func newReport(env *Env, b *Browser, rts []*Runtime, dist string) (*Report, error) {
	r := &Report{
		Date:     time.Now().UTC().Format(time.RFC3339),
		Machine:  thisMachine(),
		Versions: map[string]string{"browser": b.Version, "go": runtime.Version()},
		Rounds:   env.Rounds,
		runtimes: rts,
	}
	for _, rt := range rts {
		version := ""
		if rt.Ours() {
			version = sourceVersion(env.Root)
		} else if rt.Package != "" {
			var err error
			if version, err = npmVersion(env.Root, rt.Package); err != nil {
				return nil, err
			}
		}
		r.Runtimes = append(r.Runtimes, ReportRuntime{rt.ID, rt.Name, version, rt.Isolated})
	}
	return r, nil
}

// sourceVersion names the commit that is measured.
func sourceVersion(root string) string {
	cmd := exec.Command("git", "describe", "--always", "--dirty", "--tags")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(out))
}

// add takes the figures of one round of one runtime.
func (r *Report) add(p *Probe, rt *Runtime, got Figures, err error) {
	for _, row := range p.Rows {
		made := r.row(row)
		made.stores = p.Stores
		cell := made.cell(rt.ID)
		value, ok := got[row.ID]
		switch {
		case err != nil:
			cell.Failed++
			cell.Reason = err.Error()
		case !ok:
			cell.Failed++
			cell.Reason = "the probe " + p.Name + " gave no figure for this row"
		default:
			cell.Samples = append(cell.Samples, value)
		}
	}
}

func (r *Report) row(row Row) *ReportRow {
	for _, have := range r.Rows {
		if have.ID == row.ID {
			return have
		}
	}
	made := &ReportRow{
		ID: row.ID, Title: row.Title, Unit: row.Unit, HigherIsBetter: row.HigherIsBetter,
		GoalRatio: row.Goal.Ratio, GoalLimit: row.Goal.Limit, Cells: make(map[string]*Cell), row: row,
	}
	r.Rows = append(r.Rows, made)
	return made
}

func (row *ReportRow) cell(id string) *Cell {
	if row.Cells[id] == nil {
		row.Cells[id] = &Cell{}
	}
	return row.Cells[id]
}

// finish drops the rows that were not asked for and works out medians, ratios and goals.
func (r *Report) finish(want *regexp.Regexp) {
	var kept []*ReportRow
	for _, row := range r.Rows {
		if !want.MatchString(row.ID) {
			continue
		}
		kept = append(kept, row)
		for _, cell := range row.Cells {
			if len(cell.Samples) > cell.Failed {
				value := median(cell.Samples)
				cell.Value = &value
			}
		}
		row.compare(r.runtimes)
	}
	r.Rows = kept
}

// compare sets the ratio of ours to the best peer, and whether the goal is met.
func (row *ReportRow) compare(rts []*Runtime) {
	var ours, best *float64
	for _, rt := range rts {
		cell := row.Cells[rt.ID]
		if cell == nil || cell.Value == nil {
			continue
		}
		if rt.Primary() {
			ours = cell.Value
		}
		if rt.Ours() {
			continue
		}
		if best == nil || (*cell.Value < *best) != row.HigherIsBetter {
			best, row.BestPeer = cell.Value, rt.ID
		}
	}
	if ours == nil {
		return
	}
	reached := func(value, goal float64) bool {
		return goal == 0 || (value <= goal) != row.HigherIsBetter || value == goal
	}
	met := reached(*ours, row.GoalLimit)
	if best != nil && *best != 0 && !row.row.NoRatio {
		ratio := *ours / *best
		row.Ratio = &ratio
		met = met && reached(ratio, row.GoalRatio)
	}
	if row.GoalRatio != 0 || row.GoalLimit != 0 {
		row.GoalMet = &met
	}
}

// missed lists the rows in which ours failed or misses its goal.
func (r *Report) missed() []string {
	var list []string
	for _, row := range r.Rows {
		cell := row.Cells["ours"]
		switch {
		case cell == nil:
		case cell.Failed > 0:
			list = append(list, fmt.Sprintf("%s failed %d times: %s", row.ID, cell.Failed, cell.Reason))
		case row.GoalMet != nil && !*row.GoalMet:
			list = append(list, row.ID)
		}
	}
	return list
}

func (r *Report) writeJSON(file string) error {
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(data, '\n'), 0o644)
}

// thisMachine reads what Linux tells; elsewhere only what Go knows.
func thisMachine() Machine {
	m := Machine{CPU: runtime.GOARCH, Cores: runtime.NumCPU(), System: runtime.GOOS}
	if name := lineValue("/proc/cpuinfo", "model name", ":"); name != "" {
		m.CPU = name
	}
	if name := lineValue("/etc/os-release", "PRETTY_NAME", "="); name != "" {
		m.System = strings.Trim(name, `"`)
	}
	var kB float64
	if _, err := fmt.Sscanf(lineValue("/proc/meminfo", "MemTotal", ":"), "%g kB", &kB); err == nil {
		m.Memory = fmt.Sprintf("%.0f GB", kB*1024/1e9)
	}
	return m
}

// lineValue is what follows "key sep" in a file of such lines.
func lineValue(file, key, sep string) string {
	data, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(data)) {
		name, value, ok := strings.Cut(line, sep)
		if ok && strings.TrimSpace(name) == key {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
