package wasmgen

// Nothing here is inlined: the generators are long chains of these calls, and inlined they would be a third of the
// browser bundle.

// Code is the body of a function, or an initializer. Methods append one instruction each, without checking types;
// tests validate every generated module. The zero Code is empty; Func adds the final end.
type Code struct {
	b      []byte
	locals []ValType // beyond the parameters
	params int
}

// NewCode starts the body of a function with n parameters; Local counts from there.
func NewCode(n int) *Code { return &Code{params: n} }

// Local declares a local and returns its index.
//
//go:noinline
func (c *Code) Local(t ValType) uint32 {
	c.locals = append(c.locals, t)
	return uint32(c.params + len(c.locals) - 1)
}

// bytes returns locals, code and the final end.
//
//go:noinline
func (c *Code) bytes() []byte {
	var l vec
	for i := 0; i < len(c.locals); l.n++ { // runs of the same type
		j := i
		for j < len(c.locals) && c.locals[j] == c.locals[i] {
			j++
		}
		l.b = appendValType(appendU(l.b, uint64(j-i)), c.locals[i])
		i = j
	}
	return append(append(append(appendU(nil, uint64(l.n)), l.b...), c.b...), opEnd)
}

// Op appends opcodes that have no immediates.
//
//go:noinline
func (c *Code) Op(ops ...byte) *Code { c.b = append(c.b, ops...); return c }

//go:noinline
func (c *Code) index(op byte, i uint32) *Code { c.b = appendU(append(c.b, op), uint64(i)); return c }

// Get, Set and Tee are local.get, local.set and local.tee; Get takes several.
//
//go:noinline
func (c *Code) Get(locals ...uint32) *Code {
	for _, l := range locals {
		c.index(opLocalGet, l)
	}
	return c
}

//go:noinline
func (c *Code) Set(local uint32) *Code { return c.index(opLocalSet, local) }

//go:noinline
func (c *Code) Tee(local uint32) *Code { return c.index(opLocalTee, local) }

// GlobalGet and GlobalSet read and write a global.
//
//go:noinline
func (c *Code) GlobalGet(g uint32) *Code { return c.index(opGlobalGet, g) }

//go:noinline
func (c *Code) GlobalSet(g uint32) *Code { return c.index(opGlobalSet, g) }

// TableGet and TableSet read and write an entry.
//
//go:noinline
func (c *Code) TableGet(t uint32) *Code { return c.index(opTableGet, t) }

//go:noinline
func (c *Code) TableSet(t uint32) *Code { return c.index(opTableSet, t) }

// I32Const and I64Const push a number.
//
//go:noinline
func (c *Code) I32Const(v int32) *Code { c.b = appendS(append(c.b, opI32Const), int64(v)); return c }

//go:noinline
func (c *Code) I64Const(v int64) *Code { c.b = appendS(append(c.b, opI64Const), v); return c }

// Call calls function f; CallIndirect the entry of a table whose index is on the stack; CallRef the reference there.
//
//go:noinline
func (c *Code) Call(f uint32) *Code { return c.index(opCall, f) }

//go:noinline
func (c *Code) CallIndirect(typ, table uint32) *Code {
	c.index(opCallIndirect, typ)
	c.b = appendU(c.b, uint64(table))
	return c
}

//go:noinline
func (c *Code) CallRef(typ uint32) *Code { return c.index(opCallRef, typ) }

// RefFunc pushes a reference to function f, which must be exported, in an element segment or declared.
//
//go:noinline
func (c *Code) RefFunc(f uint32) *Code { return c.index(opRefFunc, f) }

// Block, Loop and If open a block without parameters; result is 0 or the type of its one result.
//
//go:noinline
func (c *Code) Block(result ValType) *Code { return c.block(opBlock, result) }

//go:noinline
func (c *Code) Loop(result ValType) *Code { return c.block(opLoop, result) }

//go:noinline
func (c *Code) If(result ValType) *Code { return c.block(opIf, result) }

//go:noinline
func (c *Code) block(op byte, result ValType) *Code {
	if result == 0 {
		result = 0x40
	}
	return c.Op(op, byte(result))
}

