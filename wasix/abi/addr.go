package abi

// The addresses below hold their bytes as the network has them, whatever the
// header's field types say: libc copies in_addr and in6_addr as they are. Ports
// are plain numbers, little-endian.

// AddrUnspec is an address without a family.
type AddrUnspec struct {
	N0 uint8
}

// SizeAddrUnspec is the size of AddrUnspec on the wire.
const SizeAddrUnspec = 1

// Put writes the wire form to b[:SizeAddrUnspec].
func (x *AddrUnspec) Put(b []byte) {
	_ = b[0]
	b[0] = x.N0
}

// Get reads the wire form from b[:SizeAddrUnspec].
func (x *AddrUnspec) Get(b []byte) {
	_ = b[0]
	x.N0 = b[0]
}

// AddrUnspecPort is an AddrUnspec with a port.
type AddrUnspecPort struct {
	Port uint16
	Addr AddrUnspec
}

// SizeAddrUnspecPort is the size of AddrUnspecPort on the wire.
const SizeAddrUnspecPort = 4

// Put writes the wire form to b[:SizeAddrUnspecPort].
func (x *AddrUnspecPort) Put(b []byte) {
	_ = b[3]
	put16(b, x.Port)
	x.Addr.Put(b[2:])
	b[3] = 0
}

// Get reads the wire form from b[:SizeAddrUnspecPort].
func (x *AddrUnspecPort) Get(b []byte) {
	_ = b[3]
	x.Port = get16(b)
	x.Addr.Get(b[2:])
}

// AddrUnspecCidr is an AddrUnspec with a prefix length.
type AddrUnspecCidr struct {
	Addr   AddrUnspec
	Prefix uint8
}

// SizeAddrUnspecCidr is the size of AddrUnspecCidr on the wire.
const SizeAddrUnspecCidr = 2

// Put writes the wire form to b[:SizeAddrUnspecCidr].
func (x *AddrUnspecCidr) Put(b []byte) {
	_ = b[1]
	x.Addr.Put(b)
	b[1] = x.Prefix
}

// Get reads the wire form from b[:SizeAddrUnspecCidr].
func (x *AddrUnspecCidr) Get(b []byte) {
	_ = b[1]
	x.Addr.Get(b)
	x.Prefix = b[1]
}

// AddrIP4 is an IPv4 address.
type AddrIP4 struct {
	IP [4]byte
}

// SizeAddrIP4 is the size of AddrIP4 on the wire.
const SizeAddrIP4 = 4

// Put writes the wire form to b[:SizeAddrIP4].
func (x *AddrIP4) Put(b []byte) {
	_ = b[3]
	copy(b[0:4], x.IP[:])
}

// Get reads the wire form from b[:SizeAddrIP4].
func (x *AddrIP4) Get(b []byte) {
	_ = b[3]
	copy(x.IP[:], b[0:4])
}

// AddrIP4Port is an IPv4 address with a port.
type AddrIP4Port struct {
	Port uint16
	Addr AddrIP4
}

// SizeAddrIP4Port is the size of AddrIP4Port on the wire.
const SizeAddrIP4Port = 6

// Put writes the wire form to b[:SizeAddrIP4Port].
func (x *AddrIP4Port) Put(b []byte) {
	_ = b[5]
	put16(b, x.Port)
	x.Addr.Put(b[2:])
}

// Get reads the wire form from b[:SizeAddrIP4Port].
func (x *AddrIP4Port) Get(b []byte) {
	_ = b[5]
	x.Port = get16(b)
	x.Addr.Get(b[2:])
}

// AddrIP4Cidr is an IPv4 network.
type AddrIP4Cidr struct {
	Addr   AddrIP4
	Prefix uint8 // bits
}

// SizeAddrIP4Cidr is the size of AddrIP4Cidr on the wire.
const SizeAddrIP4Cidr = 5

// Put writes the wire form to b[:SizeAddrIP4Cidr].
func (x *AddrIP4Cidr) Put(b []byte) {
	_ = b[4]
	x.Addr.Put(b)
	b[4] = x.Prefix
}

// Get reads the wire form from b[:SizeAddrIP4Cidr].
func (x *AddrIP4Cidr) Get(b []byte) {
	_ = b[4]
	x.Addr.Get(b)
	x.Prefix = b[4]
}

