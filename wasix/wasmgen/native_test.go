package wasmgen

import (
	"context"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// Every module that wazero's features allow must at least compile there; the others are validated in the browser.
func TestGeneratedModulesCompile(t *testing.T) {
	r := newRuntime(t)
	skip := map[string]string{"bridge": "multi-memory", "bridge shared": "multi-memory", "clone": "multi-memory", "clone shared": "multi-memory"}
	for name, b := range generated(t) {
		if _, ok := skip[name]; ok {
			continue
		}
		if _, err := r.CompileModule(ctx, b); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// slotModule is a stand-in for Bridge with one memory: it installs three functions that return what they got.
func slotModule(slot int32) []byte {
	var b Builder
	table := b.ImportTable("bridge", TrampolineTable, TableType{Elem: FuncRef})
	var funcs [SlotSize]uint32
	for i, f := range SlotFuncs {
		c := NewCode(len(f.Type.Params)).I32Const(int32(i))
		for p, v := range f.Type.Params {
			c.I32Const(10).Op(opI32Mul).Get(uint32(p))
			if v == I64 {
				c.Op(0xa7) // i32.wrap_i64
			}
			c.Op(opI32Add)
		}
		if f.Type.Results[0] == I64 {
			c.Op(opI64ExtendU)
		}
		funcs[i] = b.Func(f.Type, c)
	}
	b.Elem(table, NewCode(0).I32Const(slot), funcs[:]...)
	return b.Bytes()
}

func TestTrampolines(t *testing.T) {
	r := newRuntime(t)
	m := instance(t, r, TrampolineModule, Trampolines(2))
	if n := m.ExportedGlobal("slot_size").Get(); n != SlotSize {
		t.Errorf("slot_size %d", n)
	}
	args := func(slot int, f SlotFunc) []uint64 {
		a := []uint64{uint64(slot)}
		for p := range f.Type.Params {
			a = append(a, uint64(p+1))
		}
		return a
	}
	dead := func(slot int) {
		t.Helper()
		for _, f := range SlotFuncs {
			want := uint64(errnoFault)
			switch {
			case f.Name == "size":
				want = 0
			case f.Name == "grow", f.Name == "read_one", f.Name == "write_one":
				want = 0xffffffff
			case f.Type.Results[0] == I64:
				want <<= 32
			}
			if got := call(t, m, f.Name, args(slot, f)...)[0]; got != want {
				t.Errorf("dead %s at %d = %x, want %x", f.Name, slot, got, want)
			}
		}
	}
	alive := func(slot int) {
		t.Helper()
		for i, f := range SlotFuncs {
			want := uint64(i)
			for p := range f.Type.Params {
				want = want*10 + uint64(p+1)
			}
			if got := call(t, m, f.Name, args(slot, f)...)[0]; got != want {
				t.Errorf("%s at %d = %d, want %d", f.Name, slot, got, want)
			}
		}
	}
	dead(0)
	dead(SlotSize)
	instance(t, r, "one", slotModule(SlotSize))
	alive(SlotSize)
	dead(0)
	for i := range 3 { // growing keeps what is there
		if got := call(t, m, SlotsAdd, 2)[0]; got != uint64(2+2*i)*SlotSize {
			t.Errorf("slots_add = %d", got)
		}
	}
	alive(SlotSize)
	dead(2 * SlotSize)
	dead(7 * SlotSize)
	instance(t, r, "seven", slotModule(7*SlotSize))
	alive(7 * SlotSize)
	call(t, m, SlotClear, SlotSize)
	dead(SlotSize)
	alive(7 * SlotSize)
	for _, bad := range []uint64{8 * SlotSize, 7*SlotSize + 1, 1 << 31, 1<<32 - 1} {
		call(t, m, SlotClear, bad)
	}
	alive(7 * SlotSize)
	for _, n := range []uint64{1 << 30, 1<<32 - 1, (1<<31-1)/SlotSize + 1} {
		if got := call(t, m, SlotsAdd, n)[0]; got != 0xffffffff {
			t.Errorf("slots_add(%d) = %d", n, got)
		}
	}
	if got := call(t, m, SlotsAdd, 0)[0]; got != 8*SlotSize {
		t.Errorf("slots_add(0) = %d", got)
	}
}

// Without any slot there is nothing to clear, and the first one added is 0.
func TestTrampolinesEmpty(t *testing.T) {
	m := instance(t, newRuntime(t), TrampolineModule, Trampolines(0))
	for _, slot := range []uint64{0, 1, 1<<32 - SlotSize} {
		call(t, m, SlotClear, slot)
	}
	if got := call(t, m, SlotsAdd, 1)[0]; got != 0 {
		t.Errorf("slots_add = %d", got)
	}
	if got := call(t, m, "copy_in", 0, 0, 0, 1)[0]; got != errnoFault {
		t.Errorf("copy_in of a new slot = %d", got)
	}
}

// shimHost plays Go and the suspending import: every import returns the next code of a script and is logged.
type shimHost struct {
	t      *testing.T
	script []int32
	log    []string
}

func (h *shimHost) fn(name string, params string, results string) (api.GoModuleFunc, []api.ValueType, []api.ValueType) {
	ty := Sig(params, results)
	return func(_ context.Context, _ api.Module, stack []uint64) {
		s := name + "("
		for i := range ty.Params {
			if i > 0 {
				s += ","
			}
			s += itoa(int(int64(stack[i])))
		}
		if name != "probe" {
			h.log = append(h.log, s+")")
		}
		if len(ty.Results) > 0 {
			if len(h.script) == 0 {
				h.t.Errorf("%s: script has ended", s)
				stack[0] = 0
				return
			}
			stack[0] = api.EncodeI32(h.script[0])
			h.script = h.script[1:]
		}
	}, apiTypes(ty.Params), apiTypes(ty.Results)
}

func apiTypes(l []ValType) (r []api.ValueType) {
	for _, v := range l {
		r = append(r, api.ValueType(v))
	}
	return r
}

func (h *shimHost) module(r wazero.Runtime, name string, funcs ...[3]string) {
	b := r.NewHostModuleBuilder(name)
	for _, f := range funcs {
		g, p, res := h.fn(f[0], f[1], f[2])
		b.NewFunctionBuilder().WithGoModuleFunction(g, p, res).Export(f[0])
	}
	if _, err := b.Instantiate(ctx); err != nil {
		h.t.Fatal(err)
	}
}

// kModule is module "k" for a shim: the host's functions beside tid and the table, whose entry is the host's handler.
func kModule(shim []byte, t testing.TB, tid int64, handler bool) []byte {
	var b Builder
	var names []string
	for _, im := range mustParse(t, shim).Imports {
		if im.Module == "k" && im.Kind == ExternFunc {
			b.ImportFunc("host", im.Name, im.Func)
			names = append(names, im.Name)
		}
	}
	h := b.ImportFunc("host", "handler", Sig("i", ""))
	for i, name := range names {
		b.Export(name, ExternFunc, uint32(i))
	}
	table := b.Table(TableType{FuncRef, Limits{Min: 1}})
	b.Export("tid", ExternGlobal, b.Global(GlobalType{Type: I32}, tid))
	b.Export("yields", ExternGlobal, b.Global(GlobalType{Type: I32, Mutable: true}, 2))
	b.Export("clocks", ExternGlobal, b.Global(GlobalType{Type: I32, Mutable: true}, 1))
	b.Export("bridge", ExternGlobal, b.Global(GlobalType{Type: I32}, 3))
	b.Export("sig", ExternTable, table)
	if handler {
		b.Elem(table, NewCode(0).I32Const(0), h)
	}
	return b.Bytes()
}

func newShim(t *testing.T, handler bool) (*shimHost, api.Module) {
	t.Helper()
	r := newRuntime(t)
	h := &shimHost{t: t}
	h.module(r, "go", [3]string{"fd_seek", "iiIii", "i"}, [3]string{"proc_exit", "ii", "i"}, [3]string{"spawn", "ii", "i"}, [3]string{"enosys", "ii", "i"})
	h.module(r, "host", [3]string{"block", "i", ""}, [3]string{"resumed", "i", "i"}, [3]string{"next_signal", "i", "i"}, [3]string{"handler", "i", ""}, [3]string{"probe", "i", ""})
	b, err := Shim([]ShimImport{
		{Sig("iIii", "i"), "fd_seek"}, {Sig("i", ""), "proc_exit"}, {Sig("i", "i"), "spawn"},
		{Sig("iI", "F"), ""}, {Sig("", "i"), ""}, {Sig("", "IeVf"), ""}, {Sig("f", ""), ""},
	})
	if err != nil {
		t.Fatal(err)
	}
	instance(t, r, "k", kModule(b, t, 42, handler))
	return h, instance(t, r, "shim", b)
}

func TestShim(t *testing.T) {
	const seek, exit, spawn, stubF, stubI, stubMany, stubVoid = 0, 1, 2, 3, 4, 5, 6
	seekArgs, seekLog := []uint64{3, 1 << 40, 1, 64}, "fd_seek(42,3,1099511627776,1,64)"
	neg := func(n int32) []uint64 { return []uint64{api.EncodeI32(-n)} }
	for _, c := range []struct {
		name   string
		export int
		args   []uint64
		script []int32
		log    string
		want   []uint64
		trap   bool
	}{
		{"success", seek, seekArgs, []int32{0}, seekLog, []uint64{0}, false},
		{"errno", seek, seekArgs, []int32{8}, seekLog, []uint64{8}, false},
		{"largest result", spawn, []uint64{1}, []int32{1<<31 - 1}, "spawn(42,1)", []uint64{1<<31 - 1}, false},
		{"blocked", seek, seekArgs, []int32{Blocked, 4}, seekLog + " block(42) resumed(42)", []uint64{4}, false},
		{"blocked twice", seek, seekArgs, []int32{Blocked, Blocked, 0}, seekLog + " block(42) resumed(42) block(42) resumed(42)", []uint64{0}, false},
		{"end", seek, seekArgs, []int32{End}, seekLog, nil, true},
		{"blocked, then end", exit, []uint64{1}, []int32{Blocked, End}, "proc_exit(42,1) block(42) resumed(42)", nil, true},
		{"void", exit, []uint64{9}, []int32{7}, "proc_exit(42,9)", []uint64{}, false},
		{"void, signals", exit, []uint64{9}, []int32{WithSignals(3), 15, 0}, "proc_exit(42,9) next_signal(42) handler(15) next_signal(42)", []uint64{}, false},
		{"signals", seek, seekArgs, []int32{WithSignals(27), 2, 15, 0}, seekLog + " next_signal(42) handler(2) next_signal(42) handler(15) next_signal(42)", []uint64{27}, false},
		{"no signals after all", seek, seekArgs, []int32{WithSignals(65535), 0}, seekLog + " next_signal(42)", []uint64{65535}, false},
		{"blocked, signals, blocked again", seek, seekArgs, []int32{Blocked, WithSignals(27), 2, Blocked, 0},
			seekLog + " block(42) resumed(42) next_signal(42) handler(2) next_signal(42) block(42) resumed(42)", []uint64{0}, false},
		{"signal ends", seek, seekArgs, []int32{WithSignals(0), 2, End}, seekLog + " next_signal(42) handler(2) next_signal(42)", nil, true},
		{"negative", spawn, []uint64{1}, []int32{Negative(6)}, "spawn(42,1)", neg(6), false},
		{"most negative", spawn, []uint64{1}, []int32{Negative(65535)}, "spawn(42,1)", neg(65535), false},
		{"negative of 0", spawn, []uint64{1}, []int32{Negative(0)}, "spawn(42,1)", []uint64{0}, false},
		{"no such code", seek, seekArgs, []int32{-1 << 31}, seekLog, nil, true},
		{"stub with a float", stubF, []uint64{1, 2}, []int32{52}, "enosys(42,3)", []uint64{0}, false},
		{"stub with errno", stubI, nil, []int32{52}, "enosys(42,4)", []uint64{52}, false},
		{"stub blocked", stubI, nil, []int32{Blocked, 52}, "enosys(42,4) block(42) resumed(42)", []uint64{52}, false},
		{"stub with many results", stubMany, nil, []int32{52}, "enosys(42,5)", []uint64{0, 0, 0, 0, 0}, false},
		{"stub without result", stubVoid, []uint64{0}, []int32{52}, "enosys(42,6)", []uint64{}, false},
		{"stub ends", stubF, []uint64{1, 2}, []int32{End}, "enosys(42,3)", nil, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, m := newShim(t, true)
			h.script = c.script
			got, err := m.ExportedFunction(ShimExport(c.export)).Call(ctx, c.args...)
			if log := strings.Join(h.log, " "); log != c.log || len(h.script) != 0 {
				t.Errorf("calls\n got %s\nwant %s", log, c.log)
			}
			if c.trap {
				if err == nil || !strings.Contains(err.Error(), "unreachable") {
					t.Errorf("no trap: %v %v", got, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			for i := range got {
				if m.ExportedFunction(ShimExport(c.export)).Definition().ResultTypes()[0] == api.ValueTypeI32 {
					got[i] = uint64(uint32(got[i]))
				}
			}
			equal(t, "result", append([]uint64{}, got...), c.want)
		})
	}
	t.Run("no handler", func(t *testing.T) {
		h, m := newShim(t, false)
		h.script = []int32{WithSignals(5), 2, 0}
		if got := call(t, m, ShimExport(seek), seekArgs...)[0]; got != 5 {
			t.Errorf("result %d", got)
		}
		if log := strings.Join(h.log, " "); log != seekLog+" next_signal(42) next_signal(42)" {
			t.Errorf("calls %s", log)
		}
	})
}

func TestShimRefuses(t *testing.T) {
	for _, im := range []ShimImport{
		{Sig("i", "I"), "f"}, {Sig("i", "ii"), "f"}, {FuncType{Params: []ValType{Ref}}, ""}, {FuncType{Results: []ValType{RefNull}}, ""},
	} {
		_, err := Shim([]ShimImport{{Sig("", "i"), "ok"}, im})
		if kindOf(err) != Unsupported || !strings.Contains(err.Error(), "import 1 ") {
			t.Errorf("%v: %v", im, err)
		}
	}
	b, err := Shim(nil)
	if err != nil {
		t.Fatal(err)
	}
	if m := mustParse(t, b); len(m.Exports) != 1 || m.Export(ShimWait) == nil {
		t.Errorf("exports %v", m.Exports)
	}
}

// A program of two ages of a call gets both Go exports, and one import for each distinct pair.
func TestShimImportsOnce(t *testing.T) {
	b, err := Shim([]ShimImport{
		{Sig("i", "i"), "a"}, {Sig("i", "i"), "a"}, {Sig("ii", "i"), "a"}, {Sig("i", "i"), "b"}, {Sig("i", "F"), ""}, {Sig("", ""), ""},
	})
	if err != nil {
		t.Fatal(err)
	}
	m := mustParse(t, b)
	var names []string
	for _, im := range m.Imports {
		if im.Module == "go" {
			names = append(names, im.Module+"."+im.Name+im.Func.String())
		}
	}
	equal(t, "imports", names, []string{"go.a(i32,i32)->(i32)", "go.a(i32,i32,i32)->(i32)", "go.b(i32,i32)->(i32)", "go.enosys(i32,i32)->(i32)"})
	var exports []string
	for _, e := range m.Exports {
		exports = append(exports, e.Name+e.Func.String())
	}
	equal(t, "exports", exports, []string{"0(i32)->(i32)", "1(i32)->(i32)", "2(i32,i32)->(i32)", "3(i32)->(i32)", "4(i32)->(f64)", "5()->()", "wait()->()"})
}

func TestRunLoopShape(t *testing.T) {
	m := mustParse(t, RunLoop())
	var exports []string
	for _, e := range m.Exports {
		exports = append(exports, e.Name+e.Func.String())
	}
	equal(t, "exports", exports, []string{"run((ref null ..),i32)->()", "run_i32((ref null ..),i32,i32)->()",
		"run_i64((ref null ..),i32,i64)->()", "run_i32_i32((ref null ..),i32,i32,i32)->()",
		"run_context((ref null ..),i32,(ref null ..))->()", "check((ref null ..))->()", "trap()->()"})
}

func TestProxy(t *testing.T) {
	r := newRuntime(t)
	var log []string
	host := func(name string) {
		_, err := r.NewHostModuleBuilder(name).NewFunctionBuilder().WithFunc(func(_ context.Context, m api.Module, p, v uint32) uint32 {
			log = append(log, name)
			m.Memory().WriteUint32Le(p, v)
			return v + 1
		}).Export("put").Instantiate(ctx)
		if err != nil {
			t.Fatal(err)
		}
	}
	host("a")
	host("b")
	put := func(module string) FuncImport { return FuncImport{module, "put", Sig("ii", "i")} }
	m := instance(t, r, "proxy", Proxy(Limits{Min: 2, Max: 3, HasMax: true}, put("a"), put("b")))
	if m.Memory().Size() != 2<<16 {
		t.Errorf("memory of %d bytes", m.Memory().Size())
	}
	if got := call(t, m, "put", 131068, 77)[0]; got != 78 {
		t.Errorf("put = %d", got)
	}
	if v, _ := m.Memory().ReadUint32Le(131068); v != 77 {
		t.Errorf("memory has %d", v)
	}
	call(t, m, "b.put", 0, 1)
	equal(t, "callers", log, []string{"a", "b"})
	for _, e := range mustParse(t, Proxy(Limits{}, put("a"), put("b"))).Exports {
		if e.Kind == ExternFunc && e.Index < 2 {
			t.Errorf("%s is the import itself, so no boundary is crossed", e.Name)
		}
	}
}

func TestMemoryModule(t *testing.T) {
	r := newRuntime(t)
	m := instance(t, r, "env", MemoryModule(2, 5, true))
	d := m.ExportedMemoryDefinitions()["memory"]
	if max, ok := d.Max(); d.Min() != 2 || max != 5 || !ok {
		t.Errorf("limits %d %d %v", d.Min(), max, ok)
	}
	instance(t, r, "guest", waitModuleNoWait())
}

// waitModuleNoWait imports the memory of MemoryModule.
func waitModuleNoWait() []byte {
	var b Builder
	b.ImportMemory("env", "memory", Limits{Min: 1, Max: 6, HasMax: true, Shared: true})
	return b.Bytes()
}

// sched_yield answers by itself as often as k.yields says, and then asks Go.
func TestShimYields(t *testing.T) {
	r := newRuntime(t)
	h := &shimHost{t: t}
	h.module(r, "go", [3]string{YieldCall, "i", "i"})
	h.module(r, "host", [3]string{"block", "i", ""}, [3]string{"resumed", "i", "i"}, [3]string{"next_signal", "i", "i"}, [3]string{"handler", "i", ""}, [3]string{"probe", "i", ""})
	b, err := Shim([]ShimImport{{Sig("", "i"), YieldCall}})
	if err != nil {
		t.Fatal(err)
	}
	instance(t, r, "k", kModule(b, t, 42, false))
	yield := instance(t, r, "shim", b).ExportedFunction(ShimExport(0))
	h.script = []int32{0, 0, 0, 0, 0, 0}
	for i, want := range []int{0, 0, 1, 2} {
		if res, err := yield.Call(t.Context()); err != nil || res[0] != 0 {
			t.Fatal(res, err)
		}
		if n := strings.Count(strings.Join(h.log, " "), YieldCall); n != want {
			t.Errorf("after %d yields Go was asked %d times, want %d", i+1, n, want)
		}
	}
}

// clock_time_get of the monotonic clock asks Go only when k.clocks is zero, and other clocks always do.
func TestShimClock(t *testing.T) {
	r := newRuntime(t)
	h := &shimHost{t: t}
	h.module(r, "go", [3]string{ClockCall, "iiIi", "i"})
	h.module(r, "host", [3]string{"block", "i", ""}, [3]string{"resumed", "i", "i"}, [3]string{"next_signal", "i", "i"},
		[3]string{"handler", "i", ""}, [3]string{"probe", "i", ""}, [3]string{"monotonic", "ii", "i"})
	b, err := Shim([]ShimImport{{Sig("iIi", "i"), ClockCall}})
	if err != nil {
		t.Fatal(err)
	}
	if odd, err := Shim([]ShimImport{{Sig("ii", "i"), ClockCall}}); err != nil || strings.Contains(string(odd), "monotonic") {
		t.Errorf("a function of another type: %v", err)
	}
	instance(t, r, "k", kModule(b, t, 42, false))
	clock := instance(t, r, "shim", b).ExportedFunction(ShimExport(0))
	h.script = []int32{0, 21, 0, 28}
	for i, c := range []struct {
		id   uint64
		log  string
		want uint64
	}{{0, "clock_time_get(42,0,5,64)", 0}, {1, "monotonic(3,64)", 21}, {1, "clock_time_get(42,1,5,64)", 0}, {9, "clock_time_get(42,9,5,64)", 28}} {
		res, err := clock.Call(t.Context(), c.id, 5, 64)
		if err != nil || res[0] != c.want || h.log[len(h.log)-1] != c.log {
			t.Errorf("call %d: %v %v %v, want %d and %s", i, res, err, h.log, c.want, c.log)
		}
	}
}
