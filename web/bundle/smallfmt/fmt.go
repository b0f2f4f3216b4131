// Package fmt stands in for the standard library's in the bundle. The kernel
// does not use fmt, but safejs does, for the text of errors, and with it come
// os, reflect and a ninth of all that a page has to load. This one knows the
// functions and the values that safejs formats. It is swapped in with
// go build -overlay (see ../kernel.go) and tested against the real one.
package fmt

import (
	"errors"
	"io"
	"strconv"
)

// State is what a Formatter writes to.
type State interface {
	Write(b []byte) (n int, err error)
	Width() (wid int, ok bool)
	Precision() (prec int, ok bool)
	Flag(c int) bool
}

// Stringer has a text of its own.
type Stringer interface{ String() string }

// Errorf returns an error with that text. It wraps nothing.
func Errorf(format string, a ...any) error { return errors.New(Sprintf(format, a...)) }

// Sprintf knows %v, %+v, %s, %d, %q and %%.
func Sprintf(format string, a ...any) string { return string(appendf(nil, format, a)) }

// Fprintf writes what Sprintf returns.
func Fprintf(w io.Writer, format string, a ...any) (int, error) {
	return w.Write(appendf(nil, format, a))
}

// Fprint writes its operands one after the other; a space stands between two
// that are not strings.
func Fprint(w io.Writer, a ...any) (int, error) {
	var b []byte
	wasString := true
	for i, v := range a {
		_, isString := v.(string)
		if i > 0 && !isString && !wasString {
			b = append(b, ' ')
		}
		b = append(b, text(v)...)
		wasString = isString
	}
	return w.Write(b)
}

func appendf(b []byte, format string, a []any) []byte {
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			b = append(b, format[i])
			continue
		}
		i++
		if i < len(format) && format[i] == '+' {
			i++
		}
		switch {
		case i == len(format):
			return append(b, "%!(NOVERB)"...)
		case format[i] == '%':
			b = append(b, '%')
			continue
		case len(a) == 0:
			b = append(append(append(b, "%!"...), format[i]), "(MISSING)"...)
			continue
		case format[i] == 'q':
			b = strconv.AppendQuote(b, text(a[0]))
		default:
			b = append(b, text(a[0])...)
		}
		a = a[1:]
	}
	return b
}

// text is what %v prints.
func text(v any) string {
	switch v := v.(type) {
	case nil:
		return "<nil>"
	case error:
		return v.Error()
	case Stringer:
		return v.String()
	case string:
		return v
	case []byte:
		return string(v)
	case bool:
		return strconv.FormatBool(v)
	case int:
		return strconv.Itoa(v)
	case int32:
		return strconv.Itoa(int(v))
	case int64:
		return strconv.FormatInt(v, 10)
	case uint32:
		return strconv.FormatUint(uint64(v), 10)
	case uint64:
		return strconv.FormatUint(v, 10)
	case uintptr:
		return strconv.FormatUint(uint64(v), 10)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	return "(a value)"
}
