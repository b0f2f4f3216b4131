package wasmgen

// The opcodes the generators use. The decoder knows all the others only by their immediates.
const (
	opUnreachable  = 0x00
	opBlock        = 0x02
	opLoop         = 0x03
	opIf           = 0x04
	opElse         = 0x05
	opEnd          = 0x0b
	opBr           = 0x0c
	opBrIf         = 0x0d
	opReturn       = 0x0f
	opCall         = 0x10
	opCallIndirect = 0x11
	opCallRef      = 0x14
	opDrop         = 0x1a
	opLocalGet     = 0x20
	opLocalSet     = 0x21
	opLocalTee     = 0x22
	opGlobalGet    = 0x23
	opGlobalSet    = 0x24
	opTableGet     = 0x25
	opTableSet     = 0x26

	opI32Load    = 0x28
	opI64Load    = 0x29
	opI32Load8U  = 0x2d
	opI32Load16U = 0x2f
	opI64Load8U  = 0x31
	opI64Load32U = 0x35
	opI32Store   = 0x36
	opI64Store   = 0x37
	opI32Store8  = 0x3a
	opI32Store16 = 0x3b
	opMemorySize = 0x3f
	opMemoryGrow = 0x40

	opI32Const = 0x41
	opI64Const = 0x42
	opF32Const = 0x43
	opF64Const = 0x44

	opI32Eqz = 0x45
	opI32Eq  = 0x46
	opI32Ne  = 0x47
	opI32LtS = 0x48
	opI32LtU = 0x49
	opI32GtS = 0x4a
	opI32GtU = 0x4b
	opI32GeS = 0x4e
	opI32GeU = 0x4f
	opI64GtU = 0x56

	opI32Add       = 0x6a
	opI32Sub       = 0x6b
	opI32Mul       = 0x6c
	opI32And       = 0x71
	opI32Shl       = 0x74
	opI64Add       = 0x7c
	opI64Or        = 0x84
	opI64Shl       = 0x86
	opF64Mul       = 0xa2
	opI64ExtendU   = 0xad // i64.extend_i32_u
	opI64TruncF64S = 0xb0

	opRefNull   = 0xd0
	opRefIsNull = 0xd1
	opRefFunc   = 0xd2

	prefixGC     = 0xfb
	prefixMisc   = 0xfc
	prefixSIMD   = 0xfd
	prefixAtomic = 0xfe

	miscMemoryInit = 0x08
	miscDataDrop   = 0x09
	miscMemoryCopy = 0x0a
	miscMemoryFill = 0x0b
	miscElemDrop   = 0x0d
	miscTableGrow  = 0x0f
	miscTableSize  = 0x10

	simdLoad    = 0x00
	simdStore   = 0x0b
	simdConst   = 0x0c
	simdOr      = 0x50
	simdAnyTrue = 0x53

	atomicNotify     = 0x00
	atomicWait32     = 0x01
	atomicWait64     = 0x02
	atomicFence      = 0x03
	atomicI32Load    = 0x10
	atomicI32Cmpxchg = 0x48
)

// What follows an opcode.
const (
	immUnknown = iota
	immNone
	immIndex   // one index
	immIndex2  // two indices
	immBlock   // block type
	immMemArg  // alignment, offset, maybe memory index
	immTable   // br_table
	immSelect  // vector of value types
	immI32     // signed integer
	immI64     // signed integer
	immBytes4  // f32
	immBytes8  // f64
	immBytes16 // v128, shuffle lanes
	immLane    // one byte
	immMemLane // memory argument and lane
	immTry     // try_table
	immHeap    // heap type
	immCast    // br_on_cast
	immPrefix  // a second opcode
)

