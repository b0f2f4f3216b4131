// Package clock is the time guests see. It can be replaced: a fixed clock and a
// seeded random source make runs byte-identical.
package clock

// Clock answers clock_time_get and clock_res_get.
type Clock interface {
	// Realtime returns nanoseconds since 1970.
	Realtime() uint64
	// Monotonic returns nanoseconds from some point; it never goes back.
	Monotonic() uint64
	// Resolution returns the step of both in nanoseconds, at least 1.
	Resolution() uint64
}

// Coarse is implemented by clocks that cost much to ask.
type Coarse interface {
	// Stamp returns where a real time lies that has passed, a few milliseconds
	// ago at most while programs make calls; nil: there is none.
	Stamp() *uint64
}

// Fixed is a clock that stands still, or moves by Step at every question.
type Fixed struct {
	Now  uint64 // realtime, nanoseconds
	Step uint64
	asks uint64
}

// Realtime implements Clock.
func (f *Fixed) Realtime() uint64 { f.asks++; return f.Now + (f.asks-1)*f.Step }

// Monotonic implements Clock; it starts at zero.
func (f *Fixed) Monotonic() uint64 { f.asks++; return (f.asks - 1) * f.Step }

// Resolution implements Clock.
func (f *Fixed) Resolution() uint64 { return max(f.Step, 1) }

// Adjusted is a clock whose real time was set by clock_time_set.
type Adjusted struct {
	Clock
	Offset int64
}

// Realtime implements Clock.
func (a *Adjusted) Realtime() uint64 { return a.Clock.Realtime() + uint64(a.Offset) }

// Stamp implements Coarse: nil when the clock inside does not. Once the time has
// been set there are no stamps: they would be the old time's.
func (a *Adjusted) Stamp() *uint64 {
	if c, ok := a.Clock.(Coarse); ok && a.Offset == 0 {
		return c.Stamp()
	}
	return nil
}
