package runner

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
)

// Engines are the names that Start knows.
var Engines = []string{"chromium", "chromium-isolated", "firefox", "firefox-isolated", "wazero"}

// Options are for Start.
type Options struct {
	Engine string // one of Engines
	Tabs   int    // how many programs run at once
	// Dist finds the bundle. Engines without a browser do not call it.
	Dist func() (fs.FS, error)
	Log  io.Writer // what the browser says; may be nil
}

// Start starts an engine.
//
// Errors: an unknown name; a bundle or a browser that is not there or does not
// start.
func Start(ctx context.Context, o Options) (Runner, error) {
	if !slices.Contains(Engines, o.Engine) {
		return nil, fmt.Errorf("unknown engine %q: choose one of %s", o.Engine, strings.Join(Engines, ", "))
	}
	if o.Engine == "wazero" {
		return NewWazero(o.Tabs)
	}
	dist, err := o.Dist()
	if err != nil {
		return nil, err
	}
	name, isolated := strings.CutSuffix(o.Engine, "-isolated")
	if name == "firefox" {
		return NewFirefox(ctx, dist, isolated, o.Tabs, o.Log)
	}
	return NewChromium(ctx, dist, isolated, o.Tabs, o.Log)
}
