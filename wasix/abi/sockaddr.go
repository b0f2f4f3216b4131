package abi

// Addr is an address of any family. Family says which member holds.
type Addr struct {
	Family AddressFamily
	Unspec AddrUnspec
	IP4    AddrIP4
	IP6    AddrIP6
	Unix   AddrUnix
}

// SizeAddr is the size of Addr on the wire.
const SizeAddr = 110

// Put writes the wire form to b[:SizeAddr]. Only the member that Family names is
// written; an unknown one leaves the rest zero.
func (x *Addr) Put(b []byte) {
	_ = b[109]
	clear(b[:SizeAddr])
	b[0] = uint8(x.Family)
	switch x.Family {
	case AddressFamilyUnspec:
		x.Unspec.Put(b[2:])
	case AddressFamilyInet4:
		x.IP4.Put(b[2:])
	case AddressFamilyInet6:
		x.IP6.Put(b[2:])
	case AddressFamilyUnix:
		x.Unix.Put(b[2:])
	}
}

// Get reads the wire form from b[:SizeAddr]. Members that Family does not name
// become zero.
func (x *Addr) Get(b []byte) {
	_ = b[109]
	*x = Addr{}
	x.Family = AddressFamily(b[0])
	switch x.Family {
	case AddressFamilyUnspec:
		x.Unspec.Get(b[2:])
	case AddressFamilyInet4:
		x.IP4.Get(b[2:])
	case AddressFamilyInet6:
		x.IP6.Get(b[2:])
	case AddressFamilyUnix:
		x.Unix.Get(b[2:])
	}
}

// AddrIP is an address of the internet, as resolve returns it. Family says which member holds.
type AddrIP struct {
	Family AddressFamily
	Unspec AddrUnspec
	IP4    AddrIP4
	IP6    AddrIP6Bare
}

// SizeAddrIP is the size of AddrIP on the wire.
const SizeAddrIP = 18

// Put writes the wire form to b[:SizeAddrIP]. Only the member that Family names is
// written; an unknown one leaves the rest zero.
func (x *AddrIP) Put(b []byte) {
	_ = b[17]
	clear(b[:SizeAddrIP])
	b[0] = uint8(x.Family)
	switch x.Family {
	case AddressFamilyUnspec:
		x.Unspec.Put(b[2:])
	case AddressFamilyInet4:
		x.IP4.Put(b[2:])
	case AddressFamilyInet6:
		x.IP6.Put(b[2:])
	}
}

// Get reads the wire form from b[:SizeAddrIP]. Members that Family does not name
// become zero.
func (x *AddrIP) Get(b []byte) {
	_ = b[17]
	*x = AddrIP{}
	x.Family = AddressFamily(b[0])
	switch x.Family {
	case AddressFamilyUnspec:
		x.Unspec.Get(b[2:])
	case AddressFamilyInet4:
		x.IP4.Get(b[2:])
	case AddressFamilyInet6:
		x.IP6.Get(b[2:])
	}
}

// AddrPort is the address of a socket: an address with a port, or a path. Family says which member holds.
type AddrPort struct {
	Family AddressFamily
	Unspec AddrUnspecPort
	IP4    AddrIP4Port
	IP6    AddrIP6Port
	Unix   AddrUnix
}

// SizeAddrPort is the size of AddrPort on the wire.
const SizeAddrPort = 110

// Put writes the wire form to b[:SizeAddrPort]. Only the member that Family names is
// written; an unknown one leaves the rest zero.
func (x *AddrPort) Put(b []byte) {
	_ = b[109]
	clear(b[:SizeAddrPort])
	b[0] = uint8(x.Family)
	switch x.Family {
	case AddressFamilyUnspec:
		x.Unspec.Put(b[2:])
	case AddressFamilyInet4:
		x.IP4.Put(b[2:])
	case AddressFamilyInet6:
		x.IP6.Put(b[2:])
	case AddressFamilyUnix:
		x.Unix.Put(b[2:])
	}
}

// Get reads the wire form from b[:SizeAddrPort]. Members that Family does not name
// become zero.
func (x *AddrPort) Get(b []byte) {
	_ = b[109]
	*x = AddrPort{}
	x.Family = AddressFamily(b[0])
	switch x.Family {
	case AddressFamilyUnspec:
		x.Unspec.Get(b[2:])
	case AddressFamilyInet4:
		x.IP4.Get(b[2:])
	case AddressFamilyInet6:
		x.IP6.Get(b[2:])
	case AddressFamilyUnix:
		x.Unix.Get(b[2:])
	}
}

// AddrCidr is a network. Family says which member holds.
type AddrCidr struct {
	Family AddressFamily
	Unspec AddrUnspecCidr
	IP4    AddrIP4Cidr
	IP6    AddrIP6Cidr
	Unix   AddrUnixCidr
}

// SizeAddrCidr is the size of AddrCidr on the wire.
const SizeAddrCidr = 28

// Put writes the wire form to b[:SizeAddrCidr]. Only the member that Family names is
// written; an unknown one leaves the rest zero.
func (x *AddrCidr) Put(b []byte) {
	_ = b[27]
	clear(b[:SizeAddrCidr])
	b[0] = uint8(x.Family)
	switch x.Family {
	case AddressFamilyUnspec:
		x.Unspec.Put(b[2:])
	case AddressFamilyInet4:
		x.IP4.Put(b[2:])
	case AddressFamilyInet6:
		x.IP6.Put(b[2:])
	case AddressFamilyUnix:
		x.Unix.Put(b[2:])
	}
}

// Get reads the wire form from b[:SizeAddrCidr]. Members that Family does not name
// become zero.
func (x *AddrCidr) Get(b []byte) {
	_ = b[27]
	*x = AddrCidr{}
	x.Family = AddressFamily(b[0])
	switch x.Family {
	case AddressFamilyUnspec:
		x.Unspec.Get(b[2:])
	case AddressFamilyInet4:
		x.IP4.Get(b[2:])
	case AddressFamilyInet6:
		x.IP6.Get(b[2:])
	case AddressFamilyUnix:
		x.Unix.Get(b[2:])
	}
}

// Route is one row of the routing table.
type Route struct {
	Cidr           AddrCidr
	ViaRouter      Addr
	PreferredUntil OptionTimestamp
	ExpiresAt      OptionTimestamp
}

// SizeRoute is the size of Route on the wire.
const SizeRoute = 176

// Put writes the wire form to b[:SizeRoute].
func (x *Route) Put(b []byte) {
	_ = b[175]
	x.Cidr.Put(b)
	x.ViaRouter.Put(b[28:])
	clear(b[138:144])
	x.PreferredUntil.Put(b[144:])
	x.ExpiresAt.Put(b[160:])
}

// Get reads the wire form from b[:SizeRoute].
func (x *Route) Get(b []byte) {
	_ = b[175]
	x.Cidr.Get(b)
	x.ViaRouter.Get(b[28:])
	x.PreferredUntil.Get(b[144:])
	x.ExpiresAt.Get(b[160:])
}

// HardwareAddress is a MAC address.
type HardwareAddress struct {
	MAC [6]byte
}

// SizeHardwareAddress is the size of HardwareAddress on the wire.
const SizeHardwareAddress = 6

// Put writes the wire form to b[:SizeHardwareAddress].
func (x *HardwareAddress) Put(b []byte) {
	_ = b[5]
	copy(b[0:6], x.MAC[:])
}

// Get reads the wire form from b[:SizeHardwareAddress].
func (x *HardwareAddress) Get(b []byte) {
	_ = b[5]
	copy(x.MAC[:], b[0:6])
}
