package webc

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"unicode/utf8"
)

// The part of CBOR (RFC 8949) that manifests use: integers, bytes, text, arrays,
// maps with text keys, tags (which are left out), false, true, null, and floats
// of 64 bits.

const (
	cborUint = iota
	cborNegative
	cborBytes
	cborText
	cborArray
	cborMap
	cborTag
	cborSimple
)

const cborDepth = 100

var errCBOR = errors.New("not the CBOR of a manifest")

// decodeCBOR decodes one value; zeros may follow.
func decodeCBOR(b []byte) (any, error) {
	r := &reader{b: b}
	v := r.cbor(0)
	return v, r.err
}

func (r *reader) bad() any {
	if r.err == nil {
		r.err = fmt.Errorf("at %d: %w", r.pos, errCBOR)
	}
	return nil
}

func (r *reader) cbor(depth int) any {
	if depth > cborDepth {
		return r.bad()
	}
	head := r.byte()
	kind, small := head>>5, head&31
	n := uint64(small)
	if small >= 24 {
		if small > 27 {
			return r.bad() // lengths that come later are not used
		}
		n = 0
		for _, c := range r.bytes(1 << (small - 24)) {
			n = n<<8 | uint64(c)
		}
	}
	if r.err != nil {
		return nil
	}
	switch kind {
	case cborUint:
		if n > math.MaxInt64 {
			return r.bad()
		}
		return int64(n)
	case cborNegative:
		if n > math.MaxInt64 {
			return r.bad()
		}
		return -1 - int64(n)
	case cborBytes:
		return r.bytes(n)
	case cborText:
		s := string(r.bytes(n))
		if !utf8.ValidString(s) {
			return r.bad()
		}
		return s
	case cborArray:
		list := []any{}
		for ; n > 0 && r.err == nil; n-- {
			list = append(list, r.cbor(depth+1))
		}
		return list
	case cborMap:
		m := map[string]any{}
		for ; n > 0 && r.err == nil; n-- {
			key, ok := r.cbor(depth + 1).(string)
			if _, twice := m[key]; !ok || twice {
				return r.bad()
			}
			m[key] = r.cbor(depth + 1)
		}
		return m
	case cborTag:
		return r.cbor(depth + 1)
	}
	switch small {
	case 20, 21:
		return small == 21
	case 22, 23:
		return nil
	case 27:
		return math.Float64frombits(n)
	}
	return r.bad()
}

func appendHead(b []byte, kind byte, n uint64) []byte {
	kind <<= 5
	switch {
	case n < 24:
		return append(b, kind|byte(n))
	case n <= math.MaxUint8:
		return append(b, kind|24, byte(n))
	case n <= math.MaxUint16:
		return binary.BigEndian.AppendUint16(append(b, kind|25), uint16(n))
	case n <= math.MaxUint32:
		return binary.BigEndian.AppendUint32(append(b, kind|26), uint32(n))
	}
	return binary.BigEndian.AppendUint64(append(b, kind|27), n)
}

// appendCBOR appends v. Maps are in the order of their keys.
func appendCBOR(b []byte, v any) (_ []byte, err error) {
	switch v := v.(type) {
	case nil:
		return append(b, cborSimple<<5|22), nil
	case bool:
		if v {
			return append(b, cborSimple<<5|21), nil
		}
		return append(b, cborSimple<<5|20), nil
	case int:
		return appendCBOR(b, int64(v))
	case int64:
		if v < 0 {
			return appendHead(b, cborNegative, uint64(-1-v)), nil
		}
		return appendHead(b, cborUint, uint64(v)), nil
	case float64:
		return binary.BigEndian.AppendUint64(append(b, cborSimple<<5|27), math.Float64bits(v)), nil
	case []byte:
		return append(appendHead(b, cborBytes, uint64(len(v))), v...), nil
	case string:
		return append(appendHead(b, cborText, uint64(len(v))), v...), nil
	case []any:
		b = appendHead(b, cborArray, uint64(len(v)))
		for _, e := range v {
			if b, err = appendCBOR(b, e); err != nil {
				return nil, err
			}
		}
		return b, nil
	case map[string]any:
		b = appendHead(b, cborMap, uint64(len(v)))
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if b, err = appendCBOR(append(appendHead(b, cborText, uint64(len(key))), key...), v[key]); err != nil {
				return nil, err
			}
		}
		return b, nil
	}
	return nil, fmt.Errorf("a %T cannot be written", v)
}
