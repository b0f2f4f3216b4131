package wasmgen

import "strconv"

// maxItems bounds every vector; the JavaScript engines allow no more imports, functions or exports.
// See https://webassembly.github.io/spec/js-api/#limits
const maxItems = 1_000_000

// maxModule is the size above which JavaScript engines refuse a module.
const maxModule = 1 << 30

// Module is what a loader needs to know. All index spaces count imports first.
type Module struct {
	Types    []Type
	Imports  []Import
	Exports  []Export
	Funcs    []uint32     // type index of every function, imported ones first
	Tables   []TableType  // imported ones first
	Memories []Limits     // imported ones first
	Globals  []GlobalType // imported ones first
	Tags     []uint32     // type index of every tag, imported ones first

	ImportedFuncs, ImportedTables, ImportedMemories, ImportedGlobals, ImportedTags int

	Compact   bool // the imports are in groups, which not every engine knows: RenameImports takes them apart
	Start     int  // index of the start function, -1 without one
	DataCount int  // -1 without a data count section
	CodeStart int  // offset of the code section's id byte, -1 without one (or not yet seen by ParseHead)

	Sections []Section // in file order; ParseHead lists those before the code section
}

// FuncType returns the signature of a function, imported or own.
func (m *Module) FuncType(index uint32) (FuncType, bool) {
	if int64(index) >= int64(len(m.Funcs)) {
		return FuncType{}, false
	}
	return m.Types[m.Funcs[index]].Func, true
}

// Export returns the export called name, nil when there is none.
func (m *Module) Export(name string) *Export {
	for i := range m.Exports {
		if m.Exports[i].Name == name {
			return &m.Exports[i]
		}
	}
	return nil
}

// Custom returns the first custom section called name (for example "dylink.0"), nil when there is none.
func (m *Module) Custom(name string) *Section {
	for i := range m.Sections {
		if s := &m.Sections[i]; s.ID == SectionCustom && s.Name == name {
			return s
		}
	}
	return nil
}

// section returns the section with a (non-custom) id, nil when there is none.
func (m *Module) section(id byte) *Section {
	for i := range m.Sections {
		if m.Sections[i].ID == id {
			return &m.Sections[i]
		}
	}
	return nil
}

// Parse reads a whole module. Bodies of functions, elements and data are not looked at: the engine validates.
//
// The error is an *Error; its kinds:
//
//   - NotWasm, WrongVersion, Component: the first 8 bytes
//   - Truncated: the file ends inside the section that Section and Offset name
//   - Malformed: a section's content
//   - TooMany: a count that the section cannot hold, or a file over 1 GiB
func Parse(b []byte) (*Module, error) {
	m, need, err := parse(b, false)
	if err == nil && need > 0 {
		err = &Error{Kind: Truncated, Section: -1, Offset: len(b), Msg: "file of " + itoa(len(b)) + " bytes has no complete header"}
	}
	if err != nil {
		return nil, err
	}
	return m, nil
}

// ParseHead reads the sections before the code section from the beginning of a file that is still arriving.
//
// When need is 0 everything up to the code section (or the data section of a module without code) was there and m
// is complete. Otherwise m is nil, and nothing can be said before at least need bytes of the file are there; at the
// end of the file call Parse. Errors are Parse's, as early as they can be seen; never Truncated.
func ParseHead(b []byte) (m *Module, need int, err error) {
	m, need, err = parse(b, true)
	if err != nil || need > 0 {
		return nil, need, err
	}
	return m, 0, nil
}

