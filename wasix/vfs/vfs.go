// Package vfs owns paths, mounts and open files, and the rules of POSIX that do
// not depend on where bytes are kept. A provider supplies inodes (Inode, File).
//
// Everything is protected by the kernel lock. Errors are wire numbers; a
// provider never invents EIO for a case it did not think of.
//
// # Where POSIX leaves a choice
//
//   - Names are UTF-8, as wasi has it: anything else is EILSEQ, so that every
//     name can be shown in JavaScript and kept in a database. A NUL is EINVAL.
//     Names are not normalized, and case counts.
//   - rename of a path that ends in "." or ".." is EINVAL (Linux: EBUSY), of a
//     file over a directory above it EISDIR (Linux: ENOTEMPTY).
//   - O_CREAT with slashes after the name is EISDIR, with O_DIRECTORY EINVAL, as
//     in Linux. O_TRUNC cuts a file that is opened for reading only, too.
//   - pwrite to an O_APPEND file writes at the place given (Linux: at the end).
//   - Slashes after a symbolic link follow it, but not for unlink, rmdir and
//     rename, as in Linux.
//   - A directory that was removed reads as empty; ".." still leads out of it.
//   - Opening /dev/fd/N is like dup, as in BSD.
//
// package vfstest holds all of it as scripts, which are run against Linux too.
package vfs

