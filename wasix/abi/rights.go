package abi

// Rights are the actions a descriptor permits. A call that lacks one fails with
// ENOTCAPABLE. The sock_* rights from bit 30 up are wasix only.
type Rights uint64

const (
	RightsFdDatasync           Rights = 1 << 0
	RightsFdRead               Rights = 1 << 1
	RightsFdSeek               Rights = 1 << 2
	RightsFdFdstatSetFlags     Rights = 1 << 3
	RightsFdSync               Rights = 1 << 4
	RightsFdTell               Rights = 1 << 5
	RightsFdWrite              Rights = 1 << 6
	RightsFdAdvise             Rights = 1 << 7
	RightsFdAllocate           Rights = 1 << 8
	RightsPathCreateDirectory  Rights = 1 << 9
	RightsPathCreateFile       Rights = 1 << 10
	RightsPathLinkSource       Rights = 1 << 11
	RightsPathLinkTarget       Rights = 1 << 12
	RightsPathOpen             Rights = 1 << 13
	RightsFdReaddir            Rights = 1 << 14
	RightsPathReadlink         Rights = 1 << 15
	RightsPathRenameSource     Rights = 1 << 16
	RightsPathRenameTarget     Rights = 1 << 17
	RightsPathFilestatGet      Rights = 1 << 18
	RightsPathFilestatSetSize  Rights = 1 << 19
	RightsPathFilestatSetTimes Rights = 1 << 20
	RightsFdFilestatGet        Rights = 1 << 21
	RightsFdFilestatSetSize    Rights = 1 << 22
	RightsFdFilestatSetTimes   Rights = 1 << 23
	RightsPathSymlink          Rights = 1 << 24
	RightsPathRemoveDirectory  Rights = 1 << 25
	RightsPathUnlinkFile       Rights = 1 << 26
	RightsPollFdReadwrite      Rights = 1 << 27
	RightsSockShutdown         Rights = 1 << 28
	RightsSockAccept           Rights = 1 << 29
	RightsSockConnect          Rights = 1 << 30
	RightsSockListen           Rights = 1 << 31
	RightsSockBind             Rights = 1 << 32
	RightsSockRecv             Rights = 1 << 33
	RightsSockSend             Rights = 1 << 34
	RightsSockAddrLocal        Rights = 1 << 35
	RightsSockAddrRemote       Rights = 1 << 36
	RightsSockRecvFrom         Rights = 1 << 37
	RightsSockSendTo           Rights = 1 << 38

	// RightsAll has every right either header defines.
	RightsAll Rights = 1<<39 - 1
)

// Sets that make sense for a kind of object. path_open intersects what the
// program asks for with the set of the file it finds.
const (
	// RightsRegularBase is what can be done to a regular file.
	RightsRegularBase = RightsFdDatasync | RightsFdRead | RightsFdSeek | RightsFdFdstatSetFlags |
		RightsFdSync | RightsFdTell | RightsFdWrite | RightsFdAdvise | RightsFdAllocate |
		RightsFdFilestatGet | RightsFdFilestatSetSize | RightsFdFilestatSetTimes | RightsPollFdReadwrite
	// RightsRegularInheriting: nothing is opened through a regular file.
	RightsRegularInheriting Rights = 0

	// RightsDirectoryBase is what can be done to a directory and with paths
	// that start at it.
	RightsDirectoryBase = RightsFdFdstatSetFlags | RightsFdSync | RightsFdDatasync | RightsFdAdvise |
		RightsPathCreateDirectory | RightsPathCreateFile | RightsPathLinkSource | RightsPathLinkTarget |
		RightsPathOpen | RightsFdReaddir | RightsPathReadlink | RightsPathRenameSource |
		RightsPathRenameTarget | RightsPathFilestatGet | RightsPathFilestatSetSize |
		RightsPathFilestatSetTimes | RightsFdFilestatGet | RightsFdFilestatSetTimes |
		RightsPathSymlink | RightsPathRemoveDirectory | RightsPathUnlinkFile | RightsPollFdReadwrite
	// RightsDirectoryInheriting is what files and directories opened through a
	// directory may have.
	RightsDirectoryInheriting = RightsDirectoryBase | RightsRegularBase

	// RightsCharacterBase is for devices and terminals: no seek, no size.
	// Programs take a character device without seek and tell for a terminal.
	RightsCharacterBase = RightsFdRead | RightsFdWrite | RightsFdFdstatSetFlags | RightsFdFilestatGet |
		RightsFdSync | RightsFdDatasync | RightsPollFdReadwrite

	// RightsPipeBase is for both ends of a pipe; one end drops read or write.
	RightsPipeBase = RightsFdRead | RightsFdWrite | RightsFdFdstatSetFlags | RightsFdFilestatGet |
		RightsPollFdReadwrite

	// RightsSocketBase is for sockets.
	RightsSocketBase = RightsFdRead | RightsFdWrite | RightsFdFdstatSetFlags | RightsFdFilestatGet |
		RightsPollFdReadwrite | RightsSockShutdown | RightsSockAccept | RightsSockConnect |
		RightsSockListen | RightsSockBind | RightsSockRecv | RightsSockSend | RightsSockAddrLocal |
		RightsSockAddrRemote | RightsSockRecvFrom | RightsSockSendTo
	// RightsSocketInheriting is what an accepted socket has.
	RightsSocketInheriting = RightsSocketBase
)

var rightsNames = [...]string{
	"FD_DATASYNC", "FD_READ", "FD_SEEK", "FD_FDSTAT_SET_FLAGS", "FD_SYNC", "FD_TELL", "FD_WRITE", "FD_ADVISE",
	"FD_ALLOCATE", "PATH_CREATE_DIRECTORY", "PATH_CREATE_FILE", "PATH_LINK_SOURCE", "PATH_LINK_TARGET",
	"PATH_OPEN", "FD_READDIR", "PATH_READLINK", "PATH_RENAME_SOURCE", "PATH_RENAME_TARGET",
	"PATH_FILESTAT_GET", "PATH_FILESTAT_SET_SIZE", "PATH_FILESTAT_SET_TIMES", "FD_FILESTAT_GET",
	"FD_FILESTAT_SET_SIZE", "FD_FILESTAT_SET_TIMES", "PATH_SYMLINK", "PATH_REMOVE_DIRECTORY",
	"PATH_UNLINK_FILE", "POLL_FD_READWRITE", "SOCK_SHUTDOWN", "SOCK_ACCEPT", "SOCK_CONNECT", "SOCK_LISTEN",
	"SOCK_BIND", "SOCK_RECV", "SOCK_SEND", "SOCK_ADDR_LOCAL", "SOCK_ADDR_REMOTE", "SOCK_RECV_FROM",
	"SOCK_SEND_TO",
}

func (r Rights) String() string { return flagNames(rightsNames[:], uint64(r)) }
