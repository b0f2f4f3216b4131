package wasmgen

// RenameImports returns the module with other names in its import section: name is asked for every import, in order.
// Types, indices and everything else stay, so a host that links by module name can give each import a name of its own
// (a module may import one name twice, with two types). The new section has no groups. m is what Parse said of b; b is not changed.
func RenameImports(b []byte, m *Module, name func(i int, im *Import) (module, field string)) ([]byte, error) {
	s := m.section(SectionImport)
	if s == nil {
		return b, nil
	}
	r := reader{b: b, pos: s.Start, end: s.End, section: SectionImport}
	c := appendU(make([]byte, 0, s.End-s.Start), uint64(len(m.Imports)))
	i := 0
	r.eachImport(m, func(string, string) {
		if i == len(m.Imports) {
			return
		}
		mod, field := name(i, &m.Imports[i])
		i++
		c = appendName(appendName(c, mod), field)
		at := r.pos
		r.importDesc(m)
		c = append(c, b[at:r.pos]...)
	})
	if r.err != nil {
		return nil, r.err
	}
	out := make([]byte, 0, len(b)+len(c)-(s.End-s.Start)+8)
	out = appendSection(append(out, b[:s.Header]...), SectionImport, c)
	return append(out, b[s.End:]...), nil
}

// importDesc passes the kind and type of one import.
func (r *reader) importDesc(m *Module) {
	switch ExternKind(r.byte()) {
	case ExternFunc:
		r.u32()
	case ExternTable:
		r.table(false)
	case ExternMemory:
		r.limits()
	case ExternGlobal:
		r.global()
	case ExternTag:
		m.tag(r)
	}
}
