package abi

// CallID names a row of Calls. The numbers hold within one build only.
type CallID uint16

const (
	// calls_fd.go
	CallFdAdvise CallID = iota
	CallFdAllocate
	CallFdClose
	CallFdDatasync
	CallFdFdstatGet
	CallFdFdstatSetFlags
	CallFdFdstatSetRights
	CallFdFilestatGet
	CallFdFilestatSetSize
	CallFdFilestatSetTimes
	CallFdPread
	CallFdPrestatDirName
	CallFdPrestatGet
	CallFdPwrite
	CallFdRead
	CallFdReaddir
	CallFdRenumber
	CallFdSeek
	CallFdSync
	CallFdTell
	CallFdWrite
	CallFdDup
	CallFdDup2
	CallFdEvent
	CallFdFdflagsGet
	CallFdFdflagsSet
	CallFdPipe
	CallUnstableFdFilestatGet
	CallUnstableFdSeek

	// calls_path.go
	CallPathCreateDirectory
	CallPathFilestatGet
	CallPathFilestatSetTimes
	CallPathLink
	CallPathOpen
	CallPathReadlink
	CallPathRemoveDirectory
	CallPathRename
	CallPathSymlink
	CallPathUnlinkFile
	CallChdir
	CallGetcwd
	CallPathOpen2
	CallUnstablePathFilestatGet

	// calls_poll.go
	CallPollOneoff
	CallEpollCreate
	CallEpollCtl
	CallEpollWait
	CallUnstablePollOneoff

	// calls_env.go
	CallArgsGet
	CallArgsSizesGet
	CallClockResGet
	CallClockTimeGet
	CallEnvironGet
	CallEnvironSizesGet
	CallRandomGet
	CallSchedYield
	CallClockTimeSet
	CallTtyGet
	CallTtySet

	// calls_proc.go
	CallProcExit
	CallProcRaise
	CallCallbackSignal
	CallProcExec
	CallProcExec2
	CallProcExec3
	CallProcExit2
	CallProcFork
	CallProcForkEnv
	CallProcId
	CallProcJoin
	CallProcJoinV0
	CallProcParent
	CallProcRaiseInterval
	CallProcSignal
	CallProcSignalsGet
	CallProcSignalsSizesGet
	CallProcSnapshot
	CallProcSpawn
	CallProcSpawn2

	// calls_thread.go
	CallFutexWait
	CallFutexWake
	CallFutexWakeAll
	CallThreadExit
	CallThreadId
	CallThreadJoin
	CallThreadParallelism
	CallThreadSignal
	CallThreadSleep
	CallThreadSpawnV2
	CallThreadSpawnV0
	CallThreadSpawn
	CallThreadLocalCreate
	CallThreadLocalDestroy
	CallThreadLocalGet
	CallThreadLocalSet
	CallStackCheckpoint
	CallStackRestore
	CallContextCreate
	CallContextDestroy
	CallContextSwitch

	// calls_sock.go
	CallSockAccept
	CallSockRecv
	CallSockSend
	CallSockShutdown
	CallSockAcceptV2
	CallSockAddrLocal
	CallSockAddrPeer
	CallSockBind
	CallSockConnect
	CallSockGetOptFlag
	CallSockGetOptSize
	CallSockGetOptTime
	CallSockJoinMulticastV4
	CallSockJoinMulticastV6
	CallSockLeaveMulticastV4
	CallSockLeaveMulticastV6
	CallSockListen
	CallSockOpen
	CallSockPair
	CallSockRecvFrom
	CallSockSendFile
	CallSockSendTo
	CallSockSetOptFlag
	CallSockSetOptSize
	CallSockSetOptTime
	CallSockStatus

	// calls_port.go
	CallPortAddrAdd
	CallPortAddrClear
	CallPortAddrList
	CallPortAddrRemove
	CallPortBridge
	CallPortDhcpAcquire
	CallPortGatewaySet
	CallPortMac
	CallPortRouteAdd
	CallPortRouteClear
	CallPortRouteList
	CallPortRouteRemove
	CallPortUnbridge
	CallResolve

	// calls_dl.go
	CallCallDynamic
	CallClosureAllocate
	CallClosureFree
	CallClosurePrepare
	CallDlInvalidHandle
	CallDlopen
	CallDlsym
	CallReflectSignature

	// NumCalls is the number of rows.
	NumCalls = iota
)
