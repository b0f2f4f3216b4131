// Package strconv stands in for the half of the standard library's internal/strconv
// that is about floating point, in the bundle. There it is needed for the message of
// a panic with a number, and its tables alone are 11 KB. It is swapped in with go
// build -overlay (see ../kernel.go).
package strconv

// maxUint64 is what the other half wants of this one.
const maxUint64 = 1<<64 - 1

// AppendFloat appends f with up to six decimals, and an exponent if it is very large or very small.
func AppendFloat(dst []byte, f float64, _ byte, _, _ int) []byte {
	if f < 0 {
		dst, f = append(dst, '-'), -f
	}
	switch {
	case f != f:
		return append(dst, "NaN"...)
	case f > 1.7976931348623157e308:
		return append(dst, "Inf"...)
	}
	exponent := 0
	for ; f >= maxUint64; exponent++ {
		f /= 10
	}
	for ; f > 0 && f < 1e-4; exponent-- {
		f *= 10
	}
	whole := uint64(f)
	rest := uint64((f-float64(whole))*1e6 + .5)
	dst = appendDigits(dst, whole+rest/1e6)
	if rest %= 1e6; rest > 0 {
		dst = append(dst, '.')
		for unit := uint64(1e5); rest > 0; unit /= 10 {
			dst = append(dst, '0'+byte(rest/unit))
			rest %= unit
		}
	}
	if exponent == 0 {
		return dst
	}
	dst = append(dst, 'e')
	if exponent < 0 {
		dst, exponent = append(dst, '-'), -exponent
	}
	return appendDigits(dst, uint64(exponent))
}

func appendDigits(dst []byte, n uint64) []byte {
	if n >= 10 {
		dst = appendDigits(dst, n/10)
	}
	return append(dst, '0'+byte(n%10))
}

// AppendComplex appends (real+imagi).
func AppendComplex(dst []byte, c complex128, format byte, precision, bits int) []byte {
	dst = AppendFloat(append(dst, '('), real(c), format, precision, bits)
	if imag(c) >= 0 || imag(c) != imag(c) {
		dst = append(dst, '+')
	}
	return append(AppendFloat(dst, imag(c), format, precision, bits), 'i', ')')
}

// FormatFloat is AppendFloat as a string.
func FormatFloat(f float64, format byte, precision, bits int) string {
	return string(AppendFloat(nil, f, format, precision, bits))
}

// FormatComplex is AppendComplex as a string.
func FormatComplex(c complex128, format byte, precision, bits int) string {
	return string(AppendComplex(nil, c, format, precision, bits))
}

const unread = "strconv: the bundle reads no floating-point numbers (web/bundle/smallstrconv)"

// ParseFloat panics. Whoever needs it takes this package out of the bundle.
func ParseFloat(string, int) (float64, error) { panic(unread) }

// ParseComplex panics like ParseFloat.
func ParseComplex(string, int) (complex128, error) { panic(unread) }
