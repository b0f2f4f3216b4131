//go:build !unix

package runner

import "os/exec"

func group(*exec.Cmd) {}

func killGroup(cmd *exec.Cmd) error { return cmd.Process.Kill() }