import (
	"sync"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

// ErrMustWait is returned by a provider that cannot answer at once when
// Ctx.MayBlock is false. It returns it before it has changed anything. The
// kernel then runs the whole call again, on a goroutine, with MayBlock set.
// It never reaches a guest.
//
// One call may take two steps that change something. So that running it again
// does no harm, a provider never answers ErrMustWait to Open of an inode that
// its Create has just returned.
const ErrMustWait abi.Errno = 0xffff

// NameMax is the longest file name in bytes, PathMax the longest path and the
// longest target of a symbolic link, LinkMax the most symbolic links that one
// path may lead through.
const (
	NameMax = 255
	PathMax = 4096
	LinkMax = 40
)

// Ctx travels with an operation.
type Ctx struct {
	// MayBlock says that the caller is on a goroutine of its own and the
	// provider may wait (for a Promise, a transaction), through Wait.
	MayBlock bool
	// On may be set by a provider whose File.Sync returns ErrMustWait, to what the
	// caller is to wait for: the call is then run again when that is ready, as it
	// is, and needs no goroutine. The provider finds On as it has set it.
	On waiter.Waitable
	// Done is closed when the caller is interrupted or ended: Wait returns
	// EINTR then. Nil when MayBlock is false.
	Done <-chan struct{}
	// Lock is the kernel lock, which Wait gives up while it waits. Nil when
	// there is none to give up.
	Lock sync.Locker
	// Now is the guest's real time in nanoseconds, for time stamps.
	Now func() uint64
	// Stamp, when set, is where a recent real time lies: reads and writes take
	// their time stamps from it, because asking a clock costs more than they do.
	Stamp *uint64
	// Self is the process that asks, for /dev/fd, /dev/stdin and /dev/tty. Nil
	// when no process does.
	Self Self
}

// Self is what a file system may ask of the calling process.
type Self interface {
	// File returns an open descriptor without adding a reference: EBADF.
	File(fd int32) (*OpenFile, abi.Errno)
	// EachFD calls yield for every open descriptor, lowest first.
	EachFD(yield func(fd int32) bool)
	// Terminal returns the controlling terminal without adding a reference:
	// ENXIO when there is none.
	Terminal() (*OpenFile, abi.Errno)
}

// Time returns the time for a time stamp, and 0 when there is no clock.
func (c *Ctx) Time() uint64 {
	if c.Stamp != nil {
		return *c.Stamp
	}
	return c.now()
}

//go:noinline
func (c *Ctx) now() uint64 {
	if c.Now == nil {
		return 0
	}
	return c.Now()
}

// Wait is the only way in which a provider waits: until ready is closed or has
// a value. It gives up the kernel lock meanwhile, so anything may have changed
// when it returns.
//
// Errors: ErrMustWait when MayBlock is false, EINTR when the caller is to stop.
func (c *Ctx) Wait(ready <-chan struct{}) abi.Errno {
	select {
	case <-ready:
		return abi.OK
	default:
	}
	if !c.MayBlock {
		return ErrMustWait
	}
	if c.Lock != nil {
		c.Lock.Unlock()
		defer c.Lock.Lock()
	}
	select {
	case <-ready:
		return abi.OK
	case <-c.Done:
		return abi.EINTR
	}
}

// Attr describes an inode (struct stat). Providers leave Dev 0: it is the
// mount's, and vfs fills it in.
type Attr struct {
	Dev, Ino, Nlink uint64
	Type            abi.Filetype
	// Mode has permission bits, which nothing looks at: they are kept for the
	// host's sake. A provider that knows them adds ModeKnown; for others vfs
	// fills in what is usual.
	Mode             uint16
	Size             uint64
	Atim, Mtim, Ctim uint64 // nanoseconds since 1970
}

// ModePerm are the permission bits of a mode, ModeKnown says that somebody has
// set them.
const (
	ModePerm  = 0o777
	ModeKnown = 1 << 15
)

// SetAttr says what to change; fields whose flag is false stay.
type SetAttr struct {
	SetSize, SetAtim, SetMtim, SetMode bool
	Size, Atim, Mtim                   uint64
	Mode                               uint16 // bits beside ModePerm do not count
}

// None tells whether nothing is to be changed.
func (s *SetAttr) None() bool { return !s.SetSize && !s.SetAtim && !s.SetMtim && !s.SetMode }

// Dirent is one directory entry. Cookie is what ReadDir continues after it with.
type Dirent struct {
	Cookie uint64
	Ino    uint64
	Type   abi.Filetype
	Name   string
}

// FS is one mounted file system.
type FS interface {
	// Root returns the top directory.
	Root() Inode
	// ReadOnly tells whether every change fails with EROFS.
	ReadOnly() bool
	// Sync makes everything written so far durable.
	Sync(ctx *Ctx) abi.Errno
	// Close ends the mount; pending writes are made durable first.
	Close(ctx *Ctx) abi.Errno
}

// Immediate is implemented by a file system that keeps everything in memory: no
// call on it ever returns ErrMustWait or waits, Sync included. vfs then leaves
// out what it does to keep waiting calls apart.
type Immediate interface{ Immediate() bool }

// Inode is a file, directory, symbolic link or device. Two values are the same
// inode when they are equal (==): providers hand out one value per inode.
//
// Names passed in are single components: valid UTF-8, not empty, no "/", no NUL,
// not "." or "..", at most NameMax bytes. vfs has checked that directories are
// directories, that the mount is writable, and that both ends of Link and Rename
// are in one mount. Embed UnimplementedInode for what a kind of inode does not have.
type Inode interface {
	// Type never changes.
	Type() abi.Filetype
	// Attr returns the inode's attributes.
	Attr(ctx *Ctx) (Attr, abi.Errno)
	// SetAttr changes size, times and mode. Setting the size sets Mtim, anything
	// sets Ctim. Only a regular file's size is set: ENOSPC, EFBIG. Where no modes
	// are kept, a mode alone is ENOTSUP, and one beside others is left out.
	SetAttr(ctx *Ctx, s *SetAttr) abi.Errno
	// Open returns the contents of a regular file. Directories, links and
	// devices are not asked.
	Open(ctx *Ctx) (File, abi.Errno)
	// Readlink returns a symbolic link's target.
	Readlink(ctx *Ctx) (string, abi.Errno)

	// Lookup returns the entry called name: ENOENT when there is none.
	Lookup(ctx *Ctx, name string) (Inode, abi.Errno)
	// Parent returns the directory this directory is in, and its name there.
	// The root is its own parent. The name of the root and of a removed
	// directory is empty; a removed directory keeps its last parent.
	Parent(ctx *Ctx) (dir Inode, name string, errno abi.Errno)
	// Create makes a regular file, directory or symbolic link (with target):
	// EEXIST when the name is taken, ENOSPC, ENOENT in a removed directory.
	Create(ctx *Ctx, name string, typ abi.Filetype, target string) (Inode, abi.Errno)
	// Link adds a name to an inode that is not a directory: EEXIST, EMLINK.
	Link(ctx *Ctx, name string, to Inode) abi.Errno
	// Unlink removes the entry of anything but a directory (EISDIR). Open
	// files keep their contents until the last Release.
	Unlink(ctx *Ctx, name string) abi.Errno
	// Rmdir removes an empty directory: ENOTDIR, ENOTEMPTY.
	Rmdir(ctx *Ctx, name string) abi.Errno
	// Rename moves an entry to another (or the same) directory of the mount,
	// replacing what is there in one step. vfs has checked kinds (EISDIR,
	// ENOTDIR) and that a directory does not move into itself (EINVAL);
	// ENOTEMPTY is the provider's.
	Rename(ctx *Ctx, name string, to Inode, newName string) abi.Errno
	// ReadDir calls emit for the entries after cookie (0: from the start),
	// without "." and "..", until emit returns false. Cookies stay valid while
	// entries come and go: an entry that was there all the time is seen once.
	// Cookies are at least 3 (vfs uses 1 and 2 for "." and "..") and at most
	// the largest int64. emit does not come back to the file system.
	ReadDir(ctx *Ctx, cookie uint64, emit func(Dirent) bool) abi.Errno
}

// LastCookier is implemented by directories whose new entries get cookies above
// all others. A reader that began at the start is then shown nothing newer, so
// that a program which makes a file for each one it reads comes to an end.
type LastCookier interface {
	// LastCookie returns the cookie of the newest entry, 2 when there was none.
	LastCookie() uint64
}

// ObjectOpener is implemented by inodes of devices.
type ObjectOpener interface {
	// OpenObject returns what a new open file description refers to: ENXIO.
	OpenObject(ctx *Ctx, o OpenOptions) (Object, abi.Errno)
}

// SelfOpener is implemented by inodes that stand for an open file of the calling
// process (/dev/stdin, /dev/fd/3, /dev/tty).
type SelfOpener interface {
	// OpenSelf returns that description without adding a reference; opening is
	// like dup. ENXIO when there is none.
	OpenSelf(ctx *Ctx) (*OpenFile, abi.Errno)
}

// File is the contents of a regular file, for one open file description.
type File interface {
	// ReadAt copies from off into dst until dst is full or the file ends; a
	// hole reads as zeros. It returns how many bytes went.
	ReadAt(ctx *Ctx, dst *guestmem.Vec, off int64) (int, abi.Errno)
	// WriteAt copies src to off, growing the file; a gap becomes a hole.
	// ENOSPC, EFBIG; what fitted is counted and the error dropped. Nothing to
	// write changes nothing.
	WriteAt(ctx *Ctx, src *guestmem.Vec, off int64) (int, abi.Errno)
	// Append is WriteAt at the end; it returns the end it wrote at.
	Append(ctx *Ctx, src *guestmem.Vec) (n int, off int64, errno abi.Errno)
	// Allocate makes sure that [off, off+n) exists: ENOSPC.
	Allocate(ctx *Ctx, off, n int64) abi.Errno
	// Size returns the current size in bytes.
	Size(ctx *Ctx) (int64, abi.Errno)
	// Sync makes the file durable; dataOnly leaves times out.
	Sync(ctx *Ctx, dataOnly bool) abi.Errno
	// Direct returns the way to contents that lie in memory; nil: there is none.
	Direct() Direct
	// Release ends the use: the last one of an unlinked file frees it.
	Release()
}

// UnimplementedInode answers every operation as an inode that has none of them.
type UnimplementedInode struct{}

func (UnimplementedInode) SetAttr(*Ctx, *SetAttr) abi.Errno       { return abi.EPERM }
func (UnimplementedInode) Open(*Ctx) (File, abi.Errno)            { return nil, abi.EINVAL }
func (UnimplementedInode) Readlink(*Ctx) (string, abi.Errno)      { return "", abi.EINVAL }
func (UnimplementedInode) Lookup(*Ctx, string) (Inode, abi.Errno) { return nil, abi.ENOTDIR }
func (UnimplementedInode) Parent(*Ctx) (Inode, string, abi.Errno) { return nil, "", abi.ENOTDIR }
func (UnimplementedInode) Link(*Ctx, string, Inode) abi.Errno     { return abi.ENOTDIR }
func (UnimplementedInode) Unlink(*Ctx, string) abi.Errno          { return abi.ENOTDIR }
func (UnimplementedInode) Rmdir(*Ctx, string) abi.Errno           { return abi.ENOTDIR }
func (UnimplementedInode) Rename(*Ctx, string, Inode, string) abi.Errno {
	return abi.ENOTDIR
}
func (UnimplementedInode) Create(*Ctx, string, abi.Filetype, string) (Inode, abi.Errno) {
	return nil, abi.ENOTDIR
}
func (UnimplementedInode) ReadDir(*Ctx, uint64, func(Dirent) bool) abi.Errno {
	return abi.ENOTDIR
}