//go:noinline
func (c *Code) Else() *Code { return c.Op(opElse) }

//go:noinline
func (c *Code) End() *Code { return c.Op(opEnd) }

// Br and BrIf branch to the depth-th enclosing block.
//
//go:noinline
func (c *Code) Br(depth uint32) *Code { return c.index(opBr, depth) }

//go:noinline
func (c *Code) BrIf(depth uint32) *Code { return c.index(opBrIf, depth) }

//go:noinline
func (c *Code) Return() *Code { return c.Op(opReturn) }

//go:noinline
func (c *Code) Drop() *Code { return c.Op(opDrop) }

//go:noinline
func (c *Code) Unreachable() *Code { return c.Op(opUnreachable) }

// Mem is a plain load or store; align is the log2 of what the engine may expect.
//
//go:noinline
func (c *Code) Mem(op byte, memory, align uint32, offset uint64) *Code {
	c.b = append(c.b, op)
	return c.memArg(memory, align, offset)
}

//go:noinline
func (c *Code) memArg(memory, align uint32, offset uint64) *Code {
	if memory != 0 {
		c.b = appendU(appendU(c.b, uint64(align|0x40)), uint64(memory))
	} else {
		c.b = appendU(c.b, uint64(align))
	}
	c.b = appendU(c.b, offset)
	return c
}

// SIMD is an opcode after the SIMD prefix without immediates, SIMDMem one with a memory argument.
//
//go:noinline
func (c *Code) SIMD(op uint32) *Code { return c.index(prefixSIMD, op) }

//go:noinline
func (c *Code) SIMDMem(op, memory uint32, offset uint64) *Code {
	return c.SIMD(op).memArg(memory, 0, offset)
}

// Atomic is an opcode after the threads prefix with a memory argument; atomics need their natural alignment.
//
//go:noinline
func (c *Code) Atomic(op, memory, align uint32) *Code {
	return c.index(prefixAtomic, op).memArg(memory, align, 0)
}

// MemorySize, MemoryGrow, MemoryCopy and MemoryFill are the instructions of these names.
//
//go:noinline
func (c *Code) MemorySize(memory uint32) *Code { return c.index(opMemorySize, memory) }

//go:noinline
func (c *Code) MemoryGrow(memory uint32) *Code { return c.index(opMemoryGrow, memory) }

//go:noinline
func (c *Code) MemoryCopy(dst, src uint32) *Code {
	c.index(prefixMisc, miscMemoryCopy)
	c.b = appendU(appendU(c.b, uint64(dst)), uint64(src))
	return c
}

//go:noinline
func (c *Code) MemoryFill(memory uint32) *Code {
	c.index(prefixMisc, miscMemoryFill)
	c.b = appendU(c.b, uint64(memory))
	return c
}

// TableGrow and TableSize are the instructions of these names.
//
//go:noinline
func (c *Code) TableGrow(table uint32) *Code {
	c.index(prefixMisc, miscTableGrow)
	c.b = appendU(c.b, uint64(table))
	return c
}

//go:noinline
func (c *Code) TableSize(table uint32) *Code {
	c.index(prefixMisc, miscTableSize)
	c.b = appendU(c.b, uint64(table))
	return c
}

// zero pushes a constant of any number type, or null; it reports whether t has one. Floats and vectors are all zero
// bits, so v counts for integers only.
//
//go:noinline
func (c *Code) zero(t ValType, v int64) bool {
	switch t {
	case I32:
		c.I32Const(int32(v))
	case I64:
		c.I64Const(v)
	case F32:
		c.b = append(c.b, opF32Const, 0, 0, 0, 0)
	case F64:
		c.b = append(c.b, opF64Const, 0, 0, 0, 0, 0, 0, 0, 0)
	case V128:
		c.SIMD(simdConst)
		c.b = append(c.b, make([]byte, 16)...)
	case Ref, RefNull:
		return false
	default:
		c.Op(opRefNull, byte(t)) // the short forms of reference types are their heap type's byte
	}
	return true
}
