package sock

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

// Listen makes the socket take connections. Up to backlog + 1 wait to be
// accepted. A socket without address gets one. EINPROGRESS: the network outside
// has been asked; ready for Out when Listening knows its answer.
//
//	EINVAL     it is connected, or connects
//	EADDRINUSE another socket listens there, or no port is free
//	EDESTADDRREQ a unix socket without name
func (s *Stream) Listen(backlog int) abi.Errno {
	if backlog < 0 || backlog > MaxBacklog {
		backlog = MaxBacklog
	}
	switch s.state {
	case listening:
		s.backlog = backlog
		s.promote()
		return abi.OK
	case preparing:
		return abi.EALREADY
	case connecting, connected:
		return abi.EINVAL
	}
	if !s.bound && s.unix() {
		return abi.EDESTADDRREQ
	}
	if s.autobind() != abi.OK {
		return abi.EADDRINUSE
	}
	for _, o := range s.stack.ports[s.port] {
		if !s.unix() && o != &s.socket && o.stream.state == listening && s.clashes(o, &s.local.IP) {
			return abi.EADDRINUSE
		}
	}
	s.err = abi.OK
	s.backlog = backlog
	if n := s.stack.Network; n != nil && !s.unix() && !s.local.IP.loopback() {
		s.state = preparing
		s.listen = &Listen{stream: s}
		n.Listen(s.listen)
		return s.Listening()
	}
	s.state = listening
	return abi.OK
}

// Listening returns what became of Listen: EINPROGRESS as long as that is open.
func (s *Stream) Listening() abi.Errno {
	switch s.state {
	case listening:
		return abi.OK
	case preparing:
		return abi.EINPROGRESS
	}
	return s.fail()
}

// stopListening sends away everybody who waits to be accepted.
func (s *Stream) stopListening() {
	if l := s.listen; l != nil {
		s.listen, l.stream = nil, nil
		s.stack.Network.Unlisten(l)
	}
	s.state = idle
	pending, waiting := s.pending, s.waiting
	s.pending, s.waiting = nil, nil
	for _, p := range pending {
		p.hangUp(true)
		p.Release()
	}
	for _, w := range waiting {
		w.refused(abi.ECONNREFUSED)
	}
}

// Accept takes the connection that has waited longest. Its inode number and time
// are the caller's to set, with Accepted.
//
//	EINVAL it does not listen
//	EAGAIN there is none; ready for In when there is one
func (s *Stream) Accept() (*Stream, abi.Errno) {
	if s.state != listening {
		return nil, abi.EINVAL
	}
	if len(s.pending) == 0 {
		return nil, abi.EAGAIN
	}
	p := shift(&s.pending)
	s.promote()
	return p, abi.OK
}

// Accepted says what an accepted socket is known by, as Stack.Open does.
func (s *Stream) Accepted(ino, now uint64) { s.ino, s.born = ino, now }

// promote lets those connect who wait for room in the queue.
func (s *Stream) promote() {
	for len(s.waiting) > 0 && len(s.pending) <= s.backlog {
		c := shift(&s.waiting)
		c.target = nil
		if e := s.establish(c); e != abi.OK {
			c.refused(e)
			continue
		}
		c.queue.Notify(waiter.Out)
	}
}

// establish connects c to a new socket that waits to be accepted.
//
// Errors: ENOBUFS there are too many sockets.
func (s *Stream) establish(c *Stream) abi.Errno {
	p := s.stack.newStream(s.family, 0, 0)
	if p == nil {
		return abi.ENOBUFS
	}
	p.options, p.proto = s.options, s.proto
	p.local, p.peer = c.peer.as(s.family), c.local.as(s.family)
	join(c, p)
	s.pending = append(s.pending, p)
	s.queue.Notify(waiter.In)
	return abi.OK
}

// shift takes the first one off a list.
func shift(list *[]*Stream) *Stream {
	l := *list
	first := l[0]
	copy(l, l[1:])
	l[len(l)-1] = nil
	*list = l[:len(l)-1]
	return first
}

