package wasmgen

// Clone returns the module that copies between two memories, for fork. shared says what both are.
//
// Imports: a.mem and b.mem, the source and the destination, any limits. They must not be the same memory.
//
// Exports; addresses and lengths are unsigned:
//
//   - clone(pages i32) i32: copies the first pages (of 64 KiB) from a to b, leaving out every 4 KiB that is all zero:
//     b must be new, or have been through zero. Returns the number of 4 KiB blocks copied, -1 when a memory is smaller.
//   - zero(pages i32) i32: makes the first pages of b zero, writing only to 4 KiB blocks that are not, so that
//     untouched ones stay without memory behind them. Returns the number of blocks written, -1 when b is smaller.
//   - clear(p, n) errno: n zero bytes at p of b
//   - copy(pb, pa, n) errno: n bytes from a to b
//   - copy_back(pa, pb, n) errno: n bytes from b to a
//
// An errno is 0, or EFAULT (21) when some byte is outside, and then nothing was touched. Length 0 always succeeds.
func Clone(shared bool) []byte {
	const a, dst = 0, 1
	var b Builder
	b.ImportMemory("a", "mem", GuestLimits(shared))
	b.ImportMemory("b", "mem", GuestLimits(shared))
	export := func(name string, t FuncType, c *Code) { b.Export(name, ExternFunc, b.Func(t, c)) }
	export("clone", Sig("i", "i"), forBlocks(a, []uint32{a, dst}, func(c *Code, p uint32) {
		c.Get(p, p).I32Const(blockSize).MemoryCopy(dst, a)
	}))
	export("zero", Sig("i", "i"), forBlocks(dst, []uint32{dst}, func(c *Code, p uint32) {
		c.Get(p).I32Const(0).I32Const(blockSize).MemoryFill(dst)
	}))
	c := within(NewCode(2), 0, 1, dst)
	export("clear", Sig("ii", "i"), c.Get(0).I32Const(0).Get(1).MemoryFill(dst).I32Const(0))
	c = within(within(NewCode(3), 0, 2, dst), 1, 2, a)
	export("copy", Sig("iii", "i"), c.Get(0, 1, 2).MemoryCopy(dst, a).I32Const(0))
	c = within(within(NewCode(3), 0, 2, a), 1, 2, dst)
	export("copy_back", Sig("iii", "i"), c.Get(0, 1, 2).MemoryCopy(a, dst).I32Const(0))
	return b.Bytes()
}

// Memory is copied or left out in blocks, of which so many bytes are looked at in one step.
const (
	blockSize = 4096
	step      = 256
)

// within returns from an errno function unless local n is 0 (success) or that many bytes at local p are in memory.
func within(c *Code, p, n, memory uint32) *Code {
	c.Get(n).Op(opI32Eqz).If(0).I32Const(0).Return().End()
	c.Get(p).Op(opI64ExtendU).Get(n).Op(opI64ExtendU, opI64Add)
	c.MemorySize(memory).Op(opI64ExtendU).I64Const(16).Op(opI64Shl, opI64GtU)
	return c.If(0).I32Const(errnoFault).Return().End()
}

// forBlocks is a function of (pages) that does something for every block of memory m that is not all zero, and counts
// them. All memories in sizes must have that many pages.
func forBlocks(m uint32, sizes []uint32, do func(c *Code, p uint32)) *Code {
	c := NewCode(1)
	left, p, q, end, n := c.Local(I32), c.Local(I32), c.Local(I32), c.Local(I32), c.Local(I32)
	for _, s := range sizes {
		c.Get(0).MemorySize(s).Op(opI32GtU).If(0).I32Const(-1).Return().End()
	}
	// Blocks are counted down, because the end of a 4 GiB memory is no 32-bit address.
	c.Get(0).I32Const(4).Op(opI32Shl).Set(left)
	c.Block(0).Loop(0)
	c.Get(left).Op(opI32Eqz).BrIf(1)
	c.Get(p).Tee(q).I32Const(blockSize).Op(opI32Add).Set(end)
	c.Block(0).Loop(0) // inner block: left when the whole of it is zero
	for i := range step / 16 {
		c.Get(q).SIMDMem(simdLoad, m, uint64(16*i))
		if i > 0 {
			c.SIMD(simdOr)
		}
	}
	c.SIMD(simdAnyTrue).If(0)
	do(c, p)
	c.Get(n).I32Const(1).Op(opI32Add).Set(n).Br(2).End()
	c.Get(q).I32Const(step).Op(opI32Add).Tee(q).Get(end).Op(opI32Ne).BrIf(0)
	c.End().End()
	c.Get(end).Set(p)
	c.Get(left).I32Const(1).Op(opI32Sub).Set(left).Br(0)
	c.End().End()
	return c.Get(n)
}
