package abi

// Filetype says what an inode or descriptor is.
type Filetype uint8

const (
	FiletypeUnknown         Filetype = 0
	FiletypeBlockDevice     Filetype = 1
	FiletypeCharacterDevice Filetype = 2
	FiletypeDirectory       Filetype = 3
	FiletypeRegularFile     Filetype = 4
	FiletypeSocketDgram     Filetype = 5
	FiletypeSocketStream    Filetype = 6
	FiletypeSymbolicLink    Filetype = 7
	FiletypeSocketRaw       Filetype = 8 // wasix only
	FiletypeSocketSeqpacket Filetype = 9 // wasix only
)

var filetypeNames = [...]string{
	"UNKNOWN", "BLOCK_DEVICE", "CHARACTER_DEVICE", "DIRECTORY", "REGULAR_FILE",
	"SOCKET_DGRAM", "SOCKET_STREAM", "SYMBOLIC_LINK", "SOCKET_RAW", "SOCKET_SEQPACKET",
}

// String returns the name the headers use, without its prefix.
func (f Filetype) String() string { return enumName(filetypeNames[:], uint64(f)) }

// Oflags are the creation flags of path_open.
type Oflags uint16

const (
	OflagsCreat     Oflags = 1 << 0
	OflagsDirectory Oflags = 1 << 1
	OflagsExcl      Oflags = 1 << 2
	OflagsTrunc     Oflags = 1 << 3

	OflagsAll = OflagsCreat | OflagsDirectory | OflagsExcl | OflagsTrunc
)

var oflagsNames = [...]string{"CREAT", "DIRECTORY", "EXCL", "TRUNC"}

func (f Oflags) String() string { return flagNames(oflagsNames[:], uint64(f)) }

// Fdflags are the status flags of an open file description (O_APPEND and so on).
type Fdflags uint16

const (
	FdflagsAppend   Fdflags = 1 << 0
	FdflagsDsync    Fdflags = 1 << 1
	FdflagsNonblock Fdflags = 1 << 2
	FdflagsRsync    Fdflags = 1 << 3
	FdflagsSync     Fdflags = 1 << 4

	FdflagsAll = FdflagsAppend | FdflagsDsync | FdflagsNonblock | FdflagsRsync | FdflagsSync
)

var fdflagsNames = [...]string{"APPEND", "DSYNC", "NONBLOCK", "RSYNC", "SYNC"}

func (f Fdflags) String() string { return flagNames(fdflagsNames[:], uint64(f)) }

// FdflagsExt are the flags of a descriptor, not of the file it refers to
// (FD_CLOEXEC). wasix only.
type FdflagsExt uint16

const (
	FdflagsExtCloexec FdflagsExt = 1 << 0

	FdflagsExtAll = FdflagsExtCloexec
)

var fdflagsExtNames = [...]string{"CLOEXEC"}

func (f FdflagsExt) String() string { return flagNames(fdflagsExtNames[:], uint64(f)) }

// Lookupflags say how a path is resolved.
type Lookupflags uint32

const (
	// LookupSymlinkFollow follows a symbolic link in the last component.
	LookupSymlinkFollow Lookupflags = 1 << 0

	LookupAll = LookupSymlinkFollow
)

var lookupflagsNames = [...]string{"SYMLINK_FOLLOW"}

func (f Lookupflags) String() string { return flagNames(lookupflagsNames[:], uint64(f)) }

// Whence is the origin of a seek.
type Whence uint8

const (
	WhenceSet Whence = 0
	WhenceCur Whence = 1
	WhenceEnd Whence = 2
)

var whenceNames = [...]string{"SET", "CUR", "END"}

func (w Whence) String() string { return enumName(whenceNames[:], uint64(w)) }

// The origins of a seek as wasi_unstable numbers them.
const (
	UnstableWhenceCur = 0
	UnstableWhenceEnd = 1
	UnstableWhenceSet = 2
)

// WhenceFromUnstable translates wasi_unstable's number of a seek origin. It
// returns false for a number it does not define.
func WhenceFromUnstable(w uint32) (Whence, bool) {
	switch w {
	case UnstableWhenceCur:
		return WhenceCur, true
	case UnstableWhenceEnd:
		return WhenceEnd, true
	case UnstableWhenceSet:
		return WhenceSet, true
	}
	return 0, false
}

// Fstflags say which times of a file to set, and from where.
type Fstflags uint16

const (
	FstflagsAtim    Fstflags = 1 << 0
	FstflagsAtimNow Fstflags = 1 << 1
	FstflagsMtim    Fstflags = 1 << 2
	FstflagsMtimNow Fstflags = 1 << 3

	FstflagsAll = FstflagsAtim | FstflagsAtimNow | FstflagsMtim | FstflagsMtimNow
)

var fstflagsNames = [...]string{"ATIM", "ATIM_NOW", "MTIM", "MTIM_NOW"}

func (f Fstflags) String() string { return flagNames(fstflagsNames[:], uint64(f)) }

// Advice is the hint of fd_advise.
type Advice uint8

const (
	AdviceNormal     Advice = 0
	AdviceSequential Advice = 1
	AdviceRandom     Advice = 2
	AdviceWillneed   Advice = 3
	AdviceDontneed   Advice = 4
	AdviceNoreuse    Advice = 5
)

var adviceNames = [...]string{"NORMAL", "SEQUENTIAL", "RANDOM", "WILLNEED", "DONTNEED", "NOREUSE"}

func (a Advice) String() string { return enumName(adviceNames[:], uint64(a)) }

// Preopentype is the kind of a descriptor the program starts with.
type Preopentype uint8

// PreopentypeDir is a directory, the only kind there is.
const PreopentypeDir Preopentype = 0

// DircookieStart is the cookie of the first entry of a directory.
const DircookieStart uint64 = 0
