package sock

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

const (
	// The longest datagrams of UDP, over IPv4 and IPv6.
	maxUDP4 = 65507
	maxUDP6 = 65527
	// overhead is what a datagram counts for beside its bytes, so that empty
	// ones are not without number.
	overhead = 256
)

// Datagram is a UDP or unix datagram socket.
type Datagram struct {
	socket
	in         buffer // a chunk for each datagram; n counts overhead, too
	connected  bool
	mate       *Datagram // of a unix socket: whom it is connected to
	readClosed bool
	outEnd     bool
	from       Addr        // of what Recv returned last
	starved    []*Datagram // unix sockets that found in full
	groups     []IP        // multicast memberships
}

// newDatagram returns a new socket, nil when there are too many.
func (st *Stack) newDatagram(f abi.AddressFamily, ino, now uint64) *Datagram {
	if st.full(1) {
		return nil
	}
	d := &Datagram{}
	d.dgram = d
	d.init(st, f, ino, now)
	return d
}

// Type implements vfs.Object.
func (d *Datagram) Type() abi.Filetype { return abi.FiletypeSocketDgram }

// Attr implements vfs.Object.
func (d *Datagram) Attr(*vfs.Ctx) (vfs.Attr, abi.Errno) { return d.attr(abi.FiletypeSocketDgram) }

// Read implements vfs.Object: Recv.
func (d *Datagram) Read(_ *vfs.Ctx, _ *vfs.OpenFile, dst *guestmem.Vec) (int, abi.Errno) {
	n, _, e := d.Recv(dst, 0)
	return n, e
}

// Write implements vfs.Object: Send.
func (d *Datagram) Write(_ *vfs.Ctx, _ *vfs.OpenFile, src *guestmem.Vec) (int, abi.Errno) {
	return d.Send(src, nil)
}

// Recv implements Socket: one datagram. What does not fit is lost, and the
// result says so. With RECV_DATA_TRUNCATED the length is that of the datagram,
// also where less fits.
//
//	EAGAIN       nothing has come
//	ECONNREFUSED nobody was there to receive what was sent
//	EFAULT
func (d *Datagram) Recv(dst *guestmem.Vec, flags abi.Riflags) (int, abi.Roflags, abi.Errno) {
	c := d.in.head
	switch {
	case d.err != abi.OK:
		return 0, 0, d.fail()
	case c == nil && d.readClosed:
		return 0, 0, abi.OK
	case c == nil:
		return 0, 0, abi.EAGAIN
	}
	if e := dst.Check(); e != abi.OK {
		return 0, 0, e
	}
	n, e := dst.CopyOut(c.data[:c.w])
	if e != abi.OK {
		return 0, 0, e
	}
	var ro abi.Roflags
	if n < c.w {
		ro = abi.RoflagsRecvDataTruncated
		if flags&abi.RiflagsRecvDataTruncated != 0 {
			n = c.w
		}
	}
	d.from = c.from
	if flags&abi.RiflagsRecvPeek == 0 {
		d.drop()
		if list := d.starved; list != nil {
			d.starved = nil
			for _, o := range list {
				o.queue.Notify(waiter.Out)
			}
		}
	}
	return n, ro, abi.OK
}

// drop removes the first datagram.
func (d *Datagram) drop() {
	c := d.in.head
	d.in.n -= c.w + overhead
	if d.in.head = c.next; d.in.head == nil {
		d.in.tail = nil
	}
	d.stack.chunks.put(c)
}

// From implements Socket.
func (d *Datagram) From() *Addr { return &d.from }

// Peer implements Socket.
func (d *Datagram) Peer() (Addr, abi.Errno) {
	if !d.connected {
		return Addr{}, abi.ENOTCONN
	}
	return d.peer, abi.OK
}

