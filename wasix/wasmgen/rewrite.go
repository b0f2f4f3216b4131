package wasmgen

import "bytes"

// WaitTable is the export name of the table that RewriteAtomicWaits adds.
const WaitTable = "__wasix_wait"

// WaitFuncs are the entries of WaitTable, in order, with the signatures the guest calls them with. Each is an
// ordinary call for Shim (whose Go export takes tid first). The address of an access is addr + offset in 64-bit
// arithmetic, both unsigned. Results are the instruction's: wait gives 0 (woken), 1 (not equal) or 2 (timed out), a
// timeout is in nanoseconds and negative means none; notify gives the number of waiters woken, count is unsigned. Where
// the instruction would trap (outside the memory, not aligned to 4 or 8) the call must end the task. An entry that is
// still null stands for 0: a start function (LLVM's initializes the memory in it, and notifies) runs before the host can
// fill the table, when there is nobody to wake, or to wait for.
var WaitFuncs = [3]struct {
	Name string
	Type FuncType
}{
	{"memory.atomic.notify", Sig("iii", "i")},  // addr, count, offset
	{"memory.atomic.wait32", Sig("iiIi", "i")}, // addr, expected, timeout, offset
	{"memory.atomic.wait64", Sig("iIIi", "i")}, // addr, expected, timeout, offset
}

// waitSite is one instruction to replace; kind is its opcode and its index in WaitFuncs.
type waitSite struct {
	at, end int
	kind    byte
	offset  uint32
}

// waitBody is one function with such instructions.
type waitBody struct {
	header     int // where the size is
	start, end int
	sites      []waitSite
}

// RewriteAtomicWaits replaces every memory.atomic.wait32, wait64 and notify by a call through an added table of 3
// entries, exported as WaitTable, that the host fills before the guest runs. A raw wait would stop the whole worker, and a
// raw notify would not wake those who wait in the host. Nothing is renumbered: types, table and export are appended.
//
// n32 and n64 count the waits. Without any of the three instructions out is b itself; b is never changed. The same goes
// for a module without a shared memory: there a wait always traps and nobody can be notified.
//
// Only functions with the two bytes such an instruction begins with are decoded. Sections are kept as they are, but
// code metadata (branch hints), whose offsets would be wrong, is dropped, and offsets in DWARF sections are not adjusted.
//
// Errors are *Error, and then out is nil: Parse's; UnknownOpcode in a function that had to be decoded; Unsupported for
// a wait on a second or 64-bit memory, and for a module that already exports WaitTable.
func RewriteAtomicWaits(b []byte) (out []byte, n32, n64 int, err error) {
	m, err := Parse(b)
	if err != nil {
		return nil, 0, 0, err
	}
	code := m.section(SectionCode)
	if code == nil || !m.hasSharedMemory() || bytes.IndexByte(b[code.Start:code.End], prefixAtomic) < 0 {
		return b, 0, 0, nil
	}
	bodies, broken := findWaits(b, m, code)
	if broken != nil {
		return nil, 0, 0, broken
	}
	if len(bodies) == 0 {
		return b, 0, 0, nil
	}
	if m.Export(WaitTable) != nil {
		return nil, 0, 0, &Error{Unsupported, SectionExport, -1, "the module already exports " + WaitTable}
	}
	sites := 0
	for _, f := range bodies {
		sites += len(f.sites)
		for _, s := range f.sites {
			switch s.kind {
			case atomicWait32:
				n32++
			case atomicWait64:
				n64++
			}
		}
	}
	w := waitWriter{m: m, b: b, out: make([]byte, 0, len(b)+sites*24+len(bodies)*5+64)}
	return w.write(bodies), n32, n64, nil
}

func (m *Module) hasSharedMemory() bool {
	for _, l := range m.Memories {
		if l.Shared {
			return true
		}
	}
	return false
}

// findWaits returns the functions to change. Almost none has the bytes, so almost none is decoded.
func findWaits(b []byte, m *Module, code *Section) (bodies []waitBody, err *Error) {
	err = eachBody(b, code, func(header, start, end int) *Error {
		if !mayWait(b[start:end]) {
			return nil
		}
		f := waitBody{header: header, start: start, end: end}
		if err := f.decode(b, m); err != nil || len(f.sites) == 0 {
			return err
		}
		bodies = append(bodies, f)
		return nil
	})
	return bodies, err
}

// mayWait reports whether the atomic prefix is followed by a byte that can begin the number 0, 1 or 2. Numbers may be
// padded, hence the mask.
func mayWait(body []byte) bool {
	for {
		i := bytes.IndexByte(body, prefixAtomic)
		if i < 0 || i+1 == len(body) {
			return false
		}
		if body[i+1]&0x7f <= atomicWait64 {
			return true
		}
		body = body[i+1:]
	}
}

