package epoll

import "github.com/wasix-web/wasix-web/wasix/abi"

// maxNesting is how many sets may be in each other.
const maxNesting = 5

// nest notes that inner is to be a member of s.
//
// Readiness and notification go from set to set, so the nesting must be bounded.
// Every set is looked at once, however many paths lead to it.
//
// Errors: EINVAL a set in itself; ELOOP a circle, or more than maxNesting sets
// in each other.
func (s *Set) nest(inner *Set) abi.Errno {
	if inner == s {
		return abi.EINVAL
	}
	below := map[*Set]int{}
	height := inner.height(below, (*Set).eachInner)
	if _, circle := below[s]; circle {
		return abi.ELOOP
	}
	if height+s.height(map[*Set]int{}, (*Set).eachOuter) > maxNesting {
		return abi.ELOOP
	}
	if inner.outer == nil {
		inner.outer = map[*Set]int{}
	}
	inner.outer[s]++
	return abi.OK
}

// height returns the length of the longest chain of sets from s on in one
// direction, s included. seen has what is known.
func (s *Set) height(seen map[*Set]int, each func(*Set, func(*Set))) int {
	if h, ok := seen[s]; ok {
		return h
	}
	h := 1
	each(s, func(o *Set) { h = max(h, 1+o.height(seen, each)) })
	seen[s] = h
	return h
}

func (s *Set) eachInner(fn func(*Set)) {
	for k := range s.members {
		if inner, ok := k.file.Object.(*Set); ok {
			fn(inner)
		}
	}
}

func (s *Set) eachOuter(fn func(*Set)) {
	for o := range s.outer {
		fn(o)
	}
}
