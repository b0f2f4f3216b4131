//go:build unix

package idbfs_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/chromedp"
)

// kill ends the browser and everything it has started, as a power cut would.
func (c *chromium) kill() {
	pid := chromedp.FromContext(c.ctx).Browser.Process().Pid
	if err := syscall.Kill(-pid, syscall.SIGKILL); err != nil {
		c.t.Fatal(err)
	}
	c.cancel()
}

// entry is what survey says of a file.
type entry struct {
	Line  string
	Size  int
	Whole bool
}

// TestKill kills the browser at random moments while a program changes files
// (guest/storm.go). WASIX_WEB_KILLS says how often; default 5.
func TestKill(t *testing.T) {
	kills := 5
	if s := os.Getenv("WASIX_WEB_KILLS"); s != "" {
		kills, _ = strconv.Atoi(s)
	}
	profile := filepath.Join(work, "kill")
	r := rand.New(rand.NewPCG(1, 2))
	var events [37][]int // the generations that f<n> has had, in order
	seen := 0            // lines of the log that are in events
	for round := 1; round <= kills+1; round++ {
		c := start(t, profile)
		p := c.page()
		call[float64](t, p, "mount", map[string]any{})
		last := 0
		if !call[bool](t, p, "witness") && round > 1 {
			// A database that is none of ours has gone, too. Chromium has been seen to begin
			// with an empty directory for the whole site after a kill, once in some 250; its
			// list of sites had lost the site, too.
			t.Logf("kill %d: the browser has dropped all that it kept for the site", round-1)
			events, seen, want = [37][]int{}, 0, 0
		} else if round > 1 {
			if list := call[[]string](t, p, "check", false); len(list) != 0 {
				t.Fatalf("after kill %d: %q", round-1, list)
			}
			last = inspect(t, p, &events, &seen)
		}
		if round > kills {
			c.cancel()
			return
		}
		call[int](t, p, "background", "storm", round)
		time.Sleep(time.Duration(r.IntN(1500)) * time.Millisecond)
		synced := 0
		for synced == 0 {
			fmt.Sscanf(call[string](t, p, "lastSynced"), "synced %d", &synced)
		}
		c.kill()
		t.Logf("kill %d: generation %d was there before, %d was synced", round, last, synced)
		// What was synced must be found: the next round begins with that.
		want = synced
	}
}

// want is the generation that the log must hold.
var want int

// inspect looks at what the last kill has left, and returns the last generation.
func inspect(t *testing.T, p context.Context, events *[37][]int, seen *int) int {
	t.Helper()
	log := strings.Fields(call[string](t, p, "read", "/data/storm/log"))
	last := 0
	for i, s := range log {
		g, err := strconv.Atoi(s)
		if err != nil || g <= last {
			t.Fatalf("line %d of the log is %q after %d", i, s, last)
		}
		last = g
		if i >= *seen {
			events[g%37] = append(events[g%37], g)
		}
	}
	*seen = len(log)
	if last < want {
		t.Fatalf("generation %d was synced, and the log ends with %d", want, last)
	}
	for path, e := range call[map[string]*entry](t, p, "survey", "/data/storm") {
		name := strings.TrimPrefix(path, "/data/storm/")
		if e == nil || name == "log" {
			continue
		}
		g, _ := strconv.Atoi(e.Line)
		if !e.Whole || g == 0 && e.Size != 0 {
			t.Fatalf("%s is torn: %d bytes, begins with %q", path, e.Size, e.Line)
		}
		n, err := strconv.Atoi(name[1:])
		if name[0] != 'f' || err != nil {
			continue
		}
		list := events[n]
		switch {
		case len(list) != 0 && g == list[len(list)-1]:
		case g == last+1 || len(log) == 0: // the round that was cut off
			events[n] = append(events[n], g)
		default:
			t.Fatalf("%s is of generation %d, not %v; the log ends with %d", path, g, list[max(len(list)-2, 0):], last)
		}
	}
	return last
}

// TestReload reloads the page in the middle of writing.
func TestReload(t *testing.T) {
	c := start(t, filepath.Join(work, "reload"))
	defer c.cancel()
	p := c.page()
	var events [37][]int
	seen := 0
	want = 0
	for round := 1; round <= 4; round++ {
		call[float64](t, p, "mount", map[string]any{})
		if round > 1 {
			if list := call[[]string](t, p, "check", false); len(list) != 0 {
				t.Fatal(list)
			}
			inspect(t, p, &events, &seen)
		}
		call[int](t, p, "background", "storm", round)
		for want = 0; want < round*1_000_000+100; {
			fmt.Sscanf(call[string](t, p, "lastSynced"), "synced %d", &want)
		}
		c.reload(p)
	}
}

