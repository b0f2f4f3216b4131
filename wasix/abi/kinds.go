package abi

// Kind says what a parameter is: how wide on the wire, how a trace prints it.
//
// A Kind alone is a value. With In or Out the parameter is the guest address of
// such a value, which the call reads or writes (after success only). With Array
// too it is the address of several. The number of those read is the next
// parameter of kind KindLen; the number of those written is what the call writes
// to the next parameter of kind Out|KindSize.
type Kind uint16

const (
	In    Kind = 1 << 8
	Out   Kind = 1 << 9
	Array Kind = 1 << 10

	kindMask Kind = 0xff
)

const (
	// Numbers.
	KindU32 Kind = iota
	KindU64
	KindSize  // bytes, or a count
	KindLen   // how long the string or array before is; not printed by itself
	KindPtr   // a guest address whose contents a trace does not show
	KindBuf   // the same, of bytes
	KindFnPtr // index into the function table
	KindBool  // 0 is false; one byte in memory
	KindFilesize
	KindFiledelta
	KindTimestamp // nanoseconds
	KindDircookie
	KindLongsize
	KindContextID
	KindExitcode
	KindDlHandle

	// KindString is the address of text whose length is the next parameter. With
	// Out the call fills it, and the next parameter is how much fits; what was
	// written is there when it is In|Out|KindSize, in the next Out|KindSize, or
	// all of it.
	KindString

	// Ids.
	KindFd
	KindPid
	KindTid

	// Enums and flags.
	KindAddressFamily
	KindAdvice
	KindClockid
	KindDlFlags
	KindEpollCtl
	KindEventfdflags
	KindFdflags
	KindFdflagsExt
	KindFstflags
	KindJoinFlags
	KindLookupflags
	KindOflags
	KindRiflags
	KindRights
	KindRoflags
	KindSdflags
	KindSiflags
	KindSignal
	KindSockOption
	KindSockProto
	KindSockStatus
	KindSockType
	KindStdioMode
	KindStreamSecurity
	KindUnstableWhence
	KindWasmValueType
	KindWhence

	// Structs: always behind an address.
	KindAddr
	KindAddrCidr
	KindAddrIP
	KindAddrIP4
	KindAddrIP6
	KindAddrPort
	KindCiovec
	KindEpollEvent
	KindEvent
	KindFdstat
	KindFilestat
	KindHardwareAddress
	KindIovec
	KindJoinStatus
	KindOptionPid
	KindOptionTimestamp
	KindPrestat
	KindProcessHandles
	KindReflectionResult
	KindRoute
	KindSignalDisposition
	KindSpawnFdOp
	KindSubscription
	KindThreadStart
	KindTty
	KindUnstableFilestat
	KindUnstableSubscription

	numKinds
)

// kindSizes has how many bytes each kind takes in guest memory.
var kindSizes = [numKinds]uint8{
	KindU32: 4, KindU64: 8, KindSize: 4, KindLen: 4, KindPtr: 4, KindBuf: 1, KindFnPtr: 4, KindBool: 1,
	KindFilesize: 8, KindFiledelta: 8, KindTimestamp: 8, KindDircookie: 8, KindLongsize: 8, KindContextID: 8,
	KindExitcode: 4, KindDlHandle: 4, KindString: 1, KindFd: 4, KindPid: 4, KindTid: 4,

	KindAddressFamily: 1, KindAdvice: 1, KindClockid: 4, KindDlFlags: 4, KindEpollCtl: 4, KindEventfdflags: 2,
	KindFdflags: 2, KindFdflagsExt: 2, KindFstflags: 2, KindJoinFlags: 4, KindLookupflags: 4, KindOflags: 2,
	KindRiflags: 2, KindRights: 8, KindRoflags: 2, KindSdflags: 1, KindSiflags: 2, KindSignal: 1,
	KindSockOption: 1, KindSockProto: 2, KindSockStatus: 1, KindSockType: 1, KindStdioMode: 1,
	KindStreamSecurity: 1, KindUnstableWhence: 1, KindWasmValueType: 1, KindWhence: 1,

	KindAddr: SizeAddr, KindAddrCidr: SizeAddrCidr, KindAddrIP: SizeAddrIP, KindAddrIP4: SizeAddrIP4,
	KindAddrIP6: SizeAddrIP6, KindAddrPort: SizeAddrPort, KindCiovec: SizeIovec, KindEpollEvent: SizeEpollEvent,
	KindEvent: SizeEvent, KindFdstat: SizeFdstat, KindFilestat: SizeFilestat,
	KindHardwareAddress: SizeHardwareAddress, KindIovec: SizeIovec, KindJoinStatus: SizeJoinStatus,
	KindOptionPid: SizeOptionPid, KindOptionTimestamp: SizeOptionTimestamp, KindPrestat: SizePrestat,
	KindProcessHandles: SizeProcessHandles, KindReflectionResult: SizeReflectionResult, KindRoute: SizeRoute,
	KindSignalDisposition: SizeSignalDisposition, KindSpawnFdOp: SizeSpawnFdOp, KindSubscription: SizeSubscription,
	KindThreadStart: SizeThreadStart, KindTty: SizeTty, KindUnstableFilestat: SizeUnstableFilestat,
	KindUnstableSubscription: SizeUnstableSubscription,
}

// Base returns k without In, Out and Array.
func (k Kind) Base() Kind { return k & kindMask }

// Pointer tells whether the parameter is a guest address.
func (k Kind) Pointer() bool {
	return k&(In|Out|Array) != 0 || k == KindPtr || k == KindBuf || k == KindString
}

// Size returns how many bytes one value takes in guest memory.
func (k Kind) Size() int { return int(kindSizes[k.Base()]) }

// ValType returns the parameter's wasm type.
func (k Kind) ValType() ValType {
	switch k {
	case KindU64, KindFilesize, KindFiledelta, KindTimestamp, KindDircookie, KindLongsize, KindContextID, KindRights:
		return I64
	}
	return I32
}

// GoType returns the type of the handler's argument: descriptors and ids are
// int32, offsets that may be negative int64, everything else unsigned.
func (k Kind) GoType() string {
	switch k {
	case KindFd, KindPid, KindTid:
		return "int32"
	case KindFiledelta:
		return "int64"
	}
	if k.ValType() == I64 {
		return "uint64"
	}
	return "uint32"
}
