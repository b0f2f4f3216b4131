//go:build unix

package main

import (
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/term"

	"github.com/wasix-web/wasix-web/e2e/runner"
)

// watchSize sends the terminal's size whenever it has changed.
func watchSize(fd int, to chan<- runner.Size, done <-chan struct{}) {
	changed := make(chan os.Signal, 1)
	signal.Notify(changed, syscall.SIGWINCH)
	defer signal.Stop(changed)
	for {
		select {
		case <-changed:
		case <-done:
			return
		}
		columns, rows, err := term.GetSize(fd)
		if err != nil || columns < 1 || rows < 1 {
			continue
		}
		select {
		case to <- runner.Size{Columns: columns, Rows: rows}:
		case <-done:
			return
		}
	}
}
