package strace

import (
	"strconv"

	"github.com/wasix-web/wasix-web/wasix/abi"
)

// address prints the structs of the network: 127.0.0.1:80, [::1]:80, 10.0.0.0/8,
// unix:"/run/s".
func (p *printer) address(k abi.Kind, b []byte) {
	switch k {
	case abi.KindAddrIP4:
		var v abi.AddrIP4
		v.Get(b)
		p.ip4(v)
	case abi.KindAddrIP6:
		var v abi.AddrIP6
		v.Get(b)
		p.ip6(v)
	case abi.KindAddr:
		p.addr(b)
	case abi.KindAddrIP:
		var v abi.AddrIP
		v.Get(b)
		switch v.Family {
		case abi.AddressFamilyInet4:
			p.ip4(v.IP4)
		case abi.AddressFamilyInet6:
			p.ip6(abi.AddrIP6{IP: v.IP6.IP})
		default:
			p.family(v.Family)
		}
	case abi.KindAddrPort:
		var v abi.AddrPort
		v.Get(b)
		switch v.Family {
		case abi.AddressFamilyInet4:
			p.ip4(v.IP4.Addr)
			p.byte(':')
			p.uint(uint64(v.IP4.Port))
		case abi.AddressFamilyInet6:
			p.byte('[')
			p.ip6(v.IP6.Addr)
			p.str("]:")
			p.uint(uint64(v.IP6.Port))
		case abi.AddressFamilyUnix:
			p.unix(v.Unix)
		default:
			p.family(v.Family)
			if v.Family == abi.AddressFamilyUnspec {
				p.byte(':')
				p.uint(uint64(v.Unspec.Port))
			}
		}
	case abi.KindAddrCidr:
		p.cidr(b)
	case abi.KindRoute:
		const router = abi.SizeAddrCidr
		p.begin()
		p.field("cidr")
		p.cidr(b)
		p.field("via_router")
		p.addr(b[router:])
		p.field("preferred_until")
		p.optionTimestamp(b[144:])
		p.field("expires_at")
		p.optionTimestamp(b[160:])
		p.end()
	case abi.KindHardwareAddress:
		var v abi.HardwareAddress
		v.Get(b)
		for i, c := range v.MAC {
			if i > 0 {
				p.byte(':')
			}
			const digits = "0123456789abcdef"
			p.b = append(p.b, digits[c>>4], digits[c&15])
		}
	}
}

func (p *printer) family(f abi.AddressFamily) { p.str(f.String()) }

func (p *printer) addr(b []byte) {
	var v abi.Addr
	v.Get(b)
	switch v.Family {
	case abi.AddressFamilyInet4:
		p.ip4(v.IP4)
	case abi.AddressFamilyInet6:
		p.ip6(v.IP6)
	case abi.AddressFamilyUnix:
		p.unix(v.Unix)
	default:
		p.family(v.Family)
	}
}

func (p *printer) cidr(b []byte) {
	var v abi.AddrCidr
	v.Get(b)
	switch v.Family {
	case abi.AddressFamilyInet4:
		p.ip4(v.IP4.Addr)
		p.byte('/')
		p.uint(uint64(v.IP4.Prefix))
	case abi.AddressFamilyInet6:
		p.ip6(v.IP6.Addr)
		p.byte('/')
		p.uint(uint64(v.IP6.Prefix))
	default:
		p.family(v.Family)
	}
}

func (p *printer) unix(v abi.AddrUnix) {
	n := 0
	for n < len(v.Path) && v.Path[n] != 0 {
		n++
	}
	p.str("unix:")
	p.quote(v.Path[:min(n, maxText)])
	if n > maxText {
		p.str("...")
	}
}

func (p *printer) ip4(v abi.AddrIP4) {
	for i, c := range v.IP {
		if i > 0 {
			p.byte('.')
		}
		p.uint(uint64(c))
	}
}

// ip6 prints an address as RFC 5952 says: the longest run of at least two zero
// groups, the first of equal ones, becomes "::".
func (p *printer) ip6(v abi.AddrIP6) {
	var group [8]uint64
	for i := range group {
		group[i] = uint64(v.IP[2*i])<<8 | uint64(v.IP[2*i+1])
	}
	from, to := -1, -1
	for i := 0; i < 8; i++ {
		j := i
		for j < 8 && group[j] == 0 {
			j++
		}
		if j-i > 1 && j-i > to-from {
			from, to = i, j
		}
		i = max(i, j-1)
	}
	for i := 0; i < 8; i++ {
		if i == from {
			p.str("::")
			i = to - 1
			continue
		}
		if i > 0 && i != to {
			p.byte(':')
		}
		p.b = strconv.AppendUint(p.b, group[i], 16)
	}
	if v.Scope != 0 {
		p.byte('%')
		p.uint(uint64(v.Scope))
	}
}
