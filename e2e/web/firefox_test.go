//go:build unix

package web_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// firefoxPrefs keep a fresh profile from talking to the world.
const firefoxPrefs = `user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("toolkit.telemetry.enabled", false);
user_pref("app.update.enabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("dom.timeout.enable_budget_timer_throttling", false);
user_pref("dom.workers.maxPerDomain", 512);
user_pref("devtools.console.stdout.content", true);
`

// TestFirefox runs the tests of the client and of the bundle in the Firefox that
// the environment variable FIREFOX names.
func TestFirefox(t *testing.T) {
	path := os.Getenv("FIREFOX")
	if path == "" {
		t.Skip("FIREFOX names no browser to test with")
	}
	t.Run("client", func(t *testing.T) { reportPage(t, path, serve(clientPages(t)), "/") })
	t.Run("bundle", func(t *testing.T) { reportPage(t, path, bundlePages(t, dist(t), false), "/test/") })
	t.Run("archive", func(t *testing.T) { reportPage(t, path, archivePages(t), "/test/") })
}

// reportPage lets a browser run every test of a page.
func reportPage(t *testing.T, browser string, pages http.Handler, path string) {
	type result struct{ Name, Error string }
	reported := make(chan result, 1)
	mux := http.NewServeMux()
	mux.Handle("/", pages)
	mux.HandleFunc("POST /report", func(w http.ResponseWriter, r *http.Request) {
		var one result
		if err := json.NewDecoder(r.Body).Decode(&one); err != nil {
			t.Error(err)
		}
		reported <- one
	})
	server := httptest.NewServer(mux)
	defer server.Close()

	profile := t.TempDir()
	if err := os.WriteFile(filepath.Join(profile, "user.js"), []byte(firefoxPrefs), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(browser, "--headless", "--no-remote", "--profile", profile, server.URL+path+"?report")
	cmd.Env = append(os.Environ(), "HOME="+profile, "MOZ_CRASHREPORTER_DISABLE=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if testing.Verbose() {
		cmd.Stdout = os.Stderr // the page's console
		cmd.Stderr = os.Stderr
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		cmd.Wait()
		// Processes of the group may write to the profile until they have ended.
		for range 50 {
			if os.RemoveAll(profile) == nil {
				break
			}
			time.Sleep(100 * time.Millisecond)
		}
	}()
	for n := 0; ; n++ {
		select {
		case r := <-reported:
			if r.Name == "" {
				if n == 0 {
					t.Error("no test ran")
				}
				return
			}
			t.Run(r.Name, func(t *testing.T) {
				if r.Error != "" {
					t.Error(r.Error)
				}
			})
		case <-time.After(2 * testTimeout):
			t.Fatal("the browser reports nothing any more")
		}
	}
}
