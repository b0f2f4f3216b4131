// Package web holds the bundle that `wasix-web build` made, so that the command
// can serve pages from anywhere.
package web

import (
	"embed"
	"errors"
	"io/fs"
)

// The pattern also names dist.md, which is always there: without a bundle this
// package still compiles, and so does the command that builds one.
//
//go:embed dist*
var files embed.FS

// ErrNoBundle says that the command was compiled before the bundle was built.
var ErrNoBundle = errors.New("this command was built without web/dist: run `make build`")

// Dist returns the bundle, or ErrNoBundle.
func Dist() (fs.FS, error) {
	dist, err := fs.Sub(files, "dist")
	if err != nil {
		return nil, err
	}
	if _, err := fs.Stat(dist, "wasix-web.worker.js"); err != nil {
		return nil, ErrNoBundle
	}
	return dist, nil
}
