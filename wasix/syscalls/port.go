package syscalls

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/kernel"
	"github.com/wasix-web/wasix-web/wasix/sock"
)

// The port calls are about the system's interface to the network. There is the
// loopback, and what a transport to the outside brings: neither takes orders from
// programs, so whatever would change it is ENOTSUP.

// PortAddrList writes the system's addresses.
//
// # Parameters
//
//   - addrs: where they go: addr_cidr structs, see below
//   - naddrs: how many fit; then, how many there are (u32)
//
// # Result (Errno)
//
//   - EOVERFLOW: they do not fit: only naddrs is written
//   - EFAULT: addrs or naddrs leaves the memory
//
// The 28 bytes of an addr_cidr; the address as the network has it:
//
//	0 family (u8): inet4 1, inet6 2
//	2 inet4: address (4 bytes)  6 prefix (u8)
//	2 inet6: address (16 bytes)  18 flow (u32)  22 scope (u32)  26 prefix (u8)
//
// Without a way outside they are 127.0.0.1/8 and ::1/128.
//
// See https://wasix.org/docs/api-reference/wasix/port_addr_list
func PortAddrList(t *kernel.Thread, addrs, naddrs uint32) kernel.Result {
	room, e := t.Mem.Load32(naddrs)
	if e == abi.OK {
		e = guestmem.Writable(t.Mem, addrs, uint64(room)*abi.SizeAddrCidr)
	}
	if e != abi.OK {
		return kernel.Ret(e)
	}
	list := network(t).Addrs()
	if e = t.Mem.Store32(naddrs, uint32(len(list))); len(list) > int(room) {
		e = abi.EOVERFLOW
	}
	b := t.Scratch.Bytes[:abi.SizeAddrCidr]
	for i := 0; i < len(list) && e == abi.OK; i++ {
		putPrefix(&list[i], b)
		e = t.Mem.CopyOut(addrs+uint32(i)*abi.SizeAddrCidr, b)
	}
	return kernel.Ret(e)
}

func putPrefix(p *sock.Prefix, b []byte) {
	c := abi.AddrCidr{Family: abi.AddressFamilyInet6}
	if c.IP6.Addr.IP, c.IP6.Prefix = p.IP, p.Bits; p.IP.Is4() {
		c.Family = abi.AddressFamilyInet4
		copy(c.IP4.Addr.IP[:], p.IP[12:])
		c.IP4.Prefix = p.Bits
	}
	c.Put(b)
}

// PortMac writes the interface's hardware address: zeros, the loopback has none.
//
// # Parameters
//
//   - mac: where it goes (6 bytes)
//
// # Result (Errno)
//
//   - EFAULT: mac leaves the memory
//
// See https://wasix.org/docs/api-reference/wasix/port_mac
func PortMac(t *kernel.Thread, mac uint32) kernel.Result {
	b := t.Scratch.Bytes[:abi.SizeHardwareAddress]
	clear(b)
	return kernel.Ret(t.Mem.CopyOut(mac, b))
}

// PortRouteList writes the routes to other networks: there are none.
//
// # Parameters
//
//   - routes: where they would go: route structs of 176 bytes
//   - nroutes: how many fit; then, how many there are (u32): 0
//
// # Result (Errno)
//
//   - EFAULT: routes or nroutes leaves the memory
//
// See https://wasix.org/docs/api-reference/wasix/port_route_list
func PortRouteList(t *kernel.Thread, routes, nroutes uint32) kernel.Result {
	room, e := t.Mem.Load32(nroutes)
	if e == abi.OK {
		e = guestmem.Writable(t.Mem, routes, uint64(room)*abi.SizeRoute)
	}
	if e != abi.OK {
		return kernel.Ret(e)
	}
	return kernel.Ret(t.Mem.Store32(nroutes, 0))
}

// fixed answers a call that would change the interface, after looking at the n
// bytes of its argument.
//
// Errors: EFAULT, ENOTSUP.
func fixed(t *kernel.Thread, ptr uint32, n uint64) kernel.Result {
	if e := guestmem.Writable(t.Mem, ptr, n); e != abi.OK {
		return kernel.Ret(e)
	}
	return kernel.Ret(abi.ENOTSUP)
}

// PortAddrAdd would add an address.
//
// # Parameters
//
//   - addr: the address: an addr_cidr struct, see port_addr_list
//
// # Result (Errno)
//
//   - ENOTSUP: the addresses are fixed
//   - EFAULT: addr leaves the memory
//
// See https://wasix.org/docs/api-reference/wasix/port_addr_add
func PortAddrAdd(t *kernel.Thread, addr uint32) kernel.Result {
	return fixed(t, addr, abi.SizeAddrCidr)
}

