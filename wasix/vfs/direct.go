package vfs

import "github.com/wasix-web/wasix-web/wasix/abi"

// Direct is implemented by a File whose contents lie in memory, or may: small
// reads and writes then copy straight between the guest and the file. Nothing
// is offered while a call that waits uses the offset.
type Direct interface {
	// Window returns the bytes of the file from off on that lie in one piece, to
	// be read at once, and where the time of the last read belongs. No bytes:
	// ReadAt knows what to do.
	Window(off int64) (b []byte, atim *uint64)
	// Room returns memory for the bytes from off on that lie in one piece, to be
	// overwritten at once, from its beginning; Wrote is called then. None:
	// nothing has changed, WriteAt knows what to do.
	Room(off int64) []byte
	// Wrote says that the bytes before end have been overwritten: the file grows
	// up to there, and has new times.
	Wrote(ctx *Ctx, end int64)
	// End returns the size.
	End() int64
}

// Direct tells whether Window and Room may be asked for.
func (f *OpenFile) Direct() bool { return f.direct != nil }

// Window returns the bytes at f's offset, and where the time of a read belongs.
// The caller moves the offset over those that it takes. None: Read is to be
// called.
func (f *OpenFile) Window() ([]byte, *uint64) {
	if f.pos.shut != nil {
		return nil, nil
	}
	return f.direct.Window(f.Offset)
}

// Room returns memory for bytes at f's offset, to be filled from its beginning;
// then Wrote is to be called. None: Write is. With append it moves the offset to
// the end first.
func (f *OpenFile) Room() []byte {
	if f.pos.shut != nil || f.Flags&syncFlags != 0 {
		return nil
	}
	if f.Flags&abi.FdflagsAppend != 0 {
		f.Offset = f.direct.End()
	}
	return f.direct.Room(f.Offset)
}

// Wrote says that n bytes of Room have been filled; the offset moves on.
func (f *OpenFile) Wrote(ctx *Ctx, n int) {
	f.Offset += int64(n)
	f.direct.Wrote(ctx, f.Offset)
}
