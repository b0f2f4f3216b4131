// Package sock has the sockets of one system, and the network between them: TCP
// and UDP over the loopback interface (127.0.0.0/8 and ::1), unix sockets, pairs.
// What lies outside is reached through a Network, when there is one.
//
// Nothing is sent in packets: a connection is two Streams, and a write puts the
// bytes where the other side reads them. So nothing gets lost (but for datagrams
// that find a full queue), and there are no timers.
//
// Sockets are vfs.Objects. They never block and know no thread: what cannot
// proceed returns EAGAIN or EINPROGRESS, and the queue tells when to look again.
// Everything is protected by the kernel lock.
package sock

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

const (
	// DefaultBuffer and MaxBuffer are sizes of a socket's buffer in bytes. A
	// stream holds what fits into the sender's send buffer and the receiver's
	// receive buffer together.
	DefaultBuffer = 256 << 10
	MaxBuffer     = 1 << 20
	minBuffer     = 2 << 10

	// MaxBacklog is the longest queue of a socket that listens.
	MaxBacklog = 4096

	// DefaultSockets and DefaultBytes are limits of a Stack.
	DefaultSockets = 65536
	DefaultBytes   = 256 << 20
)

// everything is told to all who wait, when something has happened that does not
// happen often: they look for themselves.
const everything = waiter.In | waiter.Out | waiter.RdHup | waiter.Hup | waiter.Err

// Stack is the network of one system.
type Stack struct {
	// Name is what the system is called, beside "localhost".
	Name string
	// Network leads outside; nil: nowhere. It is set before there are sockets.
	Network Network
	// MaxSockets limits how many sockets there are, and MaxBytes the memory for
	// what has been sent and not received. 0: the defaults.
	MaxSockets, MaxBytes int

	sockets  int
	chunks   chunks
	ports    map[uint32][]*socket // who is bound to a port; see portKey
	next     uint16               // the port to try next
	nodes    map[vfs.Inode]*socket
	abstract map[string]*socket
}

// Live returns what must be zero when every socket is closed: sockets, bytes in
// buffers, ports and names.
func (st *Stack) Live() (sockets, bytes, names int) {
	return st.sockets, st.chunks.bytes, len(st.ports) + len(st.nodes) + len(st.abstract)
}

// Socket is what a descriptor from sock_open refers to: a *Stream or *Datagram.
type Socket interface {
	vfs.Object

	// Bindable says whether Bind would succeed, but for the name of a unix
	// socket, which the caller makes in between.
	Bindable(a *Addr) abi.Errno
	// Bind gives the socket its address. Port 0 is a free one.
	Bind(a *Addr) abi.Errno
	// Connect says whom the socket talks to. EINPROGRESS: it is ready for Out
	// when that is decided, and Connected knows how.
	Connect(a *Addr, nonblock bool) abi.Errno
	// Recv takes what has come. EAGAIN: ready for In when there is something.
	Recv(dst *guestmem.Vec, flags abi.Riflags) (int, abi.Roflags, abi.Errno)
	// Send sends to a, nil: to whom it is connected. EAGAIN: ready for Out when
	// there is room.
	Send(src *guestmem.Vec, a *Addr) (int, abi.Errno)
	// Shutdown ends one or both directions.
	Shutdown(how abi.Sdflags) abi.Errno
	// Fail makes the next call report e: an error that came with bytes.
	Fail(e abi.Errno)
	// Status is what sock_status reports.
	Status() abi.SockStatus

	// Local returns the socket's address.
	Local() Addr
	// Peer returns the address it is connected to: ENOTCONN.
	Peer() (Addr, abi.Errno)
	// From returns where what Recv returned came from.
	From() *Addr

	// The options: ENOPROTOOPT it has none of that name, EINVAL the value.
	Flag(o abi.SockOption) (bool, abi.Errno)
	SetFlag(o abi.SockOption, on bool) abi.Errno
	Size(o abi.SockOption) (uint64, abi.Errno)
	SetSize(o abi.SockOption, n uint64) abi.Errno
	Time(o abi.SockOption) (abi.OptionTimestamp, abi.Errno)
	SetTime(o abi.SockOption, t abi.OptionTimestamp) abi.Errno
}

// notComparable spares the code that compares structs.
type notComparable [0]func()

// socket is what streams and datagram sockets have in common.
type socket struct {
	_      notComparable
	stack  *Stack
	stream *Stream // the one that this is a part of
	dgram  *Datagram
	queue  waiter.Queue
	family abi.AddressFamily
	proto  abi.SockProto // what was asked for; 0 is the family's own
	err    abi.Errno     // what the next call reports
	local  Addr
	peer   Addr // valid when connected
	port   uint32
	bound  bool // in ports, nodes or abstract
	own    bool // the port was chosen by us, by the way
	closed bool
	options
	ino, born uint64
}

// Open makes a socket. ino is its inode number, now the real time in
// nanoseconds.
//
// Errors:
//
//	EAFNOSUPPORT    an unknown family
//	ENOTSUP         raw and seqpacket sockets
//	EINVAL          an unknown type
//	EPROTOTYPE      TCP, and not a stream; UDP, and not a datagram socket
//	EPROTONOSUPPORT another protocol
//	ENFILE          there are too many sockets
func (st *Stack) Open(f abi.AddressFamily, t abi.SockType, p abi.SockProto, ino, now uint64) (Socket, abi.Errno) {
	if e := supported(f, t, p); e != abi.OK {
		return nil, e
	}
	if t == abi.SockTypeStream {
		s := st.newStream(f, ino, now)
		if s == nil {
			return nil, abi.ENFILE
		}
		s.proto = p
		return s, abi.OK
	}
	d := st.newDatagram(f, ino, now)
	if d == nil {
		return nil, abi.ENFILE
	}
	d.proto = p
	return d, abi.OK
}

