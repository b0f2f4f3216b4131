package wasmgen

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

var ctx = context.Background()

// newRuntime is a wazero with everything it can do. It has no multi-memory: Bridge and Clone run in browser_test.go.
func newRuntime(t testing.TB) wazero.Runtime {
	t.Helper()
	r := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigInterpreter().WithCoreFeatures(api.CoreFeaturesV2|
		experimental.CoreFeaturesThreads|experimental.CoreFeaturesTailCall|experimental.CoreFeaturesExtendedConst|
		experimental.CoreFeaturesExceptionHandling|experimental.CoreFeaturesTypedFunctionReferences))
	t.Cleanup(func() { r.Close(ctx) })
	return r
}

// instance instantiates a module under a name.
func instance(t testing.TB, r wazero.Runtime, name string, b []byte) api.Module {
	t.Helper()
	m, err := r.InstantiateWithConfig(ctx, b, wazero.NewModuleConfig().WithName(name))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return m
}

func call(t testing.TB, m api.Module, name string, args ...uint64) []uint64 {
	t.Helper()
	f := m.ExportedFunction(name)
	if f == nil {
		t.Fatalf("no export %q", name)
	}
	res, err := f.Call(ctx, args...)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return res
}

func mustParse(t testing.TB, b []byte) *Module {
	t.Helper()
	m, err := Parse(b)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func kindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return 0
}

func equal(t testing.TB, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %#v\nwant %#v", what, got, want)
	}
}

// generated is every module the generators write, for tests that hold for all of them.
func generated(t testing.TB) map[string][]byte {
	t.Helper()
	s, err := Shim([]ShimImport{
		{Sig("iiii", "i"), "fd_write"}, {Sig("i", ""), "proc_exit"}, {Sig("iI", "F"), ""}, {Sig("i", "IeVf"), ""}, {Sig("ii", "i"), ""},
		{Sig("iiii", "i"), "fd_write"}, {Sig("", "i"), "sched_yield"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{
		"trampolines": Trampolines(2), "bridge": Bridge(false), "bridge shared": Bridge(true), "shim": s,
		"run loop": RunLoop(), "clone": Clone(false), "clone shared": Clone(true),
		"memory": MemoryModule(1, 2, false), "memory shared": MemoryModule(1, 2, true),
		"proxy": Proxy(Limits{Min: 1}, FuncImport{"a", "f", Sig("i", "i")}, FuncImport{"b", "f", Sig("I", "")}),
		"waits": waitModule(true, true), "waits bare": waitModule(false, false), "everything": everything(),
	}
}

// everything has every section that Builder can write, and imports of every kind.
func everything() []byte {
	var b Builder
	b.ImportFunc("env", "f", Sig("ifIF", "i"))
	b.ImportTable("env", "tab", TableType{FuncRef, Limits{Min: 1}})
	b.ImportMemory("env", "memory", Limits{Min: 17, Max: 65536, HasMax: true, Shared: true})
	b.ImportGlobal("GOT.mem", "x", GlobalType{I32, true})
	b.ImportTag("env", "__cpp_exception", I32)
	f := b.Func(Sig("ii", "ii"), NewCode(2).Get(1, 0))
	g := b.Func(FuncType{}, NewCode(0))
	b.Table(TableType{ExternRef, Limits{Min: 2, Max: 300, HasMax: true}})
	b.Tag(I64, I32)
	b.Global(GlobalType{I64, false}, -1)
	b.Global(GlobalType{F64, true}, 0)
	b.Export("swap", ExternFunc, f)
	b.Export("tab2", ExternTable, 1)
	b.Export("memory", ExternMemory, 0)
	b.Export("minus", ExternGlobal, 1)
	b.Export("tag", ExternTag, 1)
	b.Start(g)
	b.Elem(0, NewCode(0).I32Const(0), f)
	b.Data(1<<31, []byte("hello"))
	return b.Bytes()
}

// waitModule uses the three instructions, on a shared memory it imports, with offsets. Its exports notify, wait32 and
// wait64 take the instruction's operands; with tables it has a table and other exports, without neither is there and the
// start function does the waiting.
func waitModule(exports, table bool) []byte {
	var b Builder
	b.ImportMemory("env", "memory", Limits{Min: 1, Max: 4, HasMax: true, Shared: true})
	op := func(kind, align uint32, offset uint64) *Code {
		c := NewCode(len(WaitFuncs[kind].Type.Params) - 1)
		for i := 0; i < c.params; i++ {
			c.Get(uint32(i))
		}
		c.index(prefixAtomic, kind)
		return c.memArg(0, align, offset)
	}
	offsets := [...]uint64{0xfedcba98, 0, 8} // the first is negative as an i32
	for i, align := range []uint32{2, 2, 3} {
		t := WaitFuncs[i].Type
		f := b.Func(FuncType{t.Params[:len(t.Params)-1], t.Results}, op(uint32(i), align, offsets[i]))
		if exports {
			b.Export([]string{"notify", "wait32", "wait64"}[i], ExternFunc, f)
		}
	}
	// A function whose bytes look like a wait but are none, and one with an access next to one.
	b.Func(Sig("", "i"), NewCode(0).I32Const(0x7e|1<<7).Drop().I32Const(-2).Op(opI32Eqz))
	c := NewCode(0).I32Const(0).Atomic(atomicI32Load, 0, 2).Drop()
	c.I32Const(4).I32Const(5).I64Const(6)
	c.index(prefixAtomic, atomicWait32).memArg(0, 2, 16).I32Const(16)
	c.Atomic(atomicI32Load, 0, 2).Op(opI32Add)
	f := b.Func(Sig("", "i"), c)
	if exports {
		b.Export("mixed", ExternFunc, f)
	}
	if table {
		b.Table(TableType{FuncRef, Limits{Min: 1}})
		b.Elem(0, NewCode(0).I32Const(0), f)
	}
	return b.Bytes()
}
