package abi

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
)

// layouts has the size of every struct and, for each field in order, its offset
// and size, as clang --target=wasm32 prints them for the headers (of
// wasi_unstable's four structs: for the header of 2019).
var layouts = []struct {
	v      codec
	size   int
	fields string
}{
	{&Iovec{}, 8, "0+4 4+4"},
	{&Prestat{}, 8, "0+1 4+4"},
	{&Dirent{}, 24, "0+8 8+8 16+4 20+1"},
	{&Fdstat{}, 24, "0+1 2+2 8+8 16+8"},
	{&Filestat{}, 64, "0+8 8+8 16+1 24+8 32+8 40+8 48+8 56+8"},
	{&UnstableFilestat{}, 56, "0+8 8+8 16+1 20+4 24+8 32+8 40+8 48+8"},
	{&EventFdReadwrite{}, 16, "0+8 8+2"},
	{&Event{}, 32, "0+8 8+2 10+1 16+16"},
	{&SubscriptionClock{}, 32, "0+4 8+8 16+8 24+2"},
	{&UnstableSubscriptionClock{}, 40, "0+8 8+4 16+8 24+8 32+2"},
	{&SubscriptionFdReadwrite{}, 4, "0+4"},
	{&SignalDisposition{}, 2, "0+1 1+1"},
	{&Hugesize{}, 16, "0+8 8+8"},
	{&Hash{}, 16, "0+8 8+8"},
	{&StackSnapshot{}, 24, "0+8 8+16"},
	{&Tty{}, 24, "0+4 4+4 8+4 12+4 16+1 17+1 18+1 19+1 20+1 21+1"},
	{&ProcessHandles{}, 28, "0+4 4+8 12+8 20+8"},
	{&HardwareAddress{}, 6, "0+6"},
	{&AddrUnspec{}, 1, "0+1"},
	{&AddrUnspecPort{}, 4, "0+2 2+1"},
	{&AddrUnspecCidr{}, 2, "0+1 1+1"},
	{&AddrIP4{}, 4, "0+4"},
	{&AddrIP4Port{}, 6, "0+2 2+4"},
	{&AddrIP4Cidr{}, 5, "0+4 4+1"},
	{&AddrIP6{}, 24, "0+16 16+4 20+4"},
	{&AddrIP6Bare{}, 16, "0+16"},
	{&AddrIP6Port{}, 26, "0+2 2+24"},
	{&AddrIP6Cidr{}, 26, "0+24 24+1"},
	{&AddrUnix{}, 108, "0+108"},
	{&AddrUnixCidr{}, 1, "0+1"},
	{&Route{}, 176, "0+28 28+110 144+16 160+16"},
	{&ErrnoSignal{}, 4, "0+2 2+1"},
	{&ThreadState{}, 112, "0+4 4+4 8+4 12+4 16+4 20+4 24+4 28+4 32+4 36+4 40+1 41+1 42+2 44+4 48+4 52+4 56+4 60+4 64+4 68+4 72+4 76+4 80+4 84+4 88+4 92+4 96+4 100+4 104+4 108+4"},
	{&ThreadStart{}, 64, "0+4 4+4 8+4 12+4 16+40 56+4 60+4"},
	{&EpollData{}, 24, "0+4 4+4 8+4 16+8"},
	{&EpollEvent{}, 32, "0+4 8+24"},
	{&SpawnFdOp{}, 56, "0+1 4+4 8+4 12+4 16+4 20+4 24+2 32+8 40+8 48+2 50+2"},
	{&ReflectionResult{}, 6, "0+1 2+2 4+2"},

	// Unions, once per tag: the tag, then the member it names.
	{&Subscription{Type: EventtypeClock}, 48, "0+8 8+1 16+32 -"},
	{&Subscription{Type: EventtypeFdRead}, 48, "0+8 8+1 - 16+4"},
	{&Subscription{Type: EventtypeFdWrite}, 48, "0+8 8+1 - 16+4"},
	{&UnstableSubscription{Type: EventtypeClock}, 56, "0+8 8+1 16+40 -"},
	{&UnstableSubscription{Type: EventtypeFdRead}, 56, "0+8 8+1 - 16+4"},
	{&OptionTimestamp{Tag: OptionSome}, 16, "0+1 8+8"},
	{&OptionHash{Tag: OptionSome}, 24, "0+1 8+16"},
	{&OptionPid{Tag: OptionSome}, 8, "0+1 4+4"},
	{&OptionFd{Tag: OptionSome}, 8, "0+1 4+4"},
	{&JoinStatus{Type: JoinStatusExitNormal}, 6, "0+1 2+2 - -"},
	{&JoinStatus{Type: JoinStatusExitSignal}, 6, "0+1 - 2+4 -"},
	{&JoinStatus{Type: JoinStatusStopped}, 6, "0+1 - - 2+1"},
	{&Addr{Family: AddressFamilyUnspec}, 110, "0+1 2+1 - - -"},
	{&Addr{Family: AddressFamilyInet4}, 110, "0+1 - 2+4 - -"},
	{&Addr{Family: AddressFamilyInet6}, 110, "0+1 - - 2+24 -"},
	{&Addr{Family: AddressFamilyUnix}, 110, "0+1 - - - 2+108"},
	{&AddrIP{Family: AddressFamilyUnspec}, 18, "0+1 2+1 - -"},
	{&AddrIP{Family: AddressFamilyInet4}, 18, "0+1 - 2+4 -"},
	{&AddrIP{Family: AddressFamilyInet6}, 18, "0+1 - - 2+16"},
	{&AddrPort{Family: AddressFamilyUnspec}, 110, "0+1 2+4 - - -"},
	{&AddrPort{Family: AddressFamilyInet4}, 110, "0+1 - 2+6 - -"},
	{&AddrPort{Family: AddressFamilyInet6}, 110, "0+1 - - 2+26 -"},
	{&AddrPort{Family: AddressFamilyUnix}, 110, "0+1 - - - 2+108"},
	{&AddrCidr{Family: AddressFamilyUnspec}, 28, "0+1 2+2 - - -"},
	{&AddrCidr{Family: AddressFamilyInet4}, 28, "0+1 - 2+5 - -"},
	{&AddrCidr{Family: AddressFamilyInet6}, 28, "0+1 - - 2+26 -"},
	{&AddrCidr{Family: AddressFamilyUnix}, 28, "0+1 - - - 2+1"},
}

