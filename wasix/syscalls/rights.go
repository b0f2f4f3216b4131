package syscalls

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// get returns an open descriptor that has all rights in need.
//
// Errors: EBADF, and those of lacking.
func get(t *kernel.Thread, fd int32, need abi.Rights) (*kernel.FD, abi.Errno) {
	d := t.Process.FDs.Get(fd)
	if d == nil {
		return nil, abi.EBADF
	}
	if d.Base&need != need {
		return nil, lacking(t.Process, d, need)
	}
	return d, abi.OK
}

// What only a file opened for reading, or for writing, can do.
const (
	readRights  = abi.RightsFdRead | abi.RightsFdReaddir
	writeRights = abi.RightsFdWrite | abi.RightsFdAllocate
)

// onlyDirectory are the rights that nothing but a directory can have.
const onlyDirectory = abi.RightsDirectoryBase &^ (abi.RightsRegularBase | abi.RightsCharacterBase)

// lacking says why a descriptor has not all rights in need.
//
//	ENOTDIR     need is for directories, and it is something else
//	ESPIPE      a pipe, socket or terminal is to be seeked
//	ENOTCAPABLE preview1
//	EBADF       it was not opened for reading, or writing
//	EACCES      fd_fdstat_set_rights took the right away
func lacking(p *kernel.Process, d *kernel.FD, need abi.Rights) abi.Errno {
	f, missing := d.File, need&^d.Base
	switch {
	case need&onlyDirectory != 0 && f.Object.Type() != abi.FiletypeDirectory:
		return abi.ENOTDIR
	case missing&^(abi.RightsFdSeek|abi.RightsFdTell) == 0 && isStream(f):
		return abi.ESPIPE // programs ask whether it is a stream in this way
	case p.Beneath:
		return abi.ENOTCAPABLE
	case need&readRights != 0 && !f.Readable, need&writeRights != 0 && !f.Writable:
		return abi.EBADF
	}
	return abi.EACCES
}

// isStream tells whether the file is one that nobody can seek in.
func isStream(f *vfs.OpenFile) bool {
	base, _ := rightsOf(f)
	return base&abi.RightsFdSeek == 0 && f.Object.Type() != abi.FiletypeDirectory
}

func isTerminal(f *vfs.OpenFile) bool {
	_, ok := f.Object.(kernel.Terminal)
	return ok
}

// isatty tells whether programs are to take the file for a terminal: it is one,
// or a standard stream that shall look like one.
func isatty(f *vfs.OpenFile) bool {
	o, ok := f.Object.(interface{ Isatty() bool })
	return ok && o.Isatty() || isTerminal(f)
}

// rightsOf returns all rights that make sense for an open file. Programs take a
// character device without seek and tell for a terminal, so the others have them.
func rightsOf(f *vfs.OpenFile) (base, inheriting abi.Rights) {
	switch f.Object.Type() {
	case abi.FiletypeRegularFile:
		base = abi.RightsRegularBase
	case abi.FiletypeDirectory:
		base, inheriting = abi.RightsDirectoryBase, abi.RightsDirectoryInheriting
	case abi.FiletypeCharacterDevice, abi.FiletypeBlockDevice:
		base = abi.RightsCharacterBase
		if !isatty(f) {
			base |= abi.RightsFdSeek | abi.RightsFdTell
		}
	case abi.FiletypeSocketStream, abi.FiletypeSocketDgram, abi.FiletypeSocketRaw, abi.FiletypeSocketSeqpacket:
		base, inheriting = abi.RightsSocketBase, abi.RightsSocketInheriting
	default:
		base = abi.RightsPipeBase
	}
	return base, inheriting
}

// posixRights returns the rights of a WASIX program's descriptor: everything, so
// that the object itself says what it cannot do; but libc reads from them how
// the file was opened, and whether it is a terminal.
func posixRights(f *vfs.OpenFile) abi.Rights {
	r := abi.RightsAll
	if !f.Readable {
		r &^= readRights
	}
	if !f.Writable {
		r &^= writeRights
	}
	if isatty(f) {
		r &^= abi.RightsFdSeek | abi.RightsFdTell
	}
	return r
}

// describe returns a descriptor for a new description, with all rights its
// process may have.
func describe(p *kernel.Process, f *vfs.OpenFile) kernel.FD {
	d := kernel.FD{File: f}
	if p.Beneath {
		d.Base, d.Inheriting = rightsOf(f)
		if !f.Readable {
			d.Base &^= abi.RightsFdRead
		}
		if !f.Writable {
			d.Base &^= abi.RightsFdWrite
		}
		return d
	}
	d.Base, d.Inheriting = posixRights(f), abi.RightsAll
	return d
}