// Connect implements Socket: what is sent goes there, and only what comes from
// there is received. An address without family ends that.
//
//	EAFNOSUPPORT  the address is of another family
//	ECONNREFUSED  there is no unix socket
//	EPROTOTYPE    there is one of another type
//	EPERM         it is connected to another
//	EACCES        a broadcast address, without BROADCAST
//	ENETUNREACH   the address is outside, and there is no way
//	EADDRNOTAVAIL no port is free
func (d *Datagram) Connect(a *Addr, _ bool) abi.Errno {
	d.err = abi.OK
	switch {
	case a.Family == abi.AddressFamilyUnspec:
		d.connected, d.mate = false, nil
		return abi.OK
	case a.Family != d.family:
		return abi.EAFNOSUPPORT
	case d.unix():
		m, e := d.find(a)
		if e == abi.OK {
			d.mate, d.connected, d.peer = m, true, m.local
		}
		return e
	}
	to, e := d.destination(a)
	if e != abi.OK {
		return e
	}
	if d.local.IP.any() && to.IP.loopback() {
		d.local.IP = to.IP.here()
	}
	d.connected, d.peer = true, to
	return abi.OK
}

// find returns the unix socket that has an address.
func (d *Datagram) find(a *Addr) (*Datagram, abi.Errno) {
	s := d.stack.named(a)
	switch {
	case s == nil:
		return nil, abi.ECONNREFUSED
	case s.dgram == nil:
		return nil, abi.EPROTOTYPE
	case s.dgram.mate != nil && s.dgram.mate != d && !s.dgram.mate.closed:
		return nil, abi.EPERM
	}
	return s.dgram, abi.OK
}

// destination returns where what is sent to a goes. The socket has an address of
// its own then.
func (d *Datagram) destination(a *Addr) (Addr, abi.Errno) {
	to := *a
	if to.IP.any() {
		to.IP = to.IP.here()
	}
	switch {
	case a.Family != d.family:
		return to, abi.EAFNOSUPPORT
	case d.on(abi.SockOptionOnlyV6) && to.IP.Is4(), !d.local.IP.any() && d.local.IP.Is4() != to.IP.Is4():
		return to, abi.ENETUNREACH
	case to.IP.broadcast():
		if !d.on(abi.SockOptionBroadcast) {
			return to, abi.EACCES
		}
	case !to.IP.multicast() && !d.stack.own(&to.IP):
		if e := d.stack.reachable(&to.IP, &d.options); e != abi.OK {
			return to, e
		}
	}
	return to, d.autobind()
}

// Send implements Socket: one datagram.
//
//	EDESTADDRREQ there is no address, and it is not connected
//	EMSGSIZE     it is too long
//	EINVAL       port 0
//	EPIPE        it is shut down
//	EAGAIN       the other unix socket's queue is full
//	ECONNREFUSED nobody was there the last time; a unix socket has gone
//	ENOBUFS      the memory for all sockets is full
//	EFAULT, and those of Connect
//
// UDP drops what finds a full queue, or nobody.
func (d *Datagram) Send(src *guestmem.Vec, a *Addr) (int, abi.Errno) {
	n := src.Len()
	switch {
	case d.err != abi.OK:
		return 0, d.fail()
	case d.outEnd:
		return 0, abi.EPIPE
	case a == nil && !d.connected:
		return 0, abi.EDESTADDRREQ
	}
	if e := src.Check(); e != abi.OK {
		return 0, e
	}
	if d.unix() {
		return d.sendUnix(src, a)
	}
	to := d.peer
	if a != nil {
		var e abi.Errno
		if to, e = d.destination(a); e != abi.OK {
			return 0, e
		}
	}
	limit := maxUDP6
	if to.IP.Is4() {
		limit = maxUDP4
	}
	switch {
	case n > limit:
		return 0, abi.EMSGSIZE
	case to.Port == 0:
		return 0, abi.EINVAL
	}
	c, e := d.pack(src)
	if e != abi.OK {
		return 0, e
	}
	if e := d.send(c, &to); e != abi.OK {
		return 0, e
	}
	return n, abi.OK
}

