package sock

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/vfs"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

// state is where a stream is in its life.
type state uint8

const (
	idle       state = iota // opened; or a connection could not be made
	connecting              // Connect has returned EINPROGRESS
	connected               // also when the other side has gone
	preparing               // Listen has returned EINPROGRESS
	listening
)

// Stream is a TCP or unix stream socket: one that listens, or one side of a
// connection.
type Stream struct {
	socket
	state state

	// Of a connection.
	mate       *Stream // the other side; nil: it has gone
	in         buffer  // what it has sent
	inEnd      bool    // it sends no more
	outEnd     bool    // nothing can be sent any more: EPIPE
	readClosed bool    // shutdown for reading

	// Of a socket that listens.
	backlog int
	pending []*Stream // connected, to be accepted
	waiting []*Stream // connecting: pending is full
	listen  *Listen   // what the network outside was asked

	// Of one that connects.
	target *Stream // whose waiting it is in
	dial   *Dial   // what the network outside was asked
}

// newStream returns a new socket, nil when there are too many.
func (st *Stack) newStream(f abi.AddressFamily, ino, now uint64) *Stream {
	if st.full(1) {
		return nil
	}
	s := &Stream{}
	s.stream = s
	s.init(st, f, ino, now)
	return s
}

// join makes two sockets the sides of a connection.
func join(a, b *Stream) {
	a.state, b.state = connected, connected
	a.mate, b.mate = b, a
}

// Type implements vfs.Object.
func (s *Stream) Type() abi.Filetype { return abi.FiletypeSocketStream }

// Attr implements vfs.Object.
func (s *Stream) Attr(*vfs.Ctx) (vfs.Attr, abi.Errno) { return s.attr(abi.FiletypeSocketStream) }

// Read implements vfs.Object: Recv.
func (s *Stream) Read(_ *vfs.Ctx, _ *vfs.OpenFile, dst *guestmem.Vec) (int, abi.Errno) {
	n, _, e := s.Recv(dst, 0)
	return n, e
}

// Write implements vfs.Object: Send.
func (s *Stream) Write(_ *vfs.Ctx, _ *vfs.OpenFile, src *guestmem.Vec) (int, abi.Errno) {
	return s.Send(src, nil)
}

// Recv implements Socket. 0 bytes: the other side sends no more. With
// RECV_DATA_TRUNCATED what has come is thrown away, as Linux does for TCP.
//
//	ENOTCONN   it is not connected
//	EAGAIN     nothing has come
//	ECONNRESET the other side has closed abruptly, or without reading everything
//	ECONNREFUSED, ETIMEDOUT and others: what became of a connect
//	EFAULT
func (s *Stream) Recv(dst *guestmem.Vec, flags abi.Riflags) (int, abi.Roflags, abi.Errno) {
	want := dst.Len()
	switch {
	case s.state == connecting:
		return 0, 0, abi.EAGAIN
	case s.state != connected:
		if s.err != abi.OK {
			return 0, 0, s.fail()
		}
		return 0, 0, abi.ENOTCONN
	case want == 0:
		return 0, 0, abi.OK
	case s.in.n == 0:
		return 0, 0, s.nothing()
	}
	if e := dst.Check(); e != abi.OK {
		return 0, 0, e
	}
	m, was := s.mate, s.congested()
	var n int
	e := abi.OK
	switch {
	case flags&abi.RiflagsRecvDataTruncated != 0 && flags&abi.RiflagsRecvPeek != 0:
		n = min(want, s.in.n)
	case flags&abi.RiflagsRecvDataTruncated != 0:
		n = s.in.skip(&s.stack.chunks, want)
		dst.Limit(want - n)
	case flags&abi.RiflagsRecvPeek != 0:
		n, e = s.in.peek(dst)
	default:
		n, e = s.in.read(&s.stack.chunks, dst)
	}
	if was && m != nil && !s.congested() {
		m.queue.Notify(waiter.Out)
	}
	if n > 0 {
		e = abi.OK
	}
	return n, 0, e
}

// nothing says what a connection without bytes to read returns.
func (s *Stream) nothing() abi.Errno {
	switch {
	case s.err != abi.OK:
		return s.fail()
	case s.inEnd, s.readClosed:
		return abi.OK
	}
	return abi.EAGAIN
}

// congested tells whether so much waits to be read that the other side should
// not write: less than a quarter of the buffers is free.
func (s *Stream) congested() bool {
	m := s.mate
	if m == nil {
		return false
	}
	size := s.recvSize + m.sendSize
	return s.in.n > size-size/4
}

