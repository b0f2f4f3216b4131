package abi

// Iovec is one buffer of a scattered read or write.
// readv and writev use the same layout, so there is no Ciovec.
type Iovec struct {
	Buf uint32 // guest address
	Len uint32
}

// SizeIovec is the size of Iovec on the wire.
const SizeIovec = 8

// Put writes the wire form to b[:SizeIovec].
func (x *Iovec) Put(b []byte) {
	_ = b[7]
	put32(b, x.Buf)
	put32(b[4:], x.Len)
}

// Get reads the wire form from b[:SizeIovec].
func (x *Iovec) Get(b []byte) {
	_ = b[7]
	x.Buf = get32(b)
	x.Len = get32(b[4:])
}

// Prestat describes a descriptor the program starts with.
type Prestat struct {
	Type    Preopentype
	NameLen uint32 // bytes of the name, without a NUL
}

// SizePrestat is the size of Prestat on the wire.
const SizePrestat = 8

// Put writes the wire form to b[:SizePrestat].
func (x *Prestat) Put(b []byte) {
	_ = b[7]
	b[0] = uint8(x.Type)
	clear(b[1:4])
	put32(b[4:], x.NameLen)
}

// Get reads the wire form from b[:SizePrestat].
func (x *Prestat) Get(b []byte) {
	_ = b[7]
	x.Type = Preopentype(b[0])
	x.NameLen = get32(b[4:])
}

// Fdstat is what fd_fdstat_get says about a descriptor.
type Fdstat struct {
	Filetype         Filetype
	Flags            Fdflags
	RightsBase       Rights
	RightsInheriting Rights
}

// SizeFdstat is the size of Fdstat on the wire.
const SizeFdstat = 24

// Put writes the wire form to b[:SizeFdstat].
func (x *Fdstat) Put(b []byte) {
	_ = b[23]
	b[0] = uint8(x.Filetype)
	b[1] = 0
	put16(b[2:], uint16(x.Flags))
	clear(b[4:8])
	put64(b[8:], uint64(x.RightsBase))
	put64(b[16:], uint64(x.RightsInheriting))
}

// Get reads the wire form from b[:SizeFdstat].
func (x *Fdstat) Get(b []byte) {
	_ = b[23]
	x.Filetype = Filetype(b[0])
	x.Flags = Fdflags(get16(b[2:]))
	x.RightsBase = Rights(get64(b[8:]))
	x.RightsInheriting = Rights(get64(b[16:]))
}

// Filestat is what fd_filestat_get and path_filestat_get say about a file.
// Times are nanoseconds since 1970.
type Filestat struct {
	Dev      uint64
	Ino      uint64
	Filetype Filetype
	Nlink    uint64
	Size     uint64 // bytes; of a symbolic link, of its target
	Atim     uint64
	Mtim     uint64
	Ctim     uint64
}

// SizeFilestat is the size of Filestat on the wire.
const SizeFilestat = 64

// Put writes the wire form to b[:SizeFilestat].
func (x *Filestat) Put(b []byte) {
	_ = b[63]
	put64(b, x.Dev)
	put64(b[8:], x.Ino)
	b[16] = uint8(x.Filetype)
	clear(b[17:24])
	put64(b[24:], x.Nlink)
	put64(b[32:], x.Size)
	put64(b[40:], x.Atim)
	put64(b[48:], x.Mtim)
	put64(b[56:], x.Ctim)
}

// Get reads the wire form from b[:SizeFilestat].
func (x *Filestat) Get(b []byte) {
	_ = b[63]
	x.Dev = get64(b)
	x.Ino = get64(b[8:])
	x.Filetype = Filetype(b[16])
	x.Nlink = get64(b[24:])
	x.Size = get64(b[32:])
	x.Atim = get64(b[40:])
	x.Mtim = get64(b[48:])
	x.Ctim = get64(b[56:])
}

// UnstableFilestat is wasi_unstable's Filestat: Nlink has 32 bits.
type UnstableFilestat struct {
	Dev      uint64
	Ino      uint64
	Filetype Filetype
	Nlink    uint32
	Size     uint64
	Atim     uint64
	Mtim     uint64
	Ctim     uint64
}

// SizeUnstableFilestat is the size of UnstableFilestat on the wire.
const SizeUnstableFilestat = 56

// Put writes the wire form to b[:SizeUnstableFilestat].
func (x *UnstableFilestat) Put(b []byte) {
	_ = b[55]
	put64(b, x.Dev)
	put64(b[8:], x.Ino)
	b[16] = uint8(x.Filetype)
	clear(b[17:20])
	put32(b[20:], x.Nlink)
	put64(b[24:], x.Size)
	put64(b[32:], x.Atim)
	put64(b[40:], x.Mtim)
	put64(b[48:], x.Ctim)
}

// Get reads the wire form from b[:SizeUnstableFilestat].
func (x *UnstableFilestat) Get(b []byte) {
	_ = b[55]
	x.Dev = get64(b)
	x.Ino = get64(b[8:])
	x.Filetype = Filetype(b[16])
	x.Nlink = get32(b[20:])
	x.Size = get64(b[24:])
	x.Atim = get64(b[32:])
	x.Mtim = get64(b[40:])
	x.Ctim = get64(b[48:])
}

// Unstable returns x as wasi_unstable has it. A link count that does not fit
// becomes the largest that does.
func (x *Filestat) Unstable() UnstableFilestat {
	n := uint32(1<<32 - 1)
	if x.Nlink < uint64(n) {
		n = uint32(x.Nlink)
	}
	return UnstableFilestat{
		Dev: x.Dev, Ino: x.Ino, Filetype: x.Filetype, Nlink: n,
		Size: x.Size, Atim: x.Atim, Mtim: x.Mtim, Ctim: x.Ctim,
	}
}

// Dirent heads an entry in the buffer of fd_readdir. The name follows at once,
// without a NUL, and the next entry follows the name without alignment.
type Dirent struct {
	Next   uint64 // cookie of the entry after this one
	Ino    uint64
	Namlen uint32
	Type   Filetype
}

// SizeDirent is the size of Dirent on the wire.
const SizeDirent = 24

// Put writes the wire form to b[:SizeDirent].
func (x *Dirent) Put(b []byte) {
	_ = b[23]
	put64(b, x.Next)
	put64(b[8:], x.Ino)
	put32(b[16:], x.Namlen)
	b[20] = uint8(x.Type)
	clear(b[21:24])
}

// Get reads the wire form from b[:SizeDirent].
func (x *Dirent) Get(b []byte) {
	_ = b[23]
	x.Next = get64(b)
	x.Ino = get64(b[8:])
	x.Namlen = get32(b[16:])
	x.Type = Filetype(b[20])
}
