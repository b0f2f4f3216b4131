package e2e_test

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/wasix-web/wasix-web/e2e/suite"
)

// Every row of the table in e2e/cases/README.md has cases, and every case is in a
// row.
func TestCategories(t *testing.T) {
	dir := filepath.Join(root, "e2e", "cases")
	s, err := suite.Open(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, c := range s.Cases {
		names[c.Name] = false // not in a row yet
	}
	text, err := os.ReadFile(filepath.Join(dir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, table, ok := strings.Cut(string(text), "|---|---|\n")
	if !ok {
		t.Fatal("no table")
	}
	pattern := regexp.MustCompile("`([^`]+)`")
	for row := range strings.Lines(table) {
		cells := strings.Split(row, "|")
		if len(cells) != 4 {
			t.Errorf("%q is not a row", row)
			continue
		}
		patterns := pattern.FindAllStringSubmatch(cells[2], -1)
		if len(patterns) == 0 {
			t.Errorf("%q has no cases", cells[1])
		}
		for _, p := range patterns {
			found := false
			for name := range names {
				match, err := path.Match(p[1], name)
				if err != nil {
					t.Fatal(err)
				}
				if match {
					names[name], found = true, true
				}
			}
			if !found {
				t.Errorf("%q: no case is called %s", cells[1], p[1])
			}
		}
	}
	for name, listed := range names {
		if !listed {
			t.Errorf("%s is in no row", name)
		}
	}
}
