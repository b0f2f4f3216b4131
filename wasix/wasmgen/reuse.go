package wasmgen

import "bytes"

// StartExport is the export name that Reusable gives the start function.
const StartExport = "__wasix_start"

// globalExport, with its index, is that of a mutable global.
const globalExport = "__wasix_global"

// Reusable prepares a program so that the instance of a thread that has ended can serve the next one: mutable globals are
// exported, to be set back to what they were, and so is the start function, which the host calls from now on. b is never
// changed; m is what Parse said of it.
//
// out is b itself when there are no such globals, by which the host knows that it has to call the start function, and when
// that would not make the instance a new one: when a global has a type that JavaScript cannot see, or
// when functions change tables or drop segments. LLVM's start function drops what it has put into the memory, having made
// sure by a compare-exchange that it is the first; such functions may, if no others read the segment.
func Reusable(b []byte, m *Module) (out []byte) {
	code := m.section(SectionCode)
	if code == nil {
		return b
	}
	x := moreExports{m: m}
	for i, g := range m.Globals {
		if g.Mutable && (g.Type < F64 || g.Type > I32 || !x.add(globalExport+itoa(i), ExternGlobal, i)) {
			return b
		}
	}
	if x.n == 0 || m.Start >= 0 && !x.add(StartExport, ExternFunc, m.Start) {
		return b
	}
	data := segments(make([]byte, max(m.DataCount, 0)))
	if nil != eachBody(b, code, func(_, start, end int) *Error {
		if !mayHave(b[start:end], len(m.Tables), lasting) {
			return nil
		}
		return data.body(b, start, end)
	}) || bytes.IndexByte(data, dropped|read) >= 0 {
		return b
	}
	return x.write(b, SectionStart)
}

// segments says of each what functions do with it: those that drop it, and the others.
type segments []byte

const dropped, read = 1, 2

// lasting tells whether an instruction of the misc group changes or reads what Reusable looks at.
func lasting(op uint32) bool {
	return op == miscMemoryInit || op == miscDataDrop || op == miscElemDrop || changesTable(op)
}

// errLasts says that an instance in which a function has run is not to serve again.
var errLasts = &Error{}

// body looks at one function.
func (s segments) body(b []byte, start, end int) *Error {
	reads := make([]byte, len(s))
	once, drops := false, false
	err := eachInstr(b, start, end, func(op byte, rest *reader) *Error {
		switch op {
		case opTableSet:
			return errLasts
		case prefixAtomic:
			once = once || rest.u32() == atomicI32Cmpxchg
		case prefixMisc:
			op := rest.u32()
			i := 0
			if op == miscMemoryInit || op == miscDataDrop {
				i = int(rest.u32())
			} else if lasting(op) {
				return errLasts
			} else {
				return nil
			}
			switch {
			case i >= len(s):
				return errLasts
			case op == miscDataDrop:
				s[i] |= dropped
				drops = true
			default:
				reads[i] = read
			}
		}
		return nil
	})
	if drops {
		if !once {
			err = errLasts
		}
		return err
	}
	for i, r := range reads {
		s[i] |= r
	}
	return err
}
