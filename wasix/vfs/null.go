package vfs

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

// NullObject returns what /dev/null is: always at its end, takes everything. It
// stands in for a standard stream that nobody has asked for.
func NullObject() Object { return null{} }

type null struct {
	waiter.AlwaysReady
	UnimplementedObject
}

func (null) Type() abi.Filetype { return abi.FiletypeCharacterDevice }

func (null) Attr(*Ctx) (Attr, abi.Errno) {
	return Attr{Ino: 1, Nlink: 1, Type: abi.FiletypeCharacterDevice}, abi.OK
}

func (null) Read(*Ctx, *OpenFile, *guestmem.Vec) (int, abi.Errno)       { return 0, abi.OK }
func (null) Pread(*Ctx, *guestmem.Vec, int64) (int, abi.Errno)          { return 0, abi.OK }
func (null) Seek(*Ctx, *OpenFile, int64, abi.Whence) (int64, abi.Errno) { return 0, abi.OK }

func (null) Write(_ *Ctx, _ *OpenFile, src *guestmem.Vec) (int, abi.Errno) {
	n := src.Len()
	src.Limit(0) // taken
	return n, abi.OK
}

func (n null) Pwrite(ctx *Ctx, f *OpenFile, src *guestmem.Vec, _ int64) (int, abi.Errno) {
	return n.Write(ctx, f, src)
}
