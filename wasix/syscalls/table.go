package syscalls

import "github.com/wasix-web/wasix-web/wasix/abi"

// Level says how much of a call works.
type Level string

const (
	Full    Level = "full"
	Partial Level = "partial"
	None    Level = "ENOSYS"
)

// Note is what the compatibility page says about a call. Without a level, a call
// with a handler is Full, one without is None.
type Note struct {
	Level Level
	Note  string
}

// Support has the calls there is something to say about.
var Support = map[abi.CallID]Note{
	abi.CallClockTimeGet:      {Full, "CPU time is the time a process or thread does not wait, counted from the first question on"},
	abi.CallClockTimeSet:      {Full, "changes what programs see, not the host's clock"},
	abi.CallFdAdvise:          {Full, "the advice is checked and ignored"},
	abi.CallFdClose:           {Full, "a WASIX program's preopened directories stay open"},
	abi.CallFdRenumber:        {Full, "moves a descriptor in preview1; dup2 in WASIX programs"},
	abi.CallFdDup2:            {Full, "fcntl(F_DUPFD), in spite of its name"},
	abi.CallEpollCreate:       {Full, "a bad pointer is EMEMVIOLATION"},
	abi.CallFutexWait:         {Full, "a signal ends it as a wake does"},
	abi.CallFutexWake:         {Full, "woken is always true"},
	abi.CallFutexWakeAll:      {Full, "woken is always true"},
	abi.CallProcExit:          {Full, "the low 8 bits of the code are reported"},
	abi.CallProcExit2:         {Full, "the low 8 bits of the code are reported"},
	abi.CallThreadParallelism: {Full, "1: threads take turns"},
	abi.CallSockAccept:        {Partial, "no descriptor is a socket yet: ENOTSOCK"},
	abi.CallSockRecv:          {Partial, "no descriptor is a socket yet: ENOTSOCK"},
	abi.CallSockSend:          {Partial, "no descriptor is a socket yet: ENOTSOCK"},
	abi.CallSockShutdown:      {Partial, "no descriptor is a socket yet: ENOTSOCK"},
}
