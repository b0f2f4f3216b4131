package main

import (
	"context"
	"strconv"
	"time"
)

// Processes, pipes, threads and sockets. The guests measure themselves.
func init() {
	preview1 := func(names ...string) (list []Guest) {
		for _, name := range names {
			list = append(list, Guest{Name: name})
		}
		return list
	}
	for _, g := range []struct {
		guest string
		tools []Guest // programs that it starts, which are at /workspace/<name>
		rows  []Row
	}{
		{"process", nil, []Row{
			{ID: "process/fork_wait", Title: "fork + exit + wait, guest of 8 MiB", Unit: Microseconds, Goal: Goal{Ratio: 0.25, Limit: 1200}},
			{ID: "process/pipe_round_trip", Title: "pipe round trip between two processes", Unit: Microseconds, Goal: Goal{Limit: 3}},
		}},
		{"spawn", preview1("child"), []Row{
			{ID: "process/spawn_wait", Title: "spawn + exit + wait, a small program", Unit: Microseconds, Goal: Goal{Ratio: 0.5, Limit: 1200}},
			{ID: "process/fork_exec_wait", Title: "fork + exec + wait, guest of 8 MiB", Unit: Microseconds},
		}},
		{"threads", nil, []Row{
			{ID: "process/create_join", Title: "thread create + join", Unit: Microseconds, Goal: Goal{Limit: 100}},
			{ID: "process/hand_over", Title: "hand-over between two threads, condition variable", Unit: Microseconds, Goal: Goal{Limit: 3}},
		}},
		{"tcp", nil, []Row{
			{ID: "process/tcp_64k", Title: "loopback TCP, sends of 64 KiB", Unit: MBPerSecond, HigherIsBetter: true, Goal: Goal{Limit: 500}},
		}},
		{"pipeline", preview1("tools"), []Row{
			{ID: "process/pipeline", Title: "cat, tr and wc in a pipeline, 100 MB", Unit: MBPerSecond, HigherIsBetter: true, Goal: Goal{Limit: 200}},
		}},
	} {
		register(&Probe{
			Name:    g.guest,
			Guests:  append([]Guest{{Name: g.guest, Kind: Wasix}}, g.tools...),
			Rows:    g.rows,
			Timeout: time.Minute,
			Measure: func(ctx context.Context, s *Session) (Figures, error) {
				got, err := selfMeasured(ctx, s, "process/", g.guest, Options{Files: s.tools(g.tools)})
				for id := range got {
					if got[id] /= 1000; g.rows[0].Unit == MBPerSecond {
						got[id] = 1000 / got[id] // the guest tells nanoseconds a kilobyte
					}
				}
				return got, err
			},
		})
	}
}

// tools is where programs that a guest starts are to be, and where they come from.
func (s *Session) tools(guests []Guest) map[string]string {
	files := map[string]string{}
	for _, g := range guests {
		files["/workspace/"+g.Name] = s.Guest(g.Name)
	}
	return files
}

// Whether the memories of processes that have ended come back: each fork takes 8 MiB.
func init() {
	tools := []Guest{{Name: "child"}}
	register(&Probe{
		Name:    "exec memory",
		Guests:  append(tools, Guest{Name: "spawn", Kind: Wasix}),
		Rounds:  3,
		Timeout: 3 * time.Minute,
		Rows: []Row{
			{ID: "memory/exec_200", Title: "memory of the tab's process after 200 times fork + exec + wait, guest of 8 MiB", Unit: Megabytes, NoRatio: true},
			{ID: "memory/exec_2000", Title: "the same after 2 000 times", Unit: Megabytes, NoRatio: true},
			{ID: "memory/exec_growth", Title: "growth between the two", Unit: Percent, NoRatio: true, Goal: Goal{Limit: 20}},
		},
		Measure: func(ctx context.Context, s *Session) (Figures, error) {
			t, err := s.Open(ctx)
			if err != nil {
				return nil, err
			}
			var bytes [2]float64
			for i, times := range []int{200, 1800} {
				o := Options{Args: []string{strconv.Itoa(times)}, Files: s.tools(tools)}
				if _, err := Bench[map[string]float64](t, "figures", s.Guest("spawn"), o); err != nil {
					return nil, err
				}
				if bytes[i], err = t.PrivateBytes(ctx); err != nil {
					return nil, err
				}
			}
			return Figures{
				"memory/exec_200":    bytes[0] / 1e6,
				"memory/exec_2000":   bytes[1] / 1e6,
				"memory/exec_growth": (bytes[1]/bytes[0] - 1) * 100,
			}, nil
		},
	})
}
