package main

import (
	"fmt"
	"math"
	"os"
	"strings"
)

// The table stands between these two lines of the README.
const (
	beginMark = "<!-- bench:begin -->"
	endMark   = "<!-- bench:end -->"
)

// markdown is the table with where and when it was measured.
func (r *Report) markdown() string {
	var b strings.Builder
	withRatio := false
	for _, rt := range r.runtimes {
		withRatio = withRatio || rt.Primary()
	}
	header, rule := "| |", "|---|"
	for _, rt := range r.Runtimes {
		header += " " + rt.Name + " |"
		rule += "---:|"
	}
	if withRatio {
		header += " ours / best peer | goal |"
		rule += "---:|---:|"
	}
	fmt.Fprintln(&b, header)
	fmt.Fprintln(&b, rule)
	for _, row := range r.Rows {
		fmt.Fprintf(&b, "| %s, %s |", row.Title, row.Unit)
		for _, rt := range r.Runtimes {
			text := "-"
			if cell := row.Cells[rt.ID]; cell != nil && cell.Value != nil {
				text = number(*cell.Value)
				if row.BestPeer == rt.ID && len(r.Runtimes) > 2 {
					text = "**" + text + "**"
				}
			}
			fmt.Fprintf(&b, " %s |", text)
		}
		if withRatio {
			ratio := "-"
			if row.Ratio != nil {
				ratio = fmt.Sprintf("%.2f", *row.Ratio)
			}
			fmt.Fprintf(&b, " %s | %s |", ratio, row.goal())
		}
		fmt.Fprintln(&b)
	}
	fmt.Fprintf(&b, "\nMeasured on %s with %s on %s (%d cores, %s), %s; medians of %d rounds, the best peer in bold.\n",
		r.Date[:10], r.Versions["browser"], r.Machine.CPU, r.Machine.Cores, r.Machine.Memory, r.Machine.System, r.Rounds)
	var versions []string
	for _, rt := range r.Runtimes {
		kind := "plain page"
		if rt.Isolated {
			kind = "page with COOP and COEP"
		}
		versions = append(versions, fmt.Sprintf("%s %s (%s)", strings.TrimSuffix(rt.Name, ", isolated page"), rt.Version, kind))
	}
	fmt.Fprintf(&b, "Runtimes: %s. `-` means that it cannot, or failed in half of the rounds or more.\n", strings.Join(versions, ", "))
	return b.String()
}

func (row *ReportRow) goal() string {
	sign := "≤"
	if row.HigherIsBetter {
		sign = "≥"
	}
	var parts []string
	if row.GoalRatio != 0 {
		parts = append(parts, fmt.Sprintf("%s %g", sign, row.GoalRatio))
	}
	if row.GoalLimit != 0 {
		parts = append(parts, fmt.Sprintf("%s %s %s", sign, number(row.GoalLimit), row.Unit))
	}
	text := strings.Join(parts, ", ")
	if row.GoalMet != nil && !*row.GoalMet {
		text += " (missed)"
	}
	return text
}

// number prints three significant digits, and thousands with a thin gap.
func number(v float64) string {
	switch abs := math.Abs(v); {
	case abs >= 1000:
		digits := fmt.Sprintf("%.0f", v)
		for i := len(digits) - 3; i > 0; i -= 3 {
			digits = digits[:i] + "\u2009" + digits[i:]
		}
		return digits
	case abs >= 100:
		return fmt.Sprintf("%.0f", v)
	case abs >= 10:
		return fmt.Sprintf("%.1f", v)
	default:
		return fmt.Sprintf("%.2f", v)
	}
}

// replaceBlock puts the table between the marks of a file.
func replaceBlock(file, table string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	before, rest, ok := strings.Cut(string(data), beginMark)
	_, after, ok2 := strings.Cut(rest, endMark)
	if !ok || !ok2 {
		return fmt.Errorf("%s has no lines %s and %s to put the table between", file, beginMark, endMark)
	}
	return os.WriteFile(file, []byte(before+beginMark+"\n"+table+endMark+after), 0o644)
}
