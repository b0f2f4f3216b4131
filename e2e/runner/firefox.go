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
	"strconv"
)

// Firefox is a Runner: a headless Firefox without a driver. The page asks for
// its work by itself.
type Firefox struct {
	*Server
	cmd     *exec.Cmd
	profile string
	name    string
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
`

// NewFirefox starts a browser with tabs that wait for jobs.
func NewFirefox(ctx context.Context, dist fs.FS, isolated bool, tabs int, log io.Writer) (*Firefox, error) {
	var path string
	for _, name := range [...]string{"firefox-esr", "firefox"} {
		if p, err := exec.LookPath(name); err == nil {
			path = p
			break
		}
	}
	if path == "" {
		return nil, errors.New("no Firefox found in PATH (tried firefox-esr, firefox)")
	}
	s, err := NewServer(dist, isolated)
	if err != nil {
		return nil, err
	}
	f := &Firefox{Server: s, name: "firefox"}
	if isolated {
		f.name += "-isolated"
	}
	if f.profile, err = os.MkdirTemp("", "wasix-web-firefox-"); err != nil {
		s.Close()
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(f.profile, "user.js"), []byte(firefoxPrefs), 0o644); err != nil {
		f.Close()
		return nil, err
	}
	args := []string{"--headless", "--no-remote", "--profile", f.profile}
	for i := range tabs {
		args = append(args, s.URL+"/runner/index.html?tab="+strconv.Itoa(i))
	}
	f.cmd = exec.CommandContext(ctx, path, args...)
	f.cmd.Env = append(os.Environ(), "HOME="+f.profile, "MOZ_CRASHREPORTER_DISABLE=1")
	f.cmd.Stdout, f.cmd.Stderr = log, log
	if err := f.cmd.Start(); err != nil {
		f.Close()
		return nil, fmt.Errorf("starting %s: %w", path, err)
	}
	return f, nil
}

// Name implements Runner.
func (f *Firefox) Name() string { return f.name }

// Close ends the browser and the server, and removes the profile.
func (f *Firefox) Close() error {
	if f.cmd != nil && f.cmd.Process != nil {
		f.cmd.Process.Kill()
		f.cmd.Wait()
	}
	return errors.Join(f.Server.Close(), os.RemoveAll(f.profile))
}
