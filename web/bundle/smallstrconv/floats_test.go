package strconv

import (
	"math"
	"testing"
)

func TestFormatFloat(t *testing.T) {
	for want, f := range map[string]float64{
		"0": 0, "1": 1, "-1.5": -1.5, "0.1": 0.1, "3.141593": math.Pi, "123456789.25": 123456789.25, "0.0001": 1e-4, "0.0001e-1": 1e-5,
		"9999999999999": 9999999999999, "10000000000000000000e1": 1e20, "2": 1.9999999, "NaN": math.NaN(), "Inf": math.Inf(1), "-Inf": math.Inf(-1),
	} {
		if got := FormatFloat(f, 'g', -1, 64); got != want {
			t.Errorf("%g: %s, want %s", f, got, want)
		}
	}
	if got := FormatComplex(complex(1.5, -2), 'g', -1, 128); got != "(1.5-2i)" {
		t.Error(got)
	}
	if got := FormatComplex(complex(0, 2), 'g', -1, 128); got != "(0+2i)" {
		t.Error(got)
	}
}

func TestReadsNone(t *testing.T) {
	for _, f := range []func(){func() { ParseFloat("1", 64) }, func() { ParseComplex("1", 128) }} {
		func() {
			defer func() {
				if recover() != unread {
					t.Error("no panic, or another")
				}
			}()
			f()
		}()
	}
}
