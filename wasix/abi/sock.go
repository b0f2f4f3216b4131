package abi

// AddressFamily is the family of a socket or an address.
type AddressFamily uint8

const (
	AddressFamilyUnspec AddressFamily = 0
	AddressFamilyInet4  AddressFamily = 1
	AddressFamilyInet6  AddressFamily = 2
	AddressFamilyUnix   AddressFamily = 3
)

var addressFamilyNames = [...]string{"UNSPEC", "INET4", "INET6", "UNIX"}

func (f AddressFamily) String() string { return enumName(addressFamilyNames[:], uint64(f)) }

// SockType is the kind of a socket. 0 is not used.
type SockType uint8

const (
	SockTypeStream    SockType = 1
	SockTypeDgram     SockType = 2
	SockTypeRaw       SockType = 3
	SockTypeSeqpacket SockType = 4
)

var sockTypeNames = [...]string{"", "STREAM", "DGRAM", "RAW", "SEQPACKET"}

func (t SockType) String() string { return enumName(sockTypeNames[:], uint64(t)) }

// SockStatus is what sock_status returns.
type SockStatus uint8

const (
	SockStatusOpening SockStatus = 0
	SockStatusOpened  SockStatus = 1
	SockStatusClosed  SockStatus = 2
	SockStatusFailed  SockStatus = 3
)

var sockStatusNames = [...]string{"OPENING", "OPENED", "CLOSED", "FAILED"}

func (s SockStatus) String() string { return enumName(sockStatusNames[:], uint64(s)) }

// SockOption names an option of sock_set_opt_* and sock_get_opt_*.
type SockOption uint8

const (
	SockOptionNoop            SockOption = 0
	SockOptionReusePort       SockOption = 1
	SockOptionReuseAddr       SockOption = 2
	SockOptionNoDelay         SockOption = 3
	SockOptionDontRoute       SockOption = 4
	SockOptionOnlyV6          SockOption = 5
	SockOptionBroadcast       SockOption = 6
	SockOptionMulticastLoopV4 SockOption = 7
	SockOptionMulticastLoopV6 SockOption = 8
	SockOptionPromiscuous     SockOption = 9
	SockOptionListening       SockOption = 10
	SockOptionLastError       SockOption = 11
	SockOptionKeepAlive       SockOption = 12
	SockOptionLinger          SockOption = 13
	SockOptionOobInline       SockOption = 14
	SockOptionRecvBufSize     SockOption = 15
	SockOptionSendBufSize     SockOption = 16
	SockOptionRecvLowat       SockOption = 17
	SockOptionSendLowat       SockOption = 18
	SockOptionRecvTimeout     SockOption = 19
	SockOptionSendTimeout     SockOption = 20
	SockOptionConnectTimeout  SockOption = 21
	SockOptionAcceptTimeout   SockOption = 22
	SockOptionTtl             SockOption = 23
	SockOptionMulticastTtlV4  SockOption = 24
	SockOptionType            SockOption = 25
	SockOptionProto           SockOption = 26
)

var sockOptionNames = [...]string{"NOOP", "REUSE_PORT", "REUSE_ADDR", "NO_DELAY", "DONT_ROUTE", "ONLY_V6", "BROADCAST", "MULTICAST_LOOP_V4", "MULTICAST_LOOP_V6", "PROMISCUOUS", "LISTENING", "LAST_ERROR", "KEEP_ALIVE", "LINGER", "OOB_INLINE", "RECV_BUF_SIZE", "SEND_BUF_SIZE", "RECV_LOWAT", "SEND_LOWAT", "RECV_TIMEOUT", "SEND_TIMEOUT", "CONNECT_TIMEOUT", "ACCEPT_TIMEOUT", "TTL", "MULTICAST_TTL_V4", "TYPE", "PROTO"}

func (o SockOption) String() string { return enumName(sockOptionNames[:], uint64(o)) }

// Riflags are the flags of sock_recv and sock_recv_from.
type Riflags uint16

const (
	RiflagsRecvPeek          Riflags = 1 << 0
	RiflagsRecvWaitall       Riflags = 1 << 1
	RiflagsRecvDataTruncated Riflags = 1 << 2 // wasix only
	RiflagsRecvDontWait      Riflags = 1 << 3 // wasix only

	RiflagsAll = RiflagsRecvPeek | RiflagsRecvWaitall | RiflagsRecvDataTruncated | RiflagsRecvDontWait
)

var riflagsNames = [...]string{"PEEK", "WAITALL", "DATA_TRUNCATED", "DONT_WAIT"}

func (f Riflags) String() string { return flagNames(riflagsNames[:], uint64(f)) }

// Roflags are the flags sock_recv returns.
type Roflags uint16

// RoflagsRecvDataTruncated says that the message was longer than the buffers.
const RoflagsRecvDataTruncated Roflags = 1 << 0

var roflagsNames = [...]string{"DATA_TRUNCATED"}

func (f Roflags) String() string { return flagNames(roflagsNames[:], uint64(f)) }

// Siflags are the flags of sock_send and sock_send_to.
type Siflags uint16

const (
	SiflagsSendDontWait Siflags = 1 << 0 // wasix only

	SiflagsAll = SiflagsSendDontWait
)

var siflagsNames = [...]string{"DONT_WAIT"}

func (f Siflags) String() string { return flagNames(siflagsNames[:], uint64(f)) }

// Sdflags are the directions sock_shutdown closes.
type Sdflags uint8

const (
	SdflagsRd Sdflags = 1 << 0
	SdflagsWr Sdflags = 1 << 1

	SdflagsAll = SdflagsRd | SdflagsWr
)

var sdflagsNames = [...]string{"RD", "WR"}

func (f Sdflags) String() string { return flagNames(sdflagsNames[:], uint64(f)) }

// StreamSecurity is the least encryption port_bridge accepts.
type StreamSecurity uint8

const (
	StreamSecurityUnencrypted       StreamSecurity = 1 << 0
	StreamSecurityAnyEncryption     StreamSecurity = 1 << 1
	StreamSecurityClassicEncryption StreamSecurity = 1 << 2
	StreamSecurityDoubleEncryption  StreamSecurity = 1 << 3
)

var streamSecurityNames = [...]string{"UNENCRYPTED", "ANY_ENCRYPTION", "CLASSIC_ENCRYPTION", "DOUBLE_ENCRYPTION"}

func (s StreamSecurity) String() string { return flagNames(streamSecurityNames[:], uint64(s)) }