// Pair makes two sockets that are connected to each other. They are unix sockets
// whatever the family.
//
// Errors: as Open.
func (st *Stack) Pair(f abi.AddressFamily, t abi.SockType, p abi.SockProto, ino [2]uint64, now uint64) (a, b Socket, errno abi.Errno) {
	if e := supported(f, t, p); e != abi.OK {
		return nil, nil, e
	}
	if st.full(2) {
		return nil, nil, abi.ENFILE
	}
	if t == abi.SockTypeStream {
		x := st.newStream(abi.AddressFamilyUnix, ino[0], now)
		y := st.newStream(abi.AddressFamilyUnix, ino[1], now)
		join(x, y)
		return x, y, abi.OK
	}
	x := st.newDatagram(abi.AddressFamilyUnix, ino[0], now)
	y := st.newDatagram(abi.AddressFamilyUnix, ino[1], now)
	x.connected, x.mate, x.peer = true, y, y.local
	y.connected, y.mate, y.peer = true, x, x.local
	return x, y, abi.OK
}

// supported says whether there are such sockets. libc asks for TCP or UDP when
// the program has not named a protocol, whatever the family.
func supported(f abi.AddressFamily, t abi.SockType, p abi.SockProto) abi.Errno {
	switch f {
	case abi.AddressFamilyInet4, abi.AddressFamilyInet6, abi.AddressFamilyUnix:
	default:
		return abi.EAFNOSUPPORT
	}
	own := abi.SockProtoTCP
	switch t {
	case abi.SockTypeStream:
	case abi.SockTypeDgram:
		own = abi.SockProtoUDP
	case abi.SockTypeRaw, abi.SockTypeSeqpacket:
		return abi.ENOTSUP
	default:
		return abi.EINVAL
	}
	switch p {
	case abi.SockProtoIP, own:
		return abi.OK
	case abi.SockProtoTCP, abi.SockProtoUDP:
		return abi.EPROTOTYPE
	}
	return abi.EPROTONOSUPPORT
}

// full tells whether there cannot be n more sockets.
func (st *Stack) full(n int) bool {
	limit := st.MaxSockets
	if limit == 0 {
		limit = DefaultSockets
	}
	return st.sockets+n > limit
}

// init readies a new socket, and counts it.
func (s *socket) init(st *Stack, f abi.AddressFamily, ino, now uint64) {
	if st.ports == nil {
		st.ports = map[uint32][]*socket{}
		st.nodes = map[vfs.Inode]*socket{}
		st.abstract = map[string]*socket{}
		if st.chunks.max = st.MaxBytes; st.chunks.max == 0 {
			st.chunks.max = DefaultBytes
		}
	}
	st.sockets++
	s.stack, s.family, s.ino, s.born = st, f, ino, now
	s.local.Family = f
	if f == abi.AddressFamilyInet4 {
		s.local.IP = any4
	}
	s.options.init()
}

// close takes the socket out of everything but its queue.
func (s *socket) close() {
	s.unbind()
	s.closed = true
	s.stack.sockets--
}

// fail returns the error that was waiting for the next call, if there is one.
func (s *socket) fail() abi.Errno {
	e := s.err
	s.err = abi.OK
	return e
}

// Fail implements Socket.
func (s *socket) Fail(e abi.Errno) { s.err = e }

func (s *socket) unix() bool { return s.family == abi.AddressFamilyUnix }

// Local implements Socket.
func (s *socket) Local() Addr { return s.local }

// Pread implements vfs.Object: ESPIPE.
func (s *socket) Pread(*vfs.Ctx, *guestmem.Vec, int64) (int, abi.Errno) { return 0, abi.ESPIPE }

// Pwrite implements vfs.Object: ESPIPE.
func (s *socket) Pwrite(*vfs.Ctx, *vfs.OpenFile, *guestmem.Vec, int64) (int, abi.Errno) {
	return 0, abi.ESPIPE
}

// Seek implements vfs.Object: ESPIPE.
func (s *socket) Seek(*vfs.Ctx, *vfs.OpenFile, int64, abi.Whence) (int64, abi.Errno) {
	return 0, abi.ESPIPE
}

// Sync implements vfs.Object: EINVAL.
func (s *socket) Sync(*vfs.Ctx, bool) abi.Errno { return abi.EINVAL }

func (s *socket) attr(t abi.Filetype) (vfs.Attr, abi.Errno) {
	return vfs.Attr{Ino: s.ino, Nlink: 1, Type: t, Atim: s.born, Mtim: s.born, Ctim: s.born}, abi.OK
}

// Register implements waiter.Waitable.
func (s *socket) Register(e *waiter.Entry, mask waiter.Mask) { s.queue.Register(e, mask) }

// Unregister implements waiter.Waitable.
func (s *socket) Unregister(e *waiter.Entry) { s.queue.Unregister(e) }
