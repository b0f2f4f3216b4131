package wasmgen

// Memory indices inside the bridge.
const (
	memGo    = 0
	memGuest = 1
)

// copyInline is the longest run that a bridge copies with loads and stores instead of memory.copy, for which engines
// call out to C: from about here on that is faster in Chromium. See Bridge.
const copyInline = 256

// GuestLimits are import limits that any memory of that kind satisfies.
func GuestLimits(shared bool) Limits {
	if shared {
		return Limits{Max: 65536, HasMax: true, Shared: true}
	}
	return Limits{}
}

// Bridge returns the two-memory module through which Go reaches one guest memory. Its export connect(slot i32) puts
// SlotSize functions into the table of Trampolines at the given slot; it traps when the slot is outside the table.
//
// Imports:
//
//   - go.mem: memory of the Go program (unshared)
//   - guest.mem: memory of the guest; shared or not as the parameter says, any limits
//   - k.table: table of Trampolines
//
// The functions, as Go calls them through a trampoline without the slot. Addresses and lengths are unsigned; g is an
// address in Go's memory, p one in the guest's:
//
//	copy_in(g, p, n) errno      guest to Go
//	copy_out(p, g, n) errno     Go to guest
//	load8(p), load32(p) i64     errno<<32 | value
//	load64(g, p) errno          stores the eight bytes at g
//	store8(p, v), store16, store32, store64(p, v i64) errno
//	fill(p, byte, n) errno
//	size() i32                  pages of 64 KiB
//	grow(pages) i32             pages before, or -1
//	atomic_load32(p) i64        errno<<32 | value; EINVAL unless p is a multiple of 4
//	read_one(v, r, g, n) i32    a read into one buffer: v is the iovec, r where its length goes, and n bytes are at g.
//	                            The length, or -1 and nothing is done: it is 0 or more than n, or something is outside
//	write_one(v, r, g, n) i32   likewise, from the buffer to g
//
// An errno is 0 or EFAULT (21): some byte is outside the guest's memory, and then nothing was touched. Bounds are computed
// in 64 bits. A length of 0 always succeeds. Go's addresses are trusted: the kernel passes slices it owns.
//
// Up to 256 bytes are copied with loads and stores (the last one overlapping the one before): memory.copy between
// memories costs 139 ns in Firefox whatever the length. So the two memories must not be the same one.
func Bridge(shared bool) []byte {
	var b Builder
	b.ImportMemory("go", "mem", Limits{})
	b.ImportMemory("guest", "mem", GuestLimits(shared))
	table := b.ImportTable("k", "table", TableType{Elem: FuncRef})
	bodies := [SlotSize]*Code{
		slotCopyIn:       bridgeCopy(1, memGo, memGuest),
		slotCopyOut:      bridgeCopy(0, memGuest, memGo),
		slotLoad8:        bridgeLoad(1, opI64Load8U),
		slotLoad32:       bridgeLoad(4, opI64Load32U),
		slotLoad64:       guestCheck(NewCode(2), 1, 8).Get(0, 1).Mem(opI64Load, memGuest, 0, 0).Mem(opI64Store, memGo, 0, 0).I32Const(0),
		slotStore8:       bridgeStore(1, opI32Store8),
		slotStore16:      bridgeStore(2, opI32Store16),
		slotStore32:      bridgeStore(4, opI32Store),
		slotStore64:      bridgeStore(8, opI64Store),
		slotFill:         guestCheckLen(NewCode(3), 0, 2).Get(0, 1, 2).MemoryFill(memGuest).I32Const(0),
		slotSize:         NewCode(0).MemorySize(memGuest),
		slotGrow:         NewCode(1).Get(0).MemoryGrow(memGuest),
		slotAtomicLoad32: bridgeAtomicLoad(shared),
	}
	var funcs [SlotSize]uint32
	for i, body := range bodies[:slotReadOne] {
		funcs[i] = b.Func(SlotFuncs[i].Type, body)
	}
	funcs[slotReadOne] = b.Func(SlotFuncs[slotReadOne].Type, bridgeOne(funcs[slotCopyOut], false))
	funcs[slotWriteOne] = b.Func(SlotFuncs[slotWriteOne].Type, bridgeOne(funcs[slotCopyIn], true))
	connect := NewCode(1)
	fillSlot(connect, funcs[:], table)
	b.Declare(funcs[:]...)
	b.Export("connect", ExternFunc, b.Func(Sig("i", ""), connect))
	return b.Bytes()
}

// guestEnd pushes the size of the guest's memory in bytes, as i64.
func guestEnd(c *Code) *Code {
	return c.MemorySize(memGuest).Op(opI64ExtendU).I64Const(16).Op(opI64Shl)
}

// outside pushes 1 when [local p, local p + n) does not lie in the guest's memory; n is already on the stack as i64.
func outside(c *Code, p uint32) *Code {
	c.Get(p).Op(opI64ExtendU, opI64Add)
	return guestEnd(c).Op(opI64GtU)
}

