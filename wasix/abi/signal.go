package abi

import "strconv"

// Signal is a signal number. The numbers are wasix's, which are Linux's.
//
// wasi_snapshot_preview1's own header has no SIGSTKFLT: from SIGCHLD on its
// numbers are one less. Every libc that raises signals at all uses wasix's.
type Signal uint8

const (
	SIGNONE   Signal = 0 // the null signal of kill(pid, 0)
	SIGHUP    Signal = 1
	SIGINT    Signal = 2
	SIGQUIT   Signal = 3
	SIGILL    Signal = 4
	SIGTRAP   Signal = 5
	SIGABRT   Signal = 6
	SIGBUS    Signal = 7
	SIGFPE    Signal = 8
	SIGKILL   Signal = 9
	SIGUSR1   Signal = 10
	SIGSEGV   Signal = 11
	SIGUSR2   Signal = 12
	SIGPIPE   Signal = 13
	SIGALRM   Signal = 14
	SIGTERM   Signal = 15
	SIGSTKFLT Signal = 16
	SIGCHLD   Signal = 17
	SIGCONT   Signal = 18
	SIGSTOP   Signal = 19
	SIGTSTP   Signal = 20
	SIGTTIN   Signal = 21
	SIGTTOU   Signal = 22
	SIGURG    Signal = 23
	SIGXCPU   Signal = 24
	SIGXFSZ   Signal = 25
	SIGVTALRM Signal = 26
	SIGPROF   Signal = 27
	SIGWINCH  Signal = 28
	SIGPOLL   Signal = 29
	SIGPWR    Signal = 30
	SIGSYS    Signal = 31

	// NumSignal is one more than the largest signal.
	NumSignal = 32
)

var signalNames = [NumSignal]string{
	"SIGNONE", "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL",
	"SIGUSR1", "SIGSEGV", "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM", "SIGSTKFLT", "SIGCHLD", "SIGCONT",
	"SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG", "SIGXCPU", "SIGXFSZ", "SIGVTALRM", "SIGPROF",
	"SIGWINCH", "SIGPOLL", "SIGPWR", "SIGSYS",
}

// String returns "SIGTERM", or "signal(40)" for a number without a name.
func (s Signal) String() string {
	if int(s) < len(signalNames) {
		return signalNames[s]
	}
	return "signal(" + strconv.Itoa(int(s)) + ")"
}

// Valid reports whether s is a signal that can be sent; 0 is not.
func (s Signal) Valid() bool { return s >= 1 && s < NumSignal }

// SignalByName finds a signal by name, with or without "SIG".
func SignalByName(name string) (Signal, bool) {
	for i, s := range signalNames {
		if i > 0 && (s == name || s[3:] == name) {
			return Signal(i), true
		}
	}
	return 0, false
}

// Disposition is what a process does with a signal when it starts.
type Disposition uint8

const (
	DispositionDefault Disposition = 0
	DispositionIgnore  Disposition = 1
)

var dispositionNames = [...]string{"DEFAULT", "IGNORE"}

func (d Disposition) String() string { return enumName(dispositionNames[:], uint64(d)) }

// SignalDisposition is one element of the tables of proc_signals_get and
// proc_spawn2.
type SignalDisposition struct {
	Signal      Signal
	Disposition Disposition
}

// SizeSignalDisposition is the size of SignalDisposition on the wire.
const SizeSignalDisposition = 2

// Put writes the wire form to b[:SizeSignalDisposition].
func (x *SignalDisposition) Put(b []byte) {
	_ = b[1]
	b[0] = uint8(x.Signal)
	b[1] = uint8(x.Disposition)
}

// Get reads the wire form from b[:SizeSignalDisposition].
func (x *SignalDisposition) Get(b []byte) {
	_ = b[1]
	x.Signal = Signal(b[0])
	x.Disposition = Disposition(b[1])
}
