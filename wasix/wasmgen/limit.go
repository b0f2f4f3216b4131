package wasmgen

// LimitMemory returns the module with a maximum of so many pages for its own memory: the engine then refuses to grow
// it further. b comes back as it is when there is no own memory, or its maximum is no higher. m is what Parse or
// ParseHead said of b; b is not changed.
func LimitMemory(b []byte, m *Module, pages uint64) []byte {
	s := m.section(SectionMemory)
	if s == nil || len(m.Memories) != m.ImportedMemories+1 {
		return b
	}
	l := m.Memories[m.ImportedMemories]
	if l.HasMax && l.Max <= pages {
		return b
	}
	l.HasMax, l.Max = true, pages
	out := make([]byte, 0, len(b)+8)
	out = appendSection(append(out, b[:s.Header]...), SectionMemory, appendLimits([]byte{1}, l))
	return append(out, b[s.End:]...)
}