// Connect implements Socket. Inside the system it is decided at once, unless the
// other side's queue is full: a unix socket that must not block then gets EAGAIN.
//
//	EINPROGRESS   it goes on; ready for Out when that is over
//	EALREADY      it goes on since an earlier call
//	EISCONN       it is connected, or listens
//	EAFNOSUPPORT  the address is of another family
//	ECONNREFUSED  nobody listens there
//	ENETUNREACH   the address is outside, and there is no way
//	EADDRNOTAVAIL no port is free; the same connection exists
//	EPROTOTYPE    the unix socket there has another type
//	ENOBUFS       there are too many sockets
//	and what became of an earlier EINPROGRESS
func (s *Stream) Connect(a *Addr, nonblock bool) abi.Errno {
	switch s.state {
	case connecting:
		return abi.EALREADY
	case connected, listening, preparing:
		return abi.EISCONN
	}
	switch {
	case s.err != abi.OK:
		return s.fail()
	case a.Family != s.family:
		return abi.EAFNOSUPPORT
	case s.unix():
		l := s.stack.named(a)
		switch {
		case l != nil && l.stream == nil:
			return abi.EPROTOTYPE
		case l == nil || l.stream.state != listening:
			return abi.ECONNREFUSED
		}
		s.peer = l.local
		return s.knock(l.stream, nonblock)
	}
	return s.dialTCP(a)
}

// dialTCP connects to an address of the internet.
func (s *Stream) dialTCP(a *Addr) abi.Errno {
	to := *a
	if to.IP.any() {
		to.IP = to.IP.here()
	}
	if s.on(abi.SockOptionOnlyV6) && to.IP.Is4() {
		return abi.ENETUNREACH
	}
	if !s.local.IP.any() && s.local.IP.Is4() != to.IP.Is4() {
		return abi.ENETUNREACH
	}
	inside := s.stack.own(&to.IP)
	if !inside {
		if e := s.stack.reachable(&to.IP, &s.options); e != abi.OK {
			return e
		}
	}
	for _, o := range s.stack.ports[s.port] {
		if s.bound && o != &s.socket && o.stream.state == connected && o.peer.Port == to.Port && o.peer.IP == to.IP && s.clashes(o, &s.local.IP) {
			return abi.EADDRNOTAVAIL
		}
	}
	if e := s.autobind(); e != abi.OK {
		return e
	}
	s.peer = to
	was, e := s.local.IP, abi.EINPROGRESS
	if inside {
		if s.local.IP.any() {
			s.local.IP = to.IP
			if to.IP.loopback() {
				s.local.IP = to.IP.here()
			}
		}
		l := s.stack.best(uint32(to.Port), &to.IP, &s.local)
		if l == nil {
			e = abi.ECONNREFUSED
		} else {
			e = s.knock(l.stream, false)
		}
	} else {
		s.state = connecting
		s.dial = &Dial{Local: s.local, Remote: to, stream: s}
		s.stack.Network.Dial(s.dial)
		e = s.Connected()
	}
	if e != abi.OK && e != abi.EINPROGRESS {
		s.local.IP = was
		s.forgetLocal()
	}
	return e
}

// knock connects to a socket that listens, or gets in line.
func (s *Stream) knock(l *Stream, nonblock bool) abi.Errno {
	if len(l.pending) <= l.backlog {
		return l.establish(s)
	}
	if nonblock {
		return abi.EAGAIN
	}
	s.state, s.target = connecting, l
	l.waiting = append(l.waiting, s)
	return abi.EINPROGRESS
}

// Connected returns what became of Connect: EINPROGRESS as long as that is open.
func (s *Stream) Connected() abi.Errno {
	switch s.state {
	case connected:
		return abi.OK
	case connecting:
		return abi.EINPROGRESS
	}
	if s.err == abi.OK {
		return abi.ENOTCONN
	}
	return s.fail()
}

// GiveUp ends a Connect that is open.
func (s *Stream) GiveUp() {
	if s.state == connecting {
		s.withdraw()
		s.state = idle
		s.forgetLocal()
		s.queue.Notify(everything)
	}
}

// withdraw takes the socket out of the line it waits in.
func (s *Stream) withdraw() {
	if t := s.target; t != nil {
		for i, w := range t.waiting {
			if w == s {
				t.waiting = append(t.waiting[:i], t.waiting[i+1:]...)
				break
			}
		}
		s.target = nil
	}
	if d := s.dial; d != nil {
		s.dial, d.stream = nil, nil
	}
}

// refused ends a Connect that is open: the next call reports e.
func (s *Stream) refused(e abi.Errno) {
	s.target, s.dial = nil, nil
	s.state, s.err = idle, e
	s.forgetLocal()
	s.queue.Notify(everything)
}

// forgetLocal gives up the port that Connect has chosen.
func (s *Stream) forgetLocal() {
	if s.own {
		s.own = false
		s.unbind()
		s.local = Addr{Family: s.family, IP: any6}
		if s.family == abi.AddressFamilyInet4 {
			s.local.IP = any4
		}
	}
}
