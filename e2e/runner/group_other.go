//go:build !unix

package runner

import "os/exec"

// Group does nothing here.
func Group(*exec.Cmd) {}

func killGroup(cmd *exec.Cmd) error { return cmd.Process.Kill() }
