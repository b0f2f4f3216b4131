package sock

import (
	"math/rand"
	"strings"
	"testing"

	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/guestmem"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

const (
	in, out, rdHup, err, hup = waiter.In, waiter.Out, waiter.RdHup, waiter.Err, waiter.Hup
)

func TestConversation(t *testing.T) {
	w := newWorld(t)
	l := w.tcp()
	w.ready(l, out|hup, "new")
	w.is(l.Bind(at("127.0.0.1", 80)), abi.OK, "bind")
	w.is(l.Listen(5), abi.OK, "listen")
	w.ready(l, 0, "listening")
	heardL := listen(l, in)
	if _, e := l.Accept(); e != abi.EAGAIN {
		t.Errorf("accept without a connection: %v", e)
	}

	c := w.tcp()
	w.is(c.Connect(at("127.0.0.1", 80), false), abi.OK, "connect")
	w.is(c.Connect(at("127.0.0.1", 80), false), abi.EISCONN, "connect again")
	w.ready(l, in, "with a connection")
	if heardL.take() != in {
		t.Error("whoever waits for connections was not told")
	}
	s := w.accept(l)
	w.ready(l, 0, "accepted")
	for _, x := range []struct{ a, b *Stream }{{c, s}, {s, c}} {
		a, _ := x.a.Peer()
		if b := x.b.Local(); a != b {
			t.Errorf("peer %v, the other's local %v", a, b)
		}
	}
	if a := c.Local(); a.IP != loopback4 || a.Port < firstPort || a.Port > lastPort {
		t.Errorf("the client's address is %v", a)
	}

	w.ready(c, out, "connected")
	heardS := listen(s, allOf)
	w.put(c, "hello", nil)
	if heardS.take() != in || s.Buffered() != 5 {
		t.Errorf("%d to be read", s.Buffered())
	}
	w.ready(s, in|out, "with bytes")
	if b, _, e := recv(s, 4, abi.RiflagsRecvPeek); b != "hell" || e != abi.OK {
		t.Errorf("peek: %q %v", b, e)
	}
	if b, _, e := recv(s, 4, 0); b != "hell" || e != abi.OK {
		t.Errorf("recv: %q %v", b, e)
	}
	w.get(s, "o")
	w.fails(s, abi.EAGAIN)
	w.put(s, "there", nil)
	w.get(c, "there")
	if n, e := send(c, "", nil); n != 0 || e != abi.OK {
		t.Errorf("send of nothing: %d %v", n, e)
	}
	if b, _, e := recv(c, 0, 0); b != "" || e != abi.OK {
		t.Errorf("recv of nothing: %q %v", b, e)
	}
}

// An end of the stream comes after everything that was sent before.
func TestShutdown(t *testing.T) {
	w := newWorld(t)
	for _, kind := range []string{"tcp", "unix"} {
		var a, b Socket
		if kind == "tcp" {
			a, b = w.connection()
		} else {
			a, b = w.pair(stream)
		}
		heardB := listen(b, allOf)
		w.put(a, "last", nil)
		w.is(a.Shutdown(abi.SdflagsWr), abi.OK, "shutdown")
		if m := heardB.take(); m&(in|rdHup) != in|rdHup {
			t.Errorf("%s: told %s", kind, masks(m))
		}
		w.ready(a, out, "a shut down for writing")
		w.ready(b, in|out|rdHup, "b")
		if _, e := send(a, "x", nil); e != abi.EPIPE {
			t.Errorf("%s: send after shutdown: %v", kind, e)
		}
		w.get(b, "last")
		w.fails(b, abi.OK) // the end, again and again
		w.fails(b, abi.OK)
		w.put(b, "reply", nil)
		w.get(a, "reply")
		w.fails(a, abi.EAGAIN)

		w.is(b.Shutdown(abi.SdflagsRd|abi.SdflagsWr), abi.OK, "shutdown")
		w.ready(a, in|out|rdHup|hup, "both directions ended")
		w.ready(b, in|out|rdHup|hup, "both directions ended")
		if got := a.Status(); got != abi.SockStatusClosed {
			t.Errorf("%s: status %v", kind, got)
		}
		w.fails(a, abi.OK)
	}
	w.is(w.tcp().Shutdown(abi.SdflagsWr), abi.ENOTCONN, "not connected")
}

// A unix socket is told that nobody reads; TCP has no way to say so.
func TestShutdownForReading(t *testing.T) {
	w := newWorld(t)
	a, b := w.pair(stream)
	w.put(b, "before", nil)
	w.is(a.Shutdown(abi.SdflagsRd), abi.OK, "shutdown")
	w.get(a, "before")
	w.fails(a, abi.OK)
	if _, e := send(b, "x", nil); e != abi.EPIPE {
		t.Errorf("unix: %v", e)
	}
	c, d := w.connection()
	w.is(c.Shutdown(abi.SdflagsRd), abi.OK, "shutdown")
	w.ready(c, in|out|rdHup, "shut down for reading")
	w.fails(c, abi.OK)
	w.put(d, "late", nil)
	w.get(c, "late")
}

func TestClose(t *testing.T) {
	w := newWorld(t)
	a, b := w.connection()
	heardB := listen(b, 0)
	w.put(a, "bye", nil)
	w.close(a)
	w.ready(b, in|out|rdHup, "the other side has closed")
	w.get(b, "bye")
	w.fails(b, abi.OK)
	// Nobody tells TCP before it sends.
	w.put(b, "are you there", nil)
	if heardB.take()&hup == 0 {
		t.Error("not told that the connection is over")
	}
	w.ready(b, in|out|rdHup|hup, "after a send to nobody")
	if _, e := send(b, "again", nil); e != abi.EPIPE {
		t.Errorf("the second send: %v", e)
	}
	w.fails(b, abi.OK)
	w.is(b.Shutdown(abi.SdflagsWr), abi.ENOTCONN, "shutdown")

	c, d := w.pair(stream)
	w.put(c, "bye", nil)
	w.close(c)
	w.ready(d, in|out|rdHup|hup, "unix: the other side has closed")
	if _, e := send(d, "x", nil); e != abi.EPIPE {
		t.Errorf("unix: %v", e)
	}
	w.get(d, "bye")
	w.fails(d, abi.OK)
}

// Whoever closes without reading everything resets the connection.
func TestReset(t *testing.T) {
	w := newWorld(t)
	for _, kind := range []string{"unread", "linger", "unix"} {
		var a, b Socket
		if kind == "unix" {
			a, b = w.pair(stream)
		} else {
			a, b = w.connection()
		}
		w.put(a, "you get this", nil)
		if kind == "linger" {
			w.is(a.SetTime(abi.SockOptionLinger, abi.OptionTimestamp{Tag: abi.OptionSome}), abi.OK, "linger")
		} else {
			w.put(b, "you never read this", nil)
		}
		w.close(a)
		w.ready(b, in|out|err|rdHup|hup, kind)
		if b.Status() != abi.SockStatusFailed {
			t.Errorf("%s: status %v", kind, b.Status())
		}
		w.get(b, "you get this")
		w.fails(b, abi.ECONNRESET)
		w.fails(b, abi.OK)
		if _, e := send(b, "x", nil); e != abi.EPIPE {
			t.Errorf("%s: send: %v", kind, e)
		}
	}
	a, b := w.connection()
	w.put(b, "unread", nil)
	w.close(a)
	if _, e := send(b, "x", nil); e != abi.ECONNRESET {
		t.Errorf("send: %v, want ECONNRESET once", e)
	}
	if _, e := send(b, "x", nil); e != abi.EPIPE {
		t.Errorf("send: %v", e)
	}
}

// A full connection takes what fits; whoever waits to write hears when a quarter
// is free.
func TestBackPressure(t *testing.T) {
	w := newWorld(t)
	a, b := w.connection()
	w.is(a.SetSize(abi.SockOptionSendBufSize, 8<<10), abi.OK, "set")
	w.is(b.SetSize(abi.SockOptionRecvBufSize, 4<<10), abi.OK, "set")
	const room = 12 << 10
	if a.Room() != room {
		t.Errorf("room for %d", a.Room())
	}
	if n, e := send(a, strings.Repeat("x", room+1), nil); n != room || e != abi.OK {
		t.Errorf("sent %d %v", n, e)
	}
	if n, e := send(a, "x", nil); n != 0 || e != abi.EAGAIN {
		t.Errorf("sent %d %v to a full connection", n, e)
	}
	w.ready(a, 0, "full")
	h := listen(a, out)
	recv(b, room/4-1, 0)
	w.ready(a, 0, "nearly a quarter free")
	if h.take() != 0 {
		t.Error("told too early")
	}
	if n, e := send(a, "y", nil); n != 1 || e != abi.OK {
		t.Errorf("what fits is taken: %d %v", n, e)
	}
	recv(b, 2, 0)
	if h.take() != out {
		t.Error("not told")
	}
	w.ready(a, out, "a quarter free")
	recv(b, 1, 0)
	if h.take() != 0 {
		t.Error("told again")
	}
	h2 := listen(a, out)
	w.is(b.SetSize(abi.SockOptionRecvBufSize, MaxBuffer), abi.OK, "set")
	if h2.take() != out {
		t.Error("not told of the larger buffer")
	}
}

// PEEK and DATA_TRUNCATED on a stream: as in Linux.
func TestRecvFlags(t *testing.T) {
	w := newWorld(t)
	a, b := w.connection()
	w.put(a, "0123456789", nil)
	var v guestmem.Vec
	buf := []byte("????")
	v.SetBytes(buf)
	if n, _, e := b.Recv(&v, abi.RiflagsRecvDataTruncated); n != 4 || e != abi.OK || string(buf) != "????" || v.Len() != 0 {
		t.Errorf("%d %v, buffer %q, %d left", n, e, buf, v.Len())
	}
	if b, _, _ := recv(b, 3, abi.RiflagsRecvPeek); b != "456" {
		t.Errorf("peek: %q", b)
	}
	v.SetBytes(buf)
	if n, _, _ := b.Recv(&v, abi.RiflagsRecvPeek|abi.RiflagsRecvDataTruncated); n != 4 || b.Buffered() != 6 {
		t.Errorf("%d, %d left", n, b.Buffered())
	}
	if !b.Enough(6) || b.Enough(7) {
		t.Error("Enough")
	}
	a.Shutdown(abi.SdflagsWr)
	if !b.Enough(7) {
		t.Error("no more will come")
	}
	w.get(b, "456789")
}

// A bad buffer takes nothing out of the connection and puts nothing in.
func TestFault(t *testing.T) {
	w := newWorld(t)
	a, b := w.connection()
	w.put(a, "keep", nil)
	mem := guestmem.Of(make([]byte, 100_000))
	var v guestmem.Vec
	v.Set(mem, 99_998, 4)
	if n, _, e := b.Recv(&v, 0); n != 0 || e != abi.EFAULT {
		t.Errorf("recv: %d %v", n, e)
	}
	v.Set(mem, 10, 100_000)
	if n, e := a.Send(&v, nil); n != 0 || e != abi.EFAULT {
		t.Errorf("send: %d %v", n, e)
	}
	w.get(b, "keep")
}

func TestNotConnected(t *testing.T) {
	w := newWorld(t)
	for _, s := range []*Stream{w.tcp(), w.server(1)} {
		w.fails(s, abi.ENOTCONN)
		if _, e := send(s, "x", nil); e != abi.ENOTCONN {
			t.Error(e)
		}
		if _, e := s.Peer(); e != abi.ENOTCONN {
			t.Error(e)
		}
	}
	if _, e := w.tcp().Accept(); e != abi.EINVAL {
		t.Errorf("accept: %v", e)
	}
}

// Both directions of connections are compared with plain strings over many
// random calls.
func TestAgainstModel(t *testing.T) {
	for seed := range int64(8) {
		w := newWorld(t)
		rnd := rand.New(rand.NewSource(seed))
		var a, b Socket
		if tcp := seed%2 == 0; tcp {
			a, b = w.connection()
		} else {
			a, b = w.pair(stream)
		}
		m := newModel(w, rnd, a, b)
		for range 1000 {
			m.step()
		}
		m.drain()
	}
}

// FuzzStream does what the bytes say.
func FuzzStream(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 4, 5, 200, 100, 0, 0, 9})
	f.Fuzz(func(t *testing.T, ops []byte) {
		w := newWorld(t)
		a, b := w.connection()
		m := newModel(w, rand.New(rand.NewSource(0)), a, b)
		for _, op := range ops {
			m.do(int(op))
		}
		m.drain()
	})
}

