package suite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/wasix-web/wasix-web/e2e/runner"
)

// scriptTimeout is for a whole run.sh, in units of a program's.
const scriptTimeout = 5

// scriptCase is a directory whose run.sh is executed as it is.
func scriptCase(name, dir string) *Case {
	return &Case{Name: name, Config: "default", shape: script, exec: func(ctx context.Context, s *session) error {
		return runScript(ctx, s, dir)
	}}
}

// runScript executes run.sh in a fresh copy of the case's directory. Its runs of
// $WASMER_RUN come back to our own runner.
func runScript(ctx context.Context, s *session, dir string) error {
	if s.Command == "" {
		return errors.New("run.sh needs the command wasix-web")
	}
	work, err := os.MkdirTemp("", "wasix-suite-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	// The directory keeps its name, which some programs look at.
	dest := filepath.Join(work, filepath.Base(dir))
	if err := s.Builder.prepareScript(ctx, dir, dest); err != nil {
		return err
	}
	command := s.Command
	if strings.ContainsAny(command, " \t") { // the script lets the shell split it
		command = filepath.Join(work, "wasix-web")
		if err := os.Symlink(s.Command, command); err != nil {
			return err
		}
	}
	// What the script leaves behind goes with the case.
	temp := filepath.Join(work, "tmp")
	if err := os.Mkdir(temp, 0o777); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, scriptTimeout*s.Timeout)
	defer cancel()
	script := filepath.Join(dest, "run.sh")
	cmd := exec.CommandContext(ctx, "bash", script)
	if b, err := os.ReadFile(script); err != nil {
		return err
	} else if bytes.HasPrefix(b, []byte("#!")) {
		if err := os.Chmod(script, 0o755); err != nil {
			return err
		}
		cmd = exec.CommandContext(ctx, script)
	}
	cmd.Dir = dest
	cmd.Env = append(s.Builder.environ(), "TMPDIR="+temp, "WASMER="+command, "WASMER_RUN="+command+" run -q --free --isatty", runner.ServerEnv+"="+s.remote.Address)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.WaitDelay = 5 * time.Second
	runner.Group(cmd)
	err = cmd.Run()
	if ctx.Err() != nil {
		err = errors.New("the time is up")
	}
	if err != nil {
		return fmt.Errorf("run.sh: %w\n%s", err, indent(out.String()))
	}
	return nil
}
