package abi

// Hugesize is a number of 128 bits.
type Hugesize struct {
	B0 uint64 // low half
	B1 uint64 // high half
}

// SizeHugesize is the size of Hugesize on the wire.
const SizeHugesize = 16

// Put writes the wire form to b[:SizeHugesize].
func (x *Hugesize) Put(b []byte) {
	_ = b[15]
	put64(b, x.B0)
	put64(b[8:], x.B1)
}

// Get reads the wire form from b[:SizeHugesize].
func (x *Hugesize) Get(b []byte) {
	_ = b[15]
	x.B0 = get64(b)
	x.B1 = get64(b[8:])
}

// Hash is the first half of a SHA-256 hash.
type Hash struct {
	B0 uint64
	B1 uint64
}

// SizeHash is the size of Hash on the wire.
const SizeHash = 16

// Put writes the wire form to b[:SizeHash].
func (x *Hash) Put(b []byte) {
	_ = b[15]
	put64(b, x.B0)
	put64(b[8:], x.B1)
}

// Get reads the wire form from b[:SizeHash].
func (x *Hash) Get(b []byte) {
	_ = b[15]
	x.B0 = get64(b)
	x.B1 = get64(b[8:])
}

// OptionHash is an optional Hash.
type OptionHash struct {
	Tag  Option
	Some Hash // if Tag is OptionSome
}

// SizeOptionHash is the size of OptionHash on the wire.
const SizeOptionHash = 24

// Put writes the wire form to b[:SizeOptionHash]. Only the member that Tag names is
// written; an unknown one leaves the rest zero.
func (x *OptionHash) Put(b []byte) {
	_ = b[23]
	clear(b[:SizeOptionHash])
	b[0] = uint8(x.Tag)
	switch x.Tag {
	case OptionSome:
		x.Some.Put(b[8:])
	}
}

// Get reads the wire form from b[:SizeOptionHash]. Members that Tag does not name
// become zero.
func (x *OptionHash) Get(b []byte) {
	_ = b[23]
	*x = OptionHash{}
	x.Tag = Option(b[0])
	switch x.Tag {
	case OptionSome:
		x.Some.Get(b[8:])
	}
}

// StackSnapshot names a stack that stack_checkpoint kept. The guest holds these
// bytes in its jmp_buf and gives them back to stack_restore.
type StackSnapshot struct {
	User uint64 // anything the host likes
	Hash Hash   // names the snapshot
}

// SizeStackSnapshot is the size of StackSnapshot on the wire.
const SizeStackSnapshot = 24

// Put writes the wire form to b[:SizeStackSnapshot].
func (x *StackSnapshot) Put(b []byte) {
	_ = b[23]
	put64(b, x.User)
	x.Hash.Put(b[8:])
}

// Get reads the wire form from b[:SizeStackSnapshot].
func (x *StackSnapshot) Get(b []byte) {
	_ = b[23]
	x.User = get64(b)
	x.Hash.Get(b[8:])
}
