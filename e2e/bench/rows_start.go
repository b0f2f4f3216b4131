package main

import (
	"context"
	"slices"
)

// How long it takes until a program runs: on a new page, and on one that is ready.
func init() {
	register(&Probe{
		Name:   "cold",
		Guests: []Guest{{Name: "hello"}},
		Rows: []Row{
			{ID: "start/ready", Title: "cold: navigation to runtime ready", Unit: Milliseconds},
			{ID: "start/cold", Title: "cold: navigation to first byte of output", Unit: Milliseconds},
		},
		Measure: func(ctx context.Context, s *Session) (Figures, error) {
			t, err := s.Open(ctx, "cold", s.Guest("hello"))
			if err != nil {
				return nil, err
			}
			got, err := Bench[struct{ Ready, FirstByte float64 }](t, "started")
			return Figures{"start/ready": got.Ready, "start/cold": got.FirstByte}, err
		},
	})
	register(&Probe{
		Name:   "warm",
		Guests: []Guest{{Name: "hello"}},
		Rows: []Row{
			{ID: "start/warm", Title: "warm: trivial program, spawn to exit, median of 50", Unit: Milliseconds, Goal: Goal{Limit: 1.5}},
		},
		Measure: func(ctx context.Context, s *Session) (Figures, error) {
			times, err := Measured[[]float64](ctx, s, "times", s.Guest("hello"), 50, 10, Options{}, Expected{Stdout: "hello\n"})
			if err != nil {
				return nil, err
			}
			return Figures{"start/warm": median(times)}, nil
		},
	})
}

// median is the middle of the numbers, or the mean of the two in the middle.
func median(numbers []float64) float64 {
	sorted := slices.Sorted(slices.Values(numbers))
	n := len(sorted)
	if n == 0 {
		return 0
	}
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
