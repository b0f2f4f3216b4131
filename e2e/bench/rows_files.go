package main

import (
	"context"
	"strings"
	"time"

	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/chromedp"
)

// Files that stay in the browser, in a profile on a disk. Each step is on a page of its own, so that
// nothing is in memory of what is read. page/store.ts and guests/files.c have the steps.
func init() {
	const (
		files   = 10_000
		mib     = 256
		appends = 1_000
	)
	type step struct {
		name   string
		n      int
		reload bool // before it
		row    Row
	}
	ms := func(limit float64) Goal { return Goal{Limit: limit} }
	steps := []step{
		{"write_many", files, false, Row{Title: "10 000 files of 1 KiB, written and synced", Unit: Milliseconds, Goal: ms(2000)}},
		{"mount", 0, true, Row{Title: "mount of that tree, after a reload", Unit: Milliseconds, Goal: ms(300)}},
		{"read_many", files, false, Row{Title: "read of all of them", Unit: Milliseconds, Goal: ms(1000)}},
		{"write_big", mib, false, Row{Title: "a file of 256 MiB, written and synced", Unit: MBPerSecond, HigherIsBetter: true, Goal: Goal{Limit: 100}}},
		{"read_big", mib, true, Row{Title: "read of it, after a reload", Unit: MBPerSecond, HigherIsBetter: true, Goal: Goal{Limit: 150}}},
		{"append_sync", appends, false, Row{Title: "append of 100 bytes and fd_sync; the peer: a strict transaction", Unit: Milliseconds, Goal: Goal{Ratio: 1.1}}},
	}
	// What calls cost when there is nothing to be loaded, compared with files in memory.
	calls := []Row{
		{ID: "seek_write", Title: "fd_seek + fd_write, 64 B, against files in memory"},
		{ID: "seek_read", Title: "fd_seek + fd_read, 64 B, against files in memory"},
		{ID: "stat", Title: "path_filestat_get, against files in memory"},
		{ID: "open_close", Title: "path_open + fd_close, against files in memory"},
	}
	p := &Probe{Name: "files", Guests: []Guest{{Name: "files"}}, Rounds: 3, Stores: true}
	for _, s := range steps {
		s.row.ID = "files/" + s.name
		p.Rows = append(p.Rows, s.row)
	}
	for _, row := range calls {
		row.ID, row.Unit, row.NoRatio, row.Goal = "files/"+row.ID, Times, true, Goal{Limit: 1.3}
		p.Rows = append(p.Rows, row)
	}
	p.Measure = func(ctx context.Context, s *Session) (Figures, error) {
		t, err := s.OpenStored(ctx)
		if err != nil {
			return nil, err
		}
		do := func(name string, n int) (float64, error) {
			return Bench[float64](t, "step", name, n, s.Guest("files"))
		}
		if _, err := do("mount", 0); err != nil {
			return nil, err
		}
		got := make(Figures)
		for _, step := range steps {
			if step.name == "append_sync" && s.Runtime.NoSync {
				continue
			}
			if step.reload {
				if _, err := do("close", 0); err != nil {
					return got, err
				}
				if err := t.Reload(); err != nil {
					return got, err
				}
				if step.name != "mount" {
					if _, err := do("mount", 0); err != nil {
						return got, err
					}
				}
			}
			// A minute for 10 000 files would be too long. A 20th flatters: its directories are short.
			fewer := 1
			if s.Runtime.Fewer != 0 && step.n == files {
				fewer = s.Runtime.Fewer
			}
			ms, err := do(step.name, step.n/fewer)
			if err != nil {
				return got, err
			}
			ms *= float64(fewer)
			if s.Env.logf("%s: %s: %.0f ms", s.Runtime.ID, step.name, ms); step.row.Unit == MBPerSecond {
				ms = float64(step.n<<20) / 1000 / ms
			}
			if step.name != "mount" || s.Runtime.Fewer == 0 { // of the same tree
				got["files/"+step.name] = ms
			}
		}
		if s.Runtime.Ours() {
			ns, err := Bench[map[string]float64](t, "figures", s.Guest("files"), Options{Args: []string{"calls", "0"}})
			if err != nil {
				return got, err
			}
			for _, row := range calls {
				got["files/"+row.ID] = ns["idb."+row.ID] / ns["memory."+row.ID]
			}
		}
		_, err = do("close", 0)
		return got, err
	}
	p.Timeout = 3 * time.Minute
	register(p)
}

// OpenStored is Open in the browser's own profile, which is on a disk, with nothing stored. The
// profiles of other tabs are in memory.
func (s *Session) OpenStored(ctx context.Context) (*Tab, error) {
	t, err := s.open(ctx, nil)
	if err != nil {
		return nil, err
	}
	if _, err := chromedp.Call(t.ctx, storage.ClearDataForOrigin, storage.ClearDataForOriginParams{
		Origin:       strings.TrimSuffix(s.browser.site.page(s.Runtime.Isolated), "/"),
		StorageTypes: "indexeddb",
	}); err != nil {
		return nil, err
	}
	return t, t.Reload()
}
