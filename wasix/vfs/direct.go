package vfs

import "github.com/wasix-web/wasix-web/wasix/abi"

// Direct is implemented by a File whose contents lie in memory, or may: small
// reads and writes then copy straight between the guest and the file. Nothing
// is offered while a call that waits uses the offset.
type Direct interface {
	// Window returns the n bytes at off, to be read at once. Nil: they are not
	// in one piece, or not all in the file; ReadAt knows what to do.
	Window(ctx *Ctx, off int64, n int) []byte
	// WriteWindow returns memory that the caller overwrites at once with the n
	// bytes at off; the file has grown, and has its new times, already. Nil:
	// nothing has changed, WriteAt knows what to do.
	WriteWindow(ctx *Ctx, off int64, n int) []byte
	// End returns the size.
	End() int64
}

// ReadWindow returns the n bytes at f's offset, which moves on, or nil: then
// Read is to be called. The caller has made sure that it can copy them.
func (f *OpenFile) ReadWindow(ctx *Ctx, n int) []byte {
	if n == 0 || f.pos.shut != nil {
		return nil
	}
	b := f.direct.Window(ctx, f.Offset, n)
	f.Offset += int64(len(b))
	return b
}

// WriteWindow returns memory for n bytes at f's offset (with append: at the
// end), which moves on, or nil: then Write is to be called. The caller has made
// sure that it can fill them.
func (f *OpenFile) WriteWindow(ctx *Ctx, n int) []byte {
	if n == 0 || f.pos.shut != nil || f.Flags&syncFlags != 0 {
		return nil
	}
	if f.Flags&abi.FdflagsAppend != 0 {
		f.Offset = f.direct.End()
	}
	b := f.direct.WriteWindow(ctx, f.Offset, n)
	f.Offset += int64(len(b))
	return b
}

// Direct tells whether windows may be asked for.
func (f *OpenFile) Direct() bool { return f.direct != nil }