// immediates is indexed by the first opcode byte.
var immediates = func() (t [256]uint8) {
	set := func(kind uint8, from, to int) {
		for i := from; i <= to; i++ {
			t[i] = kind
		}
	}
	set(immNone, 0x00, 0x01)   // unreachable, nop
	set(immBlock, 0x02, 0x04)  // block, loop, if
	set(immNone, 0x05, 0x05)   // else
	set(immBlock, 0x06, 0x06)  // try (legacy)
	set(immIndex, 0x07, 0x09)  // catch (legacy), throw, rethrow (legacy)
	set(immNone, 0x0a, 0x0b)   // throw_ref, end
	set(immIndex, 0x0c, 0x0d)  // br, br_if
	set(immTable, 0x0e, 0x0e)  // br_table
	set(immNone, 0x0f, 0x0f)   // return
	set(immIndex, 0x10, 0x10)  // call
	set(immIndex2, 0x11, 0x11) // call_indirect
	set(immIndex, 0x12, 0x12)  // return_call
	set(immIndex2, 0x13, 0x13) // return_call_indirect
	set(immIndex, 0x14, 0x15)  // call_ref, return_call_ref
	set(immIndex, 0x18, 0x18)  // delegate (legacy)
	set(immNone, 0x19, 0x1b)   // catch_all (legacy), drop, select
	set(immSelect, 0x1c, 0x1c) // select with types
	set(immTry, 0x1f, 0x1f)    // try_table
	set(immIndex, 0x20, 0x26)  // local.*, global.*, table.get, table.set
	set(immMemArg, 0x28, 0x3e) // loads and stores
	set(immIndex, 0x3f, 0x40)  // memory.size, memory.grow
	set(immI32, 0x41, 0x41)
	set(immI64, 0x42, 0x42)
	set(immBytes4, 0x43, 0x43)
	set(immBytes8, 0x44, 0x44)
	set(immNone, 0x45, 0xc4)  // numeric, sign extension
	set(immHeap, 0xd0, 0xd0)  // ref.null
	set(immNone, 0xd1, 0xd1)  // ref.is_null
	set(immIndex, 0xd2, 0xd2) // ref.func
	set(immNone, 0xd3, 0xd4)  // ref.eq, ref.as_non_null
	set(immIndex, 0xd5, 0xd6) // br_on_null, br_on_non_null
	set(immPrefix, 0xfb, 0xfe)
	return t
}()

// gcImmediates is indexed by the opcode after 0xfb.
var gcImmediates = [...]uint8{
	immIndex, immIndex, // struct.new, struct.new_default
	immIndex2, immIndex2, immIndex2, immIndex2, // struct.get, get_s, get_u, set
	immIndex, immIndex, // array.new, array.new_default
	immIndex2, immIndex2, immIndex2, // array.new_fixed, new_data, new_elem
	immIndex, immIndex, immIndex, immIndex, // array.get, get_s, get_u, set
	immNone,              // array.len
	immIndex,             // array.fill
	immIndex2,            // array.copy
	immIndex2, immIndex2, // array.init_data, init_elem
	immHeap, immHeap, immHeap, immHeap, // ref.test, ref.test null, ref.cast, ref.cast null
	immCast, immCast, // br_on_cast, br_on_cast_fail
	immNone, immNone, // any.convert_extern, extern.convert_any
	immNone, immNone, immNone, // ref.i31, i31.get_s, i31.get_u
}

// miscImmediates is indexed by the opcode after 0xfc.
var miscImmediates = [...]uint8{
	immNone, immNone, immNone, immNone, immNone, immNone, immNone, immNone, // saturating conversions
	immIndex2, immIndex, // memory.init, data.drop
	immIndex2, immIndex, // memory.copy, memory.fill
	immIndex2, immIndex, // table.init, elem.drop
	immIndex2, immIndex, immIndex, immIndex, // table.copy, grow, size, fill
	immUnknown,                         // memory.discard was never agreed on
	immNone, immNone, immNone, immNone, // wide arithmetic
}

// simdImmediate tells what follows the opcode after 0xfd.
func simdImmediate(op uint32) uint8 {
	switch {
	case op <= 0x0b, op == 0x5c, op == 0x5d:
		return immMemArg
	case op == 0x0c, op == 0x0d:
		return immBytes16
	case op >= 0x15 && op <= 0x22:
		return immLane
	case op >= 0x54 && op <= 0x5b:
		return immMemLane
	case op <= 0x113: // with the relaxed ones
		return immNone
	}
	return immUnknown
}

// atomicImmediate tells what follows the opcode after 0xfe.
func atomicImmediate(op uint32) uint8 {
	switch {
	case op <= atomicWait64, op >= atomicI32Load && op <= 0x4e:
		return immMemArg
	case op == atomicFence:
		return immLane
	}
	return immUnknown
}
