package abi

// Option is the tag of an optional value.
type Option uint8

const (
	OptionNone Option = 0
	OptionSome Option = 1
)

// JoinFlags are the flags of proc_join.
type JoinFlags uint32

const (
	JoinFlagsNonBlocking JoinFlags = 1 << 0 // WNOHANG
	JoinFlagsWakeStopped JoinFlags = 1 << 1 // WUNTRACED

	JoinFlagsAll = JoinFlagsNonBlocking | JoinFlagsWakeStopped
)

var joinFlagsNames = [...]string{"NON_BLOCKING", "WAKE_STOPPED"}

func (f JoinFlags) String() string { return flagNames(joinFlagsNames[:], uint64(f)) }

// JoinStatusType says what happened to a joined process.
type JoinStatusType uint8

const (
	JoinStatusNothing    JoinStatusType = 0 // still running, with NonBlocking
	JoinStatusExitNormal JoinStatusType = 1
	JoinStatusExitSignal JoinStatusType = 2
	JoinStatusStopped    JoinStatusType = 3
)

var joinStatusNames = [...]string{"NOTHING", "EXIT_NORMAL", "EXIT_SIGNAL", "STOPPED"}

func (t JoinStatusType) String() string { return enumName(joinStatusNames[:], uint64(t)) }

// StdioMode is where a standard stream of a spawned process goes.
type StdioMode uint8

const (
	StdioModePiped   StdioMode = 0
	StdioModeInherit StdioMode = 1
	StdioModeNull    StdioMode = 2
	StdioModeLog     StdioMode = 3
)

var stdioModeNames = [...]string{"PIPED", "INHERIT", "NULL", "LOG"}

func (m StdioMode) String() string { return enumName(stdioModeNames[:], uint64(m)) }

// SpawnFdOpName is one file action of proc_spawn2.
type SpawnFdOpName uint8

const (
	SpawnFdOpClose  SpawnFdOpName = 0
	SpawnFdOpDup2   SpawnFdOpName = 1
	SpawnFdOpOpen   SpawnFdOpName = 2
	SpawnFdOpChdir  SpawnFdOpName = 3
	SpawnFdOpFchdir SpawnFdOpName = 4
)

var spawnFdOpNames = [...]string{"CLOSE", "DUP2", "OPEN", "CHDIR", "FCHDIR"}

func (n SpawnFdOpName) String() string { return enumName(spawnFdOpNames[:], uint64(n)) }

// OptionTimestamp is an optional time in nanoseconds.
type OptionTimestamp struct {
	Tag  Option
	Some uint64 // if Tag is OptionSome
}

// SizeOptionTimestamp is the size of OptionTimestamp on the wire.
const SizeOptionTimestamp = 16

// Put writes the wire form to b[:SizeOptionTimestamp]. Only the member that Tag names is
// written; an unknown one leaves the rest zero.
func (x *OptionTimestamp) Put(b []byte) {
	_ = b[15]
	clear(b[:SizeOptionTimestamp])
	b[0] = uint8(x.Tag)
	switch x.Tag {
	case OptionSome:
		put64(b[8:], x.Some)
	}
}

// Get reads the wire form from b[:SizeOptionTimestamp]. Members that Tag does not name
// become zero.
func (x *OptionTimestamp) Get(b []byte) {
	_ = b[15]
	*x = OptionTimestamp{}
	x.Tag = Option(b[0])
	switch x.Tag {
	case OptionSome:
		x.Some = get64(b[8:])
	}
}

// OptionPid is an optional process id.
type OptionPid struct {
	Tag  Option
	Some int32 // if Tag is OptionSome
}

// SizeOptionPid is the size of OptionPid on the wire.
const SizeOptionPid = 8

// Put writes the wire form to b[:SizeOptionPid]. Only the member that Tag names is
// written; an unknown one leaves the rest zero.
func (x *OptionPid) Put(b []byte) {
	_ = b[7]
	clear(b[:SizeOptionPid])
	b[0] = uint8(x.Tag)
	switch x.Tag {
	case OptionSome:
		put32(b[4:], uint32(x.Some))
	}
}

// Get reads the wire form from b[:SizeOptionPid]. Members that Tag does not name
// become zero.
func (x *OptionPid) Get(b []byte) {
	_ = b[7]
	*x = OptionPid{}
	x.Tag = Option(b[0])
	switch x.Tag {
	case OptionSome:
		x.Some = int32(get32(b[4:]))
	}
}

// OptionFd is an optional descriptor.
type OptionFd struct {
	Tag  Option
	Some int32 // if Tag is OptionSome
}

// SizeOptionFd is the size of OptionFd on the wire.
const SizeOptionFd = 8

// Put writes the wire form to b[:SizeOptionFd]. Only the member that Tag names is
// written; an unknown one leaves the rest zero.
func (x *OptionFd) Put(b []byte) {
	_ = b[7]
	clear(b[:SizeOptionFd])
	b[0] = uint8(x.Tag)
	switch x.Tag {
	case OptionSome:
		put32(b[4:], uint32(x.Some))
	}
}

// Get reads the wire form from b[:SizeOptionFd]. Members that Tag does not name
// become zero.
func (x *OptionFd) Get(b []byte) {
	_ = b[7]
	*x = OptionFd{}
	x.Tag = Option(b[0])
	switch x.Tag {
	case OptionSome:
		x.Some = int32(get32(b[4:]))
	}
}

