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

// EpollCtl is the operation of epoll_ctl. The header numbers add, mod and del from
// 0, but libc passes Linux's numbers on as they are, and those are what programs
// mean: only 0 is left of the header's.
type EpollCtl uint32

const (
	EpollCtlHeaderAdd EpollCtl = 0 // the header's add
	EpollCtlAdd       EpollCtl = 1
	EpollCtlDel       EpollCtl = 2
	EpollCtlMod       EpollCtl = 3
)

var epollCtlNames = [...]string{"ADD", "ADD", "DEL", "MOD"}

func (c EpollCtl) String() string { return enumName(epollCtlNames[:], uint64(c)) }

// Eventfdflags are the flags of fd_event.
type Eventfdflags uint16

// EventfdflagsSemaphore makes a read take one instead of everything.
const EventfdflagsSemaphore Eventfdflags = 1 << 0

var eventfdflagsNames = [...]string{"SEMAPHORE"}

func (f Eventfdflags) String() string { return flagNames(eventfdflagsNames[:], uint64(f)) }

// EpollData is what a program attached to a registration; the kernel only
// keeps it.
type EpollData struct {
	Ptr   uint32
	Fd    int32
	Data1 uint32
	Data2 uint64
}

// SizeEpollData is the size of EpollData on the wire.
const SizeEpollData = 24

// Put writes the wire form to b[:SizeEpollData].
func (x *EpollData) Put(b []byte) {
	_ = b[23]
	put32(b, x.Ptr)
	put32(b[4:], uint32(x.Fd))
	put32(b[8:], x.Data1)
	clear(b[12:16])
	put64(b[16:], x.Data2)
}

// Get reads the wire form from b[:SizeEpollData].
func (x *EpollData) Get(b []byte) {
	_ = b[23]
	x.Ptr = get32(b)
	x.Fd = int32(get32(b[4:]))
	x.Data1 = get32(b[8:])
	x.Data2 = get64(b[16:])
}

// EpollEvent is a registration of epoll_ctl and a result of epoll_wait.
type EpollEvent struct {
	Events EpollType
	Data   EpollData
}

// SizeEpollEvent is the size of EpollEvent on the wire.
const SizeEpollEvent = 32

// Put writes the wire form to b[:SizeEpollEvent].
func (x *EpollEvent) Put(b []byte) {
	_ = b[31]
	put32(b, uint32(x.Events))
	clear(b[4:8])
	x.Data.Put(b[8:])
}

// Get reads the wire form from b[:SizeEpollEvent].
func (x *EpollEvent) Get(b []byte) {
	_ = b[31]
	x.Events = EpollType(get32(b))
	x.Data.Get(b[8:])
}
