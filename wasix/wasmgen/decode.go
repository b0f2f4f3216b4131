package wasmgen

// instr passes one instruction and returns its first byte. An opcode nobody knows is an error: its length is unknown.
func (r *reader) instr() byte {
	at := r.pos
	op := r.byte()
	kind := immediates[op]
	if kind == immPrefix {
		kind = r.prefixed(op, at)
	}
	r.immediate(kind, op, at)
	return op
}

// prefixed reads the second opcode.
func (r *reader) prefixed(prefix byte, at int) (kind uint8) {
	op := r.u32()
	switch {
	case r.err != nil:
		return immNone
	case prefix == prefixGC && int64(op) < int64(len(gcImmediates)):
		kind = gcImmediates[op]
	case prefix == prefixMisc && int64(op) < int64(len(miscImmediates)):
		kind = miscImmediates[op]
	case prefix == prefixSIMD:
		kind = simdImmediate(op)
	case prefix == prefixAtomic:
		kind = atomicImmediate(op)
	}
	if kind == immUnknown {
		r.failAt(UnknownOpcode, at, "opcode "+hex(uint64(prefix))+" "+hex(uint64(op)))
		return immNone
	}
	return kind
}

func (r *reader) immediate(kind, op uint8, at int) {
	switch kind {
	case immNone:
	case immIndex:
		r.u32()
	case immIndex2:
		r.u32()
		r.u32()
	case immBlock:
		r.blockType()
	case immMemArg:
		r.memArg()
	case immTable:
		for n := r.count("branch targets", 1); n >= 0 && r.err == nil; n-- { // one more: the default
			r.u32()
		}
	case immSelect:
		for n := r.count("types of a select", 1); n > 0 && r.err == nil; n-- {
			r.valType()
		}
	case immI32:
		r.skipLEB(5)
	case immI64:
		r.skipLEB(10)
	case immBytes4:
		r.skip(4)
	case immBytes8:
		r.skip(8)
	case immBytes16:
		r.skip(16)
	case immLane:
		r.skip(1)
	case immMemLane:
		r.memArg()
		r.skip(1)
	case immTry:
		r.tryTable()
	case immHeap:
		r.heapType()
	case immCast:
		r.skip(1) // which of the two types may be null
		r.u32()
		r.heapType()
		r.heapType()
	default:
		r.failAt(UnknownOpcode, at, "opcode "+hex(uint64(op)))
	}
}

// blockType passes an empty type, a value type or a type index.
func (r *reader) blockType() {
	if r.pos < r.end && (r.b[r.pos] == byte(Ref) || r.b[r.pos] == byte(RefNull)) {
		r.pos++
		r.heapType()
		return
	}
	r.s33()
}

// tryTable passes a block type and the catch clauses.
func (r *reader) tryTable() {
	r.blockType()
	for n := r.count("catch clauses", 2); n > 0 && r.err == nil; n-- {
		at := r.pos
		switch c := r.byte(); c {
		case 0, 1: // catch, catch_ref: tag and label
			r.u32()
			r.u32()
		case 2, 3: // catch_all, catch_all_ref
			r.u32()
		default:
			r.failAt(Malformed, at, "unknown catch clause "+hex(uint64(c)))
		}
	}
}

// memArg reads a memory argument; memory64 makes offsets of up to 64 bits possible.
func (r *reader) memArg() (offset uint64, memory uint32) {
	at := r.pos
	align := r.u32()
	if align >= 0x80 {
		r.failAt(Malformed, at, "alignment flags "+hex(uint64(align)))
		return 0, 0
	}
	if align&0x40 != 0 {
		memory = r.u32()
	}
	return r.uleb(64), memory
}

// constExpr passes an initializer up to and with its end.
func (r *reader) constExpr() {
	for r.err == nil && r.instr() != opEnd {
	}
}

// eachBody calls fn with the place of every function, of its size and of its code, up to the first error, which it returns.
func eachBody(b []byte, code *Section, fn func(header, start, end int) *Error) *Error {
	r := reader{b: b, pos: code.Start, end: code.End, section: SectionCode}
	for n := r.count("functions", 2); n > 0; n-- {
		header := r.pos
		size := int64(r.u32())
		if r.err == nil && size > int64(r.end-r.pos) {
			r.failAt(Malformed, header, "function body of "+itoa(int(size))+" bytes passes the end")
		}
		if r.err != nil {
			return r.err
		}
		start := r.pos
		r.pos += int(size)
		if err := fn(header, start, r.pos); err != nil {
			return err
		}
	}
	if r.pos != r.end {
		r.fail(Malformed, itoa(r.end-r.pos)+" bytes left over")
	}
	return r.err
}

// eachInstr calls fn with the first byte of every instruction of a function's code, and with what follows it, up to the
// first error, which it returns: fn's, or that there is one nobody knows.
func eachInstr(b []byte, start, end int, fn func(op byte, rest *reader) *Error) *Error {
	r := reader{b: b, pos: start, end: end, section: SectionCode}
	for n := r.count("groups of locals", 2); n > 0 && r.err == nil; n-- {
		r.u32()
		r.valType()
	}
	for r.pos < r.end && r.err == nil {
		rest := reader{b: b, pos: r.pos + 1, end: end}
		if op := r.instr(); r.err == nil {
			if err := fn(op, &rest); err != nil {
				return err
			}
		}
	}
	return r.err
}
