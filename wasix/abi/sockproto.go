package abi

import "strconv"

// SockProto is a protocol number of a socket; the numbers are IANA's. Numbers
// in between are legal on the wire and have no name.
type SockProto uint16

const (
	SockProtoIP       SockProto = 0
	SockProtoICMP     SockProto = 1
	SockProtoIGMP     SockProto = 2
	SockProtoIPIP     SockProto = 4
	SockProtoTCP      SockProto = 6
	SockProtoEGP      SockProto = 8
	SockProtoPUP      SockProto = 12
	SockProtoUDP      SockProto = 17
	SockProtoIDP      SockProto = 22
	SockProtoTP       SockProto = 29
	SockProtoDCCP     SockProto = 33
	SockProtoIPv6     SockProto = 41
	SockProtoRouting  SockProto = 43
	SockProtoFragment SockProto = 44
	SockProtoRSVP     SockProto = 46
	SockProtoGRE      SockProto = 47
	SockProtoESP      SockProto = 50
	SockProtoAH       SockProto = 51
	SockProtoICMPv6   SockProto = 58
	SockProtoNone     SockProto = 59
	SockProtoDstopts  SockProto = 60
	SockProtoMTP      SockProto = 92
	SockProtoBeetPH   SockProto = 94
	SockProtoEncap    SockProto = 98
	SockProtoPIM      SockProto = 103
	SockProtoComp     SockProto = 108
	SockProtoSCTP     SockProto = 132
	SockProtoMH       SockProto = 135
	SockProtoUDPLite  SockProto = 136
	SockProtoMPLS     SockProto = 137
	SockProtoEthernet SockProto = 143
	SockProtoRaw      SockProto = 255
	SockProtoMPTCP    SockProto = 262
	SockProtoMax      SockProto = 263
)

// String returns the protocol's name ("TCP"), or its number.
func (p SockProto) String() string {
	switch p {
	case SockProtoIP:
		return "IP"
	case SockProtoICMP:
		return "ICMP"
	case SockProtoIGMP:
		return "IGMP"
	case SockProtoIPIP:
		return "IPIP"
	case SockProtoTCP:
		return "TCP"
	case SockProtoEGP:
		return "EGP"
	case SockProtoPUP:
		return "PUP"
	case SockProtoUDP:
		return "UDP"
	case SockProtoIDP:
		return "IDP"
	case SockProtoTP:
		return "TP"
	case SockProtoDCCP:
		return "DCCP"
	case SockProtoIPv6:
		return "IPV6"
	case SockProtoRouting:
		return "ROUTING"
	case SockProtoFragment:
		return "FRAGMENT"
	case SockProtoRSVP:
		return "RSVP"
	case SockProtoGRE:
		return "GRE"
	case SockProtoESP:
		return "ESP"
	case SockProtoAH:
		return "AH"
	case SockProtoICMPv6:
		return "ICMPV6"
	case SockProtoNone:
		return "NONE"
	case SockProtoDstopts:
		return "DSTOPTS"
	case SockProtoMTP:
		return "MTP"
	case SockProtoBeetPH:
		return "BEETPH"
	case SockProtoEncap:
		return "ENCAP"
	case SockProtoPIM:
		return "PIM"
	case SockProtoComp:
		return "COMP"
	case SockProtoSCTP:
		return "SCTP"
	case SockProtoMH:
		return "MH"
	case SockProtoUDPLite:
		return "UDPLITE"
	case SockProtoMPLS:
		return "MPLS"
	case SockProtoEthernet:
		return "ETHERNET"
	case SockProtoRaw:
		return "RAW"
	case SockProtoMPTCP:
		return "MPTCP"
	}
	return strconv.Itoa(int(p))
}
