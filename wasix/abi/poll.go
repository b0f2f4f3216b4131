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
