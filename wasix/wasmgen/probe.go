package wasmgen

// probeFrame is how many 8-byte values Probe's frame holds: the stack that Go is sure of.
const probeFrame = 4096

// Probe returns a module that finds out whether there is stack left for the kernel. A guest that recurses and makes a
// call at every level would otherwise run out of stack inside Go, and an exception through Go's frames wrecks its
// runtime. Engines check a large frame against the stack's limit before they enter it, so a call of a function with a
// frame of 32 KiB throws in the guest's name while there is still room, and costs no more than any call.
//
// Imports:
//
//   - k.sink: any function; it is never called
//
// Exports:
//
//   - probe(0): returns at once
//
// The branch that needs the frame is never taken: it keeps values across a call, so that they have to be on the stack.
// It must stay so when the engine optimizes, which it does to a function that is called all the time. So the callee is
// imported, for one of our own would be inlined; every value is loaded from another address, for equal ones would be
// kept once; and something is made of all of them afterwards, for they would be dead otherwise. The address is counted
// up, so that the code is the same bytes over and over: as part of the bundle it is compressed to nothing.
func Probe() []byte {
	var b Builder
	sink := b.ImportFunc("k", "sink", FuncType{})
	mem := b.Memory(Limits{Min: 1})
	c := NewCode(1)
	c.Get(0).If(0).Get(0)
	for range probeFrame {
		c.Get(0).I32Const(8).Op(opI32Add).Tee(0).Mem(opI64Load, mem, 0, 0)
	}
	c.Call(sink)
	for range probeFrame - 1 {
		c.Op(opI64Or)
	}
	c.Mem(opI64Store, mem, 0, 0).End()
	b.Export("probe", ExternFunc, b.Func(Sig("i", ""), c))
	return b.Bytes()
}
