package fmt

import (
	"bytes"
	"errors"
	stdfmt "fmt"
	"testing"
)

type named int

func (named) String() string { return "a name" }

// What safejs formats looks as with the standard library.
func TestSameAsStandard(t *testing.T) {
	for _, v := range []any{nil, "text", "a \"quoted\"\n", errors.New("wrong"), named(3), true, 1, -5, int32(-6), int64(1) << 40,
		uint32(7), uint64(1) << 63, uintptr(9), 1.5, 1e21} {
		for _, verb := range []string{"%v", "%+v", "a %v b", "100%% of %v"} {
			if got, want := Sprintf(verb, v), stdfmt.Sprintf(verb, v); got != want {
				t.Errorf("%s of %#v: %q, want %q", verb, v, got, want)
			}
		}
		var got, want bytes.Buffer
		Fprint(&got, v, "and", v, v)
		stdfmt.Fprint(&want, v, "and", v, v)
		if got.String() != want.String() {
			t.Errorf("Fprint of %#v: %q, want %q", v, got.String(), want.String())
		}
	}
	for _, c := range []struct {
		format string
		args   []any
	}{{"%s\n\t%s:%d\n", []any{"main.f", "main.go", 12}}, {"%q", []any{"it's \x00"}}, {"global %q is not defined", []any{"x"}},
		{"%v", nil}, {"none", nil}, {"%", nil}} {
		if got, want := Sprintf(c.format, c.args...), stdfmt.Sprintf(c.format, c.args...); got != want {
			t.Errorf("%q: %q, want %q", c.format, got, want)
		}
		if got := Errorf(c.format, c.args...); got.Error() != Sprintf(c.format, c.args...) {
			t.Errorf("%q: error %q", c.format, got)
		}
		var b bytes.Buffer
		if n, err := Fprintf(&b, c.format, c.args...); err != nil || n != b.Len() || b.String() != Sprintf(c.format, c.args...) {
			t.Errorf("%q: wrote %q, %d, %v", c.format, b.String(), n, err)
		}
	}
	if got := Sprintf("%v", struct{}{}); got != "(a value)" {
		t.Errorf("a struct: %q", got)
	}
}
