//go:build js

package jsbridge

import (
	"errors"
	"strings"

	"github.com/hack-pad/safejs"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/hostfs"
)

var (
	global     = safejs.Global()
	uint8Array = must(global.Get("Uint8Array"))
	jsError    = must(global.Get("Error"))
)

func must(v safejs.Value, err error) safejs.Value {
	if err != nil {
		panic("jsbridge: " + err.Error())
	}
	return v
}

// object makes one of names and values. A literal of a map is several times as much
// code.
//
//go:noinline
func object(pairs ...any) map[string]any {
	m := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i].(string)] = pairs[i+1]
	}
	return m
}

// toBytes returns a new Uint8Array with a copy of b.
func toBytes(b []byte) safejs.Value {
	a := must(uint8Array.New(len(b)))
	if _, err := safejs.CopyBytesToJS(a, b); err != nil {
		panic("jsbridge: " + err.Error())
	}
	return a
}

// fromBytes returns a copy of a Uint8Array.
func fromBytes(v safejs.Value) ([]byte, error) {
	n, err := v.Length()
	if err != nil {
		return nil, errors.New("not a Uint8Array")
	}
	b := make([]byte, n)
	_, err = safejs.CopyBytesToGo(b, v)
	return b, err
}

// field reads a property of an object; missing gives undefined.
func field(v safejs.Value, name string) safejs.Value {
	f, err := v.Get(name)
	if err != nil {
		return safejs.Undefined()
	}
	return f
}

func text(v safejs.Value) string {
	if v.Type() != safejs.TypeString {
		return ""
	}
	s, _ := v.String()
	return s
}

func number(v safejs.Value) float64 {
	if v.Type() != safejs.TypeNumber {
		return 0
	}
	f, _ := v.Float()
	return f
}

func truth(v safejs.Value) bool {
	b, err := v.Truthy()
	return err == nil && b
}

// texts reads an array of strings.
func texts(v safejs.Value) []string {
	n, err := v.Length()
	if err != nil {
		return nil
	}
	out := make([]string, n)
	for i := range out {
		e, _ := v.Index(i)
		out[i] = text(e)
	}
	return out
}

// failure is an error with an errno, for JavaScript.
type failure struct {
	errno abi.Errno
	what  string // the path or thing
}

func (f failure) Error() string { return f.errno.String() + ": " + f.what }

// fail returns nil for OK.
func fail(errno abi.Errno, what string) error {
	if errno == abi.OK {
		return nil
	}
	return failure{errno, what}
}

// shorten takes the middle out of a message: paths and names in it can be as long
// as somebody wants them to be.
func shorten(s string) string {
	const head, tail = 1000, 200
	if len(s) <= head+tail {
		return s
	}
	return strings.ToValidUTF8(s[:head], "") + " [...] " + strings.ToValidUTF8(s[len(s)-tail:], "")
}

// toError makes a JavaScript Error: with errno and code when err has them.
func toError(err error) safejs.Value {
	v := must(jsError.New(shorten(err.Error())))
	if e := errnoOf(err); e != abi.OK {
		v.Set("errno", int(e))
		v.Set("code", e.String())
	}
	return v
}

// errnoOf returns OK for an error that has none.
func errnoOf(err error) abi.Errno {
	var f failure
	var h *hostfs.Error
	if errors.As(err, &h) {
		return h.Errno
	}
	errors.As(err, &f)
	return f.errno
}
