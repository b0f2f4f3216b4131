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
	abi.CallContextCreate:     {Full, "a context has 256 KiB of stack of its own"},
	abi.CallContextDestroy:    {Full, "nothing more runs in it, no clean-up either"},
	abi.CallEpollCreate:       {Full, "a bad pointer is EMEMVIOLATION"},
	abi.CallFutexWait:         {Full, "a signal ends it as a wake does"},
	abi.CallFutexWake:         {Full, "woken is always true"},
	abi.CallFutexWakeAll:      {Full, "woken is always true"},
	abi.CallProcExit:          {Full, "the low 8 bits of the code are reported"},
	abi.CallProcExit2:         {Full, "the low 8 bits of the code are reported"},
	abi.CallPortAddrAdd:       {Partial, "ENOTSUP: the addresses are fixed"},
	abi.CallPortAddrClear:     {Partial, "ENOTSUP: the addresses are fixed"},
	abi.CallPortAddrRemove:    {Partial, "ENOTSUP: the addresses are fixed"},
	abi.CallPortBridge:        {Partial, "ENOTSUP: there is no remote network"},
	abi.CallPortDhcpAcquire:   {Partial, "ENOTSUP: the addresses are fixed"},
	abi.CallPortGatewaySet:    {Partial, "ENOTSUP: there is no router"},
	abi.CallPortRouteAdd:      {Partial, "ENOTSUP: there is no router"},
	abi.CallPortRouteClear:    {Partial, "ENOTSUP: there are no routes"},
	abi.CallPortRouteRemove:   {Partial, "ENOTSUP: there are no routes"},
	abi.CallPortUnbridge:      {Partial, "ENOTSUP: there is no remote network"},
	abi.CallReflectSignature:  {Partial, "functions of the program's element segments; those it puts into its table while it runs are EINVAL"},
	abi.CallResolve:           {Full, "/etc/hosts, localhost, the system's own name, numbers"},
	abi.CallSockConnect:       {Full, "inside the system it never takes a while, unless the other side's queue is full"},
	abi.CallSockOpen:          {Full, "TCP, UDP and unix sockets, streams and datagrams; between programs of one system"},
	abi.CallSockPair:          {Full, "unix sockets, whatever the family"},
	abi.CallSockSend:          {Full, "EPIPE without SIGPIPE: libc does not pass MSG_NOSIGNAL on; fd_write raises it"},
	abi.CallSockSendTo:        {Full, "EPIPE without SIGPIPE, as sock_send"},
	abi.CallSockSetOptFlag:    {Full, "no_delay, keep_alive and oob_inline are remembered and have no effect"},
	abi.CallSockSetOptTime:    {Full, "a linger other than 0 has no effect"},
	abi.CallProcExec:          {Full, "a failure ends the process with 127 or 126"},
	abi.CallProcExec2:         {Full, "a failure ends the process with 127 or 126"},
	abi.CallProcExec3:         {Full, "a line feed inside an argument ends it: the ABI has no other separator"},
	abi.CallProcFork:          {Full, "for programs built with asyncify; tables are as the program makes them"},
	abi.CallProcJoin:          {Full, "a trap is the exit code 134"},
	abi.CallProcSignal:        {Full, "0, -1 and groups, which are what the embedder has started"},
	abi.CallProcSpawn:         {Partial, "no chroot: ENOTSUP"},
	abi.CallStackCheckpoint:   {Full, "for programs built with asyncify; 4096 of a process are kept, those whose buffer was used again go first"},
	abi.CallThreadLocalCreate: {Partial, "destructors are not called"},
	abi.CallThreadParallelism: {Full, "1: threads take turns"},
}
