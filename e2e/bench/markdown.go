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

// markdown is the tables with where and when they were measured: programs, and files that stay.
func (r *Report) markdown() string {
	var b strings.Builder
	for _, stores := range []bool{false, true} {
		var rows []*ReportRow
		for _, row := range r.Rows {
			if row.stores == stores {
				rows = append(rows, row)
			}
		}
		if len(rows) == 0 {
			continue
		}
		if stores {
			if b.Len() != 0 {
				fmt.Fprintln(&b)
			}
			fmt.Fprint(&b, "Files that stay in the browser:\n\n")
		}
		r.table(&b, rows, stores)
	}
	fmt.Fprintf(&b, "\nMeasured on %s with %s on %s (%d cores, %s), %s; medians of %d rounds, the best peer in bold.\n",
		r.Date[:10], r.Versions["browser"], r.Machine.CPU, r.Machine.Cores, r.Machine.Memory, r.Machine.System, r.Rounds)
	var versions []string
	for _, rt := range r.Runtimes {
		if rt.Version == "" {
			continue // no more to say than the heading does
		}
		kind := "plain page"
		if rt.Isolated {
			kind = "page with COOP and COEP"
		}
		versions = append(versions, fmt.Sprintf("%s %s (%s)", strings.TrimSuffix(rt.Name, ", isolated page"), rt.Version, kind))
	}
	fmt.Fprintf(&b, "Runtimes: %s. `-` means that it cannot, or failed in half of the rounds or more.\n", strings.Join(versions, ", "))
	return b.String()
}

// table prints rows with a column for each runtime that was measured.
func (r *Report) table(b *strings.Builder, rows []*ReportRow, stores bool) {
	var columns []ReportRuntime
	withRatio := false
	for i, rt := range r.runtimes {
		if rt.column(stores) {
			columns = append(columns, r.Runtimes[i])
			withRatio = withRatio || rt.Primary()
		}
	}
	header, rule := "| |", "|---|"
	for _, rt := range columns {
		header += " " + rt.Name + " |"
		rule += "---:|"
	}
	if withRatio {
		header += " ours / best peer | goal |"
		rule += "---:|---:|"
	}
	fmt.Fprintln(b, header)
	fmt.Fprintln(b, rule)
	for _, row := range rows {
		fmt.Fprintf(b, "| %s, %s |", row.Title, row.Unit)
		for _, rt := range columns {
			text := "-"
			if cell := row.Cells[rt.ID]; cell != nil && cell.Value != nil {
				text = number(*cell.Value)
				if row.BestPeer == rt.ID && len(columns) > 2 {
					text = "**" + text + "**"
				}
			}
			fmt.Fprintf(b, " %s |", text)
		}
		if withRatio {
			ratio := "-"
			if row.Ratio != nil {
				ratio = fmt.Sprintf("%.2f", *row.Ratio)
			}
			fmt.Fprintf(b, " %s | %s |", ratio, row.goal())
		}
		fmt.Fprintln(b)
	}
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
