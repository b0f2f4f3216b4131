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

// Namespace is a tree of mounted file systems.
type Namespace struct {
	root   *Mount
	mounts []*Mount // the root first, then in the order they were made
	devs   uint64   // device numbers given out
	// moves counts renamed directories: a walk that waited half way looks
	// whether its ".." can still be trusted.
	moves uint64
	// renaming keeps renames of directories apart that wait half way: two of
	// them at once could make a circle.
	renaming gate
}

// Mount is one file system at one place of a namespace.
type Mount struct {
	fs        FS
	root      Inode
	dev       uint64
	point     Location // the directory it covers; the zero Location: the root
	path      string   // where it was mounted
	immediate bool     // see Immediate
	open      int      // open files
	kids      []*Mount // mounts on directories of this one
}

// MountInfo describes a mount.
type MountInfo struct {
	Path string
	FS   FS
}

// NewNamespace returns a namespace whose root directory is root's.
func NewNamespace(root FS) *Namespace {
	ns := &Namespace{}
	ns.root = ns.newMount(root, Location{}, "/")
	ns.mounts = []*Mount{ns.root}
	return ns
}

// newMount returns a mount that is not in the tree yet. The same file system
// has the same device number wherever it is mounted.
func (ns *Namespace) newMount(fs FS, point Location, path string) *Mount {
	m := &Mount{fs: fs, root: fs.Root(), point: point, path: path}
	if im, ok := fs.(Immediate); ok {
		m.immediate = im.Immediate()
	}
	for _, o := range ns.mounts {
		if o.fs == fs {
			m.dev = o.dev
		}
	}
	if m.dev == 0 {
		ns.devs++
		m.dev = ns.devs
	}
	return m
}

// Root returns the top directory.
func (ns *Namespace) Root() Location { return Location{ns.root, ns.root.root} }

// FS returns the mounted file system.
func (m *Mount) FS() FS { return m.fs }

func (m *Mount) readOnly() bool { return m.fs.ReadOnly() }

// covers returns the mount on a directory of m, or nil.
func (m *Mount) covers(dir Inode) *Mount {
	for _, k := range m.kids {
		if k.point.Inode == dir {
			return k
		}
	}
	return nil
}

// covered tells whether something is mounted on a directory, through whichever
// of the mounts of its file system.
func (ns *Namespace) covered(dir Inode) bool {
	for _, m := range ns.mounts {
		if m.point.Inode == dir {
			return true
		}
	}
	return false
}

// cross goes from a directory to the top of what is mounted on it.
func (l Location) cross() Location {
	for len(l.Mount.kids) != 0 {
		m := l.Mount.covers(l.Inode)
		if m == nil {
			break
		}
		l = Location{m, m.root}
	}
	return l
}

// Mount puts fs at an absolute path, over the directory there. Missing
// directories are made. The same file system may be mounted more than once.
//
// Errors: those of Mkdir, ENOTDIR, EBUSY for "/".
func (ns *Namespace) Mount(ctx *Ctx, path string, fs FS) abi.Errno {
	loc, e := ns.mkdirAll(ctx, path)
	if e != abi.OK {
		return e
	}
	if loc == ns.Root() {
		return abi.EBUSY
	}
	full, e := ns.Path(ctx, loc, ns.Root())
	if e != abi.OK {
		return e
	}
	m := ns.newMount(fs, loc, full)
	loc.Mount.kids = append(loc.Mount.kids, m)
	ns.mounts = append(ns.mounts, m)
	return abi.OK
}

// mkdirAll finds the directory at path and makes what is missing on the way.
func (ns *Namespace) mkdirAll(ctx *Ctx, path string) (Location, abi.Errno) {
	for end := 0; end < len(path); {
		for end < len(path) && path[end] == '/' {
			end++
		}
		for end < len(path) && path[end] != '/' {
			end++
		}
		if e := ns.Mkdir(ctx, At{}, path[:end]); e != abi.OK && e != abi.EEXIST {
			return Location{}, e
		}
	}
	loc, e := ns.Resolve(ctx, At{}, path, true)
	if e == abi.OK && loc.Inode.Type() != abi.FiletypeDirectory {
		e = abi.ENOTDIR
	}
	return loc, e
}

// Unmount takes the file system at path away and closes it unless it is mounted
// elsewhere too. It stays when closing fails.
//
// Errors: EINVAL nothing is mounted there, EBUSY files of it are open or
// something is mounted in it, and those of Close.
func (ns *Namespace) Unmount(ctx *Ctx, path string) abi.Errno {
	loc, e := ns.Resolve(ctx, At{}, path, true)
	if e != abi.OK {
		return e
	}
	m := loc.Mount
	switch {
	case loc.Inode != m.root || m == ns.root:
		return abi.EINVAL
	case m.open != 0 || len(m.kids) != 0:
		return abi.EBUSY
	}
	over := m.point.Mount
	over.kids = without(over.kids, m)
	ns.mounts = without(ns.mounts, m)
	for _, o := range ns.mounts {
		if o.fs == m.fs {
			return abi.OK
		}
	}
	if e = m.fs.Close(ctx); e != abi.OK {
		over.kids = append(over.kids, m)
		ns.mounts = append(ns.mounts, m)
	}
	return e
}

// Replace puts fs in the place of the file system at path, which is closed
// unless it is mounted elsewhere too. What is mounted on its directories is
// mounted on those of fs, which are made when they are missing. No process may
// be in the tree.
//
// Errors: EINVAL nothing is mounted there; EBUSY files of it are open; those of
// Mkdir.
func (ns *Namespace) Replace(ctx *Ctx, path string, fs FS) abi.Errno {
	loc, e := ns.Resolve(ctx, At{}, path, true)
	if e != abi.OK {
		return e
	}
	m := loc.Mount
	switch {
	case loc.Inode != m.root:
		return abi.EINVAL
	case m.open != 0:
		return abi.EBUSY
	}
	old := *m
	fresh := ns.newMount(fs, m.point, m.path)
	m.fs, m.root, m.dev, m.immediate, m.kids = fs, fresh.root, fresh.dev, fresh.immediate, nil
	points := make([]Location, len(old.kids))
	for i, k := range old.kids {
		if points[i], e = ns.mkdirAll(ctx, k.path); e != abi.OK {
			*m = old
			return e
		}
	}
	for i, k := range old.kids {
		k.point = points[i]
	}
	m.kids = old.kids
	for _, o := range ns.mounts {
		if o.fs == old.fs {
			return abi.OK
		}
	}
	return old.fs.Close(ctx)
}

func without(list []*Mount, m *Mount) []*Mount {
	var rest []*Mount
	for _, o := range list {
		if o != m {
			rest = append(rest, o)
		}
	}
	return rest
}

// Mounts lists the mounts, the root first, with the paths they were given.
func (ns *Namespace) Mounts() []MountInfo {
	list := make([]MountInfo, len(ns.mounts))
	for i, m := range ns.mounts {
		list[i] = MountInfo{m.path, m.fs}
	}
	return list
}
