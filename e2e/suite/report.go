package suite

import (
	"cmp"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// Report is the result of running cases on one or more engines.
type Report struct {
	Suite string
	Rows  []Row
}

// Count returns how many rows have an outcome.
func (r *Report) Count(o Outcome) int {
	n := 0
	for _, row := range r.Rows {
		if row.Outcome == o {
			n++
		}
	}
	return n
}

// Summary is the closing line: "12 passed, 0 failed, 3 skipped".
func (r *Report) Summary() string {
	return fmt.Sprintf("%d passed, %d failed, %d skipped", r.Count(Passed), r.Count(Failed), r.Count(Skipped))
}

// Counts are the summaries of the engines: "chromium: 12 passed, 0 failed, 3 skipped".
func (r *Report) Counts() []string {
	var list []string
	for _, engine := range r.engines() {
		list = append(list, engine+": "+r.of(func(row *Row) bool { return row.Engine == engine }).Summary())
	}
	return list
}

// Write prints the table, why cases failed, the counts by engine and token, and
// the closing line.
func (r *Report) Write(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "case\tconfiguration\tengine\tresult\tms")
	for _, row := range r.Rows {
		result := string(row.Outcome)
		if row.Token != "" {
			result += " (" + string(row.Token) + ")"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%d\n", row.Name, row.Config, row.Engine, result, row.MS)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, row := range r.Rows {
		if row.Outcome == Failed {
			fmt.Fprintf(w, "\n%s %s on %s failed: %s\n", row.Name, row.Config, row.Engine, row.Message)
		}
	}
	fmt.Fprintln(w)
	for _, engine := range r.engines() {
		part := r.of(func(row *Row) bool { return row.Engine == engine })
		fmt.Fprintf(w, "%s: %s\n", engine, part.Summary())
		for _, tok := range tokens {
			n := 0
			for _, row := range part.Rows {
				if row.Token == tok {
					n++
				}
			}
			if n > 0 {
				fmt.Fprintf(w, "  %s: %d\n", tok, n)
			}
		}
	}
	_, err := fmt.Fprintln(w, r.Summary())
	return err
}

// engines lists the engines in the order they ran.
func (r *Report) engines() []string {
	var list []string
	for _, row := range r.Rows {
		if !slices.Contains(list, row.Engine) {
			list = append(list, row.Engine)
		}
	}
	return list
}

// WriteJSON writes the rows and counts as JSON.
func (r *Report) WriteJSON(w io.Writer) error {
	skips := map[Token]int{}
	for _, row := range r.Rows {
		if row.Token != "" {
			skips[row.Token]++
		}
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(map[string]any{"suite": r.Suite, "cases": r.Rows, "passed": r.Count(Passed), "failed": r.Count(Failed),
		"skipped": r.Count(Skipped), "skips": skips})
}

type junitSuite struct {
	XMLName  xml.Name    `xml:"testsuite"`
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Time     string      `xml:"time,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	Time    string        `xml:"time,attr"`
	Failure *junitMessage `xml:"failure"`
	Skipped *junitMessage `xml:"skipped"`
}

type junitMessage struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",cdata"`
}

// WriteJUnit writes the rows as JUnit XML, a suite per engine.
func (r *Report) WriteJUnit(w io.Writer) error {
	var suites struct {
		XMLName xml.Name     `xml:"testsuites"`
		Suites  []junitSuite `xml:"testsuite"`
	}
	for _, engine := range r.engines() {
		s := junitSuite{Name: engine}
		var total int64
		for _, row := range r.Rows {
			if row.Engine != engine {
				continue
			}
			c := junitCase{Class: engine + "." + strings.ReplaceAll(row.Name, "/", "."), Name: row.Config, Time: seconds(row.MS)}
			first, _, _ := strings.Cut(row.Message, "\n")
			switch row.Outcome {
			case Failed:
				c.Failure = &junitMessage{Message: printable(first), Text: printable(row.Message)}
				s.Failures++
			case Skipped:
				c.Skipped = &junitMessage{Message: printable(string(row.Token) + ": " + cmp.Or(row.Note, first))}
				s.Skipped++
			}
			s.Tests++
			total += row.MS
			s.Cases = append(s.Cases, c)
		}
		s.Time = seconds(total)
		suites.Suites = append(suites.Suites, s)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(suites); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// printable replaces what XML cannot hold.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0xFFFE || r == 0xFFFF {
			return '\uFFFD'
		}
		return r
	}, s)
}

func seconds(ms int64) string {
	return fmt.Sprintf("%.3f", (time.Duration(ms) * time.Millisecond).Seconds())
}