func TestQuota(t *testing.T) {
	c := start(t, filepath.Join(work, "quota"))
	defer c.cancel()
	p := c.page()
	// Before anything is written: the browser looks only every half minute.
	const quota = 48 << 20
	size := float64(quota)
	if _, err := chromedp.Call(p, storage.OverrideQuotaForOrigin, storage.OverrideQuotaForOriginParams{Origin: site.URL, QuotaSize: &size}); err != nil {
		t.Fatal(err)
	}
	call[float64](t, p, "mount", map[string]any{})
	call[string](t, p, "guest", "many", 100)
	for range 3 {
		out := call[string](t, p, "guest", "fill", 1)
		var total int
		fmt.Sscanf(out, "full %d", &total)
		if !strings.Contains(out, "no space left") && !strings.Contains(strings.ToLower(out), "space") || total < quota/4 {
			t.Errorf("filling up: %q", out)
		}
		call[string](t, p, "guest", "readmany", 100)
		call[any](t, p, "sync")
	}
	if list := call[[]string](t, p, "check", false); len(list) != 0 {
		t.Error(list)
	}
	t.Log("warnings:", call[[]string](t, p, "warned"))
	c.reload(p)
	call[float64](t, p, "mount", map[string]any{})
	call[string](t, p, "guest", "readmany", 100)
	if list := call[[]string](t, p, "check", false); len(list) != 0 {
		t.Error(list)
	}
}

func TestTwoTabs(t *testing.T) {
	c := start(t, filepath.Join(work, "tabs"))
	defer c.cancel()
	a, b := c.page(), c.page()
	mount := func(p context.Context, spec map[string]any) string { return call[string](t, p, "tryMount", spec) }
	if e := mount(a, nil); e != "" {
		t.Fatal(e)
	}
	call[any](t, a, "write", "/data/f", "one")
	call[any](t, a, "sync")
	if e := mount(b, nil); !strings.HasPrefix(e, "EBUSY: ") || !strings.Contains(e, "another tab") {
		t.Errorf("a second writer: %q", e)
	}
	if e := mount(b, map[string]any{"readOnly": true}); e != "" {
		t.Fatal(e)
	}
	if got := call[string](t, b, "read", "/data/f"); got != "one" {
		t.Errorf("reader: %q", got)
	}
	if e := call[string](t, b, "failure", "write", "/data/f", "x"); !strings.Contains(e, "EROFS") {
		t.Errorf("write of a reader: %q", e)
	}
	call[any](t, a, "write", "/data/f", "two")
	call[any](t, a, "sync")
	call[any](t, b, "sync")
	if got := call[string](t, b, "read", "/data/f"); got != "two" {
		t.Errorf("reader after sync: %q", got)
	}
	call[any](t, a, "close")
	if e := mount(b, nil); e != "" {
		t.Errorf("after the first has closed: %q", e)
	}
	// A tab that is closed without a word, too; and both at once.
	for range 3 {
		c.reload(a)
		c.reload(b)
		results := make(chan string)
		for _, p := range []context.Context{a, b} {
			go func() {
				e, err := try[string](p, "tryMount", nil)
				if err != nil {
					e = err.Error()
				}
				results <- e
			}()
		}
		x, y := <-results, <-results
		if (x == "") == (y == "") || !strings.HasPrefix(x+y, "EBUSY") {
			t.Errorf("two at once: %q and %q", x, y)
		}
	}
}

func TestDeleted(t *testing.T) {
	c := start(t, filepath.Join(work, "deleted"))
	defer c.cancel()
	p := c.page()
	call[float64](t, p, "mount", map[string]any{})
	call[any](t, p, "write", "/data/f", "one")
	call[any](t, p, "sync")
	if _, err := chromedp.Call(p, storage.ClearDataForOrigin, storage.ClearDataForOriginParams{Origin: site.URL, StorageTypes: "indexeddb"}); err != nil {
		t.Fatal(err)
	}
	if got := call[string](t, p, "read", "/data/f"); got != "one" {
		t.Errorf("what is in memory: %q", got)
	}
	call[any](t, p, "failure", "write", "/data/f", "two")
	if e := call[string](t, p, "failure", "sync"); !strings.Contains(e, "EIO") {
		t.Errorf("sync: %q", e)
	}
	w := strings.Join(call[[]string](t, p, "warned"), "\n")
	if !strings.Contains(w, "idb test: ") || !strings.Contains(w, "Error: ") {
		t.Errorf("warnings: %q", w)
	}
	t.Log(w)
	c.reload(p)
	call[float64](t, p, "mount", map[string]any{})
	call[any](t, p, "write", "/data/g", "new")
	call[any](t, p, "sync")
	if list := call[[]string](t, p, "check", false); len(list) != 0 {
		t.Error(list)
	}
}