// Send implements Socket. It takes what fits; a is not looked at.
//
//	ENOTCONN   it is not connected
//	EPIPE      nothing can be sent any more
//	EAGAIN     the buffers are full, or the connection is not made yet
//	ECONNRESET, ECONNREFUSED, ETIMEDOUT as Recv
//	ENOBUFS    the memory for all sockets is full
//	EFAULT
func (s *Stream) Send(src *guestmem.Vec, _ *Addr) (int, abi.Errno) {
	switch {
	case s.state == connecting:
		return 0, abi.EAGAIN
	case s.err != abi.OK:
		return 0, s.fail()
	case s.state != connected:
		return 0, abi.ENOTCONN
	case s.outEnd:
		return 0, abi.EPIPE
	}
	n := src.Len()
	if n == 0 {
		return 0, abi.OK
	}
	if e := src.Check(); e != abi.OK {
		return 0, e
	}
	m := s.mate
	if m == nil {
		// TCP learns that the other side has gone from the answer to this.
		src.Limit(0)
		s.outEnd = true
		s.queue.Notify(everything)
		return n, abi.OK
	}
	room := s.sendSize + m.recvSize - m.in.n
	if room <= 0 {
		return 0, abi.EAGAIN
	}
	n, e := m.in.write(&s.stack.chunks, src, min(n, room))
	if n == 0 {
		return 0, e
	}
	m.queue.Notify(waiter.In)
	return n, abi.OK
}

// Enough tells whether n bytes can be peeked at, or waiting for them is of no use:
// nothing more will come, or fits.
func (s *Stream) Enough(n int) bool {
	return s.in.n >= n || s.state != connected || s.inEnd || s.readClosed || s.err != abi.OK || s.congested()
}

// Buffered returns how many bytes can be read at once.
func (s *Stream) Buffered() uint64 { return uint64(s.in.n) }

// Room returns how many bytes can be written at once.
func (s *Stream) Room() uint64 {
	if s.mate == nil {
		return 0
	}
	return uint64(max(0, s.sendSize+s.mate.recvSize-s.mate.in.n))
}

// Readiness implements waiter.Waitable, as Linux has it: a socket that is not
// connected is hung up.
func (s *Stream) Readiness(mask waiter.Mask) waiter.Mask {
	var m waiter.Mask
	switch s.state {
	case idle:
		m = waiter.Out | waiter.Hup
	case listening:
		if len(s.pending) > 0 {
			m = waiter.In
		}
	case connected:
		ended := s.inEnd || s.readClosed
		if s.in.n > 0 || ended {
			m = waiter.In
		}
		if ended {
			m |= waiter.RdHup
		}
		if s.outEnd || s.mate == nil || !s.mate.congested() {
			m |= waiter.Out
		}
		if ended && s.outEnd {
			m |= waiter.Hup
		}
	}
	if s.err != abi.OK {
		m |= waiter.In | waiter.Out | waiter.Err
	}
	return m & (mask | waiter.Always)
}

// Shutdown implements Socket. A socket that listens and is shut down for reading
// listens no more.
//
// Errors: ENOTCONN it is not connected.
func (s *Stream) Shutdown(how abi.Sdflags) abi.Errno {
	if s.state == listening && how&abi.SdflagsRd != 0 {
		s.stopListening()
		s.queue.Notify(everything)
		return abi.OK
	}
	m := s.mate
	if s.state != connected || m == nil && s.outEnd {
		return abi.ENOTCONN
	}
	if how&abi.SdflagsWr != 0 {
		s.outEnd = true
		if m != nil {
			m.inEnd = true
		}
	}
	if how&abi.SdflagsRd != 0 {
		s.readClosed = true
		// The other side of a unix socket learns of it; TCP cannot say it.
		if m != nil && s.unix() {
			m.outEnd = true
		}
	}
	s.queue.Notify(everything)
	if m != nil {
		m.queue.Notify(everything)
	}
	return abi.OK
}

// Release implements vfs.Object.
func (s *Stream) Release() {
	switch s.state {
	case preparing, listening:
		s.stopListening()
	case connecting:
		s.withdraw()
	case connected:
		s.hangUp(s.abrupt())
	}
	s.state = idle
	s.in.skip(&s.stack.chunks, s.in.n)
	s.close()
	s.queue.Notify(everything) // threads that still use what they have closed
}

// hangUp tells the other side that this one has gone. Bytes that were not read
// are an error there.
func (s *Stream) hangUp(abrupt bool) {
	m := s.mate
	if m == nil {
		return
	}
	s.mate, m.mate = nil, nil
	m.inEnd = true
	if s.in.n > 0 || abrupt {
		if m.err = abi.ECONNRESET; !s.unix() {
			m.outEnd = true
		}
	}
	if s.unix() {
		m.outEnd = true
	}
	m.queue.Notify(everything)
}

// From implements Socket.
func (s *Stream) From() *Addr { return &s.peer }

// Peer implements Socket.
func (s *Stream) Peer() (Addr, abi.Errno) {
	if s.state != connected {
		return Addr{}, abi.ENOTCONN
	}
	return s.peer, abi.OK
}

// Status implements Socket.
func (s *Stream) Status() abi.SockStatus {
	switch {
	case s.err != abi.OK:
		return abi.SockStatusFailed
	case s.state == idle, s.state == connecting, s.state == preparing:
		return abi.SockStatusOpening
	case s.state == connected && s.inEnd && s.outEnd:
		return abi.SockStatusClosed
	}
	return abi.SockStatusOpened
}
