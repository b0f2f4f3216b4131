package wasmgen

// SlotFunc is one function of a memory slot: how Go reaches one guest memory. Type is without the leading slot that the
// trampoline adds.
type SlotFunc struct {
	Name string
	Type FuncType
}

// SlotFuncs are the functions of a slot, in table order; see Bridge for what each does.
var SlotFuncs = [SlotSize]SlotFunc{
	{"copy_in", Sig("iii", "i")},
	{"copy_out", Sig("iii", "i")},
	{"load8", Sig("i", "I")},
	{"load32", Sig("i", "I")},
	{"load64", Sig("ii", "i")},
	{"store8", Sig("ii", "i")},
	{"store16", Sig("ii", "i")},
	{"store32", Sig("ii", "i")},
	{"store64", Sig("iI", "i")},
	{"fill", Sig("iii", "i")},
	{"size", Sig("", "i")},
	{"grow", Sig("i", "i")},
	{"atomic_load32", Sig("i", "I")},
	{"read_one", Sig("iiii", "i")},
	{"write_one", Sig("iiii", "i")},
}

// SlotSize is the number of table entries of one slot. A slot is named by the index of its first entry, so slots are
// multiples of SlotSize.
const SlotSize = 15

// The index of each function in its slot.
const (
	slotCopyIn = iota
	slotCopyOut
	slotLoad8
	slotLoad32
	slotLoad64
	slotStore8
	slotStore16
	slotStore32
	slotStore64
	slotFill
	slotSize
	slotGrow
	slotAtomicLoad32
	slotReadOne
	slotWriteOne
)

// Names of the trampoline module.
const (
	TrampolineModule = "bridge" // what Go's //go:wasmimport says
	TrampolineTable  = "table"
	SlotsAdd         = "slots_add"
	SlotClear        = "slot_clear"
)

// Trampolines returns the module that Go imports as "bridge". It can be instantiated before any guest exists, so Go can
// start first. It imports nothing. n is the number of slots there are at once.
//
// Exports:
//
//   - table: funcref table of n*SlotSize entries, growable
//   - slot_size: immutable i32 global, SlotSize
//   - every name of SlotFuncs with (slot i32, its parameters...): call_indirect to table[slot + its index]
//   - slots_add(n i32) i32: grows the table by n slots and returns the first of them, -1 when the table cannot grow
//   - yields: mutable i32 global, and set_yields(n i32); see Shim
//   - slot_clear(slot i32): takes a dead process's functions out; a slot that does not exist is ignored
//
// A new or cleared slot is dead: its functions return EFAULT (size: 0, grow and the last two: -1) instead of trapping, because a trap
// between Go's frames wrecks the Go runtime. A slot outside the table does trap.
func Trampolines(n int) []byte {
	var b Builder
	table := b.Table(TableType{Elem: FuncRef, Limits: Limits{Min: uint64(n * SlotSize)}})
	b.Export(TrampolineTable, ExternTable, table)
	b.Export("slot_size", ExternGlobal, b.Global(GlobalType{Type: I32}, SlotSize))
	for i, f := range SlotFuncs {
		t := FuncType{append([]ValType{I32}, f.Type.Params...), f.Type.Results}
		c := NewCode(len(t.Params))
		for p := range f.Type.Params {
			c.Get(uint32(p + 1))
		}
		c.Get(0).I32Const(int32(i)).Op(opI32Add).CallIndirect(b.Type(f.Type), table)
		b.Export(f.Name, ExternFunc, b.Func(t, c))
	}
	yields := b.Global(GlobalType{Type: I32, Mutable: true}, 0)
	b.Export("yields", ExternGlobal, yields)
	b.Export("set_yields", ExternFunc, b.Func(Sig("i", ""), NewCode(1).Get(0).GlobalSet(yields)))
	var dead [SlotSize]uint32
	for i, f := range SlotFuncs {
		dead[i] = b.Func(f.Type, deadSlotFunc(i))
	}
	b.Declare(dead[:]...)

	c := NewCode(1) // slot; ignored unless slot <= size - SlotSize, in unsigned arithmetic that cannot wrap
	c.TableSize(table).I32Const(SlotSize).Op(opI32GeU).If(0)
	c.Get(0).TableSize(table).I32Const(SlotSize).Op(opI32Sub, opI32GtU, opI32Eqz).If(0)
	fillSlot(c, dead[:], table)
	c.End().End()
	clear := b.Func(Sig("i", ""), c)
	b.Export(SlotClear, ExternFunc, clear)

	c = NewCode(1) // n; more than 2^31 entries would wrap, and no engine has them
	first, at := c.Local(I32), c.Local(I32)
	c.Get(0).I32Const((1<<31 - 1) / SlotSize).Op(opI32GtU).If(0).I32Const(-1).Return().End()
	c.Op(opRefNull, byte(FuncRef)).Get(0).I32Const(SlotSize).Op(opI32Mul).TableGrow(table).Tee(first).Set(at)
	c.Get(first).I32Const(-1).Op(opI32Eq).If(0).I32Const(-1).Return().End()
	clearFrom(c, at, table, clear)
	c.Get(first)
	b.Export(SlotsAdd, ExternFunc, b.Func(Sig("i", "i"), c))

	c = NewCode(0)
	clearFrom(c, c.Local(I32), table, clear)
	b.Start(b.Func(FuncType{}, c))
	return b.Bytes()
}

// fillSlot puts functions into the slot in local 0.
func fillSlot(c *Code, funcs []uint32, table uint32) {
	for i, f := range funcs {
		c.Get(0).I32Const(int32(i)).Op(opI32Add).RefFunc(f).TableSet(table)
	}
}

// clearFrom clears every slot from local at to the end of the table.
func clearFrom(c *Code, at, table, clear uint32) {
	c.Block(0).Loop(0)
	c.Get(at).TableSize(table).Op(opI32GeU).BrIf(1)
	c.Get(at).Call(clear)
	c.Get(at).I32Const(SlotSize).Op(opI32Add).Set(at).Br(0)
	c.End().End()
}

func deadSlotFunc(i int) *Code {
	c := NewCode(len(SlotFuncs[i].Type.Params))
	switch {
	case i == slotSize:
		return c.I32Const(0)
	case i == slotGrow, i == slotReadOne, i == slotWriteOne:
		return c.I32Const(-1)
	case SlotFuncs[i].Type.Results[0] == I64:
		return c.I64Const(errnoFault << 32)
	}
	return c.I32Const(errnoFault)
}