// model is what a connection should do.
type model struct {
	w    *world
	rnd  *rand.Rand
	side [2]Socket
	sent [2]string // by side, what the other has not read
	done [2]bool   // shut down for writing
	next byte
}

func newModel(w *world, rnd *rand.Rand, a, b Socket) *model {
	return &model{w: w, rnd: rnd, side: [2]Socket{a, b}}
}

func (m *model) step() { m.do(m.rnd.Intn(256)) }

func (m *model) do(op int) {
	i := op & 1
	s, size := m.side[i].(*Stream), m.rnd.Intn([]int{1, 40, 5000, 100_000}[op>>1&3])
	switch op >> 3 & 7 {
	case 0, 1, 2:
		m.send(i, size)
	case 3, 4, 5:
		m.recv(i, size)
	case 6:
		want := m.sent[1-i]
		got, _, e := recv(s, size, abi.RiflagsRecvPeek)
		if e == abi.OK && got != want[:min(size, len(want))] {
			m.w.Fatalf("peek of %d is wrong", size)
		}
	case 7:
		if op>>1&3 == 0 {
			s.SetSize(abi.SockOptionRecvBufSize, uint64(m.rnd.Intn(300_000)))
		} else if op == 0xff {
			m.done[i] = true
			m.w.is(s.Shutdown(abi.SdflagsWr), abi.OK, "shutdown")
		}
	}
	m.check()
}

