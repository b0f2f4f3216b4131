package main

import "context"

// What one call costs. guests/calls.c measures itself.
func init() {
	register(&Probe{
		Name:   "calls",
		Guests: []Guest{{Name: "calls"}},
		Rows: []Row{
			{ID: "call/sched_yield", Title: "sched_yield", Unit: Nanoseconds, Goal: Goal{Ratio: 0.5}},
			{ID: "call/clock_time_get", Title: "clock_time_get", Unit: Nanoseconds, Goal: Goal{Ratio: 0.7}},
			{ID: "call/random_get_16", Title: "random_get, 16 bytes", Unit: Nanoseconds, Goal: Goal{Ratio: 0.5}},
			{ID: "call/fd_seek", Title: "fd_seek", Unit: Nanoseconds, Goal: Goal{Ratio: 0.5}},
			{ID: "call/seek_write_64", Title: "fd_seek + fd_write, 64 B", Unit: Nanoseconds, Goal: Goal{Ratio: 0.5}},
			{ID: "call/seek_read_64", Title: "fd_seek + fd_read, 64 B", Unit: Nanoseconds, Goal: Goal{Ratio: 0.5}},
			{ID: "call/append_64", Title: "fd_write, 64 B, appending up to 1 MiB", Unit: Nanoseconds, Goal: Goal{Ratio: 0.3}},
			{ID: "call/seek_write_64k", Title: "fd_seek + fd_write, 64 KiB", Unit: Nanoseconds, Goal: Goal{Ratio: 0.8}},
			{ID: "call/seek_read_64k", Title: "fd_seek + fd_read, 64 KiB", Unit: Nanoseconds, Goal: Goal{Ratio: 0.8}},
			{ID: "call/path_filestat_get", Title: "path_filestat_get", Unit: Nanoseconds, Goal: Goal{Ratio: 0.7}},
			{ID: "call/path_open_close", Title: "path_open + fd_close", Unit: Nanoseconds, Goal: Goal{Ratio: 0.8}},
		},
		Measure: func(ctx context.Context, s *Session) (Figures, error) {
			return selfMeasured(ctx, s, "call/", "calls", Options{})
		},
	})
}

// selfMeasured runs a guest that prints "name picoseconds" lines and returns them in nanoseconds,
// each under prefix+name.
func selfMeasured(ctx context.Context, s *Session, prefix, guest string, o Options) (Figures, error) {
	lines, err := Measured[map[string]float64](ctx, s, "figures", s.Guest(guest), o)
	if err != nil {
		return nil, err
	}
	got := make(Figures)
	for name, ns := range lines {
		got[prefix+name] = ns
	}
	return got, nil
}
