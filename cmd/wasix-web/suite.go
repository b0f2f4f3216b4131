//go:build !js

package main

import "context"

func cmdSuite(ctx context.Context, e *env, args []string) int { return 1 }