func (m *model) send(i, size int) {
	s, to := m.side[i].(*Stream), m.side[1-i].(*Stream)
	b := make([]byte, size)
	for k := range b {
		m.next++
		b[k] = m.next
	}
	room := max(0, s.sendSize+to.recvSize-len(m.sent[i]))
	n, e := send(s, string(b), nil)
	want, wantErr := min(size, room), abi.OK
	switch {
	case m.done[i]:
		want, wantErr = 0, abi.EPIPE
	case size > 0 && room == 0:
		wantErr = abi.EAGAIN
	}
	if n != want || e != wantErr {
		m.w.Fatalf("send of %d with room for %d: %d %v, want %d %v", size, room, n, e, want, wantErr)
	}
	m.sent[i] += string(b[:n])
	m.next -= byte(size - n)
}

func (m *model) recv(i, size int) {
	want, wantErr := m.sent[1-i], abi.OK
	if len(want) == 0 && size > 0 && !m.done[1-i] {
		wantErr = abi.EAGAIN
	}
	want = want[:min(size, len(want))]
	got, _, e := recv(m.side[i], size, 0)
	if got != want || e != wantErr {
		m.w.Fatalf("recv of %d: %d bytes %v, want %d %v", size, len(got), e, len(want), wantErr)
	}
	m.sent[1-i] = m.sent[1-i][len(want):]
}

