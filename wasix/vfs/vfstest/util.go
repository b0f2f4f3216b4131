package vfstest

import "strconv"

func itoa(n int) string { return strconv.Itoa(n) }

// rng is a small random source of our own, so that a seed gives the same
// sequence everywhere (splitmix64).
type rng uint64

func (r *rng) next() uint64 {
	*r += 0x9e3779b97f4a7c15
	z := uint64(*r)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// n returns a number in [0, n).
func (r *rng) n(n int) int { return int(r.next() % uint64(n)) }

// pick returns one of list.
func pick[E any](r *rng, list ...E) E { return list[r.n(len(list))] }
