package vfs

import "github.com/wasix-web/wasix-web/wasix/abi"

// At says where a path starts, and how far it may go.
type At struct {
	// Root is where absolute paths and absolute symbolic links start; ".."
	// does not leave it. The zero Location is the namespace's own root.
	Root Location
	// Base is where relative paths start: the current directory, or the
	// directory of a *at call. The zero Location is Root.
	Base Location
	// Beneath is preview1's sandbox: an absolute path, and a path or symbolic
	// link that leaves Base, is ENOTCAPABLE.
	Beneath bool
}

// OpenOptions are the arguments of an open.
type OpenOptions struct {
	Oflags  abi.Oflags
	Fdflags abi.Fdflags
	// Follow follows a symbolic link in the last component.
	Follow      bool
	Read, Write bool
}

// Namespace is a tree of mounted file systems.
type Namespace struct {
	root *Mount
}

// Mount is one file system at one place of a namespace.
type Mount struct {
	fs FS
}

// MountInfo describes a mount.
type MountInfo struct {
	Path string
	FS   FS
}

// NewNamespace returns a namespace whose root directory is root's.
func NewNamespace(root FS) *Namespace { return &Namespace{root: &Mount{fs: root}} }

// Root returns the top directory.
func (ns *Namespace) Root() Location { return Location{ns.root, ns.root.fs.Root()} }

// Mount puts fs at path, over the directory there. Missing directories are made.
func (ns *Namespace) Mount(ctx *Ctx, path string, fs FS) abi.Errno { return abi.ENOSYS }

// Unmount takes the file system at path away and closes it unless it is mounted
// elsewhere too.
//
// Errors: EINVAL nothing is mounted there, EBUSY files of it are open or
// something is mounted in it, and those of Close.
func (ns *Namespace) Unmount(ctx *Ctx, path string) abi.Errno { return abi.ENOSYS }

// Mounts lists the mounts, the root first.
func (ns *Namespace) Mounts() []MountInfo { return nil }

// Resolve finds what path names. follow says whether a symbolic link in the
// last component is followed.
func (ns *Namespace) Resolve(ctx *Ctx, at At, path string, follow bool) (Location, abi.Errno) {
	return Location{}, abi.ENOSYS
}

// Stat returns the attributes of what path names.
func (ns *Namespace) Stat(ctx *Ctx, at At, path string, follow bool) (Attr, abi.Errno) {
	return Attr{}, abi.ENOSYS
}

// SetAttr changes size and times of what path names.
func (ns *Namespace) SetAttr(ctx *Ctx, at At, path string, follow bool, s *SetAttr) abi.Errno {
	return abi.ENOSYS
}

// Open opens what path names, creating it when asked to.
func (ns *Namespace) Open(ctx *Ctx, at At, path string, o OpenOptions) (*OpenFile, abi.Errno) {
	return nil, abi.ENOSYS
}

// OpenLocation opens a place that has been found already. OflagsCreat and
// OflagsExcl have no meaning here.
func (ns *Namespace) OpenLocation(ctx *Ctx, loc Location, o OpenOptions) (*OpenFile, abi.Errno) {
	return nil, abi.ENOSYS
}

// Mkdir makes a directory.
func (ns *Namespace) Mkdir(ctx *Ctx, at At, path string) abi.Errno { return abi.ENOSYS }

// Rmdir removes an empty directory.
func (ns *Namespace) Rmdir(ctx *Ctx, at At, path string) abi.Errno { return abi.ENOSYS }

// Unlink removes a name of anything but a directory.
func (ns *Namespace) Unlink(ctx *Ctx, at At, path string) abi.Errno { return abi.ENOSYS }

// Symlink makes a symbolic link to target.
func (ns *Namespace) Symlink(ctx *Ctx, at At, target, path string) abi.Errno { return abi.ENOSYS }

// Readlink returns a symbolic link's target.
func (ns *Namespace) Readlink(ctx *Ctx, at At, path string) (string, abi.Errno) {
	return "", abi.ENOSYS
}

// Link gives a file another name. follow says whether a symbolic link in the
// last component of old is followed.
func (ns *Namespace) Link(ctx *Ctx, at At, old string, follow bool, at2 At, new string) abi.Errno {
	return abi.ENOSYS
}

// Rename moves a file or directory, replacing what is there.
func (ns *Namespace) Rename(ctx *Ctx, at At, old string, at2 At, new string) abi.Errno {
	return abi.ENOSYS
}

// Path returns the absolute path of a directory as seen from root, by walking up.
//
// Errors: ENOENT the directory was removed, or is not below root; ENOTDIR.
func (ns *Namespace) Path(ctx *Ctx, loc, root Location) (string, abi.Errno) {
	return "", abi.ENOSYS
}

// ReadDirents calls emit for the entries of the directory f after cookie (0:
// from the start) until emit returns false. "." comes first, then "..".
//
// Errors: ENOTDIR f is not a directory, EINVAL.
func ReadDirents(ctx *Ctx, f *OpenFile, cookie uint64, emit func(Dirent) bool) abi.Errno {
	return abi.ENOSYS
}

// Attr returns what fd_filestat_get reports.
func (f *OpenFile) Attr(ctx *Ctx) (Attr, abi.Errno) { return f.Object.Attr(ctx) }

// SetAttr changes size and times of an open file. The caller has checked that
// it is open for writing when the size is to change.
func (f *OpenFile) SetAttr(ctx *Ctx, s *SetAttr) abi.Errno { return abi.ENOSYS }

// Allocate makes sure that the bytes [off, off+n) of an open file exist.
func (f *OpenFile) Allocate(ctx *Ctx, off, n uint64) abi.Errno { return abi.ENOSYS }

// Attr returns the attributes of what is at l.
func (l Location) Attr(ctx *Ctx) (Attr, abi.Errno) { return Attr{}, abi.ENOSYS }

// SetAttr changes size and times of what is at l.
func (l Location) SetAttr(ctx *Ctx, s *SetAttr) abi.Errno { return abi.ENOSYS }
