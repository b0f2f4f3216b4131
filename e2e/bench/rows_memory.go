package main

import (
	"context"
	"time"
)

// Whether memory comes back after many short programs, as in a shell session. The program takes
// 256 KiB, writes a file, reads it and removes it.
func init() {
	register(&Probe{
		Name:    "memory",
		Guests:  []Guest{{Name: "small"}},
		Rounds:  3,
		Timeout: time.Minute,
		Rows: []Row{
			{ID: "memory/100", Title: "memory of the tab's process after 100 runs of a small program", Unit: Megabytes, NoRatio: true},
			{ID: "memory/1000", Title: "the same after 1 000 runs", Unit: Megabytes, NoRatio: true},
			{ID: "memory/growth", Title: "growth between the two", Unit: Percent, NoRatio: true, Goal: Goal{Limit: 20}},
		},
		Measure: func(ctx context.Context, s *Session) (Figures, error) {
			t, err := s.Open(ctx)
			if err != nil {
				return nil, err
			}
			var bytes [2]float64
			for i, runs := range []int{100, 900} {
				if _, err := Bench[[]float64](t, "times", s.Guest("small"), runs, 0, Options{}); err != nil {
					return nil, err
				}
				if bytes[i], err = t.PrivateBytes(ctx); err != nil {
					return nil, err
				}
			}
			return Figures{
				"memory/100":    bytes[0] / 1e6,
				"memory/1000":   bytes[1] / 1e6,
				"memory/growth": (bytes[1]/bytes[0] - 1) * 100,
			}, nil
		},
	})
}