// check compares readiness and the memory in use.
func (m *model) check() {
	bytes := 0
	for i, s := range m.side {
		a, b := s.(*Stream), m.side[1-i].(*Stream)
		n, size := len(m.sent[1-i]), a.recvSize+b.sendSize
		if a.in.n != n {
			m.w.Fatalf("%d bytes wait, want %d", a.in.n, n)
		}
		want := waiter.Mask(0)
		if n > 0 || m.done[1-i] {
			want |= in
		}
		if m.done[1-i] {
			want |= rdHup
		}
		if m.done[0] && m.done[1] {
			want |= hup
		}
		if room := a.sendSize + b.recvSize; m.done[i] || room-len(m.sent[i]) >= room/4 {
			want |= out
		}
		if got := s.Readiness(allOf); got != want {
			m.w.Fatalf("%d of %d wait: ready for %s, want %s", n, size, masks(got), masks(want))
		}
		for c := a.in.head; c != nil; c = c.next {
			bytes += len(c.data)
		}
	}
	if bytes != m.w.chunks.bytes {
		m.w.Fatalf("%d bytes in use, want %d", m.w.chunks.bytes, bytes)
	}
}

// drain reads what is left, and then the ends.
func (m *model) drain() {
	for i := range m.side {
		m.recv(i, 1<<20)
		m.w.is(m.side[i].Shutdown(abi.SdflagsWr), abi.OK, "shutdown")
		m.done[i] = true
	}
	for i := range m.side {
		m.recv(i, 10)
		m.w.close(m.side[i])
	}
}
