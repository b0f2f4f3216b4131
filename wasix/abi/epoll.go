package abi

// EpollType is a set of epoll events and of the modes of a registration. The
// bits are wasix's, not Linux's.
type EpollType uint32

const (
	EpollIn      EpollType = 1 << 0
	EpollOut     EpollType = 1 << 1
	EpollRdhup   EpollType = 1 << 2
	EpollPri     EpollType = 1 << 3
	EpollErr     EpollType = 1 << 4
	EpollHup     EpollType = 1 << 5
	EpollEt      EpollType = 1 << 6
	EpollOneshot EpollType = 1 << 7

	EpollAll = EpollIn | EpollOut | EpollRdhup | EpollPri | EpollErr | EpollHup | EpollEt | EpollOneshot
)

var epollTypeNames = [...]string{"IN", "OUT", "RDHUP", "PRI", "ERR", "HUP", "ET", "ONESHOT"}

func (e EpollType) String() string { return flagNames(epollTypeNames[:], uint64(e)) }

// EpollCtl is the operation of epoll_ctl.
type EpollCtl uint32

const (
	EpollCtlAdd EpollCtl = 0
	EpollCtlMod EpollCtl = 1
	EpollCtlDel EpollCtl = 2
)

var epollCtlNames = [...]string{"ADD", "MOD", "DEL"}

func (c EpollCtl) String() string { return enumName(epollCtlNames[:], uint64(c)) }

// Eventfdflags are the flags of fd_event.
type Eventfdflags uint16

// EventfdflagsSemaphore makes a read take one instead of everything.
const EventfdflagsSemaphore Eventfdflags = 1 << 0

var eventfdflagsNames = [...]string{"SEMAPHORE"}

func (f Eventfdflags) String() string { return flagNames(eventfdflagsNames[:], uint64(f)) }
