package suite

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
)

// marks stand around a suite's part of a results file.
func marks(name string) (begin, end string) {
	return "<!-- " + name + ":begin -->", "<!-- " + name + ":end -->"
}

// UpdateMarkdown puts the results of a suite into a file, in place of what it
// said about that suite before. A file that is not there is made; one that says
// nothing about the suite gets it at its end.
func UpdateMarkdown(file, name string, r *Report) error {
	b, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	var part strings.Builder
	begin, end := marks(name)
	fmt.Fprintln(&part, begin)
	if err := r.WriteMarkdown(&part, name); err != nil {
		return err
	}
	fmt.Fprintln(&part, end)
	text := string(b)
	from := strings.Index(text, begin)
	to := strings.Index(text, end)
	switch {
	case from < 0 && to < 0:
		if text != "" {
			text = strings.TrimRight(text, "\n") + "\n\n"
		}
		text += part.String()
	case from < 0, to < from:
		return fmt.Errorf("%s: the marks of %s are broken", file, name)
	default:
		text = text[:from] + part.String() + strings.TrimPrefix(text[to+len(end):], "\n")
	}
	return os.WriteFile(file, []byte(text), 0o644)
}

// WriteMarkdown writes the counts by engine and by category, and a row for every
// case: a column per engine, and a note.
func (r *Report) WriteMarkdown(w io.Writer, name string) error {
	engines := r.engines()
	out := &errWriter{w: w}
	out.printf("## %s\n\n", name)
	out.printf("| engine | passed | failed | skipped |\n|---|---|---|---|\n")
	for _, e := range engines {
		part := r.of(func(row *Row) bool { return row.Engine == e })
		out.printf("| %s | %d | %d | %d |\n", e, part.Count(Passed), part.Count(Failed), part.Count(Skipped))
	}
	if categories := r.categories(); len(categories) > 1 {
		out.printf("\nPassed, of all, by category:\n\n| category | %s |\n|---|%s\n", strings.Join(engines, " | "), strings.Repeat("---|", len(engines)))
		for _, c := range categories {
			out.printf("| %s |", c)
			for _, e := range engines {
				part := r.of(func(row *Row) bool { return row.Engine == e && category(row.Name) == c })
				out.printf(" %d of %d |", part.Count(Passed), len(part.Rows))
			}
			out.printf("\n")
		}
	}
	out.printf("\n| case | configuration | %s | note |\n|---|---|%s---|\n", strings.Join(engines, " | "), strings.Repeat("---|", len(engines)))
	for _, id := range r.ids() {
		out.printf("| %s | %s |", cell(id[0]), cell(id[1]))
		notes := []string{}
		for _, e := range engines {
			found := r.of(func(row *Row) bool { return row.Engine == e && row.Name == id[0] && row.Config == id[1] })
			if len(found.Rows) == 0 {
				out.printf(" |")
				continue
			}
			row := &found.Rows[0]
			out.printf(" %s |", row.Outcome)
			if note := row.remark(); note != "" && !slices.Contains(notes, note) {
				notes = append(notes, note)
			}
		}
		out.printf(" %s |\n", cell(strings.Join(notes, "; ")))
	}
	return out.err
}

// remark is what there is to say about a row that did not pass.
func (row *Row) remark() string {
	switch row.Outcome {
	case Skipped:
		return strings.TrimSuffix(string(row.Token)+": "+row.Note, ": ")
	case Failed:
		first, _, _ := strings.Cut(row.Message, "\n")
		return first
	}
	return ""
}

// of returns the rows that keep wants.
func (r *Report) of(keep func(*Row) bool) *Report {
	part := &Report{}
	for i := range r.Rows {
		if keep(&r.Rows[i]) {
			part.Rows = append(part.Rows, r.Rows[i])
		}
	}
	return part
}

// category is the first part of a case's name; that of a case that lies at the
// top is its own name's.
func category(name string) string {
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		dir, _, _ := strings.Cut(name, "/")
		return dir
	}
	return "(top)"
}

func (r *Report) categories() []string {
	var list []string
	for _, row := range r.Rows {
		if c := category(row.Name); !slices.Contains(list, c) {
			list = append(list, c)
		}
	}
	slices.Sort(list)
	return list
}

// ids lists names and configurations in the order they came first.
func (r *Report) ids() [][2]string {
	seen := map[[2]string]bool{}
	var list [][2]string
	for _, row := range r.Rows {
		if id := [2]string{row.Name, row.Config}; !seen[id] {
			seen[id] = true
			list = append(list, id)
		}
	}
	return list
}

// cell makes a text fit for a table.
func cell(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "|", "\\|"), "\n", " ")
	if r := []rune(s); len(r) > 160 {
		s = string(r[:160]) + "…"
	}
	return strings.NewReplacer("<", "&lt;", ">", "&gt;").Replace(s)
}

// errWriter keeps the first error.
type errWriter struct {
	w   io.Writer
	err error
}

func (e *errWriter) printf(format string, args ...any) {
	if e.err == nil {
		_, e.err = fmt.Fprintf(e.w, format, args...)
	}
}
