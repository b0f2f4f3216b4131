package sock

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

// Network is a way out of the system: it carries what is for addresses that are
// not the loopback's. Embed NoNetwork for what it does not have.
//
// Its methods are called with the kernel lock held and return at once. The
// answers come at once or later, with the lock held too (wasix.System.Do),
// through the methods of what was passed in.
//
// A connection is given to it as a Stream: the far end of what the program has.
// It reads there what the program sends, and writes what the program is to
// receive, with Recv and Send, which never block; it waits with Register; it ends
// with Shutdown and Release. So it need not know anything about sockets.
type Network interface {
	// Addrs returns this system's addresses outside, for bind and
	// port_addr_list.
	Addrs() []Prefix
	// Dial makes a TCP connection: Dial.Connected or Dial.Failed is the answer.
	Dial(d *Dial)
	// Listen takes TCP connections for l.Local: Listen.Ready is the answer,
	// Listen.Accept brings them. An address of Addrs, or 0.0.0.0 or :: for all.
	Listen(l *Listen)
	// Unlisten ends that.
	Unlisten(l *Listen)
	// Send sends a datagram of UDP. data is the callee's to read until it
	// returns. What comes back goes to Stack.Deliver.
	//
	// Errors: ENETUNREACH, EHOSTUNREACH, EMSGSIZE.
	Send(from, to *Addr, data []byte) abi.Errno
	// Resolve looks a name up: Query.Answer.
	Resolve(q *Query)
}

// Prefix is an address with the length of its network's prefix in bits, counted
// from the address's own first bit (IPv4: at most 32).
type Prefix struct {
	IP   IP
	Bits uint8
}

// NoNetwork is a Network that leads nowhere.
type NoNetwork struct{}

// Addrs implements Network.
func (NoNetwork) Addrs() []Prefix { return nil }

// Dial implements Network: ENETUNREACH.
func (NoNetwork) Dial(d *Dial) { d.Failed(abi.ENETUNREACH) }

// Listen implements Network: there is nothing to be heard.
func (NoNetwork) Listen(l *Listen) { l.Ready(abi.OK) }

// Unlisten implements Network.
func (NoNetwork) Unlisten(*Listen) {}

// Send implements Network: ENETUNREACH.
func (NoNetwork) Send(_, _ *Addr, _ []byte) abi.Errno { return abi.ENETUNREACH }

// Resolve implements Network: ENOENT.
func (NoNetwork) Resolve(q *Query) { q.Answer(nil, abi.ENOENT) }

// outside tells whether ip is one of the system's addresses on the Network.
func (st *Stack) outside(ip *IP) bool {
	if st.Network == nil {
		return false
	}
	for _, p := range st.Network.Addrs() {
		if p.IP == *ip {
			return true
		}
	}
	return false
}

// reachable says whether there is a way to an address outside.
//
// Errors: ENETUNREACH.
func (st *Stack) reachable(ip *IP, o *options) abi.Errno {
	if st.Network == nil || ip.multicast() || ip.broadcast() || o.on(abi.SockOptionDontRoute) {
		return abi.ENETUNREACH
	}
	return abi.OK
}

// Dial is a TCP connection that a program asks for.
type Dial struct {
	_             notComparable
	Local, Remote Addr
	stream        *Stream
}

// Canceled tells whether the program has given up.
func (d *Dial) Canceled() bool { return d.stream == nil }

// Connected says that the connection has been made, from the address local, and
// returns its far end; nil: the program has given up, or there are too many
// sockets.
func (d *Dial) Connected(local *Addr) *Stream {
	s := d.stream
	if s == nil {
		return nil
	}
	far := s.stack.newStream(s.family, 0, 0)
	if far == nil {
		d.Failed(abi.ENOBUFS)
		return nil
	}
	d.stream, s.dial = nil, nil
	s.local.IP = local.IP
	far.local, far.peer = d.Remote, s.local
	join(s, far)
	s.queue.Notify(waiter.Out)
	return far
}

// Failed says that there will be no connection: ECONNREFUSED, ETIMEDOUT,
// EHOSTUNREACH, ENETUNREACH.
func (d *Dial) Failed(e abi.Errno) {
	if s := d.stream; s != nil {
		d.stream = nil
		s.refused(e)
	}
}

// Listen is a socket that listens to the outside.
type Listen struct {
	stream *Stream
}

// Local returns the address that connections are taken for.
func (l *Listen) Local() Addr {
	if l.stream == nil {
		return Addr{}
	}
	return l.stream.local
}

// Ready answers Network.Listen: OK, or EADDRINUSE, EADDRNOTAVAIL, EACCES.
func (l *Listen) Ready(e abi.Errno) {
	s := l.stream
	if s == nil || s.state != preparing {
		return
	}
	if s.state = listening; e != abi.OK {
		s.state, s.err = idle, e
		s.listen, l.stream = nil, nil
	}
	s.queue.Notify(everything)
}

// Accept brings a connection from remote to local, and returns its far end.
//
//	ECONNREFUSED the socket does not listen any more
//	EAGAIN       its queue is full
//	ENOBUFS      there are too many sockets
func (l *Listen) Accept(remote, local *Addr) (*Stream, abi.Errno) {
	s := l.stream
	switch {
	case s == nil || s.state != listening:
		return nil, abi.ECONNREFUSED
	case len(s.pending) > s.backlog:
		return nil, abi.EAGAIN
	}
	far := s.stack.newStream(s.family, 0, 0)
	if far == nil {
		return nil, abi.ENOBUFS
	}
	far.local, far.peer = remote.as(s.family), local.as(s.family)
	if e := s.establish(far); e != abi.OK {
		far.Release()
		return nil, e
	}
	return far, abi.OK
}

// Query is a name that is being looked up. It is ready for In when the answer is
// there.
type Query struct {
	Name  string
	IPs   []IP
	Errno abi.Errno
	done  bool
	queue waiter.Queue
}

// Answer says what addresses the name has: OK, ENOENT there is no such name,
// ETIMEDOUT, ENETUNREACH.
func (q *Query) Answer(ips []IP, e abi.Errno) {
	q.IPs, q.Errno, q.done = ips, e, true
	q.queue.Notify(waiter.In)
}

// Done tells whether the answer is there.
func (q *Query) Done() bool { return q.done }

// Readiness implements waiter.Waitable.
func (q *Query) Readiness(mask waiter.Mask) waiter.Mask {
	if q.done {
		return mask & waiter.In
	}
	return 0
}

// Register implements waiter.Waitable.
func (q *Query) Register(e *waiter.Entry, mask waiter.Mask) { q.queue.Register(e, mask) }

// Unregister implements waiter.Waitable.
func (q *Query) Unregister(e *waiter.Entry) { q.queue.Unregister(e) }

// Addrs returns the addresses of the system, the loopback's first.
func (st *Stack) Addrs() []Prefix {
	list := []Prefix{{loopback4, 8}, {loopback6, 128}}
	if st.Network != nil {
		list = append(list, st.Network.Addrs()...)
	}
	return list
}
