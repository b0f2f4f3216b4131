package abi

// Clockid names a clock.
type Clockid uint32

const (
	ClockidRealtime         Clockid = 0
	ClockidMonotonic        Clockid = 1
	ClockidProcessCputimeID Clockid = 2
	ClockidThreadCputimeID  Clockid = 3
)

var clockidNames = [...]string{"REALTIME", "MONOTONIC", "PROCESS_CPUTIME_ID", "THREAD_CPUTIME_ID"}

func (c Clockid) String() string { return enumName(clockidNames[:], uint64(c)) }
