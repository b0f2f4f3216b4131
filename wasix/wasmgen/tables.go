package wasmgen

import "bytes"

// TableExport is the export name that ExportTables gives table i.
func TableExport(i int) string { return tableExport + itoa(i) }

const tableExport = "__wasix_table"

// ExportTables exports the tables of functions of a program that changes them while it runs, so that a fork can copy what
// is in them. Most programs do not: then out is b itself. b is never changed; m is what Parse said of it.
//
// Only functions with bytes that may be such an instruction are decoded, and those with an opcode that is not known are
// taken to have none.
func ExportTables(b []byte, m *Module) []byte {
	code := m.section(SectionCode)
	if code == nil || len(m.Tables) == 0 || !changesTables(b, m, code) {
		return b
	}
	var items []byte
	n := 0
	for i, t := range m.Tables {
		if t.Elem == FuncRef && m.Export(TableExport(i)) == nil {
			items = appendU(append(appendName(items, TableExport(i)), byte(ExternTable)), uint64(i))
			n++
		}
	}
	s := m.section(SectionExport)
	if s == nil {
		return b // nobody could enter it
	}
	r := reader{b: b, pos: s.Start, end: s.End}
	c := appendU(nil, uint64(r.u32())+uint64(n))
	c = append(append(c, b[r.pos:s.End]...), items...)
	out := appendSection(append(make([]byte, 0, len(b)+len(items)+8), b[:s.Header]...), SectionExport, c)
	return append(out, b[s.End:]...)
}

// changesTables tells whether some function has table.set, init, copy, grow or fill.
func changesTables(b []byte, m *Module, code *Section) bool {
	r := reader{b: b, pos: code.Start, end: code.End, section: SectionCode}
	for n := r.count("functions", 2); n > 0; n-- {
		size := int64(r.u32())
		if r.err != nil || size > int64(r.end-r.pos) {
			return false
		}
		start := r.pos
		r.pos += int(size)
		if mayChangeTables(b[start:r.pos], len(m.Tables)) && bodyChangesTables(b, start, r.pos) {
			return true
		}
	}
	return false
}

// mayChangeTables looks for the bytes alone. Numbers may be padded, hence the mask.
func mayChangeTables(body []byte, tables int) bool {
	for rest := body; ; {
		i := bytes.IndexByte(rest, opTableSet)
		if i < 0 || i+1 == len(rest) {
			break
		}
		if rest = rest[i+1:]; int(rest[0]&0x7f) < tables {
			return true
		}
	}
	for rest := body; ; {
		i := bytes.IndexByte(rest, prefixMisc)
		if i < 0 || i+1 == len(rest) {
			return false
		}
		if rest = rest[i+1:]; changesTable(uint32(rest[0] & 0x7f)) {
			return true
		}
	}
}

// changesTable tells whether the instruction with that number after the prefix does.
func changesTable(misc uint32) bool {
	const init, copies, grow, fill = 0x0c, 0x0e, miscTableGrow, 0x11
	return misc == init || misc == copies || misc == grow || misc == fill
}

func bodyChangesTables(b []byte, start, end int) bool {
	r := reader{b: b, pos: start, end: end, section: SectionCode}
	for n := r.count("groups of locals", 2); n > 0 && r.err == nil; n-- {
		r.u32()
		r.valType()
	}
	for r.pos < r.end && r.err == nil {
		at := r.pos
		switch r.instr() {
		case opTableSet:
			return r.err == nil
		case prefixMisc:
			sub := reader{b: b, pos: at + 1, end: end}
			if changesTable(sub.u32()) {
				return r.err == nil
			}
		}
	}
	return false
}
