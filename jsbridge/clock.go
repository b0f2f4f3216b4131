//go:build js

package jsbridge

import "unsafe"

// browserClock is the browser's clock. performance.now() is coarse on purpose:
// 100 us on a page that is not isolated, 5 us on one that is.
type browserClock struct{}

func newClock() *browserClock {
	origin = uint64(hostOrigin() * 1e6)
	look()
	return &browserClock{}
}

// Realtime keeps its answer for time stamps: a file that is written after a
// program has asked for the time is not older than what it was told. No two
// answers are the same, however coarse the browser's clock is: libc makes the
// names of temporary files of them.
func (c *browserClock) Realtime() uint64 {
	stamp = max(stamp+1, origin+uint64(int64(hostNow()*1e6)))
	return stamp
}

// Monotonic lets the shims answer the next questions: see wasmgen.Clock.
func (c *browserClock) Monotonic() uint64 {
	if !eng.traced {
		setClocks(min(clocks, eng.spins))
	}
	return uint64(int64(hostNow() * 1e6))
}

// clocks is how often a shim may ask the clock without the kernel: few, because
// a program that spins on it has to come back to be interrupted.
const clocks = 16

func (c *browserClock) Resolution() uint64 { return 5000 }

// Stamp implements clock.Coarse.
func (c *browserClock) Stamp() *uint64 { return &stamp }

var (
	origin    uint64  // real time at hostNow's zero
	stamp     uint64  // real time when look was last called
	lastCheck float64 // hostNow then
)

// look asks the clock, and keeps the answer for time stamps.
func look() float64 {
	lastCheck = hostNow()
	stamp = max(stamp, origin+uint64(int64(lastCheck*1e6)))
	return lastCheck
}

// random is the browser's generator, asked for a pool at a time: a call into
// crypto costs far more than the bytes.
type random struct {
	pool [4096]byte
	left int
}

// fill fills b. No byte is handed out twice.
func (r *random) fill(b []byte) {
	if len(b) > len(r.pool)/2 {
		for len(b) > 0 {
			n := min(len(b), 65536) // the most that getRandomValues gives at once
			hostRandom(unsafe.Pointer(&b[0]), int32(n))
			b = b[n:]
		}
		return
	}
	if r.left < len(b) {
		hostRandom(unsafe.Pointer(&r.pool[0]), int32(len(r.pool)))
		r.left = len(r.pool)
	}
	at := len(r.pool) - r.left
	n := copy(b, r.pool[at:])
	clear(r.pool[at : at+n])
	r.left -= n
}

// seeded is a repeatable generator (splitmix64), for runs that must be the same
// byte for byte.
type seeded uint64

func (s *seeded) fill(b []byte) {
	for i := 0; i < len(b); i += 8 {
		*s += 0x9e3779b97f4a7c15
		z := uint64(*s)
		z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
		z = (z ^ z>>27) * 0x94d049bb133111eb
		z ^= z >> 31
		for j := i; j < min(i+8, len(b)); j++ {
			b[j] = byte(z)
			z >>= 8
		}
	}
}