// pack copies a datagram into a chunk.
func (d *Datagram) pack(src *guestmem.Vec) (*chunk, abi.Errno) {
	n := src.Len()
	c := d.stack.chunks.get(n)
	if c == nil {
		return nil, abi.ENOBUFS
	}
	if len(c.data) < n { // a long one of a unix socket
		d.stack.chunks.bytes += n - len(c.data)
		c = &chunk{data: make([]byte, n)}
	}
	_, e := src.CopyIn(c.data[:n])
	if e != abi.OK {
		d.stack.chunks.put(c)
		return nil, e
	}
	c.w = n
	return c, abi.OK
}

// deliver puts a datagram into the queue.
func (d *Datagram) deliver(c *chunk) {
	d.in.append(c)
	d.in.n += c.w + overhead
	d.queue.Notify(waiter.In)
}

// full tells whether another datagram does not fit.
func (d *Datagram) full() bool { return d.in.n >= d.recvSize }

func (d *Datagram) sendUnix(src *guestmem.Vec, a *Addr) (int, abi.Errno) {
	n, to := src.Len(), d.mate
	if a != nil {
		var e abi.Errno
		if to, e = d.find(a); e != abi.OK {
			return 0, e
		}
	}
	switch {
	case to == nil || to.closed:
		d.mate, d.connected = nil, false
		return 0, abi.ECONNREFUSED
	case to.readClosed:
		return 0, abi.EPIPE
	case n > d.sendSize:
		return 0, abi.EMSGSIZE
	case to.full():
		to.starve(d)
		return 0, abi.EAGAIN
	}
	c, e := d.pack(src)
	if e != abi.OK {
		return 0, e
	}
	c.from = d.local
	to.deliver(c)
	return n, abi.OK
}

// starve notes that o wants to hear when the queue is not full any more.
func (d *Datagram) starve(o *Datagram) {
	for _, s := range d.starved {
		if s == o {
			return
		}
	}
	d.starved = append(d.starved, o)
}

// Readiness implements waiter.Waitable.
func (d *Datagram) Readiness(mask waiter.Mask) waiter.Mask {
	var m waiter.Mask
	if d.in.head != nil || d.readClosed {
		m = waiter.In
	}
	if d.mate == nil || d.mate.closed || !d.mate.full() || d.outEnd {
		m |= waiter.Out
	} else if mask&waiter.Out != 0 {
		d.mate.starve(d)
	}
	if d.readClosed {
		m |= waiter.RdHup
		if d.outEnd {
			m |= waiter.Hup
		}
	}
	if d.err != abi.OK {
		m |= waiter.In | waiter.Out | waiter.Err
	}
	return m & (mask | waiter.Always)
}

// Buffered returns how many bytes the next read gets.
func (d *Datagram) Buffered() uint64 {
	if d.in.head == nil {
		return 0
	}
	return uint64(d.in.head.w)
}

// Shutdown implements Socket.
//
// Errors: ENOTCONN.
func (d *Datagram) Shutdown(how abi.Sdflags) abi.Errno {
	if !d.connected {
		return abi.ENOTCONN
	}
	d.readClosed = d.readClosed || how&abi.SdflagsRd != 0
	d.outEnd = d.outEnd || how&abi.SdflagsWr != 0
	d.queue.Notify(everything)
	return abi.OK
}

// Release implements vfs.Object.
func (d *Datagram) Release() {
	for d.in.head != nil {
		d.drop()
	}
	d.close()
	d.queue.Notify(everything)
	for _, o := range d.starved {
		o.queue.Notify(everything)
	}
	d.starved, d.mate = nil, nil
}

// Status implements Socket.
func (d *Datagram) Status() abi.SockStatus {
	switch {
	case d.err != abi.OK:
		return abi.SockStatusFailed
	case d.readClosed && d.outEnd:
		return abi.SockStatusClosed
	case d.bound || d.connected:
		return abi.SockStatusOpened
	}
	return abi.SockStatusOpening
}