// AddrIP6 is an IPv6 address with its flow and scope. The wire splits both
// numbers into halves, the high one first.
type AddrIP6 struct {
	IP    [16]byte
	Flow  uint32
	Scope uint32
}

// SizeAddrIP6 is the size of AddrIP6 on the wire.
const SizeAddrIP6 = 24

// Put writes the wire form to b[:SizeAddrIP6].
func (x *AddrIP6) Put(b []byte) {
	_ = b[23]
	copy(b[0:16], x.IP[:])
	put32(b[16:], x.Flow<<16|x.Flow>>16)
	put32(b[20:], x.Scope<<16|x.Scope>>16)
}

// Get reads the wire form from b[:SizeAddrIP6].
func (x *AddrIP6) Get(b []byte) {
	_ = b[23]
	copy(x.IP[:], b[0:16])
	flow, scope := get32(b[16:]), get32(b[20:])
	x.Flow = flow<<16 | flow>>16
	x.Scope = scope<<16 | scope>>16
}

// AddrIP6Bare is an IPv6 address alone, as resolve returns it.
type AddrIP6Bare struct {
	IP [16]byte
}

// SizeAddrIP6Bare is the size of AddrIP6Bare on the wire.
const SizeAddrIP6Bare = 16

// Put writes the wire form to b[:SizeAddrIP6Bare].
func (x *AddrIP6Bare) Put(b []byte) {
	_ = b[15]
	copy(b[0:16], x.IP[:])
}

// Get reads the wire form from b[:SizeAddrIP6Bare].
func (x *AddrIP6Bare) Get(b []byte) {
	_ = b[15]
	copy(x.IP[:], b[0:16])
}

// AddrIP6Port is an IPv6 address with a port.
type AddrIP6Port struct {
	Port uint16
	Addr AddrIP6
}

// SizeAddrIP6Port is the size of AddrIP6Port on the wire.
const SizeAddrIP6Port = 26

// Put writes the wire form to b[:SizeAddrIP6Port].
func (x *AddrIP6Port) Put(b []byte) {
	_ = b[25]
	put16(b, x.Port)
	x.Addr.Put(b[2:])
}

// Get reads the wire form from b[:SizeAddrIP6Port].
func (x *AddrIP6Port) Get(b []byte) {
	_ = b[25]
	x.Port = get16(b)
	x.Addr.Get(b[2:])
}

// AddrIP6Cidr is an IPv6 network.
type AddrIP6Cidr struct {
	Addr   AddrIP6
	Prefix uint8 // bits
}

// SizeAddrIP6Cidr is the size of AddrIP6Cidr on the wire.
const SizeAddrIP6Cidr = 26

// Put writes the wire form to b[:SizeAddrIP6Cidr].
func (x *AddrIP6Cidr) Put(b []byte) {
	_ = b[25]
	x.Addr.Put(b)
	b[24] = x.Prefix
	b[25] = 0
}

// Get reads the wire form from b[:SizeAddrIP6Cidr].
func (x *AddrIP6Cidr) Get(b []byte) {
	_ = b[25]
	x.Addr.Get(b)
	x.Prefix = b[24]
}

// AddrUnix is the path of a Unix socket, padded with NULs.
type AddrUnix struct {
	Path [108]byte
}

// SizeAddrUnix is the size of AddrUnix on the wire.
const SizeAddrUnix = 108

// Put writes the wire form to b[:SizeAddrUnix].
func (x *AddrUnix) Put(b []byte) {
	_ = b[107]
	copy(b[0:108], x.Path[:])
}

// Get reads the wire form from b[:SizeAddrUnix].
func (x *AddrUnix) Get(b []byte) {
	_ = b[107]
	copy(x.Path[:], b[0:108])
}

// AddrUnixCidr fills a union: Unix sockets have no networks.
type AddrUnixCidr struct {
	Unused uint8
}

// SizeAddrUnixCidr is the size of AddrUnixCidr on the wire.
const SizeAddrUnixCidr = 1

// Put writes the wire form to b[:SizeAddrUnixCidr].
func (x *AddrUnixCidr) Put(b []byte) {
	_ = b[0]
	b[0] = x.Unused
}

// Get reads the wire form from b[:SizeAddrUnixCidr].
func (x *AddrUnixCidr) Get(b []byte) {
	_ = b[0]
	x.Unused = b[0]
}
