package main

import (
	"context"
	"time"
)

// Processes, pipes and threads. The guests measure themselves.
func init() {
	for _, g := range []struct {
		guest string
		rows  []Row
	}{
		{"process", []Row{
			{ID: "process/fork_wait", Title: "fork + exit + wait, guest of 8 MiB", Unit: Microseconds, Goal: Goal{Ratio: 0.25, Limit: 1200}},
			{ID: "process/pipe_round_trip", Title: "pipe round trip between two processes", Unit: Microseconds, Goal: Goal{Limit: 3}},
		}},
		{"threads", []Row{
			{ID: "process/create_join", Title: "thread create + join", Unit: Microseconds, Goal: Goal{Limit: 100}},
			{ID: "process/hand_over", Title: "hand-over between two threads", Unit: Microseconds, Goal: Goal{Limit: 3}},
		}},
	} {
		register(&Probe{
			Name:    g.guest,
			Guests:  []Guest{{Name: g.guest, Kind: Wasix}},
			Rows:    g.rows,
			Later:   true,
			Timeout: time.Minute,
			Measure: func(ctx context.Context, s *Session) (Figures, error) {
				got, err := selfMeasured(ctx, s, "process/", g.guest, Options{})
				for id := range got {
					got[id] /= 1000
				}
				return got, err
			},
		})
	}
}
