package wasmgen

import (
	"bytes"
	"testing"
)

func TestLimitMemory(t *testing.T) {
	module := func(fn func(b *Builder)) []byte {
		var b Builder
		fn(&b)
		b.Export("_start", ExternFunc, b.Func(FuncType{}, NewCode(0)))
		return b.Bytes()
	}
	for _, tt := range []struct {
		name    string
		before  Limits
		want    Limits
		changed bool
	}{
		{"no maximum", Limits{Min: 2}, Limits{Min: 2, Max: 300, HasMax: true}, true},
		{"a higher one", Limits{Min: 2, Max: 65536, HasMax: true, Shared: true}, Limits{Min: 2, Max: 300, HasMax: true, Shared: true}, true},
		{"a lower one", Limits{Min: 2, Max: 299, HasMax: true}, Limits{Min: 2, Max: 299, HasMax: true}, false},
		{"the same", Limits{Min: 2, Max: 300, HasMax: true}, Limits{Min: 2, Max: 300, HasMax: true}, false},
	} {
		b := module(func(b *Builder) {
			b.Export("memory", ExternMemory, b.Memory(tt.before))
			b.Data(5, []byte("data"))
		})
		copied := bytes.Clone(b)
		m, err := Parse(b)
		if err != nil {
			t.Fatal(err)
		}
		out := LimitMemory(b, m, 300)
		after, err := Parse(out)
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		l := after.Memories[0]
		if l.Min != tt.want.Min || l.Max != tt.want.Max || l.HasMax != tt.want.HasMax || l.Shared != tt.want.Shared {
			t.Errorf("%s: %+v, want %+v", tt.name, l, tt.want)
		}
		if bytes.Equal(out, b) == tt.changed || !bytes.Equal(b, copied) {
			t.Errorf("%s: changed %v", tt.name, !bytes.Equal(out, b))
		}
		if len(after.Sections) != len(m.Sections) || after.Export("_start") == nil {
			t.Errorf("%s: other sections have changed", tt.name)
		}
	}
	for name, b := range map[string][]byte{
		"none":     module(func(*Builder) {}),
		"imported": module(func(b *Builder) { b.ImportMemory("env", "memory", Limits{Min: 1}) }),
	} {
		m, err := Parse(b)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(LimitMemory(b, m, 1), b) {
			t.Errorf("%s: changed", name)
		}
	}
}