// ones sets every bit of v. Tags inside get a value that selects a member.
func ones(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			ones(v.Field(i))
		}
		if f := v.FieldByName("Tag"); f.IsValid() {
			f.SetUint(uint64(OptionSome))
		}
		if f := v.FieldByName("Family"); f.IsValid() {
			f.SetUint(uint64(AddressFamilyInet6))
		}
	case reflect.Array:
		for i := range v.Len() {
			ones(v.Index(i))
		}
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int32:
		v.SetInt(-1)
	default:
		v.SetUint(1<<v.Type().Bits() - 1)
	}
}

// TestLayout changes one field at a time and looks which bytes change.
func TestLayout(t *testing.T) {
	for _, tt := range layouts {
		typ := reflect.TypeOf(tt.v).Elem()
		facts := strings.Fields(tt.fields)
		if typ.NumField() != len(facts) {
			t.Errorf("%s has %d fields, want %d", typ.Name(), typ.NumField(), len(facts))
			continue
		}
		base := make([]byte, tt.size)
		tt.v.Put(base)
		for i, fact := range facts {
			name := typ.Name() + "." + typ.Field(i).Name
			v := reflect.New(typ)
			v.Elem().Set(reflect.ValueOf(tt.v).Elem())
			ones(v.Elem().Field(i))
			b := make([]byte, tt.size)
			v.Interface().(codec).Put(b)

			lo, hi, changed := tt.size, 0, 0
			for j := range b {
				if b[j] != base[j] {
					lo, hi, changed = min(lo, j), max(hi, j+1), changed+1
				}
			}
			if fact == "-" {
				if changed > 0 {
					t.Errorf("%s is written though the tag names another member", name)
				}
				continue
			}
			o, w, _ := strings.Cut(fact, "+")
			off, _ := strconv.Atoi(o)
			width, _ := strconv.Atoi(w)
			switch typ.Field(i).Type.Kind() {
			case reflect.Struct: // may end in padding
				if lo != off || hi > off+width || changed == 0 {
					t.Errorf("%s is at [%d,%d), want within [%d,%d)", name, lo, hi, off, off+width)
				}
			case reflect.Bool:
				if lo != off || hi != off+1 || width != 1 {
					t.Errorf("%s is at [%d,%d), want [%d,%d)", name, lo, hi, off, off+width)
				}
			default:
				if lo != off || hi != off+width || changed != width {
					t.Errorf("%s is at [%d,%d), want [%d,%d)", name, lo, hi, off, off+width)
				}
			}
		}
	}
}

// TestEveryStructIsTested keeps the two tables complete.
func TestEveryStructIsTested(t *testing.T) {
	in := map[string]int{}
	for _, tt := range golden {
		in[reflect.TypeOf(tt.v).Elem().Name()] |= 1
	}
	for _, tt := range layouts {
		in[reflect.TypeOf(tt.v).Elem().Name()] |= 2
	}
	for name, bits := range in {
		if bits != 3 {
			t.Errorf("%s is not in both tables", name)
		}
	}
	for _, name := range structs(t) {
		if in[name] == 0 {
			t.Errorf("%s has Put and is in neither table", name)
		}
		delete(in, name)
	}
	for name := range in {
		t.Errorf("%s is tested and is no struct of the package", name)
	}
}

// structs are the types of the package that have bytes.
func structs(t *testing.T) (names []string) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv != nil && fn.Name.Name == "Put" {
				names = append(names, fn.Recv.List[0].Type.(*ast.StarExpr).X.(*ast.Ident).Name)
			}
		}
	}
	return names
}
