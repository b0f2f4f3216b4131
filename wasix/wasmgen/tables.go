package wasmgen

import "bytes"

// TableExport is the export name that ExportTables gives table i.
func TableExport(i int) string { return tableExport + itoa(i) }

const tableExport = "__wasix_table"

// noSection is no section's id.
const noSection = 0xff

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
	x := moreExports{m: m}
	for i, t := range m.Tables {
		if t.Elem == FuncRef {
			x.add(TableExport(i), ExternTable, i)
		}
	}
	return x.write(b, noSection)
}

// moreExports are to be added to a module's.
type moreExports struct {
	m     *Module
	n     int
	items []byte
}

// add refuses a name that is there already.
//
//go:noinline
func (x *moreExports) add(name string, kind ExternKind, index int) bool {
	if x.m.Export(name) != nil {
		return false
	}
	x.n++
	x.items = appendU(append(appendName(x.items, name), byte(kind)), uint64(index))
	return true
}

// write returns the module with them and without section drop. Without any, or in one that
// exports nothing (nobody could enter it), nothing changes.
func (x *moreExports) write(b []byte, drop byte) []byte {
	if x.n == 0 || x.m.section(SectionExport) == nil {
		return b
	}
	out := append(make([]byte, 0, len(b)+len(x.items)+8), b[:8]...)
	for _, s := range x.m.Sections {
		switch s.ID {
		case SectionExport:
			out = appendExtended(out, b, s, x.n, x.items)
		case drop:
		default:
			out = appendSection(out, s.ID, b[s.Start:s.End])
		}
	}
	return out
}

// changesTables tells whether some function has table.set, init, copy, grow or fill.
func changesTables(b []byte, m *Module, code *Section) bool {
	found := &Error{}
	return found == eachBody(b, code, func(_, start, end int) *Error {
		changes := false
		if mayHave(b[start:end], len(m.Tables), changesTable) && nil == eachInstr(b, start, end, func(op byte, rest *reader) *Error {
			changes = changes || op == opTableSet || op == prefixMisc && changesTable(rest.u32())
			return nil
		}) && changes {
			return found
		}
		return nil
	})
}

// mayHave looks for the bytes alone: table.set, or an instruction of the misc group. Numbers may be padded, hence the mask.
func mayHave(body []byte, tables int, misc func(uint32) bool) bool {
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
		if rest = rest[i+1:]; misc(uint32(rest[0] & 0x7f)) {
			return true
		}
	}
}

// changesTable tells whether the instruction with that number after the prefix does.
func changesTable(misc uint32) bool {
	const init, copies, grow, fill = 0x0c, 0x0e, miscTableGrow, 0x11
	return misc == init || misc == copies || misc == grow || misc == fill
}
