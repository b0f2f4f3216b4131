package abi

// ThreadFlags are the flags in ThreadState.
type ThreadFlags uint16

const (
	ThreadFlagsTsdUsed     ThreadFlags = 1 << 0
	ThreadFlagsDlerrorFlag ThreadFlags = 1 << 1
)

var threadFlagsNames = [...]string{"TSD_USED", "DLERROR_FLAG"}

func (f ThreadFlags) String() string { return flagNames(threadFlagsNames[:], uint64(f)) }

// ThreadStart is the argument of thread_spawn_v2. All fields are guest
// addresses or sizes.
type ThreadStart struct {
	Stack      uint32 // high end of the C stack
	TLSBase    uint32
	StartFunct uint32   // table index, for wasi_thread_start to call
	StartArgs  uint32   // its argument
	Reserved   [40]byte // kept as it is
	StackSize  uint32
	GuardSize  uint32
}

// SizeThreadStart is the size of ThreadStart on the wire.
const SizeThreadStart = 64

// Put writes the wire form to b[:SizeThreadStart].
func (x *ThreadStart) Put(b []byte) {
	_ = b[63]
	put32(b, x.Stack)
	put32(b[4:], x.TLSBase)
	put32(b[8:], x.StartFunct)
	put32(b[12:], x.StartArgs)
	copy(b[16:56], x.Reserved[:])
	put32(b[56:], x.StackSize)
	put32(b[60:], x.GuardSize)
}

// Get reads the wire form from b[:SizeThreadStart].
func (x *ThreadStart) Get(b []byte) {
	_ = b[63]
	x.Stack = get32(b)
	x.TLSBase = get32(b[4:])
	x.StartFunct = get32(b[8:])
	x.StartArgs = get32(b[12:])
	copy(x.Reserved[:], b[16:56])
	x.StackSize = get32(b[56:])
	x.GuardSize = get32(b[60:])
}

// ThreadState is the head of struct pthread, as the header publishes it. No call
// passes one; it is here for debuggers.
type ThreadState struct {
	ThreadSelf        uint32
	Dtv               uint32
	ThreadPrev        uint32
	ThreadNext        uint32
	Sysinfo           uint32
	Canary            uint32
	Tid               int32
	ErrnoVal          int32
	DetachState       int32
	Cancel            int32
	Canceldisable     uint8
	Cancelasync       uint8
	Flags             ThreadFlags
	MapBase           uint32
	MapSize           uint32
	Stack             uint32
	StackSize         uint32
	GuardSize         uint32
	Result            uint32
	Cancelbuf         uint32
	Tsd               uint32
	RobustListHead    uint32
	RobustListOff     uint32
	RobustListPending uint32
	HErrnoVal         int32
	TimerId           int32
	Locale            uint32
	Killlock          int32
	DlerrorBuf        uint32
	StdioLocks        uint32
}

// SizeThreadState is the size of ThreadState on the wire.
const SizeThreadState = 112

// Put writes the wire form to b[:SizeThreadState].
func (x *ThreadState) Put(b []byte) {
	_ = b[111]
	put32(b, x.ThreadSelf)
	put32(b[4:], x.Dtv)
	put32(b[8:], x.ThreadPrev)
	put32(b[12:], x.ThreadNext)
	put32(b[16:], x.Sysinfo)
	put32(b[20:], x.Canary)
	put32(b[24:], uint32(x.Tid))
	put32(b[28:], uint32(x.ErrnoVal))
	put32(b[32:], uint32(x.DetachState))
	put32(b[36:], uint32(x.Cancel))
	b[40] = x.Canceldisable
	b[41] = x.Cancelasync
	put16(b[42:], uint16(x.Flags))
	put32(b[44:], x.MapBase)
	put32(b[48:], x.MapSize)
	put32(b[52:], x.Stack)
	put32(b[56:], x.StackSize)
	put32(b[60:], x.GuardSize)
	put32(b[64:], x.Result)
	put32(b[68:], x.Cancelbuf)
	put32(b[72:], x.Tsd)
	put32(b[76:], x.RobustListHead)
	put32(b[80:], x.RobustListOff)
	put32(b[84:], x.RobustListPending)
	put32(b[88:], uint32(x.HErrnoVal))
	put32(b[92:], uint32(x.TimerId))
	put32(b[96:], x.Locale)
	put32(b[100:], uint32(x.Killlock))
	put32(b[104:], x.DlerrorBuf)
	put32(b[108:], x.StdioLocks)
}

// Get reads the wire form from b[:SizeThreadState].
func (x *ThreadState) Get(b []byte) {
	_ = b[111]
	x.ThreadSelf = get32(b)
	x.Dtv = get32(b[4:])
	x.ThreadPrev = get32(b[8:])
	x.ThreadNext = get32(b[12:])
	x.Sysinfo = get32(b[16:])
	x.Canary = get32(b[20:])
	x.Tid = int32(get32(b[24:]))
	x.ErrnoVal = int32(get32(b[28:]))
	x.DetachState = int32(get32(b[32:]))
	x.Cancel = int32(get32(b[36:]))
	x.Canceldisable = b[40]
	x.Cancelasync = b[41]
	x.Flags = ThreadFlags(get16(b[42:]))
	x.MapBase = get32(b[44:])
	x.MapSize = get32(b[48:])
	x.Stack = get32(b[52:])
	x.StackSize = get32(b[56:])
	x.GuardSize = get32(b[60:])
	x.Result = get32(b[64:])
	x.Cancelbuf = get32(b[68:])
	x.Tsd = get32(b[72:])
	x.RobustListHead = get32(b[76:])
	x.RobustListOff = get32(b[80:])
	x.RobustListPending = get32(b[84:])
	x.HErrnoVal = int32(get32(b[88:]))
	x.TimerId = int32(get32(b[92:]))
	x.Locale = get32(b[96:])
	x.Killlock = int32(get32(b[100:]))
	x.DlerrorBuf = get32(b[104:])
	x.StdioLocks = get32(b[108:])
}
