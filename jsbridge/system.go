//go:build js

package jsbridge

import (
	"errors"
	"strconv"

	"github.com/hack-pad/safejs"

	"github.com/wasix-web/wasix-web/providers/memfs"
	"github.com/wasix-web/wasix-web/wasix/clock"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// newKernel makes the kernel that config (KernelConfig) asks for.
func (p *port) newKernel(config safejs.Value) error {
	c := kernel.Config{Engine: eng, Clock: browserClock{}, Warn: p.warn}
	if s := text(field(config, "fixedClock")); s != "" {
		ns, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			return errors.New("fixedClock: " + strconv.Quote(s) + " is not a number of nanoseconds")
		}
		c.Clock = &clock.Fixed{Now: ns}
	}
	if v := field(config, "randomSeed"); v.Type() == safejs.TypeNumber {
		s := seeded(number(v))
		c.Random = s.fill
	} else {
		c.Random = new(random).fill
	}
	c.Namespace = vfs.NewNamespace(memfs.New(memfs.Config{}))
	eng.k = kernel.New(c)
	return nil
}
