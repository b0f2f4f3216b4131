package sock

import "github.com/wasix-web/wasix-web/wasix/abi"

// maxGroups is how many groups a socket can be a member of, as in Linux.
const maxGroups = 20

// Join makes the socket a member of a multicast group. The only interface is the
// loopback: iface is one of its addresses, or 0.0.0.0 or ::.
//
//	EINVAL      the address is none of a group
//	ENODEV      there is no such interface
//	EADDRINUSE  it is a member already
//	ENOBUFS     it is a member of 20 groups
//	ENOPROTOOPT it has another family
func (d *Datagram) Join(ip, iface IP) abi.Errno {
	if e := d.checkGroup(&ip, &iface); e != abi.OK {
		return e
	}
	if d.member(&ip) >= 0 {
		return abi.EADDRINUSE
	}
	if len(d.groups) >= maxGroups {
		return abi.ENOBUFS
	}
	d.groups = append(d.groups, ip)
	return abi.OK
}

// Leave ends a membership.
//
// Errors: EADDRNOTAVAIL there is none; as Join.
func (d *Datagram) Leave(ip, iface IP) abi.Errno {
	if e := d.checkGroup(&ip, &iface); e != abi.OK {
		return e
	}
	i := d.member(&ip)
	if i < 0 {
		return abi.EADDRNOTAVAIL
	}
	d.groups = append(d.groups[:i], d.groups[i+1:]...)
	return abi.OK
}

// checkGroup checks the arguments of Join and Leave.
func (d *Datagram) checkGroup(ip, iface *IP) abi.Errno {
	switch {
	case d.unix(), !ip.Is4() && d.family != abi.AddressFamilyInet6:
		return abi.ENOPROTOOPT
	case !ip.multicast():
		return abi.EINVAL
	case !iface.any() && !iface.loopback():
		return abi.ENODEV
	}
	return abi.OK
}

// member returns where in groups ip is, -1 when it is not.
func (d *Datagram) member(ip *IP) int {
	for i := range d.groups {
		if d.groups[i] == *ip {
			return i
		}
	}
	return -1
}

// send gives a datagram to whom it concerns.
//
// Errors: those of Network.Send.
func (d *Datagram) send(c *chunk, to *Addr) abi.Errno {
	st := d.stack
	from := d.local
	all := to.IP.multicast() || to.IP.broadcast()
	if !all && !st.own(&to.IP) {
		return st.sendOut(c, from, *to)
	}
	if from.IP.any() {
		from.IP = to.IP.here()
	}
	if all {
		d.sendAll(c, &from, to)
	} else if !st.receive(c, &from, to) && d.connected && d.peer.Port == to.Port && d.peer.IP == to.IP {
		d.err = abi.ECONNREFUSED
		d.queue.Notify(everything)
	}
	return abi.OK
}

// sendOut gives a datagram to the network.
func (st *Stack) sendOut(c *chunk, from, to Addr) abi.Errno {
	e := st.Network.Send(&from, &to, c.data[:c.w])
	st.chunks.put(c)
	return e
}

// receive puts a datagram into the queue of the socket it is for, and tells
// whether there is one. The chunk is gone then, and also when there is none.
func (st *Stack) receive(c *chunk, from, to *Addr) bool {
	s := st.best(uint32(to.Port)|udpPorts, &to.IP, from)
	if s == nil || s.dgram.full() {
		st.chunks.put(c)
		return s != nil
	}
	c.from = from.as(s.family)
	s.dgram.deliver(c)
	return true
}

// accepts says how well a sender fits: a connected socket hears only its peer.
func (d *Datagram) accepts(from *Addr) int {
	switch {
	case !d.connected:
		return 1
	case d.peer.Port == from.Port && d.peer.IP == from.IP:
		return 3
	}
	return 0
}

// sendAll sends to a group, or to everybody.
func (d *Datagram) sendAll(c *chunk, from, to *Addr) {
	st, all := d.stack, to.IP.broadcast()
	loop := abi.SockOptionMulticastLoopV6
	if to.IP.Is4() {
		loop = abi.SockOptionMulticastLoopV4
	}
	if all || d.on(loop) {
		for _, s := range st.ports[uint32(to.Port)|udpPorts] {
			o := s.dgram
			hears := o.member(&to.IP) >= 0
			if all {
				hears = o.covers(&to.IP)
			}
			if !hears || !o.local.IP.any() && o.local.IP != to.IP || o.full() || o.accepts(from) == 0 {
				continue
			}
			copied := st.chunks.get(c.w)
			if copied == nil {
				break
			}
			copied.w = copy(copied.data, c.data[:c.w])
			copied.from = from.as(s.family)
			o.deliver(copied)
		}
	}
	st.chunks.put(c)
}

// Deliver brings a datagram from outside. data is the caller's.
//
// Errors: ECONNREFUSED nobody is there, ENOBUFS, EMSGSIZE.
func (st *Stack) Deliver(from, to *Addr, data []byte) abi.Errno {
	if len(data) > maxUDP6 {
		return abi.EMSGSIZE
	}
	c := st.chunks.get(len(data))
	if c == nil {
		return abi.ENOBUFS
	}
	c.w = copy(c.data, data)
	if !st.receive(c, from, to) {
		return abi.ECONNREFUSED
	}
	return abi.OK
}