// PortAddrRemove would take an address away.
//
// # Parameters
//
//   - addr: the address: an addr struct of 110 bytes
//
// # Result (Errno)
//
//   - ENOTSUP: the addresses are fixed
//   - EFAULT: addr leaves the memory
//
// See https://wasix.org/docs/api-reference/wasix/port_addr_remove
func PortAddrRemove(t *kernel.Thread, addr uint32) kernel.Result {
	return fixed(t, addr, abi.SizeAddr)
}

// PortAddrClear would take all addresses away.
//
// # Result (Errno)
//
//   - ENOTSUP: the addresses are fixed
//
// See https://wasix.org/docs/api-reference/wasix/port_addr_clear
func PortAddrClear(t *kernel.Thread) kernel.Result { return fixed(t, 0, 0) }

// PortDhcpAcquire would ask a network for an address.
//
// # Result (Errno)
//
//   - ENOTSUP: the addresses are fixed
//
// See https://wasix.org/docs/api-reference/wasix/port_dhcp_acquire
func PortDhcpAcquire(t *kernel.Thread) kernel.Result { return fixed(t, 0, 0) }

// PortGatewaySet would set the way out.
//
// # Parameters
//
//   - addr: the address of a router: an addr struct of 110 bytes
//
// # Result (Errno)
//
//   - ENOTSUP: there is no router
//   - EFAULT: addr leaves the memory
//
// See https://wasix.org/docs/api-reference/wasix/port_gateway_set
func PortGatewaySet(t *kernel.Thread, addr uint32) kernel.Result {
	return fixed(t, addr, abi.SizeAddr)
}

// PortRouteAdd would add a route.
//
// # Parameters
//
//   - cidr: to which network: an addr_cidr struct, see port_addr_list
//   - viaRouter: through whom: an addr struct of 110 bytes
//   - preferredUntil, expiresAt: option_timestamp structs
//
// # Result (Errno)
//
//   - ENOTSUP: there is no router
//   - EFAULT: an argument leaves the memory
//
// See https://wasix.org/docs/api-reference/wasix/port_route_add
func PortRouteAdd(t *kernel.Thread, cidr, viaRouter, preferredUntil, expiresAt uint32) kernel.Result {
	if !t.Mem.Has(viaRouter, abi.SizeAddr) || !t.Mem.Has(preferredUntil, abi.SizeOptionTimestamp) ||
		!t.Mem.Has(expiresAt, abi.SizeOptionTimestamp) {
		return kernel.Ret(abi.EFAULT)
	}
	return fixed(t, cidr, abi.SizeAddrCidr)
}

// PortRouteRemove would take a route away.
//
// # Parameters
//
//   - cidr: to which network: an addr struct of 110 bytes
//
// # Result (Errno)
//
//   - ENOTSUP: there are no routes
//   - EFAULT: cidr leaves the memory
//
// See https://wasix.org/docs/api-reference/wasix/port_route_remove
func PortRouteRemove(t *kernel.Thread, cidr uint32) kernel.Result {
	return fixed(t, cidr, abi.SizeAddr)
}

// PortRouteClear would take all routes away.
//
// # Result (Errno)
//
//   - ENOTSUP: there are no routes
//
// See https://wasix.org/docs/api-reference/wasix/port_route_clear
func PortRouteClear(t *kernel.Thread) kernel.Result { return fixed(t, 0, 0) }

// PortBridge would connect to a remote network.
//
// # Parameters
//
//   - network, networkLen: its name
//   - token, tokenLen: what gives access
//   - security: the least encryption
//
// # Result (Errno)
//
//   - ENOTSUP: there is no such network
//   - EFAULT: network or token leaves the memory
//
// See https://wasix.org/docs/api-reference/wasix/port_bridge
func PortBridge(t *kernel.Thread, network, networkLen, token, tokenLen, security uint32) kernel.Result {
	if !t.Mem.Has(token, uint64(tokenLen)) {
		return kernel.Ret(abi.EFAULT)
	}
	return fixed(t, network, uint64(networkLen))
}

// PortUnbridge would leave a remote network.
//
// # Result (Errno)
//
//   - ENOTSUP: there is none
//
// See https://wasix.org/docs/api-reference/wasix/port_unbridge
func PortUnbridge(t *kernel.Thread) kernel.Result { return fixed(t, 0, 0) }
