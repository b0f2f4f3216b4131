package wasmgen

// RunLoop returns the module through which guests are entered, in the browser with WebAssembly.promising(run). One
// instance serves all tasks.
//
// Import: k.after(task i32) -> i32, called each time the entry has returned; not 0 means enter it again. Fork's
// unwind, clone and rewind happen inside after, synchronously.
//
// Exports; f is a guest's exported function of the matching type (a JavaScript TypeError otherwise), null traps:
//
//   - run(f, task i32): f() -> ()
//   - run_i32(f, task i32, a i32): f(a) -> ()
//   - run_i64(f, task i32, a i64): f(a) -> ()
//   - run_i32_i32(f, task i32, a i32, b i32): f(a, b) -> ()
//   - run_context(f, task i32, wait): wait(), and then as run
//   - check(f): traps when f is null
//   - trap(): executes unreachable. The error it throws is the one object with which a suspended guest's promise can be
//     rejected so that no handler in the guest sees it.
//
// The references are typed (call_ref): with a table the entry would keep the last guest, and its memory, alive. Every
// engine that has JSPI has typed references.
func RunLoop() []byte {
	var b Builder
	after := b.ImportFunc("k", "after", Sig("i", "i"))
	for _, e := range [...]struct{ name, params string }{
		{"run", ""}, {"run_i32", "i"}, {"run_i64", "I"}, {"run_i32_i32", "ii"},
	} {
		args := letters(e.params)
		entry := b.Type(FuncType{Params: args})
		params := append([]ValType{RefTo(entry), I32}, args...)
		c := NewCode(len(params))
		c.Loop(0)
		for i := range args {
			c.Get(uint32(i + 2))
		}
		c.Get(0).CallRef(entry)
		c.Get(1).Call(after).BrIf(0).End()
		b.Export(e.name, ExternFunc, b.Func(FuncType{Params: params}, c))
	}
	entry := b.Type(FuncType{})
	c := NewCode(3).Get(2).CallRef(entry).Loop(0).Get(0).CallRef(entry).Get(1).Call(after).BrIf(0).End()
	b.Export("run_context", ExternFunc, b.Func(FuncType{Params: []ValType{RefTo(entry), I32, RefTo(entry)}}, c))
	b.Export("check", ExternFunc, b.Func(FuncType{Params: []ValType{RefTo(entry)}}, NewCode(1).Get(0).Op(opRefIsNull).If(0).Unreachable().End()))
	b.Export("trap", ExternFunc, b.Func(FuncType{}, NewCode(0).Unreachable()))
	return b.Bytes()
}
