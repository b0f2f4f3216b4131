package abi

// ThreadFlags are the flags in ThreadState.
type ThreadFlags uint16

const (
	ThreadFlagsTsdUsed     ThreadFlags = 1 << 0
	ThreadFlagsDlerrorFlag ThreadFlags = 1 << 1
)

var threadFlagsNames = [...]string{"TSD_USED", "DLERROR_FLAG"}

func (f ThreadFlags) String() string { return flagNames(threadFlagsNames[:], uint64(f)) }
