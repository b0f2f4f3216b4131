package bundle

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/pprof/profile"
)

// Every call that hot names is in the source, and the profile has it.
func TestHotCalls(t *testing.T) {
	root := filepath.Join("..", "..")
	out := filepath.Join(t.TempDir(), "hot.pgo")
	if err := hotProfile(root, out, hot[:]); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	p, err := profile.ParseData(data)
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, s := range p.Sample {
		callee, caller := s.Location[0].Line[0], s.Location[1].Line[0]
		if callee.Function.Name == module+"/wasix/syscalls.FdSeek" && caller.Function.Name == module+"/jsbridge.exportFdSeek" {
			found = true
			if off := caller.Line - caller.Function.StartLine; off != 3 {
				t.Errorf("fd_seek is called %d lines into its export, want 3", off)
			}
		}
	}
	if !found || len(p.Sample) < len(hot) {
		t.Errorf("%d calls in the profile, fd_seek's among them: %v", len(p.Sample), found)
	}
}

func TestHotCallsThatAreNot(t *testing.T) {
	root := filepath.Join("..", "..")
	for chain, want := range map[string]string{
		"nowhere.F syscalls.FdSeek":          "no package nowhere",
		"syscalls.Nothing syscalls.FdSeek":   "no function syscalls.Nothing",
		"syscalls.FdSeek syscalls.FdTell":    "FdSeek does not call syscalls.FdTell",
		"syscalls.FdRead kernel.(*None).Get": "no function kernel.(*None).Get",
		"guestmem.ReadOne x":                 "no package x",
	} {
		err := hotProfile(root, filepath.Join(t.TempDir(), "x"), []string{chain})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", chain, err, want)
		}
	}
}
