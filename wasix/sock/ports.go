package sock

import "github.com/wasix-web/wasix-web/wasix/abi"

// The ports that are given out when a program does not name one.
const (
	firstPort = 32768
	lastPort  = 60999
)

const udpPorts = 1 << 16

// portKey is what a port is known by: TCP and UDP have their own.
func (s *socket) portKey(port uint16) uint32 {
	if s.dgram != nil {
		return uint32(port) | udpPorts
	}
	return uint32(port)
}

// Bindable implements Socket.
//
//	EAFNOSUPPORT  the address is of another family
//	EINVAL        the socket has an address already
//	EADDRNOTAVAIL the address is not one of this system
//	EADDRINUSE    another socket has it, or no port is free
func (s *socket) Bindable(a *Addr) abi.Errno {
	switch {
	case a.Family != s.family:
		return abi.EAFNOSUPPORT
	case s.bound:
		return abi.EINVAL
	case s.unix():
		if s.stack.abstract[a.Path] != nil {
			return abi.EADDRINUSE
		}
		return abi.OK
	case !s.stack.own(&a.IP) && !(s.dgram != nil && (a.IP.multicast() || a.IP.broadcast())):
		return abi.EADDRNOTAVAIL
	case a.Port != 0 && s.taken(&a.IP, a.Port):
		return abi.EADDRINUSE
	}
	return abi.OK
}

// Bind implements Socket.
func (s *socket) Bind(a *Addr) abi.Errno {
	if e := s.Bindable(a); e != abi.OK {
		return e
	}
	return s.bind(a)
}

func (s *socket) bind(a *Addr) abi.Errno {
	if s.unix() {
		s.bindUnix(a)
		return abi.OK
	}
	port := a.Port
	if port == 0 {
		if port = s.freePort(&a.IP); port == 0 {
			return abi.EADDRINUSE
		}
	}
	s.local.IP, s.local.Port, s.local.Scope = a.IP, port, a.Scope
	s.port, s.bound = s.portKey(port), true
	s.stack.ports[s.port] = append(s.stack.ports[s.port], s)
	return abi.OK
}

// autobind gives a socket that has none an address.
//
// Errors: EADDRNOTAVAIL no port is free.
func (s *socket) autobind() abi.Errno {
	if s.bound || s.unix() {
		return abi.OK
	}
	if s.bind(&Addr{IP: s.local.IP}) != abi.OK {
		return abi.EADDRNOTAVAIL
	}
	s.own = true
	return abi.OK
}

// unbind gives the address up.
func (s *socket) unbind() {
	if !s.bound {
		return
	}
	s.bound = false
	st := s.stack
	if s.unix() {
		if st.nodes[s.local.Node] == s {
			delete(st.nodes, s.local.Node)
		} else if st.abstract[s.local.Path] == s {
			delete(st.abstract, s.local.Path)
		}
		return
	}
	list := st.ports[s.port]
	if len(list) == 1 {
		delete(st.ports, s.port)
		return
	}
	for i, o := range list {
		if o == s {
			copy(list[i:], list[i+1:])
			list[len(list)-1] = nil
			st.ports[s.port] = list[:len(list)-1]
			return
		}
	}
}

// own tells whether an address is one of this system, or stands for all of them.
func (st *Stack) own(ip *IP) bool {
	if ip.any() || ip.loopback() {
		return true
	}
	return st.outside(ip)
}

// freePort returns a port that nobody has, 0: there is none.
func (s *socket) freePort(ip *IP) uint16 {
	st := s.stack
	for range lastPort - firstPort + 1 {
		if st.next < firstPort || st.next > lastPort {
			st.next = firstPort
		}
		p := st.next
		st.next++
		// A port is given out to one socket only, whatever the options.
		if len(st.ports[s.portKey(p)]) == 0 {
			return p
		}
	}
	return 0
}

// covers tells whether what is sent to ip reaches a socket bound to at.
func covers(at *IP, only6 bool, ip *IP) bool {
	switch *at {
	case any6:
		return !only6 || !ip.Is4()
	case any4:
		return ip.Is4()
	}
	return *at == *ip
}

func (s *socket) covers(ip *IP) bool { return covers(&s.local.IP, s.on(abi.SockOptionOnlyV6), ip) }

// taken tells whether a socket that s would get into the way of has the port.
func (s *socket) taken(ip *IP, port uint16) bool {
	for _, o := range s.stack.ports[s.portKey(port)] {
		if o != s && s.clashes(o, ip) && !(s.on(abi.SockOptionReuseAddr) && o.on(abi.SockOptionReuseAddr) &&
			(o.dgram != nil || o.stream.state != listening)) {
			return true
		}
	}
	return false
}

// clashes tells whether o's address, on the same port, is one that ip has a part
// in, and they do not share it (REUSEPORT).
func (s *socket) clashes(o *socket, ip *IP) bool {
	return (o.covers(ip) || covers(ip, s.on(abi.SockOptionOnlyV6), &o.local.IP)) &&
		!(s.on(abi.SockOptionReusePort) && o.on(abi.SockOptionReusePort))
}

// best returns the socket that gets what comes from an address to another: one
// that is bound to just that before one bound to all, and of several that share
// it always the same for the same sender.
func (st *Stack) best(key uint32, ip *IP, from *Addr) *socket {
	top, n := 0, 0
	for _, o := range st.ports[key] {
		switch r := o.rank(ip, from); {
		case r > top:
			top, n = r, 1
		case r == top && r > 0:
			n++
		}
	}
	if n == 0 {
		return nil
	}
	n = int(from.Port) % n
	for _, o := range st.ports[key] {
		if o.rank(ip, from) == top {
			if n == 0 {
				return o
			}
			n--
		}
	}
	return nil
}

// rank says how well what comes fits the socket; 0: not at all.
func (s *socket) rank(ip *IP, from *Addr) int {
	r := 0
	switch {
	case !s.covers(ip):
	case s.dgram != nil:
		r = s.dgram.accepts(from)
	case s.stream.state == listening:
		r = 1
	}
	if r > 0 && s.local.IP == *ip {
		r++
	}
	return r
}

// bindUnix names a unix socket. A socket that asks for no name gets one that
// nobody has.
func (s *socket) bindUnix(a *Addr) {
	st := s.stack
	s.bound = true
	s.local.Path, s.local.Node = a.Path, a.Node
	if a.Node != nil {
		st.nodes[a.Node] = s
		return
	}
	if a.Path == "" {
		s.local.Path = st.freeName()
	}
	st.abstract[s.local.Path] = s
}

// freeName returns an abstract name of five digits, as Linux does.
func (st *Stack) freeName() string {
	for n := 0; ; n++ {
		b := []byte{0, 0, 0, 0, 0, 0}
		for i, v := 5, n; i > 0; i, v = i-1, v>>4 {
			b[i] = "0123456789abcdef"[v&15]
		}
		if st.abstract[string(b)] == nil {
			return string(b)
		}
	}
}

// named returns the socket that has a unix address, or nil.
func (st *Stack) named(a *Addr) *socket {
	if a.Node != nil {
		return st.nodes[a.Node]
	}
	if a.Path == "" {
		return nil
	}
	return st.abstract[a.Path]
}

// NeedsNode tells whether the address is a path in the file tree.
func (a *Addr) NeedsNode() bool {
	return a.Family == abi.AddressFamilyUnix && a.Path != "" && a.Path[0] != 0
}
