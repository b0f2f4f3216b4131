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