// guestCheck returns EFAULT from an i32 function unless n bytes at local p are there.
func guestCheck(c *Code, p uint32, n int64) *Code {
	return outside(c.I64Const(n), p).If(0).I32Const(errnoFault).Return().End()
}

// guestCheckLen is guestCheck for a length in a local; length 0 returns 0 at once.
func guestCheckLen(c *Code, p, n uint32) *Code {
	c.Get(n).Op(opI32Eqz).If(0).I32Const(0).Return().End()
	return outside(c.Get(n).Op(opI64ExtendU), p).If(0).I32Const(errnoFault).Return().End()
}

func bridgeLoad(n int64, op byte) *Code {
	c := NewCode(1)
	outside(c.I64Const(n), 0).If(0).I64Const(errnoFault << 32).Return().End()
	return c.Get(0).Mem(op, memGuest, 0, 0)
}

func bridgeAtomicLoad(shared bool) *Code {
	c := NewCode(1)
	c.Get(0).I32Const(3).Op(opI32And).If(0).I64Const(errnoInval << 32).Return().End()
	outside(c.I64Const(4), 0).If(0).I64Const(errnoFault << 32).Return().End()
	c.Get(0)
	if shared {
		return c.Atomic(atomicI32Load, memGuest, 2).Op(opI64ExtendU)
	}
	return c.Mem(opI64Load32U, memGuest, 2, 0)
}

func bridgeStore(n int64, op byte) *Code {
	return guestCheck(NewCode(2), 0, n).Get(0, 1).Mem(op, memGuest, 0, 0).I32Const(0)
}

// bridgeOne serves an iovec of one buffer with copy, the bridge's function for that direction: three accesses and a copy
// in one call from Go.
func bridgeOne(copy uint32, in bool) *Code {
	const iovec, result, host, room = 0, 1, 2, 3
	c := NewCode(4)
	ptr, n := c.Local(I32), c.Local(I32)
	fail := func() { c.If(0).I32Const(-1).Return().End() }
	outside(c.I64Const(8), iovec)
	fail()
	outside(c.I64Const(4), result)
	fail()
	c.Get(iovec).Mem(opI32Load, memGuest, 0, 0).Set(ptr)
	c.Get(iovec).Mem(opI32Load, memGuest, 0, 4).Set(n)
	c.Get(n).I32Const(1).Op(opI32Sub).Get(room).Op(opI32GeU) // 0 wraps around
	fail()
	if in {
		c.Get(host, ptr, n)
	} else {
		c.Get(ptr, host, n)
	}
	c.Call(copy)
	fail()
	return c.Get(result, n).Mem(opI32Store, memGuest, 0, 0).Get(n)
}

// bridgeCopy is a copy between the memories with parameters destination, source, length; guest is the parameter to check.
func bridgeCopy(guest, dst, src uint32) *Code {
	const d, s, n = 0, 1, 2
	c := guestCheckLen(NewCode(3), guest, n)
	tail := c.Local(I32)
	// one copies size bytes at offset local off (none: at the start).
	one := func(load, store byte, off ...uint32) {
		addr := func(p uint32) {
			c.Get(p)
			for _, o := range off {
				c.Get(o).Op(opI32Add)
			}
		}
		addr(d)
		addr(s)
		if load == 0 {
			c.SIMDMem(simdLoad, src, 0).SIMDMem(simdStore, dst, 0)
		} else {
			c.Mem(load, src, 0, 0).Mem(store, dst, 0, 0)
		}
	}
	twice := func(size int32, load, store byte) {
		c.Get(n).I32Const(size).Op(opI32GeU).If(0)
		one(load, store)
		c.Get(n).I32Const(size).Op(opI32Sub).Set(tail)
		one(load, store, tail)
		c.I32Const(0).Return().End()
	}
	c.Get(n).I32Const(copyInline).Op(opI32GtU).If(0)
	c.Get(d, s, n).MemoryCopy(dst, src).I32Const(0).Return().End()

	// 16 and more: the last 16 bytes, then 16 at a time from the front.
	c.Get(n).I32Const(16).Op(opI32GeU).If(0)
	c.Get(n).I32Const(16).Op(opI32Sub).Set(tail)
	one(0, 0, tail)
	c.Block(0).Loop(0).Get(tail).Op(opI32Eqz).BrIf(1)
	at := c.Local(I32)
	one(0, 0, at)
	c.Get(at).I32Const(16).Op(opI32Add).Tee(at).Get(tail).Op(opI32LtU).BrIf(0)
	c.End().End().I32Const(0).Return().End()

	twice(8, opI64Load, opI64Store)
	twice(4, opI32Load, opI32Store)
	twice(2, opI32Load16U, opI32Store16)
	one(opI32Load8U, opI32Store8)
	return c.I32Const(0)
}
