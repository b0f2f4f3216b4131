//go:build !unix && !js

package main

import "github.com/wasix-web/wasix-web/e2e/runner"

func watchSize(int, chan<- runner.Size, <-chan struct{}) {}
