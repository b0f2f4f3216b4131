package wasmgen

// probeFrame is how many 8-byte values Probe's frame holds: the stack that Go is sure of.
const probeFrame = 4096

// Probe returns a module that finds out whether there is stack left for the kernel. A guest that recurses and makes a
// call at every level would otherwise run out of stack inside Go, and an exception through Go's frames wrecks its
// runtime. Engines check a large frame against the stack's limit before they enter it, so a call of a function with a
// frame of 32 KiB throws in the guest's name while there is still room, and costs no more than any call.
//
// Exports:
//
//   - probe(0): returns at once
//
// The branch that needs the frame is never taken: it keeps values across a call, so that they have to be on the stack.
func Probe() []byte {
	var b Builder
	mem := b.Memory(Limits{Min: 1})
	sink := b.Func(FuncType{}, NewCode(0).Unreachable())
	c := NewCode(1)
	c.Get(0).If(0)
	for i := range uint64(probeFrame) {
		c.Get(0).Mem(opI64Load, mem, 0, 8*(i&1023))
	}
	c.Call(sink)
	for i := range uint64(probeFrame) {
		if i > 0 {
			c.Op(opI64Or)
		}
	}
	c.Drop().End()
	b.Export("probe", ExternFunc, b.Func(Sig("i", ""), c))
	return b.Bytes()
}
