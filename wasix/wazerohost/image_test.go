//go:build !js

package wazerohost_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"reflect"
)

// image is what memory looks like before a call.
type image struct {
	b     []byte
	next  int
	spans []span
}

type span struct{ at, n int }

func newImage(size int) *image {
	return &image{b: bytes.Repeat([]byte{'?'}, size), next: 1024}
}

// put places bytes at an aligned address, with some '?' around.
func (m *image) put(b []byte) int {
	at := m.next
	copy(m.b[at:], b)
	m.next = (at + len(b) + 16 + 7) &^ 7
	return at
}

func (m *image) room(n int) int {
	at := m.next
	if at+n > len(m.b) {
		panic(fmt.Sprintf("out(%d) does not fit into the proxy's memory", n))
	}
	m.spans = append(m.spans, span{at, n})
	m.next = (at + n + 16 + 7) &^ 7
	return at
}

func (m *image) vec(list []span) (int, int) {
	var b []byte
	for _, s := range list {
		b = binary.LittleEndian.AppendUint32(b, uint32(s.at))
		b = binary.LittleEndian.AppendUint32(b, uint32(s.n))
	}
	return m.put(b), len(list)
}

func (m *image) place(args []any) (words []uint64) {
	add := func(v ...int) {
		for _, v := range v {
			words = append(words, uint64(v))
		}
	}
	for _, a := range args {
		switch a := a.(type) {
		case int:
			add(a)
		case in:
			add(m.put(a))
		case str:
			add(m.put(a), len(a))
		case string:
			add(m.put([]byte(a)), len(a))
		case out:
			add(m.room(int(a)))
		case bad:
			add(nowhere, 4)
		case at:
			i := m.room(4)
			binary.LittleEndian.PutUint32(m.b[i:], uint32(a))
			add(i)
		case ref:
			i := m.room(len(a.b))
			copy(m.b[i:], a.b)
			add(i)
		case iovs:
			var l []span
			for _, s := range a {
				l = append(l, span{m.put([]byte(s)), len(s)})
			}
			add(m.vec(l))
		case room:
			var l []span
			for _, n := range a {
				l = append(l, span{m.room(n), n})
			}
			add(m.vec(l))
		case uint64:
			words = append(words, a)
		default: // the ABI's own numbers
			switch v := reflect.ValueOf(a); {
			case v.CanUint():
				words = append(words, v.Uint())
			case v.CanInt():
				add(int(v.Int()))
			default:
				panic(fmt.Sprintf("argument of type %T", a))
			}
		}
	}
	return words
}
