package vfs

import "github.com/wasix-web/wasix-web/wasix/abi"

// OpenOptions are the arguments of an open.
type OpenOptions struct {
	// Oflags: OflagsExcl has no meaning without OflagsCreat. OflagsTrunc cuts
	// a regular file to nothing, also one opened for reading only; devices are
	// left alone.
	Oflags  abi.Oflags
	Fdflags abi.Fdflags
	// Follow follows a symbolic link in the last component. Without it, and
	// with OflagsCreat and OflagsExcl, such a link is not opened.
	Follow      bool
	Read, Write bool
}

// Open opens what path names, creating a regular file when asked to.
//
// Errors: EEXIST OflagsExcl, and the name is taken, also by a symbolic link that
// leads nowhere; EISDIR a directory is opened for writing, truncated or to be
// created, or slashes follow the name with OflagsCreat; ENOTDIR
// OflagsDirectory, and it is something else; ELOOP a symbolic link that is not
// followed; EINVAL OflagsCreat with OflagsDirectory; EROFS; ENOSPC; ENXIO nothing
// is behind the device; those of Resolve.
func (ns *Namespace) Open(ctx *Ctx, at At, path string, o OpenOptions) (*OpenFile, abi.Errno) {
	var w walk
	if o.Oflags&(abi.OflagsCreat|abi.OflagsDirectory) == abi.OflagsCreat|abi.OflagsDirectory {
		return nil, abi.EINVAL
	}
	if e := ns.begin(&w, ctx, &at, path); e != abi.OK {
		return nil, e
	}
	if o.Oflags&abi.OflagsCreat != 0 {
		return w.create(&o)
	}
	loc, e := w.last(o.Follow)
	if e != abi.OK {
		return nil, e
	}
	return open(ctx, loc, &o, false)
}

// OpenLocation opens a place that has been found already. OflagsCreat and
// OflagsExcl have no meaning here.
func (ns *Namespace) OpenLocation(ctx *Ctx, loc Location, o OpenOptions) (*OpenFile, abi.Errno) {
	o.Oflags &^= abi.OflagsCreat
	return open(ctx, loc, &o, false)
}

// create opens the last component, making a regular file when it names nothing.
func (w *walk) create(o *OpenOptions) (*OpenFile, abi.Errno) {
	excl := o.Oflags&abi.OflagsExcl != 0
	for {
		if w.dots() {
			if w.name == ".." {
				if e := w.up(); e != abi.OK {
					return nil, e
				}
			}
			if excl {
				return nil, abi.EEXIST
			}
			return nil, abi.EISDIR
		}
		if w.slash {
			return nil, abi.EISDIR
		}
		in, e := w.find()
		if e == abi.ENOENT {
			if w.cur.Mount.readOnly() {
				return nil, abi.EROFS
			}
			in, e = w.cur.Inode.Create(w.ctx, w.name, abi.FiletypeRegularFile, "")
			if e == abi.OK {
				return open(w.ctx, Location{w.cur.Mount, in}, o, true)
			}
			if e != abi.EEXIST {
				return nil, e
			}
			// Someone else made it while the provider waited.
			in, e = w.find()
		}
		if e != abi.OK {
			return nil, e
		}
		switch typ := in.Type(); {
		case excl:
			return nil, abi.EEXIST
		case typ == abi.FiletypeDirectory:
			return nil, abi.EISDIR
		case typ == abi.FiletypeSymbolicLink && o.Follow:
			if e := w.follow(in); e != abi.OK {
				return nil, e
			}
		default:
			return open(w.ctx, Location{w.cur.Mount, in}, o, false)
		}
	}
}

// open makes the open file description of what is at loc.
func open(ctx *Ctx, loc Location, o *OpenOptions, created bool) (*OpenFile, abi.Errno) {
	trunc := o.Oflags&abi.OflagsTrunc != 0
	switch loc.Inode.Type() {
	case abi.FiletypeRegularFile:
		if o.Oflags&abi.OflagsDirectory != 0 {
			return nil, abi.ENOTDIR
		}
		if (o.Write || trunc) && loc.Mount.readOnly() {
			return nil, abi.EROFS
		}
		file, e := loc.Inode.Open(ctx)
		if e != abi.OK {
			return nil, e
		}
		if trunc && !created {
			if e := loc.Inode.SetAttr(ctx, &SetAttr{SetSize: true}); e != abi.OK {
				file.Release()
				return nil, e
			}
		}
		// One allocation for both halves.
		x := &struct {
			OpenFile
			regular
		}{regular: regular{file: file, loc: loc}}
		x.init(&x.regular, loc, o)
		x.direct = file.Direct()
		loc.Mount.open++
		return &x.OpenFile, abi.OK
	case abi.FiletypeDirectory:
		if o.Write || trunc {
			return nil, abi.EISDIR
		}
		x := &struct {
			OpenFile
			directory
		}{directory: directory{loc: loc}}
		x.init(&x.directory, loc, o)
		loc.Mount.open++
		return &x.OpenFile, abi.OK
	case abi.FiletypeSymbolicLink:
		if o.Oflags&abi.OflagsDirectory != 0 {
			return nil, abi.ENOTDIR
		}
		return nil, abi.ELOOP
	}
	if o.Oflags&abi.OflagsDirectory != 0 {
		return nil, abi.ENOTDIR
	}
	switch in := loc.Inode.(type) {
	case SelfOpener:
		return openSelf(ctx, in, o)
	case ObjectOpener:
		obj, e := in.OpenObject(ctx, *o)
		if e != abi.OK {
			return nil, e
		}
		f := &OpenFile{}
		f.init(obj, loc, o)
		return f, abi.OK
	}
	return nil, abi.ENXIO
}

// openSelf gives out another reference to a description the process has.
//
// Errors: EACCES it was not opened for what is asked.
func openSelf(ctx *Ctx, in SelfOpener, o *OpenOptions) (*OpenFile, abi.Errno) {
	f, e := in.OpenSelf(ctx)
	if e != abi.OK {
		return nil, e
	}
	if o.Read && !f.Readable || o.Write && !f.Writable {
		return nil, abi.EACCES
	}
	return f.Ref(), abi.OK
}

func (f *OpenFile) init(obj Object, loc Location, o *OpenOptions) {
	f.Object, f.Loc, f.Flags = obj, loc, o.Fdflags
	f.Readable, f.Writable, f.refs = o.Read, o.Write, 1
}
