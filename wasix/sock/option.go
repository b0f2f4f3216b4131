package sock

import (
	"github.com/wasix-web/wasix-web/wasix/abi"
	"github.com/wasix-web/wasix-web/wasix/waiter"
)

// options are what sock_set_opt_* change.
type options struct {
	_        notComparable
	flags    uint32 // a bit for each abi.SockOption that is on
	sendSize int    // of the buffers, in bytes
	recvSize int
	ttl      uint8
	groupTTL uint8
	times    [5]abi.OptionTimestamp // see timeIndex
}

func (o *options) init() {
	o.flags = 1<<abi.SockOptionMulticastLoopV4 | 1<<abi.SockOptionMulticastLoopV6
	o.sendSize, o.recvSize = DefaultBuffer, DefaultBuffer
	o.ttl, o.groupTTL = 64, 1
}

// on tells whether a flag is set.
func (o *options) on(opt abi.SockOption) bool { return o.flags&(1<<opt) != 0 }

// hasFlag tells whether the socket has a flag.
func (s *socket) hasFlag(o abi.SockOption) bool {
	switch o {
	case abi.SockOptionReusePort, abi.SockOptionReuseAddr, abi.SockOptionKeepAlive, abi.SockOptionDontRoute,
		abi.SockOptionBroadcast, abi.SockOptionOobInline:
		return true
	case abi.SockOptionNoDelay:
		return s.stream != nil && !s.unix()
	case abi.SockOptionOnlyV6:
		return s.family == abi.AddressFamilyInet6
	case abi.SockOptionMulticastLoopV4:
		return s.dgram != nil && !s.unix()
	case abi.SockOptionMulticastLoopV6:
		return s.dgram != nil && s.family == abi.AddressFamilyInet6
	}
	return false
}

// Flag implements Socket.
func (s *socket) Flag(o abi.SockOption) (bool, abi.Errno) {
	switch {
	case o == abi.SockOptionListening:
		return s.stream != nil && s.stream.state == listening, abi.OK
	case !s.hasFlag(o):
		return false, abi.ENOPROTOOPT
	}
	return s.on(o), abi.OK
}

// SetFlag implements Socket. ONLY_V6 counts when the socket is bound: EINVAL
// later. Nothing is delayed here or kept alive, and there is no urgent data, so
// NO_DELAY, KEEP_ALIVE and OOB_INLINE are remembered only.
func (s *socket) SetFlag(o abi.SockOption, on bool) abi.Errno {
	switch {
	case !s.hasFlag(o):
		return abi.ENOPROTOOPT
	case o == abi.SockOptionOnlyV6 && s.bound:
		return abi.EINVAL
	}
	s.flags &^= 1 << o
	if on {
		s.flags |= 1 << o
	}
	return abi.OK
}

// Size implements Socket. LAST_ERROR is the errno that was waiting for the next
// call, which does not get it any more.
func (s *socket) Size(o abi.SockOption) (uint64, abi.Errno) {
	switch {
	case o == abi.SockOptionRecvBufSize:
		return uint64(s.recvSize), abi.OK
	case o == abi.SockOptionSendBufSize:
		return uint64(s.sendSize), abi.OK
	case o == abi.SockOptionRecvLowat, o == abi.SockOptionSendLowat:
		return 1, abi.OK
	case o == abi.SockOptionLastError:
		return uint64(s.fail()), abi.OK
	case o == abi.SockOptionType && s.dgram != nil:
		return uint64(abi.SockTypeDgram), abi.OK
	case o == abi.SockOptionType:
		return uint64(abi.SockTypeStream), abi.OK
	case o == abi.SockOptionProto && s.unix():
		return uint64(s.proto), abi.OK
	case o == abi.SockOptionProto && s.dgram != nil:
		return uint64(abi.SockProtoUDP), abi.OK
	case o == abi.SockOptionProto:
		return uint64(abi.SockProtoTCP), abi.OK
	case o == abi.SockOptionTtl && !s.unix():
		return uint64(s.ttl), abi.OK
	case o == abi.SockOptionMulticastTtlV4 && !s.unix() && s.dgram != nil:
		return uint64(s.groupTTL), abi.OK
	}
	return 0, abi.ENOPROTOOPT
}

// SetSize implements Socket. A buffer is as large as asked for, but not smaller
// than 2 KiB or larger than MaxBuffer.
func (s *socket) SetSize(o abi.SockOption, n uint64) abi.Errno {
	size := int(max(minBuffer, min(n, MaxBuffer)))
	switch {
	case o == abi.SockOptionRecvBufSize:
		s.recvSize = size
		if s.stream != nil && s.stream.mate != nil {
			s.stream.mate.queue.Notify(waiter.Out)
		}
	case o == abi.SockOptionSendBufSize:
		s.sendSize = size
		s.queue.Notify(waiter.Out)
	case o == abi.SockOptionTtl && !s.unix():
		if n == 0 || n > 255 {
			return abi.EINVAL
		}
		s.ttl = uint8(n)
	case o == abi.SockOptionMulticastTtlV4 && !s.unix() && s.dgram != nil:
		if n > 255 {
			return abi.EINVAL
		}
		s.groupTTL = uint8(n)
	default:
		return abi.ENOPROTOOPT
	}
	return abi.OK
}

// timeIndex returns where an option's time is kept, -1 when it is none.
func timeIndex(o abi.SockOption) int {
	switch o {
	case abi.SockOptionRecvTimeout, abi.SockOptionSendTimeout, abi.SockOptionConnectTimeout, abi.SockOptionAcceptTimeout:
		return int(o - abi.SockOptionRecvTimeout)
	case abi.SockOptionLinger:
		return 4
	}
	return -1
}

// Time implements Socket.
func (s *socket) Time(o abi.SockOption) (abi.OptionTimestamp, abi.Errno) {
	i := timeIndex(o)
	if i < 0 {
		return abi.OptionTimestamp{}, abi.ENOPROTOOPT
	}
	return s.times[i], abi.OK
}

// SetTime implements Socket. The timeouts are for the callers of the calls that
// wait. LINGER 0 makes close reset a TCP connection; any other time has no
// effect, since what was sent is with the other side already.
func (s *socket) SetTime(o abi.SockOption, t abi.OptionTimestamp) abi.Errno {
	i := timeIndex(o)
	if i < 0 {
		return abi.ENOPROTOOPT
	}
	s.times[i] = t
	return abi.OK
}

// abrupt tells whether LINGER is 0.
func (o *options) abrupt() bool { return o.times[4].Tag == abi.OptionSome && o.times[4].Some == 0 }
