package wasmgen

import "strconv"

// ShimImport is one function that a guest imports.
type ShimImport struct {
	Type FuncType // as the guest declares it
	Go   string   // name of the Go export; "" makes a stub
}

// ShimWait is the export that waits as a call does that has returned Blocked, and runs signal handlers: how a context
// begins.
const ShimWait = "wait"

// ShimExport is the export name of import i: its index in decimal. Module and name would not do: a guest may import
// one name twice.
func ShimExport(i int) string { return itoa(i) }

// Shim returns the module between one guest program and Go: its exports are the guest's function imports, and ShimWait. It
// is compiled once per program and instantiated once per thread.
//
// Imports:
//
//   - go.<name>: for every distinct (name, type), a Go export (tid i32, the guest's parameters...) -> i32.
//   - go.enosys(tid i32, index i32) -> i32: only when there is a stub; index is the position in imports
//   - k.probe(0): throws when the stack is too short for the kernel; see Probe
//   - k.yields: mutable i32 global, how often sched_yield may still return at once; see YieldCall
//   - k.clocks, k.monotonic, k.bridge: only when there is a ClockCall; the first two are those of Clock, and k.bridge is an
//     immutable i32 global, the slot of the guest's memory
//   - k.tid: immutable i32 global, passed to every Go export
//   - k.block(tid i32): suspends; WebAssembly.Suspending in the browser
//   - k.resumed(tid i32) -> i32: asked when block returns: the call's result, or another control code
//   - k.next_signal(tid i32) -> i32: the next signal to deliver, 0 when none is left, or a negative control code
//   - k.sig: funcref table of at least 1; entry 0 is the guest's signal handler (i32) -> (), or null
//
// Exports: ShimExport(i) for every i, with the guest's signature, which returns i32 or nothing; ShimWait: () -> ().
//
// What the Go export returns is the guest's result, or when negative a control code: see codes.go. The functions
// without result drop it. The whole of the slow path, signal handlers included, runs on the guest's own wasm stack, so
// a handler may block, throw or long-jump out. To let a fork unwind through a handler, next_signal returns 0 while the
// thread unwinds, and the repeated call returns WithSignals again while it rewinds.
//
// A stub may have any signature: it returns what enosys returns when its result is one i32, and otherwise zeros or
// nulls. Errors (kind Unsupported, naming the import's index): a result other than one i32 that is not a stub's, a
// type that refers to the guest's own type section.
func Shim(imports []ShimImport) ([]byte, error) {
	var b Builder
	s := shim{goFuncs: map[string]uint32{}}
	targets := make([]uint32, len(imports))
	clock := false
	for i, im := range imports {
		if err := checkShim(i, im); err != nil {
			return nil, err
		}
		name, t := im.Go, FuncType{append([]ValType{I32}, im.Type.Params...), letters("i")}
		if name == "" {
			name, t = "enosys", Sig("ii", "i")
		}
		key := name + t.String()
		f, ok := s.goFuncs[key]
		if !ok {
			f = b.ImportFunc("go", name, t)
			s.goFuncs[key] = f
		}
		targets[i] = f
		clock = clock || im.isClock()
	}
	s.probe = b.ImportFunc("k", "probe", Sig("i", ""))
	block := b.ImportFunc("k", "block", Sig("i", ""))
	resumed := b.ImportFunc("k", "resumed", Sig("i", "i"))
	next := b.ImportFunc("k", "next_signal", Sig("i", "i"))
	s.yields = b.ImportGlobal("k", "yields", GlobalType{Type: I32, Mutable: true})
	if clock {
		s.monotonic = b.ImportFunc("k", "monotonic", Sig("ii", "i"))
		s.clocks = b.ImportGlobal("k", "clocks", GlobalType{Type: I32, Mutable: true})
		s.bridge = b.ImportGlobal("k", "bridge", GlobalType{Type: I32})
	}
	s.tid = b.ImportGlobal("k", "tid", GlobalType{Type: I32})
	sig := b.ImportTable("k", "sig", TableType{Elem: FuncRef, Limits: Limits{Min: 1}})
	s.slow = b.Func(Sig("i", "i"), s.slowPath(&b, block, resumed, next, sig))
	for i, im := range imports {
		b.Export(ShimExport(i), ExternFunc, b.Func(im.Type, s.entry(i, im, targets[i])))
	}
	b.Export(ShimWait, ExternFunc, b.Func(FuncType{}, NewCode(0).I32Const(Blocked).Call(s.slow).Drop()))
	return b.Bytes(), nil
}

