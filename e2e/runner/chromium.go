package runner

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os/exec"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
)

// Browsers are the names Chromium goes by, in the order they are tried.
var browsers = [...]string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"}

// ErrNoBrowser says that there is no Chromium to run.
var ErrNoBrowser = errors.New("no Chromium found in PATH (tried chromium, chromium-browser, google-chrome, chrome): install it, or use --engine wazero")

// FindChromium returns the path of a Chromium.
func FindChromium() (string, error) {
	for _, name := range browsers {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", ErrNoBrowser
}

// StartChromium starts a headless Chromium with a fresh profile. The context is
// chromedp's: open tabs with chromedp.NewContext(ctx). stop ends the browser and
// removes the profile. The browser's own chatter goes to log, when not nil.
func StartChromium(ctx context.Context, log io.Writer) (bctx context.Context, stop func() error, err error) {
	path, err := FindChromium()
	if err != nil {
		return nil, nil, err
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:len(chromedp.DefaultExecAllocatorOptions):len(chromedp.DefaultExecAllocatorOptions)],
		chromedp.ExecPath(path), chromedp.DisableGPU, chromedp.Flag("disable-component-update", true))
	actx, acancel := chromedp.NewExecAllocator(ctx, opts...)
	logf := func(format string, args ...any) {
		if log != nil {
			fmt.Fprintf(log, "chromium: "+format+"\n", args...)
		}
	}
	bctx, bcancel := chromedp.NewContext(actx, chromedp.WithErrorf(logf))
	stop = func() error {
		err := chromedp.Cancel(bctx)
		bcancel()
		acancel()
		return err
	}
	if _, err := chromedp.CallBrowser(bctx, cdpbrowser.GetVersion, cdp.Empty{}); err != nil {
		stop()
		return nil, nil, fmt.Errorf("starting %s: %w", path, err)
	}
	return bctx, stop, nil
}

// Chromium is a Runner: tabs of a browser.
type Chromium struct {
	*Server
	name string
	ctx  context.Context // the browser's
	stop func() error    // ends the browser, when it is ours
	log  io.Writer
	tabs *tabs
}

// NewChromium starts a browser whose tabs wait for jobs. What the tabs and the
// browser say goes to log, when not nil.
//
// Errors: ErrNoBrowser; a browser or a page that does not start.
func NewChromium(ctx context.Context, dist fs.FS, isolated bool, n int, log io.Writer) (*Chromium, error) {
	bctx, stop, err := StartChromium(ctx, log)
	if err != nil {
		return nil, err
	}
	c, err := OpenChromium(bctx, dist, isolated, n, log)
	if err != nil {
		return nil, errors.Join(err, stop())
	}
	c.stop = stop
	return c, nil
}

// OpenChromium opens tabs in a browser of StartChromium's. Close closes them,
// and not the browser.
func OpenChromium(bctx context.Context, dist fs.FS, isolated bool, n int, log io.Writer) (*Chromium, error) {
	s, err := NewServer(dist, isolated)
	if err != nil {
		return nil, err
	}
	c := &Chromium{Server: s, name: "chromium", ctx: bctx, log: log, tabs: newTabs(s), stop: func() error { return nil }}
	if isolated {
		c.name += "-isolated"
	}
	s.onLost(func(tab int) { c.tabs.reopen(tab, c.open) })
	for i := range n {
		if err := c.open(i); err != nil {
			return nil, errors.Join(err, c.Close())
		}
	}
	if err := s.ready(bctx, n, time.Minute); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// open opens tab n, in place of the one that was n before.
func (c *Chromium) open(n int) error {
	tab, cancel := chromedp.NewContext(c.ctx)
	c.tabs.replace(n, cancel)
	messages := chromedp.Console(tab)
	go func() {
		for m, err := range messages {
			if err != nil {
				return
			}
			if c.log != nil {
				fmt.Fprintf(c.log, "tab %d: %s\n", n, m)
			}
		}
	}()
	if err := chromedp.Do(tab, chromedp.Navigate(c.TabURL(n))); err != nil {
		return fmt.Errorf("opening the runner page: %w", err)
	}
	return nil
}

// Name implements Runner.
func (c *Chromium) Name() string { return c.name }

// Close ends the tabs and the server, and the browser when it is its own.
func (c *Chromium) Close() error {
	err := c.Server.Close()
	c.tabs.closeAll()
	return errors.Join(err, c.stop())
}