// ErrnoSignal is the end of a process that a signal killed.
type ErrnoSignal struct {
	ExitCode uint16
	Signal   Signal
}

// SizeErrnoSignal is the size of ErrnoSignal on the wire.
const SizeErrnoSignal = 4

// Put writes the wire form to b[:SizeErrnoSignal].
func (x *ErrnoSignal) Put(b []byte) {
	_ = b[3]
	put16(b, x.ExitCode)
	b[2] = uint8(x.Signal)
	b[3] = 0
}

// Get reads the wire form from b[:SizeErrnoSignal].
func (x *ErrnoSignal) Get(b []byte) {
	_ = b[3]
	x.ExitCode = get16(b)
	x.Signal = Signal(b[2])
}

// JoinStatus is what proc_join says about a process. Type says which member
// holds.
type JoinStatus struct {
	Type       JoinStatusType
	ExitCode   uint16      // if Type is JoinStatusExitNormal
	ExitSignal ErrnoSignal // if Type is JoinStatusExitSignal
	Stopped    Signal      // if Type is JoinStatusStopped
}

// SizeJoinStatus is the size of JoinStatus on the wire.
const SizeJoinStatus = 6

// Put writes the wire form to b[:SizeJoinStatus]. Only the member that Type names is
// written; an unknown one leaves the rest zero.
func (x *JoinStatus) Put(b []byte) {
	_ = b[5]
	clear(b[:SizeJoinStatus])
	b[0] = uint8(x.Type)
	switch x.Type {
	case JoinStatusExitNormal:
		put16(b[2:], x.ExitCode)
	case JoinStatusExitSignal:
		x.ExitSignal.Put(b[2:])
	case JoinStatusStopped:
		b[2] = uint8(x.Stopped)
	}
}

// Get reads the wire form from b[:SizeJoinStatus]. Members that Type does not name
// become zero.
func (x *JoinStatus) Get(b []byte) {
	_ = b[5]
	*x = JoinStatus{}
	x.Type = JoinStatusType(b[0])
	switch x.Type {
	case JoinStatusExitNormal:
		x.ExitCode = get16(b[2:])
	case JoinStatusExitSignal:
		x.ExitSignal.Get(b[2:])
	case JoinStatusStopped:
		x.Stopped = Signal(b[2])
	}
}

// ProcessHandles is the result of proc_spawn: the child and our ends of its
// piped streams.
type ProcessHandles struct {
	Pid    int32
	Stdin  OptionFd
	Stdout OptionFd
	Stderr OptionFd
}

// SizeProcessHandles is the size of ProcessHandles on the wire.
const SizeProcessHandles = 28

// Put writes the wire form to b[:SizeProcessHandles].
func (x *ProcessHandles) Put(b []byte) {
	_ = b[27]
	put32(b, uint32(x.Pid))
	x.Stdin.Put(b[4:])
	x.Stdout.Put(b[12:])
	x.Stderr.Put(b[20:])
}

// Get reads the wire form from b[:SizeProcessHandles].
func (x *ProcessHandles) Get(b []byte) {
	_ = b[27]
	x.Pid = int32(get32(b))
	x.Stdin.Get(b[4:])
	x.Stdout.Get(b[12:])
	x.Stderr.Get(b[20:])
}

// SpawnFdOp is one file action of proc_spawn2, done in the child before it
// starts. Close uses Fd; Dup2 SrcFd and Fd; Open everything but SrcFd; Chdir
// Path; Fchdir Fd.
type SpawnFdOp struct {
	Cmd              SpawnFdOpName
	Fd               int32
	SrcFd            int32
	Path             uint32 // guest address
	PathLen          uint32
	Dirflags         Lookupflags
	Oflags           Oflags
	RightsBase       Rights
	RightsInheriting Rights
	Fdflags          Fdflags
	FdflagsExt       FdflagsExt
}

// SizeSpawnFdOp is the size of SpawnFdOp on the wire.
const SizeSpawnFdOp = 56

// Put writes the wire form to b[:SizeSpawnFdOp].
func (x *SpawnFdOp) Put(b []byte) {
	_ = b[55]
	b[0] = uint8(x.Cmd)
	clear(b[1:4])
	put32(b[4:], uint32(x.Fd))
	put32(b[8:], uint32(x.SrcFd))
	put32(b[12:], x.Path)
	put32(b[16:], x.PathLen)
	put32(b[20:], uint32(x.Dirflags))
	put16(b[24:], uint16(x.Oflags))
	clear(b[26:32])
	put64(b[32:], uint64(x.RightsBase))
	put64(b[40:], uint64(x.RightsInheriting))
	put16(b[48:], uint16(x.Fdflags))
	put16(b[50:], uint16(x.FdflagsExt))
	clear(b[52:56])
}

// Get reads the wire form from b[:SizeSpawnFdOp].
func (x *SpawnFdOp) Get(b []byte) {
	_ = b[55]
	x.Cmd = SpawnFdOpName(b[0])
	x.Fd = int32(get32(b[4:]))
	x.SrcFd = int32(get32(b[8:]))
	x.Path = get32(b[12:])
	x.PathLen = get32(b[16:])
	x.Dirflags = Lookupflags(get32(b[20:]))
	x.Oflags = Oflags(get16(b[24:]))
	x.RightsBase = Rights(get64(b[32:]))
	x.RightsInheriting = Rights(get64(b[40:]))
	x.Fdflags = Fdflags(get16(b[48:]))
	x.FdflagsExt = FdflagsExt(get16(b[50:]))
}
