package abi

import "strconv"

// enumName returns names[v], or the number when there is none.
func enumName(names []string, v uint64) string {
	if v < uint64(len(names)) && names[v] != "" {
		return names[v]
	}
	return strconv.FormatUint(v, 10)
}

// flagNames joins the names of the bits of v with "|". Bits without a name come
// last as one hex number; no bits at all is "".
func flagNames(names []string, v uint64) string {
	var b []byte
	for i, n := range names {
		if v&(1<<i) == 0 || n == "" {
			continue
		}
		v &^= 1 << i
		if len(b) > 0 {
			b = append(b, '|')
		}
		b = append(b, n...)
	}
	if v != 0 {
		if len(b) > 0 {
			b = append(b, '|')
		}
		b = append(b, "0x"...)
		b = strconv.AppendUint(b, v, 16)
	}
	return string(b)
}
