package wasmgen

// Elements are the functions that a program's first table has when the program starts.
type Elements struct {
	Module *Module
	File   []byte // at least up to the code section; it is read when somebody asks, which is seldom
}

// Signature returns the type of the function in place index: how far the byte of each parameter, and then of each result,
// is below that of i32, from 0 for i32 to 4 for v128. params is -1 when there is no function, or it has other types.
//
// Segments are read up to one that is written as expressions, or whose place is: linkers write numbers. The engine has
// refused what cannot be read.
func (l *Elements) Signature(index uint32) (types []byte, params int) {
	const notActive, explicit, expressions = 1, 2, 4
	m := l.Module
	found := uint32(len(m.Funcs))
	var r reader
	if s := m.section(SectionElement); s != nil {
		r = reader{b: l.File, pos: s.Start, end: s.End}
	}
	for n := r.u32(); n > 0 && r.err == nil; n-- {
		flags := r.u32()
		table, at := flags&notActive, uint32(0)
		if flags == explicit {
			table = r.u32()
		}
		if flags&notActive == 0 {
			if r.byte() != opI32Const {
				break
			}
			at = r.u32() // like the signed number, below 2 GiB
			if r.byte() != opEnd {
				break
			}
		}
		if flags >= expressions {
			break
		}
		if flags != 0 {
			r.byte() // their kind: functions
		}
		for k := r.u32(); k > 0 && r.err == nil; k-- {
			if f := r.u32(); table == 0 && at == index {
				found = f // the last one to write there counts
			}
			at++
		}
	}
	if int64(found) >= int64(len(m.Funcs)) {
		return nil, -1
	}
	t := &m.Types[m.Funcs[found]].Func
	params = len(t.Params)
	list := append(t.Params[:params:params], t.Results...)
	types = make([]byte, len(list))
	for i, v := range list {
		if types[i] = byte(I32) - byte(v); v < V128 {
			return nil, -1
		}
	}
	return types, params
}
