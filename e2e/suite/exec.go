package suite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/wasix-web/wasix-web/e2e/runner"
)

// output is what a program printed.
type output struct{ stdout, stderr bytes.Buffer }

// run runs a job. A program that could not be started is an error.
func (s *session) run(ctx context.Context, j *runner.Job) (*runner.Result, *output, error) {
	out := &output{}
	j.Stdout, j.Stderr = &out.stdout, &out.stderr
	res, err := s.runner.Run(ctx, j)
	if err != nil {
		return nil, nil, err
	}
	if s.NothingLeft && res.Left != "" {
		return nil, nil, out.explain(res, []error{errors.New("left in the system: " + res.Left)})
	}
	if res.Error != "" {
		return nil, nil, out.explain(res, []error{errors.New(res.Error)})
	}
	return res, out, nil
}

// explain makes one error of what is wrong, with what the program had to say.
func (o *output) explain(res *runner.Result, wrong []error) error {
	if res.Reason == "timeout" {
		wrong = append([]error{errors.New("the time is up")}, wrong...)
	}
	if len(wrong) == 0 {
		return nil
	}
	if res.Trap != "" {
		wrong = append(wrong, fmt.Errorf("trap: %s", indent(res.Trap)))
	}
	for _, s := range []struct {
		name string
		b    *bytes.Buffer
	}{{"stdout", &o.stdout}, {"stderr", &o.stderr}} {
		if s.b.Len() > 0 {
			wrong = append(wrong, fmt.Errorf("%s:\n%s", s.name, indent(s.b.String())))
		}
	}
	return errors.Join(wrong...)
}

// indent shortens a text and moves it to the right.
func indent(text string) string {
	const most = 4000
	if len(text) > most {
		text = text[:most/2] + fmt.Sprintf("\n… %d bytes …\n", len(text)-most) + text[len(text)-most/2:]
	}
	text = strings.ToValidUTF8(text, "\uFFFD")
	return "    " + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n    ")
}

// copyTree copies a directory; symbolic links stay what they are. Files take the
// place of those that are there.
func copyTree(from, to string) error {
	if st, err := os.Stat(from); err != nil {
		return err
	} else if !st.IsDir() {
		return fmt.Errorf("%s is not a directory", from)
	}
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		if old, err := os.Lstat(target); err == nil && !old.IsDir() {
			if err := os.Remove(target); err != nil {
				return err
			}
		}
		switch {
		case d.IsDir():
			return os.MkdirAll(target, 0o755)
		case d.Type()&fs.ModeSymlink != 0:
			link, err := os.Readlink(path)
			if err != nil {
				return err
			}
			return os.Symlink(link, target)
		case d.Type().IsRegular():
			info, err := d.Info()
			if err != nil {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			return os.WriteFile(target, data, info.Mode().Perm())
		}
		return nil
	})
}