// YieldCall is the Go export behind sched_yield. Programs spin on it, and a spin is no use to anybody while nothing else
// can run: the shim then answers by itself, as often as the kernel has put into k.yields, which it empties when another
// task becomes ready.
const YieldCall = "sched_yield"

type shim struct {
	goFuncs                   map[string]uint32
	tid, slow, probe, yields  uint32
	clocks, monotonic, bridge uint32 // when there is a ClockCall
}

// isClock tells whether the import is one that Clock can answer.
func (im *ShimImport) isClock() bool {
	return im.Go == ClockCall && sameTypes(im.Type.Params, letters("iIi")) && sameTypes(im.Type.Results, letters("i"))
}

func checkShim(i int, im ShimImport) error {
	bad := func(why string) error {
		return &Error{Unsupported, -1, -1, "import " + itoa(i) + " " + strconv.Quote(im.Go) + " " + im.Type.String() + ": " + why}
	}
	for _, l := range [...][]ValType{im.Type.Params, im.Type.Results} {
		for _, v := range l {
			if v.isRef() {
				return bad("a type with an explicit heap type")
			}
		}
	}
	if im.Go != "" && len(im.Type.Results) > 0 && !sameTypes(im.Type.Results, letters("i")) {
		return bad("only one i32 can be returned")
	}
	return nil
}

// entry is the fast path: tid and parameters to Go, and back unless the result is negative.
func (s *shim) entry(i int, im ShimImport, target uint32) *Code {
	c := NewCode(len(im.Type.Params))
	// some runs what follows as often as the kernel has allowed, until the End of that block.
	some := func(global uint32) *Code {
		c.GlobalGet(global).If(0)
		return c.GlobalGet(global).I32Const(-1).Op(opI32Add).GlobalSet(global)
	}
	if im.Go == YieldCall {
		some(s.yields).I32Const(0).Return().End()
	}
	if im.isClock() {
		c.Get(0).I32Const(clockMonotonic).Op(opI32Eq).If(0)
		some(s.clocks).GlobalGet(s.bridge).Get(2).Call(s.monotonic).Return().End()
		c.End()
	}
	c.I32Const(0).Call(s.probe).GlobalGet(s.tid)
	if im.Go == "" {
		c.I32Const(int32(i))
	} else {
		for p := range im.Type.Params {
			c.Get(uint32(p))
		}
	}
	r := c.Local(I32)
	c.Call(target).Tee(r).I32Const(0).Op(opI32LtS).If(0).Get(r).Call(s.slow).Set(r).End()
	if sameTypes(im.Type.Results, letters("i")) {
		return c.Get(r)
	}
	for _, v := range im.Type.Results {
		c.zero(v, 0)
	}
	return c
}

// slowPath turns a control code into the guest's result.
func (s *shim) slowPath(b *Builder, block, resumed, next, sig uint32) *Code {
	const r = 0
	c := NewCode(1)
	signal := c.Local(I32)
	again := func(depth uint32) { c.Set(r).Br(depth) }
	c.Loop(0)

	c.Get(r).I32Const(0).Op(opI32GeS).If(0).Get(r).Return().End()
	c.Get(r).I32Const(Blocked).Op(opI32Eq).If(0).GlobalGet(s.tid).Call(block)
	c.GlobalGet(s.tid).Call(resumed)
	again(1)
	c.End()
	c.Get(r).I32Const(End).Op(opI32Ne).If(0) // falls out to unreachable otherwise

	c.Get(r).I32Const(signalsBit).Op(opI32And).If(0)
	c.Loop(0)
	c.GlobalGet(s.tid).Call(next).Tee(signal).I32Const(0).Op(opI32GtS).If(0)
	c.I32Const(0).TableGet(sig).Op(opRefIsNull, opI32Eqz).If(0)
	c.Get(signal).I32Const(0).CallIndirect(b.Type(Sig("i", "")), sig)
	c.End().Br(1)
	c.End().End()
	c.Get(signal).I32Const(0).Op(opI32LtS).If(0).Get(signal)
	again(3)
	c.End()
	c.Get(r).I32Const(0xffff).Op(opI32And).Return()
	c.End()

	c.Get(r).I32Const(negativeBit).Op(opI32And).If(0)
	c.I32Const(0).Get(r).I32Const(0xffff).Op(opI32And, opI32Sub).Return()
	c.End()

	c.End().End()
	return c.Unreachable()
}
