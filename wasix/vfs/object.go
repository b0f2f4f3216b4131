package vfs

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

// Object is what an open file description refers to: a regular file, a
// directory, a device, a pipe end, a socket, an eventfd, an epoll set.
//
// Objects never block. Read and Write return EAGAIN when they cannot proceed;
// the caller waits on the object's readiness and tries again, or passes EAGAIN
// on when the description is non-blocking. Embed UnimplementedObject for what
// an object does not have.
type Object interface {
	waiter.Waitable
	// Type is what fd_fdstat_get reports.
	Type() abi.Filetype
	// Attr returns what fd_filestat_get reports.
	Attr(ctx *Ctx) (Attr, abi.Errno)
	// Read copies into dst; 0 bytes is the end of the file.
	Read(ctx *Ctx, f *OpenFile, dst *guestmem.Vec) (int, abi.Errno)
	// Write copies from src. A stream that takes a part leaves the rest in src:
	// the caller waits until it can be written and goes on. An object that wants
	// no more of it says src.Limit(0).
	Write(ctx *Ctx, f *OpenFile, src *guestmem.Vec) (int, abi.Errno)
	// Pread and Pwrite leave the offset alone: ESPIPE for streams.
	Pread(ctx *Ctx, dst *guestmem.Vec, off int64) (int, abi.Errno)
	Pwrite(ctx *Ctx, f *OpenFile, src *guestmem.Vec, off int64) (int, abi.Errno)
	// Seek moves f's offset and returns it: ESPIPE for streams.
	Seek(ctx *Ctx, f *OpenFile, off int64, whence abi.Whence) (int64, abi.Errno)
	// Sync makes contents durable.
	Sync(ctx *Ctx, dataOnly bool) abi.Errno
	// Release is called once, when the last descriptor has gone.
	Release()
}

// OpenFile is an open file description: what dup, fork and descriptor passing
// share. The kernel's FDTable counts its descriptors.
type OpenFile struct {
	Object Object
	Flags  abi.Fdflags // append, nonblock, sync…
	Offset int64
	// Loc is where the file was found, for fd_*at calls on directories and
	// for fd_filestat_set_*. Its Inode is nil for objects without one.
	Loc Location
	// Readable and Writable say how the file was opened. The caller of Read,
	// Write and their like has looked (EBADF).
	Readable, Writable bool

	refs     int
	direct   Direct // nil: contents are reached through Object only
	watchers []Watcher
	pos      gate   // keeps waiting users of Offset apart
	last     uint64 // a directory's newest entry when it was read from the start
}

// NewOpenFile returns a description with one reference.
func NewOpenFile(o Object, flags abi.Fdflags) *OpenFile {
	return &OpenFile{Object: o, Flags: flags, Readable: true, Writable: true, refs: 1}
}

// Ref adds a descriptor.
func (f *OpenFile) Ref() *OpenFile { f.refs++; return f }

// Watcher hears of the end of an open file description.
type Watcher interface {
	// FileClosed is called when the last descriptor has gone, before the object
	// is released. It does not watch or unwatch f.
	FileClosed(f *OpenFile)
}

// Watch makes sure that w hears of the end of f. w is comparable.
func (f *OpenFile) Watch(w Watcher) { f.watchers = append(f.watchers, w) }

// Unwatch takes back one Watch.
func (f *OpenFile) Unwatch(w Watcher) {
	for i, o := range f.watchers {
		if o == w {
			f.watchers = append(f.watchers[:i], f.watchers[i+1:]...)
			return
		}
	}
}

// Closed tells whether the last descriptor has gone.
func (f *OpenFile) Closed() bool { return f.refs == 0 }

// Unref drops a descriptor; the last one releases the object.
func (f *OpenFile) Unref() {
	if f.refs--; f.refs == 0 {
		for _, w := range f.watchers {
			w.FileClosed(f)
		}
		f.watchers = nil
		f.Object.Release()
	} else if f.refs < 0 {
		panic("vfs: open file released twice")
	}
}

// UnimplementedObject answers as an object that has none of the operations: a
// stream that can neither be read nor written. Embed it.
type UnimplementedObject struct{}

func (UnimplementedObject) Read(*Ctx, *OpenFile, *guestmem.Vec) (int, abi.Errno) {
	return 0, abi.EBADF
}
func (UnimplementedObject) Write(*Ctx, *OpenFile, *guestmem.Vec) (int, abi.Errno) {
	return 0, abi.EBADF
}
func (UnimplementedObject) Pread(*Ctx, *guestmem.Vec, int64) (int, abi.Errno) {
	return 0, abi.ESPIPE
}
func (UnimplementedObject) Pwrite(*Ctx, *OpenFile, *guestmem.Vec, int64) (int, abi.Errno) {
	return 0, abi.ESPIPE
}
func (UnimplementedObject) Seek(*Ctx, *OpenFile, int64, abi.Whence) (int64, abi.Errno) {
	return 0, abi.ESPIPE
}
func (UnimplementedObject) Sync(*Ctx, bool) abi.Errno { return abi.EINVAL }
func (UnimplementedObject) Release()                  {}
