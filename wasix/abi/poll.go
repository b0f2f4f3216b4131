package abi

// Eventtype is what a subscription of poll_oneoff waits for.
type Eventtype uint8

const (
	EventtypeClock   Eventtype = 0
	EventtypeFdRead  Eventtype = 1
	EventtypeFdWrite Eventtype = 2
)

var eventtypeNames = [...]string{"CLOCK", "FD_READ", "FD_WRITE"}

func (e Eventtype) String() string { return enumName(eventtypeNames[:], uint64(e)) }

// Eventrwflags is the state of a descriptor in an event.
type Eventrwflags uint16

// EventrwflagsHangup says that the peer has closed.
const EventrwflagsHangup Eventrwflags = 1 << 0

var eventrwflagsNames = [...]string{"HANGUP"}

func (f Eventrwflags) String() string { return flagNames(eventrwflagsNames[:], uint64(f)) }

// Subclockflags say how a clock subscription's timeout is meant.
type Subclockflags uint16

// SubclockflagsAbstime makes the timeout a point in time, not a duration.
const SubclockflagsAbstime Subclockflags = 1 << 0

var subclockflagsNames = [...]string{"ABSTIME"}

func (f Subclockflags) String() string { return flagNames(subclockflagsNames[:], uint64(f)) }

// SubscriptionClock is the member of a Subscription that waits for time.
// Timeout and Precision are nanoseconds.
type SubscriptionClock struct {
	ID        Clockid
	Timeout   uint64
	Precision uint64
	Flags     Subclockflags
}

// SizeSubscriptionClock is the size of SubscriptionClock on the wire.
const SizeSubscriptionClock = 32

// Put writes the wire form to b[:SizeSubscriptionClock].
func (x *SubscriptionClock) Put(b []byte) {
	_ = b[31]
	put32(b, uint32(x.ID))
	clear(b[4:8])
	put64(b[8:], x.Timeout)
	put64(b[16:], x.Precision)
	put16(b[24:], uint16(x.Flags))
	clear(b[26:32])
}

// Get reads the wire form from b[:SizeSubscriptionClock].
func (x *SubscriptionClock) Get(b []byte) {
	_ = b[31]
	x.ID = Clockid(get32(b))
	x.Timeout = get64(b[8:])
	x.Precision = get64(b[16:])
	x.Flags = Subclockflags(get16(b[24:]))
}

// SubscriptionFdReadwrite is the member of a Subscription that waits for a
// descriptor.
type SubscriptionFdReadwrite struct {
	Fd int32
}

// SizeSubscriptionFdReadwrite is the size of SubscriptionFdReadwrite on the wire.
const SizeSubscriptionFdReadwrite = 4

// Put writes the wire form to b[:SizeSubscriptionFdReadwrite].
func (x *SubscriptionFdReadwrite) Put(b []byte) {
	_ = b[3]
	put32(b, uint32(x.Fd))
}

// Get reads the wire form from b[:SizeSubscriptionFdReadwrite].
func (x *SubscriptionFdReadwrite) Get(b []byte) {
	_ = b[3]
	x.Fd = int32(get32(b))
}

// Subscription is one thing poll_oneoff waits for. Type says which member holds.
type Subscription struct {
	Userdata    uint64 // returned in the event
	Type        Eventtype
	Clock       SubscriptionClock       // if Type is EventtypeClock
	FdReadwrite SubscriptionFdReadwrite // if Type is EventtypeFdRead or EventtypeFdWrite
}

// SizeSubscription is the size of Subscription on the wire.
const SizeSubscription = 48

// Put writes the wire form to b[:SizeSubscription]. Only the member that Type names is
// written; an unknown one leaves the rest zero.
func (x *Subscription) Put(b []byte) {
	_ = b[47]
	clear(b[:SizeSubscription])
	put64(b, x.Userdata)
	b[8] = uint8(x.Type)
	switch x.Type {
	case EventtypeClock:
		x.Clock.Put(b[16:])
	case EventtypeFdRead, EventtypeFdWrite:
		x.FdReadwrite.Put(b[16:])
	}
}

// Get reads the wire form from b[:SizeSubscription]. Members that Type does not name
// become zero.
func (x *Subscription) Get(b []byte) {
	_ = b[47]
	*x = Subscription{}
	x.Userdata = get64(b)
	x.Type = Eventtype(b[8])
	switch x.Type {
	case EventtypeClock:
		x.Clock.Get(b[16:])
	case EventtypeFdRead, EventtypeFdWrite:
		x.FdReadwrite.Get(b[16:])
	}
}

// UnstableSubscriptionClock is wasi_unstable's SubscriptionClock. Identifier
// has no meaning.
type UnstableSubscriptionClock struct {
	Identifier uint64
	ID         Clockid
	Timeout    uint64
	Precision  uint64
	Flags      Subclockflags
}

