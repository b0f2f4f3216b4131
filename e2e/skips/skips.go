// Package skips holds the skip files: for each suite the cases that are known to
// fail. They run all the same; see package suite.
package skips

import "embed"

// Files are named after the suites: "wasmer-pinned.txt".
//
//go:embed *.txt
var Files embed.FS