func parse(b []byte, head bool) (*Module, int, error) {
	if need, err := parseHeader(b); err != nil || need > 0 {
		return nil, need, err
	}
	m := &Module{Start: -1, DataCount: -1, CodeStart: -1}
	last := uint8(0)
	exports := reader{end: 0}
	for pos := 8; ; {
		if pos == len(b) && !head {
			break
		}
		if pos == len(b) {
			return nil, pos + 1, nil
		}
		id := b[pos]
		if int(id) >= len(sectionNames) {
			return nil, 0, &Error{Malformed, -1, pos, "unknown section id " + itoa(int(id))}
		}
		if head && (id == SectionCode || id == SectionData) {
			if id == SectionCode {
				m.CodeStart = pos
			}
			break
		}
		// At most 6 bytes of section header; a prefix may end inside it.
		h := reader{b: b, pos: pos + 1, end: min(len(b), pos+6), section: int(id)}
		if h.end < pos+6 && cutOff(b[pos+1:h.end]) {
			if head {
				return nil, len(b) + 1, nil
			}
			return nil, 0, &Error{Truncated, int(id), pos, "file ends inside a section header"}
		}
		size := int64(h.u32())
		if h.err != nil {
			return nil, 0, h.err
		}
		s := Section{ID: id, Header: pos, Start: h.pos}
		if int64(s.Start)+size > maxModule {
			return nil, 0, &Error{TooMany, int(id), pos, "section of " + strconv.FormatInt(size, 10) + " bytes; modules end at 1 GiB"}
		}
		s.End = s.Start + int(size)
		if id != SectionCustom {
			if sectionOrder[id] <= last {
				return nil, 0, &Error{Malformed, int(id), pos, "section is repeated or out of order"}
			}
			last = sectionOrder[id]
		}
		if s.End > len(b) {
			if head {
				return nil, s.End, nil
			}
			return nil, 0, &Error{Truncated, int(id), pos, "section of " + itoa(int(size)) + " bytes, file has " + itoa(len(b)-s.Start)}
		}
		r := reader{b: b, pos: s.Start, end: s.End, section: int(id)}
		switch id {
		case SectionCustom:
			s.Name = r.name("name of a custom section")
			r.pos = r.end
		case SectionExport:
			exports = r // types of tags and globals come from sections before it, own functions too; resolved below
			r.pos = r.end
		case SectionCode:
			m.CodeStart = pos
			if n := r.count("functions", 2); r.err == nil && n != len(m.Funcs)-m.ImportedFuncs {
				r.failAt(Malformed, s.Start, itoa(n)+" bodies for "+itoa(len(m.Funcs)-m.ImportedFuncs)+" functions")
			}
			r.pos = r.end
		case SectionElement, SectionData:
			r.pos = r.end
		default:
			m.parseSection(id, &r)
		}
		if r.err == nil && r.pos != r.end {
			r.fail(Malformed, itoa(r.end-r.pos)+" bytes left over")
		}
		if r.err != nil {
			return nil, 0, r.err
		}
		m.Sections = append(m.Sections, s)
		pos = s.End
	}
	if exports.end > 0 {
		if m.parseExports(&exports); exports.err != nil {
			return nil, 0, exports.err
		}
	}
	if m.Start >= len(m.Funcs) {
		return nil, 0, &Error{Malformed, SectionStart, -1, "no function " + itoa(m.Start)}
	}
	return m, 0, nil
}

// cutOff reports whether an integer goes on after b.
func cutOff(b []byte) bool {
	for _, c := range b {
		if c < 0x80 {
			return false
		}
	}
	return true
}

const magic = "\x00asm\x01\x00\x00\x00"

func parseHeader(b []byte) (need int, err error) {
	if len(b) > maxModule {
		return 0, &Error{TooMany, -1, -1, "file of " + itoa(len(b)) + " bytes; modules end at 1 GiB"}
	}
	for i := 0; i < 4 && i < len(b); i++ {
		if b[i] != magic[i] {
			return 0, &Error{NotWasm, -1, 0, "the file does not begin with the wasm magic number"}
		}
	}
	if len(b) < 8 {
		return 8, nil
	}
	version, layer := uint(b[4])|uint(b[5])<<8, uint(b[6])|uint(b[7])<<8
	switch {
	case layer == 1:
		return 0, &Error{Component, -1, 4, "the file is a component, not a core module"}
	case layer != 0 || version != 1:
		return 0, &Error{WrongVersion, -1, 4, "version " + itoa(int(version)) + ", layer " + itoa(int(layer)) + "; only version 1 is known"}
	}
	return 0, nil
}

func itoa(n int) string { return strconv.Itoa(n) }