// SizeUnstableSubscriptionClock is the size of UnstableSubscriptionClock on the wire.
const SizeUnstableSubscriptionClock = 40

// Put writes the wire form to b[:SizeUnstableSubscriptionClock].
func (x *UnstableSubscriptionClock) Put(b []byte) {
	_ = b[39]
	put64(b, x.Identifier)
	put32(b[8:], uint32(x.ID))
	clear(b[12:16])
	put64(b[16:], x.Timeout)
	put64(b[24:], x.Precision)
	put16(b[32:], uint16(x.Flags))
	clear(b[34:40])
}

// Get reads the wire form from b[:SizeUnstableSubscriptionClock].
func (x *UnstableSubscriptionClock) Get(b []byte) {
	_ = b[39]
	x.Identifier = get64(b)
	x.ID = Clockid(get32(b[8:]))
	x.Timeout = get64(b[16:])
	x.Precision = get64(b[24:])
	x.Flags = Subclockflags(get16(b[32:]))
}

// UnstableSubscription is wasi_unstable's Subscription.
type UnstableSubscription struct {
	Userdata    uint64
	Type        Eventtype
	Clock       UnstableSubscriptionClock
	FdReadwrite SubscriptionFdReadwrite
}

// SizeUnstableSubscription is the size of UnstableSubscription on the wire.
const SizeUnstableSubscription = 56

// Put writes the wire form to b[:SizeUnstableSubscription]. Only the member that Type names is
// written; an unknown one leaves the rest zero.
func (x *UnstableSubscription) Put(b []byte) {
	_ = b[55]
	clear(b[:SizeUnstableSubscription])
	put64(b, x.Userdata)
	b[8] = uint8(x.Type)
	switch x.Type {
	case EventtypeClock:
		x.Clock.Put(b[16:])
	case EventtypeFdRead, EventtypeFdWrite:
		x.FdReadwrite.Put(b[16:])
	}
}

// Get reads the wire form from b[:SizeUnstableSubscription]. Members that Type does not name
// become zero.
func (x *UnstableSubscription) Get(b []byte) {
	_ = b[55]
	*x = UnstableSubscription{}
	x.Userdata = get64(b)
	x.Type = Eventtype(b[8])
	switch x.Type {
	case EventtypeClock:
		x.Clock.Get(b[16:])
	case EventtypeFdRead, EventtypeFdWrite:
		x.FdReadwrite.Get(b[16:])
	}
}

// Subscription returns x as preview1 has it.
func (x *UnstableSubscription) Subscription() Subscription {
	return Subscription{
		Userdata: x.Userdata,
		Type:     x.Type,
		Clock: SubscriptionClock{
			ID: x.Clock.ID, Timeout: x.Clock.Timeout, Precision: x.Clock.Precision, Flags: x.Clock.Flags,
		},
		FdReadwrite: x.FdReadwrite,
	}
}

// EventFdReadwrite is the state of a descriptor that became ready.
type EventFdReadwrite struct {
	Nbytes uint64 // that can be read or written
	Flags  Eventrwflags
}

// SizeEventFdReadwrite is the size of EventFdReadwrite on the wire.
const SizeEventFdReadwrite = 16

// Put writes the wire form to b[:SizeEventFdReadwrite].
func (x *EventFdReadwrite) Put(b []byte) {
	_ = b[15]
	put64(b, x.Nbytes)
	put16(b[8:], uint16(x.Flags))
	clear(b[10:16])
}

// Get reads the wire form from b[:SizeEventFdReadwrite].
func (x *EventFdReadwrite) Get(b []byte) {
	_ = b[15]
	x.Nbytes = get64(b)
	x.Flags = Eventrwflags(get16(b[8:]))
}

// Event is a subscription that happened. wasi_unstable has the same layout.
type Event struct {
	Userdata    uint64 // the subscription's
	Error       Errno  // OK, or why the subscription failed
	Type        Eventtype
	FdReadwrite EventFdReadwrite
}

// SizeEvent is the size of Event on the wire.
const SizeEvent = 32

// Put writes the wire form to b[:SizeEvent].
func (x *Event) Put(b []byte) {
	_ = b[31]
	put64(b, x.Userdata)
	put16(b[8:], uint16(x.Error))
	b[10] = uint8(x.Type)
	clear(b[11:16])
	x.FdReadwrite.Put(b[16:])
}

// Get reads the wire form from b[:SizeEvent].
func (x *Event) Get(b []byte) {
	_ = b[31]
	x.Userdata = get64(b)
	x.Error = Errno(get16(b[8:]))
	x.Type = Eventtype(b[10])
	x.FdReadwrite.Get(b[16:])
}