// decode walks one function's instructions and notes the sites.
func (f *waitBody) decode(b []byte, m *Module) *Error {
	last := byte(0)
	err := eachInstr(b, f.start, f.end, func(op byte, rest *reader) *Error {
		if last = op; op != prefixAtomic {
			return nil
		}
		at := rest.pos - 1
		sub := rest.u32()
		if sub > atomicWait64 {
			return nil
		}
		offset, memory := rest.memArg()
		switch {
		case memory != 0:
			return &Error{Unsupported, SectionCode, at, WaitFuncs[sub].Name + " on memory " + itoa(int(memory))}
		case m.Memories[0].Is64:
			return &Error{Unsupported, SectionCode, at, WaitFuncs[sub].Name + " on a 64-bit memory"}
		case offset > 1<<32-1:
			return &Error{Malformed, SectionCode, at, "offset " + hex(offset)}
		}
		f.sites = append(f.sites, waitSite{at, rest.pos, byte(sub), uint32(offset)})
		return nil
	})
	if err == nil && last != opEnd {
		err = &Error{Malformed, SectionCode, f.end, "function body does not end with end"}
	}
	return err
}

// waitWriter copies the module with its additions.
type waitWriter struct {
	m       *Module
	b, out  []byte
	table   bool // has been written
	exports bool // have been written
}

const metadataPrefix = "metadata.code."

func (w *waitWriter) write(bodies []waitBody) []byte {
	w.out = append(w.out, w.b[:8]...)
	for _, s := range w.m.Sections {
		content := w.b[s.Start:s.End]
		if s.ID != SectionCustom {
			w.insertBefore(s.ID)
		}
		switch {
		case s.ID == SectionCustom && len(s.Name) >= len(metadataPrefix) && s.Name[:len(metadataPrefix)] == metadataPrefix:
		case s.ID == SectionType:
			var types []byte
			for _, f := range WaitFuncs {
				types = appendFuncType(types, f.Type)
			}
			for _, f := range WaitFuncs {
				types = appendFuncType(types, FuncType{f.Type.Params[:len(f.Type.Params)-1], f.Type.Results})
			}
			w.out = appendExtended(w.out, w.b, s, 2*len(WaitFuncs), types)
		case s.ID == SectionTable:
			w.table = true
			w.out = appendExtended(w.out, w.b, s, 1, w.tableEntry())
		case s.ID == SectionExport:
			w.exports = true
			w.out = appendExtended(w.out, w.b, s, 1, w.exportEntry())
		case s.ID == SectionCode:
			w.code(s, bodies)
		default:
			w.out = appendSection(w.out, s.ID, content)
		}
	}
	return w.out
}

// insertBefore writes a table or export section when the module has none and id comes after its place.
func (w *waitWriter) insertBefore(id byte) {
	if !w.table && sectionOrder[id] > sectionOrder[SectionTable] {
		w.table = true
		w.out = appendSection(w.out, SectionTable, append([]byte{1}, w.tableEntry()...))
	}
	if !w.exports && sectionOrder[id] > sectionOrder[SectionExport] {
		w.exports = true
		w.out = appendSection(w.out, SectionExport, append([]byte{1}, w.exportEntry()...))
	}
}

func (w *waitWriter) tableEntry() []byte {
	n := uint64(len(WaitFuncs))
	return appendLimits(appendValType(nil, FuncRef), Limits{Min: n, Max: n, HasMax: true})
}

func (w *waitWriter) exportEntry() []byte {
	return appendU(append(appendName(nil, WaitTable), byte(ExternTable)), uint64(len(w.m.Tables)))
}

// code writes the code section: unchanged stretches in one piece, changed functions with new sizes.
func (w *waitWriter) code(s Section, bodies []waitBody) {
	w.out = append(w.out, SectionCode)
	size := len(w.out)
	w.out = append(w.out, 0, 0, 0, 0, 0)
	from := s.Start
	var body []byte
	for _, f := range bodies {
		w.out = append(w.out, w.b[from:f.header]...)
		body = body[:0]
		pos := f.start
		for _, site := range f.sites {
			c := Code{b: append(body, w.b[pos:site.at]...)}
			w.site(&c, &site)
			body, pos = c.b, site.end
		}
		w.out = appendBytes(w.out, append(body, w.b[pos:f.end]...))
		from = f.end
	}
	w.out = append(w.out, w.b[from:s.End]...)
	n := len(w.out) - size - 5
	for i := 0; i < 4; i++ { // a padded number, since the size is known only now
		w.out[size+i] = byte(n)&0x7f | 0x80
		n >>= 7
	}
	w.out[size+4] = byte(n)
}

// site writes what stands for an instruction, whose operands are on the stack.
func (w *waitWriter) site(c *Code, s *waitSite) {
	call, table := uint32(len(w.m.Types))+uint32(s.kind), uint32(len(w.m.Tables))
	c.I32Const(int32(s.kind)).TableGet(table).Op(opRefIsNull, opIf)
	c.b = appendS(c.b, int64(call)+int64(len(WaitFuncs)))
	for range len(WaitFuncs[s.kind].Type.Params) - 1 {
		c.Drop()
	}
	c.I32Const(0).Else()
	c.I32Const(int32(s.offset)).I32Const(int32(s.kind)).CallIndirect(call, table).End()
}
