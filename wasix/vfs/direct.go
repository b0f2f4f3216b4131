package vfs

import "github.com/wasix-web/wasix-web/wasix/abi"

// Direct is implemented by a File whose contents lie in memory: small reads and
// writes then copy straight between the guest and the file.
type Direct interface {
	// Window returns the n bytes at off, to be read at once. Nil: they are not
	// in one piece, or not all in the file; ReadAt knows what to do.
	Window(ctx *Ctx, off int64, n int) []byte
	// WriteWindow returns memory for the n bytes at off, to be overwritten at
	// once; Wrote follows if they were. Nil: WriteAt knows what to do.
	WriteWindow(off int64, n int) []byte
	// Wrote ends a write up to end.
	Wrote(ctx *Ctx, end int64)
	// End returns the size.
	End() int64
}

// ReadWindow returns the n bytes at f's offset, or nil: then Read is to be
// called. Whoever copies them moves Offset on.
func (f *OpenFile) ReadWindow(ctx *Ctx, n int) []byte {
	if f.direct == nil || n == 0 {
		return nil
	}
	return f.direct.Window(ctx, f.Offset, n)
}

// WriteWindow returns memory for n bytes at f's offset (with append: at the
// end), and where that is; nil: Write is to be called. Wrote follows.
func (f *OpenFile) WriteWindow(n int) ([]byte, int64) {
	if f.direct == nil || n == 0 || f.Flags&syncFlags != 0 {
		return nil, 0
	}
	off := f.Offset
	if f.Flags&abi.FdflagsAppend != 0 {
		off = f.direct.End()
	}
	return f.direct.WriteWindow(off, n), off
}

// Wrote ends a write through a window, and moves Offset to end.
func (f *OpenFile) Wrote(ctx *Ctx, end int64) {
	f.direct.Wrote(ctx, end)
	f.Offset = end
}

// Direct tells whether windows are worth asking for.
func (f *OpenFile) Direct() bool { return f.direct != nil }
