package webc

import (
	"bytes"
	"os"
	"reflect"
	"strings"
	"testing"
)

func sample() *File {
	return &File{
		Manifest: map[string]any{"entrypoint": "main", "n": int64(-70000), "big": int64(1) << 40, "list": []any{true, false, nil, "x", []byte{1}, 1.5}, "empty": map[string]any{}},
		Atoms:    map[string][]byte{"main": []byte("\x00asm"), "other": {}},
		Volumes: map[string]Dir{"/": {"a": {Data: []byte("text")}, "d": {Dir: Dir{"deep": {Dir: Dir{}}, "f": {Data: bytes.Repeat([]byte("x"), 300)}}}},
			"/b": {}},
	}
}

func write(t testing.TB, f *File) []byte {
	t.Helper()
	b, err := Write(f)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// equal compares trees; empty contents are nil or not.
func equal(a, b *File) bool {
	return reflect.DeepEqual(a.Manifest, b.Manifest) && bytes.Equal(mustCBOR(a), mustCBOR(b))
}

func mustCBOR(f *File) []byte {
	var tree func(d Dir) map[string]any
	tree = func(d Dir) map[string]any {
		m := map[string]any{}
		for name, n := range d {
			if n.Dir != nil {
				m[name] = tree(n.Dir)
			} else {
				m[name] = append([]byte{}, n.Data...)
			}
		}
		return m
	}
	all := map[string]any{}
	for name, a := range f.Atoms {
		all["atom "+name] = append([]byte{}, a...)
	}
	for name, v := range f.Volumes {
		all["volume "+name] = tree(v)
	}
	b, err := appendCBOR(nil, all)
	if err != nil {
		panic(err)
	}
	return b
}

func TestRoundTrip(t *testing.T) {
	for _, f := range []*File{sample(), {Manifest: map[string]any{}}} {
		b := write(t, f)
		got, err := Read(b)
		if err != nil {
			t.Fatal(err)
		}
		if !equal(got, f) {
			t.Errorf("got %v, want %v", got, f)
		}
		if again := write(t, got); !bytes.Equal(again, b) {
			t.Error("it is not written the same again")
		}
	}
}

// The index says where the sections are, for readers that go by it.
func TestIndex(t *testing.T) {
	b := write(t, sample())
	r := &reader{b: b, pos: len(Magic) + 1}
	v, err := decodeCBOR(r.bytes(r.u64()))
	if err != nil {
		t.Fatal(err)
	}
	top := v.(map[string]any)
	entries := map[string]byte{}
	check := func(name string, tag byte, entry any) {
		e := entry.(map[string]any)
		start, n := e["span"].(map[string]any)["start"].(int64), e["span"].(map[string]any)["len"].(int64)
		if start+n > int64(len(b)) || b[start] != tag || !bytes.Equal(b[start+1:start+1+hashSize], e["checksum"].(map[string]any)["value"].([]byte)) {
			t.Errorf("%s: %v", name, e)
		}
		entries[name] = tag
	}
	check("manifest", tagManifest, top["manifest"])
	check("atoms", tagAtoms, top["atoms"])
	for name, e := range top["volumes"].(map[string]any) {
		check(name, tagVolume, e)
	}
	if len(entries) != 4 {
		t.Errorf("%v", entries)
	}
}

func TestDamage(t *testing.T) {
	good := write(t, sample())
	for n := range good {
		// What ends between two sections is a smaller package.
		if f, err := Read(good[:n]); err == nil && len(f.Volumes) == 2 {
			t.Fatalf("%d of %d bytes are the whole package", n, len(good))
		}
	}
	damaged := bytes.Clone(good)
	damaged[len(damaged)-1] ^= 1
	for want, b := range map[string][]byte{
		"does not begin with":          []byte("PK\x03\x04 and more"),
		`format "001"`:                 []byte("\x00webc001 and more"),
		"where the index is expected":  []byte(Magic + "\x05\x00\x00\x00\x00\x00\x00\x00\x00"),
		"do not have its hash":         damaged,
		"has no manifest":              []byte(Magic + "\x02\x00\x00\x00\x00\x00\x00\x00\x00"),
		"9 bytes at 17, where 0 are":   []byte(Magic + "\x02\x09\x00\x00\x00\x00\x00\x00\x00"),
		"is not there, used twice":     body(tagVolume, "\x00\x00\x00\x00\x00\x00\x00\x00", circle()),
		`".." is not a name`:           body(tagAtoms, "", up()),
		"unknown section with tag 9":   body(9, "", ""),
		"the manifest is not one map":  body(tagManifest, "", "\x01"),
		"not the CBOR of a manifest":   body(tagManifest, "", "\xbf"),
		"1 bytes at 1, where 0 are":    body(tagManifest, "", "\x18"),
		"manifest: at 101: not the CB": body(tagManifest, "", strings.Repeat("\x81", 200)),
	} {
		if _, err := Read(b); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	if _, err := Write(&File{Manifest: map[string]any{"x": struct{}{}}}); err == nil {
		t.Error("a struct was written")
	}
	if _, err := Write(&File{Atoms: map[string][]byte{"a/b": nil}}); err == nil || !strings.Contains(err.Error(), "a/b") {
		t.Errorf("%v", err)
	}
}

// FuzzRead reads anything: no panic, and what can be read can be written and
// read again.
func FuzzRead(f *testing.F) {
	f.Add(write(f, sample()))
	f.Add(body(tagVolume, "\x00\x00\x00\x00\x00\x00\x00\x00", circle()))
	f.Add(body(tagAtoms, "", up()))
	f.Add(body(tagManifest, "", "\xa1\x61x\xfb\x00\x00\x00\x00\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, b := range [][]byte{b, resign(b)} {
			p, err := Read(b)
			if err != nil {
				continue
			}
			again, err := Read(write(t, p))
			if err != nil || !bytes.Equal(mustCBOR(again), mustCBOR(p)) {
				t.Errorf("%v: %v", err, p)
			}
		}
	})
}

// WEBC_SAMPLE names a package that others have made.
func TestSample(t *testing.T) {
	name := os.Getenv("WEBC_SAMPLE")
	if name == "" {
		t.Skip("WEBC_SAMPLE names no package")
	}
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	p, err := Read(b)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := Read(write(t, p)); err != nil || !equal(again, p) {
		t.Errorf("%v", err)
	}
}
