package runner

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// Firefox is a Runner: headless Firefoxes without a driver. The page asks for
// its work by itself. A tab cannot be opened again from outside, so that each
// has a browser of its own.
type Firefox struct {
	*Server
	name string
	path string
	ctx  context.Context
	log  io.Writer
	tabs *tabs
}

// firefoxPrefs keep a fresh profile quiet.
const firefoxPrefs = `user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("browser.startup.homepage_override.mstone", "ignore");
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("toolkit.telemetry.enabled", false);
user_pref("app.update.enabled", false);
user_pref("app.normandy.enabled", false);
user_pref("browser.safebrowsing.malware.enabled", false);
user_pref("browser.safebrowsing.phishing.enabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("extensions.getAddons.cache.enabled", false);
user_pref("dom.ipc.processPrelaunch.enabled", false);
user_pref("dom.min_background_timeout_value", 4);
user_pref("dom.timeout.enable_budget_timer_throttling", false);
user_pref("dom.workers.maxPerDomain", 512);
user_pref("browser.sessionstore.resume_from_crash", false);
user_pref("browser.tabs.unloadOnLowMemory", false);
user_pref("devtools.console.stdout.content", true);
`

// NewFirefox starts n browsers whose tabs wait for jobs.
//
// Errors: no Firefox in PATH; a browser or a page that does not start.
func NewFirefox(ctx context.Context, dist fs.FS, isolated bool, n int, log io.Writer) (*Firefox, error) {
	f := &Firefox{name: "firefox", ctx: ctx, log: log}
	for _, name := range [...]string{"firefox-esr", "firefox"} {
		if p, err := exec.LookPath(name); err == nil {
			f.path = p
			break
		}
	}
	if f.path == "" {
		return nil, errors.New("no Firefox found in PATH (tried firefox-esr, firefox)")
	}
	var err error
	if f.Server, err = NewServer(dist, isolated); err != nil {
		return nil, err
	}
	if isolated {
		f.name += "-isolated"
	}
	f.tabs = newTabs(f.Server)
	f.onLost(func(tab int) { f.tabs.reopen(tab, f.open) })
	for i := range n {
		if err := f.open(i); err != nil {
			return nil, errors.Join(err, f.Close())
		}
	}
	if err := f.ready(ctx, n, 2*time.Minute); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// open starts the browser of tab n, in place of the one it had before.
func (f *Firefox) open(n int) error {
	f.tabs.replace(n, nil)
	profile, err := os.MkdirTemp("", "wasix-web-firefox-")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(profile, "user.js"), []byte(firefoxPrefs), 0o644); err != nil {
		return errors.Join(err, os.RemoveAll(profile))
	}
	cmd := exec.CommandContext(f.ctx, f.path, "--headless", "--no-remote", "--profile", profile, f.TabURL(n))
	cmd.Env = append(os.Environ(), "HOME="+profile, "MOZ_CRASHREPORTER_DISABLE=1")
	cmd.Stdout, cmd.Stderr = f.log, f.log
	cmd.WaitDelay = 5 * time.Second
	Group(cmd)
	if err := cmd.Start(); err != nil {
		return errors.Join(fmt.Errorf("starting %s: %w", f.path, err), os.RemoveAll(profile))
	}
	f.tabs.replace(n, func() {
		killGroup(cmd)
		cmd.Wait()
		os.RemoveAll(profile)
	})
	return nil
}

// Name implements Runner.
func (f *Firefox) Name() string { return f.name }

// Close ends the browsers and the server, and removes the profiles.
func (f *Firefox) Close() error {
	err := f.Server.Close()
	f.tabs.closeAll()
	return err
}
