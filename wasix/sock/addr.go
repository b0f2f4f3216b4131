package sock

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/vfs"
)

// IP is an address of the internet, as the network has it. IPv4 addresses are in
// the last four bytes, with ::ffff:0:0/96 before them.
type IP [16]byte

// IP4 returns an IPv4 address.
func IP4(a, b, c, d byte) IP { return IP{10: 0xff, 11: 0xff, 12: a, 13: b, 14: c, 15: d} }

var (
	any4, any6           = IP4(0, 0, 0, 0), IP{}
	loopback4, loopback6 = IP4(127, 0, 0, 1), IP{15: 1}
)

// Is4 tells whether the address is an IPv4 one.
func (ip *IP) Is4() bool {
	for _, b := range ip[:10] {
		if b != 0 {
			return false
		}
	}
	return ip[10] == 0xff && ip[11] == 0xff
}

// any tells whether the address stands for all addresses of its family.
func (ip *IP) any() bool { return *ip == any4 || *ip == any6 }

// loopback tells whether the address is this system's own, without Network.
func (ip *IP) loopback() bool { return *ip == loopback6 || ip.Is4() && ip[12] == 127 }

func (ip *IP) multicast() bool {
	if ip.Is4() {
		return ip[12]&0xf0 == 0xe0
	}
	return ip[0] == 0xff
}

// broadcast tells whether the address is that of everybody: 255.255.255.255, or
// the last one of the loopback network.
func (ip *IP) broadcast() bool {
	return ip.Is4() && ip[13] == 255 && ip[14] == 255 && ip[15] == 255 && (ip[12] == 255 || ip[12] == 127)
}

// here returns the loopback address of ip's family.
func (ip *IP) here() IP {
	if ip.Is4() {
		return loopback4
	}
	return loopback6
}

// Addr is the address of a socket.
type Addr struct {
	Family abi.AddressFamily
	Port   uint16
	IP     IP
	Scope  uint32 // of an IPv6 address
	// Path is the name of a unix socket. The empty one is a socket without
	// name; one that begins with NUL is in no file system (abstract).
	Path string
	// Node is the inode that Path leads to. Callers of Bind, Connect and Send
	// have looked it up.
	Node vfs.Inode
}

// as returns the address as a socket of that family sees it.
func (a Addr) as(f abi.AddressFamily) Addr {
	a.Family = f
	return a
}

// Get takes the address from the wire.
//
// Errors: EAFNOSUPPORT an unknown family.
func (a *Addr) Get(b []byte) abi.Errno {
	var w abi.AddrPort
	w.Get(b)
	*a = Addr{Family: w.Family}
	switch w.Family {
	case abi.AddressFamilyUnspec:
		a.Port = w.Unspec.Port
	case abi.AddressFamilyInet4:
		ip := &w.IP4.Addr.IP
		a.Port, a.IP = w.IP4.Port, IP4(ip[0], ip[1], ip[2], ip[3])
	case abi.AddressFamilyInet6:
		a.Port, a.IP, a.Scope = w.IP6.Port, w.IP6.Addr.IP, w.IP6.Addr.Scope
	case abi.AddressFamilyUnix:
		p := w.Unix.Path[:]
		if p[0] == 0 { // abstract: to the last byte that is none
			for len(p) > 0 && p[len(p)-1] == 0 {
				p = p[:len(p)-1]
			}
			a.Path = string(p)
			break
		}
		n := 0
		for n < len(p) && p[n] != 0 {
			n++
		}
		a.Path = string(p[:n])
	default:
		return abi.EAFNOSUPPORT
	}
	return abi.OK
}

// Put writes the wire form to b[:abi.SizeAddrPort].
func (a *Addr) Put(b []byte) {
	w := abi.AddrPort{Family: a.Family}
	switch a.Family {
	case abi.AddressFamilyInet4:
		w.IP4.Port = a.Port
		copy(w.IP4.Addr.IP[:], a.IP[12:])
	case abi.AddressFamilyInet6:
		w.IP6.Port, w.IP6.Addr.IP, w.IP6.Addr.Scope = a.Port, a.IP, a.Scope
	case abi.AddressFamilyUnix:
		copy(w.Unix.Path[:], a.Path)
	}
	w.Put(b)
}
