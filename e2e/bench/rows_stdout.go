package main

import (
	"context"
	"fmt"
)

// A million lines of output, all of which must reach the page.
func init() {
	const lines = 1_000_000
	bytes := 0
	for digits, first := 1, 1; first <= lines; digits, first = digits+1, first*10 {
		bytes += (min(first*10-1, lines) - first + 1) * (len("line \n") + digits)
	}
	rows := []Row{
		{ID: "stdout/lines", Title: "1 000 000 lines to stdout, one write a line", Unit: Milliseconds},
		{ID: "stdout/blocks", Title: "1 000 000 lines to stdout, written in 4 KiB blocks", Unit: Milliseconds},
	}
	args := map[string][]string{"stdout/lines": {"a line a write"}, "stdout/blocks": nil}
	register(&Probe{
		Name:   "stdout",
		Guests: []Guest{{Name: "lines"}},
		Rows:   rows,
		Measure: func(ctx context.Context, s *Session) (Figures, error) {
			t, err := s.Open(ctx)
			if err != nil {
				return nil, err
			}
			got := make(Figures)
			for _, row := range rows {
				times, err := Bench[[]float64](t, "times", s.Guest("lines"), 1, 1, Options{Args: args[row.ID]},
					Expected{Stdout: fmt.Sprintf("line %d\n", lines), StdoutBytes: bytes})
				if err != nil {
					return nil, err
				}
				got[row.ID] = median(times)
			}
			return got, nil
		},
	})
}
