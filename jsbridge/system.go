//go:build js

package jsbridge

import (
	"errors"
	"strconv"

	"github.com/hack-pad/safejs"

	"github.com/wasix-web/wasix-web/wasix"
	"github.com/wasix-web/wasix-web/wasix/clock"
)

// newSystem makes the system that config (KernelConfig) asks for.
func (p *port) newSystem(config safejs.Value) error {
	c := wasix.Config{Clock: newClock(), Warn: warn, Trace: trace}
	if s := text(field(config, "fixedClock")); s != "" {
		ns, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			return errors.New("fixedClock: " + strconv.Quote(s) + " is not a number of nanoseconds")
		}
		c.Clock = &clock.Fixed{Now: ns}
	}
	boot := must(global.Get("__wasixBoot"))
	if v := field(boot, "clock"); truth(v) {
		c.Clock = newJSClock(v)
	}
	if v := field(boot, "random"); truth(v) {
		c.AskRandom = newAsked(field(v, "asked")).fill
	}
	if v := field(config, "randomSeed"); v.Type() == safejs.TypeNumber {
		s := seeded(number(v))
		c.Random = s.fill
	} else {
		c.Random = new(random).fill
	}
	sys, err := wasix.NewSystem(eng, c)
	if err == nil {
		eng.k, p.sys = sys.Kernel, sys
	}
	return err
}
